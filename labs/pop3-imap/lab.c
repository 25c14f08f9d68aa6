/* SPDX-License-Identifier: MIT */
/*
 * pop3-imap: one mailbox, read by both protocols and from two devices. What
 * comes over, what it costs, what is left, and who hears of it.
 */
#include "labs/pop3-imap/pop3_imap.h"

static const struct lab_step steps[] = {
    {"The mailbox by POP3", "The user sends by SMTP and fetches by POP3/IMAP.",
     pop3_imap_by_pop3},
    {"The same mailbox by IMAP", "IMAP is newer and offers more than POP3.",
     pop3_imap_by_imap},
    {"A part of a message", NULL, pop3_imap_parts},
    {"The same by libcurl", NULL, pop3_imap_reference},
    {"What one device did, the other sees", NULL, pop3_imap_flags},
    {"New mail is announced", NULL, pop3_imap_news},
    {"A connection that breaks before QUIT", NULL, pop3_imap_dropped},
    {"What is left on the server", NULL, pop3_imap_left},
    {NULL, NULL, NULL}};

const struct lab lab_pop3_imap = {
    .name = "pop3-imap",
    .title = "One mailbox, two protocols",
    .about =
        "Alice's mail lies on mx.east.test. Her laptop and her phone read it, "
        "by POP3 and by IMAP: octets and round trips are counted, flags and "
        "parts looked at, new mail announced, a connection broken off. Both "
        "protocols are spoken in clear text here, so that the frames can be "
        "read; over a real wire they belong under TLS, ports 995 and 993.",
    .hosts = {"student", "names", "east", NULL},
    .steps = steps,
    .to_see =
        "Both protocols fetch what SMTP has delivered, and both can leave it "
        "where it is. POP3 knows whole messages, a number and a size for each, "
        "and deletes when QUIT is answered. IMAP keeps the mailbox at the "
        "server and each device's view of it up to date; its answers carry the "
        "tag of their command because the server may speak unasked.",
    .prepare = pop3_imap_prepare};

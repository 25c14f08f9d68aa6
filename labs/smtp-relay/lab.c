/* SPDX-License-Identifier: MIT */
/*
 * smtp-relay: alice@east.test writes to bob@west.test. Handing in, looking up,
 * passing on, fetching; then what happens when it does not go well.
 */
#include "labs/smtp-relay/smtp_relay_lab.h"

static const struct lab_step steps[] = {
    {"Alice's message goes from hop to hop",
     "The sender's client gives the mail to its server by SMTP, that server "
     "relays it by SMTP to the recipient's server.",
     smtp_relay_submit},
    {"Bob fetches it", "The user sends by SMTP and fetches by POP3 or IMAP.",
     smtp_relay_fetch},
    {"The way, read back", NULL, smtp_relay_read_back},
    {"Somebody on the wire", NULL, smtp_relay_listen},
    {"The same by libcurl", NULL, smtp_relay_reference},
    {"A stranger asks to be served", NULL, smtp_relay_stranger},
    {"A recipient that does not exist", NULL, smtp_relay_bounce},
    {"A next hop that is down", NULL, smtp_relay_wait},
    {NULL, NULL, NULL}};

const struct lab lab_smtp_relay = {
    .name = "smtp-relay",
    .title = "A message's whole journey",
    .about =
        "Alice, whose mail is at east.test, writes to Bob, whose mail is at "
        "west.test. Her client hands the message to her server, her server "
        "looks up Bob's and passes it on, Bob fetches it: every hop in one "
        "ladder. Then a recipient that does not exist, a server that is down, "
        "and somebody who reads along.",
    .hosts = {"student", "names", "east", "west", NULL},
    .steps = steps,
    .to_see =
        "Mail is passed on, not delivered by its sender: each server takes "
        "responsibility with its 250 and either hands it on, keeps trying, or "
        "reports. Who is to have it stands in the envelope (MAIL, RCPT), not "
        "in the header; which way it came stands in Received. The sender's "
        "client knows only what the first server told it.",
    .prepare = post_open};

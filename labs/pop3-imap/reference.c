/* SPDX-License-Identifier: MIT */
/* reference: the same message, fetched by libcurl. */
#include <stdio.h>

#include "labs/pop3-imap/pop3_imap.h"

int pop3_imap_reference(struct lab_run *run, struct error *error)
{
    const struct lab_parameters *p = lab_parameters(run);
    const char *ours =
        world_url(lab_world(run), "imap", "mx.east.test", 143, "/INBOX");
    const char *theirs = world_url(lab_world(run), "imap", "mx.east.test", 143,
                                   "/INBOX/;MAILINDEX=1");
    char login[128];

    snprintf(login, sizeof(login), "alice:%s", p->password);
    lab_say(run, "One message by IMAP, fetched by our client and by libcurl.");
    if (lab_compare(run,
                    (const char *const[]){"imap-client", "--insecure-auth",
                                          "-u", login, ours, "fetch", "1",
                                          "BODY.PEEK[]", NULL},
                    (const char *const[]){"reference-client", "-u", login,
                                          theirs, NULL},
                    error) < 0)
        return -(int)error->class;
    lab_say(run, "Fetching by BODY[] marks a message as read, BODY.PEEK[] does "
                 "not (RFC 3501 §6.4.5): who looks on for somebody peeks.");
    return 0;
}

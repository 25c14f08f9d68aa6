/* SPDX-License-Identifier: MIT */
/* reference: the same message, handed to west's server by libcurl. */
#include <stdio.h>

#include "labs/smtp-relay/smtp_relay_lab.h"

static const char message[] =
    "From: alice@east.test\r\nTo: bob@west.test\r\nSubject: twice\r\n"
    "Date: Sun, 22 Nov 2026 09:00:00 +0000\r\nMessage-ID: <twice@east.test>\r\n"
    "\r\nThis message comes twice.\r\n.and has a dot at a line's beginning\r\n";

int smtp_relay_reference(struct lab_run *run, struct error *error)
{
    const char *file = lab_path(run, "twice.eml");
    const char *url = world_url(lab_world(run), "smtp", "mx.west.test", 25, "");
    const char *ca = world_ca_file(lab_world(run));
    const char *ours[] = {"smtp-client",
                          "--mail-from",
                          "alice@east.test",
                          "--mail-rcpt",
                          "bob@west.test",
                          "-T",
                          file,
                          "--cacert",
                          ca,
                          url,
                          NULL};
    const char *theirs[] = {"reference-client",
                            "--mail-from",
                            "alice@east.test",
                            "--mail-rcpt",
                            "bob@west.test",
                            "-T",
                            file,
                            "--ssl",
                            "--cacert",
                            ca,
                            url,
                            NULL};

    lab_say(run,
            "One message, handed to west's server twice: by our client, and by "
            "libcurl.");
    if (lab_file_write(file, message, sizeof(message) - 1, error) < 0 ||
        lab_compare(run, ours, theirs, error) < 0 ||
        post_await(run, "west", "bob", 2, error) < 0)
        return -(int)error->class;
    lab_say(
        run,
        "Look at the round trips. A server that offers PIPELINING (RFC "
        "2920) may be told MAIL, RCPT and DATA in one flight; who says them "
        "one by one waits for each answer.");
    return 0;
}

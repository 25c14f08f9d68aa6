/* SPDX-License-Identifier: MIT */
/* reference: the same file, fetched by libcurl. */
#include "labs/ftp-connections/ftp_connections.h"

int ftp_connections_reference(struct lab_run *run, struct error *error)
{
    const char *url = ftp_url(run, "notes.txt");

    lab_say(run, "One file, fetched by our client and by libcurl.");
    if (lab_compare(run, (const char *const[]){"ftp-client", url, "cat", NULL},
                    (const char *const[]){"reference-client", url, NULL},
                    error) < 0)
        return -(int)error->class;
    lab_say(run,
            "Both open two connections; the commands before the transfer are "
            "where they differ. Each is a round trip, for in FTP nothing is "
            "said before the last answer has come.");
    return 0;
}

/* SPDX-License-Identifier: MIT */
/* imap-client: reads and keeps mail on a server, and shows each word of it. */
#include <stdio.h>

#include "common/error.h"
#include "common/options.h"
#include "imap/imap_client.h"

static struct imap_options options;

static const struct option_spec table[] = {
    {'o', "output", "FILE", OPTION_TEXT, &options.output,
     "write to FILE (DIR/: a file each message, there)"},
    {0, "auth", "NAME", OPTION_TEXT, &options.auth,
     "log in by LOGIN, PLAIN, CRAM-MD5, SCRAM-SHA-256"},
    {0, "idle-time", "SECONDS", OPTION_SECONDS, &options.idle_time_ms,
     "how long idle waits for news"},
    {0, "ssl-reqd", NULL, OPTION_FLAG, &options.ssl_reqd,
     "STARTTLS or nothing"},
    {0, "no-starttls", NULL, OPTION_FLAG, &options.no_starttls,
     "no STARTTLS, though the server offers it"},
    {'s', "silent", NULL, OPTION_FLAG, &options.silent, "show no progress"},
    CLIENT_OPTIONS(&options.client),
    OPTIONS_END};

static const char synopsis[] =
    "[options] imap[s]://USER@HOST[/MAILBOX] [COMMAND]\n"
    "\n"
    "  list [PATTERN]              the mailboxes (what happens if not said)\n"
    "  select                      what the server tells of the mailbox\n"
    "  status [ITEMS]              the same without opening it\n"
    "  [uid] fetch SET [ITEMS]     whole messages, or: BODY.PEEK[TEXT],\n"
    "                              '(FLAGS ENVELOPE)', BODY.PEEK[]<0.100>\n"
    "  [uid] search KEYS...        UNSEEN, SUBJECT hello, SINCE 1-Jan-2026\n"
    "  [uid] store SET +FLAGS '(\\Seen)'\n"
    "  [uid] copy SET MAILBOX      [uid] move SET MAILBOX\n"
    "  append FILE ['(\\Seen)']     expunge [UIDS]\n"
    "  idle [N]                    waits for N pieces of news\n"
    "  raw COMMAND...              as it is";

int main(int argc, char **argv)
{
    struct error error = {0};
    int result = options_parse(table, &argc, argv, &error);

    if (result == 0 && options.client.help) {
        options_help(stdout, "imap-client", synopsis, table);
        return 0;
    }
    if (result == 0 && argc < 2)
        result = error_set(&error, ERROR_USAGE, "no URL (see --help)");
    if (result == 0)
        result =
            imap_run(&options, argv[1], argv + 2, (size_t)argc - 2, &error);
    options_secret_free(&options.client.user);
    return result < 0 ? error_print("imap-client", &error) : 0;
}

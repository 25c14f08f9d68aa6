/* SPDX-License-Identifier: MIT */
/* pop3-client: fetches mail from a maildrop, and shows each word of it. */
#include <stdio.h>

#include "common/error.h"
#include "common/options.h"
#include "pop3/pop3_client.h"

static struct pop3_options options;

static const struct option_spec table[] = {
    {'o', "output", "FILE", OPTION_TEXT, &options.output,
     "write to FILE (DIR/: a file each message, there)"},
    {0, "delete", NULL, OPTION_FLAG, &options.delete_fetched,
     "delete what retr has fetched"},
    {0, "auth", "NAME", OPTION_TEXT, &options.auth,
     "log in by APOP, USER, PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256"},
    {0, "ssl-reqd", NULL, OPTION_FLAG, &options.ssl_reqd, "STLS or nothing"},
    {0, "no-starttls", NULL, OPTION_FLAG, &options.no_starttls,
     "no STLS, though the server offers it"},
    {0, "no-quit", NULL, OPTION_FLAG, &options.no_quit,
     "leave without QUIT, as a broken connection does"},
    {'s', "silent", NULL, OPTION_FLAG, &options.silent, "show no progress"},
    CLIENT_OPTIONS(&options.client),
    OPTIONS_END};

int main(int argc, char **argv)
{
    struct error error = {0};
    int result = options_parse(table, &argc, argv, &error);

    if (result == 0 && options.client.help) {
        options_help(stdout, "pop3-client",
                     "[options] pop3[s]://USER@HOST [list [N] | "
                     "retr N|N-M|all | top N LINES | dele N... | uidl [N] | "
                     "stat | capa]",
                     table);
        return 0;
    }
    if (result == 0 && argc < 2)
        result = error_set(&error, ERROR_USAGE, "no URL (see --help)");
    if (result == 0)
        result =
            pop3_run(&options, argv[1], argv + 2, (size_t)argc - 2, &error);
    options_secret_free(&options.client.user);
    return result < 0 ? error_print("pop3-client", &error) : 0;
}

/* SPDX-License-Identifier: MIT */
/* imap-server: the mailboxes below a folder, to those who may read them. */
#include <stdio.h>

#include "common/options.h"
#include "common/service.h"
#include "imap/imap_server.h"

static struct imap_site site;
static struct service service = {.proto = "imap",
                                 .standard_port = 143,
                                 .standard_tls_port = 993,
                                 .serve = imap_server_serve,
                                 .site = &site};
static struct server_options server;

static const struct option_spec table[] = {
    {0, "maildir", "DIR", OPTION_TEXT, &site.maildir,
     "the mail of account NAME is in DIR/NAME"},
    {0, "insecure-auth", NULL, OPTION_FLAG, &site.insecure_auth,
     "take passwords over clear text"},
    {0, "idle-timeout", "SECONDS", OPTION_SECONDS, &site.idle_ms,
     "close after so long without a command"},
    SERVER_OPTIONS(&server, &service),
    OPTIONS_END};

static int set_up(struct error *error)
{
    site.service = &service;
    if (!site.maildir)
        return error_set(error, ERROR_USAGE, "--maildir DIR is missing");
    if (!service.accounts_file)
        return error_set(error, ERROR_USAGE,
                         "--accounts FILE is missing: nobody could log in");
    return accounts_read(&site.accounts, service.accounts_file, error);
}

int main(int argc, char **argv)
{
    struct error error = {0};
    int result = options_parse(table, &argc, argv, &error);

    if (result == 0 && server.help) {
        options_help(stdout, "imap-server",
                     "--maildir DIR --accounts FILE [options]", table);
        return 0;
    }
    if (result == 0 && argc > 1)
        result =
            error_set(&error, ERROR_USAGE, "%s: no operand is taken", argv[1]);
    if (result == 0)
        result = server_options_apply(&server, &service, &error);
    if (result == 0)
        result = set_up(&error);
    if (result == 0)
        result = service_run(&service, &error);
    accounts_free(&site.accounts);
    return result < 0 ? error_print("imap-server", &error) : 0;
}

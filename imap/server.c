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
    if (maildir_check_dir(site.maildir, error) < 0)
        return -(int)error->class;
    return accounts_read(&site.accounts, service.accounts_file, error);
}

static void tidy_up(void)
{
    accounts_free(&site.accounts);
}

int main(int argc, char **argv)
{
    static const struct server_program program = {
        .name = "imap-server",
        .synopsis = "--maildir DIR --accounts FILE [options]",
        .table = table,
        .options = &server,
        .service = &service,
        .set_up = set_up,
        .tidy_up = tidy_up};

    return server_main(&program, argc, argv);
}

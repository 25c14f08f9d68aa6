/* SPDX-License-Identifier: MIT */
/* pop3-server: lets people fetch what lies in their Maildirs. */
#include <stdio.h>

#include "common/options.h"
#include "common/service.h"
#include "pop3/pop3_server.h"

static struct pop3_site site;
static struct service service = {.proto = "pop3",
                                 .standard_port = 110,
                                 .standard_tls_port = 995,
                                 .idle_timeout_ms = POP3_SERVER_IDLE_MS,
                                 .serve = pop3_server_serve,
                                 .site = &site};
static struct server_options server;

static const struct option_spec table[] = {
    {0, "maildir", "DIR", OPTION_TEXT, &site.maildir,
     "the mail of the account NAME lies in DIR/NAME"},
    {0, "insecure-auth", NULL, OPTION_FLAG, &site.insecure_auth,
     "let people log in without TLS"},
    SERVER_OPTIONS(&server, &service),
    OPTIONS_END};

static int set_up(struct error *error)
{
    site.service = &service;
    if (!site.maildir || !service.accounts_file)
        return error_set(error, ERROR_USAGE,
                         "--maildir and --accounts are needed: whose mail, "
                         "and where is it?");
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
        .name = "pop3-server",
        .synopsis = "--maildir DIR --accounts FILE [options]",
        .table = table,
        .options = &server,
        .service = &service,
        .set_up = set_up,
        .tidy_up = tidy_up};

    return server_main(&program, argc, argv);
}

/* SPDX-License-Identifier: MIT */
/* pop3-server: lets people fetch what lies in their Maildirs. */
#include <stdio.h>

#include "common/options.h"
#include "common/service.h"
#include "pop3/pop3_server.h"

static struct service service;
static struct pop3_site site = {.service = &service};
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
    if (!site.maildir || !service.accounts_file)
        return error_set(error, ERROR_USAGE,
                         "--maildir and --accounts are needed: whose mail, "
                         "and where is it?");
    return accounts_read(&site.accounts, service.accounts_file, error);
}

int main(int argc, char **argv)
{
    struct error error = {0};
    int result = options_parse(table, &argc, argv, &error);

    if (result == 0 && server.help) {
        options_help(stdout, "pop3-server",
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
    return result < 0 ? error_print("pop3-server", &error) : 0;
}

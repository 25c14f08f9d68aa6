/* SPDX-License-Identifier: MIT */
/* telnet-server: a log-in, and a made-up machine behind it. */
#include <stdio.h>

#include "common/options.h"
#include "common/service.h"
#include "common/trace.h"
#include "telnet/telnet_server.h"

static struct telnet_site site;
static struct service service = {.proto = "telnet",
                                 .standard_port = 23,
                                 .standard_tls_port = 992,
                                 .serve = telnet_server_serve,
                                 .site = &site};
static struct server_options server;

static const struct option_spec table[] = {
    {0, "name", "HOST", OPTION_TEXT, &site.name,
     "what the host is called in prompts (this host's name)"},
    {0, "naive", NULL, OPTION_FLAG, &site.naive,
     "provoke an option loop: answer each as if it were news"},
    SERVER_OPTIONS(&server, &service),
    OPTIONS_END};

static int set_up(struct error *error)
{
    if (!site.name)
        site.name = trace_host_name();
    return service.accounts_file
               ? accounts_read(&site.accounts, service.accounts_file, error)
               : 0;
}

static void tidy_up(void)
{
    accounts_free(&site.accounts);
}

int main(int argc, char **argv)
{
    static const struct server_program program = {
        .name = "telnet-server",
        .synopsis = "--accounts FILE [options]",
        .table = table,
        .options = &server,
        .service = &service,
        .set_up = set_up,
        .tidy_up = tidy_up};

    return server_main(&program, argc, argv);
}

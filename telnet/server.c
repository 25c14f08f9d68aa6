/* SPDX-License-Identifier: MIT */
/* telnet-server: a log-in, and a made-up machine behind it. */
#include <unistd.h>

#include <stdio.h>
#include <stdlib.h>

#include "common/options.h"
#include "common/service.h"
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

/* The name that traces have for the host, so that both say the same. */
static void name_host(void)
{
    static char name[LAB_SHELL_NAME_MAX];
    const char *told = getenv("WIRELAB_HOST");

    if (told)
        snprintf(name, sizeof(name), "%s", told);
    else if (gethostname(name, sizeof(name)) < 0 || !name[0])
        snprintf(name, sizeof(name), "localhost");
    name[sizeof(name) - 1] = '\0';
    site.name = name;
}

int main(int argc, char **argv)
{
    struct error error = {0};
    int result = options_parse(table, &argc, argv, &error);

    if (result == 0 && server.help) {
        options_help(stdout, "telnet-server", "--accounts FILE [options]",
                     table);
        return 0;
    }
    if (result == 0 && argc > 1)
        result =
            error_set(&error, ERROR_USAGE, "%s: no operand is taken", argv[1]);
    if (!site.name)
        name_host();
    if (result == 0)
        result = server_options_apply(&server, &service, &error);
    if (result == 0 && service.accounts_file)
        result = accounts_read(&site.accounts, service.accounts_file, &error);
    if (result == 0)
        result = service_run(&service, &error);
    accounts_free(&site.accounts);
    return result < 0 ? error_print("telnet-server", &error) : 0;
}

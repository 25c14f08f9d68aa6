/* SPDX-License-Identifier: MIT */
/* ssh-server: a shell and files for lab accounts, nothing of the machine. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/options.h"
#include "common/service.h"
#include "ssh/ssh_server.h"

static struct ssh_site site = {.home_fd = -1};
static struct service service = {.proto = "ssh",
                                 .standard_port = 22,
                                 .serve = ssh_server_serve,
                                 .site = &site};
static struct server_options server;

static const struct option_spec table[] = {
    {0, "host-key", "FILE", OPTION_LIST, &site.host_keys,
     "our private key, one of each type (else one is made)"},
    {0, "authorized-keys", "NAME=FILE", OPTION_LIST, &site.keys,
     "NAME may log in with the public keys of FILE"},
    {0, "name", "HOST", OPTION_TEXT, &site.name,
     "what the host is called in prompts (this host's name)"},
    {0, "home", "DIR", OPTION_TEXT, &site.home,
     "the folder that SFTP serves (else a made-up one)"},
    SERVER_OPTIONS(&server, &service),
    OPTIONS_END};

/* The name that traces have for the host, so that both say the same. */
static void name_host(void)
{
    static char name[LAB_SHELL_NAME_MAX];
    const char *told = getenv("WIRELAB_HOST");

    if (told && told[0])
        snprintf(name, sizeof(name), "%s", told);
    else if (gethostname(name, sizeof(name)) < 0 || !name[0])
        snprintf(name, sizeof(name), "localhost");
    name[sizeof(name) - 1] = '\0';
    site.name = name;
}

static int set_up(struct error *error)
{
    if (!site.name)
        name_host();
    for (size_t i = 0; i < service.listener_count; i++)
        if (service.listeners[i].tls)
            return error_set(error, ERROR_USAGE,
                             "SSH has its own encryption: --listen-tls is "
                             "not for it");
    if (service.accounts_file &&
        accounts_read(&site.accounts, service.accounts_file, error) < 0)
        return -(int)error->class;
    return ssh_site_fill(&site, error);
}

int main(int argc, char **argv)
{
    struct error error = {0};
    int result = options_parse(table, &argc, argv, &error);

    if (result == 0 && server.help) {
        options_help(stdout, "ssh-server", "[options]", table);
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
    ssh_site_free(&site);
    return result < 0 ? error_print("ssh-server", &error) : 0;
}

/* SPDX-License-Identifier: MIT */
/* ssh-server: a shell and files for lab accounts, nothing of the machine. */
#include "common/options.h"
#include "common/service.h"
#include "common/trace.h"
#include "ssh/ssh_server.h"
#include <stdio.h>

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

static int set_up(struct error *error)
{
    if (!site.name)
        site.name = trace_host_name();
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

static void tidy_up(void)
{
    ssh_site_free(&site);
}

int main(int argc, char **argv)
{
    static const struct server_program program = {.name = "ssh-server",
                                                  .synopsis = "[options]",
                                                  .table = table,
                                                  .options = &server,
                                                  .service = &service,
                                                  .set_up = set_up,
                                                  .tidy_up = tidy_up};

    return server_main(&program, argc, argv);
}

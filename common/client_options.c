/* SPDX-License-Identifier: MIT */
/*
 * client_options: from the command line of a client to what its conns stand
 * on: the trace, the names, the TLS context. The contract is in options.h.
 */
#include <signal.h>
#include <string.h>

#include "common/names.h"
#include "common/options.h"
#include "common/trace.h"

static int open_names(struct client_stand *stand,
                      const struct client_options *options, struct error *error)
{
    int result =
        names_new(&stand->names, options->dns_server, stand->trace, error);

    for (size_t i = 0; i < options->resolve.count && result == 0; i++)
        result = names_pin(stand->names, options->resolve.values[i], error);
    return result;
}

/* As with curl, a certificate's file may hold its key too. */
static int open_tls(struct client_stand *stand,
                    const struct client_options *options, struct error *error)
{
    struct tls_settings settings = {.insecure = options->insecure,
                                    .ca_file = options->ca_file,
                                    .crl_file = options->crl_file};

    if (options->key_file != NULL && options->cert_file == NULL)
        return error_set(error, ERROR_USAGE, "--key needs its --cert");
    if (options->cert_file != NULL) {
        settings.cert_files[0] = options->cert_file;
        settings.key_files[0] =
            options->key_file != NULL ? options->key_file : options->cert_file;
        settings.certificates = 1;
    }
    return tls_client_new(&stand->tls, &settings, error);
}

int client_stand_up(struct client_stand *stand,
                    const struct client_options *options, struct error *error)
{
    struct trace_setup record = {.file = options->trace_file != NULL
                                             ? options->trace_file
                                             : trace_own_file(),
                                 .live = options->verbose ? stderr : NULL,
                                 .show_secrets = options->show_secrets};
    int result;

    /* Who reads our output may go away: an error like any other. */
    signal(SIGPIPE, SIG_IGN);
    memset(stand, 0, sizeof(*stand));
    stand->deadline =
        deadline_in_ms(options->max_time_ms > 0 ? options->max_time_ms : -1);
    result = trace_open(&stand->trace, &record, error);
    if (result == 0)
        result = open_names(stand, options, error);
    if (result == 0)
        result = open_tls(stand, options, error);
    return result;
}

int client_stand_down(struct client_stand *stand, int result,
                      struct error *error)
{
    int closed = trace_close(stand->trace, error);

    names_free(stand->names);
    tls_free(stand->tls);
    memset(stand, 0, sizeof(*stand));
    return result != 0 ? result : closed;
}

void client_setup(struct conn_setup *setup, const struct client_stand *stand,
                  const struct client_options *options, struct error *error)
{
    setup->error = error;
    setup->trace = stand->trace;
    setup->names = stand->names;
    setup->deadline = stand->deadline;
    setup->connect_timeout_ms = options->connect_timeout_ms;
    if (options->ipv4 != options->ipv6)
        setup->family = options->ipv4 ? AF_INET : AF_INET6;
}

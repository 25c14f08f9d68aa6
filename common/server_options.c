/* SPDX-License-Identifier: MIT */
/*
 * server_options: from the command line of a server to its struct service, and
 * to its end. The contract is in options.h.
 */
#include "common/options.h"
#include "common/service.h"

static int add_listeners(struct service *service,
                         const struct option_list *addresses, bool tls,
                         struct error *error)
{
    for (size_t i = 0; i < addresses->count; i++) {
        if (service->listener_count == SERVICE_LISTENERS_MAX)
            return error_set(error, ERROR_USAGE,
                             "at most %d addresses to listen at",
                             SERVICE_LISTENERS_MAX);
        service->listeners[service->listener_count++] =
            (struct service_listener){
                .address = addresses->values[i], .tls = tls, .fd = -1};
    }
    return 0;
}

/* The n-th certificate goes with the n-th key. */
static int add_certificates(struct service *service,
                            const struct server_options *options,
                            struct error *error)
{
    if (options->certs.count != options->keys.count)
        return error_set(error, ERROR_USAGE,
                         "each --tls-cert needs its --tls-key, in order");
    if (options->certs.count > TLS_CERTIFICATES_MAX)
        return error_set(error, ERROR_USAGE, "at most %d certificates",
                         TLS_CERTIFICATES_MAX);
    for (size_t i = 0; i < options->certs.count; i++) {
        service->cert_files[i] = options->certs.values[i];
        service->key_files[i] = options->keys.values[i];
    }
    service->cert_count = service->key_count = options->certs.count;
    return 0;
}

int server_options_apply(const struct server_options *options,
                         struct service *service, struct error *error)
{
    int result = add_listeners(service, &options->listen, false, error);

    if (result == 0)
        result = add_listeners(service, &options->listen_tls, true, error);
    if (result == 0)
        result = add_certificates(service, options, error);
    return result;
}

int server_main(const struct server_program *program, int argc, char **argv)
{
    struct error error = {0};
    int result = options_parse(program->table, &argc, argv, &error);

    if (result == 0 && program->options->help) {
        options_help(stdout, program->name, program->synopsis, program->table);
        return 0;
    }
    if (result == 0 && argc > 1)
        result =
            error_set(&error, ERROR_USAGE, "%s: no operand is taken", argv[1]);
    if (result == 0)
        result =
            server_options_apply(program->options, program->service, &error);
    if (result == 0)
        result = program->set_up(&error);
    if (result == 0)
        result = service_run(program->service, &error);
    program->tidy_up();
    return result < 0 ? error_print(program->name, &error) : 0;
}

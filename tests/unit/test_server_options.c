/* SPDX-License-Identifier: MIT */
/* From a server's command line to its struct service. */
#include "common/options.h"
#include "common/service.h"

#include <string.h>

#include "tests/harness.h"

static struct service service;
static struct server_options options;
static struct error error;

static int parse(int argc, const char *const *arguments)
{
    const struct option_spec table[] = {SERVER_OPTIONS(&options, &service),
                                        OPTIONS_END};
    char *argv[128] = {NULL};
    int result;

    memset(&service, 0, sizeof(service));
    memset(&options, 0, sizeof(options));
    error_clear(&error);
    for (int i = 0; i < argc; i++)
        argv[i] = (char *)(uintptr_t)arguments[i];
    result = options_parse(table, &argc, argv, &error);
    return result < 0 ? result
                      : server_options_apply(&options, &service, &error);
}

#define PARSE(...)                                                          \
    parse(sizeof((const char *[]){"server", __VA_ARGS__}) / sizeof(char *), \
          (const char *[]){"server", __VA_ARGS__})

static void server_options_fill_the_service(void)
{
    CU_ASSERT_EQUAL(PARSE("--listen", "127.0.0.1:0", "--listen-tls", "[::1]:0",
                          "--tls-cert", "a.pem", "--tls-key", "a.key",
                          "--tls-cert=b.pem", "--tls-key=b.key", "-v",
                          "--max-connections", "7", "--trace", "t",
                          "--accounts", "acc", "--show-secrets"),
                    0);
    CU_ASSERT_EQUAL_FATAL(service.listener_count, 2);
    CU_ASSERT_STRING_EQUAL(service.listeners[0].address, "127.0.0.1:0");
    CU_ASSERT(!service.listeners[0].tls);
    CU_ASSERT_STRING_EQUAL(service.listeners[1].address, "[::1]:0");
    CU_ASSERT(service.listeners[1].tls);
    CU_ASSERT_EQUAL(service.cert_count, 2);
    CU_ASSERT_EQUAL(service.key_count, 2);
    CU_ASSERT_STRING_EQUAL(service.cert_files[1], "b.pem");
    CU_ASSERT_STRING_EQUAL(service.key_files[1], "b.key");
    CU_ASSERT_EQUAL(service.max_connections, 7);
    CU_ASSERT_STRING_EQUAL(service.trace_file, "t");
    CU_ASSERT_STRING_EQUAL(service.accounts_file, "acc");
    CU_ASSERT(service.verbose && service.show_secrets && !options.help);
}

static void server_options_pair_certificates_with_keys(void)
{
    CU_ASSERT_EQUAL(PARSE("--tls-cert", "a.pem"), -ERROR_USAGE);
    CU_ASSERT_STRING_EQUAL(error.text,
                           "each --tls-cert needs its --tls-key, in order");
}

static void server_options_refuse_what_is_too_much(void)
{
    const char *many[2 * 17 + 1] = {"server"};

    for (int i = 0; i < 17; i++) {
        many[1 + 2 * i] = "--listen";
        many[2 + 2 * i] = "127.0.0.1:0";
    }
    CU_ASSERT_EQUAL(parse(1 + 2 * 16, many), 0);
    CU_ASSERT_EQUAL(service.listener_count, SERVICE_LISTENERS_MAX);
    CU_ASSERT_EQUAL(parse(1 + 2 * 17, many), -ERROR_USAGE);
    CU_ASSERT_STRING_EQUAL(error.text, "at most 16 addresses to listen at");
}

const struct test tests_server_options[] = {
    {"server_options_fill_the_service", server_options_fill_the_service},
    {"server_options_pair_certificates_with_keys",
     server_options_pair_certificates_with_keys},
    {"server_options_refuse_what_is_too_much",
     server_options_refuse_what_is_too_much},
    {NULL, NULL}};

/* SPDX-License-Identifier: MIT */
/* What a client stands on: opened as the options ask, and taken down again. */
#include "common/names.h"
#include "common/options.h"
#include "common/trace.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/harness.h"

static struct client_options options;
static struct client_stand stand;
static struct error error;

static int stand_up(void)
{
    error_clear(&error);
    return client_stand_up(&stand, &options, &error);
}

static void client_stand_opens_what_is_asked_for(void)
{
    struct conn_setup setup = {.proto = "x", .standard_port = 7};
    struct names_addresses found;

    memset(&options, 0, sizeof(options));
    options.trace_file = test_path("t.pcapng");
    options.resolve.values[options.resolve.count++] = "a.test:80:192.0.2.1";
    options.max_time_ms = 60000;
    options.connect_timeout_ms = 1234;
    options.ipv4 = true;
    CU_ASSERT_EQUAL(stand_up(), 0);
    CU_ASSERT_PTR_NOT_NULL(stand.tls);
    CU_ASSERT(stand.deadline != DEADLINE_NEVER);
    client_setup(&setup, &stand, &options, &error);
    CU_ASSERT_PTR_EQUAL(setup.error, &error);
    CU_ASSERT_PTR_EQUAL(setup.trace, stand.trace);
    CU_ASSERT_PTR_EQUAL(setup.names, stand.names);
    CU_ASSERT_EQUAL(setup.deadline, stand.deadline);
    CU_ASSERT_EQUAL(setup.connect_timeout_ms, 1234);
    CU_ASSERT_EQUAL(setup.family, AF_INET);
    CU_ASSERT_STRING_EQUAL(setup.proto, "x");
    CU_ASSERT_EQUAL(names_look_up(setup.names, "a.test", 80, setup.family,
                                  setup.deadline, &found, &error),
                    0);
    CU_ASSERT_EQUAL(client_stand_down(&stand, 0, &error), 0);
    CU_ASSERT_EQUAL(access(test_path("t.pcapng"), R_OK), 0);
}

static void client_stand_needs_nothing(void)
{
    memset(&options, 0, sizeof(options));
    CU_ASSERT_EQUAL(stand_up(), 0);
    CU_ASSERT_PTR_NULL(stand.trace);
    CU_ASSERT_EQUAL(stand.deadline, DEADLINE_NEVER);
    CU_ASSERT_EQUAL(client_stand_down(&stand, -ERROR_CONNECT, &error),
                    -ERROR_CONNECT);
}

/* Half of it stands, and is taken down all the same: the harness counts. */
static void client_stand_that_fails_says_why(void)
{
    memset(&options, 0, sizeof(options));
    options.trace_file = test_path("t.pcapng");
    options.resolve.values[options.resolve.count++] = "a.test";
    CU_ASSERT_EQUAL(stand_up(), -ERROR_USAGE);
    CU_ASSERT_EQUAL(client_stand_down(&stand, -ERROR_USAGE, &error),
                    -ERROR_USAGE);
    memset(&options, 0, sizeof(options));
    options.ca_file = test_path("nothing");
    CU_ASSERT_EQUAL(stand_up(), -ERROR_LOCAL);
    client_stand_down(&stand, -ERROR_LOCAL, &error);
    memset(&options, 0, sizeof(options));
    options.key_file = test_path("key");
    CU_ASSERT_EQUAL(stand_up(), -ERROR_USAGE);
    CU_ASSERT_STRING_EQUAL(error.text, "--key needs its --cert");
    client_stand_down(&stand, -ERROR_USAGE, &error);
    memset(&options, 0, sizeof(options));
    options.trace_file = "/nowhere/t.pcapng";
    CU_ASSERT_EQUAL(stand_up(), -ERROR_LOCAL);
    client_stand_down(&stand, -ERROR_LOCAL, &error);
}

const struct test tests_client_options[] = {
    {"client_stand_opens_what_is_asked_for",
     client_stand_opens_what_is_asked_for},
    {"client_stand_needs_nothing", client_stand_needs_nothing},
    {"client_stand_that_fails_says_why", client_stand_that_fails_says_why},
    {NULL, NULL}};

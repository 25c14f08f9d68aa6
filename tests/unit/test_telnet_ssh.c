/* SPDX-License-Identifier: MIT */
/*
 * The lab's search for a secret: it must find one that is there, in whatever
 * packets and spelling, and none that is not.
 */
#include <stdlib.h>
#include <string.h>

#include "labs/telnet-ssh/telnet_ssh.h"
#include "tests/harness.h"
#include "tests/unit/sample_trace.h"

#define SECRET "harbor-garnet-435"

static struct trace_event events[64];
static struct trace_file part;

static void start(void)
{
    memset(events, 0, sizeof(events));
    part = (struct trace_file){.events = events};
}

/* What a program handed to TCP, or took from it. */
static void pass(bool in, const char *bytes, size_t length)
{
    struct trace_event *event = &events[part.event_count];
    static uint64_t at[2];

    if (part.event_count == 0)
        at[0] = at[1] = 0;
    *event = (struct trace_event){.id = ++part.event_count,
                                  .time_ns = (int64_t)part.event_count,
                                  .host = "student",
                                  .conn = 1,
                                  .proto = "telnet",
                                  .dir = in ? TRACE_DIR_IN : TRACE_DIR_OUT,
                                  .layer = TRACE_LAYER_SOCKET,
                                  .name = in ? "recv" : "send",
                                  .data = {bytes, length},
                                  .length = length};
    event->clear = event->raw = (struct trace_range){at[in], at[in] + length};
    event->local = sample_address("127.0.0.1", 40000);
    event->remote = sample_address("127.0.0.1", 23);
    at[in] += length;
}

static size_t count(const struct trace_file *file)
{
    struct error error = {0};
    size_t found = 99;

    CU_ASSERT_EQUAL(exposure_count(file, SECRET, &found, &error), 0);
    return found;
}

static size_t count_of(const char *bytes)
{
    start();
    pass(false, bytes, strlen(bytes));
    return count(&part);
}

static void telnet_ssh_finds_a_secret(void)
{
    CU_ASSERT_EQUAL(count_of("nothing of the kind"), 0);
    CU_ASSERT_EQUAL(count_of("harbor-garnet-43"), 0);
    CU_ASSERT_EQUAL(count_of("x" SECRET "y"), 1);
    CU_ASSERT_EQUAL(count_of(SECRET " " SECRET), 2);
    /* Both directions count. */
    start();
    pass(false, SECRET, strlen(SECRET));
    pass(true, SECRET, strlen(SECRET));
    CU_ASSERT_EQUAL(count(&part), 2);
}

/* Key by key, with the other direction between. */
static void telnet_ssh_finds_it_key_by_key(void)
{
    start();
    for (size_t i = 0; i < strlen(SECRET); i++) {
        pass(false, &SECRET[i], 1);
        pass(true, ".", 1);
    }
    CU_ASSERT_EQUAL(count(&part), 1);
}

/* Base64 at each of its three places, and hexadecimal. */
static void telnet_ssh_finds_other_spellings(void)
{
    CU_ASSERT_EQUAL(count_of("AUTH aGFyYm9yLWdhcm5ldC00MzU="), 1);
    CU_ASSERT_EQUAL(count_of("AUTH OmhhcmJvci1nYXJuZXQtNDM1"), 1);
    CU_ASSERT_EQUAL(count_of("AUTH OjpoYXJib3ItZ2FybmV0LTQzNQ=="), 1);
    CU_ASSERT_EQUAL(count_of("6861726"
                             "26f722d6761726e65742d343335"),
                    1);
}

/* A secret that is planted is found; the original is as it was. */
static void telnet_ssh_finds_what_was_planted(void)
{
    static char sealed[200];
    struct trace_file copy;
    struct error error = {0};

    memset(sealed, 0x5a, sizeof(sealed));
    start();
    pass(false, sealed, 100);
    pass(false, sealed, sizeof(sealed));
    pass(false, sealed, 40);
    CU_ASSERT_EQUAL(count(&part), 0);
    CU_ASSERT_EQUAL(exposure_plant(&copy, &part, SECRET, &error), 0);
    CU_ASSERT_EQUAL(count(&copy), 1);
    exposure_free(&copy);
    CU_ASSERT_EQUAL(count(&part), 0);
    start();
    pass(false, sealed, 40);
    CU_ASSERT_EQUAL(exposure_plant(&copy, &part, SECRET, &error), -ERROR_LOCAL);
    exposure_free(&copy);
}

const struct test tests_telnet_ssh[] = {
    {"telnet_ssh_finds_a_secret", telnet_ssh_finds_a_secret},
    {"telnet_ssh_finds_it_key_by_key", telnet_ssh_finds_it_key_by_key},
    {"telnet_ssh_finds_other_spellings", telnet_ssh_finds_other_spellings},
    {"telnet_ssh_finds_what_was_planted", telnet_ssh_finds_what_was_planted},
    {NULL, NULL}};

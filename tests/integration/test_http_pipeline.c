/* SPDX-License-Identifier: MIT */
/* http-client --pipeline: one flight, the answers in order. RFC 9112 §9.3.2. */
#include <stdio.h>
#include <string.h>

#include "tests/harness.h"

static struct test_run run;

/* Fetches "/1", "/2", ... in one command; its output in `run`. */
static void fetch(uint16_t port, size_t count, const char *option)
{
    static char urls[8][64];
    const char *argv[16] = {"http-client", "--pipeline", "--max-time", "5"};
    size_t at = 4;

    for (size_t i = 0; i < count; i++) {
        snprintf(urls[i], sizeof(urls[i]), "http://127.0.0.1:%u/%zu", port,
                 i + 1);
        argv[at++] = urls[i];
    }
    argv[at] = option;
    test_run(&run, 20, argv);
}

static void play(const char *script, size_t count, const char *option,
                 int status, const char *out)
{
    uint16_t port;
    pid_t peer = test_peer(script, &port);

    fetch(port, count, option);
    CU_ASSERT_EQUAL(run.status, status);
    CU_ASSERT_STRING_EQUAL(run.out, out);
    test_run_free(&run);
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
}

#define ASKED(n) "C: GET /" n " HTTP/1.1\nC: ...\n"
#define ANSWER(n) "S: HTTP/1.1 200 OK\nS: Content-Length: 2\nS:\nS= " n "\\n\n"

/* The peer answers nothing before it has all of the flight. */
static void http_pipeline_asks_for_all_before_it_hears_one(void)
{
    play(ASKED("1") ANSWER("1") ASKED("2") ASKED("3") ASKED("4") ANSWER("2")
             ANSWER("3") ANSWER("4"),
         4, NULL, 0, "1\n2\n3\n4\n");
}

/* What was left open is asked again, on a new connection. */
static void http_pipeline_asks_again_for_what_was_left_open(void)
{
    play(ASKED("1") ANSWER("1") ASKED("2") ASKED("3") ASKED("4")
             ANSWER("2") "E:\n" ASKED("3") ASKED("4") ANSWER("3") ANSWER("4"),
         4, NULL, 0, "1\n2\n3\n4\n");
    play(ASKED("1") ANSWER("1") ASKED("2")
             ASKED("3") "S: HTTP/1.1 200 OK\nS: Connection: close\n"
                        "S: Content-Length: 2\nS:\nS= 2\\n\nE:\n" ASKED("3")
                            ANSWER("3"),
         3, NULL, 0, "1\n2\n3\n");
}

/* An answer that breaks off is a failure, and the rest comes all the same. */
static void http_pipeline_tells_what_broke_and_goes_on(void)
{
    play(ASKED("1") ANSWER("1") ASKED("2")
             ASKED("3") "S: HTTP/1.1 200 OK\nS: Content-Length: 9\nS:\nS= "
                        "half\nE:\n" ASKED("3") ANSWER("3"),
         3, NULL, 7, "1\nhalf3\n");
}

static void http_pipeline_is_for_what_may_be_repeated(void)
{
    static const char *const options[] = {"-L", "-XPOST", "-dx"};

    for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
        uint16_t port;
        pid_t peer = test_peer("C: ...\n" ANSWER("1"), &port);

        fetch(port, 2, options[i]);
        CU_ASSERT_EQUAL(run.status, 2);
        CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "--pipeline is for requests"));
        test_run_free(&run);
        CU_ASSERT_EQUAL(test_peer_end(peer), 0);
    }
}

const struct test tests_http_pipeline[] = {
    {"http_pipeline_asks_for_all_before_it_hears_one",
     http_pipeline_asks_for_all_before_it_hears_one},
    {"http_pipeline_asks_again_for_what_was_left_open",
     http_pipeline_asks_again_for_what_was_left_open},
    {"http_pipeline_tells_what_broke_and_goes_on",
     http_pipeline_tells_what_broke_and_goes_on},
    {"http_pipeline_is_for_what_may_be_repeated",
     http_pipeline_is_for_what_may_be_repeated},
    {NULL, NULL}};

/* SPDX-License-Identifier: MIT */
/*
 * A whole fetch inside this process, so that faults can be injected: reads and
 * writes of one byte, and every allocation refused once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/http_save.h"
#include "tests/harness.h"

static uint16_t port;

static pid_t start_server(void)
{
    const char *argv[] = {"http-server", "--root",      test_folder(), "--lab",
                          "--listen",    "127.0.0.1:0", NULL};

    return test_start(argv, &port, 1);
}

/* Fetches `path` into `file`, redirects and all; the error's class, negative,
 * or 0. */
static int fetch(const char *path, const char *file, struct error *error)
{
    struct http_options options = {.follow = true,
                                   .outputs = {.values = {file}, .count = 1},
                                   .data = {.values = {"a=b"}, .count = 1}};
    struct http_fetch *run;
    char url[128];
    int result;

    snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", port, path);
    result = http_fetch_start(&run, &options, error);
    if (result == 0)
        result = http_fetch_url(run, url, 0);
    return http_fetch_end(run, result);
}

static void check_content(const char *file, const char *wanted)
{
    char *content = test_read_file(file, NULL);

    CU_ASSERT_STRING_EQUAL(content ? content : "(none)", wanted);
    free(content);
}

#define CHUNKED_CONTENT "one chunk\nanother chunk\nthe last chunk\n"

static void http_fetch_bears_reads_and_writes_of_one_byte(void)
{
    const char *file = test_path("f");
    struct error error = {0};
    pid_t server = start_server();

    test_short_io(1);
    CU_ASSERT_EQUAL(fetch("/redirect/303?/chunked", file, &error), 0);
    test_short_io(0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
    check_content(file, CHUNKED_CONTENT);
    test_stop(server);
}

/* Whichever allocation fails: a sentence, and no half of a file. */
static void http_fetch_bears_every_refused_allocation(void)
{
    const char *file = test_path("f");
    pid_t server = start_server();
    long number = 1, made;

    do {
        struct error error = {0};

        unlink(file);
        test_fail_allocation(number);
        int result = fetch("/redirect/307?/chunked", file, &error);
        made = test_allocations();
        test_fail_allocation(0);
        if (result < 0) {
            CU_ASSERT(error.class != ERROR_NONE && error.text[0] != '\0');
            CU_ASSERT(access(file, F_OK) < 0);
        } else {
            check_content(file, CHUNKED_CONTENT);
        }
    } while (made >= number++ && number < 500);
    CU_ASSERT(number > 5 && number < 500);
    test_stop(server);
}

/* RFC 9110 §14.4, and the name of a target that has none. */
static void http_save_names_what_has_no_name(void)
{
    static const char *const rows[][2] = {{"/", "index.html"},
                                          {"/a/b.txt?c/d", "b.txt"},
                                          {"/a/", "index.html"},
                                          {"/.hidden", "_hidden"},
                                          {"/a%2fb;c", "a_2fb_c"}};
    struct option_list outputs = {.values = {test_folder()}, .count = 1};
    struct http_options options = {.outputs = outputs};
    struct error error = {0};
    struct http_save save;

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        CU_ASSERT_EQUAL(http_save_plan(&save, &options, rows[i][0], 3, &error),
                        0);
        CU_ASSERT_STRING_EQUAL(strrchr(save.path, '/') + 1, rows[i][1]);
    }
}

const struct test tests_http_client[] = {
    {"http_fetch_bears_reads_and_writes_of_one_byte",
     http_fetch_bears_reads_and_writes_of_one_byte},
    {"http_fetch_bears_every_refused_allocation",
     http_fetch_bears_every_refused_allocation},
    {"http_save_names_what_has_no_name", http_save_names_what_has_no_name},
    {NULL, NULL}};

/* SPDX-License-Identifier: MIT */
/* What the server remembers, across its processes. */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "http/http_limits.h"
#include "http/http_memory.h"
#include "tests/harness.h"

static void http_memory_counts_across_processes(void)
{
    struct error error = {0};
    struct http_memory *memory = http_memory_open(&error);
    char token[HTTP_TOKEN_SIZE];
    int status = 1;

    CU_ASSERT_PTR_NOT_NULL_FATAL(memory);
    CU_ASSERT(http_memory_add(memory, HTTP_MEMORY_SESSION, token));
    CU_ASSERT_EQUAL(strlen(token), HTTP_TOKEN_SIZE - 1);
    pid_t child = fork();
    if (child == 0)
        _exit(http_memory_count(memory, HTTP_MEMORY_SESSION, span_of(token)) ==
                      1
                  ? 0
                  : 1);
    waitpid(child, &status, 0);
    CU_ASSERT_EQUAL(status, 0);
    CU_ASSERT_EQUAL(
        http_memory_count(memory, HTTP_MEMORY_SESSION, span_of(token)), 2);
    CU_ASSERT_EQUAL(
        http_memory_count(memory, HTTP_MEMORY_NONCE, span_of(token)), 0);
    http_memory_forget(memory, HTTP_MEMORY_SESSION, span_of(token));
    CU_ASSERT_EQUAL(
        http_memory_count(memory, HTTP_MEMORY_SESSION, span_of(token)), 0);
    http_memory_close(memory);
}

/* RFC 7616 §5.5: the same nc twice is a replay. */
static void http_memory_takes_each_number_once(void)
{
    struct error error = {0};
    struct http_memory *memory = http_memory_open(&error);
    char token[HTTP_TOKEN_SIZE];
    struct span nonce = {token, HTTP_TOKEN_SIZE - 1};

    CU_ASSERT_PTR_NOT_NULL_FATAL(memory);
    CU_ASSERT(http_memory_add(memory, HTTP_MEMORY_NONCE, token));
    CU_ASSERT(!http_memory_raise(memory, HTTP_MEMORY_NONCE, nonce, 0));
    CU_ASSERT(http_memory_raise(memory, HTTP_MEMORY_NONCE, nonce, 1));
    CU_ASSERT(!http_memory_raise(memory, HTTP_MEMORY_NONCE, nonce, 1));
    CU_ASSERT(http_memory_raise(memory, HTTP_MEMORY_NONCE, nonce, 7));
    CU_ASSERT(!http_memory_raise(memory, HTTP_MEMORY_NONCE, nonce, 6));
    CU_ASSERT(!http_memory_raise(memory, HTTP_MEMORY_NONCE, SPAN("x"), 9));
    CU_ASSERT(!http_memory_raise(memory, HTTP_MEMORY_NONCE,
                                 SPAN("00000000000000000000000000000000"), 9));
    http_memory_close(memory);
}

static void http_memory_forgets_the_oldest(void)
{
    struct error error = {0};
    struct http_memory *memory = http_memory_open(&error);
    char first[HTTP_TOKEN_SIZE], second[HTTP_TOKEN_SIZE],
        other[HTTP_TOKEN_SIZE];

    CU_ASSERT_PTR_NOT_NULL_FATAL(memory);
    CU_ASSERT(http_memory_add(memory, HTTP_MEMORY_SESSION, first));
    CU_ASSERT(http_memory_add(memory, HTTP_MEMORY_SESSION, second));
    for (int i = 1; i < HTTP_MEMORY_MAX; i++)
        http_memory_add(memory, HTTP_MEMORY_NONCE, other);
    CU_ASSERT_EQUAL(
        http_memory_count(memory, HTTP_MEMORY_SESSION, span_of(first)), 0);
    CU_ASSERT_EQUAL(
        http_memory_count(memory, HTTP_MEMORY_SESSION, span_of(second)), 1);
    http_memory_close(memory);
}

const struct test tests_http_memory[] = {
    {"http_memory_counts_across_processes",
     http_memory_counts_across_processes},
    {"http_memory_takes_each_number_once", http_memory_takes_each_number_once},
    {"http_memory_forgets_the_oldest", http_memory_forgets_the_oldest},
    {NULL, NULL}};

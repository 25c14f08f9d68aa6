/* SPDX-License-Identifier: MIT */
/* A gateway's settings, and its places: shared by processes that may die. */
#include "http/http_gateway.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/harness.h"

static struct http_gateway gateway;
static struct error error;

static int set_up(const char *url, const char *name)
{
    error = (struct error){0};
    gateway = (struct http_gateway){.url = url, .name = name, .max = 2};
    return http_gateway_set_up(&gateway, &error);
}

/* In a process of its own, which ends by itself or is killed with it. */
static int place_of_another(bool killed)
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        int place = http_gateway_take_place(&gateway);
        if (killed)
            raise(SIGKILL);
        _exit(place + 1);
    }
    waitpid(pid, &status, 0);
    return killed ? WTERMSIG(status) : WEXITSTATUS(status) - 1;
}

static void places_are_counted_over_all_processes(void)
{
    CU_ASSERT_EQUAL(set_up("http://127.0.0.1:8080", "gate"), 0);
    CU_ASSERT_EQUAL(http_gateway_take_place(&gateway), 0);
    CU_ASSERT_EQUAL(place_of_another(false), 1);
    gateway.max = 1;
    CU_ASSERT_EQUAL(place_of_another(false), -1);
    http_gateway_give_place(&gateway, 0);
    CU_ASSERT_EQUAL(place_of_another(false), 0);
    http_gateway_free(&gateway);
}

static void places_come_back_from_the_dead(void)
{
    CU_ASSERT_EQUAL(set_up("http://127.0.0.1:8080", "gate"), 0);
    CU_ASSERT_EQUAL(place_of_another(true), SIGKILL);
    CU_ASSERT_EQUAL(place_of_another(false), 0);
    http_gateway_free(&gateway);
}

static void gateway_wants_a_bare_server(void)
{
    static const char *const wrong[] = {"https://127.0.0.1", "http://a/path",
                                        "http://a/?query", "ftp://a", ""};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        CU_ASSERT(set_up(wrong[i], "gate") < 0);
        CU_ASSERT(error.text[0] != '\0');
        http_gateway_free(&gateway);
    }
}

/* RFC 9110 §7.6.3. */
static void gateway_name_can_stand_in_via(void)
{
    CU_ASSERT_EQUAL(set_up("http://a", "two words"), -ERROR_USAGE);
    http_gateway_free(&gateway);
    CU_ASSERT_EQUAL(set_up("http://a", ""), -ERROR_USAGE);
    http_gateway_free(&gateway);
    CU_ASSERT_EQUAL(set_up("http://a", NULL), 0);
    CU_ASSERT(gateway.pseudonym[0] != '\0');
    http_gateway_free(&gateway);
}

const struct test tests_http_gateway_places[] = {
    {"places_are_counted_over_all_processes",
     places_are_counted_over_all_processes},
    {"places_come_back_from_the_dead", places_come_back_from_the_dead},
    {"gateway_wants_a_bare_server", gateway_wants_a_bare_server},
    {"gateway_name_can_stand_in_via", gateway_name_can_stand_in_via},
    {NULL, NULL}};

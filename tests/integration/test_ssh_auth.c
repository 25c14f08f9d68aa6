/* SPDX-License-Identifier: MIT */
/* ssh-client's log-in by questions and answers, which our server never asks. */
#include <string.h>

#include "tests/integration/ssh_other.h"
#include "tests/integration/ssh_play.h"

static struct test_run run;

/* Where in what was said the text stands; SIZE_MAX: nowhere. */
static size_t place_of(const char *text)
{
    const char *at = strstr(run.err, text);

    return at != NULL ? (size_t)(at - run.err) : SIZE_MAX;
}

/* RFC 4256 §3.1: the method is asked for by its name; RFC 4256 §3.2: the server
 * asks, and RFC 4256 §3.4: is answered. A question that is not to be seen is
 * the one for the password, and the trace does not show it either. */
static void ssh_auth_answers_questions(void)
{
    uint16_t port;
    pid_t other = ssh_other_start(&port, 1);

    /* RFC 4254 §5.4: a session is to be had there, a command is not. */
    SSH_PLAY(&run, port, "-v", "@", "whoami");
    CU_ASSERT_EQUAL(run.status, 1);
    CU_ASSERT(run.seconds < 15);
    CU_ASSERT(place_of("USERAUTH_FAILURE can go on: keyboard-interactive") <
              place_of("USERAUTH_REQUEST ada keyboard-interactive\n"));
    CU_ASSERT(place_of("USERAUTH_REQUEST ada keyboard-interactive\n") <
              place_of("USERAUTH_INFO_REQUEST 2 questions\n"));
    CU_ASSERT(place_of("USERAUTH_INFO_REQUEST 2 questions\n") <
              place_of("USERAUTH_INFO_RESPONSE ********\n"));
    CU_ASSERT(place_of("USERAUTH_INFO_RESPONSE ********\n") <
              place_of("USERAUTH_SUCCESS "));
    CU_ASSERT(place_of("C: CHANNEL_REQUEST exec whoami\n") <
              place_of("S: CHANNEL_FAILURE exec\n"));
    CU_ASSERT_EQUAL(place_of("lovelace"), SIZE_MAX);
    test_run_free(&run);
    CU_ASSERT_EQUAL(ssh_other_end(other), 0);
}

/* RFC 4256 §3.2 has no limit; a person would not bear more than we do. */
static void ssh_auth_answers_no_examination(void)
{
    uint16_t port;
    pid_t other = ssh_other_start(&port, 16);

    SSH_PLAY(&run, port, "@", "whoami");
    CU_ASSERT_EQUAL(run.status, 7);
    CU_ASSERT(place_of("asks 17 questions") != SIZE_MAX);
    test_run_free(&run);
    CU_ASSERT_EQUAL(ssh_other_end(other), 1);
}

const struct test tests_ssh_auth[] = {
    {"ssh_auth_answers_questions", ssh_auth_answers_questions},
    {"ssh_auth_answers_no_examination", ssh_auth_answers_no_examination},
    {NULL, NULL}};

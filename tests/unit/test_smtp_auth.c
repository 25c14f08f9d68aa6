/* SPDX-License-Identifier: MIT */
/* Logging in over SMTP, as transcripts; a false server is told nothing. */
#include <stdio.h>
#include <string.h>

#include "smtp/smtp_client.h"
#include "tests/harness.h"

static struct error error;
static struct smtp_client client;
static const struct login login = {.user = "bob", .password = "s3cret"};

/* Greets the peer of this script, then logs in. */
static int logs_in(const char *script, const char *wanted, bool insecure)
{
    uint16_t port;
    pid_t peer = test_peer(script, &port);
    int result;

    error_clear(&error);
    memset(&client, 0, sizeof(client));
    client.setup.error = &error;
    client.setup.proto = "smtp";
    client.setup.deadline = deadline_in_ms(20000);
    client.name = "x";
    CU_ASSERT_EQUAL(smtp_client_greet(&client, "127.0.0.1", port), 0);
    result = smtp_client_log_in(&client, &login, wanted, insecure);
    smtp_client_close(&client);
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
    return result;
}

#define OFFER(mechanisms) \
    "S: 220 mx\nC: EHLO x\nS: 250-mx\nS: 250 AUTH " mechanisms "\n"

/* RFC 4954 §4: the first response may go along with AUTH. */
static void smtp_auth_says_plain_in_one_line(void)
{
    CU_ASSERT_EQUAL(
        logs_in(OFFER("LOGIN PLAIN") "C: AUTH PLAIN AGJvYgBzM2NyZXQ=\n"
                                     "S: 235 2.7.0 welcome\n",
                NULL, true),
        0);
}

static void smtp_auth_answers_login(void)
{
    CU_ASSERT_EQUAL(
        logs_in(OFFER("LOGIN") "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\n"
                               "C: Ym9i\nS: 334 UGFzc3dvcmQ6\n"
                               "C: czNjcmV0\nS: 235 ok\n",
                NULL, true),
        0);
}

/* The example of RFC 2195 §2, with a challenge of "<1@mx>". */
static void smtp_auth_answers_cram_md5(void)
{
    CU_ASSERT_EQUAL(
        logs_in(OFFER("CRAM-MD5 PLAIN") "C: AUTH CRAM-MD5\nS: 334 PDFAbXg+\n"
                                        "C: "
                                        "Ym9iIDAyNWZjYWUwMWFhYzQ3ZWY3ZDA0YmNhZW"
                                        "YwNDc3MWI4\n"
                                        "S: 535 5.7.8 no\n",
                NULL, true),
        -ERROR_AUTH);
}

/* RFC 4954 §4: a lone "*" ends an exchange that can't go on. */
static void smtp_auth_cancels_what_makes_no_sense(void)
{
    /* No base64. */
    CU_ASSERT_EQUAL(logs_in(OFFER("CRAM-MD5") "C: AUTH CRAM-MD5\n"
                                              "S: 334 hello there\nC: *\n"
                                              "S: 501 cancelled\n",
                            NULL, true),
                    -ERROR_PROTOCOL);
    /* A challenge that PLAIN does not have: to whoever asks again. */
    CU_ASSERT_EQUAL(logs_in(OFFER("PLAIN") "C: AUTH PLAIN *\nS: 334 \nC: *\n"
                                           "S: 501 cancelled\n",
                            NULL, true),
                    -ERROR_PROTOCOL);
    /* SCRAM with a nonce that is not ours. */
    CU_ASSERT_EQUAL(
        logs_in(OFFER("SCRAM-SHA-256") "C: AUTH SCRAM-SHA-256 *\n"
                                       "S: 334 cj1hLHM9QUFBQSxpPTQwOTY=\nC: *\n"
                                       "S: 501 cancelled\n",
                NULL, true),
        -ERROR_PROTOCOL);
}

/* Whoever is glad before it has proved anything may be anybody. */
static void smtp_auth_believes_no_early_welcome(void)
{
    CU_ASSERT_EQUAL(
        logs_in(
            OFFER("SCRAM-SHA-256") "C: AUTH SCRAM-SHA-256 *\nS: 235 welcome\n",
            NULL, true),
        -ERROR_INSECURE);
    CU_ASSERT_FALSE(client.logged_in);
}

/* Nothing at all is said in clear text: the script ends with the greeting. */
static void smtp_auth_says_nothing_in_clear(void)
{
    CU_ASSERT_EQUAL(logs_in(OFFER("PLAIN SCRAM-SHA-256"), NULL, false),
                    -ERROR_INSECURE);
    CU_ASSERT_EQUAL(logs_in(OFFER("GSSAPI"), NULL, true), -ERROR_AUTH);
    CU_ASSERT_EQUAL(logs_in(OFFER("LOGIN"), "PLAIN", true), -ERROR_AUTH);
}

const struct test tests_smtp_auth[] = {
    {"smtp_auth_says_plain_in_one_line", smtp_auth_says_plain_in_one_line},
    {"smtp_auth_answers_login", smtp_auth_answers_login},
    {"smtp_auth_answers_cram_md5", smtp_auth_answers_cram_md5},
    {"smtp_auth_cancels_what_makes_no_sense",
     smtp_auth_cancels_what_makes_no_sense},
    {"smtp_auth_believes_no_early_welcome",
     smtp_auth_believes_no_early_welcome},
    {"smtp_auth_says_nothing_in_clear", smtp_auth_says_nothing_in_clear},
    {NULL, NULL}};

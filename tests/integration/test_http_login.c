/* SPDX-License-Identifier: MIT */
/* Log-ins between our two programs and curl: same fields, same doors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "http/http_digest.h"
#include "tests/integration/http_ask.h"
#include "tests/integration/http_play.h"

#define EMPTY "S: Content-Length: 0\nS:\n"

static uint16_t port;

static pid_t start_guarded(void)
{
    static const char text[] = "ada:love:lace\nbob:pw\n";
    const char *root = test_path("root"), *accounts = test_path("accounts");
    char folder[512], file[600];

    snprintf(folder, sizeof(folder), "%s/private", root);
    snprintf(file, sizeof(file), "%s/x", folder);
    CU_ASSERT(mkdir(root, 0755) == 0 && mkdir(folder, 0755) == 0);
    test_write_file(file, "hidden\n", 7);
    test_write_file(accounts, text, sizeof(text) - 1);
    return test_start((const char *const[]){"http-server", "--root", root,
                                            "--accounts", accounts,
                                            "--writable", "--listen",
                                            "127.0.0.1:0", NULL},
                      &port, 1);
}

/* `words`, ended by NULL, and the URL; what came. */
static void check_door(const char *const *words, int status, const char *out)
{
    const char *argv[16];
    struct test_run result;
    char url[128];
    size_t count = 0;

    while (words[count] && count < 14) {
        argv[count] = words[count];
        count++;
    }
    snprintf(url, sizeof(url), "http://127.0.0.1:%u/private/x", port);
    argv[count++] = url;
    argv[count] = NULL;
    test_run(&result, 20, argv);
    CU_ASSERT_EQUAL(result.status, status);
    CU_ASSERT_STRING_EQUAL(result.out, out);
    test_run_free(&result);
}

#define DOOR(status, out, ...) \
    check_door((const char *const[]){__VA_ARGS__, NULL}, (status), (out))

static void http_server_lets_in_who_has_an_account(void)
{
    pid_t server = start_guarded();

    DOOR(22, "", "curl", "-sf");
    DOOR(0, "hidden\n", "curl", "-sf", "--basic", "-u", "ada:love:lace");
    DOOR(0, "hidden\n", "curl", "-sf", "--digest", "-u", "ada:love:lace");
    DOOR(0, "hidden\n", "curl", "-sf", "--anyauth", "-u", "bob:pw");
    DOOR(22, "", "curl", "-sf", "--basic", "-u", "ada:love");
    DOOR(22, "", "curl", "-sf", "--digest", "-u", "bob:love:lace");
    DOOR(0, "hidden\n", "http-client", "-f", "--digest", "-u", "bob:pw");
    DOOR(0, "hidden\n", "http-client", "-f", "--anyauth", "-u", "bob:pw");
    DOOR(0, "hidden\n", "http-client", "-f", "--insecure-auth", "-u",
         "ada:love:lace");
    DOOR(1, "", "http-client", "-f", "--digest", "-u", "bob:px");
    DOOR(4, "", "http-client", "-f", "-u", "bob:pw");
    test_stop(server);
}

/* An upload that needs a log-in is sent once, with it. */
static void http_client_uploads_with_digest(void)
{
    pid_t server = start_guarded();
    const char *file = test_path("root/private/x");
    char *text;

    DOOR(0, "", "http-client", "-o", "/dev/null", "--digest", "-u", "bob:pw",
         "-X", "PUT", "--data-binary", "new\n");
    text = test_read_file(file, NULL);
    CU_ASSERT_STRING_EQUAL(text ? text : "(none)", "new\n");
    free(text);
    test_stop(server);
}

#define CHALLENGE(more) \
    "S: WWW-Authenticate: Digest realm=\"r\", nonce=\"n1\"" more "\n"

/* RFC 7616 §3.7: the strongest of all that we know, wherever it stands. RFC
 * 7616 §3.4: the answer names the realm, the nonce and the algorithm. */
static void http_client_takes_the_strongest_digest(void)
{
    PLAY("C: GET / HTTP/1.1\n"
         "C: Host: *\n"
         "C: User-Agent: *\n"
         "C: Accept: */*\n"
         "C:\n"
         "S: HTTP/1.1 401 Unauthorized\n"
         "S: WWW-Authenticate: Basic realm=\"r\"\n" CHALLENGE(", qop=\"auth\"")
             CHALLENGE(", qop=\"auth\", algorithm=SHA-256")
                 CHALLENGE(", qop=\"auth\", algorithm=SHA-512-256") EMPTY
         "C: GET / HTTP/1.1\n"
         "C: Host: *\n"
         "C: User-Agent: *\n"
         "C: Accept: */*\n"
         "C: Authorization: Digest username=\"u\", realm=\"r\", nonce=\"n1\", "
         "uri=\"/\", algorithm=SHA-256, response=*\n"
         "C:\n"
         "S: HTTP/1.1 200 OK\n" EMPTY,
         "/", "--anyauth", "-u", "u:p");
    http_play_expect(0, "");
}

/* RFC 7616 §3.3: a nonce that has grown old is no wrong password; a second 401
 * without that word is. */
static void http_client_renews_a_stale_nonce_once(void)
{
    PLAY("C: GET / HTTP/1.1\n"
         "C: ...\n"
         "S: HTTP/1.1 401 Unauthorized\n" CHALLENGE("") EMPTY
         "C: GET / HTTP/1.1\n"
         "C: ...\n"
         "S: HTTP/1.1 401 Unauthorized\n"
         "S: WWW-Authenticate: Digest realm=\"r\", nonce=\"n2\", "
         "stale=true\n" EMPTY "C: GET / HTTP/1.1\n"
         "C: ...\n"
         "S: HTTP/1.1 401 Unauthorized\n"
         "S: WWW-Authenticate: Digest realm=\"r\", nonce=\"n3\"\n" EMPTY,
         "/", "--digest", "-f", "-u", "u:p");
    http_play_expect(1, "");
}

/* Asked for Basic over http, it does not give the password away. */
static void http_client_is_not_talked_down_to_basic(void)
{
    static const char script[] =
        "C: GET / HTTP/1.1\n"
        "C: ...\n"
        "S: HTTP/1.1 401 Unauthorized\n"
        "S: WWW-Authenticate: Basic realm=\"r\"\n" EMPTY;

    PLAY(script, "/", "--anyauth", "-u", "u:p");
    http_play_expect(4, "");
    PLAY(script, "/", "--digest", "-f", "-u", "u:p");
    http_play_expect(1, "");
}

/* Asks for /private/x with a Digest made for `uri` and `nonce`: the status. */
static int knock(const char *uri, const char *nonce, uint32_t count)
{
    struct http_digest digest = {.algorithm = HTTP_DIGEST_SHA256,
                                 .user = "ada",
                                 .realm = "private",
                                 .password = "pw",
                                 .method = "GET",
                                 .uri = uri,
                                 .nonce = nonce,
                                 .cnonce = "c",
                                 .count = count,
                                 .qop = true};
    char value[1024], request[1200];

    CU_ASSERT(http_digest_write(value, sizeof(value), &digest, ""));
    int length = snprintf(request, sizeof(request),
                          "GET /private/x?q HTTP/1.1\r\nHost: a\r\n"
                          "Authorization: %s\r\n\r\n",
                          value);
    http_ask_bytes(request, (size_t)length);
    return http_ask_status();
}

/* RFC 7616 §3.4.6 and RFC 7616 §5.5: a hash is good for its target, and once.
 * The right one meets 404, for there is no such file. RFC 9110 §11.6.1: a 401
 * says how to do better. */
static void http_server_takes_a_digest_once(void)
{
    char accounts[512], nonce[64] = "", *at;

    snprintf(accounts, sizeof(accounts), "%s", test_path("accounts"));
    test_write_file(accounts, "ada:pw\n", 7);
    http_ask_start("--accounts", accounts);
    CHECK_STATUS("GET /private/x?q HTTP/1.1\r\nHost: a\r\n\r\n", 401);
    CU_ASSERT(http_ask_has("\r\nWWW-Authenticate: Digest realm="));
    if ((at = strstr(http_ask_answer, "nonce=\"")) != NULL)
        snprintf(nonce, sizeof(nonce), "%.32s", at + 7);
    CU_ASSERT_EQUAL(knock("/private/y", nonce, 1), 400);
    CU_ASSERT_EQUAL(knock("/private/x?q", nonce, 1), 404);
    CU_ASSERT_EQUAL(knock("/private/x?q", nonce, 1), 401);
    CU_ASSERT(http_ask_has("stale=true"));
    CU_ASSERT_EQUAL(knock("/private/x?q", nonce, 2), 404);
    CU_ASSERT_EQUAL(
        knock("/private/x?q", "00000000000000000000000000000000", 1), 401);
    CU_ASSERT(http_ask_has("stale=true"));
    CHECK_STATUS("GET /private/x HTTP/1.1\r\nHost: a\r\n"
                 "Authorization: Digest username=ada\r\n\r\n",
                 400);
    CHECK_STATUS("GET /private/x HTTP/1.1\r\nHost: a\r\n"
                 "Authorization: Basic ?\r\n\r\n",
                 400);
    CHECK_STATUS("GET /%70rivate/x HTTP/1.1\r\nHost: a\r\n\r\n", 401);
    CHECK_STATUS("GET //private/x HTTP/1.1\r\nHost: a\r\n\r\n", 401);
    CHECK_STATUS("GET /./private/x HTTP/1.1\r\nHost: a\r\n\r\n", 401);
    http_ask_stop();
}

const struct test tests_http_login[] = {
    {"http_server_lets_in_who_has_an_account",
     http_server_lets_in_who_has_an_account},
    {"http_client_uploads_with_digest", http_client_uploads_with_digest},
    {"http_client_takes_the_strongest_digest",
     http_client_takes_the_strongest_digest},
    {"http_client_renews_a_stale_nonce_once",
     http_client_renews_a_stale_nonce_once},
    {"http_client_is_not_talked_down_to_basic",
     http_client_is_not_talked_down_to_basic},
    {"http_server_takes_a_digest_once", http_server_takes_a_digest_once},
    {NULL, NULL}};

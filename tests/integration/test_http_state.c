/* SPDX-License-Identifier: MIT */
/*
 * Cookies and sessions between our two programs and curl: the same files, the
 * same fields, the same doors.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/integration/http_ask.h"
#include "tests/integration/http_play.h"

/* ---- cookies ------------------------------------------------------------ */

#define EMPTY "S: Content-Length: 0\nS:\n"

/* Set-Cookie fields as both clients get them. */
#define SET                                                     \
    "S: Set-Cookie: a=1\n"                                      \
    "S: Set-Cookie: b=2; Path=/x; HttpOnly\n"                   \
    "S: Set-Cookie: c=3; Max-Age=100000; Path=/\n"              \
    "S: Set-Cookie: d=4; Expires=Wed, 09 Jun 2044 10:18:14 GMT" \
    "; Domain=127.0.0.1\n"                                      \
    "S: Set-Cookie: e=; Path=/dir\n"                            \
    "S: Set-Cookie: f=6; Domain=example.test\n"                 \
    "S: Set-Cookie: none\n"                                     \
    "S: Set-Cookie: h=8; Max-Age=0\n"

static pid_t play(const char *script, const char *path, char url[128])
{
    uint16_t port;
    pid_t peer = test_peer(script, &port);

    snprintf(url, 128, "http://127.0.0.1:%u%s", port, path);
    return peer;
}

static void run(const char *const *argv)
{
    struct test_run result;

    test_run(&result, 20, argv);
    CU_ASSERT_EQUAL(result.status, 0);
    test_run_free(&result);
}

/* The jar that `program` writes of SET. */
static const char *jar_of(const char *program)
{
    const char *jar = test_path(program);
    char url[128];
    pid_t peer = play("C: GET /dir/x HTTP/1.1\n"
                      "C: ...\n"
                      "S: HTTP/1.1 200 OK\n" SET EMPTY,
                      "/dir/x", url);

    run((const char *const[]){program, "-s", "-c", jar, url, NULL});
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
    return jar;
}

/* What `program` sends of a jar: all that matches, longest path first. */
static void check_sent(const char *program, const char *jar, const char *line)
{
    char url[128], script[512];
    struct test_run result;

    snprintf(script, sizeof(script),
             "C: GET /dir/x HTTP/1.1\n"
             "C: Host: *\n"
             "C: User-Agent: *\n"
             "C: Accept: */*\n"
             "C: Cookie: %s\n"
             "C:\n"
             "S: HTTP/1.1 200 OK\n" EMPTY,
             line);
    pid_t peer = play(script, "/dir/x", url);
    test_run(&result, 20,
             (const char *const[]){program, "-s", "-b", jar, url, NULL});
    CU_ASSERT_EQUAL(result.status, 0);
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
    test_run_free(&result);
}

/* Among cookies with paths of one length curl has an order of its own. */
static void check_sent_by_curl(const char *jar)
{
    static const char *const cookies[] = {"a=1", "d=4", "e=", "c=3"};
    char url[128];
    struct test_run result;
    pid_t peer = play("C: GET /dir/x HTTP/1.1\n"
                      "C: ...\n"
                      "S: HTTP/1.1 200 OK\n" EMPTY,
                      "/dir/x", url);

    test_run(&result, 20,
             (const char *const[]){"curl", "-sv", "-b", jar, url, NULL});
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
    const char *line = strstr(result.err, "> Cookie: ");
    CU_ASSERT_PTR_NOT_NULL(line);
    for (size_t i = 0; line && i < 4; i++)
        CU_ASSERT_PTR_NOT_NULL(strstr(line, cookies[i]));
    CU_ASSERT_PTR_NULL(line ? strstr(line, "b=2") : line);
    test_run_free(&result);
}

static void http_client_reads_the_cookies_of_curl(void)
{
    /* curl writes the youngest first, and gives "/dir/" for "/dir". */
    check_sent("http-client", jar_of("curl"), "d=4; a=1; e=; c=3");
}

static void curl_reads_the_cookies_of_http_client(void)
{
    const char *jar = jar_of("http-client");
    char *text = test_read_file(jar, NULL);

    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, "\n#HttpOnly_127.0.0.1\tFALSE\t/x\tFALSE\t0\tb\t2\n"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, "\n127.0.0.1\tFALSE\t/dir\tFALSE\t2349080294\td\t4\n"));
    CU_ASSERT_PTR_NULL(strstr(text, "\tf\t"));
    CU_ASSERT_PTR_NULL(strstr(text, "\th\t"));
    free(text);
    check_sent("http-client", jar, "a=1; d=4; e=; c=3");
    check_sent_by_curl(jar);
}

/* A cookie that a redirect sets is there for the request that it leads to; one
 * of the command line stays with the host that the user named. */
static void http_client_carries_cookies_through_a_redirect(void)
{
    PLAY("C: GET / HTTP/1.1\n"
         "C: Host: *\n"
         "C: User-Agent: *\n"
         "C: Accept: */*\n"
         "C: Cookie: own=1; more=2\n"
         "C:\n"
         "S: HTTP/1.1 302 Found\n"
         "S: Location: /there\n"
         "S: Set-Cookie: new=3\n" EMPTY "C: GET /there HTTP/1.1\n"
         "C: Host: *\n"
         "C: User-Agent: *\n"
         "C: Accept: */*\n"
         "C: Cookie: new=3; own=1; more=2\n"
         "C:\n"
         "S: HTTP/1.1 200 OK\n" EMPTY,
         "/", "-L", "-b", "own=1; more=2");
    http_play_expect(0, "");
}

static void http_client_keeps_given_cookies_from_strangers(void)
{
    char script[512];
    uint16_t other;
    pid_t second = test_peer("C: GET /there HTTP/1.1\n"
                             "C: Host: *\n"
                             "C: User-Agent: *\n"
                             "C: Accept: */*\n"
                             "C:\n"
                             "S: HTTP/1.1 200 OK\n" EMPTY,
                             &other);

    snprintf(script, sizeof(script),
             "C: GET / HTTP/1.1\n"
             "C: ...\n"
             "S: HTTP/1.1 302 Found\n"
             "S: Location: http://localhost:%u/there\n" EMPTY,
             other);
    PLAY(script, "/", "-4", "-L", "-b", "own=1");
    CU_ASSERT_EQUAL(test_peer_end(second), 0);
    http_play_expect(0, "");
}

/* A jar that can't be read must not be written over. */
static void http_client_leaves_a_jar_it_can_not_read(void)
{
    const char *jar = test_path("folder");
    char url[128];
    struct test_run result;

    CU_ASSERT_EQUAL(mkdir(jar, 0755), 0);
    snprintf(url, sizeof(url), "http://127.0.0.1:1/");
    test_run(
        &result, 20,
        (const char *const[]){"http-client", "-b", jar, "-c", jar, url, NULL});
    CU_ASSERT_EQUAL(result.status, 8);
    test_run_free(&result);
}

/* ---- sessions ----------------------------------------------------------- */

/* RFC 6265 §4.1: Set-Cookie begins it; RFC 6265 §4.2.2: the cookie that comes
 * back is all that is known of who sends it; RFC 6265 §4.1.2.2: with Max-Age=0
 * it is over, at both ends. */
static void http_server_counts_the_visits_of_a_session(void)
{
    static const char path[] = "/session";
    char url[128], *text;
    const char *jar;

    http_ask_start("--lab", NULL);
    jar = test_path("jar");
    snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", http_ask_port, path);
    run((const char *const[]){"curl", "-s", "-c", jar, "-o", test_path("1"),
                              url, NULL});
    run((const char *const[]){"http-client", "-s", "-b", jar, "-o",
                              test_path("2"), url, NULL});
    text = test_read_file(test_path("2"), NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(text ? text : "", "This is visit 2 of"));
    free(text);
    ASK("GET /session HTTP/1.1\r\nHost: a\r\n"
        "Cookie: a=b; session=00000000000000000000000000000000\r\n\r\n");
    CU_ASSERT(http_ask_has("This is visit 1 of"));
    CU_ASSERT(http_ask_has("Set-Cookie: session="));
    run((const char *const[]){"http-client", "-s", "-b", jar, "-c", jar, "-o",
                              test_path("3"), strcat(url, "?end"), NULL});
    text = test_read_file(test_path("3"), NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(text ? text : "", "forgotten you"));
    free(text);
    text = test_read_file(jar, NULL);
    CU_ASSERT_PTR_NULL(strstr(text ? text : "session", "session"));
    free(text);
    http_ask_stop();
}

const struct test tests_http_state[] = {
    {"http_client_reads_the_cookies_of_curl",
     http_client_reads_the_cookies_of_curl},
    {"curl_reads_the_cookies_of_http_client",
     curl_reads_the_cookies_of_http_client},
    {"http_client_carries_cookies_through_a_redirect",
     http_client_carries_cookies_through_a_redirect},
    {"http_client_keeps_given_cookies_from_strangers",
     http_client_keeps_given_cookies_from_strangers},
    {"http_client_leaves_a_jar_it_can_not_read",
     http_client_leaves_a_jar_it_can_not_read},
    {"http_server_counts_the_visits_of_a_session",
     http_server_counts_the_visits_of_a_session},
    {NULL, NULL}};

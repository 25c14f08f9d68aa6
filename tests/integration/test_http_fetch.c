/* SPDX-License-Identifier: MIT */
/*
 * http-client against scripted servers: what goes on between exchanges, and
 * where the answers go.
 */
#include "tests/integration/http_play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool exists(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0;
}

/* ---- redirects ---------------------------------------------------------- */

static void http_client_stays_without_location_option(void)
{
    PLAY_PLAIN("C: GET / HTTP/1.1\n"
               "C: ...\n"
               "S: HTTP/1.1 302 Found\n"
               "S: Location: /there\n"
               "S: Content-Length: 4\n"
               "S:\n"
               "S= this\n",
               "/");
    http_play_expect(0, "this");
}

/* RFC 9110 §15.4.4: by GET, and the body stays behind. */
static void http_client_makes_get_of_303(void)
{
    PLAY("C: POST / HTTP/1.1\n"
         "C: ...\n"
         "S: HTTP/1.1 303 See Other\n"
         "S: Location: /there\n"
         "S: Content-Length: 4\n"
         "S:\n"
         "S= skip\n"
         "C: aaaGET /there HTTP/1.1\n"
         "C: Host: *\n"
         "C: User-Agent: wirelab\n"
         "C: Accept: */*\n"
         "C:\n"
         "S: HTTP/1.1 200 OK\n"
         "S: Content-Length: 2\n"
         "S:\n"
         "S= ok\n",
         "/", "-L", "-d", "aaa");
    http_play_expect(0, "ok");
}

/* RFC 9110 §15.4.8: the same request once more. */
static void http_client_repeats_the_body_after_307(void)
{
    PLAY("C: POST / HTTP/1.1\n"
         "C: ...\n"
         "S: HTTP/1.1 307 Temporary Redirect\n"
         "S: Location: there\n"
         "S: Connection: close\n"
         "S: Content-Length: 0\n"
         "S:\n"
         "E:\n"
         "C: POST /there HTTP/1.1\n"
         "C: Host: *\n"
         "C: User-Agent: wirelab\n"
         "C: Accept: */*\n"
         "C: Content-Type: application/x-www-form-urlencoded\n"
         "C: Content-Length: 6\n"
         "C:\n"
         "C: body\n"
         "S: HTTP/1.1 200 OK\n"
         "S: Content-Length: 2\n"
         "S:\n"
         "S= ok\n",
         "/", "-L", "--data-binary", "body\r\n");
    http_play_expect(0, "ok");
}

static void http_client_counts_redirects(void)
{
    PLAY("C: GET / HTTP/1.1\n"
         "C: ...\n"
         "S: HTTP/1.1 301 Moved Permanently\n"
         "S: Location: /\n"
         "S: Content-Length: 0\n"
         "S:\n"
         "C: GET / HTTP/1.1\n"
         "C: ...\n"
         "S: HTTP/1.1 301 Moved Permanently\n"
         "S: Location: /\n"
         "S: Content-Length: 0\n"
         "S:\n",
         "/", "-L", "--max-redirs", "1");
    http_play_expect(1, "");
}

/* RFC 9110 §15.4: another port is another origin. */
static void http_client_drops_credentials_at_another_origin(void)
{
    char script[512];
    uint16_t port, other;
    pid_t second = test_peer("C: GET /there HTTP/1.1\n"
                             "C: Host: *\n"
                             "C: User-Agent: wirelab\n"
                             "C: Accept: */*\n"
                             "C: X-Keep: 1\n"
                             "C:\n"
                             "S: HTTP/1.1 200 OK\n"
                             "S: Content-Length: 2\n"
                             "S:\n"
                             "S= ok\n",
                             &other);

    snprintf(script, sizeof(script),
             "C: GET / HTTP/1.1\n"
             "C: Host: *\n"
             "C: User-Agent: wirelab\n"
             "C: Accept: */*\n"
             "C: Authorization: Basic bWU6c2VjcmV0\n"
             "C: Cookie: a=b\n"
             "C: X-Keep: 1\n"
             "C:\n"
             "S: HTTP/1.1 302 Found\n"
             "S: Location: http://127.0.0.1:%u/there\n"
             "S: Content-Length: 0\n"
             "S:\n",
             other);
    pid_t first = test_peer(script, &port);
    http_play_client(
        port, "/",
        (const char *const[]){"-L", "-u", "me:secret", "--insecure-auth", "-H",
                              "Cookie: a=b", "-H", "X-Keep: 1", NULL});
    CU_ASSERT_EQUAL(test_peer_end(first), 0);
    CU_ASSERT_EQUAL(test_peer_end(second), 0);
    http_play_expect(0, "ok");
}

static void http_client_follows_no_other_scheme(void)
{
    PLAY("C: GET / HTTP/1.1\n"
         "C: ...\n"
         "S: HTTP/1.1 302 Found\n"
         "S: Location: file:///etc/hostname\n"
         "S: Content-Length: 0\n"
         "S:\n",
         "/", "-L");
    http_play_expect(4, "");
}

/* ---- connections -------------------------------------------------------- */

/* Two URLs of one origin, over what the script does between them. */
static void two(const char *script, const char *option, const char *value)
{
    uint16_t port;
    pid_t peer = test_peer(script, &port);
    char url[64];

    snprintf(url, sizeof(url), "http://127.0.0.1:%u/", port);
    const char *argv[] = {"http-client", url, url, option, value, NULL};
    test_run(&http_play, 20, argv);
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
}

#define ANSWER(word)         \
    "S: HTTP/1.1 200 OK\n"   \
    "S: Content-Length: 3\n" \
    "S:\n"                   \
    "S= " word "\n"

/* RFC 9112 §9.3.1: the connection was closed while the request was under way;
 * GET may be repeated. */
static void http_client_repeats_get_on_a_new_connection(void)
{
    two("C: GET / HTTP/1.1\nC: ...\n" ANSWER(
            "one") "C: GET / HTTP/1.1\nC: ...\nE:\n"
                   "C: GET / HTTP/1.1\nC: ...\n" ANSWER("two"),
        NULL, NULL);
    http_play_expect(0, "onetwo");
}

/* ... but twice posted may be twice done. */
static void http_client_does_not_repeat_post(void)
{
    two("C: POST / HTTP/1.1\nC: ...\n" ANSWER(
            "one") "C: xPOST / HTTP/1.1\nC: ...\nE:\n",
        "-d", "x");
    http_play_expect(7, "one");
}

static void http_client_closes_when_told(void)
{
    two("C: GET / HTTP/1.1\nC: ...\n"
        "S: HTTP/1.1 200 OK\nS: Connection: close\nS: Content-Length: 3\nS:\n"
        "S= one\n"
        "E:\n"
        "C: GET / HTTP/1.1\nC: ...\n" ANSWER("two"),
        NULL, NULL);
    http_play_expect(0, "onetwo");
}

/* ---- files -------------------------------------------------------------- */

static void http_client_without_fail_takes_404_for_an_answer(void)
{
    PLAY_PLAIN("C: GET / HTTP/1.1\nC: ...\n"
               "S: HTTP/1.1 404 Not Found\nS: Content-Length: 4\nS:\nS= gone\n",
               "/");
    http_play_expect(0, "gone");
}

static void http_client_with_fail_writes_nothing(void)
{
    const char *file = test_path("f");

    PLAY("C: GET / HTTP/1.1\nC: ...\n"
         "S: HTTP/1.1 404 Not Found\nS: Content-Length: 4\nS:\nS= gone\n",
         "/", "-f", "-o", file);
    CU_ASSERT_PTR_NOT_NULL(strstr(http_play.err, "404 Not Found"));
    http_play_expect(1, "");
    CU_ASSERT_FALSE(exists(file));
}

static void check_resume(const char *answer, int status, const char *after)
{
    const char *file = test_path("part");
    char script[512];

    test_write_file(file, "01234", 5);
    snprintf(script, sizeof(script),
             "C: GET / HTTP/1.1\n"
             "C: Host: *\n"
             "C: User-Agent: wirelab\n"
             "C: Accept: */*\n"
             "C: Range: bytes=5-\n"
             "C:\n%s",
             answer);
    PLAY(script, "/", "-C", "-", "-o", file);
    http_play_expect(status, "");
    char *content = test_read_file(file, NULL);
    CU_ASSERT_STRING_EQUAL(content ? content : "", after);
    free(content);
}

/* RFC 9110 §14.4: the right part, and each way of being a wrong one. */
static void http_client_resumes_with_the_right_part_only(void)
{
    check_resume("S: HTTP/1.1 206 Partial Content\n"
                 "S: Content-Range: bytes 5-9/10\n"
                 "S: Content-Length: 5\nS:\nS= 56789\n",
                 0, "0123456789");
    check_resume("S: HTTP/1.1 206 Partial Content\n"
                 "S: Content-Range: bytes 4-9/10\n"
                 "S: Content-Length: 6\nS:\nS= 456789\n",
                 7, "01234");
    check_resume("S: HTTP/1.1 206 Partial Content\n"
                 "S: Content-Length: 5\nS:\nS= 56789\n",
                 7, "01234");
    check_resume("S: HTTP/1.1 206 Partial Content\n"
                 "S: Content-Range: bytes 5-9/10\n"
                 "S: Content-Length: 4\nS:\nS= 5678\n",
                 7, "01234");
    check_resume("S: HTTP/1.1 206 Partial Content\n"
                 "S: Content-Range: bytes 5-7/10\n"
                 "S: Content-Length: 3\nS:\nS= 567\n",
                 7, "01234");
}

/* RFC 9110 §14.2: a server may ignore Range. §15.5.17: there is no more. */
static void http_client_resumes_against_other_answers(void)
{
    check_resume("S: HTTP/1.1 200 OK\n"
                 "S: Content-Length: 3\nS:\nS= new\n",
                 0, "new");
    check_resume("S: HTTP/1.1 416 Range Not Satisfiable\n"
                 "S: Content-Range: bytes */5\n"
                 "S: Content-Length: 0\nS:\n",
                 0, "01234");
    check_resume("S: HTTP/1.1 416 Range Not Satisfiable\n"
                 "S: Content-Range: bytes */3\n"
                 "S: Content-Length: 0\nS:\n",
                 1, "01234");
    check_resume("S: HTTP/1.1 500 Internal Server Error\n"
                 "S: Content-Length: 3\nS:\nS= sad\n",
                 1, "01234");
}

/* ---- log-in ------------------------------------------------------------- */

static void http_client_sends_no_password_in_clear(void)
{
    PLAY("Z: 0\n", "/", "-u", "me:secret");
    CU_ASSERT_PTR_NOT_NULL(strstr(http_play.err, "--insecure-auth"));
    http_play_expect(4, "");
    PLAY("Z: 0\n", "/", "-H", "Authorization: Bearer x");
    http_play_expect(4, "");
}

static void http_client_masks_the_password_it_sends(void)
{
    PLAY("C: GET / HTTP/1.1\n"
         "C: Host: *\n"
         "C: User-Agent: wirelab\n"
         "C: Accept: */*\n"
         "C: Authorization: Basic bWU6c2VjcmV0\n"
         "C:\n"
         "S: HTTP/1.1 200 OK\nS: Set-Cookie: id=hidden\n"
         "S: Content-Length: 0\nS:\n",
         "/", "-v", "-u", "me:secret", "--insecure-auth");
    CU_ASSERT_PTR_NOT_NULL(strstr(http_play.err, "Basic ************"));
    CU_ASSERT_PTR_NULL(strstr(http_play.err, "bWU6"));
    CU_ASSERT_PTR_NULL(strstr(http_play.err, "hidden"));
    http_play_expect(0, "");
}

const struct test tests_http_fetch[] = {
    {"http_client_stays_without_location_option",
     http_client_stays_without_location_option},
    {"http_client_makes_get_of_303", http_client_makes_get_of_303},
    {"http_client_repeats_the_body_after_307",
     http_client_repeats_the_body_after_307},
    {"http_client_counts_redirects", http_client_counts_redirects},
    {"http_client_drops_credentials_at_another_origin",
     http_client_drops_credentials_at_another_origin},
    {"http_client_follows_no_other_scheme",
     http_client_follows_no_other_scheme},
    {"http_client_repeats_get_on_a_new_connection",
     http_client_repeats_get_on_a_new_connection},
    {"http_client_does_not_repeat_post", http_client_does_not_repeat_post},
    {"http_client_closes_when_told", http_client_closes_when_told},
    {"http_client_without_fail_takes_404_for_an_answer",
     http_client_without_fail_takes_404_for_an_answer},
    {"http_client_with_fail_writes_nothing",
     http_client_with_fail_writes_nothing},
    {"http_client_resumes_with_the_right_part_only",
     http_client_resumes_with_the_right_part_only},
    {"http_client_resumes_against_other_answers",
     http_client_resumes_against_other_answers},
    {"http_client_sends_no_password_in_clear",
     http_client_sends_no_password_in_clear},
    {"http_client_masks_the_password_it_sends",
     http_client_masks_the_password_it_sends},
    {NULL, NULL}};

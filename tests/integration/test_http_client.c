/* SPDX-License-Identifier: MIT */
/*
 * http-client against scripted servers: each test is the conversation that it
 * is about.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/harness.h"

#define WORDS_MAX 24

static struct test_run result;

/* Runs http-client with the words, ended by NULL, and a last one: the URL of
 * `path` at 127.0.0.1:port. */
static int client(uint16_t port, const char *path, ...)
{
    const char *argv[WORDS_MAX] = {"http-client"};
    char url[256];
    va_list words;
    size_t count = 1;

    snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", port, path);
    va_start(words, path);
    while (count < WORDS_MAX - 2 &&
           (argv[count] = va_arg(words, const char *)) != NULL)
        count++;
    va_end(words);
    argv[count++] = url;
    argv[count] = NULL;
    test_run(&result, 20, argv);
    return result.status;
}

/* The whole of it: play the script, run the client, compare. */
#define PLAY(script, path, ...)                    \
    do {                                           \
        uint16_t port_;                            \
        pid_t peer_ = test_peer((script), &port_); \
        client(port_, (path), __VA_ARGS__);        \
        CU_ASSERT_EQUAL(test_peer_end(peer_), 0);  \
    } while (0)

static void expect(int status, const char *out)
{
    CU_ASSERT_EQUAL(result.status, status);
    CU_ASSERT_STRING_EQUAL(result.out, out);
    test_run_free(&result);
}

static bool exists(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0;
}

/* RFC 9112 §3 and RFC 9110 §7.2: the request line, then Host. */
static void http_client_asks_and_gives_the_body(void)
{
    PLAY("C: GET /a?b=c HTTP/1.1\n"
         "C: Host: 127.0.0.1:*\n"
         "C: ...\n"
         "S: HTTP/1.1 200 OK\n"
         "S: Content-Length: 5\n"
         "S:\n"
         "S= hello\n",
         "/a?b=c#d", NULL);
    expect(0, "hello");
}

/* RFC 9112 §6.3 rule 1, and the connection stays in step. */
static void http_client_knows_answers_without_a_body(void)
{
    uint16_t port;
    pid_t peer = test_peer("C: GET /1 HTTP/1.1\n"
                           "C: ...\n"
                           "S: HTTP/1.1 204 No Content\n"
                           "S:\n"
                           "C: GET /2 HTTP/1.1\n"
                           "C: ...\n"
                           "S: HTTP/1.1 304 Not Modified\n"
                           "S: Content-Length: 5\n"
                           "S:\n"
                           "C: GET /3 HTTP/1.1\n"
                           "C: ...\n"
                           "S: HTTP/1.1 200 OK\n"
                           "S: Content-Length: 2\n"
                           "S:\n"
                           "S= ok\n",
                           &port);
    char url[3][64];

    for (int i = 0; i < 3; i++)
        snprintf(url[i], sizeof(url[i]), "http://127.0.0.1:%u/%d", port, i + 1);
    const char *argv[] = {"http-client", url[0], url[1], url[2], NULL};
    test_run(&result, 20, argv);
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
    expect(0, "ok");
}

static void http_client_shows_the_header_of_head(void)
{
    PLAY("C: HEAD / HTTP/1.1\n"
         "C: ...\n"
         "S: HTTP/1.1 200 OK\n"
         "S: Content-Length: 1000\n"
         "S:\n",
         "/", "-I", NULL);
    expect(0, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
}

/* RFC 9110 §15.2: 1xx comes before the answer, any number of times. */
static void http_client_passes_over_interim_answers(void)
{
    PLAY("C: GET / HTTP/1.1\n"
         "C: ...\n"
         "S: HTTP/1.1 100 Continue\n"
         "S:\n"
         "S: HTTP/1.1 103 Early Hints\n"
         "S: Link: </style.css>\n"
         "S:\n"
         "S: HTTP/1.1 200 OK\n"
         "S: Content-Length: 2\n"
         "S:\n"
         "S= ok\n",
         "/", NULL);
    expect(0, "ok");
}

/* RFC 9112 §7.1. */
static void http_client_reads_chunks_and_trailers(void)
{
    PLAY("C: GET / HTTP/1.1\n"
         "C: ...\n"
         "S: HTTP/1.1 200 OK\n"
         "S: Transfer-Encoding: chunked\n"
         "S: Trailer: Digest\n"
         "S:\n"
         "S: 5;a=b\n"
         "S: hello\n"
         "S= 1\n"
         "Z: 0.05\n"
         "S= \\r\n"
         "S= \\n!\n"
         "S= \\r\\n0\\r\\nDigest: x\\r\\n\\r\\n\n",
         "/", NULL);
    expect(0, "hello!");
}

/* RFC 9112 §6.3 rule 8, and HTTP/1.0 by request. */
static void http_client_reads_until_the_close(void)
{
    PLAY("C: GET / HTTP/1.0\n"
         "C: ...\n"
         "S: HTTP/1.0 200 OK\n"
         "S:\n"
         "S= all there is\n"
         "E:\n",
         "/", "--http1.0", NULL);
    expect(0, "all there is");
}

static void http_client_posts_a_form(void)
{
    PLAY("C: POST / HTTP/1.1\n"
         "C: Host: *\n"
         "C: User-Agent: wirelab\n"
         "C: Accept: */*\n"
         "C: Content-Type: application/x-www-form-urlencoded\n"
         "C: Content-Length: 7\n"
         "C:\n"
         "S: HTTP/1.1 200 OK\n"
         "S: Content-Length: 0\n"
         "S:\n",
         "/", "-d", "a=b", "-d", "c=d", NULL);
    expect(0, "");
}

/* RFC 9112 §7.1: what has no length beforehand goes in chunks. */
static void http_client_sends_chunks_and_trailers(void)
{
    const char *file = test_path("up");

    test_write_file(file, "hello\r\n", 7);
    PLAY("C: PUT /dir/up HTTP/1.1\n"
         "C: Host: *\n"
         "C: User-Agent: wirelab\n"
         "C: Accept: */*\n"
         "C: Transfer-Encoding: chunked\n"
         "C: Trailer: Digest\n"
         "C:\n"
         "C: 7\n"
         "C: hello\n"
         "C:\n"
         "C: 0\n"
         "C: Digest: x\n"
         "C:\n"
         "S: HTTP/1.1 201 Created\n"
         "S: Content-Length: 0\n"
         "S:\n",
         "/dir/", "-T", file, "--trailer", "Digest: x", NULL);
    expect(0, "");
}

/* -H adds, replaces, empties and takes away. */
static void http_client_heeds_header_options(void)
{
    PLAY("C: GET / HTTP/1.1\n"
         "C: User-Agent: me\n"
         "C: Host: other.test\n"
         "C: X-A: 1\n"
         "C: X-B: *\n"
         "C:\n"
         "S: HTTP/1.1 200 OK\n"
         "S: Content-Length: 0\n"
         "S:\n",
         "/", "-H", "user-agent:", "-H", "User-Agent: me", "-H",
         "Host: other.test", "-H", "X-A: 1", "-H", "X-B;", "-H",
         "Accept:", NULL);
    expect(0, "");
}

/* A line end in an argument would be a second request. */
static void http_client_refuses_line_ends_in_arguments(void)
{
    PLAY("S= never read\n", "/", "-H", "X: a\r\nY: b", NULL);
    expect(2, "");
}

/* ---- redirects ---------------------------------------------------------- */

static void http_client_stays_without_location_option(void)
{
    PLAY("C: GET / HTTP/1.1\n"
         "C: ...\n"
         "S: HTTP/1.1 302 Found\n"
         "S: Location: /there\n"
         "S: Content-Length: 4\n"
         "S:\n"
         "S= this\n",
         "/", NULL);
    expect(0, "this");
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
         "/", "-L", "-d", "aaa", NULL);
    expect(0, "ok");
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
         "/", "-L", "--data-binary", "body\r\n", NULL);
    expect(0, "ok");
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
         "/", "-L", "--max-redirs", "1", NULL);
    expect(1, "");
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
    client(port, "/", "-L", "-u", "me:secret", "--insecure-auth", "-H",
           "Cookie: a=b", "-H", "X-Keep: 1", NULL);
    CU_ASSERT_EQUAL(test_peer_end(first), 0);
    CU_ASSERT_EQUAL(test_peer_end(second), 0);
    expect(0, "ok");
}

static void http_client_follows_no_other_scheme(void)
{
    PLAY("C: GET / HTTP/1.1\n"
         "C: ...\n"
         "S: HTTP/1.1 302 Found\n"
         "S: Location: file:///etc/hostname\n"
         "S: Content-Length: 0\n"
         "S:\n",
         "/", "-L", NULL);
    expect(4, "");
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
    test_run(&result, 20, argv);
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
    expect(0, "onetwo");
}

/* ... but twice posted may be twice done. */
static void http_client_does_not_repeat_post(void)
{
    two("C: POST / HTTP/1.1\nC: ...\n" ANSWER(
            "one") "C: xPOST / HTTP/1.1\nC: ...\nE:\n",
        "-d", "x");
    expect(7, "one");
}

static void http_client_closes_when_told(void)
{
    two("C: GET / HTTP/1.1\nC: ...\n"
        "S: HTTP/1.1 200 OK\nS: Connection: close\nS: Content-Length: 3\nS:\n"
        "S= one\n"
        "E:\n"
        "C: GET / HTTP/1.1\nC: ...\n" ANSWER("two"),
        NULL, NULL);
    expect(0, "onetwo");
}

/* ---- files -------------------------------------------------------------- */

static void http_client_without_fail_takes_404_for_an_answer(void)
{
    PLAY("C: GET / HTTP/1.1\nC: ...\n"
         "S: HTTP/1.1 404 Not Found\nS: Content-Length: 4\nS:\nS= gone\n",
         "/", NULL);
    expect(0, "gone");
}

static void http_client_with_fail_writes_nothing(void)
{
    const char *file = test_path("f");

    PLAY("C: GET / HTTP/1.1\nC: ...\n"
         "S: HTTP/1.1 404 Not Found\nS: Content-Length: 4\nS:\nS= gone\n",
         "/", "-f", "-o", file, NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(result.err, "404 Not Found"));
    expect(1, "");
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
    PLAY(script, "/", "-C", "-", "-o", file, NULL);
    expect(status, "");
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
    PLAY("Z: 0\n", "/", "-u", "me:secret", NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(result.err, "--insecure-auth"));
    expect(4, "");
    PLAY("Z: 0\n", "/", "-H", "Authorization: Bearer x", NULL);
    expect(4, "");
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
         "/", "-v", "-u", "me:secret", "--insecure-auth", NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(result.err, "Basic ************"));
    CU_ASSERT_PTR_NULL(strstr(result.err, "bWU6"));
    CU_ASSERT_PTR_NULL(strstr(result.err, "hidden"));
    expect(0, "");
}

const struct test tests_http_client[] = {
    {"http_client_asks_and_gives_the_body",
     http_client_asks_and_gives_the_body},
    {"http_client_knows_answers_without_a_body",
     http_client_knows_answers_without_a_body},
    {"http_client_shows_the_header_of_head",
     http_client_shows_the_header_of_head},
    {"http_client_passes_over_interim_answers",
     http_client_passes_over_interim_answers},
    {"http_client_reads_chunks_and_trailers",
     http_client_reads_chunks_and_trailers},
    {"http_client_reads_until_the_close", http_client_reads_until_the_close},
    {"http_client_posts_a_form", http_client_posts_a_form},
    {"http_client_sends_chunks_and_trailers",
     http_client_sends_chunks_and_trailers},
    {"http_client_heeds_header_options", http_client_heeds_header_options},
    {"http_client_refuses_line_ends_in_arguments",
     http_client_refuses_line_ends_in_arguments},
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

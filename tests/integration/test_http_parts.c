/* SPDX-License-Identifier: MIT */
/* http-client -r: parts of a content, from scripted servers. */
#include "tests/integration/http_play.h"

#include <string.h>
#include <unistd.h>

/* RFC 9110 §14.6: the body comes out as it came in, and is understood. */
static void http_client_reads_several_parts(void)
{
    PLAY("C: GET / HTTP/1.1\n"
         "C: Host: *\n"
         "C: User-Agent: wirelab\n"
         "C: Accept: */*\n"
         "C: Range: bytes=0-1,5-6\n"
         "C:\n"
         "S: HTTP/1.1 206 Partial Content\n"
         "S: Content-Type: multipart/byteranges; boundary=b\n"
         "S: Content-Length: 85\n"
         "S:\n"
         "S: --b\n"
         "S: Content-Range: bytes 0-1/10\n"
         "S:\n"
         "S: 01\n"
         "S: --b\n"
         "S: Content-Range: bytes 5-6/10\n"
         "S:\n"
         "S: 56\n"
         "S= --b--\n",
         "/", "-v", "-r", "0-1,5-6");
    CU_ASSERT_EQUAL(http_play.status, 0);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(http_play.err, "part 2 of 2: bytes 5 to 6 of 10"));
    http_play_expect(0, "--b\r\nContent-Range: bytes 0-1/10\r\n\r\n01\r\n"
                        "--b\r\nContent-Range: bytes 5-6/10\r\n\r\n56\r\n"
                        "--b--");
}

/* A part that is shorter than it says would put the next one out of place. */
static void http_client_refuses_parts_that_lie(void)
{
    PLAY("C: GET / HTTP/1.1\n"
         "C: ...\n"
         "S: HTTP/1.1 206 Partial Content\n"
         "S: Content-Type: multipart/byteranges; boundary=b\n"
         "S: Content-Length: 45\n"
         "S:\n"
         "S: --b\n"
         "S: Content-Range: bytes 0-2/10\n"
         "S:\n"
         "S: 01\n"
         "S= --b--\n",
         "/", "-o", test_path("parts"), "-r", "0-2,5-6");
    http_play_expect(7, "");
    CU_ASSERT_EQUAL(access(test_path("parts"), F_OK), -1);
}

/* RFC 9110 §14.2: a server may ignore Range; all of it is an answer, too. */
static void http_client_takes_all_when_range_is_ignored(void)
{
    PLAY("C: GET / HTTP/1.1\n"
         "C: ...\n"
         "S: HTTP/1.1 200 OK\n"
         "S: Content-Length: 10\n"
         "S:\n"
         "S= 0123456789\n",
         "/", "-v", "-r", "2-3");
    CU_ASSERT_PTR_NOT_NULL(strstr(http_play.err, "the server ignored Range"));
    http_play_expect(0, "0123456789");
}

const struct test tests_http_parts[] = {
    {"http_client_reads_several_parts", http_client_reads_several_parts},
    {"http_client_refuses_parts_that_lie", http_client_refuses_parts_that_lie},
    {"http_client_takes_all_when_range_is_ignored",
     http_client_takes_all_when_range_is_ignored},
    {NULL, NULL}};

/* SPDX-License-Identifier: MIT */
/*
 * http-server: the folders that it serves, and that it stays below them.
 */
#include "tests/integration/http_ask.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* RFC 9110 §8: what a representation is told with. */
static void http_server_serves_a_file(void)
{
    http_ask_start(NULL, NULL);
    CHECK_STATUS("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 200);
    CU_ASSERT(http_ask_has("\r\nContent-Type: text/html; charset=utf-8\r\n"));
    CU_ASSERT(http_ask_has("\r\nContent-Length: 15\r\n"));
    CU_ASSERT(http_ask_has("\r\nLast-Modified: "));
    CU_ASSERT(http_ask_has("\r\nETag: \""));
    CU_ASSERT(http_ask_has("\r\n\r\n<p>default</p>\n"));
    CHECK_STATUS("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", 200);
    CU_ASSERT(http_ask_has("\r\nContent-Length: 15\r\n"));
    CU_ASSERT_FALSE(http_ask_has("<p>"));
    CHECK_STATUS("GET /none HTTP/1.1\r\nHost: a\r\n\r\n", 404);
    CHECK_STATUS("GET /sub HTTP/1.1\r\nHost: a\r\n\r\n", 301);
    CU_ASSERT(http_ask_has("\r\nLocation: /sub/\r\n"));
    http_ask_stop();
}

/* RFC 9110 §7.2: one address, several sites; RFC 9112 §3.2.2: the target's
 * host goes before the field's. */
static void http_server_tells_sites_apart(void)
{
    http_ask_start(NULL, NULL);
    ASK("GET / HTTP/1.1\r\nHost: BLOG.test:80\r\n\r\n");
    CU_ASSERT(http_ask_has("<p>blog</p>"));
    ASK("GET / HTTP/1.1\r\nHost: other.test\r\n\r\n");
    CU_ASSERT(http_ask_has("<p>default</p>"));
    ASK("GET http://blog.test/ HTTP/1.1\r\nHost: other.test\r\n\r\n");
    CU_ASSERT(http_ask_has("<p>blog</p>"));
    ASK("GET / HTTP/1.0\r\n\r\n");
    CU_ASSERT(http_ask_has("<p>default</p>"));
    http_ask_stop();
}

/* No dots, no encoded dots, no link leads out of the root. */
static void http_server_stays_below_its_root(void)
{
    http_ask_start(NULL, NULL);
    CU_ASSERT_EQUAL(symlink("../secret", test_path("root/out")), 0);
    CU_ASSERT_EQUAL(symlink("ten", test_path("root/in")), 0);
    CHECK_STATUS("GET /../secret HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    CHECK_STATUS("GET /sub/../../secret HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    CHECK_STATUS("GET /%2e%2e/secret HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    CHECK_STATUS("GET /..%2fsecret HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    CHECK_STATUS("GET /ten%00.html HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    CHECK_STATUS("GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    CHECK_STATUS("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    CHECK_STATUS("GET secret HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    CHECK_STATUS("GET /out HTTP/1.1\r\nHost: a\r\n\r\n", 404);
    CU_ASSERT_FALSE(http_ask_has("not served"));
    CHECK_STATUS("GET /in HTTP/1.1\r\nHost: a\r\n\r\n", 200);
    CHECK_STATUS("GET /%74en HTTP/1.1\r\nHost: a\r\n\r\n", 200);
    CHECK_STATUS("GET /a..b HTTP/1.1\r\nHost: a\r\n\r\n", 404);
    http_ask_stop();
}

/* RFC 9110 §14.2. */
static void http_server_gives_parts(void)
{
    http_ask_start(NULL, NULL);
    CHECK_STATUS("GET /ten HTTP/1.1\r\nHost: a\r\nRange: bytes=2-4\r\n\r\n",
                 206);
    CU_ASSERT(http_ask_has("\r\nContent-Range: bytes 2-4/10\r\n"));
    CU_ASSERT(http_ask_has("\r\nContent-Length: 3\r\n"));
    CU_ASSERT(http_ask_has("\r\n\r\n234"));
    CHECK_STATUS("GET /ten HTTP/1.1\r\nHost: a\r\nRange: bytes=10-\r\n\r\n",
                 416);
    CU_ASSERT(http_ask_has("\r\nContent-Range: bytes */10\r\n"));
    CHECK_STATUS("GET /ten HTTP/1.1\r\nHost: a\r\nRange: bytes=1-2,4-5\r\n\r\n",
                 206);
    CU_ASSERT(
        http_ask_has("\r\nContent-Type: multipart/byteranges; boundary="));
    CU_ASSERT(http_ask_has("\r\nContent-Range: bytes 1-2/10\r\n\r\n12\r\n--"));
    CU_ASSERT(http_ask_has("\r\nContent-Range: bytes 4-5/10\r\n\r\n45\r\n--"));
    CHECK_STATUS("GET /ten HTTP/1.1\r\nHost: a\r\nRange: bytes=1-2,90-\r\n\r\n",
                 206);
    CU_ASSERT(http_ask_has("\r\nContent-Range: bytes 1-2/10\r\n"));
    CHECK_STATUS(
        "GET /ten HTTP/1.1\r\nHost: a\r\nRange: bytes=0-,0-,0-\r\n\r\n", 200);
    CHECK_STATUS("HEAD /ten HTTP/1.1\r\nHost: a\r\nRange: bytes=1-2\r\n\r\n",
                 200);
    CHECK_STATUS("GET /ten HTTP/1.1\r\nHost: a\r\nRange: bytes=1-2\r\n"
                 "If-Range: \"other\"\r\n\r\n",
                 200);
    http_ask_stop();
}

/* RFC 9110 §13.2.2: the tag goes before the date. */
static void http_server_answers_conditions(void)
{
    char tag[64] = "", request[256];

    http_ask_start(NULL, NULL);
    ASK("GET /ten HTTP/1.1\r\nHost: a\r\n\r\n");
    const char *found = strstr(http_ask_answer, "ETag: ");
    CU_ASSERT_PTR_NOT_NULL_FATAL(found);
    snprintf(tag, sizeof(tag), "%.*s", (int)strcspn(found + 6, "\r"),
             found + 6);
    snprintf(request, sizeof(request),
             "GET /ten HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"x\", W/%s\r\n"
             "\r\n",
             tag);
    http_ask_bytes(request, strlen(request));
    CU_ASSERT_EQUAL(http_ask_status(), 304);
    CU_ASSERT_FALSE(http_ask_has("0123456789"));
    CHECK_STATUS("GET /ten HTTP/1.1\r\nHost: a\r\n"
                 "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n\r\n",
                 304);
    CHECK_STATUS("GET /ten HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"x\"\r\n"
                 "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n\r\n",
                 200);
    CHECK_STATUS("GET /ten HTTP/1.1\r\nHost: a\r\nIf-Match: \"x\"\r\n\r\n",
                 412);
    http_ask_stop();
}

/* RFC 9110 §13.1: an update is not lost, a creation overwrites nothing. */
static void http_server_changes_under_conditions(void)
{
    http_ask_start("--writable", NULL);
    CHECK_STATUS("PUT /ten HTTP/1.1\r\nHost: a\r\nIf-None-Match: *\r\n"
                 "Content-Length: 1\r\n\r\nx",
                 412);
    CHECK_STATUS("PUT /ten HTTP/1.1\r\nHost: a\r\nIf-Match: \"old\"\r\n"
                 "Content-Length: 1\r\n\r\nx",
                 412);
    CHECK_STATUS("DELETE /ten HTTP/1.1\r\nHost: a\r\nIf-Match: \"old\"\r\n"
                 "\r\n",
                 412);
    CHECK_STATUS("GET /ten HTTP/1.1\r\nHost: a\r\n\r\n", 200);
    CU_ASSERT(http_ask_has("0123456789"));
    CHECK_STATUS("PUT /new HTTP/1.1\r\nHost: a\r\nIf-None-Match: *\r\n"
                 "Content-Length: 1\r\n\r\nx",
                 201);
    CHECK_STATUS("DELETE /ten HTTP/1.1\r\nHost: a\r\nIf-Match: *\r\n\r\n", 204);
    http_ask_stop();
}

/* RFC 9110 §9.3.4: 201, then 204; the file is whole or not there. */
static void http_server_stores_what_is_put(void)
{
    http_ask_start("--writable", NULL);
    CHECK_STATUS("PUT /new HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
                 201);
    CHECK_STATUS("PUT /new HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked"
                 "\r\n\r\n2\r\nde\r\n0\r\n\r\n",
                 204);
    CHECK_STATUS("GET /new HTTP/1.1\r\nHost: a\r\n\r\n", 200);
    CU_ASSERT(http_ask_has("\r\n\r\nde"));
    ASK("PUT /half HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
    CHECK_STATUS("GET /half HTTP/1.1\r\nHost: a\r\n\r\n", 404);
    CHECK_STATUS("PUT /no/such HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n"
                 "x",
                 409);
    CHECK_STATUS("PUT /../x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
                 400);
    CHECK_STATUS("DELETE /new HTTP/1.1\r\nHost: a\r\n\r\n", 204);
    CHECK_STATUS("DELETE /new HTTP/1.1\r\nHost: a\r\n\r\n", 404);
    http_ask_stop();
}

const struct test tests_http_files[] = {
    {"http_server_serves_a_file", http_server_serves_a_file},
    {"http_server_tells_sites_apart", http_server_tells_sites_apart},
    {"http_server_stays_below_its_root", http_server_stays_below_its_root},
    {"http_server_gives_parts", http_server_gives_parts},
    {"http_server_answers_conditions", http_server_answers_conditions},
    {"http_server_changes_under_conditions",
     http_server_changes_under_conditions},
    {"http_server_stores_what_is_put", http_server_stores_what_is_put},
    {NULL, NULL}};

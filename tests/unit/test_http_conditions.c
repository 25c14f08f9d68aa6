/* SPDX-License-Identifier: MIT */
/* http_conditions: each row of RFC 9110 §13.2.2, and If-Range. */
#include "http/http_conditions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

/* What is here: one ETag, changed at 08:49:37. */
#define AT "Sun, 06 Nov 1994 08:49:37 GMT"
#define BEFORE "Sun, 06 Nov 1994 08:49:36 GMT"
#define AFTER "Sun, 06 Nov 1994 08:49:38 GMT"

static const struct http_validators here = {
    .exists = true, .etag = "\"a\"", .modified = 784111777, .now = 784200000};
static const struct http_validators weak = {
    .exists = true, .etag = "W/\"a\"", .modified = 784111777, .now = 784200000};
static const struct http_validators nothing = {.modified = -1,
                                               .now = 784200000};

static struct http_head *request(const char *method, const char *fields)
{
    struct http_head *head = malloc(sizeof(*head));
    struct error error = {0};
    char text[1024];
    size_t used;

    snprintf(text, sizeof(text), "%s / HTTP/1.1\r\nHost: a\r\n%s\r\n", method,
             fields);
    http_head_start(head, HTTP_REQUEST);
    CU_ASSERT_EQUAL(http_head_read(head, span_of(text), &used, &error),
                    PARSE_DONE);
    return head;
}

static int judge(const struct http_validators *current, const char *method,
                 const char *fields)
{
    struct http_head *head = request(method, fields);
    const char *why = NULL;
    int status = http_conditions_judge(head, current, &why);

    CU_ASSERT(status == 0 || why);
    free(head);
    return status;
}

static bool range_holds(const struct http_validators *current,
                        const char *fields)
{
    struct http_head *head = request("GET", fields);
    bool holds = http_if_range_holds(head, current);

    free(head);
    return holds;
}

/* RFC 9110 §13.1.1: strong comparison; "*" wants anything to be there. */
static void http_if_match_wants_the_very_same(void)
{
    CU_ASSERT_EQUAL(judge(&here, "PUT", "If-Match: \"a\"\r\n"), 0);
    CU_ASSERT_EQUAL(judge(&here, "PUT", "If-Match: \"b\"\r\n"), 412);
    CU_ASSERT_EQUAL(judge(&here, "PUT", "If-Match: \"b\", \"a\"\r\n"), 0);
    CU_ASSERT_EQUAL(
        judge(&here, "PUT", "If-Match: \"b\"\r\nIf-Match: \"a\"\r\n"), 0);
    CU_ASSERT_EQUAL(judge(&here, "PUT", "If-Match: W/\"a\"\r\n"), 412);
    CU_ASSERT_EQUAL(judge(&weak, "PUT", "If-Match: W/\"a\"\r\n"), 412);
    CU_ASSERT_EQUAL(judge(&here, "GET", "If-Match: \"b\"\r\n"), 412);
    CU_ASSERT_EQUAL(judge(&here, "PUT", "If-Match: *\r\n"), 0);
    CU_ASSERT_EQUAL(judge(&nothing, "PUT", "If-Match: *\r\n"), 412);
    CU_ASSERT_EQUAL(judge(&nothing, "PUT", "If-Match: \"a\"\r\n"), 412);
    CU_ASSERT_EQUAL(judge(&here, "PUT", "If-Match: a\r\n"), 412);
}

/* RFC 9110 §13.1.4, and §13.2.2 step 2: only without If-Match. */
static void http_if_unmodified_since_stands_behind_if_match(void)
{
    CU_ASSERT_EQUAL(judge(&here, "PUT", "If-Unmodified-Since: " AT "\r\n"), 0);
    CU_ASSERT_EQUAL(judge(&here, "PUT", "If-Unmodified-Since: " BEFORE "\r\n"),
                    412);
    CU_ASSERT_EQUAL(judge(&here, "GET", "If-Unmodified-Since: " BEFORE "\r\n"),
                    412);
    CU_ASSERT_EQUAL(judge(&here, "PUT",
                          "If-Match: \"a\"\r\n"
                          "If-Unmodified-Since: " BEFORE "\r\n"),
                    0);
    CU_ASSERT_EQUAL(judge(&here, "PUT", "If-Unmodified-Since: soon\r\n"), 0);
    CU_ASSERT_EQUAL(
        judge(&nothing, "PUT", "If-Unmodified-Since: " BEFORE "\r\n"), 0);
}

/* RFC 9110 §13.1.2: weak comparison; 304 for who reads, 412 for who writes. */
static void http_if_none_match_tells_what_is_known(void)
{
    CU_ASSERT_EQUAL(judge(&here, "GET", "If-None-Match: \"a\"\r\n"), 304);
    CU_ASSERT_EQUAL(judge(&here, "HEAD", "If-None-Match: W/\"a\"\r\n"), 304);
    CU_ASSERT_EQUAL(judge(&weak, "GET", "If-None-Match: \"a\"\r\n"), 304);
    CU_ASSERT_EQUAL(judge(&here, "GET", "If-None-Match: \"b\"\r\n"), 0);
    CU_ASSERT_EQUAL(judge(&here, "GET", "If-None-Match: \"b,\", \"a\"\r\n"),
                    304);
    CU_ASSERT_EQUAL(judge(&here, "PUT", "If-None-Match: \"a\"\r\n"), 412);
    CU_ASSERT_EQUAL(judge(&here, "PUT", "If-None-Match: *\r\n"), 412);
    CU_ASSERT_EQUAL(judge(&nothing, "PUT", "If-None-Match: *\r\n"), 0);
    CU_ASSERT_EQUAL(judge(&here, "GET", "If-None-Match: *\r\n"), 304);
}

/* RFC 9110 §13.1.3, and §13.2.2 step 4: GET and HEAD only, and only without
 * If-None-Match. */
static void http_if_modified_since_stands_behind_if_none_match(void)
{
    CU_ASSERT_EQUAL(judge(&here, "GET", "If-Modified-Since: " AT "\r\n"), 304);
    CU_ASSERT_EQUAL(judge(&here, "GET", "If-Modified-Since: " AFTER "\r\n"),
                    304);
    CU_ASSERT_EQUAL(judge(&here, "GET", "If-Modified-Since: " BEFORE "\r\n"),
                    0);
    CU_ASSERT_EQUAL(judge(&here, "POST", "If-Modified-Since: " AT "\r\n"), 0);
    CU_ASSERT_EQUAL(judge(&here, "GET", "If-Modified-Since: later\r\n"), 0);
    CU_ASSERT_EQUAL(judge(&here, "GET",
                          "If-Modified-Since: " AT "\r\n"
                          "If-Modified-Since: " AT "\r\n"),
                    0);
    CU_ASSERT_EQUAL(judge(&here, "GET",
                          "If-None-Match: \"b\"\r\n"
                          "If-Modified-Since: " AT "\r\n"),
                    0);
    CU_ASSERT_EQUAL(
        judge(&here, "GET", "If-Match: \"b\"\r\nIf-None-Match: \"a\"\r\n"),
        412);
    CU_ASSERT_EQUAL(
        judge(&here, "GET", "If-Match: \"a\"\r\nIf-None-Match: \"a\"\r\n"),
        304);
}

/* RFC 9110 §13.1.5: strong validators, or all of it is sent. */
static void http_if_range_wants_a_strong_validator(void)
{
    struct http_validators young = here;

    CU_ASSERT(range_holds(&here, ""));
    CU_ASSERT(range_holds(&here, "If-Range: \"a\"\r\n"));
    CU_ASSERT_FALSE(range_holds(&here, "If-Range: \"b\"\r\n"));
    CU_ASSERT_FALSE(range_holds(&here, "If-Range: W/\"a\"\r\n"));
    CU_ASSERT_FALSE(range_holds(&weak, "If-Range: W/\"a\"\r\n"));
    CU_ASSERT(range_holds(&here, "If-Range: " AT "\r\n"));
    CU_ASSERT_FALSE(range_holds(&here, "If-Range: " AFTER "\r\n"));
    CU_ASSERT_FALSE(range_holds(&here, "If-Range: " BEFORE "\r\n"));
    young.now = young.modified;
    CU_ASSERT_FALSE(range_holds(&young, "If-Range: " AT "\r\n"));
}

/* A list of tags is no list of words: a comma may stand inside the quotes. */
static void http_etags_are_taken_off_a_list(void)
{
    struct span list = SPAN("x, \"a,b\" ,W/\"c\",\"\", \"open"), tag;

    CU_ASSERT(http_etag_next(&list, &tag) && span_equal(tag, SPAN("\"a,b\"")));
    CU_ASSERT(http_etag_next(&list, &tag) && span_equal(tag, SPAN("W/\"c\"")));
    CU_ASSERT(http_etag_next(&list, &tag) && span_equal(tag, SPAN("\"\"")));
    CU_ASSERT_FALSE(http_etag_next(&list, &tag));
}

const struct test tests_http_conditions[] = {
    {"http_if_match_wants_the_very_same", http_if_match_wants_the_very_same},
    {"http_if_unmodified_since_stands_behind_if_match",
     http_if_unmodified_since_stands_behind_if_match},
    {"http_if_none_match_tells_what_is_known",
     http_if_none_match_tells_what_is_known},
    {"http_if_modified_since_stands_behind_if_none_match",
     http_if_modified_since_stands_behind_if_none_match},
    {"http_if_range_wants_a_strong_validator",
     http_if_range_wants_a_strong_validator},
    {"http_etags_are_taken_off_a_list", http_etags_are_taken_off_a_list},
    {NULL, NULL}};

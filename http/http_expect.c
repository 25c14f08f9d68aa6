/* SPDX-License-Identifier: MIT */
/*
 * http_expect: asking before a large body is sent. RFC 9110 §10.1.1.
 *
 * "Expect: 100-continue" lets the server say no by the header alone. But old
 * servers don't know it and stay silent, so nobody waits for ever: after a
 * second the body goes.
 */
#include "http/http_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/deadline.h"

/* What -H says of it, or NULL. */
static const char *given(const struct http_request *request)
{
    return http_field_given(request->fields, "Expect");
}

/* As in curl: for more than 1 MiB, and for what nobody knows the length of. */
bool http_expect_is_due(const struct http_request *request)
{
    const struct http_content *content = request->content;

    if (!content || request->http_1_0 || request->unexpecting || given(request))
        return false;
    return request->expecting || content->length > HTTP_EXPECT_BYTES ||
           (content->chunked && !content->data);
}

static bool waits(const struct http_request *request)
{
    const char *line = given(request);

    return http_expect_is_due(request) ||
           (line && !request->http_1_0 && strcasestr(line, "100-continue"));
}

/* ---- hearing while we still speak --------------------------------------- */

/* One head of what has come. PARSE_DONE: it was a 1xx, and is taken. */
static enum parse hear_one(struct conn *conn, struct http_head *head)
{
    struct error error = {0};
    char name[16];
    size_t used;
    enum parse outcome;

    http_head_start(head, HTTP_RESPONSE);
    outcome = http_head_read(head, conn_view(conn), &used, &error);
    if (outcome != PARSE_DONE)
        return outcome;
    if (head->status >= 200 || head->status == 101)
        return PARSE_BROKEN;
    conn_take(conn, used);
    http_head_mask(head, conn);
    snprintf(name, sizeof(name), "%d", head->status);
    conn_heard(conn, RFC("9110", "15.2"), name);
    return PARSE_DONE;
}

enum http_expect_word http_expect_hear(struct conn *conn)
{
    struct http_head *head = malloc(sizeof(*head));
    enum http_expect_word word = HTTP_EXPECT_SILENCE;
    enum parse outcome = PARSE_DONE;

    /* Without memory for it the answer is left to who reads answers. */
    if (!head)
        return HTTP_EXPECT_ANSWER;
    while (outcome == PARSE_DONE && conn_view(conn).length > 0) {
        outcome = hear_one(conn, head);
        if (outcome == PARSE_DONE && head->status == 100)
            word = HTTP_EXPECT_CONTINUE;
    }
    free(head);
    return outcome == PARSE_BROKEN || conn_at_end(conn) ? HTTP_EXPECT_ANSWER
                                                        : word;
}

/* NOTE(http-expect): three ends: the word, the answer, or silence. */
int http_expect_wait(struct conn *conn, const struct http_request *request)
{
    deadline_ns until = deadline_in_ms(HTTP_EXPECT_MS);
    enum http_expect_word word = HTTP_EXPECT_SILENCE;
    int result = 0;

    if (!waits(request))
        return 0;
    while (result == 0 && word == HTTP_EXPECT_SILENCE) {
        result = conn_fill_within(conn, deadline_poll_ms(until));
        if (result == 0)
            word = http_expect_hear(conn);
    }
    if (result < 0)
        return result;
    if (result == 1)
        conn_note(conn, RFC("9110", "10.1.1"), "expect",
                  "no word within %d ms: the body goes all the same",
                  HTTP_EXPECT_MS);
    return word == HTTP_EXPECT_ANSWER;
}

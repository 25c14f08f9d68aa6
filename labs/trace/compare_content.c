/* SPDX-License-Identifier: MIT */
/*
 * compare_content: what a message of HTTP carries, without the framing that it
 * was carried in. The contract is in compare_http.h.
 */
#include <stdlib.h>
#include <string.h>

#include "http/http.h"
#include "labs/trace/compare_http.h"
#include "labs/trace/lanes.h"

/* ---- reading ------------------------------------------------------------ */

static bool is_chunked(const struct compare_head *head)
{
    const struct compare_field *field =
        compare_head_field(head, SPAN("Transfer-Encoding"), 0);

    return field != NULL && span_equal_nocase(field->value, SPAN("chunked"));
}

/* A body that is broken, or was not kept to its end, counts as far as it can
 * be read. */
static size_t join_chunks(struct span rest, char *to)
{
    struct http_body body;
    struct error error = {0};
    size_t length = 0, used = 1;
    enum parse outcome = PARSE_MORE;

    http_body_start(&body, (struct http_framing){.kind = HTTP_FRAMING_CHUNKED});
    while (outcome == PARSE_MORE && rest.length > 0 && used > 0) {
        struct span piece = {NULL, 0};
        outcome = http_body_read(&body, rest, &used, &piece, &error);
        if (outcome == PARSE_BROKEN)
            break;
        if (piece.length > 0)
            memcpy(to + length, piece.data, piece.length);
        length += piece.length;
        rest.data += used;
        rest.length -= used;
    }
    return length;
}

bool compare_content_read(struct compare_content *content,
                          const struct compare_head *head)
{
    *content = (struct compare_content){
        .bytes = head->rest, .length = head->rest.length + head->missing};
    content->chunked = is_chunked(head);
    if (!content->chunked)
        return true;
    content->own = malloc(head->rest.length + 1);
    if (content->own == NULL)
        return false;
    content->bytes.data = content->own;
    content->bytes.length = join_chunks(head->rest, content->own);
    content->length = content->bytes.length + head->missing;
    return true;
}

void compare_content_free(struct compare_content *content)
{
    free(content->own);
    content->own = NULL;
}

/* ---- the content -------------------------------------------------------- */

/* The same page, coded on one side only, has no byte in common. */
static bool coded_alike(const struct compare_head *a,
                        const struct compare_head *b)
{
    const struct compare_field *in_a =
        compare_head_field(a, SPAN("Content-Encoding"), 0);
    const struct compare_field *in_b =
        compare_head_field(b, SPAN("Content-Encoding"), 0);

    return span_equal_nocase(in_a != NULL ? in_a->value : SPAN(""),
                             in_b != NULL ? in_b->value : SPAN(""));
}

static void tell_content(struct comparison *c, const struct compare_content *a,
                         const struct compare_content *b, bool alike)
{
    size_t at = 0;
    char in_a[32], in_b[32], from[32];

    while (at < a->bytes.length && at < b->bytes.length &&
           a->bytes.data[at] == b->bytes.data[at])
        at++;
    text_number(a->length, in_a);
    text_number(b->length, in_b);
    text_number(at, from);
    if (a->length == 0 || b->length == 0)
        compare_tell(c, COMPARE_NO_RFC, NULL, COMPARE_NO_VALUE,
                     COMPARE_NO_VALUE,
                     "only %s's message has content, %s bytes",
                     a->length > 0 ? "A" : "B", a->length > 0 ? in_a : in_b);
    else
        compare_tell(c, alike ? COMPARE_NO_RFC : RFC("9110", "8.4"),
                     alike ? NULL
                           : "they are coded differently, as Content-Encoding "
                             "says: what is inside may be the same",
                     COMPARE_NO_VALUE, COMPARE_NO_VALUE,
                     "the contents differ after %s bytes (A has %s, B %s)",
                     from, in_a, in_b);
}

/* Lengths may differ where all was kept: a port of five digits makes a page
 * longer that names it. */
void compare_content_pair(struct comparison *c, const struct compare_head *a,
                          const struct compare_head *b,
                          const struct compare_context *contexts)
{
    struct compare_content in_a = {.own = NULL}, in_b = {.own = NULL};

    if (compare_content_read(&in_a, a) && compare_content_read(&in_b, b)) {
        bool cut =
            in_a.bytes.length < in_a.length || in_b.bytes.length < in_b.length;
        if ((cut && in_a.length != in_b.length) ||
            !compare_texts(c, in_a.bytes, in_b.bytes, contexts,
                           RULE(PORT) | RULE(BOUNDARY) | RULE(DATE) |
                               RULE(RANDOM)))
            tell_content(c, &in_a, &in_b, coded_alike(a, b));
        else if (in_a.chunked && in_b.chunked &&
                 !span_equal(a->rest, b->rest) &&
                 span_equal(in_a.bytes, in_b.bytes))
            c->used[RULE_CHUNKS]++;
    } else {
        c->exhausted = true;
    }
    compare_content_free(&in_a);
    compare_content_free(&in_b);
}

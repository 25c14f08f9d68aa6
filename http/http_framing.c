/* SPDX-License-Identifier: MIT */
/*
 * http_framing: where the body of a message ends. RFC 9112 §6.3 lists eight
 * rules, to be tried in order; this file is that list.
 *
 * Nothing is more dangerous in HTTP than two readers who disagree about this:
 * what one takes for a body, the other takes for the next request (RFC 9112
 * §11.2). So what is ambiguous is refused, not guessed.
 */
#include "http/http.h"

#include <string.h>

static void decide(struct http_framing *framing, enum http_framing_kind kind,
                   int rule, const char *why)
{
    framing->kind = kind;
    framing->length = 0;
    framing->rule = rule;
    framing->why = why;
}

/* RFC 9112 §9.3: `close` ends it; HTTP/1.1 goes on; HTTP/1.0 goes on only when
 * asked to (`keep-alive`, RFC 9112 §C.2.2). */
static bool is_persistent(const struct http_head *head)
{
    if (http_head_has(head, "Connection", "close"))
        return false;
    return head->version_minor >= 1 ||
           http_head_has(head, "Connection", "keep-alive");
}

/* One Content-Length field: a number, or the same one several times over, as
 * a list. Something must be in it. */
static int read_one_length(struct span list, bool *found, uint64_t *length,
                           struct error *error)
{
    struct span element;
    size_t count = 0;
    uint64_t value;

    for (; http_list_next(&list, &element); count++) {
        if (!text_to_u64(element, INT64_MAX, &value))
            return error_set(error, ERROR_PROTOCOL,
                             "Content-Length is no number that a body can "
                             "have (RFC 9112 §6.3, rule 5)");
        if (*found && value != *length)
            return error_set(error, ERROR_PROTOCOL,
                             "two Content-Length values differ (RFC 9112 "
                             "§6.3, rule 5)");
        *length = value;
        *found = true;
    }
    return count > 0 ? 0
                     : error_set(error, ERROR_PROTOCOL,
                                 "Content-Length is empty (RFC 9110 §8.6)");
}

/* Rule 5: all Content-Length values, in one line or several, must be one
 * number. Returns 1 if there is one, 0 if there is no such field. */
static int read_length(const struct http_head *head, uint64_t *length,
                       struct error *error)
{
    bool found = false;

    for (size_t i = 0; i < head->field_count; i++) {
        struct http_field field = head->fields[i];
        int result;

        if (!span_equal_nocase(field.name, SPAN("Content-Length")))
            continue;
        result = read_one_length(field.value, &found, length, error);
        if (result < 0)
            return result;
    }
    return found;
}

/* The only transfer coding that we read is chunked, once and alone. RFC 9112
 * §6.1 forbids applying it twice, and others go only to who offered TE. */
static bool is_chunked(const struct http_head *head)
{
    return http_head_count(head, "Transfer-Encoding") == 1 &&
           span_equal_nocase(http_head_field(head, "Transfer-Encoding"),
                             SPAN("chunked"));
}

/* Rules 5 and 6; 1 when one of them held. */
static int decide_by_length(struct http_framing *framing,
                            const struct http_head *head, struct error *error)
{
    uint64_t length = 0;
    int found = read_length(head, &length, error);

    if (found <= 0)
        return found;
    decide(framing, HTTP_FRAMING_LENGTH, 6, "Content-Length");
    framing->length = length;
    return 1;
}

/* Rules 3 and 4 for a response: Transfer-Encoding overrides Content-Length. */
static int decide_by_coding(struct http_framing *framing,
                            const struct http_head *head, struct error *error)
{
    if (!is_chunked(head)) {
        error_set(error, ERROR_PROTOCOL,
                  "the body has a transfer coding that we did not offer "
                  "(RFC 9112 §7.4)");
        struct span value = http_head_field(head, "Transfer-Encoding");
        error_set_peer(error, value.data, value.length);
        return -ERROR_PROTOCOL;
    }
    bool both = http_head_count(head, "Content-Length") > 0;
    decide(framing, HTTP_FRAMING_CHUNKED, both ? 3 : 4,
           both ? "chunked overrides Content-Length" : "chunked");
    /* RFC 9112 §6.1: whoever sends both, or chunked in HTTP/1.0, may have been
     * tricked; nothing after this message is to be trusted. */
    if (both || head->version_minor == 0)
        framing->persistent = false;
    return 0;
}

int http_framing_of_response(struct http_framing *framing,
                             const struct http_head *head, const char *method,
                             struct error *error)
{
    framing->persistent = is_persistent(head);

    if (strcmp(method, "HEAD") == 0) {
        decide(framing, HTTP_FRAMING_NONE, 1, "answer to HEAD");
        return 0;
    }
    if (head->status < 200 || head->status == 204 || head->status == 304) {
        decide(framing, HTTP_FRAMING_NONE, 1,
               head->status < 200    ? "1xx has none"
               : head->status == 204 ? "204 has none"
                                     : "304 has none");
        return 0;
    }
    /* The bytes behind it are the tunnel's, not a body's. */
    if (strcmp(method, "CONNECT") == 0 && head->status < 300) {
        decide(framing, HTTP_FRAMING_NONE, 2, "a tunnel begins");
        return 0;
    }
    if (http_head_count(head, "Transfer-Encoding") > 0)
        return decide_by_coding(framing, head, error);
    int found = decide_by_length(framing, head, error);
    if (found != 0)
        return found < 0 ? found : 0;
    decide(framing, HTTP_FRAMING_CLOSE, 8, "the close of the connection");
    framing->persistent = false;
    return 0;
}

static int refuse(struct http_head *head, int status, struct error *error,
                  const char *rule)
{
    head->refusal = status;
    return error_set(error, ERROR_PROTOCOL, "%s", rule);
}

int http_framing_of_request(struct http_framing *framing,
                            struct http_head *head, struct error *error)
{
    framing->persistent = is_persistent(head);
    /* Unless one of the refusals below knows better. */
    head->refusal = 400;

    if (http_head_count(head, "Transfer-Encoding") > 0) {
        if (http_head_count(head, "Content-Length") > 0)
            return refuse(head, 400, error,
                          "a request with Content-Length and "
                          "Transfer-Encoding may be smuggling another "
                          "(RFC 9112 §6.1)");
        if (head->version_minor == 0)
            return refuse(head, 400, error,
                          "Transfer-Encoding in HTTP/1.0 is faulty framing "
                          "(RFC 9112 §6.1)");
        if (!http_head_has(head, "Transfer-Encoding", "chunked"))
            return refuse(head, 501, error,
                          "a transfer coding that we don't understand "
                          "(RFC 9112 §6.1)");
        if (!is_chunked(head))
            return refuse(head, 400, error,
                          "chunked must be the one and last transfer coding "
                          "of a request (RFC 9112 §6.3, rule 4)");
        decide(framing, HTTP_FRAMING_CHUNKED, 4, "chunked");
        return 0;
    }
    int found = decide_by_length(framing, head, error);
    if (found != 0)
        return found < 0 ? found : 0;
    decide(framing, HTTP_FRAMING_NONE, 7, "a request without a length");
    return 0;
}

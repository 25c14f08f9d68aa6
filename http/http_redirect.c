/* SPDX-License-Identifier: MIT */
/*
 * http_redirect: where a 3xx leads, and what goes along. RFC 9110 §15.4.
 *
 * Five codes say "go there", and they differ in one thing only: whether the
 * method, and so the body, stays what it was.
 */
#include "http/http_client.h"

#include <string.h>

bool http_redirect_leads_on(const struct http_head *head)
{
    switch (head->status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
        return http_head_field(head, "Location").data != NULL;
    default:
        return false;
    }
}

/* 303 means "the result is over there": look at it, with GET. 307 and 308 mean
 * the same request once more. 301 and 302 once meant that too, but browsers
 * made a GET of a POST, and the RFC allows what they do (RFC 9110 §15.4.2). */
const char *http_redirect_method(int status, const char *method)
{
    bool is_post = strcmp(method, "POST") == 0;
    bool is_head = strcmp(method, "HEAD") == 0;

    if (status == 303)
        return is_head ? "HEAD" : "GET";
    if ((status == 301 || status == 302) && is_post)
        return "GET";
    return method;
}

static bool is_one_of(const char *line, const char *const *names)
{
    for (; *names; names++)
        if (http_field_line_is(line, *names))
            return true;
    return false;
}

/* RFC 9110 §15.4: credentials and what names the old host must not reach a new
 * one, which may be anybody's; the fields of a body go where the body goes. */
void http_redirect_fields(struct option_list *kept,
                          const struct option_list *fields, bool same_origin,
                          bool same_method)
{
    static const char *const of_origin[] = {"Authorization", "Cookie", "Host",
                                            "Proxy-Authorization", NULL};
    static const char *const of_body[] = {
        "Content-Type",      "Content-Length", "Content-Encoding",
        "Transfer-Encoding", "Expect",         NULL};
    struct option_list next = {.count = 0};

    for (size_t i = 0; i < fields->count; i++) {
        const char *line = fields->values[i];
        if ((same_origin || !is_one_of(line, of_origin)) &&
            (same_method || !is_one_of(line, of_body)))
            next.values[next.count++] = line;
    }
    *kept = next;
}

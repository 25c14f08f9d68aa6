/* SPDX-License-Identifier: MIT */
/*
 * http_echo: the request as it arrived, sent back. RFC 9110 §9.3.8 (TRACE).
 *
 * What is secret is left out: a script that may not read a cookie could
 * otherwise have it read to it.
 */
#include "http/http_server.h"

#include <stdlib.h>
#include <string.h>

static char *add(char *at, struct span text)
{
    memcpy(at, text.data, text.length);
    return at + text.length;
}

int http_echo_answer(struct http_exchange *x, const char *type)
{
    const struct http_head *request = &x->request;
    /* What is echoed is never longer than what came: blanks around values
     * shrink to one, and a colon without a blank after it gains one. */
    char *echo = malloc(request->length + request->field_count + 8), *at = echo;
    int result;

    if (!echo)
        return http_answer_status(x, 500);
    at = add(at, request->method);
    at = add(at, SPAN(" "));
    at = add(at, request->target);
    at = add(at, request->version_minor ? SPAN(" HTTP/1.1\r\n")
                                        : SPAN(" HTTP/1.0\r\n"));
    for (size_t i = 0; i < request->field_count; i++) {
        struct http_field field = request->fields[i];
        if (http_field_open_length(field.name, field.value) <
            field.value.length)
            continue;
        at = add(at, field.name);
        at = add(at, SPAN(": "));
        at = add(at, field.value);
        at = add(at, SPAN("\r\n"));
    }
    at = add(at, SPAN("\r\n"));
    result = http_answer_begin(x, 200);
    if (result == 0)
        result = http_answer_content(x, type, echo, (size_t)(at - echo));
    free(echo);
    return result;
}

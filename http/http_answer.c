/* SPDX-License-Identifier: MIT */
/*
 * http_answer: what every answer of our server has in common. One answer is
 * one message: begun by http_answer_begin, ended by conn_say_end.
 */
#include "http/http_server.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool is_head(const struct http_exchange *x)
{
    return span_equal(x->request.method, SPAN("HEAD"));
}

/* RFC 9112 §9.6: who is going to close says so. To an HTTP/1.0 client that
 * asked for it, staying is what must be said (RFC 9112 §C.2.2). */
int http_answer_connection(struct http_exchange *x)
{
    if (x->close)
        return conn_say_line(x->conn, "Connection: close");
    if (x->request.version_minor == 0)
        return conn_say_line(x->conn, "Connection: keep-alive");
    return 0;
}

/* The version is ours, whatever the request's was: RFC 9112 §2.3. */
int http_answer_begin(struct http_exchange *x, int status)
{
    char name[12], date[HTTP_DATE_MAX];
    int result;

    snprintf(name, sizeof(name), "%d", status);
    http_date_write(date, time(NULL));
    if ((result = conn_say_begin(x->conn, RFC("9112", "4"), name)) < 0 ||
        (result = conn_say_line(x->conn, "HTTP/1.1 %d %s", status,
                                http_reason(status))) < 0)
        return result;
    if (status < 200)
        return 0;
    if ((result = conn_say_line(x->conn, "Date: %s", date)) < 0 ||
        (result = conn_say_line(x->conn, "Server: wirelab")) < 0)
        return result;
    return http_answer_connection(x);
}

int http_answer_field(struct http_exchange *x, const char *name,
                      const char *format, ...)
{
    char value[HTTP_LINE_MAX];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(value, sizeof(value), format, arguments);
    va_end(arguments);
    return conn_say_line(x->conn, "%s: %s", name, value);
}

int http_answer_secret(struct http_exchange *x, const char *name,
                       const char *format, ...)
{
    char value[HTTP_LINE_MAX];
    va_list arguments;
    int result;

    va_start(arguments, format);
    vsnprintf(value, sizeof(value), format, arguments);
    va_end(arguments);
    if ((result = conn_say_bytes(x->conn, name, strlen(name))) < 0 ||
        (result = conn_say_bytes(x->conn, ": ", 2)) < 0 ||
        (result = conn_say_secret(x->conn, value)) < 0)
        return result;
    return conn_say_bytes(x->conn, "\r\n", 2);
}

int http_answer_end_head(struct http_exchange *x, bool *wanted)
{
    *wanted = !is_head(x);
    return conn_say_bytes(x->conn, "\r\n", 2);
}

int http_answer_content(struct http_exchange *x, const char *type,
                        const void *content, size_t length)
{
    bool wanted;
    int result;

    if ((result = http_answer_field(x, "Content-Type", "%s", type)) < 0 ||
        (result = http_answer_field(x, "Content-Length", "%zu", length)) < 0 ||
        (result = http_answer_end_head(x, &wanted)) < 0 ||
        (wanted && (result = conn_say_bytes(x->conn, content, length)) < 0))
        return result;
    return conn_say_end(x->conn);
}

/* 204 and 304 have no body, and a 204 no Content-Length either (RFC 9110 §8.6);
 * a 205 has no content, and says so with a length of 0 (RFC 9110 §15.3.6). */
int http_answer_page(struct http_exchange *x, int status, const char *reason)
{
    char name[12], page[1024];
    const struct term *term;
    bool wanted;
    int length, result;

    if (status == 204 || status == 304) {
        result = http_answer_end_head(x, &wanted);
        return result < 0 ? result : conn_say_end(x->conn);
    }
    if (status == 205)
        return http_answer_content(x, "text/plain; charset=utf-8", "", 0);
    snprintf(name, sizeof(name), "%d", status);
    term = term_find(http_terms, name);
    length =
        snprintf(page, sizeof(page), "%d %s\n%s%s%s%s", status,
                 http_reason(status), term ? term->sentence : "",
                 term ? "\n" : "", reason ? reason : "", reason ? "\n" : "");
    return http_answer_content(x, "text/plain; charset=utf-8", page,
                               (size_t)length);
}

int http_answer_status(struct http_exchange *x, int status)
{
    int result = http_answer_begin(x, status);

    return result < 0 ? result : http_answer_page(x, status, NULL);
}

int http_answer_refusal(struct http_exchange *x, int status, const char *reason)
{
    int result;

    x->close = true;
    result = http_answer_begin(x, status);
    return result < 0 ? result : http_answer_page(x, status, reason);
}

int http_answer_not_allowed(struct http_exchange *x, const char *allow)
{
    int result;

    if ((result = http_answer_begin(x, 405)) < 0 ||
        (result = http_answer_field(x, "Allow", "%s", allow)) < 0)
        return result;
    return http_answer_page(x, 405, NULL);
}

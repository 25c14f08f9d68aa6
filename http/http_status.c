/* SPDX-License-Identifier: MIT */
/*
 * http_status: any status code, answered as its definition wants it: with the
 * fields that it must have, with or without content, and the interim ones
 * before a final answer. For /status/N of http_lab.c.
 */
#include "http/http_server.h"

#include <stdio.h>
#include <string.h>

/* What we can change to when asked: a protocol that says back what it hears. */
#define ECHO "echo"

/* What 206 gives a part of, and 416 has no more of. */
#define HALF "the first half\n"
#define HALF_RANGE "bytes 0-14/30"
#define HALF_OUTSIDE "bytes */30"

/* Without these the answer would break the rule that defines it, or miss what
 * it recommends. 305 gets no Location on purpose: it is deprecated, and nobody
 * should be led to a proxy (RFC 9110 §15.4.6). */
static const struct {
    int status;
    const char *name, *value;
} due[] = {
    /* RFC 8297 §2 */
    {103, "Link", "</style.css>; rel=preload; as=style"},
    {201, "Location", "/"},             /* RFC 9110 §15.3.2 */
    {206, "Content-Range", HALF_RANGE}, /* RFC 9110 §15.3.7 */
    {226, "IM", "identity"},            /* RFC 3229 §10.4.1 */
    {300, "Location", "/"},
    {301, "Location", "/"},
    {302, "Location", "/"},
    {303, "Location", "/"},
    {307, "Location", "/"},
    {308, "Location", "/"},
    {401, "WWW-Authenticate", "Basic realm=\"lab\""}, /* RFC 9110 §15.5.2 */
    {405, "Allow", "OPTIONS, TRACE"},                 /* RFC 9110 §15.5.6 */
    {407, "Proxy-Authenticate", "Basic realm=\"lab\""},
    {415, "Accept", "text/plain"},            /* RFC 9110 §12.5.1 */
    {416, "Content-Range", HALF_OUTSIDE},     /* RFC 9110 §15.5.17 */
    {426, "Upgrade", ECHO},                   /* RFC 9110 §15.5.22 */
    {426, "Connection", "upgrade"},           /* RFC 9110 §7.8 */
    {428, "Cache-Control", "no-store"},       /* RFC 6585 §3 */
    {429, "Retry-After", "1"},                /* RFC 6585 §4 */
    {429, "Cache-Control", "no-store"},       /* RFC 6585 §4 */
    {431, "Cache-Control", "no-store"},       /* RFC 6585 §5 */
    {451, "Link", "</>; rel=\"blocked-by\""}, /* RFC 7725 §4 */
    {503, "Retry-After", "1"},                /* RFC 9110 §15.6.4 */
    {511, "Cache-Control", "no-store"},       /* RFC 6585 §6 */
};

/* Content of its own; every other code is explained in a line of text. */
static const struct {
    int status;
    const char *type, *text;
} contents[] = {
    {206, "text/plain", HALF},
    {207, "application/xml; charset=utf-8",
     "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
     "<multistatus xmlns=\"DAV:\">\n<response>\n<href>/status/207</href>\n"
     "<status>HTTP/1.1 200 OK</status>\n</response>\n</multistatus>\n"},
    {511, "text/html; charset=utf-8",
     "<!DOCTYPE html>\n<title>Log in to this network</title>\n"
     "<p>This network wants you to <a href=\"/\">log in</a> first.</p>\n"},
};

int http_status_fields(struct http_exchange *x, int status)
{
    int result = 0;

    for (size_t i = 0; i < sizeof(due) / sizeof(*due) && result == 0; i++)
        if (due[i].status == status)
            result = http_answer_field(x, due[i].name, "%s", due[i].value);
    return result;
}

/* ---- 1xx ---------------------------------------------------------------- */

/* An interim answer comes before the final one, and never to HTTP/1.0, which
 * does not know that there may be two: RFC 9110 §15.2. */
static int answer_interim(struct http_exchange *x, int status)
{
    int result = 0;

    if (x->request.version_minor > 0 &&
        ((result = http_answer_begin(x, status)) < 0 ||
         (result = http_status_fields(x, status)) < 0 ||
         (result = conn_say_bytes(x->conn, "\r\n", 2)) < 0 ||
         (result = conn_say_end(x->conn)) < 0))
        return result;
    return http_answer_status(x, 200);
}

static int echo_say(struct http_exchange *x, const char *text, size_t length)
{
    int result;

    if ((result = conn_say_begin(x->conn, RFC("9110", "7.8"), ECHO)) < 0 ||
        (result = conn_say_bytes(x->conn, text, length)) < 0)
        return result;
    return conn_say_end(x->conn);
}

/* The new protocol, until the client has no more to say. Its first words answer
 * the request that asked for the change: RFC 9110 §7.8. */
static int echo_speak(struct http_exchange *x)
{
    char piece[1024];
    int length =
        snprintf(piece, sizeof(piece), "you asked for %.900s\r\n", x->path);
    int result = echo_say(x, piece, (size_t)length);

    while (result == 0) {
        struct span heard = conn_view(x->conn);

        if (heard.length == 0 && conn_at_end(x->conn))
            return 0;
        if (heard.length == 0) {
            result = conn_fill(x->conn);
            continue;
        }
        if (heard.length > sizeof(piece))
            heard.length = sizeof(piece);
        memcpy(piece, heard.data, heard.length);
        conn_take(x->conn, heard.length);
        conn_heard(x->conn, RFC("9110", "7.8"), ECHO);
        result = echo_say(x, piece, heard.length);
    }
    return result;
}

/* 101 only to who asked for a protocol that we speak, in HTTP/1.1; all others
 * are told what to ask for: RFC 9110 §7.8. */
static int answer_switching(struct http_exchange *x)
{
    int result;

    if (x->request.version_minor == 0 ||
        !http_head_has(&x->request, "Upgrade", ECHO) ||
        !http_head_has(&x->request, "Connection", "upgrade"))
        return http_status_answer(x, 426);
    x->close = true;
    if ((result = http_answer_begin(x, 101)) < 0 ||
        (result = http_answer_field(x, "Upgrade", ECHO)) < 0 ||
        (result = http_answer_field(x, "Connection", "upgrade")) < 0 ||
        (result = conn_say_bytes(x->conn, "\r\n", 2)) < 0 ||
        (result = conn_say_end(x->conn)) < 0)
        return result;
    return echo_speak(x);
}

/* ---- all others --------------------------------------------------------- */

static int answer_final(struct http_exchange *x, int status)
{
    int result;

    /* Who has waited in vain does not go on waiting: RFC 9110 §15.5.9. */
    x->close = x->close || status == 408;
    if ((result = http_answer_begin(x, status)) < 0 ||
        (result = http_status_fields(x, status)) < 0)
        return result;
    for (size_t i = 0; i < sizeof(contents) / sizeof(*contents); i++)
        if (contents[i].status == status)
            return http_answer_content(x, contents[i].type, contents[i].text,
                                       strlen(contents[i].text));
    return http_answer_page(x, status, NULL);
}

int http_status_answer(struct http_exchange *x, int status)
{
    if (status == 101)
        return answer_switching(x);
    return status < 200 ? answer_interim(x, status) : answer_final(x, status);
}

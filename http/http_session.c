/* SPDX-License-Identifier: MIT */
/*
 * http_session: /session of the lab's server, which counts a visitor's visits.
 *
 * HTTP does not know that two requests come from the same user (RFC 9110 §3.3).
 * So the server gives each new one a random name, in a cookie, and keeps a
 * number under it; who brings the name along is taken for that user, whoever it
 * is (RFC 6265 §8.4). /session?end forgets it.
 */
#include "http/http_server.h"

#include <stdio.h>
#include <string.h>

#include "http/http_memory.h"

#define NAME "session"

/* The value of our cookie; empty if the request has none. */
static struct span find_token(const struct http_head *request)
{
    for (size_t i = 0; i < request->field_count; i++) {
        struct span field = request->fields[i].value;

        if (!span_equal_nocase(request->fields[i].name, SPAN("Cookie")))
            continue;
        while (field.length > 0) {
            const char *end = memchr(field.data, ';', field.length);
            size_t length = end ? (size_t)(end - field.data) : field.length;
            struct span pair = span_trim((struct span){field.data, length});

            if (pair.length > strlen(NAME "=") &&
                memcmp(pair.data, NAME "=", strlen(NAME "=")) == 0)
                return (struct span){pair.data + strlen(NAME "="),
                                     pair.length - strlen(NAME "=")};
            length += end != NULL;
            field.data += length;
            field.length -= length;
        }
    }
    return (struct span){NULL, 0};
}

/* What goes over TLS only must come back over TLS only: RFC 6265 §4.1.2.5. */
static int say_cookie(struct http_exchange *x, const char *token, bool end)
{
    return http_answer_secret(
        x, "Set-Cookie", NAME "=%s; Path=/session; HttpOnly%s%s", token,
        conn_facts(x->conn).tls ? "; Secure" : "", end ? "; Max-Age=0" : "");
}

static int answer(struct http_exchange *x, const char *token, bool end,
                  const char *text)
{
    int result;

    if ((result = http_answer_begin(x, 200)) < 0 ||
        (result = http_answer_field(x, "Cache-Control", "no-store")) < 0 ||
        (token && (result = say_cookie(x, token, end)) < 0))
        return result;
    return http_answer_content(x, "text/plain", text, strlen(text));
}

/* Notes and pages show the beginning of a token: enough to tell two apart, too
 * little to use one. */
enum { SHOWN = 4 };

static int begin(struct http_exchange *x, bool forgotten)
{
    char token[HTTP_TOKEN_SIZE], text[128];

    if (!http_memory_add(x->site->memory, HTTP_MEMORY_SESSION, token))
        return http_answer_status(x, 500);
    http_memory_count(x->site->memory, HTTP_MEMORY_SESSION, span_of(token));
    conn_note(x->conn, RFC("6265", "4.1"), "session",
              "%s: a new session, %.*s..., with 1 visit is stored",
              forgotten ? "a cookie that we don't know" : "no cookie", SHOWN,
              token);
    snprintf(text, sizeof(text),
             "I have not seen you before. This is visit 1 of session %.*s...\n",
             SHOWN, token);
    return answer(x, token, false, text);
}

int http_session_answer(struct http_exchange *x)
{
    struct http_memory *memory = x->site->memory;
    struct span token = find_token(&x->request);
    char text[128];
    uint64_t visits;

    if (span_equal(x->query, SPAN("end"))) {
        http_memory_forget(memory, HTTP_MEMORY_SESSION, token);
        conn_note(x->conn, RFC("6265", "4.1.2.2"), "session",
                  "the session is forgotten, and the client told to");
        return answer(x, "", true, "Good-bye. I have forgotten you.\n");
    }
    visits = http_memory_count(memory, HTTP_MEMORY_SESSION, token);
    if (visits == 0)
        return begin(x, token.length > 0);
    conn_note(x->conn, RFC("6265", "4.2.2"), "session",
              "the cookie names session %.*s...; %llu visits are stored", SHOWN,
              token.data, (unsigned long long)visits);
    snprintf(text, sizeof(text),
             "I know you. This is visit %llu of session %.*s...\n",
             (unsigned long long)visits, SHOWN, token.data);
    return answer(x, NULL, false, text);
}

/* SPDX-License-Identifier: MIT */
/*
 * notebook: HTTP in clear. Everything is there to be read, so what is worth
 * writing down is chosen: who was asked for what, who asked, with which
 * password, and how the page begins.
 *
 * The parsers are those of our client and server; where they call a message
 * broken, the notebook says so and reads no further.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "common/limits.h"
#include "http/http.h"
#include "labs/trace/notebook.h"

enum { VALUE_MAX = 1024 };

/* One direction, being read. */
struct reading {
    struct span left;
    struct http_head head;
    struct http_body body;
    char quote[NOTEBOOK_QUOTE_MAX + 1]; /* the beginning of the body */
    size_t quoted;
    bool whole; /* the end of the body was seen */
};

static bool http_knows(const struct flow *flow)
{
    struct span said = flow_stream(&flow->sides[FLOW_CLIENT]), line;

    return flow->kind == FLOW_TCP && span_next_line(&said, &line) &&
           line.length > 0 &&
           memmem(line.data, line.length, " HTTP/1.", 8) != NULL;
}

/* ---- one message -------------------------------------------------------- */

static bool read_head(struct reading *reading, enum http_kind kind)
{
    size_t used;

    http_head_start(&reading->head, kind);
    if (reading->left.length == 0 ||
        http_head_read(&reading->head, reading->left, &used, NULL) !=
            PARSE_DONE)
        return false;
    reading->left.data += used;
    reading->left.length -= used;
    return true;
}

static void keep_quote(struct reading *reading, struct span piece)
{
    size_t room = sizeof(reading->quote) - reading->quoted;
    size_t kept = piece.length < room ? piece.length : room;

    if (kept > 0)
        memcpy(reading->quote + reading->quoted, piece.data, kept);
    reading->quoted += kept;
}

/* Steps over a body. False: it did not end in what was seen. */
static bool read_body(struct reading *reading, struct http_framing framing)
{
    enum parse outcome;
    size_t used;

    http_body_start(&reading->body, framing);
    reading->quoted = 0;
    do {
        struct span piece = {NULL, 0};
        used = 0;
        outcome =
            http_body_read(&reading->body, reading->left, &used, &piece, NULL);
        keep_quote(reading, piece);
        reading->left.data += used;
        reading->left.length -= used;
    } while (outcome == PARSE_MORE && used > 0);
    reading->whole = outcome == PARSE_DONE;
    return reading->whole;
}

/* ---- what is written down ----------------------------------------------- */

static void write_field(FILE *to, const struct http_head *head,
                        const char *name, const char *label)
{
    char value[VALUE_MAX];
    struct span field = http_head_field(head, name);

    if (field.data == NULL)
        return;
    text_escape(value, sizeof(value), field);
    notebook_line(to, label, "%s", value);
}

/* RFC 7617 §2: Basic is a spelling, not an encryption. */
static void write_credentials(FILE *to, const struct http_head *head)
{
    struct span field = http_head_field(head, "Authorization");
    char plain[VALUE_MAX];
    size_t length;

    if (field.data == NULL || field.length < 6 || field.length > VALUE_MAX ||
        !span_equal_nocase((struct span){field.data, 6}, SPAN("Basic ")))
        return;
    struct span code =
        span_trim((struct span){field.data + 6, field.length - 6});
    if (!base64_read(plain, sizeof(plain), &length, code) || length == 0)
        return;
    notebook_quote(to, "PASSWORD", (struct span){plain, length});
}

/* A page is quoted; of what is no text, its kind and size say enough. */
static void write_body(FILE *to, const struct reading *reading)
{
    struct span quote = notebook_beginning(
        (struct span){reading->quote, reading->quoted}, reading->whole);

    if (reading->body.content == 0)
        return;
    notebook_line(to, "body", "%llu bytes",
                  (unsigned long long)reading->body.content);
    if (text_is_readable(quote) && quote.length > 0)
        notebook_quote(to, "it begins", quote);
}

static void write_request(FILE *to, const struct reading *reading)
{
    const struct http_head *head = &reading->head;
    char method[64], target[VALUE_MAX];

    text_escape(method, sizeof(method), head->method);
    text_escape(target, sizeof(target), head->target);
    notebook_line(to, "asked for", "%s %s", method, target);
    write_field(to, head, "Host", "of the host");
    write_field(to, head, "User-Agent", "with");
    write_field(to, head, "Referer", "coming from");
    write_field(to, head, "Authorization", "log-in");
    write_credentials(to, head);
    write_field(to, head, "Cookie", "COOKIE");
    write_body(to, reading);
}

static void write_response(FILE *to, const struct reading *reading)
{
    const struct http_head *head = &reading->head;
    char reason[128];

    text_escape(reason, sizeof(reason), head->reason);
    notebook_line(to, "answered", "%d %s", head->status, reason);
    write_field(to, head, "Server", "by");
    write_field(to, head, "Location", "go to");
    write_field(to, head, "Set-Cookie", "COOKIE SET");
    write_field(to, head, "Content-Type", "type");
    write_body(to, reading);
}

/* ---- the conversation --------------------------------------------------- */

static bool hear_request(FILE *to, struct reading *client)
{
    struct http_framing framing;

    if (!read_head(client, HTTP_REQUEST) ||
        http_framing_of_request(&framing, &client->head, NULL) < 0)
        return false;
    bool whole = read_body(client, framing);
    write_request(to, client);
    return whole;
}

/* Answers 1xx come before the one that counts. */
static bool hear_response(FILE *to, struct reading *server, const char *method)
{
    struct http_framing framing;
    bool whole;

    do {
        if (!read_head(server, HTTP_RESPONSE) ||
            http_framing_of_response(&framing, &server->head, method, NULL) < 0)
            return false;
        whole = read_body(server, framing);
        write_response(to, server);
    } while (whole && server->head.status < 200 && server->head.status != 101);
    return whole;
}

static void write_exchanges(FILE *to, struct reading *client,
                            struct reading *server)
{
    size_t messages = 0;
    bool whole = true;

    while (whole && client->left.length > 0 &&
           messages++ < NOTEBOOK_MESSAGES_MAX) {
        char method[64];
        whole = hear_request(to, client);
        text_escape(method, sizeof(method), client->head.method);
        if (server->left.length > 0)
            whole = hear_response(to, server, method) && whole;
    }
    if (client->left.length > 0 || server->left.length > 0)
        notebook_line(to, "the rest", "%zu and %zu bytes were not read",
                      client->left.length, server->left.length);
}

static int http_write(FILE *to, const struct flow *flow, int64_t start_ns,
                      struct error *error)
{
    struct reading *both = calloc(FLOW_ENDS, sizeof(*both));

    (void)start_ns;
    if (both == NULL)
        return error_set(error, ERROR_LOCAL, "out of memory for two messages");
    for (int end = 0; end < FLOW_ENDS; end++)
        both[end].left = flow_stream(&flow->sides[end]);
    write_exchanges(to, &both[FLOW_CLIENT], &both[FLOW_SERVER]);
    free(both);
    return 0;
}

const struct notebook_reader notebook_http = {"HTTP, in clear", http_knows,
                                              http_write};

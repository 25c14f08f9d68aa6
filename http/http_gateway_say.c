/* SPDX-License-Identifier: MIT */
/*
 * http_gateway_say: a message said anew for the next hop, piece by piece. It
 * serves both directions alike: requests to the backend, answers to the client.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "http/http_gateway.h"
#include "http/http_hops.h"

/* A field as it came. Its value was judged when it was read, and may be longer
 * than a line of ours. What is secret stays so in the trace. */
static int say_field(struct conn *conn, struct http_field field)
{
    size_t open = http_field_open_length(field.name, field.value);
    char *secret;
    int result;

    if ((result = conn_say_bytes(conn, field.name.data, field.name.length)) <
            0 ||
        (result = conn_say_bytes(conn, ": ", 2)) < 0 ||
        (result = conn_say_bytes(conn, field.value.data, open)) < 0)
        return result;
    if (open < field.value.length) {
        secret = strndup(field.value.data + open, field.value.length - open);
        result = secret ? conn_say_secret(conn, secret) : -ERROR_LOCAL;
        free(secret);
        if (result < 0)
            return result;
    }
    return conn_say_bytes(conn, "\r\n", 2);
}

/* NOTE(http-hops): the fields that go on: all but those of this hop, and but
 * the names in `replaced` (NULL ends), which we say ourselves. */
int http_gateway_say_fields(struct conn *conn, const struct http_head *head,
                            const char *const *replaced)
{
    int result = 0;

    for (size_t i = 0; i < head->field_count && result == 0; i++) {
        struct span name = head->fields[i].name;
        bool ours = http_hop_keeps(head, name);

        for (const char *const *other = replaced; *other && !ours; other++)
            ours = span_equal_nocase(name, span_of(*other));
        if (!ours)
            result = say_field(conn, head->fields[i]);
    }
    return result;
}

int http_gateway_say_via(struct conn *conn, const struct http_head *head,
                         const struct http_gateway *gateway)
{
    return conn_say_line(conn, "Via: 1.%d %s", head->version_minor,
                         gateway->pseudonym);
}

int http_gateway_say_framing(struct conn *conn,
                             const struct http_framing *framing)
{
    switch (framing->kind) {
    case HTTP_FRAMING_LENGTH:
        return conn_say_line(conn, "Content-Length: %" PRIu64, framing->length);
    case HTTP_FRAMING_CHUNKED:
        return conn_say_line(conn, "Transfer-Encoding: chunked");
    default:
        return 0;
    }
}

/* A piece of a body, in the framing that was announced. */
int http_gateway_say_piece(struct conn *conn,
                           const struct http_framing *framing,
                           struct span piece)
{
    char line[32];
    size_t length;
    int result;

    if (framing->kind != HTTP_FRAMING_CHUNKED)
        return conn_say_bytes(conn, piece.data, piece.length);
    length = http_chunk_line(line, sizeof(line), piece.length, NULL);
    if ((result = conn_say_bytes(conn, line, length)) < 0 ||
        (result = conn_say_bytes(conn, piece.data, piece.length)) < 0)
        return result;
    return conn_say_bytes(conn, "\r\n", 2);
}

/* The end of a body that was heard whole. Its trailers go on when there is a
 * place for them: RFC 9112 §7.1.2 lets us drop them otherwise. */
int http_gateway_say_body_end(struct conn *conn,
                              const struct http_framing *framing,
                              const struct http_body *heard)
{
    static const char *const nothing[] = {"Host", "Trailer", NULL};
    int result;

    if (framing->kind != HTTP_FRAMING_CHUNKED)
        return 0;
    if ((result = conn_say_bytes(conn, "0\r\n", 3)) < 0 ||
        (heard->framing.kind == HTTP_FRAMING_CHUNKED &&
         (result = http_gateway_say_fields(conn, &heard->trailer, nothing)) <
             0))
        return result;
    return conn_say_bytes(conn, "\r\n", 2);
}

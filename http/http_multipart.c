/* SPDX-License-Identifier: MIT */
/* http_multipart: RFC 9110 §14.6, written by the server, read by the client. */
#include "http/http_multipart.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const state_names[] = {
    [HTTP_MULTIPART_DELIMITER] = "boundary",
    [HTTP_MULTIPART_HEAD] = "header of a part",
    [HTTP_MULTIPART_DATA] = "data of a part",
    [HTTP_MULTIPART_DATA_END] = "end of a part",
    [HTTP_MULTIPART_EPILOGUE] = "epilogue",
};
_Static_assert(sizeof(state_names) / sizeof(*state_names) ==
                   HTTP_MULTIPART_STATES,
               "a name for each state");

/* ---- writing ------------------------------------------------------------ */

size_t http_multipart_delimiter(char *text, size_t size, const char *boundary,
                                bool first, const char *type,
                                const struct http_range *range, uint64_t total)
{
    int length;

    if (!range)
        length = snprintf(text, size, "\r\n--%s--\r\n", boundary);
    else
        length = snprintf(text, size,
                          "%s--%s\r\nContent-Type: %s\r\n"
                          "Content-Range: bytes %" PRIu64 "-%" PRIu64
                          "/%" PRIu64 "\r\n\r\n",
                          first ? "" : "\r\n", boundary, type, range->first,
                          range->last, total);
    return length < 0 || (size_t)length >= size ? 0 : (size_t)length;
}

/* ---- reading ------------------------------------------------------------ */

/* Takes the value of boundary=, a token or a quoted string, off the parameters
 * of a media type (RFC 9110 §8.3.1). */
static struct span find_boundary(struct span parameters)
{
    static const struct span name = {"boundary=", 9};

    while (parameters.length > 0) {
        const char *semicolon = memchr(parameters.data, ';', parameters.length);
        size_t length = semicolon ? (size_t)(semicolon - parameters.data)
                                  : parameters.length;
        struct span one = span_trim((struct span){parameters.data, length});

        if (one.length > name.length &&
            span_equal_nocase((struct span){one.data, name.length}, name)) {
            one =
                (struct span){one.data + name.length, one.length - name.length};
            if (one.length >= 2 && one.data[0] == '"' &&
                one.data[one.length - 1] == '"')
                one = (struct span){one.data + 1, one.length - 2};
            return one;
        }
        length += semicolon ? 1 : 0;
        parameters =
            (struct span){parameters.data + length, parameters.length - length};
    }
    return (struct span){NULL, 0};
}

static void to_state(struct http_multipart *multipart,
                     enum http_multipart_state state)
{
    multipart->state = state;
    multipart->line_length = 0;
}

bool http_multipart_start(struct http_multipart *multipart,
                          struct span content_type)
{
    static const struct span type = {"multipart/byteranges", 20};
    struct span boundary;

    if (content_type.length <= type.length ||
        !span_equal_nocase((struct span){content_type.data, type.length}, type))
        return false;
    boundary = find_boundary((struct span){content_type.data + type.length,
                                           content_type.length - type.length});
    if (boundary.length == 0 || boundary.length > HTTP_BOUNDARY_MAX)
        return false;
    snprintf(multipart->boundary, sizeof(multipart->boundary), "--%.*s",
             (int)boundary.length, boundary.data);
    multipart->count = 0;
    to_state(multipart, HTTP_MULTIPART_DELIMITER);
    return true;
}

static enum parse broken(const struct http_multipart *multipart,
                         struct error *error, const char *rule)
{
    error_set(error, ERROR_PROTOCOL, "%s, in the %s (RFC 9110 §14.6)", rule,
              state_names[multipart->state]);
    error_set_peer(error, multipart->line, multipart->line_length);
    return PARSE_BROKEN;
}

/* A whole line stands in multipart->line, CR LF included. Empty ones before
 * the first boundary are a preamble, which some servers send. */
static enum parse read_delimiter(struct http_multipart *multipart,
                                 struct error *error)
{
    struct span line = {multipart->line, multipart->line_length};
    size_t boundary = strlen(multipart->boundary);

    if (line.length < 2 || memcmp(line.data + line.length - 2, "\r\n", 2) != 0)
        return broken(multipart, error, "a line ends in LF without CR");
    line.length -= 2;
    if (line.length == 0 && multipart->count == 0) {
        to_state(multipart, HTTP_MULTIPART_DELIMITER);
        return PARSE_MORE;
    }
    if (line.length < boundary ||
        memcmp(line.data, multipart->boundary, boundary) != 0)
        return broken(multipart, error,
                      "where the boundary should stand is something else: a "
                      "part is not as long as its Content-Range says");
    line =
        span_trim((struct span){line.data + boundary, line.length - boundary});
    if (line.length > 0 && !span_equal(line, SPAN("--")))
        return broken(multipart, error, "something follows the boundary");
    if (line.length == 0) {
        http_head_start(&multipart->head, HTTP_TRAILER);
        to_state(multipart, HTTP_MULTIPART_HEAD);
        return PARSE_MORE;
    }
    if (multipart->count == 0)
        return broken(multipart, error, "there is no part at all");
    to_state(multipart, HTTP_MULTIPART_EPILOGUE);
    return PARSE_DONE;
}

/* Up to the LF of a boundary's line, whatever the split. */
static enum parse gather_line(struct http_multipart *multipart,
                              struct span input, size_t *used,
                              struct error *error)
{
    const char *lf = memchr(input.data, '\n', input.length);
    size_t length = lf ? (size_t)(lf - input.data) + 1 : input.length;

    if (length > sizeof(multipart->line) - multipart->line_length)
        return broken(multipart, error, "a line is longer than a boundary");
    memcpy(multipart->line + multipart->line_length, input.data, length);
    multipart->line_length += length;
    *used = length;
    return lf ? read_delimiter(multipart, error) : PARSE_MORE;
}

static enum parse read_head(struct http_multipart *multipart, struct span input,
                            size_t *used, struct error *error)
{
    enum parse outcome = http_head_read(&multipart->head, input, used, error);
    struct http_content_range *part = &multipart->parts[multipart->count];

    if (outcome != PARSE_DONE)
        return outcome;
    if (multipart->count == HTTP_RANGES_MAX)
        return broken(multipart, error, "more parts than may be asked for");
    if (!http_content_range_read(
            http_head_field(&multipart->head, "Content-Range"), part) ||
        !part->satisfied)
        return broken(multipart, error,
                      "a part without a Content-Range that can be read");
    multipart->count++;
    multipart->left = part->last - part->first + 1;
    to_state(multipart, HTTP_MULTIPART_DATA);
    return PARSE_MORE;
}

static void read_data(struct http_multipart *multipart, struct span input,
                      size_t *used)
{
    *used =
        input.length < multipart->left ? input.length : (size_t)multipart->left;
    multipart->left -= *used;
    if (multipart->left == 0)
        to_state(multipart, HTTP_MULTIPART_DATA_END);
}

/* The two bytes that belong to the boundary, not to the data. */
static enum parse read_data_end(struct http_multipart *multipart,
                                struct span input, size_t *used,
                                struct error *error)
{
    char byte = input.data[0];

    multipart->line[multipart->line_length++] = byte;
    if (byte != "\r\n"[multipart->line_length - 1])
        return broken(multipart, error,
                      "a part is longer than its Content-Range says");
    *used = 1;
    if (multipart->line_length == 2)
        to_state(multipart, HTTP_MULTIPART_DELIMITER);
    return PARSE_MORE;
}

static enum parse read_some(struct http_multipart *multipart, struct span input,
                            size_t *used, struct error *error)
{
    switch (multipart->state) {
    case HTTP_MULTIPART_DELIMITER:
        return gather_line(multipart, input, used, error);
    case HTTP_MULTIPART_HEAD:
        return read_head(multipart, input, used, error);
    case HTTP_MULTIPART_DATA:
        read_data(multipart, input, used);
        return PARSE_MORE;
    case HTTP_MULTIPART_DATA_END:
        return read_data_end(multipart, input, used, error);
    case HTTP_MULTIPART_EPILOGUE:
    case HTTP_MULTIPART_STATES:
        break;
    }
    *used = input.length;
    return PARSE_DONE;
}

enum parse http_multipart_read(struct http_multipart *multipart,
                               struct span input, struct error *error)
{
    while (input.length > 0) {
        size_t used = 0;

        if (read_some(multipart, input, &used, error) == PARSE_BROKEN)
            return PARSE_BROKEN;
        input.data += used;
        input.length -= used;
    }
    return multipart->state == HTTP_MULTIPART_EPILOGUE ? PARSE_DONE
                                                       : PARSE_MORE;
}

/* Behind the last boundary nothing needs to stand, not even a CR LF. */
int http_multipart_ended(const struct http_multipart *multipart,
                         struct error *error)
{
    size_t boundary = strlen(multipart->boundary);

    if (multipart->state == HTTP_MULTIPART_EPILOGUE ||
        (multipart->state == HTTP_MULTIPART_DELIMITER && multipart->count > 0 &&
         multipart->line_length == boundary + 2 &&
         memcmp(multipart->line, multipart->boundary, boundary) == 0 &&
         memcmp(multipart->line + boundary, "--", 2) == 0))
        return 0;
    broken(multipart, error, "the body ends");
    return -ERROR_PROTOCOL;
}

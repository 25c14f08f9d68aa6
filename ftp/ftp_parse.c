/* SPDX-License-Identifier: MIT */
/*
 * ftp_parse: replies, from bytes in any split. RFC 959 §4.2: three digits, then
 * a space and words, or a hyphen and as many lines as it takes until one begins
 * with the same digits and a space.
 */
#include <ctype.h>
#include <string.h>

#include "ftp/ftp.h"

enum { CODE_LENGTH = 3 };

void ftp_reply_start(struct ftp_reply *reply)
{
    reply->code = 0;
    reply->length = reply->last = reply->line_start = 0;
    reply->multiple = false;
}

static enum parse broken(struct ftp_reply *reply, struct error *error,
                         const char *rule)
{
    error_set(error, ERROR_PROTOCOL, "the server's reply is broken: %s", rule);
    error_set_peer(error, reply->bytes + reply->line_start,
                   reply->length - reply->line_start);
    return PARSE_BROKEN;
}

/* The code of a line, or -1. The first digit is 1 to 5, or 6 for a protected
 * reply (RFC 2228 §5.2); the second 0 to 5 (RFC 959 §4.2.1), though not all
 * servers keep to that, and nothing depends on it. */
static int code_of(struct span line)
{
    if (line.length < CODE_LENGTH)
        return -1;
    for (size_t i = 0; i < CODE_LENGTH; i++)
        if (!isdigit((unsigned char)line.data[i]))
            return -1;
    if (line.data[0] < '1' || line.data[0] > '6')
        return -1;
    return (line.data[0] - '0') * 100 + (line.data[1] - '0') * 10 +
           (line.data[2] - '0');
}

/* The first line says the code, and whether more lines follow. A code alone is
 * a reply without words: some servers say no more. */
static enum parse first_line(struct ftp_reply *reply, struct span line,
                             struct error *error)
{
    reply->code = code_of(line);
    if (reply->code < 0)
        return broken(reply, error,
                      "it does not begin with three digits (RFC 959 §4.2)");
    if (line.length > CODE_LENGTH && line.data[CODE_LENGTH] == '-') {
        reply->multiple = true;
        return PARSE_MORE;
    }
    if (line.length > CODE_LENGTH && line.data[CODE_LENGTH] != ' ')
        return broken(reply, error,
                      "neither space nor hyphen follows the code (RFC 959 "
                      "§4.2)");
    return PARSE_DONE;
}

/* A later line ends the reply if it has the code of the first one and a space.
 * Any other line is text, also one that has another code (RFC 959 §4.2). */
static enum parse later_line(const struct ftp_reply *reply, struct span line)
{
    bool ends = line.length > CODE_LENGTH && line.data[CODE_LENGTH] == ' ' &&
                code_of(line) == reply->code;

    return ends ? PARSE_DONE : PARSE_MORE;
}

/* A line is complete: bytes[line_start .. length) with its CR LF. */
static enum parse read_line(struct ftp_reply *reply, struct error *error)
{
    struct span line = {reply->bytes + reply->line_start,
                        reply->length - reply->line_start - 2};
    enum parse outcome;

    if (reply->length - reply->line_start < 2 ||
        reply->bytes[reply->length - 2] != '\r')
        return broken(reply, error,
                      "a line ends with LF alone, not with CR LF (RFC 959 "
                      "§4.2)");
    outcome = reply->multiple ? later_line(reply, line)
                              : first_line(reply, line, error);
    reply->last = reply->line_start;
    reply->line_start = reply->length;
    return outcome;
}

enum parse ftp_reply_read(struct ftp_reply *reply, struct span input,
                          size_t *used, struct error *error)
{
    enum parse outcome = PARSE_MORE;

    *used = 0;
    while (outcome == PARSE_MORE && *used < input.length) {
        const char *from = input.data + *used;
        size_t left = input.length - *used;
        const char *lf = memchr(from, '\n', left);
        size_t length = lf != NULL ? (size_t)(lf - from) + 1 : left;

        if (length > sizeof(reply->bytes) - reply->length)
            return broken(reply, error, "it is longer than any reply");
        memcpy(reply->bytes + reply->length, from, length);
        reply->length += length;
        *used += length;
        if (lf != NULL)
            outcome = read_line(reply, error);
    }
    return outcome;
}

struct span ftp_reply_words(const struct ftp_reply *reply)
{
    size_t from = reply->last + CODE_LENGTH + 1;
    size_t to = reply->length >= 2 ? reply->length - 2 : 0;

    if (from >= to)
        return (struct span){"", 0};
    return (struct span){reply->bytes + from, to - from};
}

bool ftp_reply_line(const struct ftp_reply *reply, size_t *at,
                    struct span *line)
{
    const char *from = reply->bytes + *at;
    const char *lf;

    if (*at >= reply->length ||
        (lf = memchr(from, '\n', reply->length - *at)) == NULL)
        return false;
    *line = (struct span){from, (size_t)(lf - from) - 1};
    *at += line->length + 2;
    return true;
}

int ftp_reply_class(const struct ftp_reply *reply)
{
    return reply->code / 100;
}

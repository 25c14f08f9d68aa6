/* SPDX-License-Identifier: MIT */
/*
 * ftp_parse: replies, of one line or of many. RFC 959 §4.2.
 *
 * A reply of many lines begins with its code and a hyphen, and ends at the
 * first line that begins with the same code and a space. What stands between
 * may look like anything, also like the end of another reply.
 */
#include "ftp/ftp.h"

#include <ctype.h>
#include <string.h>

void ftp_reply_start(struct ftp_reply *reply)
{
    reply->code = 0;
    reply->length = reply->last = reply->line_start = 0;
    reply->multiple = false;
}

/* The code at the front of a line, or 0. */
static int code_of(const char *line, size_t length)
{
    if (length < 3 || line[0] < '1' || line[0] > '6' ||
        !isdigit((unsigned char)line[1]) || !isdigit((unsigned char)line[2]))
        return 0;
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

/* A line is whole, from reply->line_start up to its CR LF. */
static enum parse take_line(struct ftp_reply *reply, struct error *error)
{
    const char *line = reply->bytes + reply->line_start;
    size_t length = reply->length - reply->line_start - 2;
    bool first = reply->line_start == 0;
    int code = code_of(line, length);
    char mark = length > 3 ? line[3] : ' ';

    if (first && (code == 0 || (mark != ' ' && mark != '-'))) {
        error_set(error, ERROR_PROTOCOL,
                  "a reply begins with three digits and a space or a hyphen "
                  "(RFC 959 §4.2)");
        error_set_peer(error, line, length);
        return PARSE_BROKEN;
    }
    if (first) {
        reply->code = code;
        reply->multiple = mark == '-';
    }
    reply->last = reply->line_start;
    reply->line_start = reply->length;
    return code == reply->code && mark == ' ' ? PARSE_DONE : PARSE_MORE;
}

enum parse ftp_reply_read(struct ftp_reply *reply, struct span input,
                          size_t *used, struct error *error)
{
    enum parse outcome = PARSE_MORE;

    *used = 0;
    while (outcome == PARSE_MORE && *used < input.length) {
        char byte = input.data[*used];

        if (reply->length == sizeof(reply->bytes)) {
            error_set(error, ERROR_PROTOCOL,
                      "a reply of more than %d bytes is none", FTP_REPLY_MAX);
            return PARSE_BROKEN;
        }
        reply->bytes[reply->length++] = byte;
        ++*used;
        if (byte != '\n')
            continue;
        if (reply->length < reply->line_start + 2 ||
            reply->bytes[reply->length - 2] != '\r') {
            error_set(error, ERROR_PROTOCOL,
                      "a line of a reply ended in LF alone (RFC 959 §4.2)");
            return PARSE_BROKEN;
        }
        outcome = take_line(reply, error);
    }
    return outcome;
}

struct span ftp_reply_words(const struct ftp_reply *reply)
{
    size_t end = reply->line_start >= 2 ? reply->line_start - 2 : 0;
    size_t start = reply->last + 4;

    if (start > end)
        return (struct span){reply->bytes, 0};
    return (struct span){reply->bytes + start, end - start};
}

bool ftp_reply_line(const struct ftp_reply *reply, size_t *at,
                    struct span *line)
{
    const char *lf;

    if (*at >= reply->length)
        return false;
    lf = memchr(reply->bytes + *at, '\n', reply->length - *at);
    if (lf == NULL)
        return false;
    *line = (struct span){reply->bytes + *at,
                          (size_t)(lf - reply->bytes) - *at - 1};
    *at = (size_t)(lf - reply->bytes) + 1;
    return true;
}

int ftp_reply_class(const struct ftp_reply *reply)
{
    return reply->code / 100;
}

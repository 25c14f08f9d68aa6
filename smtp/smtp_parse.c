/* SPDX-License-Identifier: MIT */
/*
 * smtp_parse: a server's reply, from bytes to values. No I/O. RFC 5321 §4.2.
 *
 *     250-mx.west.test greets you      all lines but the last: a hyphen
 *     250 SIZE 52428800                the last one: a space, or nothing
 */
#include <stdio.h>
#include <string.h>

#include "smtp/smtp.h"

/* ---- one reply ---------------------------------------------------------- */

void smtp_reply_start(struct smtp_reply *reply)
{
    reply->code = 0;
    reply->enhanced = (struct smtp_enhanced){0, 0, 0};
    reply->lines = reply->length = reply->line_start = 0;
}

/* The line being read, as far as it has come. */
static struct span current_line(const struct smtp_reply *reply)
{
    return (struct span){reply->bytes + reply->line_start,
                         reply->length - reply->line_start};
}

static enum parse broken(const struct smtp_reply *reply, struct error *error,
                         const char *why)
{
    struct span line = current_line(reply);

    error_set(error, ERROR_PROTOCOL, "the server's reply %s (RFC 5321 §4.2)",
              why);
    error_set_peer(error, line.data, line.length);
    return PARSE_BROKEN;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Three digits, the first from 2 to 5. The second may be any: 571 is said in
 * the wild, although the grammar ends at 5. */
static bool starts_like_reply(struct span line)
{
    if (line.length > 0 && (line.data[0] < '2' || line.data[0] > '5'))
        return false;
    for (size_t i = 1; i < 3 && i < line.length; i++)
        if (!is_digit(line.data[i]))
            return false;
    return line.length < 4 || line.data[3] == ' ' || line.data[3] == '-' ||
           line.data[3] == '\r';
}

static int code_of(struct span line)
{
    return (line.data[0] - '0') * 100 + (line.data[1] - '0') * 10 +
           (line.data[2] - '0');
}

/* A line is whole, CR LF and all. */
static enum parse finish_line(struct smtp_reply *reply, struct error *error)
{
    struct span line = current_line(reply), text;

    if (line.length < 2 || line.data[line.length - 2] != '\r')
        return broken(reply, error, "ends a line with a bare LF");
    line.length -= 2;
    if (memchr(line.data, '\r', line.length))
        return broken(reply, error, "has a bare CR in it");
    if (line.length < 3)
        return broken(reply, error, "does not begin with three digits");
    if (reply->lines > 0 && code_of(line) != reply->code)
        return broken(reply, error, "changes its code from line to line");
    reply->code = code_of(line);
    text = (struct span){line.data + 4, line.length > 4 ? line.length - 4 : 0};
    /* RFC 2034 §4: its class is that of the code, or it is no such code. */
    if (reply->enhanced.class == 0 &&
        smtp_enhanced_read(text, &reply->enhanced, NULL) &&
        reply->enhanced.class != reply->code / 100)
        reply->enhanced.class = 0;
    reply->lines++;
    reply->line_start = reply->length;
    if (line.length == 3 || line.data[3] == ' ')
        return PARSE_DONE;
    if (reply->lines == SMTP_REPLY_LINES_MAX)
        return broken(reply, error, "has too many lines");
    return PARSE_MORE;
}

enum parse smtp_reply_read(struct smtp_reply *reply, struct span input,
                           size_t *used, struct error *error)
{
    *used = 0;
    while (*used < input.length) {
        const char *from = input.data + *used;
        size_t left = input.length - *used;
        const char *lf = memchr(from, '\n', left);
        size_t length = lf ? (size_t)(lf - from) + 1 : left;
        size_t had = reply->length - reply->line_start;
        enum parse outcome;

        if (had + length > SMTP_REPLY_LINE_MAX + 2)
            return broken(reply, error, "has a line that is too long");
        if (reply->length + length > sizeof(reply->bytes))
            return broken(reply, error, "is too long");
        memcpy(reply->bytes + reply->length, from, length);
        reply->length += length;
        *used += length;
        if (!starts_like_reply(current_line(reply)))
            return broken(reply, error, "does not begin with three digits");
        if (lf && (outcome = finish_line(reply, error)) != PARSE_MORE)
            return outcome;
    }
    return PARSE_MORE;
}

struct span smtp_reply_line(const struct smtp_reply *reply, size_t index)
{
    struct span rest = {reply->bytes, reply->length};

    for (size_t i = 0; i < reply->lines; i++) {
        const char *lf = memchr(rest.data, '\n', rest.length);
        size_t length = lf ? (size_t)(lf - rest.data) + 1 : rest.length;

        if (i == index)
            return (struct span){rest.data + (length > 5 ? 4 : 3),
                                 length > 5 ? length - 6 : 0};
        rest.data += length;
        rest.length -= length;
    }
    return (struct span){NULL, 0};
}

/* A line's text without the enhanced code that the reply is known by. */
static struct span words_of(const struct smtp_reply *reply, size_t index)
{
    struct span text = smtp_reply_line(reply, index);
    struct smtp_enhanced enhanced;
    size_t used;

    if (reply->enhanced.class == 0 ||
        !smtp_enhanced_read(text, &enhanced, &used))
        return text;
    used += used < text.length;
    return (struct span){text.data + used, text.length - used};
}

void smtp_reply_text(const struct smtp_reply *reply, char *text, size_t size)
{
    size_t length = 0;

    text[0] = '\0';
    for (size_t i = 0; i < reply->lines && length + 4 < size; i++) {
        if (i > 0)
            length += (size_t)snprintf(text + length, size - length, " / ");
        if (length + 1 < size)
            length +=
                text_escape(text + length, size - length, words_of(reply, i));
    }
}

/* ---- enhanced status codes (RFC 3463 §2) -------------------------------- */

/* One to three digits, and what ends them. */
static size_t read_number(struct span text, size_t at, int *value)
{
    size_t from = at;

    for (*value = 0; at < text.length && is_digit(text.data[at]); at++) {
        if (at - from == 3)
            return 0;
        *value = *value * 10 + (text.data[at] - '0');
    }
    return at - from;
}

bool smtp_enhanced_read(struct span text, struct smtp_enhanced *enhanced,
                        size_t *used)
{
    struct smtp_enhanced found;
    size_t subject, detail, end;

    if (text.length < 5 || !strchr("245", text.data[0]) || text.data[0] == 0 ||
        text.data[1] != '.')
        return false;
    found.class = text.data[0] - '0';
    subject = read_number(text, 2, &found.subject);
    if (subject == 0 || 2 + subject >= text.length ||
        text.data[2 + subject] != '.')
        return false;
    detail = read_number(text, 3 + subject, &found.detail);
    end = 3 + subject + detail;
    if (detail == 0 || (end < text.length && text.data[end] != ' '))
        return false;
    *enhanced = found;
    if (used)
        *used = end;
    return true;
}

const char *smtp_enhanced_text(struct smtp_enhanced enhanced,
                               char text[SMTP_ENHANCED_TEXT])
{
    if (enhanced.class == 0)
        text[0] = '\0';
    else
        snprintf(text, SMTP_ENHANCED_TEXT, "%d.%d.%d", enhanced.class % 10,
                 enhanced.subject % 1000, enhanced.detail % 1000);
    return text;
}

/* ---- capabilities (RFC 5321 §4.1.1.1) ----------------------------------- */

/* Takes the next word off a line. */
static struct span take_word(struct span *line)
{
    const char *space =
        line->length > 0 ? memchr(line->data, ' ', line->length) : NULL;
    struct span word = {line->data,
                        space ? (size_t)(space - line->data) : line->length};
    size_t taken = word.length + (space != NULL);

    if (taken > 0)
        line->data += taken;
    line->length -= taken;
    return word;
}

static void read_capability(struct smtp_capabilities *capabilities,
                            struct span line)
{
    const struct {
        const char *keyword;
        bool *offered;
    } flags[] = {{"STARTTLS", &capabilities->starttls},
                 {"PIPELINING", &capabilities->pipelining},
                 {"8BITMIME", &capabilities->eight_bit_mime},
                 {"SMTPUTF8", &capabilities->smtputf8},
                 {"DSN", &capabilities->dsn},
                 {"ENHANCEDSTATUSCODES", &capabilities->enhanced_codes},
                 {"CHUNKING", &capabilities->chunking},
                 {"SIZE", &capabilities->size}};
    struct span keyword = take_word(&line);

    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        if (span_equal_nocase(keyword, span_of(flags[i].keyword)))
            *flags[i].offered = true;
    /* A limit that is no number, or larger than any counter, limits nothing. */
    if (span_equal_nocase(keyword, SPAN("SIZE")) &&
        !text_to_u64(take_word(&line), UINT64_MAX, &capabilities->size_max))
        capabilities->size_max = 0;
    if (span_equal_nocase(keyword, SPAN("AUTH")))
        capabilities->auth |= sasl_set_read(line);
}

void smtp_capabilities_read(struct smtp_capabilities *capabilities,
                            const struct smtp_reply *reply)
{
    struct span line = smtp_reply_line(reply, 0);

    memset(capabilities, 0, sizeof(*capabilities));
    text_escape(capabilities->domain, sizeof(capabilities->domain),
                take_word(&line));
    capabilities->extended = true;
    for (size_t i = 1; i < reply->lines; i++)
        read_capability(capabilities, smtp_reply_line(reply, i));
}

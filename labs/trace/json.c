/* SPDX-License-Identifier: MIT */
/*
 * json: one object a line, an event each. Other programs hold us to this form:
 * every key is there in every line, in this order, with null for what is not.
 *
 * JSON text is UTF-8 (RFC 8259 §8.1), and a message is bytes: what is readable
 * text goes as "text", all else as "data" in padded base64. Bytes of
 * other strings that are no UTF-8 become U+FFFD.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base64.h"
#include "labs/trace/slices.h"
#include "labs/trace/views.h"
#include "labs/trace/words.h"

/* ---- bytes --------------------------------------------------------------- */

/* An event has some sixty pieces: they are gathered here, and handed on when
 * no more fit. */
struct out {
    FILE *to;
    size_t length;
    char bytes[16384];
};

static void out_flush(struct out *out)
{
    fwrite(out->bytes, 1, out->length, out->to);
    out->length = 0;
}

static void put_over(struct out *out, const char *bytes, size_t length)
{
    while (length > sizeof(out->bytes) - out->length) {
        size_t part = sizeof(out->bytes) - out->length;
        memcpy(out->bytes + out->length, bytes, part);
        out->length += part;
        out_flush(out);
        bytes += part;
        length -= part;
    }
    memcpy(out->bytes + out->length, bytes, length);
    out->length += length;
}

static inline void put(struct out *out, const char *bytes, size_t length)
{
    if (length > sizeof(out->bytes) - out->length) {
        put_over(out, bytes, length);
        return;
    }
    memcpy(out->bytes + out->length, bytes, length);
    out->length += length;
}

/* Half of all that is written: a length that is known takes no call. */
#define PUT(out, literal) put((out), (literal), sizeof(literal) - 1)

static void put_char(struct out *out, char c)
{
    if (out->length == sizeof(out->bytes))
        out_flush(out);
    out->bytes[out->length++] = c;
}

static inline void put_text(struct out *out, const char *text)
{
    put(out, text, strlen(text));
}

/* With zeros before it where it has fewer digits than `least`. */
static void put_number(struct out *out, uint64_t number, size_t least)
{
    char digits[24];
    size_t at = sizeof(digits);

    for (; number > 0 || sizeof(digits) - at < least; number /= 10)
        digits[--at] = (char)('0' + number % 10);
    put(out, digits + at, sizeof(digits) - at);
}

static void put_signed(struct out *out, int number)
{
    put_text(out, number < 0 ? "-" : "");
    put_number(out, (uint64_t)llabs(number), 1);
}

/* "\\u202e" */
static void put_escape(struct out *out, unsigned unit)
{
    char text[8];

    snprintf(text, sizeof(text), "\\u%04x", unit & 0xFFFF);
    put_text(out, text);
}

/* ---- values ------------------------------------------------------------- */

/* Length of the UTF-8 sequence at `s`, or 0: text_is_readable knows. */
static size_t sequence(const char *s, size_t left)
{
    for (size_t length = 2; length <= 4 && length <= left; length++)
        if (text_is_readable((struct span){s, length}))
            return length;
    return 0;
}

/* A reader's terminal may be told to write backwards, or be sent control
 * characters of two bytes: those leave as \u202e and the like. */
static bool misleads(const unsigned char *s, size_t length)
{
    if (length == 3 && s[0] == 0xE2)
        return s[1] == 0x80 ? s[2] <= 0x8F || (s[2] >= 0xA8 && s[2] <= 0xAE)
                            : s[1] == 0x81 && s[2] >= 0xA0 && s[2] <= 0xAF;
    return false;
}

static size_t put_wide(struct out *out, const char *text, size_t left)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t length = sequence(text, left);

    if (left > 1 && s[0] == 0xC2 && s[1] >= 0x80 && s[1] < 0xA0) {
        put_escape(out, s[1]);
        return 2;
    }
    if (length == 0) {
        put_text(out, "\\ufffd");
        return 1;
    }
    if (misleads(s, length))
        put_escape(out, (unsigned)((s[0] & 0x0F) << 12 | (s[1] & 0x3F) << 6 |
                                   (s[2] & 0x3F)));
    else
        put(out, text, length);
    return length;
}

static void put_byte(struct out *out, unsigned char c)
{
    static const char named[] = "\"\"\\\\\nn\rr\tt";

    for (size_t i = 0; i + 1 < sizeof(named); i += 2)
        if (c == (unsigned char)named[i]) {
            put_char(out, '\\');
            put_char(out, named[i + 1]);
            return;
        }
    put_escape(out, c);
}

/* Runs of plain bytes go out in one call: most of a message is one. */
static void put_string(struct out *out, struct span text)
{
    put_char(out, '"');
    for (size_t at = 0; at < text.length;) {
        const char *s = text.data + at;
        size_t plain = text_plain((struct span){s, text.length - at});
        put(out, s, plain);
        at += plain;
        if (at == text.length)
            break;
        if ((unsigned char)text.data[at] >= 0x80)
            at += put_wide(out, text.data + at, text.length - at);
        else
            put_byte(out, (unsigned char)text.data[at++]);
    }
    put_char(out, '"');
}

/* In pieces that need no padding, but for the last. */
static void put_base64(struct out *out, struct span data)
{
    enum { PIECE = 3 * 1024 };
    char text[BASE64_SIZE(PIECE)];

    put_char(out, '"');
    while (data.length > 0) {
        struct span piece = {data.data,
                             data.length < PIECE ? data.length : PIECE};
        base64_write(text, sizeof(text), piece);
        put_text(out, text);
        data.data += piece.length;
        data.length -= piece.length;
    }
    put_char(out, '"');
}

/* ---- an event ----------------------------------------------------------- */

static void put_value(struct out *out, const char *text)
{
    if (text != NULL)
        put_string(out, span_of(text));
    else
        PUT(out, "null");
}

static void put_where(struct out *out, const struct where *where)
{
    if (where->file == NULL) {
        PUT(out, "null");
        return;
    }
    PUT(out, "{\"file\":");
    put_string(out, span_of(where->file));
    PUT(out, ",\"line\":");
    put_signed(out, where->line);
    PUT(out, ",\"func\":");
    put_value(out, where->function);
    PUT(out, "}");
}

static void put_rfc(struct out *out, struct rfc rfc)
{
    char text[96];
    struct words words = words_in(text, sizeof(text));

    words_add(&words, "RFC ");
    words_add(&words, rfc.number != NULL ? rfc.number : "");
    words_add(&words, " §");
    words_add(&words, rfc.section != NULL ? rfc.section : "");
    put_value(out, rfc.number != NULL ? text : NULL);
}

static void put_message(struct out *out, struct span data)
{
    if (text_is_readable(data)) {
        PUT(out, ",\"text\":");
        put_string(out, data);
    } else {
        PUT(out, ",\"data\":");
        put_base64(out, data);
    }
}

static void put_frames(struct out *out, const struct trace_event *event)
{
    PUT(out, "[");
    for (size_t i = 0; i < event->frame_count; i++) {
        put_text(out, i > 0 ? "," : "");
        put_number(out, event->frames[i], 1);
    }
    PUT(out, "]");
}

/* An event may have begun before the run did, by the clock of its host. */
static void put_time(struct out *out, int64_t since_start_ns)
{
    int64_t us = since_start_ns / 1000;
    uint64_t size = (uint64_t)(us < 0 ? -us : us);

    put_text(out, us < 0 ? "-" : "");
    put_number(out, size / 1000000, 1);
    PUT(out, ".");
    put_number(out, size % 1000000, 6);
}

static void write_event(struct out *out, const struct trace_event *event,
                        int64_t start_ns)
{
    PUT(out, "{\"id\":");
    put_number(out, event->id, 1);
    PUT(out, ",\"t\":");
    put_time(out, event->time_ns - start_ns);
    PUT(out, ",\"host\":");
    put_value(out, event->host);
    PUT(out, ",\"conn\":");
    put_number(out, event->conn, 1);
    PUT(out, ",\"peer\":");
    put_value(out, event->peer);
    PUT(out, ",\"proto\":");
    put_value(out, event->proto);
    PUT(out, ",\"stream\":");
    put_value(out, event->stream);
    PUT(out, ",\"dir\":");
    put_value(out, trace_dir_name(event->dir));
    PUT(out, ",\"layer\":");
    put_value(out, trace_layer_name(event->layer));
    PUT(out, ",\"name\":");
    put_value(out, event->name);
    put_message(out, event->data);
    PUT(out, ",\"len\":");
    put_number(out, event->length, 1);
    PUT(out, ",\"secret\":");
    put_text(out, event->secret_count > 0 ? "true" : "false");
    PUT(out, ",\"src\":");
    put_where(out, &event->src);
    PUT(out, ",\"src_heard\":");
    put_where(out, &event->src_heard);
    PUT(out, ",\"rfc\":");
    put_rfc(out, event->rfc);
    PUT(out, ",\"note\":");
    put_value(out, event->note);
    PUT(out, ",\"frames\":");
    put_frames(out, event);
    PUT(out, ",\"exact\":");
    put_text(out, event->exact ? "true" : "false");
    PUT(out, "}\n");
}

static void write_events(FILE *to, size_t from, size_t end, const void *context)
{
    const struct trace_file *trace = context;
    struct out out;

    out.to = to;
    out.length = 0;
    for (size_t i = from; i < end; i++)
        write_event(&out, &trace->events[i], trace->start_ns);
    out_flush(&out);
}

int json_write(FILE *to, const struct trace_file *trace, struct error *error)
{
    if (!slices_write(to, trace->event_count, write_events, trace))
        return error_set(error, ERROR_LOCAL, "out of memory for the events");
    if (ferror(to))
        return error_set(error, ERROR_LOCAL, "the events can't be written");
    return 0;
}

void json_string(FILE *to, struct span text)
{
    struct out out;

    out.to = to;
    out.length = 0;
    put_string(&out, text);
    out_flush(&out);
}

/* SPDX-License-Identifier: MIT */
/*
 * json: one object a line, an event each. Other programs hold us to this form:
 * every key is there in every line, in this order, with null for what is not.
 *
 * JSON text is UTF-8 (RFC 8259 §8.1), and a message is bytes: what is readable
 * text goes as "text", all else as "data" in padded base64. Bytes of
 * other strings that are no UTF-8 become U+FFFD.
 */
#include <inttypes.h>
#include <string.h>

#include "labs/trace/views.h"

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

static size_t put_wide(FILE *to, const char *text, size_t left)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t length = sequence(text, left);

    if (left > 1 && s[0] == 0xC2 && s[1] >= 0x80 && s[1] < 0xA0) {
        fprintf(to, "\\u%04x", s[1]);
        return 2;
    }
    if (length == 0) {
        fputs("\\ufffd", to);
        return 1;
    }
    if (misleads(s, length))
        fprintf(to, "\\u%04x",
                (unsigned)((s[0] & 0x0F) << 12 | (s[1] & 0x3F) << 6 |
                           (s[2] & 0x3F)));
    else
        fwrite(text, 1, length, to);
    return length;
}

static void put_byte(FILE *to, unsigned char c)
{
    static const char named[] = "\"\"\\\\\nn\rr\tt";

    for (size_t i = 0; i + 1 < sizeof(named); i += 2)
        if (c == (unsigned char)named[i]) {
            putc_unlocked('\\', to);
            putc_unlocked(named[i + 1], to);
            return;
        }
    fprintf(to, "\\u%04x", c);
}

/* Runs of plain bytes go out in one call: most of a message is one. */
void json_string(FILE *to, struct span text)
{
    putc_unlocked('"', to);
    for (size_t at = 0; at < text.length;) {
        const char *s = text.data + at;
        size_t plain = 0;
        while (at + plain < text.length && s[plain] >= 0x20 &&
               s[plain] < 0x7F && s[plain] != '"' && s[plain] != '\\')
            plain++;
        fwrite(s, 1, plain, to);
        at += plain;
        if (at == text.length)
            break;
        if ((unsigned char)text.data[at] >= 0x80)
            at += put_wide(to, text.data + at, text.length - at);
        else
            put_byte(to, (unsigned char)text.data[at++]);
    }
    putc_unlocked('"', to);
}

static void put_base64(FILE *to, struct span data)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *s = (const unsigned char *)data.data;

    putc_unlocked('"', to);
    for (size_t i = 0; i < data.length; i += 3) {
        size_t left = data.length - i;
        unsigned second = left > 1 ? s[i + 1] : 0,
                 third = left > 2 ? s[i + 2] : 0;
        unsigned bits = (unsigned)s[i] << 16 | second << 8 | third;
        putc_unlocked(digits[bits >> 18], to);
        putc_unlocked(digits[bits >> 12 & 63], to);
        putc_unlocked(left > 1 ? digits[bits >> 6 & 63] : '=', to);
        putc_unlocked(left > 2 ? digits[bits & 63] : '=', to);
    }
    putc_unlocked('"', to);
}

/* ---- members ------------------------------------------------------------ */

static void member_text(FILE *to, const char *key, const char *text)
{
    fprintf(to, ",\"%s\":", key);
    if (text != NULL)
        json_string(to, span_of(text));
    else
        fputs("null", to);
}

static void member_where(FILE *to, const char *key, const struct where *where)
{
    fprintf(to, ",\"%s\":", key);
    if (where->file == NULL) {
        fputs("null", to);
        return;
    }
    fputs("{\"file\":", to);
    json_string(to, span_of(where->file));
    fprintf(to, ",\"line\":%d", where->line);
    member_text(to, "func", where->function);
    putc_unlocked('}', to);
}

static void member_rfc(FILE *to, struct rfc rfc)
{
    char text[96];

    snprintf(text, sizeof(text), "RFC %s §%s",
             rfc.number != NULL ? rfc.number : "",
             rfc.section != NULL ? rfc.section : "");
    member_text(to, "rfc", rfc.number != NULL ? text : NULL);
}

static void member_message(FILE *to, const struct trace_event *event)
{
    bool readable = text_is_readable(event->data);

    fputs(readable ? ",\"text\":" : ",\"data\":", to);
    if (readable)
        json_string(to, event->data);
    else
        put_base64(to, event->data);
    fprintf(to, ",\"len\":%" PRIu64 ",\"secret\":%s", event->length,
            event->secret_count > 0 ? "true" : "false");
}

static void member_frames(FILE *to, const struct trace_event *event)
{
    fputs(",\"frames\":[", to);
    for (size_t i = 0; i < event->frame_count; i++)
        fprintf(to, "%s%" PRIu32, i > 0 ? "," : "", event->frames[i]);
    fprintf(to, "],\"exact\":%s", event->exact ? "true" : "false");
}

/* An event may have begun before the run did, by the clock of its host. */
static void member_time(FILE *to, int64_t since_start_ns)
{
    int64_t us = since_start_ns / 1000;

    fprintf(to, ",\"t\":%s%" PRId64 ".%06" PRId64, us < 0 ? "-" : "",
            (us < 0 ? -us : us) / 1000000, (us < 0 ? -us : us) % 1000000);
}

static void write_event(FILE *to, const struct trace_event *event,
                        int64_t start_ns)
{
    fprintf(to, "{\"id\":%" PRIu64, event->id);
    member_time(to, event->time_ns - start_ns);
    member_text(to, "host", event->host);
    fprintf(to, ",\"conn\":%" PRIu32, event->conn);
    member_text(to, "peer", event->peer);
    member_text(to, "proto", event->proto);
    member_text(to, "stream", event->stream);
    member_text(to, "dir", trace_dir_name(event->dir));
    member_text(to, "layer", trace_layer_name(event->layer));
    member_text(to, "name", event->name);
    member_message(to, event);
    member_where(to, "src", &event->src);
    member_where(to, "src_heard", &event->src_heard);
    member_rfc(to, event->rfc);
    member_text(to, "note", event->note);
    member_frames(to, event);
    fputs("}\n", to);
}

int json_write(FILE *to, const struct trace_file *trace, struct error *error)
{
    for (size_t i = 0; i < trace->event_count; i++)
        write_event(to, &trace->events[i], trace->start_ns);
    if (ferror(to))
        return error_set(error, ERROR_LOCAL, "the events can't be written");
    return 0;
}

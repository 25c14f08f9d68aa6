/* SPDX-License-Identifier: MIT */
/*
 * A server's replies of any bytes, one after the other, and what a client makes
 * of each: lines, enhanced code, capabilities, a challenge. Fed whole and byte
 * by byte; the two must agree about everything.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "smtp/smtp.h"

/* What a reading came to. */
struct reading {
    enum parse outcome;
    size_t used, replies, lines;
    uint64_t sum; /* of codes and texts, in order */
};

static struct smtp_reply reply;

static void add(struct reading *reading, const void *bytes, size_t length)
{
    const unsigned char *byte = bytes;

    for (size_t i = 0; i < length; i++)
        reading->sum = reading->sum * 31 + byte[i];
}

static void use_reply(struct reading *reading)
{
    struct smtp_capabilities capabilities;
    struct sasl_message challenge;
    char text[SMTP_ANSWER_MAX], enhanced[SMTP_ENHANCED_TEXT];

    smtp_capabilities_read(&capabilities, &reply);
    smtp_reply_text(&reply, text, sizeof(text));
    smtp_enhanced_text(reply.enhanced, enhanced);
    for (size_t i = 0; i < strlen(text); i++)
        if ((unsigned char)text[i] < ' ')
            abort(); /* it would move somebody's cursor */
    for (size_t i = 0; i < reply.lines; i++) {
        struct span line = smtp_reply_line(&reply, i);

        sasl_decode(&challenge, line);
        add(reading, line.data, line.length);
    }
    if (reply.code < 200 || reply.code > 599 || reply.lines == 0)
        abort();
    add(reading, &capabilities, sizeof(capabilities));
    add(reading, text, strlen(text));
    add(reading, enhanced, strlen(enhanced));
    reading->replies++;
    reading->lines += reply.lines;
}

static struct reading read_all(struct span input, size_t step)
{
    struct reading reading = {.outcome = PARSE_MORE};
    struct error error = {0};
    size_t used;

    smtp_reply_start(&reply);
    while (reading.used < input.length && reading.outcome != PARSE_BROKEN) {
        size_t left = input.length - reading.used;
        struct span piece = {input.data + reading.used,
                             left < step ? left : step};

        reading.outcome = smtp_reply_read(&reply, piece, &used, &error);
        reading.used += used;
        if (reading.outcome != PARSE_DONE)
            continue;
        use_reply(&reading);
        smtp_reply_start(&reply);
    }
    return reading;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = {(const char *)data, size};
    struct reading whole = read_all(input, size), bytes = read_all(input, 1);

    /* What is broken is found earlier byte by byte, but it is broken. */
    if (whole.outcome != bytes.outcome || whole.replies != bytes.replies ||
        whole.lines != bytes.lines || whole.sum != bytes.sum)
        abort();
    return 0;
}

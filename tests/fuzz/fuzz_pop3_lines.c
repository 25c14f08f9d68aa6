/* SPDX-License-Identifier: MIT */
/*
 * What a POP3 server may send: a first line, then lines until "."; whole and
 * byte by byte, which must agree. What was read is stuffed again, in pieces of
 * a size that the input chooses, and must come out as it came in. The first
 * line is read as a reply, a timestamp, a listing, a capability, a command.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pop3/pop3.h"

struct reading {
    enum parse outcome;
    size_t used, length;
    char *bytes; /* owned */
};

static struct reading read_lines(struct span input, size_t piece_size)
{
    struct reading reading = {PARSE_MORE, 0, 0, malloc(input.length + 1)};
    struct pop3_lines lines = {0};

    while (reading.outcome == PARSE_MORE && reading.used < input.length) {
        size_t left = input.length - reading.used, used;
        struct span view = {input.data + reading.used,
                            left < piece_size ? left : piece_size};
        struct span piece;

        reading.outcome = pop3_lines_read(&lines, view, &used, &piece);
        if (used == 0 && piece.length == 0 && reading.outcome == PARSE_MORE)
            abort(); /* it would never end */
        if (reading.length + piece.length > input.length)
            abort(); /* more came out than went in */
        if (piece.length > 0)
            memcpy(reading.bytes + reading.length, piece.data, piece.length);
        reading.length += piece.length;
        reading.used += used;
    }
    return reading;
}

/* Content that ends its last line is stuffed, and read back. */
static void check_stuffing(const struct reading *content, size_t piece_size)
{
    char *stuffed = malloc(2 * content->length + 8);
    struct pop3_stuffing stuffing = {0};
    size_t length = 0;

    for (size_t at = 0; at < content->length; at += piece_size) {
        size_t left = content->length - at;
        struct span piece = {content->bytes + at,
                             left < piece_size ? left : piece_size};
        struct span run;
        bool dot;

        while (pop3_stuff_next(&stuffing, &piece, &run, &dot)) {
            if (dot)
                stuffed[length++] = '.';
            memcpy(stuffed + length, run.data, run.length);
            length += run.length;
        }
    }
    memcpy(stuffed + length, ".\r\n", 3);
    struct reading again =
        read_lines((struct span){stuffed, length + 3}, piece_size);
    if (again.outcome != PARSE_DONE || again.used != length + 3 ||
        again.length != content->length ||
        memcmp(again.bytes, content->bytes, again.length) != 0)
        abort();
    free(again.bytes);
    free(stuffed);
}

static void read_line(struct span line)
{
    struct pop3_capabilities capabilities = {0};
    struct pop3_command command;
    struct pop3_reply reply;
    struct error error = {0};
    struct span rest;
    uint32_t number;

    pop3_reply_read(&reply, line, &error);
    pop3_timestamp_read(line);
    pop3_listing_read(line, &number, &rest);
    pop3_capability_read(&capabilities, line);
    pop3_command_read(&command, line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = {(const char *)data, size};
    const char *lf = size ? memchr(data, '\n', size) : NULL;
    size_t piece_size = size ? data[0] % 7 + 1u : 1;

    if (lf)
        read_line((struct span){input.data, (size_t)(lf - input.data)});
    struct reading whole = read_lines(input, size ? size : 1);
    struct reading bytes = read_lines(input, 1);
    if (whole.outcome != bytes.outcome || whole.used != bytes.used ||
        whole.length != bytes.length ||
        memcmp(whole.bytes, bytes.bytes, whole.length) != 0)
        abort();
    if (whole.outcome == PARSE_DONE)
        check_stuffing(&whole, piece_size);
    free(whole.bytes);
    free(bytes.bytes);
    return 0;
}

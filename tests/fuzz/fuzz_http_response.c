/* SPDX-License-Identifier: MIT */
/*
 * An answer of any bytes: the header, the framing decision, the body. Fed whole
 * and byte by byte; the two must agree about everything.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/http.h"

/* What a reading came to. */
struct reading {
    enum parse head, body;
    int framing;    /* of http_framing_of_response */
    size_t used;    /* of the input */
    uint64_t count; /* bytes of content */
    uint64_t sum;   /* of the content's bytes, in order */
};

static struct http_head head;
static struct http_body body;

static enum parse read_head(struct span input, size_t step, size_t *used)
{
    struct error error = {0};
    enum parse outcome = PARSE_MORE;

    http_head_start(&head, HTTP_RESPONSE);
    while (outcome == PARSE_MORE && *used < input.length) {
        size_t left = input.length - *used, taken;
        struct span piece = {input.data + *used, left < step ? left : step};

        outcome = http_head_read(&head, piece, &taken, &error);
        *used += taken;
    }
    return outcome;
}

static enum parse read_body(struct span input, size_t step, size_t *used,
                            uint64_t *sum)
{
    struct error error = {0};
    enum parse outcome = PARSE_MORE;

    while (outcome == PARSE_MORE && *used < input.length) {
        size_t left = input.length - *used, taken;
        struct span view = {input.data + *used, left < step ? left : step};
        struct span piece;

        outcome = http_body_read(&body, view, &taken, &piece, &error);
        *used += taken;
        for (size_t i = 0; i < piece.length; i++)
            *sum = *sum * 31 + (unsigned char)piece.data[i];
        if (taken == 0 && outcome == PARSE_MORE)
            abort(); /* it would never end */
    }
    return outcome;
}

static struct reading read_all(struct span input, size_t step)
{
    struct reading reading = {.body = PARSE_MORE};
    struct http_framing framing;
    struct error error = {0};

    reading.head = read_head(input, step, &reading.used);
    if (reading.head != PARSE_DONE)
        return reading;
    reading.framing = http_framing_of_response(&framing, &head, "GET", &error);
    if (reading.framing < 0)
        return reading;
    http_body_start(&body, framing);
    reading.body = read_body(input, step, &reading.used, &reading.sum);
    reading.count = body.content;
    return reading;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = {(const char *)data, size};
    struct reading whole = read_all(input, size ? size : 1);
    struct reading bytes = read_all(input, 1);

    if (whole.head != bytes.head || whole.body != bytes.body ||
        whole.framing != bytes.framing || whole.count != bytes.count ||
        whole.sum != bytes.sum)
        abort();
    /* How much of a broken message was taken may depend on the split. */
    if (whole.head != PARSE_BROKEN && whole.body != PARSE_BROKEN &&
        whole.used != bytes.used)
        abort();
    return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * A stream of any bytes, as both halves read it: whole, and byte by byte. The
 * two must agree on all events, and the options that they move must rest in
 * states that exist.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "telnet/telnet.h"

struct reading {
    struct telnet_parser parser;
    struct telnet_options options;
    uint64_t sum; /* of all events, in order */
    bool broken;
};

static void sum(struct reading *r, unsigned char byte)
{
    r->sum = (r->sum ^ byte) * UINT64_C(1099511628211);
}

/* Data is summed byte by byte, so that where it is cut does not count. */
static void hear(struct reading *r, const struct telnet_event *event)
{
    struct telnet_change change;

    if (event->kind != TELNET_DATA) {
        sum(r, event->command);
        sum(r, event->option);
    }
    for (size_t i = 0; i < event->bytes.length; i++)
        sum(r, (unsigned char)event->bytes.data[i]);
    if (event->kind != TELNET_NEGOTIATION)
        return;
    change = telnet_option_hear(&r->options, event->command, event->option);
    r->parser.binary = telnet_option_on(&r->options, TELNET_HIM, TELNET_BINARY);
    if (change.after >= TELNET_Q_STATES)
        abort();
    sum(r, change.answers ? change.verb : 0);
}

static void read_all(struct reading *r, const char *data, size_t size,
                     size_t step)
{
    size_t at = 0;

    memset(r, 0, sizeof(*r));
    memset(r->options.agree, true, sizeof(r->options.agree));
    telnet_parser_start(&r->parser);
    while (at < size && !r->broken) {
        size_t left = size - at, used;
        struct telnet_event event;
        enum parse outcome = telnet_parse(
            &r->parser, (struct span){data + at, left < step ? left : step},
            &used, &event, NULL);

        if (used == 0)
            abort(); /* it would never end */
        if (outcome == PARSE_DONE)
            hear(r, &event);
        r->broken = outcome == PARSE_BROKEN;
        at += used;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct reading whole, bytes;

    read_all(&whole, (const char *)data, size, size ? size : 1);
    read_all(&bytes, (const char *)data, size, 1);
    if (whole.sum != bytes.sum || whole.broken != bytes.broken)
        abort();
    return 0;
}

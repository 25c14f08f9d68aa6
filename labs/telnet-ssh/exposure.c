/* SPDX-License-Identifier: MIT */
/*
 * exposure: looks for a secret in what passed the wire. Finding nothing is a
 * claim; so the same search is run over a copy in which the secret was planted,
 * and must find it there.
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/telnet-ssh/telnet_ssh.h"
#include "labs/trace/flows.h"

enum { SPELLINGS = 5, SPELLING_MAX = 256 };

/* The secret as it may stand somewhere. Base64 depends on where in a group of
 * three bytes it begins: what is the same for all that stands around it is
 * kept. */
struct spellings {
    char text[SPELLINGS][SPELLING_MAX];
};

static void spell_base64(char text[SPELLING_MAX], const char *secret,
                         size_t before)
{
    unsigned char raw[SPELLING_MAX / 2] = {0};
    char coded[SPELLING_MAX];
    size_t length = strlen(secret), first = (before * 8 + 5) / 6;
    size_t last = (before + length) * 8 / 6;

    memcpy(raw + before, secret, length);
    EVP_EncodeBlock((unsigned char *)coded, raw, (int)(before + length));
    snprintf(text, SPELLING_MAX, "%.*s", (int)(last - first), coded + first);
}

static bool spell(struct spellings *spellings, const char *secret)
{
    size_t length = strlen(secret);

    if (length < 4 || length > SPELLING_MAX / 4)
        return false;
    snprintf(spellings->text[0], SPELLING_MAX, "%s", secret);
    for (size_t i = 0; i < 3; i++)
        spell_base64(spellings->text[1 + i], secret, i);
    spellings->text[4][0] = '\0';
    for (size_t i = 0; i < length; i++)
        snprintf(spellings->text[4] + 2 * i, 3, "%02x",
                 (unsigned char)secret[i]);
    return true;
}

static size_t count_in(const char *bytes, size_t length,
                       const struct spellings *spellings)
{
    size_t count = 0;

    for (size_t i = 0; i < SPELLINGS; i++) {
        const char *word = spellings->text[i], *at = bytes;
        size_t left = length, size = strlen(word);
        while (left >= size && (at = memmem(at, left, word, size)) != NULL) {
            count++;
            at += size;
            left = length - (size_t)(at - bytes);
        }
    }
    return count;
}

/* What stands in one packet and in a stream is one exposure: the larger of the
 * two numbers counts. */
int exposure_count(const struct trace_file *part, const char *secret,
                   size_t *count, struct error *error)
{
    struct spellings spellings;
    struct flows flows;
    size_t streams = 0, packets = 0;

    if (!spell(&spellings, secret))
        return error_set(error, ERROR_USAGE,
                         "a secret to look for has 4 to %d bytes",
                         SPELLING_MAX / 4);
    if (flows_read(&flows, part, error) < 0) {
        flows_free(&flows);
        return -(int)error->class;
    }
    for (size_t i = 0; i < flows.count; i++)
        for (int end = 0; end < FLOW_ENDS; end++)
            streams += count_in(flows.list[i].sides[end].bytes,
                                flows.list[i].sides[end].length, &spellings);
    for (size_t i = 0; i < part->frame_count; i++)
        packets += count_in(part->frames[i].bytes.data,
                            part->frames[i].bytes.length, &spellings);
    flows_free(&flows);
    *count = streams > packets ? streams : packets;
    return 0;
}

/* ---- planting ----------------------------------------------------------- */

/* Frames where there are any; else what the program handed to TCP. */
static struct span *packet_at(const struct trace_file *part, size_t i)
{
    static struct span none;

    if (part->frame_count > 0)
        return &part->frames[i].bytes;
    if (part->events[i].layer == TRACE_LAYER_SOCKET)
        return &part->events[i].data;
    none = (struct span){NULL, 0};
    return &none;
}

static size_t packet_count(const struct trace_file *part)
{
    return part->frame_count > 0 ? part->frame_count : part->event_count;
}

static int copy_packets(struct trace_file *copy, const struct trace_file *part)
{
    *copy = *part;
    copy->frames = calloc(part->frame_count + 1, sizeof(*copy->frames));
    copy->events = calloc(part->event_count + 1, sizeof(*copy->events));
    copy->store = NULL;
    if (!copy->frames || !copy->events)
        return -1;
    if (part->frame_count > 0)
        memcpy(copy->frames, part->frames,
               part->frame_count * sizeof(*copy->frames));
    if (part->event_count > 0)
        memcpy(copy->events, part->events,
               part->event_count * sizeof(*copy->events));
    return 0;
}

int exposure_plant(struct trace_file *copy, const struct trace_file *part,
                   const char *secret, struct error *error)
{
    size_t longest = 0, length = strlen(secret), count = packet_count(part);
    struct span *packet;
    char *bytes;

    if (copy_packets(copy, part) < 0)
        return error_set(error, ERROR_LOCAL, "no memory for a copy");
    for (size_t i = 1; i < count; i++)
        if (packet_at(copy, i)->length > packet_at(copy, longest)->length)
            longest = i;
    packet = packet_at(copy, longest);
    if (packet->length < length + 64)
        return error_set(error, ERROR_LOCAL, "no packet is long enough");
    if (!(bytes = malloc(packet->length)))
        return error_set(error, ERROR_LOCAL, "no memory for a copy");
    memcpy(bytes, packet->data, packet->length);
    memcpy(bytes + packet->length - length, secret, length);
    packet->data = bytes;
    /* exposure_free finds it here. */
    copy->store = (struct trace_store *)(void *)bytes;
    return 0;
}

void exposure_free(struct trace_file *copy)
{
    free((void *)copy->store);
    free(copy->frames);
    free(copy->events);
}

/* SPDX-License-Identifier: MIT */
/*
 * trace_decode: a packet of a capture file as the event it records. The mirror
 * of trace_encode.c; a trace may come from anywhere, so nothing is believed.
 *
 * The numbers of frames and events that stand in comments are for people. We
 * find them again from the bytes (trace_frames.c), so that they are true also
 * in a file that another tool has cut or put together.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "common/trace_private.h"

/* ---- small parts -------------------------------------------------------- */

/* What follows `label`, if the text begins with it. */
static bool begins(struct span text, const char *label, struct span *rest)
{
    size_t length = strlen(label);
    if (text.length < length || memcmp(text.data, label, length) != 0)
        return false;
    *rest = (struct span){text.data + length, text.length - length};
    return true;
}

/* ---- tags --------------------------------------------------------------- */

/* Steps over the tags of an exported PDU to the message behind them. */
static bool tags_skip(struct span *bytes)
{
    while (bytes->length >= 4) {
        uint16_t tag, length;
        memcpy(&tag, bytes->data, sizeof tag);
        memcpy(&length, bytes->data + 2, sizeof length);
        length = ntohs(length);
        if (length > bytes->length - 4)
            return false;
        bytes->data += 4 + length;
        bytes->length -= (size_t)(4 + length);
        if (tag == 0)
            return true;
    }
    return false;
}

/* ---- the other comments ------------------------------------------------- */

/* "http/http_client.c:120 http_request_send": copied once, cut in place. */
static void where_cut(char *copy, struct where *where)
{
    char *colon = strchr(copy, ':'), *blank;
    /* A comment that somebody else has added names no place. */
    if (colon == NULL)
        return;
    where->line = (int)strtol(colon + 1, &blank, 10);
    if (*blank != ' ')
        return;
    *colon = '\0';
    where->file = copy;
    where->function = blank + 1;
}

static bool where_read(struct trace_store *store, struct span text,
                       struct where *where)
{
    struct trace_word *word = trace_store_word(store, TRACE_WORD_WHERE, text);
    if (word == NULL)
        return false;
    if (!word->read)
        where_cut(word->copy, &word->where);
    word->read = true;
    *where = word->where;
    return true;
}

static void rfc_cut(char *copy, struct rfc *rfc)
{
    char *sign = strstr(copy, " §");
    if (sign == NULL)
        return;
    *sign = '\0';
    rfc->number = copy;
    rfc->section = sign + strlen(" §");
}

static bool rfc_read(struct trace_store *store, struct span text,
                     struct rfc *rfc)
{
    struct trace_word *word = trace_store_word(store, TRACE_WORD_RFC, text);
    if (word == NULL)
        return false;
    if (!word->read)
        rfc_cut(word->copy, &word->rfc);
    word->read = true;
    *rfc = word->rfc;
    return true;
}

static bool name_read(struct trace_store *store, struct span text,
                      struct trace_event *event)
{
    struct span number;
    if (!trace_cut(&text, ':', &number))
        return true;
    event->id = trace_number(span_trim(number), INT64_MAX);
    return trace_text_read(store, span_trim(text), &event->name);
}

static bool comment_read(struct trace_store *store, struct span comment,
                         struct trace_event *event, bool *is_ours)
{
    struct span rest;
    if (begins(comment, "fields:", &rest)) {
        *is_ours = true;
        return trace_fields_read(store, rest, event);
    }
    if (begins(comment, "frames ", &rest) || begins(comment, "events ", &rest))
        return true;
    if (event->name == NULL && begins(comment, "event", &rest))
        return name_read(store, rest, event);
    if (begins(comment, "heard at ", &rest))
        return where_read(store, rest, &event->src_heard);
    if (event->rfc.number == NULL && begins(comment, "RFC ", &rest))
        return rfc_read(store, rest, &event->rfc);
    if (begins(comment, "note: ", &rest))
        return trace_text_read(store, rest, &event->note);
    if (event->src.file == NULL)
        return where_read(store, comment, &event->src);
    return true;
}

/* ---- the packet --------------------------------------------------------- */

/* What the comments say must fit what is there, or the readers of the event
 * would run over its end. */
static void event_check(struct trace_event *event, struct span payload)
{
    bool silent = event->dir == TRACE_DIR_NOTE ||
                  (event->layer == TRACE_LAYER_TCP && event->length == 0);
    event->data = silent ? (struct span){NULL, 0} : payload;
    if (event->data.length > TRACE_BODY_MAX)
        event->data.length = TRACE_BODY_MAX;
    if (event->length < event->data.length)
        event->length = event->data.length;
    if (event->name == NULL)
        event->name = "";
    if (event->host == NULL)
        event->host = "";
}

int trace_decode_event(struct trace_store *store,
                       const struct trace_packed *packed,
                       struct trace_event *event)
{
    const struct pcapng_reader reader = {.swapped = packed->swapped};
    struct span payload = packed->bytes, value;
    size_t position = 0;
    uint16_t code;
    bool is_ours = false;

    *event = (struct trace_event){.time_ns = packed->time_ns};
    if (!tags_skip(&payload))
        return 0;
    while (
        pcapng_next_option(&reader, packed->options, &position, &code, &value))
        if (code == PCAPNG_OPT_COMMENT &&
            !comment_read(store, value, event, &is_ours))
            return -1;
    if (!is_ours)
        return 0;
    event_check(event, payload);
    return 1;
}

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

/* The part of *text before `mark`, which is taken off with it. */
static bool cut(struct span *text, char mark, struct span *part)
{
    const char *at =
        text->length == 0 ? NULL : memchr(text->data, mark, text->length);
    if (at == NULL)
        return false;
    *part = (struct span){text->data, (size_t)(at - text->data)};
    text->length -= part->length + 1;
    text->data = at + 1;
    return true;
}

static uint64_t number_of(struct span digits, uint64_t max)
{
    uint64_t value;
    return text_to_u64(digits, max, &value) ? value : 0;
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

/* ---- the fields comment ------------------------------------------------- */

static struct trace_range range_of(struct span value)
{
    struct span from;
    struct trace_range range = {0, 0};
    if (!cut(&value, '+', &from))
        return range;
    range.from = number_of(from, INT64_MAX);
    range.to = range.from + number_of(value, INT64_MAX);
    return range;
}

/* "192.0.2.10:80" or "[2001:db8::1]:80". */
static void address_of(struct span value, struct sockaddr_storage *address)
{
    struct sockaddr_in *ipv4 = (struct sockaddr_in *)address;
    struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)address;
    char host[INET6_ADDRSTRLEN];
    const char *colon = memrchr(value.data, ':', value.length);
    bool brackets = value.length > 0 && value.data[0] == '[';
    size_t length, skipped = brackets ? 1 : 0;
    uint16_t port;

    if (colon == NULL || (size_t)(colon - value.data) < 2 * skipped)
        return;
    length = (size_t)(colon - value.data) - 2 * skipped;
    if (length >= sizeof host)
        return;
    memcpy(host, value.data + skipped, length);
    host[length] = '\0';
    port = htons((uint16_t)number_of(
        (struct span){colon + 1,
                      (size_t)(value.data + value.length - colon - 1)},
        UINT16_MAX));
    if (brackets && inet_pton(AF_INET6, host, &ipv6->sin6_addr) == 1) {
        ipv6->sin6_family = AF_INET6;
        ipv6->sin6_port = port;
    } else if (!brackets && inet_pton(AF_INET, host, &ipv4->sin_addr) == 1) {
        ipv4->sin_family = AF_INET;
        ipv4->sin_port = port;
    }
}

static bool is(struct span word, const char *text)
{
    size_t length = strlen(text);
    return word.length == length && memcmp(word.data, text, length) == 0;
}

/* Words that are kept as text. False: no memory. */
static bool field_text(struct trace_store *store, struct trace_event *event,
                       struct span key, struct span value)
{
    const char **target = is(key, "host")     ? &event->host
                          : is(key, "peer")   ? &event->peer
                          : is(key, "proto")  ? &event->proto
                          : is(key, "stream") ? &event->stream
                                              : NULL;
    if (target != NULL)
        *target = trace_store_copy(store, value);
    return target == NULL || *target != NULL;
}

static void field_value(struct trace_event *event, struct span key,
                        struct span value)
{
    if (is(key, "conn")) {
        event->conn = (uint32_t)number_of(value, UINT32_MAX);
    } else if (is(key, "dir")) {
        for (int i = 0; i < TRACE_DIRS; i++)
            if (is(value, trace_dir_name((enum trace_dir)i)))
                event->dir = (enum trace_dir)i;
    } else if (is(key, "layer")) {
        for (int i = 0; i < TRACE_LAYERS; i++)
            if (is(value, trace_layer_name((enum trace_layer)i)))
                event->layer = (enum trace_layer)i;
    } else if (is(key, "standard")) {
        event->standard_port = (uint16_t)number_of(value, UINT16_MAX);
    } else if (is(key, "server")) {
        event->local_is_server = is(value, "local");
    } else if (is(key, "clear")) {
        event->clear = range_of(value);
    } else if (is(key, "raw")) {
        event->raw = range_of(value);
    } else if (is(key, "exact")) {
        event->exact = is(value, "1");
    } else if (is(key, "secrets")) {
        if (event->secret_count < TRACE_SECRETS_MAX)
            event->secrets[event->secret_count++] = range_of(value);
    } else if (is(key, "length")) {
        event->length = number_of(value, INT64_MAX);
    } else if (is(key, "local")) {
        address_of(value, &event->local);
    } else if (is(key, "remote")) {
        address_of(value, &event->remote);
    }
}

/* "key=value key=value ...": a key that we don't know is stepped over. */
static bool fields_read(struct trace_store *store, struct span text,
                        struct trace_event *event)
{
    while (text.length > 0) {
        struct span word, key;
        if (!cut(&text, ' ', &word)) {
            word = text;
            text.length = 0;
        }
        if (!cut(&word, '=', &key))
            continue;
        if (!field_text(store, event, key, word))
            return false;
        field_value(event, key, word);
    }
    return true;
}

/* ---- the other comments ------------------------------------------------- */

/* "http/http_client.c:120 http_request_send": copied once, cut in place. */
static bool where_read(struct trace_store *store, struct span text,
                       struct where *where)
{
    char *copy = trace_store_copy(store, text);
    char *colon = copy == NULL ? NULL : strchr(copy, ':');
    char *blank;
    if (copy == NULL)
        return false;
    if (colon == NULL)
        return true; /* a comment that somebody else added */
    where->line = (int)strtol(colon + 1, &blank, 10);
    if (*blank != ' ')
        return true;
    *colon = '\0';
    where->file = copy;
    where->function = blank + 1;
    return true;
}

static bool rfc_read(struct trace_store *store, struct span text,
                     struct rfc *rfc)
{
    char *copy = trace_store_copy(store, text);
    char *sign = copy == NULL ? NULL : strstr(copy, " §");
    if (copy == NULL)
        return false;
    if (sign == NULL)
        return true;
    *sign = '\0';
    rfc->number = copy;
    rfc->section = sign + strlen(" §");
    return true;
}

static bool name_read(struct trace_store *store, struct span text,
                      struct trace_event *event)
{
    struct span number;
    if (!cut(&text, ':', &number))
        return true;
    event->id = number_of(span_trim(number), INT64_MAX);
    event->name = trace_store_copy(store, span_trim(text));
    return event->name != NULL;
}

static bool comment_read(struct trace_store *store, struct span comment,
                         struct trace_event *event, bool *is_ours)
{
    struct span rest;
    if (begins(comment, "fields:", &rest)) {
        *is_ours = true;
        return fields_read(store, rest, event);
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
        return (event->note = trace_store_copy(store, rest)) != NULL;
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
                       const struct pcapng_reader *reader,
                       const struct pcapng_item *item,
                       struct trace_event *event)
{
    struct span payload = item->bytes, value;
    size_t position = 0;
    uint16_t code;
    bool is_ours = false;

    *event = (struct trace_event){.time_ns = item->time_ns};
    if (!tags_skip(&payload))
        return 0;
    while (pcapng_next_option(reader, item->options, &position, &code, &value))
        if (code == PCAPNG_OPT_COMMENT &&
            !comment_read(store, value, event, &is_ours))
            return -1;
    if (!is_ours)
        return 0;
    event_check(event, payload);
    return 1;
}

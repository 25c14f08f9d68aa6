/* SPDX-License-Identifier: MIT */
/*
 * trace_encode: an event as a packet of a capture file.
 *
 * The packet is an "exported PDU" (link type 252): a list of tags that tell
 * Wireshark which dissector to ask and who spoke to whom, then the message.
 * What no tag can say stands in comments.
 *
 * Three rules were found by experiment, and each costs a day if it is broken:
 *
 *  - A dissector of a protocol with a client and a server tells them apart by
 *    port. So the server's port in the tags is the protocol's clear-text port,
 *    even if the conversation ran on another, and the dissector is looked up
 *    by that port. HTTP and DNS don't care and are asked for by name.
 *  - There is no tag for the kind of port (24): with it, Wireshark takes the
 *    message and the frames that carried it for one conversation, and the
 *    second of the two is dissected in the state that the first left behind.
 *  - A message is one packet. Wireshark does not put PDUs together.
 */
#include "common/address.h"
#include "common/trace_private.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <string.h>

#include "common/limits.h"

/* Tags before a message: two of 4 + 16 bytes of address, names, ports. */
#define TAGS_MAX 160
/* Bytes of the fields comment: eight secrets of two 20-digit numbers, three
 * addresses, and the short words around them. */
#define FIELDS_MAX 2048
/* Bytes of one comment of frame numbers; the format allows 65535. A message
 * that took more frames gets several such comments. */
#define FRAMES_COMMENT_MAX 32768

/* ---- the head of a file ------------------------------------------------- */

void trace_encode_section(struct pcapng_block *block)
{
    pcapng_section_begin(block, "wirelab");
    pcapng_block_end(block);
}

void trace_encode_interface(struct pcapng_block *block,
                            enum trace_interface interface)
{
    static const char *const names[TRACE_INTERFACES] = {
        [TRACE_INTERFACE_APP] = "app",
        [TRACE_INTERFACE_SOCKET] = "socket",
    };
    static const char *const descriptions[TRACE_INTERFACES] = {
        [TRACE_INTERFACE_APP] = "what the programs said and heard",
        [TRACE_INTERFACE_SOCKET] = "bytes handed to and taken from TCP",
    };
    pcapng_interface_begin(block, PCAPNG_LINK_EXPORTED_PDU, names[interface],
                           descriptions[interface]);
    pcapng_block_end(block);
}

/* ---- tags --------------------------------------------------------------- */

struct tags {
    uint8_t bytes[TAGS_MAX];
    size_t length;
};

/* A tag's value is padded to four bytes, and its length counts the padding. */
static void tag_put(struct tags *tags, enum trace_tag tag, const void *value,
                    size_t length)
{
    size_t padded = (length + 3) & ~(size_t)3;
    uint16_t head[2] = {htons((uint16_t)tag), htons((uint16_t)padded)};
    /* It can't be: TAGS_MAX counts them all. */
    if (tags->length + sizeof head + padded > sizeof tags->bytes)
        return;
    memcpy(tags->bytes + tags->length, head, sizeof head);
    memset(tags->bytes + tags->length + sizeof head, 0, padded);
    if (length > 0)
        memcpy(tags->bytes + tags->length + sizeof head, value, length);
    tags->length += sizeof head + padded;
}

static void tag_put_text(struct tags *tags, enum trace_tag tag,
                         const char *text)
{
    tag_put(tags, tag, text, strlen(text));
}

static void tag_put_number(struct tags *tags, enum trace_tag tag,
                           uint32_t number)
{
    uint32_t value = htonl(number);
    tag_put(tags, tag, &value, sizeof value);
}

static bool proto_is(const struct trace_event *event, const char *proto)
{
    return event->proto != NULL && strcmp(event->proto, proto) == 0;
}

/* Who is to dissect the message. */
static void tags_dissector(struct tags *tags, const struct trace_event *event)
{
    if (event->dir == TRACE_DIR_NOTE) {
        tag_put_text(tags, TRACE_TAG_DISSECTOR, "data-text-lines");
        tag_put_text(tags, TRACE_TAG_PROTOCOL_TEXT, "NOTE");
    } else if (event->layer == TRACE_LAYER_TCP) {
        tag_put_text(tags, TRACE_TAG_DISSECTOR, "data-text-lines");
        tag_put_text(tags, TRACE_TAG_PROTOCOL_TEXT, "TCP");
    } else if (event->layer == TRACE_LAYER_TLS) {
        /* A bare handshake message: the TLS dissector wants records. */
        tag_put_text(tags, TRACE_TAG_DISSECTOR, "data");
        tag_put_text(tags, TRACE_TAG_PROTOCOL_TEXT, "TLS");
    } else if (event->layer == TRACE_LAYER_SOCKET) {
        tag_put_text(tags, TRACE_TAG_DISSECTOR, "data");
    } else if (proto_is(event, "http") || proto_is(event, "dns")) {
        tag_put_text(tags, TRACE_TAG_DISSECTOR, event->proto);
    } else if (proto_is(event, "ftp") && event->stream != NULL &&
               strcmp(event->stream, "data") == 0) {
        tag_put_text(tags, TRACE_TAG_DISSECTOR, "ftp-data");
    } else if (proto_is(event, "ssh") && !event->exact) {
        /* What passed encrypted, in words: nothing for SSH's dissector. */
        tag_put_text(tags, TRACE_TAG_DISSECTOR, "data-text-lines");
        tag_put_text(tags, TRACE_TAG_PROTOCOL_TEXT, "SSH");
    } else if (event->standard_port != 0) {
        tag_put_text(tags, TRACE_TAG_TABLE, "tcp.port");
        tag_put_number(tags, TRACE_TAG_TABLE_VALUE, event->standard_port);
    } else {
        tag_put_text(tags, TRACE_TAG_DISSECTOR, "data");
    }
}

static void tags_endpoint(struct tags *tags, const struct trace_event *event,
                          bool local, bool source)
{
    const struct sockaddr_storage *address =
        local ? event->local : event->remote;
    bool is_server = local == event->local_is_server;
    uint32_t port = address_port(address);

    if (address->ss_family == AF_INET)
        tag_put(tags, source ? TRACE_TAG_IPV4_SOURCE : TRACE_TAG_IPV4_TARGET,
                &((const struct sockaddr_in *)address)->sin_addr,
                sizeof(struct in_addr));
    else
        tag_put(tags, source ? TRACE_TAG_IPV6_SOURCE : TRACE_TAG_IPV6_TARGET,
                &((const struct sockaddr_in6 *)address)->sin6_addr,
                sizeof(struct in6_addr));
    if (is_server && event->standard_port != 0)
        port = event->standard_port;
    tag_put_number(tags, source ? TRACE_TAG_SOURCE_PORT : TRACE_TAG_TARGET_PORT,
                   port);
}

static bool has_address(const struct sockaddr_storage *address)
{
    return address != NULL &&
           (address->ss_family == AF_INET || address->ss_family == AF_INET6);
}

static void tags_make(struct tags *tags, const struct trace_event *event)
{
    bool inbound = event->dir == TRACE_DIR_IN;
    tags->length = 0;
    tags_dissector(tags, event);
    if (has_address(event->local) && has_address(event->remote)) {
        tags_endpoint(tags, event, !inbound, true);
        tags_endpoint(tags, event, inbound, false);
    }
    if (event->dir != TRACE_DIR_NOTE)
        tag_put_number(tags, TRACE_TAG_DIRECTION, inbound ? 1 : 0);
    tag_put(tags, TRACE_TAG_END, NULL, 0);
}

/* ---- comments ----------------------------------------------------------- */

/* Readable text goes in as it is, all else escaped: so a comment that was read
 * and is written again by the merge does not change. */
static void comment_put(struct pcapng_block *block, const char *label,
                        const char *text)
{
    char escaped[TRACE_COMMENT_MAX];
    struct span s = span_of(text);
    if (!text_is_readable(s) || strpbrk(text, "\r\n\t") != NULL ||
        s.length >= sizeof escaped) {
        text_escape(escaped, sizeof escaped, s);
        text = escaped;
    }
    pcapng_option_text(block, PCAPNG_OPT_COMMENT, "%s%s", label, text);
}

static void comment_where(struct pcapng_block *block, const char *label,
                          const struct where *where)
{
    if (where->file != NULL)
        pcapng_option_text(block, PCAPNG_OPT_COMMENT, "%s%s:%d %s", label,
                           where->file, where->line,
                           where->function == NULL ? "" : where->function);
}

/* "frames 12 13", in several comments when one can't hold them. */
static void comment_frames(struct pcapng_block *block,
                           const struct trace_event *event)
{
    char text[FRAMES_COMMENT_MAX];
    size_t length = 0;
    for (size_t i = 0; i < event->frame_count; i++) {
        length += (size_t)snprintf(text + length, sizeof text - length,
                                   " %" PRIu32, event->frames[i]);
        if (length > sizeof text - 12 || i + 1 == event->frame_count) {
            pcapng_option_text(block, PCAPNG_OPT_COMMENT, "frames%s", text);
            length = 0;
        }
    }
}

/* ---- the fields comment ------------------------------------------------- */

struct fields {
    char text[FIELDS_MAX];
    size_t length;
};

static void field(struct fields *fields, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void field(struct fields *fields, const char *format, ...)
{
    size_t left = sizeof fields->text - fields->length;
    va_list arguments;
    va_start(arguments, format);
    int length =
        vsnprintf(fields->text + fields->length, left, format, arguments);
    va_end(arguments);
    if (length > 0 && (size_t)length < left)
        fields->length += (size_t)length;
    fields->text[fields->length] = '\0';
}

/* A value is one word: blanks and control bytes would end it. */
static void field_word(struct fields *fields, const char *key,
                       const char *value)
{
    char word[128];
    size_t length = 0;
    if (value == NULL)
        return;
    while (length < sizeof word - 1 && value[length] != '\0') {
        unsigned char c = (unsigned char)value[length];
        word[length++] = (char)(c <= ' ' || c >= 0x7f ? '_' : c);
    }
    word[length] = '\0';
    field(fields, " %s=%s", key, word);
}

static void field_range(struct fields *fields, const char *key,
                        struct trace_range range)
{
    field(fields, " %s=%" PRIu64 "+%" PRIu64, key, range.from,
          range.to - range.from);
}

static void field_address(struct fields *fields, const char *key,
                          const struct sockaddr_storage *address)
{
    char text[INET6_ADDRSTRLEN];
    bool ipv6;
    if (!has_address(address))
        return;
    ipv6 = address->ss_family == AF_INET6;
    inet_ntop(
        address->ss_family,
        ipv6 ? (const void *)&((const struct sockaddr_in6 *)address)->sin6_addr
             : (const void *)&((const struct sockaddr_in *)address)->sin_addr,
        text, sizeof text);
    field(fields, ipv6 ? " %s=[%s]:%u" : " %s=%s:%u", key, text,
          address_port(address));
}

static void fields_make(struct fields *fields, const struct trace_event *event)
{
    fields->length = 0;
    field(fields, "fields:");
    field_word(fields, "host", event->host);
    if (event->conn != 0)
        field(fields, " conn=%" PRIu32, event->conn);
    field_word(fields, "peer", event->peer);
    field_word(fields, "proto", event->proto);
    field_word(fields, "stream", event->stream);
    field_word(fields, "dir", trace_dir_name(event->dir));
    field_word(fields, "layer", trace_layer_name(event->layer));
    if (event->standard_port != 0)
        field(fields, " standard=%u", event->standard_port);
    /* A server's connection that was never made has no number, but a side. */
    if (event->conn != 0 || event->local_is_server)
        field_word(fields, "server",
                   event->local_is_server ? "local" : "remote");
    field_range(fields, "clear", event->clear);
    field_range(fields, "raw", event->raw);
    field(fields, " exact=%d", event->exact);
    for (size_t i = 0; i < event->secret_count; i++)
        field_range(fields, "secrets", event->secrets[i]);
    field(fields, " length=%" PRIu64, event->length);
    field_address(fields, "local", event->local);
    field_address(fields, "remote", event->remote);
}

/* ---- the packet --------------------------------------------------------- */

static void secrets_mask(struct pcapng_block *block, size_t start,
                         const struct trace_event *event)
{
    for (size_t i = 0; !block->failed && i < event->secret_count; i++) {
        struct trace_range range = event->secrets[i];
        if (range.to > event->data.length)
            range.to = event->data.length;
        if (range.from < range.to)
            memset(block->data + start + range.from, '*',
                   (size_t)(range.to - range.from));
    }
}

static void comments_put(struct pcapng_block *block,
                         const struct trace_event *event)
{
    const char *name = event->name == NULL ? "" : event->name;
    struct fields fields;
    char label[40] = "event: ";

    if (event->id != 0)
        snprintf(label, sizeof label, "event %" PRIu64 ": ", event->id);
    comment_put(block, label, name);
    comment_where(block, "", &event->src);
    comment_where(block, "heard at ", &event->src_heard);
    if (event->rfc.number != NULL)
        pcapng_option_text(block, PCAPNG_OPT_COMMENT, "RFC %s §%s",
                           event->rfc.number, event->rfc.section);
    if (event->note != NULL)
        comment_put(block, "note: ", event->note);
    comment_frames(block, event);
    fields_make(&fields, event);
    pcapng_option_text(block, PCAPNG_OPT_COMMENT, "%s", fields.text);
}

/* A note has no bytes of its own: Wireshark shows its text in their place. */
static struct span payload_of(const struct trace_event *event)
{
    bool silent = event->dir == TRACE_DIR_NOTE ||
                  (event->layer == TRACE_LAYER_TCP && event->data.length == 0);
    if (silent)
        return span_of(event->note != NULL ? event->note : "");
    return event->data;
}

void trace_encode_event(struct pcapng_block *block,
                        const struct trace_event *event, bool mask)
{
    uint32_t flags = event->dir == TRACE_DIR_IN ? 1 : 2;
    struct span payload = payload_of(event);
    uint64_t length = event->length;
    struct tags tags;
    size_t start;

    if (length < payload.length)
        length = payload.length;
    tags_make(&tags, event);
    pcapng_packet_begin(
        block,
        event->layer == TRACE_LAYER_SOCKET ? TRACE_INTERFACE_SOCKET
                                           : TRACE_INTERFACE_APP,
        event->time_ns, tags.bytes, tags.length, tags.length + length);
    start = block->length;
    pcapng_packet_append(block, payload);
    if (mask)
        secrets_mask(block, start, event);
    if (event->dir != TRACE_DIR_NOTE)
        pcapng_option(block, PCAPNG_OPT_PACKET_FLAGS, &flags, sizeof flags);
    comments_put(block, event);
    pcapng_block_end(block);
}

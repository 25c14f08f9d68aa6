/* SPDX-License-Identifier: MIT */
/*
 * lanes: an event in a few words. Every text that a peer had a hand in is
 * escaped here, once, so that no view can forget it.
 */
#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/trace/lanes.h"

/* TLS adds a header and a tag to every record: only under it do more bytes
 * pass TCP than the message has. */
static bool is_encrypted(const struct trace_event *event)
{
    uint64_t raw = event->raw.to - event->raw.from;
    uint64_t clear = event->clear.to - event->clear.from;

    return raw > 0 && clear > 0 && raw != clear;
}

enum event_kind event_kind(const struct trace_event *event)
{
    if (event->dir == TRACE_DIR_NOTE)
        return EVENT_NOTE;
    if (event->layer == TRACE_LAYER_TCP)
        return EVENT_TCP;
    if (event->layer == TRACE_LAYER_TLS)
        return EVENT_TLS;
    if (event->layer == TRACE_LAYER_SOCKET)
        return EVENT_SOCKET;
    if (event->proto != NULL && strcmp(event->proto, "dns") == 0)
        return EVENT_NAMES;
    if (event->proto != NULL && strcmp(event->proto, "ssh") == 0 &&
        !event->exact) /* sealed: the program tells what it meant */
        return EVENT_ENCRYPTED;
    return is_encrypted(event) ? EVENT_ENCRYPTED : EVENT_CLEAR;
}

/* ---- DNS ---------------------------------------------------------------- */

/* "A 192.0.2.80": type and data of a record, without its owner and lifetime,
 * which ldns puts in tab-separated columns. */
static void add_record(struct words *words, const ldns_rr *rr)
{
    char *type = ldns_rr_type2str(ldns_rr_get_type(rr));

    words_add(words, type != NULL ? type : "?");
    free(type);
    for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
        char *field = ldns_rdf2str(ldns_rr_rdf(rr, i));
        words_add(words, " ");
        words_add(words, field != NULL ? field : "?");
        free(field);
    }
}

static void add_question(struct words *words, const ldns_pkt *packet)
{
    const ldns_rr_list *questions = ldns_pkt_question(packet);

    if (ldns_rr_list_rr_count(questions) == 0)
        return;
    const ldns_rr *question = ldns_rr_list_rr(questions, 0);
    char *type = ldns_rr_type2str(ldns_rr_get_type(question));
    char *owner = ldns_rdf2str(ldns_rr_owner(question));
    size_t length = owner != NULL ? strlen(owner) : 0;

    if (length > 1 && owner[length - 1] == '.')
        owner[length - 1] = '\0'; /* every name has it; nobody writes it */
    if (!ldns_pkt_qr(packet)) {
        words_add(words, type != NULL ? type : "?");
        words_add(words, "? ");
    }
    words_add(words, owner != NULL ? owner : "?");
    free(type);
    free(owner);
}

static void add_answers(struct words *words, const ldns_pkt *packet)
{
    const ldns_rr_list *answers = ldns_pkt_answer(packet);
    size_t count = ldns_rr_list_rr_count(answers);

    if (ldns_pkt_get_rcode(packet) != LDNS_RCODE_NOERROR) {
        char *rcode = ldns_pkt_rcode2str(ldns_pkt_get_rcode(packet));
        words_add(words, ": ");
        words_add(words, rcode != NULL ? rcode : "an error");
        free(rcode);
        return;
    }
    if (count == 0)
        words_add(words, ": no such record");
    for (size_t i = 0; i < count; i++) {
        words_add(words, i == 0 ? ": " : ", ");
        add_record(words, ldns_rr_list_rr(answers, i));
    }
}

static bool dns_words(struct span data, struct words *words)
{
    const uint8_t *bytes = (const uint8_t *)data.data;
    ldns_pkt *packet = NULL;

    /* Over TCP a length of two bytes stands in front (RFC 1035 §4.2.2). */
    if (data.length > 2 &&
        (size_t)(bytes[0] << 8 | bytes[1]) == data.length - 2) {
        bytes += 2;
        data.length -= 2;
    }
    if (data.length == 0 ||
        ldns_wire2pkt(&packet, bytes, data.length) != LDNS_STATUS_OK)
        return false;
    add_question(words, packet);
    if (ldns_pkt_qr(packet))
        add_answers(words, packet);
    ldns_pkt_free(packet);
    return true;
}

/* ---- the label ---------------------------------------------------------- */

static size_t line_length(struct span data)
{
    const char *end =
        data.length > 0 ? memchr(data.data, '\n', data.length) : NULL;

    return end != NULL ? (size_t)(end - data.data) : data.length;
}

/* A binary message has no first line: then its name has to do. A line with a
 * few control bytes in it is one, and shown with them escaped. */
static bool is_text(struct span line)
{
    size_t odd = 0;

    if (line.length > 0 && line.data[0] == '\0')
        return false; /* a length of several bytes */
    for (size_t i = 0; i < line.length; i++)
        odd += (unsigned char)line.data[i] < 0x20 && line.data[i] != '\t';
    return line.length > 0 && odd * 8 < line.length;
}

void event_label(const struct trace_event *event, char text[EVENT_TEXT_MAX])
{
    char answer[EVENT_TEXT_MAX];
    struct words words = words_in(answer, sizeof(answer));
    struct span line = {event->data.data, line_length(event->data)};
    enum event_kind kind = event_kind(event);

    if (kind == EVENT_NAMES && dns_words(event->data, &words)) {
        text_escape(text, EVENT_TEXT_MAX, span_of(answer));
        return;
    }
    if (line.length > 0 && line.data[line.length - 1] == '\r')
        line.length--;
    if ((kind == EVENT_CLEAR || kind == EVENT_ENCRYPTED) && is_text(line)) {
        text_escape(text, EVENT_TEXT_MAX, line);
        return;
    }
    text_escape(text, EVENT_TEXT_MAX,
                span_of(event->name != NULL && event->name[0] != '\0'
                            ? event->name
                            : trace_layer_name(event->layer)));
}

/* ---- what follows it ---------------------------------------------------- */

void text_number(uint64_t number, char text[32])
{
    char digits[32];
    struct words words = words_in(digits, sizeof(digits));
    size_t at = 0;

    words_number(&words, number);
    for (size_t i = 0; i < words.length; i++) {
        if (i > 0 && (words.length - i) % 3 == 0)
            text[at++] = ',';
        text[at++] = digits[i];
    }
    text[at] = '\0';
}

static void add_count(struct words *words, uint64_t count, const char *one,
                      const char *many)
{
    char number[32];

    text_number(count, number);
    words_add(words, words->length > 0 ? ", " : "");
    words_add(words, number);
    words_add(words, count == 1 ? one : many);
}

/* What ends in an empty line; where there is none, all of it. */
struct head {
    size_t length, lines;
    bool ended;
};

static struct head head_of(struct span data)
{
    struct head head = {0};
    const char *newline;

    while (!head.ended && head.length < data.length &&
           (newline = memchr(data.data + head.length, '\n',
                             data.length - head.length)) != NULL) {
        head.length = (size_t)(newline + 1 - data.data);
        head.lines++;
        head.ended =
            head.length >= 4 && memcmp(newline - 3, "\r\n\r\n", 4) == 0;
    }
    if (!head.ended)
        head.length = data.length;
    return head;
}

void event_rest(const struct trace_event *event, char text[EVENT_TEXT_MAX])
{
    enum event_kind kind = event_kind(event);
    struct words words = words_in(text, EVENT_TEXT_MAX);

    if (event->length == 0)
        return; /* a reproducible view has nothing to count */
    if (kind == EVENT_TLS || kind == EVENT_SOCKET)
        add_count(&words, event->length, " byte", " bytes");
    if (kind != EVENT_CLEAR && kind != EVENT_ENCRYPTED)
        return;
    struct head head = head_of(event->data);
    if (head.ended && (head.length < event->data.length || head.lines > 2)) {
        add_count(&words, head.lines - 2, " field", " fields");
        if (event->length > head.length)
            add_count(&words, event->length - head.length, " byte", " bytes");
    } else if (head.lines > 1) {
        add_count(&words, head.lines - 1, " more line", " more lines");
    } else if (!is_text(
                   (struct span){event->data.data, line_length(event->data)})) {
        add_count(&words, event->length, " byte", " bytes");
    }
}

/* ---- where it leads ----------------------------------------------------- */

void words_citation(struct words *words, const struct trace_event *event)
{
    if (event->rfc.number == NULL)
        return;
    words_add(words, "RFC ");
    words_add(words, event->rfc.number);
    words_add(words, " §");
    words_add(words, event->rfc.section);
}

void event_citation(const struct trace_event *event, char text[EVENT_TEXT_MAX])
{
    struct words words = words_in(text, EVENT_TEXT_MAX);

    words_citation(&words, event);
}

/* Appendices have letters; section "0" is the whole document. */
void rfc_url(struct rfc rfc, char url[EVENT_TEXT_MAX])
{
    url[0] = '\0';
    if (rfc.number == NULL)
        return;
    snprintf(url, EVENT_TEXT_MAX, "https://www.rfc-editor.org/rfc/rfc%s",
             rfc.number);
    if (rfc.section != NULL && strcmp(rfc.section, "0") != 0)
        snprintf(url + strlen(url), EVENT_TEXT_MAX - strlen(url), "#%s-%s",
                 rfc.section[0] >= 'A' ? "appendix" : "section", rfc.section);
}

void words_where(struct words *words, const struct where *where)
{
    if (where->file == NULL)
        return;
    words_add(words, where->file);
    if (where->line != 0) {
        words_add(words, where->line < 0 ? ":-" : ":");
        words_number(words, (uint64_t)llabs(where->line));
    }
    words_add(words, " ");
    words_add(words, where->function != NULL ? where->function : "");
}

void event_where(const struct where *where, char text[EVENT_TEXT_MAX])
{
    struct words words = words_in(text, EVENT_TEXT_MAX);

    words_where(&words, where);
}

/* A long message whose frames have others between them has more runs than a
 * line has room for: half a number would be a wrong one. */
void event_frames(const struct trace_event *event, char text[EVENT_TEXT_MAX])
{
    enum { RUN_MAX = 40 }; /* " 4294967295–4294967295", and " …" */
    struct words words = words_in(text, EVENT_TEXT_MAX);

    for (size_t i = 0; i < event->frame_count;) {
        size_t last = i;

        if (words.size - words.length < RUN_MAX) {
            words_add(&words, " …");
            return;
        }
        while (last + 1 < event->frame_count &&
               event->frames[last + 1] == event->frames[last] + 1)
            last++;
        words_add(&words, i > 0 ? " " : "");
        words_number(&words, event->frames[i]);
        if (last > i) {
            words_add(&words, "–");
            words_number(&words, event->frames[last]);
        }
        i = last + 1;
    }
}

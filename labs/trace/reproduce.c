/* SPDX-License-Identifier: MIT */
/*
 * reproduce: what of an event was left to chance, replaced. The contract is in
 * reproduce.h, the rules are those of compare_rules.c.
 */
#include <ctype.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/trace/compare_http.h"
#include "labs/trace/reproduce.h"

enum {
    PORTS = 65536,
    PORT_PICKED = 32768, /* from here on Linux picks, unless told otherwise */
    PORT_SHOWN = 40000,
    STEP_NS = 1000000,
};

struct work {
    struct trace_file *trace;
    struct reproduced *made;
    struct compare_context context;
    uint16_t *shown; /* by port: what it is called now; 0: not yet */
    unsigned named;  /* ports that have got a name */
    bool exhausted;
};

/* ---- texts -------------------------------------------------------------- */

/* Keeps a text for as long as the trace is looked at; NULL is handed on. */
static char *keep(struct work *work, char *text)
{
    struct reproduced *made = work->made;

    if (text != NULL && made->count == made->capacity) {
        size_t capacity = 2 * made->capacity + 64;
        char **texts = realloc(made->texts, capacity * sizeof(*texts));
        if (texts == NULL) {
            free(text);
            text = NULL;
        } else {
            made->texts = texts;
            made->capacity = capacity;
        }
    }
    if (text != NULL)
        made->texts[made->count++] = text;
    else
        work->exhausted = true;
    return text;
}

void reproduced_free(struct reproduced *made)
{
    for (size_t i = 0; i < made->count; i++)
        free(made->texts[i]);
    free(made->texts);
    *made = (struct reproduced){0};
}

/* ---- ports -------------------------------------------------------------- */

static unsigned port_shown(struct work *work, unsigned port)
{
    if (work->shown[port] == 0)
        work->shown[port] =
            (uint16_t)(PORT_SHOWN + ++work->named % (PORTS - PORT_SHOWN));
    return work->shown[port];
}

/* A kernel may give the same port again, and this is another one then. */
static void port_forget(struct work *work, const struct sockaddr_storage *end)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)end;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)end;

    if (end->ss_family == AF_INET)
        work->shown[ntohs(v4->sin_port)] = 0;
    else if (end->ss_family == AF_INET6)
        work->shown[ntohs(v6->sin6_port)] = 0;
}

/* The number of `digits` digits at the head of `text` that ends there. */
static bool number_at(struct span text, size_t digits, unsigned *number)
{
    uint64_t value;

    if (text.length < digits ||
        (text.length > digits && isdigit((unsigned char)text.data[digits])) ||
        !text_to_u64((struct span){text.data, digits}, UINT16_MAX, &value))
        return false;
    *number = (unsigned)value;
    return true;
}

/* "156,65" after four numbers of an address, as PORT and 227 have a port (RFC
 * 959 §5.3.2): its length, or 0. */
static size_t port_in_octets(struct span text, unsigned *port)
{
    unsigned octets[2];
    size_t at = 0;

    for (size_t i = 0; i < 2; i++) {
        size_t digits = 0;
        while (at + digits < text.length && digits < 3 &&
               isdigit((unsigned char)text.data[at + digits]))
            digits++;
        if (!number_at((struct span){text.data + at, text.length - at}, digits,
                       &octets[i]) ||
            octets[i] > UINT8_MAX)
            return 0;
        at += digits;
        if (i == 0 && (at == text.length || text.data[at++] != ','))
            return 0;
    }
    *port = octets[0] << 8 | octets[1];
    return at;
}

/* True behind "192,0,2,21,": four commas with numbers between them. */
static bool after_address(struct span text, size_t at)
{
    size_t commas = 0, numbers = 0;

    for (; at > 0; at--) {
        char c = text.data[at - 1];
        if (c == ',')
            commas++;
        else if (!isdigit((unsigned char)c))
            break;
        else if (at == 1 || !isdigit((unsigned char)text.data[at - 2]))
            numbers++;
    }
    return commas == 4 && numbers == 4;
}

/* True behind what a port is written after: "192.0.2.10:", "|1|::1|",
 * "port ". */
static bool before_port(struct span text, size_t at)
{
    return at > 0 && (text.data[at - 1] == ':' || text.data[at - 1] == '|' ||
                      (at >= 5 && memcmp(text.data + at - 5, "port ", 5) == 0));
}

/* A port at `at` that a kernel picked; `written` is what stands there now. */
static size_t port_at(struct work *work, struct span text, size_t at,
                      char written[16])
{
    struct span rest = {text.data + at, text.length - at};
    unsigned port;
    size_t length = 5;

    if (!isdigit((unsigned char)text.data[at]))
        return 0;
    if (before_port(text, at) && number_at(rest, length, &port) &&
        port >= PORT_PICKED) {
        snprintf(written, 16, "%u", port_shown(work, port));
        return length;
    }
    if (!after_address(text, at) ||
        (length = port_in_octets(rest, &port)) == 0 || port < PORT_PICKED)
        return 0;
    port = port_shown(work, port);
    snprintf(written, 16, "%u,%u", port >> 8, port & 0xFF);
    return length;
}

/* A port of five digits may become two numbers of three: twice the length is
 * always enough. NULL: out of memory. The caller frees. */
static char *with_ports(struct work *work, struct span text, size_t *length)
{
    char *made = malloc(2 * text.length + 1), written[16];
    size_t to = 0;

    for (size_t at = 0; made != NULL && at < text.length;) {
        size_t taken = port_at(work, text, at, written);
        if (taken == 0) {
            made[to++] = text.data[at++];
            continue;
        }
        memcpy(made + to, written, strlen(written));
        to += strlen(written);
        at += taken;
    }
    if (made != NULL)
        made[to] = '\0';
    *length = to;
    return made;
}

/* ---- an event ----------------------------------------------------------- */

/* The text with shown ports, and with the rules' names in place of what they
 * are about; kept. */
static struct span renew(struct work *work, struct span text, unsigned rules)
{
    size_t length = 0;
    char *ports = with_ports(work, text, &length);
    char *named = ports != NULL
                      ? compare_rub((struct span){ports, length},
                                    &work->context, rules, RUB_NAMED, &length)
                      : NULL;

    free(ports);
    named = keep(work, named);
    return named != NULL ? (struct span){named, length} : text;
}

static const char *renew_text(struct work *work, const char *text,
                              unsigned rules)
{
    return text != NULL ? renew(work, span_of(text), rules).data : NULL;
}

/* Of a field's value its name decides what is of the day: the same rules as
 * for comparing. */
static unsigned rules_of_line(struct span line)
{
    const char *colon = memchr(line.data, ':', line.length);

    if (colon == NULL)
        return RULE(DATE);
    return compare_http_rules(
               (struct span){line.data, (size_t)(colon - line.data)}) &
           ~RULE(PORT);
}

/* Line by line up to the empty one; what follows is content. */
static struct span renew_http(struct work *work, struct span data)
{
    char *made = NULL;
    size_t length = 0, line = 0;

    while (data.length > 0) {
        const char *lf = memchr(data.data, '\n', data.length);
        size_t taken = lf != NULL && line != SIZE_MAX
                           ? (size_t)(lf - data.data) + 1
                           : data.length;
        struct span piece = {data.data, taken};
        unsigned rules = line == 0          ? 0
                         : line == SIZE_MAX ? RULE(DATE) | RULE(RANDOM)
                                            : rules_of_line(piece);
        piece = renew(work, piece, rules);
        char *more = realloc(made, length + piece.length + 1);
        if (more == NULL) {
            work->exhausted = true;
            break;
        }
        made = more;
        memcpy(made + length, piece.data, piece.length);
        length += piece.length;
        line = taken <= 2 ? SIZE_MAX : line + (line != SIZE_MAX);
        data.data += taken;
        data.length -= taken;
    }
    made = keep(work, made);
    return made != NULL ? (struct span){made, length} : data;
}

/* The number of a question stands first, behind the length over TCP. */
static struct span renew_dns(struct work *work, struct span data)
{
    const unsigned char *bytes = (const unsigned char *)data.data;
    char *made = keep(work, malloc(data.length + 1));
    size_t at =
        data.length > 2 && (size_t)(bytes[0] << 8 | bytes[1]) == data.length - 2
            ? 2
            : 0;

    if (made == NULL || data.length < at + 2)
        return data;
    memcpy(made, data.data, data.length);
    memset(made + at, 0, 2);
    return (struct span){made, data.length};
}

static bool is_of(const struct trace_event *event, const char *proto)
{
    return event->proto != NULL && strcmp(event->proto, proto) == 0;
}

/* Random numbers, halves of a key exchange, signatures: even their lengths
 * are. */
static bool is_drawn(const struct trace_event *event)
{
    return event->layer == TRACE_LAYER_TLS ||
           (is_of(event, "ssh") && event->exact &&
            !text_is_readable(event->data));
}

static void renew_data(struct work *work, struct trace_event *event)
{
    size_t before = event->data.length;

    if (is_drawn(event)) {
        event->data.length = 0;
        event->length = 0;
        return;
    }
    if (before == 0)
        return;
    if (is_of(event, "dns"))
        event->data = renew_dns(work, event->data);
    else if (!text_is_readable(event->data))
        return;
    else if (is_of(event, "http"))
        event->data = renew_http(work, event->data);
    else
        event->data = renew(
            work, event->data,
            RULE(DATE) | (is_of(event, "ssh") ? RULE(VERSION) : RULE(RANDOM)));
    event->length = event->length - before + event->data.length;
}

static void renew_event(struct work *work, struct trace_event *event, size_t at)
{
    bool last = event->layer == TRACE_LAYER_TCP && event->name != NULL &&
                strcmp(event->name, "close") == 0;

    event->id = at + 1;
    event->time_ns = (int64_t)at * STEP_NS;
    event->peer = renew_text(work, event->peer, 0);
    event->note = renew_text(work, event->note, RULE(DATE));
    renew_data(work, event);
    event->src.line = 0;
    event->src_heard.line = 0;
    event->frame_count = 0;
    event->carried_count = 0;
    if (last) {
        port_forget(work, &event->local);
        port_forget(work, &event->remote);
    }
}

int trace_reproduce(struct trace_file *trace, struct reproduced *made,
                    struct error *error)
{
    struct work work = {.trace = trace,
                        .made = made,
                        .context.start_s = trace->start_ns / 1000000000};

    work.shown = calloc(PORTS, sizeof(*work.shown));
    work.exhausted = work.shown == NULL || !reproduce_order(trace);
    for (size_t i = 0; i < trace->event_count && !work.exhausted; i++)
        renew_event(&work, &trace->events[i], i);
    trace->start_ns = 0;
    trace->frame_count = 0;
    free(work.shown);
    return work.exhausted ? error_set(error, ERROR_LOCAL,
                                      "out of memory for a reproducible view")
                          : 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * reproduce: what of an event was left to chance, replaced. The contract is in
 * reproduce.h, the rules are those of compare_rules.c.
 */
#include <stdlib.h>
#include <string.h>

#include "labs/trace/compare_http.h"
#include "labs/trace/reproduce.h"

enum { STEP_NS = 1000000 };

struct work {
    struct trace_file *trace;
    struct reproduced *made;
    struct compare_context context;
    struct reproduce_ports ports;
    uint32_t conn; /* the newest connection so far */
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

/* ---- an event ----------------------------------------------------------- */

/* The text with shown ports, and with the rules' names in place of what they
 * are about; kept. */
static struct span renew(struct work *work, struct span text, unsigned rules)
{
    size_t length = 0;
    char *ports = reproduce_ports_in(&work->ports, text, &length);
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

/* A text that grows; NULL once memory was refused. */
struct growing {
    char *bytes;
    size_t length;
};

static void append(struct work *work, struct growing *to, struct span more)
{
    char *bytes = realloc(to->bytes, to->length + more.length + 1);

    if (bytes == NULL) {
        work->exhausted = true;
        return;
    }
    to->bytes = bytes;
    memcpy(bytes + to->length, more.data, more.length);
    to->length += more.length;
}

/* Of a field's value its name decides what is of the day: the same rules as
 * for comparing. The line between parts is looked for from here on. */
static struct span renew_field(struct work *work, struct span line)
{
    const char *colon = memchr(line.data, ':', line.length);
    struct span boundary = compare_boundary(line);

    if (colon == NULL)
        return line;
    if (boundary.length > 0)
        work->context.boundary = boundary;
    return renew(work, line,
                 compare_http_rules(
                     (struct span){line.data, (size_t)(colon - line.data)}) &
                     ~RULE(PORT));
}

/* The head line by line; of content that is no text only the line between its
 * parts. */
static struct span renew_http(struct work *work, struct span data)
{
    const char *end = memmem(data.data, data.length, "\r\n\r\n", 4);
    struct span head = data, content;
    struct growing to = {0};

    if (end != NULL)
        head.length = (size_t)(end - data.data) + 2;
    content = (struct span){head.data + head.length, data.length - head.length};
    if (!text_is_readable(head))
        return data;
    while (head.length > 0) {
        const char *lf = memchr(head.data, '\n', head.length);
        size_t taken = lf ? (size_t)(lf - head.data) + 1 : head.length;
        append(work, &to, renew_field(work, (struct span){head.data, taken}));
        head = (struct span){head.data + taken, head.length - taken};
    }
    append(
        work, &to,
        renew(work, content,
              RULE(BOUNDARY) |
                  (text_is_readable(content) ? RULE(DATE) | RULE(RANDOM) : 0)));
    work->context.boundary.length = 0;
    to.bytes = keep(work, to.bytes);
    return to.bytes != NULL ? (struct span){to.bytes, to.length} : data;
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

bool reproduce_is_drawn(const struct trace_event *event)
{
    return event->layer == TRACE_LAYER_TLS ||
           (is_of(event, "ssh") && event->exact &&
            !text_is_readable(event->data));
}

static void renew_data(struct work *work, struct trace_event *event)
{
    size_t before = event->data.length;

    if (reproduce_is_drawn(event)) {
        event->data.length = 0;
        event->length = 0;
        return;
    }
    if (before == 0)
        return;
    if (is_of(event, "dns"))
        event->data = renew_dns(work, event->data);
    else if (is_of(event, "http"))
        event->data = renew_http(work, event->data);
    else if (!text_is_readable(event->data))
        return;
    else
        event->data = renew(
            work, event->data,
            RULE(DATE) | (is_of(event, "ssh") ? RULE(VERSION) : RULE(RANDOM)));
    event->length = event->length - before + event->data.length;
}

/* RFC 959 §4.1.2, RFC 2428 §2, §3: where the data connection will go. */
static bool announces_port(const struct trace_event *event)
{
    static const char *const names[] = {"PORT", "EPRT", "227", "229"};
    bool ftp = is_of(event, "ftp") && event->name != NULL &&
               event->dir != TRACE_DIR_NOTE;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && ftp; i++)
        if (strcmp(event->name, names[i]) == 0)
            return true;
    return false;
}

/* Of two libraries of another year the choice is another. */
static const char *renew_note(struct work *work,
                              const struct trace_event *event)
{
    static const char group[] = "«group»";
    bool chosen = event->dir == TRACE_DIR_NOTE &&
                  event->layer == TRACE_LAYER_TLS && event->name != NULL &&
                  strcmp(event->name, "group") == 0;

    return chosen ? group
                  : renew_text(work, event->note,
                               RULE(DATE) | RULE(AGE) | RULE(RANDOM));
}

/* The end of a connection with a shown port; kept. */
static const struct sockaddr_storage *
renew_end(struct work *work, const struct sockaddr_storage *end, bool begins)
{
    struct sockaddr_storage shown;
    char *kept;

    if (end == NULL)
        return NULL;
    shown = *end;
    reproduce_ports_end(&work->ports, &shown, begins);
    kept = keep(work, malloc(sizeof(shown)));
    return kept != NULL ? memcpy(kept, &shown, sizeof(shown)) : end;
}

static void renew_event(struct work *work, struct trace_event *event, size_t at)
{
    bool begins = event->conn > work->conn;

    work->conn = begins ? event->conn : work->conn;
    event->local = renew_end(work, event->local, begins);
    event->remote = renew_end(work, event->remote, begins);
    event->id = at + 1;
    event->time_ns = (int64_t)at * STEP_NS;
    event->peer = renew_text(work, event->peer, 0);
    event->note = renew_note(work, event);
    work->ports.announces = announces_port(event);
    renew_data(work, event);
    work->ports.announces = false;
    event->src.line = 0;
    event->src_heard.line = 0;
    event->frame_count = 0;
    event->carried_count = 0;
}

int trace_reproduce(struct trace_file *trace, struct reproduced *made,
                    struct error *error)
{
    struct work work = {.trace = trace,
                        .made = made,
                        .context.start_s = trace->start_ns / 1000000000};

    work.exhausted =
        !reproduce_ports_open(&work.ports) || !reproduce_order(trace);
    for (size_t i = 0; i < trace->event_count && !work.exhausted; i++)
        renew_event(&work, &trace->events[i], i);
    trace->start_ns = 0;
    trace->frame_count = 0;
    free(work.ports.all);
    return work.exhausted ? error_set(error, ERROR_LOCAL,
                                      "out of memory for a reproducible view")
                          : 0;
}

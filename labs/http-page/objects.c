/* SPDX-License-Identifier: MIT */
/*
 * objects: a page is text, and names for the rest. The rest comes over the
 * same connection, one request after the other.
 */
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "labs/http-page/http_page.h"

#define OBJECTS_MAX 8

/* What the page names in src="..." and href="...": paths of this site, copied.
 * A browser's parser knows far more; for our own page this is all of it. */
static size_t objects_find(struct span body, char paths[][128], size_t max)
{
    static const char *const marks[] = {"src=\"", "href=\""};
    const char *end = body.data + body.length, *at;
    size_t count = 0, mark, length;

    for (mark = 0; mark < 2; mark++)
        for (at = body.data; count < max; at += length) {
            at = memmem(at, (size_t)(end - at), marks[mark],
                        strlen(marks[mark]));
            if (!at)
                break;
            at += strlen(marks[mark]);
            for (length = 0; at + length < end && at[length] != '"';)
                length++;
            if (length < sizeof(paths[0]) && at[0] == '/')
                snprintf(paths[count++], sizeof(paths[0]), "%.*s", (int)length,
                         at);
        }
    return count;
}

static int page_objects(struct lab_run *run, char paths[][128], size_t *count,
                        struct error *error)
{
    struct exchange exchange;

    if (exchange_read(run, &exchange, error) < 0)
        return -(int)error->class;
    *count = objects_find(exchange.answer->data, paths, OBJECTS_MAX);
    trace_file_free(&exchange.trace);
    return lab_check(run, *count > 0, error, "the page names objects");
}

/* What the second command did. */
struct tally {
    const struct trace_event *first; /* its first request */
    size_t connections, asked, answered;
};

static bool is(const struct trace_event *event, enum trace_layer layer,
               const char *name)
{
    return event->layer == layer && event->dir != TRACE_DIR_NOTE &&
           strcmp(event->name, name) == 0;
}

static void count(struct tally *tally, const struct trace_event *event)
{
    if (is(event, TRACE_LAYER_TCP, "connect"))
        tally->connections++;
    if (is(event, TRACE_LAYER_APP, "200"))
        tally->answered++;
    if (is(event, TRACE_LAYER_APP, "GET")) {
        tally->asked++;
        if (!tally->first)
            tally->first = event;
    }
}

/* The first line of a message says what it is; it came from a peer. */
static void message_row(struct lab_run *run, const struct trace_event *event)
{
    const char *end = memchr(event->data.data, '\r', event->data.length);
    char line[200];

    if (end)
        text_escape(
            line, sizeof(line),
            (struct span){event->data.data, (size_t)(end - event->data.data)});
    else
        snprintf(line, sizeof(line), "%s", event->name);
    lab_table_row(run, "%llu|%s|%llu|%s", (unsigned long long)event->id, line,
                  (unsigned long long)event->length, lab_frames_text(event));
}

static void objects_count(struct lab_run *run, const struct trace_file *trace,
                          int64_t from_ns, struct tally *tally)
{
    size_t i;

    lab_table_begin(run);
    lab_table_row(run, "event|message|bytes|frames");
    for (i = 0; i < trace->event_count; i++) {
        const struct trace_event *event = &trace->events[i];

        if (event->time_ns < from_ns)
            continue;
        count(tally, event);
        if (tally->first && event->layer == TRACE_LAYER_APP &&
            event->dir != TRACE_DIR_NOTE &&
            lab_same_connection(event, tally->first))
            message_row(run, event);
    }
    lab_table_end(run);
}

static int objects_tell(struct lab_run *run, int64_t from_ns, size_t wanted,
                        struct error *error)
{
    struct tally tally = {0};
    struct trace_file trace;

    if (lab_trace(run, &trace, error) < 0)
        return -(int)error->class;
    objects_count(run, &trace, from_ns, &tally);
    trace_file_free(&trace);
    if (lab_check(run,
                  tally.connections == 1 && tally.asked == wanted &&
                      tally.answered == wanted,
                  error,
                  "%zu requests were answered over one connection (%zu asked, "
                  "%zu answered, %zu connections)",
                  wanted, tally.asked, tally.answered, tally.connections) < 0)
        return -(int)error->class;
    lab_say(run,
            "%zu requests, %zu answers, %zu connection: the handshake was paid "
            "once.",
            tally.asked, tally.answered, tally.connections);
    return 0;
}

int http_page_objects(struct lab_run *run, struct error *error)
{
    const char *argv[2 * OBJECTS_MAX + 6] = {"http-client"};
    char paths[OBJECTS_MAX][128], urls[OBJECTS_MAX + 1][256];
    size_t named = 0, i, argc = 1;
    int64_t from_ns;
    struct world_result result;

    if (page_objects(run, paths, &named, error) < 0)
        return -(int)error->class;
    lab_say(run,
            "The page is text; what it shows beside text it only names: %zu "
            "objects. A browser reads the page, then asks for each.",
            named);
    for (i = 0; i <= named; i++) {
        snprintf(urls[i], sizeof(urls[0]), "%s",
                 world_url(lab_world(run), "http", WEB, 80,
                           i == 0 ? "/" : paths[i - 1]));
        argv[argc++] = "-o";
        argv[argc++] = "/dev/null";
    }
    for (i = 0; i <= named; i++)
        argv[argc++] = urls[i];
    argv[argc] = NULL;
    from_ns = lab_now();
    if (lab_client(run, argv, &result, error) < 0)
        return -(int)error->class;
    lab_check(run, result.status == 0, error,
              "the client fetched all objects (it exited %d: %.200s)",
              result.status, result.err);
    world_result_free(&result);
    return error->class ? -(int)error->class
                        : objects_tell(run, from_ns, named + 1, error);
}

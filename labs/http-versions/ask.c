/* SPDX-License-Identifier: MIT */
/*
 * ask: a command of the student's, and what the trace says that it did.
 */
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "http/http.h"
#include "labs/http-versions/http_versions.h"

const char *site_url(struct lab_run *run, const char *host, const char *path)
{
    return world_url(lab_world(run), "http", host, 80, path);
}

/* An answer is named after its status, a request after its method. */
static bool is_answer(const struct trace_event *event)
{
    return lab_is_message(event, "http") && event->name[0] >= '1' &&
           event->name[0] <= '9';
}

bool is_interim(const struct trace_event *event)
{
    return is_answer(event) && event->name[0] == '1';
}

bool is_final(const struct trace_event *event)
{
    return is_answer(event) && event->name[0] != '1';
}

bool is_request(const struct trace_event *event)
{
    return lab_is_message(event, "http") && !is_answer(event);
}

bool is_connect(const struct trace_event *event)
{
    return event->layer == TRACE_LAYER_TCP &&
           strcmp(event->name, "connect") == 0 &&
           strcmp(event->host, "student") == 0;
}

size_t head_length(const struct trace_event *message)
{
    const char *end =
        memmem(message->data.data, message->data.length, "\r\n\r\n", 4);

    return end ? (size_t)(end - message->data.data) + 4 : message->data.length;
}

uint64_t content_length(const struct trace_event *message, uint64_t *chunks)
{
    /* Static, for it is too large for a stack. */
    static struct http_body body;
    size_t head = head_length(message), used = 1;
    struct span rest = {message->data.data + head, message->data.length - head};
    struct error error = {0};
    struct span piece;

    *chunks = 0;
    if (!memmem(message->data.data, head, "\nTransfer-Encoding: chunked", 27))
        return message->length - head;
    http_body_start(&body, (struct http_framing){.kind = HTTP_FRAMING_CHUNKED});
    while (used > 0 &&
           http_body_read(&body, rest, &used, &piece, &error) == PARSE_MORE) {
        rest.data += used;
        rest.length -= used;
    }
    *chunks = body.chunks;
    return body.content;
}

const char *reply_field(const struct reply *reply, const char *name)
{
    static char ring[8][160];
    static size_t next;
    char *text = ring[next++ % 8], line[64];
    const char *found;

    snprintf(line, sizeof(line), "\n%s: ", name);
    found = strstr(reply->head, line);
    if (!found)
        return "-";
    found += strlen(line);
    text_escape(text, sizeof(ring[0]),
                (struct span){found, strcspn(found, "\r\n|")});
    return text;
}

static void count(struct reply *reply, const struct trace_event *event)
{
    uint64_t chunks;

    reply->connections += is_connect(event);
    reply->interim += is_interim(event);
    if (event->dir == TRACE_DIR_NOTE && strcmp(event->name, "cache") == 0 &&
        reply->cache[0] == '\0')
        text_escape(reply->cache, sizeof(reply->cache), span_of(event->note));
    if (is_request(event))
        reply->request_bytes += event->length;
    if (is_final(event) || is_interim(event))
        reply->answer_bytes += event->length;
    if (is_final(event)) {
        reply->answers++;
        sscanf(event->name, "%d", &reply->status);
        reply->content = content_length(event, &chunks);
        snprintf(reply->head, sizeof(reply->head), "%.*s",
                 (int)head_length(event), event->data.data);
    }
}

static int reply_read(struct lab_run *run, struct reply *reply,
                      struct error *error)
{
    struct trace_file trace;
    size_t i;

    if (lab_trace_settled(run, reply->from_ns, &trace, error) < 0)
        return -(int)error->class;
    for (i = 0; i < trace.event_count; i++)
        if (trace.events[i].time_ns >= reply->from_ns)
            count(reply, &trace.events[i]);
    trace_file_free(&trace);
    return 0;
}

int ask(struct lab_run *run, bool ladder, const char *const *argv,
        struct reply *reply, struct error *error)
{
    struct world_result result;

    memset(reply, 0, sizeof(*reply));
    reply->from_ns = lab_now();
    if ((ladder ? lab_client : lab_command)(run, argv, &result, error) < 0)
        return -(int)error->class;
    reply->exit_status = result.status;
    reply->elapsed_ms = (double)result.elapsed_ns / 1e6;
    snprintf(reply->body, sizeof(reply->body), "%.*s",
             (int)strcspn(result.out, "\r\n"), result.out);
    world_result_free(&result);
    return reply_read(run, reply, error);
}

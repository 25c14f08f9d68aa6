/* SPDX-License-Identifier: MIT */
#include "tests/unit/sides.h"

#include <string.h>

void side_open(struct side *side, const char *file, const char *host,
               bool is_server)
{
    struct trace_setup setup = {.file = test_path(file), .host = host};
    *side = (struct side){.file = setup.file};
    CU_ASSERT_EQUAL_FATAL(trace_open(&side->trace, &setup, NULL), 0);
    side->model = (struct trace_event){
        .conn = 1,
        .peer = is_server ? STUDENT : WEB,
        .proto = "http",
        .stream = "control",
        .standard_port = 80,
        .local_is_server = is_server,
        .local = test_address(is_server ? WEB : STUDENT),
        .remote = test_address(is_server ? STUDENT : WEB),
        .rfc = RFC("9112", "3"),
        .src = {is_server ? "server.c" : "client.c", 10, "f"},
        .exact = true};
}

void side_close(struct side *side)
{
    CU_ASSERT_EQUAL(trace_close(side->trace, NULL), 0);
}

void side_record(struct side *side, int at, enum trace_layer layer,
                 enum trace_dir dir, const char *name, uint64_t from,
                 const char *data)
{
    struct trace_event event = side->model;
    event.time_ns = TEST_WIRE_START + at * INT64_C(100000);
    event.layer = layer;
    event.dir = dir;
    event.name = name;
    event.data = span_of(data);
    event.length = event.data.length;
    event.raw = (struct trace_range){from, from + event.length};
    event.clear = event.raw;
    trace_record(side->trace, &event);
    side->model.src.line++;
}

void sides_merge(struct trace_file *file, const char *a, const char *b,
                 const char *c)
{
    const char *inputs[] = {a, b, c};
    size_t count = b == NULL ? 1 : c == NULL ? 2 : 3;
    const char *merged = test_path("merged.pcapng");
    struct error error = {0};
    CU_ASSERT_EQUAL(trace_merge(inputs, count, merged, &error), 0);
    CU_ASSERT_EQUAL(trace_read(file, merged, &error), 0);
    CU_ASSERT_STRING_EQUAL(error.text, "");
}

const char *frames_of(const struct trace_event *event)
{
    static char text[256];
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < event->frame_count; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%u",
                                   i == 0 ? "" : " ", event->frames[i]);
    return text;
}

const struct trace_event *event_named(const struct trace_file *file,
                                      const char *name, int nth)
{
    static const struct trace_event none;
    for (size_t i = 0; i < file->event_count; i++)
        if (strcmp(file->events[i].name, name) == 0 && --nth == 0)
            return &file->events[i];
    CU_FAIL("no such event");
    return &none;
}

size_t events_named(const struct trace_file *file, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < file->event_count; i++)
        count += strcmp(file->events[i].name, name) == 0;
    return count;
}

void side_record_socket(struct side *side, int at, enum trace_dir dir,
                        uint64_t from, const char *data)
{
    side_record(side, at, TRACE_LAYER_SOCKET, dir, dir == OUT ? "send" : "recv",
                from, data);
}

void sides_open(struct side *client, struct side *server)
{
    side_open(client, "client.pcapng", "student", false);
    side_open(server, "server.pcapng", "web", true);
    server->model.conn = 3; /* the server counts for itself */
}

void sides_end(struct trace_file *file, struct side *client,
               struct side *server)
{
    side_close(client);
    side_close(server);
    sides_merge(file, client->file, server->file, NULL);
}

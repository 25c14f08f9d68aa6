/* SPDX-License-Identifier: MIT */
/*
 * sides: what one or both ends of a connection record, for the tests of the
 * trace. Between student (192.0.2.10:40000, the client) and web (.80:80).
 */
#ifndef TESTS_UNIT_SIDES_H
#define TESTS_UNIT_SIDES_H

#include "common/trace.h"
#include "tests/harness.h"
#include "tests/wire.h"

#define STUDENT "192.0.2.10:40000"
#define WEB "192.0.2.80:80"

#define OUT TRACE_DIR_OUT
#define IN TRACE_DIR_IN
#define APP TRACE_LAYER_APP

/* One end, as its program records it. */
struct side {
    struct trace *trace;
    const char *file;
    struct trace_event model; /* what its events have in common */
};

void side_open(struct side *side, const char *file, const char *host,
               bool is_server);
void side_close(struct side *side);
/* An event of `layer` whose bytes are at `from` of the stream, `at` tenths of a
 * millisecond after TEST_WIRE_START. Its source line is one more than that of
 * the side's event before; the first has line 10. */
void side_record(struct side *side, int at, enum trace_layer layer,
                 enum trace_dir dir, const char *name, uint64_t from,
                 const char *data);
/* What went through the socket. */
void side_record_socket(struct side *side, int at, enum trace_dir dir,
                        uint64_t from, const char *data);
/* client.pcapng and server.pcapng; the server's connection has number 3. */
void sides_open(struct side *client, struct side *server);

/* Merges the files (NULL: none) into merged.pcapng and reads it. */
void sides_merge(struct trace_file *file, const char *a, const char *b,
                 const char *c);
/* Closes both, then the same. */
void sides_end(struct trace_file *file, struct side *client,
               struct side *server);

/* "1 2 3": frame numbers, in a static buffer. */
const char *frames_of(const struct trace_event *event);
/* Of all events of that name the nth, from 1; a failure if there is none. */
const struct trace_event *event_named(const struct trace_file *file,
                                      const char *name, int nth);
size_t events_named(const struct trace_file *file, const char *name);

#endif

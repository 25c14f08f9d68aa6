/* SPDX-License-Identifier: MIT */
/*
 * trace: the record of a conversation.
 *
 * A program that was given --trace FILE opens a trace; its conns report to it;
 * closing it leaves FILE, a pcapng that Wireshark opens. While it runs, events
 * are appended to FILE.part, each in one write(2), so that the processes of a
 * server may share one trace and what a kill leaves is whole up to its end:
 * `trace show FILE.part` reads it, and the next run under that name sweeps it.
 *
 *     struct trace *trace = NULL;
 *     struct trace_setup setup = {.file = "x.pcapng", .live = stderr};
 *     if (trace_open(&trace, &setup, &error) < 0) ...
 *     ... conns record ...
 *     trace_close(trace, &error);
 *
 * An event is one protocol message or one decision. It knows the source line
 * that made it, the RFC section that asks for it, and which bytes of the TCP
 * stream carried it: trace_merge finds the frames from that.
 *
 * A trace that is NULL records nothing, and every call here allows it.
 */
#ifndef COMMON_TRACE_H
#define COMMON_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>

#include "common/error.h"
#include "common/rfc.h"
#include "common/text.h"

struct trace;

enum trace_layer {
    TRACE_LAYER_APP,    /* what the program said and heard, inside TLS too */
    TRACE_LAYER_SOCKET, /* bytes handed to and taken from TCP */
    TRACE_LAYER_TCP,    /* opened, accepted, closed, failed */
    TRACE_LAYER_TLS,    /* handshake messages and alerts */
    TRACE_LAYERS
};

enum trace_dir {
    TRACE_DIR_OUT,
    TRACE_DIR_IN,
    TRACE_DIR_NOTE, /* a decision; it has no bytes of its own */
    TRACE_DIRS
};

/* A stretch of a byte stream: [from, to), counted from the first byte that
 * this direction of the connection carried. */
struct trace_range {
    uint64_t from, to;
};

#define TRACE_SECRETS_MAX 8  /* masked stretches in one message */
#define TRACE_BODY_MAX 65536 /* bytes of a message that are kept */

/* One event, as it is recorded and as it is read back. Recording: everything
 * is borrowed for the call. Reading: everything lives as long as the file. */
struct trace_event {
    uint64_t id;        /* from 1 in the order of time; set by the merge */
    int64_t time_ns;    /* since 1970; 0 when recording: now */
    const char *host;   /* who recorded it: "student" */
    const char *peer;   /* "192.0.2.80:80" */
    const char *proto;  /* "http", "dns", ... */
    const char *stream; /* "control", "data" */
    /* NULL, or ss_family 0 when recording: none. */
    const struct sockaddr_storage *local, *remote;
    uint32_t conn;   /* from 1; 0: no connection */
    uint32_t number; /* of the event's own packet; set when read */
    enum trace_dir dir;
    enum trace_layer layer;
    uint16_t standard_port; /* the protocol's clear-text port; 0: none */
    bool local_is_server;
    bool exact;               /* raw was measured, not estimated */
    const char *name;         /* "GET", "200", "greeting", "ClientHello" */
    const char *note;         /* NULL: none */
    struct span data;         /* at most TRACE_BODY_MAX bytes, masked */
    uint64_t length;          /* true length of the message */
    struct trace_range clear; /* position in the stream of messages */
    struct trace_range raw;   /* position in the TCP stream (TLS records) */
    const struct trace_range *secrets; /* offsets in the message */
    size_t secret_count;               /* at most TRACE_SECRETS_MAX */
    struct where src;
    struct where src_heard; /* merged: the receiver's call; file NULL: none */
    struct rfc rfc;
    const uint32_t *frames; /* Wireshark's frame numbers, ascending */
    size_t frame_count;
    const uint64_t *carried; /* socket: ids of the events it carried */
    size_t carried_count;
};

struct trace_setup {
    const char *file;  /* --trace; NULL: no file, live only */
    FILE *live;        /* -v: "C:" and "S:" lines go here; NULL: nowhere */
    const char *host;  /* NULL: $WIRELAB_HOST, else the host's name */
    bool show_secrets; /* --show-secrets */
};

/* Errors: ERROR_LOCAL. On success *trace is the caller's, who closes it; it is
 * NULL when setup asks for neither file nor live lines. */
int trace_open(struct trace **trace, const struct trace_setup *setup,
               struct error *error);
/* Sorts, numbers, finds the carrying records, and renames FILE.part to FILE.
 * In a process that was forked after trace_open: frees only. */
int trace_close(struct trace *trace, struct error *error);
/* Frees without finishing, for a forked child. */
void trace_free(struct trace *trace);

/* What traces call this host: $WIRELAB_HOST, because a world on loopback has
 * one name for all hosts, else the machine's own; "localhost" if it has none.
 * Static. */
const char *trace_host_name(void);
/* Where a program records that was not told to: a file of its own in the folder
 * $WIRELAB_RECORD, which `lab shell --trace` sets. NULL: nowhere. Static. */
const char *trace_own_file(void);
bool trace_shows_secrets(const struct trace *trace);
bool trace_keeps(const struct trace *trace); /* a file is being written */
uint32_t trace_next_conn(struct trace *trace);

/* Records an event. Who calls passes HERE in event->src. Failures to write are
 * remembered and reported by trace_close. */
void trace_record(struct trace *trace, const struct trace_event *event);

/* A line of TLS key log (NSS format, no newline), so Wireshark can decrypt. */
void trace_keylog(struct trace *trace, const char *line);
/* A name of an address, for Wireshark's name resolution. */
void trace_name(struct trace *trace, const struct sockaddr_storage *address,
                const char *name);

/* A decision that belongs to no connection. */
#define trace_note(trace, rfc, name, ...) \
    trace_note_at((trace), HERE, (rfc), (name), __VA_ARGS__)
void trace_note_at(struct trace *trace, struct where where, struct rfc rfc,
                   const char *name, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* ---- merging ------------------------------------------------------------ */

/* Makes one finished trace of several records: those of each program, and the
 * capture of the wire. A message that both ends recorded becomes one event:
 * the sender's, with the receiver's source line added. Where frames are to be
 * had, `socket` records are left out. Events are numbered in order of time and
 * tied to the frames that carried them, and frames to the events.
 *
 * `inputs` are paths; one that is missing or torn at its end is no error, what
 * is whole in it counts. "x.part" adds nothing when "x" came before it and was
 * there. `output` is replaced when all is written. */
int trace_merge(const char *const *inputs, size_t count, const char *output,
                struct error *error);

/* ---- reading ------------------------------------------------------------ */

struct trace_frame {
    uint32_t number; /* Wireshark's, from 1 */
    int64_t time_ns;
    const char *host;    /* the sender's, from the interface's name */
    struct span bytes;   /* Ethernet */
    uint32_t length;     /* on the wire */
    const char *dropped; /* the rule that dropped it, or NULL */
    const uint64_t *events;
    size_t event_count;
};

struct trace_file {
    int64_t start_ns;           /* the start of the run, since 1970 */
    struct trace_event *events; /* app, tcp, tls, socket; in order of id */
    size_t event_count;
    struct trace_frame *frames;
    size_t frame_count;
    struct trace_store *store; /* who owns all of it */
};

/* Reads a finished trace, or any pcapng: foreign files give frames only, those
 * of Ethernet. Ids and ties are found again rather than believed, so they are
 * true in a file that another tool has cut. A record that nobody finished,
 * "x.part", may be torn at its end. Errors: ERROR_LOCAL with the offset in the
 * file and what is wrong there. */
int trace_read(struct trace_file *file, const char *path, struct error *error);
/* The same, for who needs less of it and wants it sooner. */
enum trace_depth {
    TRACE_READ_ALL,
    TRACE_READ_EVENTS, /* no carried, and no events of a frame */
    TRACE_READ_WIRE    /* frames and socket records only, without any ties */
};
int trace_read_depth(struct trace_file *file, const char *path,
                     enum trace_depth depth, struct error *error);
void trace_file_free(struct trace_file *file);

const char *trace_layer_name(enum trace_layer layer); /* "app" */
const char *trace_dir_name(enum trace_dir dir);       /* "out" */

#endif

/* SPDX-License-Identifier: MIT */
/*
 * views: a trace as a person or a program reads it.
 *
 * Each view takes a trace that trace_read has read and writes it; what a peer
 * sent is escaped in all of them. Everything is borrowed for the call, and
 * nothing is printed elsewhere. They return 0, or -ERROR_LOCAL: no memory, or
 * the stream can't be written; what went out before that is there. An output
 * (common/output.h) is the caller's to commit or to abandon.
 */
#ifndef LABS_TRACE_VIEWS_H
#define LABS_TRACE_VIEWS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "common/error.h"
#include "common/output.h"
#include "common/trace.h"

struct ladder_options {
    bool colour;          /* the caller found a terminal */
    int columns;          /* width; 0: 100 */
    uint64_t first_event; /* events before this id are left out; 0: all */
    uint64_t last_event;  /* 0: to the end */
    bool citations;       /* RFC and source line under each message */
};

/* The ladder: one lane a host, an arrow a message, notes between. */
int ladder_write(FILE *to, const struct trace_file *trace,
                 const struct ladder_options *options, struct error *error);

/* A conversation as a book quotes it: what was said, whole lines with "C:" and
 * "S:" before them, and under each message what it means, its RFC section and
 * the function that says it. `columns` is the width; 0: 72 (session.c). */
int session_write(FILE *to, const struct trace_file *trace, int columns,
                  struct error *error);

/* One JSON object a line, an event each: the contract of trace show --json. */
int json_write(FILE *to, const struct trace_file *trace, struct error *error);

/* A JSON string in its quotes, of any bytes; for other views. Errors of writing
 * are found by ferror(to). */
void json_string(FILE *to, struct span text);

struct compare_options {
    const char *names[2]; /* of the traces, as the user knows them */
    bool colour;          /* the caller found a terminal */
    int columns;          /* width; 0: 100 */
    bool timeless;        /* the clock of the traces is none: no time */
};

/* Two conversations side by side, then the differences that always are, and
 * what each side cost; on success *same says whether there was any other
 * difference. ERROR_LOCAL too: no program recorded a message in one of them. */
int compare_write(FILE *to, const struct trace_file *a,
                  const struct trace_file *b,
                  const struct compare_options *options, bool *same,
                  struct error *error);
/* The same as JSON, one object a line; every key is there, null for what is
 * not. Ids are those of `trace show --json`.
 *   {"type":"row","a":ID,"b":ID,"same":BOOL}       a pair, or one alone (null)
 *   {"type":"difference","what":TEXT,"why":TEXT,"rfc":"RFC n §s",
 *    "a_value":TEXT,"b_value":TEXT}                of the row before it
 *   {"type":"rule","name":TEXT,"sets_aside":TEXT,"rfc":TEXT,"used":N}
 *   {"type":"total","side":"a","connections":N,"round_trips":N,"sent":N,
 *    "received":N,"readable":N,"seconds":N.N}
 *   {"type":"result","same":BOOL,"differences":N}  the last line */
int compare_json_write(FILE *to, const struct trace_file *a,
                       const struct trace_file *b, bool *same,
                       struct error *error);

/* What an eavesdropper learned, from frames or socket bytes alone. */
int notebook_write(FILE *to, const struct trace_file *trace,
                   struct error *error);

/* The frames alone, as a capture of one link type that every tool reads: no
 * messages, no keys, what a tap on the wire would have kept. Classic pcap when
 * `classic`, else pcapng. ERROR_LOCAL: the trace has no frames. */
int export_wire(struct output *to, const struct trace_file *trace, bool classic,
                struct error *error);

/* What json_write writes, as a file that is there whole or not at all. */
int export_json(struct output *to, const struct trace_file *trace,
                struct error *error);

/* What a lab tells beside its trace; each block is shown in order. */
enum story_kind {
    STORY_STEP, /* text: the title; events from `event` on belong to it */
    STORY_CLAIM,
    STORY_SAY,
    STORY_COMMAND,
    STORY_OUTPUT, /* what a program printed, shown as it is (escaped) */
    STORY_CORRECT,
    STORY_TABLE,  /* rows end in '\n', cells are parted by '|' */
    STORY_LADDER, /* the ladder of events event .. last_event */
    /* Lines of a plot: first "title|what x counts|what y counts\n", then for
     * each line "name|x y|x y...\n", x and y numbers, both rising. */
    STORY_PLOT,
    STORY_SEE
};
struct story_block {
    enum story_kind kind;
    const char *text;
    uint64_t event, last_event;
};
struct story {
    const char *title, *about;
    const struct story_block *blocks;
    size_t count;
    const char *trace_name; /* link to the capture beside the page; or NULL */
};

/* One self-contained page. `story` may be NULL: the ladder alone. `title` is
 * text, not markup. `source` is where `make source` has put its pages, as seen
 * from this one ("../source/"): each event leads to its line there; NULL:
 * nowhere. */
int page_write(struct output *to, const struct trace_file *trace,
               const struct story *story, const char *title, const char *source,
               struct error *error);
/* The ladders of up to PAGE_TRACES_MAX traces on one page, each under its name;
 * two are compared as well. */
#define PAGE_TRACES_MAX 4
int page_write_several(struct output *to, const struct trace_file *traces,
                       const char *const *names, size_t count,
                       const char *title, const char *source,
                       struct error *error);

#endif

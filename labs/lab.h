/* SPDX-License-Identifier: MIT */
/*
 * lab: what a lab is made of, and what it may call while it runs.
 *
 * A lab is a table of steps. Each step announces what it will show, runs it on
 * the pocket internet, shows the part of the trace that it made, and says what
 * was seen, in numbers measured in that run. The runner prints it as it goes,
 * and writes trace.pcapng and index.html at the end.
 *
 *     static int step_handshake(struct lab_run *run, struct error *error)
 *     {
 *         const char *argv[] = {"http-client", ..., NULL};
 *         lab_client(run, argv, &result, error);
 *         lab_say(run, "The handshake took %.1f ms.", ...);
 *     }
 *
 * Functions that can fail return 0 or a negative class, and fill `error`.
 * Texts that are handed over are copied; NULL is allowed where it is said.
 */
#ifndef LABS_LAB_H
#define LABS_LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/trace.h"
#include "labs/world/world.h"

/* All that may vary from student to student. Filled from a seed by
 * lab_parameters_fill; a lab reads it and nothing else of that kind. */
struct lab_parameters {
    uint64_t seed;
    char user[32], password[32]; /* an account of the student's */
    char page_title[64], page_text[128];
    size_t page_bytes, image_bytes; /* sizes of generated files */
    char message[128];              /* a sentence to be sent or fetched */
    int octet;                      /* last octet offset for extra hosts */
    size_t objects;                 /* that a page of many has */
};

/* The same seed gives the same parameters, on every machine. */
void lab_parameters_fill(struct lab_parameters *parameters, uint64_t seed);

struct lab_run; /* opaque to labs; see lab_run.c */

struct lab_step {
    const char *title; /* "The handshake comes first" */
    const char *claim; /* what the student has been told, or NULL */
    /* A negative class ends the lab: it has failed, and writes no page. */
    int (*run)(struct lab_run *run, struct error *error);
};

struct lab {
    const char *name; /* "http-page": its folder and its command */
    const char *title;
    const char *about;            /* two or three sentences */
    const char *hosts[24];        /* of world_hosts; NULL ends */
    const struct lab_step *steps; /* ended by a NULL title */
    const char *to_see;           /* what to remember, a few sentences */
    /* Starts the servers; NULL: lab_start_web(run, NULL) is enough. */
    int (*prepare)(struct lab_run *run, struct error *error);
};

/* Every lab of the house, ended by NULL. */
#define LABS_MAX 16 /* more than the course has */
extern const struct lab *const labs_all[];
extern const struct lab lab_http_page, lab_http_versions, lab_http_status,
    lab_http_state, lab_https_trust, lab_smtp_relay, lab_pop3_imap,
    lab_mailbox_exists, lab_ftp_connections, lab_telnet_ssh;

/* ---- running a lab ------------------------------------------------------ */

struct lab_setup {
    const char *out;   /* --out: the folder that gets a folder for each lab */
    const char *trace; /* --trace of lab shell: what passed; or NULL */
    enum world_way way;
    struct lab_parameters parameters;
};

/* Runs one lab on a pocket internet of its own, prints its story on standard
 * output, and leaves OUT/NAME/trace.pcapng and OUT/NAME/index.html. */
int lab_run_one(const struct lab *lab, const struct lab_setup *setup,
                struct error *error);
/* Runs them all, each in turn, and adds OUT/index.html. A lab that fails does
 * not keep the next from running; the first error is returned. */
int lab_run_all(const struct lab_setup *setup, struct error *error);

/* ---- what a step may call ----------------------------------------------- */

/* Both borrowed, and there as long as the run is. */
struct world *lab_world(struct lab_run *run);
const struct lab_parameters *lab_parameters(struct lab_run *run);

/* A sentence of the story: to the terminal and into the page. */
void lab_say(struct lab_run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* "The notes say ... The wire says ... RFC": a correction, set apart. */
void lab_correct(struct lab_run *run, struct rfc rfc, const char *notes_say,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));
/* What can't be shown this way: "not to be seen here: ...", and why, which is
 * for want of `feature`. */
void lab_not_here(struct lab_run *run, const char *what,
                  enum world_feature feature);
/* A table, row by row: cells separated by '|', the first row is the head. */
void lab_table(struct lab_run *run, const char *const *rows, size_t count);
/* The same, a row at a time: begin, rows by printf, end; one table at a time,
 * and nothing else told before its end. A '|' that a peer's
 * bytes bring along must have been replaced by the caller. */
void lab_table_begin(struct lab_run *run);
void lab_table_row(struct lab_run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void lab_table_end(struct lab_run *run);
/* A plot in the page: its text is that of STORY_PLOT in labs/trace/views.h. The
 * terminal gets its title; the numbers belong into a table too. */
void lab_plot(struct lab_run *run, const char *text);
/* What a program printed, shown as it is; control bytes are escaped. */
void lab_output(struct lab_run *run, const char *text, size_t length);
/* The same for what a view of ours has written: it is escaped already. */
void lab_view(struct lab_run *run, const char *text);

/* The command line is printed as a student would type it in `lab shell`, then
 * run on the student's host with --trace and with --dns, so that the look-up of
 * the name is in the record too. The events it made are shown as a ladder after
 * it. What the command needs beside (--cacert), the lab says itself.
 *
 * argv ends with NULL. `result` may be NULL; else the caller frees it with
 * world_result_free, after success only. An exit status other than 0 is no
 * error, and is for the lab to judge (lab_check). */
int lab_client(struct lab_run *run, const char *const *argv,
               struct world_result *result, struct error *error);
/* The same, but no ladder: for commands that are only measured or counted. */
int lab_command(struct lab_run *run, const char *const *argv,
                struct world_result *result, struct error *error);
/* A command that was printed already, once more: to measure it again. */
int lab_repeat(struct lab_run *run, const char *const *argv,
               struct world_result *result, struct error *error);
/* The events since a moment as a ladder, once their connections are closed: for
 * what went on after a command had ended. */
int lab_ladder(struct lab_run *run, int64_t from_ns, struct error *error);
/* Runs two programs that do the same work, one after the other, and shows what
 * they said beside each other: trace compare. Both must exit 0. */
int lab_compare(struct lab_run *run, const char *const *a, const char *const *b,
                struct error *error);
/* Nanoseconds since 1970, on the clock of the trace: what happens after this
 * has a later time_ns. */
int64_t lab_now(void);
/* Makes the lab's site below world_files and starts http-server for it on the
 * host "web", port 80, with `more` arguments added (NULL ends; may be NULL). */
int lab_start_web(struct lab_run *run, const char *const *more,
                  struct error *error);
/* Starts http-server as a gateway (http/http_gateway.h) on the host "proxy" at
 * the real `port`, in front of `backend` ("http://192.0.2.80:8080"; NULL: the
 * web host's port 80), with `more` arguments added as above. Several may run,
 * at ports of their own. Ask it as http://proxy.example.test:PORT/. */
int lab_start_gateway(struct lab_run *run, uint16_t port, const char *backend,
                      const char *const *more, struct error *error);
/* A path below world_files, in a static ring: good until eight calls later. */
const char *lab_path(struct lab_run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The trace up to now, read; after success the caller frees it with
 * trace_file_free. ERROR_LOCAL. */
int lab_trace(struct lab_run *run, struct trace_file *file,
              struct error *error);
/* The same, once each connection that began since `from_ns` is closed at both
 * its ends, or after a bounded wait. */
int lab_trace_settled(struct lab_run *run, int64_t from_ns,
                      struct trace_file *file, struct error *error);
/* A file of the lab's own, for a site that it serves: it is there whole or not
 * at all, and replaces what was there. ERROR_LOCAL. */
int lab_file_write(const char *path, const void *data, size_t length,
                   struct error *error);
/* A claim that the step checks: if it does not hold, the lab fails with
 * ERROR_PROTOCOL and `what`; nothing that a lab prints is taken for granted. */
int lab_check(struct lab_run *run, bool holds, struct error *error,
              const char *what, ...) __attribute__((format(printf, 4, 5)));

#endif

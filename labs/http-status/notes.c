/* SPDX-License-Identifier: MIT */
/*
 * notes: what the course notes say of status codes, held against the documents
 * and the wire.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/http.h"
#include "labs/http-status/http_status.h"

/* ---- what HTTP/1.1 added ------------------------------------------------ */

/* RFC 1945 §9, and RFC 2616 §6.1.1; ended by 0. */
static const int of_1_0[] = {200, 201, 202, 204, 300, 301, 302, 304, 400,
                             401, 403, 404, 500, 501, 502, 503, 0};
static const int of_1_1[] = {
    100, 101, 200, 201, 202, 203, 204, 205, 206, 300, 301, 302, 303, 304,
    305, 307, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411,
    412, 413, 414, 415, 416, 417, 500, 501, 502, 503, 504, 505, 0};

static bool has(const int *codes, int code)
{
    while (*codes && *codes != code)
        codes++;
    return *codes != 0;
}

struct count {
    int codes, errors;
};

/* Counts the codes of a list, those in `without` left out (NULL: none). */
static struct count count_codes(const int *codes, const int *without,
                                char *names, size_t size)
{
    struct count count = {0, 0};
    size_t used = 0;

    names[0] = '\0';
    for (; *codes; codes++) {
        if (without && has(without, *codes))
            continue;
        count.codes++;
        count.errors += *codes >= 400;
        if (used < size)
            used += (size_t)snprintf(names + used, size - used, "%s%d",
                                     used > 0 ? " " : "", *codes);
    }
    return count;
}

int http_status_newcomers(struct lab_run *run, struct error *error)
{
    char names[3][256];
    struct count old = count_codes(of_1_0, NULL, names[0], sizeof(names[0]));
    struct count all = count_codes(of_1_1, NULL, names[1], sizeof(names[1]));
    struct count new = count_codes(of_1_1, of_1_0, names[2], sizeof(names[2]));

    lab_table_begin(run);
    lab_table_row(run, "document|codes|errors among them|which");
    lab_table_row(run, "HTTP/1.0, RFC 1945 §9|%d|%d|%s", old.codes, old.errors,
                  names[0]);
    lab_table_row(run, "HTTP/1.1, RFC 2616 §6.1.1|%d|%d|%s", all.codes,
                  all.errors, names[1]);
    lab_table_row(run, "new in 1.1|%d|%d|%s", new.codes, new.errors, names[2]);
    lab_table_end(run);
    if (lab_check(run, new.codes == 24 && new.errors == 16, error,
                  "24 codes are new, 16 of them errors") < 0)
        return -(int)error->class;
    lab_correct(run, RFC("2616", "6.1.1"), "24 of the new codes are errors.",
                "%d codes are new in all, %d of them errors; HTTP/1.1 has %d "
                "error codes, %d of which 1.0 had already.",
                new.codes, new.errors, all.errors, old.errors);
    return 0;
}

/* ---- where a redirect leads --------------------------------------------- */

/* The request after `first`: the one that followed the redirect. */
static const struct trace_event *second_request(const struct trace_file *trace,
                                                const struct trace_event *first)
{
    for (size_t i = 0; i < trace->event_count; i++) {
        const struct trace_event *event = &trace->events[i];

        if (event->id > first->id &&
            http_status_is_students(event, first->time_ns) &&
            isalpha((unsigned char)event->name[0]))
            return event;
    }
    return NULL;
}

static int redirect_tell(struct lab_run *run, int64_t from_ns, int code,
                         struct error *error)
{
    const char *expected = code == 307 || code == 308 ? "POST" : "GET";
    struct exchange exchange;
    const struct trace_event *second;

    if (http_status_exchange_read(run, from_ns, "POST", &exchange, error) < 0)
        return -(int)error->class;
    second = second_request(&exchange.trace, exchange.request);
    if (lab_check(run, second && strcmp(second->name, expected) == 0, error,
                  "after a %d the second request is a %s (it was %s)", code,
                  expected, second ? second->name : "not made") == 0)
        lab_table_row(run, "%d %s|%s, %llu bytes|%s, %llu bytes|%llu, %llu",
                      code, http_reason(code), exchange.request->name,
                      (unsigned long long)exchange.request->length,
                      second->name, (unsigned long long)second->length,
                      (unsigned long long)exchange.request->id,
                      (unsigned long long)second->id);
    trace_file_free(&exchange.trace);
    return -(int)error->class;
}

static int redirect_ask(struct lab_run *run, int code, struct error *error)
{
    char path[48];
    int64_t from_ns = lab_now();
    struct world_result result;

    snprintf(path, sizeof(path), "/redirect/%d?/headers", code);
    const char *argv[] = {"http-client",
                          "-L",
                          "-d",
                          "answer=42",
                          world_url(lab_world(run), "http", WEB, 80, path),
                          NULL};
    if (lab_repeat(run, argv, &result, error) < 0)
        return -(int)error->class;
    lab_check(run, result.status == 0, error,
              "the client followed the %d (it exited %d: %.200s)", code,
              result.status, result.err);
    world_result_free(&result);
    return error->class ? -(int)error->class
                        : redirect_tell(run, from_ns, code, error);
}

int http_status_redirects(struct lab_run *run, struct error *error)
{
    static const int codes[] = {301, 302, 303, 307, 308};
    size_t i;

    lab_say(run, "The student posts a form, and is sent elsewhere: http-client "
                 "-L -d answer=42, five times, each time with another code.");
    lab_table_begin(run);
    lab_table_row(run, "answer|first request|second request|events");
    for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (redirect_ask(run, codes[i], error) < 0)
            return -(int)error->class;
    lab_table_end(run);
    lab_correct(run, RFC("9110", "15.4"),
                "302 and 307 mean one thing, 303 another.",
                "The wire shows it: 303 makes the second request a GET, 307 "
                "and 308 keep method and body, 301 and 302 turn a POST into a "
                "GET by custom.");
    return 0;
}

/* ---- the rest ----------------------------------------------------------- */

/* Those that the notes put wrong; the ones with causes have steps of their
 * own. */
static void corrections_tell(struct lab_run *run)
{
    const struct term *term;

    lab_table_begin(run);
    lab_table_row(run, "code|reason phrase|the notes, and what is so");
    for (size_t i = 0; (term = term_at(http_terms, i)) != NULL; i++)
        if (term->correction && !term->causes &&
            (term->kind == TERM_STATUS || term->kind == TERM_SUBSTATUS))
            lab_table_row(run, "%s|%s|%s", term->name, term->title,
                          term->correction);
    lab_table_end(run);
}

/* Status lines of this run, and whether each has three digits and a blank. */
static bool lines_are_three_digits(const struct trace_file *trace,
                                   size_t *lines)
{
    *lines = 0;
    for (size_t i = 0; i < trace->event_count; i++) {
        const struct trace_event *event = &trace->events[i];
        const char *line = event->data.data;

        if (!lab_is_message(event, "http") || event->data.length < 13 ||
            memcmp(line, "HTTP/1.1 ", 9) != 0)
            continue;
        ++*lines;
        if (!isdigit((unsigned char)line[9]) ||
            !isdigit((unsigned char)line[10]) ||
            !isdigit((unsigned char)line[11]) || line[12] != ' ')
            return false;
    }
    return true;
}

int http_status_corrections(struct lab_run *run, struct error *error)
{
    struct trace_file trace;
    size_t lines = 0;
    bool three;

    corrections_tell(run);
    if (lab_trace(run, &trace, error) < 0)
        return -(int)error->class;
    three = lines_are_three_digits(&trace, &lines);
    trace_file_free(&trace);
    if (lab_check(run, three && lines > 90, error,
                  "all %zu status lines have three digits", lines) < 0)
        return -(int)error->class;
    lab_correct(run, RFC("9112", "4"),
                "a server answers 404.1, 500-11 and the like.",
                "These are substatus codes of one vendor's log, never sent. A "
                "status line has three digits and then a blank: all %zu of "
                "this run have. `explain http 404.1` tells what the log means.",
                lines);
    return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * catalogue: the classes, and then every code, asked for and answered.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/http.h"
#include "labs/http-status/http_status.h"

#define CODES_MAX 40 /* of one group: a word each on one command line */

/* ---- one digit ---------------------------------------------------------- */

/* Runs http-client -f for a code that nobody has defined. */
static int unknown_ask(struct lab_run *run, const char *path, int expected,
                       struct error *error)
{
    const char *argv[] = {"http-client", "-f",
                          world_url(lab_world(run), "http", WEB, 80, path),
                          NULL};
    struct world_result result;

    if (lab_command(run, argv, &result, error) < 0)
        return -(int)error->class;
    lab_check(run, result.status == expected, error,
              "the client exits %d after %s (it exited %d)", expected, path,
              result.status);
    world_result_free(&result);
    return -(int)error->class;
}

static void classes_tell(struct lab_run *run)
{
    static const char *const rows[] = {
        "class|what it says|who is to act",
        "1xx|heard you; the answer is still to come|nobody: wait on",
        "2xx|done|nobody",
        "3xx|not here, or not needed|the client: go there, or use its copy",
        "4xx|the request can't be answered as it is|the client: mend it",
        "5xx|the server failed; the request may be right|its keeper"};

    lab_table(run, rows, sizeof(rows) / sizeof(rows[0]));
}

int http_status_classes(struct lab_run *run, struct error *error)
{
    const char *argv[] = {
        "http-client", "-i",
        world_url(lab_world(run), "http", WEB, 80, "/status/404"), NULL};
    struct world_result result;

    if (lab_client(run, argv, &result, error) < 0)
        return -(int)error->class;
    lab_output(run, result.out, result.out_length);
    world_result_free(&result);
    lab_say(run, "A status line is the version, three digits, and a reason "
                 "phrase that no program reads (RFC 9112 §4). The first digit "
                 "is the class (RFC 9110 §15):");
    classes_tell(run);
    lab_say(run, "So a client can act on codes that it has never heard of: "
                 "it treats them as the x00 of their class. Nobody has "
                 "defined 299 or 477; with -f the client fails for the second "
                 "only:");
    if (unknown_ask(run, "/status/299", 0, error) < 0)
        return -(int)error->class;
    return unknown_ask(run, "/status/477", 1, error);
}

/* ---- groups of codes ---------------------------------------------------- */

static const struct group {
    const char *title;
    char digit;      /* '\0': any */
    bool registered; /* false: of the wild */
} groups[] = {
    {"1xx, interim: it comes before the answer", '1', true},
    {"2xx, done", '2', true},
    {"3xx, elsewhere", '3', true},
    {"4xx, the request is at fault", '4', true},
    {"5xx, the server is at fault", '5', true},
    {"Seen in the wild: nobody registered them", '\0', false},
};

static bool is_in(const struct term *term, const struct group *group)
{
    return term->kind == TERM_STATUS &&
           (term->used_by == NULL) == group->registered &&
           (group->digit == '\0' || term->name[0] == group->digit);
}

/* The entries of a group, in the catalogue's order. */
static size_t group_collect(const struct group *group,
                            const struct term *terms[CODES_MAX])
{
    const struct term *term;
    size_t count = 0;

    for (size_t i = 0; (term = term_at(http_terms, i)) && count < CODES_MAX;
         i++)
        if (is_in(term, group))
            terms[count++] = term;
    return count;
}

/* Two users of one number are two entries, one after the other, but one code
 * to ask for. */
static bool is_second_user(const struct term *const *terms, size_t i)
{
    return i > 0 && strcmp(terms[i]->name, terms[i - 1]->name) == 0;
}

/* ---- asking for a group ------------------------------------------------- */

static int group_ask(struct lab_run *run, const struct term *const *terms,
                     size_t count, struct error *error)
{
    char urls[CODES_MAX][96], path[32];
    const char *argv[CODES_MAX + 2] = {"http-client"};
    struct world_result result;
    size_t asked = 0;

    for (size_t i = 0; i < count; i++) {
        if (is_second_user(terms, i))
            continue;
        snprintf(path, sizeof(path), "/status/%s", terms[i]->name);
        snprintf(urls[asked], sizeof(urls[0]), "%s",
                 world_url(lab_world(run), "http", WEB, 80, path));
        argv[asked + 1] = urls[asked];
        asked++;
    }
    lab_say(run,
            "http-client %s and so on to /status/%s: %zu requests in one "
            "command.",
            urls[0], terms[count - 1]->name, asked);
    if (lab_repeat(run, argv, &result, error) < 0)
        return -(int)error->class;
    lab_check(run, result.status == 0, error,
              "the client got all its answers (it exited %d: %.200s)",
              result.status, result.err);
    world_result_free(&result);
    return -(int)error->class;
}

/* The request for /status/CODE. */
static const struct trace_event *request_find(const struct trace_file *trace,
                                              int64_t from_ns, const char *code)
{
    char line[40];

    snprintf(line, sizeof(line), "GET /status/%s ", code);
    for (size_t i = 0; i < trace->event_count; i++) {
        const struct trace_event *event = &trace->events[i];

        if (http_status_is_students(event, from_ns) &&
            event->data.length > strlen(line) &&
            memcmp(event->data.data, line, strlen(line)) == 0)
            return event;
    }
    return NULL;
}

/* ---- what came ---------------------------------------------------------- */

static int code_tell(struct lab_run *run, const struct trace_file *trace,
                     int64_t from_ns, const struct term *term,
                     struct error *error)
{
    /* Not asked to, no server may change protocols: RFC 9110 §7.8. */
    const char *expected = strcmp(term->name, "101") == 0 ? "426" : term->name;
    const struct trace_event *request =
        request_find(trace, from_ns, term->name);
    const struct trace_event *answer =
        request ? lab_answer_to(trace, request) : NULL;

    if (lab_check(run, answer && strcmp(answer->name, expected) == 0, error,
                  "/status/%s is answered with %s (it was %s)", term->name,
                  expected, answer ? answer->name : "not answered") < 0)
        return -(int)error->class;
    lab_table_row(run, "%s|%s%s%s%s|%s|%llu|%llu", term->name, term->title,
                  term->used_by ? " (" : "", term->used_by ? term->used_by : "",
                  term->used_by ? ")" : "", term->sentence,
                  (unsigned long long)answer->length,
                  (unsigned long long)answer->id);
    return 0;
}

static size_t connections_count(const struct trace_file *trace, int64_t from_ns)
{
    size_t count = 0;

    for (size_t i = 0; i < trace->event_count; i++) {
        const struct trace_event *event = &trace->events[i];

        count += event->time_ns >= from_ns && event->layer == TRACE_LAYER_TCP &&
                 strcmp(event->name, "connect") == 0 &&
                 strcmp(event->host, "student") == 0;
    }
    return count;
}

static int group_tell(struct lab_run *run, int64_t from_ns,
                      const struct term *const *terms, size_t count,
                      struct error *error)
{
    struct trace_file trace;
    size_t connections;
    int result = 0;

    if (lab_trace(run, &trace, error) < 0)
        return -(int)error->class;
    lab_table_begin(run);
    lab_table_row(run, "code|reason phrase|what it means|bytes|event");
    for (size_t i = 0; i < count && result == 0; i++)
        result = code_tell(run, &trace, from_ns, terms[i], error);
    lab_table_end(run);
    connections = connections_count(&trace, from_ns);
    trace_file_free(&trace);
    if (result == 0 && connections == 2)
        lab_say(run, "Two connections: after the 408 the server closed the "
                     "first, as it had said (RFC 9110 §15.5.9).");
    return result;
}

/* 101 comes to a client that asks for another protocol. Ours speaks HTTP only,
 * so it stops there: what follows is no HTTP. */
static int switching_tell(struct lab_run *run, struct error *error)
{
    const char *argv[] = {
        "http-client",
        "-H",
        "Upgrade: echo",
        "-H",
        "Connection: upgrade",
        world_url(lab_world(run), "http", WEB, 80, "/status/101"),
        NULL};
    int64_t from_ns = lab_now();
    struct world_result result;
    struct exchange exchange;

    lab_say(run, "100, 102 and 103 were followed by a 200, the answer. To "
                 "/status/101 the server said 426: it may change protocols "
                 "only for a client that asks it to (RFC 9110 §7.8). One that "
                 "asks:");
    if (lab_command(run, argv, &result, error) < 0)
        return -(int)error->class;
    world_result_free(&result);
    if (http_status_exchange_read(run, from_ns, "GET", &exchange, error) < 0)
        return -(int)error->class;
    if (lab_check(run, strcmp(exchange.answer->name, "101") == 0, error,
                  "a client that asks to change protocols gets 101") == 0)
        lab_say(run,
                "It got 101 (event %llu). From there on the connection speaks "
                "another protocol; our client, which speaks HTTP only, hung "
                "up.",
                (unsigned long long)exchange.answer->id);
    trace_file_free(&exchange.trace);
    return -(int)error->class;
}

int http_status_catalogue(struct lab_run *run, struct error *error)
{
    const struct term *terms[CODES_MAX];

    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
        size_t count = group_collect(&groups[i], terms);
        int64_t from_ns = lab_now();

        lab_say(run, "%s.", groups[i].title);
        if (group_ask(run, terms, count, error) < 0 ||
            group_tell(run, from_ns, terms, count, error) < 0)
            return -(int)error->class;
        if (groups[i].digit == '1' && switching_tell(run, error) < 0)
            return -(int)error->class;
    }
    lab_say(run, "`explain http CODE` says what a client should do next, and "
                 "whether a cache may keep the answer.");
    return 0;
}

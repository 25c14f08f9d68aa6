/* SPDX-License-Identifier: MIT */
/*
 * faults: 502, 503, 504 and 505, each made by what makes it in real life.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "http/http.h"
#include "labs/http-status/http_status.h"

#define TRIES_MAX 8 /* after a 503 */

/* Two round trips: the last connection is closed at both its ends, so that the
 * ladder of the next step has none of it. */
#define SETTLE_NS 40000000

/* What explain says of the code, and of the notes about it. */
static void causes_tell(struct lab_run *run, const char *code)
{
    const struct term *term = term_find(http_terms, code);

    lab_say(run, "Usual causes of %s: %s", code, term->causes);
    lab_say(run, "Cures: %s", term->cures);
    lab_say(run, "What the client does: %s", term->next);
    lab_say(run, "About the notes: %s", term->correction);
}

/* Runs the client, shows its output, and checks the answer's code. */
static int fault_ask(struct lab_run *run, const char *const *argv,
                     const char *code, struct exchange *exchange,
                     struct error *error)
{
    int64_t from_ns = lab_now();
    struct world_result result;

    if (lab_client(run, argv, &result, error) < 0)
        return -(int)error->class;
    lab_output(run, result.out, result.out_length);
    world_result_free(&result);
    if (http_status_exchange_read(run, from_ns, "GET", exchange, error) < 0)
        return -(int)error->class;
    if (lab_check(run, strcmp(exchange->answer->name, code) == 0, error,
                  "the answer is %s (it was %s)", code,
                  exchange->answer->name) < 0) {
        trace_file_free(&exchange->trace);
        return -(int)error->class;
    }
    return 0;
}

/* The gateway's own words on why, from its record. */
static const char *gateways_reason(const struct exchange *exchange)
{
    const struct trace_event *note =
        lab_event_find(&exchange->trace, exchange->request->time_ns,
                       TRACE_LAYER_APP, "gateway", "proxy");

    return note && note->note ? note->note : "not recorded";
}

static double waited_ms(const struct exchange *exchange)
{
    return lab_milliseconds(exchange->request->time_ns,
                            exchange->answer->time_ns);
}

/* ---- 502 ---------------------------------------------------------------- */

static int good_ask(struct lab_run *run, struct error *error)
{
    const char *argv[] = {
        "http-client", "-I",
        world_url(lab_world(run), "http", PROXY, GATEWAY_GOOD, "/"), NULL};
    struct world_result result;

    if (lab_client(run, argv, &result, error) < 0)
        return -(int)error->class;
    lab_output(run, result.out, result.out_length);
    lab_check(run, result.status == 0 && strstr(result.out, "\r\nVia: "), error,
              "the gateway passes the page on, and says so in Via");
    world_result_free(&result);
    return -(int)error->class;
}

int http_status_dead(struct lab_run *run, struct error *error)
{
    const char *argv[] = {
        "http-client", "-i",
        world_url(lab_world(run), "http", PROXY, GATEWAY_DEAD, "/"), NULL};
    struct exchange exchange;

    lab_say(run, "A gateway has no pages: it asks a server behind it and "
                 "passes the answer on. Via tells that it was there "
                 "(RFC 9110 §7.6.3).");
    if (good_ask(run, error) < 0)
        return -(int)error->class;
    lab_say(run, "Another gateway stands in front of a port where no server "
                 "runs any more:");
    if (fault_ask(run, argv, "502", &exchange, error) < 0)
        return -(int)error->class;
    lab_say(run,
            "The gateway could not reach its backend and said so %.1f ms "
            "after the request. Its reason: %s.",
            waited_ms(&exchange), gateways_reason(&exchange));
    trace_file_free(&exchange.trace);
    causes_tell(run, "502");
    return 0;
}

/* ---- 503 ---------------------------------------------------------------- */

/* Seconds of the answer's Retry-After; -1: it has none. */
static int retry_after(const struct trace_event *answer)
{
    static struct http_head head;
    struct error error = {0};
    uint64_t seconds;
    size_t used;

    http_head_start(&head, HTTP_RESPONSE);
    if (http_head_read(&head, answer->data, &used, &error) != PARSE_DONE ||
        !text_to_u64(http_head_field(&head, "Retry-After"), 60, &seconds))
        return -1;
    return (int)seconds;
}

/* The first client wants what takes long, and loses patience. The gateway does
 * not learn of it: it waits on for its backend, and has no place free. */
static int occupy(struct lab_run *run, struct error *error)
{
    const char *argv[] = {
        "http-client", "--max-time", "1",
        world_url(lab_world(run), "http", PROXY, GATEWAY_FULL, "/slow?4000"),
        NULL};
    struct world_result result;

    if (lab_command(run, argv, &result, error) < 0)
        return -(int)error->class;
    lab_check(run, result.status == ERROR_TIMEOUT, error,
              "the first client gave up (it exited %d)", result.status);
    world_result_free(&result);
    return -(int)error->class;
}

/* Asks again after what Retry-After said, until there is a page. */
static int ask_again(struct lab_run *run, const char *const *argv, int seconds,
                     struct error *error)
{
    const struct timespec wait = {.tv_sec = seconds};
    const struct timespec settle = {.tv_nsec = SETTLE_NS};
    struct world_result result;
    int status = 1, tries = 0;

    while (status != 0 && tries < TRIES_MAX) {
        nanosleep(&wait, NULL);
        if (lab_repeat(run, argv, &result, error) < 0)
            return -(int)error->class;
        status = result.status;
        world_result_free(&result);
        tries++;
    }
    nanosleep(&settle, NULL);
    if (lab_check(run, status == 0, error,
                  "after the overload the page comes (%d tries)", tries) < 0)
        return -(int)error->class;
    lab_say(run,
            "The client waited %d s, as Retry-After said, and asked again; at "
            "try %d the page came, because the first request was over.",
            seconds, tries);
    return 0;
}

int http_status_full(struct lab_run *run, struct error *error)
{
    const char *url =
        world_url(lab_world(run), "http", PROXY, GATEWAY_FULL, "/");
    const char *argv[] = {"http-client", "-i", url, NULL};
    const char *again[] = {"http-client", "-f", url, NULL};
    struct exchange exchange;
    int seconds;

    lab_say(run, "This gateway takes one request at a time. A first client "
                 "wants a page that takes 4 s, and gives up after 1 s:");
    if (occupy(run, error) < 0)
        return -(int)error->class;
    lab_say(run, "The client is gone, its request is not: the gateway still "
                 "waits for the answer. A second client comes:");
    if (fault_ask(run, argv, "503", &exchange, error) < 0)
        return -(int)error->class;
    seconds = retry_after(exchange.answer);
    lab_say(run, "The gateway's reason: %s.", gateways_reason(&exchange));
    trace_file_free(&exchange.trace);
    if (lab_check(run, seconds >= 0, error, "the 503 has a Retry-After") < 0 ||
        ask_again(run, again, seconds, error) < 0)
        return -(int)error->class;
    causes_tell(run, "503");
    return 0;
}

/* ---- 504 ---------------------------------------------------------------- */

int http_status_slow(struct lab_run *run, struct error *error)
{
    const char *argv[] = {
        "http-client", "-i",
        world_url(lab_world(run), "http", PROXY, GATEWAY_SLOW, "/slow?1000"),
        NULL};
    struct exchange exchange;

    lab_say(run, "This gateway waits for its backend for 0.3 s; the page that "
                 "is asked for takes 1 s:");
    if (fault_ask(run, argv, "504", &exchange, error) < 0)
        return -(int)error->class;
    lab_say(run,
            "The answer came %.0f ms after the request: the gateway's patience "
            "and the round trips. Its reason: %s.",
            waited_ms(&exchange), gateways_reason(&exchange));
    trace_file_free(&exchange.trace);
    causes_tell(run, "504");
    return 0;
}

/* ---- 505 ---------------------------------------------------------------- */

/* A request line as no client would say it, to the good gateway. */
static int line_ask(struct lab_run *run, const char *line, const char *code,
                    struct error *error)
{
    const char *argv[] = {
        "http-client",
        "-i",
        "--request-line",
        line,
        world_url(lab_world(run), "http", PROXY, GATEWAY_GOOD, "/"),
        NULL};
    struct exchange exchange;

    if (fault_ask(run, argv, code, &exchange, error) < 0)
        return -(int)error->class;
    trace_file_free(&exchange.trace);
    return 0;
}

int http_status_version(struct lab_run *run, struct error *error)
{
    lab_say(run, "HTTP/2 exists, but never in a request line: whoever speaks "
                 "it agrees on it in the TLS handshake. So a line that says "
                 "so names a version that the server does not speak:");
    if (line_ask(run, "GET / HTTP/2.0", "505", error) < 0)
        return -(int)error->class;
    causes_tell(run, "505");
    lab_say(run, "And a line with one blank too many:");
    if (line_ask(run, "GET  / HTTP/1.1", "400", error) < 0)
        return -(int)error->class;
    lab_correct(run, RFC("9112", "3"),
                "an extra space in the request line is answered with 505.",
                "The line is malformed, and the answer is 400: the version in "
                "it was fine.");
    return 0;
}

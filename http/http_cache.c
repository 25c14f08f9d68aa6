/* SPDX-License-Identifier: MIT */
/* http_cache: the arithmetic of RFC 9111, without any I/O. */
#include "http/http_cache.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "http/http_hops.h"

/* ---- Cache-Control ------------------------------------------------------ */

void http_cache_control_clear(struct http_cache_control *control)
{
    *control = (struct http_cache_control){
        .max_age = -1, .max_stale = -1, .min_fresh = -1};
}

/* delta-seconds of RFC 9111 §1.2.2; more than we count to is 2^31 - 1. */
static int64_t read_seconds(struct span text)
{
    uint64_t seconds;

    if (text.length >= 2 && text.data[0] == '"')
        text = (struct span){text.data + 1, text.length - 2};
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] < '0' || text.data[i] > '9')
            return 0;
    if (text.length == 0)
        return 0;
    return text_to_u64(text, INT32_MAX, &seconds) ? (int64_t)seconds
                                                  : INT32_MAX;
}

/* The first of two that contradict each other counts (RFC 9111 §4.2.1). */
static void set_once(int64_t *seconds, struct span argument)
{
    if (*seconds == -1)
        *seconds = read_seconds(argument);
}

static void read_directive(struct http_cache_control *control, struct span name,
                           struct span argument)
{
    if (span_equal_nocase(name, SPAN("no-store")))
        control->no_store = true;
    else if (span_equal_nocase(name, SPAN("no-cache")))
        /* With fields named, only these must not be used unasked; treating
         * all of it so is allowed, and simpler (RFC 9111 §5.2.2.4). */
        control->no_cache = true;
    else if (span_equal_nocase(name, SPAN("must-revalidate")))
        control->must_revalidate = true;
    else if (span_equal_nocase(name, SPAN("only-if-cached")))
        control->only_if_cached = true;
    else if (span_equal_nocase(name, SPAN("public")))
        control->is_public = true;
    else if (span_equal_nocase(name, SPAN("s-maxage")))
        control->s_maxage = true;
    else if (span_equal_nocase(name, SPAN("max-age")))
        set_once(&control->max_age, argument);
    else if (span_equal_nocase(name, SPAN("min-fresh")))
        set_once(&control->min_fresh, argument);
    else if (span_equal_nocase(name, SPAN("max-stale")))
        /* Without a number: however stale (RFC 9111 §5.2.1.2). */
        set_once(&control->max_stale,
                 argument.data ? argument : SPAN("2147483647"));
}

/* Where a directive ends: at a comma that stands in no quotes. */
static size_t directive_length(struct span list)
{
    bool quoted = false;
    size_t i;

    for (i = 0; i < list.length && (quoted || list.data[i] != ','); i++)
        if (list.data[i] == '"')
            quoted = !quoted;
    return i;
}

void http_cache_control_read(struct http_cache_control *control,
                             struct span value)
{
    while (value.length > 0) {
        size_t length = directive_length(value);
        struct span name = span_trim((struct span){value.data, length});
        struct span argument = {NULL, 0};
        const char *equals =
            name.length ? memchr(name.data, '=', name.length) : NULL;

        if (equals) {
            argument = span_trim((struct span){
                equals + 1, (size_t)(name.data + name.length - equals - 1)});
            name = span_trim(
                (struct span){name.data, (size_t)(equals - name.data)});
        }
        read_directive(control, name, argument);
        length += length < value.length;
        value = (struct span){value.data + length, value.length - length};
    }
}

void http_cache_control_of(struct http_cache_control *control,
                           const struct http_head *head)
{
    http_cache_control_clear(control);
    for (size_t i = 0; i < head->field_count; i++)
        if (span_equal_nocase(head->fields[i].name, SPAN("Cache-Control")))
            http_cache_control_read(control, head->fields[i].value);
}

/* ---- age and lifetime --------------------------------------------------- */

static int64_t at_least_0(int64_t seconds)
{
    return seconds > 0 ? seconds : 0;
}

/* An answer without a Date is taken as made when it came (RFC 9110 §6.6.1). */
static time_t date_of(const struct http_head *head,
                      struct http_cache_times times)
{
    time_t date;

    return http_date_read_at(http_head_field(head, "Date"), times.response,
                             &date)
               ? date
               : times.response;
}

/* RFC 9111 §4.2.3, its names shortened. */
static void calculate_age(const struct http_head *head,
                          struct http_cache_times times, time_t now,
                          struct http_cache_sum *sum)
{
    sum->apparent = at_least_0(times.response - date_of(head, times));
    sum->told = read_seconds(http_head_field(head, "Age"));
    sum->delay = at_least_0(times.response - times.request);
    sum->initial = sum->apparent > sum->told + sum->delay
                       ? sum->apparent
                       : sum->told + sum->delay;
    sum->resident = at_least_0(now - times.response);
    sum->age = sum->initial + sum->resident;
}

/* The status codes that may be stored unasked (RFC 9110 §15.1), but for 206
 * and the redirects, which this cache has no use for. */
static bool is_heuristic_status(int status)
{
    static const int statuses[] = {200, 203, 204, 404, 405, 410, 414, 501};

    for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++)
        if (status == statuses[i])
            return true;
    return false;
}

/* RFC 9111 §4.2.2: what has not changed for ten days is unlikely to change
 * within one. */
static void guess_lifetime(const struct http_head *head, time_t date,
                           struct http_cache_sum *sum)
{
    time_t modified;

    sum->heuristic = true;
    if (is_heuristic_status(head->status) &&
        http_date_read_at(http_head_field(head, "Last-Modified"), date,
                          &modified)) {
        sum->lifetime = at_least_0(date - modified) / 10;
        sum->basis = "a tenth of Date - Last-Modified, nobody said more";
    }
}

/* NOTE(http-freshness): the order of RFC 9111 §4.2.1. s-maxage comes first
 * there, but is for shared caches only; this one is private. */
void http_cache_calculate(const struct http_head *head,
                          struct http_cache_times times, time_t now,
                          struct http_cache_sum *sum)
{
    struct span expires = http_head_field(head, "Expires");
    struct http_cache_control control;
    time_t date = date_of(head, times), until;

    *sum = (struct http_cache_sum){.basis = "nothing says how long"};
    calculate_age(head, times, now, sum);
    http_cache_control_of(&control, head);
    if (control.max_age >= 0) {
        sum->lifetime = control.max_age;
        sum->basis = "max-age";
    } else if (expires.data) {
        /* "0", or any other date that is none, is long past (§5.3). */
        bool read = http_date_read_at(expires, date, &until);
        sum->lifetime = read ? at_least_0(until - date) : 0;
        sum->basis = read ? "Expires - Date" : "an Expires that is no date";
    } else
        guess_lifetime(head, date, sum);
}

/* ---- may it be used, may it be kept? ------------------------------------ */

/* What a request's own directives leave of the lifetime (RFC 9111 §5.2.1):
 * seconds that it is still fresh for this client; negative: stale so long. */
static int64_t seconds_left(const struct http_cache_control *request,
                            const struct http_cache_sum *sum, bool lenient)
{
    int64_t left = sum->lifetime - sum->age;

    if (request->max_age >= 0 && request->max_age - sum->age < left)
        left = request->max_age - sum->age;
    if (request->min_fresh > 0)
        left -= request->min_fresh;
    if (lenient && request->max_stale > 0)
        left += request->max_stale;
    return left;
}

bool http_cache_is_fresh(const struct http_head *head,
                         const struct http_cache_control *request,
                         const struct http_cache_sum *sum, char *why,
                         size_t size)
{
    struct http_cache_control response;
    const char *verdict;
    int64_t left;
    bool fresh;

    http_cache_control_of(&response, head);
    left = seconds_left(request, sum, !response.must_revalidate);
    fresh = left > 0 && !response.no_cache && !request->no_cache;
    if (response.no_cache)
        verdict = "never to be used unasked: the answer says no-cache";
    else if (request->no_cache)
        verdict = "not to be used unasked: the request says no-cache";
    else if (fresh)
        verdict = sum->lifetime > sum->age
                      ? "fresh"
                      : "stale, but the request's max-stale bears that";
    else
        verdict = sum->lifetime > sum->age
                      ? "fresh, but not as fresh as the request asks for"
                      : "stale";
    snprintf(why, size,
             "%s: age %" PRId64 " s (initial %" PRId64 " = the greater of "
             "apparent %" PRId64 " and Age %" PRId64 " + delay %" PRId64
             ", resident %" PRId64 "), lifetime %" PRId64 " s (%s%s)",
             verdict, sum->age, sum->initial, sum->apparent, sum->told,
             sum->delay, sum->resident, sum->lifetime, sum->basis,
             response.s_maxage ? "; s-maxage is for shared caches" : "");
    return fresh;
}

/* Vary on what is secret, or on everything, makes an answer that we could
 * never use again. */
static bool varies_too_much(const struct http_head *head)
{
    return http_head_has(head, "Vary", "*") ||
           http_head_has(head, "Vary", "Cookie") ||
           http_head_has(head, "Vary", "Authorization");
}

bool http_cache_may_store(const struct http_head *head,
                          const struct http_cache_control *request,
                          const char **why)
{
    struct http_cache_control response;

    http_cache_control_of(&response, head);
    *why = NULL;
    if (response.no_store || request->no_store)
        *why = response.no_store ? "the answer says no-store"
                                 : "the request says no-store";
    else if (head->status == 206 || head->status == 304 ||
             (head->status >= 300 && head->status < 400))
        *why = "parts and redirects are not kept here";
    else if (!is_heuristic_status(head->status) && response.max_age < 0 &&
             !response.is_public && http_head_count(head, "Expires") == 0)
        *why = "of this status only what says so may be stored";
    else if (varies_too_much(head))
        *why = "Vary names what no later request can be compared by";
    return *why == NULL;
}

/* ---- the header as it is stored ----------------------------------------- */

/* A 304 knows how the content was coded and typed then, not how it is stored:
 * these stay as they are (RFC 9111 §3.2). */
static bool may_update(struct span name)
{
    return !span_equal_nocase(name, SPAN("Content-Encoding")) &&
           !span_equal_nocase(name, SPAN("Content-Type")) &&
           !span_equal_nocase(name, SPAN("Content-Range"));
}

static bool is_updated(const struct http_head *update, struct span name)
{
    for (size_t i = 0; update && i < update->field_count; i++)
        if (span_equal_nocase(update->fields[i].name, name) &&
            may_update(name) && !http_hop_keeps(update, name))
            return true;
    return false;
}

/* Adds one line if it fits; *length is 0 after one that did not. */
static void add_line(char *text, size_t size, size_t *length, struct span name,
                     struct span value)
{
    int added;

    if (*length == 0)
        return;
    added =
        snprintf(text + *length, size - *length, "%.*s: %.*s\r\n",
                 (int)name.length, name.data, (int)value.length, value.data);
    *length = added < 0 || (size_t)added + 2 >= size - *length
                  ? 0
                  : *length + (size_t)added;
}

size_t http_cache_head_write(char *text, size_t size,
                             const struct http_head *head,
                             const struct http_head *update)
{
    int begun = snprintf(text, size, "HTTP/1.1 %d %.*s\r\n", head->status,
                         (int)head->reason.length, head->reason.data);
    size_t length = begun > 0 && (size_t)begun < size ? (size_t)begun : 0;

    for (size_t i = 0; i < head->field_count; i++)
        if (!http_hop_keeps(head, head->fields[i].name) &&
            !is_updated(update, head->fields[i].name))
            add_line(text, size, &length, head->fields[i].name,
                     head->fields[i].value);
    for (size_t i = 0; update && i < update->field_count; i++)
        if (is_updated(update, update->fields[i].name))
            add_line(text, size, &length, update->fields[i].name,
                     update->fields[i].value);
    if (length > 0) {
        memcpy(text + length, "\r\n", 2);
        length += 2;
    }
    return length;
}

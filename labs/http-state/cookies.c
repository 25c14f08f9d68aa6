/* SPDX-License-Identifier: MIT */
/* cookies: a visitor without a name, with one, and with somebody else's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/http-state/http_state.h"
#include "labs/lab_wiretap.h"

#define STRANGER "I have not seen you before. This is visit 1 of session "
#define KNOWN "I know you. This is visit "

static const char *session_url(struct lab_run *run)
{
    return world_url(lab_world(run), "http", WEB, 80, SESSION);
}

/* The first note of that name on a host, at a moment or after it; "" if there
 * is none. Borrowed from the trace. */
static const char *note_find(const struct trace_file *trace, int64_t from_ns,
                             const char *host, const char *name)
{
    for (size_t i = 0; i < trace->event_count; i++) {
        const struct trace_event *event = &trace->events[i];

        if (event->time_ns >= from_ns && event->dir == TRACE_DIR_NOTE &&
            strcmp(event->name, name) == 0 && strcmp(event->host, host) == 0)
            return event->note ? event->note : "";
    }
    return "";
}

/* ---- without ------------------------------------------------------------ */

/* NOTE(state-forgets): one client, one connection, and still two strangers. */
int state_forgets(struct lab_run *run, struct error *error)
{
    const char *argv[] = {"http-client", session_url(run), session_url(run),
                          NULL};
    char text[512];
    const char *second;

    if (state_client(run, argv, text, sizeof(text), error) < 0)
        return -(int)error->class;
    second = strchr(text, '\n') ? strchr(text, '\n') + 1 : "";
    if (lab_check(run,
                  strncmp(text, STRANGER, strlen(STRANGER)) == 0 &&
                      strncmp(second, STRANGER, strlen(STRANGER)) == 0 &&
                      strncmp(text, second, strlen(STRANGER) + 4) != 0,
                  error,
                  "the server took the two requests for two visitors") < 0)
        return -(int)error->class;
    lab_say(run,
            "The same request, the same client, even the same connection: for "
            "the server two visitors, and it made a session for each. Nothing "
            "in a request points to the one before it (RFC 9110 §3.3). With "
            "each answer came Set-Cookie; the client was not told to keep "
            "cookies, and forgot them.");
    return 0;
}

/* ---- with --------------------------------------------------------------- */

static int remembers_tell(struct lab_run *run, int64_t first_ns,
                          int64_t second_ns, struct error *error)
{
    struct trace_file trace;

    if (lab_trace(run, &trace, error) < 0)
        return -(int)error->class;
    lab_table_begin(run);
    lab_table_row(run, "request|the client|the server");
    lab_table_row(run, "1|%s|%s",
                  note_find(&trace, first_ns, "student", "cookie"),
                  note_find(&trace, first_ns, "web", "session"));
    lab_table_row(run, "2|%s|%s",
                  note_find(&trace, second_ns, "student", "cookie"),
                  note_find(&trace, second_ns, "web", "session"));
    lab_table_end(run);
    lab_check(run,
              note_find(&trace, second_ns, "student", "cookie")[0] &&
                  note_find(&trace, second_ns, "web", "session")[0],
              error, "both ends noted what they did with the cookie");
    trace_file_free(&trace);
    return -(int)error->class;
}

int state_remembers(struct lab_run *run, struct error *error)
{
    char jar[512], text[256];
    const char *first[] = {"http-client", "-c", jar, session_url(run), NULL};
    const char *second[] = {"http-client",    "-b", jar, "-c", jar,
                            session_url(run), NULL};
    int64_t first_ns = lab_now(), second_ns;

    snprintf(jar, sizeof(jar), "%s", lab_path(run, "cookies.txt"));
    if (state_client(run, first, text, sizeof(text), error) < 0 ||
        lab_check(run, strncmp(text, STRANGER, strlen(STRANGER)) == 0, error,
                  "the first visit was a stranger's") < 0)
        return -(int)error->class;
    second_ns = lab_now();
    if (state_client(run, second, text, sizeof(text), error) < 0 ||
        lab_check(run, strncmp(text, KNOWN "2 ", strlen(KNOWN "2 ")) == 0,
                  error, "the second visit was known as the second") < 0 ||
        remembers_tell(run, first_ns, second_ns, error) < 0)
        return -(int)error->class;
    lab_say(run,
            "What the server stored is a number under a random name; what the "
            "client sent is the name. The two commands are two programs, and "
            "two connections: all that ties them is the cookie in the file "
            "(RFC 6265 §5.4).");
    return 0;
}

/* ---- stolen ------------------------------------------------------------- */

static int stolen_copy(struct lab_run *run, char *cookie, size_t size,
                       struct error *error)
{
    struct trace_file trace;

    if (lab_trace(run, &trace, error) < 0)
        return -(int)error->class;
    lab_check(run, lab_wiretap_copy(&trace, "Cookie: ", cookie, size), error,
              "the cookie was to be read on the wire");
    trace_file_free(&trace);
    return -(int)error->class;
}

int state_stolen(struct lab_run *run, struct error *error)
{
    char cookie[256], text[256];
    const char *argv[] = {"http-client", "-b", cookie, session_url(run), NULL};

    lab_say(run, "Somebody on the wire has copied the Cookie field of the last "
                 "request, and now sends it himself.");
    if (stolen_copy(run, cookie, sizeof(cookie), error) < 0 ||
        state_client(run, argv, text, sizeof(text), error) < 0 ||
        lab_check(run, strncmp(text, KNOWN "3 ", strlen(KNOWN "3 ")) == 0,
                  error, "the server took the thief for the user") < 0)
        return -(int)error->class;
    lab_say(run,
            "The server counts a third visit of the same user. It can't know "
            "better: the cookie is all that it goes by (RFC 6265 §8.4), and "
            "over http everybody on the way can read it (RFC 6265 §8.3).");
    return 0;
}

/* ---- Secure ------------------------------------------------------------- */

static int secure_tell(struct lab_run *run, int64_t sealed_ns, int64_t clear_ns,
                       struct error *error)
{
    struct trace_file trace, sealed, clear;
    const char *note;

    if (lab_trace(run, &trace, error) < 0)
        return -(int)error->class;
    sealed = lab_wiretap_part(&trace, sealed_ns, clear_ns);
    clear = lab_wiretap_part(&trace, clear_ns, INT64_MAX);
    note = note_find(&trace, clear_ns, "student", "cookie");
    if (lab_check(run,
                  strstr(note, "Secure") != NULL &&
                      !lab_wiretap_reads(&clear, "\r\nCookie:") &&
                      !lab_wiretap_reads(&sealed, "ookie:"),
                  error,
                  "the Secure cookie was never to be read on the wire") == 0)
        lab_say(run,
                "The client's own words: \"%s\". Over https the cookie was "
                "there, but nobody on the wire could read it; over http it did "
                "not go out at all, and the server met a stranger (RFC 6265 "
                "§4.1.2.5).",
                note);
    trace_file_free(&trace);
    return -(int)error->class;
}

int state_secure(struct lab_run *run, struct error *error)
{
    char jar[512], text[256];
    const char *ca = world_ca_file(lab_world(run));
    const char *https = world_url(lab_world(run), "https", WEB, 443, SESSION);
    const char *first[] = {"http-client", "--cacert", ca,  "-c",
                           jar,           https,      NULL};
    const char *second[] = {"http-client", "-b", jar, session_url(run), NULL};
    const char *third[] = {"http-client", "--cacert", ca,  "-b",
                           jar,           https,      NULL};
    int64_t sealed_ns = lab_now(), clear_ns;

    snprintf(jar, sizeof(jar), "%s", lab_path(run, "secure.txt"));
    if (state_client(run, first, NULL, 0, error) < 0 ||
        state_client(run, third, text, sizeof(text), error) < 0 ||
        lab_check(run, strncmp(text, KNOWN "2 ", strlen(KNOWN "2 ")) == 0,
                  error, "over https the cookie went out") < 0)
        return -(int)error->class;
    clear_ns = lab_now();
    if (state_client(run, second, text, sizeof(text), error) < 0 ||
        lab_check(run, strncmp(text, STRANGER, strlen(STRANGER)) == 0, error,
                  "over http the cookie stayed") < 0)
        return -(int)error->class;
    return secure_tell(run, sealed_ns, clear_ns, error);
}

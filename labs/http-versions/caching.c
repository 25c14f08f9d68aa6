/* SPDX-License-Identifier: MIT */
/*
 * caching: a copy that is kept by the client, and its sum: how old it is, how
 * long it may be used, and what is done when that time is over.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "labs/http-versions/http_versions.h"

enum look { DATED, UNASKED, FIRST, FRESH, OTHER, STALE, LOOKS };

/* What the server allows: until a date in Expires, all that HTTP/1.0 knew, or
 * for some seconds in Cache-Control: max-age. A copy that may be used for none
 * is stale at once, and nobody has to wait for it. */
static const struct {
    const char *name, *path;
} looks[LOOKS] = {
    [DATED] = {"Expires in 60 s, first", "/expires?60"},
    [UNASKED] = {"Expires in 60 s, again", "/expires?60"},
    [FIRST] = {"max-age=60, first", "/fresh?60"},
    [FRESH] = {"max-age=60, again", "/fresh?60"},
    [OTHER] = {"max-age=0, first", "/fresh?0"},
    [STALE] = {"max-age=0, again", "/fresh?0"},
};

static int looks_take(struct lab_run *run, struct reply *reply,
                      struct error *error)
{
    char folder[512];
    int look;

    snprintf(folder, sizeof(folder), "%s", lab_path(run, "cache"));
    for (look = DATED; look < LOOKS; look++)
        if (ASK(run, look == STALE, &reply[look], error, "--cache", folder,
                site_url(run, WWW, looks[look].path)) < 0)
            return -(int)error->class;
    return 0;
}

static void looks_tell(struct lab_run *run, const struct reply *reply)
{
    int look;

    lab_table_begin(run);
    lab_table_row(run, "fetch|connections|status|bytes of the answer|the "
                       "client's sum");
    for (look = DATED; look < LOOKS; look++)
        lab_table_row(run, "%s|%u|%d|%" PRIu64 "|%s", looks[look].name,
                      reply[look].connections, reply[look].status,
                      reply[look].answer_bytes, reply[look].cache);
    lab_table_end(run);
}

int http_versions_caching(struct lab_run *run, struct error *error)
{
    struct reply reply[LOOKS];

    if (looks_take(run, reply, error) < 0)
        return -(int)error->class;
    looks_tell(run, reply);
    if (lab_check(run,
                  reply[DATED].status == 200 && reply[UNASKED].connections == 0,
                  error, "a copy was used unasked before its date (%u)",
                  reply[UNASKED].connections) < 0 ||
        lab_check(run,
                  reply[FIRST].status == 200 && reply[FRESH].connections == 0 &&
                      reply[STALE].status == 304,
                  error,
                  "a fresh copy was used unasked (%u connections), a stale one "
                  "was asked about (%d)",
                  reply[FRESH].connections, reply[STALE].status) < 0 ||
        lab_check(run,
                  reply[FIRST].body[0] != '\0' &&
                      strcmp(reply[FIRST].body, reply[FRESH].body) == 0 &&
                      strcmp(reply[FIRST].body, reply[STALE].body) == 0,
                  error, "the same text was printed each time") < 0)
        return -(int)error->class;
    lab_say(run,
            "The same text was printed each time. A second fetch made no "
            "connection at all: while its age is below its lifetime a copy is "
            "fresh (RFC 9111 §4.2). After that it is stale, which is not "
            "wrong: the client asked with the ETag, and 304 said that it still "
            "holds.");
    lab_say(run, "HTTP/1.0 could only say Expires, a date: the client took the "
                 "answer's own Date from it, so as not to trust its own clock. "
                 "Cache-Control: max-age counts seconds from the answer, "
                 "and where both stand it wins (RFC 9111 §5.3).");
    return 0;
}

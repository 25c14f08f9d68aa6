/* SPDX-License-Identifier: MIT */
/*
 * ranges: parts of a file instead of all of it, and a download that goes on
 * where it stopped.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/http-versions/http_versions.h"

#define PICTURE "/picture.bmp"

/* ---- asking for parts --------------------------------------------------- */

enum part { FIRST, LAST, TWO, OUTSIDE, IGNORED, PARTS };

static const struct {
    const char *range, *path;
    int status;
} parts[PARTS] = {
    [FIRST] = {"0-99", PICTURE, 206},
    [LAST] = {"-100", PICTURE, 206},
    [TWO] = {"0-9,-10", PICTURE, 206},
    [OUTSIDE] = {"9999999-", PICTURE, 416},
    /* This one's bytes are made on the way: the server does not jump there. */
    [IGNORED] = {"0-99", "/bytes/5000", 200},
};

static int parts_ask(struct lab_run *run, struct reply *reply,
                     struct error *error)
{
    int part;

    for (part = 0; part < PARTS; part++)
        if (ASK(run, part == TWO, &reply[part], error, "-o", "/dev/null", "-r",
                parts[part].range, site_url(run, WWW, parts[part].path)) < 0 ||
            lab_check(run, reply[part].status == parts[part].status, error,
                      "Range %s of %s was answered with %d (%d)",
                      parts[part].range, parts[part].path, parts[part].status,
                      reply[part].status) < 0)
            return -(int)error->class;
    return 0;
}

static void parts_tell(struct lab_run *run, const struct reply *reply)
{
    int part;

    lab_table_begin(run);
    lab_table_row(run, "Range: bytes=|of|status|Content-Range|bytes of body");
    for (part = 0; part < PARTS; part++)
        lab_table_row(run, "%s|%s|%d|%s|%" PRIu64, parts[part].range,
                      parts[part].path, reply[part].status,
                      reply_field(&reply[part], "Content-Range"),
                      reply[part].content);
    lab_table_end(run);
}

int http_versions_ranges(struct lab_run *run, struct error *error)
{
    struct reply reply[PARTS];

    if (parts_ask(run, reply, error) < 0)
        return -(int)error->class;
    parts_tell(run, reply);
    if (lab_check(run,
                  reply[FIRST].content == 100 && reply[LAST].content == 100 &&
                      reply[IGNORED].content == 5000,
                  error,
                  "one part brought its bytes only, an ignored Range brought "
                  "them all") < 0 ||
        lab_check(run,
                  strncmp(reply_field(&reply[TWO], "Content-Type"),
                          "multipart/byteranges", 20) == 0,
                  error, "two parts came as multipart/byteranges") < 0)
        return -(int)error->class;
    lab_say(
        run,
        "206 says \"a part\", Content-Range says which, and of how much "
        "(RFC 9110 §14.4). Two parts at once, 20 bytes in all, took %" PRIu64
        " bytes: each comes with a header of its own between boundaries "
        "(RFC 9110 §14.6). What does not exist is 416. And a server may "
        "ignore Range: then it answers 200 with everything, and the client "
        "must look at the status before it trusts the bytes.",
        reply[TWO].content);
    return 0;
}

/* ---- going on ----------------------------------------------------------- */

#define STOPPED_AT 3000

static int files_compare(struct lab_run *run, const char *a, const char *b,
                         struct error *error)
{
    const char *argv[] = {"cmp", a, b, NULL};
    struct world_result result;
    int status;

    if (world_command(lab_world(run), "student", argv, &result, error) < 0)
        return -(int)error->class;
    status = result.status;
    world_result_free(&result);
    return lab_check(run, status == 0, error,
                     "the resumed file equals the original, byte for byte");
}

int http_versions_resume(struct lab_run *run, struct error *error)
{
    const char *url = site_url(run, WWW, PICTURE);
    char range[32], got[512];
    struct reply first, rest;

    snprintf(got, sizeof(got), "%s", lab_path(run, "picture.bmp"));
    snprintf(range, sizeof(range), "0-%d", STOPPED_AT - 1);
    if (ASK(run, false, &first, error, "-r", range, "-o", got, url) < 0 ||
        ASK(run, true, &rest, error, "-C", "-", "-o", got, url) < 0 ||
        lab_check(run,
                  rest.exit_status == 0 && rest.status == 206 &&
                      first.content == STOPPED_AT,
                  error, "the download went on with a 206 (%d)",
                  rest.status) < 0 ||
        files_compare(run, got, lab_path(run, "site" PICTURE), error) < 0)
        return -(int)error->class;
    lab_say(run,
            "The first %" PRIu64 " bytes stand for what a broken connection "
            "had brought. -C - looked how much was there, asked for the rest, "
            "got %s, %" PRIu64 " bytes, and put them behind: the file now "
            "equals the original, byte for byte (compared with cmp). Without "
            "Range the first %" PRIu64 " bytes would have come again.",
            first.content, reply_field(&rest, "Content-Range"), rest.content,
            first.content);
    return 0;
}

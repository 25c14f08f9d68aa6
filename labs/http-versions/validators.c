/* SPDX-License-Identifier: MIT */
/*
 * validators: "send it only if it is not what I have". The two kinds, in both
 * versions, and which of them is heeded when both are sent.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "labs/http-versions/http_versions.h"

#define NEWS "/news.html"

enum fetch {
    FIRST,   /* nothing is known yet */
    BY_DATE, /* HTTP/1.0 with If-Modified-Since */
    BY_TAG,  /* HTTP/1.1 with If-None-Match */
    BOTH,    /* the date would say 304, the tag says 200 */
    CHANGED, /* by tag, after the file was written anew */
    FETCHES
};

static const char *const names[FETCHES] = {
    "first", "HTTP/1.0, If-Modified-Since", "HTTP/1.1, If-None-Match",
    "both, and they contradict", "If-None-Match, file changed"};

static int news_write(struct lab_run *run, const char *word,
                      struct error *error)
{
    char text[2000];
    int length = snprintf(text, sizeof(text),
                          "<!DOCTYPE html><title>%s</title>\n<p>%s\n<!-- ",
                          word, lab_parameters(run)->page_text);

    memset(text + length, '.', sizeof(text) - (size_t)length);
    memcpy(text + sizeof(text) - 5, " -->\n", 5);
    return lab_file_write(lab_path(run, "site" NEWS), text, sizeof(text),
                          error);
}

static int news_ask(struct lab_run *run, enum fetch fetch, const char *date,
                    const char *tag, struct reply *reply, struct error *error)
{
    const char *argv[10] = {"http-client", "-o", "/dev/null"};
    char since[128], none_match[128];
    size_t count = 3;

    snprintf(since, sizeof(since), "If-Modified-Since: %s", date);
    snprintf(none_match, sizeof(none_match), "If-None-Match: %s", tag);
    if (fetch == BY_DATE)
        argv[count++] = "--http1.0";
    if (fetch == BY_DATE || fetch == BOTH) {
        argv[count++] = "-H";
        argv[count++] = since;
    }
    if (fetch >= BY_TAG) {
        argv[count++] = "-H";
        argv[count++] = none_match;
    }
    argv[count++] = site_url(run, WWW, NEWS);
    argv[count] = NULL;
    return ask(run, fetch == BY_TAG, argv, reply, error);
}

static int news_fetch(struct lab_run *run, struct reply *reply,
                      struct error *error)
{
    char date[128], tag[128];
    int fetch;

    if (news_ask(run, FIRST, "", "", &reply[FIRST], error) < 0)
        return -(int)error->class;
    snprintf(date, sizeof(date), "%s",
             reply_field(&reply[FIRST], "Last-Modified"));
    snprintf(tag, sizeof(tag), "%s", reply_field(&reply[FIRST], "ETag"));
    for (fetch = BY_DATE; fetch < FETCHES; fetch++) {
        if (fetch == CHANGED && news_write(run, "New", error) < 0)
            return -(int)error->class;
        if (news_ask(run, (enum fetch)fetch, date,
                     fetch == BOTH ? "\"another\"" : tag, &reply[fetch],
                     error) < 0)
            return -(int)error->class;
    }
    return 0;
}

static void news_tell(struct lab_run *run, const struct reply *reply)
{
    int fetch;

    lab_table_begin(run);
    lab_table_row(run, "request|status|bytes of the answer|Last-Modified|ETag");
    for (fetch = 0; fetch < FETCHES; fetch++)
        lab_table_row(run, "%s|%d|%" PRIu64 "|%s|%s", names[fetch],
                      reply[fetch].status, reply[fetch].answer_bytes,
                      reply_field(&reply[fetch], "Last-Modified"),
                      reply_field(&reply[fetch], "ETag"));
    lab_table_end(run);
}

int http_versions_validators(struct lab_run *run, struct error *error)
{
    struct reply reply[FETCHES];

    if (news_write(run, "Old", error) < 0 || news_fetch(run, reply, error) < 0)
        return -(int)error->class;
    news_tell(run, reply);
    if (lab_check(run,
                  reply[FIRST].status == 200 && reply[BY_DATE].status == 304 &&
                      reply[BY_TAG].status == 304 &&
                      reply[BOTH].status == 200 && reply[CHANGED].status == 200,
                  error,
                  "both validators gave 304, the tag went before the date, and "
                  "the changed file came anew") < 0)
        return -(int)error->class;
    lab_say(run,
            "304 has no body: \"what you have is still right\". It spared "
            "%" PRIu64 " of %" PRIu64 " bytes. HTTP/1.0 could do this with "
            "dates. 1.1 added the ETag, because a date knows seconds only, and "
            "a file may change twice in one.",
            reply[FIRST].answer_bytes - reply[BY_TAG].answer_bytes,
            reply[FIRST].answer_bytes);
    if (strcmp(reply_field(&reply[FIRST], "Last-Modified"),
               reply_field(&reply[CHANGED], "Last-Modified")) == 0)
        lab_say(run,
                "So it was here: the changed file has the Last-Modified of the "
                "old one. Asked by date alone, the server would have said 304 "
                "to a client that holds the old text.");
    lab_say(run,
            "When both are sent, If-None-Match decides and If-Modified-Since "
            "is not even looked at (RFC 9110 §13.2.2): with the right date and "
            "a wrong tag the whole file came.");
    return 0;
}

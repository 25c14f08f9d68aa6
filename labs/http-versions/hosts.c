/* SPDX-License-Identifier: MIT */
/*
 * hosts: two sites at one address, and the field that tells them apart.
 */
#include <stdio.h>
#include <string.h>

#include "labs/http-versions/http_versions.h"

enum question {
    ASKS_WWW,
    ASKS_BLOG,
    ASKS_NOBODY,     /* 1.1 without Host */
    ASKS_NOBODY_1_0, /* 1.0 without Host */
    ASKS_BLOG_1_0,
    ASKS_GET, /* "Get" */
    QUESTIONS
};

static int questions_ask(struct lab_run *run, struct reply *reply,
                         struct error *error)
{
    const char *www = site_url(run, WWW, "/name.txt");
    const char *blog = site_url(run, BLOG, "/name.txt");

    if (ASK(run, false, &reply[ASKS_WWW], error, www) < 0 ||
        ASK(run, false, &reply[ASKS_BLOG], error, blog) < 0 ||
        ASK(run, true, &reply[ASKS_NOBODY], error, "-H", "Host:", blog) < 0 ||
        ASK(run, false, &reply[ASKS_NOBODY_1_0], error, "--http1.0", "-H",
            "Host:", blog) < 0 ||
        ASK(run, false, &reply[ASKS_BLOG_1_0], error, "--http1.0", blog) < 0 ||
        ASK(run, false, &reply[ASKS_GET], error, "-X", "Get", blog) < 0)
        return -(int)error->class;
    return 0;
}

static void questions_tell(struct lab_run *run, const struct reply *reply)
{
    static const char *const sent[QUESTIONS] = {
        "GET, HTTP/1.1, Host: " WWW,  "GET, HTTP/1.1, Host: " BLOG,
        "GET, HTTP/1.1, no Host",     "GET, HTTP/1.0, no Host",
        "GET, HTTP/1.0, Host: " BLOG, "Get, HTTP/1.1, Host: " BLOG};
    int question;

    lab_table_begin(run);
    lab_table_row(run, "the request|status|first line of the body");
    for (question = 0; question < QUESTIONS; question++)
        lab_table_row(run, "%s|%d|%s", sent[question], reply[question].status,
                      reply[question].body);
    lab_table_end(run);
}

static bool answered(const struct reply *reply, int status, const char *site)
{
    return reply->status == status && (!site || strstr(reply->body, site));
}

int http_versions_hosts(struct lab_run *run, struct error *error)
{
    struct reply reply[QUESTIONS];

    if (questions_ask(run, reply, error) < 0)
        return -(int)error->class;
    questions_tell(run, reply);
    if (lab_check(run,
                  answered(&reply[ASKS_WWW], 200, WWW) &&
                      answered(&reply[ASKS_BLOG], 200, BLOG) &&
                      answered(&reply[ASKS_NOBODY], 400, NULL) &&
                      answered(&reply[ASKS_NOBODY_1_0], 200, WWW) &&
                      answered(&reply[ASKS_BLOG_1_0], 200, BLOG) &&
                      answered(&reply[ASKS_GET], 501, NULL),
                  error,
                  "Host chose the site, its absence was refused in 1.1 only, "
                  "and Get is no method") < 0)
        return -(int)error->class;
    lab_say(run,
            "Both names lead to %s, one server, one port: when the request "
            "comes, only Host tells which site is meant. HTTP/1.1 demands it, "
            "and a request without it is refused (RFC 9112 §3.2). HTTP/1.0 "
            "can't demand it: who does not say gets the default site, "
            "here " WWW ".",
            world_address(lab_world(run), "web"));
    lab_correct(run, RFC("9110", "9.1"),
                "the example of Host is a request with \"Get\" and HTTP/1.0.",
                "Methods are case-sensitive: \"Get\" is not GET, and the "
                "server answered %d. And Host belongs to 1.1: a 1.0 request "
                "may carry it (and was understood, %d), but need not.",
                reply[ASKS_GET].status, reply[ASKS_BLOG_1_0].status);
    return 0;
}

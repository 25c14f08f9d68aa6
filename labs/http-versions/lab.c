/* SPDX-License-Identifier: MIT */
/*
 * http-versions: what HTTP/1.1 changed, feature by feature, each measured
 * against HTTP/1.0 on the same server; at the end one page, four ways.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "labs/http-versions/http_versions.h"

/* ---- two sites and their objects ---------------------------------------- */

static int folder_make(const char *path, struct error *error)
{
    if (mkdir(path, 0755) < 0 && errno != EEXIST)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "the folder %s can't be made", path);
    return 0;
}

/* Small ones, all of which fit into TCP's first window: what is counted then
 * are the round trips of HTTP, not those of slow start. */
static int objects_make(struct lab_run *run, struct error *error)
{
    char text[600];
    size_t i;

    if (folder_make(lab_path(run, "site/o"), error) < 0)
        return -(int)error->class;
    for (i = 1; i <= lab_parameters(run)->objects; i++) {
        size_t length = 300 + 20 * i;

        memset(text, '.', length);
        memcpy(text, "object", 6);
        text[length - 1] = '\n';
        if (lab_file_write(lab_path(run, "site/o/%zu", i), text, length,
                           error) < 0)
            return -(int)error->class;
    }
    return 0;
}

static int name_make(struct lab_run *run, const char *folder, const char *name,
                     struct error *error)
{
    char text[128];
    int length = snprintf(text, sizeof(text), "This is %s.\n", name);

    return lab_file_write(lab_path(run, "%s/name.txt", folder), text,
                          (size_t)length, error);
}

/* The web host: www is the default site, blog has its name; --lab gives paths
 * with behaviour (/slow), and a connection may idle for a second. The host
 * proxy passes on to it what it is asked. */
static int prepare(struct lab_run *run, struct error *error)
{
    char blog[600];
    const char *more[] = {"--host",         blog, "--lab", "--writable",
                          "--idle-timeout", "1",  NULL};

    snprintf(blog, sizeof(blog), BLOG "=%s", lab_path(run, "blog"));
    if (folder_make(lab_path(run, "blog"), error) < 0 ||
        lab_start_web(run, more, error) < 0 ||
        folder_make(lab_path(run, "site/up"), error) < 0 ||
        lab_start_gateway(run, 80, NULL, NULL, error) < 0 ||
        objects_make(run, error) < 0 || name_make(run, "site", WWW, error) < 0)
        return -(int)error->class;
    return name_make(run, "blog", BLOG, error);
}

/* ---- the lab ------------------------------------------------------------ */

static const struct lab_step steps[] = {
    {"HTTP/1.0: a connection for each object", NULL, http_versions_one_each},
    {"A connection that is kept",
     "HTTP/1.1 keeps connections alive by default; one connection serves many "
     "requests.",
     http_versions_kept},
    {"How long it is kept", NULL, http_versions_idle},
    {"Two sites at one address",
     "1.1 added Host because one address carries many names.",
     http_versions_hosts},
    {"Parts of a file",
     "1.1 added range requests: 206, Content-Range; a server may ignore Range; "
     "several ranges at once.",
     http_versions_ranges},
    {"A download goes on", "With Range an interrupted download can be resumed.",
     http_versions_resume},
    {"Ask before a large upload",
     "100 Continue saves sending a large body that will be refused.",
     http_versions_expect},
    {"Only if it has changed",
     "Caching: Last-Modified, If-Modified-Since and 304 in 1.0; ETag in 1.1.",
     http_versions_validators},
    {"A copy that is kept", "Caching: Expires in 1.0, Cache-Control in 1.1.",
     http_versions_caching},
    {"Packed by the origin",
     "1.1 separates content coding (end to end) from transfer coding (hop by "
     "hop).",
     http_versions_content_codings},
    {"Wrapped for a hop", NULL, http_versions_transfer_codings},
    {"A page, four ways", NULL, http_versions_four_ways},
    {NULL, NULL, NULL}};

const struct lab lab_http_versions = {
    .name = "http-versions",
    .title = "HTTP/1.0 and HTTP/1.1",
    .about =
        "What HTTP/1.1 changed, one feature after the other, each seen on the "
        "wire beside HTTP/1.0: connections that are kept, sites that share an "
        "address, parts of files, uploads that ask first, validators, caching, "
        "codings. "
        "At the end the same page is fetched four ways, and connections, round "
        "trips, bytes and time are counted.",
    .hosts = {"student", "names", "web", "proxy", NULL},
    .steps = steps,
    .to_see =
        "The version in a message says what its sender can do, not what is "
        "done: HTTP/1.0 can keep a connection and send Host, HTTP/1.1 may "
        "rely on both. What costs time is not the bytes but the round trips: "
        "the table and the plot of the last step show where each of them "
        "went.",
    .prepare = prepare};

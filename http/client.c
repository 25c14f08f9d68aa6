/* SPDX-License-Identifier: MIT */
/* http-client: fetches URLs, and shows each word that is said for it. */
#include <stdio.h>

#include "common/error.h"
#include "common/options.h"
#include "http/http_client.h"
#include "http/http_pipeline.h"

static struct http_options options;

static const struct option_spec table[] = {
    {'X', "request", "METHOD", OPTION_TEXT, &options.method, "use this method"},
    {'d', "data", "DATA", OPTION_LIST, &options.data,
     "POST this (@FILE: its content without line ends)"},
    {0, "data-binary", "DATA", OPTION_LIST, &options.data_binary,
     "POST this (@FILE: its content as it is)"},
    {'T', "upload-file", "FILE", OPTION_TEXT, &options.upload,
     "PUT this file (-: standard input, in chunks)"},
    {0, "trailer", "NAME: VALUE", OPTION_LIST, &options.trailers,
     "send the body in chunks, and this field after it"},
    {'H', "header", "NAME: VALUE", OPTION_LIST, &options.fields,
     "send this field (NAME: alone leaves ours out)"},
    {'I', "head", NULL, OPTION_FLAG, &options.head,
     "ask for the header only, and show it"},
    {'i', "include", NULL, OPTION_FLAG, &options.include,
     "put the header before the body"},
    {'o', "output", "FILE", OPTION_LIST, &options.outputs,
     "write to FILE, one a URL (DIR/: all there)"},
    {'r', "range", "RANGE", OPTION_TEXT, &options.range,
     "these parts only: 0-499, 500-, -500, or several: 0-9,20-29"},
    {0, "compressed", NULL, OPTION_FLAG, &options.compressed,
     "allow gzip, deflate and br, and unpack them"},
    {0, "cache", "DIR", OPTION_TEXT, &options.cache,
     "keep answers there, and use them while they are fresh"},
    {'C', "continue-at", "OFFSET", OPTION_TEXT, &options.resume,
     "go on at OFFSET (-: where the file ends)"},
    {'L', "location", NULL, OPTION_FLAG, &options.follow, "follow redirects"},
    {0, "max-redirs", "N", OPTION_TEXT, &options.max_redirs,
     "follow at most N (-1: any number)"},
    {'x', "proxy", "HOST:PORT", OPTION_SECRET, &options.proxy,
     "ask by way of this proxy (port 1080 if not said)"},
    {'U', "proxy-user", "NAME:PASSWORD", OPTION_SECRET, &options.proxy_user,
     "log in there as"},
    {'f', "fail", NULL, OPTION_FLAG, &options.client.fail,
     "write nothing of a 4xx or 5xx, exit 1"},
    {0, "request-line", "LINE", OPTION_TEXT, &options.request_line,
     "say this instead of the request line, right or wrong"},
    {'0', "http1.0", NULL, OPTION_FLAG, &options.http_1_0, "speak HTTP/1.0"},
    {0, "pipeline", NULL, OPTION_FLAG, &options.pipeline,
     "ask for all URLs after the first in one flight"},
    {'b', "cookie", "DATA|FILE", OPTION_LIST, &options.cookies,
     "send cookies: NAME=VALUE, or those of FILE"},
    {'c', "cookie-jar", "FILE", OPTION_TEXT, &options.cookie_jar,
     "keep cookies, and write them to FILE at the end"},
    {0, "basic", NULL, OPTION_FLAG, &options.basic,
     "log in with Basic (what -u does by itself)"},
    {0, "digest", NULL, OPTION_FLAG, &options.digest, "log in with Digest"},
    {0, "anyauth", NULL, OPTION_FLAG, &options.anyauth,
     "log in with the strongest that the server offers"},
    {'s', "silent", NULL, OPTION_FLAG, &options.silent, "show no progress"},
    CLIENT_OPTIONS(&options.client),
    OPTIONS_END};

/* One URL, or a flight of them; *done is how many. The first is asked alone:
 * its answer tells whether the connection stays (RFC 9112 §9.3). */
static int fetch_some(struct http_fetch *fetch, char **urls, size_t count,
                      size_t index, size_t *done)
{
    *done = 1;
    if (options.pipeline && index > 0)
        return http_pipeline_fetch(fetch, urls + index, count - index, index,
                                   done);
    return http_fetch_url(fetch, urls[index], index);
}

/* Fetches each URL; the first failure decides the exit code, but does not keep
 * the others from being tried. */
static int fetch_all(struct http_fetch *fetch, char **urls, size_t count,
                     struct error *error)
{
    int exit_code = 0;
    size_t done;

    for (size_t i = 0; i < count; i += done) {
        if (fetch_some(fetch, urls, count, i, &done) == 0)
            continue;
        int class = error_print("http-client", error);
        exit_code = exit_code ? exit_code : class;
        error_clear(error);
    }
    return exit_code;
}

int main(int argc, char **argv)
{
    struct error error = {0};
    struct http_fetch *fetch = NULL;
    int result = options_parse(table, &argc, argv, &error);
    int exit_code = 0;

    if (result == 0 && options.client.help) {
        options_help(stdout, "http-client", "[options] URL...", table);
        return 0;
    }
    if (result == 0 && argc < 2)
        result = error_set(&error, ERROR_USAGE, "no URL (see --help)");
    if (result == 0)
        result = http_fetch_start(&fetch, &options, &error);
    if (result < 0)
        exit_code = error_print("http-client", &error);
    else
        exit_code = fetch_all(fetch, argv + 1, (size_t)argc - 1, &error);
    if (http_fetch_end(fetch, 0) < 0 && exit_code == 0)
        exit_code = error_print("http-client", &error);
    return exit_code;
}

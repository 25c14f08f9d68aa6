/* SPDX-License-Identifier: MIT */
/*
 * http_play: a script for a server, http-client run against it, and what the
 * client printed.
 */
#ifndef TESTS_INTEGRATION_HTTP_PLAY_H
#define TESTS_INTEGRATION_HTTP_PLAY_H

#include "tests/harness.h"

/* What the last client did; http_play_expect frees it. */
extern struct test_run http_play;

/* Runs http-client with `words`, ended by NULL, and the URL of `path` at
 * 127.0.0.1:port. */
void http_play_client(uint16_t port, const char *path,
                      const char *const *words);
/* Plays the script against that client; the client must keep to it. */
void http_play_script(const char *script, const char *path,
                      const char *const *words);
/* The exit code and standard output, the whole of it. */
void http_play_expect(int status, const char *out);

#define PLAY(script, path, ...) \
    http_play_script((script), (path), (const char *const[]){__VA_ARGS__, NULL})
#define PLAY_PLAIN(script, path) \
    http_play_script((script), (path), (const char *const[]){NULL})

#endif

/* SPDX-License-Identifier: MIT */
#include "tests/integration/http_play.h"

#include <stdio.h>
#include <string.h>

#define WORDS_MAX 24

struct test_run http_play;

void http_play_client(uint16_t port, const char *path, const char *const *words)
{
    const char *argv[WORDS_MAX + 3] = {"http-client"};
    char url[256];
    size_t count = 1;

    while (count <= WORDS_MAX && words[count - 1] != NULL) {
        argv[count] = words[count - 1];
        count++;
    }
    snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", port, path);
    argv[count++] = url;
    argv[count] = NULL;
    test_run(&http_play, 20, argv);
}

void http_play_script(const char *script, const char *path,
                      const char *const *words)
{
    uint16_t port;
    pid_t peer = test_peer(script, &port);

    http_play_client(port, path, words);
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
}

void http_play_expect(int status, const char *out)
{
    CU_ASSERT_EQUAL(http_play.status, status);
    CU_ASSERT_STRING_EQUAL(http_play.out, out);
    test_run_free(&http_play);
}

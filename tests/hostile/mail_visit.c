/* SPDX-License-Identifier: MIT */
#include "tests/hostile/mail_visit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A folder that holds nothing, no leftovers either. */
static bool is_empty(const char *path)
{
    DIR *folder = opendir(path);
    int entries = 0;

    while (folder && readdir(folder))
        entries++;
    if (folder)
        closedir(folder);
    return entries == 2; /* "." and ".." */
}

void mail_visit(const struct mail_visitor *visitor, const char *script,
                const char *option, const char *time, struct test_run *run)
{
    char url[64], sentence[32];
    uint16_t port;
    pid_t peer = test_peer(script, &port);

    snprintf(url, sizeof(url), "%s://127.0.0.1:%u", visitor->scheme, port);
    snprintf(sentence, sizeof(sentence), "%s: ", visitor->program);
    const char *argv[] = {visitor->program,
                          "-v",
                          "-u",
                          "ada:secret",
                          "--max-time",
                          time,
                          "-o",
                          test_path("f"),
                          url,
                          visitor->verb,
                          "1",
                          option,
                          NULL};
    test_run(run, 30, argv);
    CU_ASSERT_PTR_NOT_NULL(strstr(run->err, sentence));
    CU_ASSERT(run->seconds < 20);
#ifndef __SANITIZE_ADDRESS__ /* which keeps what was freed */
    CU_ASSERT(run->max_rss_kib < 64 * 1024);
#endif
    CU_ASSERT(is_empty(test_folder()));
    test_peer_end(peer);
}

/* -v has shown every word of it. */
bool mail_visitor_logged_in(const struct mail_visitor *visitor,
                            const char *said)
{
    for (size_t i = 0; visitor->log_in[i]; i++)
        if (strstr(said, visitor->log_in[i]))
            return true;
    return false;
}

void mail_visit_secret(const struct mail_visitor *visitor, const char *script,
                       int status)
{
    struct test_run run;

    mail_visit(visitor, script, NULL, "2", &run);
    CU_ASSERT_EQUAL(run.status, status);
    CU_ASSERT(!mail_visitor_logged_in(visitor, run.err));
    test_run_free(&run);
}

void mail_visit_open(const struct mail_visitor *visitor, const char *script,
                     int status)
{
    struct test_run run;

    mail_visit(visitor, script, "--insecure-auth", "0.7", &run);
    CU_ASSERT_EQUAL(run.status, status);
    test_run_free(&run);
}

void mail_visit_endless(const struct mail_visitor *visitor, const char *start,
                        const char *piece, const char *why)
{
    size_t size = 4 * 1024 * 1024, length = strlen(piece);
    size_t at = strlen(start), line = 0;
    char *script = malloc(size + 128);
    struct test_run run;

    strcpy(script, start);
    while (at + length + 16 < size) {
        if (line == 0) {
            memcpy(script + at, "S= ", 3);
            at += 3;
        }
        memcpy(script + at, piece, length);
        at += length;
        line += length;
        if (line > 30000) {
            script[at++] = '\n';
            line = 0;
        }
    }
    strcpy(script + at, "\n");
    mail_visit(visitor, script, "--insecure-auth", "15", &run);
    CU_ASSERT_EQUAL(run.status, 7);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, why));
    test_run_free(&run);
    free(script);
}

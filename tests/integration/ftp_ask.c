/* SPDX-License-Identifier: MIT */
/* ftp_ask: one question to ftp-client. The contract is in ftp_ask.h. */
#include "tests/integration/ftp_ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct test_run ftp_ran;

int ftp_ask(const char *option, const char *path, const char *command,
            const char *one, const char *two)
{
    char url[128];

    snprintf(url, sizeof(url), "ftp://127.0.0.1:%u/%s", ftp_port, path);
    const char *argv[] = {"ftp-client",
                          "-uada:secret",
                          "--insecure-auth",
                          "--max-time",
                          "20",
                          option != NULL ? option : "-s",
                          url,
                          command,
                          one,
                          two,
                          NULL};
    test_run_free(&ftp_ran);
    test_run(&ftp_ran, 30, argv);
    if (ftp_ran.status != 0 && ftp_ran.err_length > 0)
        fprintf(stderr, "    %s %s: %s", command != NULL ? command : "", path,
                ftp_ran.err);
    return ftp_ran.status;
}

bool ftp_answered(const char *want)
{
    return strcmp(ftp_ran.out, want) == 0;
}

void ftp_over(void)
{
    test_run_free(&ftp_ran);
    memset(&ftp_ran, 0, sizeof(ftp_ran));
    ftp_stop();
}

bool ftp_brought(const char *name, const char *want)
{
    char *text = test_read_file(test_path(name), NULL);
    bool same = text != NULL && strcmp(text, want) == 0;

    free(text);
    return same;
}

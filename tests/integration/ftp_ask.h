/* SPDX-License-Identifier: MIT */
/*
 * ftp_ask: ftp-client, asked one thing, against the server of ftp_talk.h.
 */
#ifndef TESTS_INTEGRATION_FTP_ASK_H
#define TESTS_INTEGRATION_FTP_ASK_H

#include "tests/integration/ftp_talk.h"

extern struct test_run ftp_ran; /* the last one */

/* ftp-client as ada, with one option more (NULL: none), at this path, with a
 * command and its operands (NULL ends). Its exit status. */
int ftp_ask(const char *option, const char *path, const char *command,
            const char *one, const char *two);
/* It said that on standard output, and nothing else. */
bool ftp_answered(const char *want);
/* The file of ours (test_path) holds that. */
bool ftp_brought(const char *name, const char *want);
/* Frees what the last one said, and stops the server. */
void ftp_over(void);

#endif

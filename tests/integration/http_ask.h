/* SPDX-License-Identifier: MIT */
/*
 * http_ask: http-server over a small site, and bytes sent to it over a bare
 * socket.
 */
#ifndef TESTS_INTEGRATION_HTTP_ASK_H
#define TESTS_INTEGRATION_HTTP_ASK_H

#include "tests/harness.h"

extern uint16_t http_ask_port;      /* of the server that runs */
extern char http_ask_answer[65536]; /* all that the last request got */

/* The server, with one more option and its value (or NULL for either). Its
 * default site is root/ (index.html, ten, sub/), blog.test is blog/; secret
 * stands outside of both. */
void http_ask_start(const char *option, const char *value);
void http_ask_stop(void);

int http_ask_connect(void);
/* Sends the bytes, ends our direction, and reads until the server closes. */
const char *http_ask_bytes(const char *request, size_t length);
bool http_ask_has(const char *text); /* the answer does */
int http_ask_status(void);           /* of the first answer; -1: none */

#define ASK(text) http_ask_bytes(text, sizeof(text) - 1)
#define CHECK_STATUS(text, code) \
    CU_ASSERT_EQUAL((ASK(text), http_ask_status()), (code))

#endif

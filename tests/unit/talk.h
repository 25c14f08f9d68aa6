/* SPDX-License-Identifier: MIT */
/*
 * talk: two conversations made by hand, a and b, and what trace compare is to
 * find between them. For the tests of compare*.c.
 *
 *     talk_begin(&a, 4000);
 *     talk_ask(&a, TALK_GET("/", "Accept: text/html\r\n"));
 *     talk_answer(&a, "200", TALK_OK("", "content"));
 *     ... b in the same way ...
 *     talk_expect(1, "only A's request has Accept", NULL);
 */
#ifndef TESTS_UNIT_TALK_H
#define TESTS_UNIT_TALK_H

#include "labs/trace/compare.h"

enum { TALK_EVENTS_MAX = 32 };

struct talk {
    struct trace_file file;
    struct trace_event events[TALK_EVENTS_MAX];
    uint16_t port; /* of the server */
    uint32_t conn; /* the newest connection */
};
extern struct talk a, b;

/* "" or whole lines as `more`. */
#define TALK_GET(target, more) \
    "GET " target " HTTP/1.1\r\nHost: 127.0.0.1:4000\r\n" more "\r\n"
#define TALK_OK(more, body) "HTTP/1.1 200 OK\r\nServer: w\r\n" more "\r\n" body

struct trace_event *talk_add(struct talk *talk, enum trace_layer layer,
                             enum trace_dir dir, const char *name,
                             const char *data);
void talk_connect(struct talk *talk);
void talk_ask(struct talk *talk, const char *message);
void talk_answer(struct talk *talk, const char *status, const char *message);
/* An empty conversation, and its first connection. */
void talk_begin(struct talk *talk, uint16_t port);
/* a and b: two exchanges over one connection, the same on both sides. */
void talk_begin_both(void);
/* a and b: the same request, these two answers. */
void talk_exchange(const char *in_a, const char *in_b);

/* Compares a and b; comparison_free is the caller's. */
extern struct comparison made;
void talk_compare(void);
/* There are exactly so many differences, told in these words; 2 at most. */
void talk_expect(size_t count, const char *first, const char *second);
/* There is none, and this rule alone was used, so often. */
void talk_expect_used(enum compare_rule rule, uint64_t times);

#endif

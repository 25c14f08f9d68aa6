/* SPDX-License-Identifier: MIT */
/*
 * sample_trace: a small trace made by hand, for the tests of the views: a name
 * is looked up, a page is fetched in clear, a handshake begins, a page is
 * fetched inside TLS. Hosts student (192.0.2.10), names (.53) and web (.80).
 */
#ifndef TESTS_UNIT_SAMPLE_TRACE_H
#define TESTS_UNIT_SAMPLE_TRACE_H

#include "common/trace.h"

enum { SAMPLE_EVENTS = 13 };

/* Fills *file; nothing is to be freed. `events` is the caller's room. */
void sample_trace(struct trace_file *file,
                  struct trace_event events[SAMPLE_EVENTS]);
/* "192.0.2.80", 80 as an address; static, one of a ring of many. */
const struct sockaddr_storage *sample_address(const char *address,
                                              uint16_t port);

/* A message of HTTP as a program records it: named, cited, its place known. */
struct trace_event sample_message(enum trace_dir dir, const char *name,
                                  struct span data);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * page_text: pages as one string, for the tests of their parts.
 */
#ifndef TESTS_UNIT_PAGE_TEXT_H
#define TESTS_UNIT_PAGE_TEXT_H

#include "common/trace.h"

/* The page of `count` traces, called "a" and "b"; the caller frees. */
char *page_text(const struct trace_file *traces, size_t count);
/* How often a word is in a text. */
size_t text_count(const char *text, const char *word);
/* What html_pack made, from the base64 at `packed` up to the next '<'; the
 * caller frees. */
char *unpacked(const char *packed);

#endif

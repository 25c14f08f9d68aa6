/* SPDX-License-Identifier: MIT */
/*
 * html: a page being written. There are two ways in: markup, which is ours and
 * a literal, and text, which is anybody's and is escaped. Nothing that came
 * from a peer, a file or a lab may take the first.
 *
 *     html_markup(h, "<p class=\"about\">");
 *     html_text(h, event->note);
 *     html_markup(h, "</p>\n");
 *
 * Control bytes, broken UTF-8 and marks that turn the direction of writing are
 * shown as text_escape shows them; so a page is always valid UTF-8.
 */
#ifndef LABS_TRACE_HTML_H
#define LABS_TRACE_HTML_H

#include <stdbool.h>

#include "common/error.h"
#include "common/output.h"
#include "common/text.h"

#define HTML_BUFFER 65536

struct html_pack;

struct html {
    struct output *to;
    struct error *error;
    int result; /* the first error; what is written after it is dropped */
    struct html_pack *pack; /* in use or kept for the next; NULL: none yet */
    bool packing;           /* what is written goes into it */
    size_t length;
    char buffer[HTML_BUFFER];
};

/* Begins with *html zero but for `to` and `error`. */
void html_markup(struct html *html, const char *markup);
/* Markup with numbers in it: the format has %d, %zu, PRIu64 and never %s. At
 * most 511 bytes may come of it. */
void html_numbers(struct html *html, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* One line: line ends in it are shown as \r \n. */
void html_span(struct html *html, struct span text);
void html_text(struct html *html, const char *text); /* NULL: nothing */
/* Several lines, for <pre>: LF and CR LF stay line ends, a blank stays. */
void html_lines(struct html *html, struct span text);
/* Writes what waits in the buffer; returns the result of all of it. */
int html_flush(struct html *html);

/* What is written between these two goes out small: zlib's format (RFC 1950)
 * in base64, which a script unpacks. They don't nest. (html_pack.c) */
void html_pack_begin(struct html *html);
void html_pack_end(struct html *html);
/* Frees what packing took; allowed in any case. */
void html_pack_free(struct html *html);
/* Inside: takes what waits in the buffer. */
void html_pack_take(struct html *html);

#endif

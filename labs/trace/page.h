/* SPDX-License-Identifier: MIT */
/*
 * page, inside: the parts of a page, a file each.
 *
 * page.c puts them together; page_story.c writes the blocks of a lab's story,
 * page_plot.c those that are drawn; page_ladder.c the rows of a ladder;
 * page_event.c what a row shows when it is opened; page_words.c explains the
 * words in it.
 */
#ifndef LABS_TRACE_PAGE_H
#define LABS_TRACE_PAGE_H

#include "common/terms.h"
#include "labs/trace/html.h"
#include "labs/trace/lanes.h"
#include "labs/trace/views.h"

struct page {
    struct html html;
    const struct trace_file *trace;
    const char *id_prefix; /* of the events' ids: "e", of a second trace "f" */
    unsigned char *shown;  /* by index of event: its row has been written */
    bool conns;            /* more than one connection: they are numbered */
};

/* The events from id `first` to `last` (0: to the end) as a ladder; socket
 * records only if there is nothing else. */
void page_ladder(struct page *page, uint64_t first, uint64_t last);
/* What a row shows when it is opened. */
void page_detail(struct page *page, const struct trace_event *event);
void page_story(struct page *page, const struct story *story);
/* Lines that climb in steps, from the text of a STORY_PLOT. */
void page_plot(struct page *page, const char *text);
/* The list of steps, with links; nothing when there is one or none. */
void page_steps(struct page *page, const struct story *story);

/* A citation as a link to the RFC's text, with the section's title. */
void page_rfc(struct html *html, struct rfc rfc);
/* Text in which each "RFC 9112 §6.3" and each "event 12" becomes a link. */
void page_prose(struct page *page, struct span text);

/* The entry for an event's name, or for a field in its message; NULL when
 * nobody has written one. */
const struct term *page_term(const struct trace_event *event);
const struct term *page_term_of_field(const struct trace_event *event,
                                      struct span name);

#endif

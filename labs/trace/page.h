/* SPDX-License-Identifier: MIT */
/*
 * page, inside: the parts of a page, a file each.
 *
 * page.c puts them together, page_head.c what stands above and around them;
 * page_story.c writes the blocks of a lab's story, page_plot.c those that are
 * drawn, page_bytes.c the plot of a trace; page_ladder.c the rows of a ladder,
 * page_compare.c those of two traces side by side, page_rows.c packs them when
 * they are many; page_event.c what a row shows when it is opened, page_source.c
 * its line of C, page_wire.c what the wire carried of it, page_message.c its
 * bytes; page_frames.c the frames below all rows.
 *
 * All of them write to page->html and fail as it does: the first error stays
 * in html.result, what is written after it is dropped, and nobody but page.c
 * looks at it. Texts and traces are borrowed for the call.
 */
#ifndef LABS_TRACE_PAGE_H
#define LABS_TRACE_PAGE_H

#include <limits.h>

#include "labs/trace/compare.h"
#include "labs/trace/flows.h"
#include "labs/trace/html.h"
#include "labs/trace/lanes.h"
#include "labs/trace/views.h"

#define PAGE_SOURCES_MAX 128 /* files of C that a page shows lines of */

struct page_source {
    char *file, *text; /* text NULL: not to be had */
};

struct page {
    struct html html;
    const struct trace_file *trace;
    const char *id_prefix; /* of the events' ids: "e", of a second trace "f" */
    unsigned char *shown;  /* by index of event: its row has its id already */
    bool conns;            /* more than one connection: they are numbered */
    struct flows flows;    /* what passed an onlooker */
    struct page_source sources[PAGE_SOURCES_MAX];
    size_t source_count;
    char root[PATH_MAX]; /* where the source stands; "": nowhere */
    const char *pages;   /* where the pages of the source are; NULL: nowhere */
    bool root_looked_for;
};

/* ---- the whole ---------------------------------------------------------- */

/* From the document's type to its body (page_head.c). */
void page_head(struct html *html, const char *title);
/* Title, what it is about (`story` may be NULL), and the facts of `page->trace`
 * if wanted. */
void page_header(struct page *page, const char *title,
                 const struct story *story, bool with_facts);
/* How much there is; `trace_name` links to the capture, NULL: no link. */
void page_facts(struct page *page, const char *trace_name);
/* The switch, the kinds and the search. */
void page_tools(struct html *html);
/* The script, which ends the body. */
void page_foot(struct html *html);

/* ---- rows --------------------------------------------------------------- */

struct page_rows {
    struct page *page;
    const char *prefix; /* of the ids of its rows */
    size_t total, written;
    bool packed; /* the first are written, the others are packed */
};
/* A list of `total` rows; page_rows_next comes before each, `id` rises. */
void page_rows_begin(struct page_rows *rows, struct page *page,
                     const char *prefix, size_t total);
void page_rows_next(struct page_rows *rows, uint64_t id);
void page_rows_end(struct page_rows *rows);

/* Two traces side by side: rows, what was set aside, what each side cost. Their
 * events have the prefixes of `prefixes` on this page. */
void page_compare(struct page *page, const struct comparison *comparison,
                  const char *const *names, const char *const *prefixes);

/* The events from id `first` to `last` (0: to the end) as a ladder; socket
 * records only if there is nothing else. Nothing when no event is shown. */
void page_ladder(struct page *page, uint64_t first, uint64_t last);
/* What a row shows when it is opened. */
void page_detail(struct page *page, const struct trace_event *event);
void page_story(struct page *page, const struct story *story);
/* Lines that climb in steps, from the text of a STORY_PLOT. */
void page_plot(struct page *page, const char *text);
/* How many bytes had passed each way, over time, as a plot and as a table;
 * nothing when fewer than two pieces passed. */
void page_bytes(struct page *page);
/* Every frame of the trace, in a part of the page that is closed at first. */
void page_frames(struct page *page);
/* The link to a frame there, up to its words; false, and nothing written, when
 * the trace has no such frame. */
bool page_frame_link(struct page *page, uint32_t number);
/* The line of C and its neighbours; nothing where the source is not at hand. */
void page_source(struct page *page, const struct where *where);
/* The link to that line on its page of the source, up to its words; false, and
 * nothing written, where there is no such page or no such function. */
bool page_source_link(struct page *page, const struct where *where);
void page_sources_free(struct page *page);

/* ---- what was said, what the wire carried ------------------------------- */

/* True for a message that the wire carried otherwise than it was said. */
bool page_is_sealed(const struct trace_event *event);
/* A row's words: what was said, with a note beside it unless that is NULL; of a
 * sealed message also what the wire carried, with the first bytes if wanted. */
void page_label(struct page *page, const struct trace_event *event,
                bool with_bytes, const char *note);
/* The bytes of a sealed message as they passed, for who opens its row. */
void page_wire(struct page *page, const struct trace_event *event);
/* The first bytes, at most `most`, as a dump in a <pre>. */
void page_hex(struct html *html, struct span bytes, size_t most);
/* The message as text, when it is one, and byte by byte. */
void page_message(struct html *html, const struct trace_event *event);

/* ---- words -------------------------------------------------------------- */

/* The list of steps, with links; nothing when there is one or none. */
void page_steps(struct page *page, const struct story *story);

/* A citation as a link to the RFC's text, with the section's title. */
void page_rfc(struct html *html, struct rfc rfc);
/* Text in which each "RFC 9112 §6.3" and each "event 12" becomes a link. */
void page_prose(struct page *page, struct span text);

#endif

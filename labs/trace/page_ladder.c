/* SPDX-License-Identifier: MIT */
/*
 * page: the ladder. A row an event, which opens. The style sheet draws lanes
 * and arrows from classes (the page's policy allows no style of its own to an
 * element): n3 is a ladder of three lanes, "a0 b2" reaches from the first lane
 * to the third.
 *
 * In a narrow window the same rows become a list, in which "student → web"
 * stands in words; a screen reader gets those words in any window.
 */
#include <inttypes.h>

#include "labs/trace/page.h"

enum {
    LANES_DRAWN = 8,    /* more than page.css has classes for is a list */
    NUMBER_FITS = 9999, /* events whose numbers fit into the narrow column */
};

static const char *const kind_classes[] = {
    [EVENT_CLEAR] = "clear", [EVENT_ENCRYPTED] = "encrypted",
    [EVENT_NAMES] = "names", [EVENT_TLS] = "tls",
    [EVENT_TCP] = "tcp",     [EVENT_SOCKET] = "socket",
    [EVENT_NOTE] = "note",
};
_Static_assert(sizeof(kind_classes) / sizeof(kind_classes[0]) == EVENT_KINDS,
               "every kind of event has its class");

struct rungs {
    struct page *page;
    struct lanes lanes;
    uint64_t first, last;
    bool sockets; /* there is nothing else */
    size_t frame; /* the first that no row has looked at yet */
};

static bool is_shown(const void *context, const struct trace_event *event)
{
    const struct rungs *rungs = context;

    return event->id >= rungs->first &&
           (rungs->last == 0 || event->id <= rungs->last) &&
           (event->layer != TRACE_LAYER_SOCKET || rungs->sockets);
}

static void survey(struct rungs *rungs)
{
    const struct trace_file *trace = rungs->page->trace;

    rungs->sockets = lanes_only_sockets(trace);
    lanes_survey(&rungs->lanes, trace, is_shown, rungs);
}

/* ---- a row -------------------------------------------------------------- */

static void write_gutter(struct rungs *rungs, const struct trace_event *event)
{
    struct html *html = &rungs->page->html;
    const char *proto = event->proto;

    if (event->dir == TRACE_DIR_NOTE)
        proto = "note";
    else if (event->layer != TRACE_LAYER_APP)
        proto = trace_layer_name(event->layer);
    html_numbers(html, "<span class=\"no\">%" PRIu64 "</span>\n", event->id);
    html_numbers(html, "<time>%.1f ms</time>\n",
                 (double)(event->time_ns - rungs->page->trace->start_ns) / 1e6);
    html_markup(html, "<span class=\"proto\">");
    html_text(html, proto);
    if (rungs->page->conns && event->conn != 0 && event->dir != TRACE_DIR_NOTE)
        html_numbers(html, " %" PRIu32, event->conn);
    html_markup(html, "</span>\n");
}

static void write_who(struct rungs *rungs, const struct passage *passage)
{
    struct html *html = &rungs->page->html;

    html_markup(html, "<span class=\"who\">");
    html_text(html, rungs->lanes.names[passage->from]);
    if (passage->from != passage->to) {
        html_markup(html, " → ");
        html_text(html, rungs->lanes.names[passage->to]);
    }
    html_markup(html, "</span> ");
}

/* A decision stands beside its lane, on the side that has more room. */
static void write_point(struct rungs *rungs, const struct trace_event *event,
                        const struct passage *passage)
{
    struct html *html = &rungs->page->html;
    char label[EVENT_TEXT_MAX];
    bool before =
        passage->from * 2 >= rungs->lanes.count && rungs->lanes.count > 1;

    event_label(event, label);
    html_numbers(html,
                 before ? "<span class=\"point before b%zu\">"
                        : "<span class=\"point after a%zu\">",
                 passage->from);
    write_who(rungs, passage);
    html_markup(html, "<span class=\"label\"><bdi>");
    html_text(html, label);
    if (event->note != NULL) {
        html_markup(html, ": ");
        html_text(html, event->note);
    }
    html_markup(html, "</bdi></span></span>");
}

static void write_arrow(struct rungs *rungs, const struct trace_event *event,
                        const struct passage *passage)
{
    struct html *html = &rungs->page->html;
    bool right = passage->from < passage->to;

    html_markup(html, right ? "<span class=\"arrow right "
                            : "<span class=\"arrow left ");
    html_numbers(html, "a%zu b%zu\">", right ? passage->from : passage->to,
                 right ? passage->to : passage->from);
    write_who(rungs, passage);
    page_label(rungs->page, event, true,
               event_kind(event) != EVENT_NAMES ? event->note : NULL);
    html_markup(html, "</span>");
}

/* An event may be in two ladders of a page; its id is where it comes first. */
static void write_id(struct page *page, const struct trace_event *event)
{
    size_t index = (size_t)(event - page->trace->events);

    if (page->shown[index])
        return;
    page->shown[index] = 1;
    html_markup(&page->html, " id=\"");
    html_markup(&page->html, page->id_prefix);
    html_numbers(&page->html, "%" PRIu64 "\"", event->id);
}

static void write_row(struct rungs *rungs, const struct trace_event *event)
{
    struct html *html = &rungs->page->html;
    struct passage passage;

    lanes_of(&rungs->lanes, event, &passage);
    html_markup(html, "<li><details class=\"event ");
    html_markup(html, kind_classes[event_kind(event)]);
    html_markup(html, "\"");
    write_id(rungs->page, event);
    html_markup(html, "><summary>");
    write_gutter(rungs, event);
    html_markup(html, "<span class=\"lanes\">");
    if (passage.from == passage.to)
        write_point(rungs, event, &passage);
    else
        write_arrow(rungs, event, &passage);
    html_markup(html, "</span></summary>\n");
    page_detail(rungs->page, event);
    html_markup(html, "</details></li>\n");
}

/* Frames that were dropped between two events: a row that does not open. */
static void write_dropped(struct rungs *rungs, int64_t from_ns, int64_t to_ns)
{
    const struct trace_file *trace = rungs->page->trace;
    struct html *html = &rungs->page->html;
    struct passage passage;
    char text[EVENT_TEXT_MAX];

    for (; rungs->frame < trace->frame_count; rungs->frame++) {
        const struct trace_frame *frame = &trace->frames[rungs->frame];
        if (frame->time_ns >= to_ns)
            break;
        if (frame->dropped == NULL || frame->time_ns < from_ns ||
            !lanes_of_dropped(&rungs->lanes, frame, &passage))
            continue;
        bool right = passage.from < passage.to;
        dropped_label(frame, text);
        html_markup(html, "<li><div class=\"lost note\">"
                          "<span class=\"no\"></span>");
        html_numbers(html, "<time>%.1f ms</time>",
                     (double)(frame->time_ns - trace->start_ns) / 1e6);
        html_markup(html, "<span class=\"proto\">frame</span>"
                          "<span class=\"lanes\">");
        html_markup(html, right ? "<span class=\"arrow right "
                                : "<span class=\"arrow left ");
        html_numbers(html, "a%zu b%zu\">", right ? passage.from : passage.to,
                     right ? passage.to : passage.from);
        write_who(rungs, &passage);
        html_markup(html, "<bdi class=\"label\">✗ ");
        html_text(html, text);
        html_markup(html, "</bdi></span></span></div></li>\n");
    }
}

/* ---- the ladder --------------------------------------------------------- */

static void write_hosts(struct rungs *rungs)
{
    struct html *html = &rungs->page->html;

    html_markup(html, "<div class=\"hosts\" aria-hidden=\"true\"><span></span>"
                      "<span></span><span></span><div class=\"lanes\">");
    for (size_t i = 0; i < rungs->lanes.count; i++) {
        html_markup(html, "<span class=\"host\"><span>");
        html_text(html, rungs->lanes.names[i]);
        html_markup(html, "</span></span>");
    }
    html_markup(html, "</div></div>\n");
}

void page_ladder(struct page *page, uint64_t first, uint64_t last)
{
    struct rungs rungs = {.page = page, .first = first, .last = last};
    struct html *html = &page->html;
    struct page_rows rows;
    int64_t before_ns = 0;
    size_t count, total = 0;

    survey(&rungs);
    count = rungs.lanes.count;
    if (count == 0)
        return;
    if (count <= LANES_DRAWN)
        html_numbers(html,
                     page->trace->event_count > NUMBER_FITS
                         ? "<div class=\"ladder n%zu many\">\n"
                         : "<div class=\"ladder n%zu\">\n",
                     count);
    else
        html_markup(html, "<div class=\"ladder list\">\n");
    write_hosts(&rungs);
    for (size_t i = 0; i < page->trace->event_count; i++)
        total += is_shown(&rungs, &page->trace->events[i]);
    page_rows_begin(&rows, page, page->id_prefix, total);
    for (size_t i = 0; i < page->trace->event_count; i++) {
        const struct trace_event *event = &page->trace->events[i];
        if (!is_shown(&rungs, event))
            continue;
        page_rows_next(&rows, event->id);
        if (before_ns > 0)
            write_dropped(&rungs, before_ns, event->time_ns);
        before_ns = event->time_ns;
        write_row(&rungs, event);
    }
    page_rows_end(&rows);
    html_markup(html, "</div>\n");
}

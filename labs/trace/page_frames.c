/* SPDX-License-Identifier: MIT */
/*
 * page: the frames, a row each, below all else: who sent it to whom, what TCP
 * says in it, which events it carried, how it begins. An event leads here.
 */
#include <inttypes.h>

#include "labs/trace/flows_private.h"
#include "labs/trace/page.h"

/* Ethernet, IP and TCP headers, and how the payload begins; a whole frame is
 * in the trace itself, for Wireshark. */
enum { FRAME_SHOWN = 96 };

/* The ids of a trace's frames: those of its events begin with e, f, g, h. */
static char frame_prefix(const struct page *page)
{
    return (char)(page->id_prefix[0] - 'e' + 'w');
}

static bool has_frame(const struct page *page, uint32_t number)
{
    const struct trace_file *trace = page->trace;
    size_t low = 0, high = trace->frame_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (trace->frames[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < trace->frame_count && trace->frames[low].number == number;
}

bool page_frame_link(struct page *page, uint32_t number)
{
    if (!has_frame(page, number))
        return false;
    html_markup(&page->html, "<a class=\"to-frame\" href=\"#");
    html_numbers(&page->html, "%c%" PRIu32 "\">", frame_prefix(page), number);
    return true;
}

/* ---- a row -------------------------------------------------------------- */

static void write_flags(struct html *html, const struct segment *segment)
{
    html_markup(html, segment->syn ? ", SYN" : "");
    html_markup(html, segment->fin ? ", FIN" : "");
    html_markup(html, segment->rst ? ", RST" : "");
    html_markup(html, segment->ack ? ", ACK" : "");
}

static void write_segment(struct html *html, const struct segment *segment)
{
    char from[FLOW_ADDRESS_MAX], to[FLOW_ADDRESS_MAX], number[32];

    flow_address(&segment->from, from);
    flow_address(&segment->to, to);
    html_text(html, from);
    html_markup(html, " → ");
    html_text(html, to);
    if (segment->kind == FLOW_TCP)
        write_flags(html, segment);
    text_number(segment->length, number);
    html_markup(html, "</bdi> <span class=\"rest\">");
    html_text(html, segment->length > 0 ? number : "no data");
    html_markup(html, segment->length > 1    ? " bytes of data"
                      : segment->length == 1 ? " byte of data"
                                             : "");
    html_markup(html, "</span>");
}

static void write_summary(struct page *page, const struct trace_frame *frame,
                          const struct segment *segment)
{
    struct html *html = &page->html;

    html_numbers(html, "<summary><span class=\"no\">%" PRIu32 "</span>\n",
                 frame->number);
    html_numbers(html, "<time>%.1f ms</time>\n",
                 (double)(frame->time_ns - page->trace->start_ns) / 1e6);
    html_markup(html, "<span class=\"proto\">");
    html_markup(html, segment == NULL             ? "Ethernet"
                      : segment->kind == FLOW_TCP ? "TCP"
                                                  : "UDP");
    html_markup(html, "</span><span><bdi class=\"label\">");
    if (segment != NULL)
        write_segment(html, segment);
    else
        html_markup(html, "neither TCP nor UDP</bdi>");
    html_markup(html, frame->dropped != NULL ? " ✗ dropped" : "");
    html_markup(html, "</span></summary>\n");
}

static void write_events(struct page *page, const struct trace_frame *frame)
{
    struct html *html = &page->html;

    html_markup(html, "<dt>Carried</dt><dd>");
    for (size_t i = 0; i < frame->event_count; i++) {
        html_markup(html, i > 0 ? ", <a href=\"#" : "<a href=\"#");
        html_markup(html, page->id_prefix);
        html_numbers(html, "%" PRIu64 "\">event %" PRIu64 "</a>",
                     frame->events[i], frame->events[i]);
    }
    html_markup(html, frame->event_count == 0
                          ? "nothing that a program said</dd>\n"
                          : "</dd>\n");
}

static void write_frame(struct page *page, const struct trace_frame *frame)
{
    struct html *html = &page->html;
    struct segment segment;
    bool known = segment_read(&segment, frame);

    html_numbers(html, "<li><details class=\"frame tcp\" id=\"%c%" PRIu32 "\">",
                 frame_prefix(page), frame->number);
    write_summary(page, frame, known ? &segment : NULL);
    html_markup(html, "<div class=\"detail\"><dl>\n");
    if (frame->dropped != NULL) {
        html_markup(html, "<dt>Dropped</dt><dd>");
        html_text(html, frame->dropped);
        html_markup(html, "</dd>\n");
    }
    html_markup(html, "<dt>Sent by</dt><dd>");
    html_text(html, frame->host);
    html_markup(html, "</dd>\n");
    write_events(page, frame);
    html_markup(html, "<dt>Bytes</dt><dd>");
    page_hex(html, frame->bytes, FRAME_SHOWN);
    html_numbers(html, "<p class=\"more\">%" PRIu32 " bytes</p></dd>\n",
                 frame->length);
    html_markup(html, "</dl></div></details></li>\n");
}

void page_frames(struct page *page)
{
    const struct trace_file *trace = page->trace;
    struct html *html = &page->html;
    char prefix[2] = {frame_prefix(page), '\0'};
    struct page_rows rows;

    if (trace->frame_count == 0)
        return;
    html_markup(html, "<details class=\"whole\"><summary>What the wire "
                      "carried, frame by frame</summary>\n"
                      "<div class=\"ladder frames\">\n");
    page_rows_begin(&rows, page, prefix, trace->frame_count);
    for (size_t i = 0; i < trace->frame_count; i++) {
        page_rows_next(&rows, trace->frames[i].number);
        write_frame(page, &trace->frames[i]);
    }
    page_rows_end(&rows);
    html_markup(html, "</div></details>\n");
}

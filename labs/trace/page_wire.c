/* SPDX-License-Identifier: MIT */
/*
 * page: what the wire carried of a message that was said inside TLS or SSH:
 * the bytes that an eavesdropper has, from frames or socket records put
 * together again (flows.h), beside the text that only the two ends know.
 *
 * A page switches between both by two classes, "said" and "wire"; the comments
 * around them tell the script's search what is shown.
 */

#include "labs/trace/page.h"

enum {
    WIRE_SHOWN = 256, /* bytes of a record that are shown one by one */
    WIRE_LABEL = 8,   /* and in its row */
};

/* The stretch of the stream that carried the event. */
static struct span carried(struct page *page, const struct trace_event *event)
{
    const struct sockaddr_storage *from = event->local, *to = event->remote;
    uint64_t first = event->raw.from, end = event->raw.to;
    if (event->dir == TRACE_DIR_IN) {
        from = event->remote;
        to = event->local;
    }
    const struct flow_side *side =
        from != NULL && to != NULL
            ? flows_side(&page->flows, from, to, event->time_ns)
            : NULL;
    if (side == NULL || side->bytes == NULL || first >= side->length)
        return (struct span){NULL, 0};
    if (end > side->length)
        end = side->length;
    return end > first ? (struct span){side->bytes + first, end - first}
                       : (struct span){NULL, 0};
}

bool page_is_sealed(const struct trace_event *event)
{
    return event_kind(event) == EVENT_ENCRYPTED &&
           event->raw.to > event->raw.from;
}

/* How many bytes; with the first of them if wanted. */
static void write_wire_label(struct page *page, const struct trace_event *event,
                             bool with_bytes)
{
    struct html *html = &page->html;
    struct span bytes = {NULL, 0};
    char number[32];

    if (with_bytes)
        bytes = carried(page, event);
    text_number(event->raw.to - event->raw.from, number);
    html_markup(html, "<!--w--><span class=\"wire\"><bdi class=\"label\">");
    html_text(html, number);
    html_markup(html, " encrypted bytes</bdi> <span class=\"rest\">");
    for (size_t i = 0; i < bytes.length && i < WIRE_LABEL; i++)
        html_numbers(html, "%02x ", (unsigned char)bytes.data[i]);
    html_markup(html, bytes.length > 0 ? "…" : "");
    html_markup(html, "</span></span><!--/w-->");
}

static void write_said_label(struct html *html, const struct trace_event *event,
                             const char *note)
{
    char label[EVENT_TEXT_MAX], rest[EVENT_TEXT_MAX];

    event_label(event, label);
    event_rest(event, rest);
    html_markup(html, "<bdi class=\"label\">");
    html_text(html, label);
    html_markup(html, "</bdi>");
    if (rest[0] != '\0') {
        html_markup(html, " <span class=\"rest\">");
        html_text(html, rest);
        html_markup(html, "</span>");
    }
    if (note != NULL) {
        html_markup(html, "<bdi class=\"aside\">");
        html_text(html, note);
        html_markup(html, "</bdi>");
    }
}

void page_label(struct page *page, const struct trace_event *event,
                bool with_bytes, const char *note)
{
    struct html *html = &page->html;
    bool sealed = page_is_sealed(event);

    if (sealed)
        write_wire_label(page, event, with_bytes);
    html_markup(html, sealed ? "<!--s--><span class=\"said\">" : "");
    write_said_label(html, event, note);
    html_markup(html, sealed ? "</span><!--/s-->" : "");
}

void page_wire(struct page *page, const struct trace_event *event)
{
    struct html *html = &page->html;
    struct span bytes = carried(page, event);
    uint64_t length = event->raw.to - event->raw.from;
    char number[32];

    html_markup(html, "<!--w--><div class=\"wire\">");
    if (bytes.length > 0)
        page_hex(html, bytes, WIRE_SHOWN);
    text_number(length, number);
    html_markup(html, "<p class=\"more\">");
    html_text(html, number);
    html_markup(html, " bytes as they passed");
    if (bytes.length == 0)
        html_markup(html, "; none of them was kept");
    else if (bytes.length > WIRE_SHOWN || bytes.length < length)
        html_numbers(html, ", the first %zu of them here",
                     bytes.length < WIRE_SHOWN ? bytes.length
                                               : (size_t)WIRE_SHOWN);
    html_markup(html, event->exact ? ""
                                   : "; where it begins and ends in them "
                                     "can't be told exactly");
    html_markup(html, "</p></div><!--/w-->");
}

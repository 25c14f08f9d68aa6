/* SPDX-License-Identifier: MIT */
/*
 * page: an event, opened. What it means, which rule asks for it, which line of
 * C made it, which frames carried it, and its bytes.
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "labs/trace/page.h"

/* ---- citations ---------------------------------------------------------- */

void page_rfc(struct html *html, struct rfc rfc)
{
    char url[EVENT_TEXT_MAX];
    const char *title = rfc_title(rfc);

    rfc_url(rfc, url);
    html_markup(html, "<a href=\"");
    html_text(html, url);
    html_markup(html, "\">RFC ");
    html_text(html, rfc.number);
    if (rfc.section != NULL && strcmp(rfc.section, "0") != 0) {
        html_markup(html, " §");
        html_text(html, rfc.section);
    }
    html_markup(html, "</a>");
    if (title != NULL) {
        html_markup(html, " ");
        html_text(html, title);
    }
}

/* Reads "9112 §6.3" or "9112" at `text` (after "RFC "); its length, or 0. The
 * text need not be terminated: `left` bytes are there. */
static size_t citation_length(const char *text, size_t left, char number[8],
                              char section[16])
{
    static const char sign[] = " §";
    size_t digits = 0, at, length = 0;

    while (digits < left && digits < 5 && isdigit((unsigned char)text[digits]))
        digits++;
    memcpy(number, text, digits);
    number[digits] = '\0';
    strcpy(section, "0");
    at = digits + sizeof(sign) - 1;
    if (digits == 0 || left <= at ||
        memcmp(text + digits, sign, sizeof(sign) - 1) != 0)
        return digits;
    while (
        at + length < left && length < 15 &&
        (isalnum((unsigned char)text[at + length]) || text[at + length] == '.'))
        length++;
    while (length > 0 && text[at + length - 1] == '.')
        length--; /* the full stop of a sentence */
    if (length == 0)
        return digits;
    memcpy(section, text + at, length);
    section[length] = '\0';
    return at + length;
}

/* Writes the link for what stands at `text` after "RFC "; its length. */
static size_t link_rfc(struct page *page, struct span text)
{
    char number[8], section[16], url[EVENT_TEXT_MAX];
    size_t length =
        citation_length(text.data + 4, text.length - 4, number, section);

    if (length == 0)
        return 0;
    rfc_url(RFC(number, section), url);
    html_markup(&page->html, "<a href=\"");
    html_text(&page->html, url);
    html_markup(&page->html, "\">");
    html_span(&page->html, (struct span){text.data, 4 + length});
    html_markup(&page->html, "</a>");
    return 4 + length;
}

/* The same for "event 12", which is a place on this page. */
static size_t link_event(struct page *page, struct span text)
{
    enum { WORD = sizeof("event ") - 1 };
    size_t digits = 0;
    uint64_t id;

    while (WORD + digits < text.length &&
           isdigit((unsigned char)text.data[WORD + digits]))
        digits++;
    if (!text_to_u64((struct span){text.data + WORD, digits},
                     page->trace->event_count, &id) ||
        id == 0)
        return 0;
    html_markup(&page->html, "<a href=\"#");
    html_markup(&page->html, page->id_prefix);
    html_numbers(&page->html, "%" PRIu64 "\">", id);
    html_span(&page->html, (struct span){text.data, WORD + digits});
    html_markup(&page->html, "</a>");
    return WORD + digits;
}

void page_prose(struct page *page, struct span text)
{
    size_t plain = 0, linked;

    while (plain < text.length) {
        struct span rest = {text.data + plain, text.length - plain};
        bool rfc = span_begins(rest, "RFC "),
             event = span_begins(rest, "event ");
        if (!rfc && !event) {
            plain++;
            continue;
        }
        html_span(&page->html, (struct span){text.data, plain});
        linked = rfc ? link_rfc(page, rest) : link_event(page, rest);
        text = (struct span){rest.data + linked, rest.length - linked};
        plain = linked > 0 ? 0 : 1;
    }
    html_span(&page->html, text);
}

/* ---- rows of the list --------------------------------------------------- */

static void row(struct html *html, const char *label)
{
    html_markup(html, "<dt>");
    html_markup(html, label);
    html_markup(html, "</dt><dd>");
}

static void row_end(struct html *html)
{
    html_markup(html, "</dd>\n");
}

static void write_term(struct html *html, const struct term *term)
{
    html_markup(html, "<p><b>");
    html_text(html, term->name);
    if (term->title != NULL) {
        html_markup(html, " ");
        html_text(html, term->title);
    }
    html_markup(html, "</b>: ");
    html_text(html, term->sentence);
    if (term->next != NULL) {
        html_markup(html, " <i>");
        html_text(html, term->next);
        html_markup(html, "</i>");
    }
    html_markup(html, "</p>");
}

static void write_meaning(struct html *html, const struct trace_event *event)
{
    const struct term *term = event_term(event);

    if (term == NULL)
        return;
    row(html, "Meaning");
    write_term(html, term);
    row_end(html);
}

static void write_where(struct page *page, const char *label,
                        const struct where *where)
{
    struct html *html = &page->html;

    if (where->file == NULL)
        return;
    row(html, label);
    bool linked = page_source_link(page, where);
    html_markup(html, "<code>");
    html_text(html, where->file);
    html_numbers(html, ":%d", where->line);
    html_markup(html, "</code> in <code>");
    html_text(html, where->function);
    html_markup(html, linked ? "</code></a>" : "</code>");
    page_source(page, where);
    row_end(html);
}

static void write_frames(struct page *page, const struct trace_event *event)
{
    struct html *html = &page->html;
    char frames[EVENT_TEXT_MAX];

    if (event->frame_count == 0)
        return;
    event_frames(event, frames);
    row(html, "Frames");
    bool linked = page_frame_link(page, event->frames[0]);
    html_text(html, frames);
    html_markup(html, linked ? "</a>" : "");
    html_markup(html, event->exact ? ""
                                   : " (those that passed meanwhile: which "
                                     "bytes are its own can't be told)");
    row_end(html);
}

static void write_connection(struct html *html, const struct trace_event *event)
{
    if (event->conn == 0)
        return;
    row(html, "Connection");
    html_numbers(html, "%" PRIu32, event->conn);
    if (event->peer != NULL && event->peer[0] != '\0') {
        html_markup(html, ", with <code>");
        html_text(html, event->peer);
        html_markup(html, "</code>");
    }
    if (event_kind(event) == EVENT_ENCRYPTED)
        html_markup(html,
                    event->proto != NULL && strcmp(event->proto, "ssh") == 0
                        ? ", inside SSH: the wire carried it encrypted"
                        : ", inside TLS: the wire carried it encrypted");
    row_end(html);
}

/* ---- the fields of a header --------------------------------------------- */

/* Each line "Name: value" whose name has an entry, up to the empty line. */
static void write_fields(struct html *html, const struct trace_event *event)
{
    struct span left = event->data, line;
    bool any = false;

    while (span_take_line(&left, &line) && line.length > 0) {
        const char *colon = memchr(line.data, ':', line.length);
        const struct term *term =
            colon != NULL
                ? event_term_of_field(
                      event,
                      (struct span){line.data, (size_t)(colon - line.data)})
                : NULL;
        if (term != NULL && !any)
            row(html, "Its fields");
        if (term != NULL)
            write_term(html, term);
        any = any || term != NULL;
    }
    if (any)
        row_end(html);
}

/* ---- the whole of it ---------------------------------------------------- */

/* A sealed message is there twice: as it was said, and as the wire had it. */
static void write_message(struct page *page, const struct trace_event *event)
{
    struct html *html = &page->html;
    bool sealed = page_is_sealed(event);

    if (event->data.length > 0) {
        html_markup(html, sealed ? "<!--s--><div class=\"said\">" : "<div>");
        row(html, "Message");
        page_message(html, event);
        row_end(html);
        html_markup(html, sealed ? "</div><!--/s-->\n" : "</div>\n");
    }
    if (sealed) {
        row(html, "On the wire");
        page_wire(page, event);
        row_end(html);
    }
}

void page_detail(struct page *page, const struct trace_event *event)
{
    struct html *html = &page->html;
    bool sealed = page_is_sealed(event);

    html_markup(html, "<div class=\"detail\"><dl>\n");
    html_markup(html, sealed ? "<!--s--><div class=\"said\">" : "");
    write_meaning(html, event);
    if (event->note != NULL && event->dir != TRACE_DIR_NOTE) {
        row(html, "Note");
        page_prose(page, span_of(event->note));
        row_end(html);
    }
    html_markup(html, sealed ? "</div><!--/s-->" : "");
    if (event->rfc.number != NULL) {
        row(html, "Rule");
        page_rfc(html, event->rfc);
        row_end(html);
    }
    write_where(page, event->dir == TRACE_DIR_NOTE ? "Decided at" : "Source",
                &event->src);
    write_where(page, "Heard at", &event->src_heard);
    write_frames(page, event);
    write_connection(html, event);
    html_markup(html, sealed ? "<!--s--><div class=\"said\">" : "");
    write_fields(html, event);
    html_markup(html, sealed ? "</div><!--/s-->" : "");
    write_message(page, event);
    html_markup(html, "</dl></div>\n");
}

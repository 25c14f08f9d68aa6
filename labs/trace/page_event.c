/* SPDX-License-Identifier: MIT */
/*
 * page: an event, opened. What it means, which rule asks for it, which line of
 * C made it, which frames carried it, and its bytes.
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "labs/trace/page.h"

enum {
    MESSAGE_SHOWN = 8192, /* bytes of a message that a page quotes */
    HEX_SHOWN = 512,      /* bytes that it shows one by one */
    HEX_ROW = 16,
};

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

/* Reads "9112 §6.3" or "9112" at `text` (after "RFC "); its length, or 0. */
static size_t citation_length(const char *text, char number[8],
                              char section[16])
{
    size_t digits = strspn(text, "0123456789"), length = 0;

    if (digits == 0 || digits > 5)
        return 0;
    memcpy(number, text, digits);
    number[digits] = '\0';
    strcpy(section, "0");
    if (strncmp(text + digits, " §", strlen(" §")) != 0)
        return digits;
    text += digits + strlen(" §");
    while (length < 15 &&
           (isalnum((unsigned char)text[length]) ||
            (text[length] == '.' && isalnum((unsigned char)text[length + 1]))))
        length++;
    if (length == 0)
        return digits;
    memcpy(section, text, length);
    section[length] = '\0';
    return digits + strlen(" §") + length;
}

void page_prose(struct html *html, const char *text)
{
    const char *found;
    char number[8], section[16];

    while ((found = strstr(text, "RFC ")) != NULL) {
        size_t length = citation_length(found + 4, number, section);
        html_span(html, (struct span){text, (size_t)(found - text)});
        text = found + 4 + length;
        if (length == 0) {
            html_markup(html, "RFC ");
            continue;
        }
        char url[EVENT_TEXT_MAX];
        rfc_url(RFC(number, section), url);
        html_markup(html, "<a href=\"");
        html_text(html, url);
        html_markup(html, "\">");
        html_span(html, (struct span){found, 4 + length});
        html_markup(html, "</a>");
    }
    html_text(html, text);
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
    const struct term *term = page_term(event);

    if (term == NULL)
        return;
    row(html, "Meaning");
    write_term(html, term);
    row_end(html);
}

static void write_where(struct html *html, const char *label,
                        const struct where *where)
{
    if (where->file == NULL)
        return;
    row(html, label);
    html_markup(html, "<code>");
    html_text(html, where->file);
    html_numbers(html, ":%d", where->line);
    html_markup(html, "</code> in <code>");
    html_text(html, where->function);
    html_markup(html, "</code>");
    row_end(html);
}

static void write_frames(struct html *html, const struct trace_event *event)
{
    char frames[EVENT_TEXT_MAX];

    if (event->frame_count == 0)
        return;
    event_frames(event, frames);
    row(html, "Frames");
    html_text(html, frames);
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
    html_markup(html, event_kind(event) == EVENT_ENCRYPTED
                          ? ", inside TLS: the wire carried it encrypted"
                          : "");
    row_end(html);
}

/* ---- the fields of a header --------------------------------------------- */

/* Each line "Name: value" whose name has an entry, up to the empty line. */
static void write_fields(struct html *html, const struct trace_event *event)
{
    struct span left = event->data;
    bool any = false;

    while (left.length > 0) {
        const char *end = memchr(left.data, '\n', left.length);
        size_t length =
            end != NULL ? (size_t)(end - left.data) + 1 : left.length;
        const char *colon = memchr(left.data, ':', length);
        if (length <= 2)
            break;
        const struct term *term =
            colon != NULL
                ? page_term_of_field(
                      event,
                      (struct span){left.data, (size_t)(colon - left.data)})
                : NULL;
        if (term != NULL && !any)
            row(html, "Its fields");
        if (term != NULL)
            write_term(html, term);
        any = any || term != NULL;
        left.data += length;
        left.length -= length;
    }
    if (any)
        row_end(html);
}

/* ---- its bytes ---------------------------------------------------------- */

static void write_hex_row(struct html *html, const unsigned char *bytes,
                          size_t offset, size_t count)
{
    char text[HEX_ROW + 1];

    html_numbers(html, "%06zx  ", offset);
    for (size_t i = 0; i < HEX_ROW; i++)
        if (i < count)
            html_numbers(html, "%02x ", bytes[i]);
        else
            html_markup(html, "   ");
    for (size_t i = 0; i < count; i++)
        text[i] = bytes[i] >= 0x20 && bytes[i] < 0x7F ? (char)bytes[i] : '.';
    text[count] = '\0';
    html_markup(html, " ");
    for (size_t i = 0; i < count; i++) /* no backslash is doubled here */
        if (text[i] == '\\')
            html_markup(html, "\\");
        else
            html_span(html, (struct span){text + i, 1});
    html_markup(html, "\n");
}

static void write_hex(struct html *html, const struct trace_event *event)
{
    const unsigned char *bytes = (const unsigned char *)event->data.data;
    size_t shown =
        event->data.length < HEX_SHOWN ? event->data.length : HEX_SHOWN;

    html_markup(html, "<details><summary>Byte by byte</summary>"
                      "<pre tabindex=\"0\">");
    for (size_t at = 0; at < shown; at += HEX_ROW)
        write_hex_row(html, bytes + at, at,
                      shown - at < HEX_ROW ? shown - at : HEX_ROW);
    html_markup(html, "</pre></details>");
}

static void write_length(struct html *html, const struct trace_event *event,
                         size_t shown)
{
    char number[32];

    text_number(event->length, number);
    html_markup(html, "<p class=\"more\">");
    html_text(html, number);
    html_markup(html, event->length == 1 ? " byte" : " bytes");
    if (shown < event->length) {
        text_number(shown, number);
        html_markup(html, ", the first ");
        html_text(html, number);
        html_markup(html, " of them here");
    }
    if (event->secret_count > 0)
        html_markup(html, "; a secret is masked by asterisks, one for each "
                          "of its bytes");
    html_markup(html, "</p>");
}

static void write_message(struct html *html, const struct trace_event *event)
{
    struct span text = event->data;
    bool readable;

    if (text.length == 0)
        return;
    if (text.length > MESSAGE_SHOWN)
        text.length = MESSAGE_SHOWN;
    readable =
        event->layer == TRACE_LAYER_APP && event_kind(event) != EVENT_NAMES;
    row(html, "Message");
    if (readable) {
        html_markup(html, "<pre tabindex=\"0\">");
        html_lines(html, text);
        html_markup(html, "</pre>");
    }
    write_length(html, event,
                 readable
                     ? text.length
                     : (text.length < HEX_SHOWN ? text.length : HEX_SHOWN));
    write_hex(html, event);
    row_end(html);
}

void page_detail(struct page *page, const struct trace_event *event)
{
    struct html *html = &page->html;

    html_markup(html, "<div class=\"detail\"><dl>\n");
    write_meaning(html, event);
    if (event->note != NULL && event->dir != TRACE_DIR_NOTE) {
        row(html, "Note");
        page_prose(html, event->note);
        row_end(html);
    }
    if (event->rfc.number != NULL) {
        row(html, "Rule");
        page_rfc(html, event->rfc);
        row_end(html);
    }
    write_where(html, event->dir == TRACE_DIR_NOTE ? "Decided at" : "Source",
                &event->src);
    write_where(html, "Heard at", &event->src_heard);
    write_frames(html, event);
    write_connection(html, event);
    write_fields(html, event);
    write_message(html, event);
    html_markup(html, "</dl></div>\n");
}

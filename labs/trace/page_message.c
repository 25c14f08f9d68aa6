/* SPDX-License-Identifier: MIT */
/*
 * page: the bytes of a message, as text and one by one.
 */
#include "labs/trace/page.h"

enum {
    MESSAGE_SHOWN = 8192, /* bytes of a message that a page quotes */
    HEX_SHOWN = 512,      /* bytes that it shows one by one */
    HEX_ROW = 16,
};

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

void page_hex(struct html *html, struct span bytes, size_t most)
{
    const unsigned char *from = (const unsigned char *)bytes.data;
    size_t shown = bytes.length < most ? bytes.length : most;

    html_markup(html, "<pre tabindex=\"0\">");
    for (size_t at = 0; at < shown; at += HEX_ROW)
        write_hex_row(html, from + at, at,
                      shown - at < HEX_ROW ? shown - at : HEX_ROW);
    html_markup(html, "</pre>");
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

void page_message(struct html *html, const struct trace_event *event)
{
    struct span text = event->data;
    bool readable;

    if (text.length > MESSAGE_SHOWN)
        text.length = MESSAGE_SHOWN;
    readable =
        event->layer == TRACE_LAYER_APP && event_kind(event) != EVENT_NAMES;
    if (readable) {
        html_markup(html, "<pre tabindex=\"0\">");
        html_lines(html, text);
        html_markup(html, "</pre>");
    }
    write_length(html, event,
                 readable
                     ? text.length
                     : (text.length < HEX_SHOWN ? text.length : HEX_SHOWN));
    html_markup(html, "<details><summary>Byte by byte</summary>");
    page_hex(html, event->data, HEX_SHOWN);
    html_markup(html, "</details>");
}

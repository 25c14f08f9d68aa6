/* SPDX-License-Identifier: MIT */
/*
 * html: markup and text into one stream. The contract is in html.h.
 */
#include "labs/trace/html.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int html_flush(struct html *html)
{
    if (html->result == 0 && html->length > 0 && html->packing)
        html_pack_take(html);
    else if (html->result == 0 && html->length > 0)
        html->result =
            output_write(html->to, html->buffer, html->length, html->error);
    html->length = 0;
    return html->result;
}

static void put(struct html *html, const char *bytes, size_t length)
{
    if (length > sizeof(html->buffer) - html->length)
        html_flush(html);
    while (length > sizeof(html->buffer)) {
        memcpy(html->buffer, bytes, sizeof(html->buffer));
        html->length = sizeof(html->buffer);
        html_flush(html);
        bytes += sizeof(html->buffer);
        length -= sizeof(html->buffer);
    }
    memcpy(html->buffer + html->length, bytes, length);
    html->length += length;
}

void html_markup(struct html *html, const char *markup)
{
    put(html, markup, strlen(markup));
}

void html_numbers(struct html *html, const char *format, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    put(html, text, strlen(text));
}

/* The five characters that mean something in HTML, in text or in a quoted
 * attribute. */
static const char *reference(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static void put_escaped(struct html *html, const char *text, size_t length)
{
    size_t plain = 0;

    for (size_t i = 0; i < length; i++) {
        const char *instead = reference(text[i]);
        if (instead == NULL)
            continue;
        put(html, text + plain, i - plain);
        put(html, instead, strlen(instead));
        plain = i + 1;
    }
    put(html, text + plain, length - plain);
}

void html_span(struct html *html, struct span text)
{
    enum { PIECE = 512 };
    char shown[PIECE * 4 + 1];

    while (text.length > 0) {
        struct span piece = text;
        if (piece.length > PIECE) {
            piece.length = PIECE;
            /* Never between the bytes of one character, of which at most three
             * follow the first. */
            while (piece.length > PIECE - 4 &&
                   ((unsigned char)text.data[piece.length] & 0xC0) == 0x80)
                piece.length--;
        }
        size_t length = text_escape(shown, sizeof(shown), piece);
        put_escaped(html, shown, length);
        text.data += piece.length;
        text.length -= piece.length;
    }
}

void html_text(struct html *html, const char *text)
{
    if (text != NULL)
        html_span(html, span_of(text));
}

void html_lines(struct html *html, struct span text)
{
    while (text.length > 0) {
        const char *end = memchr(text.data, '\n', text.length);
        struct span line = {text.data, end != NULL ? (size_t)(end - text.data)
                                                   : text.length};
        size_t step = line.length + (end != NULL);
        if (end != NULL && line.length > 0 &&
            line.data[line.length - 1] == '\r')
            line.length--;
        html_span(html, line);
        if (end != NULL)
            put(html, "\n", 1);
        text.data += step;
        text.length -= step;
    }
}

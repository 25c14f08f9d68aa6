/* SPDX-License-Identifier: MIT */
/*
 * page: rows, however many. A browser that must lay out a hundred thousand of
 * them before it shows the first is no use; so of many only the first are
 * written as they are, and the others some at a time, packed, for the
 * script to unpack where the reader looks (page_rows.js).
 */
#include <inttypes.h>

#include "labs/trace/page.h"

enum {
    ROWS_WHOLE = 1000, /* up to here all rows are written as they are */
    ROWS_FIRST = 200,  /* of more, these */
    ROWS_PACKED = 50,  /* and then so many at a time */
};

void page_rows_begin(struct page_rows *rows, struct page *page,
                     const char *prefix, size_t total)
{
    *rows = (struct page_rows){.page = page, .prefix = prefix, .total = total};
    html_markup(&page->html, "<ol class=\"rows\">\n");
}

static void write_notice(struct page_rows *rows)
{
    struct html *html = &rows->page->html;
    char number[32];

    html_markup(html, "<noscript><p class=\"more\">These are the first ");
    html_numbers(html, "%d", ROWS_FIRST);
    html_markup(html, " of ");
    text_number(rows->total, number);
    html_text(html, number);
    html_markup(html, " rows. The others are in this page too, but packed: its "
                      "script unpacks them, and scripts are switched off here. "
                      "“trace show” prints all of them.</p></noscript>\n");
}

void page_rows_next(struct page_rows *rows, uint64_t id)
{
    struct html *html = &rows->page->html;
    size_t at = rows->written++, left = rows->total - at;

    if (rows->total <= ROWS_WHOLE || at < ROWS_FIRST ||
        (at - ROWS_FIRST) % ROWS_PACKED != 0)
        return;
    if (rows->packed) {
        html_pack_end(html);
        html_markup(html, "</template>\n");
    } else {
        html_markup(html, "</ol>\n");
        write_notice(rows);
    }
    rows->packed = true;
    html_markup(html, "<template class=\"packed\" data-prefix=\"");
    html_markup(html, rows->prefix);
    html_numbers(html, "\" data-first=\"%" PRIu64 "\" data-rows=\"%zu\">", id,
                 left < ROWS_PACKED ? left : (size_t)ROWS_PACKED);
    html_pack_begin(html);
}

void page_rows_end(struct page_rows *rows)
{
    struct html *html = &rows->page->html;

    html_pack_end(html);
    html_markup(html, rows->packed ? "</template>\n" : "</ol>\n");
}

/* SPDX-License-Identifier: MIT */
/*
 * page: what a lab tells, block by block, in the order in which it was told.
 */
#include <string.h>

#include "labs/trace/page.h"

/* ---- a table: rows end in '\n', cells are parted by '|' ------------------ */

static void write_cells(struct page *page, struct span row, const char *cell)
{
    struct html *html = &page->html;

    html_markup(html, "<tr>");
    for (;;) {
        const char *bar =
            row.length > 0 ? memchr(row.data, '|', row.length) : NULL;
        size_t length = bar != NULL ? (size_t)(bar - row.data) : row.length;
        html_markup(html, cell);
        page_prose(page, span_trim((struct span){row.data, length}));
        html_markup(html, cell[2] == 'h' ? "</th>" : "</td>");
        if (bar == NULL)
            break;
        row.data += length + 1;
        row.length -= length + 1;
    }
    html_markup(html, "</tr>\n");
}

static void write_table(struct page *page, const char *text)
{
    struct html *html = &page->html;
    bool head = true;

    html_markup(html, "<div class=\"scroll\" tabindex=\"0\" role=\"group\" "
                      "aria-label=\"Table\"><table>\n<thead>");
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        write_cells(page, (struct span){text, length},
                    head ? "<th scope=\"col\">" : "<td>");
        if (head)
            html_markup(html, "</thead>\n<tbody>");
        head = false;
        text += length;
        text += *text == '\n';
    }
    html_markup(html,
                head ? "</thead></table></div>\n" : "</tbody></table></div>\n");
}

/* ---- blocks ------------------------------------------------------------- */

static void write_box(struct page *page, const char *open, const char *text)
{
    struct html *html = &page->html;

    html_markup(html, open);
    html_markup(html, "<p>");
    page_prose(page, span_of(text));
    html_markup(html, "</p></div>\n");
}

static void write_pre(struct html *html, const char *open, const char *text)
{
    html_markup(html, open);
    html_lines(html, span_of(text));
    html_markup(html, "</pre>\n");
}

static void write_step(struct html *html, const char *text, size_t number)
{
    html_numbers(html, "<h2 id=\"step-%zu\"><span class=\"step-no\">%zu</span>",
                 number, number);
    html_text(html, text);
    html_markup(html, "</h2>\n");
}

static void write_block(struct page *page, const struct story_block *block,
                        size_t *steps)
{
    struct html *html = &page->html;
    const char *text = block->text != NULL ? block->text : "";

    switch (block->kind) {
    case STORY_STEP:
        write_step(html, text, ++*steps);
        break;
    case STORY_CLAIM:
        write_box(page,
                  "<div role=\"note\" class=\"claim\"><span class=\"tag\">What "
                  "you have "
                  "been told</span>",
                  text);
        break;
    case STORY_SAY:
        html_markup(html, "<p>");
        page_prose(page, span_of(text));
        html_markup(html, "</p>\n");
        break;
    case STORY_COMMAND:
        write_pre(html, "<pre class=\"command\" tabindex=\"0\">", text);
        break;
    case STORY_OUTPUT:
        if (text[strspn(text, "\n")] == '\0')
            break; /* a box with nothing in it tells nothing */
        write_pre(html, "<pre class=\"output\" tabindex=\"0\">", text);
        break;
    case STORY_CORRECT:
        write_box(page,
                  "<div role=\"note\" class=\"correct\"><span class=\"tag\">A "
                  "correction"
                  "</span>",
                  text);
        break;
    case STORY_TABLE:
        write_table(page, text);
        break;
    case STORY_LADDER:
        page_ladder(page, block->event, block->last_event);
        break;
    case STORY_PLOT:
        page_plot(page, text);
        break;
    case STORY_SEE:
        write_box(page,
                  "<div role=\"note\" class=\"see\"><span class=\"tag\">What "
                  "to see</span>",
                  text);
        break;
    }
}

void page_story(struct page *page, const struct story *story)
{
    size_t steps = 0;

    for (size_t i = 0; i < story->count; i++)
        write_block(page, &story->blocks[i], &steps);
}

void page_steps(struct page *page, const struct story *story)
{
    struct html *html = &page->html;
    size_t steps = 0;

    for (size_t i = 0; i < story->count; i++)
        steps += story->blocks[i].kind == STORY_STEP;
    if (steps < 2)
        return;
    html_markup(html, "<nav aria-label=\"Steps\"><ol>\n");
    steps = 0;
    for (size_t i = 0; i < story->count; i++) {
        if (story->blocks[i].kind != STORY_STEP)
            continue;
        html_numbers(html, "<li><a href=\"#step-%zu\">", ++steps);
        html_text(html, story->blocks[i].text);
        html_markup(html, "</a></li>\n");
    }
    html_markup(html, "</ol></nav>\n");
}

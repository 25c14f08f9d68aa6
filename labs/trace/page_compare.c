/* SPDX-License-Identifier: MIT */
/*
 * page: two traces side by side, in the rows of "trace compare": an item of A,
 * a sign, its partner in B. The sign is a character and a word; colour only
 * repeats it. A row with a difference is open and tells it: both values, the
 * sentence, why, and the section that says so.
 */
#include <inttypes.h>

#include "labs/trace/page.h"

struct pairs {
    struct page *page;
    const struct comparison *c;
    const char *const *names;
    const char *const *prefixes;
};

/* ---- what a row is ------------------------------------------------------ */

struct sign {
    const char *sign, *words, *class;
};

static const struct sign *sign_of(const struct compare_row *row)
{
    static const struct sign same = {"=", "the same in both", "same"},
                             differs = {"≠", "differs", "differs"},
                             only_a = {"<", "only in A", "only-a"},
                             only_b = {">", "only in B", "only-b"};

    if (row->same)
        return &same;
    if (row->at[COMPARE_A] == COMPARE_NONE)
        return &only_b;
    return row->at[COMPARE_B] == COMPARE_NONE ? &only_a : &differs;
}

static void write_cell(struct pairs *pairs, const struct compare_row *row,
                       int side)
{
    struct html *html = &pairs->page->html;

    html_markup(html, side == COMPARE_A ? "<span class=\"cell in-a\">"
                                        : "<span class=\"cell in-b\">");
    if (row->at[side] == COMPARE_NONE) {
        html_markup(html, "<span class=\"none\">–</span></span>");
        return;
    }
    const struct compare_item *item =
        compare_item(pairs->c, side, row->at[side]);
    html_markup(html, item->from_client
                          ? "<span aria-hidden=\"true\">→ </span><span class="
                            "\"who\">client: </span>"
                          : "<span aria-hidden=\"true\">← </span><span class="
                            "\"who\">server: </span>");
    page_label(pairs->page, item->event, false, NULL);
    html_markup(html, "</span>");
}

/* ---- its differences ---------------------------------------------------- */

static void write_value(struct html *html, int side, struct span value)
{
    html_markup(html, side == COMPARE_A ? "<div class=\"in-a\"><b>A</b> "
                                        : "<div class=\"in-b\"><b>B</b> ");
    if (value.data == NULL) {
        html_markup(html, "<i>none</i>");
    } else {
        html_markup(html, "<code>");
        html_span(html, value);
        html_markup(html, "</code>");
    }
    html_markup(html, "</div>");
}

static void write_difference(struct page *page,
                             const struct compare_difference *one)
{
    struct html *html = &page->html;

    html_markup(html, "<div class=\"difference\"><p><span aria-hidden=\"true\">"
                      "◆ </span>");
    html_text(html, one->what);
    html_markup(html, "</p>\n");
    if (one->a.data != NULL || one->b.data != NULL) {
        html_markup(html, "<div class=\"both\">");
        write_value(html, COMPARE_A, one->a);
        write_value(html, COMPARE_B, one->b);
        html_markup(html, "</div>\n");
    }
    if (one->why != NULL || one->rfc.number != NULL) {
        html_markup(html, one->why != NULL ? "<p class=\"why\">Because: "
                                           : "<p class=\"why\">See ");
        html_text(html, one->why);
        html_markup(html, one->why != NULL ? " " : "");
        if (one->rfc.number != NULL)
            page_rfc(html, one->rfc);
        html_markup(html, "</p>\n");
    }
    html_markup(html, "</div>\n");
}

/* The event, with a way to its place in the ladder, and its message. */
static void write_event(struct pairs *pairs, const struct compare_row *row,
                        int side)
{
    struct html *html = &pairs->page->html;

    html_markup(html, side == COMPARE_A ? "<div class=\"in-a\">"
                                        : "<div class=\"in-b\">");
    if (row->at[side] == COMPARE_NONE) {
        html_markup(html, side == COMPARE_A ? "A has none.</div>\n"
                                            : "B has none.</div>\n");
        return;
    }
    const struct trace_event *event =
        compare_item(pairs->c, side, row->at[side])->event;
    html_markup(html, "<p><a href=\"#");
    html_markup(html, pairs->prefixes[side]);
    html_numbers(html, "%" PRIu64 "\">event %" PRIu64 "</a> of ", event->id,
                 event->id);
    html_text(html, compare_side_name(side));
    if (event->rfc.number != NULL) {
        html_markup(html, ", ");
        page_rfc(html, event->rfc);
    }
    html_markup(html, "</p>");
    if (event->data.length > 0)
        page_message(html, event);
    html_markup(html, "</div>\n");
}

/* Where one side was sealed, what differs is known to its two ends only. */
static bool is_sealed(struct pairs *pairs, const struct compare_row *row)
{
    for (int side = 0; side < COMPARE_SIDES; side++)
        if (row->at[side] != COMPARE_NONE &&
            page_is_sealed(compare_item(pairs->c, side, row->at[side])->event))
            return true;
    return false;
}

static void write_row(struct pairs *pairs, const struct compare_row *row,
                      size_t number)
{
    struct html *html = &pairs->page->html;
    const struct sign *sign = sign_of(row);
    bool sealed = is_sealed(pairs, row);

    html_markup(html, "<li><details class=\"event pair ");
    html_markup(html, sign->class);
    html_numbers(html,
                 row->count > 0 ? "\" id=\"p%zu\" open><summary>"
                                : "\" id=\"p%zu\"><summary>",
                 number);
    write_cell(pairs, row, COMPARE_A);
    html_markup(html, " <span class=\"sign\"><span aria-hidden=\"true\">");
    html_text(html, sign->sign);
    html_markup(html, "</span><span class=\"who\">");
    html_markup(html, sign->words);
    html_markup(html, "</span></span> ");
    write_cell(pairs, row, COMPARE_B);
    html_markup(html, "</summary>\n<div class=\"detail\">\n");
    html_markup(html, sealed ? "<!--s--><div class=\"said\">" : "");
    for (size_t i = row->first; i < row->first + row->count; i++)
        write_difference(pairs->page, &pairs->c->differences[i]);
    html_markup(html, row->count > 0 ? "<details><summary>Both messages"
                                       "</summary>\n<div class=\"both\">\n"
                                     : "<div class=\"both\">\n");
    write_event(pairs, row, COMPARE_A);
    write_event(pairs, row, COMPARE_B);
    html_markup(html, row->count > 0 ? "</div></details>" : "</div>");
    html_markup(html, sealed ? "</div><!--/s--><!--w--><p class=\"wire\">Only "
                               "its two ends know what was said here.</p>"
                               "<!--/w-->"
                             : "");
    html_markup(html, "</div></details></li>\n");
}

/* ---- what stands below -------------------------------------------------- */

static void write_rules(struct pairs *pairs)
{
    struct html *html = &pairs->page->html;
    char number[32];
    bool any = false;

    for (int rule = 0; rule < RULES; rule++) {
        const struct compare_rule_text *text = &compare_rules[rule];
        if (pairs->c->used[rule] == 0)
            continue;
        if (!any)
            html_markup(html,
                        "<h2>Set aside, because any two runs differ in "
                        "it</h2>\n<div class=\"scroll\" tabindex=\"0\" "
                        "role=\"group\" aria-label=\"Rules\"><table class="
                        "\"rules\">"
                        "<tr><th>Rule</th><th>Times</th><th>What it sets "
                        "aside</th><th>Section</th></tr>\n");
        any = true;
        html_markup(html, "<tr><td>");
        html_text(html, text->name);
        html_markup(html, "</td><td class=\"number\">");
        text_number(pairs->c->used[rule], number);
        html_text(html, number);
        html_markup(html, "</td><td>");
        html_text(html, text->sentence);
        html_markup(html, "</td><td>");
        page_rfc(html, text->rfc);
        html_markup(html, "</td></tr>\n");
    }
    html_markup(html, any ? "</table></div>\n" : "");
}

static void write_total(struct html *html, const char *what, uint64_t a,
                        uint64_t b)
{
    char number[32];

    html_markup(html, "<tr><td>");
    html_markup(html, what);
    html_markup(html, "</td><td class=\"number\">");
    text_number(a, number);
    html_text(html, number);
    html_markup(html, "</td><td class=\"number\">");
    text_number(b, number);
    html_text(html, number);
    html_markup(html, "</td><td class=\"number\">");
    text_number(a < b ? b - a : a - b, number);
    html_markup(html, a == b ? "" : a < b ? "+" : "−");
    html_text(html, number);
    html_markup(html, "</td></tr>\n");
}

static void write_totals(struct pairs *pairs)
{
    struct html *html = &pairs->page->html;
    const struct compare_total *a = &pairs->c->sides[COMPARE_A].total;
    const struct compare_total *b = &pairs->c->sides[COMPARE_B].total;

    html_markup(html, "<h2>In all</h2>\n<div class=\"scroll\" tabindex=\"0\" "
                      "role=\"group\" aria-label=\"Totals\"><table class="
                      "\"totals\"><tr><th>What</th><th>A</th><th>B</th>"
                      "<th>B − A</th></tr>\n");
    write_total(html, "connections", a->connections, b->connections);
    write_total(html, "round trips", a->round_trips, b->round_trips);
    write_total(html, "bytes from client to server", a->sent, b->sent);
    write_total(html, "bytes from server to client", a->received, b->received);
    write_total(html, "bytes readable on the wire", a->readable, b->readable);
    write_total(html, "microseconds", (uint64_t)a->time_ns / 1000,
                (uint64_t)b->time_ns / 1000);
    html_markup(html, "</table></div>\n");
}

/* ---- the whole ---------------------------------------------------------- */

static void write_verdict(struct pairs *pairs)
{
    struct html *html = &pairs->page->html;
    size_t count = pairs->c->difference_count;
    char number[32];

    html_markup(html, "<p class=\"verdict\">");
    text_number(count, number);
    html_text(html, count == 0 ? "No" : number);
    html_markup(html, count == 1 ? " difference" : " differences");
    html_markup(html, " between <b>A</b> <code>");
    html_text(html, pairs->names[COMPARE_A]);
    html_markup(html, "</code> and <b>B</b> <code>");
    html_text(html, pairs->names[COMPARE_B]);
    html_markup(html, "</code>. <span aria-hidden=\"true\">= is the same in "
                      "both, ≠ differs, &lt; is only in A, &gt; only in B."
                      "</span></p>\n");
}

void page_compare(struct page *page, const struct comparison *comparison,
                  const char *const *names, const char *const *prefixes)
{
    struct pairs pairs = {page, comparison, names, prefixes};
    struct html *html = &page->html;
    struct page_rows rows;

    write_verdict(&pairs);
    html_markup(html, "<div class=\"ladder pairs\"><div class=\"heads\" "
                      "aria-hidden=\"true\"><span>A</span><span></span>"
                      "<span>B</span></div>\n");
    page_rows_begin(&rows, page, "p", comparison->row_count);
    for (size_t i = 0; i < comparison->row_count; i++) {
        page_rows_next(&rows, i + 1);
        write_row(&pairs, &comparison->rows[i], i + 1);
    }
    page_rows_end(&rows);
    html_markup(html, "</div>\n");
    write_rules(&pairs);
    write_totals(&pairs);
}

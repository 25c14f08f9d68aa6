/* SPDX-License-Identifier: MIT */
/*
 * page: one file that needs no other, of one trace with a lab's story or
 * without, or of two side by side. Its parts are named in page.h.
 */
#include "labs/trace/page.h"

#include <stdlib.h>

static const char *const prefixes[PAGE_TRACES_MAX] = {"e", "f", "g", "h"};

static bool has_conns(const struct trace_file *trace)
{
    uint32_t conn = 0;

    for (size_t i = 0; i < trace->event_count; i++) {
        uint32_t other = trace->events[i].conn;
        if (conn != 0 && other != 0 && other != conn)
            return true;
        conn = other != 0 ? other : conn;
    }
    return false;
}

static void page_drop(struct page *page)
{
    free(page->shown);
    page->shown = NULL;
    flows_free(&page->flows);
}

/* From here on the page is about this trace. */
static int page_take(struct page *page, const struct trace_file *trace,
                     const char *id_prefix)
{
    struct html *html = &page->html;

    page_drop(page);
    page->trace = trace;
    page->id_prefix = id_prefix;
    page->conns = has_conns(trace);
    page->shown = calloc(trace->event_count + 1, 1);
    if (page->shown == NULL)
        return html->result =
                   error_set(html->error, ERROR_LOCAL, "out of memory");
    if (flows_read(&page->flows, trace, html->error) < 0)
        html->result = -ERROR_LOCAL;
    return html->result;
}

static int page_new(struct page **page, struct output *to,
                    const struct trace_file *trace, struct error *error)
{
    *page = calloc(1, sizeof(**page));
    if (*page == NULL)
        return error_set(error, ERROR_LOCAL, "out of memory for a page");
    (*page)->html.to = to;
    (*page)->html.error = error;
    /* A failure stays in html.result; page_end returns it. */
    page_take(*page, trace, prefixes[0]);
    return 0;
}

static int page_end(struct page *page)
{
    int result;

    page_foot(&page->html);
    result = html_flush(&page->html);
    html_pack_free(&page->html);
    page_sources_free(page);
    page_drop(page);
    free(page);
    return result;
}

/* A story shows what it is about; the rest of the run stands below it. */
static void write_all(struct page *page, const struct story *story)
{
    if (story != NULL) {
        page_story(page, story);
        html_markup(&page->html,
                    "<details class=\"whole\"><summary>The whole run, event by "
                    "event</summary>\n");
    }
    page_bytes(page);
    page_ladder(page, 0, 0);
    html_markup(&page->html, story != NULL ? "</details>\n" : "");
    page_frames(page);
}

int page_write(struct output *to, const struct trace_file *trace,
               const struct story *story, const char *title, const char *source,
               struct error *error)
{
    struct page *page;
    int result = page_new(&page, to, trace, error);

    if (result < 0)
        return result;
    page->pages = source;
    page_head(&page->html, title);
    page_header(page, title, story, true);
    if (story != NULL)
        page_steps(page, story);
    page_tools(&page->html);
    html_markup(&page->html, "<main id=\"main\">\n");
    if (page->html.result == 0)
        write_all(page, story);
    return page_end(page);
}

/* Where nothing can be compared, the page says so; the ladders stand. */
static void write_comparison(struct page *page, const struct trace_file *traces,
                             const char *const *names)
{
    struct html *html = &page->html;
    struct comparison comparison;
    struct error error = {0};

    if (comparison_make(&comparison, &traces[0], &traces[1], &error) == 0) {
        page_compare(page, &comparison, names, prefixes);
    } else {
        html_markup(html, "<p>These two can’t be compared: ");
        html_text(html, error.text);
        html_markup(html, "</p>\n");
    }
    comparison_free(&comparison);
}

/* One of several stands below the comparison, to be opened. */
static void write_one(struct page *page, const char *name, bool alone)
{
    struct html *html = &page->html;

    if (!alone) {
        html_markup(html, "<details class=\"whole\"><summary>");
        html_text(html, name);
        html_markup(html, ", event by event</summary>\n");
    }
    page_facts(page, NULL);
    page_bytes(page);
    page_ladder(page, 0, 0);
    page_frames(page);
    html_markup(html, alone ? "" : "</details>\n");
}

int page_write_several(struct output *to, const struct trace_file *traces,
                       const char *const *names, size_t count,
                       const char *title, const char *source,
                       struct error *error)
{
    struct page *page;
    int result = page_new(&page, to, traces, error);

    if (result < 0)
        return result;
    page->pages = source;
    page_head(&page->html, title);
    page_header(page, title, NULL, false);
    page_tools(&page->html);
    html_markup(&page->html, "<main id=\"main\">\n");
    if (count == 2 && page->html.result == 0)
        write_comparison(page, traces, names);
    for (size_t i = 0; i < count && i < PAGE_TRACES_MAX; i++) {
        if (page_take(page, &traces[i], prefixes[i]) < 0)
            break;
        write_one(page, names[i], count == 1);
    }
    return page_end(page);
}

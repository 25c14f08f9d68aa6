/* SPDX-License-Identifier: MIT */
/*
 * page: one file that needs no other. Its policy allows one style and one
 * script, both by their digest, and nothing from anywhere else: should a
 * peer's bytes ever get past html_text, they could still not run.
 *
 * The style and the script are page.css and page.js beside this file; the
 * Makefile turns them into tables of lines.
 */
#include "labs/trace/page.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

static const char *const style_lines[] = {
#include "page_css.inc"
};
static const char *const script_lines[] = {
#include "page_js.inc"
};
enum {
    STYLE_LINES = sizeof(style_lines) / sizeof(style_lines[0]),
    SCRIPT_LINES = sizeof(script_lines) / sizeof(script_lines[0]),
};

/* ---- the head ----------------------------------------------------------- */

/* "sha256-..." of an element's content, as the policy wants it. */
static void write_digest(struct html *html, const char *const *lines,
                         size_t count)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned char text[EVP_MAX_MD_SIZE * 2];
    unsigned length = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int good = context != NULL &&
               EVP_DigestInit_ex(context, EVP_sha256(), NULL) &&
               EVP_DigestUpdate(context, "\n", 1);

    for (size_t i = 0; i < count && good; i++)
        good = EVP_DigestUpdate(context, lines[i], strlen(lines[i]));
    good = good && EVP_DigestFinal_ex(context, digest, &length);
    EVP_MD_CTX_free(context);
    if (!good && html->result == 0)
        html->result = error_set(html->error, ERROR_LOCAL,
                                 "the page's style could not be digested");
    EVP_EncodeBlock(text, digest, (int)length);
    html_markup(html, "'sha256-");
    html_text(html, (const char *)text);
    html_markup(html, "'");
}

/* The line break after the tag is part of what is digested. */
static void write_element(struct html *html, const char *open,
                          const char *const *lines, size_t count,
                          const char *close)
{
    html_markup(html, open);
    html_markup(html, "\n");
    for (size_t i = 0; i < count; i++)
        html_markup(html, lines[i]);
    html_markup(html, close);
}

static void write_head(struct html *html, const char *title)
{
    html_markup(html, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                      "<meta charset=\"utf-8\">\n"
                      "<meta http-equiv=\"Content-Security-Policy\" content=\""
                      "default-src 'none'; base-uri 'none'; form-action 'none';"
                      " img-src data:; style-src ");
    write_digest(html, style_lines, STYLE_LINES);
    html_markup(html, "; script-src ");
    write_digest(html, script_lines, SCRIPT_LINES);
    html_markup(html, "\">\n<meta name=\"viewport\" "
                      "content=\"width=device-width, initial-scale=1\">\n"
                      "<meta name=\"referrer\" content=\"no-referrer\">\n"
                      "<link rel=\"icon\" href=\"data:,\">\n<title>");
    html_text(html, title);
    html_markup(html, "</title>\n");
    write_element(html, "<style>", style_lines, STYLE_LINES, "</style>\n");
    html_markup(html, "</head>\n<body>\n"
                      "<a class=\"skip\" href=\"#main\">To the content</a>\n");
}

/* ---- what stands above the story ---------------------------------------- */

static void write_fact(struct html *html, const char *label, uint64_t number)
{
    char text[32];

    text_number(number, text);
    html_markup(html, "<div><dt>");
    html_markup(html, label);
    html_markup(html, "</dt><dd>");
    html_text(html, text);
    html_markup(html, "</dd></div>\n");
}

static void write_facts(struct page *page, const char *trace_name)
{
    struct html *html = &page->html;
    const struct trace_file *trace = page->trace;

    html_markup(html, "<dl class=\"facts\">\n");
    write_fact(html, "Events", trace->event_count);
    write_fact(html, "Frames", trace->frame_count);
    if (trace->event_count > 0)
        html_numbers(html, "<div><dt>Seconds</dt><dd>%.3f</dd></div>\n",
                     (double)(trace->events[trace->event_count - 1].time_ns -
                              trace->start_ns) /
                         1e9);
    if (trace_name != NULL) {
        html_markup(html, "<div><dt>For Wireshark</dt><dd><a href=\"");
        html_text(html, trace_name);
        html_markup(html, "\">");
        html_text(html, trace_name);
        html_markup(html, "</a></dd></div>\n");
    }
    html_markup(html, "</dl>\n");
}

/* Shown by the script only, for without it none of them would work. */
static void write_tools(struct html *html)
{
    static const char *const kinds[][2] = {
        {"names", "DNS"},      {"tcp", "TCP"},          {"tls", "TLS"},
        {"clear", "in clear"}, {"encrypted", "encrypted"}, {"note", "decisions"},
    };

    html_markup(html, "<div class=\"tools\" role=\"region\" "
                      "aria-label=\"Choose events\" hidden>\n"
                      "<fieldset><legend>Show</legend>\n");
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        html_markup(html, "<label><input type=\"checkbox\" name=\"kind\" "
                          "checked value=\"");
        html_markup(html, kinds[i][0]);
        html_markup(html, "\"> ");
        html_markup(html, kinds[i][1]);
        html_markup(html, "</label>\n");
    }
    html_markup(html,
                "</fieldset>\n<label>with the words <input type=\"search\" "
                "id=\"search\"></label>\n"
                "<button type=\"button\" id=\"open\">Open all</button>\n"
                "<button type=\"button\" id=\"close\">Close all</button>\n"
                "<output id=\"told\" aria-live=\"polite\"></output>\n"
                "<p><kbd>j</kbd> <kbd>k</kbd> next and previous event, "
                "<kbd>Enter</kbd> opens it, <kbd>o</kbd> <kbd>c</kbd> open and "
                "close all, <kbd>/</kbd> find</p>\n</div>\n");
}

static void write_header(struct page *page, const char *title,
                         const struct story *story, bool with_facts)
{
    struct html *html = &page->html;

    html_markup(html, "<header>\n<p class=\"kicker\">wirelab</p>\n<h1>");
    html_text(html, title);
    html_markup(html, "</h1>\n");
    if (story != NULL && story->about != NULL) {
        html_markup(html, "<p class=\"about\">");
        page_prose(page, span_of(story->about));
        html_markup(html, "</p>\n");
    }
    if (with_facts)
        write_facts(page, story != NULL ? story->trace_name : NULL);
    html_markup(html, "</header>\n");
}

/* ---- the whole ---------------------------------------------------------- */

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

static int page_take(struct page *page, const struct trace_file *trace,
                     const char *id_prefix)
{
    free(page->shown);
    page->trace = trace;
    page->id_prefix = id_prefix;
    page->conns = has_conns(trace);
    page->shown = calloc(trace->event_count + 1, 1);
    if (page->shown == NULL)
        return page->html.result =
                   error_set(page->html.error, ERROR_LOCAL, "out of memory");
    return 0;
}

static int page_new(struct page **page, struct output *to,
                    const struct trace_file *trace, struct error *error)
{
    *page = calloc(1, sizeof(**page));
    if (*page == NULL)
        return error_set(error, ERROR_LOCAL, "out of memory for a page");
    (*page)->html.to = to;
    (*page)->html.error = error;
    return page_take(*page, trace, "e");
}

static int page_end(struct page *page)
{
    struct html *html = &page->html;
    int result;

    html_markup(html, "</main>\n<footer><p>Each event leads to its source "
                      "line, the RFC that asks for it, and the frames that "
                      "carried it.</p></footer>\n");
    write_element(html, "<script>", script_lines, SCRIPT_LINES, "</script>\n");
    html_markup(html, "</body>\n</html>\n");
    result = html_flush(html);
    free(page->shown);
    free(page);
    return result;
}

/* A story shows what it is about; the rest of the run stands below it. */
static void write_all(struct page *page, const struct story *story)
{
    if (story == NULL) {
        page_ladder(page, 0, 0);
        return;
    }
    page_story(page, story);
    html_markup(&page->html,
                "<details class=\"whole\"><summary>The whole run, event by "
                "event</summary>\n");
    page_ladder(page, 0, 0);
    html_markup(&page->html, "</details>\n");
}

int page_write(struct output *to, const struct trace_file *trace,
               const struct story *story, const char *title,
               struct error *error)
{
    struct page *page;
    int result = page_new(&page, to, trace, error);

    if (result < 0)
        return result;
    write_head(&page->html, title);
    write_header(page, title, story, true);
    if (story != NULL)
        page_steps(page, story);
    write_tools(&page->html);
    html_markup(&page->html, "<main id=\"main\">\n");
    write_all(page, story);
    return page_end(page);
}

int page_write_several(struct output *to, const struct trace_file *traces,
                       const char *const *names, size_t count,
                       const char *title, struct error *error)
{
    static const char *const prefixes[] = {"e", "f", "g", "h"};
    struct page *page;
    int result = page_new(&page, to, traces, error);

    if (result < 0)
        return result;
    write_head(&page->html, title);
    write_header(page, title, NULL, false);
    write_tools(&page->html);
    html_markup(&page->html, "<main id=\"main\">\n");
    for (size_t i = 0; i < count && i < 4; i++) {
        if (page_take(page, &traces[i], prefixes[i]) < 0)
            break;
        if (count > 1) {
            html_markup(&page->html, "<h2>");
            html_text(&page->html, names[i]);
            html_markup(&page->html, "</h2>\n");
        }
        write_facts(page, NULL);
        page_ladder(page, 0, 0);
    }
    return page_end(page);
}

/* SPDX-License-Identifier: MIT */
/*
 * page: what stands around the rows. Its policy allows one style and one
 * script, both by their digest, and nothing from anywhere else: should a
 * peer's bytes ever get past html_text, they could still not run.
 *
 * The style is page.css beside this file, the script page_rows.js, page_find.js
 * and page.js, one after the other; the Makefile turns them into tables of
 * lines.
 */
#include "labs/trace/page.h"

#include <openssl/evp.h>
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

void page_head(struct html *html, const char *title)
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

void page_facts(struct page *page, const char *trace_name)
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

/* Which of the two views of a message is shown, and which kinds of events. */
static void write_choices(struct html *html)
{
    static const char *const kinds[][2] = {
        {"names", "DNS"},
        {"tcp", "TCP"},
        {"tls", "TLS"},
        {"clear", "in clear"},
        {"encrypted", "encrypted"},
        {"note", "decisions"},
    };

    html_markup(html,
                "<fieldset><legend>Show</legend>\n"
                "<label><input type=\"radio\" name=\"view\" checked "
                "value=\"said\"> what was said</label>\n"
                "<label><input type=\"radio\" name=\"view\" value=\"wire\""
                "> what the wire carried</label>\n</fieldset>\n"
                "<fieldset><legend>of</legend>\n");
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        html_markup(html, "<label><input type=\"checkbox\" name=\"kind\" "
                          "checked value=\"");
        html_markup(html, kinds[i][0]);
        html_markup(html, "\"> ");
        html_markup(html, kinds[i][1]);
        html_markup(html, "</label>\n");
    }
    html_markup(html, "</fieldset>\n");
}

/* Shown by the script only, for without it none of them would work. */
void page_tools(struct html *html)
{
    html_markup(html, "<div class=\"tools\" role=\"region\" "
                      "aria-label=\"Choose and find events\" hidden>\n");
    write_choices(html);
    html_markup(html,
                "<label>Find <input type=\"search\" id=\"search\"></label>\n"
                "<button type=\"button\" id=\"back\">Previous</button>\n"
                "<button type=\"button\" id=\"next\">Next</button>\n"
                "<button type=\"button\" id=\"open\">Open all</button>\n"
                "<button type=\"button\" id=\"close\">Close all</button>\n"
                "<output id=\"told\" aria-live=\"polite\"></output>\n"
                "<p><kbd>j</kbd> <kbd>k</kbd> next and previous event, "
                "<kbd>Enter</kbd> opens it, <kbd>o</kbd> <kbd>c</kbd> open and "
                "close all, <kbd>/</kbd> find, <kbd>n</kbd> <kbd>N</kbd> next "
                "and previous that was found, <kbd>w</kbd> said or carried</p>"
                "\n</div>\n");
}

void page_header(struct page *page, const char *title,
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
        page_facts(page, story != NULL ? story->trace_name : NULL);
    html_markup(html, "</header>\n");
}

void page_foot(struct html *html)
{
    html_markup(html, "</main>\n<footer><p>Each event leads to its source "
                      "line, the RFC that asks for it, and the frames that "
                      "carried it.</p></footer>\n");
    write_element(html, "<script>", script_lines, SCRIPT_LINES, "</script>\n");
    html_markup(html, "</body>\n</html>\n");
}

/* SPDX-License-Identifier: MIT */
/*
 * lab_index: the page that leads to the page of every lab. It looks like them,
 * runs no script, and needs no other file.
 */
#include <limits.h>
#include <stdlib.h>

#include "common/output.h"
#include "labs/lab_run.h"
#include "labs/trace/html.h"

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
    " base-uri 'none'; form-action 'none'; img-src data:;"
    " style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<link rel=\"icon\" href=\"data:,\">\n<title>The labs</title>\n<style>\n"
    ":root { color-scheme: light dark; --paper: #fdfcf9; --ink: #1d1b18;\n"
    "  --soft: #5c574f; --edge: #e4dfd5; --link: #0b57a4; --raised: #fff; }\n"
    "@media (prefers-color-scheme: dark) {\n"
    "  :root { --paper: #16171a; --ink: #e8e6e1; --soft: #a9a59c;\n"
    "    --edge: #33363c; --link: #8ab8f2; --raised: #1e2024; } }\n"
    "body { margin: 0 auto; padding: 1.5rem clamp(1rem, 4vw, 3rem) 4rem;\n"
    "  max-width: 52rem; background: var(--paper); color: var(--ink);\n"
    "  font: 1rem/1.6 system-ui, -apple-system, \"Segoe UI\", sans-serif; }\n"
    "h1 { font-size: clamp(1.6rem, 4vw, 2.4rem); line-height: 1.15; }\n"
    "h2 { font-size: 1.35rem; margin: 0 0 .5rem; }\n"
    "article { margin: 1.25rem 0; padding: 1rem 1.25rem; border-radius: 6px;\n"
    "  background: var(--raised); border: 1px solid var(--edge); }\n"
    "p { margin: .5rem 0; }\na { color: var(--link); }\n"
    ".soft { color: var(--soft); }\n"
    ":focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }\n"
    "</style>\n</head>\n<body>\n<main>\n<h1>The labs</h1>\n"
    "<p class=\"soft\">What each showed in its last run. A trace opens in "
    "Wireshark, decrypted and annotated.</p>\n";
static const char to_source[] =
    "<p><a href=\"source/index.html\">The source</a>, page by page: each event "
    "of a lab leads there, and back.</p>\n";

static const char foot[] = "</main>\n</body>\n</html>\n";

/* What was recorded; nothing is said of a trace that can't be read. */
static void facts_put(struct html *html, const struct lab_setup *setup,
                      const struct lab *lab)
{
    struct error error = {0};
    char path[PATH_MAX];
    struct trace_file trace;

    if (lab_out_path(setup, lab->name, "trace.pcapng", path, sizeof(path),
                     &error) < 0 ||
        trace_read(&trace, path, &error) < 0)
        return;
    html_numbers(html, ": %zu events, %zu frames", trace.event_count,
                 trace.frame_count);
    trace_file_free(&trace);
}

static void link_put(struct html *html, const char *lab, const char *file,
                     const char *text)
{
    html_markup(html, "<a href=\"");
    html_text(html, lab);
    html_markup(html, file);
    html_markup(html, "\">");
    html_text(html, text);
    html_markup(html, "</a>");
}

static void entry_put(struct html *html, const struct lab_setup *setup,
                      const struct lab *lab, int result)
{
    html_markup(html, "<article>\n<h2>");
    if (result == 0)
        link_put(html, lab->name, "/index.html", lab->title);
    else
        html_text(html, lab->title);
    html_markup(html, "</h2>\n<p>");
    html_text(html, lab->about);
    html_markup(html, "</p>\n<p class=\"soft\">");
    if (result == 0) {
        link_put(html, lab->name, "/trace.pcapng", "trace.pcapng");
        facts_put(html, setup, lab);
    } else {
        html_markup(html, "This lab failed in this run: ");
        html_text(html, error_class_name((enum error_class) - result));
    }
    html_markup(html, "</p>\n</article>\n");
}

static int index_put(struct output *output, const struct lab_setup *setup,
                     const int *results, struct error *error)
{
    /* Its buffer is too large for the stack. */
    struct html *html = calloc(1, sizeof(*html));
    size_t i;
    int result;

    if (!html)
        return error_set(error, ERROR_LOCAL, "no memory for the page");
    html->to = output;
    html->error = error;
    html_markup(html, head);
    html_markup(html, lab_has_source(setup) ? to_source : "");
    for (i = 0; labs_all[i]; i++)
        entry_put(html, setup, labs_all[i], results[i]);
    html_markup(html, foot);
    result = html_flush(html);
    free(html);
    return result;
}

int lab_index_write(const struct lab_setup *setup, const int *results,
                    struct error *error)
{
    /* A lab's failure is already in `error` and must not look like ours. */
    struct error ours = {0};
    char path[PATH_MAX];
    struct output *output;

    if (lab_out_path(setup, NULL, "index.html", path, sizeof(path), &ours) ==
            0 &&
        output_open(&output, path, OUTPUT_FRESH, &ours) == 0) {
        if (index_put(output, setup, results, &ours) == 0)
            output_commit(output, &ours);
        else
            output_abandon(output);
    }
    if (ours.class != ERROR_NONE && error->class == ERROR_NONE)
        *error = ours;
    return -(int)ours.class;
}

/* SPDX-License-Identifier: MIT */
/*
 * page: a line of C, shown in place with its neighbours. The source is looked
 * for around the running program: bin/trace stands beside the folders that it
 * was made from. Where it is not there, the line is named and not shown.
 *
 * A trace names the file, and a trace may be anybody's: only names of C files
 * below the folders of the house are followed, never one that leads elsewhere.
 */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "labs/trace/page.h"

enum {
    NEIGHBOURS = 3,          /* lines before and after the one that is meant */
    SOURCE_MAX = 128 * 1024, /* bytes of a file of source */
    FOLDERS_UP = 4,          /* build/plain/bin/trace is three down */
};

static bool is_house_name(const char *file)
{
    size_t length = strlen(file);

    if (length < 3 || length > 200 || file[length - 2] != '.' ||
        (file[length - 1] != 'c' && file[length - 1] != 'h') ||
        strstr(file, "..") != NULL || !isalpha((unsigned char)file[0]))
        return false;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)file[i]) && strchr("/_-.", file[i]) == NULL)
            return false;
    return true;
}

/* The folder that the source stands in; "" when none does. */
static const char *source_root(struct page *page)
{
    char path[PATH_MAX + 32];
    ssize_t length;

    if (page->root[0] != '\0' || page->root_looked_for)
        return page->root;
    page->root_looked_for = true;
    length = readlink("/proc/self/exe", page->root, sizeof(page->root) - 1);
    page->root[length > 0 ? length : 0] = '\0';
    for (int up = 0; up < FOLDERS_UP; up++) {
        char *slash = strrchr(page->root, '/');
        if (slash == NULL)
            break;
        *slash = '\0';
        snprintf(path, sizeof(path), "%s/common/trace.h", page->root);
        if (access(path, R_OK) == 0)
            return page->root;
    }
    page->root[0] = '\0';
    return page->root;
}

static char *source_read(const char *root, const char *file)
{
    static char text[SOURCE_MAX + 1];
    char path[PATH_MAX + 256];

    snprintf(path, sizeof(path), "%s/%s", root, file);
    FILE *from = fopen(path, "re");
    if (from == NULL)
        return NULL;
    text[fread(text, 1, SOURCE_MAX, from)] = '\0';
    fclose(from);
    return strdup(text);
}

/* The text of a file, read once; NULL when it is not to be had. */
static const char *source_text(struct page *page, const char *file)
{
    struct page_source *source;

    for (size_t i = 0; i < page->source_count; i++)
        if (strcmp(page->sources[i].file, file) == 0)
            return page->sources[i].text;
    if (page->source_count == PAGE_SOURCES_MAX || !is_house_name(file) ||
        source_root(page)[0] == '\0')
        return NULL;
    source = &page->sources[page->source_count];
    source->file = strdup(file);
    if (source->file == NULL)
        return NULL;
    source->text = source_read(page->root, file);
    page->source_count++;
    return source->text;
}

void page_sources_free(struct page *page)
{
    for (size_t i = 0; i < page->source_count; i++) {
        free(page->sources[i].file);
        free(page->sources[i].text);
    }
    page->source_count = 0;
}

/* ---- the page of a file ------------------------------------------------- */

/* True when a line that begins at the left edge declares or defines it. */
static bool names_function(struct span line, const char *function)
{
    size_t length = strlen(function);

    if (line.length == 0 || !isalpha((unsigned char)line.data[0]))
        return false;
    for (size_t at = 0; at + length < line.length; at++)
        if (memcmp(line.data + at, function, length) == 0 &&
            (line.data[at + length] == '(' || line.data[at + length] == ' ') &&
            (at == 0 || !(isalnum((unsigned char)line.data[at - 1]) ||
                          line.data[at - 1] == '_')))
            return true;
    return false;
}

/* How many lines below the name of its function a place is; -1 where the
 * source has no such function. clang-format keeps definitions at the left
 * edge, so the last one up to the line is its own. */
static int lines_below_name(const char *text, const struct where *where)
{
    int found = 0;

    for (int number = 1; number <= where->line && *text != '\0'; number++) {
        size_t length = strcspn(text, "\n");
        if (names_function((struct span){text, length}, where->function))
            found = number;
        text += length;
        text += *text == '\n';
    }
    return found > 0 ? where->line - found : -1;
}

bool page_source_link(struct page *page, const struct where *where)
{
    struct html *html = &page->html;
    const char *text = page->pages != NULL && where->line > 0
                           ? source_text(page, where->file)
                           : NULL;
    int below = text != NULL && where->function != NULL
                    ? lines_below_name(text, where)
                    : -1;

    if (below < 0)
        return false;
    /* A line is named after its function, for numbers of lines move. */
    html_markup(html, "<a class=\"to-source\" href=\"");
    html_text(html, page->pages);
    html_text(html, where->file);
    html_markup(html, ".html#");
    html_text(html, where->function);
    html_numbers(html, "-%d\">", below);
    return true;
}

/* ---- the line in place -------------------------------------------------- */

static void write_line(struct html *html, const char *line, size_t length,
                       int number, bool meant)
{
    html_markup(html, meant ? "<mark>" : "<span>");
    html_numbers(html, meant ? "▸%4d  " : " %4d  ", number);
    for (size_t at = 0; at < length;) { /* a backslash of C stays as it is */
        const char *slash = memchr(line + at, '\\', length - at);
        size_t plain =
            slash != NULL ? (size_t)(slash - line) - at : length - at;
        html_span(html, (struct span){line + at, plain});
        html_markup(html, slash != NULL ? "\\" : "");
        at += plain + (slash != NULL);
    }
    html_markup(html, meant ? "\n</mark>" : "\n</span>");
}

void page_source(struct page *page, const struct where *where)
{
    const char *text = where->line > 0 ? source_text(page, where->file) : NULL;
    struct html *html = &page->html;
    bool any = false;

    for (int number = 1; text != NULL && *text != '\0'; number++) {
        size_t length = strcspn(text, "\n");
        if (number - NEIGHBOURS > where->line)
            break;
        if (number + NEIGHBOURS >= where->line) {
            if (!any)
                html_markup(html, "<pre class=\"source\" tabindex=\"0\">");
            any = true;
            write_line(html, text, length, number, number == where->line);
        }
        text += length;
        text += *text == '\n';
    }
    html_markup(html, any ? "</pre>" : "");
}

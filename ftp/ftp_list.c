/* SPDX-License-Identifier: MIT */
/*
 * ftp_list: listings, whatever their style, in the same columns:
 *
 *     directory  rwxr-xr-x           4096  2026-11-21 17:05     a folder
 *     file       adfr               25730  1994-07-28 09:58:54  cap.gif
 *
 * and the names that one command fetches, each looked at before it becomes the
 * name of a file here.
 */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ftp/ftp_client.h"

/* Lines out of pieces; then each to `act`. */
struct lines {
    int (*act)(void *context, struct span line);
    void *context;
    struct error *error;
    size_t length;
    char line[FTP_LIST_LINE_MAX];
};

/* ---- lines -------------------------------------------------------------- */

static int end_line(struct lines *lines)
{
    size_t length = lines->length;

    lines->length = 0;
    if (length > 0 && lines->line[length - 1] == '\r')
        length--;
    return lines->act(lines->context, (struct span){lines->line, length});
}

/* A listing is of type A, and its line ends have been converted; a CR that is
 * left stands at a line's end that was none. */
static int take_lines(void *context, struct span piece)
{
    struct lines *lines = context;
    int result = 0;

    while (piece.length > 0 && result == 0) {
        const char *lf = memchr(piece.data, '\n', piece.length);
        size_t length = lf != NULL ? (size_t)(lf - piece.data) : piece.length;

        if (length > sizeof(lines->line) - lines->length)
            return error_set(lines->error, ERROR_PROTOCOL,
                             "a line of the listing has more than %d bytes",
                             FTP_LIST_LINE_MAX);
        memcpy(lines->line + lines->length, piece.data, length);
        lines->length += length;
        length += lf != NULL;
        piece.data += length;
        piece.length -= length;
        if (lf != NULL)
            result = end_line(lines);
    }
    return result;
}

static int run(struct ftp_client *client, enum ftp_list_style style,
               const char *path, struct lines *lines)
{
    static const struct ftp_transfer how[] = {
        [FTP_LIST_UNIX] = {.verb = "LIST", .rfc = {"959", "4.1.3"}},
        [FTP_LIST_NAMES] = {.verb = "NLST", .rfc = {"959", "4.1.3"}},
        [FTP_LIST_FACTS] = {.verb = "MLSD", .rfc = {"3659", "7.1"}}};
    struct ftp_transfer transfer = how[style];
    int result;

    lines->error = client->setup.error;
    transfer.argument = path;
    transfer.ascii = true;
    transfer.most = FTP_LISTING_MAX;
    transfer.take = take_lines;
    transfer.context = lines;
    result = ftp_transfer_run(client, &transfer);
    if (result == 0 && lines->length > 0)
        result = end_line(lines);
    return result;
}

/* ---- columns ------------------------------------------------------------ */

struct printing {
    enum ftp_list_style style;
    FILE *to;
    struct error *error;
};

static void print_entry(FILE *to, const struct ftp_entry *entry)
{
    char name[FTP_LIST_LINE_MAX], permissions[32], size[24] = "-",
                                                   when[32] = "-";
    struct tm day;

    text_escape(name, sizeof(name), entry->name);
    text_escape(permissions, sizeof(permissions), entry->permissions);
    if (entry->has_size)
        snprintf(size, sizeof(size), "%llu", (unsigned long long)entry->size);
    if (entry->has_time && gmtime_r(&entry->modified, &day) != NULL)
        strftime(when, sizeof(when),
                 entry->day_only     ? "%Y-%m-%d"
                 : entry->local_time ? "%Y-%m-%d %H:%M"
                                     : "%Y-%m-%d %H:%M:%S",
                 &day);
    fprintf(to, "%-9s  %-9s  %12s  %-19s  %s", ftp_kind_name(entry->kind),
            permissions[0] != '\0' ? permissions : "-", size, when, name);
    if (entry->target.data != NULL) {
        text_escape(name, sizeof(name), entry->target);
        fprintf(to, " -> %s", name);
    }
    fputc('\n', to);
}

/* A line that is of no known style is shown as it came. */
static int print_line(void *context, struct span line)
{
    struct printing *printing = context;
    struct ftp_entry entry;
    char escaped[FTP_LIST_LINE_MAX];
    enum ftp_line what = FTP_LINE_STRANGE;

    if (printing->style == FTP_LIST_UNIX)
        what = ftp_entry_read_list(&entry, line, time(NULL));
    else if (printing->style == FTP_LIST_FACTS)
        what = ftp_entry_read_facts(&entry, line);
    if (what == FTP_LINE_ENTRY) {
        print_entry(printing->to, &entry);
    } else if (what == FTP_LINE_STRANGE) {
        text_escape(escaped, sizeof(escaped), line);
        fprintf(printing->to, "%s\n", escaped);
    }
    if (ferror(printing->to))
        return error_set(printing->error, ERROR_LOCAL,
                         "the listing can't be written");
    return 0;
}

int ftp_list_print(struct ftp_client *client, enum ftp_list_style style,
                   const char *path, FILE *to)
{
    struct printing printing = {style, to, client->setup.error};
    struct lines *lines = calloc(1, sizeof(*lines));
    int result;

    if (lines == NULL)
        return error_set(client->setup.error, ERROR_LOCAL, "out of memory");
    lines->act = print_line;
    lines->context = &printing;
    result = run(client, style, path, lines);
    free(lines);
    if (fflush(to) != 0 && result == 0)
        result = error_set(client->setup.error, ERROR_LOCAL,
                           "the listing can't be written");
    return result;
}

/* ---- names -------------------------------------------------------------- */

/* NOTE(ftp-names): a server tells us names, and we make files of them: one that
 * leads out of the folder, or writes on the terminal, is an attack. */
bool ftp_name_is_safe(struct span name)
{
    if (name.length == 0 || name.length > 255 || span_equal(name, SPAN(".")) ||
        span_equal(name, SPAN("..")))
        return false;
    for (size_t i = 0; i < name.length; i++) {
        unsigned char byte = (unsigned char)name.data[i];

        if (byte < 32 || byte == 127 || byte == '/')
            return false;
    }
    return true;
}

struct matching {
    const char *pattern;
    struct ftp_names *names;
    struct error *error;
};

static int add_name(struct matching *m, const char *name, size_t length)
{
    struct ftp_names *names = m->names;
    char **list = names->list;

    names->bytes += length + 1;
    if (names->count == FTP_NAMES_MAX || names->bytes > FTP_NAMES_BYTES_MAX)
        return error_set(m->error, ERROR_PROTOCOL,
                         "the listing has more than %d names", FTP_NAMES_MAX);
    if ((names->count & (names->count + 1)) == 0)
        list = realloc(list, 2 * (names->count + 1) * sizeof(*list));
    if (list == NULL)
        return error_set(m->error, ERROR_LOCAL, "out of memory");
    names->list = list;
    if ((list[names->count] = strdup(name)) == NULL)
        return error_set(m->error, ERROR_LOCAL, "out of memory");
    names->count++;
    return 0;
}

static int match_line(void *context, struct span line)
{
    struct matching *m = context;
    char name[256], shown[512];

    if (line.length == 0)
        return 0;
    if (!ftp_name_is_safe(line)) {
        text_escape(shown, sizeof(shown), line);
        fprintf(stderr,
                "ftp-client: not fetched: the server's name \"%s\" is none "
                "that a file here may have\n",
                shown);
        m->names->unsafe++;
        return 0;
    }
    memcpy(name, line.data, line.length);
    name[line.length] = '\0';
    if (fnmatch(m->pattern, name, FNM_PERIOD) != 0)
        return 0;
    return add_name(m, name, line.length);
}

int ftp_list_match(struct ftp_client *client, const char *pattern,
                   struct ftp_names *names)
{
    struct matching m = {pattern, names, client->setup.error};
    struct lines *lines = calloc(1, sizeof(*lines));
    int result;

    *names = (struct ftp_names){.list = NULL};
    if (lines == NULL)
        return error_set(client->setup.error, ERROR_LOCAL, "out of memory");
    lines->act = match_line;
    lines->context = &m;
    result = run(client, FTP_LIST_NAMES, NULL, lines);
    free(lines);
    /* Several servers refuse to list what is empty (RFC 959 §5.4). */
    if (result == -ERROR_REFUSED && client->reply.code == 550 &&
        client->conn != NULL) {
        error_clear(client->setup.error);
        result = 0;
    }
    return result;
}

void ftp_names_free(struct ftp_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->list[i]);
    free(names->list);
    *names = (struct ftp_names){.list = NULL};
}

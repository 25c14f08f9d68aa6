/* SPDX-License-Identifier: MIT */
/*
 * formats: what FTP does to a file, and how it tells what is there.
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "labs/ftp-connections/ftp_connections.h"

/* ---- files -------------------------------------------------------------- */

/* Bytes of a file that are looked at: more than any of this lab's has. */
#define CONTENT_MAX (1 << 20)

/* A file, whole; `bytes` is to be freed. */
struct content {
    char *bytes;
    size_t length;
    char digest[17]; /* of its SHA-256 the first 16 of 64 hex digits */
};

static bool content_read(struct content *content, const char *path)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    FILE *file = fopen(path, "rb");

    *content = (struct content){.bytes = malloc(CONTENT_MAX)};
    if (file == NULL || content->bytes == NULL) {
        if (file != NULL)
            fclose(file);
        return false;
    }
    content->length = fread(content->bytes, 1, CONTENT_MAX, file);
    fclose(file);
    if (EVP_Digest(content->bytes, content->length, digest, NULL, EVP_sha256(),
                   NULL) != 1)
        return false;
    for (int i = 0; i < 8; i++)
        snprintf(content->digest + (size_t)i * 2, 3, "%02x", digest[i]);
    return true;
}

/* ---- types -------------------------------------------------------------- */

/* One file, fetched in one type. */
struct fetched {
    const char *file, *type;
    uint64_t wire; /* bytes of the data connection's message */
    struct content before, after;
    char begins[80]; /* on the wire, escaped */
};

static int fetch(struct lab_run *run, struct fetched *f, const char *option,
                 struct error *error)
{
    char copy[512];
    const struct trace_event *data;
    struct visit visit;

    snprintf(copy, sizeof(copy), "%s",
             lab_path(run, "got/%s-%s", f->type, f->file));
    const char *words[] = {"-o", copy, ftp_url(run, f->file), option, NULL};
    if (visit_make(run, false, words, &visit, error) < 0)
        return -(int)error->class;
    data = visit_find(&visit, TRACE_LAYER_APP, "data", NULL);
    if (lab_check(
            run,
            visit.exit_status == 0 && data &&
                content_read(&f->before, lab_path(run, "ftp/%s", f->file)) &&
                content_read(&f->after, copy),
            error, "%s was fetched in type %s (the client exited %d: %s)",
            f->file, f->type, visit.exit_status, visit.said) == 0) {
        struct span start = data->data;
        if (start.length > 40)
            start.length = 40;
        f->wire = data->length;
        text_escape(f->begins, sizeof(f->begins), start);
    }
    trace_file_free(&visit.trace);
    return -(int)error->class;
}

static bool same(const struct fetched *f)
{
    return f->before.length == f->after.length &&
           memcmp(f->before.bytes, f->after.bytes, f->before.length) == 0;
}

static void fetched_row(struct lab_run *run, const struct fetched *f)
{
    lab_table_row(run, "%s|%s|%zu|%llu|%zu|%s|%s", f->file, f->type,
                  f->before.length, (unsigned long long)f->wire,
                  f->after.length, f->after.digest, same(f) ? "yes" : "NO");
}

static size_t lines_of(const struct content *content)
{
    size_t lines = 0;

    for (size_t i = 0; i < content->length; i++)
        lines += content->bytes[i] == '\n';
    return lines;
}

static int types_tell(struct lab_run *run, const struct fetched f[4],
                      struct error *error)
{
    lab_table_begin(run);
    lab_table_row(run, "file|type|bytes there|bytes on the wire|bytes "
                       "here|SHA-256|the same?");
    for (int i = 0; i < 4; i++)
        fetched_row(run, &f[i]);
    lab_table_end(run);
    if (lab_check(run,
                  same(&f[0]) && same(&f[1]) && same(&f[2]) && !same(&f[3]),
                  error,
                  "text came through both types, and the picture through I "
                  "alone") < 0 ||
        lab_check(run, f[1].wire == f[1].before.length + lines_of(&f[1].before),
                  error, "type A added a byte a line (%llu bytes, %zu lines)",
                  (unsigned long long)f[1].wire, lines_of(&f[1].before)) < 0)
        return -(int)error->class;
    lab_say(run,
            "%s has %zu lines, and type A sent %zu bytes more: on the wire "
            "every line ends in CR LF (RFC 959 §3.1.1.1), whatever the file "
            "has. It began \"%s\" in type I and \"%s\" in type A.",
            NOTES, lines_of(&f[1].before),
            (size_t)f[1].wire - f[1].before.length, f[0].begins, f[1].begins);
    lab_say(
        run,
        "The picture is no text. What in it looked like the end of a line "
        "was taken for one: %zu bytes went in, %zu came out, and nobody "
        "was told. That is how FTP \"hides the differences between systems\": "
        "for text it does, if it is told that it is text.",
        f[3].before.length, f[3].after.length);
    return 0;
}

int ftp_connections_types(struct lab_run *run, struct error *error)
{
    struct fetched f[4] = {{.file = NOTES, .type = "I"},
                           {.file = NOTES, .type = "A"},
                           {.file = PICTURE, .type = "I"},
                           {.file = PICTURE, .type = "A"}};
    int result = 0;

    for (int i = 0; i < 4 && result == 0; i++)
        result = fetch(run, &f[i], i % 2 ? "--ascii" : NULL, error);
    if (result == 0)
        types_tell(run, f, error);
    for (int i = 0; i < 4; i++) {
        free(f[i].before.bytes);
        free(f[i].after.bytes);
    }
    return -(int)error->class;
}

/* ---- listings ----------------------------------------------------------- */

/* Asks for it, shows what the wire carried, and keeps its line about NOTES. */
static int list(struct lab_run *run, const char *verb, const char *word,
                char line[240], struct error *error)
{
    const struct trace_event *data;
    struct visit visit;
    char name[32];

    line[0] = '\0';
    if (VISIT(run, false, &visit, error, ftp_url(run, ""), word) < 0)
        return -(int)error->class;
    snprintf(name, sizeof(name), "%s data", verb);
    data = visit_find(&visit, TRACE_LAYER_APP, "data", name);
    if (lab_check(run, visit.exit_status == 0 && data, error,
                  "%s was answered (the client exited %d: %s)", verb,
                  visit.exit_status, visit.said) == 0) {
        lab_say(run, "The data connection carried, in answer to %s:", verb);
        lab_output(run, data->data.data, data->data.length);
        const char *at =
            memmem(data->data.data, data->data.length, NOTES, strlen(NOTES));
        const char *from = at;
        while (from && from > data->data.data && from[-1] != '\n')
            from--;
        if (at)
            text_escape(line, 240, (struct span){from, (size_t)(at - from)});
    }
    trace_file_free(&visit.trace);
    return -(int)error->class;
}

int ftp_connections_listings(struct lab_run *run, struct error *error)
{
    char people[240], programs[240];

    if (list(run, "LIST", "ls", people, error) < 0 ||
        list(run, "MLSD", "mlsd", programs, error) < 0)
        return -(int)error->class;
    lab_table_begin(run);
    lab_table_row(run, "of " NOTES "|LIST|MLSD");
    lab_table_row(run, "spelt|%s|%s", people, programs);
    lab_table_row(run, "which format|none is defined: this one is ls -l's|RFC "
                       "3659 §7.2");
    lab_table_row(run, "time|no second, no zone, the year or the hour|to the "
                       "second, UTC");
    lab_table_row(run,
                  "what may I do?|permissions of Unix users|the perm fact: "
                  "of this session");
    lab_table_end(run);
    lab_correct(run, RFC("3659", "7"),
                "FTP hides the differences between file systems.",
                "LIST shows them: RFC 959 leaves its format to the server, and "
                "programs have guessed at it since 1985. MLSD, of 2007, hides "
                "them: facts with names, in one spelling.");
    return 0;
}

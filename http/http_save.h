/* SPDX-License-Identifier: MIT */
/*
 * http_save: where an answer goes. What -o, -i, -f, -r, -C and --compressed
 * make of it; nothing stands under the target's name before all of it is whole.
 *
 *     http_save_plan(&save, &options, target, 0, &error);   // before asking
 *     http_save_begin(&save, &head, &error);
 *     http_save_piece(&save, piece, &error);                // repeat
 *     http_save_end(&save, length, &error);
 *     http_save_abandon(&save);                             // in any case
 */
#ifndef HTTP_HTTP_SAVE_H
#define HTTP_HTTP_SAVE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/output.h"
#include "http/http_client.h"
#include "http/http_coding.h"
#include "http/http_multipart.h"

struct http_save {
    const struct http_options *options;
    char path[4096];       /* "": standard output */
    struct output *output; /* NULL until there is something to write */
    bool resuming;         /* path holds the first `resume_from` bytes */
    uint64_t resume_from;
    char range[HTTP_RANGE_TEXT_MAX]; /* "": everything */
    uint64_t expected;    /* bytes of the part; UINT64_MAX: not known */
    const char *decision; /* what became of -C, for the trace; or NULL */
    bool complete;        /* the target was whole before we asked */
    bool several;         /* the body has parts, which `parts` reads along */
    struct http_multipart parts;
    struct http_decoder *decoder; /* --compressed, and it was; else NULL */
};

/* Chooses the target of the index-th URL and, to resume, looks at it. */
int http_save_plan(struct http_save *save, const struct http_options *options,
                   const char *url_target, size_t index, struct error *error);
/* Judges the final answer: -f, the resumed part, -i. */
int http_save_begin(struct http_save *save, const struct http_head *head,
                    struct error *error);
/* A header section to be shown (-i, -I), of a redirect that is followed too. */
int http_save_head(struct http_save *save, const struct http_head *head,
                   struct error *error);
int http_save_piece(struct http_save *save, struct span piece,
                    struct error *error);
/* The answer is whole: puts the file in its place. */
int http_save_end(struct http_save *save, uint64_t content,
                  struct error *error);
/* What became of -r, -C and --compressed, in the trace. */
void http_save_note(const struct http_save *save, struct conn *conn);
/* Leaves the target as it was. */
void http_save_abandon(struct http_save *save);

#endif

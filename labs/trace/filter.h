/* SPDX-License-Identifier: MIT */
/*
 * filter: of a trace only the events that are asked for.
 *
 *     trace show FILE --filter "proto=http dir=out name=GET"
 *
 * Words with blanks between them, each KEY=VALUE or KEY=VALUE,VALUE...; an
 * event is shown when all of them hold, each by one of its values, and
 * KEY!=VALUE by none. Keys are those of `trace show --json`: host, conn, peer,
 * proto, stream, dir (out, in, note), layer (app, socket, tcp, tls) and name.
 * Letter case does not count.
 */
#ifndef LABS_TRACE_FILTER_H
#define LABS_TRACE_FILTER_H

#include "common/error.h"
#include "common/trace.h"

#define FILTER_WORDS_MAX 16

struct filter_word {
    size_t key;    /* in the table of filter.c */
    bool unwanted; /* no event with that value */
    struct span value;
};

/* Zero before the first word is added; nothing is to be freed. */
struct filter {
    struct filter_word words[FILTER_WORDS_MAX];
    size_t count; /* 0: every event fits */
};

/* Adds the words of an expression, which is borrowed as long as the filter is
 * used. ERROR_USAGE: a word that is no KEY=VALUE, an unknown key (the nearest
 * is named), a value that no event can have, too many words. */
int filter_add(struct filter *filter, const char *expression,
               struct error *error);
/* Adds one word KEY=VALUE; the value, which is borrowed too, may have blanks.
 * Errors as above. */
int filter_add_word(struct filter *filter, const char *key, const char *value,
                    struct error *error);
bool filter_fits(const struct filter *filter, const struct trace_event *event);
/* Takes the events that do not fit out of a trace that was read: the others
 * move up in trace->events and keep their ids. */
void filter_apply(const struct filter *filter, struct trace_file *trace);

#endif

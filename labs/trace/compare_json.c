/* SPDX-License-Identifier: MIT */
/*
 * compare_json: a comparison for programs. The form is a contract and stands
 * in views.h.
 */
#include <inttypes.h>

#include "labs/trace/compare.h"
#include "labs/trace/views.h"

static void member(FILE *to, const char *key, struct span value)
{
    fprintf(to, ",\"%s\":", key);
    if (value.data != NULL)
        json_string(to, value);
    else
        fputs("null", to);
}

static void member_text(FILE *to, const char *key, const char *text)
{
    member(to, key, text != NULL ? span_of(text) : COMPARE_NO_VALUE);
}

static void member_rfc(FILE *to, struct rfc rfc)
{
    char text[96];

    if (rfc.number != NULL)
        snprintf(text, sizeof(text), "RFC %s §%s", rfc.number, rfc.section);
    member_text(to, "rfc", rfc.number != NULL ? text : NULL);
}

static void member_id(FILE *to, const struct comparison *c, int side,
                      size_t item)
{
    fprintf(to, ",\"%s\":", side == COMPARE_A ? "a" : "b");
    if (item == COMPARE_NONE)
        fputs("null", to);
    else
        fprintf(to, "%" PRIu64, compare_item(c, side, item)->event->id);
}

static void write_row(FILE *to, const struct comparison *c,
                      const struct compare_row *row)
{
    fputs("{\"type\":\"row\"", to);
    member_id(to, c, COMPARE_A, row->at[COMPARE_A]);
    member_id(to, c, COMPARE_B, row->at[COMPARE_B]);
    fprintf(to, ",\"same\":%s}\n", row->same ? "true" : "false");
    for (size_t i = row->first; i < row->first + row->count; i++) {
        const struct compare_difference *one = &c->differences[i];
        fputs("{\"type\":\"difference\"", to);
        member_text(to, "what", one->what);
        member_text(to, "why", one->why);
        member_rfc(to, one->rfc);
        member(to, "a_value", one->a);
        member(to, "b_value", one->b);
        fputs("}\n", to);
    }
}

static void write_rules(FILE *to, const struct comparison *c)
{
    for (int rule = 0; rule < RULES; rule++) {
        if (c->used[rule] == 0)
            continue;
        fputs("{\"type\":\"rule\"", to);
        member_text(to, "name", compare_rules[rule].name);
        member_text(to, "sets_aside", compare_rules[rule].sentence);
        member_rfc(to, compare_rules[rule].rfc);
        fprintf(to, ",\"used\":%" PRIu64 "}\n", c->used[rule]);
    }
}

static void write_total(FILE *to, const struct comparison *c, int side)
{
    const struct compare_total *total = &c->sides[side].total;

    fputs("{\"type\":\"total\"", to);
    member_text(to, "side", side == COMPARE_A ? "a" : "b");
    fprintf(to,
            ",\"connections\":%" PRIu64 ",\"round_trips\":%" PRIu64
            ",\"sent\":%" PRIu64 ",\"received\":%" PRIu64
            ",\"readable\":%" PRIu64 ",\"seconds\":%.6f}\n",
            total->connections, total->round_trips, total->sent,
            total->received, total->readable, (double)total->time_ns / 1e9);
}

int compare_json_write(FILE *to, const struct trace_file *a,
                       const struct trace_file *b, bool *same,
                       struct error *error)
{
    struct comparison c;
    int result = comparison_make(&c, a, b, error);

    if (result == 0) {
        for (size_t i = 0; i < c.row_count; i++)
            write_row(to, &c, &c.rows[i]);
        write_rules(to, &c);
        write_total(to, &c, COMPARE_A);
        write_total(to, &c, COMPARE_B);
        *same = c.difference_count == 0;
        fprintf(to, "{\"type\":\"result\",\"same\":%s,\"differences\":%zu}\n",
                *same ? "true" : "false", c.difference_count);
        if (ferror(to))
            result = error_set(error, ERROR_LOCAL,
                               "the comparison can't be written");
    }
    comparison_free(&c);
    return result;
}

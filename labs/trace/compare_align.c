/* SPDX-License-Identifier: MIT */
/*
 * compare_align: which item of A belongs to which of B.
 *
 * The pairs keep the order of both sides, and their likeness in sum is as
 * large as it can be: the alignment of sequences by Needleman and Wunsch, with
 * nothing to pay for an item that stays alone. The table is filled from the
 * end, so that the way through it can be read off from the beginning, and of
 * two ways that are equally good the one that pairs earlier is taken: what is
 * left over then stands at the end, where a person looks for it.
 */
#include <stdlib.h>

#include "labs/trace/compare.h"

struct window {
    const struct comparison *c;
    size_t a, b;          /* its first items */
    size_t rows, columns; /* how many items of each */
    uint32_t *best; /* (rows + 1) * (columns + 1): the sum from there on */
};

static unsigned likeness(const struct comparison *c, size_t a, size_t b)
{
    const struct compare_item *in_a = compare_item(c, COMPARE_A, a);
    const struct compare_item *in_b = compare_item(c, COMPARE_B, b);

    if (in_a->protocol != in_b->protocol ||
        in_a->from_client != in_b->from_client)
        return 0;
    return in_a->protocol->likeness(c, a, b);
}

static uint32_t *cell(const struct window *w, size_t row, size_t column)
{
    return &w->best[row * (w->columns + 1) + column];
}

static void fill(const struct window *w)
{
    for (size_t i = w->rows + 1; i-- > 0;)
        for (size_t j = w->columns + 1; j-- > 0;) {
            uint32_t most = 0;
            if (i < w->rows)
                most = *cell(w, i + 1, j);
            if (j < w->columns && most < *cell(w, i, j + 1))
                most = *cell(w, i, j + 1);
            if (i < w->rows && j < w->columns) {
                unsigned like = likeness(w->c, w->a + i, w->b + j);
                if (like > 0 && like + *cell(w, i + 1, j + 1) > most)
                    most = like + *cell(w, i + 1, j + 1);
            }
            *cell(w, i, j) = most;
        }
}

static void add_row(struct comparison *c, size_t a, size_t b)
{
    c->rows[c->row_count++] = (struct compare_row){.at = {a, b}};
}

/* One step through the table: a pair where that is on a best way, else an
 * item of A alone, else one of B. */
static void step(struct comparison *c, const struct window *w, size_t *i,
                 size_t *j)
{
    unsigned like =
        *i < w->rows && *j < w->columns ? likeness(c, w->a + *i, w->b + *j) : 0;

    if (like > 0 && *cell(w, *i, *j) == like + *cell(w, *i + 1, *j + 1)) {
        add_row(c, w->a + (*i)++, w->b + (*j)++);
    } else if (*i < w->rows && *cell(w, *i, *j) == *cell(w, *i + 1, *j)) {
        add_row(c, w->a + (*i)++, COMPARE_NONE);
    } else {
        add_row(c, COMPARE_NONE, w->b + (*j)++);
    }
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The rows of one window. Only the first half of a full one is believed: near
 * its end the table does not know what comes. */
static void walk(struct comparison *c, const struct window *w, size_t *a,
                 size_t *b)
{
    bool last = w->a + w->rows == c->sides[COMPARE_A].count &&
                w->b + w->columns == c->sides[COMPARE_B].count;
    size_t i = 0, j = 0;

    while (i < w->rows || j < w->columns) {
        if (!last && (i > COMPARE_WINDOW / 2 || j > COMPARE_WINDOW / 2))
            break;
        step(c, w, &i, &j);
    }
    *a += i;
    *b += j;
}

int comparison_align(struct comparison *c, struct error *error)
{
    size_t count_a = c->sides[COMPARE_A].count;
    size_t count_b = c->sides[COMPARE_B].count;
    struct window w = {.c = c};
    size_t a = 0, b = 0;

    c->rows = calloc(count_a + count_b + 1, sizeof(*c->rows));
    w.best = malloc((least(count_a, COMPARE_WINDOW) + 1) *
                    (least(count_b, COMPARE_WINDOW) + 1) * sizeof(*w.best));
    if (c->rows == NULL || w.best == NULL) {
        free(w.best);
        return error_set(error, ERROR_LOCAL, "out of memory");
    }
    while (a < count_a || b < count_b) {
        /* Nothing fits better than the best: no table is needed for that. */
        if (a < count_a && b < count_b &&
            likeness(c, a, b) == COMPARE_LIKE_MOST) {
            add_row(c, a++, b++);
            continue;
        }
        w.a = a;
        w.b = b;
        w.rows = least(count_a - a, COMPARE_WINDOW);
        w.columns = least(count_b - b, COMPARE_WINDOW);
        fill(&w);
        walk(c, &w, &a, &b);
    }
    free(w.best);
    return 0;
}

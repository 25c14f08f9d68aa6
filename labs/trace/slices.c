/* SPDX-License-Identifier: MIT */
/*
 * slices: who draws which slice, and who writes next. The contract is in
 * slices.h.
 */
#include "labs/trace/slices.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

/* Events of one slice: some 200 KiB of text, which stay in a processor's own
 * memory until they are written. */
#define SLICE 512
#define HELPERS_MAX 3 /* threads beside the caller's own */

struct work {
    FILE *to;
    size_t count;
    void (*draw)(FILE *to, size_t from, size_t end, const void *context);
    const void *context;
    pthread_mutex_t lock;   /* of what follows */
    pthread_cond_t written; /* `turn` has moved on */
    size_t taken;           /* the next slice that nobody has begun */
    size_t turn;            /* the slice that is written next */
    bool failed;            /* no memory: nothing more is written */
};

/* False: none is left. */
static bool slice_take(struct work *work, size_t *slice)
{
    pthread_mutex_lock(&work->lock);
    *slice = work->taken;
    bool left = *slice * SLICE < work->count && !work->failed;
    if (left)
        work->taken++;
    pthread_mutex_unlock(&work->lock);
    return left;
}

/* Waits until all before it are written. */
static bool turn_begin(struct work *work, size_t slice)
{
    pthread_mutex_lock(&work->lock);
    while (work->turn != slice)
        pthread_cond_wait(&work->written, &work->lock);
    bool failed = work->failed;
    pthread_mutex_unlock(&work->lock);
    return !failed;
}

static void turn_end(struct work *work, bool done)
{
    pthread_mutex_lock(&work->lock);
    work->turn++;
    work->failed = !done;
    pthread_cond_broadcast(&work->written);
    pthread_mutex_unlock(&work->lock);
}

static void *work_on(void *argument)
{
    struct work *work = argument;
    char *text = NULL;
    size_t length = 0, slice;
    FILE *memory = open_memstream(&text, &length);

    while (memory != NULL && slice_take(work, &slice)) {
        size_t from = slice * SLICE, left = work->count - from;
        rewind(memory);
        work->draw(memory, from, from + (left < SLICE ? left : SLICE),
                   work->context);
        bool done = fflush(memory) == 0 && !ferror(memory);
        done = turn_begin(work, slice) && done;
        if (done) /* nobody else writes: others go on drawing meanwhile */
            fwrite(text, 1, length, work->to);
        turn_end(work, done);
    }
    if (memory != NULL)
        fclose(memory);
    free(text);
    return NULL;
}

bool slices_write(FILE *to, size_t count,
                  void (*draw)(FILE *to, size_t from, size_t end,
                               const void *context),
                  const void *context)
{
    struct work work = {.to = to,
                        .count = count,
                        .draw = draw,
                        .context = context,
                        .lock = PTHREAD_MUTEX_INITIALIZER,
                        .written = PTHREAD_COND_INITIALIZER};
    pthread_t helpers[HELPERS_MAX];
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t helped = 0;

    while (helped < HELPERS_MAX && (long)helped + 1 < processors &&
           (helped + 1) * SLICE < count &&
           pthread_create(&helpers[helped], NULL, work_on, &work) == 0)
        helped++;
    work_on(&work);
    for (size_t i = 0; i < helped; i++)
        pthread_join(helpers[i], NULL);
    return !work.failed && work.turn * SLICE >= count;
}

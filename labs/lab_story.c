/* SPDX-License-Identifier: MIT */
/*
 * lab_story: blocks and their texts in one shared piece of memory.
 */
#include "labs/lab_story.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/limits.h"
#include "labs/lab.h"

struct lab_block {
    enum story_kind kind;
    const char *text; /* in `texts` below, or NULL */
    int64_t from_ns;  /* when it begins; for a ladder: what it shows from */
    int64_t told_ns;  /* when it was added */
};

struct lab_story {
    size_t count; /* blocks in use */
    size_t used;  /* bytes of `texts` in use */
    bool full;
    struct lab_block blocks[LAB_STORY_BLOCKS_MAX];
    char texts[LAB_STORY_TEXT_MAX];
};

int lab_story_new(struct lab_story **story, struct error *error)
{
    /* Shared, so that what the world's process adds is seen after it ended;
     * the kernel gives pages only for what is really written. */
    void *memory = mmap(NULL, sizeof(struct lab_story), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    *story = NULL;
    if (memory == MAP_FAILED)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "no memory for the lab's story");
    *story = memory;
    return 0;
}

void lab_story_free(struct lab_story *story)
{
    if (story)
        munmap(story, sizeof(*story));
}

static const char *text_keep(struct lab_story *story, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = story->texts + story->used;

    if (size > sizeof(story->texts) - story->used) {
        story->full = true;
        return NULL;
    }
    memcpy(copy, text, size);
    story->used += size;
    return copy;
}

static struct lab_block *block_new(struct lab_story *story,
                                   enum story_kind kind)
{
    struct lab_block *block;

    if (story->count == LAB_STORY_BLOCKS_MAX) {
        story->full = true;
        return NULL;
    }
    block = &story->blocks[story->count++];
    block->kind = kind;
    block->from_ns = block->told_ns = lab_now();
    return block;
}

void lab_story_add(struct lab_story *story, enum story_kind kind,
                   const char *text)
{
    const char *kept = text_keep(story, text);
    struct lab_block *block = kept ? block_new(story, kind) : NULL;

    if (block)
        block->text = kept;
}

void lab_story_add_ladder(struct lab_story *story, int64_t from_ns)
{
    struct lab_block *block = block_new(story, STORY_LADDER);

    if (block)
        block->from_ns = from_ns;
}

bool lab_story_is_full(const struct lab_story *story)
{
    return story->full;
}

/* The first event at or after a moment; one past the last if there is none.
 * Events stand in order of time, so their numbers do too. */
static uint64_t event_from(const struct trace_file *trace, int64_t time_ns)
{
    size_t i;

    for (i = 0; i < trace->event_count; i++)
        if (trace->events[i].time_ns >= time_ns)
            return trace->events[i].id;
    return trace->event_count ? trace->events[trace->event_count - 1].id + 1
                              : 1;
}

/* A ladder goes on until the next thing that makes events: what the far end
 * still said after the command was over (its half of the close) belongs to the
 * same conversation, although it was recorded later. */
static int64_t ladder_end(const struct lab_story *story, size_t i)
{
    for (i++; i < story->count; i++)
        if (story->blocks[i].kind == STORY_COMMAND ||
            story->blocks[i].kind == STORY_STEP)
            return story->blocks[i].told_ns;
    return INT64_MAX;
}

int lab_story_resolve(const struct lab_story *story,
                      const struct trace_file *trace, struct story *told,
                      struct error *error)
{
    struct story_block *blocks = calloc(story->count + 1, sizeof(*blocks));
    size_t i, kept = 0;

    if (!blocks)
        return error_set(error, ERROR_LOCAL, "no memory for the lab's page");
    for (i = 0; i < story->count; i++) {
        const struct lab_block *from = &story->blocks[i];
        struct story_block *to = &blocks[kept];

        *to = (struct story_block){.kind = from->kind, .text = from->text};
        to->event = event_from(trace, from->from_ns);
        if (from->kind == STORY_LADDER)
            to->last_event = event_from(trace, ladder_end(story, i)) - 1;
        /* A ladder of nothing would be drawn as one of everything. */
        if (from->kind != STORY_LADDER || to->last_event >= to->event)
            kept++;
    }
    told->blocks = blocks;
    told->count = kept;
    return 0;
}

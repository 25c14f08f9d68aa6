/* SPDX-License-Identifier: MIT */
/*
 * trace_store: who owns what was read. Files are mapped, so that the bytes of
 * a message are never copied; the strings that go with it are cut from large
 * chunks, so that a hundred thousand of them cost little and are freed at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/trace_private.h"

#define CHUNK_SIZE (256 * 1024)
#define LARGE_PAGE ((size_t)2 * 1024 * 1024)
#define RESERVE_MAX ((size_t)1024 * 1024 * 1024)

struct chunk {
    struct chunk *next;
    size_t used, size; /* of bytes */
    _Alignas(16) char bytes[];
};

struct mapping {
    struct mapping *next;
    void *bytes;
    size_t length;
};

struct trace_store {
    struct chunk *chunks; /* the newest first */
    struct mapping *mappings;
    struct trace_word words[TRACE_PLACES]; /* those that were read last */
};

struct trace_store *trace_store_new(void)
{
    return calloc(1, sizeof(struct trace_store));
}

void trace_store_free(struct trace_store *store)
{
    if (store == NULL)
        return;
    for (struct chunk *next, *c = store->chunks; c != NULL; c = next) {
        next = c->next;
        free(c);
    }
    for (struct mapping *next, *m = store->mappings; m != NULL; m = next) {
        next = m->next;
        munmap(m->bytes, m->length);
        free(m);
    }
    free(store);
}

/* New pieces are cut from the first chunk: the others go behind it. */
void trace_store_adopt(struct trace_store *store, struct trace_store *other)
{
    struct chunk **chunk = &store->chunks;
    struct mapping **mapping = &store->mappings;

    while (*chunk != NULL)
        chunk = &(*chunk)->next;
    while (*mapping != NULL)
        mapping = &(*mapping)->next;
    *chunk = other->chunks;
    *mapping = other->mappings;
    free(other);
}

void *trace_store_take(struct trace_store *store, size_t size)
{
    struct chunk *chunk = store->chunks;
    void *piece;
    size = (size + 15) & ~(size_t)15;
    if (chunk == NULL || chunk->size - chunk->used < size) {
        size_t room = size > CHUNK_SIZE ? size : CHUNK_SIZE;
        chunk = calloc(1, sizeof *chunk + room);
        if (chunk == NULL)
            return NULL;
        chunk->size = room;
        chunk->next = store->chunks;
        store->chunks = chunk;
    }
    piece = chunk->bytes + chunk->used;
    chunk->used += size;
    return piece;
}

char *trace_store_copy(struct trace_store *store, struct span text)
{
    char *copy = trace_store_take(store, text.length + 1);
    if (copy != NULL && text.length > 0)
        memcpy(copy, text.data, text.length);
    return copy;
}

/* Eight bytes at a time; what is left over at the end is read with the bytes
 * before it. */
size_t trace_place(struct span text, unsigned kind)
{
    const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t hash = (text.length << 8 | kind) * odd, part = 0;
    size_t at = 0;
    for (; text.length - at > sizeof part; at += sizeof part) {
        memcpy(&part, text.data + at, sizeof part);
        hash = (hash ^ part) * odd;
        hash ^= hash >> 32;
    }
    if (text.length >= sizeof part)
        memcpy(&part, text.data + text.length - sizeof part, sizeof part);
    else if (text.length > 0)
        memcpy(&part, text.data, text.length);
    return (size_t)(((hash ^ part) * odd) >> 54);
}
_Static_assert(TRACE_PLACES == 1 << (64 - 54), "ten bits choose a place");

struct trace_word *trace_store_word(struct trace_store *store,
                                    enum trace_word_kind kind, struct span text)
{
    struct trace_word *word = &store->words[trace_place(text, kind)];
    char *copy;
    if (word->copy != NULL && word->kind == kind &&
        span_equal(word->text, text))
        return word;
    copy = trace_store_copy(store, text);
    if (copy == NULL)
        return NULL;
    *word = (struct trace_word){.kind = kind, .text = text, .copy = copy};
    return word;
}

/* ---- files -------------------------------------------------------------- */

static int descriptor_map(struct trace_store *store, int fd, const char *path,
                          struct span *bytes, struct error *error)
{
    struct mapping *mapping;
    struct stat status;

    if (fstat(fd, &status) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    if (!S_ISREG(status.st_mode))
        return error_set(error, ERROR_LOCAL, "%s: not a regular file", path);
    if (status.st_size == 0)
        return 0;
    mapping = calloc(1, sizeof *mapping);
    if (mapping == NULL)
        return error_set_errno(error, ERROR_LOCAL, ENOMEM, "%s", path);
    mapping->length = (size_t)status.st_size;
    /* All of it is read, and at once: no fault for each few pages. */
    mapping->bytes = mmap(NULL, mapping->length, PROT_READ,
                          MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (mapping->bytes == MAP_FAILED) {
        free(mapping);
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    }
    mapping->next = store->mappings;
    store->mappings = mapping;
    *bytes = (struct span){mapping->bytes, mapping->length};
    return 0;
}

int trace_store_map(struct trace_store *store, const char *path,
                    bool missing_is_empty, struct span *bytes,
                    struct error *error)
{
    int status, fd = open(path, O_RDONLY | O_CLOEXEC);
    *bytes = (struct span){NULL, 0};
    if (fd < 0 && errno == ENOENT && missing_is_empty)
        return 0;
    if (fd < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    status = descriptor_map(store, fd, path, bytes, error);
    close(fd);
    return status;
}

/* ---- arrays ------------------------------------------------------------- */

void *trace_array_grow(void *array, size_t count, size_t *room, size_t size)
{
    size_t more = *room + *room / 2 + 64;
    void *grown;
    if (count < *room)
        return array;
    if (more > SIZE_MAX / size)
        return NULL;
    grown = realloc(array, more * size);
    if (grown != NULL)
        *room = more;
    return grown;
}

void *trace_array_reserve(size_t count, size_t *room, size_t size)
{
    size_t pages = count > RESERVE_MAX / size ? 0 : count * size / LARGE_PAGE;
    size_t bytes = (pages + 1) * LARGE_PAGE;
    void *array;
    *room = 0;
    if (pages == 0)
        return NULL;
    array = aligned_alloc(LARGE_PAGE, bytes);
    if (array == NULL)
        return NULL;
    (void)madvise(array, bytes, MADV_HUGEPAGE); /* where there are any */
    *room = bytes / size;
    return array;
}

void trace_array_sort(void *array, size_t count, size_t size,
                      int (*order)(const void *a, const void *b))
{
    const char *at = array;
    size_t i = 1;

    while (i < count && order(at + (i - 1) * size, at + i * size) <= 0)
        i++;
    if (i < count)
        qsort(array, count, size, order);
}

void trace_records_free(struct trace_records *records)
{
    free(records->events);
    free(records->frames);
    free(records->parsed);
    free(records->keylogs);
    free(records->names);
    trace_store_free(records->store);
    *records = (struct trace_records){0};
}

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
    mapping->bytes = mmap(NULL, mapping->length, PROT_READ, MAP_PRIVATE, fd, 0);
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

void trace_records_free(struct trace_records *records)
{
    free(records->events);
    free(records->frames);
    free(records->keylogs);
    free(records->names);
    trace_store_free(records->store);
    *records = (struct trace_records){0};
}

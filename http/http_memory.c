/* SPDX-License-Identifier: MIT */
/*
 * http_memory: a table in shared memory, under a lock that survives the death
 * of whoever holds it.
 */
#include "http/http_memory.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "http/http_limits.h"

struct entry {
    enum http_memory_kind kind; /* 0: free */
    char token[HTTP_TOKEN_SIZE];
    uint64_t number;
};

struct http_memory {
    pthread_mutex_t lock;
    struct entry entries[HTTP_MEMORY_MAX];
    size_t next; /* whose place is taken next */
};

struct http_memory *http_memory_open(struct error *error)
{
    struct http_memory *memory =
        mmap(NULL, sizeof(*memory), PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_mutexattr_t attributes;

    if (memory == MAP_FAILED) {
        error_set_errno(error, ERROR_LOCAL, errno, "no shared memory");
        return NULL;
    }
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&memory->lock, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return memory;
}

void http_memory_close(struct http_memory *memory)
{
    if (memory)
        munmap(memory, sizeof(*memory));
}

/* A process that was killed while it held the lock left at worst one entry half
 * written: its token fits nobody. */
static void take_lock(struct http_memory *memory)
{
    if (pthread_mutex_lock(&memory->lock) == EOWNERDEAD)
        pthread_mutex_consistent(&memory->lock);
}

/* All tokens have one length, and how long the comparison takes does not tell
 * how much of a guess was right. */
static struct entry *find(struct http_memory *memory,
                          enum http_memory_kind kind, struct span token)
{
    if (token.length != HTTP_TOKEN_SIZE - 1)
        return NULL;
    for (size_t i = 0; i < HTTP_MEMORY_MAX; i++)
        if (memory->entries[i].kind == kind &&
            CRYPTO_memcmp(memory->entries[i].token, token.data, token.length) ==
                0)
            return &memory->entries[i];
    return NULL;
}

bool http_memory_add(struct http_memory *memory, enum http_memory_kind kind,
                     char token[HTTP_TOKEN_SIZE])
{
    unsigned char bytes[(HTTP_TOKEN_SIZE - 1) / 2];
    struct entry *entry;

    if (RAND_bytes(bytes, sizeof(bytes)) != 1)
        return false;
    text_hex_write(token, bytes, sizeof(bytes));
    take_lock(memory);
    entry = &memory->entries[memory->next];
    memory->next = (memory->next + 1) % HTTP_MEMORY_MAX;
    entry->kind = kind;
    entry->number = 0;
    memcpy(entry->token, token, HTTP_TOKEN_SIZE);
    pthread_mutex_unlock(&memory->lock);
    return true;
}

uint64_t http_memory_count(struct http_memory *memory,
                           enum http_memory_kind kind, struct span token)
{
    uint64_t number = 0;

    take_lock(memory);
    struct entry *entry = find(memory, kind, token);
    if (entry)
        number = ++entry->number;
    pthread_mutex_unlock(&memory->lock);
    return number;
}

bool http_memory_raise(struct http_memory *memory, enum http_memory_kind kind,
                       struct span token, uint64_t number)
{
    take_lock(memory);
    struct entry *entry = find(memory, kind, token);
    bool higher = entry && number > entry->number;
    if (higher)
        entry->number = number;
    pthread_mutex_unlock(&memory->lock);
    return higher;
}

void http_memory_forget(struct http_memory *memory, enum http_memory_kind kind,
                        struct span token)
{
    take_lock(memory);
    struct entry *entry = find(memory, kind, token);
    if (entry)
        memset(entry, 0, sizeof(*entry));
    pthread_mutex_unlock(&memory->lock);
}

/* SPDX-License-Identifier: MIT */
/*
 * http_pool: the connections of a run, one an origin, kept open for the next
 * request to it. RFC 9112 §9.3.
 */
#include <stdlib.h>
#include <string.h>

#include "http/http_client.h"

static struct http_client *new_client(struct http_pool *pool, size_t slot)
{
    struct http_client *client = calloc(1, sizeof(*client));

    if (!client) {
        error_set(pool->setup.error, ERROR_LOCAL, "out of memory");
        return NULL;
    }
    client->setup = pool->setup;
    client->tls = pool->tls;
    client->proxy = pool->proxy;
    pool->clients[slot] = client;
    return client;
}

/* A place for a new connection: a free one, else that of the one which has
 * been open longest. What is open to the same origin and can't be used any
 * more is closed, so that its place is free. */
static size_t find_slot(struct http_pool *pool, const struct http_url *url)
{
    size_t slot = HTTP_POOL_MAX;

    for (size_t i = 0; i < HTTP_POOL_MAX; i++) {
        struct http_client *client = pool->clients[i];

        if (client && strcasecmp(client->origin, url->origin) == 0)
            http_client_close(client);
        if ((!client || !client->conn) && slot == HTTP_POOL_MAX)
            slot = i;
    }
    if (slot < HTTP_POOL_MAX)
        return slot;
    slot = pool->next;
    pool->next = (slot + 1) % HTTP_POOL_MAX;
    http_client_close(pool->clients[slot]);
    return slot;
}

struct http_client *http_pool_pick(struct http_pool *pool,
                                   const struct http_url *url)
{
    for (size_t i = 0; i < HTTP_POOL_MAX; i++)
        if (pool->clients[i] && http_client_may_reuse(pool->clients[i], url))
            return pool->clients[i];

    size_t slot = find_slot(pool, url);
    struct http_client *client = pool->clients[slot];

    if (!client)
        client = new_client(pool, slot);
    return client && http_client_open(client, url) == 0 ? client : NULL;
}

void http_pool_close(struct http_pool *pool)
{
    for (size_t i = 0; i < HTTP_POOL_MAX; i++) {
        if (pool->clients[i])
            http_client_close(pool->clients[i]);
        free(pool->clients[i]);
        pool->clients[i] = NULL;
    }
}

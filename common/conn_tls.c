/* SPDX-License-Identifier: MIT */
/*
 * conn_tls: the TLS layer between the messages and the socket.
 */
#include "common/conn_private.h"

int conn_start_tls_at(struct conn *c, struct tls_context *context,
                      struct where where, struct rfc rfc, const char *host)
{
    (void)context, (void)host;
    c->where = where;
    return conn_fail(c, ERROR_LOCAL, 0, rfc, "TLS is not built in");
}

int conn_tls_fill(struct conn *c)
{
    return -c->failed;
}

int conn_tls_seal(struct conn *c, const void *data, size_t length)
{
    (void)data, (void)length;
    return -c->failed;
}

int conn_tls_flush(struct conn *c)
{
    return -c->failed;
}

void conn_tls_end(struct conn *c)
{
    (void)c;
}

void conn_tls_free(struct conn_tls *tls)
{
    (void)tls;
}

void conn_tls_took(struct conn *c, size_t length)
{
    (void)c, (void)length;
}

void conn_tls_facts(const struct conn_tls *tls, struct conn_facts *facts)
{
    (void)tls;
    facts->tls = true;
}

/* SPDX-License-Identifier: MIT */
/*
 * conn_tls: the TLS layer between the messages and the socket. OpenSSL never
 * touches the socket: it reads records from tls->in and writes them to
 * tls->out through a BIO of ours. So every byte passes conn_receive and
 * conn_transmit, within the deadline, and many records go in one system call.
 */
#include "common/conn_tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

/* ---- between OpenSSL and our buffers ------------------------------------ */

/* Gives OpenSSL records that have come. An empty buffer is "try again": that
 * the peer has closed is for us to judge, not for OpenSSL. */
static int conn_bio_read(BIO *bio, char *data, int size)
{
    struct conn_tls *tls = BIO_get_data(bio);
    size_t length = tls->in_end - tls->in_start;

    BIO_clear_retry_flags(bio);
    if (length == 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    if (length > (size_t)size)
        length = (size_t)size;
    memcpy(data, tls->in + tls->in_start, length);
    tls->in_start += length;
    tls->read.passed += length;
    return (int)length;
}

static int conn_bio_write(BIO *bio, const char *data, int size)
{
    struct conn_tls *tls = BIO_get_data(bio);
    size_t room = sizeof tls->out - tls->out_length;
    size_t length = (size_t)size < room ? (size_t)size : room;

    BIO_clear_retry_flags(bio);
    if (length == 0) {
        BIO_set_retry_write(bio);
        return -1;
    }
    memcpy(tls->out + tls->out_length, data, length);
    tls->out_length += length;
    tls->write.passed += length;
    return (int)length;
}

/* Of all that a BIO may be asked, OpenSSL needs one from us: to be flushed,
 * which we do in our own time. */
static long conn_bio_control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

bool conn_tls_connect_buffers(struct conn_tls *tls)
{
    BIO *bio;

    tls->method =
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "conn");
    if (tls->method == NULL)
        return false;
    BIO_meth_set_read(tls->method, conn_bio_read);
    BIO_meth_set_write(tls->method, conn_bio_write);
    BIO_meth_set_ctrl(tls->method, conn_bio_control);
    bio = BIO_new(tls->method);
    if (bio == NULL)
        return false;
    BIO_set_data(bio, tls);
    BIO_set_init(bio, 1);
    SSL_set_bio(tls->ssl, bio, bio);
    return true;
}

/* ---- between our buffers and the socket --------------------------------- */

int conn_tls_flush(struct conn *c)
{
    struct conn_tls *tls = c->tls;
    size_t length = tls->out_length;

    tls->out_length = 0;
    return length == 0 ? 0 : conn_transmit(c, tls->out, length);
}

ssize_t conn_tls_receive(struct conn *c)
{
    struct conn_tls *tls = c->tls;
    ssize_t got;

    /* OpenSSL asks for more only when it has taken all there was. */
    tls->in_start = tls->in_end = 0;
    got = conn_receive(c, tls->in, sizeof tls->in);
    if (got > 0)
        tls->in_end = (size_t)got;
    return got;
}

/* ---- after the handshake ------------------------------------------------ */

/* Remembers which record `length` new bytes of `in` came in. */
static void conn_tls_remember_place(struct conn_tls *tls, size_t length)
{
    struct conn_tls_place place = {
        .plain_to = tls->plain_total + length,
        .raw = tls->read.record,
        .inexact = tls->read.next != tls->read.passed,
    };
    struct conn_tls_place *last;
    size_t at = tls->first_place + tls->place_count;

    tls->plain_total += length;
    if (tls->place_count < CONN_TLS_PLACES_MAX) {
        tls->places[at % CONN_TLS_PLACES_MAX] = place;
        tls->place_count++;
        return;
    }
    last = &tls->places[(at - 1) % CONN_TLS_PLACES_MAX];
    last->plain_to = place.plain_to;
    last->raw.to = place.raw.to;
    last->inexact = true;
}

void conn_tls_took(struct conn *c, size_t length)
{
    struct conn_tls *tls = c->tls;
    uint64_t to = c->heard_total + length;

    if (length == 0)
        return;
    while (tls->place_count > 0) {
        struct conn_tls_place *place = &tls->places[tls->first_place];

        if (c->heard.raw.to == 0)
            c->heard.raw.from = place->raw.from;
        c->heard.raw.to = place->raw.to;
        c->heard.inexact = c->heard.inexact || place->inexact;
        if (place->plain_to > to)
            return;
        tls->first_place = (tls->first_place + 1) % CONN_TLS_PLACES_MAX;
        tls->place_count--;
        if (place->plain_to == to)
            return;
    }
}

/* Opens records into `in` until there are no more, or `in` is full. Many at a
 * time: a system call for each would cost more than the cipher. */
static int conn_tls_open(struct conn *c)
{
    struct conn_tls *tls = c->tls;

    while (c->in_end < CONN_INPUT_MAX && !c->peer_ended) {
        int got, reason;

        ERR_clear_error();
        got = SSL_read(tls->ssl, c->in + c->in_end,
                       (int)(CONN_INPUT_MAX - c->in_end));
        if (got > 0) {
            conn_tls_remember_place(tls, (size_t)got);
            c->in_end += (size_t)got;
            continue;
        }
        reason = SSL_get_error(tls->ssl, got);
        if (reason == SSL_ERROR_ZERO_RETURN)
            c->peer_ended = true;
        else if (reason == SSL_ERROR_WANT_READ)
            return 0;
        else if (reason != SSL_ERROR_WANT_WRITE)
            return conn_tls_explain(c);
        else if (conn_tls_flush(c) < 0)
            return -c->failed;
    }
    return 0;
}

int conn_tls_fill(struct conn *c)
{
    size_t before = c->in_end;

    for (;;) {
        ssize_t got;

        if (conn_tls_open(c) < 0 || conn_tls_flush(c) < 0)
            return -c->failed;
        if (c->in_end > before || c->peer_ended)
            return 0;
        got = conn_tls_receive(c);
        if (got < 0)
            return (int)got;
        if (got == 0) {
            c->peer_ended = c->cut = true;
            conn_tls_note(c, "cut", RFC("8446", "6.1"),
                          "the peer closed TCP without close_notify: what it "
                          "sent may have been cut off by anybody");
            return 0;
        }
    }
}

int conn_tls_seal(struct conn *c, const void *data, size_t length)
{
    struct conn_tls *tls = c->tls;
    const char *next = data;

    while (length > 0) {
        size_t piece = length < 16384 ? length : 16384;
        int sealed, reason;

        if (sizeof tls->out - tls->out_length < 2 * CONN_TLS_RECORD_MAX &&
            conn_tls_flush(c) < 0)
            return -c->failed;
        ERR_clear_error();
        sealed = SSL_write(tls->ssl, next, (int)piece);
        if (sealed > 0) {
            next += sealed;
            length -= (size_t)sealed;
            continue;
        }
        reason = SSL_get_error(tls->ssl, sealed);
        if (reason != SSL_ERROR_WANT_WRITE && reason != SSL_ERROR_WANT_READ)
            return conn_tls_explain(c);
        if (conn_tls_flush(c) < 0)
            return -c->failed;
    }
    c->said.inexact = c->said.inexact || tls->write.next != tls->write.passed;
    return 0;
}

void conn_tls_end(struct conn *c)
{
    struct conn_tls *tls = c->tls;

    if (!tls->established || tls->ended)
        return;
    tls->ended = true;
    ERR_clear_error();
    SSL_shutdown(tls->ssl);
    ERR_clear_error();
    conn_tls_flush(c);
}

void conn_tls_free(struct conn_tls *tls)
{
    if (tls == NULL)
        return;
    SSL_free(tls->ssl);
    BIO_meth_free(tls->method);
    free(tls);
}

void conn_tls_facts(const struct conn_tls *tls, struct conn_facts *facts)
{
    facts->tls = true;
    facts->tls_version = SSL_get_version(tls->ssl);
    facts->tls_cipher =
        SSL_CIPHER_standard_name(SSL_get_current_cipher(tls->ssl));
    facts->tls_resumed = SSL_session_reused(tls->ssl) != 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * conn_tls_handshake: how TLS begins in place of clear text, and what can go
 * wrong with it, said in words. Whatever OpenSSL gives up on ends here.
 */
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/conn_tls.h"

/* ---- what can go wrong -------------------------------------------------- */

/* Ends the conn's use. Our alert, if OpenSSL has made one, still goes out; that
 * it may not arrive is no news beside what went wrong. */
static int conn_tls_fail(struct conn *c, enum error_class class,
                         const char *name, struct rfc rfc, const char *text)
{
    error_set(c->error, class, "%s", text);
    conn_tls_flush(c);
    c->failed = (int)class;
    conn_tls_note(c, name, rfc, "%s", text);
    return -(int)class;
}

static int conn_tls_refuse_certificate(struct conn *c)
{
    struct conn_tls *tls = c->tls;
    long verdict = tls->peer.verdict;
    char words[CONN_NOTE_MAX], note[CONN_NOTE_MAX + 80];

    tls_verdict_text(&tls->peer, words, sizeof words);
    error_set(c->error, ERROR_INSECURE,
              "the certificate of %s is refused, %s: %s", tls->peer.host,
              tls_verdict_name(verdict), words);
    snprintf(note, sizeof note, "%s: %s; our alert: %s",
             tls_verdict_name(verdict), words,
             tls->alert_sent >= 0 ? conn_tls_alert_name(tls->alert_sent)
                                  : "none");
    return conn_tls_fail(c, ERROR_INSECURE, "certificate refused",
                         tls_verdict_rfc(verdict), note);
}

/* The peer ended TLS with an alert. A client that shows a certificate reads of
 * its refusal this way, in TLS 1.3 only after the handshake. */
static int conn_tls_refused(struct conn *c)
{
    int alert = c->tls->alert_received;
    bool certificate = (alert >= 41 && alert <= 49) || alert == 116;
    enum error_class class = ERROR_PROTOCOL;
    char text[200];

    if (alert == SSL_AD_PROTOCOL_VERSION || alert == 86 || alert == 71)
        class = ERROR_INSECURE;
    else if (certificate)
        class = c->server ? ERROR_REFUSED : ERROR_AUTH;
    snprintf(text, sizeof text, "%s %s with the TLS alert %s", c->peer,
             certificate ? "refused our certificate" : "ended the connection",
             conn_tls_alert_name(alert));
    return conn_tls_fail(c, class, "alert received", RFC("8446", "6.2"), text);
}

/* True when what came was no TLS record at all: a clear-text server on this
 * port, most likely, and what it said is worth reading. */
static bool conn_tls_is_not_tls(int reason)
{
    return reason == SSL_R_WRONG_VERSION_NUMBER ||
           reason == SSL_R_HTTP_REQUEST ||
           reason == SSL_R_HTTPS_PROXY_REQUEST ||
           reason == SSL_R_PACKET_LENGTH_TOO_LONG ||
           reason == SSL_R_BAD_RECORD_TYPE;
}

/* OpenSSL has given up. Says why. */
int conn_tls_explain(struct conn *c)
{
    struct conn_tls *tls = c->tls;
    unsigned long code = ERR_peek_error();
    int reason = ERR_GET_REASON(code);
    const char *words = ERR_reason_error_string(code);
    char text[256];

    ERR_clear_error();
    if (tls->peer.verdict != X509_V_OK && !tls->established &&
        !tls->peer.context->insecure)
        return conn_tls_refuse_certificate(c);
    if (tls->alert_received > 0)
        return conn_tls_refused(c);
    if (!tls->established && conn_tls_is_not_tls(reason)) {
        error_set_peer(c->error, tls->in, tls->in_end < 80 ? tls->in_end : 80);
        snprintf(text, sizeof text, "%s does not speak TLS here", c->peer);
        return conn_tls_fail(c, ERROR_PROTOCOL, "not TLS", RFC("8446", "5.1"),
                             text);
    }
    if (reason == SSL_R_UNSUPPORTED_PROTOCOL) {
        snprintf(text, sizeof text,
                 "%s speaks no version of TLS that is still safe", c->peer);
        return conn_tls_fail(c, ERROR_INSECURE, "version refused",
                             RFC("8996", "5"), text);
    }
    if (reason == SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC) {
        snprintf(text, sizeof text, "a record from %s was altered on its way",
                 c->peer);
        return conn_tls_fail(c, ERROR_INSECURE, "record altered",
                             RFC("8446", "5.2"), text);
    }
    snprintf(text, sizeof text, "TLS with %s failed: %s", c->peer,
             words != NULL ? words : "OpenSSL does not say why");
    return conn_tls_fail(c, ERROR_PROTOCOL, "failed", RFC("8446", "6.2"), text);
}

/* ---- the handshake ------------------------------------------------------ */

static int conn_tls_handshake(struct conn *c)
{
    struct conn_tls *tls = c->tls;

    for (;;) {
        int done, reason;
        ssize_t got = 1;

        ERR_clear_error();
        done = SSL_do_handshake(tls->ssl);
        reason = SSL_get_error(tls->ssl, done);
        if (done != 1 && reason != SSL_ERROR_WANT_READ &&
            reason != SSL_ERROR_WANT_WRITE)
            return conn_tls_explain(c);
        if (conn_tls_flush(c) < 0)
            return -c->failed;
        if (done == 1)
            return 0;
        if (reason == SSL_ERROR_WANT_READ)
            got = conn_tls_receive(c);
        if (got < 0)
            return -c->failed;
        if (got == 0)
            return conn_fail(c, ERROR_CONNECT, 0, RFC("8446", "6.1"),
                             "%s closed the connection in the middle of the "
                             "TLS handshake",
                             c->peer);
    }
}

static struct conn_tls *
conn_tls_new(struct conn *c, struct tls_context *context, const char *host)
{
    struct conn_tls *tls = calloc(1, sizeof *tls);

    if (tls == NULL) {
        error_set(c->error, ERROR_LOCAL, "no memory for TLS");
        return NULL;
    }
    tls->peer.context = context;
    tls->peer.trace = c->trace;
    tls->where = c->where;
    tls->alert_sent = tls->alert_received = -1;
    tls->read.next = tls->read.message_from = tls->read.passed =
        c->received.total;
    tls->write.next = tls->write.message_from = tls->write.passed =
        c->sent.total;
    tls->plain_total = c->heard_total;
    tls->ssl = tls_begin(&tls->peer, host, c->error);
    if (tls->ssl == NULL || !conn_tls_connect_buffers(tls)) {
        error_set(c->error, ERROR_LOCAL, "no memory for TLS");
        conn_tls_free(tls);
        return NULL;
    }
    if (c->no_tickets)
        SSL_set_num_tickets(tls->ssl, 0);
    SSL_set_msg_callback(tls->ssl, conn_tls_on_message);
    SSL_set_msg_callback_arg(tls->ssl, c);
    return tls;
}

/* What came before the handshake in clear could have been put there by anybody
 * on the path, and would be read as if it had come under TLS. */
static int conn_tls_check_empty(struct conn *c)
{
    struct span early = conn_view(c);

    if (early.length == 0 && c->heard.length == 0)
        return 0;
    error_set_peer(c->error, early.data, early.length);
    return conn_fail(c, ERROR_INSECURE, 0, c->rfc,
                     "%s sent %zu bytes ahead of the TLS handshake: they may "
                     "be injected",
                     c->peer, early.length);
}

int conn_start_tls_at(struct conn *c, struct tls_context *context,
                      struct where where, struct rfc rfc, const char *host)
{
    deadline_ns outer = c->deadline;
    int status;

    if (c->failed != 0)
        return -c->failed;
    c->where = where;
    c->rfc = rfc;
    if (conn_flush(c) < 0 || conn_tls_check_empty(c) < 0)
        return -c->failed;
    c->tls = conn_tls_new(c, context, host);
    if (c->tls == NULL) {
        c->failed = (int)c->error->class;
        return -c->failed;
    }
    c->deadline =
        deadline_earlier(outer, deadline_in_ms(c->connect_timeout_ms));
    status = conn_tls_handshake(c);
    c->deadline = outer;
    conn_record_rest(c, TRACE_DIR_IN);
    conn_record_rest(c, TRACE_DIR_OUT);
    if (status < 0)
        return status;
    c->tls->established = true;
    conn_tls_note_agreement(c);
    return 0;
}

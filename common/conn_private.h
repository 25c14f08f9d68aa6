/* SPDX-License-Identifier: MIT */
/*
 * conn_private: what the files of conn share, and nobody else includes.
 *
 *     conn.c                a message, whichever way it goes
 *     conn_say.c            gathering a message, letting it go
 *     conn_hear.c           bytes in, and the message a parser took
 *     conn_open.c           connecting, accepting
 *     conn_close.c          ending one direction, or both
 *     conn_listen.c         waiting to be connected to
 *     conn_sealed.c         bytes that a library encrypts, not we
 *     conn_io.c             the socket: waiting, receiving, sending, counting
 *     conn_tls.c            the TLS layer between the two
 *     conn_tls_handshake.c  how it begins, and what can go wrong with it
 *     conn_tls_events.c     what the TLS layer did, told to the trace
 *
 * Bytes flow so. In clear, recv(2) fills `in` and the program takes from it;
 * the program says into `out` and send(2) empties it. Under TLS, recv(2) fills
 * tls->in with records that are opened into `in`, and `out` is sealed into
 * records in tls->out that send(2) empties.
 */
#ifndef COMMON_CONN_PRIVATE_H
#define COMMON_CONN_PRIVATE_H

#include "common/conn.h"
#include "common/limits.h"
#include "common/trace.h"

struct conn_tls;

/* A message on its way, in one of the two directions. */
struct conn_message {
    char name[CONN_NAME_MAX]; /* what the event will be called */
    struct where where;       /* the call that began it */
    struct rfc rfc;
    char *kept;             /* its first TRACE_BODY_MAX bytes; NULL when
                                 nobody records. Owned. */
    uint64_t length;        /* bytes so far; more than are kept, maybe */
    uint64_t clear_from;    /* where it begins among all plain bytes */
    struct trace_range raw; /* the records that carried it, under TLS */
    bool inexact;           /* raw is wider than the truth */
    const char *note;       /* why it is not whole; NULL: it is */
    int64_t time_ns;        /* when its first byte left; 0: not yet */
    struct trace_range secrets[TRACE_SECRETS_MAX];
    size_t secret_count;
};

/* What of the bytes on the socket has been recorded, one a direction. */
struct conn_socket_record {
    uint64_t total; /* bytes that this direction has carried */
    size_t kept;    /* bytes recorded of the message now passing */
    uint64_t rest;  /* bytes of it that were only counted */
};

struct conn {
    int fd;
    bool no_tickets;    /* a TLS server's, see conn_setup */
    bool server;        /* we serve: accepted, not connected; or reversed */
    int failed;         /* the error class it died of; 0 while it lives */
    bool peer_ended;    /* no byte will come into `in` any more */
    bool end_told;      /* ... and conn_fill has returned to say so */
    bool cut;           /* ... and TLS had not said close_notify before */
    bool sending_ended; /* we have ended our direction */
    bool hold;          /* pipelining: small messages wait in the buffer */
    bool saying;        /* between conn_say_begin and conn_say_end */
    bool refused;       /* the message being said held a forbidden byte */

    struct error *error; /* borrowed, like all up to `deadline` */
    struct trace *trace;
    const char *proto, *stream;
    uint16_t standard_port;
    int64_t idle_timeout_ms;
    int64_t connect_timeout_ms;
    deadline_ns deadline;
    deadline_ns patience;        /* of conn_fill_within; 0: none */
    int watched_fd;              /* looked at while waiting; -1: none */
    bool (*stop)(void *context); /* asked when it can be read */
    void *stop_context;
    struct sockaddr_storage from; /* to connect from; ss_family 0: anywhere */

    uint32_t number;
    struct sockaddr_storage local, remote; /* ss_family 0: not of IP */
    char peer[80];
    struct where where; /* the program's latest call, for what it caused, */
    struct rfc rfc;     /* and its citation */

    struct conn_message said, heard;
    uint64_t said_total;  /* plain bytes said, the message under way too */
    uint64_t heard_total; /* plain bytes taken */
    struct conn_socket_record sent, received;

    struct trace_range sealed[2]; /* of the last event told, out and in */
    int64_t sealed_ns; /* when the first byte left that is not told; or 0 */

    struct conn_tls *tls; /* NULL in clear. Owned. */

    /* in[in_start .. in_end) has come and was not taken; in_scanned bytes of
     * it hold no LF, so that a line is not searched twice. */
    size_t in_start, in_end, in_scanned;
    size_t out_length; /* out[0 .. out_length) waits to be sent or sealed */
    size_t out_start;  /* where the message being said begins in out */
    bool out_passed;   /* the beginning of that message has left out */
    char in[CONN_INPUT_MAX];
    char out[CONN_OUTPUT_MAX];
};

/* ---- conn.c ------------------------------------------------------------- */

void conn_message_begin(struct conn_message *m, uint64_t clear_from);
void conn_message_name(struct conn_message *m, struct span name);
/* Adds bytes: all are counted, the first TRACE_BODY_MAX are kept. */
void conn_message_add(struct conn_message *m, const void *data, size_t length);
/* Bytes [from, to) of the message are shown as asterisks. */
void conn_message_mask(struct conn_message *m, uint64_t from, uint64_t to);
/* Hands the message to the trace. */
void conn_message_record(struct conn *c, struct conn_message *m,
                         enum trace_dir dir);

/* ---- conn_open.c -------------------------------------------------------- */

/* Closes the socket and frees all that the conn owns. NULL is allowed. */
void conn_free(struct conn *c);

/* ---- conn_say.c and conn_hear.c: at the end of the conn ------------------ */

/* Records what has left of a message that was begun and not ended. */
void conn_say_broken(struct conn *c);
/* Records what came and was not heard as a message. */
void conn_hear_rest(struct conn *c);

/* ---- conn_io.c ---------------------------------------------------------- */

/* Describes a failure, records it as an event, and ends the conn's use. */
int conn_fail(struct conn *c, enum error_class class, int sys_errno,
              struct rfc rfc, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* What conn_receive returns when nothing came while conn_fill_within waited:
 * no error class, and no failure. */
#define CONN_SILENT (-(int)ERROR_CLASSES)

/* One recv(2) of at least one byte into `data`; waits for it. Returns the
 * count, 0 at the peer's end, the negative class, or CONN_SILENT. */
ssize_t conn_receive(struct conn *c, void *data, size_t size);
/* Sends all of it, or fails. */
int conn_transmit(struct conn *c, const void *data, size_t length);
/* Counts bytes that passed the socket, and records them, unless so many of
 * this message are recorded already that the rest is only counted. */
void conn_count(struct conn *c, enum trace_dir dir, int64_t time_ns,
                const void *data, size_t length);
/* Writes what was counted but not kept as one record each. */
void conn_record_rest(struct conn *c, enum trace_dir dir);
/* An event of this conn with all that is the same for each. Its place in the
 * stream is exact unless the caller says otherwise. */
struct trace_event conn_event(const struct conn *c, enum trace_layer layer,
                              enum trace_dir dir, const char *name,
                              struct where where, struct rfc rfc);
/* An event of the TCP layer: it has no bytes, but a place in the stream. */
void conn_record_tcp(struct conn *c, enum trace_dir dir, const char *name,
                     struct rfc rfc, const char *note);
int64_t conn_time_ns(void);

/* ---- conn_tls.c --------------------------------------------------------- */

/* Opens what records have come into `in`, after waiting for one if need be. */
int conn_tls_fill(struct conn *c);
/* Seals bytes into records; sends when the buffer of records is full. */
int conn_tls_seal(struct conn *c, const void *data, size_t length);
/* Sends the records that wait. */
int conn_tls_flush(struct conn *c);
/* Says close_notify, once. */
void conn_tls_end(struct conn *c);
void conn_tls_free(struct conn_tls *tls);
/* The records that carried the next `length` bytes of `in`: widens the range
 * of the message being heard. */
void conn_tls_took(struct conn *c, size_t length);
void conn_tls_facts(const struct conn_tls *tls, struct conn_facts *facts);

#endif

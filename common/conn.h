/* SPDX-License-Identifier: MIT */
/*
 * conn: one connection to one peer, every byte of it accounted for.
 *
 * A conn connects or is accepted, reads and writes within a deadline, changes
 * to TLS in place, and hands each protocol message to the trace with the RFC
 * section that asks for it and the source line that made it.
 *
 *     struct conn *c;
 *     struct conn_setup setup = {.trace = trace, .proto = "smtp", ...};
 *     if (conn_open(&c, &setup, RFC("5321", "3.1"), "mx.test", 25) < 0)
 *         return error_print("demo", setup.error);
 *     conn_read_line(c, SMTP_LINE_MAX, &line);          // bytes in
 *     conn_heard(c, RFC("5321", "4.2"), "greeting");    // ... were this
 *     conn_say(c, RFC("5321", "4.1.1.1"), "EHLO %s", name);
 *     conn_close(c, RFC("9293", "3.6"));
 *
 * Conventions of this header. Lengths are bytes. Functions return 0 or the
 * negative of an error class, and the detail stands in the `struct error` that
 * the setup named. ERROR_TIMEOUT: the deadline passed. ERROR_CONNECT: the
 * connection broke. ERROR_PROTOCOL: the peer sent too much, or stopped in the
 * middle. A failed conn may only be closed.
 *
 * DEPARTURES. Deliberately one thread and blocking calls: a conversation is
 * read from top to bottom. A production client would multiplex.
 */
#ifndef COMMON_CONN_H
#define COMMON_CONN_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "common/deadline.h"
#include "common/error.h"
#include "common/rfc.h"
#include "common/text.h"
#include "common/trace.h"

struct conn;
struct names;
struct tls_context;
struct tls_session_info;

/* What a connection is made with. Everything is borrowed and must outlive the
 * conn. Zero is a usable value for all but error. */
struct conn_setup {
    struct error *error;    /* required: where failures are described */
    struct trace *trace;    /* NULL: nothing is recorded */
    struct names *names;    /* NULL: names come from the system */
    const char *proto;      /* "http": the protocol's name in the trace */
    const char *stream;     /* "control", "data"; NULL: "control" */
    uint16_t standard_port; /* the protocol's clear-text port, host order */
    int family;             /* AF_UNSPEC, AF_INET (-4) or AF_INET6 (-6) */
    const struct sockaddr_storage *from; /* conn_open's end; NULL: any */
    bool reversed;              /* who connects is the server: active FTP */
    bool no_tickets;            /* to a peer that will only send; see tls.h */
    int64_t connect_timeout_ms; /* all addresses together; 0: the default */
    int64_t idle_timeout_ms;    /* longest silence of the peer; 0: default */
    deadline_ns deadline;       /* of the whole run; 0: DEADLINE_NEVER */
};

/* ---- opening and closing ------------------------------------------------ */

/* Looks `host` up and tries every address it has, IPv6 and IPv4, a quarter of
 * a second apart (RFC 8305 §5), until one answers. `host` may be a numeric
 * address, an IPv6 one without brackets. On success *conn is owned by the
 * caller, who ends it with conn_close. Errors: ERROR_CONNECT, ERROR_TIMEOUT,
 * ERROR_LOCAL. */
#define conn_open(conn, setup, rfc, host, port) \
    conn_open_at((conn), (setup), HERE, (rfc), (host), (port))
int conn_open_at(struct conn **conn, const struct conn_setup *setup,
                 struct where where, struct rfc rfc, const char *host,
                 uint16_t port);

/* Makes a conn of a connected socket: one that accept(2) gave, or one end of a
 * socketpair in a test. `fd` is owned by the conn, on failure too. */
#define conn_adopt(conn, setup, rfc, fd) \
    conn_adopt_at((conn), (setup), HERE, (rfc), (fd))
int conn_adopt_at(struct conn **conn, const struct conn_setup *setup,
                  struct where where, struct rfc rfc, int fd);

/* Listens for the one connection that a conversation has asked for. `local` is
 * the address to listen at, and gets the port (0: the kernel picks one). *fd is
 * the caller's. ERROR_LOCAL. */
int conn_listen(int *fd, struct sockaddr_storage *local, struct error *error);

/* Accepts from `listener` within connect_timeout_ms, from the address of `peer`
 * alone: who connects from elsewhere is noted and sent away (RFC 2577 §8).
 * `also` is a descriptor, such as the conversation's own, that ends the wait
 * when it can be read; -1: none. 0: *conn is the caller's, or NULL when `also`
 * came first. Errors: ERROR_TIMEOUT, ERROR_LOCAL. */
#define conn_accept(conn, setup, rfc, listener, peer, also) \
    conn_accept_at((conn), (setup), HERE, (rfc), (listener), (peer), (also))
int conn_accept_at(struct conn **conn, const struct conn_setup *setup,
                   struct where where, struct rfc rfc, int listener,
                   const struct sockaddr_storage *peer, int also);
/* Sends what is queued, says goodbye in TLS (close_notify) if it was spoken,
 * closes the socket and frees the conn. NULL is allowed. Never fails: what
 * could not be sent any more is in the trace. */
#define conn_close(conn, rfc) conn_close_at((conn), HERE, (rfc))
void conn_close_at(struct conn *conn, struct where where, struct rfc rfc);

/* Ends our direction only: the peer reads end of file, we read on. */
#define conn_end_sending(conn, rfc) conn_end_sending_at((conn), HERE, (rfc))
int conn_end_sending_at(struct conn *conn, struct where where, struct rfc rfc);
/* After a last word to a peer that may still be sending: ends our direction and
 * reads on for a while, what comes is thrown away. A close with bytes unread
 * makes TCP say "reset", and the word may be lost with what was unread. */
#define conn_linger(conn, rfc) conn_linger_at((conn), HERE, (rfc))
void conn_linger_at(struct conn *conn, struct where where, struct rfc rfc);

/* ---- saying ------------------------------------------------------------- */

/* One line as one whole message: the text, then CR LF, then off it goes. The
 * event's name is the first word. A CR, LF or NUL that came in through an
 * argument is refused with ERROR_USAGE, and nothing is sent. */
#define conn_say(conn, rfc, ...) conn_say_at((conn), HERE, (rfc), __VA_ARGS__)
int conn_say_at(struct conn *conn, struct where where, struct rfc rfc,
                const char *format, ...) __attribute__((format(printf, 4, 5)));

/* A longer message: begin (which takes the citation), any number of pieces,
 * end. A piece outside begin and end is a defect and is refused. `name` is
 * copied. Nothing needs to be sent before conn_say_end or until the buffer is
 * full. */
#define conn_say_begin(conn, rfc, name) \
    conn_say_begin_at((conn), HERE, (rfc), (name))
int conn_say_begin_at(struct conn *conn, struct where where, struct rfc rfc,
                      const char *name);
int conn_say_line(struct conn *conn, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int conn_say_bytes(struct conn *conn, const void *data, size_t length);
/* Text that the trace shows as so many asterisks (unless it was told to show
 * secrets). On the wire it goes as it is. Refuses CR, LF and NUL. */
int conn_say_secret(struct conn *conn, const char *text);
int conn_say_end(struct conn *conn);

/* From here on, conn_say_end leaves small messages in the buffer until we have
 * to wait for the peer (pipelining) or conn_flush is called. */
void conn_hold(struct conn *conn, bool hold);
int conn_flush(struct conn *conn);

/* ---- hearing ------------------------------------------------------------ */

/* The bytes that have come and were not taken yet. Borrowed: valid until the
 * next conn_fill, conn_read_line or conn_start_tls. */
struct span conn_view(struct conn *conn);

/* Waits until at least one more byte is there (what we hold back is sent
 * first). 0: conn_view has grown, or the peer has closed its direction, which
 * conn_at_end tells. Refuses with ERROR_PROTOCOL when CONN_INPUT_MAX bytes
 * are waiting untaken: the parser must have given up before; and when it is
 * called again after it has told the end, so that no parser waits for ever. */
int conn_fill(struct conn *conn);
/* The same, but when nothing has come for `ms` milliseconds that is no failure:
 * 1, and the conn goes on as before. */
int conn_fill_within(struct conn *conn, int64_t ms);
/* True when the peer ended its direction and all of it has been taken. */
bool conn_at_end(const struct conn *conn);
/* True when the end came without TLS close_notify (RFC 8446 §6.1): what was
 * read may have been cut off by anybody. False on clear-text connections. */
bool conn_end_was_cut(const struct conn *conn);

/* Moves `length` bytes of the view into the message being heard. */
void conn_take(struct conn *conn, size_t length);

/* Reads one line of at most `max` bytes, its CR LF not counted; *line borrows
 * it without the CR LF. A bare LF ends no line: it is refused with
 * ERROR_PROTOCOL, as is a longer line, and an end of input inside a line. End
 * of input before the first byte: 0 with line->data NULL. */
int conn_read_line(struct conn *conn, size_t max, struct span *line);
/* The same for who wants to say goodbye to a peer that sends no lines: 1, the
 * error names what came ("a line of ..."), and the conn may still say why. */
int conn_try_line(struct conn *conn, size_t max, struct span *line);

/* Closes the message that was taken since the last one: one event. */
#define conn_heard(conn, rfc, name) conn_heard_at((conn), HERE, (rfc), (name))
void conn_heard_at(struct conn *conn, struct where where, struct rfc rfc,
                   const char *name);
/* Masks bytes [offset, offset + length) of the message being heard. */
void conn_mask(struct conn *conn, size_t offset, size_t length);
/* How many bytes the message being heard has so far. */
uint64_t conn_heard_length(const struct conn *conn);

/* ---- noting ------------------------------------------------------------- */

/* A decision is an event too: why the body ends here, why this address. */
#define conn_note(conn, rfc, name, ...) \
    conn_note_at((conn), HERE, (rfc), (name), __VA_ARGS__)
void conn_note_at(struct conn *conn, struct where where, struct rfc rfc,
                  const char *name, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* ---- TLS in place ------------------------------------------------------- */

/* Changes to TLS, as the client or the server that `context` is for. `host` is
 * the name that the certificate must carry (and that goes out as SNI); NULL at
 * a server. The input must be empty: bytes that came before the handshake were
 * injected, and are refused with ERROR_INSECURE. A certificate that is not
 * trusted: ERROR_INSECURE, with the reason in words. `context` is borrowed
 * until conn_close. */
#define conn_start_tls(conn, context, rfc, host) \
    conn_start_tls_at((conn), (context), HERE, (rfc), (host))
int conn_start_tls_at(struct conn *conn, struct tls_context *context,
                      struct where where, struct rfc rfc, const char *host);

/* ---- what else to wait for ----------------------------------------------- */

/* From here on the conn, when it waits, looks at `fd` too. Can that be read, it
 * asks `stop`, which must take what has come; true breaks the call off with
 * ERROR_REFUSED. NULL ends it. For FTP's ABOR, which comes on another conn. */
void conn_watch(struct conn *conn, int fd, bool (*stop)(void *context),
                void *context);

/* ---- what is known ------------------------------------------------------ */

struct conn_facts {
    uint32_t number; /* in the trace, from 1 */
    struct sockaddr_storage local, remote;
    char peer[80];            /* "192.0.2.80:443" or "[::1]:443" */
    uint64_t raw_in, raw_out; /* bytes taken from and handed to TCP */
    uint64_t taken; /* plain bytes: where the message last heard has ended */
    bool tls;
    const char *tls_version; /* "TLSv1.3"; NULL in clear */
    const char *tls_cipher;  /* the standard name; NULL in clear */
    bool tls_resumed;
};

struct conn_facts conn_facts(const struct conn *conn);
int conn_fd(const struct conn *conn); /* for poll(2) by an interactive client */
/* What the setup named, for a conversation that opens another; may be NULL. */
struct trace *conn_trace(const struct conn *conn);
void conn_set_deadline(struct conn *conn, deadline_ns deadline);
void conn_set_idle_timeout(struct conn *conn, int64_t timeout_ms);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * ssh_client: one client's connection, and what is done over it.
 *
 * ssh_client.c is the conversation and nothing else: connect, exchange keys,
 * check whose key it is, log in, close. Around it: ssh_library.c makes libssh2
 * speak over our conn, ssh_asked.c tells what is asked of it, ssh_trust.c
 * decides about the host's key, ssh_auth.c logs in (ssh_auth_rsa.c where an old
 * libssh2 needs help), ssh_relay.c moves bytes between channels and
 * descriptors, for ssh_exec.c (a command, its status), ssh_shell.c (a terminal)
 * and ssh_forward.c (-L); ssh_sftp.c fetches and stores files.
 *
 *     struct ssh_client *client;
 *     if (ssh_client_open(&client, &setup, &options, "host", 22, "user") == 0)
 *         ssh_exec(client, "true", &status);
 *     ssh_client_close(client);
 *
 * libssh2 speaks, over our conn: it never waits. When it has nothing to do
 * until more has come, it says LIBSSH2_ERROR_EAGAIN, and SSH_DO waits with all
 * the deadlines of a conn.
 */
#ifndef SSH_SSH_CLIENT_H
#define SSH_SSH_CLIENT_H

#include <libssh2.h>

#include "common/login.h"
#include "common/options.h"
#include "ssh/ssh_wire.h"

struct ssh_options {
    struct client_options client;
    const char *known_hosts; /* NULL: ~/.ssh/known_hosts, and the machine's */
    bool accept_new;         /* a host that is not on file yet is added */
    struct option_list identities; /* -i: files of private keys */
    const char *method;            /* --auth: this method only; NULL: all */
    struct option_list forwards;   /* -L port:host:port */
    const char *get[2], *put[2];   /* --get, --put: from, to; NULL: no such */
    const char *resume;            /* -C: "-"; NULL: from the first byte */
    bool terminal;                 /* -t: a pty for a command too */
    bool silent;                   /* -s: no progress */
};

/* A request that was sent, until what it has led to is known. */
struct ssh_asked {
    bool pending;
    struct where where;
    struct rfc rfc;
    const char *name;
    char text[SSH_TEXT_MAX];
    struct trace_range secret;
};

struct ssh_client {
    struct error *error; /* borrowed, like the next two */
    const struct ssh_options *options;
    const char *host; /* as the user typed it */
    uint16_t port;
    struct conn *conn;
    LIBSSH2_SESSION *session;
    struct login login; /* the password is looked for when one is needed */
    struct ssh_wire wire;
    struct ssh_asked asked;
    struct ssh_blob *blob; /* see ssh_auth_rsa.c; NULL: nothing to be done */
};

/* ---- ssh_client.c, ssh_asked.c ------------------------------------------- */

/* Connects, exchanges keys, checks the host's key and logs in. On success
 * *client is the caller's, who closes it. Errors: ERROR_CONNECT, _TIMEOUT,
 * _PROTOCOL, ERROR_INSECURE (the host's key), ERROR_AUTH. All but `user` is
 * borrowed until ssh_client_close. */
int ssh_client_open(struct ssh_client **client, const struct conn_setup *setup,
                    const struct ssh_options *options, const char *host,
                    uint16_t port, const char *user);
/* Runs a call of libssh2 until it has an answer. */
#define SSH_DO(client, result, call) \
    do {                             \
        (result) = (call);           \
    } while ((result) == LIBSSH2_ERROR_EAGAIN && ssh_client_wait(client) == 0)
/* The same for a call that returns a pointer. */
#define SSH_MAKE(client, result, call)                        \
    do {                                                      \
        (result) = (call);                                    \
    } while (!(result) &&                                     \
             libssh2_session_last_errno((client)->session) == \
                 LIBSSH2_ERROR_EAGAIN &&                      \
             ssh_client_wait(client) == 0)
/* Waits until something has come. 0, or the negative class. */
int ssh_client_wait(struct ssh_client *client);
/* Says goodbye (DISCONNECT), closes, frees. NULL is allowed. */
void ssh_client_close(struct ssh_client *client);

/* What we are about to ask of libssh2: an event, which is told when the bytes
 * have left. ssh_client_hears tells what the answer was. */
#define ssh_client_asks(client, rfc, name, ...) \
    ssh_client_asks_at((client), HERE, (rfc), (name), __VA_ARGS__)
void ssh_client_asks_at(struct ssh_client *client, struct where where,
                        struct rfc rfc, const char *name, const char *format,
                        ...) __attribute__((format(printf, 5, 6)));
/* Tells it now, if it was not told yet. */
void ssh_client_tells(struct ssh_client *client);
/* Masks the last `length` bytes of what is asked. */
void ssh_client_hides(struct ssh_client *client, size_t length);
#define ssh_client_hears(client, rfc, name, ...) \
    ssh_client_hears_at((client), HERE, (rfc), (name), __VA_ARGS__)
void ssh_client_hears_at(struct ssh_client *client, struct where where,
                         struct rfc rfc, const char *name, const char *format,
                         ...) __attribute__((format(printf, 5, 6)));
/* Data that passed a channel, as it is. */
#define ssh_client_data(client, rfc, dir, name, bytes) \
    conn_sealed_tell((client)->conn, (rfc), (dir), (name), (bytes), SSH_PLAIN)
#define SSH_PLAIN ((struct trace_range){0, 0})

/* Fills the error from what libssh2 said, unless its cause is there already. */
int ssh_client_fail(struct ssh_client *client, enum error_class class,
                    const char *what);

/* ---- ssh_library.c ------------------------------------------------------ */

/* Makes client->session, which speaks over client->wire and has not spoken yet.
 * ERROR_LOCAL: there is no memory. */
int ssh_library_open(struct ssh_client *client);
/* Tells libssh2 which algorithms of a method (LIBSSH2_METHOD_...) we like, the
 * best first: "a,b,c". Those that it does not have are left out. */
void ssh_library_prefer(struct ssh_client *client, int method,
                        const char *names);
/* Frees the session, what is open in it closed. Allowed without one. */
void ssh_library_close(struct ssh_client *client);

/* ---- ssh_trust.c -------------------------------------------------------- */

/* Offers the types of host keys that are on file before others. */
void ssh_trust_prefer(struct ssh_client *client);
/* Is the host's key the one that we know? ERROR_INSECURE: no; or nobody could
 * be asked. A key that somebody has accepted is added to the file. */
int ssh_trust_check(struct ssh_client *client);

/* ---- ssh_auth.c, ssh_auth_rsa.c ----------------------------------------- */

/* ERROR_AUTH: the server takes nothing of what we have. */
int ssh_auth(struct ssh_client *client);
/* One file of a private key. As libssh2's calls: 0, or its error. */
int ssh_auth_key(struct ssh_client *client, const char *file,
                 const char *passphrase);
/* What libssh2 allocates with: see ssh_auth_rsa.c. */
void *ssh_auth_allocate(size_t count, void **abstract);

/* ---- ssh_relay.c -------------------------------------------------------- */

/* A channel, and the descriptors it is connected to. */
struct ssh_relay {
    LIBSSH2_CHANNEL *channel; /* NULL: a free place */
    int in, out, err;         /* -1: none (any more) */
    bool socket;              /* in and out are one socket, closed at the end */
    bool eof_said;            /* we have sent EOF */
    bool gone;                /* the reader of `out` has gone */
    char *up; /* up[up_start .. up_end) waits for the channel. Owned. */
    size_t up_start, up_end;
};

struct ssh_forwards;

struct ssh_relays {
    struct ssh_client *client;
    struct ssh_relay list[SSH_RELAYS_MAX]; /* the first: the session, if any */
    struct ssh_forwards *forwards;         /* NULL: no -L */
    /* Called before each wait, NULL: nothing to do; nonzero ends the run. */
    int (*before)(struct ssh_relays *relays, void *context);
    void *context;
    bool escape;     /* "~." at the beginning of a line ends the session */
    int escape_seen; /* of it: 0 inside a line, 1 at its beginning, 2 "~" */
    bool escaped;    /* it was typed: the other side is not waited for */
};

/* Puts a channel among the relays, in `place`; it is theirs from here on. */
int ssh_relay_start(struct ssh_relays *relays, size_t place,
                    LIBSSH2_CHANNEL *channel, int in, int out, int err);
/* Moves bytes until the session in place 0 has ended; without one, until
 * `before` ends it. Errors: those of conn, ERROR_LOCAL (standard output). */
int ssh_relay_run(struct ssh_relays *relays);
/* Closes what is open. */
void ssh_relay_end(struct ssh_relays *relays);

/* ---- ssh_exec.c, ssh_shell.c, ssh_forward.c, ssh_sftp.c ------------------ */

/* What a session's end was. */
struct ssh_exit {
    int status;      /* of the remote command */
    char signal[32]; /* "TERM", if one ended it; else "" */
};

/* A channel of type session. NULL: see the error. */
LIBSSH2_CHANNEL *ssh_session_open(struct ssh_client *client);
/* Tells the answer to a request on a channel (RFC 4254 §5.4), which is what a
 * call of libssh2 returned. 0, or ERROR_REFUSED with the words of
 * `otherwise`. */
#define ssh_session_answered(client, result, request, otherwise) \
    ssh_session_answered_at((client), HERE, (result), (request), (otherwise))
int ssh_session_answered_at(struct ssh_client *client, struct where where,
                            int result, const char *request,
                            const char *otherwise);
/* Runs the session in place 0 to its end, forwards beside it. */
int ssh_session_run(struct ssh_relays *relays, LIBSSH2_CHANNEL *channel,
                    struct ssh_exit *end);
/* A command, our standard streams connected to it. */
int ssh_exec(struct ssh_client *client, const char *command,
             struct ssh_exit *end);
/* A shell in a pty, the terminal raw as long as it lasts. Without a terminal:
 * a shell that reads standard input. `command` NULL: the user's shell. */
int ssh_shell(struct ssh_client *client, const char *command,
              struct ssh_exit *end);

/* Listens on each -L, and says "ready ADDR:PORT" on standard error. *forward is
 * NULL when there is none; the caller frees it. ERROR_USAGE, ERROR_LOCAL. */
int ssh_forwards_open(struct ssh_forwards **forwards,
                      const struct option_list *wanted, struct error *error);
void ssh_forwards_close(struct ssh_forwards *forward);
/* Descriptors to be watched, at most `size`; returns how many. */
size_t ssh_forwards_fds(const struct ssh_forwards *forward, int *fds,
                        size_t size);
/* Accepts on a listener that is ready, and opens a channel for it. */
int ssh_forwards_accept(struct ssh_relays *relays, size_t listener);
/* Nothing but forwarding, until SIGINT or SIGTERM. */
int ssh_forwards_run(struct ssh_client *client);

/* The remote file `remote` to `local`, and the other way: with its times, under
 * a temporary name until it is whole. ERROR_REFUSED: the server says no. */
int ssh_sftp_get(struct ssh_client *client, const char *remote,
                 const char *local);
int ssh_sftp_put(struct ssh_client *client, const char *local,
                 const char *remote);

#endif

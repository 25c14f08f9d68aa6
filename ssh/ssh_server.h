/* SPDX-License-Identifier: MIT */
/*
 * ssh_server: the other half of the conversation.
 *
 * ssh_server.c stands between a conn and libssh, which speaks; ssh_site.c has
 * what all connections share; ssh_server_auth.c decides who may come in;
 * ssh_server_channel.c what may be asked on a channel; ssh_server_shell.c runs
 * the lab's shell on it, ssh_sftp_server.c SFTP, over the files of
 * ssh_sftp_files.c.
 *
 * libssh wants a socket of its own. It gets one end of a socketpair; what it
 * writes there is read at the other, becomes events where it is clear text, and
 * goes out over the conn; and the same the other way. One thread does all of
 * it, turn by turn:
 *
 *     peer - conn - ssh_wire - socketpair - libssh - channels
 *
 * DEPARTURES. Deliberately no re-exchange of keys is asked for (RFC 4253 §9
 * recommends one an hour), no forwarding, no hostbased log-in. The shell and
 * SFTP see different files: the shell's home is made up and can't be changed,
 * SFTP works on a folder.
 */
#ifndef SSH_SSH_SERVER_H
#define SSH_SSH_SERVER_H

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>

#include "common/accounts.h"
#include "common/lab_shell.h"
#include "common/options.h"
#include "common/service.h"
#include "ssh/ssh_wire.h"

/* What one server serves. */
struct ssh_site {
    struct accounts accounts;
    const char *name;             /* of this host, in prompts */
    struct option_list keys;      /* "NAME=FILE": public keys of an account */
    struct option_list host_keys; /* files; none: one is made */
    const char *home;             /* SFTP's folder; NULL: a made-up one */
    char *made_up;                /* where that stands; NULL: nowhere. Owned */
    int home_fd;                  /* of either; -1: none */
    ssh_bind bind;                /* libssh's half of a listener; owned */
};

/* What was asked for on a channel (RFC 4254 §6.5), at most one thing each. */
enum ssh_channel_kind {
    SSH_CHANNEL_IDLE,  /* nothing was asked yet */
    SSH_CHANNEL_EXEC,  /* one command */
    SSH_CHANNEL_SHELL, /* line by line */
    SSH_CHANNEL_SFTP,
    SSH_CHANNEL_OVER /* its status was sent, and it is closed */
};

struct ssh_sftp;
struct ssh_connection;

struct ssh_served {
    struct ssh_connection *connection;
    ssh_channel channel; /* NULL: a free place */
    struct ssh_channel_callbacks_struct callbacks;
    enum ssh_channel_kind kind;
    bool terminal;    /* a pty was asked for: we echo, and end lines in CR LF */
    bool input_ended; /* EOF */
    struct lab_shell *shell; /* owned, like the two below */
    struct ssh_sftp *sftp;
    char *out; /* out[out_start .. out_end) waits for the window */
    size_t out_start, out_end;
    char line[SSH_SHELL_LINE_MAX]; /* being typed */
    size_t line_length;
    char ahead[64]; /* keys that were typed while a command wrote */
    size_t ahead_length;
    char command[SSH_TEXT_MAX]; /* of exec, until it is run */
    bool greeted, prompted;     /* the greeting, the prompt stand there */
    bool after_cr;              /* an LF after it is part of the same key */
};

/* An event that is told when its bytes have left. */
struct ssh_said {
    struct where where;
    struct rfc rfc;
    const char *name;
    char text[512];
};
#define SSH_SAID_MAX 8

struct ssh_connection {
    struct conn *conn; /* borrowed, like the next two */
    struct error *error;
    const struct ssh_site *site;
    struct ssh_wire wire;
    ssh_session session;
    ssh_event event;
    struct ssh_server_callbacks_struct callbacks;
    int inside;           /* our end of the socketpair */
    char down[32 * 1024]; /* down[down_start .. down_end): for libssh */
    size_t down_start, down_end;
    char user[LAB_SHELL_NAME_MAX]; /* "": nobody is logged in */
    unsigned failures;             /* attempts to log in */
    bool exchanged;                /* keys are */
    struct ssh_served served[SSH_CHANNELS_MAX];
    struct ssh_said said[SSH_SAID_MAX];
    size_t said_count;
};

/* ---- ssh_site.c, ssh_server.c -------------------------------------------- */

/* Host keys, home folder: what all connections share. Errors: ERROR_LOCAL,
 * ERROR_USAGE. ssh_site_free is the caller's, after a failure too. */
int ssh_site_fill(struct ssh_site *site, struct error *error);
void ssh_site_free(struct ssh_site *site);
/* For struct service: one connection from its first byte to its last. */
int ssh_server_serve(struct conn *conn, void *site, struct error *error);

/* What we have said; told when its bytes have left. */
#define ssh_server_says(connection, rfc, name, ...) \
    ssh_server_says_at((connection), HERE, (rfc), (name), __VA_ARGS__)
void ssh_server_says_at(struct ssh_connection *connection, struct where where,
                        struct rfc rfc, const char *name, const char *format,
                        ...) __attribute__((format(printf, 5, 6)));
/* What has come. */
#define ssh_server_hears(connection, rfc, name, ...) \
    ssh_server_hears_at((connection), HERE, (rfc), (name), __VA_ARGS__)
void ssh_server_hears_at(struct ssh_connection *connection, struct where where,
                         struct rfc rfc, const char *name, const char *format,
                         ...) __attribute__((format(printf, 5, 6)));

/* ---- ssh_server_auth.c, ssh_server_channel.c ----------------------------- */

void ssh_server_admit(struct ssh_connection *connection);
/* libssh's callback for CHANNEL_OPEN of a session. */
ssh_channel ssh_server_open(ssh_session session, void *connection);
/* All channels do what they can without waiting. True: something moved. */
bool ssh_server_turn(struct ssh_connection *connection);
void ssh_server_end(struct ssh_connection *connection);
/* Adds to what the channel writes; false: there is no room. */
bool ssh_served_put(struct ssh_served *served, const char *bytes,
                    size_t length);
/* Tells the status, then closes (RFC 4254 §6.10, §5.3). */
void ssh_served_exit(struct ssh_served *served, int status);
#define SSH_SERVED_OUT (64 * 1024)

/* ---- ssh_server_shell.c, ssh_sftp_server.c ------------------------------- */

/* Each: as much as can be done now. True: something was. */
bool ssh_shell_turn(struct ssh_served *served);
bool ssh_sftp_turn(struct ssh_served *served);
int ssh_sftp_start(struct ssh_served *served);
void ssh_sftp_end(struct ssh_sftp *sftp);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * ssh_server_channel: what may be asked on a channel, and its end.
 *
 * RFC 4254 §6: a session gets a terminal if it wants one, then one program: a
 * shell, a command, or SFTP. libssh answers each request as its callback says;
 * the programs themselves run in ssh_server_turn, outside of all callbacks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ssh/ssh_server.h"

/* libssh's answers to a request. */
enum { GRANTED = 0, DENIED = 1 };

/* ---- requests ----------------------------------------------------------- */

/* A channel runs one program (RFC 4254 §6.5). */
static int grant(struct ssh_served *s, bool granted, const char *what)
{
    ssh_server_says(s->connection, RFC("4254", "5.4"),
                    granted ? "CHANNEL_SUCCESS" : "CHANNEL_FAILURE", "%s",
                    what);
    return granted ? GRANTED : DENIED;
}

static int request_pty(ssh_session session, ssh_channel channel,
                       const char *term, int width, int height, int pixel_width,
                       int pixel_height, void *served)
{
    struct ssh_served *s = served;
    char words[64];

    (void)session;
    (void)channel;
    (void)pixel_width;
    (void)pixel_height;
    text_escape(words, sizeof(words), span_of(term));
    ssh_server_hears(s->connection, RFC("4254", "6.2"), "CHANNEL_REQUEST",
                     "pty-req %s, %d columns, %d rows", words, width, height);
    s->terminal = true;
    return grant(s, true, "pty-req");
}

static int request_window(ssh_session session, ssh_channel channel, int width,
                          int height, int pixel_width, int pixel_height,
                          void *served)
{
    struct ssh_served *s = served;

    (void)session;
    (void)channel;
    (void)pixel_width;
    (void)pixel_height;
    ssh_server_hears(s->connection, RFC("4254", "6.7"), "CHANNEL_REQUEST",
                     "window-change %d columns, %d rows", width, height);
    return GRANTED;
}

static bool start_shell(struct ssh_served *s, enum ssh_channel_kind kind)
{
    if (s->kind != SSH_CHANNEL_IDLE)
        return false;
    s->shell = calloc(1, sizeof(*s->shell));
    if (!s->shell)
        return false;
    lab_shell_start(s->shell, s->connection->user, s->connection->site->name);
    s->kind = kind;
    return true;
}

static int request_shell(ssh_session session, ssh_channel channel, void *served)
{
    struct ssh_served *s = served;

    (void)session;
    (void)channel;
    ssh_server_hears(s->connection, RFC("4254", "6.5"), "CHANNEL_REQUEST",
                     "shell");
    return grant(s, start_shell(s, SSH_CHANNEL_SHELL), "shell");
}

static int request_exec(ssh_session session, ssh_channel channel,
                        const char *command, void *served)
{
    struct ssh_served *s = served;

    (void)session;
    (void)channel;
    ssh_server_hears(s->connection, RFC("4254", "6.5"), "CHANNEL_REQUEST",
                     "exec %s", command);
    snprintf(s->command, sizeof(s->command), "%s", command);
    return grant(s, start_shell(s, SSH_CHANNEL_EXEC), "exec");
}

static int request_subsystem(ssh_session session, ssh_channel channel,
                             const char *name, void *served)
{
    struct ssh_served *s = served;
    bool known = strcmp(name, "sftp") == 0 && s->kind == SSH_CHANNEL_IDLE;

    (void)session;
    (void)channel;
    ssh_server_hears(s->connection, RFC("4254", "6.5"), "CHANNEL_REQUEST",
                     "subsystem %s", name);
    if (known && ssh_sftp_start(s) == 0)
        s->kind = SSH_CHANNEL_SFTP;
    return grant(s, s->kind == SSH_CHANNEL_SFTP, "subsystem");
}

/* Variables would reach a program of the machine; here is none. */
static int request_env(ssh_session session, ssh_channel channel,
                       const char *name, const char *value, void *served)
{
    struct ssh_served *s = served;

    (void)session;
    (void)channel;
    ssh_server_hears(s->connection, RFC("4254", "6.4"), "CHANNEL_REQUEST",
                     "env %s=%s", name, value);
    return DENIED;
}

static void hear_signal(ssh_session session, ssh_channel channel,
                        const char *name, void *served)
{
    struct ssh_served *s = served;

    (void)session;
    (void)channel;
    ssh_server_hears(s->connection, RFC("4254", "6.9"), "CHANNEL_REQUEST",
                     "signal %s", name);
    if (s->shell)
        lab_shell_interrupt(s->shell);
}

/* ---- opening ------------------------------------------------------------ */

ssh_channel ssh_server_open(ssh_session session, void *connection)
{
    struct ssh_connection *c = connection;
    struct ssh_served *s = c->served;

    while (s < c->served + SSH_CHANNELS_MAX && s->channel)
        s++;
    if (!c->user[0] || s == c->served + SSH_CHANNELS_MAX)
        return NULL;
    *s = (struct ssh_served){.connection = c};
    s->callbacks = (struct ssh_channel_callbacks_struct){
        .userdata = s,
        .channel_pty_request_function = request_pty,
        .channel_pty_window_change_function = request_window,
        .channel_shell_request_function = request_shell,
        .channel_exec_request_function = request_exec,
        .channel_subsystem_request_function = request_subsystem,
        .channel_env_request_function = request_env,
        .channel_signal_function = hear_signal,
    };
    ssh_callbacks_init(&s->callbacks);
    s->out = malloc(SSH_SERVED_OUT);
    s->channel = s->out ? ssh_channel_new(session) : NULL;
    if (!s->channel) {
        free(s->out);
        return NULL;
    }
    ssh_set_channel_callbacks(s->channel, &s->callbacks);
    ssh_server_hears(c, RFC("4254", "6.1"), "CHANNEL_OPEN", "session");
    ssh_server_says(c, RFC("4254", "5.1"), "CHANNEL_OPEN_CONFIRMATION",
                    "session");
    return s->channel;
}

/* ---- writing ------------------------------------------------------------ */

bool ssh_served_put(struct ssh_served *s, const char *bytes, size_t length)
{
    if (s->out_start > 0) {
        s->out_end -= s->out_start;
        memmove(s->out, s->out + s->out_start, s->out_end);
        s->out_start = 0;
    }
    if (length > SSH_SERVED_OUT - s->out_end)
        return false;
    memcpy(s->out + s->out_end, bytes, length);
    s->out_end += length;
    return true;
}

/* As much as the window lets. */
static bool flush(struct ssh_served *s)
{
    size_t length = s->out_end - s->out_start;
    int n;

    if (length == 0)
        return false;
    n = ssh_channel_write(s->channel, s->out + s->out_start, (uint32_t)length);
    if (n <= 0)
        return false;
    if (s->kind == SSH_CHANNEL_SFTP)
        ssh_server_says(s->connection, RFC("4254", "5.2"), "CHANNEL_DATA",
                        "%d bytes of SFTP", n);
    else
        ssh_server_says(s->connection, RFC("4254", "5.2"), "CHANNEL_DATA",
                        "%.*s", n, s->out + s->out_start);
    s->out_start += (size_t)n;
    return true;
}

void ssh_served_exit(struct ssh_served *s, int status)
{
    ssh_channel_request_send_exit_status(s->channel, status);
    ssh_server_says(s->connection, RFC("4254", "6.10"), "CHANNEL_REQUEST",
                    "exit-status %d", status);
    ssh_channel_send_eof(s->channel);
    ssh_channel_close(s->channel);
    ssh_server_says(s->connection, RFC("4254", "5.3"), "CHANNEL_CLOSE",
                    "nothing follows");
    s->kind = SSH_CHANNEL_OVER;
}

/* ---- turns -------------------------------------------------------------- */

static void leave(struct ssh_served *s)
{
    ssh_remove_channel_callbacks(s->channel, &s->callbacks);
    ssh_channel_free(s->channel);
    ssh_sftp_end(s->sftp);
    free(s->shell);
    free(s->out);
    *s = (struct ssh_served){.connection = s->connection};
}

static bool turn(struct ssh_served *s)
{
    bool moved = flush(s);

    if (ssh_channel_is_closed(s->channel)) {
        leave(s);
        return true;
    }
    if (s->kind == SSH_CHANNEL_SHELL || s->kind == SSH_CHANNEL_EXEC)
        return ssh_shell_turn(s) || moved;
    if (s->kind == SSH_CHANNEL_SFTP)
        return ssh_sftp_turn(s) || moved;
    return moved;
}

bool ssh_server_turn(struct ssh_connection *c)
{
    bool moved = false;

    for (size_t i = 0; i < SSH_CHANNELS_MAX; i++)
        if (c->served[i].channel)
            moved = turn(&c->served[i]) || moved;
    return moved;
}

void ssh_server_end(struct ssh_connection *c)
{
    for (size_t i = 0; i < SSH_CHANNELS_MAX; i++)
        if (c->served[i].channel)
            leave(&c->served[i]);
}

/* SPDX-License-Identifier: MIT */
/*
 * ssh_exec: a command on the other side, as if it ran here: its input, output
 * and errors are ours, and so is its status.
 *
 * RFC 4254 §6.1 (a session), §6.5 (the command), §5.2 (data; standard error is
 * extended data), §6.10 (the status).
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ssh/ssh_client.h"

LIBSSH2_CHANNEL *ssh_session_open(struct ssh_client *client)
{
    LIBSSH2_CHANNEL *channel = NULL;

    ssh_client_asks(client, RFC("4254", "6.1"), "CHANNEL_OPEN", "session");
    SSH_MAKE(client, channel, libssh2_channel_open_session(client->session));
    if (!channel) {
        ssh_client_fail(client, ERROR_REFUSED, "no session");
        return NULL;
    }
    ssh_client_hears(client, RFC("4254", "5.1"), "CHANNEL_OPEN_CONFIRMATION",
                     "session");
    return channel;
}

int ssh_session_answered_at(struct ssh_client *client, struct where where,
                            int result, const char *request,
                            const char *otherwise)
{
    if (result == 0 || result == LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED)
        ssh_client_hears_at(client, where, RFC("4254", "5.4"),
                            result == 0 ? "CHANNEL_SUCCESS" : "CHANNEL_FAILURE",
                            "%s", request);
    return result == 0 ? 0 : ssh_client_fail(client, ERROR_REFUSED, otherwise);
}

/* RFC 4254 §6.10: a status, or the signal that ended it. Neither: the server
 * did not say, which counts as failure, as with OpenSSH. */
static int read_exit(struct ssh_client *client, LIBSSH2_CHANNEL *channel,
                     struct ssh_exit *end)
{
    char *name = NULL;
    size_t length = 0;
    int result = 0;

    ssh_client_asks(client, RFC("4254", "5.3"), "CHANNEL_CLOSE", "session");
    SSH_DO(client, result, libssh2_channel_close(channel));
    if (result == 0)
        SSH_DO(client, result, libssh2_channel_wait_closed(channel));
    end->status = libssh2_channel_get_exit_status(channel);
    libssh2_channel_get_exit_signal(channel, &name, &length, NULL, NULL, NULL,
                                    NULL);
    if (name) {
        text_escape(end->signal, sizeof(end->signal),
                    (struct span){name, length});
        libssh2_free(client->session, name);
    }
    if (end->signal[0])
        ssh_client_hears(client, RFC("4254", "6.10"), "CHANNEL_REQUEST",
                         "exit-signal %s", end->signal);
    else
        ssh_client_hears(client, RFC("4254", "6.10"), "CHANNEL_REQUEST",
                         "exit-status %d", end->status);
    return client->error->class != ERROR_NONE ? -(int)client->error->class : 0;
}

int ssh_session_run(struct ssh_relays *relays, LIBSSH2_CHANNEL *channel,
                    struct ssh_exit *end)
{
    struct ssh_client *client = relays->client;
    int result = ssh_relay_start(relays, 0, channel, STDIN_FILENO,
                                 STDOUT_FILENO, STDERR_FILENO);

    if (result == 0)
        result = ssh_relay_run(relays);
    if (relays->escaped)
        conn_set_idle_timeout(client->conn, SSH_CLOSE_MS);
    else if (result == 0)
        result = read_exit(client, channel, end);
    return result;
}

int ssh_exec(struct ssh_client *client, const char *command,
             struct ssh_exit *end)
{
    static struct ssh_relays relays;
    LIBSSH2_CHANNEL *channel = ssh_session_open(client);
    int result = 0;

    if (!channel)
        return -(int)client->error->class;
    relays = (struct ssh_relays){.client = client};
    ssh_client_asks(client, RFC("4254", "6.5"), "CHANNEL_REQUEST", "exec %s",
                    command);
    SSH_DO(client, result, libssh2_channel_exec(channel, command));
    result = ssh_session_answered(client, result, "exec",
                                  "the server runs no command");
    if (result == 0)
        result = ssh_forwards_open(&relays.forwards, &client->options->forwards,
                                   client->error);
    if (result == 0)
        result = ssh_session_run(&relays, channel, end);
    else
        relays.list[0].channel = channel;
    ssh_relay_end(&relays);
    ssh_forwards_close(relays.forwards);
    return result;
}

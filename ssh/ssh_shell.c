/* SPDX-License-Identifier: MIT */
/*
 * ssh_shell: a shell on the other side, in front of our terminal.
 *
 * RFC 4254 §6.2: a pseudo-terminal there, of our terminal's type and size;
 * §6.5: a shell in it; §6.7: its size again whenever it changes. Our
 * terminal is raw meanwhile: each key goes out as it is pressed, and what shows
 * is what comes back. A line that begins with "~." ends the session, as with
 * OpenSSH, since Ctrl-C goes to the other side.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/terminal.h"
#include "ssh/ssh_client.h"

static int ask_terminal(struct ssh_client *client, LIBSSH2_CHANNEL *channel)
{
    const char *type = getenv("TERM");
    struct terminal_size size = terminal_size(STDIN_FILENO);
    int result = 0;

    type = type && type[0] ? type : "vt100";
    ssh_client_asks(client, RFC("4254", "6.2"), "CHANNEL_REQUEST",
                    "pty-req %s, %u columns, %u rows", type, size.columns,
                    size.rows);
    SSH_DO(client, result,
           libssh2_channel_request_pty_ex(channel, type, (unsigned)strlen(type),
                                          NULL, 0, (int)size.columns,
                                          (int)size.rows, 0, 0));
    return ssh_session_answered(client, result, "pty-req",
                                "the server gives no terminal");
}

static int ask_program(struct ssh_client *client, LIBSSH2_CHANNEL *channel,
                       const char *command)
{
    int result = 0;

    ssh_client_asks(client, RFC("4254", "6.5"), "CHANNEL_REQUEST", "%s%s",
                    command ? "exec " : "shell", command ? command : "");
    if (command)
        SSH_DO(client, result, libssh2_channel_exec(channel, command));
    else
        SSH_DO(client, result, libssh2_channel_shell(channel));
    return ssh_session_answered(client, result, command ? "exec" : "shell",
                                "the server starts no shell");
}

/* The change is told between two waits; no answer comes (§6.7). */
static int tell_size(struct ssh_relays *relays, void *context)
{
    struct ssh_client *client = relays->client;
    struct terminal_size size;
    int result = 0;

    (void)context;
    if (!terminal_resized())
        return 0;
    size = terminal_size(STDIN_FILENO);
    ssh_client_asks(client, RFC("4254", "6.7"), "CHANNEL_REQUEST",
                    "window-change %u columns, %u rows", size.columns,
                    size.rows);
    SSH_DO(client, result,
           libssh2_channel_request_pty_size_ex(relays->list[0].channel,
                                               (int)size.columns,
                                               (int)size.rows, 0, 0));
    return result < 0
               ? ssh_client_fail(client, ERROR_CONNECT, "a channel broke")
               : 0;
}

static int run(struct ssh_relays *relays, LIBSSH2_CHANNEL *channel,
               const char *command, struct ssh_exit *end)
{
    struct ssh_client *client = relays->client;
    bool terminal = isatty(STDIN_FILENO);
    int result = 0;

    if (terminal || client->options->terminal)
        result = ask_terminal(client, channel);
    if (result == 0)
        result = ask_program(client, channel, command);
    if (result == 0)
        result = ssh_forwards_open(&relays->forwards,
                                   &client->options->forwards, client->error);
    if (result == 0 && terminal) {
        /* From here on it is noticed. */
        terminal_resized();
        relays->before = tell_size;
        relays->escape = true;
        relays->escape_seen = 1;
        result = terminal_raw(STDIN_FILENO, client->error);
    }
    if (result < 0) {
        relays->list[0].channel = channel;
        return result;
    }
    result = ssh_session_run(relays, channel, end);
    terminal_restore();
    return result;
}

int ssh_shell(struct ssh_client *client, const char *command,
              struct ssh_exit *end)
{
    static struct ssh_relays relays;
    LIBSSH2_CHANNEL *channel = ssh_session_open(client);
    int result;

    if (!channel)
        return -(int)client->error->class;
    relays = (struct ssh_relays){.client = client};
    result = run(&relays, channel, command, end);
    ssh_relay_end(&relays);
    ssh_forwards_close(relays.forwards);
    return result;
}

/* SPDX-License-Identifier: MIT */
/*
 * telnet_session: a person at a terminal. Keys go out as they are pressed when
 * the server echoes, and line by line when it does not; ^] leaves the session
 * for a word to the client itself.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "telnet/telnet_client.h"
#include "telnet/telnet_terminal.h"

/* ---- ^] ----------------------------------------------------------------- */

enum { STAY = 0, LEAVE = 2 }; /* as telnet_client_hear says them */

static const char help[] =
    "  quit            close the connection and leave\n"
    "  send COMMAND    AYT, IP, BRK, AO, EC, EL, NOP, GA, or escape\n"
    "  status          the options, as they stand\n"
    "  z               stop; the shell's fg goes on\n"
    "  (nothing)       back to the session\n";

static void print_status(const struct telnet_client *client)
{
    const struct telnet_options *options = &client->talk.options;

    for (int option = 0; option < TELNET_OPTIONS; option++) {
        enum telnet_q us = (enum telnet_q)options->state[TELNET_US][option];
        enum telnet_q him = (enum telnet_q)options->state[TELNET_HIM][option];
        if (us != TELNET_NO || him != TELNET_NO)
            printf("  %-12s our side %s, his %s\n",
                   telnet_option_name((unsigned char)option), telnet_q_name(us),
                   telnet_q_name(him));
    }
}

static int send_command(struct telnet_client *client, const char *name)
{
    unsigned char command;
    int result;

    if (strcasecmp(name, "escape") == 0)
        return telnet_talk_data(&client->talk, SPAN("\x1d"), true);
    /* What belongs to options is sent by their states, not by hand. */
    if (!telnet_command_find(name, &command) || command < TELNET_NOP ||
        command > TELNET_GA) {
        fputs(help, stdout);
        return 0;
    }
    result = telnet_talk_command(&client->talk, command);
    return result == 0 ? conn_flush(client->conn) : result;
}

/* One line of the person's to us. */
static int obey(struct telnet_client *client, char *line)
{
    line[strcspn(line, "\r\n")] = '\0';
    if (line[0] == '\0')
        return STAY;
    if (strcmp(line, "quit") == 0 || strcmp(line, "close") == 0)
        return LEAVE;
    if (strncmp(line, "send ", 5) == 0)
        return send_command(client, line + 5);
    if (strcmp(line, "status") == 0)
        print_status(client);
    else if (strcmp(line, "z") == 0)
        raise(SIGTSTP);
    else
        fputs(help, stdout);
    return STAY;
}

static int escape(struct telnet_client *client, int input)
{
    char line[TELNET_LINE_MAX];
    ssize_t n;

    telnet_terminal_set(TELNET_TERMINAL_OURS);
    printf("\ntelnet> ");
    fflush(stdout);
    while ((n = read(input, line, sizeof(line) - 1)) < 0 && errno == EINTR)
        ;
    if (n <= 0)
        return LEAVE;
    line[n] = '\0';
    int result = obey(client, line);
    fflush(stdout);
    return result;
}

/* ---- keys --------------------------------------------------------------- */

static bool server_echoes(const struct telnet_client *client)
{
    return telnet_option_on(&client->talk.options, TELNET_HIM, TELNET_ECHO);
}

/* In the raw mode an LF is the key ^J, and no end of a line. */
static int type(struct telnet_client *client, struct span keys)
{
    int result = 0;

    while (keys.length > 0 && result == 0) {
        const char *feed =
            server_echoes(client) ? memchr(keys.data, '\n', keys.length) : NULL;
        size_t length = feed ? (size_t)(feed - keys.data) : keys.length;
        result = telnet_client_type(client, (struct span){keys.data, length});
        if (feed && result == 0)
            result = telnet_talk_data(&client->talk, SPAN("\n"), true);
        length += feed != NULL;
        keys.data += length;
        keys.length -= length;
    }
    return result;
}

static int read_keys(struct telnet_client *client, int input)
{
    char keys[TELNET_LINE_MAX];
    ssize_t n = read(input, keys, sizeof(keys));
    const char *escaped;
    int result;

    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return STAY;
    if (n <= 0)
        /* The terminal is gone, or Ctrl-D in line mode. */
        return LEAVE;
    escaped = memchr(keys, TELNET_ESCAPE, (size_t)n);
    result = type(client, (struct span){keys, escaped ? (size_t)(escaped - keys)
                                                      : (size_t)n});
    return result == STAY && escaped ? escape(client, input) : result;
}

/* ---- the session -------------------------------------------------------- */

static int tell_size(struct telnet_client *client, int input)
{
    struct telnet_talk *talk = &client->talk;

    if (!telnet_terminal_size(input, &talk->columns, &talk->rows))
        return 0;
    return telnet_talk_window(talk);
}

static int turn(struct telnet_client *client, int input)
{
    struct pollfd waits[2] = {{.fd = conn_fd(client->conn), .events = POLLIN},
                              {.fd = input, .events = POLLIN}};
    deadline_ns deadline = client->setup.deadline;
    int ms = deadline ? deadline_poll_ms(deadline) : -1;
    struct timespec wait = {ms / 1000, ms % 1000 * 1000000L};
    int result = 0;

    telnet_terminal_set(server_echoes(client) ? TELNET_TERMINAL_RAW
                                              : TELNET_TERMINAL_LINES);
    if (telnet_terminal_resized())
        result = tell_size(client, input);
    if (result < 0 || (result = conn_flush(client->conn)) < 0)
        return result;
    if (ppoll(waits, 2, ms < 0 ? NULL : &wait, telnet_terminal_mask()) <= 0)
        return deadline && deadline_passed(deadline)
                   ? telnet_client_hear(client, -1)
                   : STAY;
    if (waits[0].revents != 0 &&
        (result = telnet_client_hear(client, -1)) != STAY)
        return result;
    return waits[1].revents != 0 ? read_keys(client, input) : STAY;
}

int telnet_session(struct telnet_client *client, int input)
{
    int result = telnet_terminal_open(input, client->setup.error);

    if (result == 0)
        result = tell_size(client, input);
    while (result == STAY)
        result = turn(client, input);
    telnet_terminal_close();
    return result == LEAVE ? 0 : result;
}

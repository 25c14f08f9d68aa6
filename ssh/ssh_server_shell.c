/* SPDX-License-Identifier: MIT */
/*
 * ssh_server_shell: the lab's shell on a channel.
 *
 * With a terminal each key comes by itself, and nothing shows that we do not
 * send back: so the server echoes, and takes back what is erased. Without one
 * lines come whole, as from a file.
 */
#include <string.h>

#include "ssh/ssh_server.h"

/* Keys of a terminal that mean something at our end. */
enum { CTRL_C = 3, CTRL_D = 4, BACKSPACE = 8, CTRL_U = 21, DELETE = 127 };

/* ---- output ------------------------------------------------------------- */

/* On a terminal a line ends in CR LF. The room was asked for before. */
static void put_text(struct ssh_served *s, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n' && s->terminal)
            ssh_served_put(s, "\r", 1);
        ssh_served_put(s, text + i, 1);
    }
}

/* Standard error is data of another type (RFC 4254 §5.2), unless there is a
 * terminal, which has one screen only. It is short, and the window is not. */
static void put_error(struct ssh_served *s, const char *text, size_t length)
{
    if (s->terminal) {
        put_text(s, text, length);
        return;
    }
    if (length == 0)
        return;
    ssh_channel_write_stderr(s->channel, text, (uint32_t)length);
    ssh_server_says(s->connection, RFC("4254", "5.2"), "CHANNEL_EXTENDED_DATA",
                    "%.*s", (int)length, text);
}

/* What the last call wrote. */
static void put_output(struct ssh_served *s)
{
    put_error(s, s->shell->err, s->shell->err_length);
    put_text(s, s->shell->out, s->shell->out_length);
    s->shell->out_length = s->shell->err_length = 0;
}

static void put_prompt(struct ssh_served *s)
{
    const char *prompt = lab_shell_prompt(s->shell);

    if (s->terminal && !s->greeted)
        put_text(s, lab_shell_greeting(), strlen(lab_shell_greeting()));
    if (s->terminal)
        put_text(s, prompt, strlen(prompt));
    s->greeted = s->prompted = true;
}

/* ---- input -------------------------------------------------------------- */

/* A command that reads gets the line with its end; else it is one to run. */
static void run_line(struct ssh_served *s)
{
    struct span line = {s->line, s->line_length};

    s->line_length = 0;
    if (s->shell->state == LAB_SHELL_READING) {
        lab_shell_input(s->shell, line);
        put_output(s);
        lab_shell_input(s->shell, SPAN("\n"));
    } else {
        lab_shell_line(s->shell, line);
        s->prompted = false;
    }
    put_output(s);
}

/* Takes one character back: of one that has several bytes (UTF-8) all. */
static void erase(struct ssh_served *s)
{
    if (s->line_length == 0)
        return;
    do
        s->line_length--;
    while (s->line_length > 0 && (s->line[s->line_length] & 0xc0) == 0x80);
    ssh_served_put(s, "\b \b", 3);
}

/* A control key; false: it is none that means something. */
static bool control(struct ssh_served *s, char key)
{
    switch (key) {
    case CTRL_C:
        put_text(s, "^C\n", 3);
        s->line_length = 0;
        lab_shell_interrupt(s->shell);
        s->prompted = false;
        return true;
    /* It ends the input, on an empty line only. */
    case CTRL_D:
        s->input_ended = s->line_length == 0;
        return true;
    case BACKSPACE:
    case DELETE:
        erase(s);
        return true;
    case CTRL_U:
        while (s->line_length > 0)
            erase(s);
        return true;
    default:
        return key >= 0 && key < 32;
    }
}

/* A terminal's Enter key is CR; CR LF and LF are the same to us. */
static void take_key(struct ssh_served *s, char key)
{
    bool second = key == '\n' && s->after_cr;

    s->after_cr = key == '\r';
    if (second)
        return;
    if (key == '\r' || key == '\n') {
        if (s->terminal)
            put_text(s, "\n", 1);
        run_line(s);
        return;
    }
    if (s->terminal && control(s, key))
        return;
    if (s->line_length == sizeof(s->line))
        /* What is longer is no line. */
        return;
    s->line[s->line_length++] = key;
    if (s->terminal)
        ssh_served_put(s, &key, 1);
}

/* Without a terminal a command that reads takes as much as it can. */
static void take_bytes(struct ssh_served *s, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length;) {
        if (s->shell->state != LAB_SHELL_READING || s->terminal) {
            take_key(s, bytes[i++]);
            continue;
        }
        i += lab_shell_input(s->shell, (struct span){bytes + i, length - i});
        put_output(s);
    }
}

/* While a command writes, only Ctrl-C means something; other keys wait. */
static bool look_ahead(struct ssh_served *s)
{
    char key;

    if (!s->terminal || s->ahead_length == sizeof(s->ahead) ||
        ssh_channel_read_nonblocking(s->channel, &key, 1, 0) <= 0)
        return false;
    if (key != CTRL_C) {
        s->ahead[s->ahead_length++] = key;
        return true;
    }
    s->ahead_length = 0;
    /* What it wrote is not wanted any more. */
    s->out_start = s->out_end = 0;
    put_text(s, "^C\n", 3);
    lab_shell_interrupt(s->shell);
    return true;
}

static bool take_ahead(struct ssh_served *s)
{
    char key = s->ahead[0];

    if (s->ahead_length == 0)
        return false;
    memmove(s->ahead, s->ahead + 1, --s->ahead_length);
    take_bytes(s, &key, 1);
    return true;
}

/* Little at a time, so that its echo, twice as long, always finds room. */
static bool read_input(struct ssh_served *s)
{
    char bytes[256];
    bool many = s->shell->state == LAB_SHELL_READING && !s->terminal;
    size_t want = many ? sizeof(bytes) : 1;
    int n;

    if (take_ahead(s))
        return true;
    n = ssh_channel_read_nonblocking(s->channel, bytes, (uint32_t)want, 0);
    if (n > 0)
        take_bytes(s, bytes, (size_t)n);
    else if (!s->input_ended && ssh_channel_is_eof(s->channel))
        s->input_ended = true;
    else
        return false;
    return true;
}

/* ---- a turn ------------------------------------------------------------- */

/* A command that is begun goes on when all that it wrote has left: so its
 * errors, which are not queued, come in their place. */
static bool go_on(struct ssh_served *s)
{
    if (s->out_start < s->out_end)
        return false;
    if (!lab_shell_more(s->shell))
        return false;
    put_output(s);
    return true;
}

static bool exec_turn(struct ssh_served *s)
{
    if (s->command[0]) {
        lab_shell_line(s->shell, span_of(s->command));
        s->command[0] = '\0';
        /* Nobody is to be prompted. */
        s->prompted = true;
        put_output(s);
        return true;
    }
    if (s->shell->state == LAB_SHELL_READING) {
        bool moved = read_input(s);

        if (s->input_ended) {
            lab_shell_input_end(s->shell);
            put_output(s);
            return true;
        }
        return moved;
    }
    if (s->out_start < s->out_end)
        /* First all that it wrote must go. */
        return false;
    ssh_served_exit(s, s->shell->status);
    return true;
}

static bool shell_turn(struct ssh_served *s)
{
    bool reading = s->shell->state == LAB_SHELL_READING;

    if (s->shell->state == LAB_SHELL_ENDED || (s->input_ended && !reading)) {
        if (s->out_start < s->out_end)
            return false;
        ssh_served_exit(s, s->shell->status);
        return true;
    }
    if (s->input_ended) {
        lab_shell_input_end(s->shell);
        s->input_ended = ssh_channel_is_eof(s->channel);
        put_output(s);
        return true;
    }
    if (!s->prompted && !reading) {
        put_prompt(s);
        return true;
    }
    return read_input(s);
}

bool ssh_shell_turn(struct ssh_served *s)
{
    if (s->shell->state == LAB_SHELL_WRITING && look_ahead(s))
        return true;
    if (go_on(s))
        return true;
    if (s->shell->state == LAB_SHELL_WRITING)
        /* What it wrote is still here. */
        return false;
    return s->kind == SSH_CHANNEL_EXEC ? exec_turn(s) : shell_turn(s);
}

/* SPDX-License-Identifier: MIT */
/*
 * lab_shell: a line becomes words, the first word finds the command, and what
 * it has to say is handed out in pieces. The contract is in lab_shell.h; the
 * commands are in lab_shell_commands.c.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/lab_shell_private.h"

void lab_shell_start(struct lab_shell *shell, const char *user,
                     const char *host)
{
    memset(shell, 0, sizeof(*shell));
    snprintf(shell->user, sizeof(shell->user), "%s", user);
    snprintf(shell->host, sizeof(shell->host), "%s", host);
}

const char *lab_shell_prompt(const struct lab_shell *shell)
{
    static char prompt[2 * LAB_SHELL_NAME_MAX + LAB_SHELL_PATH_MAX + 8];
    int host = (int)strcspn(shell->host, ".");

    snprintf(prompt, sizeof(prompt), "%s@%.*s:~%s%s$ ", shell->user, host,
             shell->host, shell->folder[0] ? "/" : "", shell->folder);
    return prompt;
}

const char *lab_shell_greeting(void)
{
    return "Welcome. This shell is part of a lab: its files are made up, and "
           "nothing\nthat you type reaches the machine behind it. Try help.\n";
}

/* ---- output ------------------------------------------------------------- */

static void put_text(char *target, size_t size, size_t *length,
                     const char *format, va_list arguments)
{
    size_t room = size - *length;
    int wanted = vsnprintf(target + *length, room, format, arguments);

    if (wanted > 0)
        *length += (size_t)wanted < room ? (size_t)wanted : room - 1;
}

void lab_shell_put(struct lab_shell *shell, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    put_text(shell->out, sizeof(shell->out), &shell->out_length, format,
             arguments);
    va_end(arguments);
}

void lab_shell_complain(struct lab_shell *shell, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    put_text(shell->err, sizeof(shell->err), &shell->err_length, format,
             arguments);
    va_end(arguments);
}

/* ---- words -------------------------------------------------------------- */

/* Where one byte of a line stands. */
enum place { BETWEEN, IN_WORD, IN_SINGLE, IN_DOUBLE };

struct splitting {
    struct lab_shell_words *words;
    size_t used; /* of words->bytes */
    enum place place;
};

static void add_byte(struct splitting *s, char byte)
{
    if (s->place == BETWEEN) {
        s->words->words[s->words->count++] = s->words->bytes + s->used;
        s->place = IN_WORD;
    }
    s->words->bytes[s->used++] = byte;
}

static void end_word(struct splitting *s)
{
    if (s->place == IN_WORD)
        s->words->bytes[s->used++] = '\0';
    s->place = BETWEEN;
}

/* A quote begins or ends; it belongs to a word even if nothing is in it. */
static bool is_quote(struct splitting *s, char byte)
{
    enum place inside = byte == '\'' ? IN_SINGLE : IN_DOUBLE;

    if ((byte != '\'' && byte != '"') ||
        (s->place != inside && s->place != BETWEEN && s->place != IN_WORD))
        return false;
    if (s->place == inside) {
        s->place = IN_WORD;
        return true;
    }
    add_byte(s, byte);
    s->used--;
    s->place = inside;
    return true;
}

/* Splits up to the first ';', '#' or the end. Returns how much of the line is
 * used up; SIZE_MAX: it can't be read, and the complaint is made. The words
 * take no more room than the line: each NUL stands for a blank or the end. */
static size_t split(struct lab_shell *shell, const char *line,
                    struct lab_shell_words *words)
{
    struct splitting s = {.words = words, .place = BETWEEN};
    size_t i = 0;

    memset(words, 0, sizeof(*words));
    for (; line[i] != '\0'; i++) {
        bool open = s.place == IN_SINGLE || s.place == IN_DOUBLE;
        if (s.place == BETWEEN && words->count == LAB_SHELL_WORDS_MAX &&
            !strchr(" \t;#", line[i])) {
            lab_shell_complain(shell, "shell: more than %d words\n",
                               LAB_SHELL_WORDS_MAX);
            return SIZE_MAX;
        }
        if (is_quote(&s, line[i]))
            continue;
        if (line[i] == '\\' && s.place != IN_SINGLE && line[i + 1] != '\0')
            add_byte(&s, line[++i]);
        else if (!open &&
                 (line[i] == ';' || (line[i] == '#' && s.place == BETWEEN)))
            break;
        else if (!open && (line[i] == ' ' || line[i] == '\t'))
            end_word(&s);
        else
            add_byte(&s, line[i]);
    }
    if (s.place == IN_SINGLE || s.place == IN_DOUBLE) {
        lab_shell_complain(shell, "shell: a quote is not closed\n");
        return SIZE_MAX;
    }
    end_word(&s);
    return line[i] == ';' ? i + 1 : strlen(line);
}

/* ---- running ------------------------------------------------------------ */

static void run_words(struct lab_shell *shell,
                      const struct lab_shell_words *words)
{
    const struct lab_shell_command *command = lab_shell_commands;

    while (command->name && strcmp(command->name, words->words[0]) != 0)
        command++;
    if (command->name) {
        shell->status = command->run(shell, words);
        return;
    }
    lab_shell_complain(shell, "%s: command not found\n", words->words[0]);
    shell->status = 127;
}

static void run_one(struct lab_shell *shell)
{
    struct lab_shell_words words;
    size_t used = split(shell, shell->rest, &words);

    if (used == SIZE_MAX) {
        shell->status = 2;
        shell->rest[0] = '\0';
        return;
    }
    memmove(shell->rest, shell->rest + used, strlen(shell->rest + used) + 1);
    if (words.count > 0)
        run_words(shell, &words);
}

/* Writes on in a file or in numbers; true while there is more to write. */
static bool write_on(struct lab_shell *shell)
{
    while (shell->file_next < shell->file_count) {
        const char *text = shell->files[shell->file_next]->content + shell->at;
        size_t room = sizeof(shell->out) - 1 - shell->out_length;
        size_t length = strnlen(text, room);

        memcpy(shell->out + shell->out_length, text, length);
        shell->out_length += length;
        shell->at += length;
        if (text[length] != '\0')
            return true;
        shell->file_next++;
        shell->at = 0;
    }
    while (shell->next <= shell->last && shell->last > 0) {
        if (sizeof(shell->out) - shell->out_length < 32)
            return true;
        lab_shell_put(shell, "%llu\n", (unsigned long long)shell->next++);
    }
    shell->file_count = shell->file_next = 0;
    shell->last = 0;
    return false;
}

/* Runs what is left of the line until the output is half full: no command but
 * those that write on says more than the other half. */
static void go_on(struct lab_shell *shell)
{
    do {
        if (write_on(shell)) {
            shell->state = LAB_SHELL_WRITING;
            return;
        }
        if (shell->state == LAB_SHELL_READING ||
            shell->state == LAB_SHELL_ENDED)
            return;
        shell->state = LAB_SHELL_READY;
        if (shell->rest[0] == '\0')
            return;
        shell->state = LAB_SHELL_WRITING;
        if (shell->out_length > sizeof(shell->out) / 2 ||
            shell->err_length > sizeof(shell->err) / 2)
            return;
        run_one(shell);
    } while (true);
}

static void forget_output(struct lab_shell *shell)
{
    shell->out_length = shell->err_length = 0;
}

void lab_shell_line(struct lab_shell *shell, struct span line)
{
    forget_output(shell);
    if (line.length >= sizeof(shell->rest) ||
        (line.length > 0 && memchr(line.data, '\0', line.length))) {
        lab_shell_complain(shell, "shell: the line can't be read\n");
        shell->status = 2;
        return;
    }
    if (line.length > 0)
        memcpy(shell->rest, line.data, line.length);
    shell->rest[line.length] = '\0';
    go_on(shell);
}

bool lab_shell_more(struct lab_shell *shell)
{
    forget_output(shell);
    if (shell->state != LAB_SHELL_WRITING)
        return false;
    go_on(shell);
    return true;
}

size_t lab_shell_input(struct lab_shell *shell, struct span bytes)
{
    size_t length =
        bytes.length < sizeof(shell->out) ? bytes.length : sizeof(shell->out);

    forget_output(shell);
    if (shell->state != LAB_SHELL_READING || length == 0)
        return 0;
    memcpy(shell->out, bytes.data, length);
    shell->out_length = length;
    return length;
}

void lab_shell_input_end(struct lab_shell *shell)
{
    forget_output(shell);
    if (shell->state != LAB_SHELL_READING)
        return;
    shell->state = LAB_SHELL_WRITING;
    go_on(shell);
}

void lab_shell_interrupt(struct lab_shell *shell)
{
    forget_output(shell);
    shell->rest[0] = '\0';
    shell->file_count = shell->file_next = shell->at = 0;
    shell->last = 0;
    if (shell->state == LAB_SHELL_ENDED)
        return;
    shell->state = LAB_SHELL_READY;
    shell->status = 130;
}

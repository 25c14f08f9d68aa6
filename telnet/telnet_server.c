/* SPDX-License-Identifier: MIT */
/*
 * telnet_server: offers what a session needs, asks who is there, and then runs
 * lines. A table says what each command of RFC 854 does here, and another what
 * a line means in each state.
 */
#include "telnet/telnet_server.h"

#include <stdio.h>
#include <string.h>

/* ---- the states --------------------------------------------------------- */

static const char *const state_names[] = {[TELNET_STATE_NAME] = "NAME",
                                          [TELNET_STATE_PASSWORD] = "PASSWORD",
                                          [TELNET_STATE_SHELL] = "SHELL",
                                          [TELNET_STATE_INPUT] = "INPUT",
                                          [TELNET_STATE_LEAVING] = "LEAVING"};
_Static_assert(sizeof(state_names) / sizeof(state_names[0]) == TELNET_STATES,
               "a name for each state");

/* The only place that moves the state. The line editor begins anew with it. */
static void set_state(struct telnet_visit *visit, enum telnet_state state)
{
    if (visit->state != state)
        conn_note(visit->talk.conn, RFC("854", "0"), "state", "%s -> %s",
                  state_names[visit->state], state_names[state]);
    visit->state = state;
    visit->talk.secret = state == TELNET_STATE_PASSWORD;
    telnet_editor_start(&visit->editor, state == TELNET_STATE_PASSWORD);
}

/* Recorded is who says it, not this. */
#define say(visit, text) say_at((visit), HERE, (text))
static int say_at(struct telnet_visit *visit, struct where where,
                  const char *text)
{
    return telnet_talk_data_at(&visit->talk, where, span_of(text), false);
}

/* ---- the log-in --------------------------------------------------------- */

static int ask_name(struct telnet_visit *visit)
{
    char text[2 * LAB_SHELL_NAME_MAX];

    set_state(visit, TELNET_STATE_NAME);
    snprintf(text, sizeof(text), "%s login: ", visit->site->name);
    return say(visit, text);
}

/* The log-in came to nothing, whatever it was: a wrong password, no name at
 * all, Ctrl-C. Nobody holds a process by any of them for ever. */
static int ask_again(struct telnet_visit *visit)
{
    if (++visit->attempts < TELNET_LOGINS_MAX)
        return ask_name(visit);
    set_state(visit, TELNET_STATE_LEAVING);
    return 0;
}

static int hear_name(struct telnet_visit *visit)
{
    if (visit->editor.length == 0)
        return ask_again(visit);
    snprintf(visit->user, sizeof(visit->user), "%.*s", LAB_SHELL_NAME_MAX - 1,
             visit->editor.line);
    set_state(visit, TELNET_STATE_PASSWORD);
    return say(visit, "Password: ");
}

static int prompt(struct telnet_visit *visit)
{
    set_state(visit, TELNET_STATE_SHELL);
    return say(visit, lab_shell_prompt(&visit->shell));
}

/* NOTE(telnet-password): the password has come over the wire as it was typed;
 * that the trace shows asterisks here is our courtesy, not Telnet's. */
static int hear_password(struct telnet_visit *visit)
{
    struct telnet_editor *editor = &visit->editor;
    const char *password =
        accounts_password(&visit->site->accounts, span_of(visit->user));
    bool same = accounts_same((struct span){editor->line, editor->length},
                              password ? password : "");
    int result;

    explicit_bzero(editor->line, sizeof(editor->line));
    if (password && same) {
        lab_shell_start(&visit->shell, visit->user, visit->site->name);
        result = say(visit, lab_shell_greeting());
        return result == 0 ? prompt(visit) : result;
    }
    result = say(visit, "Login incorrect\n");
    return result == 0 ? ask_again(visit) : result;
}

/* ---- the shell ---------------------------------------------------------- */

/* A terminal shows both outputs in one place. */
static int say_output(struct telnet_visit *visit)
{
    struct span out = {visit->shell.out, visit->shell.out_length};
    struct span err = {visit->shell.err, visit->shell.err_length};
    int result = telnet_talk_data(&visit->talk, out, false);

    return result == 0 ? telnet_talk_data(&visit->talk, err, false) : result;
}

static int hear_what_came(struct telnet_visit *visit);

static bool has_room(const struct telnet_visit *visit)
{
    return visit->key_end - visit->key_first <= TELNET_DATA_MAX;
}

/* Says all that a command writes. Between two pieces we listen, for a command
 * may write for ever: an interrupt acts at once, other keys wait. */
static int write_on(struct telnet_visit *visit)
{
    struct conn *conn = visit->talk.conn;
    int result;

    do {
        if ((result = say_output(visit)) < 0)
            return result;
        if (visit->shell.state != LAB_SHELL_WRITING || !has_room(visit))
            continue;
        if ((result = conn_fill_within(conn, 0)) < 0)
            return result;
        if (result == 0 && conn_at_end(conn))
            break;
        if ((result = hear_what_came(visit)) < 0)
            return result;
    } while (lab_shell_more(&visit->shell));
    return 0;
}

/* A command was given its line, or the end of its input. */
static int run_on(struct telnet_visit *visit)
{
    int result;

    visit->running = true;
    result = write_on(visit);
    visit->running = false;
    if (result < 0)
        return result;
    if (visit->shell.state == LAB_SHELL_READY)
        return prompt(visit);
    set_state(visit, visit->shell.state == LAB_SHELL_READING
                         ? TELNET_STATE_INPUT
                         : TELNET_STATE_LEAVING);
    return 0;
}

static int hear_command(struct telnet_visit *visit)
{
    struct span line = {visit->editor.line, visit->editor.length};

    lab_shell_line(&visit->shell, line);
    return run_on(visit);
}

/* A line that is typed to a command that reads; its LF belongs to it. */
static int hear_input(struct telnet_visit *visit)
{
    struct telnet_editor *editor = &visit->editor;
    size_t length = editor->length;

    editor->line[length] = '\n';
    lab_shell_input(&visit->shell, (struct span){editor->line, length + 1});
    telnet_editor_start(editor, false);
    return say_output(visit);
}

static int leave(struct telnet_visit *visit)
{
    (void)visit;
    return 0;
}

static int (*const lines[])(struct telnet_visit *visit) = {
    [TELNET_STATE_NAME] = hear_name,
    [TELNET_STATE_PASSWORD] = hear_password,
    [TELNET_STATE_SHELL] = hear_command,
    [TELNET_STATE_INPUT] = hear_input,
    [TELNET_STATE_LEAVING] = leave};
_Static_assert(sizeof(lines) / sizeof(lines[0]) == TELNET_STATES,
               "an act for a line in each state");

/* ---- the commands of RFC 854 -------------------------------------------- */

static int act_nothing(struct telnet_visit *visit)
{
    (void)visit;
    return 0;
}

static int act_here(struct telnet_visit *visit)
{
    return say(visit, "\n[Yes]\n");
}

/* While a command writes, run_on sees that it has ended; else we prompt. */
static int act_interrupt(struct telnet_visit *visit)
{
    if (visit->state == TELNET_STATE_NAME ||
        visit->state == TELNET_STATE_PASSWORD)
        return ask_again(visit);
    lab_shell_interrupt(&visit->shell);
    conn_note(visit->talk.conn, RFC("1123", "3.2.3"), "interrupt",
              visit->running ? "the command is stopped in the middle"
                             : "nothing runs that could be stopped");
    return visit->running ? say(visit, "^C\n") : prompt(visit);
}

/* Sends back what was gathered for keys that came together. */
static int send_echo(struct telnet_visit *visit)
{
    struct span echo = {visit->echo, visit->echo_length};

    visit->echo_length = 0;
    return telnet_talk_data(&visit->talk, echo, false);
}

static int gather_echo(struct telnet_visit *visit)
{
    const struct telnet_editor *editor = &visit->editor;
    struct span shown = {editor->shown, editor->shown_length};
    int result = 0;

    if (!telnet_option_on(&visit->talk.options, TELNET_US, TELNET_ECHO))
        return 0;
    if (shown.length > sizeof(visit->echo) - visit->echo_length)
        result = send_echo(visit);
    if (result < 0 || shown.length > sizeof(visit->echo))
        return result < 0 ? result
                          : telnet_talk_data(&visit->talk, shown, false);
    memcpy(visit->echo + visit->echo_length, shown.data, shown.length);
    visit->echo_length += shown.length;
    return 0;
}

static int show_edit(struct telnet_visit *visit)
{
    int result = gather_echo(visit);

    return result == 0 ? send_echo(visit) : result;
}

static int act_erase(struct telnet_visit *visit)
{
    telnet_editor_erase(&visit->editor);
    return show_edit(visit);
}

static int act_kill(struct telnet_visit *visit)
{
    telnet_editor_kill(&visit->editor);
    return show_edit(visit);
}

/* Deliberately AO stops the command too: here none does anything but write. */
static const struct {
    unsigned char command;
    int (*act)(struct telnet_visit *visit);
} acts[] = {{TELNET_AYT, act_here},      {TELNET_IP, act_interrupt},
            {TELNET_BRK, act_interrupt}, {TELNET_AO, act_interrupt},
            {TELNET_EC, act_erase},      {TELNET_EL, act_kill},
            {TELNET_NOP, act_nothing},   {TELNET_DM, act_nothing},
            {TELNET_GA, act_nothing}};

static int hear_telnet_command(struct telnet_visit *visit,
                               unsigned char command)
{
    for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
        if (acts[i].command == command)
            return acts[i].act(visit);
    conn_note(visit->talk.conn, RFC("854", "0"), "command",
              "%s is unknown and passed over", telnet_command_name(command));
    return 0;
}

/* ---- keys --------------------------------------------------------------- */

/* Ctrl-D: the end of what a command reads, or of the session. */
static int hear_end(struct telnet_visit *visit)
{
    if (visit->state != TELNET_STATE_INPUT) {
        set_state(visit, TELNET_STATE_LEAVING);
        return 0;
    }
    lab_shell_input_end(&visit->shell);
    return run_on(visit);
}

static int hear_key(struct telnet_visit *visit, char key)
{
    enum telnet_edit edit = telnet_editor_key(&visit->editor, key);
    int result = gather_echo(visit);

    if (result < 0 || edit == TELNET_EDIT_MORE ||
        (result = send_echo(visit)) < 0)
        return result;
    if (edit == TELNET_EDIT_INTERRUPT)
        return act_interrupt(visit);
    if (edit == TELNET_EDIT_END)
        return hear_end(visit);
    return lines[visit->state](visit);
}

/* Looks at the keys that have come, unless a command is still writing. Running
 * one may bring more of them. */
static int hear_keys(struct telnet_visit *visit)
{
    int result = 0;

    while (result == 0 && visit->key_first < visit->key_end &&
           !visit->running && visit->state != TELNET_STATE_LEAVING)
        result = hear_key(visit, visit->keys[visit->key_first++]);
    return result == 0 ? send_echo(visit) : result;
}

/* Puts keys where they wait. A Ctrl-C does not: it stops what is writing, and
 * what was typed before it is forgotten, as a terminal driver does. */
static int keep_keys(struct telnet_visit *visit, struct span keys)
{
    size_t left = visit->key_end - visit->key_first;

    memmove(visit->keys, visit->keys + visit->key_first, left);
    memcpy(visit->keys + left, keys.data, keys.length);
    visit->key_first = 0;
    visit->key_end = left + keys.length;
    for (size_t i = visit->key_end; visit->running && i-- > left;)
        if (visit->keys[i] == TELNET_KEY_INTERRUPT) {
            visit->key_first = i + 1;
            return act_interrupt(visit);
        }
    return hear_keys(visit);
}

/* ---- the visit ---------------------------------------------------------- */

static int hear_what_came(struct telnet_visit *visit)
{
    struct telnet_event event;
    int result = 0;

    while (has_room(visit) && visit->state != TELNET_STATE_LEAVING &&
           (result = telnet_talk_hear(&visit->talk, &event)) == 1) {
        result = event.kind == TELNET_DATA
                     ? keep_keys(visit, event.bytes)
                     : hear_telnet_command(visit, event.command);
        if (result < 0)
            break;
    }
    return result;
}

/* NOTE(telnet-offer): who serves begins (RFC 1123 §3.3.4). With ECHO and SGA
 * on our side the client sends each key at once. */
static int offer(struct telnet_talk *talk)
{
    bool *him = talk->options.agree[TELNET_HIM];
    bool *us = talk->options.agree[TELNET_US];
    int result;

    us[TELNET_ECHO] = us[TELNET_SGA] = us[TELNET_BINARY] = true;
    him[TELNET_SGA] = him[TELNET_BINARY] = true;
    him[TELNET_TTYPE] = him[TELNET_NAWS] = true;
    if ((result = telnet_talk_ask(talk, TELNET_US, TELNET_ECHO, true)) < 0 ||
        (result = telnet_talk_ask(talk, TELNET_US, TELNET_SGA, true)) < 0 ||
        (result = telnet_talk_ask(talk, TELNET_HIM, TELNET_SGA, true)) < 0 ||
        (result = telnet_talk_ask(talk, TELNET_HIM, TELNET_TTYPE, true)) < 0)
        return result;
    return telnet_talk_ask(talk, TELNET_HIM, TELNET_NAWS, true);
}

int telnet_server_serve(struct conn *conn, void *site, struct error *error)
{
    /* A process of its own has one visit. */
    static struct telnet_visit visit;
    int result;

    visit = (struct telnet_visit){.site = site};
    telnet_talk_start(&visit.talk, conn, error);
    visit.talk.server = visit.talk.by_line = true;
    visit.talk.options.naive = visit.site->naive;
    conn_set_idle_timeout(conn, TELNET_SERVER_IDLE_MS);
    if ((result = offer(&visit.talk)) < 0 || (result = ask_name(&visit)) < 0)
        return result;
    while (result == 0 && visit.state != TELNET_STATE_LEAVING &&
           !conn_at_end(conn)) {
        result = conn_fill(conn);
        if (result == 0)
            result = hear_what_came(&visit);
    }
    return result;
}

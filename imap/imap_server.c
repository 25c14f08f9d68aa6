/* SPDX-License-Identifier: MIT */
/*
 * imap_server: hears commands, hands each to its act if the state allows it,
 * and tells between them what others have changed.
 */
#include "imap/imap_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "imap/imap_structure.h"

void imap_session_enter(struct imap_session *s, enum imap_state state,
                        const char *why)
{
    if (s->state == state)
        return;
    conn_note(s->conn, RFC("3501", "3"), "state", "%s: %s",
              imap_state_name(state), why);
    s->state = state;
}

/* Nobody knows where in what has come the next line begins. All of it is
 * masked: a password may be in it. */
int imap_session_hang_up(struct imap_session *s, const char *why)
{
    conn_take(s->conn, conn_view(s->conn).length);
    conn_mask(s->conn, 0, (size_t)conn_heard_length(s->conn));
    conn_heard(s->conn, RFC("3501", "2.2"), "no line");
    imap_say_bye(s, why);
    imap_session_enter(s, IMAP_STATE_LOGOUT, why);
    conn_linger(s->conn, RFC("9293", "3.6"));
    return error_set(s->error, ERROR_PROTOCOL, "%s", why);
}

/* ---- acts that need no file of their own -------------------------------- */

static int act_capability(struct imap_session *s)
{
    char text[512];

    imap_capabilities(s, text, sizeof(text));
    if (conn_say(s->conn, RFC("3501", "7.2.1"), "* CAPABILITY%s", text) < 0)
        return -(int)s->error->class;
    return imap_ok(s, "That is all I can do");
}

static int act_noop(struct imap_session *s)
{
    return imap_ok(s, "Nothing done");
}

static int act_logout(struct imap_session *s)
{
    int result = imap_say_bye(s, "Good-bye");

    if (result == 0)
        result = imap_ok(s, "Logged out");
    imap_session_enter(s, IMAP_STATE_LOGOUT, "LOGOUT");
    return result;
}

/* RFC 5161 §3.1: extensions that change nothing unless enabled; we have none,
 * and say so by an empty list. */
static int act_enable(struct imap_session *s)
{
    struct span word;
    size_t count = 0;

    while (imap_take_atom(&s->command, &word))
        count++;
    if (count == 0 || !imap_command_ended(&s->command))
        return imap_bad_arguments(s);
    if (conn_say(s->conn, RFC("5161", "3.2"), "* ENABLED") < 0)
        return -(int)s->error->class;
    return imap_ok(s, "Nothing of that needs to be enabled here");
}

/* ---- the verbs ---------------------------------------------------------- */

enum {
    BEFORE = 1 << IMAP_STATE_NOT_AUTHENTICATED,
    INSIDE = 1 << IMAP_STATE_AUTHENTICATED,
    SELECTED = 1 << IMAP_STATE_SELECTED,
    ALWAYS = BEFORE | INSIDE | SELECTED,
    LOGGED_IN = INSIDE | SELECTED
};
enum {
    BARE = 1,   /* takes no arguments */
    UID = 2,    /* UID may stand before it */
    NUMBERS = 4 /* and if not, its numbers must not shift */
};

/* RFC 3501 §6. What changed meanwhile is told before the command's end, but an
 * EXPUNGE not where numbers are in use (§7.4.1). */
static const struct verb {
    const char *name;
    struct rfc rfc;
    unsigned states;
    int (*act)(struct imap_session *s);
    unsigned manner;
} verbs[] = {
    {"CAPABILITY", {"3501", "6.1.1"}, ALWAYS, act_capability, BARE},
    {"NOOP", {"3501", "6.1.2"}, ALWAYS, act_noop, BARE},
    {"LOGOUT", {"3501", "6.1.3"}, ALWAYS, act_logout, BARE},
    {"STARTTLS", {"3501", "6.2.1"}, BEFORE, imap_act_starttls, BARE},
    {"AUTHENTICATE", {"3501", "6.2.2"}, BEFORE, imap_act_authenticate, 0},
    {"LOGIN", {"3501", "6.2.3"}, BEFORE, imap_act_login, 0},
    {"ENABLE", {"5161", "3.1"}, LOGGED_IN, act_enable, 0},
    {"SELECT", {"3501", "6.3.1"}, LOGGED_IN, imap_act_select, 0},
    {"EXAMINE", {"3501", "6.3.2"}, LOGGED_IN, imap_act_examine, 0},
    {"CREATE", {"3501", "6.3.3"}, LOGGED_IN, imap_act_create, 0},
    {"DELETE", {"3501", "6.3.4"}, LOGGED_IN, imap_act_delete, 0},
    {"RENAME", {"3501", "6.3.5"}, LOGGED_IN, imap_act_rename, 0},
    {"SUBSCRIBE", {"3501", "6.3.6"}, LOGGED_IN, imap_act_subscribe, 0},
    {"UNSUBSCRIBE", {"3501", "6.3.7"}, LOGGED_IN, imap_act_unsubscribe, 0},
    {"LIST", {"3501", "6.3.8"}, LOGGED_IN, imap_act_list, 0},
    {"LSUB", {"3501", "6.3.9"}, LOGGED_IN, imap_act_lsub, 0},
    {"STATUS", {"3501", "6.3.10"}, LOGGED_IN, imap_act_status, 0},
    {"APPEND", {"3501", "6.3.11"}, LOGGED_IN, imap_act_append, 0},
    {"IDLE", {"2177", "3"}, LOGGED_IN, imap_act_idle, BARE},
    {"CHECK", {"3501", "6.4.1"}, SELECTED, imap_act_check, BARE},
    {"CLOSE", {"3501", "6.4.2"}, SELECTED, imap_act_close, BARE},
    {"EXPUNGE", {"3501", "6.4.3"}, SELECTED, imap_act_expunge, UID},
    {"SEARCH", {"3501", "6.4.4"}, SELECTED, imap_act_search, UID | NUMBERS},
    {"FETCH", {"3501", "6.4.5"}, SELECTED, imap_act_fetch, UID | NUMBERS},
    {"STORE", {"3501", "6.4.6"}, SELECTED, imap_act_store, UID | NUMBERS},
    {"COPY", {"3501", "6.4.7"}, SELECTED, imap_act_copy, UID},
    {"MOVE", {"6851", "3.1"}, SELECTED, imap_act_move, UID},
};

static const struct verb *find_verb(struct span name)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
        if (span_equal_nocase(name, span_of(verbs[i].name)))
            return &verbs[i];
    return NULL;
}

struct rfc imap_verb_rfc(struct span name)
{
    const struct verb *verb = find_verb(name);

    return verb ? verb->rfc : RFC("3501", "2.2.1");
}

/* The message of an APPEND that nobody wants. Who waits for "+" is answered
 * instead; who does not has sent it, and it is read to nowhere. */
static int discard_message(struct imap_session *s)
{
    uint64_t left = s->command.message;
    int result;

    if (left == UINT64_MAX || s->command.message_waits) {
        imap_command_heard(s);
        return 0;
    }
    while (left > 0) {
        size_t length = conn_view(s->conn).length;

        length = length < left ? length : (size_t)left;
        conn_take(s->conn, length);
        left -= length;
        if (left > 0 && (result = conn_fill(s->conn)) < 0)
            return result;
    }
    result = imap_command_hear_rest(s);
    return result < 0 ? result : 0;
}

/* RFC 3501 §9: what follows BAD is of 7-bit characters. */
static void make_plain(char *text)
{
    for (char *at; (at = strstr(text, "§")) != NULL;)
        memmove(at, at + strlen("§"), strlen(at + strlen("§")) + 1);
}

/* The message that an APPEND has brought must be gone before the answer: what
 * follows it is the next command. */
static int say_why_not(struct imap_session *s, const struct verb *verb)
{
    int result = discard_message(s);

    if (result < 0)
        return result;
    if (s->command.broken) {
        char why[ERROR_TEXT_MAX];

        text_escape(why, sizeof(why), span_of(s->command.refusal));
        make_plain(why);
        return imap_bad(s, "%s", why);
    }
    if (s->command.count < 2)
        return imap_bad(s, "A command is a tag and a verb");
    if (verb == NULL)
        return imap_bad(s, "No such command");
    if (!(verb->states & 1u << s->state))
        return imap_bad(s, "%s: not in the state \"%s\"", verb->name,
                        imap_state_name(s->state));
    return imap_bad_arguments(s);
}

/* The tag, perhaps UID, the verb. */
static const struct verb *read_verb(struct imap_session *s)
{
    struct imap_command *c = &s->command;
    struct span tag, name;
    const struct verb *verb;

    if (c->broken || !imap_take_atom(c, &tag) || tag.length > IMAP_TAG_MAX ||
        memchr(tag.data, '+', tag.length) || !imap_take_atom(c, &name))
        return NULL;
    c->uid = span_equal_nocase(name, SPAN("UID"));
    if (c->uid && !imap_take_atom(c, &name))
        return NULL;
    verb = find_verb(name);
    return c->uid && verb && !(verb->manner & UID) ? NULL : verb;
}

/* One command, from its first octet to its tagged end. */
static int obey(struct imap_session *s)
{
    const struct verb *verb = read_verb(s);
    int result;

    if (verb == NULL || !(verb->states & 1u << s->state) ||
        (verb->manner & BARE && !imap_command_ended(&s->command)))
        return say_why_not(s, verb);
    if (s->command.message != UINT64_MAX && verb->act != imap_act_append)
        return say_why_not(s, verb);
    if (verb->act != imap_act_append && verb->act != imap_act_idle &&
        (result = imap_view_update(s, s->command.uid ||
                                          !(verb->manner & NUMBERS))) < 0)
        return result;
    return verb->act(s);
}

/* ---- one command after the other ---------------------------------------- */

static int greet(struct imap_session *s)
{
    char text[512];

    imap_session_enter(s, IMAP_STATE_NOT_AUTHENTICATED,
                       "who is there must say so first");
    imap_capabilities(s, text, sizeof(text));
    return conn_say(s->conn, RFC("3501", "7.1.1"),
                    "* OK [CAPABILITY%s] wirelab is ready", text);
}

/* Who makes too many mistakes is no client, or one that will not get better. */
static int converse(struct imap_session *s)
{
    int result = greet(s);

    while (result == 0 && s->state != IMAP_STATE_LOGOUT) {
        result = imap_command_hear(s);
        if (result <= 0)
            break;
        result = obey(s);
        if (result == 0 && s->strikes >= IMAP_STRIKES_MAX) {
            imap_say_bye(s, "Too many mistakes");
            imap_session_enter(s, IMAP_STATE_LOGOUT, "too many mistakes");
        }
    }
    return result;
}

int imap_server_serve(struct conn *conn, void *site, struct error *error)
{
    struct imap_session *s = calloc(1, sizeof(*s));
    int result;

    if (s == NULL)
        return error_set(error, ERROR_LOCAL, "out of memory");
    s->conn = conn;
    s->error = error;
    s->site = site;
    s->command.message = UINT64_MAX;
    conn_hold(conn, true);
    conn_set_deadline(conn, deadline_in_ms(IMAP_LOGIN_MS));
    result = converse(s);
    if (result == -ERROR_TIMEOUT && s->state != IMAP_STATE_LOGOUT)
        conn_note(conn, RFC("3501", "5.4"), "autologout", "%s", error->text);
    maildir_close(s->box);
    imap_view_close(s);
    imap_structure_free(s->structure);
    free(s);
    return result;
}

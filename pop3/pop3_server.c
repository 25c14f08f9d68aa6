/* SPDX-License-Identifier: MIT */
/*
 * pop3_server: a line, its verb, whether this state has it, what it does. The
 * table at the end of the acts is the protocol.
 */
#include "pop3/pop3_server.h"

#include <stdlib.h>
#include <string.h>

bool pop3_session_secure(const struct pop3_session *session)
{
    return conn_facts(session->conn).tls;
}

void pop3_session_enter(struct pop3_session *session, enum pop3_state state,
                        const char *why)
{
    conn_note(session->conn, RFC("1939", "3"), "state", "%s: %s",
              pop3_state_name(state), why);
    session->state = state;
}

/* Nobody knows where in what has come the next line begins. All of it is
 * masked: a password may be in it. */
int pop3_session_hang_up(struct pop3_session *session)
{
    struct conn *conn = session->conn;

    conn_take(conn, conn_view(conn).length);
    conn_mask(conn, 0, (size_t)conn_heard_length(conn));
    conn_heard(conn, RFC("1939", "3"), "no line");
    pop3_say(session, RFC("1939", "3"), "-ERR %s: goodbye",
             session->error->text);
    conn_linger(conn, RFC("9293", "3.6"));
    return -ERROR_PROTOCOL;
}

/* ---- acts of any state -------------------------------------------------- */

static bool may_start_tls(const struct pop3_session *session)
{
    return session->site->service->tls && !pop3_session_secure(session) &&
           session->state == POP3_STATE_AUTHORIZATION;
}

/* What a client is offered depends on where it stands: no STLS under TLS, no
 * log-in where it would be refused (RFC 2449 §5, RFC 2595 §4). A line that
 * can't be said any more makes the last call fail. */
static int act_capa(struct pop3_session *session)
{
    struct conn *conn = session->conn;
    bool log_in = pop3_session_secure(session) || session->site->insecure_auth;
    int result = conn_say_begin(conn, RFC("2449", "5"), "+OK");

    if (result < 0)
        return result;
    conn_say_line(conn, "+OK here is what I can do");
    conn_say_line(conn, "TOP");
    conn_say_line(conn, "UIDL");
    conn_say_line(conn, "RESP-CODES");
    conn_say_line(conn, "PIPELINING");
    conn_say_line(conn, "EXPIRE NEVER");
    if (may_start_tls(session))
        conn_say_line(conn, "STLS");
    if (log_in) {
        conn_say_line(conn, "USER");
        conn_say_line(conn, "SASL PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256");
    }
    conn_say_line(conn, "IMPLEMENTATION wirelab");
    conn_say_line(conn, ".");
    return conn_say_end(conn);
}

static int act_noop(struct pop3_session *session)
{
    return pop3_say(session, RFC("1939", "5"), "+OK");
}

/* NOTE(pop3-update-server): the only way into the UPDATE state, and the only
 * place where a message is removed. */
static int act_quit(struct pop3_session *session)
{
    bool logged_in = session->state == POP3_STATE_TRANSACTION;
    size_t left = 0;

    session->over = true;
    if (logged_in) {
        pop3_session_enter(session, POP3_STATE_UPDATE,
                           "QUIT: what was marked is removed");
        left = pop3_drop_update(session);
    }
    if (left > 0)
        return pop3_say(session, RFC("1939", "6"),
                        "-ERR %zu deleted messages are not removed", left);
    return pop3_say(session, RFC("1939", "6"), "+OK goodbye");
}

/* The answer goes out before the handshake, and whatever the client has sent
 * ahead of it is refused by conn_start_tls: it may have been injected. */
static int act_stls(struct pop3_session *session)
{
    int result;

    if (!may_start_tls(session))
        return pop3_say(session, RFC("2595", "4"),
                        "-ERR there is no TLS to be had, or it is on");
    if ((result = pop3_say(session, RFC("2595", "4"),
                           "+OK begin the TLS handshake")) < 0 ||
        (result = conn_flush(session->conn)) < 0)
        return result;
    session->user[0] = '\0';
    return conn_start_tls(session->conn, session->site->service->tls,
                          RFC("2595", "4"), NULL);
}

/* ---- the verbs ---------------------------------------------------------- */

#define IN(state) (1u << POP3_STATE_##state)

/* Every verb there is, the states that have it, what it does. */
static const struct verb {
    const char *name;
    unsigned states;
    int (*act)(struct pop3_session *session);
    bool hears; /* closes its event itself, having masked what is secret */
} verbs[] = {
    {"USER", IN(AUTHORIZATION), pop3_act_user, true},
    {"PASS", IN(AUTHORIZATION), pop3_act_pass, true},
    {"APOP", IN(AUTHORIZATION), pop3_act_apop, true},
    {"AUTH", IN(AUTHORIZATION), pop3_act_auth, true},
    {"STLS", IN(AUTHORIZATION), act_stls, false},
    {"STAT", IN(TRANSACTION), pop3_act_stat, false},
    {"LIST", IN(TRANSACTION), pop3_act_list, false},
    {"UIDL", IN(TRANSACTION), pop3_act_uidl, false},
    {"RETR", IN(TRANSACTION), pop3_act_retr, false},
    {"TOP", IN(TRANSACTION), pop3_act_top, false},
    {"DELE", IN(TRANSACTION), pop3_act_dele, false},
    {"RSET", IN(TRANSACTION), pop3_act_rset, false},
    {"NOOP", IN(TRANSACTION), act_noop, false},
    {"CAPA", IN(AUTHORIZATION) | IN(TRANSACTION), act_capa, false},
    {"QUIT", IN(AUTHORIZATION) | IN(TRANSACTION), act_quit, false},
};

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

/* ---- one command after the other ---------------------------------------- */

/* A -ERR for what is no command here. Who sends many of them is no client. */
static int refuse(struct pop3_session *session, const char *why)
{
    if (++session->errors >= POP3_ERRORS_MAX) {
        session->over = true;
        return pop3_say(session, RFC("1939", "3"),
                        "-ERR too many errors, goodbye");
    }
    return pop3_say(session, RFC("1939", "3"), "-ERR %s", why);
}

/* A log-in where there is none to be had still carries a secret. */
static int refuse_state(struct pop3_session *session, const struct verb *verb,
                        struct span line)
{
    if (verb->hears) {
        conn_mask(session->conn, strlen(verb->name), line.length);
        conn_heard(session->conn, RFC("1939", "3"), verb->name);
    }
    return refuse(session, session->state == POP3_STATE_TRANSACTION
                               ? "you are logged in already"
                               : "log in first");
}

/* NOTE(pop3-verbs): which verb, and does this state have it? */
static int act(struct pop3_session *session, struct span line)
{
    struct pop3_command *command = &session->command;
    const struct verb *verb = NULL;

    if (line.length > POP3_COMMAND_MAX - 2) {
        conn_mask(session->conn, 0, line.length);
        conn_heard(session->conn, RFC("2449", "4"), "too long");
        return refuse(session, "a command has at most 255 octets");
    }
    if (pop3_command_read(command, line))
        verb = find_verb(command->verb);
    if (!verb || !verb->hears)
        conn_heard(session->conn, RFC("1939", "3"),
                   verb ? verb->name : "unknown");
    if (!verb)
        return refuse(session, "no such command");
    if (!(verb->states & (1u << session->state)))
        return refuse_state(session, verb, line);
    return verb->act(session);
}

static int greet(struct pop3_session *session)
{
    if (!pop3_timestamp_make(session->timestamp))
        return error_set(session->error, ERROR_LOCAL, "no randomness");
    pop3_session_enter(session, POP3_STATE_AUTHORIZATION,
                       "who is there must say so first");
    return pop3_say(session, RFC("1939", "4"), "+OK POP3 server ready %s",
                    session->timestamp);
}

static int converse(struct pop3_session *session)
{
    int result = greet(session);

    /* Answers wait until there is nothing more to read: who sends a thousand
     * commands in one write gets the answers in few (RFC 2449 §6.6). */
    conn_hold(session->conn, true);
    while (result == 0 && !session->over) {
        struct span line;

        result = conn_try_line(session->conn, POP3_SASL_LINE_MAX, &line);
        if (result == 1)
            return pop3_session_hang_up(session);
        if (result < 0 || !line.data)
            break;
        result = act(session, line);
    }
    return result;
}

int pop3_server_serve(struct conn *conn, void *site, struct error *error)
{
    struct pop3_session *session = calloc(1, sizeof(*session));
    int result;

    if (!session)
        return error_set(error, ERROR_LOCAL, "out of memory");
    session->conn = conn;
    session->site = site;
    session->error = error;
    result = converse(session);
    if (session->state == POP3_STATE_TRANSACTION)
        conn_note(conn, RFC("1939", "6"), "no-update",
                  "the session ended without QUIT: nothing is deleted");
    pop3_drop_close(session);
    free(session);
    return result;
}

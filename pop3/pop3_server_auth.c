/* SPDX-License-Identifier: MIT */
/*
 * pop3_server_auth: who is there? USER and PASS, APOP (RFC 1939 §7), AUTH (RFC
 * 5034). A name that does not exist and a wrong password get the same answer,
 * after the same time.
 */
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/sasl.h"
#include "pop3/pop3_server.h"

bool pop3_timestamp_make(char timestamp[POP3_TIMESTAMP_MAX])
{
    unsigned char random[8];
    char host[256] = "localhost";

    if (RAND_bytes(random, sizeof(random)) != 1)
        return false;
    gethostname(host, sizeof(host) - 1);
    snprintf(timestamp, POP3_TIMESTAMP_MAX,
             "<%02x%02x%02x%02x%02x%02x%02x%02x.%lld@%s>", random[0], random[1],
             random[2], random[3], random[4], random[5], random[6], random[7],
             (long long)time(NULL), host);
    return true;
}

/* ---- the verdict -------------------------------------------------------- */

/* Nobody gets in here without TLS if the server was told so. */
static bool in_the_clear(const struct pop3_session *session)
{
    return !session->site->insecure_auth && !pop3_session_secure(session);
}

static int refuse_clear(struct pop3_session *session, const char *verb)
{
    conn_mask(session->conn, strlen(verb),
              (size_t)conn_heard_length(session->conn));
    conn_heard(session->conn, RFC("2595", "2.3"), verb);
    return pop3_say(session, RFC("2595", "2.3"),
                    "-ERR say STLS first: no log-in in clear text");
}

/* Who guesses passwords waits for each answer, and soon has to connect anew. */
static int refused(struct pop3_session *session)
{
    struct timespec delay = {0, POP3_AUTH_DELAY_MS * 1000000L};

    nanosleep(&delay, NULL);
    session->over = ++session->refused >= POP3_AUTH_TRIES_MAX;
    return pop3_say(session, RFC("1939", "4"), "-ERR wrong name or password%s",
                    session->over ? ", goodbye" : "");
}

/* The name and the password are right; the maildrop must be free, too. */
static int accepted(struct pop3_session *session, const struct account *account)
{
    session->account = account;
    int result = pop3_drop_open(session);
    if (result == -ERROR_REFUSED)
        return pop3_say(session, RFC("2449", "8.1.2"),
                        "-ERR [IN-USE] another session has this maildrop");
    if (result < 0) {
        conn_note(session->conn, RFC("1939", "4"), "maildrop", "%s",
                  session->mail_error.text);
        return pop3_say(session, RFC("1939", "4"),
                        "-ERR the maildrop can't be read");
    }
    pop3_session_enter(session, POP3_STATE_TRANSACTION,
                       "logged in; the maildrop is locked");
    return pop3_say(session, RFC("1939", "4"), "+OK %zu messages",
                    session->box->count);
}

/* ---- USER, PASS --------------------------------------------------------- */

int pop3_act_user(struct pop3_session *session)
{
    struct span name = session->command.rest;

    if (in_the_clear(session))
        return refuse_clear(session, "USER");
    conn_heard(session->conn, RFC("1939", "7"), "USER");
    if (name.length == 0)
        return pop3_say(session, RFC("1939", "7"), "-ERR USER needs a name");
    snprintf(session->user, sizeof(session->user), "%.*s", (int)name.length,
             name.data);
    return pop3_say(session, RFC("1939", "7"), "+OK and the password?");
}

/* All that follows the blank is the password, blanks in it too. The line is
 * where conn keeps it until more is read. */
int pop3_act_pass(struct pop3_session *session)
{
    struct span given = session->command.rest;
    const struct account *account;
    bool right;

    if (in_the_clear(session))
        return refuse_clear(session, "PASS");
    account = maildir_account(&session->site->accounts, span_of(session->user));
    right = accounts_same(given.data ? given : SPAN(""),
                          account ? account->password : "") &&
            account;
    bool in_order = session->user[0] != '\0';
    session->user[0] = '\0';
    conn_mask(session->conn, 5, given.length);
    conn_heard(session->conn, RFC("1939", "7"), "PASS");
    if (!in_order)
        return pop3_say(session, RFC("1939", "7"), "-ERR USER comes first");
    return right ? accepted(session, account) : refused(session);
}

/* ---- APOP --------------------------------------------------------------- */

int pop3_act_apop(struct pop3_session *session)
{
    struct span rest = session->command.rest, name = {NULL, 0}, given;
    const struct account *account;
    char hex[33];

    if (in_the_clear(session))
        return refuse_clear(session, "APOP");
    bool whole = pop3_word_next(&rest, &name) && pop3_word_next(&rest, &given);
    account = whole ? maildir_account(&session->site->accounts, name) : NULL;
    bool right = whole &&
                 pop3_apop_digest(session->timestamp,
                                  account ? account->password : "", hex) &&
                 accounts_same(given, hex) && account;
    conn_heard(session->conn, RFC("1939", "7"), "APOP");
    if (!whole)
        return pop3_say(session, RFC("1939", "7"),
                        "-ERR APOP needs a name and a digest");
    return right ? accepted(session, account) : refused(session);
}

/* ---- AUTH --------------------------------------------------------------- */

static int say_challenge(struct pop3_session *session,
                         const struct sasl_message *challenge)
{
    char text[SASL_LINE_MAX];

    if (!sasl_encode(text, sizeof(text),
                     (struct span){challenge->bytes, challenge->length}))
        return error_set(session->error, ERROR_LOCAL,
                         "a challenge is too long");
    return conn_say(session->conn, RFC("5034", "4"), "+ %s", text);
}

/* One response: the words after AUTH, or a line of their own. `offset` is where
 * in the message they begin, for what must be masked. */
static enum sasl_verdict step(struct pop3_session *session,
                              struct sasl_server *sasl, struct span text,
                              size_t offset, struct sasl_message *challenge)
{
    struct sasl_message response = {.length = 0};
    enum sasl_verdict verdict = SASL_BROKEN;
    bool secret = true;

    if (span_equal(text, SPAN("=")))
        verdict = sasl_server_step(sasl, SPAN(""), challenge, &secret);
    else if (sasl_decode(&response, text))
        verdict = sasl_server_step(
            sasl, (struct span){response.bytes, response.length}, challenge,
            &secret);
    if (secret)
        conn_mask(session->conn, offset, text.length);
    explicit_bzero(&response, sizeof(response));
    return verdict;
}

/* Lines of the client until there is a verdict; "*" means that it gives up. */
static int exchange(struct pop3_session *session, struct sasl_server *sasl,
                    enum sasl_verdict *verdict, struct sasl_message *challenge)
{
    struct span line;
    int result;

    while (*verdict == SASL_CHALLENGE) {
        if ((result = say_challenge(session, challenge)) < 0 ||
            (result = conn_try_line(session->conn, POP3_SASL_LINE_MAX, &line)) <
                0)
            return result;
        if (result == 1)
            return pop3_session_hang_up(session);
        if (!line.data)
            return error_set(session->error, ERROR_PROTOCOL,
                             "the client left in the middle of a log-in");
        *verdict = span_equal(line, SPAN("*"))
                       ? SASL_BROKEN
                       : step(session, sasl, line, 0, challenge);
        conn_heard(session->conn, RFC("5034", "4"), "response");
    }
    return 0;
}

static int judge(struct pop3_session *session, const struct sasl_server *sasl,
                 enum sasl_verdict verdict)
{
    const struct account *account =
        maildir_account(&session->site->accounts, span_of(sasl->user));

    if (verdict == SASL_ACCEPTED && account)
        return accepted(session, account);
    if (verdict == SASL_BROKEN)
        return pop3_say(session, RFC("5034", "4"),
                        "-ERR that is no answer to my challenge");
    return refused(session);
}

int pop3_act_auth(struct pop3_session *session)
{
    struct span rest = session->command.rest, name = {NULL, 0}, first;
    struct sasl_server sasl;
    struct sasl_message challenge;
    enum sasl_verdict verdict;
    char host[256] = "localhost";
    int result;

    if (in_the_clear(session))
        return refuse_clear(session, "AUTH");
    bool named = pop3_word_next(&rest, &name);
    enum sasl_mechanism mechanism =
        named ? sasl_mechanism_find(name) : SASL_NONE;
    if (mechanism == SASL_NONE) {
        conn_heard(session->conn, RFC("5034", "4"), "AUTH");
        return pop3_say(session, RFC("5034", "4"),
                        "-ERR CAPA says which mechanisms there are");
    }
    gethostname(host, sizeof(host) - 1);
    sasl_server_start(&sasl, mechanism, maildir_password,
                      &session->site->accounts, host);
    if (pop3_word_next(&rest, &first))
        verdict = step(session, &sasl, first, 5 + name.length + 1, &challenge);
    else
        verdict =
            sasl_server_step(&sasl, (struct span){NULL, 0}, &challenge, NULL);
    conn_heard(session->conn, RFC("5034", "4"), "AUTH");
    result = exchange(session, &sasl, &verdict, &challenge);
    if (result == 0)
        result = judge(session, &sasl, verdict);
    sasl_server_wipe(&sasl);
    return result;
}

/* SPDX-License-Identifier: MIT */
/*
 * imap_auth: STARTTLS, LOGIN and AUTHENTICATE: who the client is, and over what
 * it may say so.
 */
#include <limits.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/sasl.h"
#include "imap/imap_server.h"

/* ---- TLS ---------------------------------------------------------------- */

/* RFC 3501 §6.2.1, §11.1. conn_start_tls refuses to go on when octets came
 * after the command: they came in clear, from anybody, and must not be taken
 * for what was said inside. */
int imap_act_starttls(struct imap_session *s)
{
    struct tls_context *tls = s->site->service ? s->site->service->tls : NULL;
    int result;

    if (conn_facts(s->conn).tls || tls == NULL)
        return imap_bad(s, "STARTTLS is not possible here");
    if ((result = imap_ok(s, "Begin TLS now")) < 0 ||
        (result = conn_flush(s->conn)) < 0)
        return result;
    return conn_start_tls(s->conn, tls, RFC("3501", "6.2.1"), NULL);
}

/* RFC 3501 §6.2.3: where passwords can be read on the way they are not taken,
 * and LOGINDISABLED has said so. */
static bool may_log_in(const struct imap_session *s)
{
    return s->site->insecure_auth || conn_facts(s->conn).tls;
}

static int say_privacy(struct imap_session *s)
{
    return imap_no(s, "Logging in needs TLS here: use STARTTLS first");
}

/* ---- in ----------------------------------------------------------------- */

/* The Maildir is made at the first log-in. What can be done is told along with
 * the answer, which saves the client a question. */
static int let_in(struct imap_session *s, const struct account *account)
{
    char text[512];

    s->account = account;
    if (!maildir_path(s->root, s->site->maildir, account) ||
        maildir_make(s->root, &s->trouble) < 0) {
        s->account = NULL;
        return imap_no_trouble(s);
    }
    imap_session_enter(s, IMAP_STATE_AUTHENTICATED, "logged in");
    conn_set_deadline(s->conn, DEADLINE_NEVER);
    imap_capabilities(s, text, sizeof(text));
    return imap_ok(s, "[CAPABILITY%s] Logged in", text);
}

static int keep_out(struct imap_session *s)
{
    int result = imap_no(s, "Wrong name or password");

    if (result == 0 && ++s->failures >= IMAP_FAILURES_MAX) {
        imap_say_bye(s, "Too many wrong passwords");
        imap_session_enter(s, IMAP_STATE_LOGOUT, "too many wrong passwords");
    }
    return result;
}

int imap_act_login(struct imap_session *s)
{
    const struct account *account;
    struct span user, password;

    if (!imap_take_astring(&s->command, &user) ||
        s->command.next + 1 != s->command.count)
        return imap_bad_arguments(s);
    /* A password may have the characters that an atom may not. */
    password = imap_word_take(&s->command)->text;
    if (!may_log_in(s))
        return say_privacy(s);
    account = maildir_account(&s->site->accounts, user);
    if (!accounts_same(password, account ? account->password : "") ||
        account == NULL)
        return keep_out(s);
    return let_in(s, account);
}

/* ---- AUTHENTICATE ------------------------------------------------------- */

/* RFC 3501 §6.2.2: "+ " and the challenge in BASE64, a line back. 1: the client
 * has given up, or does not write BASE64. */
static int ask(struct imap_session *s, const struct sasl_message *challenge,
               struct sasl_message *response)
{
    char text[SASL_LINE_MAX];
    struct span line;
    int result;

    if (!sasl_encode(text, sizeof(text),
                     (struct span){challenge->bytes, challenge->length}))
        return 1;
    if ((result = imap_say_continue(s, text)) < 0)
        return result;
    result = conn_try_line(s->conn, SASL_LINE_MAX, &line);
    if (result == 1)
        return imap_session_hang_up(s, s->error->text);
    if (result < 0 || line.data == NULL)
        return result < 0 ? result
                          : error_set(s->error, ERROR_PROTOCOL,
                                      "the client left in the middle of "
                                      "AUTHENTICATE");
    if (!span_equal(line, SPAN("*")))
        conn_mask(s->conn, 0, line.length);
    result = sasl_decode(response, line) ? 0 : 1;
    conn_heard(s->conn, RFC("3501", "6.2.2"), "response");
    return result;
}

/* RFC 4959 §3: the first response may come with the command; "=" is an empty
 * one. */
static bool first_response(struct imap_session *s,
                           struct sasl_message *response, struct span *given)
{
    struct span text;

    *given = (struct span){NULL, 0};
    if (imap_command_ended(&s->command))
        return true;
    if (!imap_take_atom(&s->command, &text) || !imap_command_ended(&s->command))
        return false;
    if (span_equal(text, SPAN("=")))
        response->length = 0;
    else if (!sasl_decode(response, text))
        return false;
    *given = (struct span){response->bytes, response->length};
    return true;
}

static int exchange(struct imap_session *s, struct sasl_server *sasl,
                    struct span given)
{
    struct sasl_message challenge, response;
    enum sasl_verdict verdict;
    int result;

    while ((verdict = sasl_server_step(sasl, given, &challenge, NULL)) ==
           SASL_CHALLENGE) {
        result = ask(s, &challenge, &response);
        if (result != 0)
            return result < 0 ? result
                              : imap_bad(s, "AUTHENTICATE was given up");
        given = (struct span){response.bytes, response.length};
    }
    OPENSSL_cleanse(&response, sizeof(response));
    if (verdict == SASL_BROKEN)
        return imap_bad(s, "That is no response of this mechanism");
    if (verdict == SASL_REFUSED)
        return keep_out(s);
    return let_in(s, maildir_account(&s->site->accounts, span_of(sasl->user)));
}

int imap_act_authenticate(struct imap_session *s)
{
    struct sasl_message response;
    struct sasl_server sasl;
    struct span name, given;
    enum sasl_mechanism mechanism;
    char host[256] = "localhost";
    int result;

    if (!imap_take_atom(&s->command, &name))
        return imap_bad_arguments(s);
    mechanism = sasl_mechanism_find(name);
    if (mechanism == SASL_NONE)
        return imap_no(s, "No such mechanism");
    if (!may_log_in(s))
        return say_privacy(s);
    if (!first_response(s, &response, &given))
        return imap_bad(s, "The first response is not BASE64");
    gethostname(host, sizeof(host) - 1);
    sasl_server_start(&sasl, mechanism, maildir_password,
                      (void *)&s->site->accounts, host);
    result = exchange(s, &sasl, given);
    sasl_server_wipe(&sasl);
    OPENSSL_cleanse(&response, sizeof(response));
    return result;
}

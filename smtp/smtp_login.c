/* SPDX-License-Identifier: MIT */
/*
 * smtp_login: two ways in which a session becomes a better one: STARTTLS (RFC
 * 3207) and AUTH (RFC 4954).
 */
#include <stdio.h>
#include <string.h>

#include "common/maildir.h"
#include "common/sasl.h"
#include "smtp/smtp_server.h"

/* ---- STARTTLS ----------------------------------------------------------- */

/* NOTE(smtp-server-tls): what came behind the command in clear text, somebody
 * on the way may have put there; taken for commands inside TLS, it would be
 * believed. So there must be nothing, and all that was said before is forgotten
 * (RFC 3207 §4.2, §6). */
int smtp_act_starttls(struct smtp_session *s)
{
    struct tls_context *tls = s->site->service ? s->site->service->tls : NULL;
    int result;

    if (s->argument.length > 0)
        return smtp_say(s, RFC("3207", "4"), 501, "5.5.4",
                        "STARTTLS takes no argument");
    if (!tls || s->tls)
        return smtp_say(s, RFC("3207", "4"), tls ? 503 : 502, "5.5.1",
                        tls ? "TLS is on already" : "there is no TLS here");
    if (conn_view(s->conn).length > 0) {
        s->close = true;
        result = smtp_say(s, RFC("3207", "6"), 554, "5.5.1",
                          "nothing may follow STARTTLS in clear: goodbye");
        conn_linger(s->conn, RFC("9293", "3.6"));
        return result;
    }
    if ((result = smtp_say(s, RFC("3207", "4"), 220, "2.0.0", "go ahead")) <
            0 ||
        (result = conn_flush(s->conn)) < 0 ||
        (result = conn_start_tls(s->conn, tls, RFC("3207", "4.1"), NULL)) < 0)
        return result;
    s->tls = true;
    s->extended = false;
    s->client[0] = '\0';
    smtp_session_enter(s, SMTP_STATE_CONNECTED);
    return 0;
}

/* ---- AUTH --------------------------------------------------------------- */

static bool may_offer(const struct smtp_session *s,
                      enum sasl_mechanism mechanism)
{
    if (s->site->accounts.count == 0 || s->user[0] != '\0')
        return false;
    return s->tls || s->site->insecure_auth || !sasl_sends_password(mechanism);
}

/* The strongest first. What sends the password itself is for TLS only (RFC 4954
 * §9), unless the server was told to be careless. */
const char *smtp_auth_offer(const struct smtp_session *s)
{
    static char offer[128];
    size_t length = 0;

    offer[0] = '\0';
    for (int m = SASL_MECHANISMS - 1; m > SASL_NONE; m--)
        if (may_offer(s, (enum sasl_mechanism)m))
            length +=
                (size_t)snprintf(offer + length, sizeof(offer) - length, "%s%s",
                                 length > 0 ? " " : "",
                                 sasl_mechanism_name((enum sasl_mechanism)m));
    return offer;
}

/* 1: the client's line, base64 undone, heard. 0: it is no base64, or "*", which
 * cancels (RFC 4954 §4); the reply was said. */
static int hear_response(struct smtp_session *s, struct sasl_message *response)
{
    struct span line;
    int result = conn_try_line(s->conn, SMTP_COMMAND_MAX, &line);
    bool decoded, cancelled;

    if (result < 0)
        return result;
    if (result == 1)
        return smtp_session_hang_up(s, s->error->text);
    if (line.data == NULL) {
        s->close = true;
        return 0;
    }
    cancelled = span_equal(line, SPAN("*"));
    decoded = sasl_decode(response, line);
    conn_mask(s->conn, 0, cancelled ? 0 : line.length);
    conn_heard(s->conn, RFC("4954", "4"), "response");
    if (decoded && !cancelled)
        return 1;
    s->errors++;
    return smtp_say(s, RFC("4954", "4"), 501, cancelled ? "5.7.0" : "5.5.2",
                    cancelled ? "cancelled" : "that is no base64");
}

/* The dialogue, up to its verdict. 1: *verdict is it. 0: the reply was said. */
static int converse(struct smtp_session *s, struct sasl_server *sasl,
                    struct sasl_message *response, bool initial,
                    enum sasl_verdict *verdict)
{
    struct span word = {initial ? response->bytes : NULL, response->length};
    struct sasl_message challenge;
    char line[SASL_LINE_MAX];
    int result;

    for (;;) {
        *verdict = sasl_server_step(sasl, word, &challenge, NULL);
        if (*verdict != SASL_CHALLENGE)
            return 1;
        sasl_encode(line, sizeof(line),
                    (struct span){challenge.bytes, challenge.length});
        if ((result = smtp_say(s, RFC("4954", "4"), 334, "", "%s", line)) < 0 ||
            (result = hear_response(s, response)) <= 0)
            return result;
        word = (struct span){response->bytes, response->length};
    }
}

static int judge(struct smtp_session *s, const struct sasl_server *sasl,
                 enum sasl_verdict verdict)
{
    if (verdict == SASL_ACCEPTED) {
        snprintf(s->user, sizeof(s->user), "%s", sasl->user);
        return smtp_say(s, RFC("4954", "6"), 235, "2.7.0", "welcome");
    }
    if (verdict == SASL_BROKEN) {
        s->errors++;
        return smtp_say(s, RFC("4954", "4"), 501, "5.5.2",
                        "that is no word of this mechanism");
    }
    if (++s->logins_failed >= SMTP_LOGINS_MAX)
        return smtp_say(s, RFC("4954", "6"), 421, "4.7.0",
                        "too many log-ins failed: goodbye");
    return smtp_say(s, RFC("4954", "6"), 535, "5.7.8",
                    "the name or the password is wrong");
}

/* "PLAIN AGFsaWNl...", "PLAIN =", "LOGIN": the first word, and the second. */
static int read_mechanism(struct smtp_session *s,
                          enum sasl_mechanism *mechanism,
                          struct sasl_message *response, bool *initial)
{
    struct span name = s->argument, rest;
    const char *space =
        name.length > 0 ? memchr(name.data, ' ', name.length) : NULL;

    *initial = space != NULL;
    rest = (struct span){space ? space + 1 : NULL, 0};
    if (space) {
        rest.length = name.length - 1 - (size_t)(space - name.data);
        name.length = (size_t)(space - name.data);
    }
    response->length = 0;
    *mechanism = sasl_mechanism_find(name);
    if (*mechanism == SASL_NONE)
        return smtp_say(s, RFC("4954", "4"), 504, "5.5.4",
                        "no mechanism of ours");
    if (!may_offer(s, *mechanism))
        return smtp_say(s, RFC("4954", "6"), 538, "5.7.11",
                        "not in clear text: STARTTLS first");
    if (*initial && !span_equal(rest, SPAN("=")) &&
        !sasl_decode(response, rest))
        return smtp_say(s, RFC("4954", "4"), 501, "5.5.2", "no base64");
    return 1;
}

int smtp_act_auth(struct smtp_session *s)
{
    enum sasl_mechanism mechanism;
    enum sasl_verdict verdict;
    struct sasl_message response;
    struct sasl_server sasl;
    bool initial;
    int result;

    if (s->user[0] != '\0' || s->site->accounts.count == 0)
        return smtp_say(s, RFC("4954", "4"), s->user[0] ? 503 : 502, "5.5.1",
                        s->user[0] ? "you are logged in already"
                                   : "nobody has an account here");
    result = read_mechanism(s, &mechanism, &response, &initial);
    if (result != 1)
        return result;
    sasl_server_start(&sasl, mechanism, maildir_password, &s->site->accounts,
                      s->site->name);
    result = converse(s, &sasl, &response, initial, &verdict);
    if (result == 1)
        result = judge(s, &sasl, verdict);
    sasl_server_wipe(&sasl);
    explicit_bzero(&response, sizeof(response));
    return result;
}

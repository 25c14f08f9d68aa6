/* SPDX-License-Identifier: MIT */
/*
 * pop3_auth: a client says who it is, in one of three ways: AUTH, which carries
 * any mechanism of common/sasl.h (RFC 5034); APOP, a hash of the greeting's
 * timestamp and the password; USER and PASS, the password itself.
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/sasl.h"
#include "pop3/pop3_client.h"

/* A -ERR to a log-in: most mean a wrong password, but one in brackets may say
 * that the password was right and the maildrop is taken (RFC 2449 §8.1.2). */
static int judge(struct pop3_client *client)
{
    struct span code = client->reply.code;

    if (client->reply.status == POP3_OK) {
        pop3_client_enter(client, POP3_STATE_TRANSACTION,
                          "logged in; the maildrop is locked, and ours");
        return 0;
    }
    if (client->reply.status == POP3_CONTINUE)
        return error_set(client->setup.error, ERROR_PROTOCOL,
                         "the server asks for more after the last word of "
                         "the log-in (RFC 5034 §4)");
    return pop3_client_refused(
        client, code.length == 0 || span_equal_nocase(code, SPAN("AUTH"))
                    ? ERROR_AUTH
                    : ERROR_REFUSED);
}

/* ---- USER, PASS --------------------------------------------------------- */

/* NOTE(pop3-pass): name and password as they are. */
static int say_password(struct pop3_client *client, const char *password)
{
    struct conn *conn = client->conn;
    int result = pop3_client_may_say(client);

    if (result < 0)
        return result;
    client->outstanding++;
    if ((result = conn_say_begin(conn, RFC("1939", "7"), "PASS")) < 0 ||
        (result = conn_say_bytes(conn, "PASS ", 5)) < 0 ||
        (result = conn_say_secret(conn, password)) < 0 ||
        (result = conn_say_line(conn, "%s", "")) < 0)
        return result;
    return conn_say_end(conn);
}

/* A name may be refused before the password was said: then it is not. */
static int log_in_user(struct pop3_client *client, const struct login *login)
{
    int result =
        pop3_client_say(client, RFC("1939", "7"), "USER %s", login->user);

    if (result == 0)
        result = pop3_client_hear(client, RFC("1939", "7"), false);
    if (result < 0 || client->reply.status != POP3_OK)
        return result < 0 ? result : judge(client);
    if ((result = say_password(client, login->password)) == 0)
        result = pop3_client_hear(client, RFC("1939", "7"), false);
    return result < 0 ? result : judge(client);
}

/* ---- APOP --------------------------------------------------------------- */

bool pop3_apop_digest(const char *timestamp, const char *password, char hex[33])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool done = context && EVP_DigestInit_ex(context, EVP_md5(), NULL) &&
                EVP_DigestUpdate(context, timestamp, strlen(timestamp)) &&
                EVP_DigestUpdate(context, password, strlen(password)) &&
                EVP_DigestFinal_ex(context, bytes, &length);

    EVP_MD_CTX_free(context);
    for (unsigned i = 0; done && i < 16; i++)
        snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
    return done && length == 16;
}

/* The password stays at home, and a recorded log-in is of no use tomorrow; but
 * a listener can try passwords until the hash fits. */
static int log_in_apop(struct pop3_client *client, const struct login *login)
{
    char hex[33];
    int result;

    if (client->timestamp_forgotten)
        return error_set(client->setup.error, ERROR_INSECURE,
                         "the timestamp for APOP came before TLS, when anybody "
                         "could have said it: log in another way, or use "
                         "pop3s (RFC 1939 §7)");
    if (client->timestamp[0] == '\0')
        return error_set(client->setup.error, ERROR_AUTH,
                         "the greeting has no timestamp: this server has no "
                         "APOP (RFC 1939 §7)");
    if (!pop3_apop_digest(client->timestamp, login->password, hex))
        return error_set(client->setup.error, ERROR_LOCAL,
                         "MD5 is not to be had");
    result = pop3_client_say(client, RFC("1939", "7"), "APOP %s %s",
                             login->user, hex);
    if (result == 0)
        result = pop3_client_hear(client, RFC("1939", "7"), false);
    return result < 0 ? result : judge(client);
}

/* ---- AUTH --------------------------------------------------------------- */

/* The command, or a line of the exchange; what it carries is masked. */
static int say_word(struct pop3_client *client, const char *before,
                    const struct sasl_message *word)
{
    struct conn *conn = client->conn;
    char text[SASL_LINE_MAX] = "";
    struct span bytes = {word->bytes, word->length};
    int result = pop3_client_may_say(client);

    if (result < 0)
        return result;

    if (!sasl_encode(text, sizeof(text), bytes))
        return error_set(client->setup.error, ERROR_USAGE,
                         "the log-in is too long");
    /* An empty first word must be seen to be there (RFC 5034 §4). */
    if (before[0] != '\0' && word->length == 0)
        strcpy(text, "=");
    client->outstanding++;
    if ((result = conn_say_begin(conn, RFC("5034", "4"),
                                 before[0] ? "AUTH" : "response")) < 0 ||
        (result = conn_say_bytes(conn, before, strlen(before))) < 0 ||
        (result = word->secret
                      ? conn_say_secret(conn, text)
                      : conn_say_bytes(conn, text, strlen(text))) < 0 ||
        (result = conn_say_line(conn, "%s", "")) < 0)
        return result;
    explicit_bzero(text, sizeof(text));
    return conn_say_end(conn);
}

/* "AUTH PLAIN AGFkYQ==", if the client speaks first and the line is no longer
 * than a command may be; else the server asks for the first word with "+ ". */
static int say_auth(struct pop3_client *client, struct sasl_client *sasl)
{
    const char *name = sasl_mechanism_name(sasl->mechanism);
    struct sasl_message word;
    char before[64];
    int result;

    if (!sasl_client_begins(sasl))
        return pop3_client_say(client, RFC("5034", "4"), "AUTH %s", name);
    struct sasl_client kept = *sasl;
    if ((result =
             sasl_client_step(sasl, SPAN(""), &word, client->setup.error)) < 0)
        return result;
    snprintf(before, sizeof(before), "AUTH %s ", name);
    if (strlen(before) + (word.length + 2) / 3 * 4 + 2 > POP3_COMMAND_MAX) {
        *sasl = kept;
        result = pop3_client_say(client, RFC("5034", "4"), "AUTH %s", name);
    } else {
        result = say_word(client, before, &word);
    }
    sasl_client_wipe(&kept);
    explicit_bzero(&word, sizeof(word));
    return result;
}

/* We give up: "*" says so, and the server answers with -ERR. The reason is in
 * the error already. */
static int cancel(struct pop3_client *client, int result)
{
    client->outstanding++;
    if (conn_say(client->conn, RFC("5034", "4"), "*") == 0)
        pop3_client_hear(client, RFC("5034", "4"), false);
    return result;
}

static int answer_challenge(struct pop3_client *client,
                            struct sasl_client *sasl)
{
    struct sasl_message word;
    int result = sasl_client_answer(sasl, client->reply.text, &word,
                                    client->setup.error);

    result = result < 0 ? cancel(client, result) : say_word(client, "", &word);
    explicit_bzero(&word, sizeof(word));
    return result;
}

static int log_in_sasl(struct pop3_client *client, const struct login *login,
                       enum sasl_mechanism mechanism)
{
    struct error *error = client->setup.error;
    struct sasl_client sasl;
    int result = sasl_client_start(&sasl, mechanism, login->user,
                                   login->password, error);

    if (result == 0)
        result = say_auth(client, &sasl);
    while (result == 0 &&
           (result = pop3_client_hear(client, RFC("5034", "4"), false)) == 0 &&
           client->reply.status == POP3_CONTINUE)
        result = answer_challenge(client, &sasl);
    /* It says yes; with SCRAM it must have shown that it knows us, too. */
    if (result == 0 && client->reply.status == POP3_OK)
        result = sasl_client_end(&sasl, error);
    sasl_client_wipe(&sasl);
    return result < 0 ? result : judge(client);
}

/* ---- which of them ------------------------------------------------------ */

int pop3_client_log_in(struct pop3_client *client, const struct login *login,
                       const char *wanted, bool insecure_auth)
{
    unsigned offered = sasl_set_read(span_of(client->capabilities.mechanisms));
    enum sasl_mechanism mechanism = SASL_NONE;
    int result;

    if (!client->secure && !insecure_auth)
        return error_set(client->setup.error, ERROR_INSECURE,
                         "without TLS nobody logs in: use pop3s, or "
                         "--insecure-auth if all may read along (RFC 2595 "
                         "§2.3)");
    if (wanted && strcasecmp(wanted, "APOP") == 0)
        return log_in_apop(client, login);
    if (wanted && strcasecmp(wanted, "USER") == 0)
        return log_in_user(client, login);
    if (wanted || offered != 0) {
        result = sasl_choose(&mechanism, offered, wanted, client->secure,
                             insecure_auth, client->setup.error);
        return result < 0 ? result : log_in_sasl(client, login, mechanism);
    }
    return client->timestamp[0] ? log_in_apop(client, login)
                                : log_in_user(client, login);
}

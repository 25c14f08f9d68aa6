/* SPDX-License-Identifier: MIT */
/*
 * imap_log_in: a client says who it is: AUTHENTICATE with a mechanism of
 * common/sasl.h, or LOGIN with the password itself.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/sasl.h"
#include "imap/imap_client.h"

/* The tag has come. What was known may be different for those who are logged
 * in: an answer that does not tell makes it unknown. */
static int judge(struct imap_client *client, int result)
{
    if (result == -ERROR_REFUSED) {
        error_clear(client->setup.error);
        return imap_client_refused(client, ERROR_AUTH);
    }
    if (result < 0)
        return result;
    imap_client_enter(client, IMAP_STATE_AUTHENTICATED, "logged in");
    if (!imap_capabilities_take(client))
        memset(&client->capabilities, 0, sizeof(client->capabilities));
    return 0;
}

/* ---- LOGIN -------------------------------------------------------------- */

/* LOGINDISABLED is obeyed even where --insecure-auth allows more: the server
 * would refuse, and the password would be out. */
static int log_in_plain(struct imap_client *client, const struct login *login)
{
    int result;

    if (client->capabilities.login_disabled)
        return error_set(client->setup.error, ERROR_INSECURE,
                         "the server has LOGINDISABLED: it takes no password "
                         "on this connection (RFC 2595 §3.2)");
    if ((result = imap_say_begin(client, RFC("3501", "6.2.3"), "LOGIN")) < 0 ||
        (result = imap_say_string(client, login->user, false)) < 0 ||
        (result = imap_say_string(client, login->password, true)) < 0 ||
        (result = imap_say_end(client)) < 0)
        return client->deferred ? judge(client, result) : result;
    return judge(client, imap_client_finish(client, NULL));
}

/* ---- AUTHENTICATE ------------------------------------------------------- */

static int say_word(struct imap_client *client, const struct sasl_message *word)
{
    char text[SASL_LINE_MAX];
    int result = 0;

    if (!sasl_encode(text, sizeof(text),
                     (struct span){word->bytes, word->length}))
        return error_set(client->setup.error, ERROR_USAGE,
                         "the log-in is too long");
    result = word->secret ? conn_say_secret(client->conn, text)
                          : conn_say_bytes(client->conn, text, strlen(text));
    explicit_bzero(text, sizeof(text));
    return result;
}

static int say_response(struct imap_client *client,
                        const struct sasl_message *word)
{
    int result = conn_say_begin(client->conn, RFC("3501", "6.2.2"), "response");

    if (result == 0)
        result = say_word(client, word);
    return result < 0 ? result : imap_say_end(client);
}

/* The first word goes along where the server has SASL-IR, and it saves a round
 * trip (RFC 4959 §3). */
static int say_authenticate(struct imap_client *client,
                            struct sasl_client *sasl)
{
    struct sasl_message word;
    int result = imap_say_begin(client, RFC("3501", "6.2.2"), "AUTHENTICATE");

    if (result == 0)
        result = imap_say_words(client, sasl_mechanism_name(sasl->mechanism));
    if (result == 0 && client->capabilities.sasl_ir &&
        sasl_client_begins(sasl)) {
        result = sasl_client_step(sasl, SPAN(""), &word, client->setup.error);
        if (result == 0)
            result = imap_say_words(client, word.length == 0 ? "=" : "");
        if (result == 0)
            result = say_word(client, &word);
        explicit_bzero(&word, sizeof(word));
    }
    return result < 0 ? result : imap_say_end(client);
}

/* We give up: "*" says so, and the server answers with BAD. The reason is in
 * the error already. */
static int cancel(struct imap_client *client, int result)
{
    if (conn_say(client->conn, RFC("3501", "6.2.2"), "*") == 0)
        imap_client_finish(client, NULL);
    return result;
}

static int answer_challenge(struct imap_client *client,
                            struct sasl_client *sasl)
{
    struct sasl_message word;
    int result = sasl_client_answer(sasl, client->heard.text, &word,
                                    client->setup.error);

    result = result < 0 ? cancel(client, result) : say_response(client, &word);
    explicit_bzero(&word, sizeof(word));
    return result;
}

/* Challenges until the tag; status responses in between tell nothing here. */
static int exchange(struct imap_client *client, struct sasl_client *sasl)
{
    int result = 0;

    for (int words = 0; result == 0; words++) {
        if (words > IMAP_RESPONSES_MAX)
            return error_set(client->setup.error, ERROR_PROTOCOL,
                             "the log-in does not end");
        if ((result = imap_hear(client)) < 0 ||
            client->heard.kind == IMAP_HEARD_TAGGED)
            break;
        if (client->heard.kind == IMAP_HEARD_CONTINUE)
            result = answer_challenge(client, sasl);
    }
    if (result < 0 || client->heard.status == IMAP_OK)
        return result;
    return imap_client_refused(client, ERROR_REFUSED);
}

static int log_in_sasl(struct imap_client *client, const struct login *login,
                       enum sasl_mechanism mechanism)
{
    struct error *error = client->setup.error;
    struct sasl_client sasl;
    int result = sasl_client_start(&sasl, mechanism, login->user,
                                   login->password, error);

    if (result == 0)
        result = say_authenticate(client, &sasl);
    if (result == 0)
        result = exchange(client, &sasl);
    /* It says yes; with SCRAM it must have shown that it knows us, too. */
    if (result == 0)
        result = sasl_client_end(&sasl, error);
    sasl_client_wipe(&sasl);
    return judge(client, result);
}

/* ---- which of them ------------------------------------------------------ */

/* LOGIN is the command for all, and the mechanism of that name for servers that
 * have disabled it; what --auth LOGIN means is the command. */
int imap_client_log_in(struct imap_client *client, const struct login *login,
                       const char *wanted, bool insecure_auth)
{
    unsigned offered = client->capabilities.mechanisms;
    enum sasl_mechanism mechanism = SASL_NONE;
    int result;

    if (!client->secure && !insecure_auth)
        return error_set(client->setup.error, ERROR_INSECURE,
                         "without TLS nobody logs in: use imaps, or "
                         "--insecure-auth if all may read along (RFC 2595 "
                         "§2.3)");
    bool plain = wanted ? strcasecmp(wanted, "LOGIN") == 0 : offered == 0;
    if (plain && (!client->capabilities.login_disabled ||
                  !(offered & SASL_BIT(SASL_LOGIN))))
        return log_in_plain(client, login);
    result = sasl_choose(&mechanism, offered, wanted, client->secure,
                         insecure_auth, client->setup.error);
    return result < 0 ? result : log_in_sasl(client, login, mechanism);
}

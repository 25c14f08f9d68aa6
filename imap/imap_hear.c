/* SPDX-License-Identifier: MIT */
/*
 * imap_hear: one response, from its first word to its end. A status response
 * is short, and read at once; data may be as long as a mailbox, so whoever
 * wants it reads it token by token, and literals in pieces as they come. What
 * nobody wants is read all the same, for the next response stands behind it.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "common/sasl.h"
#include "imap/imap_client.h"

/* ---- tokens and literals ------------------------------------------------ */

/* More bytes, or the reason why there are none. */
static int fill(struct imap_client *client)
{
    if (!conn_at_end(client->conn))
        return conn_fill(client->conn);
    if (client->hung_up)
        return error_set(client->setup.error, ERROR_REFUSED,
                         "the server has said BYE and closed the connection");
    return error_set(client->setup.error, ERROR_PROTOCOL,
                     "the server closed the connection %s (RFC 3501 §7.1.5)",
                     client->literal_left > 0 ? "in the middle of a literal"
                     : client->inside         ? "in the middle of a response"
                                              : "without an answer");
}

/* Counts what was read of this response: literals are for their reader to
 * bound, all else is ours. */
static int count(struct imap_client *client, size_t used)
{
    conn_take(client->conn, used);
    client->octets += used;
    if (client->octets <= IMAP_RESPONSE_MAX)
        return 0;
    return error_set(client->setup.error, ERROR_PROTOCOL,
                     "a response of more than %d bytes does not end",
                     IMAP_RESPONSE_MAX);
}

/* The section that a kind of response is described in. */
static struct rfc section_of(const struct imap_response *heard)
{
    if (heard->kind == IMAP_HEARD_CONTINUE)
        return RFC("3501", "7.5");
    if (heard->kind != IMAP_HEARD_DATA)
        return RFC("3501", "7.1");
    if (!heard->numbered)
        return RFC("3501", "7.2");
    return strcmp(heard->word, "FETCH") == 0 ||
                   strcmp(heard->word, "EXPUNGE") == 0
               ? RFC("3501", "7.4")
               : RFC("3501", "7.3");
}

static void ended(struct imap_client *client)
{
    client->inside = false;
    client->octets = 0;
    memset(&client->lexer, 0, sizeof(client->lexer));
    conn_heard(client->conn, section_of(&client->heard), client->heard.word);
}

int imap_hear_token(struct imap_client *client, struct imap_token *token)
{
    struct error *error = client->setup.error;
    struct span piece;
    size_t used;
    int result;

    while (client->literal_left > 0)
        if ((result = imap_hear_literal(client, &piece)) < 0)
            return result;
    for (;;) {
        enum parse outcome = imap_token_read(
            &client->lexer, conn_view(client->conn), &used, token, error);
        if (outcome == PARSE_BROKEN)
            return -ERROR_PROTOCOL;
        if (outcome == PARSE_DONE)
            break;
        if ((result = fill(client)) < 0)
            return result;
    }
    if ((result = count(client, used)) < 0)
        return result;
    if (token->kind == IMAP_TOKEN_LITERAL && token->length > IMAP_LITERAL_MAX)
        return error_set(error, ERROR_PROTOCOL,
                         "a literal of %llu bytes: its length does not fit 32 "
                         "bits (RFC 3501 §9)",
                         (unsigned long long)token->length);
    if (token->kind == IMAP_TOKEN_LITERAL)
        client->literal_left = token->length;
    if (token->kind == IMAP_TOKEN_END)
        ended(client);
    return 0;
}

int imap_hear_literal(struct imap_client *client, struct span *piece)
{
    int result;

    *piece = conn_view(client->conn);
    while (client->literal_left > 0 && piece->length == 0) {
        if ((result = fill(client)) < 0)
            return result;
        *piece = conn_view(client->conn);
    }
    if (piece->length > client->literal_left)
        piece->length = (size_t)client->literal_left;
    conn_take(client->conn, piece->length);
    client->literal_left -= piece->length;
    return 0;
}

int imap_hear_past(struct imap_client *client, const struct imap_token *token)
{
    unsigned outside = client->lexer.depth;
    struct imap_token next;
    int result;

    /* The octets of a literal are skipped by whoever reads the next token. */
    if (token->kind != IMAP_TOKEN_OPEN)
        return 0;
    do
        result = imap_hear_token(client, &next);
    while (result == 0 && client->lexer.depth >= outside);
    return result;
}

int imap_hear_rest(struct imap_client *client)
{
    struct imap_token token;
    int result = 0;

    while (result == 0 && client->inside)
        result = imap_hear_token(client, &token);
    return result;
}

/* ---- the beginning ------------------------------------------------------ */

static const char *const statuses[] = {[IMAP_OK] = "OK",
                                       [IMAP_NO] = "NO",
                                       [IMAP_BAD] = "BAD",
                                       [IMAP_BYE] = "BYE",
                                       [IMAP_PREAUTH] = "PREAUTH"};

static bool find_status(struct imap_response *heard)
{
    for (int status = 0; status < IMAP_STATUSES; status++)
        if (strcmp(heard->word, statuses[status]) == 0) {
            heard->status = (enum imap_status)status;
            return true;
        }
    return false;
}

/* "[UIDNEXT 7] Predicted next UID": a code, then words for people. */
static void part_text(struct imap_response *heard, struct span text)
{
    const char *end = text.length > 0 && text.data[0] == '['
                          ? memchr(text.data, ']', text.length)
                          : NULL;
    size_t length = end ? (size_t)(end - text.data) : 0;

    heard->text = text;
    heard->code = (struct span){NULL, 0};
    if (!end)
        return;
    heard->code = (struct span){text.data + 1, length - 1};
    heard->text = span_trim(
        (struct span){text.data + length + 1, text.length - length - 1});
}

/* The text to the end of the line, kept where later responses don't reach. */
static int hear_text(struct imap_client *client)
{
    struct span text;
    size_t used;
    int result;

    for (;;) {
        enum parse outcome =
            imap_text_read(&client->lexer, conn_view(client->conn), &used,
                           &text, client->setup.error);
        if (outcome == PARSE_BROKEN)
            return -ERROR_PROTOCOL;
        if (outcome == PARSE_DONE)
            break;
        if ((result = fill(client)) < 0)
            return result;
    }
    if (text.length >= sizeof(client->line))
        return error_set(client->setup.error, ERROR_PROTOCOL,
                         "a status response of more than %d bytes",
                         IMAP_TEXT_MAX);
    if (text.length > 0)
        memcpy(client->line, text.data, text.length);
    part_text(&client->heard, (struct span){client->line, text.length});
    result = count(client, used);
    ended(client);
    return result;
}

static int no_response(struct imap_client *client,
                       const struct imap_token *token, const char *rule)
{
    error_set_peer(client->setup.error, token->text.data, token->text.length);
    return error_set(client->setup.error, ERROR_PROTOCOL, "%s", rule);
}

/* In capitals, so that whoever looks for a word finds it however the server
 * writes it. */
static int hear_word(struct imap_client *client, struct imap_token *token)
{
    struct imap_response *heard = &client->heard;
    int result = imap_hear_token(client, token);

    if (result < 0)
        return result;
    if (token->kind != IMAP_TOKEN_ATOM ||
        token->text.length >= sizeof(heard->word))
        return no_response(client, token,
                           "a response begins with no word (RFC 3501 §7)");
    for (size_t i = 0; i < token->text.length; i++)
        heard->word[i] = (char)toupper((unsigned char)token->text.data[i]);
    heard->word[token->text.length] = '\0';
    return 0;
}

/* "* 23 EXISTS": the number has been read, the word comes. How many messages
 * the mailbox has is counted here, whoever listens. */
static int hear_numbered(struct imap_client *client, struct imap_token *token,
                         uint64_t number)
{
    struct imap_response *heard = &client->heard;
    int result;

    if (number > UINT32_MAX)
        return no_response(client, token,
                           "a number of more than 32 bits (RFC 3501 §9)");
    heard->numbered = true;
    heard->number = (uint32_t)number;
    if ((result = hear_word(client, token)) < 0)
        return result;
    if (strcmp(heard->word, "EXISTS") == 0)
        client->exists = heard->number;
    else if (strcmp(heard->word, "EXPUNGE") == 0 && client->exists > 0)
        client->exists--;
    return 0;
}

/* After "*": a number and a word, or a word. */
static int hear_untagged(struct imap_client *client)
{
    struct imap_response *heard = &client->heard;
    struct imap_token token;
    uint64_t number;
    int result = hear_word(client, &token);

    heard->kind = IMAP_HEARD_DATA;
    if (result < 0)
        return result;
    if (imap_token_number(&token, &number))
        return hear_numbered(client, &token, number);
    if (!find_status(heard))
        return 0;
    heard->kind = IMAP_HEARD_STATUS;
    result = hear_text(client);
    if (result == 0 && heard->status == IMAP_BYE) {
        client->hung_up = true;
        error_set_peer(client->setup.error, heard->text.data,
                       heard->text.length);
    }
    return result;
}

/* Our tag, and no other: an answer to what we did not ask answers nothing. */
static int hear_tagged(struct imap_client *client)
{
    struct imap_token token;
    int result = hear_word(client, &token);

    client->heard.kind = IMAP_HEARD_TAGGED;
    if (result < 0)
        return result;
    if (!find_status(&client->heard) || client->heard.status > IMAP_BAD)
        return no_response(client, &token,
                           "a tag is followed by OK, NO or BAD (RFC 3501 "
                           "§7.1)");
    return hear_text(client);
}

int imap_hear(struct imap_client *client)
{
    struct imap_token token;
    int result = imap_hear_rest(client);

    memset(&client->heard, 0, sizeof(client->heard));
    if (result < 0)
        return result;
    client->inside = false;
    if ((result = imap_hear_token(client, &token)) < 0)
        return result;
    client->inside = true;
    if (token.spaced || token.kind != IMAP_TOKEN_ATOM)
        return no_response(client, &token,
                           "a response begins with no tag, nor with * or + "
                           "(RFC 3501 §2.2.2)");
    if (span_equal(token.text, SPAN("*")))
        return hear_untagged(client);
    if (span_equal(token.text, SPAN("+"))) {
        client->heard.kind = IMAP_HEARD_CONTINUE;
        strcpy(client->heard.word, "+");
        return hear_text(client);
    }
    if (!span_equal(token.text, span_of(client->tag)))
        return no_response(client, &token,
                           "an answer to a command that was not said (RFC "
                           "3501 §2.2.1)");
    return hear_tagged(client);
}

/* ---- capabilities ------------------------------------------------------- */

static void capability_read(struct imap_capabilities *capabilities,
                            struct span word)
{
    const struct {
        const char *name;
        bool *there;
    } table[] = {{"STARTTLS", &capabilities->starttls},
                 {"LOGINDISABLED", &capabilities->login_disabled},
                 {"SASL-IR", &capabilities->sasl_ir},
                 {"LITERAL+", &capabilities->literal_plus},
                 {"LITERAL-", &capabilities->literal_minus},
                 {"IDLE", &capabilities->idle},
                 {"MOVE", &capabilities->move},
                 {"UIDPLUS", &capabilities->uidplus}};

    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
        if (span_equal_nocase(word, span_of(table[i].name)))
            *table[i].there = true;
    if (word.length > 5 &&
        span_equal_nocase((struct span){word.data, 5}, SPAN("AUTH=")))
        capabilities->mechanisms |=
            sasl_set_read((struct span){word.data + 5, word.length - 5});
}

void imap_capabilities_read(struct imap_capabilities *capabilities,
                            struct span words)
{
    capabilities->known = true;
    while (words.length > 0) {
        const char *end = memchr(words.data, ' ', words.length);
        size_t length = end ? (size_t)(end - words.data) : words.length;

        capability_read(capabilities, (struct span){words.data, length});
        length += end != NULL;
        words = (struct span){words.data + length, words.length - length};
    }
}

bool imap_capabilities_take(struct imap_client *client)
{
    static const char keyword[] = "CAPABILITY ";
    struct span code = client->heard.code;
    size_t length = sizeof(keyword) - 1;

    if (code.length < length ||
        !span_equal_nocase((struct span){code.data, length}, span_of(keyword)))
        return false;
    memset(&client->capabilities, 0, sizeof(client->capabilities));
    imap_capabilities_read(
        &client->capabilities,
        (struct span){code.data + length, code.length - length});
    return true;
}

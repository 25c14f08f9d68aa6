/* SPDX-License-Identifier: MIT */
/*
 * imap_tell: responses as lines for people. The tokens are written down as they
 * came, but a literal in quotes, a mailbox's name in UTF-8, and what could move
 * a terminal's cursor escaped.
 */
#include <stdio.h>
#include <string.h>

#include "imap/imap_client.h"

enum { PIECE = 1024 };

static int put(struct imap_client *client, struct imap_tell *tell,
               const char *text)
{
    return save_write(tell->save, text, strlen(text), client->setup.error);
}

/* Text that a peer sent, in pieces: a literal may be long. A backslash is part
 * of every flag, so it stays one. */
static int put_escaped(struct imap_client *client, struct imap_tell *tell,
                       struct span text)
{
    char escaped[4 * PIECE + 4];
    int result = 0;

    while (result == 0 && text.length > 0) {
        size_t length = text.length < PIECE ? text.length : PIECE;
        const char *slash = memchr(text.data, '\\', length);

        if (slash)
            length = (size_t)(slash - text.data);
        text_escape(escaped, sizeof(escaped), (struct span){text.data, length});
        if (slash)
            strcat(escaped, "\\");
        result = put(client, tell, escaped);
        length += slash != NULL;
        text = (struct span){text.data + length, text.length - length};
    }
    return result;
}

static int put_literal(struct imap_client *client, struct imap_tell *tell)
{
    struct span piece;
    int result = put(client, tell, "\"");

    while (result == 0 && (result = imap_hear_literal(client, &piece)) == 0 &&
           piece.length > 0)
        result = put_escaped(client, tell, piece);
    return result < 0 ? result : put(client, tell, "\"");
}

/* Outside of parentheses LIST and STATUS have names of mailboxes. */
static int put_word(struct imap_client *client, struct imap_tell *tell,
                    const struct imap_token *token)
{
    char name[IMAP_MAILBOX_MAX], utf8[IMAP_MAILBOX_MAX];
    bool named = client->lexer.depth == 0 &&
                 memchr(token->text.data, '&', token->text.length) &&
                 imap_token_copy(token, name, sizeof(name)) &&
                 imap_utf7_to_utf8(utf8, sizeof(utf8), span_of(name));
    bool quoted = token->kind == IMAP_TOKEN_QUOTED;
    int result = quoted ? put(client, tell, "\"") : 0;

    if (result == 0)
        result = put_escaped(client, tell, named ? span_of(utf8) : token->text);
    return result == 0 && quoted ? put(client, tell, "\"") : result;
}

/* The first one has no blank before it: what stood there was not printed. */
static int put_token(struct imap_client *client, struct imap_tell *tell,
                     const struct imap_token *token, bool first)
{
    int result = 0;

    if (token->spaced && !first)
        result = put(client, tell, " ");
    if (result < 0)
        return result;
    switch (token->kind) {
    case IMAP_TOKEN_OPEN:
        return put(client, tell, "(");
    case IMAP_TOKEN_CLOSE:
        return put(client, tell, ")");
    case IMAP_TOKEN_LITERAL:
        return put_literal(client, tell);
    case IMAP_TOKEN_END:
        return 0;
    default:
        return put_word(client, tell, token);
    }
}

static int end_line(struct imap_client *client, struct imap_tell *tell)
{
    int result = put(client, tell, "\n");

    tell->told++;
    if (result == 0 && tell->flush)
        result = save_flush(tell->save, client->setup.error);
    return result;
}

int imap_tell_code(struct imap_tell *tell, struct imap_client *client)
{
    int result;

    if (client->heard.code.length == 0)
        return 0;
    result = put_escaped(client, tell, client->heard.code);
    return result < 0 ? result : end_line(client, tell);
}

int imap_tell_status(struct imap_tell *tell, struct imap_client *client)
{
    struct span line = {client->line, strlen(client->line)};
    int result = put(client, tell, client->heard.word);

    line.length = client->heard.text.data
                      ? (size_t)(client->heard.text.data - client->line) +
                            client->heard.text.length
                      : 0;
    if (result == 0)
        result = put(client, tell, " ");
    if (result == 0)
        result = put_escaped(client, tell, line);
    return result < 0 ? result : end_line(client, tell);
}

int imap_tell_heard(void *context, struct imap_client *client,
                    const struct imap_response *response)
{
    struct imap_tell *tell = context;
    struct imap_token token;
    char start[64] = "";
    int result;

    if (tell->word && strcmp(tell->word, response->word) != 0)
        return 0;
    if (response->kind == IMAP_HEARD_STATUS)
        return tell->word ? imap_tell_code(tell, client)
                          : imap_tell_status(tell, client);
    if (response->numbered)
        snprintf(start, sizeof(start), "%u", response->number);
    if (!tell->word)
        snprintf(start + strlen(start), sizeof(start) - strlen(start), "%s%s",
                 response->numbered ? " " : "", response->word);
    bool first = start[0] == '\0';
    if ((result = put(client, tell, start)) < 0)
        return result;
    while (result == 0 && client->inside &&
           (result = imap_hear_token(client, &token)) == 0) {
        result = put_token(client, tell, &token, first);
        first = false;
    }
    return result < 0 ? result : end_line(client, tell);
}

/* SPDX-License-Identifier: MIT */
/*
 * imap_get: the octets of one section of each message, and nothing else. One
 * FETCH asks for all of them; each literal goes to its file as it comes, so
 * that a message may be larger than our memory.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/progress.h"
#include "imap/imap_client.h"

/* ---- which items are one section ---------------------------------------- */

/* BODY[...], BODY.PEEK[...], and what they were called before (RFC 3501
 * §6.4.5); RFC822.SIZE is a number. */
static bool begins_section(struct span name)
{
    static const char *const whole[] = {"RFC822", "RFC822.HEADER",
                                        "RFC822.TEXT"};
    static const char *const open[] = {"BODY[", "BODY.PEEK["};

    for (size_t i = 0; i < sizeof(whole) / sizeof(*whole); i++)
        if (span_equal_nocase(name, span_of(whole[i])))
            return true;
    for (size_t i = 0; i < sizeof(open) / sizeof(*open); i++)
        if (name.length >= strlen(open[i]) &&
            strncasecmp(name.data, open[i], strlen(open[i])) == 0)
            return true;
    return false;
}

bool imap_get_is_for(const char *items)
{
    struct span text = span_trim(span_of(items));
    const char *end;

    if (text.length > 1 && text.data[0] == '(' &&
        text.data[text.length - 1] == ')')
        text = span_trim((struct span){text.data + 1, text.length - 2});
    if (!begins_section(text))
        return false;
    end = memchr(text.data, ']', text.length);
    if (!end)
        return memchr(text.data, '[', text.length) == NULL;
    /* Behind the bracket stands a "<0.100>", or nothing. */
    end++;
    size_t rest = text.length - (size_t)(end - text.data);
    return rest == 0 ||
           (end[0] == '<' && memchr(end, '>', rest) == end + rest - 1);
}

/* ---- the octets --------------------------------------------------------- */

struct getting {
    struct imap_get *get;
    struct progress progress;
};

/* To the file as it comes: a message may be larger than our memory. */
static int keep_literal(struct imap_client *client, struct getting *getting)
{
    struct imap_get *get = getting->get;
    struct span piece;
    int result;

    while ((result = imap_hear_literal(client, &piece)) == 0 &&
           piece.length > 0) {
        get->octets += piece.length;
        progress_step(&getting->progress, get->octets);
        if ((result = save_write(get->save, piece.data, piece.length,
                                 client->setup.error)) < 0)
            return result;
    }
    return result;
}

/* A short section may come in quotes; then a backslash stands before some of
 * its octets. */
static int keep_quoted(struct imap_client *client, struct imap_get *get,
                       const struct imap_token *token)
{
    struct span text = token->text;
    int result = 0;

    for (size_t i = 0; i < text.length && result == 0; i++) {
        if (token->escaped && text.data[i] == '\\')
            i++;
        get->octets++;
        result = save_write(get->save, text.data + i, 1, client->setup.error);
    }
    return result;
}

/* The value of the section of message `number`: NIL is one that it has not. */
static int keep(struct imap_client *client, struct getting *getting,
                uint32_t number)
{
    struct imap_get *get = getting->get;
    struct error *error = client->setup.error;
    struct imap_token token;
    char name[32];
    int result = imap_hear_token(client, &token);

    if (result < 0)
        return result;
    if (get->got++ >= client->exists)
        return error_set(error, ERROR_PROTOCOL,
                         "the server sends more messages than the mailbox has "
                         "(%u)",
                         client->exists);
    snprintf(name, sizeof(name), "%05u.eml", number);
    if ((result = save_begin(get->save, name, error)) < 0)
        return result;
    if (token.kind == IMAP_TOKEN_LITERAL)
        result = keep_literal(client, getting);
    else if (token.kind == IMAP_TOKEN_QUOTED)
        result = keep_quoted(client, get, &token);
    else if (!imap_token_is(&token, "NIL"))
        result = error_set(error, ERROR_PROTOCOL,
                           "a section is neither a string nor NIL (RFC 3501 "
                           "§7.4.2)");
    return result < 0 ? result : save_end(get->save, error);
}

/* "BODY[HEADER.FIELDS (DATE)]<0>" are several tokens: the rest of the name, up
 * to the one that closes the bracket. */
static int hear_name(struct imap_client *client, const struct imap_token *first)
{
    struct imap_token token;
    int result = 0;

    if (!memchr(first->text.data, '[', first->text.length) ||
        memchr(first->text.data, ']', first->text.length))
        return 0;
    do
        result = imap_hear_token(client, &token);
    while (result == 0 && client->inside &&
           !(token.kind == IMAP_TOKEN_ATOM && token.text.data[0] == ']'));
    return result;
}

/* "(UID 7 BODY[] {42}...": names and values in turn. */
static int hear_item(struct imap_client *client, struct getting *getting,
                     const struct imap_token *name, uint32_t number)
{
    bool section = begins_section(name->text);
    struct imap_token token;
    int result = hear_name(client, name);

    if (result < 0)
        return result;
    if (section)
        return keep(client, getting, number);
    if ((result = imap_hear_token(client, &token)) < 0)
        return result;
    if (token.kind == IMAP_TOKEN_CLOSE || token.kind == IMAP_TOKEN_END)
        return error_set(client->setup.error, ERROR_PROTOCOL,
                         "an item of FETCH has no value (RFC 3501 §7.4.2)");
    return imap_hear_past(client, &token);
}

static int heard(void *context, struct imap_client *client,
                 const struct imap_response *response)
{
    struct getting *getting = context;
    struct imap_token token;
    uint32_t number = response->number;
    int result;

    if (response->kind != IMAP_HEARD_DATA ||
        strcmp(response->word, "FETCH") != 0)
        return 0;
    if ((result = imap_hear_token(client, &token)) < 0)
        return result;
    while (client->inside && token.kind != IMAP_TOKEN_CLOSE) {
        if ((result = imap_hear_token(client, &token)) < 0)
            return result;
        if (token.kind == IMAP_TOKEN_ATOM &&
            (result = hear_item(client, getting, &token, number)) < 0)
            return result;
    }
    return 0;
}

int imap_get(struct imap_client *client, bool uid, const char *set,
             const char *items, struct imap_get *get)
{
    struct getting getting = {.get = get};
    const struct imap_listener listener = {heard, &getting};
    int result;

    progress_start(&getting.progress, get->progress, 0);
    result = imap_client_ask(client, &listener, RFC("3501", "6.4.5"),
                             "%sFETCH %s %s", uid ? "UID " : "", set, items);
    progress_end(&getting.progress);
    if (result == 0 && get->got == 0)
        result = error_set(client->setup.error, ERROR_REFUSED,
                           "there is no such message");
    return result < 0 ? result : save_finish(get->save, client->setup.error);
}

/* SPDX-License-Identifier: MIT */
/*
 * imap_command: a command is heard, word by word, until its line ends.
 *
 * A literal interrupts the line: the client says how long it is and waits for
 * "+" (RFC 3501 §7.5), or does not wait if it is short (RFC 7888 §5). Those of
 * a command's words are kept in memory, which is bounded; the message of an
 * APPEND is left to the act, which writes it to disk as it comes.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "imap/imap_server.h"

/* ---- the event ---------------------------------------------------------- */

/* The verb is the second word, or the third after UID. */
static struct span verb_of(const struct imap_command *c)
{
    size_t at = c->count > 2 && span_equal_nocase(c->words[1].text, SPAN("UID"))
                    ? 2
                    : 1;

    return c->count > at ? c->words[at].text : (struct span){"", 0};
}

void imap_command_heard(struct imap_session *s)
{
    if (conn_heard_length(s->conn) > 0)
        conn_heard(s->conn, imap_verb_rfc(verb_of(&s->command)),
                   s->command.name[0] ? s->command.name : "command");
}

/* "FETCH", or "UID FETCH". */
static void name_event(struct imap_command *c)
{
    size_t at = 0;

    for (size_t i = 1; i < c->count && i < 3; i++) {
        if (i == 2 && !span_equal_nocase(c->words[1].text, SPAN("UID")))
            break;
        if (i == 2)
            c->name[at++] = ' ';
        for (size_t j = 0; j < c->words[i].text.length && j < 14; j++)
            c->name[at++] =
                (char)toupper((unsigned char)c->words[i].text.data[j]);
    }
    c->name[at] = '\0';
}

/* ---- keeping words ------------------------------------------------------ */

static int refuse(struct imap_command *c, const char *why)
{
    c->broken = true;
    c->refusal = why;
    return 0;
}

/* NOTE(imap-mask): what no trace may show is masked as it is heard, before
 * anybody has looked at the command as a whole. */
static bool is_secret(const struct imap_command *c)
{
    static const struct {
        const char *verb;
        size_t place;
    } secrets[] = {{"LOGIN", 3}, {"AUTHENTICATE", 3}};

    for (size_t i = 0; i < sizeof(secrets) / sizeof(*secrets); i++)
        if (c->count == secrets[i].place &&
            span_equal_nocase(c->words[1].text, span_of(secrets[i].verb)))
            return true;
    return false;
}

static bool keep(struct imap_command *c, const struct imap_token *token,
                 struct span text)
{
    struct imap_word *word = &c->words[c->count];

    if (c->count == IMAP_WORDS_MAX ||
        text.length + 1 > IMAP_COMMAND_MAX - c->length)
        return false;
    *word = (struct imap_word){.kind = token->kind, .spaced = token->spaced};
    word->text.data = c->bytes + c->length;
    word->text.length = text.length;
    if (token->kind == IMAP_TOKEN_QUOTED) {
        imap_token_copy(token, c->bytes + c->length, text.length + 1);
        word->text.length = strlen(c->bytes + c->length);
    } else if (text.length > 0) {
        memcpy(c->bytes + c->length, text.data, text.length);
    }
    c->length += text.length + 1;
    c->count++;
    return true;
}

/* ---- literals ----------------------------------------------------------- */

int imap_say_continue(struct imap_session *s, const char *text)
{
    int result;

    imap_command_heard(s);
    result = conn_say(s->conn, RFC("3501", "7.5"), "+ %s", text);
    return result < 0 ? result : conn_flush(s->conn);
}

/* APPEND's last argument, after the mailbox at least. */
static bool is_message(const struct imap_command *c)
{
    return c->count >= 3 &&
           span_equal_nocase(c->words[1].text, SPAN("APPEND")) &&
           c->lexer.depth == 0;
}

/* Octets of a literal, into the command. */
static int take_literal(struct imap_session *s, const struct imap_token *token)
{
    struct imap_command *c = &s->command;
    bool secret = is_secret(c);
    size_t left = (size_t)token->length;
    int result;

    if (!keep(c, token, (struct span){NULL, 0}))
        return refuse(c, "too many words");
    struct imap_word *word = &c->words[c->count - 1];

    /* The NUL of the empty word that was kept makes way; another one follows
     * the octets. */
    c->length--;
    while (left > 0) {
        struct span view = conn_view(s->conn);
        size_t length = view.length < left ? view.length : left;

        if (secret)
            conn_mask(s->conn, conn_heard_length(s->conn), length);
        memcpy(c->bytes + c->length, view.data, length);
        conn_take(s->conn, length);
        c->length += length;
        left -= length;
        if (left > 0 && (result = conn_fill(s->conn)) < 0)
            return result;
    }
    word->text.length = (size_t)token->length;
    c->bytes[c->length++] = '\0';
    return 0;
}

/* NOTE(imap-unasked-literal): a client that does not wait has sent the octets
 * already. Where we don't take them nobody knows what they are, so the
 * conversation ends. One that waits needs no more than an answer. */
static int hear_literal(struct imap_session *s, const struct imap_token *token)
{
    struct imap_command *c = &s->command;
    bool fits = token->length < IMAP_COMMAND_MAX - c->length;
    int result;

    if (!token->synchronizing &&
        (token->length > IMAP_LITERAL_MINUS_MAX || !fits || c->broken)) {
        imap_command_heard(s);
        imap_say_bye(s, "A literal of more than 4096 octets must wait for our "
                        "word (LITERAL-)");
        imap_session_enter(s, IMAP_STATE_LOGOUT, "a literal that did not wait");
        return error_set(s->error, ERROR_PROTOCOL,
                         "the client sent a literal of %llu octets unasked "
                         "(RFC 7888 §5)",
                         (unsigned long long)token->length);
    }
    if (is_message(c) && !c->broken) {
        c->message = token->length;
        c->message_waits = token->synchronizing;
        return 1;
    }
    if (!fits)
        refuse(c, "That literal is too long");
    if (c->broken)
        return 1;
    if (token->synchronizing && (result = imap_say_continue(s, "Go on")) < 0)
        return result;
    return take_literal(s, token);
}

/* ---- the line ----------------------------------------------------------- */

/* What we can't read goes on to CR LF. Where an LF stands alone before that,
 * one of us would take what is behind it for another command, and the other for
 * more of this one. */
static int skip_line(struct imap_session *s)
{
    size_t skipped = 0;
    char last = '\0';

    for (;;) {
        struct span view = conn_view(s->conn);
        const char *lf = memchr(view.data, '\n', view.length);
        size_t length = lf ? (size_t)(lf - view.data) + 1 : view.length;
        int result;

        if (lf != NULL && (length > 1 ? lf[-1] : last) != '\r')
            return imap_session_hang_up(
                s, "a line that ends in LF alone, not in CR LF");
        if (length > 0)
            last = view.data[length - 1];
        conn_mask(s->conn, conn_heard_length(s->conn), length);
        conn_take(s->conn, length);
        skipped += length;
        if (lf != NULL || conn_at_end(s->conn))
            return 1;
        if (skipped > IMAP_SKIP_MAX)
            return imap_session_hang_up(s, "a line without an end");
        if ((result = conn_fill(s->conn)) < 0)
            return result;
    }
}

/* One token. 1: the command is whole, or given up. 0: there is more of it. */
static int take_token(struct imap_session *s, const struct imap_token *token,
                      size_t used)
{
    struct imap_command *c = &s->command;
    uint64_t start = conn_heard_length(s->conn);

    if (token->kind != IMAP_TOKEN_END && token->text.data && is_secret(c))
        conn_mask(s->conn,
                  (size_t)start +
                      (size_t)(token->text.data - conn_view(s->conn).data),
                  token->text.length);
    if (token->kind != IMAP_TOKEN_END && token->kind != IMAP_TOKEN_LITERAL &&
        !keep(c, token, token->text))
        refuse(c, "The command is too long");
    conn_take(s->conn, used);
    if (c->count <= 3)
        name_event(c);
    if (token->kind == IMAP_TOKEN_LITERAL)
        return hear_literal(s, token);
    return token->kind == IMAP_TOKEN_END;
}

static int hear(struct imap_session *s)
{
    struct imap_command *c = &s->command;
    struct imap_token token;
    int result = 0;
    size_t used;

    while (result == 0) {
        enum parse outcome = imap_token_read(&c->lexer, conn_view(s->conn),
                                             &used, &token, &s->trouble);

        if (outcome == PARSE_DONE) {
            result = take_token(s, &token, used);
        } else if (outcome == PARSE_BROKEN) {
            refuse(c, s->trouble.text);
            result = skip_line(s);
        } else if (conn_at_end(s->conn)) {
            break;
        } else {
            result = conn_fill(s->conn);
        }
    }
    return result;
}

/* Waits for the first octet of a command. RFC 3501 §5.4: who is silent for long
 * is logged out, and is told so. 1: there is one, or the end. */
static int await_command(struct imap_session *s)
{
    int64_t ms = s->site->idle_ms ? s->site->idle_ms : IMAP_AUTOLOGOUT_MS;
    int result = 0;

    conn_set_idle_timeout(s->conn, ms + IMAP_COMMAND_MS);
    if (conn_view(s->conn).length == 0 && !conn_at_end(s->conn))
        result = conn_fill_within(s->conn, ms);
    conn_set_idle_timeout(s->conn, IMAP_COMMAND_MS);
    if (result <= 0)
        return result < 0 ? result : 1;
    imap_session_enter(s, IMAP_STATE_LOGOUT, "nothing said for too long");
    return imap_say_bye(s, "Nothing said for too long");
}

int imap_command_hear(struct imap_session *s)
{
    struct imap_command *c = &s->command;
    int result;

    c->count = c->next = c->length = 0;
    c->lexer = (struct imap_lexer){0};
    c->broken = c->uid = c->message_waits = false;
    c->message = UINT64_MAX;
    c->refusal = NULL;
    c->name[0] = '\0';
    error_clear(&s->trouble);
    if ((result = await_command(s)) <= 0)
        return result;
    result = hear(s);
    /* A message is still to come: the event ends with it, unless the client
     * waits for our word. */
    if (c->message == UINT64_MAX)
        imap_command_heard(s);
    return result;
}

int imap_command_hear_rest(struct imap_session *s)
{
    int result = hear(s);

    imap_command_heard(s);
    return result;
}

/* ---- reading words ------------------------------------------------------ */

const struct imap_word *imap_word_peek(const struct imap_command *c)
{
    return c->next < c->count ? &c->words[c->next] : NULL;
}

const struct imap_word *imap_word_take(struct imap_command *c)
{
    const struct imap_word *word = imap_word_peek(c);

    if (word)
        c->next++;
    return word;
}

bool imap_command_ended(const struct imap_command *c)
{
    return c->next == c->count;
}

bool imap_take_kind(struct imap_command *c, enum imap_token_kind kind)
{
    const struct imap_word *word = imap_word_peek(c);

    if (word == NULL || word->kind != kind)
        return false;
    c->next++;
    return true;
}

bool imap_take_atom(struct imap_command *c, struct span *text)
{
    const struct imap_word *word = imap_word_peek(c);

    if (word == NULL || word->kind != IMAP_TOKEN_ATOM)
        return false;
    *text = word->text;
    c->next++;
    return true;
}

bool imap_take_astring(struct imap_command *c, struct span *text)
{
    const struct imap_word *word = imap_word_peek(c);

    if (word == NULL || word->kind > IMAP_TOKEN_LITERAL)
        return false;
    if (word->kind == IMAP_TOKEN_ATOM)
        for (size_t i = 0; i < word->text.length; i++)
            if (strchr("%*\\", word->text.data[i]))
                return false;
    *text = word->text;
    c->next++;
    return true;
}

bool imap_take_word(struct imap_command *c, const char *wanted)
{
    const struct imap_word *word = imap_word_peek(c);

    if (word == NULL || word->kind != IMAP_TOKEN_ATOM ||
        !span_equal_nocase(word->text, span_of(wanted)))
        return false;
    c->next++;
    return true;
}

bool imap_take_number(struct imap_command *c, uint64_t *number)
{
    const struct imap_word *word = imap_word_peek(c);

    if (word == NULL || word->kind != IMAP_TOKEN_ATOM ||
        !text_to_u64(word->text, UINT32_MAX, number))
        return false;
    c->next++;
    return true;
}

bool imap_take_set(struct imap_session *s, bool uid, struct imap_set *set)
{
    const struct imap_view *view = &s->view;
    uint32_t last = view->count == 0 ? 0 : view->list[view->count - 1].uid;
    struct span text;

    *set = (struct imap_set){0};
    if (!imap_take_atom(&s->command, &text) ||
        imap_set_read(set, text, uid ? last : (uint32_t)view->count,
                      &s->trouble) < 0)
        return false;
    /* RFC 3501 §9: a number that no message has is a mistake; a UID is not. */
    return uid ||
           (set->count > 0 && set->ranges[set->count - 1].last <= view->count);
}

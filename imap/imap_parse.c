/* SPDX-License-Identifier: MIT */
/*
 * imap_parse: bytes to tokens, for commands and for responses.
 *
 * IMAP's grammar is made of few kinds of words; what a word means depends on
 * where it stands. So the tokenizer tells words apart by their first octet and
 * their end, and leaves the meaning to who asked for them. It is exact about
 * literals: "{42}" CR LF is a token, and the 42 octets after it are not looked
 * at, whatever stands in them (RFC 3501 §4.3).
 */
#include <string.h>

#include "imap/imap.h"

const char *imap_state_name(enum imap_state state)
{
    static const char *const names[] = {
        [IMAP_STATE_CLOSED] = "CLOSED",
        [IMAP_STATE_NOT_AUTHENTICATED] = "NOT AUTHENTICATED",
        [IMAP_STATE_AUTHENTICATED] = "AUTHENTICATED",
        [IMAP_STATE_SELECTED] = "SELECTED",
        [IMAP_STATE_LOGOUT] = "LOGOUT"};
    _Static_assert(sizeof(names) / sizeof(*names) == IMAP_STATES,
                   "a name a state");

    return names[state];
}

/* ---- what the readers have in common ------------------------------------ */

static enum parse broken(struct error *error, struct span input, size_t at,
                         const char *why)
{
    size_t from = at > 20 ? at - 20 : 0;
    size_t length = input.length - from;

    error_set(error, ERROR_PROTOCOL, "%s", why);
    error_set_peer(error, input.data + from, length < 60 ? length : 60);
    return PARSE_BROKEN;
}

/* A token is not whole yet. Most of them are short: one that grows beyond all
 * measure is no token. */
static enum parse more(struct imap_lexer *lexer, struct span input,
                       size_t scanned, struct error *error)
{
    lexer->scanned = scanned;
    if (input.length > IMAP_TOKEN_MAX)
        return broken(error, input, 0,
                      "a word or quoted string is longer than IMAP_TOKEN_MAX "
                      "octets: such travel as literals (RFC 3501 §4.3)");
    return PARSE_MORE;
}

static enum parse done(struct imap_lexer *lexer, size_t *used, size_t at)
{
    lexer->scanned = 0;
    *used = at;
    return PARSE_DONE;
}

/* ---- atoms -------------------------------------------------------------- */

/* What ends an atom. '[', ']', '\\', '%' and '*' do not: flags, patterns, sets
 * and section specifications are one word each, as they are to a reader. */
static bool ends_atom(unsigned char c)
{
    return c <= ' ' || c >= 0x7f || c == '(' || c == ')' || c == '{' ||
           c == '"';
}

/* An atom ends at what can't be in one; that octet stays for the next token,
 * if it is one that may stand there at all. */
static enum parse read_atom(struct imap_lexer *lexer, struct span input,
                            size_t start, size_t *used,
                            struct imap_token *token, struct error *error)
{
    size_t at = lexer->scanned > start ? lexer->scanned : start;
    unsigned char end;

    while (at < input.length && !ends_atom((unsigned char)input.data[at]))
        at++;
    if (at == input.length || at > IMAP_TOKEN_MAX)
        return more(lexer, input, at, error);
    end = (unsigned char)input.data[at];
    if (at == start || end >= 0x7f || (end < ' ' && end != '\r'))
        return broken(error, input, at,
                      "an octet that no word may hold: control and 8-bit "
                      "characters travel in literals (RFC 3501 §4.1)");
    token->kind = IMAP_TOKEN_ATOM;
    token->text = (struct span){input.data + start, at - start};
    return done(lexer, used, at);
}

/* ---- strings ------------------------------------------------------------ */

/* RFC 3501 §9: in quotes a backslash stands before '"' and before itself, and
 * nowhere else; CR, LF and NUL can't be quoted. Octets above 127 may not be
 * either, but servers of today send them, and nothing is unclear about it. */
static enum parse read_quoted(struct imap_lexer *lexer, struct span input,
                              size_t start, size_t *used,
                              struct imap_token *token, struct error *error)
{
    size_t at = lexer->scanned > start ? lexer->scanned : start + 1;

    for (; at < input.length && input.data[at] != '"'; at++) {
        char c = input.data[at];

        if (c == '\r' || c == '\n' || c == '\0')
            return broken(error, input, at,
                          "a quoted string has no end in its line (RFC 3501 "
                          "§4.3)");
        if (c != '\\')
            continue;
        if (at + 1 == input.length)
            break;
        if (input.data[at + 1] != '"' && input.data[at + 1] != '\\')
            return broken(error, input, at,
                          "a backslash in quotes before something else than a "
                          "quote or a backslash (RFC 3501 §9)");
        at++;
    }
    if (at >= input.length || input.data[at] != '"' || at > IMAP_TOKEN_MAX)
        return more(lexer, input, at < input.length ? at : input.length, error);
    token->kind = IMAP_TOKEN_QUOTED;
    token->text = (struct span){input.data + start + 1, at - start - 1};
    token->escaped = memchr(token->text.data, '\\', token->text.length) != NULL;
    return done(lexer, used, at + 1);
}

/* "{" number ["+"] "}" CR LF */
static enum parse read_literal(struct imap_lexer *lexer, struct span input,
                               size_t start, size_t *used,
                               struct imap_token *token, struct error *error)
{
    static const char why[] = "a literal begins with {, its length, perhaps a "
                              "+, } and CR LF (RFC 3501 §9, RFC 7888 §8)";
    size_t at = start + 1;
    struct span digits = {input.data + at, 0};
    const char *tail;

    while (at < input.length && input.data[at] >= '0' &&
           input.data[at] <= '9' && at - start <= IMAP_LITERAL_DIGITS_MAX)
        at++;
    digits.length = at - start - 1;
    token->synchronizing = at == input.length || input.data[at] != '+';
    tail = token->synchronizing ? "}\r\n" : "+}\r\n";
    for (; at < input.length && *tail; at++, tail++)
        if (input.data[at] != *tail)
            return broken(error, input, at, why);
    if (at < input.length || *tail == '\0') {
        if (!text_to_u64(digits, INT64_MAX, &token->length))
            return broken(error, input, at, why);
        token->kind = IMAP_TOKEN_LITERAL;
        return done(lexer, used, at);
    }
    return more(lexer, input, 0, error);
}

/* ---- the token ---------------------------------------------------------- */

/* CR LF, and outside of all parentheses: a line that ends within one is no
 * line. */
static enum parse read_end(struct imap_lexer *lexer, struct span input,
                           size_t start, size_t *used, struct imap_token *token,
                           struct error *error)
{
    if (start + 1 == input.length)
        return more(lexer, input, 0, error);
    if (input.data[start + 1] != '\n')
        return broken(error, input, start, "a CR without LF (RFC 3501 §2.2)");
    if (lexer->depth > 0)
        return broken(error, input, start,
                      "the line ends inside a parenthesis (RFC 3501 §4.4)");
    token->kind = IMAP_TOKEN_END;
    return done(lexer, used, start + 2);
}

/* How deep it goes is counted here, once for all who read lists, and
 * bounded. */
static enum parse read_parenthesis(struct imap_lexer *lexer, struct span input,
                                   size_t start, size_t *used,
                                   struct imap_token *token,
                                   struct error *error)
{
    if (input.data[start] == ')') {
        if (lexer->depth == 0)
            return broken(error, input, start,
                          "a parenthesis closes that none has opened (RFC "
                          "3501 §4.4)");
        lexer->depth--;
        token->kind = IMAP_TOKEN_CLOSE;
        return done(lexer, used, start + 1);
    }
    if (lexer->depth == IMAP_DEPTH_MAX)
        return broken(error, input, start,
                      "parentheses within parentheses, too deep");
    lexer->depth++;
    token->kind = IMAP_TOKEN_OPEN;
    return done(lexer, used, start + 1);
}

/* One space stands between two words (RFC 3501 §9); who sends more of them, or
 * one at the end, is understood all the same. */
enum parse imap_token_read(struct imap_lexer *lexer, struct span input,
                           size_t *used, struct imap_token *token,
                           struct error *error)
{
    size_t at = 0;

    *used = 0;
    *token = (struct imap_token){.kind = IMAP_TOKEN_END};
    while (at < input.length && input.data[at] == ' ')
        at++;
    if (at == input.length)
        return more(lexer, input, 0, error);
    token->spaced = at > 0;
    switch (input.data[at]) {
    case '\r':
        return read_end(lexer, input, at, used, token, error);
    case '(':
    case ')':
        return read_parenthesis(lexer, input, at, used, token, error);
    case '"':
        return read_quoted(lexer, input, at, used, token, error);
    case '{':
        return read_literal(lexer, input, at, used, token, error);
    default:
        return read_atom(lexer, input, at, used, token, error);
    }
}

enum parse imap_text_read(struct imap_lexer *lexer, struct span input,
                          size_t *used, struct span *text, struct error *error)
{
    size_t start = input.length > 0 && input.data[0] == ' ' ? 1 : 0;
    const char *lf = memchr(input.data + lexer->scanned, '\n',
                            input.length - lexer->scanned);
    size_t end = lf ? (size_t)(lf - input.data) : 0;

    *used = 0;
    *text = (struct span){NULL, 0};
    if (lf == NULL)
        return more(lexer, input, input.length, error);
    if (end == 0 || input.data[end - 1] != '\r')
        return broken(error, input, end, "a line ends in LF alone, not CR LF");
    *text = (struct span){input.data + start,
                          end - 1 > start ? end - 1 - start : 0};
    return done(lexer, used, end + 1);
}

/* ---- what a token says -------------------------------------------------- */

bool imap_token_is(const struct imap_token *token, const char *word)
{
    return token->kind == IMAP_TOKEN_ATOM &&
           span_equal_nocase(token->text, span_of(word));
}

bool imap_token_copy(const struct imap_token *token, char *target, size_t size)
{
    size_t length = 0;

    for (size_t i = 0; i < token->text.length; i++) {
        /* The tokenizer has seen to it that an octet follows. */
        if (token->escaped && token->text.data[i] == '\\')
            i++;
        if (length + 1 >= size)
            return false;
        target[length++] = token->text.data[i];
    }
    if (size == 0)
        return false;
    target[length] = '\0';
    return true;
}

bool imap_token_number(const struct imap_token *token, uint64_t *number)
{
    return token->kind == IMAP_TOKEN_ATOM &&
           text_to_u64(token->text, UINT64_MAX, number);
}

/* ---- saying strings ----------------------------------------------------- */

enum imap_string_form imap_string_form(struct span text)
{
    enum imap_string_form form =
        text.length == 0 ? IMAP_STRING_QUOTED : IMAP_STRING_ATOM;

    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];

        if (c == '\r' || c == '\n' || c == '\0' || c > 127)
            return IMAP_STRING_LITERAL;
        if (ends_atom(c) || strchr("%*\\[]", c) != NULL)
            form = IMAP_STRING_QUOTED;
    }
    /* What would be read as NIL is no string (RFC 3501 §4.5). */
    if (span_equal_nocase(text, SPAN("NIL")))
        form = IMAP_STRING_QUOTED;
    return form;
}

size_t imap_quote(char *target, size_t size, struct span text)
{
    size_t length = 0;

    if (size < 2 * text.length + 3) {
        size_t need = text.length + 3;

        for (size_t i = 0; i < text.length; i++)
            need += text.data[i] == '"' || text.data[i] == '\\';
        if (size < need)
            return 0;
    }
    target[length++] = '"';
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\')
            target[length++] = '\\';
        target[length++] = text.data[i];
    }
    target[length++] = '"';
    target[length] = '\0';
    return length;
}

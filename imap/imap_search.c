/* SPDX-License-Identifier: MIT */
/*
 * imap_search: reads the conditions of a SEARCH into a tree, and tells which
 * messages meet them (RFC 3501 §6.4.4, §7.2.5).
 */
#include "imap/imap_search.h"

#include <stdlib.h>
#include <string.h>

/* ---- the words ---------------------------------------------------------- */

enum argument { NOTHING, DAY, NUMBER, STRING, FIELD_AND_STRING };

static const struct word {
    const char *name;
    enum imap_key_kind kind;
    enum argument argument;
    uint32_t flags, not_flags;
    const char *field; /* of HEADER */
    bool negated;
} words[] = {
    {"ALL", IMAP_KEY_ALL, NOTHING, 0, 0, NULL, false},
    {"ANSWERED", IMAP_KEY_FLAGS, NOTHING, MAILDIR_REPLIED, 0, NULL, false},
    {"DELETED", IMAP_KEY_FLAGS, NOTHING, MAILDIR_TRASHED, 0, NULL, false},
    {"DRAFT", IMAP_KEY_FLAGS, NOTHING, MAILDIR_DRAFT, 0, NULL, false},
    {"FLAGGED", IMAP_KEY_FLAGS, NOTHING, MAILDIR_FLAGGED, 0, NULL, false},
    {"SEEN", IMAP_KEY_FLAGS, NOTHING, MAILDIR_SEEN, 0, NULL, false},
    {"UNANSWERED", IMAP_KEY_FLAGS, NOTHING, 0, MAILDIR_REPLIED, NULL, false},
    {"UNDELETED", IMAP_KEY_FLAGS, NOTHING, 0, MAILDIR_TRASHED, NULL, false},
    {"UNDRAFT", IMAP_KEY_FLAGS, NOTHING, 0, MAILDIR_DRAFT, NULL, false},
    {"UNFLAGGED", IMAP_KEY_FLAGS, NOTHING, 0, MAILDIR_FLAGGED, NULL, false},
    {"UNSEEN", IMAP_KEY_FLAGS, NOTHING, 0, MAILDIR_SEEN, NULL, false},
    {"KEYWORD", IMAP_KEY_KEYWORD, STRING, 0, 0, NULL, false},
    {"UNKEYWORD", IMAP_KEY_KEYWORD, STRING, 0, 0, NULL, true},
    {"NEW", IMAP_KEY_NEW, NOTHING, 0, 0, NULL, false},
    {"OLD", IMAP_KEY_OLD, NOTHING, 0, 0, NULL, false},
    {"RECENT", IMAP_KEY_RECENT, NOTHING, 0, 0, NULL, false},
    {"LARGER", IMAP_KEY_LARGER, NUMBER, 0, 0, NULL, false},
    {"SMALLER", IMAP_KEY_SMALLER, NUMBER, 0, 0, NULL, false},
    {"BEFORE", IMAP_KEY_BEFORE, DAY, 0, 0, NULL, false},
    {"ON", IMAP_KEY_ON, DAY, 0, 0, NULL, false},
    {"SINCE", IMAP_KEY_SINCE, DAY, 0, 0, NULL, false},
    {"SENTBEFORE", IMAP_KEY_SENT_BEFORE, DAY, 0, 0, NULL, false},
    {"SENTON", IMAP_KEY_SENT_ON, DAY, 0, 0, NULL, false},
    {"SENTSINCE", IMAP_KEY_SENT_SINCE, DAY, 0, 0, NULL, false},
    {"BCC", IMAP_KEY_HEADER, STRING, 0, 0, "Bcc", false},
    {"CC", IMAP_KEY_HEADER, STRING, 0, 0, "Cc", false},
    {"FROM", IMAP_KEY_HEADER, STRING, 0, 0, "From", false},
    {"SUBJECT", IMAP_KEY_HEADER, STRING, 0, 0, "Subject", false},
    {"TO", IMAP_KEY_HEADER, STRING, 0, 0, "To", false},
    {"HEADER", IMAP_KEY_HEADER, FIELD_AND_STRING, 0, 0, NULL, false},
    {"BODY", IMAP_KEY_BODY, STRING, 0, 0, NULL, false},
    {"TEXT", IMAP_KEY_TEXT, STRING, 0, 0, NULL, false},
};

static struct imap_key *new_key(struct imap_search *search,
                                enum imap_key_kind kind)
{
    struct imap_key *key = &search->keys[search->count];

    if (search->count == IMAP_KEYS_MAX)
        return NULL;
    search->count++;
    *key = (struct imap_key){.kind = kind};
    return key;
}

/* ---- reading ------------------------------------------------------------ */

static bool take_argument(struct imap_command *c, enum argument argument,
                          struct imap_key *key)
{
    struct span text;

    switch (argument) {
    case NOTHING:
        return true;
    case DAY:
        return imap_take_astring(c, &text) && imap_day_read(text, &key->day);
    case NUMBER:
        return imap_take_number(c, &key->number);
    case FIELD_AND_STRING:
        return imap_take_astring(c, &key->field) &&
               imap_take_astring(c, &key->text);
    case STRING:
        return imap_take_astring(c, &key->text);
    }
    return false;
}

static bool take_set(struct imap_session *s, bool uid, struct imap_key *key)
{
    key->kind = IMAP_KEY_SET;
    key->uid = uid;
    return imap_take_set(s, uid, &key->set);
}

static bool take_key(struct imap_session *s, struct imap_search *search,
                     size_t depth, struct imap_key *key);

/* Several, all of which must hold: up to ")" or the end of the command. */
static bool take_keys(struct imap_session *s, struct imap_search *search,
                      size_t depth, struct imap_key *key)
{
    struct imap_key *first, *rest;

    for (;;) {
        const struct imap_word *word;

        if ((first = new_key(search, IMAP_KEY_ALL)) == NULL ||
            !take_key(s, search, depth, first))
            return false;
        *key = (struct imap_key){.kind = IMAP_KEY_AND, .a = first};
        word = imap_word_peek(&s->command);
        if (word == NULL || word->kind == IMAP_TOKEN_CLOSE)
            return true;
        if ((rest = new_key(search, IMAP_KEY_ALL)) == NULL)
            return false;
        key->b = rest;
        key = rest;
    }
}

static bool take_one_or_two(struct imap_session *s, struct imap_search *search,
                            size_t depth, struct imap_key *key, bool two)
{
    struct imap_key *a = new_key(search, IMAP_KEY_ALL);
    struct imap_key *b = two ? new_key(search, IMAP_KEY_ALL) : NULL;

    key->kind = two ? IMAP_KEY_OR : IMAP_KEY_NOT;
    key->a = a;
    key->b = b;
    return a != NULL && take_key(s, search, depth, a) &&
           (!two || (b != NULL && take_key(s, search, depth, b)));
}

/* A key is a word of the table, one of the three that take other keys, or else
 * a set of numbers. It nests no deeper than IMAP_KEYS_DEPTH, so a hostile
 * search can't exhaust the stack. */
static bool take_key(struct imap_session *s, struct imap_search *search,
                     size_t depth, struct imap_key *key)
{
    struct imap_command *c = &s->command;

    if (depth == IMAP_KEYS_DEPTH)
        return false;
    if (imap_take_kind(c, IMAP_TOKEN_OPEN))
        return take_keys(s, search, depth + 1, key) &&
               imap_take_kind(c, IMAP_TOKEN_CLOSE);
    if (imap_take_word(c, "NOT"))
        return take_one_or_two(s, search, depth + 1, key, false);
    if (imap_take_word(c, "OR"))
        return take_one_or_two(s, search, depth + 1, key, true);
    if (imap_take_word(c, "UID"))
        return take_set(s, true, key);
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (imap_take_word(c, words[i].name)) {
            *key = (struct imap_key){.kind = words[i].kind,
                                     .flags = words[i].flags,
                                     .not_flags = words[i].not_flags,
                                     .negated = words[i].negated};
            if (words[i].field)
                key->field = span_of(words[i].field);
            return take_argument(c, words[i].argument, key);
        }
    return take_set(s, false, key);
}

/* ---- the act ------------------------------------------------------------ */

/* RFC 3501 §6.4.4: comparing octets without regard to the case of ASCII is
 * right in these two character sets. */
static bool knows_charset(struct imap_session *s, bool *known)
{
    struct span charset;

    *known = true;
    if (!imap_take_word(&s->command, "CHARSET"))
        return true;
    if (!imap_take_astring(&s->command, &charset))
        return false;
    *known = span_equal_nocase(charset, SPAN("US-ASCII")) ||
             span_equal_nocase(charset, SPAN("UTF-8"));
    return true;
}

static int say_matches(struct imap_session *s, const struct imap_key *key)
{
    int result = conn_say_begin(s->conn, RFC("3501", "7.2.5"), "SEARCH");

    imap_say_text(s->conn, "* SEARCH");
    for (size_t i = 1; result >= 0 && i <= s->view.count; i++) {
        int matches = imap_search_matches(s, key, i);

        if (matches > 0)
            result = imap_say_text(s->conn, " %u",
                                   s->command.uid ? s->view.list[i - 1].uid
                                                  : (uint32_t)i);
        /* One that is gone does not match. */
        if (matches < 0)
            error_clear(&s->trouble);
    }
    conn_say_line(s->conn, "%s", "");
    if (result < 0 || (result = conn_say_end(s->conn)) < 0)
        return result;
    return imap_ok(s, "Searched");
}

int imap_act_search(struct imap_session *s)
{
    struct imap_search *search = calloc(1, sizeof(*search));
    struct imap_key all = {.kind = IMAP_KEY_ALL};
    bool known;
    int result;

    if (search == NULL)
        return imap_no(s, "Out of memory");
    if (!knows_charset(s, &known) || !take_keys(s, search, 0, &all) ||
        !imap_command_ended(&s->command))
        result = imap_bad_arguments(s);
    else if (!known)
        result = imap_no(s, "[BADCHARSET (US-ASCII UTF-8)] Not that one");
    else
        result = say_matches(s, &all);
    for (size_t i = 0; i < search->count; i++)
        imap_set_free(&search->keys[i].set);
    free(search);
    return result;
}

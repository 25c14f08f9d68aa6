/* SPDX-License-Identifier: MIT */
/*
 * compare_rules: what differs in any two runs of one conversation.
 *
 * A rule rubs out of a text what it is about, and nothing else: two texts that
 * are the same after that differ in nothing but what the rule names. In the
 * place of what was rubbed out stands one byte that no text holds, so that a
 * field with a date is never the same as one without.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/http.h"
#include "labs/trace/compare.h"

enum {
    RUBBED = '\x01',
    DATE_LENGTH = 29,  /* "Sun, 06 Nov 1994 08:49:37 GMT" */
    RANDOM_LEAST = 16, /* characters: 64 bits in hexadecimal */
};

const struct compare_rule_text compare_rules[RULES] = {
    [RULE_DATE] = {"date", "a point in time", {"9110", "5.6.7"}},
    [RULE_AGE] = {"age",
                  "seconds that an answer lay in a cache",
                  {"9111", "5.1"}},
    [RULE_TAG] = {"entity tag",
                  "the server's own mark of a version of a file",
                  {"9110", "8.8.3"}},
    [RULE_PORT] = {"port",
                   "the port at which a server listens, or a client's own",
                   {"9110", "7.2"}},
    [RULE_BOUNDARY] = {"boundary",
                       "the line between parts, drawn by lot",
                       {"2046", "5.1.1"}},
    [RULE_RANDOM] = {"random",
                     "a name or number drawn by lot",
                     {"6265", "4.1.1"}},
    [RULE_ORDER] = {"field order",
                    "fields of different names, in any order",
                    {"9110", "5.3"}},
    [RULE_CASE] = {"letter case",
                   "a field's name in capitals or not",
                   {"9110", "5.1"}},
    [RULE_CHUNKS] = {"chunks",
                     "where a body is cut into chunks",
                     {"9112", "7.1"}},
    [RULE_DNS_ID] = {"query id",
                     "the number of a question to the DNS",
                     {"1035", "4.1.1"}},
    [RULE_DNS_TTL] = {"lifetime",
                      "how long a record of the DNS is good",
                      {"1035", "3.2.1"}},
    [RULE_TLS_RANDOM] = {"TLS random",
                         "random numbers, key shares, signatures of them and "
                         "the certificate of the day",
                         {"8446", "4.1.2"}},
    [RULE_TLS_TICKET] = {"session ticket",
                         "how many tickets, and when, is the server's choice",
                         {"8446", "4.6.1"}},
    [RULE_TLS_CLOSE] = {"close notify",
                        "whose farewell was heard, and when",
                        {"8446", "6.1"}},
    [RULE_IMAP_TAG] = {"tag",
                       "the word by which a client calls its command",
                       {"3501", "2.2.1"}},
    [RULE_IMAP_NUMBER] = {"mailbox",
                          "UIDVALIDITY, and when a message came",
                          {"3501", "2.3.1.1"}},
    [RULE_LINE_END] = {"line end",
                       "CR LF, CR NUL or LF at the end of a typed line",
                       {"1123", "3.3.1"}},
    [RULE_PIECES] = {"pieces",
                     "where a stream of keys or text is cut",
                     {"9293", "3.9.1.2"}},
    [RULE_SSH_RANDOM] = {"SSH random",
                         "cookies, halves of the key exchange, signatures and "
                         "padding",
                         {"4253", "7.1"}},
};

/* ---- rubbing out -------------------------------------------------------- */

struct text {
    char *bytes;
    size_t length;
};

/* In the place of `count` bytes at `at` now stands one; where to go on. */
static size_t rub(struct text *text, size_t at, size_t count)
{
    text->bytes[at] = RUBBED;
    memmove(text->bytes + at + 1, text->bytes + at + count,
            text->length - at - count);
    text->length -= count - 1;
    return at + 1;
}

static void rub_dates(struct text *text)
{
    time_t when;

    for (size_t at = 0; at + DATE_LENGTH <= text->length; at++)
        if (text->bytes[at + 3] == ',' &&
            http_date_read((struct span){text->bytes + at, DATE_LENGTH}, &when))
            rub(text, at, DATE_LENGTH);
}

static void rub_age(struct text *text)
{
    uint64_t seconds;

    if (text_to_u64((struct span){text->bytes, text->length}, UINT32_MAX,
                    &seconds))
        rub(text, 0, text->length);
}

/* What stands between quotation marks; W/ before them stays. */
static void rub_tags(struct text *text)
{
    for (size_t at = 0; at < text->length; at++) {
        const char *end;
        if (text->bytes[at] != '"')
            continue;
        end = memchr(text->bytes + at + 1, '"', text->length - at - 1);
        if (end == NULL)
            return;
        size_t inside = (size_t)(end - text->bytes) - at - 1;
        if (inside > 0)
            rub(text, at + 1, inside);
        at += inside > 0 ? 2 : 1;
    }
}

/* Every occurrence of a word that is not followed by a digit goes. */
static void rub_word(struct text *text, struct span word, bool whole_number)
{
    for (size_t at = 0; word.length > 0 && at + word.length <= text->length;
         at++) {
        size_t end = at + word.length;
        if (memcmp(text->bytes + at, word.data, word.length) == 0 &&
            !(whole_number && end < text->length &&
              isdigit((unsigned char)text->bytes[end])))
            rub(text, at, word.length);
    }
}

/* The port goes with its colon: a standard one is not written (RFC 9110
 * §4.2.1), and then nothing stands there. */
static void rub_port(struct text *text, uint16_t port)
{
    char word[8];
    size_t kept = 0;

    if (port == 0)
        return;
    snprintf(word, sizeof(word), ":%u", port);
    rub_word(text, span_of(word), true);
    for (size_t at = 0; at < text->length; at++)
        if (text->bytes[at] != RUBBED)
            text->bytes[kept++] = text->bytes[at];
    text->length = kept;
}

/* Long words with both letters and digits in them: names of sessions, nonces,
 * numbers of requests. */
static void rub_random(struct text *text)
{
    for (size_t at = 0; at < text->length; at++) {
        size_t end = at, digits = 0;
        while (end < text->length &&
               (isalnum((unsigned char)text->bytes[end]) ||
                memchr("-_+/", text->bytes[end], 4)))
            digits += isdigit((unsigned char)text->bytes[end++]) != 0;
        if (end - at >= RANDOM_LEAST && digits > 0 && digits < end - at)
            rub(text, at, end - at);
        else if (end > at)
            at = end - 1;
    }
}

/* ---- comparing ---------------------------------------------------------- */

/* The port first: it leaves no mark, and must not take those of others. */
static bool copy_rubbed(struct text *text, struct span source,
                        const struct compare_context *context, unsigned rules)
{
    text->bytes = malloc(source.length + 1);
    text->length = source.length;
    if (text->bytes == NULL)
        return false;
    if (source.length > 0)
        memcpy(text->bytes, source.data, source.length);
    if (rules & RULE(PORT))
        rub_port(text, context->port);
    if (rules & RULE(DATE))
        rub_dates(text);
    if (rules & RULE(AGE))
        rub_age(text);
    if (rules & RULE(TAG))
        rub_tags(text);
    if (rules & RULE(BOUNDARY))
        rub_word(text, context->boundary, false);
    if (rules & RULE(RANDOM))
        rub_random(text);
    return true;
}

static bool same_under(struct comparison *c, struct span a, struct span b,
                       const struct compare_context *contexts, unsigned rules)
{
    struct text in_a = {0}, in_b = {0};
    bool had = copy_rubbed(&in_a, a, &contexts[COMPARE_A], rules) &&
               copy_rubbed(&in_b, b, &contexts[COMPARE_B], rules);
    bool same = had && in_a.length == in_b.length &&
                memcmp(in_a.bytes, in_b.bytes, in_a.length) == 0;

    if (!had)
        c->exhausted = true;
    free(in_a.bytes);
    free(in_b.bytes);
    return same;
}

bool compare_texts(struct comparison *c, struct span a, struct span b,
                   const struct compare_context contexts[COMPARE_SIDES],
                   unsigned rules)
{
    if (span_equal(a, b))
        return true;
    if (rules == 0 || !same_under(c, a, b, contexts, rules))
        return false;
    /* A rule was needed when without it they are no longer the same. */
    for (int rule = 0; rule < RULES; rule++)
        if ((rules & 1u << rule) != 0 &&
            !same_under(c, a, b, contexts, rules & ~(1u << rule)))
            c->used[rule]++;
    return true;
}

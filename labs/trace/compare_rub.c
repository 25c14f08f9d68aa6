/* SPDX-License-Identifier: MIT */
/*
 * compare_rub: a rule rubs out of a text what it is about, and nothing else:
 * two texts that are the same after that differ in nothing but what the rule
 * names.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/http.h"
#include "labs/trace/compare.h"

enum {
    RUBBED = '\x01',
    RANDOM_LEAST = 16, /* characters: 64 bits in hexadecimal */
    PIECE_LEAST = 12,
    TURNS_LEAST = 4, /* "sendMailWithoutDelay" has three */
    DAY_S = 86400,
};

struct text {
    char *bytes;
    size_t length, capacity;
    enum compare_mark mark;
};

static struct span rest_of(const struct text *text, size_t at)
{
    return (struct span){text->bytes + at, text->length - at};
}

/* Room for `more` bytes beyond the length, and a NUL. */
static bool make_room(struct text *text, size_t more)
{
    if (text->length + more < text->capacity)
        return true;
    size_t capacity = 2 * (text->length + more + 1);
    char *bytes = realloc(text->bytes, capacity);
    if (bytes == NULL)
        return false;
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

/* In the place of `count` bytes at *at now stands the mark of `rule`, and *at
 * behind it. False: out of memory. */
static bool rub(struct text *text, size_t *at, size_t count,
                enum compare_rule rule)
{
    char mark[48] = {RUBBED};

    if (text->mark == RUB_NAMED)
        snprintf(mark, sizeof(mark), "«%s»", compare_rules[rule].name);
    size_t length = strlen(mark);
    if (!make_room(text, length))
        return false;
    memmove(text->bytes + *at + length, text->bytes + *at + count,
            text->length - *at - count);
    memcpy(text->bytes + *at, mark, length);
    text->length = text->length - count + length;
    *at += length;
    return true;
}

/* ---- shapes ------------------------------------------------------------- */

static bool is_month(const char *s)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

    for (size_t i = 0; i + 3 < sizeof(months); i += 3)
        if (memcmp(s, months + i, 3) == 0)
            return true;
    return false;
}

/* How many bytes at the head of `text` have a shape; 0: it has another. In a
 * shape stand 9 for a digit, d for one or a blank, A for a letter, mmm for a
 * month, h for a digit in hexadecimal, s for a sign; all else for itself. */
static size_t has_shape(struct span text, const char *shape)
{
    size_t length = strlen(shape);

    if (text.length < length)
        return 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        bool fits = shape[i] == '9'   ? isdigit(c) != 0
                    : shape[i] == 'd' ? isdigit(c) || c == ' '
                    : shape[i] == 'A' ? isalpha(c) != 0
                    : shape[i] == 'h' ? isxdigit(c) && !isupper(c)
                    : shape[i] == 's' ? c == '+' || c == '-'
                    : shape[i] != 'm' ? c == (unsigned char)shape[i]
                    : i > 0 && shape[i - 1] == 'm' ? true
                                                   : is_month(text.data + i);
        if (!fits)
            return 0;
    }
    return length;
}

/* Neither a digit nor a letter before or behind: a whole number, and no piece
 * of one in hexadecimal. */
static bool is_number(const struct text *text, size_t at, size_t length)
{
    return (at == 0 || !isalnum((unsigned char)text->bytes[at - 1])) &&
           (at + length == text->length ||
            !isalnum((unsigned char)text->bytes[at + length]));
}

/* ---- dates -------------------------------------------------------------- */

static bool is_near(int64_t seconds, int64_t start_s)
{
    return seconds - start_s > -DAY_S && seconds - start_s < DAY_S;
}

/* Seconds since 1970 within a day of the trace: in decimal as mailboxes and
 * messages have them for a name; in hexadecimal, with microseconds, process and
 * count, as our queue (smtp_spool.c). */
static size_t seconds_at(const struct text *text, size_t at, int64_t start_s)
{
    struct span rest = rest_of(text, at);
    size_t length = has_shape(rest, "9999999999");
    uint64_t seconds;

    if (length > 0 && is_number(text, at, length) &&
        text_to_u64((struct span){rest.data, length}, INT64_MAX, &seconds) &&
        is_near((int64_t)seconds, start_s))
        return length;
    /* A point stands behind these digits, and ends what strtoll reads. */
    length = has_shape(rest, "hhhhhhhh.hhhhh.h");
    if (length == 0 || !is_near(strtoll(rest.data, NULL, 16), start_s))
        return 0;
    while (length + 1 < rest.length &&
           (isxdigit((unsigned char)rest.data[length]) ||
            (rest.data[length] == '.' &&
             isxdigit((unsigned char)rest.data[length + 1]))))
        length++;
    return length;
}

/* As each protocol writes a point in time. */
static size_t date_at(const struct text *text, size_t at)
{
    static const char *const shapes[] = {
        "AAA, 99 mmm 9999 99:99:99 GMT",   /* HTTP: RFC 9110 §5.6.7 */
        "AAA, d9 mmm 9999 99:99:99 s9999", /* mail: RFC 5322 §3.3 */
        "d9-mmm-9999 99:99:99 s9999",      /* IMAP: RFC 3501 §9 */
        "mmm d9 99:99",                    /* a listing of FTP */
        "9999-99-99 99:99:99 UTC",         /* our own notes */
    };
    struct span rest = rest_of(text, at);
    size_t length = 0;

    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
        if ((length = has_shape(rest, shapes[i])) > 0)
            return length;
    length = has_shape(rest, "99999999999999"); /* RFC 3659 §2.3 */
    return length > 0 && is_number(text, at, length) ? length : 0;
}

static bool rub_dates(struct text *text, const struct compare_context *context)
{
    for (size_t at = 0; at < text->length;) {
        size_t length = date_at(text, at);
        if (length == 0 && context->start_s != 0)
            length = seconds_at(text, at, context->start_s);
        if (length == 0)
            at++;
        else if (!rub(text, &at, length, RULE_DATE))
            return false;
    }
    return true;
}

/* A field's whole value, or the number behind a word of a cache's notes. */
static bool rub_age(struct text *text, const struct compare_context *context)
{
    static const char *const words[] = {"age ",   "Age ",      "initial ",
                                        "delay ", "apparent ", "resident "};
    uint64_t seconds;
    size_t at = 0;

    (void)context;
    if (text_to_u64(rest_of(text, 0), UINT32_MAX, &seconds))
        return rub(text, &at, text->length, RULE_AGE);
    while (at < text->length) {
        size_t length = 0, digits = 0;
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && !length; i++)
            if (span_begins(rest_of(text, at), words[i]))
                length = strlen(words[i]);
        at += length > 0 ? length : 1;
        while (length > 0 && at + digits < text->length &&
               isdigit((unsigned char)text->bytes[at + digits]))
            digits++;
        if (digits > 0 && !rub(text, &at, digits, RULE_AGE))
            return false;
    }
    return true;
}

/* ---- marks and names ---------------------------------------------------- */

/* What stands between quotation marks; W/ before them stays. */
static bool rub_tags(struct text *text, const struct compare_context *context)
{
    (void)context;
    for (size_t at = 0; at < text->length; at++) {
        const char *end;
        if (text->bytes[at] != '"')
            continue;
        end = memchr(text->bytes + at + 1, '"', text->length - at - 1);
        if (end == NULL)
            return true;
        size_t inside = (size_t)(end - text->bytes) - ++at;
        if (inside > 0 && !rub(text, &at, inside, RULE_TAG))
            return false;
    }
    return true;
}

/* Where a word stands that no digit follows; the text's length if nowhere. */
static size_t find_word(const struct text *text, size_t at, struct span word)
{
    for (; at + word.length <= text->length; at++) {
        size_t end = at + word.length;
        if (memcmp(text->bytes + at, word.data, word.length) == 0 &&
            (end == text->length || !isdigit((unsigned char)text->bytes[end])))
            return at;
    }
    return text->length;
}

/* The port goes with its colon: a standard one is not written (RFC 9110
 * §4.2.1), and then nothing stands there. */
static bool rub_port(struct text *text, const struct compare_context *context)
{
    char word[8];
    size_t at = 0;

    if (context->port == 0)
        return true;
    snprintf(word, sizeof(word), ":%u", context->port);
    size_t length = strlen(word);
    while ((at = find_word(text, at, span_of(word))) < text->length) {
        memmove(text->bytes + at, text->bytes + at + length,
                text->length - at - length);
        text->length -= length;
    }
    return true;
}

static bool rub_boundary(struct text *text,
                         const struct compare_context *context)
{
    struct span word = context->boundary;

    for (size_t at = 0; word.length > 0 && at + word.length <= text->length;)
        if (memcmp(text->bytes + at, word.data, word.length) != 0)
            at++;
        else if (!rub(text, &at, word.length, RULE_BOUNDARY))
            return false;
    return true;
}

/* ---- what was drawn by lot ---------------------------------------------- */

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || (c != '\0' && strchr("-_+/", c));
}

/* A long word without a vowel, or whose letters go from small to capital again
 * and again, in letters of both cases and digits, or with a long piece of
 * letters and digits: the name of a session, a nonce, an address that nobody
 * has. But "TLS_AES_256_GCM_SHA384" has a meaning. */
static bool is_drawn(struct span word)
{
    size_t digits = 0, upper = 0, lower = 0, vowels = 0, turns = 0;
    size_t piece = 0, piece_digits = 0;
    bool mixed = false;

    for (size_t i = 0; i < word.length; i++) {
        unsigned char c = (unsigned char)word.data[i];
        digits += isdigit(c) != 0;
        upper += isupper(c) != 0;
        turns +=
            isupper(c) && i > 0 && islower((unsigned char)word.data[i - 1]);
        lower += islower(c) != 0;
        vowels += strchr("aeiouAEIOU-_+/", c) != NULL;
        piece = isalnum(c) ? piece + 1 : 0;
        piece_digits = piece == 0 ? 0 : piece_digits + (isdigit(c) != 0);
        mixed = mixed || (piece >= PIECE_LEAST && piece_digits > 0 &&
                          piece_digits < piece);
    }
    if (word.length < RANDOM_LEAST)
        return false;
    return digits == 0 ? vowels == 0 || turns >= TURNS_LEAST
                       : mixed || (upper > 0 && lower > 0);
}

static size_t word_at(const struct text *text, size_t at)
{
    size_t end = at;

    while (end < text->length && is_word(text->bytes[end]))
        end++;
    while (end > at && end < text->length && text->bytes[end] == '=')
        end++; /* base64 ends in so many as it needs: RFC 4648 */
    return end - at;
}

static bool rub_random(struct text *text, const struct compare_context *context)
{
    (void)context;
    for (size_t at = 0; at < text->length;) {
        size_t length = word_at(text, at);
        /* The head of a long name, as labs/http-state tells it. */
        bool is_named = has_shape(rest_of(text, at), "hhhh...") > 0;

        /* A file's number on its disk: RFC 3659 §7.5.2. */
        if (has_shape(rest_of(text, at), "unique=") > 0) {
            at += strlen("unique=");
            length = word_at(text, at);
            is_named = true;
        }
        if (length == 0)
            at++;
        else if (!is_named &&
                 !is_drawn((struct span){text->bytes + at, length}))
            at += length;
        else if (!rub(text, &at, length, RULE_RANDOM))
            return false;
    }
    return true;
}

/* What follows the name in "SSH-2.0-OpenSSH_9.2p1". */
static bool rub_version(struct text *text,
                        const struct compare_context *context)
{
    (void)context;
    for (size_t at = 1; at < text->length; at++) {
        size_t end = at;
        if (text->bytes[at - 1] != '_' ||
            !isdigit((unsigned char)text->bytes[at]))
            continue;
        while (end < text->length &&
               (isalnum((unsigned char)text->bytes[end]) ||
                text->bytes[end] == '.'))
            end++;
        if (!rub(text, &at, end - at, RULE_VERSION))
            return false;
    }
    return true;
}

/* ---- all of them -------------------------------------------------------- */

/* The port first: it leaves no mark, and must not take those of others. */
char *compare_rub(struct span source, const struct compare_context *context,
                  unsigned rules, enum compare_mark mark, size_t *length)
{
    static const struct {
        enum compare_rule rule;
        bool (*rub)(struct text *text, const struct compare_context *context);
    } table[] = {
        {RULE_PORT, rub_port},         {RULE_DATE, rub_dates},
        {RULE_AGE, rub_age},           {RULE_TAG, rub_tags},
        {RULE_BOUNDARY, rub_boundary}, {RULE_RANDOM, rub_random},
        {RULE_VERSION, rub_version},
    };
    struct text text = {malloc(source.length + 1), source.length,
                        source.length + 1, mark};
    bool done = text.bytes != NULL;

    if (done && source.length > 0)
        memcpy(text.bytes, source.data, source.length);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]) && done; i++)
        if ((rules & 1u << table[i].rule) != 0)
            done = table[i].rub(&text, context);
    if (done && make_room(&text, 1)) {
        text.bytes[text.length] = '\0';
        *length = text.length;
        return text.bytes;
    }
    free(text.bytes);
    return NULL;
}

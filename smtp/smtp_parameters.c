/* SPDX-License-Identifier: MIT */
/*
 * smtp_parameters: the arguments of MAIL and RCPT: a path, then the parameters
 * that extensions have added, keyword=value each. One table a command says
 * which function reads which.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "smtp/smtp.h"
#include "smtp/smtp_command.h"

/* ---- values ------------------------------------------------------------- */

static void copy(char *target, struct span value)
{
    memcpy(target, value.data, value.length);
    target[value.length] = '\0';
}

static bool is_xtext(struct span value)
{
    char plain[SMTP_ORCPT_MAX + 1];

    return smtp_xtext_read(plain, sizeof(plain), value);
}

/* ---- of MAIL ------------------------------------------------------------ */

/* RFC 1870 §4: at most 20 digits. One that no counter holds is larger than all
 * we take, and that is how it is refused. */
static bool read_size(struct span value, void *to)
{
    struct smtp_mail *mail = to;

    if (value.length == 0 || value.length > 20)
        return false;
    for (size_t i = 0; i < value.length; i++)
        if (!isdigit((unsigned char)value.data[i]))
            return false;
    if (!text_to_u64(value, UINT64_MAX, &mail->size))
        mail->size = UINT64_MAX;
    return true;
}

static bool read_body(struct span value, void *to)
{
    struct smtp_mail *mail = to;

    if (span_equal_nocase(value, SPAN("8BITMIME")))
        mail->body = SMTP_BODY_8BITMIME;
    else if (span_equal_nocase(value, SPAN("7BIT")))
        mail->body = SMTP_BODY_7BIT;
    else
        return false;
    return true;
}

static bool read_smtputf8(struct span value, void *to)
{
    struct smtp_mail *mail = to;

    mail->smtputf8 = value.length == 0;
    return value.length == 0;
}

static bool read_ret(struct span value, void *to)
{
    struct smtp_mail *mail = to;

    if (span_equal_nocase(value, SPAN("FULL")))
        mail->ret = SMTP_RETURN_FULL;
    else if (span_equal_nocase(value, SPAN("HDRS")))
        mail->ret = SMTP_RETURN_HEADERS;
    return mail->ret != SMTP_RETURN_UNSAID;
}

static bool read_envid(struct span value, void *to)
{
    struct smtp_mail *mail = to;

    if (value.length == 0 || value.length > SMTP_ENVID_MAX || !is_xtext(value))
        return false;
    copy(mail->envelope_id, value);
    return true;
}

/* RFC 4954 §5: who first submitted it. We trust no such word, and a server that
 * does not trust it treats it as AUTH=<>: so it is read, and not kept. */
static bool read_auth(struct span value, void *to)
{
    (void)to;
    return value.length > 0 && is_xtext(value);
}

/* ---- of RCPT ------------------------------------------------------------ */

static unsigned notify_bit(struct span word)
{
    static const struct {
        const char *name;
        unsigned bit;
    } words[] = {{"NEVER", SMTP_NOTIFY_NEVER},
                 {"SUCCESS", SMTP_NOTIFY_SUCCESS},
                 {"FAILURE", SMTP_NOTIFY_FAILURE},
                 {"DELAY", SMTP_NOTIFY_DELAY}};

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (span_equal_nocase(word, span_of(words[i].name)))
            return words[i].bit;
    return 0;
}

static bool read_notify(struct span value, void *to)
{
    struct smtp_rcpt *rcpt = to;

    for (;;) {
        const char *comma =
            value.length > 0 ? memchr(value.data, ',', value.length) : NULL;
        struct span word = {value.data, comma ? (size_t)(comma - value.data)
                                              : value.length};
        unsigned bit = notify_bit(word);

        /* RFC 3461 §4.1: NEVER stands alone. */
        if (bit == 0 ||
            ((rcpt->notify | bit) & SMTP_NOTIFY_NEVER && rcpt->notify != 0))
            return false;
        rcpt->notify |= bit;
        if (!comma)
            return true;
        value.length -= word.length + 1;
        value.data = comma + 1;
    }
}

/* RFC 3461 §4.2: the address's type, a semicolon, the address in xtext. */
static bool read_orcpt(struct span value, void *to)
{
    struct smtp_rcpt *rcpt = to;
    const char *semicolon =
        value.length > 0 ? memchr(value.data, ';', value.length) : NULL;

    if (!semicolon || semicolon == value.data || value.length > SMTP_ORCPT_MAX)
        return false;
    for (const char *c = value.data; c < semicolon; c++)
        if (!isalnum((unsigned char)*c) && *c != '-')
            return false;
    struct span address = {semicolon + 1,
                           value.length - 1 - (size_t)(semicolon - value.data)};
    if (!is_xtext(address))
        return false;
    copy(rcpt->original, value);
    return true;
}

void smtp_notify_write(char *text, size_t size, unsigned notify)
{
    snprintf(text, size, "%s%s%s%s", notify & SMTP_NOTIFY_NEVER ? ",NEVER" : "",
             notify & SMTP_NOTIFY_SUCCESS ? ",SUCCESS" : "",
             notify & SMTP_NOTIFY_FAILURE ? ",FAILURE" : "",
             notify & SMTP_NOTIFY_DELAY ? ",DELAY" : "");
    if (size > 0 && text[0] == ',')
        memmove(text, text + 1, strlen(text));
}

/* ---- the arguments ------------------------------------------------------ */

struct parameter {
    const char *keyword;
    bool (*read)(struct span value, void *to);
};

static const struct parameter of_mail[] = {
    {"SIZE", read_size}, {"BODY", read_body},   {"SMTPUTF8", read_smtputf8},
    {"RET", read_ret},   {"ENVID", read_envid}, {"AUTH", read_auth},
    {NULL, NULL}};
static const struct parameter of_rcpt[] = {
    {"NOTIFY", read_notify}, {"ORCPT", read_orcpt}, {NULL, NULL}};

/* The next word of a list that is separated by spaces. */
static struct span next_word(struct span *text)
{
    struct span word = {text->data, 0};

    while (word.length < text->length && word.data[word.length] != ' ')
        word.length++;
    text->data += word.length;
    text->length -= word.length;
    return word;
}

/* One "keyword" or "keyword=value"; `seen` has a bit a row of the table. */
static bool read_one(struct span word, const struct parameter *table, void *to,
                     unsigned *seen, struct smtp_verdict *verdict)
{
    const char *equals = memchr(word.data, '=', word.length);
    struct span keyword = {word.data,
                           equals ? (size_t)(equals - word.data) : word.length};
    struct span value = {word.data + keyword.length + (equals ? 1 : 0),
                         word.length - keyword.length - (equals ? 1 : 0)};

    for (unsigned i = 0; table[i].keyword; i++) {
        if (!span_equal_nocase(keyword, span_of(table[i].keyword)))
            continue;
        if (*seen & 1u << i)
            return smtp_refuse(verdict, 501, "5.5.4", "%s is said twice",
                               table[i].keyword);
        *seen |= 1u << i;
        if (table[i].read(value, to))
            return true;
        return smtp_refuse(verdict, 501, "5.5.4", "%s: its value can't be read",
                           table[i].keyword);
    }
    return smtp_refuse(verdict, 555, "5.5.4", "%.*s: no parameter we know",
                       keyword.length < 40 ? (int)keyword.length : 40,
                       keyword.data);
}

/* Each parameter once: of two values nobody could say which is meant. */
static bool read_all(struct span text, const struct parameter *table, void *to,
                     struct smtp_verdict *verdict)
{
    unsigned seen = 0;

    while (text.length > 0) {
        if (text.data[0] != ' ')
            return smtp_refuse(verdict, 501, "5.5.4",
                               "a space stands before each parameter");
        while (text.length > 0 && text.data[0] == ' ') {
            text.data++;
            text.length--;
        }
        struct span word = next_word(&text);
        if (word.length > 0 && !read_one(word, table, to, &seen, verdict))
            return false;
    }
    return true;
}

/* "FROM:" or "TO:", letter case aside. */
static bool take_word(struct span *text, struct span word,
                      struct smtp_verdict *verdict)
{
    if (text->length < word.length ||
        !span_equal_nocase((struct span){text->data, word.length}, word))
        return smtp_refuse(verdict, 501, "5.5.4", "%s<address> is wanted",
                           word.data);
    text->data += word.length;
    text->length -= word.length;
    return true;
}

bool smtp_mail_read(struct span argument, struct smtp_mail *mail,
                    struct smtp_verdict *verdict)
{
    memset(mail, 0, sizeof(*mail));
    if (!take_word(&argument, SPAN("FROM:"), verdict) ||
        !smtp_path_read(&argument, &mail->reverse_path, verdict) ||
        !read_all(argument, of_mail, mail, verdict))
        return false;
    if (mail->reverse_path.beyond_ascii && !mail->smtputf8)
        return smtp_refuse(verdict, 553, "5.6.7",
                           "such an address needs SMTPUTF8 (RFC 6531 3.4)");
    return true;
}

bool smtp_rcpt_read(struct span argument, struct smtp_rcpt *rcpt,
                    struct smtp_verdict *verdict)
{
    memset(rcpt, 0, sizeof(*rcpt));
    if (!take_word(&argument, SPAN("TO:"), verdict) ||
        !smtp_path_read(&argument, &rcpt->forward_path, verdict) ||
        !read_all(argument, of_rcpt, rcpt, verdict))
        return false;
    if (rcpt->forward_path.mailbox[0] == '\0')
        return smtp_refuse(verdict, 501, "5.1.3",
                           "the null path is for reverse-paths only");
    return true;
}

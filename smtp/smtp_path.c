/* SPDX-License-Identifier: MIT */
/*
 * smtp_path: the grammar of RFC 5321 §4.1.2: paths, mailboxes, domains. The
 * functions are named after its rules and take what they have read off the head
 * of the text.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "smtp/smtp_command.h"

static void skip(struct span *text, size_t length)
{
    text->data += length;
    text->length -= length;
}

static bool next_is(struct span text, char c)
{
    return text.length > 0 && text.data[0] == c;
}

/* Bytes above 127 are of UTF-8 (RFC 6531 §3.3); whether they form it is asked
 * of the whole path once. */
static bool is_atext(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 ||
           (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool is_let_dig(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* ---- domains ------------------------------------------------------------ */

/* sub-domain = Let-dig [Ldh-str]. The underscore is in no such rule, yet hosts
 * introduce themselves with it; refusing them helps nobody. */
static size_t sub_domain(struct span text)
{
    size_t length = 0;

    while (length < text.length &&
           (is_let_dig(text.data[length]) || text.data[length] == '-' ||
            text.data[length] == '_'))
        length++;
    if (length == 0 || length > 63 || text.data[0] == '-' ||
        text.data[length - 1] == '-')
        return 0;
    return length;
}

/* address-literal = "[" 1*dcontent "]": what stands in it is not looked up, so
 * it is not judged further. */
static size_t address_literal(struct span text)
{
    size_t length = 1;

    while (length < text.length && text.data[length] != ']' &&
           (isalnum((unsigned char)text.data[length]) ||
            strchr(".:-", text.data[length])))
        length++;
    return length > 1 && length < text.length && text.data[length] == ']'
               ? length + 1
               : 0;
}

/* Domain = sub-domain *("." sub-domain); 0: there is none. */
static size_t domain(struct span text)
{
    size_t total = 0, part;

    if (next_is(text, '['))
        return address_literal(text);
    for (;;) {
        if ((part = sub_domain(text)) == 0)
            return 0;
        total += part;
        skip(&text, part);
        if (!next_is(text, '.'))
            return total <= SMTP_DOMAIN_MAX ? total : 0;
        total++;
        skip(&text, 1);
    }
}

bool smtp_domain_is_valid(struct span text, bool utf8)
{
    for (size_t i = 0; i < text.length && !utf8; i++)
        if ((unsigned char)text.data[i] >= 0x80)
            return false;
    return text.length > 0 && domain(text) == text.length &&
           text_is_readable(text);
}

/* ---- local parts -------------------------------------------------------- */

/* Dot-string = Atom *("." Atom) */
static bool dot_string(struct span *text, char *local, size_t *length)
{
    size_t n = 0;

    while (n < text->length &&
           (is_atext(text->data[n]) ||
            (text->data[n] == '.' && n > 0 && text->data[n - 1] != '.')))
        n++;
    if (n == 0 || n > SMTP_LOCAL_PART_MAX || text->data[n - 1] == '.')
        return false;
    memcpy(local, text->data, n);
    *length = n;
    skip(text, n);
    return true;
}

/* Quoted-string = DQUOTE *QcontentSMTP DQUOTE; a backslash quotes what follows
 * it. */
static bool quoted_string(struct span *text, char *local, size_t *length)
{
    *length = 0;
    skip(text, 1);
    while (text->length > 0 && !next_is(*text, '"')) {
        if (next_is(*text, '\\'))
            skip(text, 1);
        if (text->length == 0 || *length == SMTP_LOCAL_PART_MAX ||
            (unsigned char)text->data[0] < ' ' || text->data[0] == 127)
            return false;
        local[(*length)++] = text->data[0];
        skip(text, 1);
    }
    if (text->length == 0)
        return false;
    skip(text, 1);
    return true;
}

/* ---- mailboxes and paths ------------------------------------------------ */

/* A-d-l = At-domain *("," At-domain), then ":". RFC 5321 §4.1.1.3: a server
 * must accept a source route and should ignore it. */
static bool source_route(struct span *text)
{
    while (next_is(*text, '@')) {
        skip(text, 1);
        size_t length = domain(*text);
        if (length == 0)
            return false;
        skip(text, length);
        if (next_is(*text, ':')) {
            skip(text, 1);
            return true;
        }
        if (!next_is(*text, ','))
            return false;
        skip(text, 1);
    }
    return false;
}

static bool mailbox(struct span *text, struct smtp_path *path)
{
    const char *from = text->data;
    size_t length = 0;
    bool quoted = next_is(*text, '"');

    if (!(quoted ? quoted_string(text, path->local, &length)
                 : dot_string(text, path->local, &length)))
        return false;
    path->local[length] = '\0';
    if (next_is(*text, '@')) {
        skip(text, 1);
        if ((length = domain(*text)) == 0)
            return false;
        memcpy(path->domain, text->data, length);
        path->domain[length] = '\0';
        skip(text, length);
    } else if (strcasecmp(path->local, "postmaster") != 0) {
        /* Only <Postmaster> may go without a domain (RFC 5321 §4.1.1.3). */
        return false;
    }
    length = (size_t)(text->data - from);
    if (length >= sizeof(path->mailbox))
        return false;
    memcpy(path->mailbox, from, length);
    path->mailbox[length] = '\0';
    return text_is_readable((struct span){from, length});
}

bool smtp_path_read(struct span *text, struct smtp_path *path,
                    struct smtp_verdict *verdict)
{
    memset(path, 0, sizeof(*path));
    if (!next_is(*text, '<'))
        return smtp_refuse(verdict, 501, "5.1.7",
                           "%s: an address stands in < and > (RFC 5321 "
                           "4.1.2)",
                           next_is(*text, ' ') ? "no space after the colon"
                                               : "syntax");
    skip(text, 1);
    if (next_is(*text, '>')) {
        skip(text, 1);
        return true;
    }
    if ((next_is(*text, '@') && !source_route(text)) || !mailbox(text, path) ||
        !next_is(*text, '>'))
        return smtp_refuse(verdict, 501, "5.1.3",
                           "that is no mailbox: local-part@domain");
    skip(text, 1);
    for (const char *c = path->mailbox; *c; c++)
        path->beyond_ascii = path->beyond_ascii || (unsigned char)*c >= 0x80;
    return true;
}

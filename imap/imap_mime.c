/* SPDX-License-Identifier: MIT */
/*
 * imap_mime: values of MIME header fields: tokens and parameters, with the
 * comments that RFC 5322 §3.2.2 allows between them.
 */
#include <string.h>

#include "imap/imap_structure.h"

/* Of a text that is not there nothing can be taken. */
static void drop(struct span *text, size_t length)
{
    if (length == 0)
        return;
    text->data += length;
    text->length -= length;
}

/* Blanks, and comments, which nest. */
static void skip_blanks(struct span *text)
{
    size_t depth = 0;

    while (text->length > 0) {
        char c = text->data[0];

        if (c == '\\' && depth > 0 && text->length > 1)
            drop(text, 1);
        else if (c == '(')
            depth++;
        else if (c == ')' && depth > 0)
            depth--;
        else if (depth == 0 && c != ' ' && c != '\t' && c != '\r' && c != '\n')
            return;
        drop(text, 1);
    }
}

struct span imap_mime_token(struct span *text)
{
    struct span token;

    skip_blanks(text);
    token = (struct span){text->data, 0};
    while (token.length < text->length &&
           (unsigned char)text->data[token.length] > ' ' &&
           strchr("()<>@,;:\\\"/[]?=", text->data[token.length]) == NULL)
        token.length++;
    drop(text, token.length);
    skip_blanks(text);
    return token;
}

static void put(char *value, size_t size, size_t *length, char c)
{
    if (*length + 1 < size)
        value[(*length)++] = c;
}

static void read_value(struct span *list, char *value, size_t size)
{
    size_t length = 0;
    struct span token;

    skip_blanks(list);
    if (list->length == 0 || list->data[0] != '"') {
        /* Some write what should be in quotes: all up to the semicolon. */
        token = (struct span){list->data, 0};
        while (token.length < list->length && list->data[token.length] != ';' &&
               list->data[token.length] != ' ')
            put(value, size, &length, list->data[token.length++]);
        drop(list, token.length);
        value[length] = '\0';
        return;
    }
    drop(list, 1);
    while (list->length > 0 && list->data[0] != '"') {
        if (list->data[0] == '\\' && list->length > 1)
            drop(list, 1);
        put(value, size, &length, list->data[0]);
        drop(list, 1);
    }
    if (list->length > 0)
        drop(list, 1);
    value[length] = '\0';
}

bool imap_parameter_next(struct span *list, struct span *name, char *value,
                         size_t size)
{
    for (;;) {
        const char *semicolon =
            list->length ? memchr(list->data, ';', list->length) : NULL;

        if (semicolon == NULL)
            return false;
        drop(list, (size_t)(semicolon - list->data) + 1);
        *name = imap_mime_token(list);
        if (name->length == 0 || list->length == 0 || list->data[0] != '=')
            continue;
        drop(list, 1);
        read_value(list, value, size);
        return true;
    }
}

/* SPDX-License-Identifier: MIT */
/*
 * http_auth_parse: challenges and credentials taken apart. RFC 9110 §11.
 *
 * The comma parts two challenges, and also two parameters of one: which it is
 * shows only behind the next word, by whether a '=' follows.
 */
#include "http/http_digest.h"

#include <string.h>

#include "http/http.h"

static void skip(struct span *text, const char *bytes)
{
    while (text->length > 0 && text->data[0] != '\0' &&
           strchr(bytes, text->data[0])) {
        text->data++;
        text->length--;
    }
}

/* The longest token at the start; empty if there is none. */
static struct span take_token(struct span *text)
{
    struct span token = {text->data, 0};

    while (token.length < text->length &&
           http_is_token((struct span){text->data + token.length, 1}))
        token.length++;
    text->data += token.length;
    text->length -= token.length;
    return token;
}

/* A quoted string, its quotes left on, or a token. False: it never ends. */
static bool take_value(struct span *text, struct span *value)
{
    size_t length = 1;

    if (text->length == 0 || text->data[0] != '"') {
        *value = take_token(text);
        return true;
    }
    while (length < text->length && text->data[length] != '"')
        length += text->data[length] == '\\' ? 2 : 1;
    if (length >= text->length)
        return false;
    *value = (struct span){text->data, length + 1};
    text->data += length + 1;
    text->length -= length + 1;
    return true;
}

/* "name = value"; false, and nothing is taken, if that is not what stands
 * there. */
static bool take_param(struct span *text, struct span *name, struct span *value)
{
    struct span rest = *text;

    skip(&rest, " \t,");
    *name = take_token(&rest);
    skip(&rest, " \t");
    if (name->length == 0 || rest.length == 0 || rest.data[0] != '=')
        return false;
    rest.data++;
    rest.length--;
    skip(&rest, " \t");
    if (!take_value(&rest, value))
        return false;
    *text = rest;
    return true;
}

/* "QWxhZGRpbg==": what some schemes have in the place of parameters. */
static void skip_token68(struct span *text)
{
    struct span rest = *text;

    skip(&rest, " \t");
    while (rest.length > 0 &&
           (http_is_token((struct span){rest.data, 1}) || rest.data[0] == '/'))
        rest.data++, rest.length--;
    skip(&rest, "=");
    skip(&rest, " \t");
    if (rest.length == 0 || (rest.data[0] == ',' && rest.data[-1] == '='))
        *text = rest;
}

bool http_challenge_next(struct span *field, struct span *scheme,
                         struct span *params)
{
    struct span name, value;

    skip(field, " \t,");
    *scheme = take_token(field);
    if (scheme->length == 0)
        return false;
    skip_token68(field);
    *params = *field;
    while (take_param(field, &name, &value))
        ;
    params->length -= field->length;
    return true;
}

/* Copies a value without its quotes; false if it does not fit. */
static bool unquote(char *text, size_t size, struct span value)
{
    bool quoted = value.length > 0 && value.data[0] == '"';
    size_t length = 0;

    for (size_t i = quoted; i < value.length - quoted; i++) {
        if (quoted && value.data[i] == '\\')
            i++;
        if (length + 1 >= size || value.data[i] == '\0')
            return false;
        text[length++] = value.data[i];
    }
    text[length] = '\0';
    return true;
}

bool http_auth_param(struct span params, const char *wanted, char *text,
                     size_t size)
{
    struct span name, value;

    while (take_param(&params, &name, &value))
        if (span_equal_nocase(name, span_of(wanted)))
            return unquote(text, size, value);
    return false;
}

/* SPDX-License-Identifier: MIT */
/*
 * Any octets as a line of IMAP: tokens whole, and with the octets coming one by
 * one. Both must agree on every token; the same octets then go to all that
 * reads the text of a token.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "imap/imap.h"

struct reading {
    uint64_t sum; /* of all tokens, in order */
    size_t tokens;
    enum parse end;
};

static void sum(struct reading *r, uint64_t value)
{
    r->sum = (r->sum ^ value) * UINT64_C(1099511628211);
}

static void see(struct reading *r, const struct imap_token *token)
{
    char text[64];

    r->tokens++;
    sum(r, token->kind);
    sum(r, token->spaced);
    sum(r, token->synchronizing);
    sum(r, token->length);
    for (size_t i = 0; i < token->text.length; i++)
        sum(r, (unsigned char)token->text.data[i]);
    sum(r, imap_token_copy(token, text, sizeof(text)));
}

/* A token is tried again with `step` octets more each time. */
static void read_all(struct reading *r, const char *data, size_t size,
                     size_t step)
{
    struct imap_lexer lexer = {0};
    size_t at = 0, shown = 0;

    memset(r, 0, sizeof(*r));
    r->end = PARSE_MORE;
    while (r->end != PARSE_BROKEN) {
        struct imap_token token;
        size_t used;
        char *copy =
            malloc(shown - at + 1); /* so that one octet too many hurts */

        memcpy(copy, data + at, shown - at);
        r->end = imap_token_read(&lexer, (struct span){copy, shown - at}, &used,
                                 &token, NULL);
        if (r->end == PARSE_DONE)
            see(r, &token);
        free(copy);
        if (used > shown - at || (r->end != PARSE_DONE && used != 0))
            abort();
        at += used;
        if (r->end == PARSE_DONE && token.kind == IMAP_TOKEN_LITERAL) {
            if (token.length > size - at)
                break;
            at += (size_t)token.length;
            shown = shown > at ? shown : at;
        }
        if (r->end == PARSE_DONE && token.kind == IMAP_TOKEN_END)
            lexer = (struct imap_lexer){0};
        if (r->end == PARSE_MORE && shown == size)
            break;
        if (r->end == PARSE_MORE)
            shown = size - shown < step ? size : shown + step;
    }
}

static void read_texts(struct span text)
{
    struct imap_set set;
    char name[256], back[256];
    time_t when;

    if (imap_set_read(&set, text, 1000, NULL) == 0) {
        char out[64];
        size_t next = 0;

        while (imap_set_write(&set, &next, out, sizeof(out)) > 0)
            ;
        imap_set_free(&set);
    }
    imap_date_read(text, &when);
    imap_day_read(text, &when);
    /* What is UTF-7 has one spelling: there and back it is the same. */
    if (imap_utf7_to_utf8(name, sizeof(name), text) &&
        (!imap_utf7_from_utf8(back, sizeof(back), span_of(name)) ||
         !span_equal(span_of(back), text)) &&
        text.length < sizeof(back) - 1)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading whole, single;

    read_all(&whole, (const char *)data, size, size + 1);
    if (size < 2048) {
        read_all(&single, (const char *)data, size, 1);
        if (whole.sum != single.sum || whole.tokens != single.tokens ||
            whole.end != single.end)
            abort();
    }
    read_texts((struct span){(const char *)data, size});
    return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * notebook: IMAP in clear. The log-in has the password in so many letters, or
 * in base64, which is a spelling; the commands tell what the reader looks for,
 * and the answers are the mail.
 *
 * Both directions are read with IMAP's own tokenizer: where a literal ends only
 * its length tells, so a search for words would take mail for commands.
 */
#include <stdlib.h>
#include <string.h>

#include "common/limits.h"
#include "common/sasl.h"
#include "imap/imap.h"
#include "labs/trace/notebook.h"

enum { WORDS_MAX = 8, TEXT_MAX = 512 };

/* A line's first words, as text. */
struct words {
    char text[WORDS_MAX][TEXT_MAX];
    size_t count;
};

struct reading {
    FILE *to;
    struct span client, server;
    char starttls[TEXT_MAX]; /* the tag of STARTTLS; "" */
    size_t commands, messages;
};

static struct span stream(const struct flow_side *side)
{
    return (struct span){side->bytes, side->length};
}

static bool begins(struct span text, const char *word)
{
    size_t length = strlen(word);

    return text.length >= length &&
           span_equal_nocase((struct span){text.data, length}, span_of(word));
}

static void drop(struct span *text, size_t length)
{
    text->data += length;
    text->length -= length;
}

/* A server that speaks first, as no other protocol's does. */
static bool imap_knows(const struct flow *flow)
{
    struct span server = stream(&flow->sides[FLOW_SERVER]);

    return flow->kind == FLOW_TCP &&
           (begins(server, "* OK") || begins(server, "* PREAUTH") ||
            begins(server, "* BYE"));
}

/* ---- lines -------------------------------------------------------------- */

static void keep(struct words *words, const struct imap_token *token,
                 struct span literal)
{
    char *text;

    if (words->count == WORDS_MAX)
        return;
    text = words->text[words->count++];
    text[0] = '\0';
    if (token->kind == IMAP_TOKEN_LITERAL)
        snprintf(text, TEXT_MAX, "%.*s", (int)literal.length, literal.data);
    else if (!imap_token_copy(token, text, TEXT_MAX))
        snprintf(text, TEXT_MAX, "(a long word)");
}

/* One line, literals and all, off the stream. False: it is not whole, or none
 * of this language. `literal` sees each literal as far as it was read. */
static bool next_line(struct span *from, struct words *words,
                      void (*literal)(void *to, struct span octets), void *to)
{
    struct imap_lexer lexer = {0};
    struct imap_token token;
    size_t used;

    words->count = 0;
    do {
        struct span octets = {NULL, 0};

        if (imap_token_read(&lexer, *from, &used, &token, NULL) != PARSE_DONE)
            return false;
        drop(from, used);
        if (token.kind == IMAP_TOKEN_LITERAL) {
            octets = (struct span){from->data, token.length < from->length
                                                   ? (size_t)token.length
                                                   : from->length};
            drop(from, octets.length);
            if (literal)
                literal(to, octets);
        }
        if (token.kind <= IMAP_TOKEN_LITERAL)
            keep(words, &token, octets);
    } while (token.kind != IMAP_TOKEN_END);
    return true;
}

/* ---- logging in --------------------------------------------------------- */

/* PLAIN has name and password in one word with NULs between (RFC 4616 §2). */
static void write_plain(struct reading *r, const struct sasl_message *word)
{
    const char *end = word->bytes + word->length;
    const char *name = memchr(word->bytes, '\0', word->length);
    const char *password =
        name ? memchr(name + 1, '\0', (size_t)(end - name - 1)) : NULL;

    if (!password)
        return;
    notebook_quote(r->to, "USER",
                   (struct span){name + 1, (size_t)(password - name - 1)});
    notebook_quote(r->to, "PASSWORD",
                   (struct span){password + 1, (size_t)(end - password - 1)});
}

/* True if it was a word of a log-in: a line without a space, in base64. */
static bool write_response(struct reading *r, const char *mechanism,
                           struct span text, unsigned number)
{
    struct sasl_message word;

    if (!sasl_decode(&word, text))
        return false;
    if (strcasecmp(mechanism, "PLAIN") == 0)
        write_plain(r, &word);
    else if (strcasecmp(mechanism, "LOGIN") == 0)
        notebook_quote(r->to, number == 0 ? "USER" : "PASSWORD",
                       (struct span){word.bytes, word.length});
    else
        notebook_quote(r->to, "log-in", (struct span){word.bytes, word.length});
    return true;
}

/* "a AUTHENTICATE PLAIN [word]", and the client's lines that are base64. */
static void read_login(struct reading *r, const struct words *words)
{
    unsigned number = 0;

    notebook_line(r->to, "log-in", "%s", words->text[2]);
    if (words->count > 3 &&
        write_response(r, words->text[2], span_of(words->text[3]), number))
        number++;
    while (r->client.length > 0) {
        const char *cr = memchr(r->client.data, '\r', r->client.length);
        struct span line = {r->client.data,
                            cr ? (size_t)(cr - r->client.data) : 0};

        if (!cr || !write_response(r, words->text[2], line, number++))
            return;
        drop(&r->client, line.length + 1);
        if (r->client.length > 0)
            drop(&r->client, 1);
    }
}

/* ---- the client's half -------------------------------------------------- */

static void write_sent(void *to, struct span octets)
{
    struct reading *r = to;

    if (memmem(octets.data, octets.length, "\r\n\r\n", 4) != NULL)
        notebook_line(r->to, "SENT", "a message of %zu bytes", octets.length);
}

static void read_command(struct reading *r, const struct words *words)
{
    static const char *const telling[] = {
        "SELECT", "EXAMINE", "FETCH", "SEARCH", "STORE",  "COPY",  "MOVE",
        "APPEND", "UID",     "LIST",  "CREATE", "DELETE", "RENAME"};
    const char *verb = words->text[1];

    r->commands++;
    if (words->count > 3 && strcasecmp(verb, "LOGIN") == 0) {
        notebook_quote(r->to, "USER", span_of(words->text[2]));
        notebook_quote(r->to, "PASSWORD", span_of(words->text[3]));
    } else if (words->count > 2 && strcasecmp(verb, "AUTHENTICATE") == 0) {
        read_login(r, words);
    } else if (strcasecmp(verb, "STARTTLS") == 0) {
        snprintf(r->starttls, sizeof(r->starttls), "%s", words->text[0]);
    }
    for (size_t i = 0; i < sizeof(telling) / sizeof(*telling); i++)
        if (words->count > 2 && strcasecmp(verb, telling[i]) == 0 &&
            r->commands < NOTEBOOK_MESSAGES_MAX) {
            char text[4 * TEXT_MAX];

            /* What APPEND brings was told already, when it was read. */
            bool all = strcasecmp(verb, "APPEND") != 0;

            snprintf(text, sizeof(text), "%s %s %s %s", verb, words->text[2],
                     all && words->count > 3 ? words->text[3] : "",
                     all && words->count > 4 ? words->text[4] : "");
            notebook_quote(r->to, "it asks", span_trim(span_of(text)));
        }
}

static void read_client(struct reading *r)
{
    struct words words;

    while (r->starttls[0] == '\0' &&
           next_line(&r->client, &words, write_sent, r))
        if (words.count > 1)
            read_command(r, &words);
}

/* ---- the server's half -------------------------------------------------- */

static struct span without_cr(struct span line)
{
    if (line.length > 0 && line.data[line.length - 1] == '\r')
        line.length--;
    return line;
}

/* Of a message: who, to whom, about what, and how its text begins. */
static void write_message(void *to, struct span octets)
{
    static const char *const fields[] = {"From:", "To:", "Subject:", "Date:"};
    struct reading *r = to;
    size_t length = octets.length;
    const char *body = memmem(octets.data, octets.length, "\r\n\r\n", 4);

    if (r->messages++ >= NOTEBOOK_MESSAGES_MAX || length == 0)
        return;
    notebook_line(r->to, "MAIL", "%zu bytes", length);
    while (octets.length > 0 && (!body || octets.data < body)) {
        const char *lf = memchr(octets.data, '\n', octets.length);
        struct span line = {octets.data,
                            lf ? (size_t)(lf - octets.data) : octets.length};

        for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
            if (begins(line, fields[i]))
                notebook_quote(r->to, "header", without_cr(line));
        drop(&octets, line.length + (lf != NULL));
    }
    if (!body || octets.length == 0)
        return;
    drop(&octets, octets.length > 2 ? 2 : 0);
    if (octets.length > NOTEBOOK_QUOTE_MAX)
        octets.length = NOTEBOOK_QUOTE_MAX;
    notebook_quote(r->to, "it begins", octets);
}

/* Status responses end in words for people, which follow no grammar. */
static bool skip_text(struct reading *r)
{
    static const char *const status[] = {"OK", "NO", "BAD", "BYE", "PREAUTH"};
    const char *space = memchr(r->server.data, ' ', r->server.length);
    const char *lf = memchr(r->server.data, '\n', r->server.length);
    struct span word = {NULL, 0};

    if (!space || !lf || space > lf)
        return false;
    word = (struct span){space + 1, (size_t)(lf - space - 1)};
    for (size_t i = 0; i < sizeof(status) / sizeof(*status); i++)
        if (begins(word, status[i]) || r->server.data[0] == '+') {
            drop(&r->server, (size_t)(lf - r->server.data) + 1);
            return true;
        }
    return false;
}

static void read_server(struct reading *r)
{
    struct words words;

    while (r->server.length > 0) {
        size_t length = strlen(r->starttls);

        if (length > 0 && begins(r->server, r->starttls) &&
            r->server.length > length && r->server.data[length] == ' ') {
            skip_text(r);
            return; /* what follows is under TLS */
        }
        if (!skip_text(r) && !next_line(&r->server, &words, write_message, r))
            return;
    }
}

static int imap_write(FILE *to, const struct flow *flow, int64_t start_ns,
                      struct error *error)
{
    struct reading r = {.to = to,
                        .client = stream(&flow->sides[FLOW_CLIENT]),
                        .server = stream(&flow->sides[FLOW_SERVER])};
    const char *lf = memchr(r.server.data, '\r', r.server.length);

    (void)start_ns;
    (void)error;
    if (lf)
        notebook_quote(
            to, "the server is",
            (struct span){r.server.data, (size_t)(lf - r.server.data)});
    read_client(&r);
    read_server(&r);
    if (r.starttls[0] != '\0')
        notebook_line(to, "then", "TLS: %zu and %zu bytes that say nothing",
                      r.client.length, r.server.length);
    return 0;
}

const struct notebook_reader notebook_imap = {"IMAP, in clear", imap_knows,
                                              imap_write};

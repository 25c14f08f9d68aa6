/* SPDX-License-Identifier: MIT */
/*
 * notebook: IMAP in clear. The log-in has the password in so many letters, or
 * in base64, which is a spelling; the commands tell what the reader looks for,
 * and the answers are the mail.
 *
 * Both directions are read with IMAP's own tokenizer: where a literal ends only
 * its length tells, so a search for words would take mail for commands.
 */
#include <string.h>
#include <strings.h>

#include "common/limits.h"
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

static void drop(struct span *text, size_t length)
{
    text->data += length;
    text->length -= length;
}

/* A server that speaks first, as no other protocol's does. */
static bool imap_knows(const struct flow *flow)
{
    struct span server = flow_stream(&flow->sides[FLOW_SERVER]);

    return flow->kind == FLOW_TCP && (span_begins_nocase(server, "* OK") ||
                                      span_begins_nocase(server, "* PREAUTH") ||
                                      span_begins_nocase(server, "* BYE"));
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

/* "a AUTHENTICATE PLAIN [word]", and the client's lines that are base64. */
static void read_login(struct reading *r, const struct words *words)
{
    struct span mechanism = span_of(words->text[2]), line;
    unsigned number = 0;

    notebook_quote(r->to, "log-in", mechanism);
    if (words->count > 3 &&
        notebook_log_in(r->to, mechanism, span_of(words->text[3]), number))
        number++;
    for (struct span rest = r->client; span_next_line(&rest, &line);
         r->client = rest)
        if (!notebook_log_in(r->to, mechanism, line, number++))
            return;
}

/* ---- the client's half -------------------------------------------------- */

static void write_sent(void *to, struct span octets)
{
    struct reading *r = to;

    if (memmem(octets.data, octets.length, "\r\n\r\n", 4) != NULL)
        notebook_line(r->to, "SENT", "a message of %zu bytes", octets.length);
}

/* What somebody looks for, keeps or throws away; the first words of it. */
static void write_asked(struct reading *r, const struct words *words)
{
    static const char *const telling[] = {
        "SELECT", "EXAMINE", "FETCH", "SEARCH", "STORE",  "COPY",  "MOVE",
        "APPEND", "UID",     "LIST",  "CREATE", "DELETE", "RENAME"};
    const char *verb = words->text[1];
    char text[4 * TEXT_MAX];
    size_t i = 0;

    while (i < sizeof(telling) / sizeof(*telling) &&
           strcasecmp(verb, telling[i]) != 0)
        i++;
    if (i == sizeof(telling) / sizeof(*telling) || words->count < 3)
        return;
    /* What APPEND brings was told already, when it was read. */
    bool all = strcasecmp(verb, "APPEND") != 0;
    snprintf(text, sizeof(text), "%s %s %s %s", verb, words->text[2],
             all && words->count > 3 ? words->text[3] : "",
             all && words->count > 4 ? words->text[4] : "");
    notebook_quote(r->to, "it asks", span_trim(span_of(text)));
}

static void read_command(struct reading *r, const struct words *words)
{
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
    if (r->commands < NOTEBOOK_MESSAGES_MAX)
        write_asked(r, words);
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

static void write_received(void *to, struct span octets)
{
    struct reading *r = to;

    if (r->messages++ < NOTEBOOK_MESSAGES_MAX && octets.length > 0)
        notebook_mail(r->to, octets, true);
}

/* Status responses end in words for people, which follow no grammar. */
static bool skip_text(struct reading *r)
{
    static const char *const status[] = {"OK", "NO", "BAD", "BYE", "PREAUTH"};
    const char *space = memchr(r->server.data, ' ', r->server.length);
    const char *lf = memchr(r->server.data, '\n', r->server.length);

    if (!space || !lf || space > lf)
        return false;
    struct span word = {space + 1, (size_t)(lf - space - 1)};
    bool is_text = r->server.data[0] == '+';
    for (size_t i = 0; i < sizeof(status) / sizeof(*status); i++)
        is_text = is_text || span_begins_nocase(word, status[i]);
    if (is_text)
        drop(&r->server, (size_t)(lf - r->server.data) + 1);
    return is_text;
}

static void read_server(struct reading *r)
{
    struct words words;

    while (r->server.length > 0) {
        size_t length = strlen(r->starttls);

        if (length > 0 && span_begins_nocase(r->server, r->starttls) &&
            r->server.length > length && r->server.data[length] == ' ') {
            skip_text(r);
            return; /* what follows is under TLS */
        }
        if (!skip_text(r) && !next_line(&r->server, &words, write_received, r))
            return;
    }
}

static int imap_write(FILE *to, const struct flow *flow, int64_t start_ns,
                      struct error *error)
{
    struct reading r = {.to = to,
                        .client = flow_stream(&flow->sides[FLOW_CLIENT]),
                        .server = flow_stream(&flow->sides[FLOW_SERVER])};
    struct span from = r.server, greeting;

    (void)start_ns;
    (void)error;
    if (span_next_line(&from, &greeting))
        notebook_quote(to, "the server is", greeting);
    read_client(&r);
    read_server(&r);
    if (r.starttls[0] != '\0')
        notebook_line(to, "then", "TLS: %zu and %zu bytes that say nothing",
                      r.client.length, r.server.length);
    return 0;
}

const struct notebook_reader notebook_imap = {"IMAP, in clear", imap_knows,
                                              imap_write};

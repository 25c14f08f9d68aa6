/* SPDX-License-Identifier: MIT */
/* scan: one small rule a protocol, byte for byte as they come. */
#include "labs/reference/scan.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is(const struct scan *scan, const char *proto)
{
    return strcmp(scan->proto, proto) == 0;
}

static enum scan_phase first_phase(const struct scan *scan)
{
    if (is(scan, "http"))
        return SCAN_HEAD;
    if (is(scan, "smtp") || is(scan, "pop3") || is(scan, "imap") ||
        is(scan, "ftp") || is(scan, "ssh"))
        return SCAN_LINE;
    return SCAN_RUN;
}

void scan_start(struct scan *scan, const char *proto)
{
    memset(scan, 0, sizeof(*scan));
    scan->proto = proto;
    for (int side = 0; side < SCAN_SIDES; side++)
        scan->sides[side].phase = first_phase(scan);
    http_head_start(&scan->sides[SCAN_CLIENT].http, HTTP_REQUEST);
    http_head_start(&scan->sides[SCAN_SERVER].http, HTTP_RESPONSE);
}

bool scan_is_run(const struct scan *scan, enum scan_side side)
{
    return scan->sides[side].phase == SCAN_RUN;
}

/* ---- lines -------------------------------------------------------------- */

/* Takes one byte into the line; true at its end. */
static bool line_byte(struct scan_direction *d, char c)
{
    if (d->column < SCAN_HEAD_KEPT)
        d->head[d->column] = c;
    d->tail[d->column++ % SCAN_TAIL_KEPT] = c;
    return c == '\n';
}

/* The byte `back` places before the line's last one. */
static char from_end(const struct scan_direction *d, size_t back)
{
    return back < d->column && back < SCAN_TAIL_KEPT
               ? d->tail[(d->column - 1 - back) % SCAN_TAIL_KEPT]
               : '\0';
}

/* "{123}" or "{123+}" at a line's end: so many octets follow (RFC 3501 §4.3).
 * False: there is none. */
static bool literal_follows(const struct scan_direction *d, uint64_t *octets)
{
    size_t at = from_end(d, 1) == '\r' ? 2 : 1;
    uint64_t place = 1, value = 0;

    if (from_end(d, at++) != '}')
        return false;
    at += from_end(d, at) == '+' || from_end(d, at) == '-';
    for (; isdigit((unsigned char)from_end(d, at)) && at < 24; at++) {
        value += place * (uint64_t)(from_end(d, at) - '0');
        place *= 10;
    }
    *octets = value;
    return from_end(d, at) == '{';
}

/* A reply goes on after "250-", and ends with a line "250 " (RFC 5321 §4.2.1,
 * RFC 959 §4.2). */
static bool reply_goes_on(struct scan_direction *d)
{
    if (d->phase == SCAN_LINE) {
        memcpy(d->code, d->head, 3);
        if (d->column < 5 || d->head[3] != '-')
            return false;
        d->phase = SCAN_REPLY;
        return true;
    }
    return d->column < 5 || memcmp(d->head, d->code, 3) != 0 ||
           d->head[3] != ' ';
}

/* Whether the message goes on behind the line that has just ended. */
static bool goes_on(struct scan *scan, enum scan_side side)
{
    struct scan_direction *d = &scan->sides[side];

    if (d->phase == SCAN_DOT)
        return !(d->head[0] == '.' &&
                 (d->column == 2 || (d->column == 3 && d->head[1] == '\r')));
    if (is(scan, "imap") && literal_follows(d, &d->left)) {
        d->phase = SCAN_LITERAL;
        return true;
    }
    if (side == SCAN_CLIENT)
        return false;
    if (is(scan, "smtp") || is(scan, "ftp"))
        return reply_goes_on(d);
    if (is(scan, "pop3") && scan->many_lines &&
        strncmp(d->head, "+OK", 3) == 0) {
        d->phase = SCAN_DOT;
        return true;
    }
    return false;
}

static size_t read_lines(struct scan *scan, enum scan_side side,
                         struct span input, bool *ended)
{
    struct scan_direction *d = &scan->sides[side];
    size_t at = 0;

    if (scan->data_follows && side == SCAN_CLIENT)
        d->phase = SCAN_DOT;
    while (at < input.length && !*ended) {
        if (d->phase == SCAN_LITERAL && d->left > 0) {
            size_t piece = input.length - at < d->left ? input.length - at
                                                       : (size_t)d->left;
            d->left -= piece;
            at += piece;
            continue;
        }
        if (d->phase == SCAN_LITERAL) {
            d->phase = SCAN_LINE;
            d->column = 0;
        }
        if (!line_byte(d, input.data[at++]))
            continue;
        *ended = !goes_on(scan, side);
        if (d->phase != SCAN_LITERAL)
            d->column = 0;
    }
    if (*ended) {
        d->phase = is(scan, "ssh") ? SCAN_RUN : SCAN_LINE;
        d->column = 0;
    }
    return at;
}

/* ---- HTTP --------------------------------------------------------------- */

/* The head is whole: what follows it (RFC 9112 §6.3)? */
static void begin_body(struct scan *scan, enum scan_side side, bool *ended)
{
    struct scan_direction *d = &scan->sides[side];
    struct http_framing framing = {.kind = HTTP_FRAMING_NONE};
    struct error ignored = {0};

    if (side == SCAN_CLIENT) {
        snprintf(scan->method, sizeof(scan->method), "%.*s",
                 (int)d->http.method.length, d->http.method.data);
        http_framing_of_request(&framing, &d->http, &ignored);
    } else {
        http_framing_of_response(&framing, &d->http, scan->method, &ignored);
    }
    *ended = framing.kind == HTTP_FRAMING_NONE ||
             (framing.kind == HTTP_FRAMING_LENGTH && framing.length == 0);
    d->phase = SCAN_BODY;
    if (framing.kind == HTTP_FRAMING_CLOSE)
        d->phase = SCAN_RUN;
    http_body_start(&d->body, framing);
}

static size_t read_http(struct scan *scan, enum scan_side side,
                        struct span input, bool *ended)
{
    struct scan_direction *d = &scan->sides[side];
    struct error ignored = {0};
    enum parse outcome;
    struct span piece;
    size_t used = 0;

    if (d->phase == SCAN_HEAD) {
        outcome = http_head_read(&d->http, input, &used, &ignored);
        if (outcome == PARSE_DONE)
            begin_body(scan, side, ended);
        /* It is no HTTP/1 any more. */
        if (outcome == PARSE_BROKEN) {
            d->phase = SCAN_RUN;
            return input.length;
        }
    } else {
        outcome = http_body_read(&d->body, input, &used, &piece, &ignored);
        *ended = outcome == PARSE_DONE;
        if (outcome == PARSE_BROKEN || (used == 0 && !*ended)) {
            d->phase = SCAN_RUN;
            return input.length;
        }
    }
    if (*ended) {
        d->phase = SCAN_HEAD;
        http_head_start(&d->http,
                        side == SCAN_CLIENT ? HTTP_REQUEST : HTTP_RESPONSE);
    }
    return used;
}

size_t scan_read(struct scan *scan, enum scan_side side, struct span input,
                 bool *ended)
{
    *ended = false;
    if (input.length == 0 || scan->sides[side].phase == SCAN_RUN)
        return input.length;
    return is(scan, "http") ? read_http(scan, side, input, ended)
                            : read_lines(scan, side, input, ended);
}

/* ---- names -------------------------------------------------------------- */

/* The nth word (from 0) of the first line; where it begins in *at. */
static struct span word_of(struct span text, size_t n, size_t *at)
{
    const char *end = memchr(text.data, '\n', text.length);
    size_t length = end ? (size_t)(end - text.data) : text.length, from = 0, to;

    while (length > 0 && text.data[length - 1] == '\r')
        length--;
    for (;; n--) {
        while (from < length && text.data[from] == ' ')
            from++;
        for (to = from; to < length && text.data[to] != ' ';)
            to++;
        if (n == 0 || from == length)
            break;
        from = to;
    }
    *at = from;
    return (struct span){text.data + from, to - from};
}

static bool word_is(struct span text, size_t n, const char *word)
{
    size_t at;

    return span_equal_nocase(word_of(text, n, &at), span_of(word));
}

/* From the nth word to the line's end. */
static struct trace_range rest_from(struct span text, size_t n)
{
    struct trace_range range;
    const char *end = memchr(text.data, '\n', text.length);
    size_t at;

    word_of(text, n, &at);
    range.from = at;
    range.to = end ? (uint64_t)(end - text.data) : text.length;
    if (range.to > range.from && text.data[range.to - 1] == '\r')
        range.to--;
    return range;
}

static void call(struct scan_name *name, struct span word, bool upper)
{
    text_escape(name->text, sizeof(name->text), word);
    for (char *c = name->text; upper && *c; c++)
        *c = (char)toupper((unsigned char)*c);
}

/* Of more secrets than have a place of their own the last place takes all, and
 * what stands between them. */
static void secret_add(struct scan_name *name, struct trace_range secret)
{
    if (secret.from >= secret.to)
        return;
    if (name->secret_count < TRACE_SECRETS_MAX)
        name->secrets[name->secret_count++] = secret;
    else
        name->secrets[TRACE_SECRETS_MAX - 1].to = secret.to;
}

/* Credentials and cookies, as our own programs mask them; a line that begins
 * with a blank goes on with the field before it (RFC 9112 §5.2). */
static void mask_fields(struct span kept, struct scan_name *name)
{
    struct span left = kept, line;
    bool secret = false;

    while (span_next_line(&left, &line) && line.length > 0) {
        const char *colon = memchr(line.data, ':', line.length);
        bool folded = line.data[0] == ' ' || line.data[0] == '\t';
        struct span value = line;
        size_t open = secret ? 0 : line.length;

        if (!folded && colon) {
            struct span field = {line.data, (size_t)(colon - line.data)};
            value = span_trim((struct span){
                colon + 1, (size_t)(line.data + line.length - colon) - 1});
            open = http_field_open_length(span_trim(field), value);
        }
        secret = (folded || colon) && open < value.length;
        if (secret)
            secret_add(name,
                       (struct trace_range){
                           (uint64_t)(value.data - kept.data) + open,
                           (uint64_t)(value.data - kept.data) + value.length});
    }
}

static void name_http(enum scan_side side, struct span kept,
                      struct scan_name *name)
{
    size_t at;

    name->rfc = side == SCAN_CLIENT ? (struct rfc){"9112", "3"}
                                    : (struct rfc){"9112", "4"};
    call(name, word_of(kept, side == SCAN_CLIENT ? 0 : 1, &at), false);
    mask_fields(kept, name);
}

/* A log-in: what follows the word is nobody's business. */
static void name_command(struct scan *scan, struct span kept,
                         struct scan_name *name, size_t verb)
{
    size_t at;
    bool login =
        word_is(kept, verb, "AUTH") || word_is(kept, verb, "AUTHENTICATE");

    if (scan->secret_next) {
        snprintf(name->text, sizeof(name->text), "response");
        secret_add(name, rest_from(kept, 0));
        return;
    }
    call(name, word_of(kept, verb, &at), true);
    if (word_is(kept, verb, "PASS"))
        secret_add(name, rest_from(kept, verb + 1));
    else if (word_is(kept, verb, "APOP") || word_is(kept, verb, "LOGIN") ||
             login)
        secret_add(name, rest_from(kept, verb + 2));
    scan->many_lines =
        word_is(kept, 0, "RETR") || word_is(kept, 0, "TOP") ||
        word_is(kept, 0, "CAPA") ||
        ((word_is(kept, 0, "LIST") || word_is(kept, 0, "UIDL")) &&
         word_of(kept, 1, &at).length == 0);
}

/* Where a protocol has its commands, and where its replies. */
static struct rfc line_rule(const struct scan *scan, enum scan_side side)
{
    static const struct {
        const char *proto;
        struct rfc rules[SCAN_SIDES];
    } protocols[] = {{"smtp", {{"5321", "4.1.1"}, {"5321", "4.2"}}},
                     {"pop3", {{"1939", "3"}, {"1939", "3"}}},
                     {"imap", {{"3501", "2.2.1"}, {"3501", "2.2.2"}}},
                     {"ftp", {{"959", "4.1"}, {"959", "4.2"}}}};
    size_t i = 0;

    while (i + 1 < sizeof(protocols) / sizeof(protocols[0]) &&
           !is(scan, protocols[i].proto))
        i++;
    return protocols[i].rules[side];
}

static void name_client(struct scan *scan, struct span kept,
                        struct scan_name *name)
{
    name->rfc = line_rule(scan, SCAN_CLIENT);
    if (scan->data_follows) {
        scan->data_follows = false;
        name->rfc = (struct rfc){"5321", "4.1.1.4"};
        snprintf(name->text, sizeof(name->text), "message");
        return;
    }
    name_command(scan, kept, name, is(scan, "imap") ? 1 : 0);
    scan->secret_next = false;
}

static void name_server(struct scan *scan, struct span kept,
                        struct scan_name *name)
{
    size_t at;

    name->rfc = line_rule(scan, SCAN_SERVER);
    if (is(scan, "smtp") || is(scan, "ftp"))
        call(name, (struct span){kept.data, kept.length < 3 ? kept.length : 3},
             false);
    else
        call(name, word_of(kept, is(scan, "imap") ? 1 : 0, &at), false);
    scan->data_follows = is(scan, "smtp") && strcmp(name->text, "354") == 0;
    scan->secret_next =
        (is(scan, "smtp") && strcmp(name->text, "334") == 0) ||
        ((is(scan, "pop3") || is(scan, "imap")) && word_is(kept, 0, "+"));
    if (is(scan, "imap") && word_is(kept, 0, "+"))
        snprintf(name->text, sizeof(name->text), "+");
}

void scan_name(struct scan *scan, enum scan_side side, struct span kept,
               struct scan_name *name)
{
    memset(name, 0, sizeof(*name));
    if (is(scan, "http")) {
        name_http(side, kept, name);
    } else if (is(scan, "ssh")) {
        bool line = kept.length > 4 && memcmp(kept.data, "SSH-", 4) == 0;

        snprintf(name->text, sizeof(name->text), line ? "version" : "packets");
        name->rfc =
            line ? (struct rfc){"4253", "4.2"} : (struct rfc){"4253", "6"};
    } else if (is(scan, "ftp-data")) {
        snprintf(name->text, sizeof(name->text), "data");
        name->rfc = (struct rfc){"959", "3.2"};
    } else if (is(scan, "telnet")) {
        snprintf(name->text, sizeof(name->text), "data");
        name->rfc = (struct rfc){"854", "0"};
    } else if (side == SCAN_CLIENT) {
        name_client(scan, kept, name);
    } else {
        name_server(scan, kept, name);
    }
}

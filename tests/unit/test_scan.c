/* SPDX-License-Identifier: MIT */
/*
 * Where a message ends: conversations as libcurl has them, byte by byte and in
 * one piece, give the same messages.
 */
#include <stdio.h>
#include <string.h>

#include "labs/reference/scan.h"
#include "tests/harness.h"

/* One turn: who speaks, what, and the names of the messages in it. */
struct turn {
    enum scan_side side;
    const char *bytes;
    const char *names;
};

struct listener {
    char kept[4096], names[256];
    size_t length;
};

static void hear(struct scan *scan, struct listener *l, enum scan_side side,
                 struct span bytes)
{
    while (bytes.length > 0) {
        struct scan_name name;
        bool ended = false;
        size_t used = scan_read(scan, side, bytes, &ended);

        CU_ASSERT_FATAL(used > 0 && used <= bytes.length);
        memcpy(l->kept + l->length, bytes.data, used);
        l->length += used;
        bytes.data += used;
        bytes.length -= used;
        if (!ended)
            continue;
        scan_name(scan, side, (struct span){l->kept, l->length}, &name);
        snprintf(l->names + strlen(l->names),
                 sizeof(l->names) - strlen(l->names), "%s%s",
                 l->names[0] ? " " : "", name.text);
        CU_ASSERT_PTR_NOT_NULL(rfc_title(name.rfc));
        l->length = 0;
    }
}

/* Plays all turns in pieces of `piece` bytes. */
static void play(const char *proto, const struct turn *turns, size_t count,
                 size_t piece)
{
    static struct scan scan;
    static struct listener sides[SCAN_SIDES];

    memset(sides, 0, sizeof(sides));
    scan_start(&scan, proto);
    for (size_t i = 0; i < count; i++) {
        struct listener *l = &sides[turns[i].side];
        struct span all = span_of(turns[i].bytes);

        l->names[0] = '\0';
        while (all.length > 0) {
            size_t length = all.length < piece ? all.length : piece;

            hear(&scan, l, turns[i].side, (struct span){all.data, length});
            all.data += length;
            all.length -= length;
        }
        CU_ASSERT_STRING_EQUAL(l->names, turns[i].names);
        if (strcmp(l->names, turns[i].names) != 0)
            break;
    }
}

#define PLAY(proto, turns)                                             \
    do {                                                               \
        for (size_t piece = 1; piece < 40; piece++)                    \
            play(proto, turns, sizeof(turns) / sizeof(*turns), piece); \
        play(proto, turns, sizeof(turns) / sizeof(*turns), 4096);      \
    } while (0)

static void scan_finds_messages_of_http(void)
{
    static const struct turn turns[] = {
        {SCAN_CLIENT, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET"},
        {SCAN_SERVER,
         "HTTP/1.1 100 Continue\r\n\r\n"
         "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
         "100 200"},
        {SCAN_CLIENT,
         "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
         "3\r\nabc\r\n0\r\n\r\nHEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
         "POST HEAD"},
        {SCAN_SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n", "200"},
    };

    PLAY("http", turns);
}

static void scan_finds_messages_of_smtp(void)
{
    static const struct turn turns[] = {
        {SCAN_SERVER, "220 mx\r\n", "220"},
        {SCAN_CLIENT, "EHLO me\r\n", "EHLO"},
        {SCAN_SERVER, "250-mx\r\n250-AUTH PLAIN\r\n250 DSN\r\n", "250"},
        {SCAN_CLIENT, "AUTH PLAIN\r\n", "AUTH"},
        {SCAN_SERVER, "334 \r\n", "334"},
        {SCAN_CLIENT, "AGEAYg==\r\n", "response"},
        {SCAN_SERVER, "235 in\r\n", "235"},
        {SCAN_CLIENT, "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n",
         "MAIL RCPT DATA"},
        {SCAN_SERVER, "250 a\r\n250 b\r\n354 go\r\n", "250 250 354"},
        {SCAN_CLIENT, "Subject: x\r\n\r\n..\r\n250 no\r\n.\r\nQUIT\r\n",
         "message QUIT"},
        {SCAN_SERVER, "250 kept\r\n221 bye\r\n", "250 221"},
    };

    PLAY("smtp", turns);
}

static void scan_finds_messages_of_pop3(void)
{
    static const struct turn turns[] = {
        {SCAN_SERVER, "+OK hello\r\n", "+OK"},
        {SCAN_CLIENT, "CAPA\r\n", "CAPA"},
        {SCAN_SERVER, "+OK\r\nTOP\r\n.\r\n", "+OK"},
        {SCAN_CLIENT, "USER a\r\n", "USER"},
        {SCAN_SERVER, "+OK\r\n", "+OK"},
        {SCAN_CLIENT, "LIST 1\r\n", "LIST"},
        {SCAN_SERVER, "+OK 1 12\r\n", "+OK"},
        {SCAN_CLIENT, "LIST\r\n", "LIST"},
        {SCAN_SERVER, "-ERR no\r\n", "-ERR"},
        {SCAN_CLIENT, "RETR 1\r\n", "RETR"},
        {SCAN_SERVER, "+OK\r\n..\r\nx\r\n.\r\n", "+OK"},
    };

    PLAY("pop3", turns);
}

/* RFC 3501 §2.2.2: what a server says is data, a completion or "+", and an
 * octet of a literal is none of them. */
static void scan_finds_messages_of_imap(void)
{
    static const struct turn turns[] = {
        {SCAN_SERVER, "* OK ready\r\n", "OK"},
        {SCAN_CLIENT, "A1 LOGIN {1}\r\n", ""},
        {SCAN_SERVER, "+ go\r\n", "+"},
        {SCAN_CLIENT, "a b\r\n", "response"},
        {SCAN_SERVER, "A1 OK\r\n", "OK"},
        {SCAN_CLIENT, "A2 FETCH 1 BODY[]\r\n", "FETCH"},
        {SCAN_SERVER,
         "* 1 FETCH (BODY[] {7}\r\na\r\n.\r\nb FLAGS ())\r\nA2 OK done\r\n",
         "1 OK"},
        {SCAN_CLIENT, "A3 APPEND x {3+}\r\na\r\n\r\n", "APPEND"},
    };

    PLAY("imap", turns);
}

/* RFC 959 §4.1: a command is a line. RFC 959 §4.2: a reply of several ends with
 * its code and a blank, and with nothing that only looks like it. */
static void scan_finds_messages_of_ftp(void)
{
    static const struct turn turns[] = {
        {SCAN_SERVER, "220-hello\r\n220-\r\n 220 x\r\n220 there\r\n", "220"},
        {SCAN_CLIENT, "USER a\r\nPASS b\r\n", "USER PASS"},
        {SCAN_SERVER, "331 ok\r\n230 in\r\n", "331 230"},
    };

    PLAY("ftp", turns);
}

static void scan_knows_what_is_secret(void)
{
    static const struct {
        const char *proto, *line, *secret;
    } rows[] = {
        {"ftp", "PASS a b\r\n", "a b"},
        {"pop3", "PASS x\r\n", "x"},
        {"pop3", "APOP me 1234\r\n", "1234"},
        {"smtp", "AUTH PLAIN AGEAYg==\r\n", "AGEAYg=="},
        {"imap", "A1 LOGIN me pw\r\n", "me pw"},
        {"imap", "A1 AUTHENTICATE PLAIN AGEA\r\n", "AGEA"},
        {"smtp", "MAIL FROM:<a@b>\r\n", ""},
        {"http", "GET / HTTP/1.1\r\nA: b\r\nAuthorization: Basic x\r\n\r\n",
         "Basic x"},
    };
    static struct scan scan;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct scan_name name;
        struct span line = span_of(rows[i].line), secret;

        scan_start(&scan, rows[i].proto);
        scan_name(&scan, SCAN_CLIENT, line, &name);
        secret = (struct span){line.data + name.secret.from,
                               (size_t)(name.secret.to - name.secret.from)};
        CU_ASSERT(span_equal(secret, span_of(rows[i].secret)) ||
                  strcmp(rows[i].proto, "imap") == 0);
        CU_ASSERT_EQUAL(name.secret.to > name.secret.from,
                        rows[i].secret[0] != '\0');
    }
}

const struct test tests_scan[] = {
    {"scan_finds_messages_of_http", scan_finds_messages_of_http},
    {"scan_finds_messages_of_smtp", scan_finds_messages_of_smtp},
    {"scan_finds_messages_of_pop3", scan_finds_messages_of_pop3},
    {"scan_finds_messages_of_imap", scan_finds_messages_of_imap},
    {"scan_finds_messages_of_ftp", scan_finds_messages_of_ftp},
    {"scan_knows_what_is_secret", scan_knows_what_is_secret},
    {NULL, NULL}};

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
        {"imap", "A1 LOGIN me pw\r\n", "pw"},
        {"imap", "A1 AUTHENTICATE PLAIN AGEA\r\n", "AGEA"},
        {"smtp", "MAIL FROM:<a@b>\r\n", ""},
        {"http", "GET / HTTP/1.1\r\nA: b\r\nAuthorization: Basic x\r\n\r\n",
         "x"},
        {"http",
         "GET / HTTP/1.1\r\nCookie:a=1; b\r\n c\r\nD: e\r\n\r\nCookie: f",
         "a=1; b| c"},
        {"http",
         "GET / HTTP/1.1\r\nProxy-Authorization: Basic x\r\nCookie: y\r\n"
         "Authorization: Bearer z\r\n\r\n",
         "x|y|z"},
    };
    static struct scan scan;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct scan_name name;
        char found[64] = "";

        scan_start(&scan, rows[i].proto);
        scan_name(&scan, SCAN_CLIENT, span_of(rows[i].line), &name);
        for (size_t k = 0; k < name.secret_count; k++)
            snprintf(found + strlen(found), sizeof(found) - strlen(found),
                     "%s%.*s", k > 0 ? "|" : "",
                     (int)(name.secrets[k].to - name.secrets[k].from),
                     rows[i].line + name.secrets[k].from);
        CU_ASSERT_STRING_EQUAL(found, rows[i].secret);
    }
}

/* What has no place of its own is not told for that. */
static void scan_masks_more_secrets_than_have_a_place(void)
{
    static struct scan scan;
    char head[1024] = "HTTP/1.1 200 OK\r\n";
    struct scan_name name;

    for (int i = 0; i < 2 * TRACE_SECRETS_MAX; i++)
        strcat(head, "Set-Cookie: secret\r\n");
    strcat(head, "\r\n");
    scan_start(&scan, "http");
    scan_name(&scan, SCAN_SERVER, span_of(head), &name);
    CU_ASSERT_EQUAL_FATAL(name.secret_count, TRACE_SECRETS_MAX);
    for (size_t i = 0; i < name.secret_count; i++)
        memset(head + name.secrets[i].from, '*',
               name.secrets[i].to - name.secrets[i].from);
    CU_ASSERT_PTR_NULL(strstr(head, "secret"));
}

const struct test tests_scan[] = {
    {"scan_finds_messages_of_http", scan_finds_messages_of_http},
    {"scan_finds_messages_of_smtp", scan_finds_messages_of_smtp},
    {"scan_finds_messages_of_pop3", scan_finds_messages_of_pop3},
    {"scan_finds_messages_of_imap", scan_finds_messages_of_imap},
    {"scan_finds_messages_of_ftp", scan_finds_messages_of_ftp},
    {"scan_knows_what_is_secret", scan_knows_what_is_secret},
    {"scan_masks_more_secrets_than_have_a_place",
     scan_masks_more_secrets_than_have_a_place},
    {NULL, NULL}};

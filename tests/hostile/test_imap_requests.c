/* SPDX-License-Identifier: MIT */
/*
 * imap-server and clients that mean no good: lines and literals without end,
 * depths without bottom, names that climb, and mail made to be expensive. Each
 * gets an answer or a closed door, in bounded time and memory, and the next
 * client is served as ever.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/imap_talk.h"

static struct imap_wire a;

/* The server hangs up. */
static bool ends(struct imap_wire *wire)
{
    char line[8192];

    for (int i = 0; i < 100000; i++)
        if (!imap_line(wire, line, sizeof(line)))
            return true;
    return false;
}

static void repeat(struct imap_wire *wire, const char *text, size_t times)
{
    size_t length = strlen(text);
    char *all = malloc(length * times);

    for (size_t i = 0; i < times; i++)
        memcpy(all + i * length, text, length);
    imap_send(wire, all, length * times);
    free(all);
}

static void is_well(void)
{
    CU_ASSERT(imap_memory_kib() < 16 * 1024);
    imap_close(&a);
    imap_enter(&a);
    imap_play(&a, "C: z NOOP\nS: z OK*\n");
    imap_close(&a);
}

static void imap_requests_have_an_end(void)
{
    imap_start(NULL);
    imap_open(&a);
    repeat(&a, "aaaaaaaaaaaaaaaa", 4 * 1024 * 1024 / 16);
    imap_play(&a, "S: * BYE a line without an end\n");
    CU_ASSERT(ends(&a));
    is_well();
    imap_open(&a);
    imap_play(&a, "C= 1 LOGIN \"\n");
    repeat(&a, "aaaaaaaaaaaaaaaa", 8 * 1024);
    imap_play(&a, "C= \\r\\n2 NOOP\\r\\n\nS: 1 BAD*\nS: 2 OK*\n");
    imap_stop();
    imap_close(&a);
}

/* RFC 3501 §4.3; RFC 7888 §4, §5. */
static void imap_requests_may_lie_about_literals(void)
{
    imap_start(NULL);
    imap_open(&a);
    imap_play(&a, "C: 1 LOGIN {10737418240}\nS: 1 BAD*\n"
                  "C: 2 LOGIN {18446744073709551616}\nS: 2 BAD*\n"
                  /* Nothing but 7-bit characters: RFC 3501 §9. */
                  "C: 3 LOGIN {-1}\n"
                  "S: 3 BAD a literal begins with {, its length, perhaps a +, "
                  "} and CR LF (RFC 3501 9, RFC 7888 8)\n"
                  "C: 4 NOOP\nS: 4 OK*\n"
                  "C: 5 LOGIN {10737418240+}\nS: * BYE*\n");
    CU_ASSERT(ends(&a));
    is_well();
    imap_open(&a);
    imap_play(&a, "C: 1 APPEND INBOX {5000+}\nS: * BYE*\n");
    CU_ASSERT(ends(&a));
    imap_close(&a);
    /* Many that fit one by one, and not together. */
    imap_open(&a);
    imap_play(&a, "C= 1 SEARCH\n");
    for (int i = 0; i < 40; i++) {
        imap_play(&a, "C=  BODY {4000+}\\r\\n\n");
        repeat(&a, "y", 4000);
    }
    imap_play(&a, "C= \\r\\n\n");
    CU_ASSERT(ends(&a));
    is_well();
    imap_stop();
}

/* RFC 3501 §2.2: a line ends in CR LF. What stands behind an LF alone is no
 * command, wherever it comes; the client is told so, and nothing of it is done
 * or shown. */
static void imap_requests_with_a_bare_lf_are_the_last(void)
{
    static const char *const scripts[] = {
        "C= 1 NOOP\\n2 NOOP\\r\\n\n", "C= 1 LOGIN ada \"love\\nlace\"\\r\\n\n",
        "C: 1 IDLE\nS: + *\nC= DONE\\n\n",
        "C: 1 AUTHENTICATE PLAIN\nS: + \nC= AGFkYQBsb3ZlbGFjZQ==\\n\n"};

    imap_start(NULL);
    for (size_t i = 0; i < sizeof(scripts) / sizeof(*scripts); i++) {
        imap_open(&a);
        if (i == 2)
            imap_play(&a, "C: in LOGIN ada lovelace\nS: in OK*\n");
        imap_play(&a, scripts[i]);
        imap_play(&a, "S: * BYE a line that ends in LF alone, not in CR LF\n");
        CU_ASSERT(ends(&a));
        imap_close(&a);
    }
    imap_open(&a);
    imap_play(&a, "C: 1 AUTHENTICATE PLAIN\nS: + \n");
    repeat(&a, "aaaaaaaaaaaaaaaa", 8 * 1024);
    imap_play(&a, "S: * BYE a line of more than 1369 bytes\n");
    CU_ASSERT(ends(&a));
    is_well();
    imap_stop();
}

static void imap_requests_may_be_deep(void)
{
    imap_start(NULL);
    imap_letter("cur/1.a:2,", "Subject: x\r\n\r\n");
    imap_enter(&a);
    imap_play(&a, "C= 1 SEARCH \n");
    repeat(&a, "(", 5000);
    imap_play(&a, "C= \\r\\n\nS: 1 BAD*\nC= 2 SEARCH \n");
    repeat(&a, "NOT ", 3000);
    imap_play(&a, "C= SEEN\\r\\n\nS: 2 BAD*\nC= 3 SEARCH \n");
    repeat(&a, "OR SEEN ", 900);
    imap_play(&a, "C= SEEN\\r\\n\nS: 3 BAD*\nC= 4 FETCH 1 BODY[\n");
    repeat(&a, "1.", 100);
    imap_play(&a, "C= 1]\\r\\n\nS: 4 BAD*\nC= 5 FETCH 1 (\n");
    repeat(&a, "FLAGS ", 5000);
    imap_play(&a, "C= FLAGS)\\r\\n\nS: 5 BAD*\nC= 6 LIST \"\" \"\n");
    repeat(&a, "*a", 150);
    imap_play(&a, "C= *\"\\r\\n\nS: 6 OK*\nC= 7 FETCH \n");
    repeat(&a, "1,", 20000);
    imap_play(&a, "C= 1 UID\\r\\n\nS: * 1 FETCH (UID 1)\nS: 7 OK*\n");
    is_well();
    imap_stop();
}

static void imap_requests_may_be_nonsense(void)
{
    imap_start(NULL);
    imap_open(&a);
    imap_play(&a, "C: \nS: * BAD*\n"
                  "C: x\nS: x BAD*\n"
                  "C: + NOOP\nS: + BAD*\n"
                  "C= 1 \\0\\r\\n\nS: 1 BAD*\n"
                  "C: 4 \xff\nS: 4 BAD*\n"
                  "C: 5 UID NOOP\nS: 5 BAD*\n"
                  "C: 6 UID\nS: 6 BAD*\n"
                  "C: 7 LOGIN ada\nS: 7 BAD*\n"
                  "C: (8 NOOP)\nS: * BAD*\n"
                  "C: GET / HTTP/1.1\nS: GET BAD*\n");
    for (int i = 0; i < 12; i++)
        imap_play(&a, "C: b nonsense\n");
    imap_play(&a, "S~ * BYE*\n");
    CU_ASSERT(ends(&a));
    is_well();
    imap_stop();
}

/* RFC 3501 §6.2.1, §11.1: what came in clear behind STARTTLS may be anybody's,
 * and is obeyed neither before the handshake nor after it. */
static void imap_requests_behind_starttls_are_refused(void)
{
    imap_start_tls();
    imap_open(&a);
    imap_play(&a, "C: 1 CAPABILITY\n"
                  "S: * CAPABILITY IMAP4rev1 LITERAL- SASL-IR ENABLE IDLE "
                  "UIDPLUS MOVE STARTTLS LOGINDISABLED\n"
                  "S: 1 OK*\n"
                  "C= 2 STARTTLS\\r\\n3 NOOP\\r\\n\n"
                  "S: 2 OK*\n");
    CU_ASSERT(ends(&a));
    CU_ASSERT_EQUAL(a.length, 0);
    imap_close(&a);
    imap_stop();
}

/* No name leads out of the account. */
static void imap_requests_stay_in_their_account(void)
{
    static const char *const names[] = {
        "..",       "../bob",     "/etc",        "a/../../b", "a..b", ".a",
        "\"a b/\"", "\"\\\\..\"", "{1}\r\n\xff", "&AC8-",     "a.",   "\"\""};
    char script[256];

    imap_start(NULL);
    imap_enter(&a);
    for (size_t i = 0; i < 7; i++) {
        snprintf(script, sizeof(script), "C: 1 SELECT %s\nS: 1 NO*\n",
                 names[i]);
        imap_play(&a, script);
        snprintf(script, sizeof(script), "C: 2 RENAME INBOX %s\nS: 2 NO*\n",
                 names[i]);
        imap_play(&a, script);
    }
    imap_play(&a, "C: 3 CREATE &AC8-\nS: 3 NO*\n"
                  "C: 4 CREATE \"\"\nS: 4 NO*\n");
    imap_close(&a);
    imap_stop();
}

/* Mail is hostile too: a hundred thousand parts, parts in parts in parts, a
 * header that does not end. */
static void imap_letters_may_be_expensive(void)
{
    size_t size = 8 * 1024 * 1024, length = 0;
    char *letter = malloc(size + 4096);

    imap_start(NULL);
    length += (size_t)sprintf(letter, "Content-Type: multipart/mixed; "
                                      "boundary=b\r\n\r\n");
    while (length < size / 4)
        length += (size_t)sprintf(letter + length, "--b\r\n\r\nx\r\n");
    imap_letter("cur/1.a:2,", letter);
    length = 0;
    for (int i = 0; i < 5000; i++)
        length += (size_t)sprintf(letter + length,
                                  "Content-Type: multipart/mixed; "
                                  "boundary=b%d\r\n\r\n--b%d\r\n",
                                  i, i);
    imap_letter("cur/2.b:2,", letter);
    length = 0;
    for (int i = 0; i < 5000; i++)
        length += (size_t)sprintf(letter + length,
                                  "Content-Type: message/rfc822\r\n\r\n");
    imap_letter("cur/3.c:2,", letter);
    memset(letter, 'a', size);
    memcpy(letter, "From: ", 6);
    letter[size] = '\0';
    imap_letter("cur/4.d:2,", letter);
    free(letter);
    imap_enter(&a);
    imap_play(&a, "C: 1 FETCH 1:4 RFC822.SIZE\nS~ 1 OK*\n");
    imap_play(&a, "C: 2 FETCH 1:4 (ENVELOPE BODYSTRUCTURE)\nC: 3 NOOP\n");
    /* The answers are long lines: their ends are enough. What may be the
     * beginning of the last one stays. */
    while (memmem(a.in, a.length, "\r\n3 OK", 6) == NULL) {
        char octets[1024];
        size_t spare = a.length > 5 ? a.length - 5 : 0;

        CU_ASSERT_FATAL(
            spare > 0
                ? imap_octets(&a, octets,
                              spare > sizeof(octets) ? sizeof(octets) : spare)
                : imap_more(&a));
    }
    imap_close(&a);
    imap_open(&a);
    is_well();
    imap_stop();
}

const struct test tests_imap_requests[] = {
    {"imap_requests_have_an_end", imap_requests_have_an_end},
    {"imap_requests_may_lie_about_literals",
     imap_requests_may_lie_about_literals},
    {"imap_requests_with_a_bare_lf_are_the_last",
     imap_requests_with_a_bare_lf_are_the_last},
    {"imap_requests_may_be_deep", imap_requests_may_be_deep},
    {"imap_requests_may_be_nonsense", imap_requests_may_be_nonsense},
    {"imap_requests_behind_starttls_are_refused",
     imap_requests_behind_starttls_are_refused},
    {"imap_requests_stay_in_their_account",
     imap_requests_stay_in_their_account},
    {"imap_letters_may_be_expensive", imap_letters_may_be_expensive},
    {NULL, NULL}};

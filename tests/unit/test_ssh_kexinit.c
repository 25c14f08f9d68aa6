/* SPDX-License-Identifier: MIT */
/* The lists of algorithms, and which of them wins: RFC 4253 §7.1. */
#include <string.h>

#include "tests/harness.h"
#include "tests/unit/ssh_packets.h"

static struct ssh_packets p;

static void ssh_takes_no_more_than_is_there(void)
{
    struct span bytes = {"\0\0\0\x03"
                         "abcd",
                         8},
                value;
    unsigned byte;
    uint32_t number;

    CU_ASSERT_TRUE(ssh_take_string(&bytes, &value));
    CU_ASSERT_TRUE(span_equal(value, SPAN("abc")));
    CU_ASSERT_TRUE(ssh_take_byte(&bytes, &byte));
    CU_ASSERT_EQUAL(byte, 'd');
    CU_ASSERT_FALSE(ssh_take_byte(&bytes, &byte));
    CU_ASSERT_FALSE(ssh_take_u32(&bytes, &number));
    bytes = (struct span){"\xff\xff\xff\xff"
                          "a",
                          5};
    CU_ASSERT_FALSE(ssh_take_string(&bytes, &value));
    CU_ASSERT_EQUAL(bytes.length, 5); /* nothing was taken */
}

/* RFC 4253 §7.1: the first name of the client's that the server has too, be it
 * the server's last. */
static void ssh_the_clients_order_decides(void)
{
    struct ssh_choice won = ssh_choose(SPAN("a,b,c"), SPAN("c,b"));

    CU_ASSERT_TRUE(span_equal(won.name, SPAN("b")));
    CU_ASSERT_EQUAL(won.client_place, 2);
    CU_ASSERT_EQUAL(won.server_place, 2);
    CU_ASSERT_PTR_NULL(ssh_choose(SPAN("a,b"), SPAN("c,bb,aa")).name.data);
    CU_ASSERT_PTR_NULL(ssh_choose(SPAN(""), SPAN("")).name.data);
}

/* What only looks like an algorithm, and the empty name behind a comma at the
 * end (libssh 0.10 sends one), never win. */
static void ssh_signals_never_win(void)
{
    struct ssh_choice won = ssh_choose(SPAN("ext-info-c,kex-strict-x,,a,"),
                                       SPAN("ext-info-c,kex-strict-x,,a,"));

    CU_ASSERT_TRUE(span_equal(won.name, SPAN("a")));
    CU_ASSERT_PTR_NULL(ssh_choose(SPAN("a,"), SPAN("b,")).name.data);
}

/* RFC 4253 §6.4 has a MAC for every cipher; those that authenticate by
 * themselves came later, and make it superfluous. */
static void ssh_a_cipher_with_a_mac_needs_none(void)
{
    const char *lists[SSH_LISTS];
    struct ssh_choice chosen[SSH_LISTS];
    struct ssh_kexinit k;

    memcpy(lists, ssh_packets_lists, sizeof(lists));
    lists[SSH_LIST_CIPHER_OUT] = "chacha20-poly1305@openssh.com";
    ssh_packets_begin(&p);
    ssh_packets_kexinit_payload(&p, lists);
    CU_ASSERT_EQUAL_FATAL(ssh_kexinit_read(&k, ssh_packets_all(&p), NULL),
                          PARSE_DONE);
    ssh_choose_all(chosen, &k, &k);
    CU_ASSERT_TRUE(chosen[SSH_LIST_MAC_OUT].implicit);
    CU_ASSERT_FALSE(chosen[SSH_LIST_MAC_IN].implicit);
    CU_ASSERT_TRUE(
        span_equal(chosen[SSH_LIST_MAC_IN].name, SPAN("hmac-sha2-256")));
    CU_ASSERT_TRUE(
        span_equal(chosen[SSH_LIST_KEX].name, SPAN("curve25519-sha256")));
    CU_ASSERT_PTR_NULL(chosen[SSH_LIST_LANGUAGE_IN].name.data);
}

/* Cut anywhere, or with one byte more: broken, each time for a reason. */
static void ssh_kexinit_refuses_every_other_length(void)
{
    struct ssh_kexinit k;

    ssh_packets_begin(&p);
    ssh_packets_kexinit_payload(&p, ssh_packets_lists);
    for (size_t length = 0; length <= p.length + 1; length++) {
        struct error error = {0};
        enum parse outcome =
            ssh_kexinit_read(&k, (struct span){p.bytes, length}, &error);

        CU_ASSERT_EQUAL(outcome,
                        length == p.length ? PARSE_DONE : PARSE_BROKEN);
        CU_ASSERT_EQUAL(error.class == ERROR_PROTOCOL, length != p.length);
    }
}

/* A list that says it is longer than the packet, at each of the ten. */
static void ssh_kexinit_refuses_lengths_that_lie(void)
{
    struct ssh_kexinit k;
    size_t at = 17;

    for (size_t i = 0; i < SSH_LISTS; i++) {
        ssh_packets_begin(&p);
        ssh_packets_kexinit_payload(&p, ssh_packets_lists);
        p.bytes[at] = (char)0xff;
        CU_ASSERT_EQUAL(ssh_kexinit_read(&k, ssh_packets_all(&p), NULL),
                        PARSE_BROKEN);
        at += 4 + strlen(ssh_packets_lists[i]);
    }
}

static void ssh_kexinit_refuses_what_is_no_name(void)
{
    static const char *const bad[] = {"a b", "a\nb", "a\x80", "\x1b[2J"};
    const char *lists[SSH_LISTS];
    struct ssh_kexinit k;

    memcpy(lists, ssh_packets_lists, sizeof(lists));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        lists[SSH_LIST_HOST_KEY] = bad[i];
        ssh_packets_begin(&p);
        ssh_packets_kexinit_payload(&p, lists);
        CU_ASSERT_EQUAL(ssh_kexinit_read(&k, ssh_packets_all(&p), NULL),
                        PARSE_BROKEN);
    }
}

static void ssh_lists_are_shown_with_blanks(void)
{
    char words[16];

    ssh_list_words(words, sizeof(words), SPAN("a,bc"));
    CU_ASSERT_STRING_EQUAL(words, "a, bc");
    ssh_list_words(words, sizeof(words), SPAN(""));
    CU_ASSERT_STRING_EQUAL(words, "");
    ssh_list_words(words, sizeof(words), SPAN("12345678,12345678"));
    CU_ASSERT_EQUAL(strlen(words), 15); /* cut to what fits */
}

const struct test tests_ssh_kexinit[] = {
    {"ssh_takes_no_more_than_is_there", ssh_takes_no_more_than_is_there},
    {"ssh_the_clients_order_decides", ssh_the_clients_order_decides},
    {"ssh_signals_never_win", ssh_signals_never_win},
    {"ssh_a_cipher_with_a_mac_needs_none", ssh_a_cipher_with_a_mac_needs_none},
    {"ssh_kexinit_refuses_every_other_length",
     ssh_kexinit_refuses_every_other_length},
    {"ssh_kexinit_refuses_lengths_that_lie",
     ssh_kexinit_refuses_lengths_that_lie},
    {"ssh_kexinit_refuses_what_is_no_name",
     ssh_kexinit_refuses_what_is_no_name},
    {"ssh_lists_are_shown_with_blanks", ssh_lists_are_shown_with_blanks},
    {NULL, NULL}};

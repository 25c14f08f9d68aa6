/* SPDX-License-Identifier: MIT */
/* The clear-text part, whole, at every prefix, and broken. */
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/unit/ssh_packets.h"

static struct ssh_handshake h;
static struct ssh_message message;
static struct error error;
static struct ssh_packets p;

static void begin(void)
{
    memset(&h, 0, sizeof(h));
    error_clear(&error);
    ssh_packets_begin(&p);
}

/* Reads all that is in `p`; the outcome of the last call. */
static enum parse read_all(enum ssh_end from)
{
    struct span left = ssh_packets_all(&p);
    enum parse outcome = PARSE_MORE;
    size_t used;

    while (left.length > 0 && h.ends[from].state != SSH_STREAM_SEALED) {
        outcome = ssh_handshake_read(&h, from, left, &used, &message, &error);
        if (outcome != PARSE_DONE)
            break;
        left.data += used;
        left.length -= used;
    }
    ssh_packets_begin(&p);
    return outcome;
}

static void whole_conversation(void)
{
    begin();
    ssh_packets_version(&p, "SSH-2.0-client");
    ssh_packets_kexinit(&p, ssh_packets_lists);
    CU_ASSERT_EQUAL(read_all(SSH_CLIENT), PARSE_DONE);
    CU_ASSERT_FALSE(h.agreed);
    ssh_packets_version(&p, "SSH-2.0-server");
    ssh_packets_kexinit(&p, ssh_packets_lists);
    CU_ASSERT_EQUAL(read_all(SSH_SERVER), PARSE_DONE);
    CU_ASSERT_TRUE(h.agreed);
}

/* RFC 4253 §4.2, §7.1, §7.3, RFC 5656 §4. */
static void ssh_handshake_reads_a_whole_one(void)
{
    whole_conversation();
    CU_ASSERT_STRING_EQUAL(h.ends[SSH_SERVER].version, "SSH-2.0-server");
    CU_ASSERT_EQUAL(h.exchange, SSH_EXCHANGE_ECDH);
    ssh_packets_small(&p, 30);
    CU_ASSERT_EQUAL(read_all(SSH_CLIENT), PARSE_DONE);
    CU_ASSERT_STRING_EQUAL(message.name, "KEX_ECDH_INIT");
    ssh_packets_small(&p, 21);
    CU_ASSERT_EQUAL(read_all(SSH_CLIENT), PARSE_DONE);
    CU_ASSERT_STRING_EQUAL(message.name, "NEWKEYS");
    CU_ASSERT_EQUAL(h.ends[SSH_CLIENT].state, SSH_STREAM_SEALED);
    CU_ASSERT_EQUAL(h.ends[SSH_SERVER].state, SSH_STREAM_PACKETS);
}

/* The same message and length, wherever the bytes were cut. */
static void ssh_handshake_needs_whole_messages(void)
{
    size_t used;

    begin();
    ssh_packets_version(&p, "SSH-2.0-x");
    for (size_t length = 0; length < p.length; length++)
        CU_ASSERT_EQUAL(ssh_handshake_read(&h, SSH_CLIENT,
                                           (struct span){p.bytes, length},
                                           &used, &message, &error),
                        PARSE_MORE);
    CU_ASSERT_EQUAL(ssh_handshake_read(&h, SSH_CLIENT, ssh_packets_all(&p),
                                       &used, &message, &error),
                    PARSE_DONE);
    CU_ASSERT_EQUAL(used, p.length);
    ssh_packets_begin(&p);
    ssh_packets_kexinit(&p, ssh_packets_lists);
    for (size_t length = 0; length < p.length; length++) {
        CU_ASSERT_EQUAL(ssh_handshake_read(&h, SSH_CLIENT,
                                           (struct span){p.bytes, length},
                                           &used, &message, &error),
                        PARSE_MORE);
        CU_ASSERT_EQUAL(used, 0);
    }
    CU_ASSERT_EQUAL(ssh_handshake_read(&h, SSH_CLIENT, ssh_packets_all(&p),
                                       &used, &message, &error),
                    PARSE_DONE);
    CU_ASSERT_STRING_EQUAL(message.name, "KEXINIT");
}

/* RFC 4253 §4.2: a server may say something before its version; a client may
 * not. */
static void ssh_handshake_lets_a_server_greet(void)
{
    begin();
    ssh_packets_version(&p, "Welcome");
    ssh_packets_put(&p, "old\n", 4);
    ssh_packets_put(&p, "SSH-1.99-old\n", 13);
    CU_ASSERT_EQUAL(read_all(SSH_SERVER), PARSE_DONE);
    CU_ASSERT_STRING_EQUAL(h.ends[SSH_SERVER].version, "SSH-1.99-old");
    begin();
    ssh_packets_version(&p, "Welcome");
    CU_ASSERT_EQUAL(read_all(SSH_CLIENT), PARSE_BROKEN);
}

static void ssh_handshake_ends_a_greeting_without_end(void)
{
    begin();
    for (int i = 0; i <= SSH_LINES_MAX; i++)
        ssh_packets_version(&p, "Welcome");
    CU_ASSERT_EQUAL(read_all(SSH_SERVER), PARSE_BROKEN);
    begin();
    while (p.length <= SSH_LINE_MAX)
        ssh_packets_put(&p, "x", 1);
    CU_ASSERT_EQUAL(read_all(SSH_SERVER), PARSE_BROKEN);
}

static void ssh_handshake_wants_version_2(void)
{
    char line[400];

    begin();
    ssh_packets_version(&p, "SSH-1.5-old");
    CU_ASSERT_EQUAL(read_all(SSH_SERVER), PARSE_BROKEN);
    begin();
    ssh_packets_put(&p, "SSH-2.0-a\0b\r\n", 13);
    CU_ASSERT_EQUAL(read_all(SSH_SERVER), PARSE_BROKEN);
    memset(line, 'x', sizeof(line));
    memcpy(line, "SSH-2.0-", 8);
    for (size_t length = 253; length <= 254; length++) {
        begin(); /* 255 bytes with CR LF, and one more */
        ssh_packets_put(&p, line, length);
        ssh_packets_put(&p, "\r\n", 2);
        CU_ASSERT_EQUAL(read_all(SSH_SERVER),
                        length == 253 ? PARSE_DONE : PARSE_BROKEN);
    }
}

static void expect_broken(const char *bytes, size_t length)
{
    begin();
    ssh_packets_version(&p, "SSH-2.0-x");
    CU_ASSERT_EQUAL(read_all(SSH_SERVER), PARSE_DONE);
    ssh_packets_put(&p, bytes, length);
    CU_ASSERT_EQUAL(read_all(SSH_SERVER), PARSE_BROKEN);
    CU_ASSERT_EQUAL(error.class, ERROR_PROTOCOL);
}

/* RFC 4253 §6, §6.1: told from the first bytes, without waiting for what such
 * a packet promises. */
static void ssh_handshake_refuses_lengths_that_lie(void)
{
    expect_broken("\xff\xff\xff\xff", 4);
    expect_broken("\0\0\x88\xb8", 4); /* 35000 and four */
    expect_broken("\0\0\0\x04", 4);   /* shorter than any */
    expect_broken("\0\0\0\x0d", 4);   /* no multiple of 8 */
    expect_broken("\0\0\0\x0c\x03"
                  "12345678901",
                  16); /* little padding */
    expect_broken("\0\0\0\x0c\x0b"
                  "12345678901",
                  16); /* padding only */
    expect_broken("\0\0\0\x0c\xff"
                  "12345678901",
                  16); /* more than all */
}

/* RFC 4253 §11.1, §11.2, §11.3, §11.4: what may come at any time is known by
 * its name. */
static void ssh_handshake_names_what_comes_at_any_time(void)
{
    static const char *const names[] = {[1] = "DISCONNECT",
                                        [2] = "IGNORE",
                                        [3] = "UNIMPLEMENTED",
                                        [4] = "DEBUG"};

    for (unsigned char number = 1; number <= 4; number++) {
        whole_conversation();
        ssh_packets_small(&p, number);
        CU_ASSERT_EQUAL(read_all(SSH_SERVER), PARSE_DONE);
        CU_ASSERT_STRING_EQUAL(message.name, names[number]);
    }
}

/* RFC 4253 §7, §7.1: only what belongs to the key exchange may come in
 * clear. */
static void ssh_handshake_refuses_what_must_be_sealed(void)
{
    static const unsigned char numbers[] = {0, 5, 6, 50, 80, 90, 94, 255};

    for (size_t i = 0; i < sizeof(numbers); i++) {
        whole_conversation();
        ssh_packets_small(&p, numbers[i]);
        CU_ASSERT_EQUAL(read_all(SSH_SERVER), PARSE_BROKEN);
    }
}

static void ssh_handshake_refuses_the_wrong_order(void)
{
    begin();
    ssh_packets_version(&p, "SSH-2.0-x");
    ssh_packets_small(&p, 21); /* NEWKEYS, and there are none */
    CU_ASSERT_EQUAL(read_all(SSH_CLIENT), PARSE_BROKEN);
    whole_conversation();
    ssh_packets_kexinit(&p, ssh_packets_lists); /* a second one */
    CU_ASSERT_EQUAL(read_all(SSH_CLIENT), PARSE_BROKEN);
    begin();
    ssh_packets_version(&p, "SSH-2.0-x");
    for (int i = 0; i <= SSH_CLEAR_MESSAGES_MAX; i++)
        ssh_packets_small(&p, 2); /* IGNORE without end */
    CU_ASSERT_EQUAL(read_all(SSH_CLIENT), PARSE_BROKEN);
}

/* The names of 30 to 34 are those of the method: RFC 4253 §8, RFC 4419 §3. Of a
 * method that we don't know RFC 4253 §7 tells that it has these numbers. */
static void ssh_handshake_names_by_the_method(void)
{
    static const struct {
        const char *method;
        unsigned char number;
        const char *name;
    } cases[] = {
        {"diffie-hellman-group14-sha256", 30, "KEXDH_INIT"},
        {"diffie-hellman-group-exchange-sha256", 34, "KEX_DH_GEX_REQUEST"},
        {"diffie-hellman-group-exchange-sha256", 33, "KEX_DH_GEX_REPLY"},
        {"sntrup761x25519-sha512", 30, "KEX_ECDH_INIT"},
        {"something-new", 30, "key exchange"},
    };
    const char *lists[SSH_LISTS];

    memcpy(lists, ssh_packets_lists, sizeof(lists));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        lists[SSH_LIST_KEX] = cases[i].method;
        begin();
        ssh_packets_version(&p, "SSH-2.0-x");
        ssh_packets_kexinit(&p, lists);
        CU_ASSERT_EQUAL(read_all(SSH_CLIENT), PARSE_DONE);
        ssh_packets_version(&p, "SSH-2.0-x");
        ssh_packets_kexinit(&p, lists);
        ssh_packets_small(&p, cases[i].number);
        CU_ASSERT_EQUAL(read_all(SSH_SERVER), PARSE_DONE);
        CU_ASSERT_STRING_EQUAL(message.name, cases[i].name);
        CU_ASSERT_PTR_NOT_NULL(rfc_title(message.rfc));
    }
}

/* RFC 4253 §8, RFC 5656 §4: the host key, and what it signed with. */
static void ssh_reply_holds_the_host_key(void)
{
    struct ssh_reply reply;

    whole_conversation();
    ssh_packets_reply(&p, "ssh-ed25519");
    size_t length = p.length;
    size_t used;
    CU_ASSERT_EQUAL(ssh_handshake_read(&h, SSH_SERVER, ssh_packets_all(&p),
                                       &used, &message, &error),
                    PARSE_DONE);
    CU_ASSERT_EQUAL(used, length);
    CU_ASSERT_TRUE_FATAL(ssh_reply_read(&reply, &message));
    CU_ASSERT_TRUE(span_equal(reply.key_type, SPAN("ssh-ed25519")));
    CU_ASSERT_TRUE(span_equal(reply.signed_by, SPAN("ssh-ed25519")));
    CU_ASSERT_TRUE(span_equal(reply.public, SPAN("its half")));
    for (size_t cut = 1; cut < message.payload.length; cut++) {
        struct ssh_message less = message;
        less.payload.length -= cut;
        CU_ASSERT_FALSE(ssh_reply_read(&reply, &less));
    }
}

const struct test tests_ssh_handshake[] = {
    {"ssh_handshake_reads_a_whole_one", ssh_handshake_reads_a_whole_one},
    {"ssh_handshake_needs_whole_messages", ssh_handshake_needs_whole_messages},
    {"ssh_handshake_lets_a_server_greet", ssh_handshake_lets_a_server_greet},
    {"ssh_handshake_ends_a_greeting_without_end",
     ssh_handshake_ends_a_greeting_without_end},
    {"ssh_handshake_wants_version_2", ssh_handshake_wants_version_2},
    {"ssh_handshake_refuses_lengths_that_lie",
     ssh_handshake_refuses_lengths_that_lie},
    {"ssh_handshake_names_what_comes_at_any_time",
     ssh_handshake_names_what_comes_at_any_time},
    {"ssh_handshake_refuses_what_must_be_sealed",
     ssh_handshake_refuses_what_must_be_sealed},
    {"ssh_handshake_refuses_the_wrong_order",
     ssh_handshake_refuses_the_wrong_order},
    {"ssh_handshake_names_by_the_method", ssh_handshake_names_by_the_method},
    {"ssh_reply_holds_the_host_key", ssh_reply_holds_the_host_key},
    {NULL, NULL}};

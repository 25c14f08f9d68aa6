/* SPDX-License-Identifier: MIT */
/* Two conversations of SSH, and what is to be found between them. */
#include <string.h>

#include "tests/harness.h"
#include "tests/unit/ssh_packets.h"
#include "tests/unit/talk.h"

static struct trace_event *say(struct talk *talk, enum trace_dir dir,
                               const char *name, const char *text)
{
    struct trace_event *event =
        talk_add(talk, TRACE_LAYER_APP, dir, name, text);

    event->proto = "ssh";
    return event;
}

static void greet(struct talk *talk, const char *version)
{
    talk_begin(talk, 22);
    say(talk, TRACE_DIR_OUT, "version", version);
}

/* RFC 4253 §4.2: which program it is says more than which version of it. */
static void compare_ssh_sets_the_number_of_a_version_aside(void)
{
    greet(&a, "SSH-2.0-libssh2_1.10.0\r\n");
    greet(&b, "SSH-2.0-libssh2_1.11.1\r\n");
    talk_expect_used(RULE_VERSION, 1);
    greet(&b, "SSH-2.0-OpenSSH_1.10.0\r\n");
    talk_expect(1, "the two say different things: version", NULL);
}

static void take_reply(struct talk *talk, struct ssh_packets *p,
                       const char *key)
{
    ssh_packets_begin(p);
    ssh_packets_reply(p, key);
    talk_begin(talk, 22);
    struct trace_event *event = say(talk, TRACE_DIR_IN, "KEX_ECDH_REPLY", "");
    event->data = ssh_packets_all(p);
    event->length = p->length;
}

/* RFC 4251 §4.1: a host keeps its key. Both are named as a person would
 * compare them. */
static void compare_ssh_names_two_host_keys(void)
{
    static struct ssh_packets one, other;

    take_reply(&a, &one, "ssh-ed25519");
    take_reply(&b, &other, "ssh-rsa");
    talk_compare();
    CU_ASSERT_EQUAL_FATAL(made.difference_count, 1);
    const char *what = made.differences[0].what;
    CU_ASSERT_PTR_EQUAL(strstr(what, "the host's key is another: SHA256:"),
                        what);
    CU_ASSERT_PTR_NOT_NULL(strstr(what, " in A, SHA256:"));
    CU_ASSERT_PTR_NOT_NULL(strstr(what, " in B"));
    comparison_free(&made);
}

/* What a client notes of the key that it was shown last. */
static void judge(struct talk *talk, const char *note)
{
    say(talk, TRACE_DIR_NOTE, "host key", "")->note = note;
}

/* Both clients meet a host, and come back to it. */
static void meet_twice(struct ssh_packets packets[4], const char *first_a,
                       const char *second_a, const char *first_b,
                       const char *second_b)
{
    struct talk *talks[] = {&a, &a, &b, &b};
    const char *keys[] = {first_a, second_a, first_b, second_b};

    for (int i = 0; i < 4; i++) {
        ssh_packets_begin(&packets[i]);
        ssh_packets_reply(&packets[i], keys[i]);
        if (i % 2 == 0)
            talk_begin(talks[i], 22);
        else
            talk_connect(talks[i]);
        struct trace_event *event =
            say(talks[i], TRACE_DIR_IN, "KEX_ECDH_REPLY", "");
        event->data = ssh_packets_all(&packets[i]);
        event->length = packets[i].length;
        judge(talks[i], i % 2 == 0 ? "SHA256:abc: never seen before, taken"
                                   : "SHA256:abc: the same as on file, line 1");
    }
}

/* RFC 4251 §4.1: a server that was given no key makes one at each start. To
 * both clients it was new, or both had it on file: it is one host. */
static void compare_ssh_sets_a_new_host_key_aside(void)
{
    static struct ssh_packets packets[4];

    meet_twice(packets, "ssh-ed25519", "ssh-ed25519", "ssh-rsa", "ssh-rsa");
    talk_compare();
    CU_ASSERT_EQUAL(made.difference_count, 0);
    CU_ASSERT_EQUAL(made.used[RULE_SSH_KEY], 2);
    comparison_free(&made);
}

/* In its own record a host shows its own key. */
static void compare_ssh_sets_a_hosts_own_key_aside(void)
{
    static struct ssh_packets one, other;

    take_reply(&a, &one, "ssh-ed25519");
    take_reply(&b, &other, "ssh-rsa");
    for (size_t i = 0; i < 2; i++)
        a.events[i].local_is_server = b.events[i].local_is_server = true;
    a.events[1].dir = b.events[1].dir = TRACE_DIR_OUT;
    talk_compare();
    CU_ASSERT_EQUAL(made.difference_count, 0);
    CU_ASSERT_EQUAL(made.used[RULE_SSH_KEY], 1);
    comparison_free(&made);
}

/* To who forgets what he has seen every key is new; but one host has one. */
static void compare_ssh_tells_two_keys_that_were_one(void)
{
    static struct ssh_packets packets[4];

    meet_twice(packets, "ssh-ed25519", "ssh-ed25519", "ssh-rsa", "ssh-dss");
    for (size_t i = 0; i < a.file.event_count; i++)
        if (a.events[i].note != NULL)
            a.events[i].note = b.events[i].note = "never seen before, taken";
    talk_compare();
    CU_ASSERT_EQUAL(made.difference_count, 1);
    CU_ASSERT_EQUAL(made.used[RULE_SSH_KEY], 1);
    comparison_free(&made);
}

/* RFC 4251 §4.1: a key that changes within one of the two is told, whatever
 * the first was; and so is one that only one of the clients had on file. */
static void compare_ssh_tells_a_changed_host_key(void)
{
    static struct ssh_packets packets[4];

    meet_twice(packets, "ssh-ed25519", "ssh-ed25519", "ssh-rsa", "ssh-dss");
    talk_compare();
    CU_ASSERT_EQUAL(made.difference_count, 1);
    comparison_free(&made);
    meet_twice(packets, "ssh-ed25519", "ssh-dss", "ssh-rsa", "ssh-rsa");
    talk_compare();
    CU_ASSERT_EQUAL(made.difference_count, 1);
    comparison_free(&made);
    take_reply(&a, &packets[0], "ssh-ed25519");
    take_reply(&b, &packets[1], "ssh-rsa");
    judge(&a, "SHA256:abc: never seen before, taken");
    judge(&b, "SHA256:abc: the same as on file, line 1");
    talk_compare();
    CU_ASSERT_EQUAL(made.difference_count, 1);
    comparison_free(&made);
}

static void say_kexinit(struct talk *talk, enum trace_dir dir,
                        struct ssh_packets *p, const char *ciphers)
{
    const char *lists[SSH_LISTS];
    struct trace_event *event = say(talk, dir, "KEXINIT", "");

    memcpy(lists, ssh_packets_lists, sizeof(lists));
    lists[SSH_LIST_CIPHER_OUT] = ciphers;
    ssh_packets_begin(p);
    ssh_packets_kexinit(p, lists);
    event->data = ssh_packets_all(p);
    event->length = p->length;
}

/* RFC 4253 §7.1: neither side waits for the other's KEXINIT. What is in it is
 * looked at all the same. */
static void compare_ssh_lets_kexinits_cross(void)
{
    static struct ssh_packets p[4];

    talk_begin(&a, 22);
    say_kexinit(&a, TRACE_DIR_OUT, &p[0], "aes256-ctr");
    say_kexinit(&a, TRACE_DIR_IN, &p[1], "aes256-ctr");
    talk_begin(&b, 22);
    say_kexinit(&b, TRACE_DIR_IN, &p[2], "aes256-ctr");
    say_kexinit(&b, TRACE_DIR_OUT, &p[3], "aes256-ctr");
    talk_compare();
    CU_ASSERT_EQUAL(made.difference_count, 0);
    CU_ASSERT_EQUAL(made.used[RULE_CROSSING], 1);
    comparison_free(&made);
    talk_begin(&b, 22);
    say_kexinit(&b, TRACE_DIR_IN, &p[2], "aes256-ctr");
    say_kexinit(&b, TRACE_DIR_OUT, &p[3], "aes128-ctr");
    talk_compare();
    CU_ASSERT_EQUAL(made.difference_count, 1);
    comparison_free(&made);
}

/* Behind NEWKEYS a program tells what it said, not where its bytes are. */
static void seal(struct talk *talk, enum trace_dir dir, const char *name,
                 const char *text)
{
    say(talk, dir, name, text)->exact = false;
}

/* "exit" is typed; then both say that there is no more. */
static void leave(struct talk *talk, bool server_first, const char *status)
{
    talk_begin(talk, 22);
    seal(talk, TRACE_DIR_OUT, "CHANNEL_DATA", "exit\r");
    for (int i = 0; i < 2; i++)
        if (server_first == (i == 0)) {
            seal(talk, TRACE_DIR_IN, "CHANNEL_DATA", "bye\r\n");
            seal(talk, TRACE_DIR_IN, "CHANNEL_REQUEST", status);
            seal(talk, TRACE_DIR_IN, "CHANNEL_CLOSE", "CHANNEL_CLOSE");
        } else {
            seal(talk, TRACE_DIR_OUT, "CHANNEL_EOF", "no more from us");
            seal(talk, TRACE_DIR_OUT, "CHANNEL_CLOSE", "CHANNEL_CLOSE one");
            seal(talk, TRACE_DIR_OUT, "CHANNEL_CLOSE", "CHANNEL_CLOSE two");
        }
}

/* RFC 4254 §5.3: after EOF data may still come from the other side; nobody
 * answers it. Another status is another status, wherever it stands. */
static void compare_ssh_lets_ends_cross(void)
{
    leave(&a, true, "CHANNEL_REQUEST exit-status 0");
    leave(&b, false, "CHANNEL_REQUEST exit-status 0");
    talk_compare();
    CU_ASSERT_EQUAL(made.difference_count, 0);
    CU_ASSERT(made.used[RULE_CROSSING] > 0);
    comparison_free(&made);
    leave(&b, false, "CHANNEL_REQUEST exit-status 1");
    talk_expect(1, "the two say different things: CHANNEL_REQUEST", NULL);
}

/* One that is missing is missing, wherever the others stand. */
static void compare_ssh_misses_an_end_that_was_not_said(void)
{
    leave(&a, true, "CHANNEL_REQUEST exit-status 0");
    leave(&b, false, "CHANNEL_REQUEST exit-status 0");
    b.file.event_count--;
    talk_expect(1, "only A's server says: CHANNEL_CLOSE", NULL);
}

/* A request that waits for an answer does not cross it: who asks twice at once
 * has saved a round trip, and that is told. */
static void compare_ssh_lets_no_question_cross(void)
{
    talk_begin(&a, 22);
    seal(&a, TRACE_DIR_OUT, "CHANNEL_REQUEST", "CHANNEL_REQUEST pty-req");
    seal(&a, TRACE_DIR_IN, "CHANNEL_SUCCESS", "CHANNEL_SUCCESS pty-req");
    seal(&a, TRACE_DIR_OUT, "CHANNEL_REQUEST", "CHANNEL_REQUEST shell");
    talk_begin(&b, 22);
    seal(&b, TRACE_DIR_OUT, "CHANNEL_REQUEST", "CHANNEL_REQUEST pty-req");
    seal(&b, TRACE_DIR_OUT, "CHANNEL_REQUEST", "CHANNEL_REQUEST shell");
    seal(&b, TRACE_DIR_IN, "CHANNEL_SUCCESS", "CHANNEL_SUCCESS pty-req");
    talk_compare();
    CU_ASSERT(made.difference_count > 0);
    CU_ASSERT_EQUAL(made.used[RULE_CROSSING], 0);
    comparison_free(&made);
}

/* RFC 4254 §5.2: where a stream is cut into messages is chance; one byte more
 * in it is not. */
static void compare_ssh_looks_at_whole_streams(void)
{
    talk_begin(&a, 22);
    seal(&a, TRACE_DIR_IN, "CHANNEL_DATA", "Dear Bob,\r\n");
    talk_begin(&b, 22);
    seal(&b, TRACE_DIR_IN, "CHANNEL_DATA", "Dear");
    seal(&b, TRACE_DIR_IN, "CHANNEL_DATA", " Bob,\r\n");
    talk_expect_used(RULE_PIECES, 2);
    b.events[2].data = span_of(" Bob.\r\n");
    talk_compare();
    CU_ASSERT(made.difference_count > 0);
    comparison_free(&made);
}

/* RFC 4253 §6: of what another client seals only the length is known. Cut
 * otherwise it is the same; a byte more is not. */
static void compare_ssh_counts_what_nobody_told(void)
{
    talk_begin(&a, 22);
    say(&a, TRACE_DIR_OUT, "packets", "abcdef");
    talk_begin(&b, 22);
    say(&b, TRACE_DIR_OUT, "packets", "abc");
    say(&b, TRACE_DIR_IN, "packets", "xy");
    say(&b, TRACE_DIR_OUT, "packets", "def");
    say(&a, TRACE_DIR_IN, "packets", "zz");
    talk_compare();
    CU_ASSERT_EQUAL(made.difference_count, 0);
    comparison_free(&made);
    say(&a, TRACE_DIR_IN, "packets", "z");
    talk_compare();
    CU_ASSERT(made.difference_count > 0);
    comparison_free(&made);
}

/* clang-format off */
#define TEST(name) {#name, name}
/* clang-format on */
const struct test tests_compare_ssh[] = {
    TEST(compare_ssh_sets_the_number_of_a_version_aside),
    TEST(compare_ssh_names_two_host_keys),
    TEST(compare_ssh_sets_a_new_host_key_aside),
    TEST(compare_ssh_sets_a_hosts_own_key_aside),
    TEST(compare_ssh_tells_a_changed_host_key),
    TEST(compare_ssh_tells_two_keys_that_were_one),
    TEST(compare_ssh_lets_kexinits_cross),
    TEST(compare_ssh_lets_ends_cross),
    TEST(compare_ssh_misses_an_end_that_was_not_said),
    TEST(compare_ssh_lets_no_question_cross),
    TEST(compare_ssh_looks_at_whole_streams),
    TEST(compare_ssh_counts_what_nobody_told),
    {NULL, NULL}};

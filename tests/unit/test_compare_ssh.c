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

const struct test tests_compare_ssh[] = {
    {"compare_ssh_sets_the_number_of_a_version_aside",
     compare_ssh_sets_the_number_of_a_version_aside},
    {"compare_ssh_names_two_host_keys", compare_ssh_names_two_host_keys},
    {NULL, NULL}};

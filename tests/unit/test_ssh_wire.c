/* SPDX-License-Identifier: MIT */
/* Between a conn and the library: what goes on, what becomes an event. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "ssh/ssh_wire.h"
#include "tests/harness.h"
#include "tests/unit/conn_pair.h"
#include "tests/unit/ssh_packets.h"

static struct ssh_wire wire;
static struct ssh_packets p;

static void peer_sends(struct conn_pair *pair, struct span bytes)
{
    CU_ASSERT_EQUAL(send(pair->peer, bytes.data, bytes.length, 0),
                    (ssize_t)bytes.length);
    CU_ASSERT_EQUAL(conn_fill(pair->conn), 0);
}

/* All that the library can have now. */
static size_t take(char *bytes, size_t size)
{
    size_t length = 0;
    ssize_t n;

    while ((n = ssh_wire_take(&wire, bytes + length, size - length)) > 0)
        length += (size_t)n;
    return n < 0 ? SIZE_MAX : length;
}

/* A version and these lists: how either side begins. It stands in `p`. */
static void begin_with(const char *version, const char *const *lists)
{
    ssh_packets_begin(&p);
    ssh_packets_version(&p, version);
    ssh_packets_kexinit(&p, lists);
}

/* We begin with the lists that all have, the peer with these. */
static void both_begin(struct conn_pair *pair, const char *const *lists)
{
    begin_with("SSH-2.0-us", ssh_packets_lists);
    CU_ASSERT_EQUAL(ssh_wire_send(&wire, p.bytes, p.length), 0);
    begin_with("SSH-2.0-them", lists);
    peer_sends(pair, ssh_packets_all(&p));
}

static void agree(struct conn_pair *pair)
{
    char bytes[4096];

    both_begin(pair, ssh_packets_lists);
    CU_ASSERT_EQUAL(take(bytes, sizeof(bytes)), p.length);
    CU_ASSERT_EQUAL(memcmp(bytes, p.bytes, p.length), 0);
}

/* In pieces of one byte as well as whole, each message is one event. */
static void ssh_wire_makes_events_of_messages(void)
{
    struct conn_pair pair;
    const struct trace_event *event;

    conn_pair_open_traced(&pair, false);
    ssh_wire_open(&wire, pair.conn, SSH_CLIENT, &pair.error);
    begin_with("SSH-2.0-us", ssh_packets_lists);
    for (size_t i = 0; i < p.length; i++)
        CU_ASSERT_EQUAL(ssh_wire_send(&wire, p.bytes + i, 1), 0);
    conn_pair_read_trace(&pair);
    event = conn_pair_event(&pair, TRACE_LAYER_APP, "KEXINIT");
    CU_ASSERT_PTR_NOT_NULL_FATAL(event);
    CU_ASSERT_EQUAL(event->raw.from, 12);
    CU_ASSERT_EQUAL(event->raw.to, p.length);
    CU_ASSERT_TRUE(event->exact);
    conn_pair_close(&pair);
}

/* A message that is not whole yet is not handed on. */
static void ssh_wire_hands_on_whole_messages(void)
{
    struct conn_pair pair;
    char bytes[4096];

    conn_pair_open(&pair);
    ssh_wire_open(&wire, pair.conn, SSH_CLIENT, &pair.error);
    peer_sends(&pair, SPAN("SSH-2.0-th"));
    CU_ASSERT_EQUAL(take(bytes, sizeof(bytes)), 0);
    peer_sends(&pair, SPAN("em\r\n"));
    CU_ASSERT_EQUAL(take(bytes, sizeof(bytes)), 14);
    conn_pair_close(&pair);
}

static void ssh_wire_refuses_what_breaks_the_rules(void)
{
    struct conn_pair pair;
    char bytes[64];

    conn_pair_open(&pair);
    ssh_wire_open(&wire, pair.conn, SSH_CLIENT, &pair.error);
    peer_sends(&pair, SPAN("SSH-2.0-x\r\n\xff\xff\xff\xff"));
    CU_ASSERT_EQUAL(ssh_wire_take(&wire, bytes, sizeof(bytes)), 11);
    CU_ASSERT_EQUAL(ssh_wire_take(&wire, bytes, sizeof(bytes)),
                    -ERROR_PROTOCOL);
    CU_ASSERT_EQUAL(pair.error.class, ERROR_PROTOCOL);
    conn_pair_close(&pair);
}

/* RFC 4253 §7.1: without a common name the connection ends; which list it was
 * stands in the error. */
static void ssh_wire_says_what_is_not_common(void)
{
    const char *lists[SSH_LISTS];
    struct conn_pair pair;
    char bytes[4096];

    memcpy(lists, ssh_packets_lists, sizeof(lists));
    lists[SSH_LIST_CIPHER_IN] = "rot13";
    conn_pair_open(&pair);
    ssh_wire_open(&wire, pair.conn, SSH_CLIENT, &pair.error);
    both_begin(&pair, lists);
    CU_ASSERT_EQUAL(take(bytes, sizeof(bytes)), SIZE_MAX);
    CU_ASSERT_EQUAL(pair.error.class, ERROR_CONNECT);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(pair.error.text, "encryption_algorithms_server_to_client"));
    conn_pair_close(&pair);
}

/* After NEWKEYS each direction for itself carries what can't be read. */
static void ssh_wire_carries_what_is_sealed(void)
{
    struct conn_pair pair;
    char bytes[64];

    conn_pair_open_traced(&pair, false);
    ssh_wire_open(&wire, pair.conn, SSH_CLIENT, &pair.error);
    agree(&pair);
    ssh_packets_begin(&p);
    ssh_packets_small(&p, 21);
    ssh_packets_put(&p, "\xff\xff\xff\xff sealed", 11);
    CU_ASSERT_EQUAL(ssh_wire_send(&wire, p.bytes, p.length), 0);
    CU_ASSERT_FALSE(ssh_wire_sealed(&wire));
    peer_sends(&pair, ssh_packets_all(&p));
    CU_ASSERT_EQUAL(take(bytes, sizeof(bytes)), p.length);
    CU_ASSERT_TRUE(ssh_wire_sealed(&wire));
    CU_ASSERT_EQUAL(memcmp(bytes, p.bytes, p.length), 0);
    conn_pair_read_trace(&pair);
    CU_ASSERT_PTR_NOT_NULL(conn_pair_event(&pair, TRACE_LAYER_APP, "choice"));
    CU_ASSERT_PTR_NOT_NULL(conn_pair_event(&pair, TRACE_LAYER_APP, "NEWKEYS"));
    conn_pair_close(&pair);
}

const struct test tests_ssh_wire[] = {
    {"ssh_wire_makes_events_of_messages", ssh_wire_makes_events_of_messages},
    {"ssh_wire_hands_on_whole_messages", ssh_wire_hands_on_whole_messages},
    {"ssh_wire_refuses_what_breaks_the_rules",
     ssh_wire_refuses_what_breaks_the_rules},
    {"ssh_wire_says_what_is_not_common", ssh_wire_says_what_is_not_common},
    {"ssh_wire_carries_what_is_sealed", ssh_wire_carries_what_is_sealed},
    {NULL, NULL}};

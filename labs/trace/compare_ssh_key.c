/* SPDX-License-Identifier: MIT */
/*
 * compare_ssh_key: the keys by which hosts prove who they are. A server that
 * was given none makes one at each start. So what counts is not the key but
 * what its client found of it: when both had it on file, or neither, the rule
 * "host key" sets it aside. From there on the two keys are one host's: what
 * comes with another is told, for then somebody may stand in between. It is
 * told too where a client does not say what it found; in its own record a host
 * shows its own key.
 */
#include <string.h>

#include "labs/trace/compare.h"
#include "ssh/ssh.h"

/* What the client noted of a key; or it is the host that tells of it. */
enum verdict {
    VERDICT_NONE,
    VERDICT_OWN,
    VERDICT_ON_FILE,
    VERDICT_NEW,
    VERDICT_ANOTHER
};

static enum verdict verdict_in(const char *note)
{
    static const struct {
        const char *words; /* of ssh_trust.c */
        enum verdict verdict;
    } table[] = {{"the same as on file", VERDICT_ON_FILE},
                 {"never seen before", VERDICT_NEW},
                 {"is not the one on file", VERDICT_ANOTHER}};

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (strstr(note, table[i].words) != NULL)
            return table[i].verdict;
    return VERDICT_NONE;
}

static enum verdict verdict_of(const struct comparison *c, int side,
                               size_t item)
{
    const struct trace_file *trace = c->sides[side].trace;
    const struct trace_event *event = compare_item(c, side, item)->event;
    const struct trace_event *end = trace->events + trace->event_count;
    uint32_t conn = event->conn;
    enum verdict verdict = VERDICT_NONE;

    for (; event < end && verdict == VERDICT_NONE; event++)
        if (event->conn == conn && event->dir == TRACE_DIR_NOTE &&
            compare_is_named(event, "host key") && event->note != NULL)
            verdict = verdict_in(event->note);
    if (verdict == VERDICT_NONE &&
        compare_event(c, side, item)->local_is_server)
        return VERDICT_OWN;
    return verdict;
}

/* The key that a server shows there; length 0: it shows none. */
static struct span key_at(const struct comparison *c, int side, size_t item)
{
    const struct compare_item *one = compare_item(c, side, item);
    struct ssh_message message;
    struct ssh_reply reply;

    if (one->from_client || !one->event->exact || one->event->proto == NULL ||
        strcmp(one->event->proto, "ssh") != 0 ||
        !compare_ssh_payload(one->event, &message) ||
        !ssh_reply_read(&reply, &message))
        return (struct span){NULL, 0};
    return reply.host_key;
}

/* True when one of the two keys was shown before in the place of a third. */
static bool is_another(const struct comparison *c, size_t a, struct span in_a,
                       struct span in_b)
{
    for (size_t i = 0; i < a; i++) {
        size_t partner = compare_item(c, COMPARE_A, i)->partner;
        struct span key = key_at(c, COMPARE_A, i);
        if (key.length == 0 || partner == COMPARE_NONE)
            continue;
        if (span_equal(key, in_a) !=
            span_equal(key_at(c, COMPARE_B, partner), in_b))
            return true;
    }
    return false;
}

static bool is_set_aside(const struct comparison *c, size_t a, size_t b,
                         struct span in_a, struct span in_b)
{
    enum verdict verdict = verdict_of(c, COMPARE_A, a);

    return verdict != VERDICT_NONE && verdict == verdict_of(c, COMPARE_B, b) &&
           !is_another(c, a, in_a, in_b);
}

void compare_ssh_keys(struct comparison *c, size_t a, size_t b)
{
    char name_a[SSH_FINGERPRINT_MAX], name_b[SSH_FINGERPRINT_MAX];
    struct span in_a = key_at(c, COMPARE_A, a), in_b = key_at(c, COMPARE_B, b);

    if (in_a.length == 0 || in_b.length == 0 || span_equal(in_a, in_b))
        return;
    if (is_set_aside(c, a, b, in_a, in_b)) {
        c->used[RULE_SSH_KEY]++;
        return;
    }
    ssh_fingerprint(name_a, in_a);
    ssh_fingerprint(name_b, in_b);
    compare_tell(c, RFC("4251", "4.1"),
                 "a host keeps its key: this is another host, or somebody "
                 "stands in between",
                 COMPARE_NO_VALUE, COMPARE_NO_VALUE,
                 "the host's key is another: %s in A, %s in B", name_a, name_b);
}

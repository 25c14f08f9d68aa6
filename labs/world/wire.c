/* SPDX-License-Identifier: MIT */
/*
 * wire: one loop between a ring and a queue.
 *
 * The kernel puts every frame that arrives, from whichever host, into a ring
 * of slots that it shares with us (packet(7), PACKET_RX_RING): no call is
 * needed to receive one, and there is room for a burst that no socket buffer
 * would hold. We record the frame, copy it to a queue of our own, and give the
 * slot back at once: poll(2) reports the ring readable as long as the newest
 * slot is not the kernel's, and we want to sleep while frames are delayed.
 *
 * All IP frames are delayed alike, so those that arrived first leave first:
 * order is kept, and looking at the head of the queue is enough.
 */
#include "labs/world/wire.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Bytes of a slot: a frame of 1514 bytes and the kernel's 66 before it. */
#define SLOT 1600
/* Bytes of a block, which the kernel allocates at once, and its slots. */
#define BLOCK (64 * 1024)
#define BLOCK_SLOTS (BLOCK / SLOT)
/* Slots: 5120, more than the frames of the largest window that TCP has at our
 * hosts (6 MiB), so that one transfer can't overrun the ring, however long we
 * are not given a processor. The kernel clears all of it before we can begin:
 * more would be felt. */
#define SLOTS (128 * BLOCK_SLOTS)
#define RING_BYTES ((size_t)(SLOTS / BLOCK_SLOTS) * BLOCK)
/* Frames that may be under way at once: nearly twice that window. Pages that
 * are never used cost nothing. */
#define QUEUE 8192
/* Bytes of the longest frame: 1500 of IP and the Ethernet header. */
#define FRAME_MAX 1514
/* Frames that one system call sends. */
#define BATCH 64

/* Nanoseconds that we wake up early and then watch the clock: to be woken takes
 * about so long, and a student who pings is to see 20.0 ms, not 20.3. */
#define EARLY_NS 150000

struct delayed {
    int64_t due_ns; /* on the monotonic clock */
    int from, to;   /* ports; to may be WIRE_ALL */
    uint16_t length;
    uint8_t frame[FRAME_MAX];
};

struct wire {
    struct wire_setup setup;
    struct wire_memory memory;
    struct wire_record *record;
    int in, out; /* packet sockets */
    uint8_t *ring;
    unsigned next;            /* slot that the kernel fills next */
    unsigned head, under_way; /* of the queue */
    struct delayed queue[QUEUE];
    struct wire_report report;
    /* One batch for sendmmsg. */
    struct mmsghdr messages[BATCH];
    struct iovec pieces[BATCH];
    struct sockaddr_ll targets[WORLD_HOSTS_MAX];
    unsigned batched;
};

static int64_t clock_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* ---- deciding ----------------------------------------------------------- */

int wire_target(const struct wire_setup *setup, const uint8_t *frame,
                size_t length)
{
    if (length < ETH_HLEN)
        return WIRE_NOBODY;
    /* Broadcast and multicast (IEEE 802.3): the group bit is set. */
    if (frame[0] & 1)
        return WIRE_ALL;
    for (size_t i = 0; i < setup->port_count; i++) {
        if (memcmp(setup->ports[i].mac, frame, ETH_ALEN) == 0)
            return (int)i;
    }
    return WIRE_NOBODY;
}

static unsigned get16(const uint8_t *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

/* What the firewall looks at: of TCP and of UDP the ports, which come first in
 * both, and of TCP whether it begins a connection. */
struct transport {
    unsigned protocol, source, target;
    bool begins;
};

/* False: the frame carries no IPv4 (RFC 791 §3.1) with TCP or UDP, is too short
 * for it, or is a later fragment, which has no ports. */
static bool transport_read(struct transport *read, const uint8_t *frame,
                           size_t length)
{
    if (length < ETH_HLEN + 20 || get16(frame + 12) != ETH_P_IP ||
        get16(frame + 20) & 0x1fff)
        return false;
    const uint8_t *ip = frame + ETH_HLEN;
    size_t header = 4u * (ip[0] & 15u);
    /* RFC 768: eight bytes of header. RFC 9293 §3.1: the flags are byte 13. */
    size_t needed = ip[9] == IPPROTO_UDP ? 8 : 14;
    if (header < 20 || length < ETH_HLEN + header + needed)
        return false;
    const uint8_t *segment = ip + header;
    read->protocol = ip[9];
    read->source = get16(segment);
    read->target = get16(segment + 2);
    /* RFC 9293 §3.5: who begins sends SYN (0x02) and no ACK (0x10) yet. */
    read->begins = ip[9] == IPPROTO_TCP && (segment[13] & 0x12) == 0x02;
    return ip[9] == IPPROTO_TCP || ip[9] == IPPROTO_UDP;
}

const char *wire_verdict(const struct wire_setup *setup,
                         struct wire_memory *memory, int from, int to,
                         const uint8_t *frame, size_t length)
{
    struct transport sent;
    if (setup->guarded < 0 || !transport_read(&sent, frame, length))
        return NULL;
    bool udp = sent.protocol == IPPROTO_UDP;
    if (udp && from == setup->guarded)
        memory->ports[sent.source / 8] |= (uint8_t)(1u << sent.source % 8);
    if (to != setup->guarded)
        return NULL;
    if (sent.begins)
        return "firewall: no connections in";
    if (udp && !(memory->ports[sent.target / 8] & 1u << sent.target % 8))
        return "firewall: no datagrams in that nobody asked for";
    return NULL;
}

/* ---- opening ------------------------------------------------------------ */

static int open_ring(struct wire *wire)
{
    struct tpacket_req ring = {.tp_block_size = BLOCK,
                               .tp_block_nr = SLOTS / BLOCK_SLOTS,
                               .tp_frame_size = SLOT,
                               .tp_frame_nr = SLOTS};
    int version = TPACKET_V2, on = 1;
    /* Protocol 0: nothing is received until bind(2), so that the ring begins
     * with the first frame and not with what came before it was ready. */
    wire->in = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    wire->out = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    if (wire->in < 0 || wire->out < 0 ||
        setsockopt(wire->in, SOL_PACKET, PACKET_VERSION, &version,
                   sizeof(version)) < 0 ||
        setsockopt(wire->in, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
                   sizeof(on)) < 0 ||
        setsockopt(wire->in, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring)) <
            0)
        return -1;
    /* The kernel gives an interface its queue some time after the cable is in;
     * until then, what goes through the queue is thrown away. We need none. */
    setsockopt(wire->out, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on));
    wire->ring =
        mmap(NULL, RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, wire->in, 0);
    struct sockaddr_ll all = {.sll_family = AF_PACKET,
                              .sll_protocol = htons(ETH_P_ALL)};
    if (wire->ring == MAP_FAILED ||
        bind(wire->in, (struct sockaddr *)&all, sizeof(all)) < 0)
        return -1;
    return 0;
}

int wire_open(struct wire **made, const struct wire_setup *setup,
              struct error *error)
{
    struct wire *wire = calloc(1, sizeof(*wire));
    if (!wire)
        return error_set_errno(error, ERROR_LOCAL, ENOMEM, "making the wire");
    wire->setup = *setup;
    wire->in = wire->out = -1;
    wire->ring = MAP_FAILED;
    for (size_t i = 0; i < setup->port_count; i++)
        wire->targets[i] = (struct sockaddr_ll){
            .sll_family = AF_PACKET, .sll_ifindex = setup->ports[i].index};
    int result = 0;
    if (open_ring(wire) < 0)
        result = error_set_errno(error, ERROR_LOCAL, errno,
                                 "making a world: packet sockets for the wire "
                                 "are refused");
    if (result == 0 && setup->record_fd >= 0)
        result = wire_record_open(&wire->record, setup, error);
    if (result == 0)
        *made = wire;
    else
        wire_free(wire);
    return result;
}

void wire_free(struct wire *wire)
{
    if (!wire)
        return;
    wire_record_free(wire->record);
    if (wire->ring != MAP_FAILED)
        munmap(wire->ring, RING_BYTES);
    if (wire->in >= 0)
        close(wire->in);
    if (wire->out >= 0)
        close(wire->out);
    free(wire);
}

/* ---- frames leave ------------------------------------------------------- */

static void send_batch(struct wire *wire)
{
    unsigned sent = 0;
    while (sent < wire->batched) {
        int n =
            sendmmsg(wire->out, wire->messages + sent, wire->batched - sent, 0);
        /* A host that is gone (ENXIO, ENETDOWN) misses its frame, as it would
         * with its cable pulled. */
        if (n > 0)
            sent += (unsigned)n;
        else if (errno != EINTR)
            sent++;
    }
    wire->batched = 0;
}

static void add_to_batch(struct wire *wire, int port, uint8_t *frame,
                         size_t length)
{
    if (wire->batched == BATCH)
        send_batch(wire);
    unsigned at = wire->batched++;
    wire->pieces[at] = (struct iovec){frame, length};
    wire->messages[at].msg_hdr =
        (struct msghdr){.msg_name = &wire->targets[port],
                        .msg_namelen = sizeof(wire->targets[port]),
                        .msg_iov = &wire->pieces[at],
                        .msg_iovlen = 1};
}

static void send_frame(struct wire *wire, int from, int to, uint8_t *frame,
                       size_t length)
{
    if (to >= 0)
        add_to_batch(wire, to, frame, length);
    for (int i = 0; to == WIRE_ALL && i < (int)wire->setup.port_count; i++) {
        if (i != from)
            add_to_batch(wire, i, frame, length);
    }
}

/* Sends all whose moment has come. Places are free again after the batch has
 * gone, for it points into them. */
static void send_due(struct wire *wire)
{
    int64_t now = clock_ns(CLOCK_MONOTONIC);
    unsigned count = 0;
    while (count < wire->under_way) {
        struct delayed *d = &wire->queue[(wire->head + count) % QUEUE];
        if (d->due_ns > now)
            break;
        send_frame(wire, d->from, d->to, d->frame, d->length);
        count++;
    }
    send_batch(wire);
    wire->head = (wire->head + count) % QUEUE;
    wire->under_way -= count;
}

/* ---- frames arrive ------------------------------------------------------ */

static struct tpacket2_hdr *slot(const struct wire *wire, unsigned at)
{
    size_t offset =
        (size_t)(at / BLOCK_SLOTS) * BLOCK + (size_t)(at % BLOCK_SLOTS) * SLOT;
    return (struct tpacket2_hdr *)(void *)(wire->ring + offset);
}

/* The port whose host sent what is in this slot. */
static int port_of(const struct wire *wire, const struct tpacket2_hdr *head)
{
    struct sockaddr_ll from;
    memcpy(&from, (const uint8_t *)head + sizeof(*head), sizeof(from));
    for (size_t i = 0; i < wire->setup.port_count; i++) {
        if (wire->setup.ports[i].index == from.sll_ifindex)
            return (int)i;
    }
    return WIRE_NOBODY;
}

/* `skew_ns`: the wall clock less the monotonic one. */
static void take_frame(struct wire *wire, struct tpacket2_hdr *head,
                       int64_t skew_ns)
{
    uint8_t *frame = (uint8_t *)head + head->tp_mac;
    size_t length = head->tp_snaplen;
    int64_t time = head->tp_sec * INT64_C(1000000000) + head->tp_nsec;
    int from = port_of(wire, head);
    int to = wire_target(&wire->setup, frame, length);
    const char *rule =
        wire_verdict(&wire->setup, &wire->memory, from, to, frame, length);
    wire->report.frames++;
    wire->report.bytes += head->tp_len;
    if (wire->record && from >= 0)
        wire_record_frame(wire->record, from, time, frame, length, head->tp_len,
                          rule);
    if (rule || from < 0 || to == WIRE_NOBODY || length > FRAME_MAX)
        return;
    if (get16(frame + 12) != ETH_P_IP) {
        send_frame(wire, from, to, frame, length);
        send_batch(wire);
        return;
    }
    struct delayed *d = &wire->queue[(wire->head + wire->under_way++) % QUEUE];
    d->due_ns = time - skew_ns + wire->setup.one_way_ns;
    d->from = from;
    d->to = to;
    d->length = (uint16_t)length;
    memcpy(d->frame, frame, length);
}

/* Takes what has arrived, a good batch at most: those under way must not wait
 * because others keep coming. When the queue is full, the rest stays in the
 * ring. */
static unsigned take_in(struct wire *wire)
{
    int64_t skew = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC);
    unsigned count = 0;
    for (; count < 2 * BATCH && wire->under_way < QUEUE; count++) {
        struct tpacket2_hdr *head = slot(wire, wire->next);
        if (!(__atomic_load_n(&head->tp_status, __ATOMIC_ACQUIRE) &
              TP_STATUS_USER))
            break;
        take_frame(wire, head, skew);
        __atomic_store_n(&head->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
        wire->next = (wire->next + 1) % SLOTS;
    }
    return count;
}

/* ---- the loop ----------------------------------------------------------- */

static void flush(struct wire *wire, int control)
{
    struct tpacket_stats lost = {0, 0};
    socklen_t size = sizeof(lost);
    while (take_in(wire) > 0)
        send_due(wire);
    /* Reading the counters sets them back to 0. */
    getsockopt(wire->in, SOL_PACKET, PACKET_STATISTICS, &lost, &size);
    wire->report.lost += lost.tp_drops;
    if (wire->record)
        wire->report.record_errno = wire_record_flush(wire->record);
    /* Where it fails, whoever asked is gone: the loop will see that. */
    ssize_t n =
        send(control, &wire->report, sizeof(wire->report), MSG_NOSIGNAL);
    (void)n;
}

/* Does what we are told; false when there is nobody any more to tell us. */
static bool obey(struct wire *wire, int control)
{
    char order;
    ssize_t n = recv(control, &order, 1, MSG_DONTWAIT);
    if (n > 0 && order == 'u')
        wire->setup.guarded = wire->setup.guardable;
    else if (n > 0 && order == 'd')
        wire->setup.guarded = -1;
    if (n > 0)
        flush(wire, control);
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/* Sleeps until a frame arrives, one is due, or we are told something: true. */
static bool wait_for_work(struct wire *wire, int control)
{
    struct pollfd wait[2] = {{.fd = wire->in, .events = POLLIN},
                             {.fd = control, .events = POLLIN}};
    struct timespec left = {0, 0}, *timeout = NULL;
    if (wire->under_way > 0) {
        int64_t ns = wire->queue[wire->head].due_ns -
                     clock_ns(CLOCK_MONOTONIC) - EARLY_NS;
        if (ns <= 0)
            return false;
        left = (struct timespec){ns / 1000000000, ns % 1000000000};
        timeout = &left;
    }
    /* The ring stays readable when the queue is full: only time helps. */
    if (wire->under_way == QUEUE)
        wait[0].fd = -1;
    return ppoll(wait, 2, timeout, NULL) > 0 && wait[1].revents;
}

void wire_run(struct wire *wire, int control)
{
    /* Wake up when we said, not within the 50 us that the kernel may add. */
    prctl(PR_SET_TIMERSLACK, 1);
    while (obey(wire, control)) {
        /* Orders are rare, frames are many: one look for so many rounds. */
        for (int round = 0; round < BATCH; round++) {
            unsigned taken = take_in(wire);
            send_due(wire);
            if (taken == 0 && wait_for_work(wire, control))
                break;
        }
    }
}

/* SPDX-License-Identifier: MIT */
/*
 * notebook: SSH. In clear are the two versions, what each side can do, which of
 * it won, and the host's key; from NEWKEYS on there are sizes and times.
 *
 * Sizes and times tell more than one would think (RFC 4251 §9.3.9): who types
 * sends each key by itself, in a packet whose length is known once the cipher
 * is; so the onlooker counts the keys, and times them.
 *
 * The clear part is read by the parser of our client and server.
 */
#include <stdlib.h>
#include <string.h>

#include "common/limits.h"
#include "labs/trace/notebook.h"
#include "labs/trace/words.h"
#include "ssh/ssh.h"

enum { TIMES_SHOWN = 12, NAMES_SHOWN = 1024 };

/* One conversation, being read. */
struct reading {
    struct ssh_handshake handshake;
    size_t at[FLOW_ENDS]; /* bytes read of each direction */
    char host_key[160];
    bool broken;
};

static bool ssh_knows(const struct flow *flow)
{
    const struct flow_side *client = &flow->sides[FLOW_CLIENT];
    const struct flow_side *server = &flow->sides[FLOW_SERVER];

    return flow->kind == FLOW_TCP &&
           ((client->length >= 4 && memcmp(client->bytes, "SSH-", 4) == 0) ||
            (server->length >= 4 && memcmp(server->bytes, "SSH-", 4) == 0));
}

/* ---- the clear part ----------------------------------------------------- */

static void keep_host_key(struct reading *r, const struct ssh_message *message)
{
    char fingerprint[SSH_FINGERPRINT_MAX], type[64];
    struct ssh_reply reply;

    if (!ssh_reply_read(&reply, message))
        return;
    ssh_fingerprint(fingerprint, reply.host_key);
    text_escape(type, sizeof(type), reply.key_type);
    snprintf(r->host_key, sizeof(r->host_key), "%s %s", type, fingerprint);
}

/* One message of one direction; false: there is none. */
static bool read_one(struct reading *r, const struct flow *flow, int end)
{
    enum ssh_end from = end == FLOW_CLIENT ? SSH_CLIENT : SSH_SERVER;
    const struct flow_side *side = &flow->sides[end];
    struct span left = {side->bytes + r->at[end], side->length - r->at[end]};
    struct ssh_message message;
    size_t used;

    if (left.length == 0 || r->broken ||
        r->handshake.ends[from].state == SSH_STREAM_SEALED)
        return false;
    enum parse outcome =
        ssh_handshake_read(&r->handshake, from, left, &used, &message, NULL);
    r->broken = outcome == PARSE_BROKEN;
    if (outcome != PARSE_DONE)
        return false;
    r->at[end] += used;
    if (from == SSH_SERVER)
        keep_host_key(r, &message);
    return true;
}

/* In turns, so that both lists of algorithms are known before the messages
 * whose names depend on them. */
static void read_clear(struct reading *r, const struct flow *flow)
{
    bool client = true, server = true;

    while (client || server) {
        client = read_one(r, flow, FLOW_CLIENT);
        server = read_one(r, flow, FLOW_SERVER);
    }
}

static void write_list(FILE *to, const struct reading *r, size_t list,
                       const char *label)
{
    const struct ssh_handshake *h = &r->handshake;
    struct span client = h->ends[SSH_CLIENT].kexinit.lists[list];
    struct span server = h->ends[SSH_SERVER].kexinit.lists[list];
    const struct ssh_choice *won = &h->chosen[list];
    char name[NAMES_SHOWN], one[NAMES_SHOWN], other[NAMES_SHOWN];

    text_escape(name, sizeof(name), won->name);
    ssh_list_words(one, sizeof(one), client);
    ssh_list_words(other, sizeof(other), server);
    notebook_line(to, label, "%s", won->name.data ? name : "none in common");
    notebook_line(to, "", "of the client's: %s", one);
    notebook_line(to, "", "and the server's: %s", other);
}

static void write_clear(FILE *to, const struct reading *r)
{
    const struct ssh_handshake *h = &r->handshake;

    notebook_quote(to, "client", span_of(h->ends[SSH_CLIENT].version));
    notebook_quote(to, "server", span_of(h->ends[SSH_SERVER].version));
    if (h->agreed) {
        write_list(to, r, SSH_LIST_KEX, "key exchange");
        write_list(to, r, SSH_LIST_HOST_KEY, "host key type");
        write_list(to, r, SSH_LIST_CIPHER_OUT, "cipher");
        write_list(to, r, SSH_LIST_MAC_OUT, "integrity");
        write_list(to, r, SSH_LIST_COMPRESSION_OUT, "compression");
    }
    if (r->host_key[0])
        notebook_line(to, "host key", "%s", r->host_key);
    if (r->broken)
        notebook_line(to, "the rest", "breaks the rules, and was not read");
}

/* ---- sizes and times ---------------------------------------------------- */

/* Bytes of MAC of a direction; 0: it is not known. */
static size_t mac_length(struct span mac)
{
    static const struct {
        const char *begins;
        size_t length;
    } macs[] = {{"hmac-sha2-256", 32}, {"hmac-sha2-512", 64}, {"hmac-sha1", 20},
                {"umac-64", 8},        {"umac-128", 16},      {"implicit", 16}};

    for (size_t i = 0; i < sizeof(macs) / sizeof(macs[0]); i++)
        if (mac.length >= strlen(macs[i].begins) &&
            memcmp(mac.data, macs[i].begins, strlen(macs[i].begins)) == 0)
            return macs[i].length;
    return 0;
}

/* Bytes on the wire of CHANNEL_DATA with one byte in it: RFC 4253 §6. Its ten
 * bytes, the padding's length and at least four of padding fill blocks; the
 * packet's own length is part of them unless it is encrypted apart. */
static size_t key_length(const struct ssh_handshake *h)
{
    struct span cipher = h->chosen[SSH_LIST_CIPHER_OUT].name;
    struct span mac = h->chosen[SSH_LIST_MAC_OUT].name;
    bool chacha = cipher.length > 8 && memcmp(cipher.data, "chacha20", 8) == 0;
    bool apart = h->chosen[SSH_LIST_MAC_OUT].implicit ||
                 (mac.data && memmem(mac.data, mac.length, "-etm@", 5));
    size_t block = chacha ? 8 : 16, code = mac_length(mac);
    size_t inside = 1 + 10 + SSH_PADDING_MIN + (apart ? 0 : 4);

    inside = (inside + block - 1) / block * block;
    return code == 0 ? 0 : inside + (apart ? 4 : 0) + code;
}

/* Segments from the client of that length, after NEWKEYS, and when. */
static void write_keys(FILE *to, const struct reading *r,
                       const struct flow *flow, int64_t start_ns)
{
    const struct flow_side *side = &flow->sides[FLOW_CLIENT];
    size_t wanted = key_length(&r->handshake), count = 0;
    char times[TIMES_SHOWN * 24];
    struct words words = words_in(times, sizeof(times));

    for (size_t i = 0; i < side->piece_count && wanted > 0; i++) {
        const struct flow_piece *piece = &side->pieces[i];

        if (piece->offset < r->at[FLOW_CLIENT] || piece->length != wanted)
            continue;
        if (count++ < TIMES_SHOWN) {
            char time[24];
            snprintf(time, sizeof(time), "%.3f",
                     (double)(piece->time_ns - start_ns) / 1e9);
            words_add(&words, words.length > 0 ? ", " : "");
            words_add(&words, time);
        }
    }
    if (count == 0)
        return;
    notebook_line(to, "keys",
                  "%zu messages of %zu bytes from the client: so long is one "
                  "key that is pressed",
                  count, wanted);
    notebook_line(to, "", "(a few requests are as long), at %s%s s", times,
                  count > TIMES_SHOWN ? ", ..." : "");
}

static void write_sealed(FILE *to, const struct reading *r,
                         const struct flow *flow)
{
    static const char *const names[FLOW_ENDS] = {"the client", "the server"};

    for (int end = 0; end < FLOW_ENDS; end++) {
        const struct flow_side *side = &flow->sides[end];
        size_t pieces = 0;

        for (size_t i = 0; i < side->piece_count; i++)
            pieces += side->pieces[i].offset >= r->at[end];
        if (side->total > r->at[end])
            notebook_line(to, end == FLOW_CLIENT ? "sealed" : "",
                          "%llu bytes in %zu segments from %s: not to be read",
                          (unsigned long long)(side->total - r->at[end]),
                          pieces, names[end]);
    }
}

static int ssh_write(FILE *to, const struct flow *flow, int64_t start_ns,
                     struct error *error)
{
    struct reading *r = calloc(1, sizeof(*r));

    if (!r)
        return error_set(error, ERROR_LOCAL, "out of memory for a handshake");
    read_clear(r, flow);
    write_clear(to, r);
    if (r->handshake.ends[SSH_CLIENT].state == SSH_STREAM_SEALED) {
        write_sealed(to, r, flow);
        write_keys(to, r, flow, start_ns);
    }
    free(r);
    return 0;
}

const struct notebook_reader notebook_ssh = {"SSH", ssh_knows, ssh_write};

/* SPDX-License-Identifier: MIT */
/*
 * ssh_tell: what follows from a clear-text message, in words: the lists that
 * each side sent, which algorithm won and why, whose host key it is.
 *
 * The client tells all of it. The server, who saw the same bytes, sums up in a
 * line: a record of both ends would say everything twice.
 */
#include <stdio.h>
#include <string.h>

#include "common/limits.h"
#include "ssh/ssh_wire.h"

static const char *const ends[SSH_ENDS] = {
    [SSH_CLIENT] = "the client", [SSH_SERVER] = "the server"};

/* ---- the lists ---------------------------------------------------------- */

/* Each direction has lists of its own, which are mostly the same: then the
 * second one is not told. */
static bool is_both(const struct ssh_kexinit *k, size_t list)
{
    return list >= SSH_LIST_CIPHER_OUT && list % 2 == 0 &&
           list + 1 < SSH_LISTS &&
           span_equal(k->lists[list], k->lists[list + 1]);
}

static void tell_lists(struct ssh_wire *wire, enum ssh_end from)
{
    const struct ssh_kexinit *k = &wire->handshake.ends[from].kexinit;
    char words[CONN_NOTE_MAX];

    for (size_t i = 0; i < SSH_LISTS; i++) {
        bool both = is_both(k, i);

        if (k->lists[i].length == 0 || (i % 2 == 1 && is_both(k, i - 1)))
            continue;
        ssh_list_words(words, sizeof(words), k->lists[i]);
        conn_note(wire->conn, RFC("4253", "7.1"), "offer", "%s: %s%s: %s",
                  ends[from], ssh_list_title((enum ssh_list)i),
                  both ? " (and the other way)" : "", words);
    }
    if (k->guess)
        conn_note(wire->conn, RFC("4253", "7"), "guess",
                  "%s sends its first message of the method that it likes "
                  "best, without waiting (first_kex_packet_follows)",
                  ends[from]);
}

/* ---- which won ---------------------------------------------------------- */

/* "; the server lacks a, b": what the client liked better. Signals are no
 * algorithms, and nobody lacks them. */
static void passed_over(char *words, size_t size, struct span list,
                        const struct ssh_choice *won)
{
    char name[128];
    size_t at = 0;

    words[0] = '\0';
    for (size_t place = 0; place + 1 < won->client_place && at < size;
         place++) {
        struct span before = ssh_list_name(list, place);

        if (before.length == 0 || ssh_name_is_signal(before))
            continue;
        text_escape(name, sizeof(name), before);
        at += (size_t)snprintf(words + at, size - at, "%s%s",
                               at > 0 ? ", " : "; the server lacks ", name);
    }
}

static void tell_choice(struct ssh_wire *wire, size_t list)
{
    const struct ssh_choice *won = &wire->handshake.chosen[list];
    char words[CONN_NOTE_MAX];

    if (won->implicit) {
        conn_note(wire->conn, RFC("4253", "6.4"), "choice",
                  "%s: none, the cipher authenticates by itself",
                  ssh_list_title((enum ssh_list)list));
        return;
    }
    passed_over(words, sizeof(words),
                wire->handshake.ends[SSH_CLIENT].kexinit.lists[list], won);
    conn_note(wire->conn, RFC("4253", "7.1"), "choice",
              "%s: %.*s, the first of the client's that the server has too "
              "(number %zu of the client's, %zu of the server's)%s",
              ssh_list_title((enum ssh_list)list), (int)won->name.length,
              won->name.data, won->client_place, won->server_place, words);
}

static void tell_summary(struct ssh_wire *wire)
{
    const struct ssh_choice *won = wire->handshake.chosen;
    char text[CONN_NOTE_MAX] = "";
    size_t at = 0;

    for (size_t i = 0; i < SSH_LIST_LANGUAGE_OUT && at < sizeof(text) - 1; i++)
        at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%.*s",
                               i > 0 ? ", " : "", (int)won[i].name.length,
                               won[i].name.data);
    conn_note(wire->conn, RFC("4253", "7.1"), "choice", "%s", text);
}

/* Without a common name for each list but the languages the connection ends.
 * The libraries only say that it did. */
static int need_choices(struct ssh_wire *wire)
{
    const struct ssh_handshake *h = &wire->handshake;

    for (size_t i = 0; i < SSH_LIST_LANGUAGE_OUT; i++) {
        struct span client = h->ends[SSH_CLIENT].kexinit.lists[i];
        struct span server = h->ends[SSH_SERVER].kexinit.lists[i];

        if (h->chosen[i].name.data)
            continue;
        conn_note(wire->conn, RFC("4253", "7.1"), "choice",
                  "%s: none, the two lists have no name in common",
                  ssh_list_title((enum ssh_list)i));
        return error_set(wire->error, ERROR_CONNECT,
                         "no algorithm in common (RFC 4253 §7.1), %s: the "
                         "client has %.*s; the server has %.*s",
                         ssh_list_title((enum ssh_list)i), (int)client.length,
                         client.data, (int)server.length, server.data);
    }
    return 0;
}

static int tell_kexinit(struct ssh_wire *wire, enum ssh_end from)
{
    int result;

    if (wire->self == SSH_CLIENT)
        tell_lists(wire, from);
    if (!wire->handshake.agreed)
        return 0;
    if ((result = need_choices(wire)) < 0)
        return result;
    if (wire->self == SSH_SERVER)
        tell_summary(wire);
    for (size_t i = 0; wire->self == SSH_CLIENT && i < SSH_LIST_LANGUAGE_OUT;
         i++)
        tell_choice(wire, i);
    return 0;
}

/* ---- the host key ------------------------------------------------------- */

static void tell_reply(struct ssh_wire *wire, const struct ssh_message *message)
{
    char fingerprint[SSH_FINGERPRINT_MAX], type[64], by[64];
    struct ssh_reply reply;

    if (!ssh_reply_read(&reply, message))
        return;
    ssh_fingerprint(fingerprint, reply.host_key);
    text_escape(type, sizeof(type), reply.key_type);
    text_escape(by, sizeof(by), reply.signed_by);
    conn_note(wire->conn, RFC("4253", "8"), "host key",
              "%s, %s; it signed the exchange with %s", type, fingerprint, by);
}

int ssh_tell(struct ssh_wire *wire, enum ssh_end from,
             const struct ssh_message *message)
{
    if (message->number == 20)
        return tell_kexinit(wire, from);
    if (wire->self == SSH_CLIENT && from == SSH_SERVER)
        tell_reply(wire, message);
    if (message->number == 21 && wire->self == from)
        conn_note(wire->conn, RFC("4253", "7.3"), "sealed",
                  "what %s sends from here on is encrypted; what it means is "
                  "told by the program, its frames by when they passed",
                  ends[from]);
    return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * ssh_kexinit: the lists of algorithms, and which of them wins.
 *
 * RFC 4253 §7.1. Each side lists what it is willing to use, the best first. The
 * client's order decides: of each list, its first name that the server has too.
 */
#include <stdio.h>
#include <string.h>

#include "ssh/ssh.h"

/* ---- SSH's own types ---------------------------------------------------- */

bool ssh_take_byte(struct span *from, unsigned *value)
{
    if (from->length < 1)
        return false;
    *value = (unsigned char)from->data[0];
    from->data++;
    from->length--;
    return true;
}

bool ssh_take_u32(struct span *from, uint32_t *value)
{
    *value = 0;
    if (from->length < 4)
        return false;
    for (int i = 0; i < 4; i++)
        *value = *value << 8 | (unsigned char)from->data[i];
    from->data += 4;
    from->length -= 4;
    return true;
}

bool ssh_take_string(struct span *from, struct span *value)
{
    struct span rest = *from;
    uint32_t length;

    *value = (struct span){NULL, 0};
    if (!ssh_take_u32(&rest, &length) || length > rest.length)
        return false;
    *value = (struct span){rest.data, length};
    *from = (struct span){rest.data + length, rest.length - length};
    return true;
}

/* ---- name-lists --------------------------------------------------------- */

struct span ssh_list_name(struct span list, size_t place)
{
    for (;;) {
        const char *comma =
            list.length == 0 ? NULL : memchr(list.data, ',', list.length);
        size_t length = comma ? (size_t)(comma - list.data) : list.length;

        if (place == 0 && list.length > 0)
            return (struct span){list.data, length};
        if (!comma)
            return (struct span){NULL, 0};
        place--;
        list.data += length + 1;
        list.length -= length + 1;
    }
}

/* Printable US-ASCII (RFC 4251 §6). An empty name is against §5, but libssh
 * 0.10 ends a list with a comma, and everybody passes over it. A name has 64
 * characters at most; nothing of ours depends on that. */
static bool list_is_sound(struct span list)
{
    for (size_t i = 0; i < list.length; i++)
        if (list.data[i] <= ' ' || list.data[i] >= 127)
            return false;
    return true;
}

void ssh_list_words(char *words, size_t size, struct span list)
{
    char name[128];
    size_t at = 0;

    words[0] = '\0';
    for (size_t place = 0; place < SSH_NAMES_MAX && at < size; place++) {
        struct span next = ssh_list_name(list, place);

        if (!next.data)
            break;
        text_escape(name, sizeof(name), next);
        at += (size_t)snprintf(words + at, size - at, "%s%s",
                               place > 0 ? ", " : "", name);
    }
}

static const char *const titles[SSH_LISTS] = {
    [SSH_LIST_KEX] = "kex_algorithms",
    [SSH_LIST_HOST_KEY] = "server_host_key_algorithms",
    [SSH_LIST_CIPHER_OUT] = "encryption_algorithms_client_to_server",
    [SSH_LIST_CIPHER_IN] = "encryption_algorithms_server_to_client",
    [SSH_LIST_MAC_OUT] = "mac_algorithms_client_to_server",
    [SSH_LIST_MAC_IN] = "mac_algorithms_server_to_client",
    [SSH_LIST_COMPRESSION_OUT] = "compression_algorithms_client_to_server",
    [SSH_LIST_COMPRESSION_IN] = "compression_algorithms_server_to_client",
    [SSH_LIST_LANGUAGE_OUT] = "languages_client_to_server",
    [SSH_LIST_LANGUAGE_IN] = "languages_server_to_client",
};

const char *ssh_list_title(enum ssh_list list)
{
    return titles[list];
}

/* ---- reading ------------------------------------------------------------ */

static enum parse broken(struct error *error, const char *what,
                         const char *where)
{
    error_set(error, ERROR_PROTOCOL, "KEXINIT: %s%s (RFC 4253 §7.1)", what,
              where);
    return PARSE_BROKEN;
}

enum parse ssh_kexinit_read(struct ssh_kexinit *kexinit, struct span payload,
                            struct error *error)
{
    unsigned number, guess;
    uint32_t reserved;

    memset(kexinit, 0, sizeof(*kexinit));
    if (!ssh_take_byte(&payload, &number) || number != 20)
        return broken(error, "the message has another number", "");
    if (payload.length < SSH_COOKIE)
        return broken(error, "it ends inside the cookie", "");
    kexinit->cookie = (struct span){payload.data, SSH_COOKIE};
    payload.data += SSH_COOKIE;
    payload.length -= SSH_COOKIE;
    for (size_t i = 0; i < SSH_LISTS; i++) {
        if (!ssh_take_string(&payload, &kexinit->lists[i]))
            return broken(error,
                          "a length points beyond the packet: ", titles[i]);
        if (!list_is_sound(kexinit->lists[i]))
            return broken(error, "no name-list: ", titles[i]);
    }
    if (!ssh_take_byte(&payload, &guess) || !ssh_take_u32(&payload, &reserved))
        return broken(error, "it ends before its last field", "");
    if (payload.length > 0)
        return broken(error, "bytes follow its last field", "");
    kexinit->guess = guess != 0;
    return PARSE_DONE;
}

/* ---- choosing ----------------------------------------------------------- */

/* Extensions are announced among the key exchange methods, where old peers take
 * them for methods that they don't know. */
bool ssh_name_is_signal(struct span name)
{
    return span_begins(name, "ext-info-") || span_begins(name, "kex-strict-");
}

/* Place of `name` in the list, from 1; 0: it is not there. */
static size_t place_of(struct span list, struct span name)
{
    for (size_t place = 0; place < SSH_NAMES_MAX; place++) {
        struct span other = ssh_list_name(list, place);

        if (!other.data)
            return 0;
        if (span_equal(other, name))
            return place + 1;
    }
    return 0;
}

struct ssh_choice ssh_choose(struct span client, struct span server)
{
    for (size_t place = 0; place < SSH_NAMES_MAX; place++) {
        struct span name = ssh_list_name(client, place);

        if (!name.data)
            break;
        bool real = name.length > 0 && !ssh_name_is_signal(name);
        size_t other = real ? place_of(server, name) : 0;
        if (other > 0)
            return (struct ssh_choice){
                .name = name, .client_place = place + 1, .server_place = other};
    }
    return (struct ssh_choice){.name = {NULL, 0}};
}

bool ssh_cipher_has_mac(struct span cipher)
{
    static const char *const names[] = {
        "chacha20-poly1305@openssh.com", "aes128-gcm@openssh.com",
        "aes256-gcm@openssh.com", "AEAD_AES_128_GCM", "AEAD_AES_256_GCM"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (span_equal(cipher, span_of(names[i])))
            return true;
    return false;
}

/* A cipher that authenticates by itself makes the MAC of its direction
 * superfluous, whatever the lists say. */
void ssh_choose_all(struct ssh_choice chosen[SSH_LISTS],
                    const struct ssh_kexinit *client,
                    const struct ssh_kexinit *server)
{
    for (size_t i = 0; i < SSH_LISTS; i++)
        chosen[i] = ssh_choose(client->lists[i], server->lists[i]);
    for (size_t i = 0; i < 2; i++)
        if (ssh_cipher_has_mac(chosen[SSH_LIST_CIPHER_OUT + i].name))
            chosen[SSH_LIST_MAC_OUT + i] =
                (struct ssh_choice){.name = SPAN("implicit"), .implicit = true};
}

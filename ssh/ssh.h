/* SPDX-License-Identifier: MIT */
/*
 * ssh: what can be known of an SSH connection without a key.
 *
 * RFC 4251 (architecture), 4252 (authentication), 4253 (transport: version
 * exchange and key exchange are read here, the rest by libssh2 and libssh),
 * 4254 (connection), 4256 (keyboard-interactive), 4419, 5656, 8731 (names of
 * key exchange messages), 8332 (RSA with SHA-2), 8709 (Ed25519).
 *
 * An SSH connection begins in clear: both sides say which version they speak,
 * then each lists the algorithms it is willing to use, then a key is agreed
 * upon. Up to NEWKEYS anybody can read along, and so do we: from the bytes that
 * pass, not from what a library tells. This header is without I/O.
 *
 *     struct ssh_handshake *h = calloc(1, sizeof *h);
 *     while (ssh_handshake_read(h, SSH_SERVER, bytes, &used, &message, &error)
 *            == PARSE_DONE)
 *         ... message.name is "version", "KEXINIT", ..., "NEWKEYS" ...
 *
 * DEPARTURES. After NEWKEYS all is sealed, and nothing is parsed: what our own
 * programs asked for is told by them, its place in the stream marked as
 * inexact. Re-exchanges of keys (RFC 4253 §9) happen inside and are not shown.
 * Deliberately no SSH 1.x (RFC 4253 §5): a version other than 2.0 or 1.99 is
 * refused.
 */
#ifndef SSH_SSH_H
#define SSH_SSH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/rfc.h"
#include "common/terms.h"
#include "common/text.h"
#include "ssh/ssh_limits.h"

extern const struct term ssh_terms[];

enum ssh_end { SSH_CLIENT, SSH_SERVER, SSH_ENDS };

/* ---- bytes of SSH's own types (RFC 4251 §5) ------------------------------ */

/* Each takes what it reads off the front of *from; false: it is not there. */
bool ssh_take_byte(struct span *from, unsigned *value);
bool ssh_take_u32(struct span *from, uint32_t *value);
bool ssh_take_string(struct span *from, struct span *value);

/* ---- algorithms (ssh_kexinit.c) ----------------------------------------- */

/* The ten lists of KEXINIT, in their order (RFC 4253 §7.1). */
enum ssh_list {
    SSH_LIST_KEX,
    SSH_LIST_HOST_KEY,
    SSH_LIST_CIPHER_OUT, /* client to server */
    SSH_LIST_CIPHER_IN,  /* server to client */
    SSH_LIST_MAC_OUT,
    SSH_LIST_MAC_IN,
    SSH_LIST_COMPRESSION_OUT,
    SSH_LIST_COMPRESSION_IN,
    SSH_LIST_LANGUAGE_OUT,
    SSH_LIST_LANGUAGE_IN,
    SSH_LISTS
};

struct ssh_kexinit {
    struct span cookie;           /* SSH_COOKIE random bytes */
    struct span lists[SSH_LISTS]; /* "a,b,c"; may be empty */
    bool guess;                   /* first_kex_packet_follows */
};

/* Which algorithm of a list won. */
struct ssh_choice {
    struct span name;    /* data NULL: none, the connection can't go on */
    size_t client_place; /* from 1, in the client's list */
    size_t server_place; /* from 1, in the server's */
    bool implicit;       /* of a MAC: the cipher brings its own */
};

/* Reads the payload of KEXINIT, its message number included. PARSE_BROKEN: a
 * length points beyond the end, bytes are left over, or a name breaks the rules
 * of RFC 4251 §6. The spans lie in the payload. */
enum parse ssh_kexinit_read(struct ssh_kexinit *kexinit, struct span payload,
                            struct error *error);
/* The name at `place`, from 0, of a list; data NULL behind the last one. */
struct span ssh_list_name(struct span list, size_t place);
/* "a, b, c": a list for people, escaped. */
void ssh_list_words(char *words, size_t size, struct span list);
/* Which of the client's names wins: the first that the server has too (RFC 4253
 * §7.1). Signals that only look like algorithms (ext-info-c, kex-strict-...)
 * never win. */
struct ssh_choice ssh_choose(struct span client, struct span server);
bool ssh_name_is_signal(struct span name);
/* All ten of them. */
void ssh_choose_all(struct ssh_choice chosen[SSH_LISTS],
                    const struct ssh_kexinit *client,
                    const struct ssh_kexinit *server);
/* "kex_algorithms", "server_host_key_algorithms", ...: the RFC's own names. */
const char *ssh_list_title(enum ssh_list list);
/* True for a cipher that authenticates what it encrypts. */
bool ssh_cipher_has_mac(struct span cipher);

/* ---- the clear-text part (ssh_handshake.c) ------------------------------ */

enum ssh_stream_state {
    SSH_STREAM_VERSION, /* lines, until the one that begins with "SSH-" */
    SSH_STREAM_PACKETS, /* binary packets in clear */
    SSH_STREAM_SEALED,  /* after NEWKEYS: nothing can be read any more */
    SSH_STREAM_STATES
};

/* One direction. */
struct ssh_stream {
    enum ssh_stream_state state;
    unsigned lines, messages;          /* so far */
    char version[SSH_VERSION_MAX + 1]; /* without CR LF; "" until it came */
    char kexinit_bytes[SSH_PACKET_MAX];
    size_t kexinit_length; /* 0 until it came */
    struct ssh_kexinit kexinit;
};

/* Which messages the numbers 30 to 34 stand for depends on the method. */
enum ssh_exchange {
    SSH_EXCHANGE_UNKNOWN,
    SSH_EXCHANGE_DH,    /* RFC 4253 §8 */
    SSH_EXCHANGE_ECDH,  /* RFC 5656 §4, RFC 8731 §3 */
    SSH_EXCHANGE_GROUP, /* RFC 4419 §3 */
    SSH_EXCHANGES
};

struct ssh_handshake {
    struct ssh_stream ends[SSH_ENDS];
    bool agreed; /* both KEXINITs came, and `chosen` is filled */
    struct ssh_choice chosen[SSH_LISTS];
    enum ssh_exchange exchange;
};

/* One message. Spans lie in the bytes that were read. */
struct ssh_message {
    const char *name; /* "version", "KEXINIT", "KEX_ECDH_REPLY", "line", ... */
    unsigned number;  /* of a packet; 0: a line */
    struct rfc rfc;
    struct span payload; /* of a packet, without its padding; of a line,
                              without its end */
    unsigned padding;    /* bytes of it */
};

/* Reads one whole message that `from` sent. PARSE_MORE: *used is 0, and more
 * bytes are needed. PARSE_BROKEN: *error (may be NULL) says which rule. In the
 * state SSH_STREAM_SEALED it must not be called any more. */
enum parse ssh_handshake_read(struct ssh_handshake *h, enum ssh_end from,
                              struct span bytes, size_t *used,
                              struct ssh_message *message, struct error *error);

/* What the server's answer of a key exchange holds. */
struct ssh_reply {
    struct span host_key;  /* K_S: the public key's blob */
    struct span key_type;  /* "ssh-ed25519", inside of it */
    struct span public;    /* f or Q_S: the server's half of the secret */
    struct span signature; /* over the exchange hash */
    struct span signed_by; /* the algorithm, inside of the signature */
};

/* False: the message is none, or its lengths lie. */
bool ssh_reply_read(struct ssh_reply *reply, const struct ssh_message *message);

/* ---- host keys (ssh_known_hosts.c) -------------------------------------- */

enum ssh_verdict {
    SSH_HOST_KNOWN,   /* this very key is on file */
    SSH_HOST_UNKNOWN, /* nothing is */
    SSH_HOST_CHANGED, /* another key is, of this type or of others only */
    SSH_HOST_REVOKED, /* this key is, marked as not to be trusted */
    SSH_VERDICTS
};

/* What was found, for the words of a refusal. */
struct ssh_known {
    enum ssh_verdict verdict;
    size_t line;      /* from 1: where; 0: nowhere */
    struct span type; /* of the key on file there */
};

/* Looks a host's key up in the text of a known_hosts file, as sshd(8) describes
 * it: names with * and ?, with !, hashed ones, "[host]:port", @revoked. Lines
 * that can't be read say nothing. `host` is the name that the user typed,
 * `key` the blob. */
struct ssh_known ssh_known_find(struct span file, const char *host,
                                uint16_t port, struct span key);
/* The types of keys that a file has for a host, as a list "a,b" in `types`. */
void ssh_known_types(struct span file, const char *host, uint16_t port,
                     char *types, size_t size);
/* "host" or "[host]:port", in lower case. */
void ssh_known_name(char name[SSH_HOST_MAX], const char *host, uint16_t port);
/* The line to add, with its LF; -ERROR_LOCAL: it does not fit. */
int ssh_known_line(char *line, size_t size, const char *host, uint16_t port,
                   struct span key);
/* "SHA256:" and the digest of the blob in base64 without padding. */
void ssh_fingerprint(char text[SSH_FINGERPRINT_MAX], struct span key);

#endif

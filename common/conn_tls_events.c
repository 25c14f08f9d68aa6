/* SPDX-License-Identifier: MIT */
/*
 * conn_tls_events: what the TLS layer does, told to the trace: each handshake
 * message and each alert with the records that carried it, and what the two
 * sides have agreed on. Names and sections are those of RFC 8446 (TLS 1.3),
 * and of RFC 5246 where a TLS 1.2 handshake differs.
 */
#include "common/conn_tls.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A citation in a table: RFC() makes a value where the program runs, and a
 * table is made before. */
/* clang-format off */
#define R(number, section) {number, section}
/* clang-format on */

/* ---- names -------------------------------------------------------------- */

struct conn_tls_kind {
    const char *name;
    struct rfc rfc;     /* in TLS 1.3 */
    struct rfc rfc_1_2; /* number NULL: 1.2 has no such message */
};

/* Handshake messages by their type (RFC 8446 §B.3). */
static const struct conn_tls_kind handshake_kinds[] = {
    [0] = {"HelloRequest", R("8446", "D.1"), R("5246", "7.4.1.1")},
    [1] = {"ClientHello", R("8446", "4.1.2"), R(NULL, NULL)},
    [2] = {"ServerHello", R("8446", "4.1.3"), R("5246", "7.4.1.3")},
    [4] = {"NewSessionTicket", R("8446", "4.6.1"), R(NULL, NULL)},
    [5] = {"EndOfEarlyData", R("8446", "4.5"), R(NULL, NULL)},
    [8] = {"EncryptedExtensions", R("8446", "4.3.1"), R(NULL, NULL)},
    [11] = {"Certificate", R("8446", "4.4.2"), R("5246", "7.4.2")},
    [12] = {"ServerKeyExchange", R("5246", "7.4.3"), R("5246", "7.4.3")},
    [13] = {"CertificateRequest", R("8446", "4.3.2"), R("5246", "7.4.4")},
    [14] = {"ServerHelloDone", R("5246", "7.4.5"), R("5246", "7.4.5")},
    [15] = {"CertificateVerify", R("8446", "4.4.3"), R("5246", "7.4.8")},
    [16] = {"ClientKeyExchange", R("5246", "7.4.7"), R("5246", "7.4.7")},
    [20] = {"Finished", R("8446", "4.4.4"), R("5246", "7.4.9")},
    [22] = {"CertificateStatus", R("6066", "8"), R("6066", "8")},
    [24] = {"KeyUpdate", R("8446", "4.6.3"), R(NULL, NULL)},
};

/* A ServerHello with this random is a HelloRetryRequest (RFC 8446 §4.1.3). */
static const unsigned char retry_random[32] = {
    0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C,
    0x02, 0x1E, 0x65, 0xB8, 0x91, 0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB,
    0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C};

/* Alerts by their number, named as RFC 8446 §6 and RFC 5246 §7.2 do. */
static const char *const alert_names[] = {
    [0] = "close_notify",
    [10] = "unexpected_message",
    [20] = "bad_record_mac",
    [22] = "record_overflow",
    [40] = "handshake_failure",
    [42] = "bad_certificate",
    [43] = "unsupported_certificate",
    [44] = "certificate_revoked",
    [45] = "certificate_expired",
    [46] = "certificate_unknown",
    [47] = "illegal_parameter",
    [48] = "unknown_ca",
    [49] = "access_denied",
    [50] = "decode_error",
    [51] = "decrypt_error",
    [70] = "protocol_version",
    [71] = "insufficient_security",
    [80] = "internal_error",
    [86] = "inappropriate_fallback",
    [90] = "user_canceled",
    [100] = "no_renegotiation",
    [109] = "missing_extension",
    [110] = "unsupported_extension",
    [112] = "unrecognized_name",
    [113] = "bad_certificate_status_response",
    [115] = "unknown_psk_identity",
    [116] = "certificate_required",
    [120] = "no_application_protocol",
};

const char *conn_tls_alert_name(int alert)
{
    size_t at = (size_t)alert;

    if (alert < 0 || at >= sizeof alert_names / sizeof alert_names[0] ||
        alert_names[at] == NULL)
        return "unknown alert";
    return alert_names[at];
}

/* A ServerHello is shown to us before OpenSSL has taken in what it chooses, so
 * we look for that ourselves: TLS 1.3 is chosen by the extension
 * supported_versions (RFC 8446 §4.2.1), and without it the version is an older
 * one. `hello` begins with its type and length. */
static bool conn_tls_chooses_1_3(const unsigned char *hello, size_t length)
{
    enum { SESSION = 4 + 2 + 32, SUPPORTED_VERSIONS = 43 };
    size_t at = SESSION;

    if (length <= SESSION)
        return false;
    /* Session, cipher suite, compression, length of the extensions. */
    at += 1 + (size_t)hello[SESSION] + 2 + 1 + 2;
    while (at + 4 <= length) {
        if ((hello[at] << 8 | hello[at + 1]) == SUPPORTED_VERSIONS)
            return true;
        at += 4 + (size_t)(hello[at + 2] << 8 | hello[at + 3]);
    }
    return false;
}

static struct conn_tls_kind
conn_tls_kind(const SSL *ssl, const unsigned char *message, size_t length)
{
    enum { SERVER_HELLO = 2, NONE = 255 };
    struct conn_tls_kind kind = {"handshake", R("8446", "4"), R(NULL, NULL)};
    size_t count = sizeof handshake_kinds / sizeof handshake_kinds[0];
    unsigned type = length > 0 ? message[0] : NONE;
    bool is_1_2 = SSL_version(ssl) == TLS1_2_VERSION;

    if (type < count && handshake_kinds[type].name != NULL)
        kind = handshake_kinds[type];
    /* The random follows the type, three bytes of length, two of version. */
    if (type == SERVER_HELLO && length >= 6 + sizeof retry_random &&
        memcmp(message + 6, retry_random, sizeof retry_random) == 0)
        return (struct conn_tls_kind){"HelloRetryRequest", R("8446", "4.1.4"),
                                      R(NULL, NULL)};
    if (type == SERVER_HELLO)
        is_1_2 = !conn_tls_chooses_1_3(message, length);
    if (is_1_2 && kind.rfc_1_2.number != NULL)
        kind.rfc = kind.rfc_1_2;
    return kind;
}

const char *tls_handshake_name(const SSL *ssl, const void *message,
                               size_t length, struct rfc *rfc)
{
    struct conn_tls_kind kind = conn_tls_kind(ssl, message, length);

    *rfc = kind.rfc;
    return kind.name;
}

/* ---- records ------------------------------------------------------------ */

/* A record that carries bytes of the message being said: its place widens the
 * message's. */
static void conn_tls_on_sealed(struct conn *c)
{
    struct trace_range *raw = &c->said.raw;

    if (raw->to == 0)
        raw->from = c->tls->write.record.from;
    raw->to = c->tls->write.record.to;
}

/* Where a handshake message lies: all records since the last one ended. None
 * is new when several messages share a record; then it is that record. */
static struct trace_range conn_tls_message_range(struct conn_tls_stream *stream)
{
    struct trace_range raw = {stream->message_from, stream->next};

    if (raw.from >= raw.to)
        raw = stream->record;
    stream->message_from = stream->next;
    return raw;
}

/* ---- messages and alerts ------------------------------------------------ */

static void conn_tls_record_event(struct conn *c, bool writing,
                                  const char *name, struct rfc rfc,
                                  struct where where, struct span data,
                                  uint64_t length, struct trace_range raw)
{
    struct trace_event event =
        conn_event(c, TRACE_LAYER_TLS, writing ? TRACE_DIR_OUT : TRACE_DIR_IN,
                   name, where, rfc);
    uint64_t at = writing ? c->said_total : c->heard_total;

    event.length = length;
    if (data.length > TRACE_BODY_MAX)
        data.length = TRACE_BODY_MAX;
    event.data = data;
    event.clear = (struct trace_range){at, at};
    event.raw = raw;
    /* A message longer than its records began in an earlier one. */
    event.exact = event.length <= raw.to - raw.from;
    trace_record(c->trace, &event);
}

/* A ChangeCipherSpec is a record of its own kind, and no handshake message. Of
 * OpenSSL's releases some report the one that comes and some do not, and TLS
 * 1.3 has it for old middleboxes only (RFC 8446 §D.4): its header is enough. */
static void conn_tls_on_change(struct conn *c, bool writing,
                               struct conn_tls_stream *stream)
{
    uint64_t length =
        stream->record.to - stream->record.from - SSL3_RT_HEADER_LENGTH;

    conn_tls_record_event(
        c, writing, "ChangeCipherSpec",
        SSL_version(c->tls->ssl) < TLS1_3_VERSION ? RFC("5246", "7.1")
                                                  : RFC("8446", "D.4"),
        c->tls->where, (struct span){NULL, 0}, length, stream->record);
    /* Unless one is under way, the next handshake message begins after it. */
    if (stream->message_from == stream->record.from)
        stream->message_from = stream->next;
}

/* The five bytes ahead of each record: type, version, length. */
static void conn_tls_on_header(struct conn *c, bool writing,
                               const unsigned char *header)
{
    struct conn_tls *tls = c->tls;
    struct conn_tls_stream *stream = writing ? &tls->write : &tls->read;
    uint64_t from = stream->next;
    uint64_t length = (uint64_t)header[3] << 8 | header[4];

    stream->next = from + SSL3_RT_HEADER_LENGTH + length;
    stream->record = (struct trace_range){from, stream->next};
    if (header[0] == SSL3_RT_CHANGE_CIPHER_SPEC)
        conn_tls_on_change(c, writing, stream);
    /* TLS 1.3 hides the type of a record; 1.2 does not. */
    if (writing && header[0] == SSL3_RT_APPLICATION_DATA &&
        SSL_version(tls->ssl) < TLS1_3_VERSION)
        conn_tls_on_sealed(c);
}

static void conn_tls_on_handshake(struct conn *c, bool writing, struct span m)
{
    struct conn_tls *tls = c->tls;
    struct conn_tls_kind kind =
        conn_tls_kind(tls->ssl, (const unsigned char *)m.data, m.length);

    conn_tls_record_event(
        c, writing, kind.name, kind.rfc, tls->where, m, m.length,
        conn_tls_message_range(writing ? &tls->write : &tls->read));
}

static void conn_tls_on_alert(struct conn *c, bool writing, struct span alert)
{
    struct conn_tls *tls = c->tls;
    struct conn_tls_stream *stream = writing ? &tls->write : &tls->read;
    int number = alert.length == 2 ? (unsigned char)alert.data[1] : -1;

    if (writing)
        tls->alert_sent = number;
    else
        tls->alert_received = number;
    stream->message_from = stream->next;
    conn_tls_record_event(c, writing, conn_tls_alert_name(number),
                          number == 0 ? RFC("8446", "6.1") : RFC("8446", "6.2"),
                          c->where, alert, alert.length, stream->record);
}

void conn_tls_on_message(int writing, int version, int type, const void *data,
                         size_t length, SSL *ssl, void *conn)
{
    struct conn *c = conn;
    const unsigned char *bytes = data;
    struct span message = {data, length};

    (void)version, (void)ssl;
    switch (type) {
    case SSL3_RT_HEADER:
        conn_tls_on_header(c, writing != 0, bytes);
        break;
    case SSL3_RT_INNER_CONTENT_TYPE:
        if (writing && bytes[0] == SSL3_RT_APPLICATION_DATA)
            conn_tls_on_sealed(c);
        break;
    case SSL3_RT_HANDSHAKE:
        conn_tls_on_handshake(c, writing != 0, message);
        break;
    case SSL3_RT_ALERT:
        conn_tls_on_alert(c, writing != 0, message);
        break;
    default:
        break;
    }
}

/* ---- decisions ---------------------------------------------------------- */

void conn_tls_note(struct conn *c, const char *name, struct rfc rfc,
                   const char *format, ...)
{
    char note[CONN_NOTE_MAX];
    struct trace_event event;
    va_list arguments;

    if (c->trace == NULL)
        return;
    va_start(arguments, format);
    vsnprintf(note, sizeof note, format, arguments);
    va_end(arguments);
    event = conn_event(c, TRACE_LAYER_TLS, TRACE_DIR_NOTE, name, c->tls->where,
                       rfc);
    event.note = note;
    trace_record(c->trace, &event);
}

/* The name of a signature scheme as RFC 8446 §4.2.3 spells it, from what
 * OpenSSL gives: the kind of key and the digest. */
static void conn_tls_scheme(SSL *ssl, bool ours, char *text, size_t size)
{
    int kind = NID_undef, digest = NID_undef;
    const char *hash;

    if (ours) {
        SSL_get_signature_type_nid(ssl, &kind);
        SSL_get_signature_nid(ssl, &digest);
    } else {
        SSL_get_peer_signature_type_nid(ssl, &kind);
        SSL_get_peer_signature_nid(ssl, &digest);
    }
    hash = digest == NID_sha256   ? "sha256"
           : digest == NID_sha384 ? "sha384"
           : digest == NID_sha512 ? "sha512"
                                  : "sha1";
    if (kind == NID_rsassaPss)
        snprintf(text, size, "rsa_pss_rsae_%s", hash);
    else if (kind == NID_rsaEncryption)
        snprintf(text, size, "rsa_pkcs1_%s", hash);
    else if (kind == NID_X9_62_id_ecPublicKey)
        snprintf(text, size, "ecdsa_%s%s",
                 digest == NID_sha256   ? "secp256r1_"
                 : digest == NID_sha384 ? "secp384r1_"
                 : digest == NID_sha512 ? "secp521r1_"
                                        : "",
                 hash);
    else
        snprintf(text, size, "%s",
                 kind == NID_undef ? "none" : OBJ_nid2ln(kind));
}

/* The group of the key exchange. Its two spellings, "P-256" of OpenSSL and
 * "secp256r1" of RFC 8446 §4.2.7, are one curve; the latter is shown. */
static const char *conn_tls_group(SSL *ssl)
{
    int nid = (int)SSL_get_negotiated_group(ssl);
    const char *name = NULL;

    if (nid == NID_X9_62_prime256v1)
        return "secp256r1";
    if (nid != NID_undef)
        name = SSL_group_to_name(ssl, nid);
    return name != NULL ? name : "none";
}

static void conn_tls_note_resumption(struct conn *c)
{
    if (SSL_session_reused(c->tls->ssl))
        conn_tls_note(c, "session resumed", RFC("8446", "2.2"),
                      "an earlier handshake is resumed with a pre-shared key: "
                      "no certificate is sent, none is verified anew");
    else
        conn_tls_note(c, "new session", RFC("8446", "2"),
                      "a full handshake: nothing of an earlier one was used");
}

static void conn_tls_note_certificate(struct conn *c)
{
    struct tls_peer *peer = &c->tls->peer;
    X509 *certificate = SSL_get0_peer_certificate(c->tls->ssl);
    char text[CONN_NOTE_MAX];

    if (certificate == NULL || c->server)
        return;
    /* A session remembers the verdict on the certificate it began with. */
    if (peer->verdict == X509_V_OK)
        peer->verdict = SSL_get_verify_result(c->tls->ssl);
    if (peer->verdict == X509_V_OK && SSL_session_reused(c->tls->ssl))
        return;
    tls_verdict_text(peer, text, sizeof text);
    if (peer->verdict == X509_V_OK)
        conn_tls_note(c, "certificate trusted", RFC("9525", "6"),
                      "it is for %s, and %s", peer->host, text);
    else
        conn_tls_note(c, "certificate not trusted",
                      tls_verdict_rfc(peer->verdict),
                      "%s: %s; we go on all the same, as told by --insecure",
                      tls_verdict_name(peer->verdict), text);
}

void conn_tls_note_agreement(struct conn *c)
{
    SSL *ssl = c->tls->ssl;
    bool resumed = SSL_session_reused(ssl) != 0;
    char scheme[64];

    if (c->trace == NULL)
        return;
    conn_tls_note(c, "version", RFC("8446", "4.2.1"), "%s",
                  SSL_get_version(ssl));
    conn_tls_note(c, "cipher suite", RFC("8446", "B.4"), "%s",
                  SSL_CIPHER_standard_name(SSL_get_current_cipher(ssl)));
    conn_tls_note(c, "group", RFC("8446", "4.2.7"), "%s", conn_tls_group(ssl));
    conn_tls_scheme(ssl, c->server, scheme, sizeof scheme);
    if (!resumed)
        conn_tls_note(c, "signature scheme", RFC("8446", "4.2.3"), "%s",
                      scheme);
    conn_tls_note_resumption(c);
    conn_tls_note_certificate(c);
}

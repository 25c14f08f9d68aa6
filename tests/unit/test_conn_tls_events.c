/* SPDX-License-Identifier: MIT */
/* What the trace learns of TLS: each message, and what was agreed on. */
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

#include "common/conn_tls.h"
#include "tests/unit/visit.h"

/* Each message by its name; and what was agreed on, by the names that the
 * registries of the RFC have for it. */
static void conn_tls_records_the_handshake(void)
{
    static const struct {
        const char *name;
        struct rfc rfc;
        const char *note; /* how it begins; NULL: whatever it says */
    } expected[] = {
        {"ClientHello", {"8446", "4.1.2"}, NULL},
        {"ServerHello", {"8446", "4.1.3"}, NULL},
        {"EncryptedExtensions", {"8446", "4.3.1"}, NULL},
        {"Certificate", {"8446", "4.4.2"}, NULL},
        {"CertificateVerify", {"8446", "4.4.3"}, NULL},
        {"Finished", {"8446", "4.4.4"}, NULL},
        {"version", {"8446", "4.2.1"}, "TLSv1.3"},
        {"cipher suite", {"8446", "B.4"}, "TLS_"},
        {"group", {"8446", "4.2.7"}, "x25519"},
        {"signature scheme", {"8446", "4.2.3"}, "ecdsa_secp256r1_sha256"},
        {"certificate trusted", {"9525", "6"}, "it is for " VISIT_HOST},
        {"new session", {"8446", "2"}, NULL},
        {"close_notify", {"8446", "6.1"}, NULL}};
    struct visit v;
    char *file;
    size_t length;

    visit_begin(&v, TLS1_3_VERSION, 1, visit_send_bytes);
    visit_trace(&v);
    CU_ASSERT_EQUAL(visit_connect(&v, VISIT_HOST), 0);
    visit_read_trace(&v);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct trace_event *e = visit_event(&v, expected[i].name);

        CU_ASSERT_PTR_NOT_NULL_FATAL(e);
        CU_ASSERT_EQUAL(e->layer, TRACE_LAYER_TLS);
        CU_ASSERT_STRING_EQUAL(e->rfc.number, expected[i].rfc.number);
        CU_ASSERT_STRING_EQUAL(e->rfc.section, expected[i].rfc.section);
        CU_ASSERT_STRING_EQUAL(e->src.file, "tests/unit/visit.c");
        if (expected[i].note != NULL)
            CU_ASSERT_EQUAL(
                strncmp(e->note, expected[i].note, strlen(expected[i].note)),
                0);
    }
    /* The keys are there for Wireshark. */
    file = test_read_file(test_path("v.pcapng"), &length);
    CU_ASSERT_PTR_NOT_NULL(
        memmem(file, length, "CLIENT_HANDSHAKE_TRAFFIC_SECRET", 31));
    free(file);
    CU_ASSERT_EQUAL(visit_end(&v), 0);
}

/* The handshake of TLS 1.2, each message with its section: the key exchange is
 * in messages of its own (RFC 5246 §7.4.3, RFC 5246 §7.4.7), which 1.3 has put
 * into the two hellos: what was "the major difference" (RFC 8446 §1.2). */
static void conn_tls_records_the_handshake_of_1_2(void)
{
    static const struct {
        const char *name;
        struct rfc rfc;
    } expected[] = {{"ClientHello", {"8446", "4.1.2"}},
                    {"ServerHello", {"5246", "7.4.1.3"}},
                    {"Certificate", {"5246", "7.4.2"}},
                    {"ServerKeyExchange", {"5246", "7.4.3"}},
                    {"ServerHelloDone", {"5246", "7.4.5"}},
                    {"ClientKeyExchange", {"5246", "7.4.7"}},
                    {"Finished", {"5246", "7.4.9"}}};

    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        struct visit v;

        visit_begin(&v, version, 1, visit_send_bytes);
        visit_trace(&v);
        CU_ASSERT_EQUAL(visit_connect(&v, VISIT_HOST), 0);
        visit_read_trace(&v);
        for (size_t i = 0; version == TLS1_2_VERSION &&
                           i < sizeof expected / sizeof expected[0];
             i++) {
            const struct trace_event *e = visit_event(&v, expected[i].name);

            CU_ASSERT_PTR_NOT_NULL_FATAL(e);
            CU_ASSERT_STRING_EQUAL(e->rfc.number, expected[i].rfc.number);
            CU_ASSERT_STRING_EQUAL(e->rfc.section, expected[i].rfc.section);
        }
        if (version == TLS1_3_VERSION)
            CU_ASSERT_PTR_NULL(visit_event(&v, "ClientKeyExchange"));
        CU_ASSERT_EQUAL(visit_end(&v), 0);
    }
}

/* Messages that our own handshakes don't have, by their first bytes. */
static void conn_tls_names_every_message(void)
{
    static const struct {
        int version;
        unsigned char type;
        const char *name;
        struct rfc rfc;
    } rows[] = {
        {TLS1_3_VERSION, 0, "HelloRequest", {"8446", "D.1"}},
        {TLS1_3_VERSION, 5, "EndOfEarlyData", {"8446", "4.5"}},
        {TLS1_3_VERSION, 13, "CertificateRequest", {"8446", "4.3.2"}},
        {TLS1_3_VERSION, 22, "CertificateStatus", {"6066", "8"}},
        {TLS1_3_VERSION, 24, "KeyUpdate", {"8446", "4.6.3"}},
        {TLS1_3_VERSION, 99, "handshake", {"8446", "4"}},
        {TLS1_2_VERSION, 0, "HelloRequest", {"5246", "7.4.1.1"}},
        {TLS1_2_VERSION, 13, "CertificateRequest", {"5246", "7.4.4"}},
        {TLS1_2_VERSION, 15, "CertificateVerify", {"5246", "7.4.8"}},
    };

    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        struct visit v;

        visit_begin(&v, version, 1, visit_send_bytes);
        CU_ASSERT_EQUAL(visit_connect(&v, VISIT_HOST), 0);
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            struct rfc rfc;

            if (rows[i].version != version)
                continue;
            CU_ASSERT_STRING_EQUAL(
                tls_handshake_name(v.conn->tls->ssl, &rows[i].type, 1, &rfc),
                rows[i].name);
            CU_ASSERT_STRING_EQUAL(rfc.number, rows[i].rfc.number);
            CU_ASSERT_STRING_EQUAL(rfc.section, rows[i].rfc.section);
        }
        CU_ASSERT_EQUAL(visit_end(&v), 0);
    }
}

/* RFC 8446 §4.2.1: supported_versions in a ServerHello means 1.3. RFC 8446
 * §4.1.3: one with the SHA-256 of "HelloRetryRequest" as its random number is
 * none, but asks for another (RFC 8446 §4.1.4). */
static void conn_tls_reads_what_a_hello_chooses(void)
{
    unsigned char hello[6 + 32 + 1 + 2 + 1 + 2 + 6] = {2, 0, 0, 46, 3, 3};
    struct rfc rfc;
    struct visit v;

    visit_begin(&v, TLS1_3_VERSION, 1, visit_send_bytes);
    CU_ASSERT_EQUAL(visit_connect(&v, VISIT_HOST), 0);
    CU_ASSERT_STRING_EQUAL(
        tls_handshake_name(v.conn->tls->ssl, hello, sizeof hello, &rfc),
        "ServerHello");
    CU_ASSERT_STRING_EQUAL(rfc.number, "5246");
    memcpy(hello + 38, "\0\x13\x01\0\0\x06\0\x2b\0\x02\3\4", 12);
    tls_handshake_name(v.conn->tls->ssl, hello, sizeof hello, &rfc);
    CU_ASSERT_STRING_EQUAL(rfc.number, "8446");
    for (size_t length = 0; length < sizeof hello; length++)
        CU_ASSERT_PTR_NOT_NULL(
            tls_handshake_name(v.conn->tls->ssl, hello, length, &rfc));
    SHA256((const unsigned char *)"HelloRetryRequest", 17, hello + 6);
    CU_ASSERT_STRING_EQUAL(
        tls_handshake_name(v.conn->tls->ssl, hello, sizeof hello, &rfc),
        "HelloRetryRequest");
    CU_ASSERT_STRING_EQUAL(rfc.section, "4.1.4");
    CU_ASSERT_EQUAL(visit_end(&v), 0);
}

/* The position of an event by name and direction; -1: there is none. */
static long visit_place(const struct visit *v, const char *name,
                        enum trace_dir dir)
{
    for (size_t i = 0; i < v->file.event_count; i++)
        if (strcmp(v->file.events[i].name, name) == 0 &&
            v->file.events[i].dir == dir)
            return (long)i;
    return -1;
}

/* RFC 5246 §7.1: "from here on encrypted", said just before Finished. In TLS
 * 1.3 it says nothing any more; RFC 8446 §D.4 keeps it for old boxes on the
 * path, the server's right after its ServerHello. */
static void conn_tls_changes_its_cipher_where_the_version_does(void)
{
    static const struct {
        int version;
        struct rfc rfc;
        const char *near; /* the server's neighbour */
        long distance;    /* of that neighbour, in events */
    } rows[] = {{TLS1_2_VERSION, {"5246", "7.1"}, "Finished", 1},
                {TLS1_3_VERSION, {"8446", "D.4"}, "ServerHello", -1}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct visit v;
        long ours, theirs;

        visit_begin(&v, rows[i].version, 1, visit_send_bytes);
        visit_trace(&v);
        CU_ASSERT_EQUAL(visit_connect(&v, VISIT_HOST), 0);
        visit_read_trace(&v);
        ours = visit_place(&v, "ChangeCipherSpec", TRACE_DIR_OUT);
        theirs = visit_place(&v, "ChangeCipherSpec", TRACE_DIR_IN);
        CU_ASSERT_FATAL(ours >= 0 && theirs >= 0);
        CU_ASSERT_STRING_EQUAL(v.file.events[ours].rfc.number,
                               rows[i].rfc.number);
        CU_ASSERT_STRING_EQUAL(v.file.events[ours].rfc.section,
                               rows[i].rfc.section);
        CU_ASSERT_EQUAL(visit_place(&v, "Finished", TRACE_DIR_OUT), ours + 1);
        CU_ASSERT_EQUAL(visit_place(&v, rows[i].near, TRACE_DIR_IN),
                        theirs + rows[i].distance);
        CU_ASSERT_EQUAL(visit_end(&v), 0);
    }
}

static void conn_tls_records_a_refusal_with_its_alert(void)
{
    const struct trace_event *e;
    struct visit v;

    visit_begin(&v, 0, 1, visit_send_bytes);
    visit_trace(&v);
    CU_ASSERT_EQUAL(visit_connect(&v, "other.test"), -ERROR_INSECURE);
    visit_read_trace(&v);
    e = visit_event(&v, "certificate refused");
    CU_ASSERT_PTR_NOT_NULL_FATAL(e);
    CU_ASSERT_EQUAL(e->layer, TRACE_LAYER_TLS);
    CU_ASSERT_EQUAL(e->dir, TRACE_DIR_NOTE);
    CU_ASSERT_STRING_EQUAL(e->rfc.number, "9525");
    CU_ASSERT_PTR_NOT_NULL(strstr(e->note, "wrong name"));
    CU_ASSERT_PTR_NOT_NULL(strstr(e->note, "our alert: bad_certificate"));
    e = visit_event(&v, "bad_certificate");
    CU_ASSERT_PTR_NOT_NULL_FATAL(e);
    CU_ASSERT_EQUAL(e->dir, TRACE_DIR_OUT);
    CU_ASSERT_EQUAL(visit_end(&v), ERROR_REFUSED);
}

const struct test tests_conn_tls_events[] = {
    {"conn_tls_records_the_handshake", conn_tls_records_the_handshake},
    {"conn_tls_records_the_handshake_of_1_2",
     conn_tls_records_the_handshake_of_1_2},
    {"conn_tls_names_every_message", conn_tls_names_every_message},
    {"conn_tls_reads_what_a_hello_chooses",
     conn_tls_reads_what_a_hello_chooses},
    {"conn_tls_changes_its_cipher_where_the_version_does",
     conn_tls_changes_its_cipher_where_the_version_does},
    {"conn_tls_records_a_refusal_with_its_alert",
     conn_tls_records_a_refusal_with_its_alert},
    {NULL, NULL},
};

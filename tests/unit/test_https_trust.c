/* SPDX-License-Identifier: MIT */
/*
 * The lab https-trust without its world: its certificates must be good or bad
 * in the way they say, and its signatures must open as it claims.
 */
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "labs/https-trust/certificates.h"
#include "labs/https-trust/handshake.h"
#include "labs/https-trust/operations.h"
#include "labs/https-trust/signature.h"
#include "tests/harness.h"

/* What OpenSSL's path validation says of a leaf, as a client would ask it:
 * the lab's authority is trusted, the server's chain is at hand. */
static int verdict_of(const struct certificate_set *set, int kind)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    STACK_OF(X509) *chain = sk_X509_new_null();
    X509_VERIFY_PARAM *param;
    int verdict;

    if (kind == CERTIFICATE_UNKNOWN_CA)
        sk_X509_push(chain, set->other_ca);
    X509_STORE_add_cert(store, set->ca);
    X509_STORE_CTX_init(context, store, set->leaves[kind], chain);
    param = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set1_host(param, certificate_cases[kind].host, 0);
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    X509_verify_cert(context);
    verdict = X509_STORE_CTX_get_error(context);
    sk_X509_free(chain);
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    ERR_clear_error();
    return verdict;
}

/* RFC 5280 §6.1: each certificate is refused for its own reason, and the good
 * one is not: its time (RFC 5280 §4.1.2.5), its name (RFC 9525 §6.3), its use
 * (RFC 5280 §4.2.1.12), its signature (RFC 5280 §6.1.3), or an authority that
 * is none of ours (RFC 5280 §6.1.1). */
static void each_certificate_is_bad_in_its_own_way(void)
{
    struct certificate_set set;
    struct error error = {0};
    int a, b;

    CU_ASSERT_FATAL(certificate_set_new(&set, &error) == 0);
    for (a = 0; a < CERTIFICATE_KINDS; a++) {
        CU_ASSERT_EQUAL(verdict_of(&set, a), certificate_cases[a].verdict);
        for (b = 0; b < a; b++)
            CU_ASSERT_NOT_EQUAL(certificate_cases[a].verdict,
                                certificate_cases[b].verdict);
    }
    certificate_set_free(&set);
}

static void files_hold_what_was_made(void)
{
    struct certificate_set set;
    struct error error = {0};
    X509 *read;
    int kind;

    CU_ASSERT_FATAL(certificate_set_new(&set, &error) == 0);
    CU_ASSERT_FATAL(certificate_set_write(&set, test_folder(), &error) == 0);
    for (kind = 0; kind < CERTIFICATE_KINDS; kind++) {
        char name[64];

        snprintf(name, sizeof(name), "%s.pem", certificate_cases[kind].file);
        CU_ASSERT_FATAL(certificate_read(&read, test_path(name), &error) == 0);
        CU_ASSERT_EQUAL(X509_cmp(read, set.leaves[kind]), 0);
        X509_free(read);
    }
    CU_ASSERT(certificate_read(&read, test_path("none.pem"), &error) < 0);
    CU_ASSERT_EQUAL(error.class, ERROR_LOCAL);
    certificate_set_free(&set);
}

/* RFC 5280 §4.1.1.3: what stands in signatureValue; it hides nothing. */
static void rsa_signature_opens_to_the_digest(void)
{
    static const unsigned char begin[] = {0x00, 0x01, 0xff, 0xff};
    struct signature_opened opened;
    struct certificate_set set;
    struct error error = {0};

    CU_ASSERT_FATAL(certificate_set_new(&set, &error) == 0);
    CU_ASSERT(signature_open(&opened, set.leaves[CERTIFICATE_GOOD], set.ca_key,
                             &error) == 0);
    CU_ASSERT_STRING_EQUAL(opened.algorithm, "sha256WithRSAEncryption");
    CU_ASSERT(opened.recoverable && opened.equal && opened.verified);
    CU_ASSERT_EQUAL_FATAL(opened.block.length, 256);
    CU_ASSERT_EQUAL_FATAL(opened.info.length, 51);
    CU_ASSERT_EQUAL_FATAL(opened.recovered.length, 32);
    CU_ASSERT_EQUAL(memcmp(opened.block.data, begin, sizeof(begin)), 0);
    /* Each depth is the end of the one before. */
    CU_ASSERT_EQUAL(memcmp(opened.block.data + 256 - 51, opened.info.data, 51),
                    0);
    CU_ASSERT_EQUAL(
        memcmp(opened.info.data + 51 - 32, opened.recovered.data, 32), 0);
    certificate_set_free(&set);
}

static void altered_signature_opens_to_noise(void)
{
    struct signature_opened opened;
    struct certificate_set set;
    struct error error = {0};

    CU_ASSERT_FATAL(certificate_set_new(&set, &error) == 0);
    CU_ASSERT(signature_open(&opened, set.leaves[CERTIFICATE_ALTERED],
                             set.ca_key, &error) == 0);
    CU_ASSERT(opened.recoverable && !opened.equal && !opened.verified);
    CU_ASSERT_EQUAL(opened.block.length, 256);
    CU_ASSERT_EQUAL(opened.recovered.length, 0);
    certificate_set_free(&set);
}

static void ecdsa_signature_has_nothing_to_open(void)
{
    struct signature_opened opened;
    struct signature_bytes r, s;
    struct certificate_set set;
    struct error error = {0};

    CU_ASSERT_FATAL(certificate_set_new(&set, &error) == 0);
    CU_ASSERT(signature_open(&opened,
                             set.leaves[CERTIFICATE_MISSING_INTERMEDIATE],
                             set.intermediate_key, &error) == 0);
    CU_ASSERT(!opened.recoverable && !opened.equal && opened.verified);
    CU_ASSERT(signature_ecdsa(&opened.signature, &r, &s));
    CU_ASSERT(r.length > 24 && r.length <= 32);
    CU_ASSERT(s.length > 24 && s.length <= 32);
    signature_open(&opened, set.leaves[CERTIFICATE_GOOD], set.ca_key, &error);
    CU_ASSERT(!signature_ecdsa(&opened.signature, &r, &s));
    certificate_set_free(&set);
}

static void hex_is_cut_where_it_is_told(void)
{
    struct signature_bytes bytes = {.data = {0x30, 0x31, 0xff}, .length = 3};
    char text[32];

    CU_ASSERT_STRING_EQUAL(signature_hex(text, sizeof(text), &bytes, 9),
                           "3031ff");
    CU_ASSERT_STRING_EQUAL(signature_hex(text, sizeof(text), &bytes, 2),
                           "3031...");
    CU_ASSERT_STRING_EQUAL(signature_hex(text, 8, &bytes, 9), "30...");
}

static void operations_take_time_or_are_refused(void)
{
    struct certificate_set set;
    struct operations operations;
    struct error error = {0};
    int i;

    CU_ASSERT_FATAL(certificate_set_new(&set, &error) == 0);
    CU_ASSERT(operations_measure(&operations, set.leaves[CERTIFICATE_GOOD],
                                 set.ca_key, 1000, &error) == 0);
    for (i = 0; i < OPERATIONS; i++)
        CU_ASSERT(operations.us[i] > 0);
    /* A check that fails is not a time to be shown. */
    CU_ASSERT(operations_measure(&operations, set.leaves[CERTIFICATE_ALTERED],
                                 set.ca_key, 1000, &error) < 0);
    CU_ASSERT_EQUAL(error.class, ERROR_LOCAL);
    certificate_set_free(&set);
}

/* ---- the handshake ------------------------------------------------------ */

/* A ServerHello that chooses TLS_AES_256_GCM_SHA384, x25519 and the session
 * that was offered (RFC 8446 §4.1.3); the public value is cut to one byte. */
static const char server_hello[] = "\x02\x00\x00\x3d\x03\x03"
                                   "rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr"
                                   "\x00\x13\x02\x00\x00\x15"
                                   "\x00\x2b\x00\x02\x03\x04"
                                   "\x00\x33\x00\x05\x00\x1d\x00\x01x"
                                   "\x00\x29\x00\x02\x00\x00";

static void server_hello_says_what_was_chosen(void)
{
    struct span whole = SPAN(server_hello);
    struct handshake_facts facts = {0};
    size_t length;

    CU_ASSERT_EQUAL(handshake_read(&facts, whole), PARSE_DONE);
    CU_ASSERT_EQUAL(facts.version, 0x0304);
    CU_ASSERT_EQUAL(facts.group, 0x001d);
    CU_ASSERT(facts.resumed);
    CU_ASSERT_STRING_EQUAL(handshake_suite(facts.cipher_suite),
                           "TLS_AES_256_GCM_SHA384");
    CU_ASSERT_STRING_EQUAL(handshake_group(facts.group), "x25519");
    CU_ASSERT_EQUAL(handshake_suite_bits(facts.cipher_suite), 256);
    for (length = 0; length < whole.length; length++)
        CU_ASSERT_EQUAL(
            handshake_read(&facts, (struct span){whole.data, length}),
            PARSE_MORE);
}

/* Inner lengths that promise more than the message has. */
static void server_hello_with_a_lie_is_broken(void)
{
    struct handshake_facts facts = {0};
    char lie[sizeof(server_hello)];

    memcpy(lie, server_hello, sizeof(lie));
    lie[43] = 0x16; /* the extensions are one byte longer than they are */
    CU_ASSERT_EQUAL(handshake_read(&facts, (struct span){lie, sizeof(lie) - 1}),
                    PARSE_BROKEN);
    memcpy(lie, server_hello, sizeof(lie));
    lie[53] = 0x7f; /* the key share runs past the end */
    CU_ASSERT_EQUAL(handshake_read(&facts, (struct span){lie, sizeof(lie) - 1}),
                    PARSE_BROKEN);
}

static void certificate_verify_says_the_scheme(void)
{
    struct handshake_facts facts = {0};

    CU_ASSERT_EQUAL(
        handshake_read(&facts, SPAN("\x0f\x00\x00\x04\x04\x03\x00\x00")),
        PARSE_DONE);
    CU_ASSERT_STRING_EQUAL(handshake_scheme(facts.signature_scheme),
                           "ecdsa_secp256r1_sha256");
    CU_ASSERT_STRING_EQUAL(handshake_scheme(0x1234), "0x1234, unknown to us");
}

const struct test tests_https_trust[] = {
    {"each_certificate_is_bad_in_its_own_way",
     each_certificate_is_bad_in_its_own_way},
    {"files_hold_what_was_made", files_hold_what_was_made},
    {"rsa_signature_opens_to_the_digest", rsa_signature_opens_to_the_digest},
    {"altered_signature_opens_to_noise", altered_signature_opens_to_noise},
    {"ecdsa_signature_has_nothing_to_open",
     ecdsa_signature_has_nothing_to_open},
    {"hex_is_cut_where_it_is_told", hex_is_cut_where_it_is_told},
    {"operations_take_time_or_are_refused",
     operations_take_time_or_are_refused},
    {"server_hello_says_what_was_chosen", server_hello_says_what_was_chosen},
    {"server_hello_with_a_lie_is_broken", server_hello_with_a_lie_is_broken},
    {"certificate_verify_says_the_scheme", certificate_verify_says_the_scheme},
    {NULL, NULL}};

/* SPDX-License-Identifier: MIT */
/* Verdicts in words, whatever stands in the certificate. */
#include <openssl/x509v3.h>
#include <string.h>

#include "common/tls_private.h"
#include "tests/harness.h"
#include "tests/unit/pki.h"

static void tls_verdict_has_words_for_each_code(void)
{
    for (long code = 0; code < 200; code++) {
        CU_ASSERT_PTR_NOT_NULL(tls_verdict(code));
        CU_ASSERT_PTR_NOT_NULL(tls_verdict_name(code));
        CU_ASSERT_PTR_NOT_NULL(tls_verdict_rfc(code).number);
        CU_ASSERT_PTR_NOT_NULL(rfc_title(tls_verdict_rfc(code)));
    }
    CU_ASSERT_STRING_EQUAL(tls_verdict_name(X509_V_ERR_CERT_HAS_EXPIRED),
                           "expired");
    CU_ASSERT_STRING_EQUAL(tls_verdict_name(X509_V_ERR_HOSTNAME_MISMATCH),
                           "wrong name");
    CU_ASSERT_STRING_EQUAL(tls_verdict_name(X509_V_ERR_CERT_REVOKED),
                           "revoked");
    CU_ASSERT_STRING_EQUAL(tls_verdict_name(9999), "refused");
}

/* Each verdict names the rule that the certificate, or the list, has broken. */
static void tls_verdict_names_the_rule_that_is_broken(void)
{
    static const struct {
        long code;
        const char *name;
        struct rfc rfc;
    } rows[] = {
        {X509_V_ERR_CA_MD_TOO_WEAK, "weak signature", {"5280", "4.1.1.2"}},
        {X509_V_ERR_EE_KEY_TOO_SMALL, "weak key", {"5280", "4.1.2.7"}},
        {X509_V_ERR_CA_KEY_TOO_SMALL, "weak key", {"5280", "4.1.2.7"}},
        {X509_V_ERR_KEYUSAGE_NO_CERTSIGN,
         "not an authority",
         {"5280", "4.2.1.3"}},
        {X509_V_ERR_INVALID_CA, "not an authority", {"5280", "4.2.1.9"}},
        {X509_V_ERR_PATH_LENGTH_EXCEEDED,
         "not an authority",
         {"5280", "4.2.1.9"}},
        {X509_V_ERR_PERMITTED_VIOLATION, "wrong name", {"5280", "4.2.1.10"}},
        {X509_V_ERR_EXCLUDED_VIOLATION, "wrong name", {"5280", "4.2.1.10"}},
        {X509_V_ERR_CRL_NOT_YET_VALID,
         "early revocation list",
         {"5280", "5.1.2.4"}},
        {X509_V_ERR_CRL_HAS_EXPIRED,
         "old revocation list",
         {"5280", "5.1.2.5"}},
        {X509_V_ERR_CRL_SIGNATURE_FAILURE,
         "altered revocation list",
         {"5280", "6.3.3"}},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rfc rfc = tls_verdict_rfc(rows[i].code);

        CU_ASSERT_STRING_EQUAL(tls_verdict_name(rows[i].code), rows[i].name);
        CU_ASSERT_STRING_EQUAL(rfc.number, rows[i].rfc.number);
        CU_ASSERT_STRING_EQUAL(rfc.section, rows[i].rfc.section);
    }
}

static void detail_of(struct tls_peer *peer, long verdict, struct pki *pki)
{
    memset(peer, 0, sizeof *peer);
    peer->verdict = verdict;
    tls_verdict_detail(peer, pki->certificate, 0, 1);
}

/* A certificate is the peer's words: they move no cursor. */
static void tls_verdict_escapes_names(void)
{
    struct tls_peer peer;
    struct pki pki = pki_make(&(struct pki_request){.name = "a\x1b[2Jb"}, NULL);

    detail_of(&peer, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, &pki);
    CU_ASSERT_PTR_NULL(strchr(peer.detail, '\x1b'));
    CU_ASSERT_PTR_NOT_NULL(strstr(peer.detail, "[2Jb"));
    pki_free(&pki);
}

/* An address of three bytes is none, and must not be read as one of 16. */
static void tls_verdict_reads_no_address_of_odd_length(void)
{
    struct tls_peer peer;
    struct pki pki = pki_make(&(struct pki_request){.name = "x"}, NULL);
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_OCTET_STRING *bytes = ASN1_OCTET_STRING_new();

    ASN1_OCTET_STRING_set(bytes, (const unsigned char *)"abc", 3);
    GENERAL_NAME_set0_value(name, GEN_IPADD, bytes);
    sk_GENERAL_NAME_push(names, name);
    X509_add1_ext_i2d(pki.certificate, NID_subject_alt_name, names, 0, 0);
    detail_of(&peer, X509_V_ERR_HOSTNAME_MISMATCH, &pki);
    CU_ASSERT_STRING_EQUAL(peer.detail, "it is for (another kind of name)");
    GENERAL_NAMES_free(names);
    pki_free(&pki);
}

static void tls_verdict_cuts_many_names(void)
{
    static char san[16 * 100 + 1];
    struct tls_peer peer;
    struct pki pki;

    for (int i = 0; i < 100; i++)
        memcpy(san + i * 16, ",DNS:host.a.test", 16);
    pki = pki_make(&(struct pki_request){.name = "x", .san = san + 1}, NULL);
    detail_of(&peer, X509_V_ERR_HOSTNAME_MISMATCH, &pki);
    CU_ASSERT_EQUAL(strlen(peer.detail), sizeof peer.detail - 1);
    pki_free(&pki);
}

const struct test tests_tls_verdict[] = {
    {"tls_verdict_has_words_for_each_code",
     tls_verdict_has_words_for_each_code},
    {"tls_verdict_names_the_rule_that_is_broken",
     tls_verdict_names_the_rule_that_is_broken},
    {"tls_verdict_escapes_names", tls_verdict_escapes_names},
    {"tls_verdict_reads_no_address_of_odd_length",
     tls_verdict_reads_no_address_of_odd_length},
    {"tls_verdict_cuts_many_names", tls_verdict_cuts_many_names},
    {NULL, NULL},
};

/* SPDX-License-Identifier: MIT */
/*
 * tls_verdict: what is wrong with a certificate, in words. OpenSSL names the
 * check that failed; a student wants to know what that means, and what in the
 * certificate made it so.
 */
#include <arpa/inet.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "common/tls_private.h"

struct tls_verdict_entry {
    long code;
    const char *name;
    struct rfc rfc;
    const char *sentence;
};

/* A citation in a table: RFC() makes a value where the program runs, and a
 * table is made before. */
/* clang-format off */
#define R(number, section) {number, section}

static const struct tls_verdict_entry verdicts[] = {
    {X509_V_OK, "trusted", R("5280", "6.1"),
     "a chain of signatures leads from it to an authority we trust"},
    {X509_V_ERR_CERT_HAS_EXPIRED, "expired", R("5280", "4.1.2.5"),
     "it has expired: its issuer vouches for it no longer"},
    {X509_V_ERR_CERT_NOT_YET_VALID, "not yet valid", R("5280", "4.1.2.5"),
     "it is not yet valid: its issuer does not vouch for it so far, or our "
     "clock is wrong"},
    {X509_V_ERR_HOSTNAME_MISMATCH, "wrong name", R("9525", "6.3"),
     "it is for another name: whoever answered did not prove to be the host "
     "that was asked for"},
    {X509_V_ERR_IP_ADDRESS_MISMATCH, "wrong name", R("9525", "6.4"),
     "it does not hold the address that was asked for"},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "self-signed", R("5280", "6.1"),
     "it is self-signed: nobody but its owner vouches for it"},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "unknown authority",
     R("5280", "6.1"),
     "its chain ends in an authority that is not among those we trust"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "unknown authority",
     R("5280", "6.1"),
     "its issuer is unknown: no authority of that name is trusted here, and "
     "the server sent no certificate of it"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, "unknown authority",
     R("5280", "6.1"),
     "the issuer of one of its authorities is not known here"},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
     "missing intermediate or unknown authority", R("8446", "4.4.2"),
     "the server sent it alone, and no authority of its issuer's name is "
     "trusted here: either the server left out an intermediate that it should "
     "have sent, or the authority is one that we don't know"},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE, "altered", R("5280", "6.1.3"),
     "its signature does not fit what is written in it: it was altered after "
     "it was signed, or somebody else signed it"},
    {X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE, "altered",
     R("5280", "6.1.3"),
     "its signature can't be opened with its issuer's key: it was altered, or "
     "somebody else signed it"},
    {X509_V_ERR_INVALID_PURPOSE, "wrong use", R("5280", "4.2.1.12"),
     "it was not issued for a TLS server (extended key usage)"},
    {X509_V_ERR_INVALID_CA, "not an authority", R("5280", "4.2.1.9"),
     "it is signed with a certificate that is no authority's"},
    {X509_V_ERR_PATH_LENGTH_EXCEEDED, "not an authority",
     R("5280", "4.2.1.9"),
     "its chain is longer than one of its authorities allows"},
    {X509_V_ERR_KEYUSAGE_NO_CERTSIGN, "not an authority",
     R("5280", "4.2.1.3"),
     "it is signed with a key that may not sign certificates"},
    {X509_V_ERR_CERT_REVOKED, "revoked", R("5280", "6.3"),
     "it was revoked: its issuer has taken it back before its time"},
    {X509_V_ERR_UNABLE_TO_GET_CRL, "no revocation list", R("5280", "6.3"),
     "the revocation list given does not cover it, so nobody can say whether "
     "it was revoked"},
    {X509_V_ERR_CRL_HAS_EXPIRED, "old revocation list", R("5280", "5.1.2.5"),
     "the revocation list given is older than it may be"},
    {X509_V_ERR_CRL_NOT_YET_VALID, "early revocation list",
     R("5280", "5.1.2.4"), "the revocation list given is not yet valid"},
    {X509_V_ERR_CRL_SIGNATURE_FAILURE, "altered revocation list",
     R("5280", "6.3.3"), "the revocation list given has a wrong signature"},
    {X509_V_ERR_EE_KEY_TOO_SMALL, "weak key", R("5280", "4.1.2.7"),
     "its key is too short to be safe"},
    {X509_V_ERR_CA_KEY_TOO_SMALL, "weak key", R("5280", "4.1.2.7"),
     "the key of one of its authorities is too short to be safe"},
    {X509_V_ERR_CA_MD_TOO_WEAK, "weak signature", R("5280", "4.1.1.2"),
     "it is signed with a digest that can be forged"},
    {X509_V_ERR_PERMITTED_VIOLATION, "wrong name", R("5280", "4.2.1.10"),
     "its authority may not issue certificates for that name"},
    {X509_V_ERR_EXCLUDED_VIOLATION, "wrong name", R("5280", "4.2.1.10"),
     "its authority may not issue certificates for that name"},
};
/* clang-format on */

static const struct tls_verdict_entry *tls_verdict_find(long code)
{
    for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++)
        if (verdicts[i].code == code)
            return &verdicts[i];
    return NULL;
}

const char *tls_verdict(long verify_result)
{
    const struct tls_verdict_entry *entry = tls_verdict_find(verify_result);

    return entry != NULL ? entry->sentence
                         : X509_verify_cert_error_string(verify_result);
}

const char *tls_verdict_name(long verify_result)
{
    const struct tls_verdict_entry *entry = tls_verdict_find(verify_result);

    return entry != NULL ? entry->name : "refused";
}

struct rfc tls_verdict_rfc(long verify_result)
{
    const struct tls_verdict_entry *entry = tls_verdict_find(verify_result);

    return entry != NULL ? entry->rfc : RFC("5280", "6.1");
}

/* ---- what in the certificate made it so --------------------------------- */

/* Names in a certificate are whatever somebody has written there. */
static void tls_name_text(const X509_NAME *name, char *text, size_t size)
{
    char line[256] = "";
    BIO *memory = BIO_new(BIO_s_mem());
    int length = 0;

    if (memory != NULL &&
        X509_NAME_print_ex(memory, name, 0, XN_FLAG_ONELINE) >= 0)
        length = BIO_read(memory, line, (int)sizeof line);
    BIO_free(memory);
    text_escape(text, size,
                (struct span){line, length > 0 ? (size_t)length : 0});
}

static void tls_time_text(const ASN1_TIME *time, char *text, size_t size)
{
    struct tm when = {0};

    if (ASN1_TIME_to_tm(time, &when) != 1 ||
        strftime(text, size, "%Y-%m-%d %H:%M:%S UTC", &when) == 0)
        snprintf(text, size, "(a time that can't be read)");
}

/* The length decides what an address is, and a forged one may have any. */
static void tls_one_alt_name(const GENERAL_NAME *name, char *text, size_t size)
{
    const ASN1_STRING *value = name->type == GEN_DNS     ? name->d.dNSName
                               : name->type == GEN_IPADD ? name->d.iPAddress
                                                         : NULL;
    const unsigned char *bytes = value ? ASN1_STRING_get0_data(value) : NULL;
    size_t length = value ? (size_t)ASN1_STRING_length(value) : 0;

    if (name->type == GEN_DNS)
        text_escape(text, size, (struct span){(const char *)bytes, length});
    else if (length == sizeof(struct in_addr))
        inet_ntop(AF_INET, bytes, text, (socklen_t)size);
    else if (length == sizeof(struct in6_addr))
        inet_ntop(AF_INET6, bytes, text, (socklen_t)size);
    else
        snprintf(text, size, "(another kind of name)");
}

/* "it is for a.test, b.test": the names in subjectAltName. */
static void tls_alt_names_text(X509 *certificate, char *text, size_t size)
{
    GENERAL_NAMES *names =
        X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    int count = sk_GENERAL_NAME_num(names);
    size_t used = 0;

    if (names == NULL) {
        snprintf(text, size,
                 "it has no subjectAltName, and the name in its "
                 "subject does not count");
        return;
    }
    for (int i = 0; i < count && used < size; i++) {
        char one[128];
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

        tls_one_alt_name(name, one, sizeof one);
        used += (size_t)snprintf(text + used, size - used, "%s%s",
                                 i == 0 ? "it is for " : ", ", one);
    }
    GENERAL_NAMES_free(names);
}

void tls_verdict_detail(struct tls_peer *peer, X509 *certificate, int depth,
                        int chain_length)
{
    char subject[160], issuer[160];
    char *text = peer->detail;
    size_t size = sizeof peer->detail;

    /* Of a leaf alone nobody can tell why its issuer is missing. OpenSSL finds
     * so in two steps, of which the second has the better name. */
    if (peer->verdict == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY &&
        depth == 0 && chain_length <= 1)
        peer->verdict = X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE;
    if (certificate == NULL)
        return;
    tls_name_text(X509_get_subject_name(certificate), subject, sizeof subject);
    tls_name_text(X509_get_issuer_name(certificate), issuer, sizeof issuer);
    switch (peer->verdict) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        tls_alt_names_text(certificate, text, size);
        break;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        snprintf(text, size, "%s was valid until ", subject);
        tls_time_text(X509_get0_notAfter(certificate), text + strlen(text),
                      size - strlen(text));
        break;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        snprintf(text, size, "%s is valid from ", subject);
        tls_time_text(X509_get0_notBefore(certificate), text + strlen(text),
                      size - strlen(text));
        break;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        snprintf(text, size, "the issuer is %s", issuer);
        break;
    default:
        snprintf(text, size, "%s, issued by %s", subject, issuer);
    }
}

void tls_verdict_text(const struct tls_peer *peer, char *text, size_t size)
{
    snprintf(text, size, "%s%s%s%s", tls_verdict(peer->verdict),
             peer->detail[0] != '\0' ? " (" : "", peer->detail,
             peer->detail[0] != '\0' ? ")" : "");
}

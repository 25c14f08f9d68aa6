/* SPDX-License-Identifier: MIT */
/*
 * certificates: an authority in three hundred lines (certificate_files.c puts
 * its work on disk).
 *
 * Read it as a list of what a client checks: each bad certificate differs from
 * the good one in one line of the table or one line of leaf_make.
 */
#include "labs/https-trust/certificates.h"

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define DAY 86400L /* seconds */
#define RSA_BITS 2048

#define WEB "www.example.test"

/* NOTE(eight-faults): the eight ways in which a certificate of this lab is
 * bad. The host is the name the client asks for; all stand at one address. */
#define HOST(name) name ".example.test", name ".example.test"

const struct certificate_case certificate_cases[CERTIFICATE_KINDS] = {
    [CERTIFICATE_GOOD] =
        {"good", WEB, WEB, NULL, NULL, X509_V_OK, {"5280", "6.1"}},
    [CERTIFICATE_EXPIRED] = {"expired",
                             HOST("expired"),
                             "its time was over yesterday",
                             "expired",
                             X509_V_ERR_CERT_HAS_EXPIRED,
                             {"5280", "4.1.2.5"}},
    [CERTIFICATE_NOT_YET_VALID] = {"early",
                                   HOST("early"),
                                   "its time begins tomorrow",
                                   "not yet valid",
                                   X509_V_ERR_CERT_NOT_YET_VALID,
                                   {"5280", "4.1.2.5"}},
    [CERTIFICATE_WRONG_NAME] = {"elsewhere",
                                "elsewhere.example.test",
                                WEB,
                                "it was issued to another name",
                                "wrong name",
                                X509_V_ERR_HOSTNAME_MISMATCH,
                                {"9525", "6.3"}},
    [CERTIFICATE_SELF_SIGNED] = {"selfsigned",
                                 HOST("selfsigned"),
                                 "the server signed it itself",
                                 "self-signed",
                                 X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
                                 {"5280", "6.1"}},
    [CERTIFICATE_UNKNOWN_CA] = {"unknown-ca",
                                HOST("unknown-ca"),
                                "signed by an authority that the client does "
                                "not trust",
                                "unknown authority",
                                X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
                                {"5280", "6.1.1"}},
    [CERTIFICATE_MISSING_INTERMEDIATE] =
        {"incomplete",
         HOST("incomplete"),
         "the server left out the authority between it and the CA",
         "missing intermediate",
         X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
         {"8446", "4.4.2"}},
    [CERTIFICATE_ALTERED] = {"altered",
                             HOST("altered"),
                             "one bit was changed after signing",
                             "altered",
                             X509_V_ERR_CERT_SIGNATURE_FAILURE,
                             {"5280", "6.1.3"}},
    [CERTIFICATE_WRONG_USE] = {"wrong-use",
                               HOST("wrong-use"),
                               "it was issued to a client, not to a server",
                               "wrong use",
                               X509_V_ERR_INVALID_PURPOSE,
                               {"5280", "4.2.1.12"}},
};

int certificate_failed(struct error *error, const char *what)
{
    char words[256];

    ERR_error_string_n(ERR_get_error(), words, sizeof(words));
    ERR_clear_error();
    return error_set(error, ERROR_LOCAL, "%s: %s", what, words);
}

/* ---- one certificate ---------------------------------------------------- */

/* What goes into the signed part. Times are seconds from now. */
struct plan {
    const char *name; /* the subject's common name */
    bool authority;   /* may sign others; else `name` is in the SAN */
    long from_s, until_s;
    const char *use; /* extended key usage of a server or a client */
    EVP_PKEY *key;   /* whose certificate it is */
    X509 *issuer;    /* NULL: its own */
    EVP_PKEY *issuer_key;
};

static bool extension_add(X509 *certificate, X509 *issuer, int nid,
                          const char *value)
{
    X509_EXTENSION *extension;
    X509V3_CTX context;
    bool added;

    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    added = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return added;
}

static bool extensions_add(X509 *certificate, const struct plan *plan)
{
    X509 *issuer = plan->issuer ? plan->issuer : certificate;
    char names[256];

    snprintf(names, sizeof(names), "DNS:%s", plan->name);
    if (!extension_add(certificate, issuer, NID_subject_key_identifier, "hash"))
        return false;
    if (plan->issuer &&
        !extension_add(certificate, issuer, NID_authority_key_identifier,
                       "keyid:always"))
        return false;
    if (plan->authority)
        return extension_add(certificate, issuer, NID_basic_constraints,
                             "critical,CA:TRUE") &&
               extension_add(certificate, issuer, NID_key_usage,
                             "critical,keyCertSign,cRLSign");
    return extension_add(certificate, issuer, NID_basic_constraints,
                         "critical,CA:FALSE") &&
           extension_add(certificate, issuer, NID_key_usage,
                         "critical,digitalSignature") &&
           extension_add(certificate, issuer, NID_ext_key_usage, plan->use) &&
           extension_add(certificate, issuer, NID_subject_alt_name, names);
}

/* A positive number of 64 random bits: authorities must not repeat themselves
 * (RFC 5280 §4.1.2.2). */
static bool serial_set(X509 *certificate)
{
    uint64_t serial = 0;

    return RAND_bytes((unsigned char *)&serial, sizeof(serial)) == 1 &&
           ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate),
                                   serial >> 1 | 1) == 1;
}

static bool names_set(X509 *certificate, const struct plan *plan)
{
    X509_NAME *subject = X509_get_subject_name(certificate);

    return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                      (const unsigned char *)plan->name, -1, -1,
                                      0) == 1 &&
           X509_set_issuer_name(
               certificate, plan->issuer ? X509_get_subject_name(plan->issuer)
                                         : subject) == 1;
}

/* NOTE(ca-signs): the one line in which an authority does its work is the last
 * one: SHA-256 over the signed part, then the signature with the issuer's
 * private key. */
static bool certificate_fill(X509 *certificate, const struct plan *plan)
{
    return X509_set_version(certificate, X509_VERSION_3) == 1 &&
           serial_set(certificate) && names_set(certificate, plan) &&
           X509_gmtime_adj(X509_getm_notBefore(certificate), plan->from_s) &&
           X509_gmtime_adj(X509_getm_notAfter(certificate), plan->until_s) &&
           X509_set_pubkey(certificate, plan->key) == 1 &&
           extensions_add(certificate, plan) &&
           X509_sign(certificate,
                     plan->issuer_key ? plan->issuer_key : plan->key,
                     EVP_sha256()) > 0;
}

static X509 *certificate_make(const struct plan *plan, struct error *error)
{
    X509 *certificate = X509_new();

    if (certificate && certificate_fill(certificate, plan))
        return certificate;
    certificate_failed(error, "a certificate could not be made");
    X509_free(certificate);
    return NULL;
}

/* ---- the whole set ------------------------------------------------------ */

static int keys_make(struct certificate_set *set, struct error *error)
{
    set->ca_key = EVP_RSA_gen(RSA_BITS);
    set->other_ca_key = EVP_EC_gen("P-256");
    set->intermediate_key = EVP_EC_gen("P-256");
    set->server_key = EVP_EC_gen("P-256");
    if (!set->ca_key || !set->other_ca_key || !set->intermediate_key ||
        !set->server_key)
        return certificate_failed(error, "a key could not be made");
    return 0;
}

static X509 *authority_make(const char *name, EVP_PKEY *key, X509 *issuer,
                            EVP_PKEY *issuer_key, struct error *error)
{
    struct plan plan = {.name = name,
                        .authority = true,
                        .from_s = -DAY,
                        .until_s = 365 * DAY,
                        .key = key,
                        .issuer = issuer,
                        .issuer_key = issuer_key};

    return certificate_make(&plan, error);
}

/* Turns one bit in the middle of the signature: what an attacker, or a bad
 * disk, would leave. The DER is decoded again, so that the certificate has no
 * memory of what it was. */
static X509 *certificate_alter(X509 *certificate, struct error *error)
{
    const ASN1_BIT_STRING *signature;
    unsigned char *der = NULL;
    const unsigned char *cursor;
    X509 *altered = NULL;
    int length = i2d_X509(certificate, &der);

    X509_get0_signature(&signature, NULL, certificate);
    X509_free(certificate);
    /* The signature is the last field of the structure. */
    if (length > 0 && ASN1_STRING_length(signature) > 0) {
        der[length - 64] ^= 0x01;
        cursor = der;
        altered = d2i_X509(NULL, &cursor, length);
    }
    OPENSSL_free(der);
    if (!altered)
        certificate_failed(error, "a certificate could not be altered");
    return altered;
}

static X509 *leaf_make(const struct certificate_set *set,
                       enum certificate_kind kind, struct error *error)
{
    struct plan plan = {.name = certificate_cases[kind].named,
                        .from_s = -DAY,
                        .until_s = 90 * DAY,
                        .use = "serverAuth",
                        .key = set->server_key,
                        .issuer = set->ca,
                        .issuer_key = set->ca_key};
    X509 *leaf;

    switch (kind) {
    case CERTIFICATE_EXPIRED:
        plan.from_s = -90 * DAY;
        plan.until_s = -DAY;
        break;
    case CERTIFICATE_NOT_YET_VALID:
        plan.from_s = DAY;
        break;
    case CERTIFICATE_WRONG_USE:
        plan.use = "clientAuth";
        break;
    case CERTIFICATE_SELF_SIGNED:
        plan.issuer = NULL;
        plan.issuer_key = NULL;
        break;
    case CERTIFICATE_UNKNOWN_CA:
        plan.issuer = set->other_ca;
        plan.issuer_key = set->other_ca_key;
        break;
    case CERTIFICATE_MISSING_INTERMEDIATE:
        plan.issuer = set->intermediate;
        plan.issuer_key = set->intermediate_key;
        break;
    default:
        /* The good one has no fault; another name stands in the plan already,
         * and a bit is turned after the signing. */
        break;
    }
    leaf = certificate_make(&plan, error);
    if (leaf && kind == CERTIFICATE_ALTERED)
        return certificate_alter(leaf, error);
    return leaf;
}

int certificate_set_new(struct certificate_set *set, struct error *error)
{
    int kind;

    memset(set, 0, sizeof(*set));
    if (keys_make(set, error) < 0)
        return -(int)error->class;
    set->ca = authority_make("The lab's own authority", set->ca_key, NULL, NULL,
                             error);
    set->other_ca = authority_make("An authority nobody knows",
                                   set->other_ca_key, NULL, NULL, error);
    if (!set->ca || !set->other_ca)
        return -(int)error->class;
    set->intermediate =
        authority_make("An authority in between", set->intermediate_key,
                       set->ca, set->ca_key, error);
    if (!set->intermediate)
        return -(int)error->class;
    for (kind = 0; kind < CERTIFICATE_KINDS; kind++) {
        set->leaves[kind] = leaf_make(set, (enum certificate_kind)kind, error);
        if (!set->leaves[kind])
            return -(int)error->class;
    }
    return 0;
}

void certificate_set_free(struct certificate_set *set)
{
    int kind;

    for (kind = 0; kind < CERTIFICATE_KINDS; kind++)
        X509_free(set->leaves[kind]);
    X509_free(set->ca);
    X509_free(set->other_ca);
    X509_free(set->intermediate);
    EVP_PKEY_free(set->ca_key);
    EVP_PKEY_free(set->other_ca_key);
    EVP_PKEY_free(set->intermediate_key);
    EVP_PKEY_free(set->server_key);
    memset(set, 0, sizeof(*set));
}

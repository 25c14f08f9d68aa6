/* SPDX-License-Identifier: MIT */
/* authority: a key of curve P-256 (made in a few microseconds, where RSA
 * takes a tenth of a second), and the certificates that it signs. */
#include "labs/world/authority.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "labs/world/inside.h"

/* Seconds of validity: from yesterday, for clocks differ, to next year. */
#define BEFORE_S (-24L * 3600)
#define AFTER_S (365L * 24 * 3600)

struct authority {
    EVP_PKEY *key;
    X509 *certificate;
};

static int failed(struct error *error, const char *what)
{
    char words[256];
    ERR_error_string_n(ERR_get_error(), words, sizeof(words));
    ERR_clear_error();
    return error_set(error, ERROR_LOCAL, "%s failed: %s", what, words);
}

/* ---- certificates ------------------------------------------------------- */

static bool extend(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    bool added = extension && X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return added;
}

/* RFC 5280 §4.1.2.2: positive, at most 20 octets; random, so that no two
 * worlds sign the same one. */
static bool set_serial(X509 *certificate)
{
    unsigned char bytes[16];
    if (RAND_bytes(bytes, sizeof(bytes)) != 1)
        return false;
    bytes[0] = (bytes[0] & 0x7f) | 0x40;
    BIGNUM *number = BN_bin2bn(bytes, sizeof(bytes), NULL);
    bool set = number &&
               BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
    return set;
}

/* What all certificates have; not yet signed. The caller frees. */
static X509 *draft(EVP_PKEY *key, const char *name, const X509_NAME *issuer)
{
    X509 *certificate = X509_new();
    if (!certificate)
        return NULL;
    X509_NAME *subject = X509_get_subject_name(certificate);
    bool drawn =
        X509_set_version(certificate, X509_VERSION_3) &&
        set_serial(certificate) &&
        X509_gmtime_adj(X509_getm_notBefore(certificate), BEFORE_S) &&
        X509_gmtime_adj(X509_getm_notAfter(certificate), AFTER_S) &&
        X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8,
                                   (const unsigned char *)"wirelab", -1, -1,
                                   0) &&
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                   (const unsigned char *)name, -1, -1, 0) &&
        X509_set_issuer_name(certificate, issuer ? issuer : subject) &&
        X509_set_pubkey(certificate, key);
    if (drawn)
        return certificate;
    X509_free(certificate);
    return NULL;
}

/* RFC 5280 §4.2.1.9 and §4.2.1.3: may sign certificates, and nothing else. */
static X509 *own_certificate(EVP_PKEY *key)
{
    X509 *own = draft(key, "The world's authority", NULL);
    if (own &&
        extend(own, own, NID_basic_constraints, "critical,CA:TRUE,pathlen:1") &&
        extend(own, own, NID_key_usage, "critical,keyCertSign,cRLSign") &&
        extend(own, own, NID_subject_key_identifier, "hash") &&
        X509_sign(own, key, EVP_sha256()))
        return own;
    X509_free(own);
    return NULL;
}

/* "DNS:a,DNS:b,IP:192.0.2.80". */
static void alternative_names(const char *const *names, char *text, size_t size)
{
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; names[i] && length < size; i++) {
        unsigned char ip[16];
        bool numeric = inet_pton(AF_INET, names[i], ip) == 1 ||
                       inet_pton(AF_INET6, names[i], ip) == 1;
        length +=
            (size_t)snprintf(text + length, size - length, "%s%s:%s",
                             i ? "," : "", numeric ? "IP" : "DNS", names[i]);
    }
}

static X509 *server_certificate(const struct authority *authority,
                                EVP_PKEY *key, const char *const *names)
{
    char alternatives[2048];
    X509 *issuer = authority->certificate;
    X509 *server = draft(key, names[0], X509_get_subject_name(issuer));
    alternative_names(names, alternatives, sizeof(alternatives));
    if (server &&
        extend(server, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
        extend(server, issuer, NID_key_usage, "critical,digitalSignature") &&
        extend(server, issuer, NID_ext_key_usage, "serverAuth") &&
        extend(server, issuer, NID_subject_key_identifier, "hash") &&
        extend(server, issuer, NID_authority_key_identifier, "keyid") &&
        extend(server, issuer, NID_subject_alt_name, alternatives) &&
        X509_sign(server, authority->key, EVP_sha256()))
        return server;
    X509_free(server);
    return NULL;
}

/* ---- files -------------------------------------------------------------- */

/* PEM of one of the two. A key is for its owner only. */
static int write_pem(const char *path, X509 *certificate, EVP_PKEY *key,
                     struct error *error)
{
    int fd =
        open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, key ? 0600 : 0644);
    FILE *to = fd < 0 ? NULL : fdopen(fd, "w");
    if (!to && fd >= 0)
        close(fd);
    int written =
        to && (key ? PEM_write_PrivateKey(to, key, NULL, NULL, 0, NULL, NULL)
                   : PEM_write_X509(to, certificate));
    if (to && fclose(to) != 0)
        written = 0;
    return written ? 0 : failed(error, path);
}

int authority_make(struct world *world, struct error *error)
{
    char store[WORLD_PATH_MAX];
    struct authority *authority = calloc(1, sizeof(*authority));
    if (!authority)
        return error_set(error, ERROR_LOCAL, "no memory for the authority");
    world->authority = authority;
    authority->key = EVP_EC_gen("P-256");
    if (authority->key)
        authority->certificate = own_certificate(authority->key);
    if (!authority->certificate)
        return failed(error, "making the world's authority");
    int result = write_pem(world->ca_file, authority->certificate, NULL, error);
    /* The file that is bound over the machine's trust store. */
    snprintf(store, sizeof(store), "%s/etc/ssl/certs/ca-certificates.crt",
             world->files);
    if (result == 0 && world->way != WORLD_LOOPBACK)
        result = write_pem(store, authority->certificate, NULL, error);
    return result;
}

void authority_free(struct authority *authority)
{
    if (!authority)
        return;
    EVP_PKEY_free(authority->key);
    X509_free(authority->certificate);
    free(authority);
}

int world_issue(struct world *world, const char *const *names,
                const char **cert_file, const char **key_file,
                struct error *error)
{
    if (world->issued_count == WORLD_ISSUED_MAX || !names[0])
        return error_set(error, ERROR_USAGE,
                         "a world issues at most %d certificates, each for "
                         "at least one name",
                         WORLD_ISSUED_MAX);
    char *cert = world->issued[world->issued_count][0];
    char *key_path = world->issued[world->issued_count][1];
    snprintf(cert, WORLD_PATH_MAX, "%s/cert-%zu.pem", world->files,
             world->issued_count);
    snprintf(key_path, WORLD_PATH_MAX, "%s/key-%zu.pem", world->files,
             world->issued_count);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *server =
        key ? server_certificate(world->authority, key, names) : NULL;
    int result = server ? write_pem(cert, server, NULL, error)
                        : failed(error, "issuing a certificate");
    if (result == 0)
        result = write_pem(key_path, NULL, key, error);
    X509_free(server);
    EVP_PKEY_free(key);
    if (result < 0)
        return result;
    world->issued_count++;
    *cert_file = cert;
    *key_file = key_path;
    return 0;
}

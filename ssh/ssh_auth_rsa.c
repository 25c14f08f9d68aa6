/* SPDX-License-Identifier: MIT */
/*
 * ssh_auth_rsa: public keys from a file, and RSA with a libssh2 that is older
 * than its rule.
 *
 * RFC 8332 §3: an RSA key keeps its type, "ssh-rsa", but signs by the algorithm
 * rsa-sha2-256 or rsa-sha2-512; servers of today take no SHA-1. libssh2 before
 * 1.11 (Debian 12 has 1.10) names the algorithm after the key's type, and signs
 * with SHA-1. It can be told better, in two steps:
 *
 *  - libssh2_userauth_publickey takes a function that signs: ours uses SHA-256.
 *  - It takes the algorithm's name from the first string of the key's blob,
 *    copies it into memory that it allocates, then allocates the packet and
 *    copies the blob into it. So the blob begins with "rsa-sha2-256" at first,
 *    and becomes itself when the second allocation is asked for.
 *
 * What goes over the wire is what RFC 8332 asks for, to the byte. With libssh2
 * 1.11 none of this is compiled.
 */
#include <stdlib.h>
#include <string.h>

#include "ssh/ssh_client.h"

#if LIBSSH2_VERSION_NUM >= 0x010b00

void *ssh_auth_allocate(size_t count, void **abstract)
{
    (void)abstract;
    return malloc(count);
}

static bool sign_otherwise(struct ssh_client *client, const char *file,
                           const char *passphrase, int *result)
{
    (void)client;
    (void)file;
    (void)passphrase;
    (void)result;
    return false;
}

#else

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <stdio.h>

#define ALGORITHM "rsa-sha2-256"

/* The blob that libssh2 was given, and what it is to become. */
struct ssh_blob {
    unsigned char given[SSH_KEY_MAX], real[SSH_KEY_MAX];
    size_t length;        /* of both */
    int allocations_left; /* until it changes */
    EVP_PKEY *key;
};

/* ---- what libssh2 calls ------------------------------------------------- */

void *ssh_auth_allocate(size_t count, void **abstract)
{
    struct ssh_client *client = *abstract;
    struct ssh_blob *blob = client->blob;

    if (blob && blob->allocations_left > 0 && --blob->allocations_left == 0)
        memcpy(blob->given, blob->real, blob->length);
    return malloc(count);
}

/* PKCS #1 v1.5 over SHA-256: RFC 8332 §3. */
static int sign(LIBSSH2_SESSION *session, unsigned char **signature,
                size_t *length, const unsigned char *data, size_t data_length,
                void **abstract)
{
    struct ssh_client *client = *(void **)libssh2_session_abstract(session);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool done;

    (void)abstract;
    *length = (size_t)EVP_PKEY_size(client->blob->key);
    *signature = malloc(*length);
    done = context && *signature &&
           EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL,
                              client->blob->key) == 1 &&
           EVP_DigestSign(context, *signature, length, data, data_length) == 1;
    EVP_MD_CTX_free(context);
    return done ? 0 : -1;
}

/* ---- the file ----------------------------------------------------------- */

static BIGNUM *take_number(struct span *from)
{
    struct span bytes;

    return ssh_take_string(from, &bytes)
               ? BN_bin2bn((const unsigned char *)bytes.data, (int)bytes.length,
                           NULL)
               : NULL;
}

static EVP_PKEY *make_key(const BIGNUM *n, const BIGNUM *e, const BIGNUM *d)
{
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    OSSL_PARAM *parameters = NULL;
    EVP_PKEY *key = NULL;

    if (n && e && d && build && context &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_D, d) &&
        (parameters = OSSL_PARAM_BLD_to_param(build)) != NULL &&
        EVP_PKEY_fromdata_init(context) == 1)
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(build);
    EVP_PKEY_CTX_free(context);
    return key;
}

/* OpenSSH's own format, not encrypted (its PROTOCOL.key). An encrypted one
 * needs a derivation that OpenSSL has not: `ssh-keygen -p -m PEM` changes its
 * format. */
static EVP_PKEY *read_openssh(struct span bytes)
{
    struct span cipher, skipped, inside, type;
    uint32_t number;
    EVP_PKEY *key = NULL;

    if (bytes.length < 15 || memcmp(bytes.data, "openssh-key-v1", 15) != 0)
        return NULL;
    bytes = (struct span){bytes.data + 15, bytes.length - 15};
    if (!ssh_take_string(&bytes, &cipher) ||
        !span_equal(cipher, SPAN("none")) ||
        !ssh_take_string(&bytes, &skipped) ||
        !ssh_take_string(&bytes, &skipped) || !ssh_take_u32(&bytes, &number) ||
        !ssh_take_string(&bytes, &skipped) ||
        !ssh_take_string(&bytes, &inside) || !ssh_take_u32(&inside, &number) ||
        !ssh_take_u32(&inside, &number) || !ssh_take_string(&inside, &type) ||
        !span_equal(type, SPAN("ssh-rsa")))
        return NULL;
    BIGNUM *n = take_number(&inside), *e = take_number(&inside),
           *d = take_number(&inside);
    key = make_key(n, e, d);
    BN_free(n);
    BN_free(e);
    BN_clear_free(d);
    return key;
}

/* PEM with all that OpenSSL knows, or OpenSSH's format; NULL: none of them, or
 * the passphrase is wrong. */
static EVP_PKEY *read_key(const char *path, const char *passphrase)
{
    static char nothing[] = "";
    FILE *file = fopen(path, "re");
    char *name = NULL, *header = NULL;
    unsigned char *bytes = NULL;
    EVP_PKEY *key = NULL;
    long length = 0;

    if (!file)
        return NULL;
    key = PEM_read_PrivateKey(
        file, NULL, NULL, passphrase ? (char *)(uintptr_t)passphrase : nothing);
    rewind(file);
    if (!key && PEM_read(file, &name, &header, &bytes, &length) == 1)
        key = read_openssh((struct span){(const char *)bytes, (size_t)length});
    if (bytes)
        OPENSSL_clear_free(bytes, (size_t)length);
    OPENSSL_free(name);
    OPENSSL_free(header);
    fclose(file);
    return key;
}

/* ---- the blob ----------------------------------------------------------- */

static void put_u32(unsigned char **at, size_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        *(*at)++ = (unsigned char)(value >> shift);
}

/* RFC 4251 §5: an mpint is positive only if its first bit is 0. */
static bool put_number(unsigned char **at, const unsigned char *end,
                       const EVP_PKEY *key, const char *which)
{
    BIGNUM *number = NULL;
    bool done = false;

    if (EVP_PKEY_get_bn_param(key, which, &number) == 1) {
        size_t length = (size_t)BN_num_bytes(number);
        bool zero = BN_num_bits(number) % 8 == 0;

        done = (size_t)(end - *at) >= length + 5;
        if (done) {
            put_u32(at, length + zero);
            if (zero)
                *(*at)++ = 0;
            *at += BN_bn2bin(number, *at);
        }
    }
    BN_free(number);
    return done;
}

/* "ssh-rsa", e, n: RFC 4253 §6.6. */
static bool blob_fill(struct ssh_blob *blob)
{
    unsigned char *at = blob->real;
    const unsigned char *end = blob->real + sizeof(blob->real);

    if (EVP_PKEY_get_base_id(blob->key) != EVP_PKEY_RSA)
        return false;
    put_u32(&at, 7);
    memcpy(at, "ssh-rsa", 7);
    at += 7;
    if (!put_number(&at, end, blob->key, OSSL_PKEY_PARAM_RSA_E) ||
        !put_number(&at, end, blob->key, OSSL_PKEY_PARAM_RSA_N))
        return false;
    blob->length = (size_t)(at - blob->real);
    memcpy(blob->given, blob->real, blob->length);
    at = blob->given;
    put_u32(&at, strlen(ALGORITHM));
    memcpy(at, ALGORITHM, strlen(ALGORITHM));
    return true;
}

/* False: the file holds no RSA key, and libssh2 does well by itself. */
static bool sign_otherwise(struct ssh_client *client, const char *file,
                           const char *passphrase, int *result)
{
    struct ssh_blob *blob = calloc(1, sizeof(*blob));
    bool ours = blob && (blob->key = read_key(file, passphrase)) != NULL &&
                blob_fill(blob);

    if (ours) {
        blob->allocations_left = 2;
        client->blob = blob;
        SSH_DO(client, *result,
               libssh2_userauth_publickey(client->session, client->login.user,
                                          blob->given, blob->length, sign,
                                          NULL));
        client->blob = NULL;
    }
    if (blob)
        EVP_PKEY_free(blob->key);
    free(blob);
    return ours;
}

#endif

int ssh_auth_key(struct ssh_client *client, const char *file,
                 const char *passphrase)
{
    const char *user = client->login.user;
    int result = 0;

    if (sign_otherwise(client, file, passphrase, &result))
        return result;
    SSH_DO(client, result,
           libssh2_userauth_publickey_fromfile_ex(
               client->session, user, (unsigned)strlen(user), NULL, file,
               passphrase ? passphrase : ""));
    return result;
}

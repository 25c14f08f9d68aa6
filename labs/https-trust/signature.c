/* SPDX-License-Identifier: MIT */
/*
 * signature: what stands in a certificate's signature, and how one knows.
 */
#include "labs/https-trust/signature.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <string.h>

/* NOTE(digest): step 1. The signed part is encoded again exactly as it was
 * signed; one bit that differs gives another digest. */
static bool digest_compute(struct signature_opened *opened, X509 *certificate)
{
    unsigned char *der = NULL;
    int length = i2d_re_X509_tbs(certificate, &der);
    unsigned int digest_length = 0;
    bool done =
        length > 0 && EVP_Digest(der, (size_t)length, opened->computed.data,
                                 &digest_length, EVP_sha256(), NULL) == 1;

    opened->signed_length = done ? (size_t)length : 0;
    opened->computed.length = digest_length;
    OPENSSL_free(der);
    return done;
}

/* NOTE(open): step 2, at one of three depths. An RSA signature is a number;
 * raised to the public exponent it becomes a block that anybody can read:
 *
 *     RSA_NO_PADDING           00 01 ff ff ... ff 00 [DigestInfo]
 *     RSA_PKCS1_PADDING        [DigestInfo] = name of the digest, digest
 *     and the digest named     [digest]
 *
 * At each depth OpenSSL checks what it takes off, so a signature that was
 * altered opens at the first depth only, to noise. */
static bool opened_at(struct signature_bytes *to, EVP_PKEY *key, int padding,
                      const EVP_MD *digest,
                      const struct signature_bytes *signature)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    bool done;

    to->length = sizeof(to->data);
    done = context && EVP_PKEY_verify_recover_init(context) == 1 &&
           EVP_PKEY_CTX_set_rsa_padding(context, padding) == 1 &&
           (!digest || EVP_PKEY_CTX_set_signature_md(context, digest) == 1) &&
           EVP_PKEY_verify_recover(context, to->data, &to->length,
                                   signature->data, signature->length) == 1;
    if (!done)
        to->length = 0;
    EVP_PKEY_CTX_free(context);
    return done;
}

static void open_all(struct signature_opened *opened, EVP_PKEY *key)
{
    /* Only RSA gives its digest back. ECDSA's two numbers are checked by an
     * equation that takes the digest as an input; there is nothing to open. */
    opened->recoverable = EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA &&
                          opened_at(&opened->block, key, RSA_NO_PADDING, NULL,
                                    &opened->signature);
    if (!opened->recoverable)
        return;
    opened_at(&opened->info, key, RSA_PKCS1_PADDING, NULL, &opened->signature);
    opened_at(&opened->recovered, key, RSA_PKCS1_PADDING, EVP_sha256(),
              &opened->signature);
}

int signature_open(struct signature_opened *opened, X509 *certificate,
                   EVP_PKEY *ca_key, struct error *error)
{
    const ASN1_BIT_STRING *bits;
    const X509_ALGOR *algorithm;
    const ASN1_OBJECT *object;
    size_t length;

    memset(opened, 0, sizeof(*opened));
    X509_get0_signature(&bits, &algorithm, certificate);
    X509_ALGOR_get0(&object, NULL, NULL, algorithm);
    OBJ_obj2txt(opened->algorithm, sizeof(opened->algorithm), object, 0);
    length = (size_t)ASN1_STRING_length(bits);
    if (length > sizeof(opened->signature.data))
        return error_set(error, ERROR_LOCAL,
                         "a signature of %zu bytes is too long", length);
    memcpy(opened->signature.data, ASN1_STRING_get0_data(bits), length);
    opened->signature.length = length;
    if (!digest_compute(opened, certificate))
        return error_set(error, ERROR_LOCAL, "the digest can't be computed");
    open_all(opened, ca_key);
    /* NOTE(compare): step 3, which is all that "verified" means. */
    opened->equal = opened->recovered.length == opened->computed.length &&
                    opened->computed.length > 0 &&
                    memcmp(opened->recovered.data, opened->computed.data,
                           opened->computed.length) == 0;
    opened->verified = X509_verify(certificate, ca_key) == 1;
    /* A refusal is an answer here, not a failure: OpenSSL need not keep it. */
    ERR_clear_error();
    return 0;
}

const char *signature_hex(char *text, size_t size,
                          const struct signature_bytes *bytes, size_t most)
{
    size_t i, used = 0;

    text[0] = '\0';
    for (i = 0; i < bytes->length && i < most && used + 6 < size; i++)
        used +=
            (size_t)snprintf(text + used, size - used, "%02x", bytes->data[i]);
    if (i < bytes->length)
        snprintf(text + used, size - used, "...");
    return text;
}

static bool number_take(struct signature_bytes *to, const BIGNUM *number)
{
    int length = BN_num_bytes(number);

    if ((size_t)length > sizeof(to->data))
        return false;
    to->length = (size_t)BN_bn2bin(number, to->data);
    return true;
}

bool signature_ecdsa(const struct signature_bytes *signature,
                     struct signature_bytes *r, struct signature_bytes *s)
{
    const unsigned char *cursor = signature->data;
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &cursor, (long)signature->length);
    bool taken = pair && number_take(r, ECDSA_SIG_get0_r(pair)) &&
                 number_take(s, ECDSA_SIG_get0_s(pair));

    ECDSA_SIG_free(pair);
    ERR_clear_error();
    return taken;
}

/* SPDX-License-Identifier: MIT */
/*
 * operations: five operations, timed one by one on the clock that counts this
 * process's CPU time only.
 */
#include "labs/https-trust/operations.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "labs/https-trust/certificates.h"

#define ROUNDS 5  /* noise only adds: the least of them counts */
#define REPEATS 8 /* in a round, so that the clock is read seldom */

const char *const operation_names[OPERATIONS] = {
    [OPERATION_KEY_SHARE] = "key exchange: X25519, a key pair and the secret",
    [OPERATION_SIGN] = "the server's proof: ECDSA P-256, signing",
    [OPERATION_VERIFY] = "the server's proof: ECDSA P-256, checking",
    [OPERATION_RSA] = "the CA's signature: RSA 2048, checking",
    [OPERATION_SEAL] = "encrypting one page: AES-256-GCM"};

/* What the operations work on. */
struct bench {
    EVP_PKEY *peer_share, *server_key;
    EVP_PKEY *ca_key;       /* borrowed */
    X509 *certificate;      /* borrowed: what the CA signed */
    unsigned char text[64]; /* what the server signs: a digest, in TLS */
    unsigned char ecdsa[128];
    size_t ecdsa_length;
    unsigned char *page, *sealed; /* `bytes` each */
    size_t bytes;
};

/* ---- the operations ----------------------------------------------------- */

static bool key_share(struct bench *bench)
{
    EVP_PKEY *ours = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
    EVP_PKEY_CTX *context = ours ? EVP_PKEY_CTX_new(ours, NULL) : NULL;
    unsigned char secret[32];
    size_t length = sizeof(secret);
    bool done = context && EVP_PKEY_derive_init(context) == 1 &&
                EVP_PKEY_derive_set_peer(context, bench->peer_share) == 1 &&
                EVP_PKEY_derive(context, secret, &length) == 1;

    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(ours);
    return done;
}

static bool sign(struct bench *bench)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool done;

    bench->ecdsa_length = sizeof(bench->ecdsa);
    done = context &&
           EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL,
                              bench->server_key) == 1 &&
           EVP_DigestSign(context, bench->ecdsa, &bench->ecdsa_length,
                          bench->text, sizeof(bench->text)) == 1;
    EVP_MD_CTX_free(context);
    return done;
}

static bool verify(struct bench *bench)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool done = context &&
                EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL,
                                     bench->server_key) == 1 &&
                EVP_DigestVerify(context, bench->ecdsa, bench->ecdsa_length,
                                 bench->text, sizeof(bench->text)) == 1;

    EVP_MD_CTX_free(context);
    return done;
}

static bool verify_rsa(struct bench *bench)
{
    return X509_verify(bench->certificate, bench->ca_key) == 1;
}

static bool seal(struct bench *bench)
{
    /* Any will do to be timed: the cipher takes as long with each. */
    static const unsigned char key[32], nonce[12];
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    unsigned char tag[16];
    int length = 0;
    bool done =
        context &&
        EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) == 1 &&
        EVP_EncryptUpdate(context, bench->sealed, &length, bench->page,
                          (int)bench->bytes) == 1 &&
        EVP_EncryptFinal_ex(context, bench->sealed, &length) == 1 &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, sizeof(tag), tag) ==
            1;

    EVP_CIPHER_CTX_free(context);
    return done;
}

static bool (*const functions[OPERATIONS])(struct bench *bench) = {
    [OPERATION_KEY_SHARE] = key_share,
    [OPERATION_SIGN] = sign,
    [OPERATION_VERIFY] = verify,
    [OPERATION_RSA] = verify_rsa,
    [OPERATION_SEAL] = seal};

/* ---- timing ------------------------------------------------------------- */

static double cpu_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static bool operation_time(struct bench *bench, int operation, double *least_us)
{
    int round, repeat;

    for (round = 0; round < ROUNDS; round++) {
        double began = cpu_us(), took;

        for (repeat = 0; repeat < REPEATS; repeat++)
            if (!functions[operation](bench))
                return false;
        took = (cpu_us() - began) / REPEATS;
        if (round == 0 || took < *least_us)
            *least_us = took;
    }
    return true;
}

static bool bench_fill(struct bench *bench)
{
    bench->peer_share = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
    bench->server_key = EVP_EC_gen("P-256");
    bench->page = calloc(1, bench->bytes);
    /* A block more: a cipher may ask for it. */
    bench->sealed = calloc(1, bench->bytes + 16);
    return bench->peer_share && bench->server_key && bench->page &&
           bench->sealed && RAND_bytes(bench->text, sizeof(bench->text)) == 1;
}

static void bench_free(struct bench *bench)
{
    EVP_PKEY_free(bench->peer_share);
    EVP_PKEY_free(bench->server_key);
    free(bench->page);
    free(bench->sealed);
}

int operations_measure(struct operations *operations, X509 *certificate,
                       EVP_PKEY *ca_key, size_t bytes, struct error *error)
{
    struct bench bench = {
        .ca_key = ca_key, .certificate = certificate, .bytes = bytes};
    bool done = bench_fill(&bench);
    int i;

    for (i = 0; done && i < OPERATIONS; i++)
        done = operation_time(&bench, i, &operations->us[i]);
    bench_free(&bench);
    return done ? 0
                : certificate_failed(error, "an operation could not be timed");
}

/* SPDX-License-Identifier: MIT */
/*
 * tls_pair: a certificate, its chain and its key, read from PEM files.
 */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#include "common/tls_private.h"

/* The first reason that OpenSSL gave is the cause; the rest follow from it. */
int tls_local_error(struct error *error, const char *what, const char *file)
{
    unsigned long code = ERR_peek_error();
    const char *reason = ERR_reason_error_string(code);

    if (ERR_SYSTEM_ERROR(code))
        reason = strerror(ERR_GET_REASON(code));
    error_set(error, ERROR_LOCAL, "%s%s%s: %s", what, file != NULL ? " " : "",
              file != NULL ? file : "",
              reason != NULL ? reason : "OpenSSL does not say why");
    ERR_clear_error();
    return -ERROR_LOCAL;
}

/* ---- certificates and keys ---------------------------------------------- */

void tls_pair_free(struct tls_pair *pair)
{
    X509_free(pair->certificate);
    sk_X509_pop_free(pair->chain, X509_free);
    EVP_PKEY_free(pair->key);
}

/* Deliberately no prompt for a pass phrase: a server starts unattended. */
static int tls_no_pass_phrase(char *buffer, int size, int writing, void *user)
{
    (void)buffer, (void)size, (void)writing, (void)user;
    return 0;
}

static int tls_read_chain(struct tls_pair *pair, const char *file)
{
    BIO *in = BIO_new_file(file, "r");
    X509 *next;

    pair->chain = sk_X509_new_null();
    if (in == NULL || pair->chain == NULL) {
        BIO_free(in);
        return -1;
    }
    pair->certificate = PEM_read_bio_X509(in, NULL, tls_no_pass_phrase, NULL);
    while (pair->certificate != NULL &&
           (next = PEM_read_bio_X509(in, NULL, tls_no_pass_phrase, NULL)) !=
               NULL)
        if (sk_X509_push(pair->chain, next) == 0)
            X509_free(next);
    BIO_free(in);
    if (pair->certificate == NULL)
        return -1;
    /* The end of the file is an error to PEM_read_bio_X509, none of ours. */
    ERR_clear_error();
    return 0;
}

int tls_pair_load(struct tls_pair *pair, const char *cert_file,
                  const char *key_file, struct error *error)
{
    BIO *in;

    /* As with curl, a file may hold the certificate and its key. */
    if (key_file == NULL)
        key_file = cert_file;
    if (tls_read_chain(pair, cert_file) < 0)
        return tls_local_error(error, "can't read the certificate", cert_file);
    in = BIO_new_file(key_file, "r");
    if (in != NULL)
        pair->key = PEM_read_bio_PrivateKey(in, NULL, tls_no_pass_phrase, NULL);
    BIO_free(in);
    if (pair->key == NULL)
        return tls_local_error(error, "can't read the key", key_file);
    if (X509_check_private_key(pair->certificate, pair->key) != 1)
        return tls_local_error(error, "the certificate has another key than",
                               key_file);
    return 0;
}

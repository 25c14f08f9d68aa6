/* SPDX-License-Identifier: MIT */
/*
 * certificate_files: the lab's certificates as the PEM files that a client
 * trusts and a server presents.
 */
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "labs/https-trust/certificates.h"
#include "labs/lab.h"

static int file_write(const char *folder, const char *name, BIO *pem,
                      struct error *error)
{
    char path[512];
    char *data;
    long length = BIO_get_mem_data(pem, &data);

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return lab_file_write(path, data, (size_t)length, error);
}

/* A chain: the server's own certificate first, then who signed it (RFC 8446
 * §4.4.2). The root may be left out, the client has it or has it not; the
 * unknown authority's is sent, so that the client can say which it does not
 * trust. */
static int chain_write(const struct certificate_set *set, const char *folder,
                       int kind, struct error *error)
{
    BIO *pem = BIO_new(BIO_s_mem());
    char name[64];
    int result;

    snprintf(name, sizeof(name), "%s.pem", certificate_cases[kind].file);
    if (!pem || PEM_write_bio_X509(pem, set->leaves[kind]) != 1 ||
        (kind == CERTIFICATE_UNKNOWN_CA &&
         PEM_write_bio_X509(pem, set->other_ca) != 1))
        result = certificate_failed(error, name);
    else
        result = file_write(folder, name, pem, error);
    BIO_free(pem);
    return result;
}

static int authority_write(X509 *authority, const char *folder,
                           const char *name, struct error *error)
{
    BIO *pem = BIO_new(BIO_s_mem());
    int result;

    if (!pem || PEM_write_bio_X509(pem, authority) != 1)
        result = certificate_failed(error, name);
    else
        result = file_write(folder, name, pem, error);
    BIO_free(pem);
    return result;
}

/* The file is there with its final rights from the first byte on: a key that
 * others could read for a moment is a key that others may have. */
static int key_write(const struct certificate_set *set, const char *folder,
                     struct error *error)
{
    BIO *pem = BIO_new(BIO_s_mem());
    mode_t before = umask(077);
    int result;

    if (!pem || PEM_write_bio_PrivateKey(pem, set->server_key, NULL, NULL, 0,
                                         NULL, NULL) != 1)
        result = certificate_failed(error, "server.key");
    else
        result = file_write(folder, "server.key", pem, error);
    umask(before);
    BIO_free(pem);
    return result;
}

int certificate_set_write(const struct certificate_set *set, const char *folder,
                          struct error *error)
{
    int kind;

    if (authority_write(set->ca, folder, "ca.pem", error) < 0 ||
        authority_write(set->intermediate, folder, "between.pem", error) < 0 ||
        key_write(set, folder, error) < 0)
        return -(int)error->class;
    for (kind = 0; kind < CERTIFICATE_KINDS; kind++)
        if (chain_write(set, folder, kind, error) < 0)
            return -(int)error->class;
    return 0;
}

int certificate_read(X509 **certificate, const char *path, struct error *error)
{
    BIO *file = BIO_new_file(path, "r");

    *certificate = file ? PEM_read_bio_X509(file, NULL, NULL, NULL) : NULL;
    BIO_free(file);
    return *certificate ? 0 : certificate_failed(error, path);
}

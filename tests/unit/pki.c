/* SPDX-License-Identifier: MIT */
#include "tests/unit/pki.h"

#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/harness.h"

#define DAY 86400L

static void add_extension(X509 *certificate, X509 *issuer, int nid,
                          const char *value)
{
    X509V3_CTX context;
    X509_EXTENSION *extension;

    if (value == NULL)
        return;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

struct pki pki_make(const struct pki_request *r, const struct pki *issuer)
{
    static long serial = 1;
    struct pki made = {X509_new(), EVP_EC_gen("P-256")};
    struct pki by = issuer != NULL ? *issuer : made;
    bool dates = r->from_days != 0 || r->until_days != 0;
    X509_NAME *name = X509_get_subject_name(made.certificate);

    X509_set_version(made.certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.certificate), serial++);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               (const unsigned char *)r->name, -1, -1, 0);
    X509_set_issuer_name(made.certificate,
                         X509_get_subject_name(by.certificate));
    X509_gmtime_adj(X509_getm_notBefore(made.certificate),
                    DAY * (dates ? r->from_days : -1));
    X509_gmtime_adj(X509_getm_notAfter(made.certificate),
                    DAY * (dates ? r->until_days : 1));
    X509_set_pubkey(made.certificate, made.key);
    add_extension(made.certificate, by.certificate, NID_basic_constraints,
                  r->authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    add_extension(made.certificate, by.certificate, NID_subject_alt_name,
                  r->san);
    add_extension(made.certificate, by.certificate, NID_ext_key_usage,
                  r->usage);
    X509_sign(made.certificate, by.key, EVP_sha256());
    return made;
}

void pki_free(struct pki *pki)
{
    X509_free(pki->certificate);
    EVP_PKEY_free(pki->key);
    *pki = (struct pki){NULL, NULL};
}

void pki_alter(struct pki *pki)
{
    const ASN1_BIT_STRING *signature;

    X509_get0_signature(&signature, NULL, pki->certificate);
    /* The last byte of s: the encoding stays well-formed. */
    signature->data[signature->length - 1] ^= 1;
}

static FILE *open_below(const char *name, const char **path)
{
    *path = test_path(name);
    return fopen(*path, "w");
}

const char *pki_write_chain(const char *name, const struct pki *pki,
                            const struct pki *above)
{
    const char *path;
    FILE *to = open_below(name, &path);

    PEM_write_X509(to, pki->certificate);
    if (above != NULL)
        PEM_write_X509(to, above->certificate);
    fclose(to);
    return path;
}

const char *pki_write_key(const char *name, const struct pki *pki)
{
    const char *path;
    FILE *to = open_below(name, &path);

    PEM_write_PrivateKey(to, pki->key, NULL, NULL, 0, NULL, NULL);
    fclose(to);
    return path;
}

const char *pki_write_crl(const char *name, const struct pki *issuer,
                          const struct pki *revoked)
{
    X509_CRL *list = X509_CRL_new();
    ASN1_TIME *now = X509_gmtime_adj(NULL, -DAY);
    ASN1_TIME *later = X509_gmtime_adj(NULL, DAY);
    const char *path;
    FILE *to = open_below(name, &path);

    X509_CRL_set_version(list, X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(list, X509_get_subject_name(issuer->certificate));
    X509_CRL_set1_lastUpdate(list, now);
    X509_CRL_set1_nextUpdate(list, later);
    if (revoked != NULL) {
        X509_REVOKED *row = X509_REVOKED_new();

        X509_REVOKED_set_serialNumber(
            row, X509_get_serialNumber(revoked->certificate));
        X509_REVOKED_set_revocationDate(row, now);
        X509_CRL_add0_revoked(list, row);
    }
    X509_CRL_sign(list, issuer->key, EVP_sha256());
    PEM_write_X509_CRL(to, list);
    fclose(to);
    ASN1_TIME_free(now);
    ASN1_TIME_free(later);
    X509_CRL_free(list);
    return path;
}

struct tls_settings pki_server(const struct pki *pki, const struct pki *above)
{
    return (struct tls_settings){
        .cert_files = {pki_write_chain("server.pem", pki, above)},
        .key_files = {pki_write_key("server.key", pki)},
        .certificates = 1,
    };
}

static int serve_one(int listener, struct tls_context *context,
                     int (*talk)(struct conn *conn))
{
    struct error error = {0};
    struct conn_setup setup = {
        .error = &error, .proto = "test", .deadline = deadline_in_ms(10000)};
    struct conn *c;
    int status;

    if (conn_adopt(&c, &setup, RFC("9293", "3.5"),
                   accept(listener, NULL, NULL)) < 0)
        return 99;
    status = conn_start_tls(c, context, RFC("8446", "2"), NULL);
    status = status < 0 ? -status : talk(c);
    conn_close(c, RFC("9293", "3.6"));
    return status;
}

pid_t pki_serve(const struct tls_settings *settings, int connections,
                int (*talk)(struct conn *conn), uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct tls_context *context = NULL;
    struct error error = {0};
    int status = 98;
    pid_t pid;

    bind(listener, (struct sockaddr *)&address, size);
    listen(listener, 8);
    getsockname(listener, (struct sockaddr *)&address, &size);
    *port = ntohs(address.sin_port);
    pid = fork();
    if (pid == 0) {
        alarm(20);
        if (tls_server_new(&context, settings, &error) == 0)
            while (connections-- > 0)
                status = serve_one(listener, context, talk);
        _exit(status);
    }
    close(listener);
    return pid;
}

int pki_serve_end(pid_t pid)
{
    int status = 0;

    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* SPDX-License-Identifier: MIT */
/*
 * notebook: ClientHello, ServerHello and Certificate, as an onlooker reads
 * them. Every step asks the cursor for bytes; one that has run out gives
 * nothing from then on, so that no length in a message is believed.
 */
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "labs/trace/notebook_tls.h"

/* Registered numbers (RFC 8446 §4, §4.2; RFC 7301 §3.1). */
enum { CLIENT_HELLO = 1, SERVER_HELLO = 2, CERTIFICATE = 11 };
enum {
    EXTENSION_NAME = 0,
    EXTENSION_PROTOCOLS = 16,
    EXTENSION_TICKET = 35,
    EXTENSION_PRE_SHARED_KEY = 41,
    EXTENSION_VERSIONS = 43,
    EXTENSION_KEY_SHARE = 51,
};

/* ---- a cursor over a message -------------------------------------------- */

static struct span take(struct span *left, size_t length)
{
    struct span taken = {left->data, length};

    if (left->length < length) {
        left->length = 0;
        return (struct span){NULL, 0};
    }
    left->data += length;
    left->length -= length;
    return taken;
}

/* A number of `bytes` bytes, the highest first. */
static size_t take_number(struct span *left, size_t bytes)
{
    struct span taken = take(left, bytes);
    size_t number = 0;

    for (size_t i = 0; i < taken.length; i++)
        number = number << 8 | (unsigned char)taken.data[i];
    return number;
}

/* A vector: its length in `bytes` bytes, then itself. */
static struct span take_vector(struct span *left, size_t bytes)
{
    return take(left, take_number(left, bytes));
}

static void add(char *text, size_t size, const char *piece)
{
    size_t length = strlen(text);

    snprintf(text + length, size - length, "%s%s", length > 0 ? ", " : "",
             piece);
}

/* ---- numbers in words --------------------------------------------------- */

static const char *version_name(size_t version)
{
    switch (version) {
    case 0x0300:
        return "SSL 3.0";
    case 0x0301:
        return "TLS 1.0";
    case 0x0302:
        return "TLS 1.1";
    case 0x0303:
        return "TLS 1.2";
    case 0x0304:
        return "TLS 1.3";
    default:
        return NULL;
    }
}

/* The groups of RFC 8446 §4.2.7 and the hybrid that browsers offer. */
static const char *group_name(size_t group)
{
    switch (group) {
    case 23:
        return "secp256r1";
    case 24:
        return "secp384r1";
    case 25:
        return "secp521r1";
    case 29:
        return "x25519";
    case 30:
        return "x448";
    case 4588:
        return "X25519MLKEM768";
    default:
        return "another group";
    }
}

#define CIPHER_NAME_MAX 64

/* OpenSSL knows the name of each suite; a connection that is never opened
 * gives access to its table. */
static void cipher_ask(size_t suite, char name[CIPHER_NAME_MAX])
{
    unsigned char bytes[2] = {(unsigned char)(suite >> 8),
                              (unsigned char)suite};
    SSL_CTX *context = SSL_CTX_new(TLS_method());
    SSL *ssl = context != NULL ? SSL_new(context) : NULL;
    const SSL_CIPHER *cipher = ssl != NULL ? SSL_CIPHER_find(ssl, bytes) : NULL;
    const char *known =
        cipher != NULL ? SSL_CIPHER_standard_name(cipher) : NULL;

    if (known != NULL)
        snprintf(name, CIPHER_NAME_MAX, "%s", known);
    else
        snprintf(name, CIPHER_NAME_MAX, "cipher suite 0x%04zX", suite);
    SSL_free(ssl);
    SSL_CTX_free(context);
}

/* Asking takes longer than reading all of a handshake, and the thousand
 * conversations of a trace use a handful of suites: the first few names are
 * kept for as long as the program runs. */
static void cipher_name(size_t suite, char name[CIPHER_NAME_MAX])
{
    static struct {
        size_t suite;
        char name[CIPHER_NAME_MAX];
    } kept[16];
    static size_t count;
    size_t i = 0;

    while (i < count && kept[i].suite != suite)
        i++;
    if (i == count)
        cipher_ask(suite, name);
    else
        strcpy(name, kept[i].name);
    if (i == count && count < sizeof(kept) / sizeof(kept[0])) {
        kept[count].suite = suite;
        strcpy(kept[count++].name, name);
    }
}

/* ---- ClientHello -------------------------------------------------------- */

/* RFC 6066 §3: a list of names; only host_name (0) was ever defined. */
static void read_name(struct tls_seen *seen, struct span extension)
{
    struct span list = take_vector(&extension, 2);

    if (take_number(&list, 1) == 0)
        text_escape(seen->server_name, sizeof(seen->server_name),
                    take_vector(&list, 2));
}

static void read_protocols(struct tls_seen *seen, struct span extension)
{
    struct span list = take_vector(&extension, 2);

    while (list.length > 0) {
        char name[64];
        text_escape(name, sizeof(name), take_vector(&list, 1));
        add(seen->protocols, sizeof(seen->protocols), name);
    }
}

static void read_versions(struct tls_seen *seen, struct span extension)
{
    struct span list = take_vector(&extension, 1);

    while (list.length >= 2) {
        const char *name = version_name(take_number(&list, 2));
        if (name != NULL)
            add(seen->offered, sizeof(seen->offered), name);
    }
}

static void client_extension(struct tls_seen *seen, size_t type,
                             struct span extension)
{
    if (type == EXTENSION_NAME)
        read_name(seen, extension);
    else if (type == EXTENSION_PROTOCOLS && seen->protocols[0] == '\0')
        read_protocols(seen, extension);
    else if (type == EXTENSION_VERSIONS && seen->offered[0] == '\0')
        read_versions(seen, extension);
    else if (type == EXTENSION_PRE_SHARED_KEY ||
             (type == EXTENSION_TICKET && extension.length > 0))
        seen->resumes = true;
}

/* RFC 8446 §4.1.2. */
static void read_client_hello(struct tls_seen *seen, struct span left)
{
    size_t version = take_number(&left, 2);
    char suites[64];

    take(&left, 32);       /* random */
    take_vector(&left, 1); /* legacy_session_id */
    size_t count = take_vector(&left, 2).length / 2;
    take_vector(&left, 1); /* legacy_compression_methods */
    struct span extensions = take_vector(&left, 2);
    while (extensions.length >= 4) {
        size_t type = take_number(&extensions, 2);
        client_extension(seen, type, take_vector(&extensions, 2));
    }
    if (seen->offered[0] == '\0' && version_name(version) != NULL)
        snprintf(seen->offered, sizeof(seen->offered), "up to %s",
                 version_name(version));
    snprintf(suites, sizeof(suites), "%zu cipher suite%s", count,
             count == 1 ? "" : "s");
    add(seen->offered, sizeof(seen->offered), suites);
}

/* ---- ServerHello -------------------------------------------------------- */

/* RFC 8446 §4.1.3. The version field says TLS 1.2 for ever, the extension the
 * truth. */
static void read_server_hello(struct tls_seen *seen, struct span left)
{
    size_t version = take_number(&left, 2), group = 0;
    char cipher[CIPHER_NAME_MAX];

    take(&left, 32);
    take_vector(&left, 1);
    size_t suite = take_number(&left, 2);
    take(&left, 1);
    struct span extensions = take_vector(&left, 2);
    while (extensions.length >= 4) {
        size_t type = take_number(&extensions, 2);
        struct span extension = take_vector(&extensions, 2);
        if (type == EXTENSION_VERSIONS)
            version = take_number(&extension, 2);
        else if (type == EXTENSION_KEY_SHARE)
            group = take_number(&extension, 2);
    }
    const char *name = version_name(version);
    seen->version = (unsigned)version;
    cipher_name(suite, cipher);
    snprintf(seen->chosen, sizeof(seen->chosen), "%s, %s%s%s",
             name != NULL ? name : "an unknown version", cipher,
             group != 0 ? ", key exchange over " : "",
             group != 0 ? group_name(group) : "");
}

/* ---- Certificate, up to TLS 1.2 ----------------------------------------- */

/* Adds "LABEL: text" of what was printed into `memory`, escaped. */
static void add_printed(struct tls_seen *seen, const char *label, BIO *memory)
{
    char shown[400], piece[440];
    char *printed = NULL;
    long length = BIO_get_mem_data(memory, &printed);

    text_escape(shown, sizeof(shown),
                (struct span){printed, length > 0 ? (size_t)length : 0});
    snprintf(piece, sizeof(piece), "%s %s", label, shown);
    add(seen->certificate, sizeof(seen->certificate), piece);
    (void)BIO_reset(memory);
}

static void describe(struct tls_seen *seen, const X509 *certificate)
{
    BIO *memory = BIO_new(BIO_s_mem());

    if (memory == NULL)
        return;
    X509_NAME_print_ex(memory, X509_get_subject_name(certificate), 0,
                       XN_FLAG_RFC2253);
    add_printed(seen, "of", memory);
    X509_NAME_print_ex(memory, X509_get_issuer_name(certificate), 0,
                       XN_FLAG_RFC2253);
    add_printed(seen, "signed by", memory);
    ASN1_TIME_print(memory, X509_get0_notBefore(certificate));
    add_printed(seen, "valid from", memory);
    ASN1_TIME_print(memory, X509_get0_notAfter(certificate));
    add_printed(seen, "to", memory);
    int at = X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1);
    X509_EXTENSION *names = X509_get_ext(certificate, at);
    if (names != NULL && X509V3_EXT_print(memory, names, 0, 0))
        add_printed(seen, "for", memory);
    BIO_free(memory);
}

/* RFC 5246 §7.4.2: a list of certificates; the first is the server's own. */
static void read_certificate(struct tls_seen *seen, struct span left)
{
    struct span list = take_vector(&left, 3), first = take_vector(&list, 3);
    const unsigned char *bytes = (const unsigned char *)first.data;

    if (first.length == 0 || seen->certificate[0] != '\0')
        return;
    X509 *certificate = d2i_X509(NULL, &bytes, (long)first.length);
    if (certificate != NULL)
        describe(seen, certificate);
    X509_free(certificate);
}

void tls_seen_message(struct tls_seen *seen, unsigned type, struct span body)
{
    if (type == CLIENT_HELLO)
        read_client_hello(seen, body);
    else if (type == SERVER_HELLO)
        read_server_hello(seen, body);
    else if (type == CERTIFICATE)
        read_certificate(seen, body);
}

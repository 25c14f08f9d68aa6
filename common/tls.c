/* SPDX-License-Identifier: MIT */
/*
 * tls: contexts. A client's knows whom to trust and remembers sessions; a
 * server's has certificates, and chooses among them by the name asked for.
 */
#include "common/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/tls_private.h"
#include "common/trace.h"

/* Where Debian and most others keep the authorities of the system in one
 * file, should OpenSSL's own default name a file that is not there. */
#define TLS_SYSTEM_BUNDLE "/etc/ssl/certs/ca-certificates.crt"

/* ---- certificates and keys ---------------------------------------------- */

static int tls_load_pairs(struct tls_context *context,
                          const struct tls_settings *settings,
                          struct error *error)
{
    for (size_t i = 0; i < settings->certificates; i++) {
        context->pair_count = i + 1;
        if (tls_pair_load(&context->pairs[i], settings->cert_files[i],
                          settings->key_files[i], error) < 0)
            return -ERROR_LOCAL;
    }
    if (context->pair_count > 0 &&
        SSL_CTX_use_cert_and_key(
            context->openssl, context->pairs[0].certificate,
            context->pairs[0].key, context->pairs[0].chain, 1) != 1)
        return tls_local_error(error, "can't use the certificate",
                               settings->cert_files[0]);
    return 0;
}

/* A server with several certificates serves the one that holds the name asked
 * for (RFC 6066 §3), else the first, so that the client sees a wrong name and
 * not a broken handshake. */
static int tls_choose(SSL *ssl, int *alert, void *user)
{
    struct tls_context *context = user;
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);

    (void)alert;
    for (size_t i = 0; name != NULL && i < context->pair_count; i++) {
        struct tls_pair *pair = &context->pairs[i];

        if (X509_check_host(pair->certificate, name, 0,
                            X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL) != 1)
            continue;
        if (SSL_use_cert_and_key(ssl, pair->certificate, pair->key, pair->chain,
                                 1) != 1)
            return SSL_TLSEXT_ERR_ALERT_FATAL;
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_NOACK;
}

/* ---- whom to trust ------------------------------------------------------ */

/* The system's authorities are more than a hundred, and reading them takes
 * longer than many a run over clear text: they are read at the first handshake.
 * A file that the user named is read at once, so that a wrong name is told. */
static int tls_load_trust(struct tls_context *context,
                          const struct tls_settings *settings,
                          struct error *error)
{
    context->trust_waits = settings->ca_file == NULL;
    if (settings->ca_file != NULL &&
        SSL_CTX_load_verify_file(context->openssl, settings->ca_file) != 1)
        return tls_local_error(error, "can't read the authorities in",
                               settings->ca_file);
    return 0;
}

static int tls_load_system_trust(struct tls_context *context,
                                 struct error *error)
{
    const char *file = getenv(X509_get_default_cert_file_env());

    if (!context->trust_waits)
        return 0;
    if (SSL_CTX_set_default_verify_paths(context->openssl) != 1)
        return tls_local_error(error, "can't use the system's authorities",
                               NULL);
    if (file == NULL && access(X509_get_default_cert_file(), R_OK) < 0)
        SSL_CTX_load_verify_file(context->openssl, TLS_SYSTEM_BUNDLE);
    ERR_clear_error();
    context->trust_waits = false;
    return 0;
}

/* As with curl, every certificate of the chain must then be covered by a list
 * (RFC 5280 §6.3), or the chain is refused. */
static int tls_load_crl(struct tls_context *context, const char *file,
                        struct error *error)
{
    X509_STORE *store = SSL_CTX_get_cert_store(context->openssl);
    X509_LOOKUP *lookup;

    if (file == NULL)
        return 0;
    lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
    if (lookup == NULL ||
        X509_load_crl_file(lookup, file, X509_FILETYPE_PEM) <= 0)
        return tls_local_error(error, "can't read the revocation list", file);
    X509_STORE_set_flags(store,
                         X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    return 0;
}

/* Called for each thing that is wrong with the chain. The first is the verdict;
 * with -k we go on all the same, and the verdict is noted. */
static int tls_on_verify(int trusted, X509_STORE_CTX *store)
{
    SSL *ssl =
        X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct tls_peer *peer = SSL_get_app_data(ssl);

    if (!trusted && peer->verdict == X509_V_OK) {
        peer->verdict = X509_STORE_CTX_get_error(store);
        tls_verdict_detail(peer, X509_STORE_CTX_get_current_cert(store),
                           X509_STORE_CTX_get_error_depth(store),
                           sk_X509_num(X509_STORE_CTX_get0_untrusted(store)));
    }
    return trusted || peer->context->insecure;
}

/* ---- sessions ----------------------------------------------------------- */

static struct tls_memory *tls_recall(struct tls_context *context,
                                     const char *host)
{
    for (size_t i = 0; i < TLS_SESSIONS_MAX; i++)
        if (context->memory[i].session != NULL &&
            strcasecmp(context->memory[i].host, host) == 0)
            return &context->memory[i];
    return NULL;
}

/* The server has given us a ticket: TLS 1.3 does so after the handshake, as
 * often as it likes (RFC 8446 §4.6.1). The latest one is kept. Returns 1: the
 * session is ours. */
static int tls_on_session(SSL *ssl, SSL_SESSION *session)
{
    struct tls_peer *peer = SSL_get_app_data(ssl);
    struct tls_context *context = peer->context;
    struct tls_memory *memory = tls_recall(context, peer->host);

    if (context->no_resumption || peer->host[0] == '\0')
        return 0;
    if (memory == NULL) {
        memory = &context->memory[context->next_memory];
        context->next_memory = (context->next_memory + 1) % TLS_SESSIONS_MAX;
    }
    SSL_SESSION_free(memory->session);
    memory->session = session;
    memcpy(memory->host, peer->host, sizeof memory->host);
    return 1;
}

/* A ticket of TLS 1.3 is offered once: an eavesdropper could tell that two
 * handshakes with the same ticket are the same client (RFC 8446 §C.4). */
static void tls_offer_session(SSL *ssl, struct tls_peer *peer)
{
    struct tls_memory *memory = tls_recall(peer->context, peer->host);
    SSL_SESSION *session;

    if (memory == NULL)
        return;
    /* OpenSSL spoils a session of TLS 1.3 that was used: a copy takes it. */
    session = peer->context->reoffer ? SSL_SESSION_dup(memory->session) : NULL;
    SSL_set_session(ssl, session != NULL ? session : memory->session);
    SSL_SESSION_free(session);
    if (peer->context->reoffer ||
        SSL_SESSION_get_protocol_version(memory->session) < TLS1_3_VERSION)
        return;
    SSL_SESSION_free(memory->session);
    memory->session = NULL;
}

static void tls_on_keylog(const SSL *ssl, const char *line)
{
    struct tls_peer *peer = SSL_get_app_data(ssl);

    trace_keylog(peer->trace, line);
}

/* ---- contexts ----------------------------------------------------------- */

static int tls_setup_client(struct tls_context *context,
                            const struct tls_settings *settings,
                            struct error *error)
{
    SSL_CTX_set_verify(context->openssl, SSL_VERIFY_PEER, tls_on_verify);
    SSL_CTX_set_session_cache_mode(
        context->openssl, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context->openssl, tls_on_session);
    if (tls_load_trust(context, settings, error) < 0)
        return -ERROR_LOCAL;
    return tls_load_crl(context, settings->crl_file, error);
}

/* Tickets, not a cache: the processes of a server share the key that seals
 * them, for the context is made before the first fork. */
static int tls_setup_server(struct tls_context *context,
                            const struct tls_settings *settings,
                            struct error *error)
{
    static const unsigned char name[] = "wirelab";

    if (settings->certificates == 0)
        return error_set(error, ERROR_LOCAL,
                         "a TLS server needs a certificate and its key");
    SSL_CTX_set_session_id_context(context->openssl, name, sizeof name - 1);
    SSL_CTX_set_session_cache_mode(context->openssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_tlsext_servername_callback(context->openssl, tls_choose);
    SSL_CTX_set_tlsext_servername_arg(context->openssl, context);
    return 0;
}

static int tls_setup(struct tls_context *context,
                     const struct tls_settings *settings, struct error *error)
{
    SSL_CTX *openssl = context->openssl;
    int min = settings->min_version;
    int max = settings->max_version;

    /* RFC 8996 §4, §5: nothing older is spoken. */
    SSL_CTX_set_min_proto_version(openssl, min != 0 ? min : TLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(openssl, max);
    SSL_CTX_set_mode(openssl, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_options(openssl,
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_keylog_callback(openssl, tls_on_keylog);
    if (settings->no_resumption) {
        SSL_CTX_set_options(openssl, SSL_OP_NO_TICKET);
        SSL_CTX_set_num_tickets(openssl, 0);
    }
    if (tls_load_pairs(context, settings, error) < 0)
        return -ERROR_LOCAL;
    return context->server ? tls_setup_server(context, settings, error)
                           : tls_setup_client(context, settings, error);
}

static int tls_new(struct tls_context **context, bool server,
                   const struct tls_settings *settings, struct error *error)
{
    struct tls_context *made = calloc(1, sizeof *made);

    *context = NULL;
    ERR_clear_error();
    if (made == NULL)
        return error_set(error, ERROR_LOCAL, "no memory for TLS");
    made->server = server;
    made->insecure = settings->insecure;
    made->no_resumption = settings->no_resumption;
    made->openssl =
        SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
    if (made->openssl == NULL ? tls_local_error(error, "can't set up TLS", NULL)
                              : tls_setup(made, settings, error)) {
        tls_free(made);
        return -ERROR_LOCAL;
    }
    *context = made;
    return 0;
}

int tls_client_new(struct tls_context **context,
                   const struct tls_settings *settings, struct error *error)
{
    return tls_new(context, false, settings, error);
}

int tls_server_new(struct tls_context **context,
                   const struct tls_settings *settings, struct error *error)
{
    return tls_new(context, true, settings, error);
}

void tls_reoffer(struct tls_context *context)
{
    context->reoffer = true;
}

void tls_free(struct tls_context *context)
{
    if (context == NULL)
        return;
    for (size_t i = 0; i < context->pair_count; i++)
        tls_pair_free(&context->pairs[i]);
    for (size_t i = 0; i < TLS_SESSIONS_MAX; i++)
        SSL_SESSION_free(context->memory[i].session);
    SSL_CTX_free(context->openssl);
    free(context);
}

/* ---- one handshake ------------------------------------------------------ */

static bool tls_is_address(const char *host)
{
    unsigned char ignored[sizeof(struct in6_addr)];

    return inet_pton(AF_INET, host, ignored) == 1 ||
           inet_pton(AF_INET6, host, ignored) == 1;
}

/* The name is looked for in subjectAltName alone (RFC 9525 §2): OpenSSL would
 * fall back to the subject's common name. An address never goes out as SNI
 * (RFC 6066 §3). */
static bool tls_expect(SSL *ssl, const char *host)
{
    X509_VERIFY_PARAM *param = SSL_get0_param(ssl);

    X509_VERIFY_PARAM_set_hostflags(param,
                                    X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
                                        X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (tls_is_address(host))
        return X509_VERIFY_PARAM_set1_ip_asc(param, host) == 1;
    return SSL_set1_host(ssl, host) == 1 &&
           SSL_set_tlsext_host_name(ssl, host) == 1;
}

SSL *tls_begin(struct tls_peer *peer, const char *host, struct error *error)
{
    size_t length = host != NULL ? strlen(host) : 0;
    SSL *ssl;

    if (tls_load_system_trust(peer->context, error) < 0)
        return NULL;
    ssl = SSL_new(peer->context->openssl);
    if (ssl == NULL) {
        tls_local_error(error, "can't begin TLS", NULL);
        return NULL;
    }
    SSL_set_app_data(ssl, peer);
    if (peer->context->server) {
        SSL_set_accept_state(ssl);
        return ssl;
    }
    SSL_set_connect_state(ssl);
    /* "host." is the same name as "host", and no certificate has the dot. */
    if (length > 0 && host[length - 1] == '.')
        length--;
    if (length > 0 && length < sizeof peer->host) {
        memcpy(peer->host, host, length);
        peer->host[length] = '\0';
    }
    if (peer->host[0] == '\0' || !tls_expect(ssl, peer->host)) {
        error_set(error, ERROR_INSECURE,
                  "no certificate can be verified for the name \"%s\"",
                  host != NULL ? host : "");
        ERR_clear_error();
        SSL_free(ssl);
        return NULL;
    }
    tls_offer_session(ssl, peer);
    return ssl;
}

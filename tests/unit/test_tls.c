/* SPDX-License-Identifier: MIT */
/* Contexts, and the verdict on each kind of wrong certificate. */
#include <openssl/ssl.h>
#include <string.h>

#include "common/tls_private.h"
#include "tests/harness.h"
#include "tests/unit/pki.h"

#define HOST "www.example.test"

static struct pki root, middle;

static void make_authorities(void)
{
    root = pki_make(
        &(struct pki_request){.name = "Test Root", .authority = true}, NULL);
    middle = pki_make(
        &(struct pki_request){.name = "Test Intermediate", .authority = true},
        &root);
}

static void free_authorities(void)
{
    pki_free(&root);
    pki_free(&middle);
}

static int say_hello(struct conn *c)
{
    return -conn_say(c, RFC("8446", "2"), "hello");
}

/* What became of one handshake. */
struct outcome {
    int status;         /* 0 or the negative class */
    int server;         /* the server's exit status */
    struct error error; /* ours */
};

/* A client of `settings` meets a server that shows `leaf` and `above`. */
static struct outcome meet(const struct tls_settings *settings,
                           const struct pki *leaf, const struct pki *above,
                           const char *host)
{
    struct outcome o = {0};
    struct conn_setup setup = {
        .error = &o.error, .proto = "test", .deadline = deadline_in_ms(10000)};
    struct tls_settings server = pki_server(leaf, above);
    struct tls_context *context = NULL;
    struct conn *c = NULL;
    struct span line;
    uint16_t port;
    pid_t pid = pki_serve(&server, 1, say_hello, &port);

    o.status = tls_client_new(&context, settings, &o.error);
    if (conn_open(&c, &setup, RFC("9293", "3.5"), "127.0.0.1", port) == 0 &&
        o.status == 0)
        o.status = conn_start_tls(c, context, RFC("8446", "2"), host);
    if (o.status == 0)
        o.status = conn_read_line(c, 100, &line);
    conn_close(c, RFC("9293", "3.6"));
    tls_free(context);
    o.server = pki_serve_end(pid);
    return o;
}

static struct tls_settings trust_root(void)
{
    return (struct tls_settings){.ca_file =
                                     pki_write_chain("root.pem", &root, NULL)};
}

/* A leaf as `request` says, shown with the intermediate, must be refused with
 * both words in the sentence. */
static void refuse(const struct pki_request *request, const char *name,
                   const char *word)
{
    struct tls_settings settings;
    struct outcome o;
    struct pki leaf;

    make_authorities();
    settings = trust_root();
    leaf = pki_make(request, &middle);
    o = meet(&settings, &leaf, &middle, HOST);
    CU_ASSERT_EQUAL(o.status, -ERROR_INSECURE);
    CU_ASSERT_PTR_NOT_NULL(strstr(o.error.text, name));
    CU_ASSERT_PTR_NOT_NULL(strstr(o.error.text, word));
    /* The server reads of it by an alert (RFC 8446 §6.2). */
    CU_ASSERT_EQUAL(o.server, ERROR_REFUSED);
    pki_free(&leaf);
    free_authorities();
}

static void tls_trusts_a_whole_chain(void)
{
    struct tls_settings settings;
    struct outcome o;
    struct pki leaf;

    make_authorities();
    settings = trust_root();
    leaf = pki_make(&(struct pki_request){.name = "x",
                                          .san = "DNS:" HOST,
                                          .usage = "serverAuth"},
                    &middle);
    o = meet(&settings, &leaf, &middle, HOST);
    CU_ASSERT_EQUAL(o.status, 0);
    CU_ASSERT_STRING_EQUAL(o.error.text, "");
    o = meet(&settings, &leaf, &middle, HOST "."); /* the dot of the root */
    CU_ASSERT_EQUAL(o.status, 0);
    pki_free(&leaf);
    free_authorities();
}

/* RFC 5280 §4.1.2.5: who issued it vouches for it between two dates. */
static void tls_refuses_an_expired_certificate(void)
{
    refuse(
        &(struct pki_request){
            .name = "x", .san = "DNS:" HOST, .from_days = -9, .until_days = -2},
        "expired", "was valid until 20");
}

static void tls_refuses_a_certificate_of_the_future(void)
{
    refuse(
        &(struct pki_request){
            .name = "x", .san = "DNS:" HOST, .from_days = 2, .until_days = 9},
        "not yet valid", "is valid from 20");
}

/* RFC 9525 §6.3: one of its names is the one that was asked for. */
static void tls_refuses_a_wrong_name(void)
{
    refuse(&(struct pki_request){.name = "x", .san = "DNS:other.test"},
           "wrong name", "it is for other.test");
}

/* RFC 9525 §2: the subject's common name is not looked at. */
static void tls_refuses_a_name_in_the_subject_only(void)
{
    refuse(&(struct pki_request){.name = HOST, .san = NULL}, "wrong name",
           "has no subjectAltName");
}

static void tls_refuses_a_partial_wildcard(void)
{
    refuse(&(struct pki_request){.name = "x", .san = "DNS:w*.example.test"},
           "wrong name", "w*.example.test");
}

/* RFC 5280 §4.2.1.12: what it says that its key is for. */
static void tls_refuses_a_certificate_for_another_use(void)
{
    refuse(&(struct pki_request){.name = "x",
                                 .san = "DNS:" HOST,
                                 .usage = "clientAuth"},
           "wrong use", "extended key usage");
}

static void tls_refuses_a_self_signed_certificate(void)
{
    struct tls_settings settings;
    struct outcome o;
    struct pki leaf;

    make_authorities();
    settings = trust_root();
    leaf =
        pki_make(&(struct pki_request){.name = "x", .san = "DNS:" HOST}, NULL);
    o = meet(&settings, &leaf, NULL, HOST);
    CU_ASSERT_EQUAL(o.status, -ERROR_INSECURE);
    CU_ASSERT_PTR_NOT_NULL(strstr(o.error.text, "self-signed"));
    CU_ASSERT_EQUAL(o.server, ERROR_REFUSED);
    pki_free(&leaf);
    free_authorities();
}

static void tls_refuses_an_unknown_authority(void)
{
    struct tls_settings settings;
    struct outcome o;
    struct pki stranger, leaf;

    make_authorities();
    settings = trust_root();
    stranger = pki_make(
        &(struct pki_request){.name = "Stranger", .authority = true}, NULL);
    leaf = pki_make(&(struct pki_request){.name = "x", .san = "DNS:" HOST},
                    &stranger);
    /* Its authority sent along, and not. */
    o = meet(&settings, &leaf, &stranger, HOST);
    CU_ASSERT_EQUAL(o.status, -ERROR_INSECURE);
    CU_ASSERT_PTR_NOT_NULL(strstr(o.error.text, "unknown authority"));
    CU_ASSERT_PTR_NULL(strstr(o.error.text, "missing intermediate"));
    o = meet(&settings, &leaf, NULL, HOST);
    CU_ASSERT_EQUAL(o.status, -ERROR_INSECURE);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(o.error.text, "missing intermediate or unknown authority:"));
    CU_ASSERT_PTR_NOT_NULL(strstr(o.error.text, "Stranger"));
    pki_free(&leaf);
    pki_free(&stranger);
    free_authorities();
}

static void tls_names_the_missing_intermediate(void)
{
    struct tls_settings settings;
    struct outcome o;
    struct pki leaf;

    make_authorities();
    settings = trust_root();
    leaf = pki_make(&(struct pki_request){.name = "x", .san = "DNS:" HOST},
                    &middle);
    o = meet(&settings, &leaf, NULL, HOST);
    CU_ASSERT_EQUAL(o.status, -ERROR_INSECURE);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(o.error.text, "missing intermediate or unknown authority:"));
    CU_ASSERT_PTR_NOT_NULL(strstr(o.error.text, "Test Intermediate"));
    pki_free(&leaf);
    free_authorities();
}

/* RFC 5280 §6.1.3: the signature is opened with its issuer's key. */
static void tls_refuses_an_altered_signature(void)
{
    struct tls_settings settings;
    struct outcome o;
    struct pki leaf;

    make_authorities();
    settings = trust_root();
    leaf = pki_make(&(struct pki_request){.name = "x", .san = "DNS:" HOST},
                    &middle);
    pki_alter(&leaf);
    o = meet(&settings, &leaf, &middle, HOST);
    CU_ASSERT_EQUAL(o.status, -ERROR_INSECURE);
    CU_ASSERT_PTR_NOT_NULL(strstr(o.error.text, "altered"));
    pki_free(&leaf);
    free_authorities();
}

/* RFC 5280 §6.3: its issuer has taken it back. */
static void tls_refuses_a_revoked_certificate(void)
{
    struct tls_settings settings;
    struct outcome o;
    struct pki leaf, other;

    make_authorities();
    settings = trust_root();
    leaf =
        pki_make(&(struct pki_request){.name = "x", .san = "DNS:" HOST}, &root);
    other =
        pki_make(&(struct pki_request){.name = "y", .san = "DNS:" HOST}, &root);
    settings.crl_file = pki_write_crl("crl.pem", &root, &leaf);
    o = meet(&settings, &leaf, NULL, HOST);
    CU_ASSERT_EQUAL(o.status, -ERROR_INSECURE);
    CU_ASSERT_PTR_NOT_NULL(strstr(o.error.text, "revoked"));
    /* Another one of the same authority is covered, and not on the list. */
    o = meet(&settings, &other, NULL, HOST);
    CU_ASSERT_EQUAL(o.status, 0);
    pki_free(&leaf);
    pki_free(&other);
    free_authorities();
}

/* RFC 9525 §6.4: an address is compared with the addresses, not the names. */
static void tls_compares_addresses_with_addresses(void)
{
    struct tls_settings settings;
    struct outcome o;
    struct pki leaf;

    make_authorities();
    settings = trust_root();
    leaf = pki_make(
        &(struct pki_request){.name = "x", .san = "IP:127.0.0.1,IP:::1"},
        &root);
    CU_ASSERT_EQUAL(meet(&settings, &leaf, NULL, "127.0.0.1").status, 0);
    CU_ASSERT_EQUAL(meet(&settings, &leaf, NULL, "::1").status, 0);
    o = meet(&settings, &leaf, NULL, "127.0.0.2");
    CU_ASSERT_EQUAL(o.status, -ERROR_INSECURE);
    CU_ASSERT_PTR_NOT_NULL(strstr(o.error.text, "127.0.0.1, ::1"));
    pki_free(&leaf);
    leaf = pki_make(&(struct pki_request){.name = "x", .san = "DNS:127.0.0.1"},
                    &root);
    settings = trust_root(); /* its path has left the ring of eight */
    o = meet(&settings, &leaf, NULL, "127.0.0.1");
    CU_ASSERT_EQUAL(o.status, -ERROR_INSECURE);
    CU_ASSERT_PTR_NOT_NULL(strstr(o.error.text, "wrong name"));
    pki_free(&leaf);
    free_authorities();
}

static void tls_goes_on_when_told_insecure(void)
{
    struct tls_settings settings = {.insecure = true};
    struct outcome o;
    struct pki leaf = pki_make(
        &(struct pki_request){.name = "x", .san = "DNS:other.test"}, NULL);

    o = meet(&settings, &leaf, NULL, HOST);
    CU_ASSERT_EQUAL(o.status, 0);
    pki_free(&leaf);
}

/* RFC 8996 §4, RFC 8996 §5 and, of SSL, RFC 7568 §1: whatever the machine
 * allows. */
static void tls_speaks_no_old_version(void)
{
    struct tls_settings settings = {.ca_file = NULL};
    struct tls_context *context;
    struct error error = {0};

    CU_ASSERT_EQUAL_FATAL(tls_client_new(&context, &settings, &error), 0);
    CU_ASSERT_EQUAL(SSL_CTX_get_min_proto_version(context->openssl),
                    TLS1_2_VERSION);
    tls_free(context);
}

/* ---- a server's choice -------------------------------------------------- */

/* RFC 6066 §3: the name asked for chooses among several certificates. */
static void tls_server_chooses_by_the_name_asked_for(void)
{
    struct tls_settings settings, server;
    struct tls_context *context;
    struct error error = {0};
    struct conn_setup setup = {
        .error = &error, .proto = "test", .deadline = deadline_in_ms(10000)};
    static const char *const hosts[] = {"a.test", "b.test", "x.c.test",
                                        "d.test"};
    struct pki first, second;
    uint16_t port;
    pid_t pid;

    make_authorities();
    settings = trust_root();
    first = pki_make(&(struct pki_request){.name = "1", .san = "DNS:a.test"},
                     &root);
    second = pki_make(
        &(struct pki_request){.name = "2", .san = "DNS:b.test,DNS:*.c.test"},
        &root);
    server = pki_server(&first, NULL);
    server.cert_files[1] = pki_write_chain("second.pem", &second, NULL);
    server.key_files[1] = pki_write_key("second.key", &second);
    server.certificates = 2;
    pid = pki_serve(&server, 4, say_hello, &port);
    CU_ASSERT_EQUAL(tls_client_new(&context, &settings, &error), 0);
    for (int i = 0; i < 4; i++) {
        struct conn *c;
        int status;

        error_clear(&error);
        CU_ASSERT_EQUAL(
            conn_open(&c, &setup, RFC("9293", "3.5"), "127.0.0.1", port), 0);
        status = conn_start_tls(c, context, RFC("6066", "3"), hosts[i]);
        CU_ASSERT_EQUAL(status, i < 3 ? 0 : -ERROR_INSECURE);
        /* Nobody's name: the first one is shown, and refused by its name. */
        if (i == 3)
            CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "it is for a.test"));
        conn_close(c, RFC("9293", "3.6"));
    }
    tls_free(context);
    CU_ASSERT_EQUAL(pki_serve_end(pid), ERROR_REFUSED);
    pki_free(&first);
    pki_free(&second);
    free_authorities();
}

/* ---- files -------------------------------------------------------------- */

static void tls_says_which_file_is_wrong(void)
{
    struct tls_context *context;
    struct error error = {0};
    struct pki one = pki_make(&(struct pki_request){.name = "1"}, NULL);
    struct pki two = pki_make(&(struct pki_request){.name = "2"}, NULL);
    struct tls_settings settings = {.ca_file = "/nowhere/ca.pem"};
    struct tls_settings server = pki_server(&one, NULL);

    CU_ASSERT_EQUAL(tls_client_new(&context, &settings, &error), -ERROR_LOCAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "/nowhere/ca.pem"));
    CU_ASSERT_PTR_NULL(context);
    error_clear(&error);
    server.key_files[0] = pki_write_key("other.key", &two);
    CU_ASSERT_EQUAL(tls_server_new(&context, &server, &error), -ERROR_LOCAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "other.key"));
    error_clear(&error);
    server.cert_files[0] = test_path("none.pem");
    CU_ASSERT_EQUAL(tls_server_new(&context, &server, &error), -ERROR_LOCAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "none.pem"));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "No such file"));
    error_clear(&error);
    server.certificates = 0;
    CU_ASSERT_EQUAL(tls_server_new(&context, &server, &error), -ERROR_LOCAL);
    pki_free(&one);
    pki_free(&two);
}

static void tls_survives_refused_allocations(void)
{
    struct pki one = pki_make(&(struct pki_request){.name = "1"}, NULL);
    struct tls_settings server = pki_server(&one, NULL);
    struct tls_context *context = NULL;
    struct error error = {0};

    test_fail_allocation(1);
    CU_ASSERT_EQUAL(tls_server_new(&context, &server, &error), -ERROR_LOCAL);
    CU_ASSERT_PTR_NULL(context);
    test_fail_allocation(0);
    error_clear(&error);
    CU_ASSERT_EQUAL(tls_server_new(&context, &server, &error), 0);
    tls_free(context);
    tls_free(NULL);
    pki_free(&one);
}

const struct test tests_tls[] = {
    {"tls_trusts_a_whole_chain", tls_trusts_a_whole_chain},
    {"tls_refuses_an_expired_certificate", tls_refuses_an_expired_certificate},
    {"tls_refuses_a_certificate_of_the_future",
     tls_refuses_a_certificate_of_the_future},
    {"tls_refuses_a_wrong_name", tls_refuses_a_wrong_name},
    {"tls_refuses_a_name_in_the_subject_only",
     tls_refuses_a_name_in_the_subject_only},
    {"tls_refuses_a_partial_wildcard", tls_refuses_a_partial_wildcard},
    {"tls_refuses_a_certificate_for_another_use",
     tls_refuses_a_certificate_for_another_use},
    {"tls_refuses_a_self_signed_certificate",
     tls_refuses_a_self_signed_certificate},
    {"tls_refuses_an_unknown_authority", tls_refuses_an_unknown_authority},
    {"tls_names_the_missing_intermediate", tls_names_the_missing_intermediate},
    {"tls_refuses_an_altered_signature", tls_refuses_an_altered_signature},
    {"tls_refuses_a_revoked_certificate", tls_refuses_a_revoked_certificate},
    {"tls_compares_addresses_with_addresses",
     tls_compares_addresses_with_addresses},
    {"tls_goes_on_when_told_insecure", tls_goes_on_when_told_insecure},
    {"tls_speaks_no_old_version", tls_speaks_no_old_version},
    {"tls_server_chooses_by_the_name_asked_for",
     tls_server_chooses_by_the_name_asked_for},
    {"tls_says_which_file_is_wrong", tls_says_which_file_is_wrong},
    {"tls_survives_refused_allocations", tls_survives_refused_allocations},
    {NULL, NULL},
};

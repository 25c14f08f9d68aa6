/* SPDX-License-Identifier: MIT */
/*
 * eavesdropper: the same request twice, in clear and under TLS, and what was
 * to be read on the wire each time.
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/https-trust/https_trust.h"
#include "labs/lab_wiretap.h"

static int notebooks_show(struct lab_run *run, const struct trace_file *clear,
                          const struct trace_file *sealed, struct error *error)
{
    char *left = lab_wiretap_notebook(clear, error);
    char *right = left ? lab_wiretap_notebook(sealed, error) : NULL;

    if (right)
        https_trust_side_by_side(run, left, right);
    free(left);
    free(right);
    return -(int)error->class;
}

/* ---- what could be read ------------------------------------------------- */

/* What HTTP puts into the Authorization field (RFC 9110 §11.6.2). */
static void credentials_encode(const struct lab_parameters *p, char *text)
{
    char plain[80];
    int length = snprintf(plain, sizeof(plain), "%s:%s", p->user, p->password);

    EVP_EncodeBlock((unsigned char *)text, (const unsigned char *)plain,
                    length);
}

static int secrets_compare(struct lab_run *run, const struct trace_file *clear,
                           const struct trace_file *sealed, struct error *error)
{
    const struct lab_parameters *p = lab_parameters(run);
    /* In DNS a name is written as labels with their lengths before them. */
    static const char name_asked[] = "\3www\7example\4test";
    char credentials[128], what[256];
    struct lab_secret secrets[] = {
        {"the name that was looked up", name_asked, true},
        {"the path", "GET /index.html", false},
        {what, credentials, false},
        {"the page", p->page_text, false}};

    credentials_encode(p, credentials);
    snprintf(what, sizeof(what), "the user name and the password (%s, %s)",
             p->user, p->password);
    return lab_wiretap_compare(run, clear, sealed,
                               "could he read ...|http|https", secrets,
                               sizeof(secrets) / sizeof(secrets[0]), error);
}

/* ---- the step ----------------------------------------------------------- */

/* Fetches the page with a user name and a password: in clear, where the client
 * must be told to, or under TLS. */
static int fetch(struct lab_run *run, const char *scheme, struct error *error)
{
    const struct lab_parameters *p = lab_parameters(run);
    bool tls = strcmp(scheme, "https") == 0;
    char user[80], ca[512];
    const char *argv[9];
    struct world_result result;
    size_t count = 0;

    snprintf(user, sizeof(user), "%s:%s", p->user, p->password);
    snprintf(ca, sizeof(ca), "%s", lab_path(run, TRUST "/ca.pem"));
    argv[count++] = "http-client";
    argv[count++] = tls ? "--cacert" : "--insecure-auth";
    if (tls)
        argv[count++] = ca;
    argv[count++] = "-u";
    argv[count++] = user;
    argv[count++] = https_trust_url(run, scheme, WEB);
    argv[count] = NULL;
    if (lab_client(run, argv, &result, error) < 0)
        return -(int)error->class;
    lab_check(run, result.status == 0, error,
              "the page was fetched over %s (the client exited %d: %.200s)",
              scheme, result.status, result.err);
    world_result_free(&result);
    return -(int)error->class;
}

static int notebooks_tell(struct lab_run *run, int64_t clear_ns,
                          int64_t sealed_ns, struct error *error)
{
    struct trace_file trace, clear, sealed;

    if (lab_trace(run, &trace, error) < 0)
        return -(int)error->class;
    clear = lab_wiretap_part(&trace, clear_ns, sealed_ns);
    sealed = lab_wiretap_part(&trace, sealed_ns, INT64_MAX);
    if (notebooks_show(run, &clear, &sealed, error) == 0)
        secrets_compare(run, &clear, &sealed, error);
    trace_file_free(&trace);
    return -(int)error->class;
}

int https_trust_eavesdropper(struct lab_run *run, struct error *error)
{
    int64_t clear_ns = lab_now(), sealed_ns;

    lab_say(run,
            "Somebody sits on the wire and copies all that passes. First the "
            "page over http, with a password that http-client sends in clear "
            "only because --insecure-auth says so; then the same over https.");
    if (fetch(run, "http", error) < 0)
        return -(int)error->class;
    sealed_ns = lab_now();
    if (fetch(run, "https", error) < 0 ||
        notebooks_tell(run, clear_ns, sealed_ns, error) < 0)
        return -(int)error->class;
    lab_say(run,
            "Under TLS he still has the name, both addresses, and the sizes "
            "and times of the records. The base64 of the Authorization field "
            "is no encryption: anybody can turn it back.");
    if (!world_has(lab_world(run), WORLD_FRAMES))
        lab_not_here(run, "the frames; he read the bytes handed to TCP",
                     WORLD_FRAMES);
    lab_correct(
        run, RFC("7568", "1"), "SSL was first released in 1996.",
        "SSL 2.0 appeared in 1995, SSL 3.0 in 1996, TLS 1.0 in January "
        "1999 (RFC 2246). Both SSLs are prohibited today (RFC 6176, RFC "
        "7568), TLS 1.0 and 1.1 are deprecated (RFC 8996).");
    return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * https-trust: what TLS adds to HTTP, and why anybody should believe it.
 *
 * The lab has an authority of its own (certificates.c), which the client is
 * told to trust with --cacert; the web server holds one good certificate and
 * the bad ones, and presents the one whose name the client asks for.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "labs/https-trust/certificates.h"
#include "labs/https-trust/https_trust.h"

const char *https_trust_url(struct lab_run *run, const char *scheme,
                            const char *host)
{
    return world_url(lab_world(run), scheme, host,
                     strcmp(scheme, "https") == 0 ? 443 : 80, "/index.html");
}

const struct trace_event *https_trust_hello(const struct trace_file *trace)
{
    return lab_event_find(trace, 0, TRACE_LAYER_TLS, "ClientHello", "student");
}

/* ---- the server and its certificates ------------------------------------ */

static int certificates_make(struct lab_run *run, struct error *error)
{
    struct certificate_set set;
    const char *folder = lab_path(run, TRUST);
    int result;

    if (mkdir(folder, 0755) < 0 && errno != EEXIST)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "the folder %s can't be made", folder);
    result = certificate_set_new(&set, error);
    if (result == 0)
        result = certificate_set_write(&set, folder, error);
    certificate_set_free(&set);
    return result;
}

/* The good certificate comes first: it is what a server shows when no other
 * has the name asked for (RFC 6066 §3), which is how a wrong name is met. */
static int prepare(struct lab_run *run, struct error *error)
{
    const char *more[4 * CERTIFICATE_KINDS + 3];
    char listen[80], key[512], chains[CERTIFICATE_KINDS][512];
    size_t count = 0;
    int kind;

    if (certificates_make(run, error) < 0)
        return -(int)error->class;
    snprintf(listen, sizeof(listen), "%s:%u",
             world_address(lab_world(run), "web"),
             (unsigned)world_port(lab_world(run), 443));
    snprintf(key, sizeof(key), "%s", lab_path(run, TRUST "/server.key"));
    more[count++] = "--listen-tls";
    more[count++] = listen;
    for (kind = 0; kind < CERTIFICATE_KINDS; kind++) {
        if (kind == CERTIFICATE_WRONG_NAME)
            continue;
        snprintf(chains[kind], sizeof(chains[0]), "%s",
                 lab_path(run, TRUST "/%s.pem", certificate_cases[kind].file));
        more[count++] = "--tls-cert";
        more[count++] = chains[kind];
        more[count++] = "--tls-key";
        more[count++] = key;
    }
    more[count] = NULL;
    return lab_start_web(run, more, error);
}

/* ---- the lab ------------------------------------------------------------ */

static const struct lab_step steps[] = {
    {"What an eavesdropper reads",
     "HTTPS is HTTP over TLS on port 443; plain HTTP shows everything.",
     https_trust_eavesdropper},
    {"Agreeing on keys",
     "TLS uses asymmetric cryptography once, to agree on a symmetric key.",
     https_trust_agreement},
    {"Five steps of trust",
     "S and C trust the CA, the CA signs, S presents, C checks, C trusts.",
     https_trust_five_steps},
    {"The signature, opened by hand",
     "The server's public key is trusted because a CA signed the certificate.",
     https_trust_signature},
    {"Eight bad certificates",
     "An invalid certificate is detected and is an error.",
     https_trust_refusals},
    {"What it costs", "HTTPS costs more resources than HTTP.",
     https_trust_cost},
    {NULL, NULL, NULL}};

const struct lab lab_https_trust = {
    .name = "https-trust",
    .title = "Trust on the wire: HTTPS",
    .about =
        "The same page over HTTP and over HTTPS: what somebody on the wire "
        "reads, how the two ends agree on keys, why the client believes the "
        "server, which certificates it refuses, and what it all costs.",
    .hosts = {"student", "names", "web", NULL},
    .steps = steps,
    .to_see =
        "TLS hides what is said, not who talks to whom: the name is in the "
        "look-up and in the ClientHello. The keys come from a Diffie-Hellman "
        "exchange that nobody else can repeat; the certificate only proves who "
        "took part in it. The proof is a signature by an authority whose key "
        "the client had before, so no packet goes to an authority. One fault "
        "in the certificate and not one byte of the request is sent.",
    .prepare = prepare};

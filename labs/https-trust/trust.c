/* SPDX-License-Identifier: MIT */
/*
 * trust: the five steps of the notes, each found in the run, and the signature
 * of the certificate that came over the wire, checked by hand.
 */
#include <netinet/in.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "labs/https-trust/certificates.h"
#include "labs/https-trust/https_trust.h"
#include "labs/https-trust/signature.h"

/* ---- the certificate as it was presented -------------------------------- */

/* The first certificate in a Certificate message of TLS 1.3 (RFC 8446 §4.4.2):
 * a header of 4 bytes, an empty context (1), the list's length (3), the first
 * entry's length (3), then DER. NULL: there is none. The caller frees. */
static X509 *certificate_in(struct span message)
{
    const unsigned char *bytes = (const unsigned char *)message.data;
    size_t length;

    if (message.length < 11 || bytes[4] != 0)
        return NULL;
    length = (size_t)bytes[8] << 16 | (size_t)bytes[9] << 8 | bytes[10];
    if (length > message.length - 11)
        return NULL;
    bytes += 11;
    return d2i_X509(NULL, &bytes, (long)length);
}

static const char *name_of(X509_NAME *name)
{
    static char ring[4][128];
    static size_t next;
    char *text = ring[next++ % 4];

    if (X509_NAME_get_text_by_NID(name, NID_commonName, text, sizeof(ring[0])) <
        0)
        snprintf(text, sizeof(ring[0]), "no name");
    return text;
}

/* ---- the five steps ----------------------------------------------------- */

/* Where each step was seen. */
struct evidence {
    struct trace_file trace;
    const struct trace_event *presented; /* Certificate, from the server */
    const struct trace_event *checked;   /* the client's verdict */
    const struct trace_event *trusted;   /* the first request under TLS */
    X509 *ca, *certificate;
};

static void evidence_free(struct evidence *evidence)
{
    X509_free(evidence->ca);
    X509_free(evidence->certificate);
    trace_file_free(&evidence->trace);
}

static const struct trace_event *after(const struct trace_file *trace,
                                       const struct trace_event *hello,
                                       enum trace_layer layer, const char *name)
{
    size_t i;

    for (i = 0; i < trace->event_count; i++) {
        const struct trace_event *event = &trace->events[i];

        if (event->id > hello->id && event->layer == layer &&
            strcmp(event->name, name) == 0 && lab_same_connection(event, hello))
            return event;
    }
    return NULL;
}

/* Fills *evidence; the caller frees it in any case. */
static int evidence_find(struct lab_run *run, struct evidence *evidence,
                         struct error *error)
{
    const struct trace_event *hello;

    memset(evidence, 0, sizeof(*evidence));
    if (lab_trace(run, &evidence->trace, error) < 0 ||
        certificate_read(&evidence->ca, lab_path(run, TRUST "/ca.pem"), error) <
            0)
        return -(int)error->class;
    hello = https_trust_hello(&evidence->trace);
    if (hello) {
        evidence->presented =
            after(&evidence->trace, hello, TRACE_LAYER_TLS, "Certificate");
        evidence->checked = after(&evidence->trace, hello, TRACE_LAYER_TLS,
                                  "certificate trusted");
        evidence->trusted =
            after(&evidence->trace, hello, TRACE_LAYER_APP, "GET");
    }
    if (evidence->presented)
        evidence->certificate = certificate_in(evidence->presented->data);
    return lab_check(
        run,
        evidence->certificate && evidence->checked && evidence->trusted &&
            evidence->presented->id < evidence->checked->id &&
            evidence->checked->id < evidence->trusted->id,
        error,
        "the certificate was presented, then checked, then the request sent");
}

static void step_row(struct lab_run *run, const char *what,
                     const struct trace_event *event)
{
    lab_table_row(run, "%s|event %llu, frames %s|%s:%d|RFC %s §%s", what,
                  (unsigned long long)event->id, lab_frames_text(event),
                  event->src.file, event->src.line, event->rfc.number,
                  event->rfc.section);
}

static void five_steps_tell(struct lab_run *run,
                            const struct evidence *evidence)
{
    const char *ca = name_of(X509_get_subject_name(evidence->ca));

    lab_table_begin(run);
    lab_table_row(run, "step|where it was seen|source|why");
    lab_table_row(run,
                  "1. S and C trust the CA|\"%s\" is in the file that "
                  "--cacert names, and is the issuer of the server's "
                  "certificate|labs/https-trust/lab.c prepare|RFC 5280 §6.1.1",
                  ca);
    lab_table_row(run, "2. the CA signs|before the run, with its private key: "
                       "X509_sign|labs/https-trust/certificates.c "
                       "certificate_fill|RFC 5280 §4.1.1.3");
    step_row(run, "3. S presents", evidence->presented);
    step_row(run, "4. C checks", evidence->checked);
    step_row(run, "5. C trusts: it sends the request", evidence->trusted);
    lab_table_end(run);
}

/* Counts the addresses that the student's programs spoke to, as they recorded
 * it themselves: at most as many as `seen` has places. */
static size_t peers_count(const struct trace_file *trace)
{
    uint32_t seen[16];
    size_t count = 0, i, j;

    for (i = 0; i < trace->event_count && count < 16; i++) {
        const struct trace_event *event = &trace->events[i];
        struct sockaddr_in peer;

        if (strcmp(event->host, "student") != 0 || event->remote == NULL ||
            event->remote->ss_family != AF_INET)
            continue;
        memcpy(&peer, event->remote, sizeof(peer));
        for (j = 0; j < count && seen[j] != peer.sin_addr.s_addr;)
            j++;
        if (j == count)
            seen[count++] = peer.sin_addr.s_addr;
    }
    return count;
}

int https_trust_five_steps(struct lab_run *run, struct error *error)
{
    struct evidence evidence;
    size_t peers = 0;

    if (evidence_find(run, &evidence, error) == 0) {
        lab_check(run,
                  X509_NAME_cmp(X509_get_subject_name(evidence.ca),
                                X509_get_issuer_name(evidence.certificate)) ==
                          0 &&
                      X509_verify(evidence.certificate,
                                  X509_get0_pubkey(evidence.ca)) == 1,
                  error, "the CA in --cacert has signed the certificate");
        five_steps_tell(run, &evidence);
        peers = peers_count(&evidence.trace);
        lab_check(run, peers == 2, error,
                  "the student spoke to two hosts, the name server and the "
                  "web server (it spoke to %zu)",
                  peers);
    }
    evidence_free(&evidence);
    if (error->class != ERROR_NONE)
        return -(int)error->class;
    lab_correct(run, RFC("5280", "6.1.1"),
                "the client asks the CA whether the certificate is valid.",
                "In this whole run the student's host spoke to %zu others: the "
                "name server and the web server. The CA's key was in a file "
                "beforehand; that file is the trust. (Asking whether a "
                "certificate was revoked is another matter, and another "
                "connection.)",
                peers);
    return 0;
}

/* ---- the signature, opened by hand -------------------------------------- */

static void opened_tell(struct lab_run *run,
                        const struct signature_opened *opened)
{
    char hex[5][140];

    lab_table_begin(run);
    lab_table_row(run, "what|bytes|beginning");
    lab_table_row(run, "the signed part of the certificate (DER)|%zu|",
                  opened->signed_length);
    lab_table_row(run, "1. its digest, computed here: SHA-256|%zu|%s",
                  opened->computed.length,
                  signature_hex(hex[0], sizeof(hex[0]), &opened->computed, 32));
    lab_table_row(
        run, "the signature in the certificate, %s|%zu|%s", opened->algorithm,
        opened->signature.length,
        signature_hex(hex[1], sizeof(hex[1]), &opened->signature, 16));
    lab_table_row(run, "2. opened with the CA's public key|%zu|%s",
                  opened->block.length,
                  signature_hex(hex[2], sizeof(hex[2]), &opened->block, 16));
    lab_table_row(run, "   its padding 0001ff..ff00 off: DigestInfo|%zu|%s",
                  opened->info.length,
                  signature_hex(hex[3], sizeof(hex[3]), &opened->info, 51));
    lab_table_row(
        run, "   the digest's name off: the digest|%zu|%s",
        opened->recovered.length,
        signature_hex(hex[4], sizeof(hex[4]), &opened->recovered, 32));
    lab_table_row(run, "3. compared||%s",
                  opened->equal ? "equal" : "different");
    lab_table_end(run);
}

static int rsa_tell(struct lab_run *run, const struct evidence *evidence,
                    struct error *error)
{
    struct signature_opened opened;
    EVP_PKEY *key = X509_get0_pubkey(evidence->ca);

    if (signature_open(&opened, evidence->certificate, key, error) < 0)
        return -(int)error->class;
    lab_say(run,
            "The certificate as it came over the wire (event %llu), issued to "
            "%s by \"%s\":",
            (unsigned long long)evidence->presented->id,
            name_of(X509_get_subject_name(evidence->certificate)),
            name_of(X509_get_issuer_name(evidence->certificate)));
    opened_tell(run, &opened);
    return lab_check(run,
                     opened.equal && opened.verified && opened.recoverable &&
                         opened.block.data[0] == 0 && opened.block.data[1] == 1,
                     error,
                     "the digest computed and the digest in the signature are "
                     "equal, and the library agrees");
}

/* The same with a bit turned: opened it is noise, and no digest comes out. */
static int altered_tell(struct lab_run *run, const struct evidence *evidence,
                        struct error *error)
{
    struct signature_opened opened;
    X509 *altered;
    char hex[80];

    if (certificate_read(&altered, lab_path(run, TRUST "/altered.pem"), error) <
        0)
        return -(int)error->class;
    if (signature_open(&opened, altered, X509_get0_pubkey(evidence->ca),
                       error) == 0 &&
        lab_check(run, !opened.equal && !opened.verified, error,
                  "a signature with one bit turned does not verify") == 0)
        lab_say(run,
                "One bit of a signature turned (altered.pem), and it opens to "
                "%s: no 0001ff, no digest, nothing to compare.",
                signature_hex(hex, sizeof(hex), &opened.block, 16));
    X509_free(altered);
    return -(int)error->class;
}

static int ecdsa_tell(struct lab_run *run, struct error *error)
{
    struct signature_opened opened = {.recoverable = true};
    struct signature_bytes r, s;
    X509 *leaf = NULL, *issuer = NULL;
    char hex[2][80];

    if (certificate_read(&leaf, lab_path(run, TRUST "/incomplete.pem"),
                         error) == 0 &&
        certificate_read(&issuer, lab_path(run, TRUST "/between.pem"), error) ==
            0 &&
        signature_open(&opened, leaf, X509_get0_pubkey(issuer), error) == 0 &&
        lab_check(run,
                  !opened.recoverable && opened.verified &&
                      signature_ecdsa(&opened.signature, &r, &s),
                  error,
                  "an ECDSA signature verifies without being opened") == 0)
        lab_say(run,
                "And one by an authority with an elliptic-curve key "
                "(incomplete.pem, %s): its %zu bytes are two numbers, r = %s "
                "and s = %s. There is nothing in them to open. They satisfy "
                "an equation in which the digest and the public key stand, or "
                "they don't.",
                opened.algorithm, opened.signature.length,
                signature_hex(hex[0], sizeof(hex[0]), &r, 8),
                signature_hex(hex[1], sizeof(hex[1]), &s, 8));
    X509_free(leaf);
    X509_free(issuer);
    return -(int)error->class;
}

int https_trust_signature(struct lab_run *run, struct error *error)
{
    struct evidence evidence;

    if (evidence_find(run, &evidence, error) == 0 &&
        rsa_tell(run, &evidence, error) == 0 &&
        altered_tell(run, &evidence, error) == 0 && ecdsa_tell(run, error) == 0)
        lab_correct(run, RFC("5280", "4.1.1.3"),
                    "the CA encrypts the digest with its private key.",
                    "A signature is not encryption: nothing is hidden by it. "
                    "It looks like one for RSA PKCS #1 v1.5 only, where the "
                    "public key brings the digest back; ECDSA has no such "
                    "form.");
    evidence_free(&evidence);
    return -(int)error->class;
}

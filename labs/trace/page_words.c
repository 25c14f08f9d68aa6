/* SPDX-License-Identifier: MIT */
/*
 * page: the explanation of an event. A protocol's words are in its terms.c;
 * those of the layers below it, which have no folder, are here.
 */
#include <stdio.h>
#include <string.h>

#include "common/terms.h"
#include "http/http.h"
#include "labs/trace/page.h"

/* clang-format off */
static const struct term tls_terms[] = {
    {"ClientHello", TERM_CONCEPT, NULL,
     "The client's opening: the versions, cipher suites and groups it can use, "
     "its share of the key exchange, and in clear the name of the server that "
     "it wants.",
     {"8446", "4.1.2"}, NULL},
    {"ServerHello", TERM_CONCEPT, NULL,
     "The server's choice among what was offered, and its share of the key "
     "exchange; in TLS 1.3 everything after it is encrypted.",
     {"8446", "4.1.3"}, NULL},
    {"EncryptedExtensions", TERM_CONCEPT, NULL,
     "The server's other answers, the first message under the new keys.",
     {"8446", "4.3.1"}, NULL},
    {"CertificateRequest", TERM_CONCEPT, NULL,
     "The server asks the client to prove who it is with a certificate too.",
     {"8446", "4.3.2"}, NULL},
    {"Certificate", TERM_CONCEPT, NULL,
     "The server's certificate and those that lead from it towards an "
     "authority that the client trusts.",
     {"8446", "4.4.2"}, NULL},
    {"CertificateVerify", TERM_CONCEPT, NULL,
     "A signature over the whole handshake: proof that the server holds the "
     "private key of its certificate.",
     {"8446", "4.4.3"}, NULL},
    {"Finished", TERM_CONCEPT, NULL,
     "A code over all messages before it, which shows that nobody altered "
     "one.",
     {"8446", "4.4.4"}, NULL},
    {"NewSessionTicket", TERM_CONCEPT, NULL,
     "What the client may show at the next connection to resume this session "
     "without a certificate.",
     {"8446", "4.6.1"}, NULL},
    {"HelloRetryRequest", TERM_CONCEPT, NULL,
     "The server can't use the key share that it got and names a group that it "
     "can.",
     {"8446", "4.1.4"}, NULL},
    {"ChangeCipherSpec", TERM_CONCEPT, NULL,
     "It meant \"encrypted from here on\" up to TLS 1.2; in TLS 1.3 it means "
     "nothing and is sent so that old boxes on the way see what they expect.",
     {"8446", "5"}, NULL},
    {"close_notify", TERM_CONCEPT, NULL,
     "An alert that is none: the sender will say no more. Without it, an end "
     "of the stream may be somebody's cut.",
     {"8446", "6.1"}, NULL},
    {"bad_certificate", TERM_CONCEPT, NULL,
     "An alert: the certificate is damaged, or a signature in it is wrong.",
     {"8446", "6.2"}, NULL},
    {"unsupported_certificate", TERM_CONCEPT, NULL,
     "An alert: the certificate is of a kind that may not be used for this.",
     {"8446", "6.2"}, NULL},
    {"certificate_expired", TERM_CONCEPT, NULL,
     "An alert: the certificate is not valid at this time.",
     {"8446", "6.2"}, NULL},
    {"unknown_ca", TERM_CONCEPT, NULL,
     "An alert: no authority that the client trusts has signed this chain.",
     {"8446", "6.2"}, NULL},
    {"decrypt_error", TERM_CONCEPT, NULL,
     "An alert: a signature or a code of the handshake is wrong.",
     {"8446", "6.2"}, NULL},
    {NULL, TERM_CONCEPT, NULL, NULL, {NULL, NULL}, NULL}};

static const struct term tcp_terms[] = {
    {"connect", TERM_CONCEPT, NULL,
     "The client opens a TCP connection: SYN, SYN-ACK, ACK, the three-way "
     "handshake.",
     {"9293", "3.5"}, NULL},
    {"accept", TERM_CONCEPT, NULL,
     "The server takes a connection that the three-way handshake has opened.",
     {"9293", "3.5"}, NULL},
    {"end", TERM_CONCEPT, NULL,
     "The other side's FIN has come: it has no more to send.",
     {"9293", "3.6"}, NULL},
    {"close", TERM_CONCEPT, NULL,
     "This side has no more to send: a FIN tells the other.",
     {"9293", "3.6"}, NULL},
    {NULL, TERM_CONCEPT, NULL, NULL, {NULL, NULL}, NULL}};

static const struct term dns_terms[] = {
    {"A", TERM_CONCEPT, NULL,
     "A question to the name server: which IPv4 address has this name?",
     {"1035", "3.4.1"}, NULL},
    {"AAAA", TERM_CONCEPT, NULL,
     "A question to the name server: which IPv6 address has this name?",
     {NULL, NULL}, NULL},
    {"MX", TERM_CONCEPT, NULL,
     "A question to the name server: who takes the mail of this domain?",
     {"1035", "3.3.9"}, NULL},
    {"NOERROR", TERM_CONCEPT, NULL,
     "The name server's answer: the name exists, and here are its records of "
     "the kind asked for, if it has any.",
     {"1035", "4.1.1"}, NULL},
    {"NXDOMAIN", TERM_CONCEPT, NULL,
     "The name server's answer: there is no such name, of any kind.",
     {"1035", "4.1.1"}, NULL},
    {"SERVFAIL", TERM_CONCEPT, NULL,
     "The name server could not find out; asking again may help.",
     {"1035", "4.1.1"}, NULL},
    {NULL, TERM_CONCEPT, NULL, NULL, {NULL, NULL}, NULL}};
/* clang-format on */

static const struct term *vocabulary(const struct trace_event *event)
{
    if (event->layer == TRACE_LAYER_TLS)
        return tls_terms;
    if (event->layer == TRACE_LAYER_TCP)
        return tcp_terms;
    if (event->layer != TRACE_LAYER_APP || event->proto == NULL)
        return NULL;
    if (strcmp(event->proto, "http") == 0)
        return http_terms;
    return strcmp(event->proto, "dns") == 0 ? dns_terms : NULL;
}

const struct term *page_term(const struct trace_event *event)
{
    const struct term *terms = vocabulary(event);

    if (terms == NULL || event->name == NULL)
        return NULL;
    return term_find(terms, event->name);
}

const struct term *page_term_of_field(const struct trace_event *event,
                                      struct span name)
{
    const struct term *terms = vocabulary(event);
    char text[64];

    if (terms == NULL || event->layer != TRACE_LAYER_APP ||
        name.length >= sizeof(text))
        return NULL;
    snprintf(text, sizeof(text), "%.*s", (int)name.length, name.data);
    const struct term *term = term_find(terms, text);
    return term != NULL && term->kind == TERM_FIELD ? term : NULL;
}

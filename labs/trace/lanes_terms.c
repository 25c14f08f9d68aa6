/* SPDX-License-Identifier: MIT */
/*
 * lanes: the explanation of an event. A protocol's words are in its terms.c;
 * those of the layers below it, which have no folder, are here.
 */
#include <string.h>

#include "common/terms.h"
#include "ftp/ftp.h"
#include "http/http.h"
#include "imap/imap.h"
#include "labs/trace/lanes.h"
#include "pop3/pop3.h"
#include "smtp/smtp.h"
#include "ssh/ssh.h"
#include "telnet/telnet.h"

/* clang-format off */
static const struct term tls_terms[] = {
    {.name = "ClientHello", .kind = TERM_CONCEPT,
     .sentence =
     "The client's opening: the versions, cipher suites and groups it can use, "
     "its share of the key exchange, and in clear the name of the server that "
     "it wants.",
     .rfc = {"8446", "4.1.2"}},
    {.name = "ServerHello", .kind = TERM_CONCEPT,
     .sentence =
     "The server's choice among what was offered, and its share of the key "
     "exchange; in TLS 1.3 everything after it is encrypted.",
     .rfc = {"8446", "4.1.3"}},
    {.name = "EncryptedExtensions", .kind = TERM_CONCEPT,
     .sentence =
     "The server's other answers, the first message under the new keys.",
     .rfc = {"8446", "4.3.1"}},
    {.name = "CertificateRequest", .kind = TERM_CONCEPT,
     .sentence =
     "The server asks the client to prove who it is with a certificate too.",
     .rfc = {"8446", "4.3.2"}},
    {.name = "Certificate", .kind = TERM_CONCEPT,
     .sentence =
     "The server's certificate and those that lead from it towards an "
     "authority that the client trusts.",
     .rfc = {"8446", "4.4.2"}},
    {.name = "CertificateVerify", .kind = TERM_CONCEPT,
     .sentence =
     "A signature over the whole handshake: proof that the server holds the "
     "private key of its certificate.",
     .rfc = {"8446", "4.4.3"}},
    {.name = "Finished", .kind = TERM_CONCEPT,
     .sentence =
     "A code over all messages before it, which shows that nobody altered "
     "one.",
     .rfc = {"8446", "4.4.4"}},
    {.name = "NewSessionTicket", .kind = TERM_CONCEPT,
     .sentence =
     "What the client may show at the next connection to resume this session "
     "without a certificate.",
     .rfc = {"8446", "4.6.1"}},
    {.name = "HelloRetryRequest", .kind = TERM_CONCEPT,
     .sentence =
     "The server can't use the key share that it got and names a group that it "
     "can.",
     .rfc = {"8446", "4.1.4"}},
    {.name = "ChangeCipherSpec", .kind = TERM_CONCEPT,
     .sentence =
     "It meant \"encrypted from here on\" up to TLS 1.2; in TLS 1.3 it means "
     "nothing and is sent so that old boxes on the way see what they expect.",
     .rfc = {"8446", "D.4"}},
    {.name = "close_notify", .kind = TERM_CONCEPT,
     .sentence =
     "An alert that is none: the sender will say no more. Without it, an end "
     "of the stream may be somebody's cut.",
     .rfc = {"8446", "6.1"}},
    {.name = "bad_certificate", .kind = TERM_CONCEPT,
     .sentence =
     "An alert: the certificate is damaged, or a signature in it is wrong.",
     .rfc = {"8446", "6.2"}},
    {.name = "unsupported_certificate", .kind = TERM_CONCEPT,
     .sentence =
     "An alert: the certificate is of a kind that may not be used for this.",
     .rfc = {"8446", "6.2"}},
    {.name = "certificate_expired", .kind = TERM_CONCEPT,
     .sentence =
     "An alert: the certificate is not valid at this time.",
     .rfc = {"8446", "6.2"}},
    {.name = "unknown_ca", .kind = TERM_CONCEPT,
     .sentence =
     "An alert: no authority that the client trusts has signed this chain.",
     .rfc = {"8446", "6.2"}},
    {.name = "decrypt_error", .kind = TERM_CONCEPT,
     .sentence =
     "An alert: a signature or a code of the handshake is wrong.",
     .rfc = {"8446", "6.2"}},
    {.name = NULL}};

static const struct term tcp_terms[] = {
    {.name = "connect", .kind = TERM_CONCEPT,
     .sentence =
     "The client opens a TCP connection: SYN, SYN-ACK, ACK, the three-way "
     "handshake.",
     .rfc = {"9293", "3.5"}},
    {.name = "accept", .kind = TERM_CONCEPT,
     .sentence =
     "The server takes a connection that the three-way handshake has opened.",
     .rfc = {"9293", "3.5"}},
    {.name = "end", .kind = TERM_CONCEPT,
     .sentence =
     "The other side's FIN has come: it has no more to send.",
     .rfc = {"9293", "3.6"}},
    {.name = "close", .kind = TERM_CONCEPT,
     .sentence =
     "This side has no more to send: a FIN tells the other.",
     .rfc = {"9293", "3.6"}},
    {.name = NULL}};

static const struct term dns_terms[] = {
    {.name = "A", .kind = TERM_CONCEPT,
     .sentence =
     "A question to the name server: which IPv4 address has this name?",
     .rfc = {"1035", "3.4.1"}},
    {.name = "AAAA", .kind = TERM_CONCEPT,
     .sentence =
     "A question to the name server: which IPv6 address has this name?"},
    {.name = "MX", .kind = TERM_CONCEPT,
     .sentence =
     "A question to the name server: who takes the mail of this domain?",
     .rfc = {"1035", "3.3.9"}},
    {.name = "NOERROR", .kind = TERM_CONCEPT,
     .sentence =
     "The name server's answer: the name exists, and here are its records of "
     "the kind asked for, if it has any.",
     .rfc = {"1035", "4.1.1"}},
    {.name = "NXDOMAIN", .kind = TERM_CONCEPT,
     .sentence =
     "The name server's answer: there is no such name, of any kind.",
     .rfc = {"1035", "4.1.1"}},
    {.name = "SERVFAIL", .kind = TERM_CONCEPT,
     .sentence =
     "The name server could not find out; asking again may help.",
     .rfc = {"1035", "4.1.1"}},
    {.name = NULL}};
/* clang-format on */

const struct vocabulary vocabularies[VOCABULARIES] = {
    {"ftp", ftp_terms},   {"http", http_terms}, {"imap", imap_terms},
    {"pop3", pop3_terms}, {"smtp", smtp_terms}, {"telnet", telnet_terms},
    {"ssh", ssh_terms}};

static const struct term *terms_of(const struct trace_event *event)
{
    if (event->layer == TRACE_LAYER_TLS)
        return tls_terms;
    if (event->layer == TRACE_LAYER_TCP)
        return tcp_terms;
    if (event->layer != TRACE_LAYER_APP || event->proto == NULL)
        return NULL;
    for (size_t i = 0; i < VOCABULARIES; i++)
        if (strcmp(event->proto, vocabularies[i].protocol) == 0)
            return vocabularies[i].terms;
    return strcmp(event->proto, "dns") == 0 ? dns_terms : NULL;
}

const struct term *event_term(const struct trace_event *event)
{
    const struct term *terms = terms_of(event);

    if (terms == NULL || event->name == NULL)
        return NULL;
    return term_find(terms, event->name);
}

const struct term *event_term_of_word(const struct trace_event *event,
                                      struct span word)
{
    const struct term *terms = terms_of(event);

    return terms != NULL ? term_find_span(terms, word) : NULL;
}

const struct term *event_term_of_field(const struct trace_event *event,
                                       struct span name)
{
    const struct term *term = event->layer == TRACE_LAYER_APP
                                  ? event_term_of_word(event, name)
                                  : NULL;

    return term != NULL && term->kind == TERM_FIELD ? term : NULL;
}

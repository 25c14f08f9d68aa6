/* SPDX-License-Identifier: MIT */
/*
 * names_private: what the files of `names` share among themselves. Nobody else
 * includes it.
 *
 *     names.c         who answers: --resolve, a number, DNS, the system
 *     names_system.c  getaddrinfo(3) within a deadline
 *     names_dns.c     questions about a name: aliases, addresses, exchangers
 *     names_mx.c      mail exchangers in order
 *     names_ask.c     questions to one server, over UDP, then TCP; traced
 *     names_message.c messages made, checked and read; no I/O
 *     names_ascii.c   names beyond ASCII
 */
#ifndef COMMON_NAMES_PRIVATE_H
#define COMMON_NAMES_PRIVATE_H

#include <ldns/ldns.h>

#include "common/limits.h"
#include "common/names.h"

/* One --resolve: what is answered without asking. */
struct names_pinned {
    struct names_pinned *next; /* an older one */
    char *host;                /* "*" for any; owned */
    uint16_t port;
    struct names_addresses addresses;
};

struct names {
    bool ask_dns; /* --dns was given; else the system answers */
    struct sockaddr_storage server;
    struct trace *trace;         /* borrowed; may be NULL */
    struct names_pinned *pinned; /* newest first; owned */
};

/* Adds `address` with `port` (host order), unless the list is full, the family
 * is not the one wanted, or the list has it already. */
void names_add(struct names_addresses *list, const struct sockaddr *address,
               uint16_t port, int family);

/* A numeric address, without brackets. 1: filled in; 0: it is a name. */
int names_numeric(const char *host, struct sockaddr_storage *address);

/* Asks the system. Errors as names_look_up. */
int names_system(const char *host, uint16_t port, int family,
                 deadline_ns deadline, struct names_addresses *addresses,
                 struct error *error);

/* Asks names->server for A and AAAA, as `family` allows. */
int names_dns_addresses(struct names *names, const char *host, uint16_t port,
                        int family, deadline_ns deadline,
                        struct names_addresses *addresses, struct error *error);

/* ---- one question to one server (names_ask.c) --------------------------- */

/* Who is asked, how long, and who is told. All borrowed. */
struct names_asking {
    const struct sockaddr_storage *server;
    struct trace *trace; /* may be NULL */
    deadline_ns deadline;
    struct error *error;
};

/* A question and what came of it. The caller sets owner and type. */
struct names_question {
    const ldns_rdf *owner; /* borrowed */
    ldns_rr_type type;
    ldns_pkt *answer; /* the caller's: ldns_pkt_free; NULL: none came */
    /* The rest is names_ask's own. */
    ldns_pkt *query;
    uint8_t *wire; /* the query as it is sent */
    size_t length;
    int fd;           /* a connected UDP socket, -1: none */
    uint32_t conn;    /* its number in the trace */
    uint64_t out, in; /* bytes sent and received over it */
};

/* Asks `count` questions at the same time and waits for the answers. An answer
 * may be any reply to the question: its code is the caller's to look at. When
 * one has been answered, the others are not asked a second time. 0: at least
 * one is answered. ERROR_TIMEOUT, ERROR_CONNECT, ERROR_LOCAL. */
int names_ask(const struct names_asking *asking,
              struct names_question *questions, size_t count);

/* ---- a name through its aliases (names_dns.c) --------------------------- */

/* A name on its way through aliases and questions. */
struct names_search {
    struct names_asking asking;
    ldns_rdf *name; /* the one that is asked for now; owned */
    unsigned aliases_left;
    struct names_question questions[NAMES_QUESTIONS_MAX];
    size_t count;
};

/* `search` may be ended whether or not it could begin. ERROR_USAGE: `name`
 * can't be a domain name. */
int names_search_begin(struct names_search *search,
                       const struct names_asking *asking, const char *name);
/* Asks for `types` until the answers are about the name at the end of all its
 * aliases: search->name. 0 also when it has no such records. ERROR_CONNECT: no
 * such name, too many aliases, or the server refused; and those of names_ask.
 */
int names_search_run(struct names_search *search, const ldns_rr_type *types,
                     size_t count);
void names_search_end(struct names_search *search);

/* ---- messages (names_message.c) ----------------------------------------- */

/* A query for `owner`, with a random id; the caller's. NULL: out of memory. */
ldns_pkt *names_query_new(const ldns_rdf *owner, ldns_rr_type type);

/* Why `answer` is not the answer to `query`, in words; NULL: it is. Anybody
 * may send us a message, so all that a forger must guess is compared. */
const char *names_answer_fault(const ldns_pkt *query, const ldns_pkt *answer);

/* The name that `owner` stands for in the answer section: the end of its chain
 * of aliases, each of which takes one from *aliases_left. Borrowed from the
 * answer, or `owner` itself. NULL: more aliases than were left. */
const ldns_rdf *names_answer_alias(const ldns_pkt *answer,
                                   const ldns_rdf *owner,
                                   unsigned *aliases_left);

/* The `index`-th record of `owner` and `type`, of class IN; NULL: no more. */
const ldns_rr *names_answer_record(const ldns_pkt *answer,
                                   const ldns_rdf *owner, ldns_rr_type type,
                                   size_t index);

/* "www.example.test", without the final dot; `size` at least 256. */
void names_text(const ldns_rdf *name, char *text, size_t size);

/* A message in words: "A www.example.test?", or its code and its answers. */
void names_message_text(const ldns_pkt *message, char *text, size_t size);
/* "A", "AAAA", "MX" of a query; "NOERROR", "NXDOMAIN" of an answer. */
void names_message_name(const ldns_pkt *message, char *text, size_t size);

#endif

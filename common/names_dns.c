/* SPDX-License-Identifier: MIT */
/*
 * names_dns: what is asked about a name, and what the answers mean: aliases
 * are followed (RFC 1034 §3.6.2) and addresses gathered.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "common/address.h"
#include "common/limits.h"
#include "common/names_private.h"
#include "common/rfc.h"
#include "common/trace.h"

int names_search_begin(struct names_search *search,
                       const struct names_asking *asking, const char *name)
{
    memset(search, 0, sizeof(*search));
    search->asking = *asking;
    search->aliases_left = NAMES_CNAMES_MAX;
    search->name = ldns_dname_new_frm_str(name);
    if (search->name == NULL)
        return error_set(asking->error, ERROR_USAGE,
                         "'%s' can't be a domain name", name);
    return 0;
}

static void search_forget_answers(struct names_search *search)
{
    for (size_t i = 0; i < search->count; i++)
        ldns_pkt_free(search->questions[i].answer);
    memset(search->questions, 0, sizeof(search->questions));
}

void names_search_end(struct names_search *search)
{
    search_forget_answers(search);
    ldns_rdf_deep_free(search->name);
}

/* Turns the code of an answer into our error. NXDOMAIN at the end of a chain
 * of aliases is about its last name. */
static int check_code(const struct names_search *search, const ldns_pkt *answer)
{
    ldns_pkt_rcode code = ldns_pkt_get_rcode(answer);
    char name[256], server[80], word[32];

    if (code == LDNS_RCODE_NOERROR)
        return 0;
    names_text(search->name, name, sizeof(name));
    address_show(search->asking.server, server, sizeof(server));
    if (code == LDNS_RCODE_NXDOMAIN)
        return error_set(search->asking.error, ERROR_CONNECT,
                         "there is no such name as %s, says %s", name, server);
    names_message_name(answer, word, sizeof(word));
    return error_set(search->asking.error, ERROR_CONNECT,
                     "the name server %s answered %s for %s", server, word,
                     name);
}

/* Moves on to the name that the current one stands for in `answer`. 1: it has
 * changed, and the answer may or may not hold its records. */
static int follow_aliases(struct names_search *search, const ldns_pkt *answer)
{
    const ldns_rdf *end =
        names_answer_alias(answer, search->name, &search->aliases_left);
    char from[256], to[256];
    ldns_rdf *copy;

    names_text(search->name, from, sizeof(from));
    if (end == NULL)
        return error_set(search->asking.error, ERROR_CONNECT,
                         "%s: more than %d aliases in a row", from,
                         NAMES_CNAMES_MAX);
    if (end == search->name)
        return 0;
    if ((copy = ldns_rdf_clone(end)) == NULL)
        return error_set(search->asking.error, ERROR_LOCAL, "out of memory");
    names_text(end, to, sizeof(to));
    trace_note(search->asking.trace, RFC("1034", "3.6.2"), "alias",
               "%s is an alias of %s", from, to);
    ldns_rdf_deep_free(search->name);
    search->name = copy;
    return 1;
}

/* True when one of the answers has records for the name and its type. */
static bool has_records(const struct names_search *search)
{
    for (size_t i = 0; i < search->count; i++) {
        const struct names_question *q = &search->questions[i];

        if (q->answer != NULL &&
            names_answer_record(q->answer, search->name, q->type, 0) != NULL)
            return true;
    }
    return false;
}

int names_search_run(struct names_search *search, const ldns_rr_type *types,
                     size_t count)
{
    for (;;) {
        const ldns_pkt *answer = NULL;
        int result;

        search_forget_answers(search);
        search->count = count;
        for (size_t i = 0; i < count; i++) {
            search->questions[i].owner = search->name;
            search->questions[i].type = types[i];
        }
        if ((result = names_ask(&search->asking, search->questions, count)) < 0)
            return result;
        /* Both are about one name; a good one is better than a bad one. */
        for (size_t i = 0; i < count; i++)
            if (search->questions[i].answer != NULL &&
                (answer == NULL ||
                 ldns_pkt_get_rcode(answer) != LDNS_RCODE_NOERROR))
                answer = search->questions[i].answer;
        if ((result = follow_aliases(search, answer)) < 0)
            return result;
        if (ldns_pkt_get_rcode(answer) != LDNS_RCODE_NOERROR)
            return check_code(search, answer);
        if (result == 0 || has_records(search))
            return 0;
    }
}

/* ---- addresses ---------------------------------------------------------- */

static void add_record(struct names_addresses *list, const ldns_rr *rr,
                       uint16_t port)
{
    const ldns_rdf *data = ldns_rr_rdf(rr, 0);
    struct sockaddr_in ipv4 = {.sin_family = AF_INET};
    struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6};

    if (data == NULL)
        return;
    if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_A &&
        ldns_rdf_size(data) == sizeof(ipv4.sin_addr)) {
        memcpy(&ipv4.sin_addr, ldns_rdf_data(data), sizeof(ipv4.sin_addr));
        names_add(list, (struct sockaddr *)&ipv4, port, AF_UNSPEC);
    }
    if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_AAAA &&
        ldns_rdf_size(data) == sizeof(ipv6.sin6_addr)) {
        memcpy(&ipv6.sin6_addr, ldns_rdf_data(data), sizeof(ipv6.sin6_addr));
        names_add(list, (struct sockaddr *)&ipv6, port, AF_UNSPEC);
    }
}

/* IPv6 and IPv4 in turn, IPv6 first (RFC 8305 §4): a broken family costs one
 * attempt, not as many as it has addresses. */
static void gather(const struct names_search *search, uint16_t port,
                   struct names_addresses *list)
{
    bool more = true;

    for (size_t index = 0; more; index++) {
        more = false;
        for (size_t i = 0; i < search->count; i++) {
            const struct names_question *q = &search->questions[i];
            const ldns_rr *rr = NULL;

            if (q->answer != NULL)
                rr = names_answer_record(q->answer, search->name, q->type,
                                         index);
            if (rr == NULL)
                continue;
            add_record(list, rr, port);
            more = true;
        }
    }
}

int names_dns_addresses(struct names *names, const char *host, uint16_t port,
                        int family, deadline_ns deadline,
                        struct names_addresses *addresses, struct error *error)
{
    static const ldns_rr_type both[] = {LDNS_RR_TYPE_AAAA, LDNS_RR_TYPE_A};
    struct names_asking asking = {.server = &names->server,
                                  .trace = names->trace,
                                  .deadline = deadline,
                                  .error = error};
    const ldns_rr_type *types = family == AF_INET ? &both[1] : &both[0];
    struct names_search search;
    int result = names_search_begin(&search, &asking, host);

    if (result == 0)
        result = names_search_run(&search, types, family == AF_UNSPEC ? 2 : 1);
    if (result == 0)
        gather(&search, port, addresses);
    names_search_end(&search);
    return result;
}

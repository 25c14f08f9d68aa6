/* SPDX-License-Identifier: MIT */
/*
 * names_mx: where the mail of a domain goes. MX records in the order in which
 * they are to be tried, and the two cases that have none to offer: no MX at
 * all means the domain itself, the null MX means that no mail is wanted.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "common/limits.h"
#include "common/names_private.h"
#include "common/rfc.h"
#include "common/trace.h"

/* The first name server of resolv.conf; without one, this machine's own. */
static void system_server(struct sockaddr_storage *server)
{
    FILE *file = fopen("/etc/resolv.conf", "re");
    char line[512], address[128];
    bool found = false;

    while (file != NULL && !found && fgets(line, sizeof(line), file) != NULL)
        found = sscanf(line, " nameserver %127s", address) == 1 &&
                names_endpoint(address, NAMES_DNS_PORT, server);
    if (file != NULL)
        fclose(file);
    if (!found)
        names_endpoint("127.0.0.1", NAMES_DNS_PORT, server);
}

/* Puts a record in its place: by preference, and among equal ones at random,
 * so that the senders of the world spread over them (RFC 5321 §5.1). */
static void insert(struct names_mx *mx, uint16_t preference,
                   const ldns_rdf *host)
{
    size_t first = 0, after, at;
    uint32_t dice = 0;

    if (mx->count == NAMES_MX_MAX)
        return;
    while (first < mx->count && mx->list[first].preference < preference)
        first++;
    for (after = first;
         after < mx->count && mx->list[after].preference == preference;)
        after++;
    if (getrandom(&dice, sizeof(dice), GRND_NONBLOCK) != sizeof(dice))
        dice = ldns_get_random();
    at = first + dice % (after - first + 1);
    memmove(&mx->list[at + 1], &mx->list[at],
            (mx->count - at) * sizeof(mx->list[0]));
    mx->list[at].preference = preference;
    names_text(host, mx->list[at].host, sizeof(mx->list[at].host));
    mx->count++;
}

/* The root as exchanger says "no mail here" (RFC 7505 §3). It must stand
 * alone; beside others it is nothing that could be tried. */
static bool is_null(const ldns_rdf *host)
{
    return ldns_rdf_size(host) == 1;
}

static void gather(const struct names_search *search, struct names_mx *mx,
                   size_t *records)
{
    const ldns_pkt *answer = search->questions[0].answer;
    const ldns_rr *rr;

    *records = 0;
    while ((rr = names_answer_record(answer, search->name, LDNS_RR_TYPE_MX,
                                     *records)) != NULL) {
        ++*records;
        if (ldns_rr_rd_count(rr) == 2 && !is_null(ldns_rr_rdf(rr, 1)))
            insert(mx, ldns_rdf2native_int16(ldns_rr_rdf(rr, 0)),
                   ldns_rr_rdf(rr, 1));
    }
}

/* What the records mean, each outcome with the rule that makes it. */
static int decide(const struct names_search *search, const char *domain,
                  struct names_mx *mx)
{
    struct trace *trace = search->asking.trace;
    size_t records;

    gather(search, mx, &records);
    if (mx->count > 0) {
        trace_note(trace, RFC("5321", "5.1"), "MX",
                   "mail for %s goes to %s first, of %zu", domain,
                   mx->list[0].host, mx->count);
        return 0;
    }
    if (records > 0) {
        trace_note(trace, RFC("7505", "3"), "null MX", "%s takes no mail",
                   domain);
        return error_set(search->asking.error, ERROR_REFUSED,
                         "%s takes no mail: it has a null MX record", domain);
    }
    mx->implicit = true;
    insert(mx, 0, search->name);
    trace_note(trace, RFC("5321", "5.1"), "implicit MX",
               "%s has no MX record: mail goes to %s itself", domain,
               mx->list[0].host);
    return 0;
}

/* No answer, or a bad one, may be mended tomorrow; this one will not. */
static bool says_unknown(const struct names_search *search)
{
    const ldns_pkt *answer = search->questions[0].answer;

    return answer != NULL && ldns_pkt_get_rcode(answer) == LDNS_RCODE_NXDOMAIN;
}

int names_mx(struct names *names, const char *domain, deadline_ns deadline,
             struct names_mx *mx, struct error *error)
{
    static const ldns_rr_type type = LDNS_RR_TYPE_MX;
    struct sockaddr_storage server;
    struct names_asking asking = {
        .server = &server, .deadline = deadline, .error = error};
    struct names_search search;
    char ascii[NAMES_HOST_MAX];
    int result;

    memset(mx, 0, sizeof(*mx));
    if ((result = names_ascii(ascii, domain, error)) < 0)
        return result;
    if (names != NULL && names->ask_dns)
        server = names->server;
    else
        system_server(&server);
    if (names != NULL)
        asking.trace = names->trace;
    result = names_search_begin(&search, &asking, ascii);
    if (result == 0)
        result = names_search_run(&search, &type, 1);
    mx->unknown = result == -ERROR_CONNECT && says_unknown(&search);
    if (result == 0)
        result = decide(&search, domain, mx);
    names_search_end(&search);
    return result;
}

/* SPDX-License-Identifier: MIT */
/*
 * dns_answer: from a question to its answer, as RFC 1034 §4.3.2 finds it:
 * the nearest zone, then the name in it, an alias, a wildcard, or nothing.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/world/dns.h"

/* Bytes of an answer over UDP that asks nothing special (RFC 1035 §4.2.1), and
 * those that we send at most to who asks for more (RFC 6891). */
#define UDP_PLAIN 512
#define UDP_MOST 1232
/* Aliases that are followed. */
#define ALIASES_MAX 8

/* ---- zones -------------------------------------------------------------- */

/* The text with every 192.0.2. as `prefix`; the caller frees. */
static char *localized(const char *text, const char *prefix)
{
    char *result = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&result, &length);
    for (const char *hit; to && (hit = strstr(text, "192.0.2.")) != NULL;) {
        fwrite(text, 1, (size_t)(hit - text), to);
        fputs(prefix, to);
        text = hit + strlen("192.0.2.");
    }
    if (!to)
        return NULL;
    fputs(text, to);
    fclose(to);
    return result;
}

static ldns_zone *load_zone(const struct dns_zone_text *zone,
                            const char *prefix, struct error *error)
{
    ldns_zone *loaded = NULL;
    int line = 0;
    char *text = localized(zone->text, prefix);
    ldns_rdf *origin = ldns_dname_new_frm_str(zone->origin);
    FILE *from = text ? fmemopen(text, strlen(text), "r") : NULL;
    ldns_status status = LDNS_STATUS_MEM_ERR;
    if (from && origin)
        status = ldns_zone_new_frm_fp_l(&loaded, from, origin, 3600,
                                        LDNS_RR_CLASS_IN, &line);
    if (status != LDNS_STATUS_OK)
        error_set(error, ERROR_LOCAL, "zone %s, line %d: %s", zone->origin,
                  line, ldns_get_errorstr_by_id(status));
    if (from)
        fclose(from);
    ldns_rdf_deep_free(origin);
    free(text);
    return status == LDNS_STATUS_OK ? loaded : NULL;
}

int dns_zones_load(struct dns_zones *zones, const char *prefix,
                   struct error *error)
{
    size_t count = 0;
    while (dns_zone_texts[count].origin)
        count++;
    zones->count = 0;
    zones->list = calloc(count, sizeof(*zones->list));
    if (!zones->list)
        return error_set(error, ERROR_LOCAL, "no memory for zones");
    for (size_t i = 0; i < count; i++) {
        zones->list[i] = load_zone(&dns_zone_texts[i], prefix, error);
        if (!zones->list[i]) {
            dns_zones_free(zones);
            return -ERROR_LOCAL;
        }
        zones->count++;
    }
    return 0;
}

void dns_zones_free(struct dns_zones *zones)
{
    for (size_t i = 0; i < zones->count; i++)
        ldns_zone_deep_free(zones->list[i]);
    free(zones->list);
    zones->list = NULL;
    zones->count = 0;
}

/* RFC 1034 §4.3.2 step 2: the zone which is the nearest ancestor of the name.
 * NULL: it is none of ours. */
static ldns_zone *nearest_zone(const struct dns_zones *zones,
                               const ldns_rdf *name)
{
    ldns_zone *best = NULL;
    uint8_t most = 0;
    for (size_t i = 0; i < zones->count; i++) {
        const ldns_rdf *origin = ldns_rr_owner(ldns_zone_soa(zones->list[i]));
        uint8_t labels = ldns_dname_label_count(origin);
        if ((ldns_dname_compare(name, origin) == 0 ||
             ldns_dname_is_subdomain(name, origin)) &&
            labels >= most) {
            best = zones->list[i];
            most = labels;
        }
    }
    return best;
}

/* ---- one name ----------------------------------------------------------- */

/* What a zone says about a name: RFC 1034 §4.3.2 step 3. */
struct finding {
    bool exists; /* it, or a name below it, has records of some type */
    ldns_rr *alias;
};

/* Adds a copy of a record to a section of the answer; `owner` is what was
 * asked for, which differs from the record's own if that is a wildcard. */
static void add(ldns_pkt *answer, ldns_pkt_section section, const ldns_rr *rr,
                const ldns_rdf *owner)
{
    ldns_rr *copy = ldns_rr_clone(rr);
    if (owner) {
        ldns_rdf_deep_free(ldns_rr_owner(copy));
        ldns_rr_set_owner(copy, ldns_rdf_clone(owner));
    }
    if (!ldns_pkt_safe_push_rr(answer, section, copy))
        ldns_rr_free(copy);
}

static bool type_fits(ldns_rr_type type, ldns_rr_type asked)
{
    return type == asked || asked == LDNS_RR_TYPE_ANY;
}

/* The records at `name` that answer; if `owner`, `name` is a wildcard that
 * stands for it. The SOA lies beside the zone's list in ldns. */
static struct finding look_at(const ldns_zone *zone, const ldns_rdf *name,
                              ldns_rr_type asked, const ldns_rdf *owner,
                              ldns_pkt *answer)
{
    struct finding found = {false, NULL};
    ldns_rr_list *records = ldns_zone_rrs(zone);
    ldns_rr *soa = ldns_zone_soa(zone);
    if (ldns_dname_compare(ldns_rr_owner(soa), name) == 0) {
        found.exists = true;
        if (type_fits(LDNS_RR_TYPE_SOA, asked))
            add(answer, LDNS_SECTION_ANSWER, soa, owner);
    }
    for (size_t i = 0; i < ldns_rr_list_rr_count(records); i++) {
        ldns_rr *rr = ldns_rr_list_rr(records, i);
        if (ldns_dname_compare(ldns_rr_owner(rr), name) != 0) {
            /* An empty name above another exists, too. */
            found.exists = found.exists ||
                           ldns_dname_is_subdomain(ldns_rr_owner(rr), name);
            continue;
        }
        found.exists = true;
        if (type_fits(ldns_rr_get_type(rr), asked))
            add(answer, LDNS_SECTION_ANSWER, rr, owner);
        else if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_CNAME)
            found.alias = rr;
    }
    if (found.alias)
        add(answer, LDNS_SECTION_ANSWER, found.alias, owner);
    return found;
}

/* RFC 1034 §4.3.3: "*" stands for any label where no name exists. */
static struct finding look_at_wildcard(const ldns_zone *zone,
                                       const ldns_rdf *name, ldns_rr_type asked,
                                       ldns_pkt *answer)
{
    struct finding found = {false, NULL};
    ldns_rdf *above = ldns_dname_left_chop(name);
    ldns_rdf *star = ldns_dname_new_frm_str("*.");
    if (above && star && ldns_dname_label_count(above) > 0) {
        ldns_rdf *wildcard = ldns_dname_cat_clone(star, above);
        if (wildcard)
            found = look_at(zone, wildcard, asked, name, answer);
        ldns_rdf_deep_free(wildcard);
    }
    ldns_rdf_deep_free(above);
    ldns_rdf_deep_free(star);
    return found;
}

/* The addresses of the hosts that an MX or NS names, so that nobody has to ask
 * again (RFC 1035 §3.3.9). */
static void add_additional(const struct dns_zones *zones, ldns_pkt *answer)
{
    ldns_rr_list *answers = ldns_pkt_answer(answer);
    for (size_t i = 0; i < ldns_rr_list_rr_count(answers); i++) {
        ldns_rr *rr = ldns_rr_list_rr(answers, i);
        bool mx = ldns_rr_get_type(rr) == LDNS_RR_TYPE_MX;
        if (!mx && ldns_rr_get_type(rr) != LDNS_RR_TYPE_NS)
            continue;
        const ldns_rdf *host = ldns_rr_rdf(rr, mx ? 1 : 0);
        ldns_zone *zone = host ? nearest_zone(zones, host) : NULL;
        ldns_rr_list *records = zone ? ldns_zone_rrs(zone) : NULL;
        for (size_t j = 0; j < ldns_rr_list_rr_count(records); j++) {
            ldns_rr *address = ldns_rr_list_rr(records, j);
            if (ldns_rr_get_type(address) == LDNS_RR_TYPE_A &&
                ldns_dname_compare(ldns_rr_owner(address), host) == 0)
                add(answer, LDNS_SECTION_ADDITIONAL, address, NULL);
        }
    }
}

/* Follows the name through our zones; the response code. */
static ldns_pkt_rcode resolve(const struct dns_zones *zones,
                              const ldns_rr *question, ldns_pkt *answer)
{
    const ldns_rdf *name = ldns_rr_owner(question);
    ldns_rr_type asked = ldns_rr_get_type(question);
    for (int aliases = 0; aliases < ALIASES_MAX; aliases++) {
        ldns_zone *zone = nearest_zone(zones, name);
        /* An alias may lead out of our zones: the client asks on. */
        if (!zone)
            return aliases ? LDNS_RCODE_NOERROR : LDNS_RCODE_REFUSED;
        ldns_pkt_set_aa(answer, true);
        size_t before = ldns_rr_list_rr_count(ldns_pkt_answer(answer));
        struct finding found = look_at(zone, name, asked, NULL, answer);
        if (!found.exists)
            found = look_at_wildcard(zone, name, asked, answer);
        if (found.alias) {
            name = ldns_rr_rdf(found.alias, 0);
            continue;
        }
        if (ldns_rr_list_rr_count(ldns_pkt_answer(answer)) == before)
            /* RFC 1034 §4.3.4: the SOA says how long "no" holds. */
            add(answer, LDNS_SECTION_AUTHORITY, ldns_zone_soa(zone), NULL);
        add_additional(zones, answer);
        return found.exists ? LDNS_RCODE_NOERROR : LDNS_RCODE_NXDOMAIN;
    }
    return LDNS_RCODE_SERVFAIL;
}

/* ---- messages ----------------------------------------------------------- */

static size_t to_wire(const ldns_pkt *answer, uint8_t **bytes)
{
    size_t length = 0;
    *bytes = NULL;
    return ldns_pkt2wire(bytes, answer, &length) == LDNS_STATUS_OK ? length : 0;
}

/* RFC 1035 §4.1.1: what did not fit is left out, and TC says so. */
static size_t cut_down(ldns_pkt *answer, uint8_t **bytes)
{
    free(*bytes);
    ldns_pkt_set_tc(answer, true);
    ldns_rr_list_deep_free(ldns_pkt_answer(answer));
    ldns_rr_list_deep_free(ldns_pkt_authority(answer));
    ldns_rr_list_deep_free(ldns_pkt_additional(answer));
    ldns_pkt_set_answer(answer, ldns_rr_list_new());
    ldns_pkt_set_authority(answer, ldns_rr_list_new());
    ldns_pkt_set_additional(answer, ldns_rr_list_new());
    ldns_pkt_set_ancount(answer, 0);
    ldns_pkt_set_nscount(answer, 0);
    ldns_pkt_set_arcount(answer, 0);
    return to_wire(answer, bytes);
}

/* What can't be read is answered from its first twelve bytes alone. */
static size_t form_error(const uint8_t *query, size_t length, uint8_t **bytes)
{
    if (length < LDNS_HEADER_SIZE || query[2] & 0x80)
        return 0;
    *bytes = calloc(1, LDNS_HEADER_SIZE);
    if (!*bytes)
        return 0;
    memcpy(*bytes, query, 2);
    /* RFC 1035 §4.1.1: QR is set; opcode and RD are the query's. */
    (*bytes)[2] = (uint8_t)(0x80 | (query[2] & 0x79));
    (*bytes)[3] = LDNS_RCODE_FORMERR;
    return LDNS_HEADER_SIZE;
}

/* An answer to `query` with its id, its question and nothing else. */
static ldns_pkt *begin_answer(const ldns_pkt *query)
{
    ldns_pkt *answer = ldns_pkt_new();
    if (!answer)
        return NULL;
    ldns_pkt_set_id(answer, ldns_pkt_id(query));
    ldns_pkt_set_qr(answer, true);
    ldns_pkt_set_opcode(answer, ldns_pkt_get_opcode(query));
    ldns_pkt_set_rd(answer, ldns_pkt_rd(query));
    ldns_rr_list *questions = ldns_pkt_question(query);
    for (size_t i = 0; i < ldns_rr_list_rr_count(questions); i++)
        ldns_pkt_push_rr(answer, LDNS_SECTION_QUESTION,
                         ldns_rr_clone(ldns_rr_list_rr(questions, i)));
    /* RFC 6891: who sends OPT gets one back, and nobody else does. */
    if (ldns_pkt_edns(query))
        ldns_pkt_set_edns_udp_size(answer, UDP_MOST);
    return answer;
}

/* Bytes that the answer over UDP may have: as many as the client takes, but
 * neither fewer than all must take nor more than are sure to pass whole. */
static size_t bound(const ldns_pkt *query, size_t room)
{
    size_t asked = ldns_pkt_edns(query) ? ldns_pkt_edns_udp_size(query) : 0;
    if (asked < UDP_PLAIN)
        asked = UDP_PLAIN;
    if (asked > UDP_MOST)
        asked = UDP_MOST;
    return room < asked ? room : asked;
}

/* Fills the sections of the answer; the response code. */
static ldns_pkt_rcode decide(const struct dns_zones *zones,
                             const ldns_pkt *asked, ldns_pkt *answer)
{
    ldns_rr_list *questions = ldns_pkt_question(asked);
    if (ldns_pkt_get_opcode(asked) != LDNS_PACKET_QUERY)
        return LDNS_RCODE_NOTIMPL;
    if (ldns_rr_list_rr_count(questions) != 1)
        return LDNS_RCODE_FORMERR;
    ldns_rr *question = ldns_rr_list_rr(questions, 0);
    if (ldns_rr_get_class(question) != LDNS_RR_CLASS_IN)
        return LDNS_RCODE_REFUSED;
    return resolve(zones, question, answer);
}

size_t dns_answer(const struct dns_zones *zones, const uint8_t *query,
                  size_t length, size_t room, uint8_t **bytes)
{
    ldns_pkt *asked = NULL;
    *bytes = NULL;
    if (ldns_wire2pkt(&asked, query, length) != LDNS_STATUS_OK)
        return form_error(query, length, bytes);
    /* An answer is not answered, or two servers would never stop. */
    ldns_pkt *answer = ldns_pkt_qr(asked) ? NULL : begin_answer(asked);
    size_t result = 0;
    if (answer) {
        ldns_pkt_set_rcode(answer, (uint8_t)decide(zones, asked, answer));
        result = to_wire(answer, bytes);
        if (room > 0 && result > bound(asked, room))
            result = cut_down(answer, bytes);
    }
    ldns_pkt_free(answer);
    ldns_pkt_free(asked);
    return result;
}

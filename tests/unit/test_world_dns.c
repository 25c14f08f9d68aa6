/* SPDX-License-Identifier: MIT */
/* dns_answer: what the world's name server says, question by question. */
#include <stdlib.h>
#include <string.h>

#include "labs/world/dns.h"
#include "tests/harness.h"

/* The answer to one question, unpacked; the caller frees. `edns`: the size a
 * client says it takes, or 0. */
static ldns_pkt *ask(const char *prefix, const char *name, ldns_rr_type type,
                     uint16_t edns)
{
    struct error error = {0};
    struct dns_zones zones;
    uint8_t *query = NULL, *bytes = NULL;
    size_t length = 0;
    ldns_pkt *answer = NULL;
    ldns_pkt *question = ldns_pkt_query_new(ldns_dname_new_frm_str(name), type,
                                            LDNS_RR_CLASS_IN, LDNS_RD);
    ldns_pkt_set_id(question, 0x1234);
    if (edns)
        ldns_pkt_set_edns_udp_size(question, edns);
    CU_ASSERT_EQUAL(ldns_pkt2wire(&query, question, &length), LDNS_STATUS_OK);
    CU_ASSERT_EQUAL(dns_zones_load(&zones, prefix, &error), 0);
    size_t n = dns_answer(&zones, query, length, 512, &bytes);
    CU_ASSERT_EQUAL(ldns_wire2pkt(&answer, bytes, n), LDNS_STATUS_OK);
    CU_ASSERT_EQUAL(ldns_pkt_id(answer), 0x1234);
    CU_ASSERT_TRUE(ldns_pkt_qr(answer));
    CU_ASSERT_FALSE(ldns_pkt_ra(answer));
    dns_zones_free(&zones);
    ldns_pkt_free(question);
    free(query);
    free(bytes);
    return answer;
}

/* The i-th record of a section as "TYPE DATA", in a static buffer. */
static const char *record(const ldns_rr_list *section, size_t i)
{
    static char text[256];
    text[0] = '\0';
    if (i >= ldns_rr_list_rr_count(section))
        return text;
    const ldns_rr *rr = ldns_rr_list_rr(section, i);
    char *type = ldns_rr_type2str(ldns_rr_get_type(rr));
    snprintf(text, sizeof(text), "%s", type);
    free(type);
    for (size_t j = 0; j < ldns_rr_rd_count(rr); j++) {
        char *data = ldns_rdf2str(ldns_rr_rdf(rr, j));
        strncat(text, " ", sizeof(text) - strlen(text) - 1);
        strncat(text, data, sizeof(text) - strlen(text) - 1);
        free(data);
    }
    return text;
}

static void dns_gives_an_address_with_authority(void)
{
    ldns_pkt *answer = ask("192.0.2.", "www.example.test.", LDNS_RR_TYPE_A, 0);
    CU_ASSERT_EQUAL(ldns_pkt_get_rcode(answer), LDNS_RCODE_NOERROR);
    CU_ASSERT_TRUE(ldns_pkt_aa(answer));
    CU_ASSERT_TRUE(ldns_pkt_rd(answer)); /* copied from the question */
    CU_ASSERT_EQUAL(ldns_pkt_ancount(answer), 1);
    CU_ASSERT_STRING_EQUAL(record(ldns_pkt_answer(answer), 0), "A 192.0.2.80");
    ldns_pkt_free(answer);
}

static void dns_gives_loopback_addresses_on_loopback(void)
{
    ldns_pkt *answer = ask("127.77.0.", "www.example.test.", LDNS_RR_TYPE_A, 0);
    CU_ASSERT_STRING_EQUAL(record(ldns_pkt_answer(answer), 0), "A 127.77.0.80");
    ldns_pkt_free(answer);
}

/* RFC 1034 §3.6.2: the alias, and what it stands for. */
static void dns_follows_an_alias(void)
{
    ldns_pkt *answer = ask("192.0.2.", "blog.example.test.", LDNS_RR_TYPE_A, 0);
    CU_ASSERT_EQUAL(ldns_pkt_ancount(answer), 2);
    CU_ASSERT_STRING_EQUAL(record(ldns_pkt_answer(answer), 0),
                           "CNAME www.example.test.");
    CU_ASSERT_STRING_EQUAL(record(ldns_pkt_answer(answer), 1), "A 192.0.2.80");
    ldns_pkt_free(answer);
}

/* RFC 1035 §3.3.9: the exchanger's address comes along. */
static void dns_adds_the_address_of_a_mail_exchanger(void)
{
    ldns_pkt *answer = ask("192.0.2.", "east.test.", LDNS_RR_TYPE_MX, 0);
    CU_ASSERT_STRING_EQUAL(record(ldns_pkt_answer(answer), 0),
                           "MX 10 mx.east.test.");
    CU_ASSERT_STRING_EQUAL(record(ldns_pkt_additional(answer), 0),
                           "A 192.0.2.25");
    ldns_pkt_free(answer);
}

static void dns_says_that_a_name_does_not_exist(void)
{
    ldns_pkt *answer =
        ask("192.0.2.", "nobody.example.test.", LDNS_RR_TYPE_A, 0);
    CU_ASSERT_EQUAL(ldns_pkt_get_rcode(answer), LDNS_RCODE_NXDOMAIN);
    CU_ASSERT_EQUAL(ldns_pkt_ancount(answer), 0);
    CU_ASSERT_EQUAL(ldns_pkt_nscount(answer), 1); /* the SOA */
    ldns_pkt_free(answer);
}

static void dns_says_that_a_name_has_no_such_record(void)
{
    ldns_pkt *answer =
        ask("192.0.2.", "www.example.test.", LDNS_RR_TYPE_AAAA, 0);
    CU_ASSERT_EQUAL(ldns_pkt_get_rcode(answer), LDNS_RCODE_NOERROR);
    CU_ASSERT_EQUAL(ldns_pkt_ancount(answer), 0);
    CU_ASSERT_EQUAL(ldns_pkt_nscount(answer), 1);
    ldns_pkt_free(answer);
}

/* RFC 1034 §4.3.3: what the wildcard gives has the name that was asked for. */
static void dns_puts_the_asked_name_on_a_wildcard(void)
{
    ldns_pkt *answer =
        ask("192.0.2.", "lion.crowd.zoo.test.", LDNS_RR_TYPE_A, 0);
    CU_ASSERT_EQUAL(ldns_pkt_ancount(answer), 1);
    char *owner = ldns_rdf2str(
        ldns_rr_owner(ldns_rr_list_rr(ldns_pkt_answer(answer), 0)));
    CU_ASSERT_STRING_EQUAL(owner, "lion.crowd.zoo.test.");
    free(owner);
    ldns_pkt_free(answer);
}

static void dns_refuses_what_lies_beyond(void)
{
    ldns_pkt *answer = ask("192.0.2.", "debian.org.", LDNS_RR_TYPE_A, 0);
    CU_ASSERT_EQUAL(ldns_pkt_get_rcode(answer), LDNS_RCODE_REFUSED);
    CU_ASSERT_FALSE(ldns_pkt_aa(answer));
    ldns_pkt_free(answer);
}

static void dns_answers_edns_in_kind(void)
{
    ldns_pkt *answer =
        ask("192.0.2.", "www.example.test.", LDNS_RR_TYPE_A, 4096);
    CU_ASSERT_TRUE(ldns_pkt_edns(answer));
    CU_ASSERT_EQUAL(ldns_pkt_edns_udp_size(answer), 1232);
    ldns_pkt_free(answer);
    answer = ask("192.0.2.", "www.example.test.", LDNS_RR_TYPE_A, 0);
    CU_ASSERT_FALSE(ldns_pkt_edns(answer));
    ldns_pkt_free(answer);
}

static void dns_names_every_host_of_the_table(void)
{
    /* Forward and back: a name that resolves to no name would show as a bare
     * address in every tool. */
    ldns_pkt *answer =
        ask("192.0.2.", "53.2.0.192.in-addr.arpa.", LDNS_RR_TYPE_PTR, 0);
    CU_ASSERT_STRING_EQUAL(record(ldns_pkt_answer(answer), 0),
                           "PTR ns.lab.test.");
    ldns_pkt_free(answer);
}

/* RFC 1035 §4.1.1: what is no message gets FORMERR, what is an answer or too
 * short gets nothing. */
static void dns_survives_what_is_no_question(void)
{
    struct error error = {0};
    struct dns_zones zones;
    uint8_t *bytes;
    static const uint8_t torn[] = {0xAB, 0xCD, 0x01, 0x00, 0, 1, 0,
                                   0,    0,    0,    0,    0, 3, 'w'};
    static const uint8_t reply[] = {0xAB, 0xCD, 0x80, 0, 0, 0,
                                    0,    0,    0,    0, 0, 0};
    CU_ASSERT_EQUAL(dns_zones_load(&zones, "192.0.2.", &error), 0);
    CU_ASSERT_EQUAL(dns_answer(&zones, torn, sizeof(torn), 512, &bytes), 12);
    CU_ASSERT_EQUAL(bytes[0], 0xAB);
    CU_ASSERT_EQUAL(bytes[2], 0x81);
    CU_ASSERT_EQUAL(bytes[3], LDNS_RCODE_FORMERR);
    free(bytes);
    CU_ASSERT_EQUAL(dns_answer(&zones, reply, sizeof(reply), 512, &bytes), 0);
    free(bytes);
    CU_ASSERT_EQUAL(dns_answer(&zones, torn, 11, 512, &bytes), 0);
    free(bytes);
    dns_zones_free(&zones);
}

/* RFC 1035 §4.2.1: cut, and TC set; over TCP it is whole. */
static void dns_cuts_what_does_not_fit(void)
{
    struct error error = {0};
    struct dns_zones zones;
    uint8_t *query = NULL, *bytes = NULL;
    size_t length = 0;
    ldns_pkt *answer = NULL;
    ldns_pkt *question =
        ldns_pkt_query_new(ldns_dname_new_frm_str("east.test."),
                           LDNS_RR_TYPE_ANY, LDNS_RR_CLASS_IN, 0);
    ldns_pkt2wire(&query, question, &length);
    CU_ASSERT_EQUAL(dns_zones_load(&zones, "192.0.2.", &error), 0);
    size_t n = dns_answer(&zones, query, length, 64, &bytes);
    CU_ASSERT_TRUE(n > 0 && n <= 64);
    CU_ASSERT_EQUAL(ldns_wire2pkt(&answer, bytes, n), LDNS_STATUS_OK);
    CU_ASSERT_TRUE(ldns_pkt_tc(answer));
    CU_ASSERT_EQUAL(ldns_pkt_ancount(answer), 0);
    ldns_pkt_free(answer);
    free(bytes);
    n = dns_answer(&zones, query, length, 0, &bytes);
    CU_ASSERT_EQUAL(ldns_wire2pkt(&answer, bytes, n), LDNS_STATUS_OK);
    CU_ASSERT_FALSE(ldns_pkt_tc(answer));
    CU_ASSERT_TRUE(ldns_pkt_ancount(answer) >= 4);
    ldns_pkt_free(answer);
    free(bytes);
    free(query);
    ldns_pkt_free(question);
    dns_zones_free(&zones);
}

const struct test tests_world_dns[] = {
    {"dns_gives_an_address_with_authority",
     dns_gives_an_address_with_authority},
    {"dns_gives_loopback_addresses_on_loopback",
     dns_gives_loopback_addresses_on_loopback},
    {"dns_follows_an_alias", dns_follows_an_alias},
    {"dns_adds_the_address_of_a_mail_exchanger",
     dns_adds_the_address_of_a_mail_exchanger},
    {"dns_says_that_a_name_does_not_exist",
     dns_says_that_a_name_does_not_exist},
    {"dns_says_that_a_name_has_no_such_record",
     dns_says_that_a_name_has_no_such_record},
    {"dns_puts_the_asked_name_on_a_wildcard",
     dns_puts_the_asked_name_on_a_wildcard},
    {"dns_refuses_what_lies_beyond", dns_refuses_what_lies_beyond},
    {"dns_answers_edns_in_kind", dns_answers_edns_in_kind},
    {"dns_names_every_host_of_the_table", dns_names_every_host_of_the_table},
    {"dns_survives_what_is_no_question", dns_survives_what_is_no_question},
    {"dns_cuts_what_does_not_fit", dns_cuts_what_does_not_fit},
    {NULL, NULL}};

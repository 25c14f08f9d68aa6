/* SPDX-License-Identifier: MIT */
/*
 * Messages of a peer that may send anything: cut short at every byte, and with
 * every bit turned. What is no message is told so; what is one is read within
 * its bounds, which the sanitizers watch.
 */
#include <stdlib.h>
#include <string.h>

#include "common/names_private.h"
#include "tests/harness.h"

static ldns_rdf *owner;
static ldns_pkt *query;
static uint8_t *wire; /* a good answer to it */
static size_t length;

static void add(ldns_pkt *answer, const char *text)
{
    ldns_rr *rr = NULL;

    CU_ASSERT_EQUAL(ldns_rr_new_frm_str(&rr, text, 0, NULL, NULL),
                    LDNS_STATUS_OK);
    ldns_pkt_push_rr(answer, LDNS_SECTION_ANSWER, rr);
}

static void prepare(void)
{
    ldns_pkt *answer;

    owner = ldns_dname_new_frm_str("alias.test.");
    query = names_query_new(owner, LDNS_RR_TYPE_MX);
    answer = ldns_pkt_clone(query);
    ldns_pkt_set_qr(answer, true);
    add(answer, "alias.test. 60 IN CNAME mail.test.");
    add(answer, "mail.test. 60 IN MX 10 mx.mail.test.");
    add(answer, "mail.test. 60 IN A 192.0.2.25");
    CU_ASSERT_EQUAL(ldns_pkt2wire(&wire, answer, &length), LDNS_STATUS_OK);
    ldns_pkt_free(answer);
}

static void forget(void)
{
    ldns_rdf_deep_free(owner);
    ldns_pkt_free(query);
    free(wire);
}

/* Reads `size` bytes as we read an answer. True: it was our answer. */
static bool read_all(const uint8_t *data, size_t size)
{
    char text[300], name[32];
    unsigned aliases = 4;
    ldns_pkt *message = NULL;
    const ldns_rdf *end;
    const ldns_rr *rr = NULL;
    bool ours;

    if (ldns_wire2pkt(&message, data, size) != LDNS_STATUS_OK)
        return false;
    names_message_text(message, text, sizeof(text));
    names_message_name(message, name, sizeof(name));
    ours = names_answer_fault(query, message) == NULL;
    end = names_answer_alias(message, owner, &aliases);
    if (end != NULL) {
        names_text(end, text, sizeof(text));
        rr = names_answer_record(message, end, LDNS_RR_TYPE_MX, 0);
    }
    if (rr != NULL && ldns_rr_rd_count(rr) == 2)
        names_text(ldns_rr_rdf(rr, 1), text, sizeof(text));
    ldns_pkt_free(message);
    return ours;
}

static void names_message_is_read_whole_or_not_at_all(void)
{
    prepare();
    CU_ASSERT(read_all(wire, length));
    for (size_t size = 0; size < length; size++) {
        /* Memory of exactly that size, so that a step past it is seen. */
        uint8_t *cut = malloc(size + 1);

        memcpy(cut, wire, size);
        CU_ASSERT(!read_all(cut, size));
        free(cut);
    }
    forget();
}

static void names_message_bears_any_bit_turned(void)
{
    prepare();
    for (size_t bit = 0; bit < length * 8; bit++) {
        wire[bit / 8] ^= (uint8_t)(1u << bit % 8);
        read_all(wire, length);
        wire[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    /* In the id, nothing turned may pass. */
    for (size_t bit = 0; bit < 16; bit++) {
        wire[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CU_ASSERT(!read_all(wire, length));
        wire[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    forget();
}

/* RFC 1035 §2.3.3: the case of letters does not count. */
static void names_message_compares_names_without_case(void)
{
    ldns_pkt *answer;

    prepare();
    ldns_wire2pkt(&answer, wire, length);
    ldns_dname2canonical(owner);
    ldns_rdf_data(
        ldns_rr_owner(ldns_rr_list_rr(ldns_pkt_question(answer), 0)))[1] = 'A';
    CU_ASSERT_PTR_NULL(names_answer_fault(query, answer));
    ldns_pkt_free(answer);
    forget();
}

static void names_message_is_told_in_words(void)
{
    char text[512];
    ldns_pkt *answer;

    prepare();
    names_message_text(query, text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, "MX alias.test?");
    ldns_wire2pkt(&answer, wire, length);
    names_message_text(answer, text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text, "NOERROR for alias.test; "
                                 "alias.test. 60 IN CNAME mail.test.; "
                                 "mail.test. 60 IN MX 10 mx.mail.test.; "
                                 "mail.test. 60 IN A 192.0.2.25");
    names_message_text(answer, text, 40);
    CU_ASSERT_EQUAL(strlen(text), 39);
    ldns_pkt_free(answer);
    forget();
}

const struct test tests_names_message[] = {
    {"names_message_is_read_whole_or_not_at_all",
     names_message_is_read_whole_or_not_at_all},
    {"names_message_bears_any_bit_turned", names_message_bears_any_bit_turned},
    {"names_message_compares_names_without_case",
     names_message_compares_names_without_case},
    {"names_message_is_told_in_words", names_message_is_told_in_words},
    {NULL, NULL}};

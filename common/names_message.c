/* SPDX-License-Identifier: MIT */
/*
 * names_message: DNS messages made, checked and read; no I/O. ldns packs and
 * unpacks them (RFC 1035 §4.1); what they mean to us is decided here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/names_private.h"

ldns_pkt *names_query_new(const ldns_rdf *owner, ldns_rr_type type)
{
    ldns_rdf *name = ldns_rdf_clone(owner);
    ldns_pkt *query = NULL;
    uint16_t id = 0;

    if (name != NULL)
        query = ldns_pkt_query_new(name, type, LDNS_RR_CLASS_IN, LDNS_RD);
    if (query == NULL) {
        ldns_rdf_deep_free(name);
        return NULL;
    }
    /* An id that can be guessed lets anybody answer for the server. */
    if (getrandom(&id, sizeof(id), GRND_NONBLOCK) != sizeof(id))
        id = ldns_get_random();
    ldns_pkt_set_id(query, id);
    return query;
}

static const ldns_rr *question_of(const ldns_pkt *message)
{
    const ldns_rr_list *list = ldns_pkt_question(message);

    return ldns_rr_list_rr_count(list) == 1 ? ldns_rr_list_rr(list, 0) : NULL;
}

/* RFC 1035 §7.3: match the response to the query by its id, then its question.
 * The case of letters does not count (RFC 1035 §2.3.3). */
const char *names_answer_fault(const ldns_pkt *query, const ldns_pkt *answer)
{
    const ldns_rr *asked = question_of(query), *echoed = question_of(answer);

    if (!ldns_pkt_qr(answer))
        return "it is a query, not a response";
    if (ldns_pkt_id(answer) != ldns_pkt_id(query))
        return "its id is not that of our query";
    if (ldns_pkt_get_opcode(answer) != LDNS_PACKET_QUERY)
        return "it answers another kind of request";
    if (echoed == NULL)
        return "it does not repeat our question";
    if (ldns_dname_compare(ldns_rr_owner(asked), ldns_rr_owner(echoed)) != 0)
        return "it answers for another name";
    if (ldns_rr_get_type(asked) != ldns_rr_get_type(echoed))
        return "it answers for another type";
    if (ldns_rr_get_class(asked) != ldns_rr_get_class(echoed))
        return "it answers for another class";
    return NULL;
}

const ldns_rr *names_answer_record(const ldns_pkt *answer,
                                   const ldns_rdf *owner, ldns_rr_type type,
                                   size_t index)
{
    const ldns_rr_list *list = ldns_pkt_answer(answer);

    for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++) {
        const ldns_rr *rr = ldns_rr_list_rr(list, i);

        if (ldns_rr_get_type(rr) != type ||
            ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN ||
            ldns_dname_compare(ldns_rr_owner(rr), owner) != 0)
            continue;
        if (index-- == 0)
            return rr;
    }
    return NULL;
}

/* A chain that bites its own tail runs out of aliases like any other. */
const ldns_rdf *names_answer_alias(const ldns_pkt *answer,
                                   const ldns_rdf *owner,
                                   unsigned *aliases_left)
{
    const ldns_rr *alias;

    while ((alias = names_answer_record(answer, owner, LDNS_RR_TYPE_CNAME,
                                        0)) != NULL) {
        if (*aliases_left == 0 || ldns_rr_rdf(alias, 0) == NULL)
            return NULL;
        --*aliases_left;
        owner = ldns_rr_rdf(alias, 0);
    }
    return owner;
}

/* ---- in words ----------------------------------------------------------- */

void names_text(const ldns_rdf *name, char *text, size_t size)
{
    char *dotted = ldns_rdf2str(name);
    size_t length;

    snprintf(text, size, "%s", dotted != NULL ? dotted : "?");
    free(dotted);
    length = strlen(text);
    if (length > 1 && text[length - 1] == '.')
        text[length - 1] = '\0';
}

/* A record as a zone file has it, on one line: ldns puts tabs and a newline. */
static size_t record_text(const ldns_rr *rr, char *text, size_t size)
{
    char *line = ldns_rr2str(rr);
    int length;

    if (line == NULL)
        return 0;
    for (char *at = line; *at != '\0'; at++)
        if (*at == '\t' || *at == '\n')
            *at = at[1] == '\0' ? '\0' : ' ';
    length = snprintf(text, size, "; %s", line);
    free(line);
    return length < 0 || (size_t)length >= size ? size - 1 : (size_t)length;
}

void names_message_name(const ldns_pkt *message, char *text, size_t size)
{
    const ldns_rr *question = question_of(message);
    char *word = NULL;

    if (ldns_pkt_qr(message))
        word = ldns_pkt_rcode2str(ldns_pkt_get_rcode(message));
    else if (question != NULL)
        word = ldns_rr_type2str(ldns_rr_get_type(question));
    snprintf(text, size, "%s", word != NULL ? word : "?");
    free(word);
}

void names_message_text(const ldns_pkt *message, char *text, size_t size)
{
    const ldns_rr *question = question_of(message);
    const ldns_rr_list *list = ldns_pkt_answer(message);
    char name[256] = "?", type[32];
    size_t length;

    names_message_name(message, type, sizeof(type));
    if (question != NULL)
        names_text(ldns_rr_owner(question), name, sizeof(name));
    if (!ldns_pkt_qr(message)) {
        snprintf(text, size, "%s %s?", type, name);
        return;
    }
    snprintf(text, size, "%s%s for %s", type,
             ldns_pkt_tc(message) ? ", truncated," : "", name);
    length = strlen(text);
    for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++)
        length +=
            record_text(ldns_rr_list_rr(list, i), text + length, size - length);
}

/* SPDX-License-Identifier: MIT */
/* SMTP's vocabulary: every entry is whole, and nothing that is said lacks. */
#include <stdio.h>
#include <string.h>

#include "smtp/smtp.h"
#include "tests/harness.h"

static void smtp_terms_are_whole(void)
{
    const struct term *term;

    for (size_t i = 0; (term = term_at(smtp_terms, i)) != NULL; i++) {
        size_t length = term->sentence ? strlen(term->sentence) : 0;
        struct smtp_enhanced enhanced;

        if (length == 0 || term->sentence[length - 1] != '.')
            fprintf(stderr, "%s: no sentence\n", term->name);
        CU_ASSERT(length > 0 && term->sentence[length - 1] == '.');
        CU_ASSERT_PTR_NOT_NULL(rfc_title(term->rfc));
        CU_ASSERT_PTR_EQUAL(term_find(smtp_terms, term->name), term);
        if (term->kind == TERM_STATUS)
            CU_ASSERT(strlen(term->name) == 3 && term->title);
        if (term->kind == TERM_SUBSTATUS)
            CU_ASSERT(smtp_enhanced_read(span_of(term->name), &enhanced, NULL));
    }
}

static void smtp_terms_know_what_is_said(void)
{
    static const char said[] =
        "EHLO HELO STARTTLS AUTH MAIL RCPT DATA RSET NOOP VRFY HELP QUIT "
        "220 221 235 250 334 354 421 451 452 454 500 501 502 503 504 530 535 "
        "550 552 554 SIZE DSN 8BITMIME SMTPUTF8 PIPELINING 4.4.1 5.1.1 5.1.10 "
        "5.4.6 5.6.7 Received Return-Path";
    char words[sizeof(said)], *rest = words, *word;

    memcpy(words, said, sizeof(said));
    while ((word = strsep(&rest, " ")) != NULL) {
        if (!term_find(smtp_terms, word))
            fprintf(stderr, "%s: no entry\n", word);
        CU_ASSERT_PTR_NOT_NULL(term_find(smtp_terms, word));
    }
    for (enum sasl_mechanism m = SASL_LOGIN; m < SASL_MECHANISMS; m++)
        CU_ASSERT_PTR_NOT_NULL(term_find(smtp_terms, sasl_mechanism_name(m)));
}

const struct test tests_smtp_terms[] = {
    {"smtp_terms_are_whole", smtp_terms_are_whole},
    {"smtp_terms_know_what_is_said", smtp_terms_know_what_is_said},
    {NULL, NULL}};

/* SPDX-License-Identifier: MIT */
/*
 * The vocabularies: what an entry must have, and that the catalogue of status
 * codes is whole.
 */
#include "common/terms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/http.h"
#include "tests/harness.h"

/* ---- tables of tables --------------------------------------------------- */

static const struct term inner[] = {
    {.name = "b"}, {.name = "c", .title = "first"}, {.name = NULL}};
static const struct term empty[] = {{.name = NULL}};
static const struct term outer[] = {{.name = "a"},
                                    {.joins = empty},
                                    {.joins = inner},
                                    {.name = "c", .title = "second"},
                                    {.name = NULL}};

static void term_tables_are_joined_in_order(void)
{
    static const char *const names[] = {"a", "b", "c", "c"};

    for (size_t i = 0; i < 4; i++)
        CU_ASSERT_STRING_EQUAL(term_at(outer, i)->name, names[i]);
    CU_ASSERT_PTR_NULL(term_at(outer, 4));
    CU_ASSERT_PTR_NULL(term_at(empty, 0));
    CU_ASSERT_STRING_EQUAL(term_find(outer, "C")->title, "first");
    CU_ASSERT_PTR_NULL(term_find(outer, "d"));
    CU_ASSERT_PTR_NULL(term_find(empty, "a"));
}

/* ---- entries ------------------------------------------------------------ */

/* Says which entry broke a rule; CUnit alone gives only the line here. */
static void holds(bool rule, const struct term *term, const char *what)
{
    if (!rule)
        fprintf(stderr, "%s: %s\n", term->name, what);
    CU_ASSERT(rule);
}

static void code_check(const struct term *term)
{
    holds(term->title != NULL, term, "no reason phrase");
    holds(term->next != NULL, term, "nothing to do next");
    holds(term->name[0] >= '1' && term->name[0] <= '5', term, "no class");
    holds(strlen(term->name) >= 3, term, "not three digits");
    if (term->kind == TERM_SUBSTATUS)
        holds(term->name[3] == '.' && term->used_by, term, "no substatus");
    else
        holds(strlen(term->name) == 3, term, "not three digits");
}

/* Of a code in the wild, RFC 9110 §15 is what there is to cite. */
static bool is_rule_for_unknown(const struct term *term)
{
    return term->kind == TERM_STATUS && strcmp(term->rfc.number, "9110") == 0 &&
           strcmp(term->rfc.section, "15") == 0;
}

static void http_terms_are_whole(void)
{
    const struct term *term;

    for (size_t i = 0; (term = term_at(http_terms, i)) != NULL; i++) {
        holds(term->sentence && strlen(term->sentence) > 10, term, "sentence");
        holds(rfc_title(term->rfc) != NULL, term, "no such section");
        holds((term->used_by != NULL && term->kind == TERM_STATUS) ==
                  is_rule_for_unknown(term),
              term, "a registered code has its own section");
        if (term->kind == TERM_STATUS || term->kind == TERM_SUBSTATUS)
            code_check(term);
    }
    CU_ASSERT_STRING_EQUAL(http_reason(404), "Not Found");
    CU_ASSERT_STRING_EQUAL(http_reason(299), "");
    CU_ASSERT_PTR_NULL(term_find(http_terms, "brew"));
    CU_ASSERT_STRING_EQUAL(term_kind_name(TERM_FIELD), "header field");
}

/* ---- the catalogue ------------------------------------------------------ */

static size_t entries_of(const char *name, enum term_kind kind, bool registered)
{
    const struct term *term;
    size_t count = 0;

    for (size_t i = 0; (term = term_at(http_terms, i)) != NULL; i++)
        count += term->kind == kind && strcmp(term->name, name) == 0 &&
                 (term->used_by == NULL) == registered;
    return count;
}

/* "100-103 226": each number of it has this many entries. */
static void catalogue_check(const char *ranges, size_t count, bool registered)
{
    char name[24];
    int first, last, used;

    for (; *ranges != '\0'; ranges += used + (ranges[used] == ' ')) {
        if (sscanf(ranges, "%d-%d%n", &first, &last, &used) < 2) {
            sscanf(ranges, "%d%n", &first, &used);
            last = first;
        }
        for (int code = first; code <= last; code++) {
            snprintf(name, sizeof(name), "%d", code);
            if (entries_of(name, TERM_STATUS, registered) != count)
                fprintf(stderr, "%s: not %zu entries\n", name, count);
            CU_ASSERT_EQUAL(entries_of(name, TERM_STATUS, registered), count);
        }
    }
}

static void http_catalogue_has_every_registered_code(void)
{
    catalogue_check("100-103 200-208 226 300-308 400-418 421-426 428 429 431 "
                    "451 500-508 510 511",
                    1, true);
    catalogue_check("427 430 509", 0, true);
}

/* Two users of one number have an entry each. */
static void http_catalogue_has_the_codes_of_the_wild(void)
{
    catalogue_check("419 430 440 444 449-451 494-498 509 520-527 598 599", 1,
                    false);
    catalogue_check("420 499 530", 2, false);
    CU_ASSERT_PTR_NULL(term_find(http_terms, "451")->used_by);
}

static void http_catalogue_has_one_vendors_substatus(void)
{
    static const struct {
        int status, first, last;
    } rows[] = {{401, 1, 5}, {401, 7, 7}, {403, 1, 19},
                {404, 1, 3}, {500, 1, 1}, {500, 11, 15}};
    char name[32];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (int sub = rows[i].first; sub <= rows[i].last; sub++) {
            snprintf(name, sizeof(name), "%d.%d", rows[i].status, sub);
            CU_ASSERT_EQUAL(entries_of(name, TERM_SUBSTATUS, false), 1);
        }
}

/* RFC 9110 §15.1 lists twelve; RFC 7725 §3 adds 451. */
static void http_catalogue_knows_what_is_cacheable(void)
{
    static const char yes[] = "200 203 204 206 300 301 308 404 405 410 414 "
                              "451 501";
    static const char never[] = "428 429 431 511";
    const struct term *term;

    for (size_t i = 0; (term = term_at(http_terms, i)) != NULL; i++) {
        bool status = term->kind == TERM_STATUS && !term->used_by;

        CU_ASSERT_EQUAL(term->cacheable == TERM_CACHE_YES,
                        status && strstr(yes, term->name) != NULL);
        CU_ASSERT_EQUAL(term->cacheable == TERM_CACHE_NEVER,
                        status && strstr(never, term->name) != NULL);
    }
}

/* The five that an administrator meets, and the errors of the notes. */
static void http_catalogue_judges_the_notes(void)
{
    char explained[] = "500 502 503 504 505";
    char corrected[] = "103 302 305 306 307 402 410 418 421 425 426 451 510 "
                       "403.10 403.14 403.15 403.16 403.17 500.14 Host Expect "
                       "Accept-Encoding status-code substatus";
    char *rest, *name;

    for (rest = explained; (name = strsep(&rest, " "));) {
        const struct term *term = term_find(http_terms, name);
        CU_ASSERT(term->causes && term->cures && term->correction);
    }
    for (rest = corrected; (name = strsep(&rest, " "));) {
        const struct term *term = term_find(http_terms, name);
        CU_ASSERT(term && term->correction);
    }
}

const struct test tests_terms[] = {
    {"term_tables_are_joined_in_order", term_tables_are_joined_in_order},
    {"http_terms_are_whole", http_terms_are_whole},
    {"http_catalogue_has_every_registered_code",
     http_catalogue_has_every_registered_code},
    {"http_catalogue_has_the_codes_of_the_wild",
     http_catalogue_has_the_codes_of_the_wild},
    {"http_catalogue_has_one_vendors_substatus",
     http_catalogue_has_one_vendors_substatus},
    {"http_catalogue_knows_what_is_cacheable",
     http_catalogue_knows_what_is_cacheable},
    {"http_catalogue_judges_the_notes", http_catalogue_judges_the_notes},
    {NULL, NULL}};

/* SPDX-License-Identifier: MIT */
/*
 * explain: what a word of a protocol means, and which RFC says so.
 *
 *     explain http 404
 *     explain http list
 *
 * The entries are those of the protocol's terms.c, which the ladder and the
 * page use as well.
 */
#include <stdio.h>
#include <string.h>

#include "common/options.h"
#include "common/terms.h"
#include "http/http.h"
#include "labs/trace/lanes.h"

enum { TERMS_MAX = 512 };

struct vocabulary {
    const char *protocol;
    const struct term *terms;
};
static const struct vocabulary vocabularies[] = {
    {"http", http_terms},
};
enum { VOCABULARIES = sizeof(vocabularies) / sizeof(vocabularies[0]) };

/* ---- entries ------------------------------------------------------------ */

static void print_rfc(struct rfc rfc)
{
    char url[EVENT_TEXT_MAX];
    const char *title = rfc_title(rfc);

    if (rfc.number == NULL)
        return;
    rfc_url(rfc, url);
    printf("  RFC %s §%s%s%s\n  %s\n", rfc.number, rfc.section,
           title != NULL ? ", " : "", title != NULL ? title : "", url);
}

static void print_term(const struct term *term)
{
    printf("%s%s%s (%s)\n", term->name, term->title != NULL ? " " : "",
           term->title != NULL ? term->title : "", term_kind_name(term->kind));
    printf("  %s\n", term->sentence);
    if (term->next != NULL)
        printf("  What to do: %s\n", term->next);
    print_rfc(term->rfc);
}

static void print_list(const struct term *terms)
{
    for (int kind = 0; kind < TERM_KINDS; kind++) {
        bool any = false;
        for (const struct term *t = terms; t->name != NULL; t++) {
            if (t->kind != (enum term_kind)kind)
                continue;
            if (!any)
                printf("%s%s\n", kind > 0 ? "\n" : "", term_kind_name(t->kind));
            any = true;
            printf("  %-28s %s\n", t->name, t->title != NULL ? t->title : "");
        }
    }
}

/* ---- finding ------------------------------------------------------------ */

static const struct vocabulary *vocabulary_find(const char *protocol,
                                                struct error *error)
{
    const char *names[VOCABULARIES];

    for (size_t i = 0; i < VOCABULARIES; i++) {
        names[i] = vocabularies[i].protocol;
        if (strcmp(protocol, names[i]) == 0)
            return &vocabularies[i];
    }
    const char *near = options_nearest(protocol, names, VOCABULARIES);
    error_set(error, ERROR_USAGE, "no protocol '%s' here; %s %s", protocol,
              near != NULL ? "did you mean" : "there is",
              near != NULL ? near : names[0]);
    return NULL;
}

static int not_found(const struct term *terms, const char *protocol,
                     const char *name, struct error *error)
{
    const char *names[TERMS_MAX];
    size_t count = 0;

    for (; terms->name != NULL && count < TERMS_MAX; terms++)
        names[count++] = terms->name;
    const char *near = options_nearest(name, names, count);
    if (near != NULL)
        return error_set(error, ERROR_REFUSED,
                         "no entry for '%s'; the nearest is %s", name, near);
    return error_set(error, ERROR_REFUSED,
                     "no entry for '%s'; \"explain %s list\" has them all",
                     name, protocol);
}

static int explain(const char *protocol, const char *name, struct error *error)
{
    const struct vocabulary *vocabulary = vocabulary_find(protocol, error);

    if (vocabulary == NULL)
        return -ERROR_USAGE;
    const struct term *term = term_find(vocabulary->terms, name);
    if (term == NULL && strcmp(name, "list") == 0)
        print_list(vocabulary->terms);
    else if (term == NULL)
        return not_found(vocabulary->terms, protocol, name, error);
    else
        print_term(term);
    return 0;
}

int main(int argc, char **argv)
{
    struct error error = {0};
    bool wants_help = false;
    const struct option_spec table[] = {
        {'h', "help", NULL, OPTION_FLAG, &wants_help, "show this help"},
        OPTIONS_END};

    if (options_parse(table, &argc, argv, &error) < 0)
        return error_print("explain", &error);
    if (wants_help) {
        options_help(stdout, "explain", "PROTOCOL TERM | PROTOCOL list", table);
        return 0;
    }
    if (argc != 3)
        error_set(&error, ERROR_USAGE,
                  "usage: explain PROTOCOL TERM, or PROTOCOL list");
    else
        explain(argv[1], argv[2], &error);
    return error.class == ERROR_NONE ? 0 : error_print("explain", &error);
}

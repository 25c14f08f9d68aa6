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
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/options.h"
#include "common/terms.h"
#include "http/http.h"
#include "labs/trace/lanes.h"

enum { TERMS_MAX = 512, COLUMNS = 78 };

/* ---- entries ------------------------------------------------------------ */

/* "What to do: ...", wrapped, the lines after the first indented alike. */
static void print_wrapped(const char *label, const char *text)
{
    int column = printf("  %s%s", label, *label != '\0' ? ":" : "");
    bool first = *label == '\0';

    while (*text != '\0') {
        int word = (int)strcspn(text, " ");

        if (!first && column + 1 + word > COLUMNS)
            column = printf("\n    %.*s", word, text) - 1;
        else
            column += printf("%s%.*s", first ? "" : " ", word, text);
        first = false;
        text += word;
        text += *text == ' ';
    }
    printf("\n");
}

static void print_optional(const char *label, const char *text)
{
    if (text != NULL)
        print_wrapped(label, text);
}

static void print_rfc(const char *label, struct rfc rfc)
{
    char url[EVENT_TEXT_MAX];
    const char *title = rfc_title(rfc);

    if (rfc.number == NULL)
        return;
    rfc_url(rfc, url);
    printf("  %s: RFC %s §%s%s%s\n    %s\n", label, rfc.number, rfc.section,
           title != NULL ? ", " : "", title != NULL ? title : "", url);
}

static void print_cacheable(const struct term *term)
{
    static const char *const words[] = {
        [TERM_CACHE_NO] = "only if the answer itself says so",
        [TERM_CACHE_YES] = "yes, by default",
        [TERM_CACHE_NEVER] = "never, says its definition",
    };

    if (term->kind == TERM_STATUS && term->name[0] != '1')
        printf("  Cacheable: %s (RFC 9110 §15.1)\n", words[term->cacheable]);
}

/* Who does not know a code takes it for the x00 of its class. */
static void print_unregistered(const struct term *term)
{
    if (term->kind == TERM_SUBSTATUS)
        printf("  Never on the wire: what the client is sent is %.3s.\n",
               term->name);
    else
        printf("  Not registered; a client that does not know it treats it as "
               "%c00.\n",
               term->name[0]);
    print_wrapped("Used by", term->used_by);
}

/* What HTTP calls a method is a command elsewhere, and what it writes into logs
 * only, a mail server says aloud. */
static const char *kind_name(const struct vocabulary *vocabulary,
                             enum term_kind kind)
{
    bool http = vocabulary->terms == http_terms;

    if (kind == TERM_METHOD && !http)
        return "command";
    if (kind == TERM_SUBSTATUS && !http)
        return "enhanced status code";
    return term_kind_name(kind);
}

static void print_term(const struct vocabulary *vocabulary,
                       const struct term *term)
{
    printf("%s%s%s (%s)\n", term->name, term->title != NULL ? " " : "",
           term->title != NULL ? term->title : "",
           kind_name(vocabulary, term->kind));
    print_wrapped("", term->sentence);
    if (term->used_by != NULL)
        print_unregistered(term);
    if (vocabulary->terms == http_terms)
        print_cacheable(term);
    print_optional("What to do", term->next);
    print_optional("Usual causes", term->causes);
    print_optional("Cures", term->cures);
    print_optional("About the notes", term->correction);
    print_rfc(term->used_by != NULL ? "The rule for it" : "Defined in",
              term->rfc);
}

/* Two users of one number have an entry each. */
static void print_all_of(const struct vocabulary *vocabulary, const char *name)
{
    const struct term *term;
    bool any = false;

    for (size_t i = 0; (term = term_at(vocabulary->terms, i)) != NULL; i++) {
        if (strcasecmp(term->name, name) != 0)
            continue;
        if (any)
            printf("\n");
        print_term(vocabulary, term);
        any = true;
    }
}

/* ---- the list ----------------------------------------------------------- */

static int widest_name(const struct term *table, enum term_kind kind)
{
    const struct term *term;
    int widest = 0;

    for (size_t i = 0; (term = term_at(table, i)) != NULL; i++) {
        int width = (int)strlen(term->name);
        if (term->kind == kind && width > widest)
            widest = width;
    }
    return widest;
}

static void print_kind(const struct term *table, enum term_kind kind)
{
    int width = widest_name(table, kind);
    const struct term *term;

    for (size_t i = 0; (term = term_at(table, i)) != NULL; i++) {
        if (term->kind != kind)
            continue;
        if (term->title == NULL && term->used_by == NULL)
            printf("  %s\n", term->name);
        else
            printf("  %-*s  %s%s%s%s\n", width, term->name,
                   term->title != NULL ? term->title : "",
                   term->used_by != NULL ? " (" : "",
                   term->used_by != NULL ? term->used_by : "",
                   term->used_by != NULL ? ")" : "");
    }
}

static void print_list(const struct vocabulary *vocabulary)
{
    const struct term *table = vocabulary->terms;
    bool any = false;

    for (int kind = 0; kind < TERM_KINDS; kind++) {
        if (widest_name(table, (enum term_kind)kind) == 0)
            continue;
        printf("%s%s\n", any ? "\n" : "",
               kind_name(vocabulary, (enum term_kind)kind));
        print_kind(table, (enum term_kind)kind);
        any = true;
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
    const struct term *term;
    size_t count = 0;

    while (count < TERMS_MAX && (term = term_at(terms, count)) != NULL)
        names[count++] = term->name;
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
    /* POP3, IMAP and FTP have a LIST; who means it says it so. */
    if (strcmp(name, "list") == 0)
        print_list(vocabulary);
    else if (term_find(vocabulary->terms, name) == NULL)
        return not_found(vocabulary->terms, protocol, name, error);
    else
        print_all_of(vocabulary, name);
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
    if (error.class == ERROR_NONE && fflush(stdout) != 0)
        error_set_errno(&error, ERROR_LOCAL, errno, "standard output");
    return error.class == ERROR_NONE ? 0 : error_print("explain", &error);
}

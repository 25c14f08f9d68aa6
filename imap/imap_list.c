/* SPDX-License-Identifier: MIT */
/*
 * imap_list: LIST and LSUB, and the file of subscriptions.
 */
#include "imap/imap_list.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- names -------------------------------------------------------------- */

void imap_names_free(struct imap_names *names)
{
    free(names->list);
    *names = (struct imap_names){0};
}

static int add(struct imap_session *s, struct imap_names *names,
               struct span name, bool real)
{
    struct imap_named *named;

    if (name.length == 0 || name.length > IMAP_NAME_MAX)
        return 0;
    if (names->count == names->capacity) {
        size_t capacity = 2 * names->capacity + 16;
        struct imap_named *list =
            realloc(names->list, capacity * sizeof(*list));

        if (list == NULL)
            return error_set(&s->trouble, ERROR_LOCAL, "out of memory");
        names->list = list;
        names->capacity = capacity;
    }
    named = &names->list[names->count++];
    memcpy(named->name, name.data, name.length);
    named->name[name.length] = '\0';
    named->real = real;
    return 0;
}

/* By name; of two alike the real one first. */
static int by_name(const void *a, const void *b)
{
    const struct imap_named *one = a, *other = b;
    int order = strcmp(one->name, other->name);

    return order != 0 ? order : other->real - one->real;
}

static void sort(struct imap_names *names)
{
    size_t kept = 0;

    if (names->count > 1)
        qsort(names->list, names->count, sizeof(*names->list), by_name);
    for (size_t i = 0; i < names->count; i++)
        if (kept == 0 ||
            strcmp(names->list[kept - 1].name, names->list[i].name) != 0)
            names->list[kept++] = names->list[i];
    names->count = kept;
}

int imap_names_on_disk(struct imap_session *s, struct imap_names *names)
{
    DIR *folder = opendir(s->root);
    const struct dirent *file;
    char path[PATH_MAX + NAME_MAX + 2];
    int result = 0;

    if (folder == NULL)
        return error_set_errno(&s->trouble, ERROR_LOCAL, errno,
                               "the mailboxes can't be listed");
    while (result == 0 && (file = readdir(folder)) != NULL) {
        if (file->d_name[0] != '.' || file->d_name[1] == '.' ||
            file->d_name[1] == '\0')
            continue;
        snprintf(path, sizeof(path), "%s/%s", s->root, file->d_name);
        if (imap_exists(path))
            result = add(s, names, span_of(file->d_name + 1), true);
    }
    closedir(folder);
    sort(names);
    return result;
}

/* "A.B.C" is there: so A and A.B are levels of the hierarchy, mailboxes or not
 * (RFC 3501 §6.3.8). */
static int add_levels(struct imap_session *s, struct imap_names *names)
{
    size_t count = names->count;
    int result = 0;

    for (size_t i = 0; result == 0 && i < count; i++) {
        char name[IMAP_NAME_MAX + 1];

        memcpy(name, names->list[i].name, sizeof(name));
        for (size_t j = 0; result == 0 && name[j]; j++)
            if (name[j] == '.')
                result = add(s, names, (struct span){name, j}, false);
    }
    sort(names);
    return result;
}

/* ---- subscriptions ------------------------------------------------------ */

/* A name a line, in the file that Dovecot has too. Its newer form has a first
 * line of its own, and tabs for the separator. */
int imap_names_subscribed(struct imap_session *s, struct imap_names *names)
{
    char path[PATH_MAX + 16], line[IMAP_NAME_MAX + 2];
    FILE *file;
    int result = 0;

    snprintf(path, sizeof(path), "%s/subscriptions", s->root);
    file = fopen(path, "re");
    while (file != NULL && result == 0 && fgets(line, sizeof(line), file)) {
        size_t length = strcspn(line, "\n");

        if (strncmp(line, "V\t", 2) == 0)
            continue;
        for (size_t i = 0; i < length; i++)
            if (line[i] == '\t')
                line[i] = '.';
        result = add(s, names, (struct span){line, length}, true);
    }
    if (file != NULL)
        fclose(file);
    sort(names);
    return result;
}

/* Aside and renamed: another session reads the old list or the new one, and
 * never half of one. */
static int write_subscriptions(struct imap_session *s,
                               const struct imap_names *names,
                               struct span but_not)
{
    char path[PATH_MAX + 16], temporary[PATH_MAX + 64];
    FILE *file;
    int result;

    snprintf(path, sizeof(path), "%s/subscriptions", s->root);
    snprintf(temporary, sizeof(temporary), "%s.%ld", path, (long)getpid());
    file = fopen(temporary, "we");
    for (size_t i = 0; file != NULL && i < names->count; i++)
        if (!span_equal(span_of(names->list[i].name), but_not))
            fprintf(file, "%s\n", names->list[i].name);
    result = file != NULL ? fclose(file) : -1;
    if (result == 0)
        result = rename(temporary, path);
    return result == 0 ? 0
                       : error_set_errno(&s->trouble, ERROR_LOCAL, errno,
                                         "the subscriptions can't be written");
}

int imap_subscribe(struct imap_session *s, struct span name, bool wanted)
{
    struct imap_names names = {0};
    int result = imap_names_subscribed(s, &names);

    if (result == 0 && wanted)
        result = add(s, &names, name, true);
    sort(&names);
    if (result == 0)
        result = write_subscriptions(s, &names,
                                     wanted ? (struct span){"", 0} : name);
    imap_names_free(&names);
    return result;
}

/* ---- patterns ----------------------------------------------------------- */

static bool same(char pattern, char name, bool any_case)
{
    return any_case
               ? toupper((unsigned char)pattern) == toupper((unsigned char)name)
               : pattern == name;
}

/* NOTE(imap-pattern): row[i] says whether the pattern so far matches the first
 * i octets of the name. So the work is one times the other, whatever stars the
 * pattern has; trying each way would take for ever with many. */
bool imap_pattern_matches(struct span pattern, const char *name)
{
    bool row[IMAP_NAME_MAX + 1] = {true};
    size_t length = strlen(name);
    bool inbox = strcmp(name, "INBOX") == 0;

    for (size_t p = 0; p < pattern.length; p++) {
        char c = pattern.data[p];

        if (c == '*' || c == '%') {
            for (size_t i = 1; i <= length; i++)
                row[i] =
                    row[i] || (row[i - 1] && (c == '*' || name[i - 1] != '.'));
            continue;
        }
        for (size_t i = length; i > 0; i--)
            row[i] = row[i - 1] && same(c, name[i - 1], inbox);
        row[0] = false;
    }
    return row[length];
}

/* ---- the acts ----------------------------------------------------------- */

/* \Noselect is a level of the hierarchy that is no mailbox itself (RFC 3501
 * §7.2.2). */
static int say_name(struct imap_session *s, const char *verb,
                    const struct imap_named *named)
{
    if (conn_say_begin(s->conn,
                       verb[1] == 'I' ? RFC("3501", "7.2.2")
                                      : RFC("3501", "7.2.3"),
                       verb) < 0)
        return -(int)s->error->class;
    imap_say_text(s->conn, "* %s (%s) \".\" ", verb,
                  named->real ? "" : "\\Noselect");
    imap_say_astring(s->conn, span_of(named->name));
    conn_say_line(s->conn, "%s", "");
    return conn_say_end(s->conn);
}

/* Reference and pattern, put together as they are: RFC 3501 §6.3.8 leaves it
 * to us what a reference means. */
static bool take_pattern(struct imap_session *s, char *pattern, size_t size)
{
    const struct imap_word *reference = imap_word_take(&s->command);
    const struct imap_word *word = imap_word_take(&s->command);

    if (reference == NULL || word == NULL ||
        reference->kind > IMAP_TOKEN_LITERAL ||
        word->kind > IMAP_TOKEN_LITERAL || !imap_command_ended(&s->command))
        return false;
    if (reference->text.length + word->text.length >= size)
        return false;
    snprintf(pattern, size, "%.*s%.*s", (int)reference->text.length,
             reference->text.data, (int)word->text.length, word->text.data);
    return true;
}

/* The levels above a name count where '%' is asked for; '*' finds the names
 * themselves. */
static int say_matches(struct imap_session *s, const char *verb,
                       const char *pattern, struct imap_names *names)
{
    int result = add_levels(s, names);

    for (size_t i = 0; result == 0 && i < names->count; i++)
        if (imap_pattern_matches(span_of(pattern), names->list[i].name) &&
            (names->list[i].real || strchr(pattern, '%')))
            result = say_name(s, verb, &names->list[i]);
    return result;
}

int imap_act_list(struct imap_session *s)
{
    struct imap_names names = {0};
    char pattern[2 * IMAP_NAME_MAX];
    int result;

    if (!take_pattern(s, pattern, sizeof(pattern)))
        return imap_bad_arguments(s);
    if (pattern[0] == '\0') {
        /* The question is: what is the separator? */
        struct imap_named root = {.name = "", .real = false};

        result = say_name(s, "LIST", &root);
        return result < 0 ? result : imap_ok(s, "The separator is told");
    }
    result = imap_names_on_disk(s, &names);
    if (result == 0)
        result = add(s, &names, SPAN("INBOX"), true);
    if (result == 0)
        result = say_matches(s, "LIST", pattern, &names);
    imap_names_free(&names);
    if (s->error->class != 0)
        return -(int)s->error->class;
    return result < 0 ? imap_no_trouble(s) : imap_ok(s, "Listed");
}

int imap_act_lsub(struct imap_session *s)
{
    struct imap_names names = {0};
    char pattern[2 * IMAP_NAME_MAX];
    int result;

    if (!take_pattern(s, pattern, sizeof(pattern)))
        return imap_bad_arguments(s);
    result = imap_names_subscribed(s, &names);
    if (result == 0)
        result = say_matches(s, "LSUB", pattern, &names);
    imap_names_free(&names);
    if (s->error->class != 0)
        return -(int)s->error->class;
    return result < 0 ? imap_no_trouble(s) : imap_ok(s, "Listed");
}

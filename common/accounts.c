/* SPDX-License-Identifier: MIT */
/* accounts: names and passwords, from a file of lines. */
#include "common/accounts.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/limits.h"

static int add(struct accounts *accounts, const char *line, struct error *error)
{
    const char *colon = strchr(line, ':');
    struct account *list, *account;

    if (!colon || colon == line)
        return error_set(error, ERROR_USAGE,
                         "an account is name:password, one a line");
    if (accounts_password(accounts,
                          (struct span){line, (size_t)(colon - line)}))
        return error_set(error, ERROR_USAGE, "%.*s has two accounts",
                         (int)(colon - line), line);
    list = realloc(accounts->list, (accounts->count + 1) * sizeof(*list));
    if (!list)
        return error_set(error, ERROR_LOCAL, "out of memory for an account");
    accounts->list = list;
    account = &list[accounts->count];
    account->name = strndup(line, (size_t)(colon - line));
    account->password = strdup(colon + 1);
    if (account->name && account->password) {
        accounts->count++;
        return 0;
    }
    free(account->name);
    free(account->password);
    return error_set(error, ERROR_LOCAL, "out of memory for an account");
}

int accounts_read(struct accounts *accounts, const char *path,
                  struct error *error)
{
    char line[ACCOUNTS_LINE_MAX];
    FILE *file = fopen(path, "r");
    int result = 0;

    if (!file)
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    while (result == 0 && fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] != '\0' && line[0] != '#')
            result = add(accounts, line, error);
    }
    if (result == 0 && ferror(file))
        result = error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    explicit_bzero(line, sizeof(line));
    fclose(file);
    return result;
}

const char *accounts_password(const struct accounts *accounts, struct span name)
{
    for (size_t i = 0; i < accounts->count; i++)
        if (span_equal(name, span_of(accounts->list[i].name)))
            return accounts->list[i].password;
    return NULL;
}

bool accounts_same(struct span given, const char *password)
{
    size_t length = strlen(password);

    return given.length == length &&
           (length == 0 || CRYPTO_memcmp(given.data, password, length) == 0);
}

void accounts_free(struct accounts *accounts)
{
    for (size_t i = 0; i < accounts->count; i++) {
        explicit_bzero(accounts->list[i].password,
                       strlen(accounts->list[i].password));
        free(accounts->list[i].name);
        free(accounts->list[i].password);
    }
    free(accounts->list);
    memset(accounts, 0, sizeof(*accounts));
}

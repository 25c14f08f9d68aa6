/* SPDX-License-Identifier: MIT */
/*
 * http_auth: the Basic log-in. RFC 7617: name and password in base64, which
 * hides nothing from anybody; only TLS does.
 */
#include "http/http_client.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool http_basic_write(char *text, size_t size, const char *user,
                      const char *password)
{
    char plain[1024];
    int length = snprintf(plain, sizeof(plain), "%s:%s", user, password);
    /* EVP_EncodeBlock writes four bytes for three, and a NUL. */
    bool fits = length >= 0 && (size_t)length < sizeof(plain) &&
                ((size_t)length + 2) / 3 * 4 + 1 <= size;

    if (fits)
        EVP_EncodeBlock((unsigned char *)text, (const unsigned char *)plain,
                        length);
    explicit_bzero(plain, sizeof(plain));
    return fits;
}

/* ---- where the password comes from -------------------------------------- */

/* The first line of the file. */
static int read_password(char *password, size_t size, const char *path,
                         struct error *error)
{
    FILE *file = fopen(path, "r");

    if (!file)
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    if (!fgets(password, (int)size, file))
        password[0] = '\0';
    password[strcspn(password, "\r\n")] = '\0';
    fclose(file);
    return 0;
}

/* "-u name" alone: from --password-file, $WIRELAB_PASSWORD, or a prompt. */
static int find_password(char *password, size_t size, const char *user,
                         const struct client_options *options,
                         struct error *error)
{
    const char *given = getenv("WIRELAB_PASSWORD");
    char prompt[128];

    if (options->password_file)
        return read_password(password, size, options->password_file, error);
    if (!given) {
        snprintf(prompt, sizeof(prompt), "Password for %.80s: ", user);
        given = getpass(prompt);
    }
    if (!given || strlen(given) >= size)
        return error_set(error, ERROR_USAGE, "no password that we can use");
    snprintf(password, size, "%s", given);
    return 0;
}

int http_credentials_make(char *text, size_t size, const struct http_url *url,
                          const struct client_options *options,
                          struct error *error)
{
    const char *given = options->user ? options->user : url->user;
    char user[256], password[512] = "";
    int result = 0;

    text[0] = '\0';
    if (!given)
        return 0;
    snprintf(user, sizeof(user), "%s", given);
    if (!options->user) {
        snprintf(password, sizeof(password), "%s",
                 url->password ? url->password : "");
    } else if (strchr(user, ':')) {
        *strchr(user, ':') = '\0';
        snprintf(password, sizeof(password), "%s", strchr(given, ':') + 1);
    } else {
        result =
            find_password(password, sizeof(password), user, options, error);
    }
    if (result == 0 && !http_basic_write(text, size, user, password))
        result = error_set(error, ERROR_USAGE, "the log-in is too long");
    explicit_bzero(password, sizeof(password));
    return result;
}

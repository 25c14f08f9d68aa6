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

int http_login_find(char *user, size_t user_size, char *password,
                    size_t password_size, const struct http_url *url,
                    const struct client_options *options, struct error *error)
{
    const char *given = options->user ? options->user : url->user;
    int result = 0;

    user[0] = password[0] = '\0';
    if (!given)
        return 0;
    if (strlen(given) >= user_size + password_size)
        return error_set(error, ERROR_USAGE, "the log-in is too long");
    size_t length = options->user ? strcspn(given, ":") : strlen(given);
    const char *rest = options->user ? given + length : NULL;
    if (length >= user_size)
        return error_set(error, ERROR_USAGE, "the user's name is too long");
    memcpy(user, given, length);
    user[length] = '\0';
    if (!rest)
        rest = url->password ? url->password : "";
    else if (*rest == ':')
        rest++;
    else
        rest = NULL;
    if (!rest)
        result = find_password(password, password_size, user, options, error);
    else if (strlen(rest) >= password_size)
        result = error_set(error, ERROR_USAGE, "the password is too long");
    else
        memcpy(password, rest, strlen(rest) + 1);
    return result < 0 ? result : 1;
}

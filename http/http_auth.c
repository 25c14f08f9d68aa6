/* SPDX-License-Identifier: MIT */
/*
 * http_auth: the Basic log-in. RFC 7617: name and password in base64, which
 * hides nothing from anybody; only TLS does.
 */
#include "http/http_client.h"

#include <stdio.h>
#include <string.h>

#include "common/base64.h"

bool http_basic_write(char *text, size_t size, const char *user,
                      const char *password)
{
    char plain[1024];
    int length = snprintf(plain, sizeof(plain), "%s:%s", user, password);
    bool fits = length >= 0 && (size_t)length < sizeof(plain) &&
                base64_write(text, size, (struct span){plain, (size_t)length});

    explicit_bzero(plain, sizeof(plain));
    return fits;
}

/* A URL's name without a password is one with an empty password, as with curl:
 * nobody is asked. */
int http_login_find(struct login *login, const struct http_url *url,
                    const struct client_options *options, struct error *error)
{
    const char *password = url->password ? url->password : "";

    return login_find(login, options, url->user, password, error);
}

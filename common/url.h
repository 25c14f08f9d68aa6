/* SPDX-License-Identifier: MIT */
/*
 * url: what the URL of a command line says. libcurl takes it apart, so ours
 * means by a URL what curl means by it (RFC 3986).
 *
 *     static const struct url_scheme schemes[] = {
 *         {"smtp", 25, false}, {"smtps", 465, true}, {NULL, 0, false}};
 *     struct url url;
 *     if (url_read(&url, argv[1], schemes, &error) == 0) ...
 *     url_free(&url);
 *
 * HTTP has a reader of its own: its URLs are followed, compared and shown.
 */
#ifndef COMMON_URL_H
#define COMMON_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "common/names.h"

#define URL_HOST_MAX NAMES_HOST_MAX

struct url_scheme {
    const char *name; /* NULL ends the table */
    uint16_t port;    /* the port if the URL names none, host order */
    bool tls;         /* TLS comes before the first byte */
};

struct url {
    const struct url_scheme *scheme; /* of the caller's table */
    uint16_t port;                   /* host order */
    bool port_given;                 /* the URL names it */
    char host[URL_HOST_MAX];         /* in ASCII; IPv6 without brackets */
    char *user, *password;           /* decoded; NULL: none in the URL */
    char *path;  /* as it stands there, not decoded: "/" at least */
    char *query; /* not decoded, without the "?"; NULL: none */
};

/* Reads `text`; without "://" it is of the first scheme of the table.
 * ERROR_USAGE: it is no URL, of another scheme, or a control byte hides
 * in user or password. The caller frees with url_free, after a failure too. */
int url_read(struct url *url, const char *text,
             const struct url_scheme *schemes, struct error *error);
/* "%20" undone, in memory that the caller frees; NULL: it holds a NUL, or there
 * is no memory. */
char *url_decode(const char *text);
void url_free(struct url *url);

#endif

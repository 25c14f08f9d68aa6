/* SPDX-License-Identifier: MIT */
/*
 * url: what the URL of a command line says. The contract is in url.h.
 */
#include "common/url.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/text.h"

/* One part of the URL, decoded if `flags` say so, in memory that free(3)
 * frees. NULL: it has none. */
static char *part(CURLU *handle, CURLUPart what, unsigned flags)
{
    char *text = NULL, *copy;

    if (curl_url_get(handle, what, &text, flags) != CURLUE_OK)
        return NULL;
    copy = strdup(text);
    curl_free(text);
    return copy;
}

/* What of it may be printed: a password may stand before the "@". */
static const char *shown(const char *text)
{
    const char *at = strrchr(text, '@');

    return at ? at + 1 : text;
}

static const struct url_scheme *find_scheme(const struct url_scheme *schemes,
                                            const char *name)
{
    for (; name && schemes->name; schemes++)
        if (strcasecmp(schemes->name, name) == 0)
            return schemes;
    return NULL;
}

static int fill_host(struct url *url, CURLU *handle, const char *text,
                     struct error *error)
{
    char *host = part(handle, CURLUPART_HOST, CURLU_URLDECODE);
    size_t length = host ? strlen(host) : 0;
    bool bracketed = length > 2 && host[0] == '[' && host[length - 1] == ']';
    int result;

    if (bracketed) {
        memmove(host, host + 1, length -= 2);
        host[length] = '\0';
    }
    result = length > 0 ? names_ascii(url->host, host, error)
                        : error_set(error, ERROR_USAGE,
                                    "%s: the URL names no host", shown(text));
    free(host);
    return result;
}

static void fill_port(struct url *url, CURLU *handle)
{
    char *port = part(handle, CURLUPART_PORT, 0);

    url->port_given = port != NULL;
    url->port = port ? (uint16_t)strtoul(port, NULL, 10) : url->scheme->port;
    free(port);
}

/* libcurl decodes no control byte: a line end in a name or a password would be
 * a command of the peer's protocol. */
static bool is_decodable(CURLU *handle, CURLUPart what)
{
    char *text = NULL;
    CURLUcode code = curl_url_get(handle, what, &text, CURLU_URLDECODE);

    curl_free(text);
    return code != CURLUE_URLDECODE;
}

static int fill(struct url *url, CURLU *handle, const char *text,
                const struct url_scheme *schemes, struct error *error)
{
    char *scheme = part(handle, CURLUPART_SCHEME, 0);
    int result;

    url->scheme = find_scheme(schemes, scheme);
    free(scheme);
    if (!url->scheme)
        return error_set(error, ERROR_USAGE, "%s: not a URL of %s", shown(text),
                         schemes->name);
    if (!is_decodable(handle, CURLUPART_USER) ||
        !is_decodable(handle, CURLUPART_PASSWORD))
        return error_set(error, ERROR_USAGE,
                         "%s: a control byte hides in the URL's user or "
                         "password",
                         shown(text));
    if ((result = fill_host(url, handle, text, error)) < 0)
        return result;
    fill_port(url, handle);
    url->user = part(handle, CURLUPART_USER, CURLU_URLDECODE);
    url->password = part(handle, CURLUPART_PASSWORD, CURLU_URLDECODE);
    url->path = part(handle, CURLUPART_PATH, 0);
    url->query = part(handle, CURLUPART_QUERY, 0);
    if (!url->path)
        return error_set(error, ERROR_LOCAL, "out of memory");
    return 0;
}

/* A bare "host:port" gets the first scheme: libcurl would guess one by the
 * host's name. */
static int set(CURLU *handle, const char *text,
               const struct url_scheme *schemes, struct error *error)
{
    size_t size = strlen(schemes->name) + strlen(text) + sizeof("://");
    char *whole = malloc(size);
    CURLUcode code;

    if (!whole)
        return error_set(error, ERROR_LOCAL, "out of memory");
    *whole = '\0';
    if (!strstr(text, "://")) {
        strcat(whole, schemes->name);
        strcat(whole, "://");
    }
    strcat(whole, text);
    code = curl_url_set(handle, CURLUPART_URL, whole, CURLU_NON_SUPPORT_SCHEME);
    explicit_bzero(whole, size);
    free(whole);
    if (code != CURLUE_OK)
        return error_set(error, ERROR_USAGE, "%s: %s", shown(text),
                         curl_url_strerror(code));
    return 0;
}

int url_read(struct url *url, const char *text,
             const struct url_scheme *schemes, struct error *error)
{
    CURLU *handle = curl_url();
    int result;

    memset(url, 0, sizeof(*url));
    if (!handle)
        return error_set(error, ERROR_LOCAL, "out of memory");
    result = set(handle, text, schemes, error);
    if (result == 0)
        result = fill(url, handle, text, schemes, error);
    curl_url_cleanup(handle);
    return result;
}

char *url_decode(const char *text)
{
    char *decoded = malloc(strlen(text) + 1), *to = decoded;

    for (; decoded && *text != '\0'; text++) {
        char byte = *text;
        int high = byte == '%' ? text_hex_digit(text[1]) : -1;
        int low = high >= 0 ? text_hex_digit(text[2]) : -1;

        if (low >= 0) {
            byte = (char)(high << 4 | low);
            text += 2;
        }
        if (byte == '\0') {
            free(decoded);
            return NULL;
        }
        *to++ = byte;
    }
    if (decoded)
        *to = '\0';
    return decoded;
}

void url_free(struct url *url)
{
    free(url->user);
    if (url->password)
        explicit_bzero(url->password, strlen(url->password));
    free(url->password);
    free(url->path);
    free(url->query);
    memset(url, 0, sizeof(*url));
}

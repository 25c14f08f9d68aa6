/* SPDX-License-Identifier: MIT */
/*
 * http_url: what a URL says to an HTTP client. libcurl takes it apart, so ours
 * means by a URL what curl means by it.
 */
#include "http/http_client.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/names.h"

/* One part of the URL, decoded if `flags` say so; the caller frees it with
 * curl_free. NULL: it has none. */
static char *part(CURLU *handle, CURLUPart what, unsigned flags)
{
    char *text = NULL;

    if (curl_url_get(handle, what, &text, flags) != CURLUE_OK)
        return NULL;
    return text;
}

static char *copy(char *curl_text)
{
    char *text = curl_text ? strdup(curl_text) : NULL;

    curl_free(curl_text);
    return text;
}

/* "/path?query"; a fragment stays at home (RFC 9110 §4.2.5). */
static char *make_target(CURLU *handle)
{
    char *path = part(handle, CURLUPART_PATH, 0);
    char *query = part(handle, CURLUPART_QUERY, 0);
    char *target = NULL;

    if (path && asprintf(&target, "%s%s%s", path, query ? "?" : "",
                         query ? query : "") < 0)
        target = NULL;
    curl_free(path);
    curl_free(query);
    return target;
}

/* Host and port, in the three spellings that HTTP has for them: the bare host
 * to connect to, Host's (an unusual port only), and the origin's. */
static int fill_host(struct http_url *url, CURLU *handle, const char *text,
                     struct error *error)
{
    char *named = part(handle, CURLUPART_HOST, 0);
    char *port = part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    char host[HTTP_HOST_MAX];
    int result = 0;

    if (!named || named[0] == '\0' || !port)
        result =
            error_set(error, ERROR_USAGE, "%s: the URL names no host", text);
    else
        result = names_ascii(host, named, error);
    if (result < 0)
        goto out;
    size_t length = strlen(host);
    bool bracketed = host[0] == '[' && host[length - 1] == ']';
    snprintf(url->host, sizeof(url->host), "%.*s",
             (int)(bracketed ? length - 2 : length), host + bracketed);
    url->port = (uint16_t)strtoul(port, NULL, 10);
    snprintf(url->origin, sizeof(url->origin), "%s://%s:%u",
             url->tls ? "https" : "http", host, url->port);
    if (url->port == (url->tls ? 443 : 80))
        snprintf(url->authority, sizeof(url->authority), "%s", host);
    else
        snprintf(url->authority, sizeof(url->authority), "%s:%u", host,
                 url->port);
out:
    curl_free(named);
    curl_free(port);
    return result;
}

/* Fills *url from a handle that libcurl has parsed. `stray` is what another
 * scheme counts as: the user's slip, or a server that leads us elsewhere. */
static int fill(struct http_url *url, CURLU *handle, const char *text,
                enum error_class stray, struct error *error)
{
    char *scheme = part(handle, CURLUPART_SCHEME, 0);
    bool plain = scheme && strcmp(scheme, "http") == 0;

    url->tls = scheme && strcmp(scheme, "https") == 0;
    curl_free(scheme);
    if (!plain && !url->tls)
        return error_set(error, stray,
                         "%s: only http and https URLs are fetched", text);
    int result = fill_host(url, handle, text, error);
    if (result < 0)
        return result;
    url->user = copy(part(handle, CURLUPART_USER, CURLU_URLDECODE));
    url->password = copy(part(handle, CURLUPART_PASSWORD, CURLU_URLDECODE));
    url->target = make_target(handle);
    /* Credentials and fragment must not travel to where a URL is printed. */
    curl_url_set(handle, CURLUPART_USER, NULL, 0);
    curl_url_set(handle, CURLUPART_PASSWORD, NULL, 0);
    url->text = copy(part(handle, CURLUPART_URL, 0));
    if (!url->target || !url->text)
        return error_set(error, ERROR_USAGE, "%s: no URL that we can use",
                         text);
    return 0;
}

int http_url_read(struct http_url *url, const char *text, struct error *error)
{
    CURLU *handle = curl_url();
    int result;

    memset(url, 0, sizeof(*url));
    if (!handle)
        return error_set(error, ERROR_LOCAL, "out of memory");
    CURLUcode code =
        curl_url_set(handle, CURLUPART_URL, text,
                     CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME);
    if (code != CURLUE_OK)
        result = error_set(error, ERROR_USAGE, "%s: %s", text,
                           curl_url_strerror(code));
    else
        result = fill(url, handle, text, ERROR_USAGE, error);
    curl_url_cleanup(handle);
    return result;
}

/* Location may be relative (RFC 9110 §10.2.2): libcurl resolves a reference
 * that is set on a handle which holds the URL it came from. */
int http_url_follow(struct http_url *next, const struct http_url *from,
                    struct span location, struct error *error)
{
    char *reference =
        strndup(location.data ? location.data : "", location.length);
    CURLU *handle = curl_url();
    int result = -ERROR_LOCAL;

    memset(next, 0, sizeof(*next));
    if (!reference || !handle)
        error_set(error, ERROR_LOCAL, "out of memory");
    else if (curl_url_set(handle, CURLUPART_URL, from->text, 0) != CURLUE_OK ||
             curl_url_set(handle, CURLUPART_URL, reference,
                          CURLU_URLENCODE | CURLU_ALLOW_SPACE |
                              CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
        result = error_set(error, ERROR_PROTOCOL,
                           "Location is no URL (RFC 9110 §10.2.2)");
        error_set_peer(error, location.data, location.length);
    } else
        result = fill(next, handle, reference, ERROR_INSECURE, error);
    free(reference);
    curl_url_cleanup(handle);
    return result;
}

bool http_url_same_origin(const struct http_url *a, const struct http_url *b)
{
    return strcasecmp(a->origin, b->origin) == 0;
}

void http_url_free(struct http_url *url)
{
    free(url->target);
    free(url->user);
    if (url->password)
        explicit_bzero(url->password, strlen(url->password));
    free(url->password);
    free(url->text);
    memset(url, 0, sizeof(*url));
}

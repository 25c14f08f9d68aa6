/* SPDX-License-Identifier: MIT */
/*
 * http_cookies: the store of cookies, and what of it goes along with a request.
 * RFC 6265 §5.3 and §5.4.
 *
 * Whoever has a cookie is taken for the user who got it, so the questions here
 * are questions of trust: who may set it, and to whom it is shown.
 */
#include "http/http_cookies.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the store ---------------------------------------------------------- */

static void cookie_free(struct http_cookie *cookie)
{
    if (cookie->value)
        explicit_bzero(cookie->value, strlen(cookie->value));
    free(cookie->name);
    free(cookie->value);
    free(cookie->domain);
    free(cookie->path);
}

void http_jar_free(struct http_jar *jar)
{
    for (size_t i = 0; i < jar->count; i++)
        cookie_free(&jar->cookies[i]);
    free(jar->cookies);
    memset(jar, 0, sizeof(*jar));
}

static void remove_at(struct http_jar *jar, size_t index)
{
    cookie_free(&jar->cookies[index]);
    jar->count--;
    memmove(&jar->cookies[index], &jar->cookies[index + 1],
            (jar->count - index) * sizeof(*jar->cookies));
}

/* The one that has this name, domain and path already; jar->count if none. */
static size_t find_same(const struct http_jar *jar, const char *name,
                        const char *domain, const char *path)
{
    size_t i = 0;

    while (i < jar->count && (strcmp(jar->cookies[i].name, name) != 0 ||
                              strcmp(jar->cookies[i].domain, domain) != 0 ||
                              strcmp(jar->cookies[i].path, path) != 0))
        i++;
    return i;
}

/* RFC 6265 §6.1 and §5.3: a host that sets too many loses its own oldest; only
 * when there are too many in all the oldest of everybody goes. */
static void evict(struct http_jar *jar, const char *domain)
{
    size_t of_domain = 0, oldest = jar->count;

    for (size_t i = jar->count; i-- > 0;) {
        if (strcmp(jar->cookies[i].domain, domain) != 0)
            continue;
        of_domain++;
        oldest = i;
    }
    if (of_domain > HTTP_COOKIES_DOMAIN_MAX)
        remove_at(jar, oldest);
    else if (jar->count > HTTP_COOKIES_MAX)
        remove_at(jar, 0);
}

static bool make_room(struct http_jar *jar)
{
    size_t room = jar->room ? 2 * jar->room : 16;
    struct http_cookie *cookies;

    if (jar->count < jar->room)
        return true;
    cookies = realloc(jar->cookies, room * sizeof(*cookies));
    if (!cookies)
        return false;
    jar->cookies = cookies;
    jar->room = room;
    return true;
}

static bool cookie_copy(struct http_cookie *copy,
                        const struct http_cookie *cookie)
{
    *copy = *cookie;
    copy->name = strdup(cookie->name);
    copy->value = strdup(cookie->value);
    copy->domain = strdup(cookie->domain);
    copy->path = strdup(cookie->path);
    if (copy->name && copy->value && copy->domain && copy->path) {
        for (char *at = copy->domain; *at; at++)
            *at = (char)tolower((unsigned char)*at);
        return true;
    }
    cookie_free(copy);
    return false;
}

bool http_jar_put(struct http_jar *jar, const struct http_cookie *cookie)
{
    struct http_cookie copy;

    if (!make_room(jar) || !cookie_copy(&copy, cookie))
        return false;
    size_t same = find_same(jar, copy.name, copy.domain, copy.path);
    if (same < jar->count) {
        /* RFC 6265 §5.3, step 11: the new one takes the old one's age. */
        copy.made = jar->cookies[same].made;
        cookie_free(&jar->cookies[same]);
        jar->cookies[same] = copy;
        return true;
    }
    copy.made = ++jar->made;
    jar->cookies[jar->count++] = copy;
    evict(jar, copy.domain);
    return true;
}

/* ---- who may set what: RFC 6265 §5.3 ------------------------------------ */

/* Steps 4 to 6: for whom the cookie is. `domain` has what Domain said, and
 * then has the cookie's. NULL, or why it is refused. */
static const char *judge_domain(const char *host, char *domain, bool *host_only)
{
    bool wide = strchr(domain, '.') && !http_cookie_is_address(domain);

    *host_only = domain[0] == '\0' || (!wide && strcasecmp(domain, host) == 0);
    if (*host_only) {
        snprintf(domain, HTTP_HOST_MAX, "%s", host);
        return NULL;
    }
    if (!http_cookie_domain_matches(host, domain))
        return "Domain names somebody else";
    return wide ? NULL : "Domain is a single label, shared by everybody";
}

/* Step 3: Max-Age counts before Expires; with neither it ends with the run. */
static void set_expiry(struct http_cookie *cookie,
                       const struct http_set_cookie *set, time_t now)
{
    cookie->persistent = set->has_max_age || set->has_expires;
    cookie->expires = set->expires;
    if (set->has_max_age)
        cookie->expires = set->max_age <= 0 ? 0 : now + (time_t)set->max_age;
}

/* RFC 6265 §8.6: who can answer for http://host could push his own session
 * upon a user of https://host. */
static bool would_hide_secure(const struct http_jar *jar,
                              const struct http_cookie *cookie, bool tls)
{
    size_t same = find_same(jar, cookie->name, cookie->domain, cookie->path);

    return !tls && same < jar->count && jar->cookies[same].secure;
}

static enum http_jar_verdict store(struct http_jar *jar,
                                   const struct http_cookie *cookie, time_t now)
{
    if (!cookie->persistent || cookie->expires > now)
        return http_jar_put(jar, cookie) ? HTTP_JAR_KEPT : HTTP_JAR_FAILED;
    size_t same = find_same(jar, cookie->name, cookie->domain, cookie->path);
    if (same < jar->count)
        remove_at(jar, same);
    return HTTP_JAR_REMOVED;
}

/* What a cookie's strings lie in while it is judged: name, value and path, one
 * behind the other, each with its NUL. */
struct strings {
    char domain[HTTP_HOST_MAX];
    char rest[2 * HTTP_COOKIE_MAX + HTTP_LINE_MAX];
};

/* Copies them; false: they are longer than we keep. */
static bool lay_out(struct strings *strings, struct http_cookie *cookie,
                    const struct http_set_cookie *set, struct span path)
{
    size_t value = set->name.length + 1, end = value + set->value.length + 1;

    if (set->name.length + set->value.length > HTTP_COOKIE_MAX ||
        set->domain.length >= sizeof(strings->domain) ||
        path.length >= HTTP_LINE_MAX)
        return false;
    memset(strings, 0, sizeof(*strings));
    for (size_t i = 0; i < set->domain.length; i++)
        strings->domain[i] = (char)tolower((unsigned char)set->domain.data[i]);
    memcpy(strings->rest, set->name.data, set->name.length);
    if (set->value.length > 0)
        memcpy(strings->rest + value, set->value.data, set->value.length);
    memcpy(strings->rest + end, path.data, path.length);
    cookie->domain = strings->domain;
    cookie->name = strings->rest;
    cookie->value = strings->rest + value;
    cookie->path = strings->rest + end;
    return true;
}

/* The cookie is made, and stored if it may be. */
static enum http_jar_verdict judge(struct http_jar *jar,
                                   const struct http_url *url,
                                   struct http_cookie *cookie, time_t now,
                                   const char **why)
{
    *why = judge_domain(url->host, cookie->domain, &cookie->host_only);
    if (*why != NULL)
        return HTTP_JAR_REFUSED;
    *why = "a Secure one has its name, and this is http";
    if (would_hide_secure(jar, cookie, url->tls))
        return HTTP_JAR_REFUSED;
    return store(jar, cookie, now);
}

enum http_jar_verdict http_jar_take(struct http_jar *jar,
                                    const struct http_url *url,
                                    const struct http_set_cookie *set,
                                    time_t now, const char **why)
{
    struct http_cookie cookie = {.secure = set->secure,
                                 .http_only = set->http_only};
    enum http_jar_verdict verdict = HTTP_JAR_REFUSED;
    struct strings strings;
    struct span path = set->path;

    if (path.length == 0)
        path = http_cookie_default_path(http_cookie_uri_path(url->target));
    set_expiry(&cookie, set, now);
    *why = "it is longer than we keep";
    if (lay_out(&strings, &cookie, set, path))
        verdict = judge(jar, url, &cookie, now, why);
    explicit_bzero(&strings, sizeof(strings));
    return verdict;
}

/* ---- what goes out: RFC 6265 §5.4 --------------------------------------- */

static bool is_for_host(const struct http_cookie *cookie, const char *host)
{
    return cookie->host_only ? strcasecmp(cookie->domain, host) == 0
                             : http_cookie_domain_matches(host, cookie->domain);
}

/* NOTE(http-cookie-stays): each of these keeps a cookie from somebody. */
const char *http_cookie_stays(const struct http_cookie *cookie,
                              const struct http_url *url, time_t now)
{
    if (!is_for_host(cookie, url->host))
        return "it is another host's";
    if (!http_cookie_path_matches(http_cookie_uri_path(url->target),
                                  cookie->path))
        return "its path does not cover this one";
    if (cookie->secure && !url->tls)
        return "it is Secure, and this is http";
    if (cookie->persistent && cookie->expires <= now)
        return "it has expired";
    return NULL;
}

/* Longer paths first; among equals the older one. */
static int compare(const void *a, const void *b)
{
    const struct http_cookie *first = *(struct http_cookie *const *)a;
    const struct http_cookie *second = *(struct http_cookie *const *)b;
    size_t first_length = strlen(first->path);
    size_t second_length = strlen(second->path);

    if (first_length != second_length)
        return first_length > second_length ? -1 : 1;
    return first->made < second->made ? -1 : first->made > second->made;
}

size_t http_jar_choose(const struct http_jar *jar, const struct http_url *url,
                       time_t now, const struct http_cookie **chosen,
                       size_t max)
{
    size_t count = 0;

    for (size_t i = 0; i < jar->count && count < max; i++)
        if (!http_cookie_stays(&jar->cookies[i], url, now))
            chosen[count++] = &jar->cookies[i];
    if (count > 1)
        qsort(chosen, count, sizeof(*chosen), compare);
    return count;
}

/* ---- in a conversation -------------------------------------------------- */

/* A name as a note may show it. */
static const char *shown(char text[80], struct span name)
{
    text_escape(text, 80, name);
    return text;
}

/* Those of other hosts are not worth a word; those that almost went are. */
static void note_those_that_stay(const struct http_jar *jar, struct conn *conn,
                                 const struct http_url *url, time_t now)
{
    char name[80];

    for (size_t i = 0; i < jar->count; i++) {
        const struct http_cookie *cookie = &jar->cookies[i];
        const char *why = http_cookie_stays(cookie, url, now);

        if (why && is_for_host(cookie, url->host))
            conn_note(conn, RFC("6265", "5.4"), "cookie", "%s stays: %s",
                      shown(name, span_of(cookie->name)), why);
    }
}

/* Adds "; text" to the line, or notes that it is full. */
static bool append(char *line, size_t size, const char *name, const char *value)
{
    size_t length = strlen(line);
    int added =
        snprintf(line + length, size - length, "%s%s%s%s", length ? "; " : "",
                 name, value ? "=" : "", value ? value : "");

    if (added >= 0 && (size_t)added < size - length)
        return true;
    line[length] = '\0';
    return false;
}

static void say_one(struct conn *conn, const struct http_cookie *cookie,
                    char *line, size_t size)
{
    char name[80];

    shown(name, span_of(cookie->name));
    if (append(line, size, cookie->name, cookie->value))
        conn_note(conn, RFC("6265", "5.4"), "cookie",
                  "%s goes: set for %s%s%.100s, path %.200s", name,
                  cookie->host_only ? "" : "all of ", cookie->domain,
                  cookie->host_only ? " alone" : "", cookie->path);
    else
        conn_note(conn, RFC("6265", "6.1"), "cookie",
                  "%s stays: the field would be too long", name);
}

void http_jar_say(const struct http_jar *jar, struct conn *conn,
                  const struct http_url *url, const struct option_list *given,
                  char *line, size_t size)
{
    const struct http_cookie *chosen[HTTP_COOKIES_SENT_MAX];
    time_t now = time(NULL);
    size_t count =
        http_jar_choose(jar, url, now, chosen, HTTP_COOKIES_SENT_MAX);

    line[0] = '\0';
    for (size_t i = 0; i < count; i++)
        say_one(conn, chosen[i], line, size);
    note_those_that_stay(jar, conn, url, now);
    for (size_t i = 0; given && i < given->count; i++)
        if (!append(line, size, given->values[i], NULL))
            conn_note(conn, RFC("6265", "6.1"), "cookie",
                      "those of the command line stay: the field would be too "
                      "long");
}

static int hear_one(struct http_jar *jar, struct conn *conn,
                    const struct http_url *url, struct span field,
                    struct error *error)
{
    struct http_set_cookie set;
    const char *why;
    char name[80];

    if (!http_set_cookie_read(&set, field, &why)) {
        conn_note(conn, RFC("6265", "5.2"), "cookie", "ignored: %s", why);
        return 0;
    }
    shown(name, set.name);
    switch (http_jar_take(jar, url, &set, time(NULL), &why)) {
    case HTTP_JAR_KEPT:
        conn_note(conn, RFC("6265", "5.3"), "cookie",
                  set.has_expires || set.has_max_age
                      ? "%s is kept, until it expires"
                      : "%s is kept for this session",
                  name);
        return 0;
    case HTTP_JAR_REMOVED:
        conn_note(conn, RFC("6265", "5.3"), "cookie",
                  "%s is gone: the server let it expire", name);
        return 0;
    case HTTP_JAR_REFUSED:
        conn_note(conn, RFC("6265", "5.3"), "cookie", "%s is refused: %s", name,
                  why);
        return 0;
    case HTTP_JAR_FAILED:
        break;
    }
    return error_set(error, ERROR_LOCAL, "out of memory for a cookie");
}

int http_jar_hear(struct http_jar *jar, struct conn *conn,
                  const struct http_url *url, const struct http_head *head,
                  struct error *error)
{
    int result = 0;

    for (size_t i = 0; i < head->field_count && result == 0; i++)
        if (span_equal_nocase(head->fields[i].name, SPAN("Set-Cookie")))
            result = hear_one(jar, conn, url, head->fields[i].value, error);
    return result;
}

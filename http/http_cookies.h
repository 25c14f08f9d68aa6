/* SPDX-License-Identifier: MIT */
/*
 * http_cookies: what servers asked the client to remember. RFC 6265.
 *
 * http_cookie_parse.c reads Set-Cookie and matches domains and paths, without
 * any store; http_cookies.c is the store (§5.3) and the choice of what goes out
 * (§5.4); http_cookie_file.c keeps it in the file that curl and wget read.
 *
 *     struct http_jar jar = {0};
 *     http_jar_read(&jar, "cookies.txt", time(NULL), &error);     // -b
 *     http_jar_say(&jar, conn, &url, NULL, line, sizeof(line));   // Cookie
 *     http_jar_hear(&jar, conn, &url, &head, &error);             // Set-Cookie
 *     http_jar_write(&jar, "cookies.txt", time(NULL), &error);    // -c
 *     http_jar_free(&jar);
 *
 * DEPARTURES. Deliberately no Public Suffix List (RFC 6265 §5.3, step 5): a
 * single label ("test") is taken for a suffix, nothing else; a browser would
 * carry the list. An answer over http does not replace a Secure cookie, which
 * RFC 6265 §8.6 only regrets.
 */
#ifndef HTTP_HTTP_COOKIES_H
#define HTTP_HTTP_COOKIES_H

#include "http/http_client.h"

/* ---- Set-Cookie, read (http_cookie_parse.c) ----------------------------- */

/* One Set-Cookie as RFC 6265 §5.2 reads it. The spans borrow from the field. */
struct http_set_cookie {
    struct span name, value;
    struct span domain; /* without a leading dot; empty: none */
    struct span path;   /* begins with '/'; empty: the default */
    bool has_expires, has_max_age;
    time_t expires;  /* seconds since 1970, of Expires */
    int64_t max_age; /* seconds */
    bool secure, http_only;
};

/* False: the field is to be ignored; *why says the reason, static. */
bool http_set_cookie_read(struct http_set_cookie *cookie, struct span field,
                          const char **why);
/* The lenient date of RFC 6265 §5.1.1; false if it is none. */
bool http_cookie_date_read(struct span text, time_t *when);
/* RFC 6265 §5.1.3: `host` is `domain` or a name below it; an address is only
 * ever itself. Letter case aside. */
bool http_cookie_domain_matches(const char *host, const char *domain);
/* RFC 6265 §5.1.4: `path` is `cookie_path` or lies below it. */
bool http_cookie_path_matches(struct span path, const char *cookie_path);
/* The folder that a path lies in: RFC 6265 §5.1.4. Borrows from it. */
struct span http_cookie_default_path(struct span path);
/* A request target without its query. */
struct span http_cookie_uri_path(const char *target);
/* True for an IPv4 or IPv6 address in numbers. */
bool http_cookie_is_address(const char *host);

/* ---- the store (http_cookies.c) ----------------------------------------- */

struct http_cookie {
    char *name, *value, *domain, *path; /* owned; the domain in lower case */
    bool host_only;                     /* for this very host, none below it */
    bool secure, http_only;
    bool persistent; /* false: until the session ends; `expires` is unused */
    time_t expires;  /* seconds since 1970 */
    uint64_t made;   /* a count: earlier ones go out first */
};

struct http_jar {
    struct http_cookie *cookies; /* owned, in the order they were made */
    size_t count, room;
    uint64_t made; /* so many were made */
};

enum http_jar_verdict {
    HTTP_JAR_KEPT,
    HTTP_JAR_REMOVED, /* it was expired: the one it replaces is gone */
    HTTP_JAR_REFUSED, /* *why says the reason */
    HTTP_JAR_FAILED   /* out of memory */
};

/* Does with one Set-Cookie of an answer from `url` what RFC 6265 §5.3 says. */
enum http_jar_verdict http_jar_take(struct http_jar *jar,
                                    const struct http_url *url,
                                    const struct http_set_cookie *set,
                                    time_t now, const char **why);
/* Puts a cookie into the store; its strings are copied. One of the same name,
 * domain and path is replaced; too many push the oldest out. False: out of
 * memory. */
bool http_jar_put(struct http_jar *jar, const struct http_cookie *cookie);
/* Why this cookie stays at home; NULL: it goes to `url` (RFC 6265 §5.4). */
const char *http_cookie_stays(const struct http_cookie *cookie,
                              const struct http_url *url, time_t now);
/* Points `chosen` (room for `max`) at the cookies for `url`, in the order of
 * RFC 6265 §5.4; returns how many. */
size_t http_jar_choose(const struct http_jar *jar, const struct http_url *url,
                       time_t now, const struct http_cookie **chosen,
                       size_t max);
void http_jar_free(struct http_jar *jar);

/* The value of Cookie for a request to `url`, "" for none; `given` are the
 * cookies of the command line, "a=1; b=2" (NULL: none). Why each goes or stays
 * is noted on `conn`, names only. */
void http_jar_say(const struct http_jar *jar, struct conn *conn,
                  const struct http_url *url, const struct option_list *given,
                  char *line, size_t size);
/* Takes each Set-Cookie of an answer, and notes what became of it. */
int http_jar_hear(struct http_jar *jar, struct conn *conn,
                  const struct http_url *url, const struct http_head *head,
                  struct error *error);

/* ---- the file (http_cookie_file.c) -------------------------------------- */

/* One line of a Netscape cookie file, of which *cookie borrows (the line is
 * cut in pieces). False: it is a comment, or no cookie. */
bool http_cookie_line_read(struct http_cookie *cookie, char *line);
/* Adds the cookies of a file that are not expired. A file that does not exist
 * has none. ERROR_LOCAL. */
int http_jar_read(struct http_jar *jar, const char *path, time_t now,
                  struct error *error);
/* Writes them all; "-" is standard output. ERROR_LOCAL. */
int http_jar_write(const struct http_jar *jar, const char *path, time_t now,
                   struct error *error);

#endif

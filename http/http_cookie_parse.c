/* SPDX-License-Identifier: MIT */
/*
 * http_cookie_parse: one Set-Cookie field, read as RFC 6265 §5.2 says, and the
 * matching of domains and paths. No store, no clock.
 */
#include "http/http_cookies.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

/* ---- dates: RFC 6265 §5.1.1 --------------------------------------------- */

/* Cookies were there before HTTP had settled how a date is written, so this
 * reads any order of time, day, month and year, with anything in between. */
struct found {
    bool time, day, month, year;
    struct tm tm;
};

static bool is_delimiter(char byte)
{
    unsigned char c = (unsigned char)byte;

    return c == 0x09 || (c >= 0x20 && c <= 0x2F) || (c >= 0x3B && c <= 0x40) ||
           (c >= 0x5B && c <= 0x60) || (c >= 0x7B && c <= 0x7E);
}

/* From `least` to `most` digits at the token's start that no digit follows;
 * steps over them. */
static bool take_digits(struct span *token, size_t least, size_t most, int *out)
{
    size_t length = 0;

    *out = 0;
    while (length < token->length &&
           isdigit((unsigned char)token->data[length])) {
        if (++length > most)
            return false;
        *out = *out * 10 + token->data[length - 1] - '0';
    }
    token->data += length;
    token->length -= length;
    return length >= least;
}

static bool take_colon(struct span *token)
{
    if (token->length == 0 || token->data[0] != ':')
        return false;
    token->data++;
    token->length--;
    return true;
}

static bool is_time(struct span token, struct tm *tm)
{
    return take_digits(&token, 1, 2, &tm->tm_hour) && take_colon(&token) &&
           take_digits(&token, 1, 2, &tm->tm_min) && take_colon(&token) &&
           take_digits(&token, 1, 2, &tm->tm_sec);
}

static bool is_month(struct span token, int *month)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

    for (*month = 0; *month < 12; ++*month)
        if (token.length >= 3 &&
            strncasecmp(token.data, names + *month * 3, 3) == 0)
            return true;
    return false;
}

/* Each token is the first of these that is still missing. */
static void read_token(struct found *found, struct span token)
{
    struct tm tm = found->tm;
    struct span rest = token;

    if (!found->time && is_time(token, &tm)) {
        found->time = true;
    } else if (rest = token,
               !found->day && take_digits(&rest, 1, 2, &tm.tm_mday)) {
        found->day = true;
    } else if (!found->month && is_month(token, &tm.tm_mon)) {
        found->month = true;
    } else if (rest = token,
               !found->year && take_digits(&rest, 2, 4, &tm.tm_year)) {
        found->year = true;
    } else {
        return;
    }
    found->tm = tm;
}

/* Step 3 to 6: years of two digits, and days that no calendar has. */
static bool make_time(struct found *found, time_t *when)
{
    struct tm tm = found->tm, same;
    int year = tm.tm_year;

    if (!found->time || !found->day || !found->month || !found->year)
        return false;
    year += year >= 70 && year <= 99 ? 1900 : year <= 69 ? 2000 : 0;
    if (year < 1601 || tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 59)
        return false;
    tm.tm_year = year - 1900;
    same = tm;
    *when = timegm(&same);
    return same.tm_mday == tm.tm_mday && same.tm_mon == tm.tm_mon;
}

bool http_cookie_date_read(struct span text, time_t *when)
{
    struct found found = {0};
    size_t at = 0;

    while (at < text.length) {
        size_t start = at;
        while (at < text.length && !is_delimiter(text.data[at]))
            at++;
        if (at > start)
            read_token(&found, (struct span){text.data + start, at - start});
        at++;
    }
    return make_time(&found, when);
}

/* ---- attributes: RFC 6265 §5.2.1 to §5.2.6 ------------------------------ */

/* An attribute that can't be read is left out as if it were not there. */
static void read_max_age(struct http_set_cookie *cookie, struct span value)
{
    bool negative = value.length > 0 && value.data[0] == '-';
    uint64_t seconds = 0;

    if (negative) {
        value.data++;
        value.length--;
    }
    for (size_t i = 0; i < value.length; i++)
        if (!isdigit((unsigned char)value.data[i]))
            return;
    if (value.length == 0)
        return;
    if (!text_to_u64(value, HTTP_COOKIE_AGE_MAX, &seconds))
        seconds = HTTP_COOKIE_AGE_MAX;
    cookie->has_max_age = true;
    cookie->max_age = negative ? -(int64_t)seconds : (int64_t)seconds;
}

static void read_attribute(struct http_set_cookie *cookie, struct span name,
                           struct span value)
{
    time_t when;

    if (span_equal_nocase(name, SPAN("Secure"))) {
        cookie->secure = true;
    } else if (span_equal_nocase(name, SPAN("HttpOnly"))) {
        cookie->http_only = true;
    } else if (span_equal_nocase(name, SPAN("Max-Age"))) {
        read_max_age(cookie, value);
    } else if (span_equal_nocase(name, SPAN("Expires")) &&
               http_cookie_date_read(value, &when)) {
        cookie->has_expires = true;
        cookie->expires = when;
    } else if (span_equal_nocase(name, SPAN("Path"))) {
        /* The last one counts, and a bad one means the default. */
        bool absolute = value.length > 0 && value.data[0] == '/';
        cookie->path = absolute ? value : (struct span){NULL, 0};
    } else if (span_equal_nocase(name, SPAN("Domain")) && value.length > 0) {
        bool dot = value.data[0] == '.';
        cookie->domain =
            (struct span){value.data + dot, value.length - (size_t)dot};
    }
}

/* ---- the field: RFC 6265 §5.2 ------------------------------------------- */

/* What stands before `mark`; *text goes on behind it. */
static struct span take_until(struct span *text, char mark)
{
    const char *at =
        text->length > 0 ? memchr(text->data, mark, text->length) : NULL;
    struct span before = *text;

    if (at) {
        before.length = (size_t)(at - text->data);
        text->data += before.length + 1;
        text->length -= before.length + 1;
    } else {
        text->length = 0;
    }
    return before;
}

static bool has_control(struct span text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7F)
            return true;
    return false;
}

bool http_set_cookie_read(struct http_set_cookie *cookie, struct span field,
                          const char **why)
{
    struct span pair = take_until(&field, ';'), value = pair;

    memset(cookie, 0, sizeof(*cookie));
    *why = "it is no NAME=VALUE";
    if (pair.length == 0 || !memchr(pair.data, '=', pair.length))
        return false;
    cookie->name = span_trim(take_until(&value, '='));
    cookie->value = span_trim(value);
    *why = "it has no name";
    if (cookie->name.length == 0)
        return false;
    /* A TAB would end the value in the file that we keep it in. */
    *why = "a control byte is in it";
    if (has_control(cookie->name) || has_control(cookie->value))
        return false;
    while (field.length > 0) {
        struct span attribute = take_until(&field, ';'), rest = attribute;
        struct span name = span_trim(take_until(&rest, '='));
        read_attribute(cookie, name, span_trim(rest));
    }
    *why = "a control byte is in it";
    return !has_control(cookie->domain) && !has_control(cookie->path);
}

/* ---- matching ----------------------------------------------------------- */

bool http_cookie_is_address(const char *host)
{
    unsigned char bytes[16];

    return inet_pton(AF_INET, host, bytes) == 1 ||
           inet_pton(AF_INET6, host, bytes) == 1;
}

bool http_cookie_domain_matches(const char *host, const char *domain)
{
    size_t host_length = strlen(host), length = strlen(domain);

    if (strcasecmp(host, domain) == 0)
        return true;
    return host_length > length && length > 0 &&
           host[host_length - length - 1] == '.' &&
           strcasecmp(host + host_length - length, domain) == 0 &&
           !http_cookie_is_address(host);
}

struct span http_cookie_uri_path(const char *target)
{
    struct span path = {target, strcspn(target, "?#")};

    return path.length > 0 && path.data[0] == '/' ? path : SPAN("/");
}

struct span http_cookie_default_path(struct span path)
{
    size_t length = path.length;

    while (length > 0 && path.data[length - 1] != '/')
        length--;
    /* Up to the last '/', which itself is left out unless it is the first. */
    return length <= 1 ? SPAN("/") : (struct span){path.data, length - 1};
}

bool http_cookie_path_matches(struct span path, const char *cookie_path)
{
    size_t length = strlen(cookie_path);

    if (length == 0 || path.length < length ||
        memcmp(path.data, cookie_path, length) != 0)
        return false;
    return path.length == length || cookie_path[length - 1] == '/' ||
           path.data[length] == '/';
}

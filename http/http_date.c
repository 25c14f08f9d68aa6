/* SPDX-License-Identifier: MIT */
/*
 * http_date: moments as HTTP writes them, always in GMT. RFC 9110 §5.6.7 has
 * one format to send and three to understand.
 *
 * Each of the three is a pattern, matched byte by byte. strptime(3) would be
 * shorter, and wrong: it takes blanks that are not there, and puts the
 * two-digit year of RFC 850 into a century of its own choice.
 */
#include "http/http.h"

#include <string.h>

static const char *const days[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                   "Thursday", "Friday", "Saturday"};
static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* w: a day's name, three letters of it. W: all of it. d: the day. e: the day
 * with a blank before a single digit. b: the month. Y: four digits of a year.
 * y: two. H, M, S: the time. All else stands for itself. */
static const char *const patterns[] = {
    "w, d b Y H:M:S @", /* IMF-fixdate: Sun, 06 Nov 1994 08:49:37 GMT */
    "W, d-b-y H:M:S @", /* RFC 850: Sunday, 06-Nov-94 08:49:37 GMT */
    "w b e H:M:S Y",    /* asctime: Sun Nov  6 08:49:37 1994 */
};

void http_date_write(char text[HTTP_DATE_MAX], time_t when)
{
    struct tm tm;

    /* The names are English whatever the locale: no program of the house calls
     * setlocale(3), so strftime(3) keeps to the C locale. */
    gmtime_r(&when, &tm);
    strftime(text, HTTP_DATE_MAX, "%a, %d %b %Y %H:%M:%S GMT", &tm);
}

/* Takes exactly `count` digits off the front. */
static bool take_digits(struct span *text, size_t count, int *value)
{
    uint64_t number;

    if (text->length < count ||
        !text_to_u64((struct span){text->data, count}, 9999, &number))
        return false;
    *value = (int)number;
    text->data += count;
    text->length -= count;
    return true;
}

/* Takes a word off the front: letter case counts (RFC 9110 §5.6.7). */
static bool take_word(struct span *text, struct span word)
{
    if (text->length < word.length ||
        memcmp(text->data, word.data, word.length) != 0)
        return false;
    text->data += word.length;
    text->length -= word.length;
    return true;
}

static bool take_day_name(struct span *text, bool whole)
{
    for (size_t i = 0; i < sizeof(days) / sizeof(*days); i++)
        if (take_word(text,
                      (struct span){days[i], whole ? strlen(days[i]) : 3}))
            return true;
    return false;
}

static bool take_month(struct span *text, int *month)
{
    for (*month = 0; *month < 12; ++*month)
        if (take_word(text, span_of(months[*month])))
            return true;
    return false;
}

/* A year of two digits that seems to lie more than 50 years ahead is the last
 * one past with the same digits (RFC 9110 §5.6.7). */
static void settle_century(struct tm *tm, time_t now)
{
    struct tm today, earlier;

    gmtime_r(&now, &today);
    tm->tm_year += today.tm_year / 100 * 100 + 100;
    for (int tries = 0; tries < 2; tries++) {
        earlier = *tm;
        earlier.tm_year -= 50;
        if (timegm(&earlier) > now)
            tm->tm_year -= 100;
    }
}

/* One element of a pattern off the front of the text. */
static bool take_element(struct span *text, char element, struct tm *tm)
{
    switch (element) {
    case 'w':
    case 'W':
        return take_day_name(text, element == 'W');
    case 'd':
        return take_digits(text, 2, &tm->tm_mday);
    case 'e':
        return take_word(text, SPAN(" ")) ? take_digits(text, 1, &tm->tm_mday)
                                          : take_digits(text, 2, &tm->tm_mday);
    case 'b':
        return take_month(text, &tm->tm_mon);
    case 'Y':
        if (!take_digits(text, 4, &tm->tm_year))
            return false;
        tm->tm_year -= 1900;
        return true;
    case 'y':
        return take_digits(text, 2, &tm->tm_year);
    case 'H':
        return take_digits(text, 2, &tm->tm_hour);
    case 'M':
        return take_digits(text, 2, &tm->tm_min);
    case 'S':
        return take_digits(text, 2, &tm->tm_sec);
    case '@':
        return take_word(text, SPAN("GMT"));
    default:
        return take_word(text, (struct span){&element, 1});
    }
}

static bool match(struct span text, const char *pattern, struct tm *tm)
{
    for (; *pattern; pattern++)
        if (!take_element(&text, *pattern, tm))
            return false;
    return text.length == 0;
}

/* There is no 30th of February: timegm(3) would make a March of it. A second
 * numbered 60 is a leap second, and counts as the next minute's first. */
static bool to_time(struct tm *tm, time_t *when)
{
    struct tm same = *tm;

    if (tm->tm_hour > 23 || tm->tm_min > 59 || tm->tm_sec > 60)
        return false;
    same.tm_hour = same.tm_min = same.tm_sec = 0;
    timegm(&same);
    if (same.tm_mday != tm->tm_mday || same.tm_mon != tm->tm_mon)
        return false;
    *when = timegm(tm);
    return true;
}

bool http_date_read_at(struct span text, time_t now, time_t *when)
{
    for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
        struct tm tm = {0};

        if (!match(text, patterns[i], &tm))
            continue;
        if (strchr(patterns[i], 'y'))
            settle_century(&tm, now);
        return to_time(&tm, when);
    }
    return false;
}

bool http_date_read(struct span text, time_t *when)
{
    return http_date_read_at(text, time(NULL), when);
}

/* SPDX-License-Identifier: MIT */
/*
 * imap_date: dates as IMAP writes them (RFC 3501 §9: date-time, date).
 */
#include <stdio.h>
#include <string.h>

#include "imap/imap.h"

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

void imap_date_write(char text[IMAP_DATE_MAX], time_t when)
{
    struct tm t;

    gmtime_r(&when, &t);
    snprintf(text, IMAP_DATE_MAX, "%2u-%.3s-%04u %02u:%02u:%02u +0000",
             (unsigned)t.tm_mday % 32, months + 3 * (t.tm_mon % 12),
             (unsigned)(t.tm_year + 1900) % 10000, (unsigned)t.tm_hour % 24,
             (unsigned)t.tm_min % 60, (unsigned)t.tm_sec % 61);
}

/* 1 to 31, then "-Feb-1994"; *used is how long that was. */
static bool read_day(struct span text, struct tm *t, size_t *used)
{
    char month[4], copy[16];
    const char *found;
    int length = 0;
    size_t size =
        text.length < sizeof(copy) - 1 ? text.length : sizeof(copy) - 1;

    memcpy(copy, text.data, size);
    copy[size] = '\0';
    if (sscanf(copy, "%2d-%3[A-Za-z]-%4d%n", &t->tm_mday, month, &t->tm_year,
               &length) != 3 ||
        strlen(month) != 3 || t->tm_mday < 1 || t->tm_mday > 31)
        return false;
    month[0] &= (char)~0x20;
    month[1] |= 0x20;
    month[2] |= 0x20;
    found = strstr(months, month);
    if (found == NULL || (found - months) % 3 != 0)
        return false;
    t->tm_mon = (int)(found - months) / 3;
    t->tm_year -= 1900;
    *used = (size_t)length;
    return true;
}

/* The day that is asked for must exist: timegm would make 3 March of 31
 * February. */
static bool to_time(struct tm *t, time_t *when)
{
    int day = t->tm_mday;

    *when = timegm(t);
    return t->tm_mday == day;
}

bool imap_day_read(struct span text, time_t *when)
{
    struct tm t = {0};
    size_t used;

    return text.length > 0 && text.data[0] != ' ' &&
           read_day(text, &t, &used) && used == text.length &&
           to_time(&t, when);
}

bool imap_date_read(struct span text, time_t *when)
{
    struct tm t = {0};
    char sign, rest[20], tail;
    unsigned hours, minutes;
    long offset;
    size_t used;

    if (text.length != IMAP_DATE_MAX - 1 || !read_day(text, &t, &used) ||
        used != 11)
        return false;
    memcpy(rest, text.data + used, 15);
    rest[15] = '\0';
    if (sscanf(rest, " %2d:%2d:%2d %c%2u%2u%c", &t.tm_hour, &t.tm_min,
               &t.tm_sec, &sign, &hours, &minutes, &tail) != 6 ||
        t.tm_hour > 23 || t.tm_min > 59 || t.tm_sec > 60 || minutes > 59 ||
        (sign != '+' && sign != '-') || t.tm_hour < 0 || t.tm_min < 0 ||
        t.tm_sec < 0 || !to_time(&t, when))
        return false;
    offset = (long)hours * 3600 + (long)minutes * 60;
    *when += sign == '-' ? offset : -offset;
    return true;
}

/* SPDX-License-Identifier: MIT */
/* ftp_time: a time as RFC 3659 §2.3 spells it, in UTC. */
#include "ftp/ftp.h"

#include <string.h>

/* Two or four digits at `text`; -1: they are none. */
static int digits(const char *text, size_t count)
{
    int value = 0;

    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool ftp_time_read(struct span text, time_t *when)
{
    /* Bytes of "YYYYMMDDHHMMSS". */
    enum { WHOLE = 14 };
    struct tm tm = {0}, same;

    if (text.length < WHOLE ||
        (text.length > WHOLE &&
         (text.data[WHOLE] != '.' || text.length == WHOLE + 1)))
        return false;
    for (size_t i = WHOLE + 1; i < text.length; i++)
        if (digits(text.data + i, 1) < 0)
            return false;
    tm.tm_year = digits(text.data, 4) - 1900;
    tm.tm_mon = digits(text.data + 4, 2) - 1;
    tm.tm_mday = digits(text.data + 6, 2);
    tm.tm_hour = digits(text.data + 8, 2);
    tm.tm_min = digits(text.data + 10, 2);
    tm.tm_sec = digits(text.data + 12, 2);
    if (tm.tm_year < -1900 || tm.tm_mon < 0 || tm.tm_mon > 11 ||
        tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour < 0 ||
        tm.tm_hour > 23 || tm.tm_min < 0 || tm.tm_min > 59 || tm.tm_sec < 0 ||
        tm.tm_sec > 60)
        return false;
    same = tm;
    *when = timegm(&same);
    /* timegm(3) makes 1 July of 31 June: there is no such day. */
    return same.tm_mday == tm.tm_mday || tm.tm_sec == 60;
}

void ftp_time_write(char text[FTP_TIME_MAX], time_t when)
{
    struct tm tm = {0};

    gmtime_r(&when, &tm);
    if (strftime(text, FTP_TIME_MAX, "%Y%m%d%H%M%S", &tm) == 0)
        /* The year 10000 has no room. */
        strcpy(text, "19700101000000");
}

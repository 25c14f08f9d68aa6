/* SPDX-License-Identifier: MIT */
/*
 * http_date: moments as HTTP writes them, always in GMT. RFC 9110 §5.6.7 has
 * one format to send and three to understand.
 */
#include "http/http.h"

#include <string.h>

/* The names are English whatever the locale: no program of the house calls
 * setlocale(3), so strftime(3) and strptime(3) keep to the C locale. */
void http_date_write(char text[HTTP_DATE_MAX], time_t when)
{
    struct tm tm;

    gmtime_r(&when, &tm);
    strftime(text, HTTP_DATE_MAX, "%a, %d %b %Y %H:%M:%S GMT", &tm);
}

bool http_date_read(struct span text, time_t *when)
{
    static const char *const formats[] = {
        "%a, %d %b %Y %H:%M:%S GMT", /* IMF-fixdate */
        "%A, %d-%b-%y %H:%M:%S GMT", /* RFC 850 */
        "%a %b %e %H:%M:%S %Y",      /* asctime */
    };
    char copy[64];

    if (text.length >= sizeof(copy))
        return false;
    memcpy(copy, text.length ? text.data : "", text.length);
    copy[text.length] = '\0';
    for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
        struct tm tm = {0};
        const char *end = strptime(copy, formats[i], &tm);
        if (end && *end == '\0') {
            *when = timegm(&tm);
            return true;
        }
    }
    return false;
}

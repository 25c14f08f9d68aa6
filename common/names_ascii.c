/* SPDX-License-Identifier: MIT */
/*
 * names_ascii: a name as DNS, Host and certificates have it. Their letters are
 * those of ASCII (RFC 1123 §2.1); a name beyond them is spelt in them, label by
 * label: "münchen.test" is "xn--mnchen-3ya.test" (IDNA).
 *
 * libcurl has the rules and the tables, as part of its URLs. It reads a name in
 * the locale's letters, and no program of the house calls setlocale(3), whose
 * effects reach everywhere: so this thread alone has one, for one call.
 */
#include <curl/curl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "common/names.h"

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

/* The name in ASCII, to be freed with curl_free; NULL: it is none, or this
 * libcurl has no IDNA. */
static char *translate(const char *host)
{
    char *ascii = NULL;
#ifdef CURLU_PUNYCODE /* libcurl 7.88 */
    CURLU *handle = curl_url();
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    locale_t before = utf8 != (locale_t)0 ? uselocale(utf8) : (locale_t)0;

    if (handle != NULL &&
        curl_url_set(handle, CURLUPART_HOST, host, 0) == CURLUE_OK)
        curl_url_get(handle, CURLUPART_HOST, &ascii, CURLU_PUNYCODE);
    if (utf8 != (locale_t)0) {
        uselocale(before);
        freelocale(utf8);
    }
    curl_url_cleanup(handle);
#else
    (void)host;
#endif
    return ascii;
}

int names_ascii(char ascii[NAMES_HOST_MAX], const char *host,
                struct error *error)
{
    char *translated = NULL;
    bool done;

    if (!is_ascii(host))
        host = translated = translate(host);
    done = host != NULL && is_ascii(host) && strlen(host) < NAMES_HOST_MAX;
    if (done)
        strcpy(ascii, host);
    curl_free(translated);
    return done ? 0
                : error_set(error, ERROR_USAGE,
                            "a host's name is too long, or has letters beyond "
                            "ASCII that can't be translated here: give it as "
                            "DNS has it, xn--...");
}

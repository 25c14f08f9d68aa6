/* SPDX-License-Identifier: MIT */
/* Line ends on their way, in any split. */
#include <string.h>

#include "ftp/ftp.h"
#include "tests/harness.h"

typedef size_t convert(struct ftp_ascii *, struct span, char *);

/* The text in two pieces, cut at `at`, and the end. */
static bool gives(convert *act, const char *text, size_t at, const char *want)
{
    struct ftp_ascii ascii = {0};
    char out[128];
    size_t length = act(&ascii, (struct span){text, at}, out);

    length +=
        act(&ascii, (struct span){text + at, strlen(text) - at}, out + length);
    if (act == ftp_ascii_from_wire)
        length += ftp_ascii_end(&ascii, out + length);
    return length == strlen(want) && memcmp(out, want, length) == 0;
}

static bool gives_always(convert *act, const char *text, const char *want)
{
    bool all = true;

    for (size_t at = 0; at <= strlen(text); at++)
        all = gives(act, text, at, want) && all;
    return all;
}

static void ftp_ascii_gives_each_lf_its_cr(void)
{
    CU_ASSERT(gives_always(ftp_ascii_to_wire, "a\nb\n\n", "a\r\nb\r\n\r\n"));
    CU_ASSERT(gives_always(ftp_ascii_to_wire, "a\r\nb", "a\r\nb"));
    CU_ASSERT(gives_always(ftp_ascii_to_wire, "a\rb\r", "a\rb\r"));
    CU_ASSERT(gives_always(ftp_ascii_to_wire, "", ""));
}

static void ftp_ascii_takes_each_cr_lf_together(void)
{
    CU_ASSERT(gives_always(ftp_ascii_from_wire, "a\r\nb\r\n", "a\nb\n"));
    CU_ASSERT(gives_always(ftp_ascii_from_wire, "a\rb\r\r\n\r", "a\rb\r\n\r"));
    CU_ASSERT(gives_always(ftp_ascii_from_wire, "a\nb", "a\nb"));
    CU_ASSERT(gives_always(ftp_ascii_from_wire, "", ""));
}

const struct test tests_ftp_ascii[] = {
    {"ftp_ascii_gives_each_lf_its_cr", ftp_ascii_gives_each_lf_its_cr},
    {"ftp_ascii_takes_each_cr_lf_together",
     ftp_ascii_takes_each_cr_lf_together},
    {NULL, NULL},
};

/* SPDX-License-Identifier: MIT */
/* RFC 3659 §2.3. */
#include <string.h>

#include "ftp/ftp.h"
#include "tests/harness.h"

static void ftp_time_is_read_and_written(void)
{
    char text[FTP_TIME_MAX];
    time_t when = 0;

    CU_ASSERT(ftp_time_read(SPAN("20261122040506"), &when));
    CU_ASSERT_EQUAL(when, 1795320306);
    ftp_time_write(text, when);
    CU_ASSERT_STRING_EQUAL(text, "20261122040506");
    CU_ASSERT(ftp_time_read(SPAN("19980705132316.123"), &when));
    CU_ASSERT_EQUAL(when, 899644996);
    CU_ASSERT(ftp_time_read(SPAN("20240229000000"), &when));
}

static void ftp_time_refuses_what_is_none(void)
{
    static const char *const bad[] = {"",
                                      "2026112204050",
                                      "202611220405067",
                                      "20261322040506",
                                      "20261100040506",
                                      "20261122240506",
                                      "20261122046006",
                                      "20230229000000",

                                      "20261122040506.x",
                                      "2026112204050a",
                                      " 2026112204050"};
    time_t when;

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        CU_ASSERT_FALSE(ftp_time_read(span_of(bad[i]), &when));
}

const struct test tests_ftp_time[] = {
    {"ftp_time_is_read_and_written", ftp_time_is_read_and_written},
    {"ftp_time_refuses_what_is_none", ftp_time_refuses_what_is_none},
    {NULL, NULL},
};

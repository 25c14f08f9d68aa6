/* SPDX-License-Identifier: MIT */
/* Dates as IMAP writes them. */
#include <string.h>

#include "imap/imap.h"
#include "tests/harness.h"

static void imap_dates_go_there_and_back(void)
{
    char text[IMAP_DATE_MAX];
    time_t when;

    imap_date_write(text, 760686745);
    CU_ASSERT_STRING_EQUAL(text, " 8-Feb-1994 05:52:25 +0000");
    CU_ASSERT(imap_date_read(span_of(text), &when));
    CU_ASSERT_EQUAL(when, 760686745);
    /* RFC 3501 §9: the zone is the date's own. */
    CU_ASSERT(imap_date_read(SPAN(" 7-Feb-1994 21:52:25 -0800"), &when));
    CU_ASSERT_EQUAL(when, 760686745);
    CU_ASSERT(imap_date_read(SPAN("08-FEB-1994 07:22:25 +0130"), &when));
    CU_ASSERT_EQUAL(when, 760686745);
    CU_ASSERT(imap_day_read(SPAN("8-Feb-1994"), &when));
    CU_ASSERT_EQUAL(when, 760665600);
    CU_ASSERT(imap_day_read(SPAN("08-feb-1994"), &when));
}

static void imap_dates_must_exist(void)
{
    static const char *const bad[] = {"",           "31-Feb-1994", "1-Fev-1994",
                                      "0-Feb-1994", "1-Feb-94x",   "1 Feb 1994",
                                      "1-anF-1994", " 1-Feb-1994"};
    static const char *const worse[] = {"",
                                        " 7-Feb-1994 21:52:25",
                                        " 7-Feb-1994 24:52:25 -0800",
                                        " 7-Feb-1994 21:60:25 -0800",
                                        " 7-Feb-1994 21:52:25 *0800",
                                        " 7-Feb-1994 21:52:25 -08x0",
                                        " 7-Feb-1994 -1:52:25 -0800",
                                        "30-Feb-1994 21:52:25 -0800",
                                        " 7-Feb-1994T21:52:25 -080"};
    time_t when;

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        CU_ASSERT(!imap_day_read(span_of(bad[i]), &when));
    for (size_t i = 0; i < sizeof(worse) / sizeof(*worse); i++)
        CU_ASSERT(!imap_date_read(span_of(worse[i]), &when));
}

const struct test tests_imap_date[] = {
    {"imap_dates_go_there_and_back", imap_dates_go_there_and_back},
    {"imap_dates_must_exist", imap_dates_must_exist},
    {NULL, NULL}};

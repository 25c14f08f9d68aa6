/* SPDX-License-Identifier: MIT */
/* ftp_list: which names of a server may be names of files here. */
#include <string.h>

#include "ftp/ftp_client.h"
#include "tests/harness.h"

static void ftp_list_takes_names(void)
{
    CU_ASSERT(ftp_name_is_safe(SPAN("a")));
    CU_ASSERT(ftp_name_is_safe(SPAN("...")));
    CU_ASSERT(ftp_name_is_safe(SPAN(".profile")));
    CU_ASSERT(ftp_name_is_safe(SPAN("a name \\ of \xc3\xa4 kind")));
}

static void ftp_list_refuses_names_that_lead_elsewhere(void)
{
    char name[257];

    CU_ASSERT_FALSE(ftp_name_is_safe(SPAN("")));
    CU_ASSERT_FALSE(ftp_name_is_safe(SPAN(".")));
    CU_ASSERT_FALSE(ftp_name_is_safe(SPAN("..")));
    CU_ASSERT_FALSE(ftp_name_is_safe(SPAN("../a")));
    CU_ASSERT_FALSE(ftp_name_is_safe(SPAN("/etc/passwd")));
    CU_ASSERT_FALSE(ftp_name_is_safe(SPAN("a/")));
    CU_ASSERT_FALSE(ftp_name_is_safe(SPAN("a\0b")));
    CU_ASSERT_FALSE(ftp_name_is_safe(SPAN("a\nb")));
    CU_ASSERT_FALSE(ftp_name_is_safe(SPAN("\x1b[2J")));
    CU_ASSERT_FALSE(ftp_name_is_safe(SPAN("\x7f")));
    memset(name, 'a', sizeof(name));
    CU_ASSERT(ftp_name_is_safe((struct span){name, 255}));
    CU_ASSERT_FALSE(ftp_name_is_safe((struct span){name, 256}));
}

const struct test tests_ftp_list[] = {
    {"ftp_list_takes_names", ftp_list_takes_names},
    {"ftp_list_refuses_names_that_lead_elsewhere",
     ftp_list_refuses_names_that_lead_elsewhere},
    {NULL, NULL}};

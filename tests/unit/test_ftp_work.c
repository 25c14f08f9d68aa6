/* SPDX-License-Identifier: MIT */
/* ftp_work: which path is meant, there and here. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "ftp/ftp_client.h"
#include "tests/harness.h"

static struct ftp_options options;
static struct error error;
static struct ftp_work work = {.options = &options, .error = &error};
static char path[FTP_PATH_MAX];

static const char *joined(const char *folder, const char *name)
{
    strcpy(work.path, folder);
    CU_ASSERT_EQUAL(ftp_work_join(&work, name, path), 0);
    return path;
}

static void ftp_work_joins_paths(void)
{
    CU_ASSERT_STRING_EQUAL(joined("", "a"), "a");
    CU_ASSERT_STRING_EQUAL(joined("dir", "a"), "dir/a");
    CU_ASSERT_STRING_EQUAL(joined("dir/", "a"), "dir/a");
    CU_ASSERT_STRING_EQUAL(joined("dir", ""), "dir");
    CU_ASSERT_STRING_EQUAL(joined("/etc", "a"), "/etc/a");
    CU_ASSERT_STRING_EQUAL(joined("dir", "/a"), "/a");
    CU_ASSERT(ftp_work_is_folder(&work) == false);
    strcpy(work.path, "");
    CU_ASSERT(ftp_work_is_folder(&work));
    memset(work.path, 'a', sizeof(work.path) - 1);
    CU_ASSERT_EQUAL(ftp_work_join(&work, "b", path), -ERROR_USAGE);
    error_clear(&error);
}

/* What a URL says behind its path, as curl reads it. */
static void ftp_work_takes_the_type(void)
{
    static const struct {
        const char *path, *left;
        char type;
    } cases[] = {{"/a;type=a", "/a", 'a'},
                 {"/a;type=I", "/a", 'i'},
                 {"/dir/;type=d", "/dir/", 'd'},
                 {"/;TYPE=A", "/", 'a'},
                 {"/a;type=x", "/a;type=x", 0},
                 {"/a;type=", "/a;type=", 0},
                 {"/;type=ab", "/;type=ab", 0},
                 {"/a%3Btype=a", "/a%3Btype=a", 0},
                 {"/", "/", 0}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(path, sizeof(path), "%s", cases[i].path);
        CU_ASSERT_EQUAL(ftp_work_take_type(path), cases[i].type);
        CU_ASSERT_STRING_EQUAL(path, cases[i].left);
    }
    options.ascii = true;
    work.type = 'i';
    CU_ASSERT_FALSE(ftp_work_is_text(&work));
    work.type = 0;
    CU_ASSERT(ftp_work_is_text(&work));
    options.ascii = false;
    work.type = 'a';
    CU_ASSERT(ftp_work_is_text(&work));
    work.type = 0;
}

static void ftp_work_names_files_here(void)
{
    char local[FTP_LOCAL_MAX], want[FTP_LOCAL_MAX + 8];

    options.output = NULL;
    CU_ASSERT_EQUAL(ftp_work_local_name(&work, "a", local), 0);
    CU_ASSERT_STRING_EQUAL(local, "a");
    CU_ASSERT_EQUAL(ftp_work_local_name(&work, "..", local), -ERROR_USAGE);
    error_clear(&error);
    options.output = "other";
    CU_ASSERT_EQUAL(ftp_work_local_name(&work, "a", local), 0);
    CU_ASSERT_STRING_EQUAL(local, "other");
    options.output = test_folder();
    CU_ASSERT_EQUAL(ftp_work_local_name(&work, "a", local), 0);
    snprintf(want, sizeof(want), "%s/a", test_folder());
    CU_ASSERT_STRING_EQUAL(local, want);
    CU_ASSERT_EQUAL(ftp_work_local_name(&work, "", local), -ERROR_USAGE);
    error_clear(&error);
    CU_ASSERT_STRING_EQUAL(ftp_base_of("a/b/c"), "c");
    CU_ASSERT_STRING_EQUAL(ftp_base_of("c"), "c");
}

const struct test tests_ftp_work[] = {
    {"ftp_work_joins_paths", ftp_work_joins_paths},
    {"ftp_work_takes_the_type", ftp_work_takes_the_type},
    {"ftp_work_names_files_here", ftp_work_names_files_here},
    {NULL, NULL}};

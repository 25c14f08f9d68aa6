/* SPDX-License-Identifier: MIT */
/* An upload is whole or it is not there. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ftp/ftp_server.h"
#include "tests/harness.h"

static struct ftp_root root;
static struct ftp_upload upload;

static void open_root(void)
{
    struct error error = {0};

    mkdir(test_path("root"), 0755);
    CU_ASSERT_EQUAL_FATAL(ftp_root_open(&root, test_path("root"), &error), 0);
}

/* How many names the root has. */
static int names(void)
{
    DIR *folder = opendir(test_path("root"));
    int count = -2; /* "." and ".." */

    while (folder != NULL && readdir(folder) != NULL)
        count++;
    if (folder != NULL)
        closedir(folder);
    return count;
}

static bool holds(const char *path, const char *want)
{
    char *text = test_read_file(path, NULL);
    bool same = text != NULL && strcmp(text, want) == 0;

    free(text);
    return same;
}

static int begin(const char *path, uint64_t keep)
{
    return ftp_upload_open(&upload, &root, path, keep);
}

static void ftp_upload_is_seen_when_it_is_whole(void)
{
    open_root();
    CU_ASSERT_EQUAL_FATAL(begin("/new", 0), 0);
    CU_ASSERT_EQUAL(ftp_upload_write(&upload, "hello", 5), 0);
    CU_ASSERT(access(test_path("root/new"), F_OK) < 0);
    CU_ASSERT_EQUAL(ftp_upload_commit(&upload), 0);
    CU_ASSERT(holds(test_path("root/new"), "hello"));
    CU_ASSERT_EQUAL(names(), 1);
    ftp_root_close(&root);
}

static void ftp_upload_leaves_nothing_when_it_is_abandoned(void)
{
    open_root();
    test_write_file(test_path("root/old"), "old", 3);
    CU_ASSERT_EQUAL_FATAL(begin("/old", 0), 0);
    CU_ASSERT_EQUAL(ftp_upload_write(&upload, "new", 3), 0);
    ftp_upload_abandon(&upload);
    CU_ASSERT(holds(test_path("root/old"), "old"));
    CU_ASSERT_EQUAL(names(), 1);
    ftp_root_close(&root);
}

static void ftp_upload_replaces_and_keeps_the_mode(void)
{
    struct stat status = {0};

    open_root();
    test_write_file(test_path("root/old"), "old", 3);
    chmod(test_path("root/old"), 0640);
    CU_ASSERT_EQUAL_FATAL(begin("/old", 0), 0);
    CU_ASSERT_EQUAL(ftp_upload_write(&upload, "new", 3), 0);
    CU_ASSERT_EQUAL(ftp_upload_commit(&upload), 0);
    CU_ASSERT(holds(test_path("root/old"), "new"));
    stat(test_path("root/old"), &status);
    CU_ASSERT_EQUAL(status.st_mode & 0777, 0640);
    ftp_root_close(&root);
}

/* REST and APPE: what is kept comes first, and at any byte. */
static void ftp_upload_goes_on_at_any_byte(void)
{
    static const char text[] = "0123456789";

    open_root();
    for (size_t at = 0; at <= 10; at++) {
        test_write_file(test_path("root/part"), "0123456789xyz", 13);
        CU_ASSERT_EQUAL_FATAL(begin("/part", at), 0);
        CU_ASSERT_EQUAL(ftp_upload_write(&upload, text + at, 10 - at), 0);
        CU_ASSERT_EQUAL(ftp_upload_commit(&upload), 0);
        CU_ASSERT(holds(test_path("root/part"), text));
    }
    CU_ASSERT_EQUAL_FATAL(begin("/part", UINT64_MAX), 0);
    CU_ASSERT_EQUAL(ftp_upload_write(&upload, "!", 1), 0);
    CU_ASSERT_EQUAL(ftp_upload_commit(&upload), 0);
    CU_ASSERT(holds(test_path("root/part"), "0123456789!"));
    CU_ASSERT_EQUAL(begin("/part", 12), EINVAL);
    CU_ASSERT_EQUAL(begin("/none", 1), EINVAL);
    CU_ASSERT_EQUAL(begin("/none", UINT64_MAX), 0);
    ftp_upload_abandon(&upload);
    ftp_root_close(&root);
}

static void ftp_upload_goes_nowhere_else(void)
{
    open_root();
    test_write_file(test_path("outside"), "no", 2);
    CU_ASSERT_EQUAL(symlink("../outside", test_path("root/link")), 0);
    CU_ASSERT_EQUAL(symlink("..", test_path("root/up")), 0);
    mkdir(test_path("root/sub"), 0755);
    CU_ASSERT_EQUAL(begin("/link", 0), EEXIST);
    CU_ASSERT_NOT_EQUAL(begin("/up/new", 0), 0);
    CU_ASSERT_EQUAL(begin("/sub", 0), EISDIR);
    CU_ASSERT_EQUAL(begin("/", 0), EISDIR);
    CU_ASSERT_EQUAL(begin("/none/new", 0), ENOENT);
    CU_ASSERT(holds(test_path("outside"), "no"));
    CU_ASSERT_EQUAL(names(), 3);
    ftp_root_close(&root);
}

const struct test tests_ftp_upload[] = {
    {"ftp_upload_is_seen_when_it_is_whole",
     ftp_upload_is_seen_when_it_is_whole},
    {"ftp_upload_leaves_nothing_when_it_is_abandoned",
     ftp_upload_leaves_nothing_when_it_is_abandoned},
    {"ftp_upload_replaces_and_keeps_the_mode",
     ftp_upload_replaces_and_keeps_the_mode},
    {"ftp_upload_goes_on_at_any_byte", ftp_upload_goes_on_at_any_byte},
    {"ftp_upload_goes_nowhere_else", ftp_upload_goes_nowhere_else},
    {NULL, NULL},
};

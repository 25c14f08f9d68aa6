/* SPDX-License-Identifier: MIT */
/* The files of one folder, and nothing outside of it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ssh/ssh_server.h"
#include "ssh/ssh_sftp_files.h"
#include "tests/harness.h"

/* A folder with a file inside, and a secret beside it. */
static int open_root(void)
{
    CU_ASSERT_EQUAL(mkdir(test_path("root"), 0755), 0);
    test_write_file(test_path("secret"), "s", 1);
    test_write_file(test_path("root/file"), "file", 4);
    int root = open(test_path("root"), O_PATH | O_DIRECTORY | O_CLOEXEC);
    CU_ASSERT_FATAL(root >= 0);
    return root;
}

static void ssh_files_open_what_is_inside(void)
{
    static const char *const paths[] = {"file", "/file", "./x/../file",
                                        "//file", "../../file"};
    int root = open_root();

    mkdirat(root, "x", 0755);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        int fd = ssh_files_open(root, paths[i], O_RDONLY, 0);
        CU_ASSERT_TRUE(fd >= 0);
        if (fd >= 0)
            close(fd);
    }
    close(root);
}

/* By any way: dots, an absolute path, a link to a file or a folder. */
static void ssh_files_never_leave_the_folder(void)
{
    static const char *const paths[] = {"../secret",    "/../secret",
                                        "link",         "up/secret",
                                        "up/../secret", "/proc/self/status"};
    struct stat status;
    int root = open_root();

    CU_ASSERT_EQUAL(symlinkat("../secret", root, "link"), 0);
    CU_ASSERT_EQUAL(symlinkat("..", root, "up"), 0);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        CU_ASSERT_EQUAL(ssh_files_open(root, paths[i], O_RDONLY, 0), -ENOENT);
        CU_ASSERT_EQUAL(ssh_files_stat(root, paths[i], true, &status), -ENOENT);
        CU_ASSERT_TRUE(ssh_files_rename(root, paths[i], "got", true) < 0 ||
                       i == 2); /* the link itself may be renamed */
    }
    CU_ASSERT_EQUAL(ssh_files_rename(root, "file", "../../secret2", true), 0);
    CU_ASSERT_EQUAL(access(test_path("secret2"), F_OK), -1);
    CU_ASSERT_EQUAL(access(test_path("root/secret2"), F_OK), 0);
    CU_ASSERT_EQUAL(ssh_files_remove(root, "../secret", false), -ENOENT);
    CU_ASSERT_EQUAL(access(test_path("secret"), F_OK), 0);
    close(root);
}

static void ssh_files_are_made_and_removed(void)
{
    struct stat status;
    int root = open_root();

    CU_ASSERT_EQUAL(ssh_files_mkdir(root, "/d", 0755), 0);
    CU_ASSERT_EQUAL(ssh_files_mkdir(root, "d", 0755), -EEXIST);
    CU_ASSERT_EQUAL(ssh_files_rename(root, "file", "d/file", false), 0);
    CU_ASSERT_EQUAL(ssh_files_remove(root, "d", true), -ENOTEMPTY);
    CU_ASSERT_EQUAL(ssh_files_stat(root, "d/file", true, &status), 0);
    CU_ASSERT_EQUAL(status.st_size, 4);
    test_write_file(test_path("root/new"), "n", 1);
    CU_ASSERT_EQUAL(ssh_files_rename(root, "new", "d/file", false), -EEXIST);
    CU_ASSERT_EQUAL(ssh_files_rename(root, "new", "d/file", true), 0);
    CU_ASSERT_EQUAL(ssh_files_remove(root, "d/file", false), 0);
    CU_ASSERT_EQUAL(ssh_files_remove(root, "d", true), 0);
    CU_ASSERT_EQUAL(ssh_files_remove(root, "/", true), -EBUSY);
    close(root);
}

static void ssh_files_paths_are_made_normal(void)
{
    static const char *const cases[][2] = {{".", "/"},
                                           {"", "/"},
                                           {"/", "/"},
                                           {"a", "/a"},
                                           {"a//b/", "/a/b"},
                                           {"a/./b", "/a/b"},
                                           {"a/b/../c", "/a/c"},
                                           {"../../x", "/x"},
                                           {"a/..", "/"},
                                           {"...", "/..."},
                                           {"/a/b/../../..", "/"}};
    char normal[64], tight[6];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ssh_files_normal(normal, sizeof(normal), cases[i][0]);
        CU_ASSERT_STRING_EQUAL(normal, cases[i][1]);
    }
    ssh_files_normal(tight, sizeof(tight), "abc/def/ghi");
    CU_ASSERT_TRUE(strlen(tight) < sizeof(tight));
}

static void ssh_files_home_is_made_and_gone(void)
{
    struct ssh_site site = {.home_fd = -1};
    struct error error = {0};
    struct stat status;
    char path[256];

    CU_ASSERT_EQUAL_FATAL(ssh_files_open_home(&site, &error), 0);
    CU_ASSERT_EQUAL(ssh_files_stat(site.home_fd, "README.txt", true, &status),
                    0);
    CU_ASSERT_TRUE(strlen(site.made_up) < sizeof(path));
    strcpy(path, site.made_up);
    ssh_files_close_home(&site);
    CU_ASSERT_EQUAL(access(path, F_OK), -1);
}

const struct test tests_ssh_sftp_files[] = {
    {"ssh_files_open_what_is_inside", ssh_files_open_what_is_inside},
    {"ssh_files_never_leave_the_folder", ssh_files_never_leave_the_folder},
    {"ssh_files_are_made_and_removed", ssh_files_are_made_and_removed},
    {"ssh_files_paths_are_made_normal", ssh_files_paths_are_made_normal},
    {"ssh_files_home_is_made_and_gone", ssh_files_home_is_made_and_gone},
    {NULL, NULL}};

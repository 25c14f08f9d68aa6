/* SPDX-License-Identifier: MIT */
/* Where a client's path may lead: as text, and as the kernel sees it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ftp/ftp_server.h"
#include "tests/harness.h"

/* ---- paths as text ------------------------------------------------------ */

static void joins(const char *directory, const char *argument, const char *want)
{
    char path[FTP_PATH_MAX];

    CU_ASSERT(ftp_path_join(path, directory, span_of(argument)));
    CU_ASSERT_STRING_EQUAL(path, want);
}

static void ftp_path_never_climbs(void)
{
    joins("/", "a", "/a");
    joins("/pub", "a/b", "/pub/a/b");
    joins("/pub", "/a", "/a");
    joins("/pub", "", "/pub");
    joins("/pub", ".", "/pub");
    joins("/pub", "..", "/");
    joins("/pub", "../..", "/");
    joins("/", "..", "/");
    joins("/", "/../../etc/passwd", "/etc/passwd");
    joins("/a/b", "../c/./d//", "/a/c/d");
    joins("/a", "..b/...", "/a/..b/...");
    joins("/", "//", "/");
}

static void ftp_path_has_a_limit(void)
{
    char path[FTP_PATH_MAX], long_name[FTP_PATH_MAX + 16];

    memset(long_name, 'a', sizeof(long_name));
    CU_ASSERT_FALSE(
        ftp_path_join(path, "/", (struct span){long_name, NAME_MAX + 1}));
    CU_ASSERT(ftp_path_join(path, "/", (struct span){long_name, NAME_MAX}));
    for (size_t i = 0; i < sizeof(long_name); i += 2)
        long_name[i] = '/';
    CU_ASSERT_FALSE(
        ftp_path_join(path, "/", (struct span){long_name, sizeof(long_name)}));
    CU_ASSERT(
        ftp_path_join(path, "/", (struct span){long_name, FTP_PATH_MAX - 2}));
    CU_ASSERT_EQUAL(strlen(path), FTP_PATH_MAX - 2);
}

/* ---- as the kernel sees it ---------------------------------------------- */

static struct ftp_root root;

/* root/file, root/sub/file, links that stay and links that leave; secret is
 * outside. */
static void make_root(void)
{
    struct error error = {0};

    CU_ASSERT_EQUAL_FATAL(mkdir(test_path("root"), 0755), 0);
    CU_ASSERT_EQUAL_FATAL(mkdir(test_path("root/sub"), 0755), 0);
    test_write_file(test_path("secret"), "no", 2);
    test_write_file(test_path("root/file"), "yes", 3);
    test_write_file(test_path("root/sub/file"), "yes", 3);
    CU_ASSERT_EQUAL(symlink("../secret", test_path("root/out")), 0);
    CU_ASSERT_EQUAL(symlink("/etc", test_path("root/etc")), 0);
    CU_ASSERT_EQUAL(symlink("..", test_path("root/up")), 0);
    CU_ASSERT_EQUAL(symlink("../file", test_path("root/sub/in")), 0);
    CU_ASSERT_EQUAL(symlink("/proc/self/root", test_path("root/magic")), 0);
    CU_ASSERT_EQUAL_FATAL(ftp_root_open(&root, test_path("root"), &error), 0);
}

static bool opens(const char *path)
{
    int fd = ftp_root_get(&root, path, O_RDONLY);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* Both ways of opening, so that the one without openat2 is tested too. */
static void ftp_root_keeps_links_in(void)
{
    make_root();
    for (int way = 0; way < 2; way++) {
        root.walks = way == 1;
        CU_ASSERT(opens("/"));
        CU_ASSERT(opens("/file"));
        CU_ASSERT(opens("/sub/file"));
        CU_ASSERT_FALSE(opens("/none"));
        CU_ASSERT_FALSE(opens("/file/none"));
        CU_ASSERT_FALSE(opens("/out"));
        CU_ASSERT_FALSE(opens("/etc/passwd"));
        CU_ASSERT_FALSE(opens("/etc"));
        CU_ASSERT_FALSE(opens("/up/secret"));
        CU_ASSERT_FALSE(opens("/magic/etc/passwd"));
        CU_ASSERT_EQUAL(opens("/sub/in"), way == 0);
    }
    ftp_root_close(&root);
}

static void ftp_root_finds_the_folder_of_a_name(void)
{
    const char *name;
    struct stat status;

    make_root();
    for (int way = 0; way < 2; way++) {
        root.walks = way == 1;
        int fd = ftp_root_parent(&root, "/sub/new", &name);
        CU_ASSERT(fd >= 0);
        CU_ASSERT_STRING_EQUAL(name, "new");
        CU_ASSERT_EQUAL(fstatat(fd, "file", &status, 0), 0);
        close(fd);
        fd = ftp_root_parent(&root, "/new", &name);
        CU_ASSERT_EQUAL(fstatat(fd, "sub", &status, 0), 0);
        close(fd);
        CU_ASSERT_EQUAL(ftp_root_parent(&root, "/", &name), -1);
        CU_ASSERT_EQUAL(errno, EBUSY);
        CU_ASSERT_EQUAL(ftp_root_parent(&root, "/up/new", &name), -1);
        CU_ASSERT_EQUAL(ftp_root_parent(&root, "/file/new", &name), -1);
    }
    CU_ASSERT(ftp_root_stat(&root, "/sub", &status));
    CU_ASSERT(S_ISDIR(status.st_mode));
    CU_ASSERT_FALSE(ftp_root_stat(&root, "/out", &status));
    ftp_root_close(&root);
}

/* Nobody writes into it, and its reader must not wait. */
static void ftp_root_does_not_wait_for_a_fifo(void)
{
    make_root();
    CU_ASSERT_EQUAL(mkfifo(test_path("root/fifo"), 0644), 0);
    CU_ASSERT(opens("/fifo"));
    ftp_root_close(&root);
}

static void ftp_root_says_what_is_no_folder(void)
{
    struct error error = {0};

    CU_ASSERT_EQUAL(ftp_root_open(&root, test_path("none"), &error),
                    -ERROR_LOCAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "none"));
    ftp_root_close(&root);
}

const struct test tests_ftp_root[] = {
    {"ftp_path_never_climbs", ftp_path_never_climbs},
    {"ftp_path_has_a_limit", ftp_path_has_a_limit},
    {"ftp_root_keeps_links_in", ftp_root_keeps_links_in},
    {"ftp_root_finds_the_folder_of_a_name",
     ftp_root_finds_the_folder_of_a_name},
    {"ftp_root_does_not_wait_for_a_fifo", ftp_root_does_not_wait_for_a_fifo},
    {"ftp_root_says_what_is_no_folder", ftp_root_says_what_is_no_folder},
    {NULL, NULL},
};

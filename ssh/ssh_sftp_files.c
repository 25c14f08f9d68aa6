/* SPDX-License-Identifier: MIT */
/* ssh_sftp_files: the files of one folder. The contract is in the header. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ssh/ssh_server.h"
#include "ssh/ssh_sftp_files.h"

/* ---- inside of a folder ------------------------------------------------- */

int ssh_files_open(int root, const char *path, int flags, mode_t mode)
{
    /* O_PATH takes no others; with them no pipe or terminal is waited for. */
    int more = flags & O_PATH ? 0 : O_NOCTTY | O_NONBLOCK;
    struct open_how how = {
        .flags = (unsigned)(flags | O_CLOEXEC | more),
        .mode = flags & O_CREAT ? mode & 0777 : 0,
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
    };
    long fd = syscall(SYS_openat2, root, path, &how, sizeof(how));

    return fd < 0 ? -errno : (int)fd;
}

/* The folder that the last name of a path lies in, and that name: what is to be
 * made, removed or renamed must not be looked up itself. */
static int open_parent(int root, const char *path, char name[NAME_MAX + 1])
{
    char normal[PATH_MAX], *slash;

    ssh_files_normal(normal, sizeof(normal), path);
    slash = strrchr(normal, '/');
    if (slash[1] == '\0')
        /* It is the folder itself. */
        return -EBUSY;
    if (strlen(slash + 1) > NAME_MAX)
        return -ENAMETOOLONG;
    strcpy(name, slash + 1);
    slash[1] = '\0';
    return ssh_files_open(root, normal, O_PATH | O_DIRECTORY, 0);
}

int ssh_files_stat(int root, const char *path, bool follow, struct stat *status)
{
    int fd =
        ssh_files_open(root, path, follow ? O_PATH : O_PATH | O_NOFOLLOW, 0);
    int result = fd < 0 ? fd : 0;

    if (fd >= 0 && fstat(fd, status) < 0)
        result = -errno;
    if (fd >= 0)
        close(fd);
    return result;
}

int ssh_files_mkdir(int root, const char *path, mode_t mode)
{
    char name[NAME_MAX + 1];
    int fd = open_parent(root, path, name), result = fd < 0 ? fd : 0;

    if (fd >= 0 && mkdirat(fd, name, mode & 0777) < 0)
        result = -errno;
    if (fd >= 0)
        close(fd);
    return result;
}

int ssh_files_remove(int root, const char *path, bool folder)
{
    char name[NAME_MAX + 1];
    int fd = open_parent(root, path, name), result = fd < 0 ? fd : 0;

    if (fd >= 0 && unlinkat(fd, name, folder ? AT_REMOVEDIR : 0) < 0)
        result = -errno;
    if (fd >= 0)
        close(fd);
    return result;
}

int ssh_files_rename(int root, const char *from, const char *to, bool replace)
{
    char old_name[NAME_MAX + 1], new_name[NAME_MAX + 1];
    int old = open_parent(root, from, old_name), result = old < 0 ? old : 0;
    int new = old < 0 ? -1 : open_parent(root, to, new_name);

    if (old >= 0 && new < 0)
        result = new;
    if (result == 0 && renameat2(old, old_name, new, new_name,
                                 replace ? 0 : RENAME_NOREPLACE) < 0)
        result = -errno;
    if (old >= 0)
        close(old);
    if (new >= 0)
        close(new);
    return result;
}

void ssh_files_normal(char *normal, size_t size, const char *path)
{
    size_t at = 0;

    normal[0] = '\0';
    while (*path) {
        size_t length = strcspn(path, "/");

        if (length == 2 && memcmp(path, "..", 2) == 0) {
            while (at > 0 && normal[--at] != '/')
                ;
        } else if (length > 0 && !(length == 1 && path[0] == '.') &&
                   at + length + 2 < size) {
            normal[at++] = '/';
            memcpy(normal + at, path, length);
            at += length;
        }
        normal[at] = '\0';
        path += length;
        path += *path == '/';
    }
    if (at == 0)
        snprintf(normal, size, "/");
}

/* ---- the home ----------------------------------------------------------- */

static int fill(int root, struct error *error)
{
    for (const struct lab_shell_file *f = lab_shell_home; f->path; f++) {
        struct timespec times[2] = {{f->modified, 0}, {f->modified, 0}};
        size_t length = f->content ? strlen(f->content) : 0;
        int fd;

        if (!f->content) {
            if (mkdirat(root, f->path, 0755) < 0)
                return error_set_errno(error, ERROR_LOCAL, errno, "%s",
                                       f->path);
            continue;
        }
        fd = openat(root, f->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                    0644);
        if (fd < 0 || write(fd, f->content, length) != (ssize_t)length)
            error_set_errno(error, ERROR_LOCAL, errno, "%s", f->path);
        if (fd >= 0) {
            futimens(fd, times);
            close(fd);
        }
        if (error->class != ERROR_NONE)
            return -(int)error->class;
    }
    return 0;
}

int ssh_files_open_home(struct ssh_site *site, struct error *error)
{
    const char *folder = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
    const char *path = site->home;

    if (!path) {
        if (asprintf(&site->made_up, "%s/wirelab-home-XXXXXX", folder) < 0)
            site->made_up = NULL;
        if (!site->made_up || !mkdtemp(site->made_up))
            return error_set_errno(error, ERROR_LOCAL, errno, "a home in %s",
                                   folder);
        path = site->made_up;
    }
    site->home_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (site->home_fd < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    return site->made_up ? fill(site->home_fd, error) : 0;
}

static int remove_one(const char *path, const struct stat *status, int type,
                      struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(path);
}

void ssh_files_close_home(struct ssh_site *site)
{
    if (site->home_fd >= 0)
        close(site->home_fd);
    site->home_fd = -1;
    if (site->made_up)
        nftw(site->made_up, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(site->made_up);
    site->made_up = NULL;
}

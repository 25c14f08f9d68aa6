/* SPDX-License-Identifier: MIT */
/*
 * ftp_root: where a client's path may lead: below the root, and nowhere else.
 *
 * Two things keep it there. A path is made absolute and rid of ".." as text,
 * before any system call sees it: ".." of "/" is "/". Then openat2(2) opens it
 * with RESOLVE_BENEATH, so that the kernel itself refuses a link that leads
 * out, also one that is put there between two looks. Where there is no
 * openat2(2), the path is walked part by part, and no link is followed at all.
 * Neither needs the rights of root, as chroot(2) would.
 */
#include "ftp/ftp_server.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- paths as text ------------------------------------------------------ */

/* Adds one part; false: too long. */
static bool add_part(char path[FTP_PATH_MAX], struct span part)
{
    size_t length = strlen(path);

    if (part.length == 0 || span_equal(part, SPAN(".")))
        return true;
    if (span_equal(part, SPAN(".."))) {
        *strrchr(path, '/') = '\0';
        if (path[0] == '\0')
            strcpy(path, "/");
        return true;
    }
    if (length == 1)
        /* The slash of the root is the one that we write. */
        length = 0;
    if (part.length > NAME_MAX || length + 1 + part.length >= FTP_PATH_MAX)
        return false;
    path[length] = '/';
    memcpy(path + length + 1, part.data, part.length);
    path[length + 1 + part.length] = '\0';
    return true;
}

bool ftp_path_join(char path[FTP_PATH_MAX], const char *directory,
                   struct span argument)
{
    const char *at = argument.length > 0 ? argument.data : "";
    const char *end = at + argument.length;

    strcpy(path, "/");
    if (argument.length == 0 || argument.data[0] != '/')
        strcpy(path, directory);
    while (at < end) {
        const char *slash = memchr(at, '/', (size_t)(end - at));
        const char *stop = slash != NULL ? slash : end;

        if (!add_part(path, (struct span){at, (size_t)(stop - at)}))
            return false;
        at = slash != NULL ? slash + 1 : end;
    }
    return true;
}

/* ---- opening ------------------------------------------------------------ */

int ftp_root_open(struct ftp_root *root, const char *folder,
                  struct error *error)
{
    root->fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root->fd < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "--root %s", folder);
    return 0;
}

void ftp_root_close(struct ftp_root *root)
{
    if (root->fd >= 0)
        close(root->fd);
    root->fd = -1;
}

/* "a/b" of "/a/b", and "." of "/": what openat(2) wants. */
static const char *relative(const char *path)
{
    return path[1] == '\0' ? "." : path + 1;
}

/* Part by part. No ".." is in the path, and no link is followed, so each step
 * leads down. */
static int walk(int root, const char *path, int flags)
{
    int at = dup(root), down = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    char part[NAME_MAX + 1];
    const char *slash;

    while (at >= 0 && (slash = strchr(path, '/')) != NULL) {
        size_t length = (size_t)(slash - path);
        int next;

        memcpy(part, path, length);
        part[length] = '\0';
        next = openat(at, part, down);
        close(at);
        at = next;
        path = slash + 1;
    }
    if (at < 0)
        return -1;
    down = openat(at, path, flags | O_NOFOLLOW | O_CLOEXEC);
    int reason = errno;
    close(at);
    errno = reason;
    return down;
}

/* O_NONBLOCK: to open a FIFO below the root must not stop the server. */
int ftp_root_get(const struct ftp_root *root, const char *path, int flags)
{
    struct open_how how = {.flags = (unsigned)flags | O_CLOEXEC,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    int fd = -1;

    if ((flags & O_PATH) == 0)
        how.flags |= O_NONBLOCK;
    errno = ENOSYS;
    if (!root->walks)
        fd = (int)syscall(SYS_openat2, root->fd, relative(path), &how,
                          sizeof(how));
    if (fd < 0 && errno == ENOSYS)
        fd = walk(root->fd, relative(path), (int)how.flags);
    return fd;
}

int ftp_root_parent(const struct ftp_root *root, const char *path,
                    const char **name)
{
    char folder[FTP_PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t length = (size_t)(slash - path);

    *name = slash + 1;
    if (slash[1] == '\0') {
        errno = EBUSY;
        return -1;
    }
    memcpy(folder, path, length);
    folder[length] = '\0';
    /* Not O_PATH: a file without a name (O_TMPFILE) can't be made in that. */
    return ftp_root_get(root, length > 0 ? folder : "/",
                        O_RDONLY | O_DIRECTORY);
}

bool ftp_root_stat(const struct ftp_root *root, const char *path,
                   struct stat *status)
{
    int fd = ftp_root_get(root, path, O_PATH);
    int result = fd >= 0 ? fstat(fd, status) : -1;
    int reason = errno;

    /* The walk may have stopped at a link, and opened that. */
    if (result == 0 && S_ISLNK(status->st_mode)) {
        result = -1;
        reason = ELOOP;
    }
    if (fd >= 0)
        close(fd);
    errno = reason;
    return result == 0;
}

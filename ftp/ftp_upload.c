/* SPDX-License-Identifier: MIT */
/*
 * ftp_upload: a file that has no name before it is whole.
 *
 * What comes is written into a file without any name (O_TMPFILE), which is
 * gone when its process is, however that ends. When all has come it is linked
 * under a temporary name and renamed to its own, so that what stood there is
 * replaced in one step: a reader sees the old file or the new one. Where the
 * file system knows no files without names, it has the temporary one from the
 * beginning.
 *
 * Everything is done relative to the folder's descriptor: what is renamed or
 * linked to elsewhere meanwhile changes nothing.
 */
#include "ftp/ftp_server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ".NAME.PID.part". Of a long name less is kept: 255 bytes are the limit. */
static void name_part(struct ftp_upload *upload)
{
    snprintf(upload->part, sizeof(upload->part), ".%.*s.%ld.part",
             FTP_PART_NAME_MAX, upload->name, (long)getpid());
}

static int open_file(struct ftp_upload *upload)
{
    upload->fd =
        openat(upload->folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
    if (upload->fd >= 0)
        return 0;
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)
        return errno;
    name_part(upload);
    upload->fd =
        openat(upload->folder, upload->part,
               O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (upload->fd >= 0)
        return 0;
    upload->part[0] = '\0';
    return errno;
}

/* ---- what stands there already ------------------------------------------ */

/* Where the file system can, the two files share their blocks, and nothing is
 * read. */
static int copy_all(struct ftp_upload *upload, int from, uint64_t length)
{
    char block[32 * 1024];
    ssize_t got = 1;

    while (upload->length < length && got > 0) {
        got = copy_file_range(from, NULL, upload->fd, NULL,
                              length - upload->length, 0);
        if (got > 0)
            upload->length += (uint64_t)got;
    }
    while (upload->length < length) {
        uint64_t left = length - upload->length;
        int reason;

        got = pread(from, block, left < sizeof(block) ? left : sizeof(block),
                    (off_t)upload->length);
        if (got <= 0)
            return got < 0 ? errno : EINVAL;
        if ((reason = ftp_upload_write(upload, block, (size_t)got)) != 0)
            return reason;
    }
    return 0;
}

/* Takes over the beginning of the old file, and its mode. */
static int take_over(struct ftp_upload *upload, const struct ftp_root *root,
                     const char *path, uint64_t keep)
{
    struct stat status;
    int from, reason;

    if (fstatat(upload->folder, upload->name, &status, AT_SYMLINK_NOFOLLOW) < 0)
        return errno != ENOENT                   ? errno
               : keep == 0 || keep == UINT64_MAX ? 0
                                                 : EINVAL;
    if (!S_ISREG(status.st_mode))
        return S_ISDIR(status.st_mode) ? EISDIR : EEXIST;
    /* A rename would replace a file that we may not write. */
    if (faccessat(upload->folder, upload->name, W_OK, 0) < 0)
        return errno;
    upload->mode = status.st_mode & 0777;
    if (keep == UINT64_MAX)
        keep = (uint64_t)status.st_size;
    if (keep > (uint64_t)status.st_size)
        return EINVAL;
    if (keep == 0)
        return 0;
    from = ftp_root_get(root, path, O_RDONLY);
    if (from < 0)
        return errno;
    reason = copy_all(upload, from, keep);
    close(from);
    return reason;
}

/* ---- from begin to end -------------------------------------------------- */

int ftp_upload_open(struct ftp_upload *upload, const struct ftp_root *root,
                    const char *path, uint64_t keep)
{
    const char *name;
    int reason;

    *upload = (struct ftp_upload){.fd = -1};
    upload->folder = ftp_root_parent(root, path, &name);
    if (upload->folder < 0)
        return errno == EBUSY ? EISDIR : errno;
    strcpy(upload->name, name);
    reason = open_file(upload);
    if (reason == 0)
        reason = take_over(upload, root, path, keep);
    if (reason != 0)
        ftp_upload_abandon(upload);
    return reason;
}

int ftp_upload_write(struct ftp_upload *upload, const void *data, size_t length)
{
    const char *at = data;

    while (length > 0) {
        ssize_t done = write(upload->fd, at, length);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return errno;
        at += done;
        length -= (size_t)done;
        upload->length += (uint64_t)done;
    }
    return 0;
}

/* Gives the file its temporary name, if it has none yet. A leftover of that
 * name is of a process that had our number: it can't be at work any more. */
static int link_part(struct ftp_upload *upload)
{
    char open_file_name[64];

    if (upload->part[0] != '\0')
        return 0;
    name_part(upload);
    snprintf(open_file_name, sizeof(open_file_name), "/proc/self/fd/%d",
             upload->fd);
    unlinkat(upload->folder, upload->part, 0);
    return linkat(AT_FDCWD, open_file_name, upload->folder, upload->part,
                  AT_SYMLINK_FOLLOW);
}

int ftp_upload_commit(struct ftp_upload *upload)
{
    int reason = 0;

    if ((upload->mode != 0 && fchmod(upload->fd, upload->mode) < 0) ||
        link_part(upload) < 0 ||
        renameat(upload->folder, upload->part, upload->folder, upload->name) <
            0)
        reason = errno;
    else
        upload->part[0] = '\0';
    /* close(2) is where a file system over the network tells of a full disk. */
    if (close(upload->fd) < 0 && reason == 0)
        reason = errno;
    upload->fd = -1;
    ftp_upload_abandon(upload);
    return reason;
}

void ftp_upload_abandon(struct ftp_upload *upload)
{
    if (upload->part[0] != '\0')
        unlinkat(upload->folder, upload->part, 0);
    if (upload->fd >= 0)
        close(upload->fd);
    if (upload->folder >= 0)
        close(upload->folder);
    upload->part[0] = '\0';
    upload->fd = upload->folder = -1;
}

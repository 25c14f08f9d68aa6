/* SPDX-License-Identifier: MIT */
/*
 * maildir_deliver: a message comes into a folder, whole or not at all.
 *
 * It is written in tmp/ under a name that nobody else has, synced, and renamed
 * to where readers look; then the folder itself is synced, for a name is not
 * safe on disk before its folder is.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/limits.h"
#include "common/maildir_private.h"

struct maildir_delivery {
    int folder;              /* descriptor */
    int file;                /* the same; -1: closed */
    char name[NAME_MAX + 1]; /* in tmp/ */
    uint64_t octets;
    struct error *error;
};

/* ---- names -------------------------------------------------------------- */

/* The host's name as Maildir wants it: '/' and ':' in octal. */
static void host_name(char *text, size_t size)
{
    char host[65] = "localhost";
    size_t at = 0;

    gethostname(host, sizeof(host) - 1);
    for (const char *c = host; *c && at + 5 < size; c++)
        if (*c == '/' || *c == ':' || *c == ',' || *c <= ' ')
            at += (size_t)snprintf(text + at, size - at, "\\%03o",
                                   (unsigned char)*c);
        else
            text[at++] = *c;
    text[at] = '\0';
}

void maildir_unique_name(char name[NAME_MAX + 1], const char *sizes)
{
    static unsigned count;
    struct timespec now;
    char host[96];

    clock_gettime(CLOCK_REALTIME, &now);
    host_name(host, sizeof(host));
    snprintf(name, NAME_MAX + 1, "%lld.M%06ldP%ldQ%u.%s%s",
             (long long)now.tv_sec, now.tv_nsec / 1000, (long)getpid(), ++count,
             host, sizes);
}

/* ---- what deliveries that died have left -------------------------------- */

/* Looked for once in a while: what is there stays for a day and a half. */
static void sweep(int folder)
{
    static bool swept;
    int fd =
        swept ? -1 : openat(folder, "tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *tmp = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *file;
    struct stat facts;

    swept = true;
    if (tmp == NULL && fd >= 0)
        close(fd);
    while (tmp != NULL && (file = readdir(tmp)) != NULL)
        if (file->d_name[0] != '.' &&
            fstatat(fd, file->d_name, &facts, AT_SYMLINK_NOFOLLOW) == 0 &&
            facts.st_mtime < time(NULL) - MAILDIR_TMP_SECONDS)
            unlinkat(fd, file->d_name, 0);
    if (tmp != NULL)
        closedir(tmp);
}

/* ---- begin, write, end -------------------------------------------------- */

static int open_file(struct maildir_delivery *d)
{
    char path[NAME_MAX + 8];

    maildir_unique_name(d->name, "");
    snprintf(path, sizeof(path), "tmp/%s", d->name);
    d->file =
        openat(d->folder, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (d->file < 0)
        return error_set_errno(d->error, ERROR_LOCAL, errno,
                               "%s in the mailbox", path);
    return 0;
}

int maildir_deliver_begin(struct maildir_delivery **delivery, const char *path,
                          struct error *error)
{
    struct maildir_delivery *d = calloc(1, sizeof(*d));

    *delivery = NULL;
    if (d == NULL)
        return error_set(error, ERROR_LOCAL, "out of memory for a delivery");
    d->error = error;
    d->file = -1;
    d->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (d->folder < 0) {
        error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
        free(d);
        return -ERROR_LOCAL;
    }
    sweep(d->folder);
    if (open_file(d) < 0) {
        maildir_deliver_drop(d);
        return -ERROR_LOCAL;
    }
    *delivery = d;
    return 0;
}

int maildir_deliver_write(struct maildir_delivery *d, const void *data,
                          size_t length)
{
    const char *next = data;

    d->octets += length;
    while (length > 0) {
        ssize_t wrote = write(d->file, next, length);

        if (wrote < 0 && errno != EINTR)
            return error_set_errno(d->error, ERROR_LOCAL, errno,
                                   "the message can't be written");
        if (wrote > 0) {
            next += wrote;
            length -= (size_t)wrote;
        }
    }
    return 0;
}

static void release(struct maildir_delivery *d)
{
    if (d->file >= 0)
        close(d->file);
    close(d->folder);
    free(d);
}

void maildir_deliver_drop(struct maildir_delivery *d)
{
    char path[NAME_MAX + 8];

    if (d == NULL)
        return;
    snprintf(path, sizeof(path), "tmp/%s", d->name);
    if (d->file >= 0)
        unlinkat(d->folder, path, 0);
    release(d);
}

/* Octets, then the date: to be on disk before the name is. */
static int settle(struct maildir_delivery *d, time_t date)
{
    struct timespec times[2] = {{.tv_sec = date}, {.tv_sec = date}};

    if (date != 0 && futimens(d->file, times) < 0)
        return error_set_errno(d->error, ERROR_LOCAL, errno,
                               "the message's date can't be set");
    if (fsync(d->file) < 0)
        return error_set_errno(d->error, ERROR_LOCAL, errno,
                               "the message can't be written to disk");
    return 0;
}

static int sync_folder(struct maildir_delivery *d, const char *name)
{
    int fd = openat(d->folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int result = fd < 0 || fsync(fd) < 0
                     ? error_set_errno(d->error, ERROR_LOCAL, errno,
                                       "%s can't be written to disk", name)
                     : 0;

    if (fd >= 0)
        close(fd);
    return result;
}

/* new/ is for what nobody has seen and nobody has judged; a message that comes
 * with flags goes to cur/, where names carry them. */
static int rename_into(struct maildir_delivery *d, const char *base,
                       uint32_t flags)
{
    char from[NAME_MAX + 8], to[NAME_MAX + 8], name[NAME_MAX + 1];

    if (!maildir_flags_write(name, span_of(base), flags))
        return error_set(d->error, ERROR_LOCAL, "%s: the name is too long",
                         base);
    snprintf(from, sizeof(from), "tmp/%s", d->name);
    snprintf(to, sizeof(to), flags ? "cur/%s" : "new/%s", flags ? name : base);
    if (renameat(d->folder, from, d->folder, to) < 0)
        return error_set_errno(d->error, ERROR_LOCAL, errno,
                               "the message can't be moved to %s", to);
    return 0;
}

/* The UID is given under the lock, so that no reader gives it another one in
 * the moment when the file is there already. */
static int rename_with_uid(struct maildir_delivery *d, const char *base,
                           uint32_t flags, uint32_t *uid)
{
    int lock = maildir_uids_lock(d->folder, d->error), result;

    if (lock < 0)
        return lock;
    result = maildir_uids_give(d->folder, span_of(base), uid, d->error);
    if (result == 0)
        result = rename_into(d, base, flags);
    close(lock);
    return result < 0 ? result : maildir_uids_sync(d->folder, d->error);
}

int maildir_deliver_end(struct maildir_delivery *d,
                        const struct maildir_wish *wish, uint32_t *uid)
{
    uint32_t flags = wish ? wish->flags : 0;
    char base[NAME_MAX + 64];
    int result = settle(d, wish ? wish->date : 0);

    snprintf(base, sizeof(base), "%s,S=%llu,W=%llu", d->name,
             (unsigned long long)d->octets, (unsigned long long)d->octets);
    if (result == 0)
        result = uid ? rename_with_uid(d, base, flags, uid)
                     : rename_into(d, base, flags);
    if (result < 0) {
        maildir_deliver_drop(d);
        return result;
    }
    result = sync_folder(d, flags ? "cur" : "new");
    release(d);
    return result;
}

/* SPDX-License-Identifier: MIT */
/*
 * ssh_sftp_requests: what each request of SFTP does, a row each.
 *
 * The draft's section 6. An act reads what the packet has behind its id, and
 * answers, or returns 0 or -errno for a STATUS. -EBADMSG: the packet is shorter
 * than it says.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ssh/ssh_sftp_requests.h"

/* ---- handles ------------------------------------------------------------ */

static struct ssh_sftp_handle *handle_new(struct ssh_sftp *sftp)
{
    for (size_t i = 0; i < SSH_SFTP_HANDLES_MAX; i++)
        if (!sftp->handles[i].used)
            return &sftp->handles[i];
    return NULL;
}

void ssh_sftp_handle_close(struct ssh_sftp_handle *handle)
{
    if (handle->used && handle->folder)
        closedir(handle->folder);
    else if (handle->used)
        close(handle->fd);
    *handle = (struct ssh_sftp_handle){.fd = -1};
}

/* A handle is the place in the table, one byte. */
static int answer_handle(struct ssh_sftp *sftp,
                         const struct ssh_sftp_handle *handle)
{
    char place = (char)(handle - sftp->handles);

    ssh_sftp_answer(sftp, SSH_FXP_HANDLE);
    ssh_sftp_put_string(sftp, (struct span){&place, 1});
    return SSH_SFTP_ANSWERED;
}

static struct ssh_sftp_handle *take_handle(struct ssh_sftp *sftp,
                                           struct span *packet, bool folder)
{
    struct span bytes;
    struct ssh_sftp_handle *handle;

    if (!ssh_take_string(packet, &bytes) || bytes.length != 1 ||
        (unsigned char)bytes.data[0] >= SSH_SFTP_HANDLES_MAX)
        return NULL;
    handle = &sftp->handles[(unsigned char)bytes.data[0]];
    return handle->used && (handle->folder != NULL) == folder ? handle : NULL;
}

static void tell(struct ssh_sftp *sftp, const char *path)
{
    text_escape(sftp->told, sizeof(sftp->told), span_of(path));
}

/* ---- files -------------------------------------------------------------- */

/* Section 6.3. */
static int flags_of(uint32_t pflags)
{
    enum { READ = 1, WRITE = 2, APPEND = 4, CREATE = 8, TRUNC = 16, EXCL = 32 };
    int flags = pflags & WRITE ? (pflags & READ ? O_RDWR : O_WRONLY) : O_RDONLY;

    flags |= pflags & APPEND ? O_APPEND : 0;
    flags |= pflags & CREATE ? O_CREAT : 0;
    flags |= pflags & TRUNC ? O_TRUNC : 0;
    return flags | (pflags & EXCL ? O_EXCL : 0);
}

static int do_open(struct ssh_sftp *sftp, struct span packet)
{
    char path[SSH_SFTP_PATH_MAX];
    struct ssh_sftp_attributes attributes;
    struct ssh_sftp_handle *handle = handle_new(sftp);
    struct stat status;
    uint32_t pflags;
    int fd;

    if (!ssh_sftp_take_path(&packet, path) || !ssh_take_u32(&packet, &pflags) ||
        !ssh_sftp_take_attributes(&packet, &attributes))
        return -EBADMSG;
    tell(sftp, path);
    if (!handle)
        return -EMFILE;
    fd = ssh_files_open(sftp->root, path, flags_of(pflags),
                        attributes.flags & SSH_SFTP_HAS_MODE ? attributes.mode
                                                             : 0644);
    if (fd < 0)
        return fd;
    if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) {
        close(fd);
        /* No pipe and no device is to make us wait. */
        return -EISDIR;
    }
    *handle = (struct ssh_sftp_handle){.used = true, .fd = fd};
    return answer_handle(sftp, handle);
}

static int do_close(struct ssh_sftp *sftp, struct span packet)
{
    struct span again = packet;
    struct ssh_sftp_handle *handle = take_handle(sftp, &packet, false);

    if (!handle)
        handle = take_handle(sftp, &again, true);
    if (!handle)
        return -EBADF;
    ssh_sftp_handle_close(handle);
    return 0;
}

static int do_read(struct ssh_sftp *sftp, struct span packet)
{
    struct ssh_sftp_handle *handle = take_handle(sftp, &packet, false);
    uint64_t offset;
    uint32_t length;
    ssize_t n;

    if (!handle)
        return -EBADF;
    if (!ssh_sftp_take_u64(&packet, &offset) || !ssh_take_u32(&packet, &length))
        return -EBADMSG;
    if (length > SSH_SFTP_DATA_MAX)
        length = SSH_SFTP_DATA_MAX;
    snprintf(sftp->told, sizeof(sftp->told), "%u bytes from byte %llu", length,
             (unsigned long long)offset);
    ssh_sftp_answer(sftp, SSH_FXP_DATA);
    n = offset > INT64_MAX ? 0
                           : pread(handle->fd, sftp->out + sftp->out_length + 4,
                                   length, (off_t)offset);
    if (n <= 0)
        return n < 0 ? -errno : -ENODATA;
    ssh_sftp_put_u32(sftp, (uint64_t)n);
    sftp->out_length += (size_t)n;
    return SSH_SFTP_ANSWERED;
}

static int do_write(struct ssh_sftp *sftp, struct span packet)
{
    struct ssh_sftp_handle *handle = take_handle(sftp, &packet, false);
    struct span bytes;
    uint64_t offset;

    if (!handle)
        return -EBADF;
    if (!ssh_sftp_take_u64(&packet, &offset) || offset > INT64_MAX ||
        !ssh_take_string(&packet, &bytes))
        return -EBADMSG;
    snprintf(sftp->told, sizeof(sftp->told), "%zu bytes to byte %llu",
             bytes.length, (unsigned long long)offset);
    while (bytes.length > 0) {
        ssize_t n = pwrite(handle->fd, bytes.data, bytes.length, (off_t)offset);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? -errno : -EIO;
        bytes.data += n;
        bytes.length -= (size_t)n;
        offset += (uint64_t)n;
    }
    return 0;
}

/* ---- attributes --------------------------------------------------------- */

static int answer_attributes(struct ssh_sftp *sftp, int result,
                             const struct stat *status)
{
    if (result < 0)
        return result;
    ssh_sftp_answer(sftp, SSH_FXP_ATTRS);
    ssh_sftp_put_attributes(sftp, status);
    return SSH_SFTP_ANSWERED;
}

static int stat_path(struct ssh_sftp *sftp, struct span packet, bool follow)
{
    char path[SSH_SFTP_PATH_MAX];
    struct stat status;

    if (!ssh_sftp_take_path(&packet, path))
        return -EBADMSG;
    tell(sftp, path);
    return answer_attributes(
        sftp, ssh_files_stat(sftp->root, path, follow, &status), &status);
}

static int do_stat(struct ssh_sftp *sftp, struct span packet)
{
    return stat_path(sftp, packet, true);
}

static int do_lstat(struct ssh_sftp *sftp, struct span packet)
{
    return stat_path(sftp, packet, false);
}

static int do_fstat(struct ssh_sftp *sftp, struct span packet)
{
    struct ssh_sftp_handle *handle = take_handle(sftp, &packet, false);
    struct stat status;

    if (!handle)
        return -EBADF;
    return answer_attributes(sftp, fstat(handle->fd, &status) < 0 ? -errno : 0,
                             &status);
}

/* Owners stay as they are: files are those of whoever runs the server. */
static int set_attributes(int fd, const struct ssh_sftp_attributes *a)
{
    struct timespec times[2] = {{a->atime, 0}, {a->mtime, 0}};

    if (a->flags & SSH_SFTP_HAS_SIZE &&
        (a->size > INT64_MAX || ftruncate(fd, (off_t)a->size) < 0))
        return a->size > INT64_MAX ? -EINVAL : -errno;
    if (a->flags & SSH_SFTP_HAS_MODE && fchmod(fd, a->mode & 0777) < 0)
        return -errno;
    if (a->flags & SSH_SFTP_HAS_TIMES && futimens(fd, times) < 0)
        return -errno;
    return 0;
}

static int do_setstat(struct ssh_sftp *sftp, struct span packet)
{
    struct ssh_sftp_attributes attributes;
    char path[SSH_SFTP_PATH_MAX];
    int fd, result;

    if (!ssh_sftp_take_path(&packet, path) ||
        !ssh_sftp_take_attributes(&packet, &attributes))
        return -EBADMSG;
    tell(sftp, path);
    fd = ssh_files_open(
        sftp->root, path,
        attributes.flags & SSH_SFTP_HAS_SIZE ? O_WRONLY : O_RDONLY, 0);
    if (fd < 0)
        return fd;
    result = set_attributes(fd, &attributes);
    close(fd);
    return result;
}

static int do_fsetstat(struct ssh_sftp *sftp, struct span packet)
{
    struct ssh_sftp_handle *handle = take_handle(sftp, &packet, false);
    struct ssh_sftp_attributes attributes;

    if (!handle)
        return -EBADF;
    if (!ssh_sftp_take_attributes(&packet, &attributes))
        return -EBADMSG;
    return set_attributes(handle->fd, &attributes);
}

/* ---- folders ------------------------------------------------------------ */

static int do_opendir(struct ssh_sftp *sftp, struct span packet)
{
    struct ssh_sftp_handle *handle = handle_new(sftp);
    char path[SSH_SFTP_PATH_MAX];
    DIR *folder;
    int fd;

    if (!ssh_sftp_take_path(&packet, path))
        return -EBADMSG;
    tell(sftp, path);
    if (!handle)
        return -EMFILE;
    fd = ssh_files_open(sftp->root, path, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0)
        return fd;
    folder = fdopendir(fd);
    if (!folder) {
        close(fd);
        return -ENOMEM;
    }
    *handle = (struct ssh_sftp_handle){.used = true, .folder = folder};
    return answer_handle(sftp, handle);
}

/* "-rw-r--r--    1 1000     1000         4096 Jul  1 12:00 name": only people
 * read it. */
static void put_name(struct ssh_sftp *sftp, const char *name,
                     const struct stat *status)
{
    char line[SSH_SFTP_PATH_MAX + 128], mode[11] = "----------", date[32] = "";
    struct tm when;

    mode[0] = S_ISDIR(status->st_mode)   ? 'd'
              : S_ISLNK(status->st_mode) ? 'l'
                                         : '-';
    for (int i = 0; i < 9; i++)
        if (status->st_mode & (0400u >> i))
            mode[1 + i] = "rwx"[i % 3];
    if (localtime_r(&status->st_mtime, &when))
        strftime(date, sizeof(date), "%b %e %H:%M", &when);
    snprintf(line, sizeof(line), "%s %4lu %-8u %-8u %8llu %s %s", mode,
             (unsigned long)status->st_nlink, status->st_uid, status->st_gid,
             (unsigned long long)status->st_size, date, name);
    ssh_sftp_put_string(sftp, span_of(name));
    ssh_sftp_put_string(sftp, span_of(line));
    ssh_sftp_put_attributes(sftp, status);
}

static int do_readdir(struct ssh_sftp *sftp, struct span packet)
{
    struct ssh_sftp_handle *handle = take_handle(sftp, &packet, true);
    struct dirent *entry;
    struct stat status;
    size_t count_at, count = 0, end;

    if (!handle)
        return -EBADF;
    ssh_sftp_answer(sftp, SSH_FXP_NAME);
    count_at = sftp->out_length;
    ssh_sftp_put_u32(sftp, 0);
    while (count < SSH_SFTP_NAMES_MAX && (entry = readdir(handle->folder)))
        if (fstatat(dirfd(handle->folder), entry->d_name, &status,
                    AT_SYMLINK_NOFOLLOW) == 0) {
            put_name(sftp, entry->d_name, &status);
            count++;
        }
    if (count == 0)
        return -ENODATA;
    end = sftp->out_length;
    sftp->out_length = count_at;
    ssh_sftp_put_u32(sftp, count);
    sftp->out_length = end;
    snprintf(sftp->told, sizeof(sftp->told), "%zu names", count);
    return SSH_SFTP_ANSWERED;
}

static int do_mkdir(struct ssh_sftp *sftp, struct span packet)
{
    struct ssh_sftp_attributes a;
    char path[SSH_SFTP_PATH_MAX];

    if (!ssh_sftp_take_path(&packet, path) ||
        !ssh_sftp_take_attributes(&packet, &a))
        return -EBADMSG;
    tell(sftp, path);
    return ssh_files_mkdir(sftp->root, path,
                           a.flags & SSH_SFTP_HAS_MODE ? a.mode : 0755);
}

static int remove_path(struct ssh_sftp *sftp, struct span packet, bool folder)
{
    char path[SSH_SFTP_PATH_MAX];

    if (!ssh_sftp_take_path(&packet, path))
        return -EBADMSG;
    tell(sftp, path);
    return ssh_files_remove(sftp->root, path, folder);
}

static int do_remove(struct ssh_sftp *sftp, struct span packet)
{
    return remove_path(sftp, packet, false);
}

static int do_rmdir(struct ssh_sftp *sftp, struct span packet)
{
    return remove_path(sftp, packet, true);
}

/* ---- names -------------------------------------------------------------- */

static int do_realpath(struct ssh_sftp *sftp, struct span packet)
{
    char path[SSH_SFTP_PATH_MAX], normal[SSH_SFTP_PATH_MAX];
    struct stat nothing = {0};

    if (!ssh_sftp_take_path(&packet, path))
        return -EBADMSG;
    tell(sftp, path);
    ssh_files_normal(normal, sizeof(normal), path);
    ssh_sftp_answer(sftp, SSH_FXP_NAME);
    ssh_sftp_put_u32(sftp, 1);
    put_name(sftp, normal, &nothing);
    return SSH_SFTP_ANSWERED;
}

static int rename_path(struct ssh_sftp *sftp, struct span packet, bool replace)
{
    char from[SSH_SFTP_PATH_MAX], to[SSH_SFTP_PATH_MAX];

    if (!ssh_sftp_take_path(&packet, from) || !ssh_sftp_take_path(&packet, to))
        return -EBADMSG;
    tell(sftp, to);
    return ssh_files_rename(sftp->root, from, to, replace);
}

static int do_rename(struct ssh_sftp *sftp, struct span packet)
{
    return rename_path(sftp, packet, false);
}

static int do_extended(struct ssh_sftp *sftp, struct span packet)
{
    struct span name;

    if (!ssh_take_string(&packet, &name))
        return -EBADMSG;
    if (!span_equal(name, SPAN("posix-rename@openssh.com")))
        return -ENOSYS;
    return rename_path(sftp, packet, true);
}

/* ---- the table ---------------------------------------------------------- */

static const struct ssh_sftp_request requests[] = {
    {SSH_FXP_OPEN, "SFTP OPEN", do_open},
    {SSH_FXP_CLOSE, "SFTP CLOSE", do_close},
    {SSH_FXP_READ, "SFTP READ", do_read},
    {SSH_FXP_WRITE, "SFTP WRITE", do_write},
    {SSH_FXP_LSTAT, "SFTP LSTAT", do_lstat},
    {SSH_FXP_FSTAT, "SFTP FSTAT", do_fstat},
    {SSH_FXP_SETSTAT, "SFTP SETSTAT", do_setstat},
    {SSH_FXP_FSETSTAT, "SFTP FSETSTAT", do_fsetstat},
    {SSH_FXP_OPENDIR, "SFTP OPENDIR", do_opendir},
    {SSH_FXP_READDIR, "SFTP READDIR", do_readdir},
    {SSH_FXP_REMOVE, "SFTP REMOVE", do_remove},
    {SSH_FXP_MKDIR, "SFTP MKDIR", do_mkdir},
    {SSH_FXP_RMDIR, "SFTP RMDIR", do_rmdir},
    {SSH_FXP_REALPATH, "SFTP REALPATH", do_realpath},
    {SSH_FXP_STAT, "SFTP STAT", do_stat},
    {SSH_FXP_RENAME, "SFTP RENAME", do_rename},
    {SSH_FXP_EXTENDED, "SFTP RENAME", do_extended},
};

const struct ssh_sftp_request *ssh_sftp_request_find(unsigned type)
{
    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
        if (requests[i].type == type)
            return &requests[i];
    return NULL;
}

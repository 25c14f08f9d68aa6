/* SPDX-License-Identifier: MIT */
/*
 * ssh_sftp: files, both ways.
 *
 * SFTP is no RFC: an expired draft (draft-ietf-secsh-filexfer-02) that all
 * servers speak, as the subsystem "sftp" of a session (RFC 4254 §6.5). A
 * request has a number, so many may be under way: libssh2 sends as many as fit
 * into what we ask of it at once, which is why our blocks are large.
 *
 * A file gets its name when it is whole, and then the times of the original.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libssh2_sftp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/output.h"
#include "common/progress.h"
#include "ssh/ssh_client.h"

#define CITE RFC("4254", "6.5")

/* One file on its way. */
struct transfer {
    struct ssh_client *client;
    LIBSSH2_SFTP *sftp;
    LIBSSH2_SFTP_HANDLE *handle;
    const char *remote; /* as it is called in the end */
    uint64_t total, done, start;
    struct progress progress;
    char *block;
};

/* ---- requests ----------------------------------------------------------- */

/* The server's own reason has a number (the draft, section 7). */
static int fail(struct transfer *t, const char *what)
{
    static const char *const reasons[] = {"",
                                          "end of file",
                                          "no such file",
                                          "permission denied",
                                          "failure",
                                          "bad message",
                                          "no connection",
                                          "connection lost",
                                          "not supported"};
    struct ssh_client *client = t->client;
    unsigned long code = t->sftp ? libssh2_sftp_last_error(t->sftp) : 0;

    if (client->error->class != ERROR_NONE)
        return -(int)client->error->class;
    if (libssh2_session_last_errno(client->session) !=
        LIBSSH2_ERROR_SFTP_PROTOCOL)
        return ssh_client_fail(client, ERROR_CONNECT, what);
    const char *reason = code > 0 && code < sizeof(reasons) / sizeof(reasons[0])
                             ? reasons[code]
                             : "no reason";
    ssh_client_hears(client, CITE, "SFTP STATUS", "%lu %s", code, reason);
    return error_set(client->error, ERROR_REFUSED, "%s %s: %s", what, t->remote,
                     reason);
}

static int begin(struct transfer *t)
{
    struct ssh_client *client = t->client;

    ssh_client_asks(client, CITE, "CHANNEL_REQUEST", "subsystem sftp");
    SSH_MAKE(client, t->sftp, libssh2_sftp_init(client->session));
    if (!t->sftp)
        return ssh_client_fail(client, ERROR_REFUSED, "no SFTP");
    ssh_client_hears(client, CITE, "SFTP VERSION", "3");
    t->block = malloc(SSH_SFTP_READ);
    return t->block ? 0
                    : error_set(client->error, ERROR_LOCAL, "out of memory");
}

static void end(struct transfer *t)
{
    int result = 0;

    if (t->handle)
        SSH_DO(t->client, result, libssh2_sftp_close_handle(t->handle));
    if (t->sftp)
        SSH_DO(t->client, result, libssh2_sftp_shutdown(t->sftp));
    free(t->block);
}

static int open_remote(struct transfer *t, const char *path,
                       unsigned long flags, long mode)
{
    struct ssh_client *client = t->client;

    ssh_client_asks(client, CITE, "SFTP OPEN", "%s, to %s", path,
                    flags & LIBSSH2_FXF_WRITE ? "write" : "read");
    SSH_MAKE(client, t->handle,
             libssh2_sftp_open_ex(t->sftp, path, (unsigned)strlen(path), flags,
                                  mode, LIBSSH2_SFTP_OPENFILE));
    if (!t->handle)
        return fail(t, "the server does not open");
    ssh_client_hears(client, CITE, "SFTP HANDLE", "%s", path);
    return 0;
}

/* What a path leads to; false: nothing, or nothing that we may know. */
static bool remote_stat(struct transfer *t, const char *path,
                        LIBSSH2_SFTP_ATTRIBUTES *attributes)
{
    int result = 0;

    ssh_client_asks(t->client, CITE, "SFTP STAT", "%s", path);
    SSH_DO(t->client, result,
           libssh2_sftp_stat_ex(t->sftp, path, (unsigned)strlen(path),
                                LIBSSH2_SFTP_STAT, attributes));
    ssh_client_hears(t->client, CITE,
                     result == 0 ? "SFTP ATTRS" : "SFTP STATUS", "%s: %s", path,
                     result == 0 ? "is there" : "is not there");
    return result == 0;
}

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* ---- get ---------------------------------------------------------------- */

static int read_all(struct transfer *t, struct output *output)
{
    struct ssh_client *client = t->client;
    ssize_t n = 1;
    int result = 0;

    ssh_client_asks(client, CITE, "SFTP READ",
                    "%s from byte %" PRIu64 ", in many requests", t->remote,
                    t->start);
    progress_start(&t->progress, !client->options->silent, t->total);
    while (n > 0 && result == 0) {
        SSH_DO(client, n,
               libssh2_sftp_read(t->handle, t->block, SSH_SFTP_READ));
        if (n > 0)
            result = output_write(output, t->block, (size_t)n, client->error);
        t->done += n > 0 ? (uint64_t)n : 0;
        progress_step(&t->progress, t->done);
    }
    progress_end(&t->progress);
    ssh_client_hears(client, CITE, "SFTP DATA", "%" PRIu64 " bytes",
                     t->done - t->start);
    if (n < 0)
        return fail(t, "can't read");
    if (result == 0 && t->done < t->total)
        return error_set(client->error, ERROR_PROTOCOL,
                         "%s ended after %" PRIu64 " of %" PRIu64 " bytes",
                         t->remote, t->done, t->total);
    return result;
}

/* What an earlier run got is kept, and what this run gets too, even if it
 * breaks off: that is what -C is for. */
static int save(struct transfer *t, const char *local,
                const LIBSSH2_SFTP_ATTRIBUTES *attributes)
{
    struct ssh_client *client = t->client;
    bool resume = client->options->resume != NULL;
    struct timespec times[2] = {{(time_t)attributes->atime, 0},
                                {(time_t)attributes->mtime, 0}};
    struct output *output;
    int result = output_open(
        &output, local, resume ? OUTPUT_RESUME : OUTPUT_FRESH, client->error);

    if (result < 0)
        return result;
    t->start = t->done = output_length(output);
    if (t->start > t->total) {
        output_abandon(output);
        return error_set(client->error, ERROR_REFUSED,
                         "%s has %" PRIu64 " bytes already, %s only %" PRIu64,
                         local, t->start, t->remote, t->total);
    }
    libssh2_sftp_seek64(t->handle, t->start);
    result = read_all(t, output);
    if (result < 0 && !resume) {
        output_abandon(output);
        return result;
    }
    int committed = output_commit(output, client->error);
    if (result == 0 && committed == 0 && strcmp(local, "-") != 0 &&
        attributes->flags & LIBSSH2_SFTP_ATTR_ACMODTIME)
        utimensat(AT_FDCWD, local, times, 0);
    return result < 0 ? result : committed;
}

static int get(struct transfer *t, const char *local)
{
    LIBSSH2_SFTP_ATTRIBUTES attributes = {0};
    char path[SSH_TEXT_MAX];
    struct stat status;
    int result = begin(t);

    if (result == 0)
        result = open_remote(t, t->remote, LIBSSH2_FXF_READ, 0);
    if (result < 0)
        return result;
    SSH_DO(t->client, result, libssh2_sftp_fstat_ex(t->handle, &attributes, 0));
    if (result < 0)
        return fail(t, "the server does not say how long it is:");
    if (attributes.flags & LIBSSH2_SFTP_ATTR_SIZE)
        t->total = attributes.filesize;
    if (stat(local, &status) == 0 && S_ISDIR(status.st_mode)) {
        snprintf(path, sizeof(path), "%s/%s", local, base_of(t->remote));
        local = path;
    }
    return save(t, local, &attributes);
}

int ssh_sftp_get(struct ssh_client *client, const char *remote,
                 const char *local)
{
    struct transfer t = {.client = client, .remote = remote};
    int result = get(&t, local);

    end(&t);
    return result;
}

/* ---- put ---------------------------------------------------------------- */

/* What waits in the block, block[0 .. held), is written; what the server has
 * acknowledged makes room at its front, and is filled up from the file: so the
 * requests under way never run out. */
static int write_all(struct transfer *t, int fd)
{
    struct ssh_client *client = t->client;
    size_t held = 0;
    bool at_end = false;

    while (!at_end || held > 0) {
        ssize_t n =
            at_end ? 0 : read(fd, t->block + held, SSH_SFTP_WRITE - held);
        if (n < 0)
            return error_set_errno(client->error, ERROR_LOCAL, errno, "read");
        at_end = at_end || (n == 0 && held < SSH_SFTP_WRITE);
        held += (size_t)n;
        if (held == 0)
            break;
        SSH_DO(client, n, libssh2_sftp_write(t->handle, t->block, held));
        if (n < 0)
            return fail(t, "can't write");
        held -= (size_t)n;
        memmove(t->block, t->block + n, held);
        t->done += (uint64_t)n;
        progress_step(&t->progress, t->done);
    }
    return 0;
}

static int send_file(struct transfer *t, int fd, const struct stat *status)
{
    struct ssh_client *client = t->client;
    LIBSSH2_SFTP_ATTRIBUTES attributes = {
        .flags = LIBSSH2_SFTP_ATTR_ACMODTIME,
        .atime = (unsigned long)status->st_atime,
        .mtime = (unsigned long)status->st_mtime,
    };
    int result;

    if (lseek(fd, (off_t)t->start, SEEK_SET) < 0)
        return error_set_errno(client->error, ERROR_LOCAL, errno, "seek");
    libssh2_sftp_seek64(t->handle, t->start);
    ssh_client_asks(client, CITE, "SFTP WRITE",
                    "%s from byte %" PRIu64 ", in many requests", t->remote,
                    t->start);
    progress_start(&t->progress, !client->options->silent, t->total);
    result = write_all(t, fd);
    progress_end(&t->progress);
    ssh_client_hears(client, CITE, "SFTP STATUS", "%" PRIu64 " bytes written",
                     t->done - t->start);
    if (result < 0)
        return result;
    ssh_client_asks(client, CITE, "SFTP FSETSTAT", "the times of the original");
    SSH_DO(client, result, libssh2_sftp_fstat_ex(t->handle, &attributes, 1));
    SSH_DO(client, result, libssh2_sftp_close_handle(t->handle));
    t->handle = NULL;
    return result < 0 ? fail(t, "can't finish") : 0;
}

/* SFTP's own rename refuses to replace; OpenSSH has one that does it at once.
 * Where neither can, the old file goes first: for a moment there is none. */
static int rename_remote(struct transfer *t, const char *part)
{
    struct ssh_client *client = t->client;
    unsigned part_length = (unsigned)strlen(part);
    unsigned length = (unsigned)strlen(t->remote);
    int result = -1;

    ssh_client_asks(client, CITE, "SFTP RENAME", "%s to %s", part, t->remote);
#if LIBSSH2_VERSION_NUM >= 0x010b01
    SSH_DO(client, result,
           libssh2_sftp_posix_rename_ex(t->sftp, part, part_length, t->remote,
                                        length));
#endif
    if (result < 0)
        SSH_DO(client, result,
               libssh2_sftp_rename_ex(t->sftp, part, part_length, t->remote,
                                      length, LIBSSH2_SFTP_RENAME_OVERWRITE));
    if (result < 0 && client->error->class == ERROR_NONE) {
        SSH_DO(client, result,
               libssh2_sftp_unlink_ex(t->sftp, t->remote, length));
        SSH_DO(client, result,
               libssh2_sftp_rename_ex(t->sftp, part, part_length, t->remote,
                                      length, LIBSSH2_SFTP_RENAME_OVERWRITE));
    }
    if (result < 0)
        return fail(t, "can't rename to");
    ssh_client_hears(client, CITE, "SFTP STATUS", "renamed");
    return 0;
}

/* "dir/.name.part" beside "dir/name": the same in every run, so that the next
 * one finds what this one leaves. */
static int part_name(struct transfer *t, char *part, size_t size)
{
    const char *base = base_of(t->remote);
    int length = snprintf(part, size, "%.*s.%s.part", (int)(base - t->remote),
                          t->remote, base);

    return length > 0 && (size_t)length < size
               ? 0
               : error_set(t->client->error, ERROR_USAGE, "%s is too long",
                           t->remote);
}

static int put(struct transfer *t, int fd, const char *local)
{
    LIBSSH2_SFTP_ATTRIBUTES there = {0};
    char part[SSH_TEXT_MAX], path[SSH_TEXT_MAX];
    unsigned long flags = LIBSSH2_FXF_WRITE | LIBSSH2_FXF_CREAT;
    struct stat status;
    int result = begin(t);

    if (result < 0)
        return result;
    if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))
        return error_set(t->client->error, ERROR_LOCAL, "%s is no regular file",
                         local);
    t->total = (uint64_t)status.st_size;
    if (remote_stat(t, t->remote, &there) &&
        LIBSSH2_SFTP_S_ISDIR(there.permissions)) {
        snprintf(path, sizeof(path), "%s/%s", t->remote, base_of(local));
        t->remote = path;
    }
    if ((result = part_name(t, part, sizeof(part))) < 0)
        return result;
    if (t->client->options->resume && remote_stat(t, part, &there) &&
        there.filesize <= t->total)
        t->start = t->done = there.filesize;
    else
        flags |= LIBSSH2_FXF_TRUNC;
    result = open_remote(t, part, flags, (long)(status.st_mode & 0777));
    if (result == 0)
        result = send_file(t, fd, &status);
    return result < 0 ? result : rename_remote(t, part);
}

int ssh_sftp_put(struct ssh_client *client, const char *local,
                 const char *remote)
{
    struct transfer t = {.client = client, .remote = remote};
    int fd = open(local, O_RDONLY | O_CLOEXEC);
    int result;

    if (fd < 0)
        return error_set_errno(client->error, ERROR_LOCAL, errno, "%s", local);
    result = put(&t, fd, local);
    end(&t);
    close(fd);
    return result;
}

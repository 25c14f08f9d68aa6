/* SPDX-License-Identifier: MIT */
/*
 * output: a file that stands under its name only when it is whole. The
 * contract is in output.h.
 *
 * Deliberately no fsync(2): a reader never sees half a file, but a power cut
 * may lose a whole one. A program that must promise more would sync the file
 * and then its folder.
 */
#include "common/output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/limits.h"

struct output {
    int fd;
    bool is_stdout;  /* borrowed: not ours to close */
    char *target;    /* links resolved; for people where part is NULL */
    char *part;      /* the temporary name; NULL: written straight */
    uint64_t length; /* bytes in it so far */
};

/* ---- names -------------------------------------------------------------- */

/* The last component of `path`: what follows its last slash. */
static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

/* "dir/.NAME.PID.part" for "dir/NAME". A long NAME is cut, so that the
 * temporary name is not longer than a name may be. */
static char *part_name(const char *target, pid_t pid)
{
    const char *base = base_of(target);
    char *name;

    if (asprintf(&name, "%.*s.%.*s.%ld.part", (int)(base - target), target,
                 OUTPUT_NAME_MAX, base, (long)pid) < 0)
        return NULL;
    return name;
}

/* The pid in `entry` if it is a temporary name of `base`, else 0. */
static pid_t part_owner(const char *entry, const char *base)
{
    size_t length = strnlen(base, OUTPUT_NAME_MAX);
    char *end;
    long pid;

    if (entry[0] != '.' || strncmp(entry + 1, base, length) != 0 ||
        entry[1 + length] != '.')
        return 0;
    entry += length + 2;
    if (*entry < '1' || *entry > '9')
        return 0;
    pid = strtol(entry, &end, 10);
    return strcmp(end, ".part") == 0 && pid <= INT_MAX ? (pid_t)pid : 0;
}

/* True while an output writes to `part`, in the folder `dir`: it holds the lock
 * on it. */
static bool is_held(int dir, const char *part)
{
    int fd = openat(dir, part, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    bool held;

    if (fd < 0)
        return false;
    held = flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
    close(fd);
    return held;
}

/* True for every name that an output may give to what it has not finished. */
static bool is_part(const char *entry)
{
    size_t length = strlen(entry);

    return entry[0] == '.' && length > 5 &&
           strcmp(entry + length - 5, ".part") == 0;
}

/* Removes what killed runs left of `base` in the folder. A process that is
 * alive may still be writing, so its file stays; one in another namespace has a
 * number that we can't ask for, but it holds its lock. Returns how many names
 * in the folder are temporary ones, of whichever file. */
static size_t sweep_folder(DIR *folder, const char *base)
{
    struct dirent *entry;
    size_t parts = 0;

    while ((entry = readdir(folder)) != NULL) {
        pid_t pid = part_owner(entry->d_name, base);

        parts += is_part(entry->d_name);
        if (pid > 0 && kill(pid, 0) < 0 && errno == ESRCH &&
            !is_held(dirfd(folder), entry->d_name))
            unlinkat(dirfd(folder), entry->d_name, 0);
    }
    return parts;
}

/* Sweeps beside the target; failing to is no failure. Who writes a thousand
 * files into one folder reads it once: if nothing was left there, nothing is
 * looked for there again in this run. */
static void sweep(const char *target)
{
    static char clean[PATH_MAX] = "";
    const char *base = base_of(target);
    char path[PATH_MAX];
    DIR *folder;

    if ((size_t)(base - target) >= sizeof(path))
        return;
    snprintf(path, sizeof(path), "%.*s", (int)(base - target), target);
    if (path[0] == '\0')
        strcpy(path, ".");
    if (strcmp(path, clean) == 0 || (folder = opendir(path)) == NULL)
        return;
    if (sweep_folder(folder, base) == 0)
        strcpy(clean, path);
    closedir(folder);
}

/* ---- opening ------------------------------------------------------------ */

/* Made anew, never opened: in a shared folder what stands there could be a
 * trap. */
static int create_part(const char *part, mode_t mode)
{
    return open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
}

/* In a world of its own process numbers, or after they have wrapped, a leftover
 * may bear our own number: nobody holds its lock, so it goes. */
static int open_part(struct output *o, mode_t mode, struct error *error)
{
    char *part = part_name(o->target, getpid());

    if (part == NULL)
        return error_set(error, ERROR_LOCAL, "out of memory");
    o->fd = create_part(part, mode);
    if (o->fd < 0 && errno == EEXIST) {
        if (is_held(AT_FDCWD, part)) {
            free(part);
            return error_set(error, ERROR_LOCAL, "%s is being written already",
                             o->target);
        }
        unlink(part);
        o->fd = create_part(part, mode);
    }
    if (o->fd < 0) {
        free(part);
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", o->target);
    }
    o->part = part;
    flock(o->fd, LOCK_EX | LOCK_NB);
    return 0;
}

/* Copies with the file system's help: where it can, the two files share their
 * blocks and nothing is read. */
static int copy_by_kernel(struct output *o, int from)
{
    ssize_t n;

    while ((n = copy_file_range(from, NULL, o->fd, NULL, SSIZE_MAX, 0)) > 0)
        o->length += (uint64_t)n;
    return n < 0 ? -1 : 0;
}

static int copy_target(struct output *o, struct error *error)
{
    char block[OUTPUT_BLOCK];
    int from = open(o->target, O_RDONLY | O_CLOEXEC);
    int result = 0;
    ssize_t n = -1;

    if (from < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", o->target);
    /* Both descriptors stand where the kernel's copy stopped. */
    if (copy_by_kernel(o, from) == 0)
        n = 0;
    else
        while (result == 0 && (n = read(from, block, sizeof(block))) > 0)
            result = output_write(o, block, (size_t)n, error);
    if (result == 0 && n < 0)
        result = error_set_errno(error, ERROR_LOCAL, errno, "%s", o->target);
    close(from);
    return result;
}

/* The target is a regular file, or nothing yet. */
static int open_beside(struct output *o, const struct stat *old,
                       enum output_mode mode, struct error *error)
{
    mode_t bits = old != NULL ? old->st_mode & 07777 : 0666;
    int result;

    /* A rename would replace a file that we may not write. */
    if (old != NULL && access(o->target, W_OK) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", o->target);
    sweep(o->target);
    if ((result = open_part(o, bits, error)) < 0)
        return result;
    /* What stands there keeps its permissions, whatever the umask says. */
    if (old != NULL && fchmod(o->fd, bits) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", o->part);
    if (mode == OUTPUT_RESUME && old != NULL)
        return copy_target(o, error);
    return 0;
}

static int open_straight(struct output *o, struct error *error)
{
    o->fd = open(o->target, O_WRONLY | O_CLOEXEC);
    if (o->fd < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", o->target);
    return 0;
}

static int open_path(struct output *o, const char *path, enum output_mode mode,
                     struct error *error)
{
    struct stat old;
    int known = stat(path, &old);

    if (known < 0 && errno != ENOENT)
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    /* Through a symbolic link, so that the link stays one. */
    o->target = known == 0 ? realpath(path, NULL) : strdup(path);
    if (o->target == NULL)
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    if (known == 0 && !S_ISREG(old.st_mode))
        return open_straight(o, error);
    return open_beside(o, known == 0 ? &old : NULL, mode, error);
}

int output_open(struct output **output, const char *path, enum output_mode mode,
                struct error *error)
{
    struct output *o = calloc(1, sizeof(*o));
    int result = 0;

    *output = NULL;
    if (o == NULL)
        return error_set(error, ERROR_LOCAL, "out of memory");
    o->fd = -1;
    o->is_stdout = path == NULL || strcmp(path, "-") == 0;
    if (o->is_stdout)
        o->fd = STDOUT_FILENO;
    else
        result = open_path(o, path, mode, error);
    if (result < 0) {
        output_abandon(o);
        return result;
    }
    *output = o;
    return 0;
}

/* ---- writing and ending ------------------------------------------------- */

int output_write(struct output *output, const void *data, size_t length,
                 struct error *error)
{
    const char *at = data;

    while (length > 0) {
        ssize_t n = write(output->fd, at, length);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_set_errno(error, ERROR_LOCAL, errno, "%s",
                                   output->is_stdout ? "standard output"
                                                     : output->target);
        at += n;
        length -= (size_t)n;
        output->length += (uint64_t)n;
    }
    return 0;
}

uint64_t output_length(const struct output *output)
{
    return output->length;
}

/* close(2) is where a file system over the network tells of a full disk, so it
 * comes before the rename. */
static int close_file(struct output *o, struct error *error)
{
    int fd = o->fd;

    o->fd = -1;
    if (o->is_stdout || close(fd) == 0)
        return 0;
    return error_set_errno(error, ERROR_LOCAL, errno, "%s", o->target);
}

int output_commit(struct output *output, struct error *error)
{
    int result = close_file(output, error);

    if (result == 0 && output->part != NULL &&
        rename(output->part, output->target) < 0)
        result =
            error_set_errno(error, ERROR_LOCAL, errno, "%s", output->target);
    /* Renamed, it is no leftover that output_abandon would have to remove. */
    if (result == 0) {
        free(output->part);
        output->part = NULL;
    }
    output_abandon(output);
    return result;
}

void output_abandon(struct output *output)
{
    if (output == NULL)
        return;
    if (output->part != NULL)
        unlink(output->part);
    if (output->fd >= 0 && !output->is_stdout)
        close(output->fd);
    free(output->part);
    free(output->target);
    free(output);
}

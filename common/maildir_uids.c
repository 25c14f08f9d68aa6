/* SPDX-License-Identifier: MIT */
/*
 * maildir_uids: the file that remembers which message has which UID.
 *
 *     wirelab-uids 1 V1732248000 N0000000003
 *     1 1732248003.M000123P77Q1.mx,S=812,W=812
 *     2 1732248011.M481516P78Q1.mx,S=623,W=623
 *
 * A line is only ever added, so that who has read the file before reads the
 * rest only; N, the next UID, is as wide as it can get and is written in
 * place. It counts the lines that a compaction left out, for no UID may be
 * given twice (RFC 3501 §2.3.1.1).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/limits.h"
#include "common/maildir_private.h"

#define UIDS_FILE "wirelab-uids"
#define UIDS_LOCK "wirelab-uids.lock"
#define UIDVALIDITY_FILE "wirelab-uidvalidity"
#define HEADER_LENGTH 39 /* as in the example above, with its LF */

int maildir_uids_lock(int folder, struct error *error)
{
    int fd = openat(folder, UIDS_LOCK, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, UIDS_LOCK);
    while (flock(fd, LOCK_EX) < 0)
        if (errno != EINTR) {
            error_set_errno(error, ERROR_LOCAL, errno, UIDS_LOCK);
            close(fd);
            return -ERROR_LOCAL;
        }
    return fd;
}

/* ---- the file ----------------------------------------------------------- */

/* A value that the account never had: the time, or one more than the last, so
 * that a folder made anew within the second does not pass for the old one. The
 * number stands in the account's own folder, above a folder of Maildir++. */
static uint32_t fresh_uidvalidity(int folder)
{
    const char *path = faccessat(folder, "maildirfolder", F_OK, 0) == 0
                           ? "../" UIDVALIDITY_FILE
                           : UIDVALIDITY_FILE;
    int fd = openat(folder, path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    uint32_t value = (uint32_t)time(NULL);
    char text[16] = "";
    ssize_t length;

    if (fd < 0)
        return value;
    flock(fd, LOCK_EX);
    length = pread(fd, text, sizeof(text) - 1, 0);
    if (length > 0 && strtoul(text, NULL, 10) >= value)
        value = (uint32_t)strtoul(text, NULL, 10) + 1;
    snprintf(text, sizeof(text), "%010u\n", value);
    if (pwrite(fd, text, strlen(text), 0) < 0)
        value += (uint32_t)getpid() & 0xff; /* unlikely to be had before */
    close(fd);
    return value;
}

static void header_write(char header[HEADER_LENGTH + 1], uint32_t uidvalidity,
                         uint32_t uidnext)
{
    snprintf(header, HEADER_LENGTH + 1, "wirelab-uids 1 V%010u N%010u\n",
             uidvalidity, uidnext);
}

static bool header_read(const char *header, uint32_t *uidvalidity,
                        uint32_t *uidnext)
{
    char tail;

    return sscanf(header, "wirelab-uids 1 V%10u N%10u%c", uidvalidity, uidnext,
                  &tail) == 3 &&
           tail == '\n' && *uidvalidity > 0 && *uidnext > 0;
}

/* Opens the file and reads its header; a file that is none is begun anew. */
static int open_list(int folder, uint32_t *uidvalidity, uint32_t *uidnext,
                     struct error *error)
{
    int fd = openat(folder, UIDS_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    char header[HEADER_LENGTH + 1] = "";

    if (fd < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, UIDS_FILE);
    if (pread(fd, header, HEADER_LENGTH, 0) == HEADER_LENGTH &&
        header_read(header, uidvalidity, uidnext))
        return fd;
    *uidvalidity = fresh_uidvalidity(folder);
    *uidnext = 1;
    header_write(header, *uidvalidity, *uidnext);
    if (ftruncate(fd, 0) == 0 &&
        pwrite(fd, header, HEADER_LENGTH, 0) == HEADER_LENGTH)
        return fd;
    error_set_errno(error, ERROR_LOCAL, errno, UIDS_FILE);
    close(fd);
    return -ERROR_LOCAL;
}

/* Where the next line goes: at the end, but a line that a crash has torn is
 * cut off first. -1: it can't be. */
static off_t find_end(int fd)
{
    char tail[NAME_MAX + 32];
    off_t end = lseek(fd, 0, SEEK_END), from;
    ssize_t got;
    const char *lf;

    if (end < 0)
        return -1;
    from = end > (off_t)sizeof(tail) ? end - (off_t)sizeof(tail) : 0;
    got = pread(fd, tail, sizeof(tail), from);
    lf = got > 0 ? memrchr(tail, '\n', (size_t)got) : NULL;
    if (lf == NULL)
        return -1;
    from += lf - tail + 1;
    return from == end || ftruncate(fd, from) == 0 ? from : -1;
}

/* The number first, then the line: a crash between them wastes a number, which
 * is allowed, while the other order could give it twice. */
static int append_line(int fd, uint32_t uidvalidity, uint32_t uid,
                       struct span base)
{
    char header[HEADER_LENGTH + 1], line[NAME_MAX + 32];
    off_t end = find_end(fd);
    int length;

    header_write(header, uidvalidity, uid + 1);
    if (end < 0 || pwrite(fd, header, HEADER_LENGTH, 0) != HEADER_LENGTH)
        return -1;
    length = snprintf(line, sizeof(line), "%u %.*s\n", uid, (int)base.length,
                      base.data);
    return pwrite(fd, line, (size_t)length, end) == length ? 0 : -1;
}

int maildir_uids_give(int folder, struct span base, uint32_t *uid,
                      struct error *error)
{
    uint32_t uidvalidity;
    int result = 0, fd = open_list(folder, &uidvalidity, uid, error);

    if (fd < 0)
        return fd;
    if (*uid == UINT32_MAX)
        result = error_set(error, ERROR_LOCAL,
                           "this mailbox has no UID left to give");
    else if (append_line(fd, uidvalidity, *uid, base) < 0)
        result = error_set_errno(error, ERROR_LOCAL, errno, UIDS_FILE);
    close(fd);
    return result;
}

uint32_t maildir_uidvalidity(const char *path, struct error *error)
{
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    uint32_t uidvalidity = 0, uidnext;
    int fd = folder < 0 ? -1 : open_list(folder, &uidvalidity, &uidnext, error);

    if (fd >= 0)
        close(fd);
    if (folder >= 0)
        close(folder);
    return uidvalidity;
}

int maildir_uids_sync(int folder, struct error *error)
{
    int fd = openat(folder, UIDS_FILE, O_RDWR | O_CLOEXEC);
    int result = fd < 0 || fdatasync(fd) < 0
                     ? error_set_errno(error, ERROR_LOCAL, errno, UIDS_FILE)
                     : 0;

    if (fd >= 0)
        close(fd);
    return result;
}

/* ---- the list in memory ------------------------------------------------- */

/* FNV-1a. */
static size_t hash(struct span base)
{
    uint64_t value = 14695981039346656037u;

    for (size_t i = 0; i < base.length; i++)
        value = (value ^ (unsigned char)base.data[i]) * 1099511628211u;
    return (size_t)(value ^ value >> 32);
}

/* The place in the table where `base` is, or where it may go. */
static uint32_t *place(struct maildir_uids *uids, struct span base)
{
    size_t mask = uids->table_size - 1, i = hash(base) & mask;

    while (uids->table[i] != 0) {
        if (span_equal(span_of(uids->list[uids->table[i] - 1].base), base))
            break;
        i = (i + 1) & mask;
    }
    return &uids->table[i];
}

struct maildir_uid *maildir_uids_find(struct maildir_uids *uids,
                                      struct span base)
{
    uint32_t index = uids->table_size == 0 ? 0 : *place(uids, base);

    return index == 0 ? NULL : &uids->list[index - 1];
}

/* Room for one more; the table is never more than half full. */
static int grow(struct maildir_uids *uids, struct error *error)
{
    size_t capacity = uids->capacity == 0 ? 64 : 2 * uids->capacity;
    struct maildir_uid *list;
    uint32_t *table;

    if (uids->count < uids->capacity)
        return 0;
    list = realloc(uids->list, capacity * sizeof(*list));
    if (list != NULL)
        uids->list = list;
    table = list == NULL ? NULL : calloc(2 * capacity, sizeof(*table));
    if (table == NULL)
        return error_set(error, ERROR_LOCAL, "out of memory for UIDs");
    free(uids->table);
    uids->table = table;
    uids->table_size = 2 * capacity;
    uids->capacity = capacity;
    for (uint32_t i = 0; i < uids->count; i++)
        *place(uids, span_of(uids->list[i].base)) = i + 1;
    return 0;
}

static int add(struct maildir_uids *uids, uint32_t uid, struct span base,
               struct error *error)
{
    const char *kept = maildir_names_add(&uids->bases, base, error);

    if (kept == NULL || grow(uids, error) < 0)
        return -ERROR_LOCAL;
    uids->list[uids->count] = (struct maildir_uid){.uid = uid, .base = kept};
    /* A name's last line counts: who came back has a new UID. */
    *place(uids, base) = (uint32_t)++uids->count;
    return 0;
}

/* One line. One that a crash has torn is passed over; UIDs that do not ascend
 * make the whole file worthless: 1. */
static int add_line(struct maildir_uids *uids, struct span line,
                    struct error *error)
{
    const char *space = memchr(line.data, ' ', line.length);
    struct span number = {line.data, 0}, base = {NULL, 0};
    uint64_t uid;

    if (space == NULL)
        return 0;
    number.length = (size_t)(space - line.data);
    base = (struct span){space + 1, line.length - number.length - 1};
    if (!text_to_u64(number, UINT32_MAX - 1, &uid) || uid == 0 ||
        base.length == 0 || base.length > NAME_MAX)
        return 0;
    if (uids->count > 0 && uid <= uids->list[uids->count - 1].uid)
        return 1;
    return add(uids, (uint32_t)uid, base, error);
}

void maildir_uids_free(struct maildir_uids *uids)
{
    free(uids->list);
    free(uids->table);
    maildir_names_free(&uids->bases);
    *uids = (struct maildir_uids){0};
}

/* Takes over the whole lines of `data`; what follows the last LF waits. 1: the
 * file is worthless. */
static int add_lines(struct maildir_uids *uids, struct span data, size_t *used,
                     struct error *error)
{
    const char *lf;
    int result = 0;

    *used = 0;
    while (result == 0 && *used < data.length &&
           (lf = memchr(data.data + *used, '\n', data.length - *used))) {
        struct span line = {data.data + *used,
                            (size_t)(lf - data.data) - *used};

        result = add_line(uids, line, error);
        *used += line.length + 1;
    }
    return result;
}

static int read_rest(struct maildir_uids *uids, int fd, struct error *error)
{
    char block[16 * 1024];
    ssize_t length;
    size_t used = 1;
    int result = 0;

    while (result == 0 && used > 0 &&
           (length = pread(fd, block, sizeof(block), (off_t)uids->read)) > 0) {
        result =
            add_lines(uids, (struct span){block, (size_t)length}, &used, error);
        uids->read += used;
        if (used == 0 && (size_t)length == sizeof(block))
            result = 1; /* no line of ours is so long */
    }
    if (uids->count > 0 && uids->list[uids->count - 1].uid >= uids->uidnext)
        uids->uidnext = uids->list[uids->count - 1].uid + 1;
    return result;
}

/* Same file as last time, and not shorter? Then the rest of it is enough. */
static bool goes_on(const struct maildir_uids *uids, const struct stat *now,
                    uint32_t uidvalidity)
{
    return uids->inode == now->st_ino && uids->uidvalidity == uidvalidity &&
           uids->read <= (uint64_t)now->st_size;
}

int maildir_uids_load(struct maildir_uids *uids, int folder,
                      struct error *error)
{
    uint32_t uidvalidity, uidnext;
    struct stat now;
    int result = 0, fd = open_list(folder, &uidvalidity, &uidnext, error);

    if (fd < 0)
        return fd;
    if (fstat(fd, &now) < 0)
        result = error_set_errno(error, ERROR_LOCAL, errno, UIDS_FILE);
    if (result == 0 && !goes_on(uids, &now, uidvalidity)) {
        maildir_uids_free(uids);
        uids->read = HEADER_LENGTH;
        uids->inode = now.st_ino;
        uids->uidvalidity = uidvalidity;
    }
    uids->uidnext = uidnext;
    if (result == 0)
        result = read_rest(uids, fd, error);
    close(fd);
    if (result <= 0)
        return result;
    maildir_uids_free(uids);
    if (unlinkat(folder, UIDS_FILE, 0) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, UIDS_FILE);
    return maildir_uids_load(uids, folder, error);
}

/* ---- writing it anew ---------------------------------------------------- */

static int write_anew(const struct maildir_uids *uids, FILE *file,
                      uint32_t found)
{
    char header[HEADER_LENGTH + 1];

    header_write(header, uids->uidvalidity, uids->uidnext);
    fputs(header, file);
    for (size_t i = 0; i < uids->count; i++)
        if (uids->list[i].found == found)
            fprintf(file, "%u %s\n", uids->list[i].uid, uids->list[i].base);
    return fflush(file) == 0 && !ferror(file) && fdatasync(fileno(file)) == 0
               ? 0
               : -1;
}

int maildir_uids_compact(struct maildir_uids *uids, int folder, uint32_t found,
                         struct error *error)
{
    size_t kept = 0;
    FILE *file;
    int fd;

    for (size_t i = 0; i < uids->count; i++)
        kept += uids->list[i].found == found;
    if (uids->count - kept < MAILDIR_DEAD_MIN || kept > uids->count / 2)
        return 0;
    fd = openat(folder, UIDS_FILE ".tmp",
                O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    file = fd < 0 ? NULL : fdopen(fd, "w");
    if (file == NULL || write_anew(uids, file, found) < 0 ||
        renameat(folder, UIDS_FILE ".tmp", folder, UIDS_FILE) < 0)
        error_set_errno(error, ERROR_LOCAL, errno, UIDS_FILE ".tmp");
    else
        kept = uids->count;
    if (file != NULL)
        fclose(file);
    else if (fd >= 0)
        close(fd);
    return kept == uids->count ? 0 : -ERROR_LOCAL;
}

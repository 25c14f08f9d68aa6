/* SPDX-License-Identifier: MIT */
/*
 * maildir_read: a message's octets as the wire carries them, a piece at a time:
 * no message is ever in memory as a whole.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/limits.h"
#include "common/maildir_private.h"

/* Octets of the file from `from` on: as many as `data` holds, or there are. */
static ssize_t read_file(struct maildir_reader *r, uint64_t from, void *data,
                         size_t size)
{
    size_t have = 0;

    while (have < size) {
        ssize_t got = pread(r->fd, (char *)data + have, size - have,
                            (off_t)(from + have));

        if (got < 0 && errno != EINTR)
            return error_set_errno(r->error, ERROR_LOCAL, errno,
                                   "the message can't be read");
        if (got == 0)
            break;
        if (got > 0)
            have += (size_t)got;
    }
    return (ssize_t)have;
}

/* ---- opening ------------------------------------------------------------ */

/* What its name does not tell, its first line does. */
static int find_line_ends(struct maildir_reader *r, const char *name)
{
    char block[4096], last = '\0';
    uint64_t file, wire, at = 0;
    ssize_t got;

    if (maildir_sizes_read(name, &file, &wire) && file == r->file_size &&
        file == wire)
        return 0;
    while ((got = read_file(r, at, block, sizeof(block))) > 0) {
        const char *lf = memchr(block, '\n', (size_t)got);

        if (lf != NULL) {
            r->bare_lf = (lf == block ? last : lf[-1]) != '\r';
            return 0;
        }
        last = block[got - 1];
        at += (uint64_t)got;
    }
    return (int)got;
}

/* Somebody may have changed its flags since we looked: look again, once. */
static int open_message(struct maildir *box,
                        const struct maildir_message *message)
{
    int fd = -1;

    for (int tries = 0; tries < 2 && fd < 0; tries++) {
        if (tries > 0 && maildir_look_again(box) < 0)
            return -ERROR_LOCAL;
        if (message->name[0] == '\0')
            break;
        fd = openat(maildir_folder_of(box, message), message->name,
                    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0 && errno != ENOENT)
            return error_set_errno(box->error, ERROR_LOCAL, errno, "%s",
                                   message->name);
    }
    return fd >= 0 ? fd
                   : error_set(box->error, ERROR_REFUSED,
                               "the message is gone: another session has "
                               "removed it");
}

int maildir_read_open(struct maildir_reader *r, struct maildir *box,
                      const struct maildir_message *message)
{
    struct stat facts;
    int result;

    *r = (struct maildir_reader){.error = box->error};
    r->fd = open_message(box, message);
    if (r->fd < 0) {
        result = r->fd;
        /* As in zeroed memory: there is nothing to close. */
        r->fd = 0;
        return result;
    }
    if (fstat(r->fd, &facts) < 0 || !S_ISREG(facts.st_mode))
        result = error_set(box->error, ERROR_LOCAL, "%s: not a regular file",
                           message->name);
    else {
        r->file_size = (uint64_t)facts.st_size;
        result = find_line_ends(r, message->name);
    }
    if (result < 0)
        maildir_read_close(r);
    return result;
}

void maildir_read_close(struct maildir_reader *r)
{
    if (r->fd > 0)
        close(r->fd);
    r->fd = 0;
}

/* ---- reading ------------------------------------------------------------ */

/* One block of the file in the wire's form: each bare LF with its CR. Stops
 * where `data` is full, or the block ends. */
static size_t convert(struct maildir_reader *r, struct span block, char *data,
                      size_t size)
{
    size_t made = 0, used = 0;

    if (r->owes_lf && size > 0) {
        data[made++] = '\n';
        r->owes_lf = false;
    }
    while (used < block.length && made < size) {
        char c = block.data[used++];

        if (c == '\n' && !r->after_cr) {
            data[made++] = '\r';
            if (made == size) {
                r->owes_lf = true;
                r->after_cr = false;
                break;
            }
        }
        data[made++] = c;
        r->after_cr = c == '\r';
    }
    r->file_at += used;
    r->at += made;
    return made;
}

static ssize_t read_converted(struct maildir_reader *r, char *data, size_t size)
{
    char block[MAILDIR_BLOCK];
    size_t made = 0, gained = 1;

    while (made < size && gained > 0) {
        ssize_t got = read_file(r, r->file_at, block, sizeof(block));

        if (got < 0)
            return got;
        gained = convert(r, (struct span){block, (size_t)got}, data + made,
                         size - made);
        made += gained;
    }
    return (ssize_t)made;
}

/* Where line ends are converted, only a read from the start finds an offset. */
static int go_to(struct maildir_reader *r, uint64_t offset)
{
    char skipped[MAILDIR_BLOCK];

    if (offset < r->at) {
        r->at = r->file_at = 0;
        r->owes_lf = r->after_cr = false;
    }
    while (r->at < offset) {
        uint64_t left = offset - r->at;
        ssize_t got = read_converted(r, skipped,
                                     left < sizeof(skipped) ? (size_t)left
                                                            : sizeof(skipped));

        if (got <= 0)
            return (int)got;
    }
    return 0;
}

ssize_t maildir_read(struct maildir_reader *r, uint64_t offset, void *data,
                     size_t size)
{
    int result;

    if (!r->bare_lf)
        return offset >= r->file_size ? 0 : read_file(r, offset, data, size);
    result = go_to(r, offset);
    if (result < 0 || r->at < offset)
        return result;
    return read_converted(r, data, size);
}

int maildir_read_size(struct maildir_reader *r, uint64_t *octets)
{
    char block[MAILDIR_BLOCK], last = '\0';
    uint64_t at = 0, size = 0;
    ssize_t got = 0;

    *octets = r->counted ? r->size : r->file_size;
    if (r->counted || !r->bare_lf)
        return 0;
    while ((got = read_file(r, at, block, sizeof(block))) > 0) {
        for (ssize_t i = 0; i < got; i++) {
            size += block[i] == '\n' && last != '\r' ? 2 : 1;
            last = block[i];
        }
        at += (uint64_t)got;
    }
    *octets = r->size = size;
    r->counted = got == 0;
    return (int)got;
}

/* ---- what is asked without reading -------------------------------------- */

/* The file's facts; its size must be what its name says, if we are to believe
 * the name. */
static int look_up(struct maildir *box, const struct maildir_message *message,
                   struct stat *facts)
{
    for (int tries = 0; tries < 2; tries++) {
        if (tries > 0 && maildir_look_again(box) < 0)
            return -ERROR_LOCAL;
        if (message->name[0] != '\0' &&
            fstatat(maildir_folder_of(box, message), message->name, facts,
                    AT_SYMLINK_NOFOLLOW) == 0)
            return 0;
    }
    return error_set(box->error, ERROR_REFUSED, "the message is gone");
}

int maildir_date(struct maildir *box, const struct maildir_message *message,
                 time_t *date)
{
    struct stat facts;
    int result = look_up(box, message, &facts);

    *date = result == 0 ? facts.st_mtime : 0;
    return result;
}

static int count(struct maildir *box, const struct maildir_message *message,
                 uint64_t *octets)
{
    struct maildir_reader reader;
    int result = maildir_read_open(&reader, box, message);

    if (result < 0)
        return result;
    result = maildir_read_size(&reader, octets);
    maildir_read_close(&reader);
    return result;
}

int maildir_size(struct maildir *box, const struct maildir_message *message,
                 uint64_t *octets)
{
    struct maildir_uid *entry = maildir_entry(box, message);
    struct stat facts;
    uint64_t file, wire;
    int result = 0;

    *octets = entry && entry->octets ? entry->octets - 1 : 0;
    if (entry && entry->octets)
        return 0;
    if ((result = look_up(box, message, &facts)) < 0)
        return result;
    if (maildir_sizes_read(message->name, &file, &wire) &&
        file == (uint64_t)facts.st_size)
        *octets = wire;
    else
        result = count(box, message, octets);
    if (result == 0 && entry)
        entry->octets = *octets + 1;
    return result;
}

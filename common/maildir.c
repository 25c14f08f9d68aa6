/* SPDX-License-Identifier: MIT */
/*
 * maildir: a folder opened, locked, watched and closed, and what the names of
 * its files say. How it is read stands in maildir_scan.c.
 */
#include "common/maildir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/limits.h"
#include "common/maildir_private.h"

/* ---- names -------------------------------------------------------------- */

struct maildir_piece {
    struct maildir_piece *next;
    size_t used;
    char bytes[MAILDIR_PIECE];
};

const char *maildir_names_add(struct maildir_names *names, struct span name,
                              struct error *error)
{
    struct maildir_piece *piece = names->first;
    char *kept;

    if (name.length > NAME_MAX) {
        error_set(error, ERROR_LOCAL, "a name of %zu octets", name.length);
        return NULL;
    }
    if (piece == NULL || MAILDIR_PIECE - piece->used <= name.length) {
        piece = malloc(sizeof(*piece));
        if (piece == NULL) {
            error_set(error, ERROR_LOCAL,
                      "out of memory for the names of messages");
            return NULL;
        }
        piece->next = names->first;
        piece->used = 0;
        names->first = piece;
    }
    kept = piece->bytes + piece->used;
    memcpy(kept, name.data, name.length);
    kept[name.length] = '\0';
    piece->used += name.length + 1;
    return kept;
}

void maildir_names_free(struct maildir_names *names)
{
    struct maildir_piece *piece = names->first, *next;

    for (; piece != NULL; piece = next) {
        next = piece->next;
        free(piece);
    }
    names->first = NULL;
}

/* ---- what a file's name says -------------------------------------------- */

/* The letters of maildir_flag, bit 0 first. */
static const char flag_letters[] = "DFPRST";

struct span maildir_base(const char *name)
{
    return (struct span){name, strcspn(name, ":")};
}

uint32_t maildir_flags_read(const char *name)
{
    const char *info = strstr(name, ":2,");
    uint32_t flags = 0;

    for (info = info ? info + 3 : ""; *info; info++) {
        const char *known = strchr(flag_letters, *info);

        if (known)
            flags |= (uint32_t)1 << (known - flag_letters);
        else if (*info >= 'a' && *info <= 'z')
            flags |= MAILDIR_KEYWORD(*info - 'a');
    }
    return flags;
}

bool maildir_flags_write(char name[NAME_MAX + 1], struct span base,
                         uint32_t flags)
{
    size_t at = base.length;

    /* ":2,", 6 flags, 26 keywords */
    if (base.length > NAME_MAX - 3 - 6 - MAILDIR_KEYWORDS_MAX)
        return false;
    memcpy(name, base.data, base.length);
    memcpy(name + at, ":2,", 3);
    at += 3;
    for (int i = 0; i < 6; i++)
        if (flags & (uint32_t)1 << i)
            name[at++] = flag_letters[i];
    for (int i = 0; i < MAILDIR_KEYWORDS_MAX; i++)
        if (flags & MAILDIR_KEYWORD(i))
            name[at++] = (char)('a' + i);
    name[at] = '\0';
    return true;
}

/* The number after ",S=" or the like. */
static bool size_read(struct span base, const char *what, uint64_t *size)
{
    const char *at = memmem(base.data, base.length, what, 3);
    struct span digits;

    if (at == NULL)
        return false;
    digits = (struct span){at + 3, 0};
    while (digits.data + digits.length < base.data + base.length &&
           digits.data[digits.length] != ',')
        digits.length++;
    return text_to_u64(digits, INT64_MAX, size);
}

bool maildir_sizes_read(const char *name, uint64_t *file, uint64_t *wire)
{
    struct span base = maildir_base(name);

    return size_read(base, ",S=", file) && size_read(base, ",W=", wire);
}

/* ---- opening ------------------------------------------------------------ */

static int open_folder(int at, const char *path)
{
    return openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int open_folders(struct maildir *box, const char *path)
{
    struct maildir_private *p = box->private;

    p->folder = open_folder(AT_FDCWD, path);
    if (p->folder >= 0) {
        p->new = open_folder(p->folder, "new");
        p->cur = open_folder(p->folder, "cur");
    }
    if (p->folder >= 0 && p->new >= 0 && p->cur >= 0)
        return 0;
    if (errno == ENOENT || errno == ENOTDIR)
        return error_set(box->error, ERROR_REFUSED, "there is no such mailbox");
    return error_set_errno(box->error, ERROR_LOCAL, errno, "%s", path);
}

int maildir_open(struct maildir **box, const char *path, unsigned how,
                 struct error *error)
{
    struct maildir *made = calloc(1, sizeof(*made));
    int result;

    *box = NULL;
    if (made != NULL)
        made->private = calloc(1, sizeof(*made->private));
    if (made == NULL || made->private == NULL) {
        free(made);
        return error_set(error, ERROR_LOCAL, "out of memory for a mailbox");
    }
    made->error = error;
    made->private->how = how;
    made->private->folder = made->private->new = made->private->cur = -1;
    made->private->session = made->private->watch = -1;
    result = open_folders(made, path);
    if (result == 0)
        result = maildir_refresh(made);
    if (result >= 0)
        *box = made;
    else
        maildir_close(made);
    return result < 0 ? result : 0;
}

static void close_if(int fd)
{
    if (fd >= 0)
        close(fd);
}

void maildir_close(struct maildir *box)
{
    struct maildir_private *p = box ? box->private : NULL;

    if (box == NULL)
        return;
    close_if(p->folder);
    close_if(p->new);
    close_if(p->cur);
    close_if(p->session);
    close_if(p->watch);
    maildir_uids_free(&p->uids);
    for (int i = 0; i < MAILDIR_KEYWORDS_MAX; i++)
        free(p->keywords[i]);
    maildir_names_free(&p->names);
    maildir_names_free(&p->found);
    free(p);
    free(box->messages);
    free(box);
}

int maildir_lock_session(struct maildir *box)
{
    int fd = openat(box->private->folder, "wirelab-session.lock",
                    O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0)
        return error_set_errno(box->error, ERROR_LOCAL, errno,
                               "wirelab-session.lock");
    if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        close(fd);
        return error_set(box->error, ERROR_REFUSED,
                         "another session has the mailbox");
    }
    box->private->session = fd;
    return 0;
}

/* ---- looking ------------------------------------------------------------ */

const struct maildir_message *maildir_find(const struct maildir *box,
                                           uint32_t uid)
{
    size_t low = 0, high = box->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (box->messages[middle].uid < uid)
            low = middle + 1;
        else
            high = middle;
    }
    return low < box->count && box->messages[low].uid == uid
               ? &box->messages[low]
               : NULL;
}

struct maildir_uid *maildir_entry(const struct maildir *box,
                                  const struct maildir_message *message)
{
    struct maildir_uids *uids = &box->private->uids;
    size_t low = 0, high = uids->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (uids->list[middle].uid < message->uid)
            low = middle + 1;
        else
            high = middle;
    }
    return low < uids->count && uids->list[low].uid == message->uid
               ? &uids->list[low]
               : NULL;
}

int maildir_folder_of(const struct maildir *box,
                      const struct maildir_message *message)
{
    return message->in_new ? box->private->new : box->private->cur;
}

/* By way of /proc, because the folder may have another name by now. */
int maildir_watch(struct maildir *box)
{
    struct maildir_private *p = box->private;
    uint32_t changes = IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE;
    char path[64];

    if (p->watch >= 0)
        return p->watch;
    p->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (p->watch < 0)
        return -1;
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof(path), "/proc/self/fd/%d", i ? p->cur : p->new);
        if (inotify_add_watch(p->watch, path, changes) < 0) {
            close(p->watch);
            return p->watch = -1;
        }
    }
    return p->watch;
}

void maildir_watched(struct maildir *box)
{
    char events[4096];

    while (read(box->private->watch, events, sizeof(events)) > 0)
        ;
}

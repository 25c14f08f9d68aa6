/* SPDX-License-Identifier: MIT */
/*
 * maildir_scan: what is in a folder, seen as it changes.
 *
 * Who changes a message renames its file, and a folder that is read while that
 * happens may show the file twice, or not at all. So a message that seems to
 * be gone is looked for a second time before it counts as gone.
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

/* ---- reading the two folders -------------------------------------------- */

/* A file that the list of UIDs does not know yet, or not any more. */
struct stranger {
    const char *name; /* borrowed from the box */
    bool in_new;
};

struct strangers {
    struct stranger *list; /* owned */
    size_t count, capacity;
};

static int add_stranger(struct maildir *box, struct strangers *strangers,
                        const char *name, bool in_new)
{
    if (strangers->count == strangers->capacity) {
        size_t capacity = 2 * strangers->capacity + 64;
        struct stranger *list =
            realloc(strangers->list, capacity * sizeof(*list));

        if (list == NULL)
            return error_set(box->error, ERROR_LOCAL,
                             "out of memory for new messages");
        strangers->list = list;
        strangers->capacity = capacity;
    }
    strangers->list[strangers->count++] = (struct stranger){name, in_new};
    return 0;
}

/* One file. In new/ it may have any name, and no flags yet; a name with an LF
 * could not be written into a line, and no delivery makes such. */
static int see(struct maildir *box, struct strangers *strangers,
               const char *name, bool in_new)
{
    struct maildir_private *p = box->private;
    struct maildir_uid *entry;
    const char *kept;

    if (name[0] == '.' || name[0] == ':' || strchr(name, '\n') != NULL)
        return 0;
    kept = maildir_names_add(&p->found, span_of(name), box->error);
    if (kept == NULL)
        return -ERROR_LOCAL;
    entry = maildir_uids_find(&p->uids, maildir_base(name));
    if (entry == NULL)
        return strangers ? add_stranger(box, strangers, kept, in_new) : 0;
    /* Seen in both: it was moved to cur/ while we looked. */
    if (entry->found == p->scan && in_new)
        return 0;
    entry->found = p->scan;
    entry->name = kept;
    entry->in_new = in_new;
    return 0;
}

static int see_all(struct maildir *box, struct strangers *strangers,
                   bool in_new)
{
    struct maildir_private *p = box->private;
    int fd = openat(in_new ? p->new : p->cur, ".",
                    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *file;
    int result = 0;

    if (folder == NULL) {
        error_set_errno(box->error, ERROR_LOCAL, errno, "%s of the mailbox",
                        in_new ? "new" : "cur");
        if (fd >= 0)
            close(fd);
        return -ERROR_LOCAL;
    }
    while (result == 0 && (file = readdir(folder)) != NULL)
        if (file->d_type != DT_DIR)
            result = see(box, strangers, file->d_name, in_new);
    closedir(folder);
    return result;
}

/* new/ first: what is moved meanwhile is then seen twice, not never. */
static int scan(struct maildir *box, struct strangers *strangers)
{
    int result;

    box->private->scan++;
    maildir_names_free(&box->private->found);
    if (strangers)
        strangers->count = 0;
    result = see_all(box, strangers, true);
    return result < 0 ? result : see_all(box, strangers, false);
}

static bool misses_one(const struct maildir *box)
{
    const struct maildir_uids *uids = &box->private->uids;

    for (size_t i = 0; i < uids->count; i++)
        if (uids->list[i].shown && uids->list[i].found != box->private->scan)
            return true;
    return false;
}

/* ---- from files to messages --------------------------------------------- */

/* In the order of arrival: names begin with the seconds. */
static int by_arrival(const void *a, const void *b)
{
    const char *one = ((const struct stranger *)a)->name;
    const char *other = ((const struct stranger *)b)->name;
    unsigned long long x = strtoull(one, NULL, 10);
    unsigned long long y = strtoull(other, NULL, 10);
    struct span base = maildir_base(one), second = maildir_base(other);
    size_t length = base.length < second.length ? base.length : second.length;
    int order = memcmp(base.data, second.data, length);

    if (x != y)
        return x < y ? -1 : 1;
    return order != 0
               ? order
               : (base.length > second.length) - (base.length < second.length);
}

/* Gives the files their UIDs, in the list on disk. */
static int give_uids(struct maildir *box, const struct strangers *strangers)
{
    struct maildir_private *p = box->private;
    struct span base, last = {NULL, 0};
    uint32_t uid;
    int result = 0;

    for (size_t i = 0; result == 0 && i < strangers->count; i++) {
        base = maildir_base(strangers->list[i].name);
        /* Seen in new/ and in cur/ it is one file all the same. */
        if (!span_equal(base, last))
            result = maildir_uids_give(p->folder, base, &uid, box->error);
        last = base;
    }
    if (result == 0)
        result = maildir_uids_sync(p->folder, box->error);
    return result < 0 ? result
                      : maildir_uids_load(&p->uids, p->folder, box->error);
}

/* A message of an old UID that this box has not had, though it has had newer
 * ones, was away and came back. UIDs only ascend in a session, so it gets a new
 * one (RFC 3501 §2.3.1.1). */
static int readmit(struct maildir *box, struct strangers *strangers)
{
    struct maildir_private *p = box->private;
    uint32_t top = box->count == 0 ? 0 : box->messages[box->count - 1].uid;

    for (size_t i = 0; i < p->uids.count; i++) {
        struct maildir_uid *entry = &p->uids.list[i];

        if (entry->found != p->scan || entry->shown || entry->uid > top)
            continue;
        entry->found = 0;
        if (add_stranger(box, strangers, entry->name, entry->in_new) < 0)
            return -ERROR_LOCAL;
    }
    return 0;
}

/* Files become messages. */
static int admit(struct maildir *box, struct strangers *strangers)
{
    struct maildir_private *p = box->private;
    int result = readmit(box, strangers);

    if (result < 0 || strangers->count == 0)
        return result;
    qsort(strangers->list, strangers->count, sizeof(*strangers->list),
          by_arrival);
    if ((result = give_uids(box, strangers)) < 0)
        return result;
    for (size_t i = 0; i < strangers->count; i++) {
        const char *name = strangers->list[i].name;
        struct maildir_uid *entry =
            maildir_uids_find(&p->uids, maildir_base(name));

        if (entry == NULL)
            return error_set(box->error, ERROR_LOCAL,
                             "the list of UIDs does not keep what is written");
        entry->found = p->scan;
        entry->name = name;
        entry->in_new = strangers->list[i].in_new;
    }
    return 0;
}

/* From new/ to cur/: whoever does it tells his peer that it is recent. */
static int take_new(struct maildir *box, struct maildir_uid *entry)
{
    struct maildir_private *p = box->private;
    char taken[NAME_MAX + 1];

    entry->recent = true;
    if (!(p->how & MAILDIR_TAKES_NEW) ||
        !maildir_flags_write(taken, maildir_base(entry->name),
                             maildir_flags_read(entry->name)) ||
        renameat(p->new, entry->name, p->cur, taken) < 0)
        /* It stays; its flags can be changed all the same. */
        return 0;
    entry->in_new = false;
    entry->name = maildir_names_add(&p->found, span_of(taken), box->error);
    return entry->name == NULL ? -ERROR_LOCAL : 0;
}

static int take_all_new(struct maildir *box)
{
    struct maildir_uids *uids = &box->private->uids;
    int result = 0;

    for (size_t i = 0; result == 0 && i < uids->count; i++)
        if (uids->list[i].found == box->private->scan && uids->list[i].in_new)
            result = take_new(box, &uids->list[i]);
    return result;
}

/* The names that a scan has found take the place of the old ones. */
static void keep_found(struct maildir_private *p)
{
    maildir_names_free(&p->names);
    p->names = p->found;
    p->found.first = NULL;
}

/* The list is in ascending order already: so are the UIDs. */
static int list_messages(struct maildir *box)
{
    struct maildir_private *p = box->private;
    struct maildir_message *messages =
        malloc((p->uids.count + 1) * sizeof(*messages));

    if (messages == NULL)
        return error_set(box->error, ERROR_LOCAL, "out of memory for a list");
    free(box->messages);
    box->messages = messages;
    box->count = 0;
    for (size_t i = 0; i < p->uids.count; i++) {
        struct maildir_uid *entry = &p->uids.list[i];

        entry->shown = entry->found == p->scan;
        if (!entry->shown)
            continue;
        messages[box->count++] =
            (struct maildir_message){.uid = entry->uid,
                                     .flags = maildir_flags_read(entry->name),
                                     .recent = entry->recent,
                                     .in_new = entry->in_new,
                                     .name = entry->name};
    }
    keep_found(p);
    box->uidvalidity = p->uids.uidvalidity;
    box->uidnext = p->uids.uidnext;
    return 0;
}

/* ---- seeing changes ----------------------------------------------------- */

static bool same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool before(struct timespec a, struct timespec b)
{
    return a.tv_sec < b.tv_sec ||
           (a.tv_sec == b.tv_sec && a.tv_nsec < b.tv_nsec);
}

/* The times of the folders. The kernel stamps them with a clock that ticks
 * some hundred times a second: a change in the tick of the last one can't be
 * told from it, so a stamp is sure only when its tick is over. */
static void stamp_read(const struct maildir_private *p,
                       struct maildir_stamp *stamp)
{
    struct timespec now;
    struct stat folder;

    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    *stamp = (struct maildir_stamp){.sure = true};
    if (fstat(p->new, &folder) == 0)
        stamp->new = folder.st_mtim;
    if (fstat(p->cur, &folder) == 0)
        stamp->cur = folder.st_mtim;
    stamp->sure = before(stamp->new, now) && before(stamp->cur, now);
}

/* After another process wrote the list of UIDs anew, ours was read from its
 * beginning: which messages we have had is told by the messages. */
static void remember_shown(struct maildir *box)
{
    for (size_t i = 0; i < box->count; i++) {
        struct maildir_uid *entry = maildir_entry(box, &box->messages[i]);

        if (entry == NULL || entry->uid != box->messages[i].uid)
            continue;
        entry->shown = true;
        entry->recent = box->messages[i].recent;
    }
}

/* The lock is held: no UID is given by anybody else now. */
static int read_folder(struct maildir *box, struct strangers *strangers)
{
    struct maildir_private *p = box->private;
    int result = maildir_uids_load(&p->uids, p->folder, box->error);

    if (result < 0)
        return result;
    remember_shown(box);
    result = scan(box, strangers);
    if (result == 0 && misses_one(box))
        result = scan(box, strangers);
    if (result < 0 || (result = admit(box, strangers)) < 0 ||
        (result = take_all_new(box)) < 0 || (result = list_messages(box)) < 0)
        return result;
    return maildir_uids_compact(&p->uids, p->folder, p->scan, box->error);
}

int maildir_refresh(struct maildir *box)
{
    struct maildir_private *p = box->private;
    struct strangers strangers = {0};
    struct maildir_stamp now;
    int result, lock;

    stamp_read(p, &now);
    if (p->stamp.sure && same_time(p->stamp.new, now.new) &&
        same_time(p->stamp.cur, now.cur))
        return 0;
    lock = maildir_uids_lock(p->folder, box->error);
    if (lock < 0)
        return lock;
    result = read_folder(box, &strangers);
    close(lock);
    free(strangers.list);
    if (result < 0)
        return result;
    p->stamp = now;
    return 1;
}

/* What the scan has found about a message that the list keeps. */
static void look_at(struct maildir *box, struct maildir_message *message,
                    const struct maildir_uid *entry)
{
    const struct maildir_private *p = box->private;

    if (entry->found != p->scan) {
        message->name = "";
        return;
    }
    message->name = entry->name;
    message->flags = maildir_flags_read(message->name);
    message->in_new = entry->in_new;
}

int maildir_look_again(struct maildir *box)
{
    struct maildir_private *p = box->private;
    int result = scan(box, NULL);

    if (result == 0 && misses_one(box))
        result = scan(box, NULL);
    for (size_t i = 0, at = 0; result == 0 && at < box->count; at++) {
        while (i < p->uids.count && p->uids.list[i].uid < box->messages[at].uid)
            i++;
        if (i < p->uids.count)
            look_at(box, &box->messages[at], &p->uids.list[i]);
    }
    if (result == 0)
        keep_found(p);
    p->stamp.sure = false;
    return result;
}

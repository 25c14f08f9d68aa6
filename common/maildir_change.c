/* SPDX-License-Identifier: MIT */
/*
 * maildir_change: flags, copies, moves and removals: each is one rename, link
 * or unlink, which happens as a whole or not at all. No lock is needed: who
 * comes second finds the file under another name, looks again, and does his
 * part to what the first has made.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/maildir_private.h"

static int gone(struct maildir *box)
{
    return error_set(box->error, ERROR_REFUSED,
                     "the message is gone: another session has removed it");
}

/* One attempt: 0, 1 when its file has another name by now, or a failure. */
typedef int step(struct maildir *box, struct maildir_message *message,
                 void *how);

/* Twice in a row somebody may be faster; for ever nobody is. */
static int try(struct maildir *box, struct maildir_message *message,
               step *attempt, void *how)
{
    for (int tries = 0; tries < 16; tries++) {
        int result;

        if (tries > 0 && maildir_look_again(box) < 0)
            return -ERROR_LOCAL;
        if (message->name[0] == '\0')
            return gone(box);
        result = attempt(box, message, how);
        if (result <= 0)
            return result;
    }
    return error_set(box->error, ERROR_LOCAL,
                     "others change the message faster than we can");
}

/* ---- flags -------------------------------------------------------------- */

struct flags_change {
    uint32_t add, remove;
};

static int change_flags(struct maildir *box, struct maildir_message *message,
                        void *how)
{
    const struct flags_change *change = how;
    struct maildir_private *p = box->private;
    uint32_t flags = (message->flags & ~change->remove) | change->add;
    char name[NAME_MAX + 1];

    if (flags == message->flags)
        return 0;
    if (!maildir_flags_write(name, maildir_base(message->name), flags))
        return error_set(box->error, ERROR_LOCAL,
                         "%s: the name has no room for flags", message->name);
    if (renameat(maildir_folder_of(box, message), message->name, p->cur, name) <
        0)
        return errno == ENOENT ? 1
                               : error_set_errno(box->error, ERROR_LOCAL, errno,
                                                 "%s", name);
    message->flags = flags;
    message->in_new = false;
    message->name = maildir_names_add(&p->names, span_of(name), box->error);
    if (message->name != NULL)
        return 0;
    message->name = "";
    return -ERROR_LOCAL;
}

int maildir_change_flags(struct maildir *box, struct maildir_message *message,
                         uint32_t add, uint32_t remove)
{
    struct flags_change change = {add, remove};

    return try(box, message, change_flags, &change);
}

/* ---- away --------------------------------------------------------------- */

static int unlink_file(struct maildir *box, struct maildir_message *message,
                       void *how)
{
    (void)how;
    if (unlinkat(maildir_folder_of(box, message), message->name, 0) == 0)
        return 0;
    return errno == ENOENT ? 1
                           : error_set_errno(box->error, ERROR_LOCAL, errno,
                                             "%s", message->name);
}

int maildir_remove(struct maildir *box, const struct maildir_message *message)
{
    struct maildir_message *own = &box->messages[message - box->messages];
    struct error *error = box->error, ignored = {0};
    int result;

    box->error = &ignored;
    result = own->name[0] == '\0' ? 0 : try(box, own, unlink_file, NULL);
    box->error = error;
    if (result == 0 || result == -ERROR_REFUSED) {
        own->name = "";
        return 0;
    }
    return error_set(error, ignored.class, "%s", ignored.text);
}

int maildir_sync(struct maildir *box)
{
    if (fsync(box->private->cur) < 0 || fsync(box->private->new) < 0)
        return error_set_errno(box->error, ERROR_LOCAL, errno,
                               "the mailbox can't be written to disk");
    return 0;
}

/* ---- into another folder ------------------------------------------------ */

struct transfer {
    struct maildir *to;
    char base[NAME_MAX + 1]; /* the name it will have there */
    uint32_t flags;          /* and its flags */
    bool move;
};

/* The letters of keywords are each folder's own: the same word may have another
 * there, or get one. One for which no letter is left is lost. */
static uint32_t translate(struct maildir *box, struct maildir *to,
                          uint32_t flags)
{
    uint32_t there = flags & (MAILDIR_KEYWORD(0) - 1);

    for (int i = 0; i < MAILDIR_KEYWORDS_MAX && flags != there; i++) {
        const char *name =
            flags & MAILDIR_KEYWORD(i) ? maildir_keyword(box, i) : NULL;
        int letter =
            name ? maildir_keyword_letter(to, span_of(name), true) : -1;

        if (letter >= 0)
            there |= MAILDIR_KEYWORD(letter);
    }
    return there;
}

static int transfer_file(struct maildir *box, struct maildir_message *message,
                         void *how)
{
    struct transfer *transfer = how;
    int from = maildir_folder_of(box, message);
    int to = transfer->to->private->cur, done;
    char name[NAME_MAX + 1];

    if (!maildir_flags_write(name, span_of(transfer->base), transfer->flags))
        return error_set(box->error, ERROR_LOCAL, "%s: too long a name",
                         transfer->base);
    done = transfer->move ? renameat(from, message->name, to, name)
                          : linkat(from, message->name, to, name, 0);
    if (done == 0)
        return 0;
    return errno == ENOENT
               ? 1
               : error_set_errno(box->error, ERROR_LOCAL, errno, "%s", name);
}

/* Under the other folder's lock, so that its readers see the UID and the file
 * at once. */
static int into(struct maildir *box, const struct maildir_message *message,
                struct transfer *transfer, uint32_t *uid)
{
    struct maildir_message *own = &box->messages[message - box->messages];
    int folder = transfer->to->private->folder, lock, result;
    struct span base = maildir_base(message->name);
    char sizes[NAME_MAX + 1] = "";
    const char *comma =
        base.length == 0 ? NULL : memmem(base.data, base.length, ",S=", 3);

    if (comma != NULL)
        snprintf(sizes, sizeof(sizes), "%.*s",
                 (int)(base.length - (size_t)(comma - base.data)), comma);
    maildir_unique_name(transfer->base, sizes);
    /* Before the lock, which is also that of the keywords. */
    transfer->flags = translate(box, transfer->to, message->flags);
    lock = maildir_uids_lock(folder, box->error);
    if (lock < 0)
        return lock;
    result =
        maildir_uids_give(folder, span_of(transfer->base), uid, box->error);
    if (result == 0)
        result = try(box, own, transfer_file, transfer);
    close(lock);
    if (result == 0 && transfer->move)
        own->name = "";
    return result;
}

int maildir_copy(struct maildir *box, const struct maildir_message *message,
                 struct maildir *to, uint32_t *uid)
{
    struct transfer transfer = {.to = to};

    return into(box, message, &transfer, uid);
}

int maildir_move(struct maildir *box, const struct maildir_message *message,
                 struct maildir *to, uint32_t *uid)
{
    struct transfer transfer = {.to = to, .move = true};

    return into(box, message, &transfer, uid);
}

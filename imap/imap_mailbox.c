/* SPDX-License-Identifier: MIT */
/*
 * imap_mailbox: making mailboxes, giving them other names, taking them away,
 * and subscribing to them (RFC 3501 §6.3.3 to §6.3.7).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "imap/imap_list.h"
#include "imap/imap_server.h"

/* The name of one mailbox, all of the command, and its place on disk. False: it
 * has been answered, with *result. */
static bool take_name(struct imap_session *s, struct span *name,
                      char path[PATH_MAX], int *result)
{
    if (!imap_take_astring(&s->command, name) ||
        !imap_command_ended(&s->command)) {
        *result = imap_bad_arguments(s);
        return false;
    }
    if (imap_path(s, *name, path))
        return true;
    *result = imap_no_trouble(s);
    return false;
}

/* RFC 3501 §6.3.3: a separator at the end says that mailboxes will be made
 * below; here that needs no preparation. */
int imap_act_create(struct imap_session *s)
{
    struct span name;
    char path[PATH_MAX];

    if (!imap_take_astring(&s->command, &name) ||
        !imap_command_ended(&s->command))
        return imap_bad_arguments(s);
    if (name.length > 1 && name.data[name.length - 1] == '.')
        name.length--;
    if (!imap_path(s, name, path))
        return imap_no_trouble(s);
    if (imap_exists(path))
        return imap_no(s, "There is such a mailbox already");
    if (maildir_make(path, &s->trouble) < 0)
        return imap_no_trouble(s);
    return imap_ok(s, "It is there");
}

int imap_act_delete(struct imap_session *s)
{
    struct span name;
    char path[PATH_MAX];
    int result;

    if (!take_name(s, &name, path, &result))
        return result;
    if (imap_is_inbox(name))
        return imap_no(s, "INBOX can't be deleted");
    if (!imap_exists(path))
        return imap_no(s, "There is no such mailbox");
    if (maildir_unmake(path, &s->trouble) < 0)
        return imap_no_trouble(s);
    return imap_ok(s, "It is gone");
}

/* ---- RENAME ------------------------------------------------------------- */

/* RFC 3501 §6.3.5: INBOX stays, empty; its messages go to a new mailbox. */
static int rename_inbox(struct imap_session *s, const char *target)
{
    struct maildir *from = NULL, *to = NULL;
    uint32_t uid;
    int result = maildir_make(target, &s->trouble);

    if (result == 0)
        result = maildir_open(&from, s->root, 0, &s->trouble);
    if (result == 0)
        result = maildir_open(&to, target, 0, &s->trouble);
    for (size_t i = 0; result == 0 && i < from->count; i++)
        result = maildir_move(from, &from->messages[i], to, &uid);
    if (result == 0)
        result = maildir_sync(to);
    maildir_close(from);
    maildir_close(to);
    return result;
}

/* A mailbox, and those below it: `.A` and `.A.x` become `.B` and `.B.x`. */
static int rename_all(struct imap_session *s, struct span from, struct span to)
{
    struct imap_names names = {0};
    char old[PATH_MAX + IMAP_NAME_MAX + 3], new[PATH_MAX + IMAP_NAME_MAX + 3];
    int result = imap_names_on_disk(s, &names);

    for (size_t i = 0; result == 0 && i < names.count; i++) {
        const char *name = names.list[i].name;
        size_t length = strlen(name);

        if (length < from.length || memcmp(name, from.data, from.length) ||
            (name[from.length] != '\0' && name[from.length] != '.'))
            continue;
        if (length - from.length + to.length > IMAP_NAME_MAX) {
            result = error_set(&s->trouble, ERROR_USAGE,
                               "The name of one below it would be too long");
            break;
        }
        snprintf(old, sizeof(old), "%s/.%s", s->root, name);
        snprintf(new, sizeof(new), "%s/.%.*s%s", s->root, (int)to.length,
                 to.data, name + from.length);
        if (rename(old, new) < 0)
            result =
                error_set_errno(&s->trouble, ERROR_LOCAL, errno, "%s", name);
    }
    imap_names_free(&names);
    return result;
}

int imap_act_rename(struct imap_session *s)
{
    struct span from, to;
    char old[PATH_MAX], new[PATH_MAX];
    int result;

    if (!imap_take_astring(&s->command, &from) ||
        !imap_take_astring(&s->command, &to) ||
        !imap_command_ended(&s->command))
        return imap_bad_arguments(s);
    if (!imap_path(s, from, old) || !imap_path(s, to, new))
        return imap_no_trouble(s);
    if (!imap_exists(old))
        return imap_no(s, "There is no such mailbox");
    if (imap_exists(new))
        return imap_no(s, "There is a mailbox of that name already");
    result =
        imap_is_inbox(from) ? rename_inbox(s, new) : rename_all(s, from, to);
    return result < 0 ? imap_no_trouble(s) : imap_ok(s, "It has a new name");
}

/* ---- subscriptions ------------------------------------------------------ */

/* RFC 3501 §6.3.6: a name may be subscribed to that no mailbox has. */
static int change_subscription(struct imap_session *s, bool wanted)
{
    struct span name;
    char path[PATH_MAX];
    int result;

    if (!take_name(s, &name, path, &result))
        return result;
    if (imap_is_inbox(name))
        name = SPAN("INBOX");
    return imap_subscribe(s, name, wanted) < 0 ? imap_no_trouble(s)
                                               : imap_ok(s, "Noted");
}

int imap_act_subscribe(struct imap_session *s)
{
    return change_subscription(s, true);
}

int imap_act_unsubscribe(struct imap_session *s)
{
    return change_subscription(s, false);
}

/* SPDX-License-Identifier: MIT */
/*
 * imap_copy: COPY, MOVE and EXPUNGE: messages go into another mailbox, or away
 * (RFC 3501 §6.4.3, §6.4.7, RFC 6851, RFC 4315).
 */
#include <stdio.h>

#include "imap/imap_server.h"

/* ---- COPY and MOVE ------------------------------------------------------ */

struct transfer {
    struct imap_set from, to; /* UIDs here and there */
    struct maildir *target;
    bool move;
};

/* The UIDs of both sides go into the answer, COPYUID. */
static int transfer_one(struct imap_session *s, struct transfer *t,
                        size_t number)
{
    const struct maildir_message *message = imap_view_message(s, number);
    uint32_t uid;
    int result;

    if (message == NULL)
        return -ERROR_REFUSED;
    result = t->move ? maildir_move(s->box, message, t->target, &uid)
                     : maildir_copy(s->box, message, t->target, &uid);
    if (result == 0)
        result = imap_set_add(&t->from, message->uid, &s->trouble);
    if (result == 0)
        result = imap_set_add(&t->to, uid, &s->trouble);
    return result;
}

/* RFC 3501 §6.4.7: all or nothing. A message that another session has just
 * removed is not there to be copied, and stops nobody. */
static int transfer_all(struct imap_session *s, struct transfer *t,
                        const struct imap_set *set)
{
    for (size_t i = 1; i <= s->view.count; i++) {
        int result;

        if (!imap_view_has(s, set, s->command.uid, i))
            continue;
        result = transfer_one(s, t, i);
        if (result == -ERROR_REFUSED)
            error_clear(&s->trouble);
        else if (result < 0)
            return result;
    }
    return maildir_sync(t->target);
}

/* What was copied before something failed is taken back. */
static void take_back(struct transfer *t)
{
    if (t->move || maildir_refresh(t->target) < 0)
        return;
    for (size_t i = 0; i < t->target->count; i++)
        if (imap_set_has(&t->to, t->target->messages[i].uid))
            maildir_remove(t->target, &t->target->messages[i]);
}

/* RFC 4315 §3; a set too long for a line is left out, the client asks then. */
static bool write_code(const struct transfer *t, char *code, size_t size)
{
    char from[3000], to[3000];
    size_t a = 0, b = 0;

    if (t->from.count == 0)
        return false;
    imap_set_write(&t->from, &a, from, sizeof(from));
    imap_set_write(&t->to, &b, to, sizeof(to));
    return a == t->from.count && b == t->to.count &&
           snprintf(code, size, "[COPYUID %u %s %s]", t->target->uidvalidity,
                    from, to) < (int)size;
}

/* RFC 6851 §4.3: a move tells the new UIDs before it tells what is gone; a copy
 * has them in its OK. */
static int say_done(struct imap_session *s, const struct transfer *t)
{
    char code[6100];
    bool has_code = write_code(t, code, sizeof(code));
    int result = 0;

    if (t->move && has_code)
        result = conn_say(s->conn, RFC("4315", "3"), "* OK %s Moved", code);
    if (result == 0)
        result = imap_view_update(s, true);
    if (result < 0)
        return result;
    if (t->move)
        return imap_ok(s, "Moved");
    return has_code ? imap_ok(s, "%s Copied", code) : imap_ok(s, "Copied");
}

/* TRYCREATE says that the client may make the mailbox and try again (RFC 3501
 * §6.4.7). */
static int transfer(struct imap_session *s, struct transfer *t,
                    const struct imap_set *set, const char *path)
{
    int result;

    if (!imap_exists(path))
        return imap_no(s, "[TRYCREATE] There is no such mailbox");
    if (maildir_open(&t->target, path, 0, &s->trouble) < 0)
        return imap_no_trouble(s);
    result = transfer_all(s, t, set);
    if (result < 0)
        take_back(t);
    result = result < 0 ? imap_no_trouble(s) : say_done(s, t);
    maildir_close(t->target);
    return result;
}

static int act(struct imap_session *s, bool move)
{
    struct transfer t = {.move = move};
    struct imap_set set;
    struct span name;
    char path[PATH_MAX];
    int result;

    if (!imap_take_set(s, s->command.uid, &set) ||
        !imap_take_astring(&s->command, &name) ||
        !imap_command_ended(&s->command))
        result = imap_bad_arguments(s);
    else if (move && s->read_only)
        result = imap_no(s, "The mailbox is open for reading only");
    else if (!imap_path(s, name, path))
        result = imap_no_trouble(s);
    else
        result = transfer(s, &t, &set, path);
    imap_set_free(&set);
    imap_set_free(&t.from);
    imap_set_free(&t.to);
    return result;
}

int imap_act_copy(struct imap_session *s)
{
    return act(s, false);
}

int imap_act_move(struct imap_session *s)
{
    return act(s, true);
}

/* ---- EXPUNGE ------------------------------------------------------------ */

/* RFC 4315 §2.1: with UIDs, of those marked only the ones named. */
static int remove_marked(struct imap_session *s, const struct imap_set *set)
{
    int result = 0;

    for (size_t i = 0; result == 0 && i < s->box->count; i++) {
        const struct maildir_message *message = &s->box->messages[i];

        if (message->flags & MAILDIR_TRASHED &&
            (!s->command.uid || imap_set_has(set, message->uid)))
            result = maildir_remove(s->box, message);
    }
    if (result < 0)
        return imap_no_trouble(s);
    result = imap_view_update(s, true);
    return result < 0 ? result : imap_ok(s, "Removed");
}

int imap_act_expunge(struct imap_session *s)
{
    struct imap_set set = {0};
    int result;

    if ((s->command.uid && !imap_take_set(s, true, &set)) ||
        !imap_command_ended(&s->command))
        result = imap_bad_arguments(s);
    else if (s->read_only)
        result = imap_no(s, "The mailbox is open for reading only");
    else
        result = remove_marked(s, &set);
    imap_set_free(&set);
    return result;
}

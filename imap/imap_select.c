/* SPDX-License-Identifier: MIT */
/*
 * imap_select: opening and leaving a mailbox, and the numbers of one that is
 * not open (RFC 3501 §6.3.1, §6.3.2, §6.3.10, §6.4.1, §6.4.2).
 */
#include <stdio.h>
#include <string.h>

#include "imap/imap_server.h"

/* ---- SELECT and EXAMINE ------------------------------------------------- */

/* RFC 3501 §6.3.1: also when the new one can't be opened, the old one is left,
 * and nothing in it is expunged. */
static void leave(struct imap_session *s)
{
    maildir_close(s->box);
    s->box = NULL;
    imap_view_close(s);
    if (s->state == IMAP_STATE_SELECTED)
        imap_session_enter(s, IMAP_STATE_AUTHENTICATED, "no mailbox is open");
}

/* Those of the system, and the keywords that this mailbox has by now. *room:
 * there may be more. */
static uint32_t flags_of(struct maildir *box, bool *room)
{
    uint32_t flags = MAILDIR_DRAFT | MAILDIR_FLAGGED | MAILDIR_PASSED |
                     MAILDIR_REPLIED | MAILDIR_SEEN | MAILDIR_TRASHED;

    *room = false;
    for (int i = 0; i < MAILDIR_KEYWORDS_MAX; i++)
        if (maildir_keyword(box, i))
            flags |= MAILDIR_KEYWORD(i);
        else
            *room = true;
    return flags;
}

static int say_flags(struct imap_session *s, uint32_t flags)
{
    if (conn_say_begin(s->conn, RFC("3501", "7.2.6"), "FLAGS") < 0)
        return -(int)s->error->class;
    imap_say_text(s->conn, "* FLAGS ");
    imap_say_flags(s, flags, NULL);
    conn_say_line(s->conn, "%s", "");
    return conn_say_end(s->conn);
}

/* Which of them can be changed; "\*" says that there is room for new ones. */
static int say_permanent_flags(struct imap_session *s, uint32_t flags,
                               bool room)
{
    if (conn_say_begin(s->conn, RFC("3501", "7.1"), "OK") < 0)
        return -(int)s->error->class;
    imap_say_text(s->conn, "* OK [PERMANENTFLAGS ");
    if (s->read_only)
        imap_say_text(s->conn, "()");
    else
        imap_say_flags(s, flags, room ? "\\*" : NULL);
    conn_say_line(s->conn, "] %s",
                  s->read_only ? "nothing can be changed"
                  : room       ? "these, and new keywords"
                               : "these");
    return conn_say_end(s->conn);
}

/* UNSEEN is left out where all is read: there is no first one. */
static int say_numbers(struct imap_session *s)
{
    struct conn *conn = s->conn;
    size_t unseen = 0;

    while (unseen < s->view.count && s->view.list[unseen].flags & MAILDIR_SEEN)
        unseen++;
    conn_say(conn, RFC("3501", "7.3.1"), "* %zu EXISTS", s->view.count);
    conn_say(conn, RFC("3501", "7.3.2"), "* %zu RECENT", s->view.recent);
    if (unseen < s->view.count)
        conn_say(conn, RFC("3501", "7.1"),
                 "* OK [UNSEEN %zu] the first that is not read", unseen + 1);
    conn_say(conn, RFC("3501", "2.3.1.1"), "* OK [UIDVALIDITY %u] UIDs hold",
             s->box->uidvalidity);
    return conn_say(conn, RFC("3501", "2.3.1.1"), "* OK [UIDNEXT %u] the next",
                    s->box->uidnext);
}

/* SELECT takes what is new from new/, so that no other session finds it
 * recent; EXAMINE leaves it there (RFC 3501 §6.3.2). */
static int open_mailbox(struct imap_session *s, bool read_only)
{
    struct span name;
    char path[PATH_MAX];
    uint32_t flags;
    bool room;
    int result;

    if (!imap_take_astring(&s->command, &name) ||
        !imap_command_ended(&s->command))
        return imap_bad_arguments(s);
    leave(s);
    if (!imap_path(s, name, path) ||
        maildir_open(&s->box, path, read_only ? 0 : MAILDIR_TAKES_NEW,
                     &s->trouble) < 0)
        return imap_no_trouble(s);
    s->read_only = read_only;
    flags = flags_of(s->box, &room);
    if ((result = imap_view_open(s)) < 0 ||
        (result = say_flags(s, flags)) < 0 ||
        (result = say_permanent_flags(s, flags, room)) < 0 ||
        (result = say_numbers(s)) < 0)
        return result;
    imap_session_enter(s, IMAP_STATE_SELECTED,
                       read_only ? "EXAMINE: to look only" : "SELECT");
    return imap_ok(s, read_only ? "[READ-ONLY] Nothing here will be changed"
                                : "[READ-WRITE] It is open");
}

int imap_act_select(struct imap_session *s)
{
    return open_mailbox(s, false);
}

int imap_act_examine(struct imap_session *s)
{
    return open_mailbox(s, true);
}

/* ---- CHECK and CLOSE ---------------------------------------------------- */

/* What is changed is on disk at once: there is nothing to check. */
int imap_act_check(struct imap_session *s)
{
    return imap_ok(s, "All is on disk");
}

/* RFC 3501 §6.4.2: an EXPUNGE that nobody is told of. */
int imap_act_close(struct imap_session *s)
{
    for (size_t i = 0; !s->read_only && i < s->box->count; i++)
        if (s->box->messages[i].flags & MAILDIR_TRASHED &&
            maildir_remove(s->box, &s->box->messages[i]) < 0)
            return imap_no_trouble(s);
    leave(s);
    return imap_ok(s, "It is closed");
}

/* ---- STATUS ------------------------------------------------------------- */

enum { MESSAGES, RECENT, UIDNEXT, UIDVALIDITY, UNSEEN, ITEMS };
static const char *const items[] = {"MESSAGES", "RECENT", "UIDNEXT",
                                    "UIDVALIDITY", "UNSEEN"};

static bool take_items(struct imap_command *c, unsigned order[ITEMS],
                       size_t *count)
{
    *count = 0;
    if (!imap_take_kind(c, IMAP_TOKEN_OPEN))
        return false;
    while (!imap_take_kind(c, IMAP_TOKEN_CLOSE)) {
        unsigned item = 0;

        while (item < ITEMS && !imap_take_word(c, items[item]))
            item++;
        if (item == ITEMS || *count == ITEMS)
            return false;
        order[(*count)++] = item;
    }
    return *count > 0;
}

static void count_all(const struct maildir *box, size_t values[ITEMS])
{
    values[MESSAGES] = box->count;
    values[UIDNEXT] = box->uidnext;
    values[UIDVALIDITY] = box->uidvalidity;
    values[RECENT] = values[UNSEEN] = 0;
    for (size_t i = 0; i < box->count; i++) {
        values[RECENT] += box->messages[i].recent;
        values[UNSEEN] += !(box->messages[i].flags & MAILDIR_SEEN);
    }
}

int imap_act_status(struct imap_session *s)
{
    unsigned order[ITEMS];
    size_t count, values[ITEMS];
    struct maildir *box;
    struct span name;
    char path[PATH_MAX];

    if (!imap_take_astring(&s->command, &name) ||
        !take_items(&s->command, order, &count) ||
        !imap_command_ended(&s->command))
        return imap_bad_arguments(s);
    if (!imap_path(s, name, path) ||
        maildir_open(&box, path, 0, &s->trouble) < 0)
        return imap_no_trouble(s);
    count_all(box, values);
    maildir_close(box);
    if (conn_say_begin(s->conn, RFC("3501", "7.2.4"), "STATUS") < 0)
        return -(int)s->error->class;
    imap_say_text(s->conn, "* STATUS ");
    imap_say_astring(s->conn, name);
    for (size_t i = 0; i < count; i++)
        imap_say_text(s->conn, "%s%s %zu", i ? " " : " (", items[order[i]],
                      values[order[i]]);
    conn_say_line(s->conn, ")");
    if (conn_say_end(s->conn) < 0)
        return -(int)s->error->class;
    return imap_ok(s, "Counted");
}

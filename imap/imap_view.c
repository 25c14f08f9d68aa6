/* SPDX-License-Identifier: MIT */
/*
 * imap_view: the mailbox as the client knows it, and what it is told of changes
 * that others made (RFC 3501 §5.2, §7.3, §7.4).
 *
 * Message numbers are an agreement: both sides count alike. So a message that
 * is gone keeps its number until an EXPUNGE response has said so, and that may
 * be said only where the client can't be in the middle of using numbers: not
 * while it waits for FETCH, STORE or SEARCH, and not when no command is under
 * way (RFC 3501 §7.4.1).
 */
#include <stdlib.h>

#include "imap/imap_server.h"

/* ---- numbers ------------------------------------------------------------ */

struct maildir_message *imap_view_message(struct imap_session *s, size_t number)
{
    const struct maildir_message *found = NULL;

    if (number > 0 && number <= s->view.count)
        found = maildir_find(s->box, s->view.list[number - 1].uid);
    return found ? &s->box->messages[found - s->box->messages] : NULL;
}

size_t imap_view_number(const struct imap_session *s, uint32_t uid)
{
    size_t low = 0, high = s->view.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (s->view.list[middle].uid < uid)
            low = middle + 1;
        else
            high = middle;
    }
    return low < s->view.count && s->view.list[low].uid == uid ? low + 1 : 0;
}

bool imap_view_has(const struct imap_session *s, const struct imap_set *set,
                   bool uid, size_t number)
{
    return imap_set_has(set,
                        uid ? s->view.list[number - 1].uid : (uint32_t)number);
}

void imap_view_told(struct imap_session *s, size_t number, uint32_t flags)
{
    s->view.list[number - 1].flags = flags;
}

/* ---- what is new -------------------------------------------------------- */

static int add(struct imap_session *s, const struct maildir_message *message)
{
    struct imap_view *view = &s->view;

    if (view->count == view->capacity) {
        size_t capacity = 2 * view->capacity + 64;
        struct imap_seen *list = realloc(view->list, capacity * sizeof(*list));

        if (list == NULL)
            return error_set(s->error, ERROR_LOCAL, "out of memory");
        view->list = list;
        view->capacity = capacity;
    }
    view->list[view->count++] =
        (struct imap_seen){message->uid, message->flags, message->recent};
    return 0;
}

/* UIDs ascend, so what is new comes last. */
static int add_new(struct imap_session *s)
{
    struct imap_view *view = &s->view;
    uint32_t last = view->count == 0 ? 0 : view->list[view->count - 1].uid;
    int result = 0;

    for (size_t i = s->box->count; i > 0; i--)
        if (s->box->messages[i - 1].uid <= last) {
            for (; result == 0 && i < s->box->count; i++)
                result = add(s, &s->box->messages[i]);
            return result;
        }
    for (size_t i = 0; result == 0 && i < s->box->count; i++)
        result = add(s, &s->box->messages[i]);
    return result;
}

int imap_view_open(struct imap_session *s)
{
    imap_view_close(s);
    int result = add_new(s);

    for (size_t i = 0; i < s->view.count; i++)
        s->view.recent += s->view.list[i].recent;
    return result;
}

void imap_view_close(struct imap_session *s)
{
    free(s->view.list);
    s->view = (struct imap_view){0};
}

/* ---- telling it --------------------------------------------------------- */

/* Each EXPUNGE moves the numbers after it: the second of two neighbours goes
 * with the number of the first. */
static int tell_gone(struct imap_session *s)
{
    struct imap_view *view = &s->view;
    size_t kept = 0, known = 0;
    int result = 0;

    for (size_t i = 0; i < view->count; i++) {
        while (known < s->box->count &&
               s->box->messages[known].uid < view->list[i].uid)
            known++;
        if (known < s->box->count &&
            s->box->messages[known].uid == view->list[i].uid)
            view->list[kept++] = view->list[i];
        else if (result == 0)
            result = conn_say(s->conn, RFC("3501", "7.4.1"), "* %zu EXPUNGE",
                              kept + 1);
    }
    view->count = kept;
    return result;
}

/* RECENT goes with EXISTS: of what is new some may be recent (RFC 3501
 * §7.3.2). */
static int tell_sizes(struct imap_session *s, size_t before)
{
    size_t recent = 0;
    int result = 0;

    for (size_t i = 0; i < s->view.count; i++)
        recent += s->view.list[i].recent;
    if (s->view.count > before)
        result = conn_say(s->conn, RFC("3501", "7.3.1"), "* %zu EXISTS",
                          s->view.count);
    if (result == 0 && (recent != s->view.recent || s->view.count > before))
        result =
            conn_say(s->conn, RFC("3501", "7.3.2"), "* %zu RECENT", recent);
    s->view.recent = recent;
    return result;
}

int imap_view_tell_flags(struct imap_session *s, size_t number)
{
    const struct imap_seen *seen = &s->view.list[number - 1];

    if (conn_say_begin(s->conn, RFC("3501", "7.4.2"), "FETCH") < 0)
        return -(int)s->error->class;
    imap_say_text(s->conn, "* %zu FETCH (", number);
    if (s->command.uid)
        imap_say_text(s->conn, "UID %u ", seen->uid);
    imap_say_text(s->conn, "FLAGS ");
    imap_say_flags(s, seen->flags, seen->recent ? "\\Recent" : NULL);
    conn_say_line(s->conn, ")");
    return conn_say_end(s->conn);
}

/* Both lists ascend by UID, so one walk through both finds each message
 * once. */
static int tell_changed(struct imap_session *s)
{
    size_t known = 0;
    int result = 0;

    for (size_t i = 0; result == 0 && i < s->view.count; i++) {
        struct imap_seen *seen = &s->view.list[i];

        while (known < s->box->count && s->box->messages[known].uid < seen->uid)
            known++;
        if (known == s->box->count ||
            s->box->messages[known].uid != seen->uid ||
            s->box->messages[known].flags == seen->flags)
            continue;
        seen->flags = s->box->messages[known].flags;
        result = imap_view_tell_flags(s, i + 1);
    }
    return result;
}

/* NOTE(imap-view): in this order, because the numbers of what is new and what
 * has changed are those after what is gone. */
int imap_view_update(struct imap_session *s, bool may_expunge)
{
    size_t before;
    int result;

    if (s->box == NULL)
        return 0;
    if (maildir_refresh(s->box) < 0) {
        conn_note(s->conn, RFC("3501", "5.2"), "mailbox", "%s",
                  s->trouble.text);
        /* The client is told when it asks for what can't be read. */
        error_clear(&s->trouble);
        return 0;
    }
    if (may_expunge && (result = tell_gone(s)) < 0)
        return result;
    before = s->view.count;
    if ((result = add_new(s)) < 0 || (result = tell_sizes(s, before)) < 0)
        return result;
    return tell_changed(s);
}

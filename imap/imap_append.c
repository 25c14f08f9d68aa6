/* SPDX-License-Identifier: MIT */
/*
 * imap_append: a message comes from the client into a mailbox (RFC 3501
 * §6.3.11).
 *
 * Its octets go to disk as they come and are never all in memory. Nothing is
 * asked for before we know that it can be kept: who names a mailbox that does
 * not exist is told so before he has sent fifty megabytes.
 */
#include <string.h>

#include "imap/imap_server.h"

/* What can be said of it before its first octet has come. */
enum verdict {
    TAKEN,
    NO_COMMAND, /* BAD */
    NO_WAY,     /* NO, for the reason in s->trouble */
    NO_MAILBOX, /* NO [TRYCREATE] */
    EMPTY,
    TOO_LONG
};

struct append {
    char path[PATH_MAX];
    struct maildir_wish wish;
    struct maildir_delivery *delivery;
};

/* [flags] [date-time], after the name. */
static bool take_wish(struct imap_session *s, struct append *append)
{
    struct imap_command *c = &s->command;
    const struct imap_word *word = imap_word_peek(c);
    struct maildir *box;
    bool sound = true;

    if (word != NULL && word->kind == IMAP_TOKEN_OPEN) {
        if (maildir_open(&box, append->path, 0, &s->trouble) < 0)
            return false;
        sound = imap_take_flags(s, box, false, &append->wish.flags);
        maildir_close(box);
    }
    word = imap_word_peek(c);
    if (sound && word != NULL && word->kind == IMAP_TOKEN_QUOTED) {
        sound = imap_date_read(word->text, &append->wish.date);
        imap_word_take(c);
    }
    return sound && imap_command_ended(c);
}

static enum verdict judge(struct imap_session *s, struct append *append)
{
    struct span name;

    if (s->command.message == UINT64_MAX ||
        !imap_take_astring(&s->command, &name))
        return NO_COMMAND;
    if (!imap_path(s, name, append->path))
        return NO_WAY;
    if (!imap_exists(append->path))
        return NO_MAILBOX;
    if (!take_wish(s, append))
        return NO_COMMAND;
    if (s->command.message == 0)
        return EMPTY;
    if (s->command.message > IMAP_APPEND_MAX)
        return TOO_LONG;
    if (maildir_deliver_begin(&append->delivery, append->path, &s->trouble) < 0)
        return NO_WAY;
    return TAKEN;
}

static int say_why_not(struct imap_session *s, enum verdict verdict)
{
    switch (verdict) {
    case NO_MAILBOX:
        return imap_no(s, "[TRYCREATE] There is no such mailbox");
    case EMPTY:
        return imap_no(s, "A message of no octets is none");
    case TOO_LONG:
        return imap_no(s, "A message may have %llu octets here",
                       IMAP_APPEND_MAX);
    case NO_WAY:
        return imap_no_trouble(s);
    default:
        return imap_bad_arguments(s);
    }
}

/* Reads the message, to disk or (NULL) to nowhere. What the disk does not take
 * any more must be read all the same, for the next command stands behind it. */
static int take_message(struct imap_session *s, struct append *append)
{
    uint64_t left = s->command.message;
    int result;

    while (left > 0) {
        struct span view = conn_view(s->conn);
        size_t length = view.length < left ? view.length : (size_t)left;

        if (append->delivery && length > 0 &&
            maildir_deliver_write(append->delivery, view.data, length) < 0) {
            maildir_deliver_drop(append->delivery);
            append->delivery = NULL;
        }
        conn_take(s->conn, length);
        left -= length;
        if (left > 0 && (result = conn_fill(s->conn)) < 0)
            return result;
    }
    s->command.message = UINT64_MAX;
    result = imap_command_hear_rest(s);
    return result < 0 ? result : result == 1 ? 0 : -ERROR_PROTOCOL;
}

/* RFC 4315 §3: what UID it has got. */
static int end(struct imap_session *s, struct append *append)
{
    struct maildir_delivery *delivery = append->delivery;
    uint32_t uid, uidvalidity;
    int result;

    append->delivery = NULL;
    if (delivery == NULL)
        return imap_no_trouble(s);
    if (s->command.broken || !imap_command_ended(&s->command)) {
        maildir_deliver_drop(delivery);
        return imap_bad_arguments(s);
    }
    if (maildir_deliver_end(delivery, &append->wish, &uid) < 0)
        return imap_no_trouble(s);
    uidvalidity = maildir_uidvalidity(append->path, &s->trouble);
    if ((result = imap_view_update(s, true)) < 0)
        return result;
    return imap_ok(s, "[APPENDUID %u %u] It is kept", uidvalidity, uid);
}

int imap_act_append(struct imap_session *s)
{
    struct append append = {.delivery = NULL};
    enum verdict verdict = judge(s, &append);
    int result;

    /* Nothing of a refused message is on its way: the client has not begun. */
    if (verdict != TAKEN &&
        (s->command.message_waits || s->command.message == UINT64_MAX)) {
        imap_command_heard(s);
        return say_why_not(s, verdict);
    }
    if (s->command.message_waits &&
        (result = imap_say_continue(s, "Send it")) < 0) {
        maildir_deliver_drop(append.delivery);
        return result;
    }
    result = take_message(s, &append);
    if (result == 0 && verdict == TAKEN)
        return end(s, &append);
    maildir_deliver_drop(append.delivery);
    return result < 0 ? result : say_why_not(s, verdict);
}

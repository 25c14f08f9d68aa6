/* SPDX-License-Identifier: MIT */
/*
 * imap_fetch: goes through the messages asked for, and says of each what was
 * asked (RFC 3501 §6.4.5, §7.4.2).
 */
#include "imap/imap_fetch.h"

#include <string.h>

/* ---- reading the message ------------------------------------------------ */

int imap_letter_say(struct imap_letter *letter, uint64_t from, uint64_t to)
{
    struct imap_session *s = letter->s;
    char piece[IMAP_PIECE];

    while (from < to) {
        size_t size =
            to - from < sizeof(piece) ? (size_t)(to - from) : sizeof(piece);
        ssize_t got = maildir_read(&letter->reader, from, piece, size);
        int result;

        if (got <= 0)
            return error_set(s->error, ERROR_LOCAL,
                             "a message can't be read to its end");
        if ((result = conn_say_bytes(s->conn, piece, (size_t)got)) < 0)
            return result;
        from += (uint64_t)got;
    }
    return 0;
}

/* Feeds the structure with as much of the message as the items need. */
static int take_apart(struct imap_letter *letter,
                      const struct imap_fetch *fetch)
{
    struct imap_session *s = letter->s;
    char piece[IMAP_PIECE];
    uint64_t at = 0;
    ssize_t got;

    if (s->structure == NULL)
        s->structure = imap_structure_new();
    if (s->structure == NULL)
        return error_set(s->error, ERROR_LOCAL, "out of memory");
    imap_structure_reset(s->structure);
    while ((got = maildir_read(&letter->reader, at, piece, sizeof(piece))) >
           0) {
        bool header_ended = imap_structure_feed(
            s->structure, (struct span){piece, (size_t)got});

        at += (uint64_t)got;
        if (header_ended && !fetch->tree)
            break;
    }
    imap_structure_end(s->structure);
    letter->structure = s->structure;
    return got < 0 ? -ERROR_LOCAL : 0;
}

/* Opens the message, and reads of it what the items need: the header, all of
 * it, or nothing but its size. */
static int open_letter(struct imap_letter *letter,
                       const struct imap_fetch *fetch,
                       const struct maildir_message *message)
{
    struct imap_session *s = letter->s;
    int result = maildir_read_open(&letter->reader, s->box, message);

    if (result == 0)
        result = maildir_read_size(&letter->reader, &letter->size);
    if (result == 0 && fetch->header)
        result = take_apart(letter, fetch);
    return result;
}

/* ---- one message -------------------------------------------------------- */

static int say_date(struct imap_session *s,
                    const struct maildir_message *message)
{
    char date[IMAP_DATE_MAX];
    time_t when = 0;

    maildir_date(s->box, message, &when);
    imap_date_write(date, when);
    return imap_say_text(s->conn, "INTERNALDATE \"%s\"", date);
}

static int say_size(struct imap_session *s, struct imap_letter *letter,
                    const struct maildir_message *message)
{
    uint64_t size = letter->size;

    /* Zeroed: nobody wants its octets, so the letter was not opened. */
    if (letter->reader.fd <= 0)
        maildir_size(s->box, message, &size);
    return imap_say_text(s->conn, "RFC822.SIZE %llu", (unsigned long long)size);
}

static int say_flags(struct imap_session *s, const struct imap_seen *seen,
                     const struct maildir_message *message)
{
    imap_say_text(s->conn, "FLAGS ");
    return imap_say_flags(s, message->flags, seen->recent ? "\\Recent" : NULL);
}

/* What the client has asked for, under the name that it has used. */
static int say_item(struct imap_letter *letter, const struct imap_item *item,
                    const struct imap_seen *seen,
                    const struct maildir_message *message)
{
    struct imap_session *s = letter->s;
    struct conn *conn = s->conn;

    switch (item->kind) {
    case IMAP_ITEM_FLAGS:
        return say_flags(s, seen, message);
    case IMAP_ITEM_UID:
        return imap_say_text(conn, "UID %u", message->uid);
    case IMAP_ITEM_INTERNALDATE:
        return say_date(s, message);
    case IMAP_ITEM_SIZE:
        return say_size(s, letter, message);
    case IMAP_ITEM_ENVELOPE:
        imap_say_text(conn, "ENVELOPE ");
        return imap_envelope_say(conn, imap_structure_root(letter->structure));
    case IMAP_ITEM_BODY:
    case IMAP_ITEM_BODYSTRUCTURE:
        imap_say_text(conn, "%s ", item->label);
        return imap_bodystructure_say(conn,
                                      imap_structure_root(letter->structure),
                                      item->kind == IMAP_ITEM_BODYSTRUCTURE);
    case IMAP_ITEM_SECTION:
        return imap_section_say(letter, item);
    }
    return 0;
}

/* NOTE(imap-fetch): one FETCH response. \Seen is set first, so that the flags
 * in it are the new ones; they are added if nobody asked, for they changed. */
static int say_fetch(struct imap_letter *letter, const struct imap_fetch *fetch,
                     size_t number, struct maildir_message *message)
{
    struct imap_session *s = letter->s;
    const struct imap_seen *seen = &s->view.list[number - 1];
    bool news = fetch->seen && !s->read_only &&
                !(message->flags & MAILDIR_SEEN) &&
                maildir_change_flags(s->box, message, MAILDIR_SEEN, 0) == 0;
    const char *space = "";
    int result = conn_say_begin(s->conn, RFC("3501", "7.4.2"), "FETCH");

    if (result == 0)
        result = imap_say_text(s->conn, "* %zu FETCH (", number);
    if (s->command.uid) {
        imap_say_text(s->conn, "UID %u", message->uid);
        space = " ";
    }
    for (size_t i = 0; result == 0 && i < fetch->count; i++) {
        if (s->command.uid && fetch->items[i].kind == IMAP_ITEM_UID)
            continue;
        imap_say_text(s->conn, "%s", space);
        space = " ";
        result = say_item(letter, &fetch->items[i], seen, message);
    }
    if (result == 0 && (news || seen->flags != message->flags) &&
        !fetch->flags) {
        imap_say_text(s->conn, "%s", space);
        result = say_flags(s, seen, message);
    }
    if (result == 0)
        result = conn_say_line(s->conn, ")");
    imap_view_told(s, number, message->flags);
    return result < 0 ? result : conn_say_end(s->conn);
}

/* 1: the message is gone. */
static int fetch_one(struct imap_session *s, const struct imap_fetch *fetch,
                     size_t number)
{
    struct imap_letter letter = {.s = s};
    struct maildir_message *message = imap_view_message(s, number);
    int result = 0;

    if (message == NULL)
        return 1;
    if (fetch->content) {
        result = open_letter(&letter, fetch, message);
        if (s->error->class == 0 && result < 0) {
            maildir_read_close(&letter.reader);
            error_clear(&s->trouble);
            return 1;
        }
    }
    if (result == 0)
        result = say_fetch(&letter, fetch, number, message);
    maildir_read_close(&letter.reader);
    return result;
}

int imap_act_fetch(struct imap_session *s)
{
    struct imap_fetch fetch;
    struct imap_set set;
    size_t gone = 0;
    int result = 0;

    if (!imap_take_set(s, s->command.uid, &set) ||
        !imap_fetch_items(s, &fetch)) {
        imap_set_free(&set);
        return imap_bad_arguments(s);
    }
    for (size_t i = 1; result >= 0 && i <= s->view.count; i++) {
        if (!imap_view_has(s, &set, s->command.uid, i))
            continue;
        result = fetch_one(s, &fetch, i);
        gone += result == 1;
    }
    imap_set_free(&set);
    if (result < 0)
        return result;
    if (gone > 0 && !s->command.uid)
        return imap_no(s, "%zu of the messages are gone", gone);
    return imap_ok(s, "Fetched");
}

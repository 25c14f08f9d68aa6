/* SPDX-License-Identifier: MIT */
/*
 * pop3_drop: the maildrop of one session: what lay in the Maildir when it was
 * locked. Messages keep their numbers until QUIT, those marked as deleted too;
 * mail that comes meanwhile is seen by the next session (RFC 1939 §5).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pop3/pop3_server.h"

/* ---- locking and leaving ------------------------------------------------ */

static int lock(struct pop3_session *session, const char *path)
{
    struct error *error = &session->mail_error;
    int result = maildir_make(path, error);

    if (result == 0)
        result = maildir_open(&session->box, path, 0, error);
    if (result == 0)
        result = maildir_lock_session(session->box);
    if (result < 0)
        return result;
    session->deleted =
        calloc(session->box->count + 1, sizeof(*session->deleted));
    session->sizes = malloc((session->box->count + 1) * sizeof(uint64_t));
    if (!session->deleted || !session->sizes)
        return error_set(error, ERROR_LOCAL, "out of memory");
    for (size_t i = 0; i < session->box->count; i++)
        session->sizes[i] = UINT64_MAX;
    return 0;
}

int pop3_drop_open(struct pop3_session *session)
{
    char path[PATH_MAX];
    int result;

    error_clear(&session->mail_error);
    if (!maildir_path(path, session->site->maildir, session->account))
        return error_set(&session->mail_error, ERROR_LOCAL,
                         "the path of the maildrop is too long");
    if ((result = lock(session, path)) < 0)
        pop3_drop_close(session);
    return result;
}

size_t pop3_drop_update(struct pop3_session *session)
{
    size_t left = 0;

    for (size_t i = 0; i < session->box->count; i++)
        if (session->deleted[i] &&
            maildir_remove(session->box, &session->box->messages[i]) < 0)
            left++;
    if (maildir_sync(session->box) < 0)
        conn_note(session->conn, RFC("1939", "6"), "sync", "%s",
                  session->mail_error.text);
    return left;
}

void pop3_drop_close(struct pop3_session *session)
{
    maildir_close(session->box);
    free(session->deleted);
    free(session->sizes);
    session->box = NULL;
    session->deleted = NULL;
    session->sizes = NULL;
}

/* ---- one message -------------------------------------------------------- */

/* The octets that RETR will send, but for stuffing and the last dot. A file
 * that is gone has none: somebody else has removed it. */
static uint64_t size_of(struct pop3_session *session, size_t index)
{
    uint64_t *size = &session->sizes[index];

    if (*size == UINT64_MAX &&
        maildir_size(session->box, &session->box->messages[index], size) < 0) {
        error_clear(&session->mail_error);
        *size = 0;
    }
    return *size;
}

/* The message that the next argument names, by its index; or -1, and why not
 * was said. */
static long message_of(struct pop3_session *session, struct span *rest,
                       int *result)
{
    struct span word;
    uint32_t number;

    if (pop3_word_next(rest, &word) && pop3_number_read(word, &number) &&
        number <= session->box->count && !session->deleted[number - 1])
        return (long)number - 1;
    *result = pop3_say(session, RFC("1939", "5"), "-ERR no such message");
    return -1;
}

/* ---- STAT, LIST, UIDL --------------------------------------------------- */

int pop3_act_stat(struct pop3_session *session)
{
    uint64_t octets = 0;
    size_t count = 0;

    for (size_t i = 0; i < session->box->count; i++)
        if (!session->deleted[i]) {
            octets += size_of(session, i);
            count++;
        }
    return pop3_say(session, RFC("1939", "5"), "+OK %zu %llu", count,
                    (unsigned long long)octets);
}

/* "3 1024", or "3 1764000000.17": the UID of IMAP, with its validity before it,
 * for a number alone may be given anew when the mailbox is made anew. */
static void describe(struct pop3_session *session, size_t index, bool uid,
                     char text[64])
{
    if (uid)
        snprintf(text, 64, "%zu %u.%u", index + 1, session->box->uidvalidity,
                 session->box->messages[index].uid);
    else
        snprintf(text, 64, "%zu %llu", index + 1,
                 (unsigned long long)size_of(session, index));
}

static int list(struct pop3_session *session, struct rfc rfc, bool uid)
{
    struct span rest = session->command.rest;
    struct conn *conn = session->conn;
    char text[64];
    int result = 0;

    if (span_trim(rest).length > 0) {
        long index = message_of(session, &rest, &result);
        if (index < 0)
            return result;
        describe(session, (size_t)index, uid, text);
        return pop3_say(session, rfc, "+OK %s", text);
    }
    if ((result = conn_say_begin(conn, rfc, "+OK")) < 0 ||
        (result = conn_say_line(conn, "+OK")) < 0)
        return result;
    for (size_t i = 0; i < session->box->count && result == 0; i++) {
        if (session->deleted[i])
            continue;
        describe(session, i, uid, text);
        result = conn_say_line(conn, "%s", text);
    }
    if (result < 0 || (result = conn_say_line(conn, ".")) < 0)
        return result;
    return conn_say_end(conn);
}

int pop3_act_list(struct pop3_session *session)
{
    return list(session, RFC("1939", "5"), false);
}

int pop3_act_uidl(struct pop3_session *session)
{
    return list(session, RFC("1939", "7"), true);
}

/* ---- RETR, TOP ---------------------------------------------------------- */

/* The dot that goes before a dot is the wire's, and no octet of the message
 * (RFC 1939 §3). */
static int say_stuffed(struct conn *conn, struct pop3_stuffing *stuffing,
                       struct span piece)
{
    struct span run;
    bool dot;
    int result = 0;

    while (result == 0 && pop3_stuff_next(stuffing, &piece, &run, &dot)) {
        if (dot)
            result = conn_say_bytes(conn, ".", 1);
        if (result == 0)
            result = conn_say_bytes(conn, run.data, run.length);
    }
    return result;
}

/* The octets of the file. One that does not end in CR LF gets one, for the dot
 * must begin a line. */
static int say_octets(struct pop3_session *session,
                      struct maildir_reader *reader, struct pop3_top *top)
{
    char bytes[POP3_FILE_PIECE];
    struct pop3_stuffing stuffing = {POP3_STUFF_START};
    uint64_t offset = 0;
    size_t used = 1, length = 0;
    int result = 0;

    while (result == 0 && used > 0 && used >= length) {
        ssize_t n = maildir_read(reader, offset, bytes, sizeof(bytes));
        if (n < 0)
            return error_set(session->error, ERROR_LOCAL, "%s",
                             session->mail_error.text);
        length = (size_t)n;
        used = top ? pop3_top_read(top, (struct span){bytes, length}) : length;
        result =
            say_stuffed(session->conn, &stuffing, (struct span){bytes, used});
        offset += used;
    }
    if (result == 0 && stuffing.state != POP3_STUFF_START)
        result = conn_say_bytes(session->conn, "\r\n", 2);
    return result < 0 ? result : conn_say_line(session->conn, ".");
}

static int say_message(struct pop3_session *session, struct rfc rfc,
                       size_t index, struct pop3_top *top)
{
    struct maildir_reader reader = {.fd = -1};
    struct conn *conn = session->conn;
    uint64_t size = size_of(session, index);
    int result = maildir_read_open(&reader, session->box,
                                   &session->box->messages[index]);

    if (result < 0) {
        error_clear(&session->mail_error);
        return pop3_say(session, rfc, "-ERR this message is gone");
    }
    if ((result = conn_say_begin(conn, rfc, "+OK")) == 0 &&
        (result = top ? conn_say_line(conn, "+OK")
                      : conn_say_line(conn, "+OK %llu octets",
                                      (unsigned long long)size)) == 0 &&
        (result = say_octets(session, &reader, top)) == 0)
        result = conn_say_end(conn);
    maildir_read_close(&reader);
    return result;
}

int pop3_act_retr(struct pop3_session *session)
{
    struct span rest = session->command.rest;
    int result = 0;
    long index = message_of(session, &rest, &result);

    return index < 0
               ? result
               : say_message(session, RFC("1939", "5"), (size_t)index, NULL);
}

int pop3_act_top(struct pop3_session *session)
{
    struct span rest = session->command.rest, word;
    struct pop3_top top = {0};
    int result = 0;
    long index = message_of(session, &rest, &result);

    if (index < 0)
        return result;
    if (!pop3_word_next(&rest, &word) ||
        !text_to_u64(word, UINT32_MAX, &top.lines))
        return pop3_say(session, RFC("1939", "7"),
                        "-ERR TOP needs a message and a number of lines");
    return say_message(session, RFC("1939", "7"), (size_t)index, &top);
}

/* ---- DELE, RSET --------------------------------------------------------- */

int pop3_act_dele(struct pop3_session *session)
{
    struct span rest = session->command.rest;
    int result = 0;
    long index = message_of(session, &rest, &result);

    if (index < 0)
        return result;
    session->deleted[index] = true;
    return pop3_say(session, RFC("1939", "5"),
                    "+OK message %ld is marked, QUIT removes it", index + 1);
}

int pop3_act_rset(struct pop3_session *session)
{
    memset(session->deleted, 0,
           session->box->count * sizeof(*session->deleted));
    return pop3_say(session, RFC("1939", "5"), "+OK %zu messages, none marked",
                    session->box->count);
}

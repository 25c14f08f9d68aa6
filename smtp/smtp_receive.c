/* SPDX-License-Identifier: MIT */
/*
 * smtp_receive: DATA. The octets go from the wire through the unstuffing into a
 * spool file, a piece at a time: a message's size is the disk's matter, not the
 * memory's.
 */
#include <stdio.h>
#include <string.h>

#include "smtp/smtp_server.h"

/* What is known of the data while they come. */
struct receipt {
    struct smtp_unstuff unstuff;
    struct smtp_header header;
    bool too_long; /* more than we take: the rest is read, and not kept */
    bool no_disk;  /* the spool can't be written */
};

/* ---- reading ------------------------------------------------------------ */

/* A failure of ours does not end the reading: the client hears of it where it
 * listens for it, after its last line. */
static void keep(struct smtp_session *s, struct receipt *r, struct span piece)
{
    r->too_long =
        r->too_long || r->unstuff.content > (uint64_t)s->site->size_max;
    smtp_header_read(&r->header, piece);
    if (!r->too_long && !r->no_disk)
        r->no_disk =
            smtp_spool_write(&s->spool, piece.data, piece.length, s->error) < 0;
}

/* NOTE(smtp-smuggling): a bare LF or CR is not mended and not passed on. Some
 * server further on might take what stands behind it for commands: "LF . LF"
 * for the end, and the rest for another message from us. So the message is
 * refused, and the connection ends: the bytes behind may be that message. */
static int refuse_line_end(struct smtp_session *s, const char *why)
{
    int result;

    conn_take(s->conn, conn_view(s->conn).length);
    conn_heard(s->conn, RFC("5321", "2.3.8"), "message");
    s->close = true;
    result =
        smtp_say(s, RFC("5321", "2.3.8"), 554, "5.6.0", "%s; goodbye", why);
    conn_linger(s->conn, RFC("9293", "3.6"));
    error_set(s->error, ERROR_PROTOCOL, "%s", why);
    return result < 0 ? result : -ERROR_PROTOCOL;
}

/* Up to CR LF "." CR LF. */
static int read_data(struct smtp_session *s, struct receipt *r)
{
    const char *why = "";

    for (;;) {
        struct span piece;
        size_t used;
        enum parse outcome = smtp_unstuff_read(&r->unstuff, conn_view(s->conn),
                                               &used, &piece, &why);
        int result;

        if (outcome == PARSE_BROKEN)
            return refuse_line_end(s, why);
        keep(s, r, piece);
        conn_take(s->conn, used);
        if (outcome == PARSE_DONE)
            return 0;
        if (used == 0 && (result = conn_fill(s->conn)) < 0)
            return result;
    }
}

/* ---- judging ------------------------------------------------------------ */

/* False: it is refused, and the verdict says why. */
static bool acceptable(const struct smtp_session *s, const struct receipt *r,
                       struct smtp_verdict *verdict)
{
    if (r->too_long)
        return smtp_refuse(verdict, 552, "5.3.4",
                           "a message may have %ld octets here",
                           s->site->size_max);
    if (r->no_disk)
        return smtp_refuse(verdict, 452, "4.3.1", "no room to store it");
    /* RFC 5321 §6.3: so many servers had it that it must run in a circle. */
    if (r->header.hops >= SMTP_HOPS_MAX)
        return smtp_refuse(verdict, 554, "5.4.6",
                           "%u servers had it before: a mail loop",
                           r->header.hops);
    return true;
}

static int finish(struct smtp_session *s, struct receipt *r)
{
    struct smtp_verdict verdict = {.code = 0};

    conn_heard(s->conn, RFC("5321", "4.1.1.4"), "message");
    conn_set_deadline(s->conn, DEADLINE_NEVER);
    /* Whoever passes it on must know, whether BODY= said so or not. */
    if (r->header.eight_bit)
        s->transaction.mail.body = SMTP_BODY_8BITMIME;
    s->transaction.mail.size = s->spool.length;
    if (acceptable(s, r, &verdict))
        smtp_store(s, &verdict);
    if (verdict.code >= 400)
        conn_note(s->conn, RFC("5321", "4.2.5"), "refused", "%s%s%s",
                  verdict.text, s->error->text[0] ? ": " : "", s->error->text);
    error_clear(s->error);
    smtp_spool_drop(&s->spool);
    smtp_session_enter(s, SMTP_STATE_GREETED);
    return smtp_say_verdict(s, RFC("5321", "4.2.5"), &verdict);
}

/* ---- the act ------------------------------------------------------------ */

static int begin(struct smtp_session *s)
{
    char received[SMTP_RECEIVED_MAX];

    if (smtp_spool_begin(&s->spool, &s->site->queue, s->error) < 0)
        return -1;
    smtp_received_write(received, s);
    return smtp_spool_write(&s->spool, received, strlen(received), s->error);
}

int smtp_act_data(struct smtp_session *s)
{
    struct receipt receipt = {.no_disk = false};
    int result;

    if (s->argument.length > 0)
        return smtp_say(s, RFC("5321", "4.1.1.4"), 501, "5.5.4",
                        "DATA takes no argument");
    if (begin(s) < 0) {
        conn_note(s->conn, RFC("5321", "4.2.2"), "refused", "%s",
                  s->error->text);
        error_clear(s->error);
        smtp_spool_drop(&s->spool);
        return smtp_say(s, RFC("5321", "4.2.2"), 452, "4.3.1",
                        "no room to store a message");
    }
    result = smtp_say(s, RFC("5321", "4.1.1.4"), 354, "",
                      "the message, then a line with a dot alone");
    conn_set_deadline(s->conn, deadline_in_ms(SMTP_SERVER_DATA_MS));
    if (result == 0)
        result = read_data(s, &receipt);
    if (result == 0)
        return finish(s, &receipt);
    smtp_spool_drop(&s->spool);
    return result;
}

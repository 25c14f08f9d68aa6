/* SPDX-License-Identifier: MIT */
/*
 * smtp_data: the octets of a message on their way out. RFC 5321 §2.3.8: lines
 * end in CR LF, and neither stands alone. RFC 5321 §4.5.2: a line that begins
 * with a dot gets another one, so that a lone dot can end the message.
 *
 * A message is read twice: once to know its size and what it needs of the
 * server, once to be sent. Both go through one walk, so they can't disagree.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/conn.h"
#include "common/progress.h"
#include "smtp/smtp.h"

/* ---- the walk ----------------------------------------------------------- */

struct walk {
    struct conn *conn; /* NULL: only counts */
    bool in_line;      /* the line has begun: a dot is no first one */
    bool after_cr;     /* a CR came last; what it was is not known yet */
    bool in_body;      /* the empty line has been passed */
    uint64_t line;     /* octets of the line so far */
    struct smtp_content seen;
};

/* Octets as they stand. */
static int put(struct walk *walk, const char *bytes, size_t length)
{
    walk->seen.size += length;
    return walk->conn ? conn_say_bytes(walk->conn, bytes, length) : 0;
}

static int end_line(struct walk *walk)
{
    if (walk->line > walk->seen.longest_line)
        walk->seen.longest_line = walk->line;
    walk->in_body = walk->in_body || walk->line == 0;
    walk->line = 0;
    walk->in_line = false;
    return put(walk, "\r\n", 2);
}

/* Without a branch for each byte: a message is long, and most have none above
 * 127. */
static void note_eight_bit(struct walk *walk, const char *bytes, size_t length)
{
    unsigned char all = 0;

    for (size_t i = 0; i < length; i++)
        all |= (unsigned char)bytes[i];
    if (all < 0x80)
        return;
    walk->seen.eight_bit = true;
    walk->seen.eight_bit_header |= !walk->in_body;
}

/* A piece of one line, without its end. The dot that is added counts for
 * nothing: RFC 1870 §5. */
static int put_text(struct walk *walk, const char *bytes, size_t length)
{
    int result = 0;

    if (length == 0)
        return 0;
    if (!walk->in_line && bytes[0] == '.') {
        walk->seen.stuffed++;
        result = walk->conn ? conn_say_bytes(walk->conn, ".", 1) : 0;
    }
    walk->in_line = true;
    walk->line += length;
    note_eight_bit(walk, bytes, length);
    return result < 0 ? result : put(walk, bytes, length);
}

/* How many bytes come before the next CR or LF. */
static size_t until_line_end(const char *bytes, size_t length)
{
    const char *lf = memchr(bytes, '\n', length);
    size_t line = lf ? (size_t)(lf - bytes) : length;
    const char *cr = memchr(bytes, '\r', line);

    return cr ? (size_t)(cr - bytes) : line;
}

/* The line ends here: `c` is an LF, or what comes behind a CR. *taken is how
 * much of it belongs to the end. */
static int take_line_end(struct walk *walk, char c, size_t *taken)
{
    *taken = c == '\n';
    walk->seen.mended += !(walk->after_cr && c == '\n');
    walk->after_cr = false;
    return end_line(walk);
}

/* CR LF, LF and CR alone all end a line; what goes out is CR LF. A CR at the
 * end of a piece waits for the next one to tell which it was. */
static int walk_piece(struct walk *walk, const char *bytes, size_t length)
{
    int result = 0;

    while (length > 0 && result == 0) {
        size_t taken;

        if (walk->after_cr || bytes[0] == '\n') {
            result = take_line_end(walk, bytes[0], &taken);
        } else {
            taken = until_line_end(bytes, length);
            result = put_text(walk, bytes, taken);
            walk->after_cr = taken < length && bytes[taken] == '\r';
            taken += walk->after_cr;
        }
        bytes += taken;
        length -= taken;
    }
    return result;
}

/* RFC 5321 §4.1.1.4: what is sent ends in CR LF, or the dot that follows would
 * not stand alone on its line. */
static int walk_end(struct walk *walk)
{
    if (!walk->after_cr && !walk->in_line)
        return 0;
    walk->seen.mended++;
    walk->after_cr = false;
    return end_line(walk);
}

/* ---- where the octets come from ----------------------------------------- */

/* A file that has become shorter can't be ended with a dot: half a letter
 * would pass for a whole one. */
static int walk_file(struct walk *walk, const struct smtp_content *content,
                     char *piece, struct error *error)
{
    uint64_t at = 0;

    while (at < content->length) {
        uint64_t left = content->length - at;
        ssize_t got =
            pread(content->fd, piece, left < SMTP_PIECE ? left : SMTP_PIECE,
                  (off_t)(content->offset + at));
        int result;

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(error, ERROR_LOCAL, errno,
                                   "reading the message");
        if (got == 0)
            return error_set(error, ERROR_LOCAL,
                             "the message has become shorter while it was "
                             "sent");
        if ((result = walk_piece(walk, piece, (size_t)got)) < 0)
            return result;
        at += (uint64_t)got;
        if (walk->conn && content->progress)
            progress_step(content->progress, at);
    }
    return 0;
}

static int walk_all(struct walk *walk, const struct smtp_content *content,
                    struct error *error)
{
    char *piece = malloc(SMTP_PIECE);
    int result;

    if (!piece)
        return error_set(error, ERROR_LOCAL, "out of memory");
    result = walk_piece(walk, content->head.data, content->head.length);
    if (result == 0 && content->fd >= 0)
        result = walk_file(walk, content, piece, error);
    if (result == 0)
        result = walk_end(walk);
    free(piece);
    return result;
}

int smtp_content_scan(struct smtp_content *content, struct error *error)
{
    struct walk walk = {.conn = NULL};
    int result = walk_all(&walk, content, error);

    content->size = walk.seen.size;
    content->longest_line = walk.seen.longest_line;
    content->mended = walk.seen.mended;
    content->stuffed = walk.seen.stuffed;
    content->eight_bit = walk.seen.eight_bit;
    content->eight_bit_header = walk.seen.eight_bit_header;
    content->scanned = result == 0;
    return result;
}

int smtp_content_say(struct conn *conn, const struct smtp_content *content,
                     struct error *error)
{
    struct walk walk = {.conn = conn};
    int result = walk_all(&walk, content, error);

    if (result == 0 && content->scanned && walk.seen.size != content->size)
        result = error_set(error, ERROR_LOCAL,
                           "the message has changed while it was sent");
    /* NOTE(smtp-dot): the lone dot that ends it (RFC 5321 §4.1.1.4). */
    return result < 0 ? result : conn_say_bytes(conn, ".\r\n", 3);
}

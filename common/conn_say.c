/* SPDX-License-Identifier: MIT */
/*
 * conn_say: gathers a message and lets it go as a whole. The trace gets one
 * event a message, with the citation and the line of the call that began it,
 * and the time before its first byte left.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/conn_private.h"

/* The first byte of the message is about to leave: the time is taken before, or
 * the frame would seem to precede its cause. */
static void conn_leaves(struct conn *c)
{
    if (c->said.time_ns == 0 && c->trace != NULL)
        c->said.time_ns = conn_time_ns();
}

/* Lets what `out` holds go on its way: to the socket, or into records. */
static int conn_pass_out(struct conn *c)
{
    size_t length = c->out_length;

    if (length == 0)
        return 0;
    if (c->saying) {
        c->out_passed = true;
        conn_leaves(c);
    }
    c->out_length = c->out_start = 0;
    if (c->tls != NULL)
        return conn_tls_seal(c, c->out, length);
    return conn_transmit(c, c->out, length);
}

int conn_flush(struct conn *c)
{
    if (c->failed != 0)
        return -c->failed;
    if (conn_pass_out(c) < 0)
        return -c->failed;
    return c->tls != NULL ? conn_tls_flush(c) : 0;
}

void conn_hold(struct conn *c, bool hold)
{
    c->hold = hold;
}

/* What is larger than the buffer goes straight from the caller's memory. */
static int conn_push(struct conn *c, const void *data, size_t length)
{
    conn_message_add(&c->said, data, length);
    c->said_total += length;
    if (length > CONN_OUTPUT_MAX - c->out_length && conn_pass_out(c) < 0)
        return -c->failed;
    if (length > CONN_OUTPUT_MAX) {
        c->out_passed = true;
        conn_leaves(c);
        return c->tls != NULL ? conn_tls_seal(c, data, length)
                              : conn_transmit(c, data, length);
    }
    memcpy(c->out + c->out_length, data, length);
    c->out_length += length;
    return 0;
}

/* A message with a forbidden byte must not leave in part: what of it waits is
 * taken back. If some has left already, only the end of the connection keeps
 * the peer from reading the rest of our words as something else. */
static int conn_refuse(struct conn *c, const char *why)
{
    c->refused = true;
    c->out_length = c->out_start;
    c->said_total = c->said.clear_from;
    if (c->out_passed)
        return conn_fail(c, ERROR_USAGE, 0, c->said.rfc, "%s: %s", c->said.name,
                         why);
    return error_set(c->error, ERROR_USAGE, "%s: %s", c->said.name, why);
}

/* Is there a byte that would end the line early and let an argument speak for
 * us? The formats of this house hold none, so it came in through one. */
static bool conn_has_line_end(const char *text, size_t length)
{
    return memchr(text, '\r', length) != NULL ||
           memchr(text, '\n', length) != NULL ||
           memchr(text, '\0', length) != NULL;
}

static int conn_push_text(struct conn *c, const char *text, size_t length)
{
    if (conn_has_line_end(text, length))
        return conn_refuse(c, "refused to send an argument that contains "
                              "CR, LF or NUL");
    return conn_push(c, text, length);
}

/* True when a piece can be added to the message being said. */
static int conn_may_say(struct conn *c)
{
    if (c->failed != 0)
        return -c->failed;
    if (c->refused)
        return -ERROR_USAGE;
    if (!c->saying)
        return error_set(c->error, ERROR_USAGE,
                         "a piece was said outside of a message");
    return 0;
}

int conn_say_begin_at(struct conn *c, struct where where, struct rfc rfc,
                      const char *name)
{
    if (c->failed != 0)
        return -c->failed;
    if (c->saying)
        return error_set(c->error, ERROR_USAGE,
                         "%s was begun before %s had ended", name,
                         c->said.name);
    conn_message_begin(&c->said, c->said_total);
    conn_message_name(&c->said, span_of(name));
    c->said.where = c->where = where;
    c->said.rfc = c->rfc = rfc;
    c->saying = true;
    c->refused = c->out_passed = false;
    c->out_start = c->out_length;
    return 0;
}

int conn_say_bytes(struct conn *c, const void *data, size_t length)
{
    int status = conn_may_say(c);

    return status < 0 || length == 0 ? status : conn_push(c, data, length);
}

static int conn_say_format(struct conn *c, const char *format,
                           va_list arguments)
{
    char line[CONN_LINE_MAX];
    int length = vsnprintf(line, sizeof line, format, arguments);

    if (length < 0 || (size_t)length >= sizeof line)
        return conn_refuse(c, "refused to send a line of more than "
                              "CONN_LINE_MAX bytes");
    if (conn_push_text(c, line, (size_t)length) < 0)
        return c->failed != 0 ? -c->failed : -ERROR_USAGE;
    return conn_push(c, "\r\n", 2);
}

int conn_say_line(struct conn *c, const char *format, ...)
{
    va_list arguments;
    int status = conn_may_say(c);

    if (status < 0)
        return status;
    va_start(arguments, format);
    status = conn_say_format(c, format, arguments);
    va_end(arguments);
    return status;
}

int conn_say_secret(struct conn *c, const char *text)
{
    size_t length = strlen(text);
    int status = conn_may_say(c);

    if (status < 0)
        return status;
    conn_message_mask(&c->said, c->said.length, c->said.length + length);
    return conn_push_text(c, text, length);
}

int conn_say_end(struct conn *c)
{
    int status = conn_may_say(c);

    /* What a failed conn was in the middle of saying, conn_close tells. */
    if (status < 0) {
        c->saying = c->saying && c->failed != 0;
        return status;
    }
    conn_leaves(c);
    /* Sealed now, though sent later: each message has records of its own, and
     * the trace learns which before the message is reported. */
    if (c->tls != NULL && conn_pass_out(c) < 0)
        return -c->failed;
    c->saying = false;
    conn_message_record(c, &c->said, TRACE_DIR_OUT);
    if (!c->hold)
        status = conn_flush(c);
    conn_record_rest(c, TRACE_DIR_OUT);
    return status;
}

/* What was said of a message that will have no end. The wire carried it, so
 * the trace has it: in clear we know to the byte how much has left. */
void conn_say_broken(struct conn *c)
{
    struct conn_message *m = &c->said;
    uint64_t left = m->length - (c->out_length - c->out_start);

    if (!c->saying || (c->refused && !c->out_passed))
        return;
    if (c->tls == NULL)
        left =
            c->sent.total > m->clear_from ? c->sent.total - m->clear_from : 0;
    m->inexact = c->tls != NULL;
    m->length = left < m->length ? left : m->length;
    m->note = "broken off: the rest of this message was not sent";
    if (m->length > 0)
        conn_message_record(c, m, TRACE_DIR_OUT);
    c->saying = false;
}

/* The name of a line is its first word, as in "EHLO" or "220". */
static void conn_name_by_first_word(struct conn *c)
{
    const char *line = c->out + c->out_start;
    size_t length = 0;

    while (line + length < c->out + c->out_length && line[length] != ' ' &&
           line[length] != '\r')
        length++;
    conn_message_name(&c->said, (struct span){line, length});
}

int conn_say_at(struct conn *c, struct where where, struct rfc rfc,
                const char *format, ...)
{
    va_list arguments;
    int status = conn_say_begin_at(c, where, rfc, "line");

    if (status < 0)
        return status;
    va_start(arguments, format);
    status = conn_say_format(c, format, arguments);
    va_end(arguments);
    if (status == 0)
        conn_name_by_first_word(c);
    return conn_say_end(c);
}

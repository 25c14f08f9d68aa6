/* SPDX-License-Identifier: MIT */
/*
 * imap_idle: the client waits for news instead of asking for it (RFC 2177 §3).
 *
 * Two descriptors are waited for at once: the client's, for DONE, and the
 * mailbox's, which the kernel makes readable when a file comes, goes or is
 * renamed. So news is told within milliseconds, and a quiet mailbox costs
 * nothing.
 */
#include <poll.h>
#include <string.h>

#include "imap/imap_server.h"

/* Waits until the mailbox may have changed, or the client has sent octets. */
static void wait_for_either(struct imap_session *s, deadline_ns until)
{
    int watch = s->box ? maildir_watch(s->box) : -1;
    struct pollfd waits[2] = {{.fd = conn_fd(s->conn), .events = POLLIN},
                              {.fd = watch, .events = POLLIN}};

    if (s->box && watch < 0)
        until = deadline_earlier(until, deadline_in_ms(IMAP_LOOK_MS));
    if (poll(waits, watch >= 0 ? 2 : 1, deadline_poll_ms(until)) > 0 &&
        watch >= 0 && waits[1].revents)
        maildir_watched(s->box);
}

/* NOTE(imap-idle): looked at first, and only then waited: with the watch begun
 * before, no change can fall between the two. What the client sent may lie in
 * a TLS record that we have already, so poll(2) alone would not tell. */
static int until_it_speaks(struct imap_session *s)
{
    deadline_ns until = deadline_in_ms(IMAP_AUTOLOGOUT_MS);
    int result;

    if (s->box)
        maildir_watch(s->box);
    while (!deadline_passed(until)) {
        if ((result = imap_view_update(s, true)) < 0 ||
            (result = conn_flush(s->conn)) < 0)
            return result;
        if (conn_view(s->conn).length == 0 && !conn_at_end(s->conn) &&
            (result = conn_fill_within(s->conn, 0)) < 0)
            return result;
        if (conn_view(s->conn).length > 0 || conn_at_end(s->conn))
            return 0;
        wait_for_either(s, until);
    }
    imap_say_bye(s, "Nothing said for half an hour");
    imap_session_enter(s, IMAP_STATE_LOGOUT, "nothing said for half an hour");
    return error_set(s->error, ERROR_TIMEOUT,
                     "the client was silent for half an hour");
}

/* DONE has no tag, for it ends a command and begins none (RFC 2177 §3). */
static int hear_done(struct imap_session *s)
{
    struct span line;
    int result;

    conn_set_idle_timeout(s->conn, IMAP_COMMAND_MS);
    result = conn_try_line(s->conn, IMAP_TOKEN_MAX, &line);
    if (result == 1)
        return imap_session_hang_up(s, s->error->text);
    if (result < 0)
        return result;
    if (line.data == NULL)
        return error_set(s->error, ERROR_PROTOCOL,
                         "the client left in the middle of IDLE");
    result = span_equal_nocase(line, SPAN("DONE"));
    conn_heard(s->conn, RFC("2177", "3"), result ? "DONE" : "line");
    return result ? imap_ok(s, "No longer waiting")
                  : imap_bad(s, "IDLE ends with DONE (RFC 2177)");
}

int imap_act_idle(struct imap_session *s)
{
    int result = imap_say_continue(s, "Waiting for news; say DONE to end");

    if (result == 0)
        result = until_it_speaks(s);
    return result < 0 ? result : hear_done(s);
}

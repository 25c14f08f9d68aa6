/* SPDX-License-Identifier: MIT */
/*
 * ftp_server_abort: what the client says while a file is on its way.
 *
 * The control connection is not read by anybody then, but it is looked at
 * between two pieces, and whenever the data connection makes us wait. ABOR
 * stops the transfer, STAT is answered; all else waits for its turn.
 */
#include "ftp/ftp_server.h"

#include <poll.h>
#include <string.h>

/* The first line that waits on the control connection, and what is behind it.
 * False: there is none. */
static bool next_line(struct span *rest, struct span *line)
{
    const char *lf =
        rest->length > 0 ? memchr(rest->data, '\n', rest->length) : NULL;

    if (lf == NULL)
        return false;
    *line = (struct span){rest->data, (size_t)(lf - rest->data)};
    if (line->length > 0 && line->data[line->length - 1] == '\r')
        line->length--;
    rest->length -= (size_t)(lf + 1 - rest->data);
    rest->data = lf + 1;
    return true;
}

static bool is_command(struct span line, const char *verb)
{
    struct ftp_command command;

    return ftp_command_read(&command, line, NULL) == 0 &&
           strcmp(command.verb, verb) == 0 && command.argument.length == 0;
}

/* STAT is answered at once: that is what it is for. */
static void answer_stat(struct ftp_session *s, struct span rest)
{
    size_t length = (size_t)(rest.data - conn_view(s->control).data);

    conn_take(s->control, length);
    conn_heard(s->control, RFC("959", "4.1.3"), "STAT");
    ftp_act_stat(s);
}

/* NOTE(ftp-server-abor): the command stays where it is, for the loop of
 * ftp_server.c to answer; here it only stops the transfer. Other commands wait
 * as well. */
bool ftp_server_aborted(void *session)
{
    struct ftp_session *s = session;
    struct pollfd poller = {.fd = conn_fd(s->control), .events = POLLIN};
    struct span rest, line;

    if (s->aborted || poll(&poller, 1, 0) <= 0)
        return s->aborted;
    s->aborted = conn_fill_within(s->control, 0) < 0 || conn_at_end(s->control);
    rest = conn_view(s->control);
    for (bool first = true; !s->aborted && next_line(&rest, &line);
         first = false) {
        s->aborted = is_command(line, "ABOR");
        if (first && is_command(line, "STAT")) {
            answer_stat(s, rest);
            break;
        }
    }
    return s->aborted;
}

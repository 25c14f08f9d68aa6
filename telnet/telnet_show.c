/* SPDX-License-Identifier: MIT */
/*
 * telnet_show: what the server shows goes to where it is to be seen, and the
 * end of it is kept: a log-in looks there for questions and refusals.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "telnet/telnet_client.h"

bool telnet_has_word(struct span text, const char *word)
{
    size_t length = strlen(word);

    for (size_t i = 0; i + length <= text.length; i++)
        if (strncasecmp(text.data + i, word, length) == 0)
            return true;
    return false;
}

/* What is said of a line that is whole: that there was one, and whether it
 * reads like a no. */
static void end_line(struct telnet_client *client)
{
    struct span line =
        span_trim((struct span){client->tail, client->tail_length});

    client->tail_length = 0;
    if (line.length == 0)
        return;
    client->lines++;
    if (telnet_has_word(line, "login incorrect") ||
        telnet_has_word(line, "login failed") ||
        telnet_has_word(line, "authentication failure") ||
        telnet_has_word(line, "denied")) {
        client->refused = true;
        error_set_peer(client->setup.error, line.data, line.length);
    }
}

/* The last line so far, its end if it is long: where a prompt would stand. */
static void keep_tail(struct telnet_client *client, struct span data)
{
    for (size_t i = 0; i < data.length; i++) {
        if (data.data[i] == '\n' || data.data[i] == '\r') {
            end_line(client);
            continue;
        }
        if (client->tail_length == sizeof(client->tail))
            memmove(client->tail, client->tail + 1, --client->tail_length);
        client->tail[client->tail_length++] = data.data[i];
    }
}

static int write_all(struct telnet_client *client, const char *data,
                     size_t length)
{
    while (length > 0) {
        struct pollfd room = {.fd = client->output, .events = POLLOUT};
        ssize_t n = write(client->output, data, length);
        if (n < 0 && errno == EAGAIN)
            poll(&room, 1, -1);
        else if (n < 0 && errno != EINTR)
            return error_set_errno(client->setup.error, ERROR_LOCAL, errno,
                                   "what the server shows can't be written");
        data += n > 0 ? n : 0;
        length -= n > 0 ? (size_t)n : 0;
    }
    return 0;
}

/* CR LF is the end of a line (RFC 1123 §3.3.1): in a file it is an LF. A CR may
 * be the last byte for now, so it waits for what follows. */
static int write_lines(struct telnet_client *client, struct span data)
{
    char out[TELNET_DATA_MAX + 1];
    size_t length = 0;

    for (size_t i = 0; i < data.length; i++) {
        if (client->cr && data.data[i] != '\n')
            out[length++] = '\r';
        client->cr = data.data[i] == '\r';
        if (!client->cr)
            out[length++] = data.data[i];
        if (length >= sizeof(out) - 2) {
            int result = write_all(client, out, length);
            if (result < 0)
                return result;
            length = 0;
        }
    }
    return write_all(client, out, length);
}

int telnet_show(struct telnet_client *client, struct span data)
{
    keep_tail(client, data);
    client->shown += data.length;
    if (client->newline && !client->talk.parser.binary)
        return write_lines(client, data);
    return write_all(client, data.data, data.length);
}

/* SPDX-License-Identifier: MIT */
/*
 * telnet_lines: standard input is no terminal. Its lines are typed one by one,
 * each an event; when there are no more, what the server shows is read until
 * the server closes. Ours does at `exit`.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "telnet/telnet_client.h"

/* What was read of the input and not yet typed. */
struct input {
    int fd; /* -1: it has ended */
    char bytes[TELNET_LINE_MAX];
    size_t length;
};

/* Types what is whole: up to the last line end, or all when there is no more
 * room or no more input. */
static int type_lines(struct telnet_client *client, struct input *input)
{
    int result = 0;
    size_t done = 0;

    while (done < input->length && result == 0) {
        char *from = input->bytes + done;
        char *end = memchr(from, '\n', input->length - done);
        size_t length = end ? (size_t)(end - from) + 1 : input->length - done;
        if (!end && input->fd >= 0 && input->length < sizeof(input->bytes))
            break;
        result = telnet_client_type(client, (struct span){from, length});
        done += length;
    }
    input->length -= done;
    memmove(input->bytes, input->bytes + done, input->length);
    return result;
}

static int read_input(struct telnet_client *client, struct input *input)
{
    ssize_t n = read(input->fd, input->bytes + input->length,
                     sizeof(input->bytes) - input->length);

    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return 0;
    if (n < 0)
        return error_set_errno(client->setup.error, ERROR_LOCAL, errno,
                               "standard input can't be read");
    input->length += (size_t)n;
    if (n == 0)
        input->fd = -1;
    return type_lines(client, input);
}

/* Waits for the server and for the input, whichever has something first. */
static int turn(struct telnet_client *client, struct input *input)
{
    struct pollfd waits[2] = {{.fd = conn_fd(client->conn), .events = POLLIN},
                              {.fd = input->fd, .events = POLLIN}};
    deadline_ns deadline = client->setup.deadline;
    int result = conn_flush(client->conn);

    if (result < 0)
        return result;
    if (poll(waits, 2, deadline ? deadline_poll_ms(deadline) : -1) <= 0)
        return deadline && deadline_passed(deadline)
                   ? telnet_client_hear(client, -1)
                   : 0;
    if (waits[0].revents != 0 && (result = telnet_client_hear(client, -1)) != 0)
        return result;
    return waits[1].revents != 0 ? read_input(client, input) : 0;
}

int telnet_lines(struct telnet_client *client, int input)
{
    struct input lines = {.fd = input};
    int result = 0;

    while (result == 0)
        result = lines.fd >= 0 ? turn(client, &lines)
                               : telnet_client_hear(client, -1);
    return result == 2 ? 0 : result;
}

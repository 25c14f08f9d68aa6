/* SPDX-License-Identifier: MIT */
/*
 * names_ask: questions to one name server, over our own sockets.
 *
 * Each question has a UDP socket, so a port, of its own: one more thing that a
 * forger must guess. The socket is connected, so the kernel hands us only what
 * comes from the server's address and port. What comes and is not the answer
 * is noted, dropped, and waited past (RFC 1035 §7.3). A truncated answer is
 * asked for again over TCP (RFC 1035 §4.2.2).
 *
 * DEPARTURES. Deliberately no EDNS: messages over UDP stay at 512 bytes, so
 * that truncation can be seen. A production resolver offers more.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/address.h"
#include "common/limits.h"
#include "common/names_private.h"
#include "common/trace.h"

/* ---- telling the trace -------------------------------------------------- */

/* What was on the wire: `prefix` bytes of length (TCP), then the message. */
struct carried {
    enum trace_dir dir;
    int fd;
    uint32_t conn;
    const uint8_t *data;
    size_t length, prefix;
    uint64_t offset; /* of its first byte in this direction's stream */
};

/* One message: an `app` event for what it says, a `socket` one for its bytes.
 * The citation is an argument, as it is of conn_say. */
#define trace_message(asking, rfc, message, carried) \
    trace_message_at((asking), HERE, (rfc), (message), (carried))

static void trace_message_at(const struct names_asking *asking,
                             struct where where, struct rfc rfc,
                             const ldns_pkt *message,
                             const struct carried *carried)
{
    char peer[80], name[32], text[1024];
    struct sockaddr_storage local = {0};
    socklen_t size = sizeof(local);
    struct trace_event event = {
        .conn = carried->conn,
        .peer = peer,
        .proto = "dns",
        .stream = "control",
        .dir = carried->dir,
        .layer = TRACE_LAYER_APP,
        .name = name,
        .note = text,
        .src = where,
        .rfc = rfc,
        .exact = true,
        .data = {(const char *)carried->data + carried->prefix,
                 carried->length - carried->prefix},
        .length = carried->length - carried->prefix,
        .raw = {carried->offset, carried->offset + carried->length},
        .clear = {carried->offset, carried->offset + carried->length},
        .local = &local,
        .remote = asking->server,
        .standard_port = NAMES_DNS_PORT};

    if (asking->trace == NULL)
        return;
    getsockname(carried->fd, (struct sockaddr *)&local, &size);
    address_show(asking->server, peer, sizeof(peer));
    names_message_name(message, name, sizeof(name));
    names_message_text(message, text, sizeof(text));
    trace_record(asking->trace, &event);
    event.layer = TRACE_LAYER_SOCKET;
    event.data = (struct span){(const char *)carried->data, carried->length};
    event.length = carried->length;
    event.note = NULL;
    trace_record(asking->trace, &event);
}

static int refuse(const struct names_asking *asking, enum error_class class,
                  int sys_errno)
{
    char server[80];

    address_show(asking->server, server, sizeof(server));
    if (class == ERROR_TIMEOUT)
        return error_set(asking->error, class,
                         "no answer from the name server %s", server);
    return error_set_errno(asking->error, class, sys_errno,
                           "asking the name server %s", server);
}

/* ---- over TCP ----------------------------------------------------------- */

/* Waits for `events` on a socket. 0, or ERROR_TIMEOUT. */
static int await(const struct names_asking *asking, int fd, short events)
{
    struct pollfd wait = {.fd = fd, .events = events};
    int ready;

    do
        ready = poll(&wait, 1, deadline_poll_ms(asking->deadline));
    while (ready < 0 && errno == EINTR);
    return ready > 0 ? 0 : refuse(asking, ERROR_TIMEOUT, 0);
}

static int open_tcp(const struct names_asking *asking, int *fd)
{
    int failure = 0;
    socklen_t size = sizeof(failure);

    *fd = socket(asking->server->ss_family,
                 SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*fd < 0)
        return refuse(asking, ERROR_LOCAL, errno);
    if (connect(*fd, (const struct sockaddr *)asking->server,
                address_size(asking->server->ss_family)) < 0 &&
        errno != EINPROGRESS)
        return refuse(asking, ERROR_CONNECT, errno);
    if (await(asking, *fd, POLLOUT) < 0)
        return -ERROR_TIMEOUT;
    getsockopt(*fd, SOL_SOCKET, SO_ERROR, &failure, &size);
    return failure == 0 ? 0 : refuse(asking, ERROR_CONNECT, failure);
}

static int send_all(const struct names_asking *asking, int fd,
                    const uint8_t *data, size_t length)
{
    while (length > 0) {
        ssize_t n = send(fd, data, length, MSG_NOSIGNAL);

        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return refuse(asking, ERROR_CONNECT, errno);
        if (n < 0 && await(asking, fd, POLLOUT) < 0)
            return -ERROR_TIMEOUT;
        if (n > 0) {
            data += n;
            length -= (size_t)n;
        }
    }
    return 0;
}

static int receive_all(const struct names_asking *asking, int fd, uint8_t *data,
                       size_t length)
{
    while (length > 0) {
        ssize_t n = recv(fd, data, length, 0);

        if (n == 0)
            return refuse(asking, ERROR_CONNECT, ECONNRESET);
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return refuse(asking, ERROR_CONNECT, errno);
        if (n < 0 && await(asking, fd, POLLIN) < 0)
            return -ERROR_TIMEOUT;
        if (n > 0) {
            data += n;
            length -= (size_t)n;
        }
    }
    return 0;
}

/* A message over TCP has its length, two bytes, before it. `buffer` holds the
 * largest that there can be; *length is what was received, prefix included. */
static int exchange(const struct names_asking *asking, int fd, uint32_t conn,
                    struct names_question *q, uint8_t *buffer, size_t *length)
{
    struct carried carried = {.dir = TRACE_DIR_OUT,
                              .fd = fd,
                              .conn = conn,
                              .data = buffer,
                              .length = q->length + 2,
                              .prefix = 2};
    int result;

    ldns_write_uint16(buffer, (uint16_t)q->length);
    memcpy(buffer + 2, q->wire, q->length);
    trace_message(asking, RFC("1035", "4.2.2"), q->query, &carried);
    if ((result = send_all(asking, fd, buffer, q->length + 2)) < 0 ||
        (result = receive_all(asking, fd, buffer, 2)) < 0)
        return result;
    *length = (size_t)ldns_read_uint16(buffer) + 2;
    return receive_all(asking, fd, buffer + 2, *length - 2);
}

/* What came over TCP, if it is the answer. A server that does not speak for
 * itself here has no excuse: any fault is an error. */
static int judge_answer(const struct names_asking *asking,
                        struct names_question *q, const struct carried *carried)
{
    ldns_pkt *answer = NULL;
    const char *fault;

    if (ldns_wire2pkt(&answer, carried->data + carried->prefix,
                      carried->length - carried->prefix) != LDNS_STATUS_OK)
        return error_set(asking->error, ERROR_PROTOCOL,
                         "the name server's answer is no DNS message");
    trace_message(asking, RFC("1035", "7.3"), answer, carried);
    if ((fault = names_answer_fault(q->query, answer)) == NULL) {
        q->answer = answer;
        return 0;
    }
    ldns_pkt_free(answer);
    return error_set(asking->error, ERROR_PROTOCOL,
                     "the name server's answer is wrong: %s", fault);
}

/* Takes the place of a truncated answer. */
static int ask_over_tcp(const struct names_asking *asking,
                        struct names_question *q)
{
    uint8_t *buffer = malloc(NAMES_MESSAGE_MAX);
    struct carried carried = {.dir = TRACE_DIR_IN,
                              .fd = -1,
                              .data = buffer,
                              .conn = trace_next_conn(asking->trace),
                              .prefix = 2};
    int result;

    trace_note(asking->trace, RFC("1035", "4.2.2"), "truncated",
               "the answer did not fit into 512 bytes: asked again over TCP");
    result = buffer == NULL ? refuse(asking, ERROR_LOCAL, ENOMEM)
                            : open_tcp(asking, &carried.fd);
    if (result == 0)
        result = exchange(asking, carried.fd, carried.conn, q, buffer,
                          &carried.length);
    if (result == 0)
        result = judge_answer(asking, q, &carried);
    if (carried.fd >= 0)
        close(carried.fd);
    free(buffer);
    return result;
}

/* ---- over UDP ----------------------------------------------------------- */

static int open_question(const struct names_asking *asking,
                         struct names_question *q)
{
    q->query = names_query_new(q->owner, q->type);
    if (q->query == NULL ||
        ldns_pkt2wire(&q->wire, q->query, &q->length) != LDNS_STATUS_OK)
        return refuse(asking, ERROR_LOCAL, ENOMEM);
    q->fd = socket(asking->server->ss_family,
                   SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (q->fd < 0)
        return refuse(asking, ERROR_LOCAL, errno);
    if (connect(q->fd, (const struct sockaddr *)asking->server,
                address_size(asking->server->ss_family)) < 0)
        return refuse(asking, ERROR_CONNECT, errno);
    q->conn = trace_next_conn(asking->trace);
    return 0;
}

static void close_question(struct names_question *q)
{
    if (q->fd >= 0)
        close(q->fd);
    ldns_pkt_free(q->query);
    free(q->wire);
    q->fd = -1;
    q->query = NULL;
    q->wire = NULL;
}

static int send_question(const struct names_asking *asking,
                         struct names_question *q)
{
    struct carried carried = {.dir = TRACE_DIR_OUT,
                              .fd = q->fd,
                              .conn = q->conn,
                              .data = q->wire,
                              .length = q->length,
                              .offset = q->out};

    q->out += q->length;
    trace_message(asking, RFC("1035", "4.2.1"), q->query, &carried);
    if (send(q->fd, q->wire, q->length, MSG_NOSIGNAL) < 0 && errno != EAGAIN)
        return refuse(asking, ERROR_CONNECT, errno);
    return 0;
}

/* The answer that a datagram is; NULL: it is none to our question. That is not
 * an error: it may be a forgery, and the true answer still be on its way. */
static ldns_pkt *read_datagram(const struct names_asking *asking,
                               const struct names_question *q,
                               const struct carried *carried)
{
    const char *fault = "it is no DNS message";
    ldns_pkt *answer = NULL;

    if (ldns_wire2pkt(&answer, carried->data, carried->length) ==
        LDNS_STATUS_OK) {
        trace_message(asking, RFC("1035", "7.3"), answer, carried);
        fault = names_answer_fault(q->query, answer);
    }
    if (fault == NULL)
        return answer;
    trace_note(asking->trace, RFC("1035", "7.3"), "dropped",
               "a datagram of %zu bytes from the server: %s", carried->length,
               fault);
    ldns_pkt_free(answer);
    return NULL;
}

/* Takes one datagram, and what is cut short in it over TCP. */
static int take_datagram(const struct names_asking *asking,
                         struct names_question *q)
{
    uint8_t data[NAMES_DATAGRAM_MAX];
    ssize_t n = recv(q->fd, data, sizeof(data), 0);
    struct carried carried = {.dir = TRACE_DIR_IN,
                              .fd = q->fd,
                              .conn = q->conn,
                              .data = data,
                              .offset = q->in};
    ldns_pkt *answer;

    if (n < 0)
        return errno == EAGAIN || errno == EINTR
                   ? 0
                   : refuse(asking, ERROR_CONNECT, errno);
    carried.length = (size_t)n;
    q->in += (uint64_t)n;
    answer = read_datagram(asking, q, &carried);
    if (answer != NULL && ldns_pkt_tc(answer)) {
        ldns_pkt_free(answer);
        return ask_over_tcp(asking, q);
    }
    q->answer = answer;
    return 0;
}

static size_t count_open(const struct names_question *questions, size_t count)
{
    size_t open = 0;

    for (size_t i = 0; i < count; i++)
        open += questions[i].answer == NULL;
    return open;
}

/* Waits for answers until none is open or `until` has come. */
static int await_answers(const struct names_asking *asking,
                         struct names_question *questions, size_t count,
                         deadline_ns until)
{
    struct pollfd waits[NAMES_QUESTIONS_MAX];
    int result = 0;

    while (result == 0 && count_open(questions, count) > 0 &&
           !deadline_passed(until)) {
        /* An answered one has fd -1, which poll(2) passes over. */
        for (size_t i = 0; i < count; i++)
            waits[i] = (struct pollfd){
                .fd = questions[i].answer == NULL ? questions[i].fd : -1,
                .events = POLLIN};
        if (poll(waits, count, deadline_poll_ms(until)) <= 0)
            continue;
        for (size_t i = 0; i < count && result == 0; i++)
            if (waits[i].revents != 0)
                result = take_datagram(asking, &questions[i]);
    }
    return result;
}

int names_ask(const struct names_asking *asking,
              struct names_question *questions, size_t count)
{
    int result = 0;

    for (size_t i = 0; i < count; i++)
        questions[i].fd = -1;
    for (size_t i = 0; i < count && result == 0; i++)
        result = open_question(asking, &questions[i]);
    for (int try = 0; try < NAMES_TRIES && result == 0 &&
                      count_open(questions, count) == count &&
                      !deadline_passed(asking->deadline);
         try++) {
        for (size_t i = 0; i < count && result == 0; i++)
            result = send_question(asking, &questions[i]);
        if (result == 0)
            result =
                await_answers(asking, questions, count,
                              deadline_earlier(deadline_in_ms(NAMES_RETRY_MS),
                                               asking->deadline));
    }
    for (size_t i = 0; i < count; i++)
        close_question(&questions[i]);
    if (result == 0 && count_open(questions, count) == count)
        return refuse(asking, ERROR_TIMEOUT, 0);
    return result;
}

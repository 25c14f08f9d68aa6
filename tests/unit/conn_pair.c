/* SPDX-License-Identifier: MIT */
#include "tests/unit/conn_pair.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/harness.h"

static void open_with(struct conn_pair *p, struct trace *trace)
{
    struct conn_setup setup = {.error = &p->error,
                               .trace = trace,
                               .proto = "test",
                               .standard_port = 7,
                               .idle_timeout_ms = 5000};
    int ends[2];

    CU_ASSERT_EQUAL_FATAL(
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    p->peer = ends[1];
    CU_ASSERT_EQUAL_FATAL(
        conn_adopt(&p->conn, &setup, RFC("9293", "3.5"), ends[0]), 0);
}

void conn_pair_open(struct conn_pair *p)
{
    memset(p, 0, sizeof *p);
    open_with(p, NULL);
}

void conn_pair_open_traced(struct conn_pair *p, bool show_secrets)
{
    struct trace_setup setup = {.file = test_path("pair.pcapng"),
                                .host = "here",
                                .show_secrets = show_secrets};

    memset(p, 0, sizeof *p);
    CU_ASSERT_EQUAL_FATAL(trace_open(&p->trace, &setup, &p->error), 0);
    open_with(p, p->trace);
}

void conn_pair_send(struct conn_pair *p, const char *text)
{
    size_t length = strlen(text);

    CU_ASSERT_EQUAL(send(p->peer, text, length, MSG_NOSIGNAL), (ssize_t)length);
}

void conn_pair_hang_up(struct conn_pair *p)
{
    close(p->peer);
    p->peer = -1;
}

const char *conn_pair_received(struct conn_pair *p)
{
    static char text[4096];
    ssize_t got = recv(p->peer, text, sizeof text - 1, MSG_DONTWAIT);

    text[got > 0 ? got : 0] = '\0';
    return text;
}

void conn_pair_read_trace(struct conn_pair *p)
{
    conn_close(p->conn, RFC("9293", "3.6"));
    p->conn = NULL;
    CU_ASSERT_EQUAL(trace_close(p->trace, &p->error), 0);
    p->trace = NULL;
    CU_ASSERT_EQUAL(trace_read(&p->file, test_path("pair.pcapng"), &p->error),
                    0);
}

const struct trace_event *conn_pair_event(const struct conn_pair *p,
                                          enum trace_layer layer,
                                          const char *name)
{
    for (size_t i = 0; i < p->file.event_count; i++)
        if (p->file.events[i].layer == layer &&
            strcmp(p->file.events[i].name, name) == 0)
            return &p->file.events[i];
    return NULL;
}

void conn_pair_close(struct conn_pair *p)
{
    conn_close(p->conn, RFC("9293", "3.6"));
    if (p->peer >= 0)
        close(p->peer);
    trace_free(p->trace);
    trace_file_free(&p->file);
}

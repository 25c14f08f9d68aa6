/* SPDX-License-Identifier: MIT */
/* visit: a client of TLS and its server. The contract is in visit.h. */
#include "tests/unit/visit.h"

#include <openssl/ssl.h>
#include <string.h>

/* `version` TLS1_2_VERSION or TLS1_3_VERSION; 0: either. */
void visit_begin(struct visit *v, int version, int connections,
                 int (*talk)(struct conn *conn))
{
    struct tls_settings client = {.ca_file = NULL};
    struct tls_settings server;

    memset(v, 0, sizeof *v);
    v->leaf = pki_make(
        &(struct pki_request){.name = "x", .san = "DNS:" VISIT_HOST}, NULL);
    server = pki_server(&v->leaf, NULL);
    server.min_version = server.max_version = version;
    client.ca_file = pki_write_chain("ca.pem", &v->leaf, NULL);
    v->server = pki_serve(&server, connections, talk, &v->port);
    CU_ASSERT_EQUAL_FATAL(tls_client_new(&v->context, &client, &v->error), 0);
}

void visit_trace(struct visit *v)
{
    struct trace_setup setup = {.file = test_path("v.pcapng"), .host = "here"};

    CU_ASSERT_EQUAL_FATAL(trace_open(&v->trace, &setup, &v->error), 0);
}

int visit_connect(struct visit *v, const char *host)
{
    struct conn_setup setup = {.error = &v->error,
                               .trace = v->trace,
                               .proto = "test",
                               .standard_port = 7,
                               .deadline = deadline_in_ms(10000)};
    int status =
        conn_open(&v->conn, &setup, RFC("9293", "3.5"), "127.0.0.1", v->port);

    return status < 0 ? status
                      : conn_start_tls(v->conn, v->context, VISIT_CITE, host);
}

void visit_leave(struct visit *v)
{
    conn_close(v->conn, RFC("9293", "3.6"));
    v->conn = NULL;
}

void visit_read_trace(struct visit *v)
{
    visit_leave(v);
    CU_ASSERT_EQUAL(trace_close(v->trace, &v->error), 0);
    v->trace = NULL;
    CU_ASSERT_EQUAL(trace_read(&v->file, test_path("v.pcapng"), &v->error), 0);
}

int visit_end(struct visit *v)
{
    int status;

    visit_leave(v);
    status = pki_serve_end(v->server);
    tls_free(v->context);
    trace_file_free(&v->file);
    pki_free(&v->leaf);
    return status;
}

const struct trace_event *visit_event(const struct visit *v, const char *name)
{
    for (size_t i = 0; i < v->file.event_count; i++)
        if (strcmp(v->file.events[i].name, name) == 0)
            return &v->file.events[i];
    return NULL;
}

/* ---- a server, and its client ------------------------------------------- */

int visit_send_bytes(struct conn *c)
{
    struct span line;

    while (conn_read_line(c, 100, &line) == 0 && line.data != NULL) {
        uint64_t count = 0;

        text_to_u64(line, UINT32_MAX, &count);
        conn_heard(c, VISIT_CITE, "ASK");
        conn_say_begin(c, VISIT_CITE, "bytes");
        for (uint64_t i = 0; i < count; i++) {
            char byte = (char)(i % 253);

            conn_say_bytes(c, &byte, 1);
        }
        conn_say_end(c);
    }
    return conn_end_was_cut(c) ? 1 : 0;
}

void visit_fetch(struct conn *c, size_t count)
{
    size_t at = 0;
    bool right = true;

    CU_ASSERT_EQUAL(conn_say(c, VISIT_CITE, "%zu", count), 0);
    while (at < count && conn_fill(c) == 0 && !conn_at_end(c)) {
        struct span view = conn_view(c);

        for (size_t i = 0; i < view.length; i++)
            right = right && view.data[i] == (char)((at + i) % 253);
        at += view.length;
        conn_take(c, view.length);
    }
    conn_heard(c, VISIT_CITE, "bytes");
    CU_ASSERT_EQUAL(at, count);
    CU_ASSERT(right);
}

/* SPDX-License-Identifier: MIT */
#include "tests/unit/sample_trace.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

const struct sockaddr_storage *sample_address(const char *address,
                                              uint16_t port)
{
    static struct sockaddr_storage ring[4096];
    static size_t next;
    struct sockaddr_storage *storage =
        &ring[next++ % (sizeof(ring) / sizeof(ring[0]))];
    struct sockaddr_in *in = (struct sockaddr_in *)(void *)storage;

    *storage = (struct sockaddr_storage){0};
    in->sin_family = AF_INET;
    in->sin_port = htons(port);
    inet_pton(AF_INET, address, &in->sin_addr);
    return storage;
}

#define QUESTION                                       \
    "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" \
    "\3www\7example\4test\0\0\1\0\1"
#define ANSWER                                         \
    "\x12\x34\x85\x00\x00\x01\x00\x01\x00\x00\x00\x00" \
    "\3www\7example\4test\0\0\1\0\1\xC0\x0C\0\1\0\1\0\0\1\x2C\0\4\xC0\0\2\x50"
#define REQUEST                                             \
    "GET /page.html HTTP/1.1\r\nHost: www.example.test\r\n" \
    "User-Agent: http-client\r\nAuthorization: Basic ********\r\n\r\n"
#define RESPONSE                                                               \
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 17\r\n\r\n" \
    "<h1>Hello</h1>\r\n\n"

/* One row an event; what most of them have in common is filled in below. */
struct row {
    int64_t time_us;
    const char *host, *peer, *proto;
    uint32_t conn;
    enum trace_dir dir;
    enum trace_layer layer;
    const char *name;
    struct span data;
    struct rfc rfc;
    const char *file, *function, *note;
    uint64_t raw; /* bytes in the TCP stream */
};

#define S "student"
#define W "web"
static const struct row rows[SAMPLE_EVENTS] = {
    {310,
     S,
     "192.0.2.53:53",
     "dns",
     1,
     TRACE_DIR_OUT,
     TRACE_LAYER_APP,
     "query",
     {QUESTION, sizeof(QUESTION) - 1},
     {"1035", "4.1"},
     "common/names.c",
     "names_ask",
     NULL,
     34},
    {20700,
     "names",
     "192.0.2.10:33333",
     "dns",
     1,
     TRACE_DIR_OUT,
     TRACE_LAYER_APP,
     "answer",
     {ANSWER, sizeof(ANSWER) - 1},
     {"1035", "4.1"},
     "labs/world/zone.c",
     "zone_answer",
     NULL,
     50},
    {20900,
     S,
     "192.0.2.80:80",
     "http",
     2,
     TRACE_DIR_OUT,
     TRACE_LAYER_TCP,
     "connect",
     {NULL, 0},
     {"9293", "3.5"},
     "common/conn.c",
     "conn_open",
     NULL,
     0},
    {41300,
     S,
     "192.0.2.80:80",
     "http",
     2,
     TRACE_DIR_OUT,
     TRACE_LAYER_APP,
     "GET",
     {REQUEST, sizeof(REQUEST) - 1},
     {"9112", "3"},
     "http/http_client.c",
     "http_request_send",
     NULL,
     sizeof(REQUEST) - 1},
    {62100,
     W,
     "192.0.2.10:40112",
     "http",
     2,
     TRACE_DIR_OUT,
     TRACE_LAYER_APP,
     "200",
     {RESPONSE, sizeof(RESPONSE) - 1},
     {"9112", "4"},
     "http/http_server.c",
     "http_answer",
     NULL,
     sizeof(RESPONSE) - 1},
    {62300,
     S,
     "192.0.2.80:80",
     "http",
     2,
     TRACE_DIR_NOTE,
     TRACE_LAYER_APP,
     "framing",
     {NULL, 0},
     {"9112", "6.3"},
     "http/http_parse.c",
     "http_body_framing",
     "the body has the 17 bytes that Content-Length says, because there is no "
     "Transfer-Encoding",
     0},
    {62900,
     W,
     "192.0.2.10:40112",
     "http",
     2,
     TRACE_DIR_NOTE,
     TRACE_LAYER_APP,
     "keep-alive",
     {NULL, 0},
     {"9112", "9.3"},
     "http/http_server.c",
     "http_serve",
     "the connection stays open: HTTP/1.1 says so unless one "
     "side sends Connection: close",
     0},
    {63000,
     S,
     "192.0.2.80:443",
     "tls",
     3,
     TRACE_DIR_OUT,
     TRACE_LAYER_TCP,
     "connect",
     {NULL, 0},
     {"9293", "3.5"},
     "common/conn.c",
     "conn_open",
     NULL,
     0},
    {83500,
     S,
     "192.0.2.80:443",
     "tls",
     3,
     TRACE_DIR_OUT,
     TRACE_LAYER_TLS,
     "ClientHello",
     {"\1\0\0\2\3\3", 6},
     {"8446", "4.1.2"},
     "common/tls.c",
     "tls_upgrade",
     "asks for www.example.test (SNI)",
     11},
    {104500,
     W,
     "192.0.2.10:40113",
     "tls",
     3,
     TRACE_DIR_OUT,
     TRACE_LAYER_TLS,
     "ServerHello",
     {"\2\0\0\2\3\3", 6},
     {"8446", "4.1.3"},
     "common/tls.c",
     "tls_upgrade",
     "TLS 1.3, TLS_AES_256_GCM_SHA384, X25519",
     11},
    {125000,
     S,
     "192.0.2.80:443",
     "http",
     3,
     TRACE_DIR_OUT,
     TRACE_LAYER_APP,
     "GET",
     {REQUEST, sizeof(REQUEST) - 1},
     {"9112", "3"},
     "http/http_client.c",
     "http_request_send",
     NULL,
     sizeof(REQUEST) + 21},
    {145800,
     W,
     "192.0.2.10:40113",
     "http",
     3,
     TRACE_DIR_OUT,
     TRACE_LAYER_APP,
     "200",
     {RESPONSE, sizeof(RESPONSE) - 1},
     {"9112", "4"},
     "http/http_server.c",
     "http_answer",
     NULL,
     sizeof(RESPONSE) + 21},
    {146000,
     S,
     "192.0.2.80:443",
     "tls",
     3,
     TRACE_DIR_OUT,
     TRACE_LAYER_TCP,
     "close",
     {NULL, 0},
     {"9293", "3.6"},
     "common/conn.c",
     "conn_close",
     NULL,
     0},
};

static void fill(struct trace_event *event, const struct row *row, uint64_t id)
{
    static const uint32_t frames[] = {12, 13, 14, 17};
    const char *address = row->host[0] == 's'   ? "192.0.2.10"
                          : row->host[0] == 'n' ? "192.0.2.53"
                                                : "192.0.2.80";
    char peer[32];
    uint16_t port = row->conn == 1 ? 53 : row->conn == 2 ? 80 : 443;

    snprintf(peer, sizeof(peer), "%s", row->peer);
    *strchr(peer, ':') = '\0';
    *event = (struct trace_event){.id = id,
                                  .time_ns = row->time_us * 1000,
                                  .host = row->host,
                                  .conn = row->conn,
                                  .peer = row->peer,
                                  .proto = row->proto,
                                  .stream = "control",
                                  .dir = row->dir,
                                  .layer = row->layer,
                                  .name = row->name,
                                  .data = row->data,
                                  .length = row->data.length,
                                  .src = {row->file, 120, row->function},
                                  .rfc = row->rfc,
                                  .note = row->note,
                                  .exact = true};
    event->clear.to = row->data.length;
    event->raw.to = row->raw;
    event->local_is_server = row->host[0] != 's';
    event->local = sample_address(address, row->host[0] == 's' ? 40112 : port);
    event->remote = sample_address(peer, row->host[0] == 's' ? port : 40112);
    if (row->dir != TRACE_DIR_NOTE && row->layer == TRACE_LAYER_APP) {
        event->src_heard = (struct where){"http/http_server.c", 88, "serve"};
        event->frames = frames;
        event->frame_count = 4;
    }
}

void sample_trace(struct trace_file *file,
                  struct trace_event events[SAMPLE_EVENTS])
{
    *file = (struct trace_file){.events = events, .event_count = SAMPLE_EVENTS};
    for (size_t i = 0; i < SAMPLE_EVENTS; i++)
        fill(&events[i], &rows[i], i + 1);
}

struct trace_event sample_message(enum trace_dir dir, const char *name,
                                  struct span data)
{
    return (struct trace_event){.conn = 1,
                                .peer = "192.0.2.80:80",
                                .proto = "http",
                                .stream = "control",
                                .standard_port = 80,
                                .dir = dir,
                                .name = name,
                                .data = data,
                                .length = data.length,
                                .src = {"http/x.c", 7, "x_say"},
                                .rfc = RFC("9112", "3"),
                                .exact = true};
}

/* SPDX-License-Identifier: MIT */
/* tap: bytes that passed, put together to messages, and where they lay. */
#include "labs/reference/tap.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "common/address.h"
#include "common/names.h"
#include "common/tls.h"
#include "labs/reference/scan.h"

/* Sockets that libcurl has open at once: two of FTP, a few that are kept. */
#define SOCKETS_MAX 16

struct tap_side {
    uint64_t raw;   /* bytes that have passed */
    uint64_t plain; /* of messages that are recorded */
    /* The message under way. */
    uint64_t length;
    size_t kept;
    int64_t begun_ns; /* when its first byte was sent; 0: now */
    struct trace_range range;
    /* Records of TLS, as their headers announce them. */
    uint64_t next;
    struct trace_range record;
    uint64_t message_from; /* where a handshake message began */
    uint64_t sealed_from;  /* first record of what is being sealed */
    char bytes[TRACE_BODY_MAX];
};

struct tap_socket {
    bool used, seen; /* seen: it is connected, and in the trace */
    int fd;
    unsigned order; /* among all that were opened */
    int64_t opened_ns;
    const SSL *ssl;
    uint32_t conn;
    const char *stream, *proto;
    char peer[80];
    struct sockaddr_storage local, remote;
    struct scan scan;
    struct tap_side sides[SCAN_SIDES];
};

static struct tap_setup setup;
static struct tap_socket *sockets[SOCKETS_MAX];
static const SSL *inside; /* whose function is running */

void tap_begin(const struct tap_setup *begun)
{
    setup = *begun;
}

/* ---- sockets ------------------------------------------------------------ */

static struct tap_socket *socket_of(int fd)
{
    for (size_t i = 0; i < SOCKETS_MAX; i++)
        if (sockets[i] && sockets[i]->used && sockets[i]->fd == fd)
            return sockets[i];
    return NULL;
}

static struct tap_socket *socket_of_tls(const SSL *ssl)
{
    for (size_t i = 0; i < SOCKETS_MAX; i++)
        if (sockets[i] && sockets[i]->used && sockets[i]->ssl == ssl)
            return sockets[i];
    return NULL;
}

int64_t tap_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* FTP's second connection carries no commands. */
static bool control_is_open(void)
{
    for (size_t i = 0; i < SOCKETS_MAX; i++)
        if (sockets[i] && sockets[i]->used &&
            strcmp(sockets[i]->proto, "ftp") == 0)
            return true;
    return false;
}

void tap_opened(int fd)
{
    static unsigned opened;
    struct tap_socket *s = NULL;
    bool data = strcmp(setup.proto, "ftp") == 0 && control_is_open();

    for (size_t i = 0; i < SOCKETS_MAX && !s && trace_keeps(setup.trace); i++)
        if (!sockets[i] || !sockets[i]->used) {
            if (!sockets[i])
                sockets[i] = malloc(sizeof(*sockets[i]));
            s = sockets[i];
        }
    if (!s)
        return;
    memset(s, 0, sizeof(*s));
    s->used = true;
    s->fd = fd;
    s->order = ++opened;
    s->opened_ns = tap_now();
    s->proto = setup.proto;
    s->stream = data ? "data" : "control";
    scan_start(&s->scan, data ? "ftp-data" : s->proto);
}

static struct trace_event event_of(const struct tap_socket *s,
                                   enum trace_layer layer, enum trace_dir dir,
                                   const char *name, struct rfc rfc)
{
    return (struct trace_event){
        .conn = s->conn,
        .peer = s->peer,
        .proto = s->proto,
        .stream = s->stream,
        .dir = dir,
        .layer = layer,
        .name = name,
        .src = setup.where,
        .rfc = rfc,
        .local = &s->local,
        .remote = &s->remote,
        .standard_port =
            strcmp(s->stream, "data") == 0 ? 20 : setup.standard_port,
        .exact = true,
    };
}

/* The first byte tells that it is connected, and with whom. */
static void see(struct tap_socket *s)
{
    socklen_t size = sizeof(s->local), other = sizeof(s->remote);
    struct trace_event event;

    if (s->seen)
        return;
    s->seen = true;
    s->conn = trace_next_conn(setup.trace);
    getsockname(s->fd, (struct sockaddr *)&s->local, &size);
    getpeername(s->fd, (struct sockaddr *)&s->remote, &other);
    address_show(&s->remote, s->peer, sizeof(s->peer));
    event = event_of(s, TRACE_LAYER_TCP, TRACE_DIR_OUT, "connect",
                     RFC("9293", "3.5"));
    event.time_ns = s->opened_ns;
    trace_record(setup.trace, &event);
}

/* ---- messages ----------------------------------------------------------- */

static void mask(struct tap_side *side, struct trace_range secret)
{
    if (trace_shows_secrets(setup.trace))
        return;
    for (uint64_t i = secret.from; i < secret.to && i < side->kept; i++)
        side->bytes[i] = '*';
}

static void message_ends(struct tap_socket *s, enum scan_side from)
{
    struct tap_side *side = &s->sides[from];
    struct scan_name name;
    struct trace_event event;

    if (side->length == 0)
        return;
    scan_name(&s->scan, from, (struct span){side->bytes, side->kept}, &name);
    event = event_of(s, TRACE_LAYER_APP,
                     from == SCAN_CLIENT ? TRACE_DIR_OUT : TRACE_DIR_IN,
                     name.text, name.rfc);
    for (size_t i = 0; i < name.secret_count; i++)
        mask(side, name.secrets[i]);
    event.time_ns = side->begun_ns;
    event.data = (struct span){side->bytes, side->kept};
    event.length = side->length;
    event.clear = (struct trace_range){side->plain, side->plain + side->length};
    event.raw = side->range;
    /* Of what SSH seals, we know the bytes and not the words. */
    event.exact = strcmp(s->proto, "ssh") != 0;
    event.secrets = name.secrets;
    event.secret_count = name.secret_count;
    trace_record(setup.trace, &event);
    side->plain += side->length;
    side->length = side->kept = 0;
}

/* `bytes` lie in `raw` of the socket's stream; in clear they are it. */
static void take(struct tap_socket *s, enum scan_side from, struct span bytes,
                 struct trace_range raw, int64_t begun_ns)
{
    struct tap_side *side = &s->sides[from];
    bool clear = raw.to - raw.from == bytes.length, ended;

    if (scan_is_run(&s->scan, from == SCAN_CLIENT ? SCAN_SERVER : SCAN_CLIENT))
        message_ends(s, from == SCAN_CLIENT ? SCAN_SERVER : SCAN_CLIENT);
    while (bytes.length > 0) {
        size_t used = scan_read(&s->scan, from, bytes, &ended);
        size_t keep = TRACE_BODY_MAX - side->kept;

        keep = keep < used ? keep : used;
        memcpy(side->bytes + side->kept, bytes.data, keep);
        side->kept += keep;
        if (side->length == 0) {
            side->range.from = raw.from;
            side->begun_ns = begun_ns;
        }
        side->length += used;
        side->range.to = clear ? raw.from + used : raw.to;
        raw.from += clear ? used : 0;
        bytes.data += used;
        bytes.length -= used;
        if (ended)
            message_ends(s, from);
    }
}

/* What had no end ends with the connection. */
void tap_closed(int fd)
{
    struct tap_socket *s = socket_of(fd);
    struct trace_event event;

    if (!s)
        return;
    message_ends(s, SCAN_CLIENT);
    message_ends(s, SCAN_SERVER);
    if (s->seen) {
        event = event_of(s, TRACE_LAYER_TCP, TRACE_DIR_OUT, "close",
                         RFC("9293", "3.6"));
        event.raw = (struct trace_range){s->sides[SCAN_CLIENT].raw,
                                         s->sides[SCAN_CLIENT].raw};
        trace_record(setup.trace, &event);
    }
    s->used = false;
}

/* ---- what passes -------------------------------------------------------- */

static enum scan_side side_of(enum trace_dir dir)
{
    return dir == TRACE_DIR_OUT ? SCAN_CLIENT : SCAN_SERVER;
}

static void record_socket(struct tap_socket *s, enum trace_dir dir,
                          uint64_t from, struct span bytes, int64_t begun_ns)
{
    struct trace_event event = dir == TRACE_DIR_IN
                                   ? event_of(s, TRACE_LAYER_SOCKET, dir,
                                              "recv", RFC("9293", "3.9.1.3"))
                                   : event_of(s, TRACE_LAYER_SOCKET, dir,
                                              "send", RFC("9293", "3.9.1.2"));

    event.time_ns = begun_ns;
    event.length = bytes.length;
    event.data = bytes;
    if (event.data.length > TRACE_BODY_MAX)
        event.data.length = TRACE_BODY_MAX;
    event.raw = (struct trace_range){from, from + bytes.length};
    trace_record(setup.trace, &event);
}

void tap_passed(int fd, enum trace_dir dir, const void *data, size_t length,
                int64_t begun_ns)
{
    struct tap_socket *s = socket_of(fd);
    struct span bytes = {data, length};
    struct tap_side *side;

    if (!s || length == 0)
        return;
    see(s);
    side = &s->sides[side_of(dir)];
    record_socket(s, dir, side->raw, bytes, begun_ns);
    side->raw += length;
    if (!inside)
        take(s, side_of(dir), bytes,
             (struct trace_range){side->raw - length, side->raw}, begun_ns);
}

/* ---- TLS ---------------------------------------------------------------- */

void tap_tls_enter(const SSL *ssl)
{
    inside = ssl;
}

void tap_tls_leave(void)
{
    inside = NULL;
}

void tap_plain(const SSL *ssl, enum trace_dir dir, const void *data,
               size_t length, int64_t begun_ns)
{
    struct tap_socket *s = socket_of_tls(ssl);
    struct tap_side *side;
    struct trace_range raw;

    if (!s)
        return;
    side = &s->sides[side_of(dir)];
    raw = side->record;
    if (dir == TRACE_DIR_OUT) {
        raw.from = side->sealed_from;
        side->sealed_from = side->next;
    }
    take(s, side_of(dir), (struct span){data, length}, raw, begun_ns);
}

static void tls_message(struct tap_socket *s, enum trace_dir dir,
                        const char *name, struct rfc rfc, const void *data,
                        size_t length)
{
    struct tap_side *side = &s->sides[side_of(dir)];
    struct trace_event event = event_of(s, TRACE_LAYER_TLS, dir, name, rfc);

    event.raw = (struct trace_range){side->message_from, side->next};
    if (event.raw.from >= event.raw.to)
        event.raw = side->record;
    side->message_from = side->next;
    event.length = length;
    event.data = (struct span){data, length};
    if (event.data.length > TRACE_BODY_MAX)
        event.data.length = TRACE_BODY_MAX;
    event.clear = (struct trace_range){side->plain, side->plain};
    trace_record(setup.trace, &event);
    side->sealed_from = side->next;
}

static bool is_connected(int fd)
{
    struct sockaddr_storage peer;
    socklen_t size = sizeof(peer);

    return getpeername(fd, (struct sockaddr *)&peer, &size) == 0;
}

/* The first message is made before the first byte of it is sent: it is of the
 * socket that was opened last, and has no TLS yet. */
static struct tap_socket *bind_tls(const SSL *ssl)
{
    struct tap_socket *s = NULL;

    for (size_t i = 0; i < SOCKETS_MAX; i++)
        if (sockets[i] && sockets[i]->used && !sockets[i]->ssl &&
            (!s || sockets[i]->order > s->order) &&
            is_connected(sockets[i]->fd))
            s = sockets[i];
    if (!s)
        return NULL;
    see(s);
    s->ssl = ssl;
    for (int i = 0; i < SCAN_SIDES; i++)
        s->sides[i].next = s->sides[i].message_from = s->sides[i].sealed_from =
            s->sides[i].raw;
    return s;
}

/* OpenSSL's message callback. Headers come in the order of the records, so
 * their lengths add up to the place of each in the stream. */
static void on_message(int writing, int version, int type, const void *data,
                       size_t length, SSL *ssl, void *context)
{
    enum trace_dir dir = writing ? TRACE_DIR_OUT : TRACE_DIR_IN;
    struct tap_socket *s = socket_of_tls(ssl);
    const unsigned char *bytes = data;

    (void)version, (void)context;
    if (!s && (s = bind_tls(ssl)) == NULL)
        return;
    if (type == SSL3_RT_HEADER && length == 5) {
        struct tap_side *side = &s->sides[side_of(dir)];

        side->record.from = side->next;
        side->next += 5 + ((uint64_t)bytes[3] << 8 | bytes[4]);
        side->record.to = side->next;
    }
    if (type == SSL3_RT_HANDSHAKE) {
        struct rfc rfc;
        const char *name = tls_handshake_name(ssl, data, length, &rfc);

        tls_message(s, dir, name, rfc, data, length);
    }
    if (type == SSL3_RT_CHANGE_CIPHER_SPEC)
        tls_message(s, dir, "ChangeCipherSpec", RFC("8446", "D.4"), data,
                    length);
}

static void on_key(const SSL *ssl, const char *line)
{
    (void)ssl;
    trace_keylog(setup.trace, line);
}

void tap_context(SSL_CTX *context)
{
    SSL_CTX_set_keylog_callback(context, on_key);
    SSL_CTX_set_msg_callback(context, on_message);
}

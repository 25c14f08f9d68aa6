/* SPDX-License-Identifier: MIT */
/*
 * ftp_transfer: one file, or one listing, over a data connection.
 *
 * The order is that of RFC 959 §5.4 and §6: the command; 1yz, now the data
 * connection is used; its end; 2yz. The final reply and the end of the data
 * travel apart, so either may be seen first, and both must be.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/limits.h"
#include "ftp/ftp_client.h"

/* One transfer under way. */
struct moving {
    struct ftp_client *client;
    struct ftp_transfer *transfer;
    struct ftp_data data;
    struct ftp_ascii ascii;
    char *converted; /* two pieces long; NULL: in type I */
    unsigned silent; /* looks at the control connection without news */
    char name[32];   /* of the message in the trace: "RETR data" */
};

/* ---- before ------------------------------------------------------------- */

int ftp_transfer_type(struct ftp_client *client, bool ascii)
{
    char type[2] = {ascii ? 'A' : 'I', '\0'};
    int result;

    if (client->type == type[0])
        return 0;
    result = ftp_client_ask(client, RFC("959", "4.1.2"), "TYPE", type, 2);
    client->type = result == 0 ? type[0] : '\0';
    return result;
}

/* REST holds for the command right after it (RFC 3659 §5.3): so it comes
 * last. */
static int restart(struct ftp_client *client, uint64_t offset)
{
    char number[24];

    snprintf(number, sizeof(number), "%llu", (unsigned long long)offset);
    return offset == 0
               ? 0
               : ftp_client_ask(client, RFC("3659", "5.3"), "REST", number, 3);
}

/* ---- the final reply ---------------------------------------------------- */

static bool control_speaks(struct ftp_client *client)
{
    struct pollfd poller = {.fd = conn_fd(client->conn), .events = POLLIN};

    return conn_view(client->conn).length > 0 || poll(&poller, 1, 0) > 0;
}

/* Hears the reply that ends a transfer, if it was not heard before. */
static int hear_final(struct moving *m)
{
    struct ftp_client *client = m->client;
    int code = client->reply.code;

    if (!client->replied)
        code = ftp_client_hear(client);
    /* A mark of a restart in block mode, or a second 1yz: not the end yet. */
    for (int i = 0; code >= 100 && code < 200 && i < FTP_PRELIMINARY_MAX; i++)
        code = ftp_client_hear(client);
    if (code < 0)
        return code;
    client->replied = true;
    if (ftp_reply_class(&client->reply) == 2)
        return 0;
    return ftp_client_refused(client,
                              code >= 400 ? ERROR_REFUSED : ERROR_PROTOCOL,
                              m->transfer->verb);
}

/* The data connection has failed: the server may have said why. */
static int why_broken(struct moving *m, int result)
{
    struct error *error = m->client->setup.error;
    struct error kept = *error;

    if (result != -ERROR_CONNECT || m->client->conn == NULL ||
        m->client->replied)
        return result;
    error_clear(error);
    result = hear_final(m);
    if (result == -ERROR_REFUSED)
        return result;
    *error = kept;
    return -ERROR_CONNECT;
}

/* ---- receiving ---------------------------------------------------------- */

/* NOTE(ftp-both): nothing came for a while. If the final reply is there, the
 * rest of the data must be on its way; a connection that stays silent behind a
 * 226 would keep us for ever. */
static int look_at_control(struct moving *m)
{
    struct ftp_client *client = m->client;
    unsigned most = CONN_IDLE_TIMEOUT_MS / FTP_LOOK_MS;
    int result;

    if (!client->replied && control_speaks(client) &&
        (result = hear_final(m)) < 0)
        return result;
    if (client->replied)
        most = FTP_LOOKS_AFTER;
    if (++m->silent < most)
        return 0;
    return error_set(client->setup.error, ERROR_TIMEOUT,
                     client->replied
                         ? "the server says that all was sent, but does not "
                           "end the data connection (RFC 959 §3.3)"
                         : "nothing comes over the data connection");
}

static int take(struct moving *m, struct span piece)
{
    struct ftp_transfer *t = m->transfer;

    t->moved += piece.length;
    if (t->most > 0 && t->moved > t->most)
        return error_set(m->client->setup.error, ERROR_PROTOCOL,
                         "%s: more than %llu bytes came, which is no listing",
                         t->verb, (unsigned long long)t->most);
    if (m->converted == NULL)
        return t->take(t->context, piece);
    size_t length = ftp_ascii_from_wire(&m->ascii, piece, m->converted);
    return t->take(t->context, (struct span){m->converted, length});
}

static int received_all(struct moving *m)
{
    struct conn *conn = m->data.conn;
    char last;

    conn_heard(conn, RFC("959", "3.4.1"), m->name);
    if (conn_end_was_cut(conn))
        return error_set(m->client->setup.error, ERROR_PROTOCOL,
                         "the data connection was cut without TLS "
                         "close_notify: the file may not be whole (RFC 4217 "
                         "§15)");
    if (m->converted != NULL && ftp_ascii_end(&m->ascii, &last) > 0)
        return m->transfer->take(m->transfer->context, (struct span){&last, 1});
    return 0;
}

/* Stream mode: the end of the connection is the end of the file (RFC 959
 * §3.4.1). */
static int receive(struct moving *m)
{
    struct conn *conn = m->data.conn;

    for (;;) {
        struct span piece = conn_view(conn);
        int result;

        if (piece.length > 0) {
            if (piece.length > FTP_PIECE)
                piece.length = FTP_PIECE;
            m->silent = 0;
            result = take(m, piece);
            conn_take(conn, piece.length);
        } else if (conn_at_end(conn)) {
            return received_all(m);
        } else if ((result = conn_fill_within(conn, FTP_LOOK_MS)) == 1) {
            result = look_at_control(m);
        }
        if (result < 0) {
            if (conn_heard_length(conn) > 0)
                conn_heard(conn, RFC("959", "3.4.1"), "incomplete");
            return why_broken(m, result);
        }
    }
}

/* ---- sending ------------------------------------------------------------ */

static int send_piece(struct moving *m, struct span piece)
{
    struct ftp_transfer *t = m->transfer;

    if (m->converted != NULL) {
        piece.length = ftp_ascii_to_wire(&m->ascii, piece, m->converted);
        piece.data = m->converted;
    }
    t->moved += piece.length;
    return conn_say_bytes(m->data.conn, piece.data, piece.length);
}

/* Our end of the connection is the end of the file. Then the server closes too;
 * that it does so late is no failure, for the 226 decides. */
static int send_all(struct moving *m)
{
    struct conn *conn = m->data.conn;
    struct ftp_transfer *t = m->transfer;
    char *piece = malloc(FTP_PIECE);
    size_t length = 1;
    int result;

    if (piece == NULL)
        return error_set(m->client->setup.error, ERROR_LOCAL, "out of memory");
    result = conn_say_begin(conn, RFC("959", "3.4.1"), m->name);
    while (result == 0 && length > 0) {
        result = t->give(t->context, piece, FTP_PIECE, &length);
        if (result == 0 && length > 0)
            result = send_piece(m, (struct span){piece, length});
    }
    free(piece);
    if (result == 0)
        result = conn_say_end(conn);
    if (result == 0)
        result = conn_end_sending(conn, RFC("959", "3.3"));
    while (result == 0 && !conn_at_end(conn)) {
        conn_take(conn, conn_view(conn).length);
        if (conn_fill_within(conn, FTP_LOOK_MS) != 0)
            break;
    }
    return why_broken(m, result);
}

/* ---- stopping ----------------------------------------------------------- */

/* NOTE(ftp-abor): ours has failed, a full disk or a reader that left. Telnet's
 * interrupt and synch go first (RFC 959 §4.1.3), though few servers need them;
 * then the data connection ends. The replies: 426 for the transfer and 226 for
 * ABOR, or 226 alone if the transfer was done (RFC 959 §5.4). */
static void stop(struct moving *m)
{
    static const char interrupt[] = "\xff\xf4\xff\xf2";
    struct ftp_client *client = m->client;
    struct error kept = *client->setup.error;
    int code;

    if (client->conn == NULL || client->replied)
        return;
    conn_set_idle_timeout(client->conn, FTP_ABORT_MS);
    if (conn_say_begin(client->conn, RFC("959", "4.1.3"), "ABOR") == 0 &&
        conn_say_bytes(client->conn, interrupt, sizeof(interrupt) - 1) == 0 &&
        conn_say_line(client->conn, "ABOR") == 0 &&
        conn_say_end(client->conn) == 0) {
        ftp_data_close(&m->data);
        code = ftp_client_hear(client);
        if (code >= 400)
            code = ftp_client_hear(client);
        client->replied = code > 0;
    }
    conn_set_idle_timeout(client->conn, 0);
    *client->setup.error = kept;
}

/* ---- all of it ---------------------------------------------------------- */

/* From the command to the preliminary reply. 1: the server says that all is
 * done, without one: an empty listing, at some. */
static int begin(struct moving *m)
{
    struct ftp_client *client = m->client;
    struct ftp_transfer *t = m->transfer;
    int code;

    code = ftp_client_say(client, t->rfc, t->verb, t->argument);
    if (code == 0)
        code = ftp_client_hear(client);
    if (code < 0)
        return code;
    client->replied = ftp_reply_class(&client->reply) != 1;
    if (code >= 400)
        return ftp_client_refused(client, ERROR_REFUSED, t->verb);
    if (client->replied)
        return ftp_client_refused(client, ERROR_PROTOCOL,
                                  "no preliminary reply (RFC 959 §5.4)");
    return 0;
}

static int move(struct moving *m)
{
    int result = ftp_data_open(m->client, &m->data);

    if (result == 1) {
        result = hear_final(m);
        return result < 0 ? result
                          : error_set(m->client->setup.error, ERROR_PROTOCOL,
                                      "the server did not connect, and says "
                                      "that all is done");
    }
    if (result == 0)
        result = m->transfer->give != NULL ? send_all(m) : receive(m);
    if (result < 0) {
        stop(m);
        return result;
    }
    ftp_data_close(&m->data);
    return hear_final(m);
}

int ftp_transfer_run(struct ftp_client *client, struct ftp_transfer *transfer)
{
    struct moving m = {
        .client = client, .transfer = transfer, .data = {.listener = -1}};
    int result;

    transfer->moved = 0;
    client->replied = false;
    snprintf(m.name, sizeof(m.name), "%s data", transfer->verb);
    if (transfer->ascii && (m.converted = malloc(2 * FTP_PIECE + 1)) == NULL)
        return error_set(client->setup.error, ERROR_LOCAL, "out of memory");
    if ((result = ftp_transfer_type(client, transfer->ascii)) == 0 &&
        (result = ftp_data_prepare(client, &m.data)) == 0 &&
        (result = restart(client, transfer->offset)) == 0 &&
        (result = begin(&m)) == 0)
        result = move(&m);
    ftp_data_close(&m.data);
    free(m.converted);
    return result;
}

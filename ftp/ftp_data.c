/* SPDX-License-Identifier: MIT */
/*
 * ftp_data: the second connection. In passive mode the server names a port and
 * we connect; in active mode we name ours, and the server connects.
 *
 *     EPSV    229 (|||port|)               passive, IPv4 and IPv6 (RFC 2428)
 *     PASV    227 (h1,h2,h3,h4,p1,p2)      passive, IPv4 (RFC 959)
 *     EPRT |1|h|port|                      active, IPv4 and IPv6 (RFC 2428)
 *     PORT h1,h2,h3,h4,p1,p2               active, IPv4 (RFC 959)
 *
 * Whatever is said there, the other end is the host of the control connection
 * and no other (RFC 2577 §3): a server could send us anywhere, and anybody
 * could come to us.
 */
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/address.h"
#include "common/limits.h"
#include "common/names.h"
#include "ftp/ftp_client.h"

/* The data connection has events of its own: its stream, its addresses. */
static struct conn_setup data_setup(const struct ftp_client *client)
{
    struct conn_setup setup = client->setup;

    setup.stream = "data";
    setup.standard_port = FTP_DATA_PORT;
    setup.reversed = client->active;
    setup.family = AF_UNSPEC;
    if (setup.connect_timeout_ms == 0)
        setup.connect_timeout_ms = FTP_DATA_OPEN_MS;
    return setup;
}

static struct sockaddr_storage peer_of(const struct ftp_client *client)
{
    return conn_facts(client->conn).remote;
}

/* ---- passive ------------------------------------------------------------ */

static int connect_to(struct ftp_client *client, struct ftp_data *data,
                      uint16_t port)
{
    struct conn_setup setup = data_setup(client);
    struct sockaddr_storage peer = peer_of(client);
    char host[NAMES_NUMBER_MAX];

    if (getnameinfo((const struct sockaddr *)&peer, sizeof(peer), host,
                    sizeof(host), NULL, 0, NI_NUMERICHOST) != 0)
        return error_set(setup.error, ERROR_LOCAL,
                         "the control connection has no address");
    return conn_open(&data->conn, &setup, RFC("959", "3.2"), host, port);
}

/* 1: refused, ask in another way. */
static int try_epsv(struct ftp_client *client, struct ftp_data *data)
{
    int result = ftp_client_ask(client, RFC("2428", "3"), "EPSV", NULL, 2);
    uint16_t port;

    if (result == -ERROR_REFUSED && client->conn != NULL) {
        error_clear(client->setup.error);
        client->no_epsv = true;
        return 1;
    }
    if (result == 0)
        result = ftp_epsv_read(&port, ftp_reply_words(&client->reply),
                               client->setup.error);
    if (result < 0)
        return result;
    conn_note(client->conn, RFC("2428", "3"), "passive",
              "EPSV: we connect to port %u of the host we speak with", port);
    return connect_to(client, data, port);
}

/* NOTE(ftp-bounce): the address in a 227 is the server's word. Behind a
 * translator it is often wrong; from an enemy it may be anybody's. */
static int try_pasv(struct ftp_client *client, struct ftp_data *data)
{
    struct sockaddr_storage said, peer = peer_of(client);
    char shown[NAMES_NUMBER_MAX];
    uint16_t port;
    int result = ftp_client_ask(client, RFC("959", "4.1.2"), "PASV", NULL, 2);

    if (result == 0)
        result = ftp_pasv_read(&said, ftp_reply_words(&client->reply),
                               client->setup.error);
    if (result < 0)
        return result;
    port = ntohs(((struct sockaddr_in *)(void *)&said)->sin_port);
    address_show(&said, shown, sizeof(shown));
    conn_note(client->conn, RFC("1123", "4.1.2.6"), "passive", "PASV: %s%s",
              shown,
              address_same_host(&said, &peer)
                  ? ", and we connect there"
                  : " is another host: we connect to that port of the host we "
                    "speak with");
    return connect_to(client, data, port);
}

/* ---- active ------------------------------------------------------------- */

/* EPRT first, then PORT; an IPv6 address fits EPRT only. */
static int say_port(struct ftp_client *client,
                    const struct sockaddr_storage *local)
{
    bool ipv6 = local->ss_family == AF_INET6;
    char text[FTP_ADDRESS_MAX];
    int result;

    if (!client->no_eprt || ipv6) {
        ftp_eprt_write(text, local);
        result = ftp_client_ask(client, RFC("2428", "2"), "EPRT", text, 2);
        if (result != -ERROR_REFUSED || ipv6 || client->conn == NULL)
            return result;
        error_clear(client->setup.error);
        client->no_eprt = true;
    }
    ftp_port_write(text, local);
    return ftp_client_ask(client, RFC("959", "4.1.2"), "PORT", text, 2);
}

/* We listen at the address that the server knows us by. */
static int listen_here(struct ftp_client *client, struct ftp_data *data)
{
    struct sockaddr_storage local = conn_facts(client->conn).local;
    char shown[NAMES_NUMBER_MAX];
    int result;

    /* The port stands at the same place in both kinds of address. */
    ((struct sockaddr_in *)(void *)&local)->sin_port = 0;
    result = conn_listen(&data->listener, &local, client->setup.error);
    if (result < 0)
        return result;
    address_show(&local, shown, sizeof(shown));
    conn_note(client->conn, RFC("959", "3.2"), "active",
              "we listen at %s, and the server connects", shown);
    return say_port(client, &local);
}

/* ---- both --------------------------------------------------------------- */

int ftp_data_prepare(struct ftp_client *client, struct ftp_data *data)
{
    int result = 1;

    *data = (struct ftp_data){.listener = -1};
    if (client->active)
        return listen_here(client, data);
    /* PASV has no room for an IPv6 address. */
    if (!client->no_epsv || peer_of(client).ss_family == AF_INET6)
        result = try_epsv(client, data);
    return result == 1 ? try_pasv(client, data) : result;
}

/* The session of the control connection is offered for the data connection:
 * who can resume it is whom the server has just let in (RFC 4217 §10.2). */
int ftp_data_open(struct ftp_client *client, struct ftp_data *data)
{
    struct conn_setup setup = data_setup(client);
    struct sockaddr_storage peer = peer_of(client);
    int result = 0;

    if (data->listener >= 0) {
        /* What the control connection has already read can't wake us. */
        if (conn_view(client->conn).length > 0)
            setup.connect_timeout_ms = 1;
        result = conn_accept(&data->conn, &setup, RFC("959", "3.2"),
                             data->listener, &peer, conn_fd(client->conn));
        close(data->listener);
        data->listener = -1;
        if (result == -ERROR_TIMEOUT && conn_view(client->conn).length > 0) {
            error_clear(client->setup.error);
            return 1;
        }
        if (result == 0 && data->conn == NULL)
            return 1;
    }
    if (result == 0 && client->protect)
        result = conn_start_tls(data->conn, client->tls, RFC("4217", "9"),
                                client->host);
    return result;
}

void ftp_data_close(struct ftp_data *data)
{
    if (data->listener >= 0)
        close(data->listener);
    conn_close(data->conn, RFC("959", "3.3"));
    *data = (struct ftp_data){.listener = -1};
}

/* SPDX-License-Identifier: MIT */
/*
 * ftp_server_data: the second connection. RFC 959 §3.2, RFC 2428, RFC 2577.
 *
 * PASV and EPSV make the server wait for it, PORT and EPRT make the server
 * open it. What is prepared serves one transfer. Nobody but the client of the
 * control connection may be at its other end: else the server could be made to
 * knock at other hosts' doors, or to hand files to who comes first (RFC 2577
 * §3, §8).
 */
#include "common/address.h"
#include "ftp/ftp_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* ---- addresses ---------------------------------------------------------- */

/* The port stands at the same place in both kinds of address. */
static uint16_t port_of(const struct sockaddr_storage *address)
{
    return ntohs(((const struct sockaddr_in *)(const void *)address)->sin_port);
}

static void set_port(struct sockaddr_storage *address, uint16_t port)
{
    ((struct sockaddr_in *)(void *)address)->sin_port = htons(port);
}

void ftp_server_data_forget(struct ftp_session *s)
{
    if (s->listener >= 0)
        close(s->listener);
    s->listener = -1;
    s->way = FTP_DATA_NONE;
}

/* ---- passive ------------------------------------------------------------ */

/* A port of the range, each in turn from a random one on: ports that can be
 * foreseen can be stolen (RFC 2577 §8). */
static int listen_in_range(struct ftp_session *s,
                           struct sockaddr_storage *local, struct error *error)
{
    unsigned from = s->site->passive_from;
    unsigned count = s->site->passive_to - from + 1u, start = 0;
    int result = -ERROR_LOCAL;

    if (getrandom(&start, sizeof(start), 0) != sizeof(start))
        start = 0;
    for (unsigned i = 0; i < count && i < FTP_PASSIVE_TRIES && result < 0;
         i++) {
        set_port(local, (uint16_t)(from + (start % count + i) % count));
        error_clear(error);
        result = conn_listen(&s->listener, local, error);
    }
    return result;
}

/* Waits at the address that the client has found us at. False: answered. */
static bool prepare_passive(struct ftp_session *s,
                            struct sockaddr_storage *local)
{
    struct error error = {0};
    int result;

    ftp_server_data_forget(s);
    *local = conn_facts(s->control).local;
    set_port(local, 0);
    result = s->site->passive_from > 0
                 ? listen_in_range(s, local, &error)
                 : conn_listen(&s->listener, local, &error);
    if (result == 0) {
        s->way = FTP_DATA_PASSIVE;
        return true;
    }
    conn_say(s->control, RFC("959", "4.2.2"), "421 No port is free: %s.",
             error.text);
    s->over = true;
    return false;
}

/* RFC 2428 §4: after EPSV ALL, a middlebox may count on never seeing an address
 * in a command. False: answered. */
static bool may_prepare(struct ftp_session *s)
{
    if (!s->extended_only)
        return true;
    conn_say(s->control, RFC("2428", "4"),
             "503 You have said EPSV ALL: nothing but EPSV now.");
    return false;
}

/* The IPv4 address of the control connection, or the one that --advertise has
 * for clients on the other side of an address translation. */
static bool advertised(const struct ftp_session *s,
                       struct sockaddr_storage *local)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    const struct sockaddr_in6 *v6 = (const void *)local;

    v4.sin_port = htons(port_of(local));
    if (s->site->advertise.s_addr != 0)
        v4.sin_addr = s->site->advertise;
    else if (local->ss_family == AF_INET)
        v4.sin_addr =
            ((const struct sockaddr_in *)(const void *)local)->sin_addr;
    else if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
        memcpy(&v4.sin_addr, v6->sin6_addr.s6_addr + 12, 4);
    else
        return false;
    memcpy(local, &v4, sizeof(v4));
    return true;
}

int ftp_act_pasv(struct ftp_session *s)
{
    struct sockaddr_storage local;
    char numbers[FTP_ADDRESS_MAX];

    if (!may_prepare(s) || !prepare_passive(s, &local))
        return 0;
    if (!advertised(s, &local)) {
        ftp_server_data_forget(s);
        return conn_say(s->control, RFC("2428", "3"),
                        "425 A 227 has no room for IPv6: use EPSV.");
    }
    ftp_port_write(numbers, &local);
    return conn_say(s->control, RFC("1123", "4.1.2.6"),
                    "227 Entering Passive Mode (%s).", numbers);
}

/* The argument of EPSV names a network protocol: 1 is IPv4, 2 is IPv6 (RFC 2428
 * §2). We wait where the control connection is, so it is that one's or none. */
int ftp_act_epsv(struct ftp_session *s)
{
    struct span argument = s->command.argument;
    struct sockaddr_storage local = conn_facts(s->control).local;
    const char *ours = local.ss_family == AF_INET ? "1" : "2";
    char port[FTP_ADDRESS_MAX];

    if (span_equal_nocase(argument, SPAN("ALL"))) {
        s->extended_only = true;
        return conn_say(s->control, RFC("2428", "4"),
                        "200 Nothing but EPSV from here on.");
    }
    if (argument.length > 0 && !span_equal(argument, span_of(ours)))
        return conn_say(s->control, RFC("2428", "3"),
                        "522 Not this network protocol, use (%s).", ours);
    if (!prepare_passive(s, &local))
        return 0;
    ftp_epsv_write(port, port_of(&local));
    return conn_say(s->control, RFC("2428", "3"),
                    "229 Entering Extended Passive Mode (%s).", port);
}

/* ---- active ------------------------------------------------------------- */

/* NOTE(ftp-server-bounce): to another host, or to a port where a server may
 * listen, we connect for nobody. */
static int prepare_active(struct ftp_session *s,
                          const struct sockaddr_storage *target)
{
    struct sockaddr_storage peer = conn_facts(s->control).remote;

    ftp_server_data_forget(s);
    if (!address_same_host(target, &peer))
        return conn_say(s->control, RFC("2577", "3"),
                        "504 That is not the address you come from.");
    if (port_of(target) < 1024)
        return conn_say(s->control, RFC("2577", "3"),
                        "504 No port below 1024.");
    s->target = *target;
    s->way = FTP_DATA_ACTIVE;
    return conn_say(s->control, RFC("959", "4.1.2"),
                    "200 The data connection will go there.");
}

int ftp_act_port(struct ftp_session *s)
{
    struct sockaddr_storage target;

    if (!may_prepare(s))
        return 0;
    if (ftp_port_read(&target, s->command.argument, NULL) < 0)
        return conn_say(s->control, RFC("959", "5.3.2"),
                        "501 PORT takes six numbers: h1,h2,h3,h4,p1,p2.");
    return prepare_active(s, &target);
}

int ftp_act_eprt(struct ftp_session *s)
{
    struct sockaddr_storage target;
    int result;

    if (!may_prepare(s))
        return 0;
    result = ftp_eprt_read(&target, s->command.argument, NULL);
    if (result == -ERROR_REFUSED)
        return conn_say(s->control, RFC("2428", "2"),
                        "522 Not this network protocol, use (1,2).");
    if (result < 0)
        return conn_say(s->control, RFC("2428", "2"),
                        "501 EPRT takes |1|address|port| or |2|...|.");
    return prepare_active(s, &target);
}

/* ---- opening ------------------------------------------------------------ */

/* Waits for the client, within the time that is left, and goes on waiting when
 * what came first was a command that can wait. */
static int accept_data(struct ftp_session *s, struct conn_setup *setup,
                       struct conn **data)
{
    struct sockaddr_storage peer = conn_facts(s->control).remote;
    deadline_ns until = deadline_in_ms(setup->connect_timeout_ms);
    int result = 0;

    *data = NULL;
    while (result == 0 && *data == NULL && !ftp_server_aborted(s)) {
        setup->connect_timeout_ms = deadline_poll_ms(until);
        if (setup->connect_timeout_ms == 0)
            setup->connect_timeout_ms = 1;
        result = conn_accept(data, setup, RFC("959", "3.2"), s->listener, &peer,
                             conn_fd(s->control));
    }
    return *data == NULL && result == 0 ? -ERROR_REFUSED : result;
}

/* From our address, and from the port below the one of the control connection,
 * 20 for 21, as RFC 959 §3.2 has it: where we may not, from any. */
static int connect_data(struct ftp_session *s, const struct conn_setup *setup,
                        struct conn **data)
{
    struct sockaddr_storage from = conn_facts(s->control).local;
    char address[INET6_ADDRSTRLEN];
    const void *target = &s->target;

    inet_ntop(
        s->target.ss_family,
        s->target.ss_family == AF_INET
            ? (const void *)&((const struct sockaddr_in *)target)->sin_addr
            : &((const struct sockaddr_in6 *)target)->sin6_addr,
        address, sizeof(address));
    set_port(&from, (uint16_t)(port_of(&from) - 1));
    struct conn_setup active = *setup;
    active.from = &from;
    active.reversed = true;
    return conn_open(data, &active, RFC("959", "3.2"), address,
                     port_of(&s->target));
}

static int make_connection(struct ftp_session *s, struct conn **data,
                           enum ftp_direction direction)
{
    int64_t patience =
        s->site->data_ms > 0 ? s->site->data_ms : FTP_SERVER_DATA_MS;
    struct conn_setup setup = {.error = &s->broken,
                               .trace = conn_trace(s->control),
                               .proto = "ftp",
                               .stream = "data",
                               .no_tickets = direction == FTP_IN,
                               .standard_port = FTP_DATA_PORT,
                               .connect_timeout_ms = FTP_DATA_OPEN_MS,
                               .idle_timeout_ms = patience};

    if (patience < setup.connect_timeout_ms)
        setup.connect_timeout_ms = patience;
    if (s->way == FTP_DATA_PASSIVE)
        return accept_data(s, &setup, data);
    return connect_data(s, &setup, data);
}

/* RFC 4217 §9: the handshake comes first on a data connection, and whoever has
 * opened it, we are its server. */
static int protect(struct ftp_session *s, struct conn *data)
{
    int result;

    if (!s->protect)
        return 0;
    result = conn_start_tls(data, *s->site->tls, RFC("4217", "9"), NULL);
    if (result == 0 && s->site->require_reuse && !conn_facts(data).tls_resumed)
        return error_set(&s->broken, ERROR_INSECURE,
                         "the data connection must resume the TLS session of "
                         "the control connection");
    return result;
}

/* What can be said before a byte has passed. False: it has been. */
static bool may_open(struct ftp_session *s, int *result)
{
    if (s->way == FTP_DATA_NONE)
        *result = conn_say(s->control, RFC("959", "5.4"),
                           "425 Say PASV, EPSV, PORT or EPRT first.");
    else if (s->site->require_tls && !s->protect)
        *result = conn_say(s->control, RFC("4217", "10.2"),
                           "521 No file goes in clear here: PROT P.");
    else
        return true;
    return false;
}

int ftp_server_data_open(struct ftp_session *s, struct conn **data,
                         enum ftp_direction direction, const char *opening)
{
    int result = 0;

    *data = NULL;
    s->aborted = false;
    s->passed = 0;
    error_clear(&s->broken);
    if (!may_open(s, &result))
        return result;
    if ((result = conn_say(s->control, RFC("959", "5.4"), "150 %s", opening)) <
        0)
        return result;
    result = make_connection(s, data, direction);
    ftp_server_data_forget(s);
    if (result == 0 && (result = protect(s, *data)) < 0) {
        conn_close(*data, RFC("959", "3.3"));
        *data = NULL;
    }
    if (result == 0) {
        conn_watch(*data, conn_fd(s->control), ftp_server_aborted, s);
        return 0;
    }
    if (s->aborted)
        return conn_say(s->control, RFC("959", "4.1.3"),
                        "426 The transfer was not begun.");
    return conn_say(s->control, RFC("959", "5.4"),
                    "425 No data connection: %s.", s->broken.text);
}

/* ---- closing ------------------------------------------------------------ */

int ftp_server_data_close(struct ftp_session *s, struct conn *data, int result,
                          int reason, const char *done)
{
    conn_close(data, RFC("959", "3.3"));
    s->doing = NULL;
    if (s->aborted)
        return conn_say(s->control, RFC("959", "4.1.3"),
                        "426 The transfer was broken off.");
    if (result < 0)
        return conn_say(s->control, RFC("959", "5.4"),
                        "426 The data connection failed: %s.", s->broken.text);
    if (reason == ENOSPC || reason == EDQUOT || reason == EFBIG)
        return conn_say(s->control, RFC("959", "5.4"),
                        "452 There is no room for it.");
    if (reason != 0)
        return conn_say(s->control, RFC("959", "5.4"), "451 %s.",
                        strerror(reason));
    return conn_say(s->control, RFC("959", "5.4"), "226 %s", done);
}

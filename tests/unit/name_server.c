/* SPDX-License-Identifier: MIT */
/* name_server: what is asked is answered from the zone below, in the manner
 * that the test has chosen. */
#include "tests/unit/name_server.h"

#include <arpa/inet.h>
#include <ldns/ldns.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/harness.h"

static const char *const zone[] = {
    "www.test. 60 IN A 192.0.2.80",
    "www.test. 60 IN A 192.0.2.81",
    "www.test. 60 IN AAAA 2001:db8::80",
    "four.test. 60 IN A 192.0.2.4",
    "xn--mnchen-3ya.test. 60 IN A 192.0.2.89",
    "text.test. 60 IN TXT nothing",
    "alias.test. 60 IN CNAME www.test.",
    "loop.test. 60 IN CNAME pool.test.",
    "pool.test. 60 IN CNAME loop.test.",
    "dangling.test. 60 IN CNAME nowhere.test.",
    "mail.test. 60 IN MX 20 last.test.",
    "mail.test. 60 IN MX 10 first.test.",
    "mail.test. 60 IN MX 15 second.test.",
    "pair.test. 60 IN MX 5 a.test.",
    "pair.test. 60 IN MX 5 b.test.",
    "null.test. 60 IN MX 0 .",
    "both.test. 60 IN MX 0 .",
    "both.test. 60 IN MX 7 real.test.",
    "mailalias.test. 60 IN CNAME mail.test.",
    "fouralias.test. 60 IN CNAME four.test.",
};

/* Adds the zone's records of `owner`: of `type`, or its alias. */
static void add_records(ldns_pkt *answer, const ldns_rdf *owner,
                        ldns_rr_type type, bool chase)
{
    bool known = false;

    for (size_t i = 0; i < sizeof(zone) / sizeof(zone[0]); i++) {
        ldns_rr *rr = NULL;
        ldns_rr_type has;

        ldns_rr_new_frm_str(&rr, zone[i], 0, NULL, NULL);
        has = ldns_rr_get_type(rr);
        if (ldns_dname_compare(ldns_rr_owner(rr), owner) != 0) {
            ldns_rr_free(rr);
            continue;
        }
        known = true;
        if (has != type && has != LDNS_RR_TYPE_CNAME) {
            ldns_rr_free(rr);
            continue;
        }
        ldns_pkt_push_rr(answer, LDNS_SECTION_ANSWER, rr);
        if (has == LDNS_RR_TYPE_CNAME && chase)
            add_records(answer, ldns_rr_rdf(rr, 0), type, chase);
    }
    if (!known)
        ldns_pkt_set_rcode(answer, LDNS_RCODE_NXDOMAIN);
}

static ldns_pkt *truth(const ldns_pkt *query, enum name_server_manner manner)
{
    const ldns_rr *question = ldns_rr_list_rr(ldns_pkt_question(query), 0);
    ldns_pkt *answer =
        ldns_pkt_query_new(ldns_rdf_clone(ldns_rr_owner(question)),
                           ldns_rr_get_type(question), LDNS_RR_CLASS_IN, 0);

    ldns_pkt_set_id(answer, ldns_pkt_id(query));
    ldns_pkt_set_qr(answer, true);
    if (manner == FAILS)
        ldns_pkt_set_rcode(answer, LDNS_RCODE_SERVFAIL);
    else
        add_records(answer, ldns_rr_owner(question), ldns_rr_get_type(question),
                    manner == CHASING);
    return answer;
}

/* An answer that leads elsewhere, wrong in the one way that `manner` names. */
static ldns_pkt *lie(const ldns_pkt *query, enum name_server_manner manner)
{
    const ldns_rr *question = ldns_rr_list_rr(ldns_pkt_question(query), 0);
    ldns_rdf *name = ldns_rdf_clone(ldns_rr_owner(question));
    ldns_rr_type type = ldns_rr_get_type(question);
    ldns_rr_class class = LDNS_RR_CLASS_IN;
    ldns_rr *rr = NULL;
    ldns_pkt *answer;

    if (manner == FORGES_NAME) {
        ldns_rdf_deep_free(name);
        name = ldns_dname_new_frm_str("other.test.");
    }
    if (manner == FORGES_TYPE)
        type = LDNS_RR_TYPE_TXT;
    if (manner == FORGES_CLASS)
        class = LDNS_RR_CLASS_CH;
    answer = ldns_pkt_query_new(name, type, class, 0);
    ldns_pkt_set_id(answer,
                    (uint16_t)(ldns_pkt_id(query) +
                               (manner == FORGES_ID || manner == TCP_FORGES)));
    ldns_pkt_set_qr(answer, manner != SENDS_QUERY);
    ldns_rr_new_frm_str(&rr,
                        manner == FOREIGN_OWNER
                            ? "other.test. 60 IN A 198.51.100.66"
                            : "www.test. 60 IN A 198.51.100.66",
                        0, NULL, NULL);
    if (manner == FOREIGN_CLASS)
        ldns_rr_set_class(rr, LDNS_RR_CLASS_CH);
    ldns_pkt_push_rr(answer, LDNS_SECTION_ANSWER, rr);
    return answer;
}

static void send_datagram(int fd, ldns_pkt *message,
                          const struct sockaddr_in *to)
{
    uint8_t *wire = NULL;
    size_t size = 0;

    ldns_pkt2wire(&wire, message, &size);
    sendto(fd, wire, size, 0, (const struct sockaddr *)to, sizeof(*to));
    free(wire);
    ldns_pkt_free(message);
}

/* The length goes first; all of it byte by byte, as TCP may deliver it. */
static void send_in_pieces(int fd, ldns_pkt *message)
{
    uint8_t *wire = NULL, length[2];
    size_t size = 0;
    int on = 1;

    ldns_pkt2wire(&wire, message, &size);
    ldns_write_uint16(length, (uint16_t)size);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    for (size_t i = 0; i < size + 2; i++)
        send(fd, i < 2 ? &length[i] : &wire[i - 2], 1, MSG_NOSIGNAL);
    free(wire);
    ldns_pkt_free(message);
}

static bool only_truncates(enum name_server_manner manner)
{
    return manner == TRUNCATES || manner == TCP_CLOSES || manner == TCP_FORGES;
}

static void serve_datagram(int fd, enum name_server_manner manner, int number)
{
    struct sockaddr_in from;
    socklen_t size = sizeof(from);
    uint8_t data[4096];
    ssize_t n =
        recvfrom(fd, data, sizeof(data), 0, (struct sockaddr *)&from, &size);
    ldns_pkt *query = NULL, *answer;
    ldns_rr_type type;

    if (n < 0 || ldns_wire2pkt(&query, data, (size_t)n) != LDNS_STATUS_OK)
        return;
    type = ldns_rr_get_type(ldns_rr_list_rr(ldns_pkt_question(query), 0));
    if (manner >= FORGES_ID && manner <= SENDS_QUERY)
        send_datagram(fd, lie(query, manner), &from);
    if (manner == SENDS_NOISE)
        sendto(fd, "noise", 5, 0, (struct sockaddr *)&from, size);
    if (manner == FOREIGN_OWNER || manner == FOREIGN_CLASS)
        answer = lie(query, manner);
    else
        answer = truth(query, manner);
    if (only_truncates(manner)) {
        ldns_pkt_free(answer);
        answer = truth(query, FAILS);
        ldns_pkt_set_rcode(answer, LDNS_RCODE_NOERROR);
        ldns_pkt_set_tc(answer, true);
    }
    if (manner == SILENT || (manner == DROPS_FIRST && number == 0) ||
        (manner == NO_AAAA && type == LDNS_RR_TYPE_AAAA))
        ldns_pkt_free(answer);
    else
        send_datagram(fd, answer, &from);
    ldns_pkt_free(query);
}

static void serve_connection(int listener, enum name_server_manner manner)
{
    int fd = accept(listener, NULL, NULL);
    uint8_t data[4096];
    ssize_t n = recv(fd, data, 2, MSG_WAITALL);
    ldns_pkt *query = NULL;

    if (n == 2 && manner != TCP_CLOSES) {
        n = recv(fd, data, ldns_read_uint16(data), MSG_WAITALL);
        if (n > 0 && ldns_wire2pkt(&query, data, (size_t)n) == LDNS_STATUS_OK)
            send_in_pieces(fd, manner == TCP_FORGES ? lie(query, manner)
                                                    : truth(query, HONEST));
        ldns_pkt_free(query);
    }
    close(fd);
}

static void serve(int udp, int tcp, enum name_server_manner manner)
{
    int number = 0;

    for (;;) {
        struct pollfd waits[2] = {{.fd = udp, .events = POLLIN},
                                  {.fd = tcp, .events = POLLIN}};

        poll(waits, 2, -1);
        if (waits[0].revents != 0)
            serve_datagram(udp, manner, number++);
        if (waits[1].revents != 0)
            serve_connection(tcp, manner);
    }
}

pid_t name_server_start(enum name_server_manner manner, char *address,
                        size_t size)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(at);
    int tcp = socket(AF_INET, SOCK_STREAM, 0);
    int udp = socket(AF_INET, SOCK_DGRAM, 0);
    pid_t pid;

    CU_ASSERT_EQUAL(bind(tcp, (struct sockaddr *)&at, length), 0);
    CU_ASSERT_EQUAL(listen(tcp, 8), 0);
    getsockname(tcp, (struct sockaddr *)&at, &length);
    CU_ASSERT_EQUAL(bind(udp, (struct sockaddr *)&at, length), 0);
    snprintf(address, size, "127.0.0.1:%d", ntohs(at.sin_port));
    pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        serve(udp, tcp, manner);
    }
    close(udp);
    close(tcp);
    return pid;
}

/* SPDX-License-Identifier: MIT */
/*
 * names: from a name to addresses, and from a domain to its mail exchangers.
 *
 * RFC 1034 and RFC 1035 (messages, UDP and TCP). ldns packs and unpacks the
 * messages; the queries go over our own sockets, so that they are traced, end
 * by the deadline, and are checked: the answer's source, id, question, owner
 * and class must be those we asked for, or anybody could answer for the server.
 * Truncation goes to TCP. At most NAMES_CNAMES_MAX aliases are followed.
 *
 * Without --dns and --resolve, addresses come from the system (getaddrinfo, in
 * a child process that the deadline ends), as for every other program.
 */
#ifndef COMMON_NAMES_H
#define COMMON_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "common/deadline.h"
#include "common/error.h"

struct names;
struct trace;

#define NAMES_ADDRESSES_MAX 32
#define NAMES_MX_MAX 32
#define NAMES_CNAMES_MAX 16
/* Bytes of a host's name, NUL included: RFC 1035 §2.3.4 ends at 255. */
#define NAMES_HOST_MAX 256

struct names_addresses {
    struct sockaddr_storage list[NAMES_ADDRESSES_MAX]; /* port filled in */
    size_t count;
};

struct names_mx {
    struct {
        uint16_t preference;
        char host[NAMES_HOST_MAX]; /* without the final dot */
    } list[NAMES_MX_MAX];          /* in the order they are to be tried */
    size_t count;
    bool implicit; /* no MX: the domain itself (RFC 5321 §5.1) */
    bool unknown;  /* of -ERROR_CONNECT: the domain does not exist; asking
                    * again would not help */
};

/* `dns_server`: "HOST[:PORT]" with a numeric HOST, from --dns; NULL: the
 * system. `trace` may be NULL. The caller frees with names_free. */
int names_new(struct names **names, const char *dns_server, struct trace *trace,
              struct error *error);
/* --resolve host:port:address[,address]: answers before any look-up.
 * ERROR_USAGE if it can't be read. */
int names_pin(struct names *names, const char *resolve, struct error *error);
void names_free(struct names *names); /* NULL is allowed */

/* Addresses of `host` (a name, of any letters, or a numeric address) for
 * `port`, IPv6 and IPv4 as `family` allows, in the order they are to be tried.
 * `names` may be NULL: the system's. ERROR_USAGE: it can't be a name;
 * ERROR_CONNECT: no such name, no address of that family, or the server
 * refused; ERROR_TIMEOUT: no answer by the deadline. */
int names_look_up(struct names *names, const char *host, uint16_t port,
                  int family, deadline_ns deadline,
                  struct names_addresses *addresses, struct error *error);

/* Reads "ADDR[:PORT]" without asking anybody: "192.0.2.53", "192.0.2.53:5353",
 * "::1", "[::1]:5353", "localhost" for 127.0.0.1 (RFC 6761 §6.3). `port` is
 * taken where none is given. False if it can't be read. */
bool names_endpoint(const char *text, uint16_t port,
                    struct sockaddr_storage *address);
/* The name as DNS has it: one beyond ASCII, in UTF-8, in its A-labels
 * ("xn--..."), any other as it is. ERROR_USAGE: it has none, or is too long. */
int names_ascii(char ascii[NAMES_HOST_MAX], const char *host,
                struct error *error);
/* The mail exchangers of `domain`, by preference, equal ones shuffled
 * (RFC 5321 §5.1). Null MX (RFC 7505 §3): ERROR_REFUSED. No such domain:
 * ERROR_CONNECT. Asks the server of --dns, else the first of resolv.conf. */
int names_mx(struct names *names, const char *domain, deadline_ns deadline,
             struct names_mx *mx, struct error *error);

#endif

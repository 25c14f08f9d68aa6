/* SPDX-License-Identifier: MIT */
/*
 * names: who answers for a name. The contract is in names.h.
 *
 * Four may answer, and the first that can does: --resolve, the name itself
 * when it is a numeric address, the server of --dns, the system.
 */
#include "common/names.h"
#include "common/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/limits.h"
#include "common/names_private.h"
#include "common/text.h"
#include "common/trace.h"

/* ---- addresses ---------------------------------------------------------- */

static void set_port(struct sockaddr_storage *address, uint16_t port)
{
    if (address->ss_family == AF_INET6)
        ((struct sockaddr_in6 *)address)->sin6_port = htons(port);
    else
        ((struct sockaddr_in *)address)->sin_port = htons(port);
}

void names_add(struct names_addresses *list, const struct sockaddr *address,
               uint16_t port, int family)
{
    struct sockaddr_storage entry = {0};

    if (address->sa_family != AF_INET && address->sa_family != AF_INET6)
        return;
    if (family != AF_UNSPEC && family != address->sa_family)
        return;
    memcpy(&entry, address, address_size(address->sa_family));
    set_port(&entry, port);
    for (size_t i = 0; i < list->count; i++)
        if (memcmp(&list->list[i], &entry, sizeof(entry)) == 0)
            return;
    if (list->count < NAMES_ADDRESSES_MAX)
        list->list[list->count++] = entry;
}

/* getaddrinfo(3) and not inet_pton(3): it knows "fe80::1%eth0" too. It asks
 * nobody when told that the host is numeric, so it needs no deadline. */
int names_numeric(const char *host, struct sockaddr_storage *address)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;

    if (getaddrinfo(host, NULL, &hints, &found) != 0)
        return 0;
    memset(address, 0, sizeof(*address));
    memcpy(address, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return 1;
}

/* Copies a numeric address of `length` bytes into `host`, without the brackets
 * around an IPv6 one. False: too long to be one. */
static bool copy_host(char host[NAMES_NUMBER_MAX], const char *text,
                      size_t length)
{
    if (length >= 2 && text[0] == '[' && text[length - 1] == ']') {
        text++;
        length -= 2;
    }
    if (length >= NAMES_NUMBER_MAX)
        return false;
    memcpy(host, text, length);
    host[length] = '\0';
    return true;
}

/* ---- --dns and --resolve ------------------------------------------------ */

bool names_endpoint(const char *text, uint16_t port,
                    struct sockaddr_storage *address)
{
    const char *colon = strrchr(text, ':');
    size_t length = strlen(text);
    uint64_t number = port;
    char host[NAMES_NUMBER_MAX];

    /* A colon is a port's when it follows a bracket, or is the only one. */
    if (colon != NULL && colon > text &&
        (colon[-1] == ']' || colon == strchr(text, ':'))) {
        length = (size_t)(colon - text);
        if (!text_to_u64(span_of(colon + 1), UINT16_MAX, &number))
            return false;
    }
    if (!copy_host(host, text, length))
        return false;
    if (strcasecmp(host, "localhost") == 0)
        strcpy(host, "127.0.0.1");
    if (!names_numeric(host, address))
        return false;
    set_port(address, (uint16_t)number);
    return true;
}

int names_new(struct names **names, const char *dns_server, struct trace *trace,
              struct error *error)
{
    struct names *n = calloc(1, sizeof(*n));
    int result = 0;

    *names = NULL;
    if (n == NULL)
        return error_set(error, ERROR_LOCAL, "out of memory");
    n->trace = trace;
    n->ask_dns = dns_server != NULL;
    if (n->ask_dns && !names_endpoint(dns_server, NAMES_DNS_PORT, &n->server))
        result = error_set(error, ERROR_USAGE,
                           "--dns: '%s' is not ADDRESS[:PORT]; a name can't "
                           "be looked up before there is a server to ask",
                           dns_server);
    if (result < 0) {
        names_free(n);
        return result;
    }
    *names = n;
    return 0;
}

void names_free(struct names *names)
{
    while (names != NULL && names->pinned != NULL) {
        struct names_pinned *gone = names->pinned;

        names->pinned = gone->next;
        free(gone->host);
        free(gone);
    }
    free(names);
}

/* "192.0.2.80,[2001:db8::80]": false when one can't be read, or none is. */
static bool read_addresses(const char *text, uint16_t port,
                           struct names_addresses *list)
{
    for (;;) {
        size_t length = strcspn(text, ",");
        char host[NAMES_NUMBER_MAX];
        struct sockaddr_storage address;

        if (!copy_host(host, text, length) || !names_numeric(host, &address))
            return false;
        names_add(list, (struct sockaddr *)&address, port, AF_UNSPEC);
        if (text[length] == '\0')
            return true;
        text += length + 1;
    }
}

/* Fills in all of `pin` but the host, whose length goes to *host_length. */
static bool read_pin(struct names_pinned *pin, const char *resolve,
                     size_t *host_length)
{
    const char *port = strchr(resolve, ':');
    const char *address = port != NULL ? strchr(port + 1, ':') : NULL;
    uint64_t number;

    if (address == NULL || port == resolve)
        return false;
    *host_length = (size_t)(port - resolve);
    port++;
    if (!text_to_u64((struct span){port, (size_t)(address - port)}, UINT16_MAX,
                     &number))
        return false;
    pin->port = (uint16_t)number;
    return read_addresses(address + 1, pin->port, &pin->addresses);
}

int names_pin(struct names *names, const char *resolve, struct error *error)
{
    struct names_pinned *pin = calloc(1, sizeof(*pin));
    char ascii[NAMES_HOST_MAX], *host = NULL;
    size_t host_length = 0;
    int result = 0;

    if (pin == NULL)
        return error_set(error, ERROR_LOCAL, "out of memory");
    if (!read_pin(pin, resolve, &host_length))
        result = error_set(error, ERROR_USAGE,
                           "--resolve: '%s' is not "
                           "HOST:PORT:ADDRESS[,ADDRESS]",
                           resolve);
    else if ((host = strndup(resolve, host_length)) == NULL)
        result = error_set(error, ERROR_LOCAL, "out of memory");
    else if ((result = names_ascii(ascii, host, error)) == 0 &&
             (pin->host = strdup(ascii)) == NULL)
        result = error_set(error, ERROR_LOCAL, "out of memory");
    free(host);
    if (result < 0) {
        free(pin);
        return result;
    }
    pin->next = names->pinned;
    names->pinned = pin;
    return 0;
}

static const struct names_pinned *find_pinned(const struct names *names,
                                              const char *host, uint16_t port)
{
    const struct names_pinned *pin = names->pinned;

    while (pin != NULL &&
           (pin->port != port ||
            (strcasecmp(pin->host, host) != 0 && strcmp(pin->host, "*") != 0)))
        pin = pin->next;
    return pin;
}

/* ---- looking up --------------------------------------------------------- */

static const char *family_name(int family)
{
    return family == AF_INET ? "IPv4 " : family == AF_INET6 ? "IPv6 " : "";
}

static void show_host(const struct sockaddr_storage *address, char *text,
                      socklen_t size)
{
    if (getnameinfo((const struct sockaddr *)address,
                    address_size(address->ss_family), text, size, NULL, 0,
                    NI_NUMERICHOST) != 0)
        text[0] = '\0';
}

/* Who was asked is as interesting as what was answered. */
static void record(struct names *names, const char *host, const char *who,
                   const struct names_addresses *found)
{
    char list[NAMES_ADDRESSES_MAX * NAMES_NUMBER_MAX] = "";
    char one[NAMES_NUMBER_MAX];
    size_t length = 0;

    for (size_t i = 0; i < found->count; i++) {
        show_host(&found->list[i], one, sizeof(one));
        length += (size_t)snprintf(list + length, sizeof(list) - length, "%s%s",
                                   i > 0 ? ", " : "", one);
        trace_name(names->trace, &found->list[i], host);
    }
    trace_note(names->trace, RFC("1034", "5.2.1"), "look-up", "%s is %s (%s)",
               host, list, who);
}

/* Fills `found` with what may be tried, of any family. *who: who answered. */
static int answer(struct names *names, const char *host, uint16_t port,
                  int family, deadline_ns deadline,
                  struct names_addresses *found, const char **who,
                  struct error *error)
{
    const struct names_pinned *pin =
        names != NULL ? find_pinned(names, host, port) : NULL;
    struct sockaddr_storage address;

    *who = NULL;
    if (pin != NULL) {
        *who = "from --resolve";
        for (size_t i = 0; i < pin->addresses.count; i++)
            names_add(found, (const struct sockaddr *)&pin->addresses.list[i],
                      port, family);
        return 0;
    }
    if (names_numeric(host, &address)) {
        names_add(found, (struct sockaddr *)&address, port, family);
        return 0;
    }
    if (names != NULL && names->ask_dns) {
        *who = "from DNS";
        return names_dns_addresses(names, host, port, family, deadline, found,
                                   error);
    }
    *who = "from the system";
    return names_system(host, port, family, deadline, found, error);
}

int names_look_up(struct names *names, const char *host, uint16_t port,
                  int family, deadline_ns deadline,
                  struct names_addresses *addresses, struct error *error)
{
    char ascii[NAMES_HOST_MAX];
    const char *who;
    int result;

    memset(addresses, 0, sizeof(*addresses));
    if ((result = names_ascii(ascii, host, error)) < 0)
        return result;
    host = ascii;
    result =
        answer(names, host, port, family, deadline, addresses, &who, error);
    if (result < 0)
        return result;
    if (addresses->count == 0)
        return error_set(error, ERROR_CONNECT, "%s has no %saddress", host,
                         family_name(family));
    if (names != NULL && who != NULL)
        record(names, host, who, addresses);
    return 0;
}

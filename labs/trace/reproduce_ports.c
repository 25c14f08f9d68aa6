/* SPDX-License-Identifier: MIT */
/*
 * reproduce_ports: a number of our own for each port that a kernel picked, the
 * same wherever that port is named. The contract is in reproduce.h.
 */
#include <ctype.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/trace/reproduce.h"

enum {
    PORTS = 65536,
    PORT_PICKED = 32768, /* from here on Linux picks, unless told otherwise */
    PORT_SHOWN = 40000,
    ADDRESS_MAX = 16, /* "255,255,255,255," */
};

bool reproduce_ports_open(struct reproduce_ports *ports)
{
    *ports =
        (struct reproduce_ports){.all = calloc(PORTS, sizeof(*ports->all))};
    return ports->all != NULL;
}

static unsigned port_shown(struct reproduce_ports *ports, unsigned port)
{
    if (ports->all[port].shown == 0)
        ports->all[port].shown =
            (uint16_t)(PORT_SHOWN + ++ports->named % (PORTS - PORT_SHOWN));
    return ports->all[port].shown;
}

/* A kernel may give the same port again, and then it is another one. */
static void port_announce(struct reproduce_ports *ports, unsigned port)
{
    ports->all[port] = (struct reproduce_port){.announced = true};
}

static void port_begin(struct reproduce_ports *ports, unsigned port)
{
    if (!ports->all[port].announced)
        ports->all[port].shown = 0;
    ports->all[port].announced = false;
}

void reproduce_ports_end(struct reproduce_ports *ports,
                         struct sockaddr_storage *end, bool begins)
{
    in_port_t *at =
        end->ss_family == AF_INET    ? &((struct sockaddr_in *)end)->sin_port
        : end->ss_family == AF_INET6 ? &((struct sockaddr_in6 *)end)->sin6_port
                                     : NULL;
    unsigned port = at != NULL ? ntohs(*at) : 0;

    if (port < PORT_PICKED)
        return;
    if (begins)
        port_begin(ports, port);
    *at = htons((uint16_t)port_shown(ports, port));
}

/* The number of `digits` digits at the head of `text` that ends there. */
static bool number_at(struct span text, size_t digits, unsigned *number)
{
    uint64_t value;

    if (text.length < digits ||
        (text.length > digits && isdigit((unsigned char)text.data[digits])) ||
        !text_to_u64((struct span){text.data, digits}, UINT16_MAX, &value))
        return false;
    *number = (unsigned)value;
    return true;
}

/* "156,65" after four numbers of an address, as PORT and 227 have a port (RFC
 * 959 §5.3.2): its length, or 0. */
static size_t port_in_octets(struct span text, unsigned *port)
{
    unsigned octets[2];
    size_t at = 0;

    for (size_t i = 0; i < 2; i++) {
        size_t digits = 0;
        while (at + digits < text.length && digits < 3 &&
               isdigit((unsigned char)text.data[at + digits]))
            digits++;
        if (!number_at((struct span){text.data + at, text.length - at}, digits,
                       &octets[i]) ||
            octets[i] > UINT8_MAX)
            return 0;
        at += digits;
        if (i == 0 && (at == text.length || text.data[at++] != ','))
            return 0;
    }
    *port = octets[0] << 8 | octets[1];
    return at;
}

/* True behind "192,0,2,21,": four commas with numbers between them. */
static bool after_address(struct span text, size_t at)
{
    size_t commas = 0, numbers = 0;
    size_t least = at > ADDRESS_MAX ? at - ADDRESS_MAX : 0;

    for (; at > least; at--) {
        char c = text.data[at - 1];
        if (c == ',')
            commas++;
        else if (!isdigit((unsigned char)c))
            break;
        else if (at == least + 1 || !isdigit((unsigned char)text.data[at - 2]))
            numbers++;
    }
    return commas == 4 && numbers == 4;
}

/* True behind what a port is written after: "192.0.2.10:", "|1|::1|",
 * "port ". */
static bool before_port(struct span text, size_t at)
{
    return at > 0 && (text.data[at - 1] == ':' || text.data[at - 1] == '|' ||
                      (at >= 5 && memcmp(text.data + at - 5, "port ", 5) == 0));
}

/* A port at `at` that a kernel picked; `written` is what stands there now. */
static size_t port_at(struct reproduce_ports *ports, struct span text,
                      size_t at, char written[16])
{
    struct span rest = {text.data + at, text.length - at};
    unsigned port;
    size_t length = 5;

    if (!isdigit((unsigned char)text.data[at]))
        return 0;
    if (before_port(text, at) && number_at(rest, length, &port) &&
        port >= PORT_PICKED) {
        if (ports->announces)
            port_announce(ports, port);
        snprintf(written, 16, "%u", port_shown(ports, port));
        return length;
    }
    if (!after_address(text, at) ||
        (length = port_in_octets(rest, &port)) == 0 || port < PORT_PICKED)
        return 0;
    if (ports->announces)
        port_announce(ports, port);
    port = port_shown(ports, port);
    snprintf(written, 16, "%u,%u", port >> 8, port & 0xFF);
    return length;
}

/* A port of five digits may become two numbers of three: twice the length is
 * always enough. */
char *reproduce_ports_in(struct reproduce_ports *ports, struct span text,
                         size_t *length)
{
    char *made = malloc(2 * text.length + 1), written[16];
    size_t to = 0;

    for (size_t at = 0; made != NULL && at < text.length;) {
        size_t taken = port_at(ports, text, at, written);
        if (taken == 0) {
            made[to++] = text.data[at++];
            continue;
        }
        memcpy(made + to, written, strlen(written));
        to += strlen(written);
        at += taken;
    }
    if (made != NULL)
        made[to] = '\0';
    *length = to;
    return made;
}

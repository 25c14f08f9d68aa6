/* SPDX-License-Identifier: MIT */
#include "common/address.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

socklen_t address_size(int family)
{
    return family == AF_INET6 ? sizeof(struct sockaddr_in6)
                              : sizeof(struct sockaddr_in);
}

uint16_t address_port(const struct sockaddr_storage *address)
{
    if (address == NULL)
        return 0;
    if (address->ss_family == AF_INET)
        return ntohs(((const struct sockaddr_in *)address)->sin_port);
    if (address->ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)address)->sin6_port);
    return 0;
}

void address_show(const struct sockaddr_storage *address, char *text,
                  size_t size)
{
    char host[INET6_ADDRSTRLEN + 20] = "?", port[8] = "?";
    bool ipv6 = address != NULL && address->ss_family == AF_INET6;

    if (address != NULL)
        getnameinfo((const struct sockaddr *)address,
                    address_size(address->ss_family), host, sizeof(host), port,
                    sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(text, size, ipv6 ? "[%s]:%s" : "%s:%s", host, port);
}

/* The four bytes of an IPv4 address, also of one that is mapped into IPv6, or
 * the sixteen of any other; 0: it is of neither kind. */
static size_t bytes_of(const struct sockaddr_storage *address,
                       const unsigned char **bytes)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;

    if (address == NULL)
        return 0;
    *bytes = (const unsigned char *)&v4->sin_addr;
    if (address->ss_family == AF_INET)
        return sizeof v4->sin_addr;
    if (address->ss_family != AF_INET6)
        return 0;
    *bytes = v6->sin6_addr.s6_addr;
    if (!IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
        return sizeof v6->sin6_addr;
    *bytes += sizeof v6->sin6_addr - sizeof v4->sin_addr;
    return sizeof v4->sin_addr;
}

bool address_same_host(const struct sockaddr_storage *a,
                       const struct sockaddr_storage *b)
{
    const unsigned char *a_bytes, *b_bytes;
    size_t length = bytes_of(a, &a_bytes);

    return length > 0 && bytes_of(b, &b_bytes) == length &&
           memcmp(a_bytes, b_bytes, length) == 0;
}

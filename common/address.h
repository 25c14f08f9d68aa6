/* SPDX-License-Identifier: MIT */
/*
 * address: what one asks of the address of a socket, of IPv4 or IPv6, that
 * sockaddr_storage does not answer by itself. Nothing here asks a resolver.
 */
#ifndef COMMON_ADDRESS_H
#define COMMON_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* What address_show writes at most, with the name of an IPv6 zone. */
#define ADDRESS_TEXT_MAX 80

/* Bytes of the address in a sockaddr_storage of AF_INET or AF_INET6. */
socklen_t address_size(int family);
/* 0 for NULL, and for an address of neither kind. */
uint16_t address_port(const struct sockaddr_storage *address);
/* "192.0.2.53:53" or "[::1]:53", "?:?" for NULL; a `size` of ADDRESS_TEXT_MAX
 * bytes is enough. */
void address_show(const struct sockaddr_storage *address, char *text,
                  size_t size);
/* The same host, ports aside. An IPv4 address that is mapped into IPv6 is the
 * IPv4 address. False when one is NULL or of neither kind. */
bool address_same_host(const struct sockaddr_storage *a,
                       const struct sockaddr_storage *b);

#endif

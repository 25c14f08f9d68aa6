/* SPDX-License-Identifier: MIT */
/*
 * ftp_address: where the data connection leads, in its four spellings: PORT and
 * its mirror 227 (RFC 959 §4.1.2), EPRT and its mirror 229 (RFC 2428).
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "ftp/ftp.h"

enum { NUMBERS = 6 };

/* ---- six numbers -------------------------------------------------------- */

/* Reads "h1,h2,h3,h4,p1,p2" at the beginning of `text`. How long it was, or 0.
 * A number above 255 is read to its end, and refused by the caller. */
static size_t read_numbers(struct span text, unsigned numbers[NUMBERS])
{
    size_t at = 0;

    for (size_t i = 0; i < NUMBERS; i++) {
        size_t from;

        if (i > 0 && (at >= text.length || text.data[at++] != ','))
            return 0;
        from = at;
        numbers[i] = 0;
        while (at < text.length && isdigit((unsigned char)text.data[at])) {
            if (numbers[i] <= 255)
                numbers[i] = numbers[i] * 10 + (unsigned)(text.data[at] - '0');
            at++;
        }
        if (at == from)
            return 0;
    }
    return at;
}

static int make_address(struct sockaddr_storage *address,
                        const unsigned numbers[NUMBERS], struct error *error)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)address;
    uint32_t host = 0;

    for (size_t i = 0; i < NUMBERS; i++)
        if (numbers[i] > 255)
            return error_set(error, ERROR_PROTOCOL,
                             "a number of the address is above 255 (RFC 959 "
                             "§4.1.2)");
    for (size_t i = 0; i < 4; i++)
        host = host << 8 | numbers[i];
    memset(address, 0, sizeof(*address));
    v4->sin_family = AF_INET;
    v4->sin_addr.s_addr = htonl(host);
    v4->sin_port = htons((uint16_t)(numbers[4] << 8 | numbers[5]));
    if (v4->sin_port == 0)
        return error_set(error, ERROR_PROTOCOL,
                         "the address has port 0, which nobody listens at");
    return 0;
}

/* NOTE(ftp-pasv): "a User-FTP program that interprets the PASV reply must scan
 * the reply for the first digit of the host and port numbers" (RFC 1123
 * §4.1.2.6): the parentheses may be missing. A number that is not followed by
 * five more is part of the words around them. */
int ftp_pasv_read(struct sockaddr_storage *address, struct span words,
                  struct error *error)
{
    unsigned numbers[NUMBERS];

    for (size_t at = 0; at < words.length; at++) {
        bool begins = isdigit((unsigned char)words.data[at]) &&
                      (at == 0 || !isdigit((unsigned char)words.data[at - 1]));

        if (begins &&
            read_numbers((struct span){words.data + at, words.length - at},
                         numbers) > 0)
            return make_address(address, numbers, error);
    }
    return error_set(error, ERROR_PROTOCOL,
                     "the reply to PASV holds no address: h1,h2,h3,h4,p1,p2 "
                     "(RFC 1123 §4.1.2.6)");
}

int ftp_port_read(struct sockaddr_storage *address, struct span argument,
                  struct error *error)
{
    unsigned numbers[NUMBERS];

    if (argument.length == 0 ||
        read_numbers(argument, numbers) != argument.length)
        return error_set(error, ERROR_PROTOCOL,
                         "no address: h1,h2,h3,h4,p1,p2 (RFC 959 §4.1.2)");
    return make_address(address, numbers, error);
}

void ftp_port_write(char text[FTP_ADDRESS_MAX],
                    const struct sockaddr_storage *address)
{
    const struct sockaddr_in *v4 =
        (const struct sockaddr_in *)(const void *)address;
    uint32_t host = ntohl(v4->sin_addr.s_addr);
    unsigned port = ntohs(v4->sin_port);

    snprintf(text, FTP_ADDRESS_MAX, "%u,%u,%u,%u,%u,%u", host >> 24,
             host >> 16 & 255, host >> 8 & 255, host & 255, port >> 8,
             port & 255);
}

/* ---- between delimiters -------------------------------------------------- */

/* Takes the next part of "|1|132.235.1.2|6275|" off `text`, up to and with the
 * delimiter; false when there is none any more. */
static bool next_part(struct span *text, char delimiter, struct span *part)
{
    const char *end =
        text->length > 0 ? memchr(text->data, delimiter, text->length) : NULL;

    if (end == NULL)
        return false;
    *part = (struct span){text->data, (size_t)(end - text->data)};
    text->data += part->length + 1;
    text->length -= part->length + 1;
    return true;
}

/* RFC 2428 §2: a delimiter is one of the characters 33 to 126. */
static bool is_delimiter(char c)
{
    return c >= 33 && c <= 126 && !isdigit((unsigned char)c);
}

static bool read_port(struct span digits, uint16_t *port)
{
    uint64_t number;

    if (!text_to_u64(digits, UINT16_MAX, &number) || number == 0)
        return false;
    *port = (uint16_t)number;
    return true;
}

int ftp_epsv_read(uint16_t *port, struct span words, struct error *error)
{
    struct span text, network, host, digits;
    const char *open =
        words.length > 0 ? memchr(words.data, '(', words.length) : NULL;

    if (open != NULL) {
        size_t at = (size_t)(open - words.data) + 1;

        text = (struct span){words.data + at, words.length - at};
        if (text.length > 0 && is_delimiter(text.data[0])) {
            char delimiter = text.data[0];

            text = (struct span){text.data + 1, text.length - 1};
            if (next_part(&text, delimiter, &network) &&
                next_part(&text, delimiter, &host) &&
                next_part(&text, delimiter, &digits) && text.length > 0 &&
                text.data[0] == ')' && read_port(digits, port))
                return 0;
        }
    }
    return error_set(error, ERROR_PROTOCOL,
                     "the reply to EPSV holds no port: (|||6446|) (RFC 2428 "
                     "§3)");
}

/* The address of an EPRT, of the network protocol 1 or 2 (RFC 2428 §2). */
static bool read_host(struct sockaddr_storage *address, struct span network,
                      struct span host, uint16_t port)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)address;
    char text[INET6_ADDRSTRLEN];

    if (host.length >= sizeof(text))
        return false;
    memcpy(text, host.data, host.length);
    text[host.length] = '\0';
    memset(address, 0, sizeof(*address));
    if (network.data[0] == '1') {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        return inet_pton(AF_INET, text, &v4->sin_addr) == 1;
    }
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    return inet_pton(AF_INET6, text, &v6->sin6_addr) == 1;
}

int ftp_eprt_read(struct sockaddr_storage *address, struct span argument,
                  struct error *error)
{
    struct span text = argument, network, host, digits;
    uint16_t port;
    char delimiter = argument.length > 0 ? argument.data[0] : '\0';

    if (is_delimiter(delimiter)) {
        text = (struct span){text.data + 1, text.length - 1};
        if (next_part(&text, delimiter, &network) &&
            next_part(&text, delimiter, &host) &&
            next_part(&text, delimiter, &digits) && text.length == 0 &&
            read_port(digits, &port)) {
            if (!span_equal(network, SPAN("1")) &&
                !span_equal(network, SPAN("2")))
                return error_set(error, ERROR_REFUSED,
                                 "the network protocol is neither 1, IPv4, "
                                 "nor 2, IPv6 (RFC 2428 §2)");
            if (read_host(address, network, host, port))
                return 0;
        }
    }
    return error_set(error, ERROR_PROTOCOL,
                     "no address: |1|132.235.1.2|6275| (RFC 2428 §2)");
}

void ftp_eprt_write(char text[FTP_ADDRESS_MAX],
                    const struct sockaddr_storage *address)
{
    const struct sockaddr_in *v4 =
        (const struct sockaddr_in *)(const void *)address;
    const struct sockaddr_in6 *v6 =
        (const struct sockaddr_in6 *)(const void *)address;
    bool ipv6 = address->ss_family == AF_INET6;
    char host[INET6_ADDRSTRLEN];

    inet_ntop(address->ss_family,
              ipv6 ? (const void *)&v6->sin6_addr : &v4->sin_addr, host,
              sizeof(host));
    snprintf(text, FTP_ADDRESS_MAX, "|%d|%s|%u|", ipv6 ? 2 : 1, host,
             ntohs(ipv6 ? v6->sin6_port : v4->sin_port));
}

void ftp_epsv_write(char text[FTP_ADDRESS_MAX], uint16_t port)
{
    snprintf(text, FTP_ADDRESS_MAX, "|||%u|", port);
}

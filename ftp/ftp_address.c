/* SPDX-License-Identifier: MIT */
/*
 * ftp_address: where a data connection leads, in the four spellings that FTP
 * has for it: PORT and 227 of RFC 959, EPRT and 229 of RFC 2428. Strict, but
 * for the words of a 227, which nobody has ever agreed on.
 */
#include "ftp/ftp.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ---- six numbers -------------------------------------------------------- */

/* Digits up to 255 at the front of *text, which moves behind them. */
static bool take_octet(struct span *text, unsigned char *octet)
{
    unsigned value = 0;
    size_t length = 0;

    while (length < text->length && length < 3 &&
           isdigit((unsigned char)text->data[length]))
        value = value * 10 + (unsigned)(text->data[length++] - '0');
    if (length == 0 || value > 255 ||
        (length < text->length && isdigit((unsigned char)text->data[length])))
        return false;
    *octet = (unsigned char)value;
    text->data += length;
    text->length -= length;
    return true;
}

/* "h1,h2,h3,h4,p1,p2" at the front of *text, which moves behind it. */
static bool take_six(struct span *text, struct sockaddr_storage *address)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    unsigned char octets[6];

    for (size_t i = 0; i < 6; i++) {
        if (i > 0) {
            if (text->length == 0 || text->data[0] != ',')
                return false;
            text->data++;
            text->length--;
        }
        if (!take_octet(text, &octets[i]))
            return false;
    }
    memcpy(&v4.sin_addr, octets, 4);
    /* Both are in network order already. */
    memcpy(&v4.sin_port, octets + 4, 2);
    memset(address, 0, sizeof(*address));
    memcpy(address, &v4, sizeof(v4));
    return v4.sin_port != 0;
}

int ftp_port_read(struct sockaddr_storage *address, struct span argument,
                  struct error *error)
{
    if (take_six(&argument, address) && argument.length == 0)
        return 0;
    return error_set(error, ERROR_PROTOCOL,
                     "an address is six numbers up to 255, the last two a "
                     "port: h1,h2,h3,h4,p1,p2 (RFC 959 §5.3.2)");
}

/* RFC 1123 §4.1.2.6: the numbers are looked for, from the first digit that
 * begins six of them, whatever stands around. */
int ftp_pasv_read(struct sockaddr_storage *address, struct span words,
                  struct error *error)
{
    bool in_number = false;

    while (words.length > 0) {
        bool digit = isdigit((unsigned char)words.data[0]);
        struct span rest = words;

        if (digit && !in_number && take_six(&rest, address))
            return 0;
        in_number = digit;
        words.data++;
        words.length--;
    }
    return error_set(error, ERROR_PROTOCOL,
                     "a 227 tells an address in six numbers up to 255, the "
                     "last two a port (RFC 1123 §4.1.2.6)");
}

void ftp_port_write(char text[FTP_ADDRESS_MAX],
                    const struct sockaddr_storage *address)
{
    const struct sockaddr_in *v4 = (const void *)address;
    const unsigned char *host = (const void *)&v4->sin_addr;
    unsigned port = ntohs(v4->sin_port);

    snprintf(text, FTP_ADDRESS_MAX, "%u,%u,%u,%u,%u,%u", host[0], host[1],
             host[2], host[3], port >> 8, port & 255);
}

/* ---- between bars ------------------------------------------------------- */

/* RFC 2428 §2: the delimiter may be any of these, and is what stands first. */
static bool is_delimiter(char c)
{
    return c >= 33 && c <= 126 && !isdigit((unsigned char)c);
}

/* What stands before the next delimiter; *text moves behind that. */
static bool take_field(struct span *text, char delimiter, struct span *field)
{
    const char *end =
        text->length > 0 ? memchr(text->data, delimiter, text->length) : NULL;

    if (end == NULL)
        return false;
    *field = (struct span){text->data, (size_t)(end - text->data)};
    text->length -= field->length + 1;
    text->data = end + 1;
    return true;
}

static bool read_port(struct span digits, uint16_t *port)
{
    uint64_t value;

    if (!text_to_u64(digits, UINT16_MAX, &value) || value == 0)
        return false;
    *port = (uint16_t)value;
    return true;
}

int ftp_epsv_read(uint16_t *port, struct span words, struct error *error)
{
    const char *open =
        words.length > 0 ? memchr(words.data, '(', words.length) : NULL;
    struct span field, inside = {NULL, 0};

    if (open != NULL)
        inside = (struct span){open + 1,
                               (size_t)(words.data + words.length - open - 1)};
    if (inside.length > 3 && is_delimiter(inside.data[0]) &&
        inside.data[1] == inside.data[0] && inside.data[2] == inside.data[0]) {
        char delimiter = inside.data[0];

        inside.data += 3;
        inside.length -= 3;
        if (take_field(&inside, delimiter, &field) && inside.length > 0 &&
            inside.data[0] == ')' && read_port(field, port))
            return 0;
    }
    return error_set(error, ERROR_PROTOCOL,
                     "a 229 tells a port so: (|||6446|) (RFC 2428 §3)");
}

/* The address in a field, of the family that its protocol number has. */
static bool read_host(int family, struct span host, uint16_t port,
                      struct sockaddr_storage *address)
{
    struct sockaddr_in *v4 = (void *)address;
    struct sockaddr_in6 *v6 = (void *)address;
    char text[INET6_ADDRSTRLEN];

    if (host.length >= sizeof(text))
        return false;
    memcpy(text, host.data, host.length);
    text[host.length] = '\0';
    memset(address, 0, sizeof(*address));
    address->ss_family = (sa_family_t)family;
    /* It stands at the same place in both kinds. */
    v4->sin_port = htons(port);
    return inet_pton(family, text,
                     family == AF_INET ? (void *)&v4->sin_addr
                                       : (void *)&v6->sin6_addr) == 1;
}

int ftp_eprt_read(struct sockaddr_storage *address, struct span argument,
                  struct error *error)
{
    struct span protocol, host, digits;
    char delimiter = argument.length > 0 ? argument.data[0] : '\0';
    uint16_t port;

    if (!is_delimiter(delimiter))
        goto broken;
    argument.data++;
    argument.length--;
    if (!take_field(&argument, delimiter, &protocol) ||
        !take_field(&argument, delimiter, &host) ||
        !take_field(&argument, delimiter, &digits) || argument.length > 0 ||
        protocol.length == 0 || !read_port(digits, &port))
        goto broken;
    if (!span_equal(protocol, SPAN("1")) && !span_equal(protocol, SPAN("2")))
        return error_set(error, ERROR_REFUSED,
                         "network protocols are 1 and 2 (RFC 2428 §2)");
    if (read_host(protocol.data[0] == '1' ? AF_INET : AF_INET6, host, port,
                  address))
        return 0;
broken:
    return error_set(error, ERROR_PROTOCOL,
                     "EPRT tells an address so: |1|132.235.1.2|6275| (RFC "
                     "2428 §2)");
}

void ftp_eprt_write(char text[FTP_ADDRESS_MAX],
                    const struct sockaddr_storage *address)
{
    const struct sockaddr_in *v4 = (const void *)address;
    const struct sockaddr_in6 *v6 = (const void *)address;
    bool is_v4 = address->ss_family == AF_INET;
    char host[INET6_ADDRSTRLEN] = "";

    inet_ntop(address->ss_family,
              is_v4 ? (const void *)&v4->sin_addr
                    : (const void *)&v6->sin6_addr,
              host, sizeof(host));
    snprintf(text, FTP_ADDRESS_MAX, "|%d|%s|%u|", is_v4 ? 1 : 2, host,
             (unsigned)ntohs(v4->sin_port));
}

void ftp_epsv_write(char text[FTP_ADDRESS_MAX], uint16_t port)
{
    snprintf(text, FTP_ADDRESS_MAX, "|||%u|", (unsigned)port);
}

/* SPDX-License-Identifier: MIT */
/* Where a data connection leads: what is read, what is refused, and what is
 * written is read again as the same. */
#include <arpa/inet.h>
#include <string.h>

#include "ftp/ftp.h"
#include "tests/harness.h"

static struct sockaddr_storage address;
static uint16_t port;

/* "192.0.2.1 1025", or "" when it is none. */
static const char *shown(void)
{
    static char text[80];
    char host[INET6_ADDRSTRLEN] = "";
    const struct sockaddr_in *v4 = (const void *)&address;
    const struct sockaddr_in6 *v6 = (const void *)&address;

    inet_ntop(address.ss_family,
              address.ss_family == AF_INET ? (const void *)&v4->sin_addr
                                           : (const void *)&v6->sin6_addr,
              host, sizeof(host));
    snprintf(text, sizeof(text), "%s %u", host, ntohs(v4->sin_port));
    return text;
}

static bool ports(const char *text)
{
    return ftp_port_read(&address, span_of(text), NULL) == 0;
}

static bool pasv(const char *text)
{
    return ftp_pasv_read(&address, span_of(text), NULL) == 0;
}

static bool epsv(const char *text)
{
    return ftp_epsv_read(&port, span_of(text), NULL) == 0;
}

static int eprt(const char *text)
{
    return ftp_eprt_read(&address, span_of(text), NULL);
}

/* RFC 959 §5.3.2. */
static void ftp_port_is_six_numbers(void)
{
    CU_ASSERT(ports("192,0,2,1,4,1"));
    CU_ASSERT_STRING_EQUAL(shown(), "192.0.2.1 1025");
    CU_ASSERT(ports("0,0,0,0,255,255"));
    static const char *const bad[] = {"",
                                      "1,2,3,4,5",
                                      "1,2,3,4,5,6,7",
                                      "1,2,3,4,5,6 ",
                                      " 1,2,3,4,5,6",
                                      "1,2,3,4,5,256",
                                      "256,2,3,4,5,6",
                                      "1,2,3,4,0,0",
                                      "1,2,,4,5,6",
                                      "1;2;3;4;5;6",
                                      "-1,2,3,4,5,6",
                                      "a,b,c,d,e,f"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        CU_ASSERT_FALSE(ports(bad[i]));
}

/* RFC 1123 §4.1.2.6: with parentheses, without, and with words around. */
static void ftp_pasv_is_looked_for(void)
{
    static const char *const good[] = {
        "Entering Passive Mode (192,0,2,1,4,1).", "192,0,2,1,4,1",
        "Passive Mode OK (2 tries) 192,0,2,1,4,1", "=192,0,2,1,4,1",
        "it is 5, 192,0,2,1,4,1 now"};
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
        CU_ASSERT(pasv(good[i]));
        CU_ASSERT_STRING_EQUAL(shown(), "192.0.2.1 1025");
    }
    CU_ASSERT_FALSE(pasv("Entering Passive Mode"));
    CU_ASSERT_FALSE(pasv("(1192,0,2,1,4,1)"));
    CU_ASSERT_FALSE(pasv("(192,0,2,1,4)"));
    CU_ASSERT_FALSE(pasv("(192,0,2,1,0,0)"));
    CU_ASSERT_FALSE(pasv("(192,0,2,1,4,999)"));
    CU_ASSERT_FALSE(pasv(""));
}

/* RFC 2428 §3: the address is not told, the delimiter is the server's. */
static void ftp_epsv_is_a_port_between_bars(void)
{
    CU_ASSERT(epsv("Entering Extended Passive Mode (|||6446|)"));
    CU_ASSERT_EQUAL(port, 6446);
    CU_ASSERT(epsv("(!!!65535!)"));
    CU_ASSERT_EQUAL(port, 65535);
    static const char *const bad[] = {
        "",        "()",      "(|||)",  "(||||)", "(|||0|)",  "(|||65536|)",
        "(|||1|",  "(||1||)", "(|||1)", "|||1|",  "(111611)", "(|||-1|)",
        "(|||1 |)"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        CU_ASSERT_FALSE(epsv(bad[i]));
}

/* RFC 2428 §2. */
static void ftp_eprt_is_a_protocol_an_address_and_a_port(void)
{
    CU_ASSERT_EQUAL(eprt("|1|132.235.1.2|6275|"), 0);
    CU_ASSERT_STRING_EQUAL(shown(), "132.235.1.2 6275");
    CU_ASSERT_EQUAL(eprt("!2!1080::8:800:200c:417a!5282!"), 0);
    CU_ASSERT_STRING_EQUAL(shown(), "1080::8:800:200c:417a 5282");
    CU_ASSERT_EQUAL(eprt("|3|x|6275|"), -ERROR_REFUSED);
    static const char *const bad[] = {"",
                                      "|",
                                      "||||",
                                      "|1|132.235.1.2|6275",
                                      "|1|132.235.1.2|0|",
                                      "|1|132.235.1.2|65536|",
                                      "|1|1080::8|6275|",
                                      "|2|132.235.1.2|6275|",
                                      "|1|localhost|6275|",
                                      "|1|132.235.1.2|6275|x",
                                      "1|132.235.1.2|6275|1"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        CU_ASSERT_EQUAL(eprt(bad[i]), -ERROR_PROTOCOL);
}

/* No prefix of a whole one is taken for a whole one; a shorter port is. */
static void ftp_address_refuses_every_prefix(void)
{
    static const char words[] = "(192,0,2,1,4,1)", bars[] = "(|||6446|)",
                      six[] = "192,0,2,1,4,1", full[] = "|1|192.0.2.1|6275|";

    for (size_t i = 0; i < sizeof(words) - 3; i++)
        CU_ASSERT(ftp_pasv_read(&address, (struct span){words, i}, NULL) < 0);
    for (size_t i = 0; i < sizeof(bars) - 1; i++)
        CU_ASSERT(ftp_epsv_read(&port, (struct span){bars, i}, NULL) < 0);
    for (size_t i = 0; i < sizeof(six) - 1; i++)
        CU_ASSERT(ftp_port_read(&address, (struct span){six, i}, NULL) < 0);
    for (size_t i = 0; i < sizeof(full) - 1; i++)
        CU_ASSERT(ftp_eprt_read(&address, (struct span){full, i}, NULL) < 0);
}

static void ftp_address_is_written_as_it_is_read(void)
{
    char text[FTP_ADDRESS_MAX], full[FTP_ADDRESS_MAX + 2];

    CU_ASSERT(ports("192,0,2,1,4,1"));
    ftp_port_write(text, &address);
    CU_ASSERT_STRING_EQUAL(text, "192,0,2,1,4,1");
    ftp_eprt_write(text, &address);
    CU_ASSERT_STRING_EQUAL(text, "|1|192.0.2.1|1025|");
    CU_ASSERT_EQUAL(eprt("|2|2001:db8::1|1025|"), 0);
    ftp_eprt_write(text, &address);
    CU_ASSERT_STRING_EQUAL(text, "|2|2001:db8::1|1025|");
    ftp_epsv_write(text, 65535);
    snprintf(full, sizeof(full), "(%s)", text);
    CU_ASSERT(epsv(full));
    CU_ASSERT_EQUAL(port, 65535);
}

const struct test tests_ftp_address[] = {
    {"ftp_port_is_six_numbers", ftp_port_is_six_numbers},
    {"ftp_pasv_is_looked_for", ftp_pasv_is_looked_for},
    {"ftp_epsv_is_a_port_between_bars", ftp_epsv_is_a_port_between_bars},
    {"ftp_eprt_is_a_protocol_an_address_and_a_port",
     ftp_eprt_is_a_protocol_an_address_and_a_port},
    {"ftp_address_refuses_every_prefix", ftp_address_refuses_every_prefix},
    {"ftp_address_is_written_as_it_is_read",
     ftp_address_is_written_as_it_is_read},
    {NULL, NULL},
};

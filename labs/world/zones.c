/* SPDX-License-Identifier: MIT */
/* zones: the master files (RFC 1035 §5.1) of the world's name server, to be
 * read as any zone file is. On loopback, 192.0.2. is read as 127.77.0. */
#include "labs/world/dns.h"

#define SOA                                                                 \
    "@ 3600 IN SOA ns.lab.test. hostmaster.lab.test. 1 3600 600 86400 60\n" \
    "@ 3600 IN NS  ns.lab.test.\n"

const struct dns_zone_text dns_zone_texts[] = {
    {"lab.test.", SOA "student 3600 IN A 192.0.2.10\n"
                      "ns      3600 IN A 192.0.2.53\n"},
    {"example.test.", SOA "@     3600 IN A     192.0.2.80\n"
                          "www   3600 IN A     192.0.2.80\n"
                          "blog  3600 IN CNAME www\n"
                          "proxy 3600 IN A     192.0.2.81\n"
                          "ftp   3600 IN A     192.0.2.21\n"
                          "shell 3600 IN A     192.0.2.22\n"
                          /* The web server under eight more names, for the
                           * bad certificates of the lab https-trust. */
                          "expired    3600 IN A 192.0.2.80\n"
                          "early      3600 IN A 192.0.2.80\n"
                          "elsewhere  3600 IN A 192.0.2.80\n"
                          "selfsigned 3600 IN A 192.0.2.80\n"
                          "unknown-ca 3600 IN A 192.0.2.80\n"
                          "incomplete 3600 IN A 192.0.2.80\n"
                          "altered    3600 IN A 192.0.2.80\n"
                          "wrong-use  3600 IN A 192.0.2.80\n"},
    {"east.test.", SOA "@  3600 IN MX  10 mx\n"
                       "mx 3600 IN A   192.0.2.25\n"
                       "@  3600 IN TXT \"v=spf1 mx -all\"\n"},
    {"west.test.", SOA "@  3600 IN MX  10 mx\n"
                       "mx 3600 IN A   192.0.2.26\n"
                       "@  3600 IN TXT \"v=spf1 mx -all\"\n"},
    /* One mail server of each character; what they do is in
     * smtp/smtp_manners.c. */
    {"zoo.test.", SOA "@ 3600 IN A 192.0.2.30\n"
                      "mx         3600 IN A     192.0.2.30\n"
                      "honest     3600 IN MX    10 mx\n"
                      "full       3600 IN MX    10 mx.full\n"
                      "mx.full    3600 IN A     192.0.2.31\n"
                      "disabled   3600 IN MX    10 mx.disabled\n"
                      "mx.disabled 3600 IN A    192.0.2.32\n"
                      "greylist   3600 IN MX    10 mx.greylist\n"
                      "mx.greylist 3600 IN A    192.0.2.33\n"
                      "accept-all 3600 IN MX    10 mx.accept-all\n"
                      "mx.accept-all 3600 IN A  192.0.2.34\n"
                      "bounce-later 3600 IN MX  10 mx.bounce-later\n"
                      "mx.bounce-later 3600 IN A 192.0.2.35\n"
                      "policy     3600 IN MX    10 mx.policy\n"
                      "mx.policy  3600 IN A     192.0.2.36\n"
                      "turn-away  3600 IN MX    10 mx.turn-away\n"
                      "mx.turn-away 3600 IN A   192.0.2.37\n"
                      "sulk       3600 IN MX    10 mx.sulk\n"
                      "mx.sulk    3600 IN A     192.0.2.38\n"
                      "tarpit     3600 IN MX    10 mx.tarpit\n"
                      "mx.tarpit  3600 IN A     192.0.2.39\n"
                      /* Nobody listens at the first one. */
                      "first-down 3600 IN MX    10 down\n"
                      "first-down 3600 IN MX    20 mx\n"
                      "down       3600 IN A     192.0.2.40\n"
                      "vrfy       3600 IN MX    10 mx\n"
                      /* RFC 7505 §3. */
                      "null-mx    3600 IN MX    0  .\n"
                      /* RFC 5321 §5.1: no MX, then the domain itself. */
                      "implicit   3600 IN A     192.0.2.30\n"
                      /* RFC 5321 §5.1 says that an MX must not be an alias. */
                      "cname-mx   3600 IN MX    10 alias\n"
                      "alias      3600 IN CNAME mx\n"
                      "mx-loop    3600 IN MX    10 loop-1\n"
                      "loop-1     3600 IN CNAME loop-2\n"
                      "loop-2     3600 IN CNAME loop-1\n"
                      "servfail   3600 IN CNAME loop-1\n"
                      /* As many domains as one likes, at one server. */
                      "*.crowd    3600 IN MX    10 mx\n"
                      "*.crowd    3600 IN A     192.0.2.30\n"},
    {"2.0.192.in-addr.arpa.", SOA "10 3600 IN PTR student.lab.test.\n"
                                  "21 3600 IN PTR ftp.example.test.\n"
                                  "22 3600 IN PTR shell.example.test.\n"
                                  "25 3600 IN PTR mx.east.test.\n"
                                  "26 3600 IN PTR mx.west.test.\n"
                                  "30 3600 IN PTR zoo.test.\n"
                                  "53 3600 IN PTR ns.lab.test.\n"
                                  "80 3600 IN PTR www.example.test.\n"
                                  "81 3600 IN PTR proxy.example.test.\n"},
    {NULL, NULL},
};

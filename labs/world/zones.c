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
    {"zoo.test.", SOA "@ 3600 IN A 192.0.2.30\n"
                      "* 3600 IN A 192.0.2.30\n"},
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

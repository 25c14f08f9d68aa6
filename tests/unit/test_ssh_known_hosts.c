/* SPDX-License-Identifier: MIT */
/* Which key a host had before, in a file as OpenSSH writes it. */
#include <string.h>

#include "tests/harness.h"
#include "tests/unit/ssh_packets.h"

/* A real key, as a line and as the blob inside. */
#define KEY \
    "AAAAC3NzaC1lZDI1NTE5AAAAIIwGGHgXUXTJE1LBs3q1n3zyovjrS/TApvQoqUT2wGEh"
#define OTHER \
    "AAAAC3NzaC1lZDI1NTE5AAAAIPYmY+xm/B7yKP7j2iR586AI34lGjUcf+NunTOksNVTt"
static const unsigned char blob[] = {
    0x00, 0x00, 0x00, 0x0b, 0x73, 0x73, 0x68, 0x2d, 0x65, 0x64, 0x32,
    0x35, 0x35, 0x31, 0x39, 0x00, 0x00, 0x00, 0x20, 0x8c, 0x06, 0x18,
    0x78, 0x17, 0x51, 0x74, 0xc9, 0x13, 0x52, 0xc1, 0xb3, 0x7a, 0xb5,
    0x9f, 0x7c, 0xf2, 0xa2, 0xf8, 0xeb, 0x4b, 0xf4, 0xc0, 0xa6, 0xf4,
    0x28, 0xa9, 0x44, 0xf6, 0xc0, 0x61, 0x21};
static const struct span key = {(const char *)blob, sizeof(blob)};

static enum ssh_verdict find(const char *file, const char *host, uint16_t port)
{
    return ssh_known_find(span_of(file), host, port, key).verdict;
}

static void ssh_known_hosts_knows_its_own(void)
{
    const char *file =
        "# a comment\n\n"
        "other.test ssh-ed25519 " OTHER "\n"
        "shell.example.test,192.0.2.22 ssh-ed25519 " KEY " remark\r\n";
    struct ssh_known known =
        ssh_known_find(span_of(file), "SHELL.example.test", 22, key);

    CU_ASSERT_EQUAL(known.verdict, SSH_HOST_KNOWN);
    CU_ASSERT_EQUAL(known.line, 4);
    CU_ASSERT_EQUAL(find(file, "192.0.2.22", 22), SSH_HOST_KNOWN);
    CU_ASSERT_EQUAL(find(file, "other.test", 22), SSH_HOST_CHANGED);
    CU_ASSERT_EQUAL(find(file, "third.test", 22), SSH_HOST_UNKNOWN);
    CU_ASSERT_EQUAL(find(file, "shell.example.test", 2222), SSH_HOST_UNKNOWN);
    CU_ASSERT_EQUAL(find("", "third.test", 22), SSH_HOST_UNKNOWN);
}

static void ssh_known_hosts_knows_ports(void)
{
    const char *file = "[a.test]:2222,[::1]:2222 ssh-ed25519 " KEY "\n";

    CU_ASSERT_EQUAL(find(file, "a.test", 2222), SSH_HOST_KNOWN);
    CU_ASSERT_EQUAL(find(file, "::1", 2222), SSH_HOST_KNOWN);
    CU_ASSERT_EQUAL(find(file, "a.test", 22), SSH_HOST_UNKNOWN);
}

static void ssh_known_hosts_reads_patterns(void)
{
    const char *file =
        "*.example.test,!bad.example.test,h?st ssh-ed25519 " KEY "\n";

    CU_ASSERT_EQUAL(find(file, "a.example.test", 22), SSH_HOST_KNOWN);
    CU_ASSERT_EQUAL(find(file, "bad.example.test", 22), SSH_HOST_UNKNOWN);
    CU_ASSERT_EQUAL(find(file, "example.test", 22), SSH_HOST_UNKNOWN);
    CU_ASSERT_EQUAL(find(file, "host", 22), SSH_HOST_KNOWN);
    CU_ASSERT_EQUAL(find(file, "hoost", 22), SSH_HOST_UNKNOWN);
    CU_ASSERT_EQUAL(find("a*b*c ssh-ed25519 " KEY, "aXbYbZc", 22),
                    SSH_HOST_KNOWN);
}

/* Lines that ssh-keygen -H has hashed, for port 22 and for 2222. */
static void ssh_known_hosts_reads_hashed_names(void)
{
    const char *file =
        "|1|K7XeR1uPYu8OkMZkWM/B74vQgBA=|FXeD7gKtQ4pP+xCEDucNgQnI4+8= "
        "ssh-ed25519 " KEY "\n"
        "|1|zsxZmAv6K+P8jw3CTsgKZe3lRhU=|nX9JmrJQeqFg58Z5RrCEzqPmOMI= "
        "ssh-ed25519 " OTHER "\n";

    CU_ASSERT_EQUAL(find(file, "shell.example.test", 22), SSH_HOST_KNOWN);
    CU_ASSERT_EQUAL(find(file, "shell.example.test", 2222), SSH_HOST_CHANGED);
    CU_ASSERT_EQUAL(find(file, "shell.example.tesT", 22), SSH_HOST_KNOWN);
    CU_ASSERT_EQUAL(find(file, "other.example.test", 22), SSH_HOST_UNKNOWN);
}

/* A key on file of any type, and another is shown: not to be gone on with. */
static void ssh_known_hosts_counts_other_types_as_changed(void)
{
    const char *rsa = "a.test ssh-rsa AAAAB3NzaC1yc2E=\n";

    CU_ASSERT_EQUAL(find(rsa, "a.test", 22), SSH_HOST_CHANGED);
    CU_ASSERT_EQUAL(find("a.test ssh-rsa AAAAB3NzaC1yc2E=\n"
                         "a.test ssh-ed25519 " KEY "\n",
                         "a.test", 22),
                    SSH_HOST_KNOWN);
}

/* Of several lines that differ the one of the same type is told of: it is the
 * key that has changed. */
static void ssh_known_hosts_tells_of_the_same_type(void)
{
    struct ssh_known known = ssh_known_find(
        SPAN("a.test ssh-rsa AAAAB3NzaC1yc2E=\n"
             "a.test ssh-ed25519 " OTHER "\na.test ssh-rsa AAAA\n"),
        "a.test", 22, key);

    CU_ASSERT_EQUAL(known.verdict, SSH_HOST_CHANGED);
    CU_ASSERT_EQUAL(known.line, 2);
    CU_ASSERT(span_equal(known.type, SPAN("ssh-ed25519")));
}

/* Revoked stays revoked, wherever its line stands. */
static void ssh_known_hosts_obeys_revoked(void)
{
    CU_ASSERT_EQUAL(find("a.test ssh-ed25519 " KEY "\n"
                         "@revoked * ssh-ed25519 " KEY "\n",
                         "a.test", 22),
                    SSH_HOST_REVOKED);
    CU_ASSERT_EQUAL(find("@revoked * ssh-ed25519 " OTHER "\n", "a.test", 22),
                    SSH_HOST_UNKNOWN);
    CU_ASSERT_EQUAL(
        find("@cert-authority * ssh-ed25519 " KEY "\n", "a.test", 22),
        SSH_HOST_UNKNOWN);
}

/* What can't be read says nothing, and is no reason to fail. */
static void ssh_known_hosts_passes_over_nonsense(void)
{
    static const char *const lines[] = {"a.test",
                                        "a.test ssh-ed25519",
                                        "@revoked",
                                        "a.test ssh-ed25519 ====",
                                        "|1|",
                                        "|1|x|y ssh-ed25519 " KEY,
                                        "|1|AA== ssh-x A",
                                        "\0",
                                        " \t ",
                                        "!a.test ssh-ed25519 " KEY};

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        CU_ASSERT_NOT_EQUAL(find(lines[i], "a.test", 22), SSH_HOST_KNOWN);
}

static void ssh_known_hosts_lists_the_types(void)
{
    char types[64], few[12];
    struct span file = SPAN("a.test ssh-rsa AAAA\n"
                            "@revoked a.test ssh-dss AAAA\n"
                            "a.test ssh-ed25519 AAAA\n");

    ssh_known_types(file, "a.test", 22, types, sizeof(types));
    CU_ASSERT_STRING_EQUAL(types, "ssh-rsa,ssh-ed25519");
    ssh_known_types(file, "b.test", 22, types, sizeof(types));
    CU_ASSERT_STRING_EQUAL(types, "");
    ssh_known_types(file, "a.test", 22, few, sizeof(few));
    CU_ASSERT_STRING_EQUAL(few, "ssh-rsa"); /* what does not fit is left out */
}

/* What is written is found again; RFC 4251 §4.1. */
static void ssh_known_hosts_writes_a_line(void)
{
    char line[256], text[SSH_FINGERPRINT_MAX];

    CU_ASSERT_EQUAL(ssh_known_line(line, sizeof(line), "A.test", 2222, key), 0);
    CU_ASSERT_STRING_EQUAL(line, "[a.test]:2222 ssh-ed25519 " KEY "\n");
    CU_ASSERT_EQUAL(find(line, "a.test", 2222), SSH_HOST_KNOWN);
    CU_ASSERT_EQUAL(ssh_known_line(line, 20, "a.test", 22, key), -ERROR_LOCAL);
    /* A type that would end the line and begin another. */
    struct span forged = {"\0\0\0\x04"
                          "a\nb ",
                          8};
    CU_ASSERT_EQUAL(ssh_known_line(line, sizeof(line), "a.test", 22, forged),
                    -ERROR_LOCAL);
    /* ssh-keygen -lf says the same. */
    ssh_fingerprint(text, key);
    CU_ASSERT_STRING_EQUAL(
        text, "SHA256:Rf+7bpZPQBb7BpLrrpwlABXg4NfSHSorJtOHRCohcU4");
}

const struct test tests_ssh_known_hosts[] = {
    {"ssh_known_hosts_knows_its_own", ssh_known_hosts_knows_its_own},
    {"ssh_known_hosts_knows_ports", ssh_known_hosts_knows_ports},
    {"ssh_known_hosts_reads_patterns", ssh_known_hosts_reads_patterns},
    {"ssh_known_hosts_reads_hashed_names", ssh_known_hosts_reads_hashed_names},
    {"ssh_known_hosts_counts_other_types_as_changed",
     ssh_known_hosts_counts_other_types_as_changed},
    {"ssh_known_hosts_tells_of_the_same_type",
     ssh_known_hosts_tells_of_the_same_type},
    {"ssh_known_hosts_obeys_revoked", ssh_known_hosts_obeys_revoked},
    {"ssh_known_hosts_passes_over_nonsense",
     ssh_known_hosts_passes_over_nonsense},
    {"ssh_known_hosts_lists_the_types", ssh_known_hosts_lists_the_types},
    {"ssh_known_hosts_writes_a_line", ssh_known_hosts_writes_a_line},
    {NULL, NULL}};

/* SPDX-License-Identifier: MIT */
/*
 * telnet-client against servers that storm, never end what they begin, or
 * never stop; and telnet-server against such clients. Whatever they do, it ends
 * in time, in bounded memory, with one clear sentence.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/integration/telnet_play.h"

enum { FLOOD = 4 << 20 }; /* bytes, far above each limit */

static struct test_run run;

/* One line on standard error, and it names the program. */
static bool is_one_sentence(const char *text)
{
    const char *first = strchr(text, '\n');

    return strncmp(text, "telnet-client: ", 15) == 0 && first &&
           (first[1] == '\0' || strstr(first, "the peer said: "));
}

static void ends(int status)
{
    CU_ASSERT_EQUAL(run.status, status);
    CU_ASSERT(status == 0 ? run.err_length == 0 : is_one_sentence(run.err));
    CU_ASSERT(run.seconds < 15);
#ifndef __SANITIZE_ADDRESS__ /* which keeps what was freed */
    CU_ASSERT(run.max_rss_kib < 64 * 1024);
#endif
    test_run_free(&run);
}

/* The server says `start`, then `piece` again and again, then closes. */
static char *flood(const char *start, const char *piece, const char *end)
{
    size_t length = strlen(piece), at;
    char *script = malloc(FLOOD + 256);

    CU_ASSERT_PTR_NOT_NULL_FATAL(script);
    at = (size_t)sprintf(script, "S= %s", start);
    while (at + length < FLOOD) {
        memcpy(script + at, piece, length);
        at += length;
    }
    sprintf(script + at, "%s\nE:\n", end);
    return script;
}

static void meets(const char *script, int status)
{
    static const char *const arguments[] = {"--max-time", "10", NULL};
    uint16_t port;
    pid_t peer = test_peer(script, &port);

    telnet_play(&run, "", port, arguments);
    ends(status);
    test_peer_end(peer);
}

static void floods(const char *start, const char *piece, int status)
{
    char *script = flood(start, piece, "");

    meets(script, status);
    free(script);
}

/* RFC 1143 §1: requests without end, agreed to or not. */
static void hostile_telnet_server_storms(void)
{
    floods("", "\\xff\\xfd\\x01", 7);
    floods("", "\\xff\\xfb\\x01\\xff\\xfc\\x01", 7);
    floods("", "\\xff\\xfd\\x18\\xff\\xfe\\x18", 7);
    floods("", "\\xff\\xfa\\x18\\x01\\xff\\xf0", 7);
    floods("", "\\xff\\xf6", 7);
}

/* RFC 855 §0: what has no end, or an end of another kind. */
static void hostile_telnet_server_leaves_things_open(void)
{
    floods("\\xff\\xfa\\x18", "x", 7);
    floods("\\xff\\xfa\\x18", "\\xff\\xff", 7);
    meets("S= \\xff\\xfa\\x18\\x01\\xff\\xfb\\x01\nE:\n", 7);
    meets("S= \\xff\\xfa\\x18\\x01\\xff\\xf1\nE:\n", 7);
    /* Cut off in the middle. */
    meets("S= a\\xff\nE:\n", 7);
    meets("S= a\\xff\\xfd\nE:\n", 7);
    meets("S= a\\xff\\xfa\nE:\n", 7);
    meets("S= a\\xff\\xfa\\x18\\x01\nE:\n", 7);
    meets("S= a\\xff\\xfa\\x18\\x01\\xff\nE:\n", 7);
    meets("S= \\r\nE:\n", 0);
}

/* A stream of nothing but data is no crime; it costs no memory. */
static void hostile_telnet_server_never_stops_talking(void)
{
    floods("", "\\xff\\xff", 0);
    floods("", "\\r\\0", 0);
    floods("", "all work and no play ", 0);
}

/* An IAC at every edge of what is read at once. */
static void hostile_telnet_server_puts_iac_at_the_edges(void)
{
    for (int before = 16382; before <= 16386; before++) {
        char *script = malloc(32768);
        uint16_t port;
        int at = sprintf(script, "S= ");

        memset(script + at, 'x', (size_t)before);
        sprintf(script + at + before, "\\xff\\xff\\xff\\xf1\\xff\\xfd\\x18y\n"
                                      "E:\n");
        pid_t peer = test_peer(script, &port);
        telnet_play(&run, "", port, NULL);
        CU_ASSERT_EQUAL(run.out_length, (size_t)before + 2);
        CU_ASSERT_STRING_EQUAL(run.out + run.out_length - 3, "x\xff"
                                                             "y");
        ends(0);
        test_peer_end(peer);
        free(script);
    }
}

/* A log-in that is answered by an endless banner, or by silence. */
static void hostile_telnet_server_keeps_the_log_in_waiting(void)
{
    static const char *const arguments[] = {
        "--insecure-auth", "-u", "ada:lovelace", "--max-time", "2", NULL};
    char *script = flood("", "Welcome to the machine!\\r\\n", "");
    uint16_t port;
    pid_t peer = test_peer(script, &port);

    telnet_play(&run, "", port, arguments);
    CU_ASSERT(run.out_length < 1 << 20);
    ends(7);
    test_peer_end(peer);
    free(script);
    peer = test_peer("S= hello\nZ: 3\nE:\n", &port);
    telnet_play(&run, "", port, arguments);
    ends(5);
    test_peer_end(peer);
    peer = test_peer("S= login:\nC: ada\nS= Password:\nZ: 3\nE:\n", &port);
    telnet_play(&run, "", port, arguments);
    ends(5);
    test_peer_end(peer);
}

/* ---- clients ------------------------------------------------------------ */

/* Sends so much of it that the server has had enough: it closes. */
static void storms(const char *piece, size_t length)
{
    struct telnet_wire wire;
    uint16_t port;
    pid_t server = telnet_server_start(&port, NULL);
    static char bytes[1 << 16];
    size_t count = 0;

    while (count + length <= sizeof(bytes)) {
        memcpy(bytes + count, piece, length);
        count += length;
    }
    telnet_wire_open(&wire, port);
    for (int i = 0; i < 16; i++)
        telnet_wire_send(&wire, bytes, count);
    CU_ASSERT(telnet_wire_ends(&wire));
    telnet_wire_close(&wire);
    /* The next one is served as if nothing had been. */
    telnet_wire_open(&wire, port);
    CU_ASSERT(WIRE_HEARS(&wire, "login: "));
    telnet_wire_close(&wire);
    CU_ASSERT_EQUAL(test_stop(server), 0);
}

static void hostile_telnet_client_storms(void)
{
    storms("\xff\xfb\x01", 3);
    storms("\xff\xfd\x01\xff\xfe\x01", 6);
    storms("\xff\xfa\x1f\0\x50\0\x18\xff\xf0", 9);
    storms("\xff\xf6", 2);
}

/* Lines without end, control bytes, and no log-in at all. */
static void hostile_telnet_client_types_for_ever(void)
{
    struct telnet_wire wire;
    uint16_t port;
    pid_t server = telnet_server_start(&port, NULL);
    static char bytes[1 << 20];

    memset(bytes, 'x', sizeof(bytes));
    telnet_wire_open(&wire, port);
    telnet_wire_send(&wire, bytes, sizeof(bytes));
    WIRE_SEND(&wire, "\r\n");
    CU_ASSERT(WIRE_HEARS(&wire, "Password: "));
    telnet_wire_send(&wire, bytes, sizeof(bytes));
    WIRE_SEND(&wire, "\r\n");
    CU_ASSERT(WIRE_HEARS(&wire, "Login incorrect"));
    WIRE_SEND(&wire, "ada\r\nlovelace\r\nset \x1b]0;title\x07 $(id) `id`\r\n");
    CU_ASSERT(WIRE_HEARS(&wire, "command not found"));
    telnet_wire_close(&wire);
    CU_ASSERT_EQUAL(test_stop(server), 0);
}

const struct test tests_telnet_hostile[] = {
    {"hostile_telnet_server_storms", hostile_telnet_server_storms},
    {"hostile_telnet_server_leaves_things_open",
     hostile_telnet_server_leaves_things_open},
    {"hostile_telnet_server_never_stops_talking",
     hostile_telnet_server_never_stops_talking},
    {"hostile_telnet_server_puts_iac_at_the_edges",
     hostile_telnet_server_puts_iac_at_the_edges},
    {"hostile_telnet_server_keeps_the_log_in_waiting",
     hostile_telnet_server_keeps_the_log_in_waiting},
    {"hostile_telnet_client_storms", hostile_telnet_client_storms},
    {"hostile_telnet_client_types_for_ever",
     hostile_telnet_client_types_for_ever},
    {NULL, NULL}};

/* SPDX-License-Identifier: MIT */
/* ftp-server against clients that send what no client should: it answers, or
 * hangs up, in time, and goes on serving others. */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/integration/ftp_talk.h"

#define SAYS(line, code) CU_ASSERT_EQUAL(ftp_say("%s", line), code)

/* After whatever was done: a new client is served as ever. */
static void serves_on(void)
{
    ftp_enter();
    CU_ASSERT_EQUAL(ftp_fetch("RETR ten"), 226);
    CU_ASSERT_STRING_EQUAL(ftp_data_text, "0123456789");
}

static void sends(const char *bytes, size_t length, int code)
{
    CU_ASSERT_EQUAL(ftp_connect(), 220);
    ftp_send(bytes, length);
    CU_ASSERT_EQUAL(ftp_hear(), code);
}

#define SENDS(text, code) sends(text, sizeof(text) - 1, code)

static void hostile_ftp_client_sends_no_lines(void)
{
    char *long_line = malloc(100000);

    memset(long_line, 'A', 100000);
    ftp_start(NULL);
    SENDS("USER ada\n", 500);
    CU_ASSERT_EQUAL(ftp_hear(), -1);
    SENDS("\r\n", 500);
    SENDS("\0\0\0\0\r\n", 500);
    SENDS("USER a\0b\r\n", 500);
    SENDS("\xff\xff\xff\xff\r\n", 500);
    SENDS("GET / HTTP/1.1\r\nHost: x\r\n\r\n", 500);
    SENDS("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n", 500);
    sends(long_line, 9000, 500);
    CU_ASSERT_EQUAL(ftp_hear(), -1);
    sends(long_line, 100000, 500);
    free(long_line);
    serves_on();
    ftp_stop();
}

/* The most that fits in a line: as a name, a path, and a path of slashes. */
static void hostile_ftp_client_has_long_names(void)
{
    static char name[8000];

    memset(name, 'a', sizeof(name) - 1);
    ftp_start(NULL);
    CU_ASSERT_EQUAL(ftp_connect(), 220);
    CU_ASSERT_EQUAL(ftp_say("USER %s", name), 530);
    ftp_enter();
    CU_ASSERT_EQUAL(ftp_say("RETR %s", name), 553);
    CU_ASSERT_EQUAL(ftp_say("MKD %.255s", name), 257);
    CU_ASSERT_EQUAL(ftp_say("MKD %.256s", name), 553);
    CU_ASSERT_EQUAL(ftp_put("STOR xx", "x", 1), 226);
    char command[300];
    snprintf(command, sizeof(command), "STOR %.254s", name);
    CU_ASSERT_EQUAL(ftp_put(command, "x", 1), 226);
    for (size_t i = 0; i < sizeof(name) - 1; i += 2)
        name[i] = '/';
    CU_ASSERT_EQUAL(ftp_say("CWD %.4000s", name), 550);
    CU_ASSERT_EQUAL(ftp_say("CWD %s", name), 553);
    serves_on();
    ftp_stop();
}

/* RFC 2428 and RFC 959 §5.3.2: what is no address opens nothing. */
static void hostile_ftp_client_has_strange_addresses(void)
{
    static const char *const lines[] = {"PORT",
                                        "PORT ,,,,,",
                                        "PORT 1,2,3,4,5,6,7",
                                        "PORT -1,0,0,1,9,9",
                                        "PORT 127,0,0,1,0,0",
                                        "PORT 127,0,0,1,999,1",
                                        "EPRT",
                                        "EPRT |||",
                                        "EPRT |1|127.0.0.1|0|",
                                        "EPRT |1|127.0.0.1|65536|",
                                        "EPRT |1|127.0.0.1|5000",
                                        "EPRT |1|localhost|5000|",
                                        "EPSV 1 2",
                                        "EPSV x"};

    ftp_start(NULL);
    ftp_enter();
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        int code = ftp_say("%s", lines[i]);
        CU_ASSERT(code == 501 || code == 504 || code == 522);
    }
    SAYS("RETR ten", 425);
    ftp_stop();
}

/* Commands by the thousand while a transfer waits: they make the server use no
 * more than its buffer. */
static void hostile_ftp_client_floods_the_control_connection(void)
{
    char *flood = malloc(1 << 20);

    for (size_t i = 0; i < 1 << 20; i += 8)
        memcpy(flood + i, "NOOP ab\n", 8);
    ftp_start(NULL);
    ftp_enter();
    SAYS("EPSV", 229);
    SAYS("RETR ten", 150);
    send(ftp_control, flood, 1 << 20, MSG_NOSIGNAL);
    while (ftp_hear() > 0)
        ;
    free(flood);
    serves_on();
    ftp_stop();
}

/* The client goes away in the middle of everything. */
static void hostile_ftp_client_disappears(void)
{
    enum { LARGE = 8 << 20 };
    char *large = calloc(1, LARGE);

    ftp_start(NULL);
    test_write_file(test_path("root/large"), large, LARGE);
    free(large);
    for (int i = 0; i < 6; i++) {
        ftp_enter();
        int fd = ftp_passive();
        SAYS(i % 2 ? "STOR new" : "RETR large", 150);
        if (i < 2)
            close(fd);
        ftp_leave();
        if (i >= 2)
            close(fd);
    }
    serves_on();
    /* In stream mode an upload ends when its connection does: the first one
     * was a whole file of no bytes, the others had nobody to be told so. */
    ftp_stop();
}

/* Each further asterisk multiplies the ways in which a name may match. */
static void hostile_ftp_client_sends_a_costly_pattern(void)
{
    char name[256], path[512], command[600] = "NLST ";

    memset(name, 'a', 255);
    name[255] = '\0';
    ftp_start(NULL);
    snprintf(path, sizeof(path), "root/%s", name);
    test_write_file(test_path(path), "", 0);
    for (int i = 0; i < 100; i++)
        strcat(command, "a*");
    strcat(command, "b");
    ftp_enter();
    CU_ASSERT_EQUAL(ftp_fetch(command), 550);
    CU_ASSERT_EQUAL(ftp_fetch("NLST a*a*a*b"), 226);
    CU_ASSERT_STRING_EQUAL(ftp_data_text, "");
    serves_on();
    ftp_stop();
}

const struct test tests_ftp_clients[] = {
    {"hostile_ftp_client_sends_a_costly_pattern",
     hostile_ftp_client_sends_a_costly_pattern},
    {"hostile_ftp_client_sends_no_lines", hostile_ftp_client_sends_no_lines},
    {"hostile_ftp_client_has_long_names", hostile_ftp_client_has_long_names},
    {"hostile_ftp_client_has_strange_addresses",
     hostile_ftp_client_has_strange_addresses},
    {"hostile_ftp_client_floods_the_control_connection",
     hostile_ftp_client_floods_the_control_connection},
    {"hostile_ftp_client_disappears", hostile_ftp_client_disappears},
    {NULL, NULL},
};

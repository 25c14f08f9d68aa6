/* SPDX-License-Identifier: MIT */
/* ftp-server: the conversation, the data connections, the transfers. Each test
 * is the dialogue that its comment describes. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/integration/ftp_talk.h"

#define SAYS(line, code) CU_ASSERT_EQUAL(ftp_say("%s", line), code)

/* ---- the conversation --------------------------------------------------- */

/* RFC 959 §4.1.1, §5.4 and §6: USER, then PASS, then all the rest; before it
 * nothing but what leads to a log-in. RFC 959 §5.2: the server closes when the
 * client has asked for it, after its last reply. */
static void ftp_server_wants_a_log_in_first(void)
{
    ftp_start(NULL);
    CU_ASSERT_EQUAL(ftp_connect(), 220);
    SAYS("PWD", 530);
    SAYS("EPSV", 530);
    SAYS("RETR text", 530);
    SAYS("DELE text", 530);
    SAYS("RNTO x", 530);
    SAYS("PASS secret", 503);
    SAYS("NOOP", 200);
    SAYS("SYST", 215);
    SAYS("FEAT", 211);
    SAYS("HELP", 214);
    CU_ASSERT(ftp_told("MLSD"));
    SAYS("STAT", 211);
    SAYS("STAT text", 530);
    SAYS("user ada", 331);
    SAYS("PWD", 530);
    SAYS("pass secret", 230);
    SAYS("PWD", 257);
    CU_ASSERT(ftp_told("257 \"/\""));
    SAYS("QUIT", 221);
    CU_ASSERT_EQUAL(ftp_hear(), -1);
    ftp_stop();
}

/* RFC 2577 §5 and §7: who has no account is not told so, and after three
 * refusals the connection ends. */
static void ftp_server_refuses_wrong_passwords(void)
{
    ftp_start(NULL);
    CU_ASSERT_EQUAL(ftp_connect(), 220);
    SAYS("USER nobody", 331);
    SAYS("PASS ", 530); /* who has no account has no empty password either */
    SAYS("USER ada", 331);
    SAYS("PASS secret2", 530);
    SAYS("USER anonymous", 331);
    SAYS("PASS me@", 421);
    CU_ASSERT_EQUAL(ftp_hear(), -1);
    ftp_stop();
}

/* RFC 2577 §4: a guest reads, and changes nothing. */
static void ftp_server_lets_guests_read_only(void)
{
    static const char *const more[] = {"--anonymous", NULL};
    static const char *const writes[] = {
        "STOR x", "APPE x", "STOU", "DELE ten", "MKD x", "RMD sub", "RNFR ten"};

    ftp_start(more);
    CU_ASSERT_EQUAL(ftp_connect(), 220);
    SAYS("USER anonymous", 331);
    SAYS("PASS me@example.test", 230);
    CU_ASSERT_EQUAL(ftp_fetch("RETR ten"), 226);
    CU_ASSERT_STRING_EQUAL(ftp_data_text, "0123456789");
    for (size_t i = 0; i < sizeof(writes) / sizeof(*writes); i++)
        SAYS(writes[i], 550);
    CU_ASSERT(ftp_holds("ten", "0123456789"));
    ftp_stop();
}

/* RFC 959 §4.2.2: 500 is for what is no command, 501 for a wrong argument, 502
 * for a command that is not done here. */
static void ftp_server_knows_its_commands(void)
{
    ftp_start(NULL);
    ftp_enter();
    SAYS("BREW", 500);
    SAYS("RETR", 501);
    SAYS("PWD x", 501);
    SAYS("ACCT x", 502);
    SAYS("ALLO 10", 202);
    SAYS("AUTH TLS", 502);
    SAYS("PROT P", 503);
    SAYS("PBSZ 0", 503);
    ftp_stop();
}

/* RNTO comes right after RNFR: RFC 959 §4.1.3. */
static void ftp_server_renames_at_once_or_not_at_all(void)
{
    ftp_start(NULL);
    ftp_enter();
    SAYS("RNTO new", 503);
    SAYS("RNFR none", 550);
    SAYS("RNFR ten", 350);
    SAYS("NOOP", 200);
    SAYS("RNTO new", 503);
    SAYS("RNFR ten", 350);
    SAYS("RNFR text", 350);
    SAYS("RNTO sub/new", 250);
    CU_ASSERT(ftp_holds("sub/new", "one\ntwo\n"));
    SAYS("RNFR ten", 350);
    SAYS("RNTO ../../new", 250);
    CU_ASSERT(ftp_holds("new", "0123456789"));
    ftp_stop();
}

/* ---- whose data connection ---------------------------------------------- */

/* RFC 2577 §3: the server knocks at nobody else's door, and at no low port. RFC
 * 2428 §2: a network protocol that it does not know is a 522; RFC 2428 §4:
 * after EPSV ALL nothing but EPSV. */
static void ftp_server_connects_to_the_client_alone(void)
{
    ftp_start(NULL);
    ftp_enter();
    SAYS("PORT 192,0,2,1,200,1", 504);
    SAYS("PORT 127,0,0,2,200,1", 504);
    SAYS("PORT 127,0,0,1,3,255", 504);
    SAYS("PORT 127,0,0,1,4,0", 200);
    SAYS("PORT 127,0,0,1,4", 501);
    SAYS("PORT 127,0,0,256,4,0", 501);
    SAYS("EPRT |1|192.0.2.1|5000|", 504);
    SAYS("EPRT |2|::1|5000|", 504);
    SAYS("EPRT |3|x|5000|", 522);
    SAYS("EPRT |1|127.0.0.1|80|", 504);
    SAYS("EPRT |1|127.0.0.1|5000|", 200);
    SAYS("EPRT 5000", 501);
    SAYS("EPSV 2", 522);
    SAYS("EPSV ALL", 200);
    SAYS("PORT 127,0,0,1,4,0", 503);
    SAYS("PASV", 503);
    SAYS("EPRT |1|127.0.0.1|5000|", 503);
    CU_ASSERT_EQUAL(ftp_fetch("RETR ten"), 226);
    ftp_stop();
}

/* A connection to that port from another address of loopback. */
static int connect_from(uint32_t from, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {htonl(from)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CU_ASSERT_EQUAL(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    CU_ASSERT_EQUAL(connect(fd, (struct sockaddr *)&address, sizeof(address)),
                    0);
    return fd;
}

/* RFC 2577 §8: who comes first to the passive port, but not from the client's
 * address, gets nothing; the client still does. */
static void ftp_server_gives_files_to_the_client_alone(void)
{
    unsigned n[6] = {0};

    ftp_start(NULL);
    ftp_enter();
    SAYS("PASV", 227);
    CU_ASSERT_EQUAL(sscanf(strchr(ftp_reply, '('), "(%u,%u,%u,%u,%u,%u)", n,
                           n + 1, n + 2, n + 3, n + 4, n + 5),
                    6);
    uint16_t port = (uint16_t)(n[4] * 256 + n[5]);
    int thief = connect_from(0x7f000002, port);
    int fd = connect_from(INADDR_LOOPBACK, port);
    SAYS("RETR ten", 150);
    CU_ASSERT_STRING_EQUAL(ftp_data_read(thief), "");
    CU_ASSERT_STRING_EQUAL(ftp_data_read(fd), "0123456789");
    CU_ASSERT_EQUAL(ftp_hear(), 226);
    ftp_stop();
}

static void ftp_server_keeps_to_its_passive_ports(void)
{
    static const char *const more[] = {"--passive-ports", "21011-21030",
                                       "--advertise", "192.0.2.99", NULL};
    int low, high;

    ftp_start(more);
    ftp_enter();
    for (int i = 0; i < 5; i++) {
        SAYS("PASV", 227);
        CU_ASSERT_EQUAL(
            sscanf(strchr(ftp_reply, '('), "(192,0,2,99,%d,%d)", &high, &low),
            2);
        CU_ASSERT(high * 256 + low >= 21011 && high * 256 + low <= 21030);
        CU_ASSERT_EQUAL(ftp_fetch("RETR ten"), 226);
    }
    ftp_stop();
}

/* RFC 959 §3.2 and §4.1.2: after PORT the client waits, the server connects;
 * what PORT has said serves one transfer. */
static void ftp_server_connects_when_asked(void)
{
    uint16_t port;
    int listener = ftp_listen(&port);

    ftp_start(NULL);
    ftp_enter();
    for (int i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(ftp_say("PORT 127,0,0,1,%u,%u", port / 256, port % 256),
                        200);
        SAYS("RETR ten", 150);
        CU_ASSERT_STRING_EQUAL(
            ftp_data_read(accept4(listener, NULL, NULL, SOCK_CLOEXEC)),
            "0123456789");
        CU_ASSERT_EQUAL(ftp_hear(), 226);
    }
    close(listener);
    CU_ASSERT_EQUAL(ftp_say("PORT 127,0,0,1,%u,%u", port / 256, port % 256),
                    200);
    SAYS("RETR ten", 150);
    CU_ASSERT_EQUAL(ftp_hear(), 425);
    SAYS("RETR ten", 425); /* what was prepared is used up */
    ftp_stop();
}

/* ---- transfers ---------------------------------------------------------- */

/* RFC 959 §3.1.1.1: in type A each line goes over the wire with CR LF, whatever
 * it ends in here. RFC 959 §3.1.1.3: in type I the bytes stay as they are. */
static void ftp_server_converts_line_ends(void)
{
    ftp_start(NULL);
    ftp_enter();
    SAYS("SIZE text", 213);
    CU_ASSERT_STRING_EQUAL(ftp_reply, "213 10\r\n");
    CU_ASSERT_EQUAL(ftp_fetch("RETR text"), 226);
    CU_ASSERT_STRING_EQUAL(ftp_data_text, "one\r\ntwo\r\n");
    SAYS("REST 4", 350); /* in the middle of a line end */
    CU_ASSERT_EQUAL(ftp_fetch("RETR text"), 226);
    CU_ASSERT_STRING_EQUAL(ftp_data_text, "\ntwo\r\n");
    CU_ASSERT_EQUAL(ftp_put("STOR new", "a\r\nb\rc\r\n\r", 9), 226);
    CU_ASSERT(ftp_holds("new", "a\nb\rc\n\r"));
    SAYS("TYPE I", 200);
    SAYS("SIZE text", 213);
    CU_ASSERT_STRING_EQUAL(ftp_reply, "213 8\r\n");
    CU_ASSERT_EQUAL(ftp_put("STOR new", "a\r\nb", 4), 226);
    CU_ASSERT(ftp_holds("new", "a\r\nb"));
    ftp_stop();
}

/* RFC 3659 §5.3: at every byte, both ways; REST serves one transfer, and takes
 * a number. RFC 3659 §5.2: a marker that is not in the file is a 554. */
static void ftp_server_goes_on_at_any_byte(void)
{
    static const char ten[] = "0123456789";

    ftp_start(NULL);
    ftp_enter();
    SAYS("TYPE I", 200);
    for (size_t at = 0; at <= 10; at++) {
        CU_ASSERT_EQUAL(ftp_say("REST %zu", at), 350);
        CU_ASSERT_EQUAL(ftp_fetch("RETR ten"), 226);
        CU_ASSERT_STRING_EQUAL(ftp_data_text, ten + at);
        CU_ASSERT_EQUAL(ftp_put("STOR part", ten, at), 226);
        CU_ASSERT_EQUAL(ftp_say("REST %zu", at), 350);
        CU_ASSERT_EQUAL(ftp_put("STOR part", ten + at, 10 - at), 226);
        CU_ASSERT(ftp_holds("part", ten));
    }
    CU_ASSERT_EQUAL(ftp_fetch("RETR ten"), 226);
    CU_ASSERT_STRING_EQUAL(ftp_data_text, ten);
    SAYS("REST 11", 350);
    CU_ASSERT_EQUAL(ftp_fetch("RETR ten"), 554);
    SAYS("REST 11", 350);
    CU_ASSERT_EQUAL(ftp_put("STOR part", "x", 1), 554);
    CU_ASSERT_EQUAL(ftp_put("APPE part", "x", 1), 226);
    CU_ASSERT(ftp_holds("part", "0123456789x"));
    SAYS("REST x", 501);
    SAYS("REST -1", 501);
    SAYS("REST 99999999999999999999", 501);
    ftp_stop();
}

/* RFC 1123 §4.1.2.9: the name stands in the 150. */
static void ftp_server_finds_a_name(void)
{
    ftp_start(NULL);
    ftp_enter();
    int fd = ftp_passive();
    SAYS("STOU", 150);
    CU_ASSERT_STRING_EQUAL(ftp_reply, "150 FILE: upload.1\r\n");
    CU_ASSERT_EQUAL(send(fd, "x", 1, MSG_NOSIGNAL), 1);
    close(fd);
    CU_ASSERT_EQUAL(ftp_hear(), 226);
    CU_ASSERT_EQUAL(ftp_put("STOU", "y", 1), 226);
    CU_ASSERT(ftp_holds("upload.1", "x"));
    CU_ASSERT(ftp_holds("upload.2", "y"));
    SAYS("STOU", 425);
    CU_ASSERT(access(test_path("root/upload.3"), F_OK) < 0);
    ftp_stop();
}

/* A large file whose reader has stopped, and ABOR on the other connection, with
 * the Telnet commands that RFC 959 §4.1.3 wants before it. */
static void ftp_server_hears_abor_during_a_transfer(void)
{
    enum { LARGE = 16 << 20 };
    char *large = calloc(1, LARGE);

    ftp_start(NULL);
    test_write_file(test_path("root/large"), large, LARGE);
    ftp_enter();
    SAYS("ABOR", 226);
    int fd = ftp_passive();
    SAYS("RETR large", 150);
    SAYS("STAT", 213); /* how far it is */
    CU_ASSERT(ftp_told("bytes so far"));
    CU_ASSERT_EQUAL(send(ftp_control, "\xff\xf4\xff", 3, MSG_OOB), 3);
    ftp_send("\xf2"
             "ABOR\r\n",
             7);
    CU_ASSERT_EQUAL(ftp_hear(), 426);
    CU_ASSERT_EQUAL(ftp_hear(), 226);
    close(fd);
    /* While an upload is waited for, and with a command before it. */
    fd = ftp_passive();
    SAYS("STOR new", 150);
    ftp_send("NOOP\r\nABOR\r\n", 12);
    CU_ASSERT_EQUAL(ftp_hear(), 426);
    CU_ASSERT_EQUAL(ftp_hear(), 200);
    CU_ASSERT_EQUAL(ftp_hear(), 226);
    close(fd);
    CU_ASSERT(access(test_path("root/new"), F_OK) < 0);
    /* Before the data connection is there. */
    SAYS("EPSV", 229);
    SAYS("RETR ten", 150);
    ftp_send("ABOR\r\n", 6);
    CU_ASSERT_EQUAL(ftp_hear(), 426);
    CU_ASSERT_EQUAL(ftp_hear(), 226);
    CU_ASSERT_EQUAL(ftp_fetch("RETR ten"), 226);
    free(large);
    ftp_stop();
}

/* RFC 1123 §4.1.3.2, and no process is held by who only connects. */
static void ftp_server_hangs_up_in_time(void)
{
    static const char *const more[] = {"--idle-timeout", "0.2",
                                       "--data-timeout", "0.2", NULL};

    ftp_start(more);
    CU_ASSERT_EQUAL(ftp_connect(), 220);
    CU_ASSERT_EQUAL(ftp_hear(), 421);
    CU_ASSERT_EQUAL(ftp_hear(), -1);
    ftp_enter();
    SAYS("EPSV", 229);
    SAYS("RETR ten", 150);
    CU_ASSERT_EQUAL(ftp_hear(), 425);
    int fd = ftp_passive();
    SAYS("STOR new", 150);
    CU_ASSERT_EQUAL(ftp_hear(), 426);
    close(fd);
    CU_ASSERT(access(test_path("root/new"), F_OK) < 0);
    ftp_stop();
}

/* The client of an upload is gone, control connection and all. */
static void ftp_server_keeps_what_has_come_if_told(void)
{
    static const char *const more[] = {"--keep-partial", "--data-timeout",
                                       "0.2", NULL};

    ftp_start(more);
    ftp_enter();
    SAYS("TYPE I", 200);
    int fd = ftp_passive();
    SAYS("STOR new", 150);
    CU_ASSERT_EQUAL(send(fd, "half", 4, MSG_NOSIGNAL), 4);
    CU_ASSERT_EQUAL(ftp_hear(), 426);
    close(fd);
    CU_ASSERT(ftp_holds("new", "half"));
    SAYS("REST 4", 350);
    CU_ASSERT_EQUAL(ftp_put("STOR new", "whole", 5), 226);
    CU_ASSERT(ftp_holds("new", "halfwhole"));
    ftp_stop();
}

const struct test tests_ftp_server[] = {
    {"ftp_server_wants_a_log_in_first", ftp_server_wants_a_log_in_first},
    {"ftp_server_refuses_wrong_passwords", ftp_server_refuses_wrong_passwords},
    {"ftp_server_lets_guests_read_only", ftp_server_lets_guests_read_only},
    {"ftp_server_knows_its_commands", ftp_server_knows_its_commands},
    {"ftp_server_renames_at_once_or_not_at_all",
     ftp_server_renames_at_once_or_not_at_all},
    {"ftp_server_connects_to_the_client_alone",
     ftp_server_connects_to_the_client_alone},
    {"ftp_server_gives_files_to_the_client_alone",
     ftp_server_gives_files_to_the_client_alone},
    {"ftp_server_keeps_to_its_passive_ports",
     ftp_server_keeps_to_its_passive_ports},
    {"ftp_server_connects_when_asked", ftp_server_connects_when_asked},
    {"ftp_server_converts_line_ends", ftp_server_converts_line_ends},
    {"ftp_server_goes_on_at_any_byte", ftp_server_goes_on_at_any_byte},
    {"ftp_server_finds_a_name", ftp_server_finds_a_name},
    {"ftp_server_hears_abor_during_a_transfer",
     ftp_server_hears_abor_during_a_transfer},
    {"ftp_server_hangs_up_in_time", ftp_server_hangs_up_in_time},
    {"ftp_server_keeps_what_has_come_if_told",
     ftp_server_keeps_what_has_come_if_told},
    {NULL, NULL},
};

/* SPDX-License-Identifier: MIT */
#include "labs/trace/compare.h"

#include <string.h>

#include "tests/harness.h"
#include "tests/unit/talk.h"

static void say(struct talk *talk, const char *stream, enum trace_dir dir,
                const char *name, const char *text)
{
    struct trace_event *event =
        talk_add(talk, TRACE_LAYER_APP, dir, name, text);

    event->proto = "ftp";
    event->stream = stream;
}

/* A file is fetched; the data connection is prepared as told. */
static void fetch(struct talk *talk, const char *verb, const char *prepare,
                  const char *code, const char *reply, const char *file)
{
    talk_begin(talk, 21);
    say(talk, "control", TRACE_DIR_IN, "220", "220 hello\r\n");
    say(talk, "control", TRACE_DIR_OUT, verb, prepare);
    say(talk, "control", TRACE_DIR_IN, code, reply);
    say(talk, "control", TRACE_DIR_OUT, "RETR", "RETR x\r\n");
    say(talk, "control", TRACE_DIR_IN, "150", "150 here\r\n");
    say(talk, "data", TRACE_DIR_IN, "RETR data", file);
    say(talk, "control", TRACE_DIR_IN, "226", "226 done\r\n");
}

/* RFC 2428 §3: another port each time. */
static void compare_ftp_sets_ports_aside(void)
{
    fetch(&a, "EPSV", "EPSV\r\n", "229", "229 ok (|||1025|)\r\n", "one");
    fetch(&b, "EPSV", "EPSV\r\n", "229", "229 ok (|||40001|)\r\n", "one");
    talk_expect_used(RULE_PORT, 1);
    fetch(&b, "EPSV", "EPSV\r\n", "229", "229 well (|||1025|)\r\n", "one");
    talk_expect(1, "they are answered in different words", NULL);
}

/* RFC 959 §3.2. */
static void compare_ftp_tells_active_from_passive(void)
{
    fetch(&a, "EPSV", "EPSV\r\n", "229", "229 ok (|||1025|)\r\n", "one");
    fetch(&b, "EPRT", "EPRT |1|192.0.2.10|1025|\r\n", "200", "200 ok\r\n",
          "one");
    talk_expect(2, "B is active, A passive",
                "they are answered in different words");
    /* RFC 2428 §1: E forms say the same, without an IPv4 address. */
    fetch(&b, "PASV", "PASV\r\n", "227", "227 ok (192,0,2,1,4,1)\r\n", "one");
    talk_expect(2, "the data connection is prepared in different words",
                "they are answered in different words");
}

static void compare_ftp_tells_another_file(void)
{
    fetch(&a, "EPSV", "EPSV\r\n", "229", "229 ok (|||1|)\r\n", "one\n");
    fetch(&b, "EPSV", "EPSV\r\n", "229", "229 ok (|||1|)\r\n", "one\r\n");
    talk_expect(1, "the data connection carried 4 bytes in A, 5 in B", NULL);
    fetch(&b, "EPSV", "EPSV\r\n", "229", "229 ok (|||1|)\r\n", "two\n");
    talk_expect(1, "as many bytes on the data connection, but not the same",
                NULL);
}

/* The dates of a listing, and its numbers of files: RFC 3659 §2.3, §7.5.2. */
static void compare_ftp_sets_the_dates_of_a_listing_aside(void)
{
    fetch(&a, "EPSV", "EPSV\r\n", "229", "229 ok (|||1|)\r\n",
          "-rw-r--r-- 1 ftp ftp 1 Nov 22 08:43 x\r\n");
    fetch(&b, "EPSV", "EPSV\r\n", "229", "229 ok (|||1|)\r\n",
          "-rw-r--r-- 1 ftp ftp 1 Dec  1 23:05 x\r\n");
    talk_expect_used(RULE_DATE, 1);
    fetch(&b, "EPSV", "EPSV\r\n", "229", "229 ok (|||1|)\r\n",
          "-rw-r--r-- 1 ftp ftp 2 Nov 22 08:43 x\r\n");
    talk_expect(1, "as many bytes on the data connection, but not the same",
                NULL);
    fetch(&a, "EPSV", "EPSV\r\n", "229", "229 ok (|||1|)\r\n",
          "unique=28ge; x\r\n");
    fetch(&b, "EPSV", "EPSV\r\n", "229", "229 ok (|||1|)\r\n",
          "unique=91ab; x\r\n");
    talk_expect_used(RULE_RANDOM, 1);
}

/* RFC 959 §5.4: 425 names the port to which no connection could be made. */
static void compare_ftp_sets_aside_a_port_that_did_not_answer(void)
{
    fetch(&a, "EPRT", "EPRT |1|::1|1025|\r\n", "425", "425 no 1025\r\n", "x");
    fetch(&b, "EPRT", "EPRT |1|::1|1026|\r\n", "425", "425 no 1026\r\n", "x");
    talk_expect_used(RULE_PORT, 2);
}

const struct test tests_compare_ftp[] = {
    {"compare_ftp_sets_the_dates_of_a_listing_aside",
     compare_ftp_sets_the_dates_of_a_listing_aside},
    {"compare_ftp_sets_aside_a_port_that_did_not_answer",
     compare_ftp_sets_aside_a_port_that_did_not_answer},
    {"compare_ftp_sets_ports_aside", compare_ftp_sets_ports_aside},
    {"compare_ftp_tells_active_from_passive",
     compare_ftp_tells_active_from_passive},
    {"compare_ftp_tells_another_file", compare_ftp_tells_another_file},
    {NULL, NULL},
};

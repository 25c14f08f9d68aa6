/* SPDX-License-Identifier: MIT */
/* FTP under TLS (RFC 4217): what must come in which order, and an upload that
 * was cut off by nobody knows whom. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/conn.h"
#include "common/tls.h"
#include "tests/integration/ftp_talk.h"

#define CITE RFC("4217", "4")

static struct error error;
static struct tls_context *tls;
static struct conn *control;
static char cert[512], key[512];

static void make_certificate(void)
{
    struct test_run run;

    snprintf(cert, sizeof(cert), "%s", test_path("cert.pem"));
    snprintf(key, sizeof(key), "%s", test_path("key.pem"));
    const char *argv[] = {"openssl",
                          "req",
                          "-x509",
                          "-newkey",
                          "ec",
                          "-pkeyopt",
                          "ec_paramgen_curve:P-256",
                          "-nodes",
                          "-keyout",
                          key,
                          "-subj",
                          "/CN=localhost",
                          "-addext",
                          "subjectAltName=IP:127.0.0.1",
                          "-out",
                          cert,
                          NULL};
    test_run(&run, 30, argv);
    CU_ASSERT_EQUAL_FATAL(run.status, 0);
    test_run_free(&run);
}

/* ftp-server with that certificate and these options more, and a client's
 * context that trusts it. */
static void start(const char *first, const char *second)
{
    struct tls_settings settings = {.ca_file = cert};

    make_certificate();
    const char *more[] = {"--tls-cert", cert,   "--tls-key", key,
                          first,        second, NULL};
    ftp_start(more);
    error_clear(&error);
    CU_ASSERT_EQUAL_FATAL(tls_client_new(&tls, &settings, &error), 0);
}

static void stop(void)
{
    conn_close(control, CITE);
    control = NULL;
    tls_free(tls);
    ftp_stop();
}

/* The code of the next reply; its last line is borrowed in *words. */
static int hear(struct span *words)
{
    struct span line;

    do {
        if (conn_read_line(control, 4096, &line) < 0 || line.data == NULL)
            return -1;
        conn_heard(control, CITE, "reply");
    } while (line.length > 3 && line.data[3] != ' ');
    if (words != NULL)
        *words = line;
    return atoi(line.data);
}

static int say(const char *line)
{
    return conn_say(control, CITE, "%s", line) == 0 ? hear(NULL) : -1;
}

static void open_control(void)
{
    struct conn_setup setup = {.error = &error, .idle_timeout_ms = 20000};

    CU_ASSERT_EQUAL_FATAL(
        conn_open(&control, &setup, CITE, "127.0.0.1", ftp_port), 0);
    CU_ASSERT_EQUAL(hear(NULL), 220);
}

static void secure_control(void)
{
    CU_ASSERT_EQUAL(say("AUTH TLS"), 234);
    CU_ASSERT_EQUAL_FATAL(conn_start_tls(control, tls, CITE, "127.0.0.1"), 0);
    CU_ASSERT_EQUAL(say("USER ada"), 331);
    CU_ASSERT_EQUAL(say("PASS secret"), 230);
}

/* EPSV, the command, and a data connection on which TLS is spoken. */
static struct conn *open_data(const char *command)
{
    struct conn_setup setup = {.error = &error, .idle_timeout_ms = 20000};
    struct conn *data = NULL;
    struct span words;
    char line[256];

    conn_say(control, CITE, "EPSV");
    CU_ASSERT_EQUAL_FATAL(hear(&words), 229);
    snprintf(line, sizeof(line), "%.*s", (int)words.length, words.data);
    CU_ASSERT_EQUAL_FATAL(conn_open(&data, &setup, CITE, "127.0.0.1",
                                    (uint16_t)atoi(strstr(line, "|||") + 3)),
                          0);
    CU_ASSERT_EQUAL(say(command), 150);
    CU_ASSERT_EQUAL_FATAL(conn_start_tls(data, tls, CITE, "127.0.0.1"), 0);
    return data;
}

/* RFC 4217 §4 and §9, RFC 2228 §3. RFC 4217 §8: a mechanism that is not TLS is
 * a 504. */
static void ftp_tls_keeps_its_order(void)
{
    start(NULL, NULL);
    open_control();
    CU_ASSERT_EQUAL(say("PBSZ 0"), 503);
    CU_ASSERT_EQUAL(say("PROT P"), 503);
    CU_ASSERT_EQUAL(say("AUTH GSSAPI"), 504);
    CU_ASSERT_EQUAL(say("USER ada"), 331);
    CU_ASSERT_EQUAL(say("PASS secret"), 230);
    /* Who logged in before TLS may have been anybody. */
    CU_ASSERT_EQUAL(say("AUTH TLS"), 234);
    CU_ASSERT_EQUAL_FATAL(conn_start_tls(control, tls, CITE, "127.0.0.1"), 0);
    CU_ASSERT_EQUAL(say("PWD"), 530);
    CU_ASSERT_EQUAL(say("AUTH TLS"), 503);
    CU_ASSERT_EQUAL(say("PROT P"), 503);
    CU_ASSERT_EQUAL(say("PBSZ 0"), 200);
    CU_ASSERT_EQUAL(say("PROT S"), 536);
    CU_ASSERT_EQUAL(say("PROT P"), 200);
    CU_ASSERT_EQUAL(say("PROT C"), 200);
    CU_ASSERT_EQUAL(say("CCC"), 502);
    stop();
}

/* RFC 4217 §4.2: a server that wants TLS refuses USER without it; RFC 4217
 * §10.2: and data connections in clear. */
static void ftp_tls_is_required_if_told(void)
{
    start("--require-tls", NULL);
    open_control();
    CU_ASSERT_EQUAL(say("USER ada"), 530);
    CU_ASSERT_EQUAL(say("PASS secret"), 503);
    secure_control();
    CU_ASSERT_EQUAL(say("EPSV"), 229);
    CU_ASSERT_EQUAL(say("RETR ten"), 521);
    CU_ASSERT_EQUAL(say("PBSZ 0"), 200);
    CU_ASSERT_EQUAL(say("PROT C"), 534);
    CU_ASSERT_EQUAL(say("PROT P"), 200);
    stop();
}

/* Bytes behind AUTH TLS that came in clear were put there by somebody else. */
static void ftp_tls_takes_nothing_from_before(void)
{
    start(NULL, NULL);
    open_control();
    CU_ASSERT_EQUAL(
        send(conn_fd(control), "AUTH TLS\r\nUSER eve\r\n", 20, MSG_NOSIGNAL),
        20);
    CU_ASSERT_EQUAL(hear(NULL), 234);
    CU_ASSERT(conn_start_tls(control, tls, CITE, "127.0.0.1") < 0);
    stop();
}

static void ftp_tls_sends_and_takes_files(void)
{
    struct span view;

    start("--require-reuse", NULL);
    open_control();
    secure_control();
    CU_ASSERT_EQUAL(say("PBSZ 0"), 200);
    CU_ASSERT_EQUAL(say("PROT P"), 200);
    CU_ASSERT_EQUAL(say("TYPE I"), 200);
    struct conn *data = open_data("RETR ten");
    CU_ASSERT(conn_facts(data).tls_resumed);
    while (!conn_at_end(data) && conn_view(data).length < 10)
        if (conn_fill(data) < 0)
            break;
    view = conn_view(data);
    CU_ASSERT(span_equal(view, SPAN("0123456789")));
    conn_close(data, CITE);
    CU_ASSERT_EQUAL(hear(NULL), 226);
    data = open_data("STOR new");
    conn_say_begin(data, CITE, "file");
    conn_say_bytes(data, "sealed", 6);
    CU_ASSERT_EQUAL(conn_say_end(data), 0);
    conn_close(data, CITE);
    CU_ASSERT_EQUAL(hear(NULL), 226);
    CU_ASSERT(ftp_holds("new", "sealed"));
    stop();
}

/* The end of the connection without close_notify is not the end of the file:
 * anybody on the way can cut a connection. */
static void ftp_tls_refuses_an_upload_that_was_cut(void)
{
    start(NULL, NULL);
    open_control();
    secure_control();
    CU_ASSERT_EQUAL(say("PBSZ 0"), 200);
    CU_ASSERT_EQUAL(say("PROT P"), 200);
    struct conn *data = open_data("STOR new");
    conn_say_begin(data, CITE, "file");
    conn_say_bytes(data, "half", 4);
    CU_ASSERT_EQUAL(conn_say_end(data), 0);
    shutdown(conn_fd(data), SHUT_WR);
    CU_ASSERT_EQUAL(hear(NULL), 426);
    conn_close(data, CITE);
    CU_ASSERT(access(test_path("root/new"), F_OK) < 0);
    stop();
}

/* ---- the client --------------------------------------------------------- */

static struct test_run run;

/* The client with this option more; what it said stands in `run`. */
static int fetches(const char *scheme, uint16_t port, const char *option)
{
    char url[64];

    snprintf(url, sizeof(url), "%s://127.0.0.1:%u/ten", scheme, port);
    const char *argv[] = {
        "ftp-client", "-v", "-uada:secret", "--max-time", "20",
        "--cacert",   cert, option,         url,          NULL};
    test_run(&run, 30, argv);
    return run.status;
}

/* Where in what was said the text stands; SIZE_MAX: nowhere. */
static size_t place_of(const char *text)
{
    const char *at = strstr(run.err, text);

    return at != NULL ? (size_t)(at - run.err) : SIZE_MAX;
}

static void brought_over_tls(void)
{
    CU_ASSERT_STRING_EQUAL(run.out, "0123456789");
    CU_ASSERT(place_of("C: USER ada\n") < place_of("C: PBSZ 0\n"));
    CU_ASSERT(place_of("C: PBSZ 0\n") < place_of("C: PROT P\n"));
    CU_ASSERT(place_of("C: PROT P\n") < place_of("C: RETR ten\n"));
}

/* RFC 4217 §4.1: AUTH TLS before anything that is worth reading. RFC 4217 §1:
 * with ftps TLS comes before all, AUTH is not said. With both PROT P is asked
 * for: without it data would be in clear (RFC 4217 §9). */
static void ftp_tls_client_secures_both_connections(void)
{
    start("--listen-tls", "127.0.0.1:0");
    CU_ASSERT_EQUAL(fetches("ftp", ftp_port, "--tls"), 0);
    CU_ASSERT(place_of("C: AUTH TLS\n") < place_of("C: USER ada\n"));
    brought_over_tls();
    test_run_free(&run);
    CU_ASSERT_EQUAL(fetches("ftps", ftp_tls_port, "-s"), 0);
    CU_ASSERT_EQUAL(place_of("AUTH"), SIZE_MAX);
    CU_ASSERT(place_of("S: 220 ") < place_of("C: USER ada\n"));
    brought_over_tls();
    test_run_free(&run);
    stop();
}

const struct test tests_ftp_tls[] = {
    {"ftp_tls_keeps_its_order", ftp_tls_keeps_its_order},
    {"ftp_tls_is_required_if_told", ftp_tls_is_required_if_told},
    {"ftp_tls_takes_nothing_from_before", ftp_tls_takes_nothing_from_before},
    {"ftp_tls_sends_and_takes_files", ftp_tls_sends_and_takes_files},
    {"ftp_tls_refuses_an_upload_that_was_cut",
     ftp_tls_refuses_an_upload_that_was_cut},
    {"ftp_tls_client_secures_both_connections",
     ftp_tls_client_secures_both_connections},
    {NULL, NULL},
};

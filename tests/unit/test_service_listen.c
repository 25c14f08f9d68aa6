/* SPDX-License-Identifier: MIT */
/* Why a server can't listen, and what can be done about it, in one sentence. */
#include "common/service.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/harness.h"

static int serve_nobody(struct conn *conn, void *site, struct error *error)
{
    (void)conn, (void)site, (void)error;
    return 0;
}

static void refuses(const char *address, bool tls, enum error_class class,
                    const char *words)
{
    struct service service = {.proto = "test",
                              .standard_port = 80,
                              .serve = serve_nobody,
                              .listeners = {{.address = address, .tls = tls}},
                              .listener_count = 1};
    struct error error = {0};

    CU_ASSERT_EQUAL(service_run(&service, &error), -(int)class);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, words));
}

static void service_listen_wants_an_address_that_can_be_read(void)
{
    static const char *const bad[] = {"example.test:80", "127.0.0.1:65536",
                                      "127.0.0.1:",      "[::1",
                                      "::1]:80",         "",
                                      "123456",          ":",
                                      "127.0.0.1:80:80"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        refuses(bad[i], false, ERROR_USAGE, "is not ADDRESS[:PORT]");
}

static void service_listen_wants_an_address_of_this_machine(void)
{
    refuses("192.0.2.1:0", false, ERROR_LOCAL,
            "listening at 192.0.2.1:0: Cannot assign requested address");
}

/* Holds a port of its own, as another program would. */
static int occupy(char *address, size_t size)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CU_ASSERT_EQUAL(bind(fd, (struct sockaddr *)&at, length), 0);
    CU_ASSERT_EQUAL(listen(fd, 1), 0);
    getsockname(fd, (struct sockaddr *)&at, &length);
    snprintf(address, size, "127.0.0.1:%d", ntohs(at.sin_port));
    return fd;
}

static void service_listen_says_that_another_has_the_port(void)
{
    char taken[80];
    int fd = occupy(taken, sizeof(taken));

    refuses(taken, false, ERROR_LOCAL, "port 0 picks a free one");
    /* A number alone, or after a colon, is a port of 127.0.0.1. */
    refuses(strchr(taken, ':'), false, ERROR_LOCAL, taken);
    refuses(strchr(taken, ':') + 1, false, ERROR_LOCAL, taken);
    close(fd);
}

/* Not everywhere are they kept for root: a SIGTERM that waits already ends the
 * server at once where it may listen. */
static void service_listen_says_who_may_use_a_low_port(void)
{
    struct service service = {.proto = "test",
                              .serve = serve_nobody,
                              .listeners = {{.address = "127.0.0.1:7"}},
                              .listener_count = 1};
    struct error error = {0};
    struct timespec none = {0};
    uid_t uid = geteuid();
    sigset_t set, old;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, &old);
    raise(SIGTERM);
    CU_ASSERT_EQUAL(seteuid(uid == 0 ? 65534 : uid), 0);
    if (service_run(&service, &error) < 0)
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "--listen 127.0.0.1:8080"));
    CU_ASSERT_EQUAL(seteuid(uid), 0);
    sigtimedwait(&set, NULL, &none);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

static void service_listen_wants_a_certificate_for_tls(void)
{
    refuses("127.0.0.1:0", true, ERROR_USAGE,
            "--listen-tls needs --tls-cert and --tls-key");
}

const struct test tests_service_listen[] = {
    {"service_listen_wants_an_address_that_can_be_read",
     service_listen_wants_an_address_that_can_be_read},
    {"service_listen_wants_an_address_of_this_machine",
     service_listen_wants_an_address_of_this_machine},
    {"service_listen_says_that_another_has_the_port",
     service_listen_says_that_another_has_the_port},
    {"service_listen_says_who_may_use_a_low_port",
     service_listen_says_who_may_use_a_low_port},
    {"service_listen_wants_a_certificate_for_tls",
     service_listen_wants_a_certificate_for_tls},
    {NULL, NULL}};

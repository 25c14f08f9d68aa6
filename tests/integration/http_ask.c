/* SPDX-License-Identifier: MIT */
#include "tests/integration/http_ask.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

uint16_t http_ask_port;
static pid_t server;
char http_ask_answer[65536];

void http_ask_start(const char *option, const char *value)
{
    mkdir(test_path("root"), 0755);
    mkdir(test_path("root/sub"), 0755);
    mkdir(test_path("blog"), 0755);
    test_write_file(test_path("root/index.html"), "<p>default</p>\n", 15);
    test_write_file(test_path("root/ten"), "0123456789", 10);
    test_write_file(test_path("blog/index.html"), "<p>blog</p>\n", 12);
    test_write_file(test_path("secret"), "not served\n", 11);

    static char blog[512];
    snprintf(blog, sizeof(blog), "blog.test=%s", test_path("blog"));
    const char *argv[] = {
        "http-server", "--listen", "127.0.0.1:0", "--root", test_path("root"),
        "--host",      blog,       "--lab",       option,   value,
        NULL};
    server = test_start(argv, &http_ask_port, 1);
}

void http_ask_stop(void)
{
    CU_ASSERT_EQUAL(test_stop(server), 0);
}

int http_ask_connect(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(http_ask_port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CU_ASSERT_EQUAL_FATAL(
        connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

/* Sends the bytes and reads until the server closes; all of it in
 * http_ask_answer. */
const char *http_ask_bytes(const char *request, size_t length)
{
    int fd = http_ask_connect();
    size_t used = 0;
    ssize_t got;

    CU_ASSERT_EQUAL(send(fd, request, length, MSG_NOSIGNAL), (ssize_t)length);
    shutdown(fd, SHUT_WR);
    while (used + 1 < sizeof(http_ask_answer) &&
           (got = recv(fd, http_ask_answer + used,
                       sizeof(http_ask_answer) - 1 - used, 0)) > 0)
        used += (size_t)got;
    http_ask_answer[used] = '\0';
    close(fd);
    return http_ask_answer;
}

bool http_ask_has(const char *text)
{
    return strstr(http_ask_answer, text) != NULL;
}

int http_ask_status(void)
{
    return strncmp(http_ask_answer, "HTTP/1.1 ", 9) == 0
               ? atoi(http_ask_answer + 9)
               : -1;
}

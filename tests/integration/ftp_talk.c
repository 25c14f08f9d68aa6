/* SPDX-License-Identifier: MIT */
#include "tests/integration/ftp_talk.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPTIONS_MAX = 24, PATIENCE_MS = 20000 };

uint16_t ftp_port, ftp_tls_port;
int ftp_control = -1;
char ftp_reply[1 << 17];
char ftp_data_text[65536];
static pid_t server;

void ftp_start(const char *const *more)
{
    const char *argv[OPTIONS_MAX + 8] = {"ftp-server", "--listen",
                                         "127.0.0.1:0"};
    uint16_t ports[2] = {0, 0};
    size_t count = 3, listeners = 1;

    mkdir(test_path("root"), 0755);
    mkdir(test_path("root/sub"), 0755);
    test_write_file(test_path("root/text"), "one\ntwo\n", 8);
    test_write_file(test_path("root/ten"), "0123456789", 10);
    test_write_file(test_path("root/sub/inner"), "in\n", 3);
    test_write_file(test_path("secret"), "not served\n", 11);
    test_write_file(test_path("accounts"), "ada:secret\n", 11);
    argv[count++] = "--root";
    argv[count++] = test_path("root");
    argv[count++] = "--accounts";
    argv[count++] = test_path("accounts");
    for (size_t i = 0; more != NULL && more[i] != NULL; i++) {
        listeners += strcmp(more[i], "--listen-tls") == 0;
        argv[count++] = more[i];
    }
    argv[count] = NULL;
    server = test_start(argv, ports, listeners);
    ftp_port = ports[0];
    ftp_tls_port = ports[1];
}

void ftp_stop(void)
{
    ftp_leave();
    CU_ASSERT_EQUAL(test_stop(server), 0);
}

static int connect_to(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CU_ASSERT_EQUAL_FATAL(
        connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

/* ---- the control connection --------------------------------------------- */

/* One byte more; false: the end, or nothing for too long. */
static bool hear_byte(int fd, char *byte)
{
    struct pollfd poller = {.fd = fd, .events = POLLIN};

    return poll(&poller, 1, PATIENCE_MS) == 1 && recv(fd, byte, 1, 0) == 1;
}

/* RFC 959 §4.2: the last line has a space behind the code of the first. */
int ftp_hear(void)
{
    size_t length = 0, line = 0;

    while (length + 1 < sizeof(ftp_reply) &&
           hear_byte(ftp_control, ftp_reply + length)) {
        if (ftp_reply[length++] != '\n')
            continue;
        ftp_reply[length] = '\0';
        if (length - line > 4 && ftp_reply[line + 3] == ' ' &&
            strncmp(ftp_reply + line, ftp_reply, 3) == 0)
            return atoi(ftp_reply);
        line = length;
    }
    ftp_reply[length] = '\0';
    return -1;
}

void ftp_send(const char *bytes, size_t length)
{
    CU_ASSERT_EQUAL(send(ftp_control, bytes, length, MSG_NOSIGNAL),
                    (ssize_t)length);
}

int ftp_say(const char *format, ...)
{
    char line[16384];
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(line, sizeof(line) - 2, format, arguments);
    va_end(arguments);
    memcpy(line + length, "\r\n", 2);
    ftp_send(line, (size_t)length + 2);
    return ftp_hear();
}

bool ftp_told(const char *text)
{
    return strstr(ftp_reply, text) != NULL;
}

int ftp_connect(void)
{
    ftp_leave();
    ftp_control = connect_to(ftp_port);
    return ftp_hear();
}

void ftp_enter(void)
{
    CU_ASSERT_EQUAL(ftp_connect(), 220);
    CU_ASSERT_EQUAL(ftp_say("USER ada"), 331);
    CU_ASSERT_EQUAL(ftp_say("PASS secret"), 230);
}

void ftp_leave(void)
{
    if (ftp_control >= 0)
        close(ftp_control);
    ftp_control = -1;
}

/* ---- data connections --------------------------------------------------- */

int ftp_passive(void)
{
    const char *bars;

    CU_ASSERT_EQUAL_FATAL(ftp_say("EPSV"), 229);
    bars = strstr(ftp_reply, "|||");
    CU_ASSERT_PTR_NOT_NULL_FATAL(bars);
    return connect_to((uint16_t)atoi(bars + 3));
}

int ftp_listen(uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    bind(listener, (struct sockaddr *)&address, size);
    listen(listener, 1);
    getsockname(listener, (struct sockaddr *)&address, &size);
    *port = ntohs(address.sin_port);
    return listener;
}

const char *ftp_data_read(int fd)
{
    size_t length = 0;

    while (length + 1 < sizeof(ftp_data_text) &&
           hear_byte(fd, ftp_data_text + length))
        length++;
    ftp_data_text[length] = '\0';
    close(fd);
    return ftp_data_text;
}

int ftp_fetch(const char *command)
{
    int fd = ftp_passive(), code = ftp_say("%s", command);

    ftp_data_text[0] = '\0';
    if (code / 100 != 1) {
        close(fd);
        return code;
    }
    ftp_data_read(fd);
    return ftp_hear();
}

int ftp_put(const char *command, const char *data, size_t length)
{
    int fd = ftp_passive(), code = ftp_say("%s", command);

    if (code / 100 == 1 && length > 0)
        CU_ASSERT_EQUAL(send(fd, data, length, MSG_NOSIGNAL), (ssize_t)length);
    close(fd);
    return code / 100 == 1 ? ftp_hear() : code;
}

bool ftp_holds(const char *name, const char *want)
{
    char path[512];
    size_t length;

    snprintf(path, sizeof(path), "%s/%s", test_path("root"), name);
    char *text = test_read_file(path, &length);
    bool same = text != NULL && length == strlen(want) &&
                memcmp(text, want, length) == 0;
    free(text);
    return same;
}

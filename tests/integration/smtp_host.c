/* SPDX-License-Identifier: MIT */
#include "tests/integration/smtp_host.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/deadline.h"

enum { WAIT_MS = 30000, NAMES_MAX = 16384 };

/* ---- the server --------------------------------------------------------- */

void smtp_host_start(struct smtp_host *host, const char *name,
                     const char *const *more)
{
    static const char accounts[] = "bob:secret\nalice@east.test:secret\n";
    char domain[64], listen[32], mx[64];
    const char *argv[40] = {"smtp-server", "--domain",  domain,
                            "--name",      mx,          "--maildir",
                            host->folder,  "--accounts"};
    size_t count = 8;

    host->name = name;
    snprintf(host->folder, sizeof(host->folder), "%s", test_path(name));
    snprintf(domain, sizeof(domain), "%s.test", name);
    snprintf(mx, sizeof(mx), "mx.%s.test", name);
    snprintf(listen, sizeof(listen), "127.0.0.1:%u", host->port);
    mkdir(host->folder, 0700);
    test_write_file(test_path("accounts"), accounts, sizeof(accounts) - 1);
    argv[count++] = test_path("accounts");
    argv[count++] = "--listen";
    argv[count++] = listen;
    while (more && *more)
        argv[count++] = *more++;
    host->pid = test_start(argv, &host->port, 1);
}

void smtp_host_stop(struct smtp_host *host)
{
    CU_ASSERT_EQUAL(test_stop(host->pid), 0);
}

void smtp_host_kill(struct smtp_host *host)
{
    kill(host->pid, SIGKILL);
    test_stop(host->pid);
}

/* ---- asking ------------------------------------------------------------- */

int smtp_host_connect(const struct smtp_host *host)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(host->port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct timeval patience = {.tv_sec = 30};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    close(fd);
    return -1;
}

const char *smtp_host_ask(const struct smtp_host *host, const char *bytes,
                          size_t length)
{
    static char answer[256 * 1024];
    int fd = smtp_host_connect(host);
    size_t used = 0;
    ssize_t got;

    CU_ASSERT_FATAL(fd >= 0);
    CU_ASSERT_EQUAL(send(fd, bytes, length, MSG_NOSIGNAL), (ssize_t)length);
    shutdown(fd, SHUT_WR);
    while (used + 1 < sizeof(answer) &&
           (got = recv(fd, answer + used, sizeof(answer) - 1 - used, 0)) > 0)
        used += (size_t)got;
    answer[used] = '\0';
    close(fd);
    return answer;
}

const char *smtp_host_codes(const char *answer)
{
    static char codes[16 * 1024];
    size_t at = 0;

    codes[0] = '\0';
    for (const char *line = answer; *line && at + 8 < sizeof(codes);) {
        const char *end = strstr(line, "\r\n");

        if (!end)
            break;
        if (end - line >= 4 && line[3] == ' ')
            at += (size_t)snprintf(codes + at, sizeof(codes) - at, "%s%.3s",
                                   at ? " " : "", line);
        line = end + 2;
    }
    return codes;
}

/* ---- mailboxes ---------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of the files, sorted; the caller frees each. */
static size_t list(const char *path, char *names[NAMES_MAX], const char *end)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    size_t count = 0;

    if (!folder)
        return 0;
    while ((entry = readdir(folder)) != NULL && count < NAMES_MAX) {
        size_t length = strlen(entry->d_name);

        if (entry->d_name[0] == '.' || length < strlen(end) ||
            strcmp(entry->d_name + length - strlen(end), end) != 0)
            continue;
        names[count++] = strdup(entry->d_name);
    }
    closedir(folder);
    qsort(names, count, sizeof(*names), by_name);
    return count;
}

static size_t count_files(const char *path, const char *end)
{
    char *names[NAMES_MAX];
    size_t count = list(path, names, end);

    for (size_t i = 0; i < count; i++)
        free(names[i]);
    return count;
}

size_t smtp_host_mail(const struct smtp_host *host, const char *account)
{
    char path[700];

    snprintf(path, sizeof(path), "%s/%s/new", host->folder, account);
    return count_files(path, "");
}

bool smtp_host_gets(const struct smtp_host *host, const char *account,
                    size_t count)
{
    deadline_ns deadline = deadline_in_ms(WAIT_MS);

    while (smtp_host_mail(host, account) < count && !deadline_passed(deadline))
        poll(NULL, 0, 5);
    return smtp_host_mail(host, account) == count;
}

char *smtp_host_read(const struct smtp_host *host, const char *account,
                     size_t index, size_t *length)
{
    char path[700], file[1400], *names[NAMES_MAX], *text = NULL;
    size_t count;

    snprintf(path, sizeof(path), "%s/%s/new", host->folder, account);
    count = list(path, names, "");
    if (index < count) {
        snprintf(file, sizeof(file), "%s/%s", path, names[index]);
        text = test_read_file(file, length);
    }
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    return text;
}

void smtp_host_each(const struct smtp_host *host, const char *account,
                    void (*each)(void *context, const char *text,
                                 size_t length),
                    void *context)
{
    char path[700], file[1400], *names[NAMES_MAX];
    size_t count, length = 0;

    snprintf(path, sizeof(path), "%s/%s/new", host->folder, account);
    count = list(path, names, "");
    for (size_t i = 0; i < count; i++) {
        snprintf(file, sizeof(file), "%s/%s", path, names[i]);
        char *text = test_read_file(file, &length);
        if (text)
            each(context, text, length);
        free(text);
        free(names[i]);
    }
}

size_t smtp_host_queued(const struct smtp_host *host)
{
    char path[700];

    snprintf(path, sizeof(path), "%s/.queue", host->folder);
    return count_files(path, ".envelope");
}

bool smtp_host_drains(const struct smtp_host *host)
{
    deadline_ns deadline = deadline_in_ms(WAIT_MS);

    while (smtp_host_queued(host) > 0 && !deadline_passed(deadline))
        poll(NULL, 0, 5);
    return smtp_host_queued(host) == 0;
}

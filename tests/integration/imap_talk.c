/* SPDX-License-Identifier: MIT */
/* imap_talk: imap-server, and bare connections that play a transcript. */
#include "tests/integration/imap_talk.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

pid_t imap_server;
uint16_t imap_port;

static void start(const char *const *more)
{
    static char mail[256], accounts[256];
    const char *argv[16] = {"imap-server", "--maildir", mail,
                            "--accounts",  accounts,    "--listen",
                            "127.0.0.1:0"};

    snprintf(mail, sizeof(mail), "%s", test_path("mail"));
    snprintf(accounts, sizeof(accounts), "%s", test_path("accounts"));
    test_write_file(accounts, "ada:lovelace\n", 13);
    mkdir(mail, 0700);
    mkdir(test_path("mail/ada"), 0700);
    mkdir(test_path("mail/ada/tmp"), 0700);
    mkdir(test_path("mail/ada/new"), 0700);
    mkdir(test_path("mail/ada/cur"), 0700);
    for (size_t i = 0; more[i]; i++)
        argv[7 + i] = more[i];
    imap_server = test_start(argv, &imap_port, 1);
    CU_ASSERT_FATAL(imap_server > 0);
}

void imap_start(const char *more)
{
    start((const char *[]){more ? more : "--insecure-auth", NULL});
}

void imap_start_traced(const char *file)
{
    start((const char *[]){"--insecure-auth", "--trace", file, NULL});
}

void imap_start_tls(void)
{
    struct test_certificate made;

    test_certificate(&made);
    start(
        (const char *[]){"--tls-cert", made.cert, "--tls-key", made.key, NULL});
}

void imap_stop(void)
{
    CU_ASSERT_EQUAL(test_stop(imap_server), 0);
}

void imap_open(struct imap_wire *wire)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(imap_port)};
    struct timeval patience = {.tv_sec = 60};
    int yes = 1;
    char line[512];

    wire->length = 0;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    wire->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(wire->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    /* A line and its end are two writes: neither shall wait for the other. */
    setsockopt(wire->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    CU_ASSERT_EQUAL_FATAL(connect(wire->fd, (struct sockaddr *)&to, sizeof(to)),
                          0);
    CU_ASSERT_FATAL(imap_line(wire, line, sizeof(line)));
    CU_ASSERT_EQUAL(strncmp(line, "* OK [CAPABILITY IMAP4rev1", 26), 0);
}

void imap_close(struct imap_wire *wire)
{
    close(wire->fd);
}

void imap_send(struct imap_wire *wire, const void *data, size_t length)
{
    const char *next = data;

    while (length > 0) {
        ssize_t sent = send(wire->fd, next, length, MSG_NOSIGNAL);

        if (sent <= 0)
            return; /* the server has closed: what it said tells why */
        next += sent;
        length -= (size_t)sent;
    }
}

bool imap_more(struct imap_wire *wire)
{
    ssize_t got = wire->length == sizeof(wire->in)
                      ? 0
                      : recv(wire->fd, wire->in + wire->length,
                             sizeof(wire->in) - wire->length, 0);

    if (got > 0)
        wire->length += (size_t)got;
    return got > 0;
}

static void drop(struct imap_wire *wire, size_t length)
{
    wire->length -= length;
    memmove(wire->in, wire->in + length, wire->length);
}

bool imap_line(struct imap_wire *wire, char *line, size_t size)
{
    const char *lf;
    size_t length;

    while ((lf = memchr(wire->in, '\n', wire->length)) == NULL)
        if (!imap_more(wire))
            return false;
    length = (size_t)(lf - wire->in);
    snprintf(line, size, "%.*s", length ? (int)length - 1 : 0, wire->in);
    drop(wire, length + 1);
    return true;
}

bool imap_octets(struct imap_wire *wire, void *data, size_t length)
{
    char *next = data;

    while (length > 0) {
        size_t part = wire->length < length ? wire->length : length;

        if (part == 0 && !imap_more(wire))
            return false;
        memcpy(next, wire->in, part);
        drop(wire, part);
        next += part;
        length -= part;
    }
    return true;
}

static size_t unescape(const char *text, size_t length, char *out)
{
    size_t made = 0;

    for (size_t i = 0; i < length; i++) {
        if (text[i] != '\\' || i + 1 == length) {
            out[made++] = text[i];
            continue;
        }
        switch (text[++i]) {
        case 'r':
            out[made++] = '\r';
            break;
        case 'n':
            out[made++] = '\n';
            break;
        case '0':
            out[made++] = '\0';
            break;
        case 'x':
            out[made++] =
                (char)strtol((char[]){text[i + 1], text[i + 2], 0}, NULL, 16);
            i += 2;
            break;
        default:
            out[made++] = text[i];
        }
    }
    return made;
}

static bool matches(const char *line, const char *want, size_t length)
{
    if (length > 0 && want[length - 1] == '*')
        return strncmp(line, want, length - 1) == 0;
    return strlen(line) == length && memcmp(line, want, length) == 0;
}

static void hear(struct imap_wire *wire, char how, const char *want,
                 size_t length)
{
    char line[8192] = "(nothing)", octets[4096];
    bool same = false;

    if (how == '=') {
        size_t count = unescape(want, length, octets);

        same =
            imap_octets(wire, line, count) && memcmp(line, octets, count) == 0;
        line[count] = '\0';
    } else {
        while (imap_line(wire, line, sizeof(line)) &&
               !(same = matches(line, want, length)) && how == '~')
            ;
    }
    if (!same)
        printf("\n    S%c %.*s\n    but: %s\n", how, (int)length, want, line);
    CU_ASSERT_FATAL(same);
}

void imap_play(struct imap_wire *wire, const char *script)
{
    char octets[4096];

    while (*script) {
        size_t length = strcspn(script, "\n");
        const char *text = script + (length > 3 ? 3 : length);
        size_t size = length > 3 ? length - 3 : 0;

        if (script[0] == 'C' && script[1] == '=') {
            imap_send(wire, octets, unescape(text, size, octets));
        } else if (script[0] == 'C') {
            imap_send(wire, text, size);
            imap_send(wire, "\r\n", 2);
        } else if (script[0] == 'S') {
            hear(wire, script[1], text, size);
        }
        script += length + (script[length] == '\n');
    }
}

void imap_enter(struct imap_wire *wire)
{
    imap_open(wire);
    imap_play(wire, "C: in LOGIN ada lovelace\n"
                    "S: in OK*\n"
                    "C: se SELECT INBOX\n"
                    "S~ se OK [READ-WRITE]*\n");
}

const char *imap_file(const char *name)
{
    char path[256];

    snprintf(path, sizeof(path), "mail/ada/%s", name);
    return test_path(path);
}

void imap_letter(const char *name, const char *octets)
{
    test_write_file(imap_file(name), octets, strlen(octets));
}

/* The number after `field` in a file of /proc; 0: it has none. */
static long proc_number(const char *pid, const char *file, const char *field)
{
    char path[300], line[256];
    FILE *open;
    long number = 0;

    snprintf(path, sizeof(path), "/proc/%s/%s", pid, file);
    open = fopen(path, "re");
    while (open && fgets(line, sizeof(line), open))
        if (strncmp(line, field, strlen(field)) == 0)
            number = strtol(line + strlen(field), NULL, 10);
    if (open)
        fclose(open);
    return number;
}

/* Of each child of the server what it shares with nobody, summed. */
long imap_memory_kib(void)
{
    DIR *proc = opendir("/proc");
    const struct dirent *entry;
    long sum = 0;

    while (proc && (entry = readdir(proc)) != NULL)
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
            proc_number(entry->d_name, "status", "PPid:") == imap_server)
            sum += proc_number(entry->d_name, "smaps_rollup", "Private_Dirty:");
    if (proc)
        closedir(proc);
    return sum;
}

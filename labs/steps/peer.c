/* SPDX-License-Identifier: MIT */
/*
 * peer: the server that a step has to cope with. It listens on 127.0.0.1, says
 * where ("ready 127.0.0.1:PORT"), and plays a script to the first who connects:
 *
 *     S: text    is sent with CR LF; \r \n \0 \\ \xNN are escapes
 *     S= text    is sent without
 *     F: 4096    so many letters x are sent
 *     C: text    a line is heard; at the end, or when it is not this one (a *
 *                at its end stands for anything), the script is over
 *     C! text    the same, and the line is printed: it can be read here
 *     C< text    lines are heard up to this one; without text, up to the end
 *     ? text     the lines below it that are indented are played only when the
 *                line heard last begins with this
 *     W: 0.5     waits so many seconds, or until the other side says something
 *     E:         closes, when the other side has closed too
 *     R:         breaks off: what has not arrived is lost
 *     T: name    begins TLS, with key and certificate of name.pem
 *     L: address listens there for a data connection
 *     A:         and accepts it
 *     P: address connects from there to the port of the EPRT heard last
 *     D: text    is sent over the data connection, with CR LF
 *     D.         closes the data connection
 *     # text     is for the reader
 *
 * In what is sent %lines are those that "C<" heard, %port is the port of "L:",
 * and %pasv is the same as PASV tells it.
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Octets of a line of a script, of a line that is heard. */
#define LINE_SIZE 4096
/* Seconds after which a peer that nobody talks to is gone. */
#define LIFE_S 60

struct peer {
    int fd;
    SSL *tls; /* NULL: in clear */
    char heard[LINE_SIZE];
    unsigned long lines;  /* that the last "C<" heard */
    char text[LINE_SIZE]; /* what has come and is not heard yet */
    size_t used;
    int listener, data; /* -1: none */
    unsigned int port;  /* of the listener */
};

/* ---- sockets ------------------------------------------------------------- */

static struct sockaddr_in address_of(const char *host, unsigned int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};

    if (inet_pton(AF_INET, host, &address.sin_addr) != 1)
        errx(1, "%s is not an IPv4 address", host);
    address.sin_port = htons((uint16_t)port);
    return address;
}

/* Listens at a free port of this address. */
static int wait_at(const char *host, unsigned int *port)
{
    struct sockaddr_in address = address_of(host, 0);
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) < 0 ||
        listen(fd, 4) < 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) < 0)
        err(1, "%s", host);
    *port = ntohs(address.sin_port);
    return fd;
}

static int accept_one(int listener)
{
    int fd = accept(listener, NULL, NULL);

    if (fd < 0)
        err(1, "accept");
    return fd;
}

/* From an address of ours to the port that "EPRT |1|127.0.0.1|PORT|" tells. */
static int connect_from(const char *host, const char *eprt)
{
    struct sockaddr_in here = address_of(host, 0), there;
    char name[INET_ADDRSTRLEN];
    unsigned int port;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (sscanf(eprt, "EPRT |1|%15[0-9.]|%5u|", name, &port) != 2)
        errx(1, "no EPRT was heard");
    there = address_of(name, port);
    if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof(here)) < 0 ||
        connect(fd, (struct sockaddr *)&there, sizeof(there)) < 0)
        err(1, "%s", name);
    return fd;
}

/* ---- octets and lines ---------------------------------------------------- */

/* The other side may have had enough: that is its right. */
static void send_all(struct peer *peer, const char *octets, size_t length)
{
    while (length > 0) {
        ssize_t n;

        if (peer->tls != NULL)
            n = SSL_write(peer->tls, octets, (int)length);
        else
            n = send(peer->fd, octets, length, 0);
        if (n <= 0)
            return;
        octets += n;
        length -= (size_t)n;
    }
}

/* The next line, in peer->heard; false at the end. */
static bool hear(struct peer *peer)
{
    char *end;

    while ((end = memchr(peer->text, '\n', peer->used)) == NULL) {
        size_t room = sizeof(peer->text) - 1 - peer->used;
        char *to = peer->text + peer->used;
        ssize_t n;

        if (peer->tls != NULL)
            n = SSL_read(peer->tls, to, (int)room);
        else
            n = recv(peer->fd, to, room, 0);
        if (n <= 0)
            return false;
        peer->used += (size_t)n;
    }
    *end = '\0';
    snprintf(peer->heard, sizeof(peer->heard), "%s", peer->text);
    peer->heard[strcspn(peer->heard, "\r")] = '\0';
    peer->used -= (size_t)(end + 1 - peer->text);
    memmove(peer->text, end + 1, peer->used);
    return true;
}

static bool is_like(const char *wanted, const char *got)
{
    size_t length = strlen(wanted);

    if (length > 0 && wanted[length - 1] == '*')
        return strncmp(wanted, got, length - 1) == 0;
    return strcmp(wanted, got) == 0;
}

/* ---- the lines of a script ----------------------------------------------- */

/* The text with %lines, %port and %pasv in their places. */
static void fill_in(const struct peer *peer, const char *text, char *filled)
{
    size_t used = 0;

    while (*text != '\0' && used < LINE_SIZE - 32) {
        char *to = filled + used;
        if (strncmp(text, "%lines", 6) == 0) {
            used += (size_t)sprintf(to, "%lu", peer->lines);
            text += 6;
        } else if (strncmp(text, "%port", 5) == 0) {
            used += (size_t)sprintf(to, "%u", peer->port);
            text += 5;
        } else if (strncmp(text, "%pasv", 5) == 0) {
            used += (size_t)sprintf(to, "%u,%u", peer->port >> 8,
                                    peer->port & 0xff);
            text += 5;
        } else {
            filled[used++] = *text++;
        }
    }
    filled[used] = '\0';
}

/* The escapes' octets, in place; their number. */
static size_t unescape(char *text)
{
    static const char letters[] = "rn0", octets[] = "\r\n\0";
    char *in = text, *out = text;

    while (*in != '\0') {
        const char *known;
        unsigned int octet;

        if (in[0] != '\\' || in[1] == '\0') {
            *out++ = *in++;
        } else if (sscanf(in, "\\x%2x", &octet) == 1) {
            *out++ = (char)octet;
            in += 4;
        } else {
            known = strchr(letters, in[1]);
            *out++ = known != NULL ? octets[known - letters] : in[1];
            in += 2;
        }
    }
    return (size_t)(out - text);
}

static void flood(struct peer *peer, unsigned long length)
{
    char some[4096];

    memset(some, 'x', sizeof(some));
    for (; length > sizeof(some); length -= sizeof(some))
        send_all(peer, some, sizeof(some));
    send_all(peer, some, length);
}

static void begin_tls(struct peer *peer, const char *name)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    char file[LINE_SIZE];

    snprintf(file, sizeof(file), "%.200s.pem", name);
    if (SSL_CTX_use_certificate_chain_file(context, file) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, file, SSL_FILETYPE_PEM) != 1)
        errx(1, "%s is no certificate with its key", file);
    peer->tls = SSL_new(context);
    SSL_CTX_free(context);
    SSL_set_fd(peer->tls, peer->fd);
    /* The client may not like our certificate. */
    if (SSL_accept(peer->tls) != 1)
        exit(0);
}

static void listen_to(struct peer *peer, char kind, const char *wanted)
{
    bool until = kind == '<', got = hear(peer);

    for (peer->lines = 0; until && got; peer->lines++)
        got = (*wanted == '\0' || !is_like(wanted, peer->heard)) && hear(peer);
    if (until)
        return;
    if (!got)
        exit(0);
    if (!is_like(wanted, peer->heard)) {
        printf("the peer awaited \"%s\", and heard: %s\n", wanted, peer->heard);
        exit(0);
    }
    const char *where = peer->tls != NULL ? "under TLS" : "on the wire";
    if (kind == '!')
        printf("%s: %s\n", where, peer->heard);
}

/* Says that we are done, and waits until the other side is: a close with
 * octets unread would be a reset, which eats what we sent. */
static void say_goodbye(struct peer *peer)
{
    char rest[4096];

    shutdown(peer->fd, SHUT_WR);
    while (recv(peer->fd, rest, sizeof(rest), 0) > 0)
        ;
    close(peer->fd);
}

/* A close that does not wait for anything is a reset (RFC 9293 §3.9.1.6). */
static void break_off(struct peer *peer)
{
    struct linger none = {.l_onoff = 1, .l_linger = 0};

    setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
    close(peer->fd);
}

/* FLAT: one line of a script. */
static void play(struct peer *peer, const char *kind, char *text)
{
    struct pollfd one = {peer->fd, POLLIN, 0};

    switch (kind[0]) {
    case 'S':
        if (kind[1] == ':')
            strcat(text, "\\r\\n");
        send_all(peer, text, unescape(text));
        break;
    case 'F':
        flood(peer, strtoul(text, NULL, 10));
        break;
    case 'C':
        listen_to(peer, kind[1], text);
        break;
    case 'W':
        if (peer->used == 0)
            poll(&one, 1, (int)(1000 * strtod(text, NULL)));
        break;
    case 'E':
        say_goodbye(peer);
        break;
    case 'R':
        break_off(peer);
        break;
    case 'T':
        begin_tls(peer, text);
        break;
    case 'L':
        peer->listener = wait_at(text, &peer->port);
        break;
    case 'A':
        peer->data = accept_one(peer->listener);
        break;
    case 'P':
        peer->data = connect_from(text, peer->heard);
        break;
    case 'D':
        if (kind[1] == '.')
            close(peer->data);
        else
            dprintf(peer->data, "%s\r\n", text);
        break;
    default:
        errx(1, "not a line of a script: %s%s", kind, text);
    }
}

static void play_all(struct peer *peer, FILE *script)
{
    char line[LINE_SIZE], text[LINE_SIZE];
    bool listed = true;

    while (fgets(line, sizeof(line), script) != NULL) {
        char *start = line + strspn(line, " ");
        bool indented = start != line;

        start[strcspn(start, "\n")] = '\0';
        if (*start == '\0' || *start == '#' || (indented && !listed))
            continue;
        if (*start == '?') {
            start += strspn(start, "? ");
            listed = strncmp(peer->heard, start, strlen(start)) == 0;
            continue;
        }
        fill_in(peer, start + 2 + (start[1] != '\0' && start[2] == ' '), text);
        play(peer, start, text);
    }
}

int main(int argc, char **argv)
{
    static struct peer peer = {.listener = -1, .data = -1};
    unsigned int port;

    if (argc != 2)
        errx(2, "usage: peer SCRIPT");
    signal(SIGPIPE, SIG_IGN);
    alarm(LIFE_S);

    FILE *script = fopen(argv[1], "r");
    if (script == NULL)
        err(1, "%s", argv[1]);
    int listener = wait_at("127.0.0.1", &port);
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("ready 127.0.0.1:%u\n", port);
    peer.fd = accept_one(listener);
    play_all(&peer, script);
    /* The connection is open until the other side closes it. */
    while (hear(&peer))
        ;
    fclose(script);
    return 0;
}

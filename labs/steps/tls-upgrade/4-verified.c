/* SPDX-License-Identifier: MIT */
/*
 * 4-verified: nobody listens, but who is it that we talk to?
 *
 * 3-again is content with any certificate, a stranger's as well, and sends him
 * the password, sealed. A certificate counts when somebody we trust has signed
 * it (RFC 5280 §6) and it names the host that we meant (RFC 9525 §6). Whom we
 * trust stands in the system's list, or in the file that $SSL_CERT_FILE names.
 */
#include <err.h>
#include <netdb.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Octets of a line with CR LF (RFC 2449 §4). */
#define LINE_SIZE 512

struct server {
    int fd;
    SSL *tls;             /* NULL: in clear */
    char text[LINE_SIZE]; /* what has come and is not heard yet */
    size_t used;          /* octets of it */
    /* From its list of capabilities: */
    bool takes_user;
    bool takes_stls;
};

/* A connection to a server. Deliberately to the first of its IPv4 addresses
 * only; the ladder of connections tries them all, and with a deadline. */
static int dial(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    struct addrinfo *first;
    int problem = getaddrinfo(host, port, &hints, &first);

    if (problem != 0)
        errx(1, "%s: %s", host, gai_strerror(problem));
    int fd = socket(first->ai_family, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, first->ai_addr, first->ai_addrlen) < 0)
        err(1, "%s", host);
    freeaddrinfo(first);
    return fd;
}

/* The next line, without its end. */
static void hear(struct server *s, char line[LINE_SIZE])
{
    char *end;

    while ((end = memchr(s->text, '\n', s->used)) == NULL) {
        size_t room = sizeof(s->text) - s->used;
        ssize_t length;

        if (s->tls != NULL)
            length = SSL_read(s->tls, s->text + s->used, (int)room);
        else
            length = recv(s->fd, s->text + s->used, room, 0);
        if (length <= 0)
            errx(1, room == 0 ? "too long a line" : "the server closed");
        s->used += (size_t)length;
    }
    snprintf(line, LINE_SIZE, "%.*s", (int)strcspn(s->text, "\r\n"), s->text);
    s->used -= (size_t)(end + 1 - s->text);
    memmove(s->text, end + 1, s->used);
    printf("S: %s\n", line);
}

/* Says a command; whether the server agrees. */
static bool ask(struct server *s, const char *command)
{
    char line[LINE_SIZE];

    printf("C: %s\n", command);
    snprintf(line, sizeof(line), "%s\r\n", command);
    if (s->tls != NULL)
        SSL_write(s->tls, line, (int)strlen(line));
    else
        send(s->fd, line, strlen(line), 0);
    hear(s, line);
    return strncmp(line, "+OK", 3) == 0;
}

/* Asks what the server can. */
static void learn(struct server *s)
{
    char line[LINE_SIZE];

    s->takes_user = s->takes_stls = false;
    if (!ask(s, "CAPA"))
        return;
    do {
        hear(s, line);
        if (strcmp(line, "USER") == 0)
            s->takes_user = true;
        if (strcmp(line, "STLS") == 0)
            s->takes_stls = true;
    } while (strcmp(line, ".") != 0);
}

/* From here on all octets go through TLS, and `host` is at its other end. */
static void upgrade(struct server *s, const char *host)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());

    if (!ask(s, "STLS"))
        errx(1, "no TLS");
    SSL_CTX_set_default_verify_paths(context);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    s->tls = SSL_new(context);
    SSL_CTX_free(context);
    SSL_set_fd(s->tls, s->fd);
    SSL_set1_host(s->tls, host);
    if (SSL_connect(s->tls) != 1)
        errx(1, "the handshake failed (certificate: %s)",
             X509_verify_cert_error_string(SSL_get_verify_result(s->tls)));
    printf("-- %s --\n", SSL_get_version(s->tls));
}

int main(int argc, char **argv)
{
    char greeting[LINE_SIZE];

    if (argc != 3)
        errx(2, "usage: tls-upgrade HOST PORT");
    /* What is printed shows at once, in a pipe too. */
    setvbuf(stdout, NULL, _IONBF, 0);
    /* That the server has closed is told by the next hear(). */
    signal(SIGPIPE, SIG_IGN);

    struct server s = {.fd = dial(argv[1], argv[2])};
    hear(&s, greeting);
    learn(&s);
    if (s.takes_stls) {
        upgrade(&s, argv[1]);
        learn(&s);
    }
    if (!s.takes_user)
        printf("the server offers no log-in\n");
    else if (ask(&s, "USER alice"))
        ask(&s, "PASS wonderland");
    ask(&s, "QUIT");
    SSL_free(s.tls);
    close(s.fd);
    return 0;
}

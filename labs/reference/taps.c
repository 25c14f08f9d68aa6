/* SPDX-License-Identifier: MIT */
/*
 * taps: functions that libcurl, libssh2 and OpenSSL call, and we stand behind.
 *
 * The dynamic linker looks for a name in the program first: what is defined
 * here is what a library's call reaches. Each calls the next of that name, the
 * real one, and tells what has passed. This file is linked into
 * reference-client and into nothing else.
 */
#include <dlfcn.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "labs/reference/tap.h"

/* Not those of <sys/socket.h> alone: with its fortification the compiler calls
 * another name. */
ssize_t __recv_chk(int fd, void *data, size_t length, size_t room, int flags);

/* The next function of that name. An object's address as a function's: ISO C
 * has no conversion, POSIX has the bytes. */
static void next_of(const char *name, void *function, size_t size)
{
    void *found = dlsym(RTLD_NEXT, name);

    if (!found)
        abort();
    memcpy(function, &found, size);
}

#define NEXT(name) next_of(#name, &next, sizeof(next))

ssize_t send(int fd, const void *data, size_t length, int flags)
{
    static ssize_t (*next)(int, const void *, size_t, int);
    int64_t begun_ns = tap_now();
    ssize_t n;

    if (!next)
        NEXT(send);
    n = next(fd, data, length, flags);
    if (n > 0)
        tap_passed(fd, TRACE_DIR_OUT, data, (size_t)n, begun_ns);
    return n;
}

ssize_t recv(int fd, void *data, size_t length, int flags)
{
    static ssize_t (*next)(int, void *, size_t, int);
    ssize_t n;

    if (!next)
        NEXT(recv);
    n = next(fd, data, length, flags);
    if (n > 0 && !(flags & MSG_PEEK))
        tap_passed(fd, TRACE_DIR_IN, data, (size_t)n, 0);
    return n;
}

ssize_t __recv_chk(int fd, void *data, size_t length, size_t room, int flags)
{
    if (length > room)
        abort();
    return recv(fd, data, length, flags);
}

int SSL_connect(SSL *ssl)
{
    static int (*next)(SSL *);
    int result;

    if (!next)
        NEXT(SSL_connect);
    tap_tls_enter(ssl);
    result = next(ssl);
    tap_tls_leave();
    return result;
}

int SSL_read(SSL *ssl, void *data, int length)
{
    static int (*next)(SSL *, void *, int);
    int n;

    if (!next)
        NEXT(SSL_read);
    tap_tls_enter(ssl);
    n = next(ssl, data, length);
    tap_tls_leave();
    if (n > 0)
        tap_plain(ssl, TRACE_DIR_IN, data, (size_t)n, 0);
    return n;
}

int SSL_write(SSL *ssl, const void *data, int length)
{
    static int (*next)(SSL *, const void *, int);
    int64_t begun_ns = tap_now();
    int n;

    if (!next)
        NEXT(SSL_write);
    tap_tls_enter(ssl);
    n = next(ssl, data, length);
    tap_tls_leave();
    if (n > 0)
        tap_plain(ssl, TRACE_DIR_OUT, data, (size_t)n, begun_ns);
    return n;
}

int SSL_shutdown(SSL *ssl)
{
    static int (*next)(SSL *);
    int result;

    if (!next)
        NEXT(SSL_shutdown);
    tap_tls_enter(ssl);
    result = next(ssl);
    tap_tls_leave();
    return result;
}

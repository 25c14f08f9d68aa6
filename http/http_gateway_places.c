/* SPDX-License-Identifier: MIT */
/*
 * http_gateway_places: a gateway's settings, and how many requests it has
 * under way at once, counted over all its processes.
 *
 * Each connection has a process of its own, so the count must be shared, and
 * must come right again when a process dies in the middle. The kernel's record
 * locks do both: a place is one byte of a file that all processes inherit,
 * taken by locking it. When a process ends, however it ends, its locks do too.
 */
#include "http/http_gateway.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int lock(int fd, int place, short type)
{
    struct flock range = {
        .l_type = type, .l_whence = SEEK_SET, .l_start = place, .l_len = 1};
    int result;

    do
        result = fcntl(fd, F_SETLK, &range);
    while (result < 0 && errno == EINTR);
    return result;
}

int http_gateway_take_place(const struct http_gateway *gateway)
{
    for (int place = 0; place < gateway->max; place++)
        if (lock(gateway->places, place, F_WRLCK) == 0)
            return place;
    return -1;
}

void http_gateway_give_place(const struct http_gateway *gateway, int place)
{
    lock(gateway->places, place, F_UNLCK);
}

/* Who we are in Via: a pseudonym is a token (RFC 9110 §7.6.3). */
static int choose_pseudonym(struct http_gateway *gateway, struct error *error)
{
    const char *host = getenv("WIRELAB_HOST");
    size_t size = sizeof(gateway->pseudonym);

    if (gateway->name)
        host = gateway->name;
    if (host)
        strncpy(gateway->pseudonym, host, size - 1);
    else if (gethostname(gateway->pseudonym, size - 1) < 0)
        strcpy(gateway->pseudonym, "gateway");
    if (!http_is_token(span_of(gateway->pseudonym)))
        return error_set(error, ERROR_USAGE,
                         "--gateway-name takes one word, as it is to stand in "
                         "Via (RFC 9110 §7.6.3)");
    return 0;
}

int http_gateway_set_up(struct http_gateway *gateway, struct error *error)
{
    int result = http_url_read(&gateway->backend, gateway->url, error);

    if (result < 0)
        return result;
    if (gateway->backend.tls || strcmp(gateway->backend.target, "/") != 0)
        return error_set(error, ERROR_USAGE,
                         "--gateway takes http://HOST[:PORT] and no path: "
                         "paths are passed on as they come");
    if (gateway->max == 0)
        gateway->max = HTTP_GATEWAY_MAX;
    if (gateway->timeout_ms == 0)
        gateway->timeout_ms = HTTP_GATEWAY_TIMEOUT_MS;
    gateway->places = memfd_create("gateway-places", MFD_CLOEXEC);
    if (gateway->places < 0)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "counting the requests under way");
    return choose_pseudonym(gateway, error);
}

void http_gateway_free(struct http_gateway *gateway)
{
    if (gateway->url && gateway->places > 0)
        close(gateway->places);
    http_url_free(&gateway->backend);
}

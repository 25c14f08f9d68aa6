/* SPDX-License-Identifier: MIT */
/*
 * A request of any bytes, as our server reads it: header, framing, target. Fed
 * whole and byte by byte; the two must agree, and a target that is taken never
 * climbs.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/http_server.h"

static struct http_exchange x;
static const struct http_site site = {.root = "/srv"};

static enum parse read_head(struct span input, size_t step, size_t *used)
{
    struct error error = {0};
    enum parse outcome = PARSE_MORE;

    *used = 0;
    http_head_start(&x.request, HTTP_REQUEST);
    while (outcome == PARSE_MORE && *used < input.length) {
        size_t left = input.length - *used, taken;
        struct span piece = {input.data + *used, left < step ? left : step};

        outcome = http_head_read(&x.request, piece, &taken, &error);
        *used += taken;
    }
    return outcome;
}

static void check_path(const char *path)
{
    size_t length = strlen(path);

    if (strcmp(path, "*") == 0)
        return;
    if (path[0] != '/' || strstr(path, "/../") || length >= HTTP_LINE_MAX)
        abort();
    if (length >= 3 && strcmp(path + length - 3, "/..") == 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = {(const char *)data, size};
    struct http_framing framing;
    struct error error = {0};
    size_t whole_used, used;
    enum parse whole = read_head(input, size ? size : 1, &whole_used);
    int refusal = x.request.refusal;

    if (read_head(input, 1, &used) != whole || x.request.refusal != refusal)
        abort();
    if (whole == PARSE_BROKEN && refusal == 0)
        abort(); /* the server would not know what to answer */
    if (whole != PARSE_DONE)
        return 0;
    if (used != whole_used)
        abort();
    x.error = &error;
    x.site = &site;
    if (http_framing_of_request(&framing, &x.request, &error) == 0 &&
        http_target_read(&x) == 0)
        check_path(x.path);
    return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * http_target: what a request is about. RFC 9112 §3.2 and §3.3: the target's
 * four forms, and Host, which says which of the sites at this address is meant.
 */
#include "http/http_server.h"

#include <stdio.h>
#include <string.h>

static int refuse(struct http_exchange *x, int status, const char *reason)
{
    error_set(x->error, ERROR_PROTOCOL, "%s", reason);
    return status;
}

/* ---- Host --------------------------------------------------------------- */

/* uri-host [":" port] of RFC 9110 §7.2, by the characters it may have. */
static bool is_host(struct span text)
{
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.data[i];
        bool plain = (byte >= '0' && byte <= '9') ||
                     ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') ||
                     (byte != '\0' && strchr("-._~%!$&'()*+;=[]:", byte));
        if (!plain)
            return false;
    }
    return text.length > 0 && text.data[0] != ':';
}

/* The name alone: no port, no final dot. */
static struct span bare_host(struct span host)
{
    size_t end = 0;

    if (host.length > 0 && host.data[0] == '[')
        while (end < host.length && host.data[end] != ']')
            end++;
    while (end < host.length && host.data[end] != ':')
        end++;
    while (end > 1 && host.data[end - 1] == '.')
        end--;
    return (struct span){host.data, end};
}

/* NOTE(http-vhost): one address, many sites: Host decides. */
static const char *find_root(const struct http_site *site, struct span host)
{
    struct span name = bare_host(host);

    for (size_t i = 0; i < site->host_count; i++)
        if (span_equal_nocase(name, span_of(site->hosts[i].name)))
            return site->hosts[i].root;
    return site->root[0] ? site->root : NULL;
}

/* RFC 9112 §3.2: an HTTP/1.1 request without Host, or with two, or with one
 * that can't be, is answered with 400. HTTP/1.0 did without: such a request
 * means the default site. */
static int read_host(struct http_exchange *x, struct span *host)
{
    size_t count = http_head_count(&x->request, "Host");

    *host = http_head_field(&x->request, "Host");
    if (count > 1)
        return refuse(x, 400, "more than one Host (RFC 9112 §3.2)");
    if (count == 0 && x->request.version_minor > 0)
        return refuse(x, 400,
                      "an HTTP/1.1 request without Host (RFC 9112 §3.2)");
    if (count == 1 && !is_host(*host))
        return refuse(x, 400, "Host names no host (RFC 9112 §3.2)");
    return 0;
}

/* ---- the path ----------------------------------------------------------- */

/* Decodes %XX. A NUL would end the path early where C reads it; half an escape
 * means nothing: false for both. */
static bool decode(struct span text, char *path)
{
    size_t at = 0;

    for (size_t i = 0; i < text.length; i++) {
        int byte = (unsigned char)text.data[i];

        if (byte == '%') {
            if (text.length - i < 3)
                return false;
            int high = text_hex_digit(text.data[i + 1]);
            int low = text_hex_digit(text.data[i + 2]);

            byte = high * 16 + low;
            if (high < 0 || low < 0 || byte == 0)
                return false;
            i += 2;
        }
        path[at++] = (char)byte;
    }
    path[at] = '\0';
    return true;
}

/* True when a segment of the decoded path is ".."; clients resolve those
 * themselves (RFC 3986 §5.2.4), so one that is left means no good. */
static bool climbs(const char *path)
{
    for (const char *at = path; (at = strstr(at, "..")) != NULL; at += 2)
        if ((at == path || at[-1] == '/') && (at[2] == '/' || at[2] == '\0'))
            return true;
    return false;
}

static int read_path(struct http_exchange *x, struct span target)
{
    const char *mark = memchr(target.data, '?', target.length);

    x->query = (struct span){NULL, 0};
    if (mark) {
        size_t length = (size_t)(mark - target.data);
        x->query = (struct span){mark + 1, target.length - length - 1};
        target.length = length;
    }
    if (target.length >= sizeof(x->path))
        return refuse(x, 414, "the target is longer than we read");
    if (!decode(target, x->path))
        return refuse(x, 400,
                      "the target's percent-encoding is broken (RFC "
                      "3986 §2.1)");
    if (climbs(x->path))
        return refuse(x, 400,
                      "the target climbs out with .. (RFC 3986 §5.2.4)");
    return 0;
}

/* ---- the forms of a target ---------------------------------------------- */

/* RFC 9112 §3.2.2: "http://host/path", as to a proxy; a server must take it
 * too, and the host in it counts, not the field. */
static bool cut_absolute(struct span *target, struct span *host)
{
    const struct span schemes[] = {SPAN("http://"), SPAN("https://")};

    for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
        struct span start = {target->data, schemes[i].length};
        if (target->length < start.length ||
            !span_equal_nocase(start, schemes[i]))
            continue;
        target->data += start.length;
        target->length -= start.length;
        const char *slash = memchr(target->data, '/', target->length);
        size_t length = slash ? (size_t)(slash - target->data) : target->length;
        *host = (struct span){target->data, length};
        target->data += length;
        target->length -= length;
        if (target->length == 0)
            *target = SPAN("/");
        return true;
    }
    return false;
}

int http_target_read(struct http_exchange *x)
{
    struct span target = x->request.target, host;
    int status = read_host(x, &host);

    if (status != 0)
        return status;
    if (cut_absolute(&target, &host) && !is_host(host))
        return refuse(x, 400, "the target names no host (RFC 9112 §3.2.2)");
    x->root = find_root(x->site, host);
    if (!x->root && !x->site->gateway)
        return refuse(x, 421, "this server has no such site (RFC 9110 §7.4)");
    x->target = target;
    x->asterisk = span_equal(target, SPAN("*"));
    if (x->asterisk) {
        strcpy(x->path, "*");
        x->query = (struct span){NULL, 0};
        return span_equal(x->request.method, SPAN("OPTIONS"))
                   ? 0
                   : refuse(x, 400, "* is for OPTIONS (RFC 9112 §3.2.4)");
    }
    if (target.data[0] != '/')
        return refuse(x, 400, "the target is no path (RFC 9112 §3.2.1)");
    return read_path(x, target);
}

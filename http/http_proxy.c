/* SPDX-License-Identifier: MIT */
/* http_proxy: the way through a proxy. The contract is in http_proxy.h. */
#include "http/http_proxy.h"

#include <stdio.h>
#include <string.h>

/* ---- what the command line says ----------------------------------------- */

/* curl's own default, for a proxy whose URL names no port. */
#define PROXY_PORT 1080

/* "proxy.example.test" and "http://proxy.example.test" name no port, and then
 * libcurl says 80 for both: only the text tells. */
static bool names_port(const char *text)
{
    const char *authority = strstr(text, "://");
    const char *end;

    authority = authority ? authority + 3 : text;
    end = authority + strcspn(authority, "/?#");
    while (end > authority && end[-1] >= '0' && end[-1] <= '9')
        end--;
    return end > authority && end[-1] == ':';
}

static int make_credentials(struct http_proxy *proxy,
                            const struct http_options *options,
                            struct error *error)
{
    const struct client_options asked = {.user = options->proxy_user};
    struct login login;
    int result = http_login_find(&login, &proxy->url, &asked, error);

    if (result == 1 && !options->client.insecure_auth)
        result = error_set(error, ERROR_INSECURE,
                           "the log-in at the proxy would go in clear text: "
                           "--insecure-auth if all may read it (RFC 7617 §4)");
    if (result == 1 &&
        !http_basic_write(proxy->credentials, sizeof(proxy->credentials),
                          login.user, login.password))
        result = error_set(error, ERROR_USAGE, "the log-in is too long");
    login_wipe(&login);
    return result < 0 ? result : 0;
}

int http_proxy_make(struct http_proxy *proxy,
                    const struct http_options *options, struct error *error)
{
    int result;

    if (!options->proxy)
        return 0;
    if (http_field_given(&options->fields, "Proxy-Authorization"))
        return error_set(error, ERROR_USAGE,
                         "the log-in at a proxy is given by -U, so that the "
                         "origin never sees it (RFC 9110 §11.7.2)");
    if ((result = http_url_read(&proxy->url, options->proxy, error)) < 0)
        return result;
    if (proxy->url.tls || strcmp(proxy->url.target, "/") != 0)
        return error_set(error, ERROR_USAGE,
                         "-x takes http://HOST[:PORT]: the way to a proxy is "
                         "clear text");
    if (!names_port(options->proxy))
        proxy->url.port = PROXY_PORT;
    return make_credentials(proxy, options, error);
}

void http_proxy_free(struct http_proxy *proxy)
{
    http_url_free(&proxy->url);
    explicit_bzero(proxy->credentials, sizeof(proxy->credentials));
}

int http_proxy_log_in(struct conn *conn, const struct http_proxy *proxy)
{
    char value[HTTP_LINE_MAX + 8];
    int result;

    if (!proxy || !proxy->credentials[0])
        return 0;
    snprintf(value, sizeof(value), "Basic %s", proxy->credentials);
    result = http_field_say(conn, SPAN("Proxy-Authorization"), span_of(value));
    explicit_bzero(value, sizeof(value));
    return result;
}

/* ---- a tunnel ----------------------------------------------------------- */

/* RFC 9112 §3.2.3: host and port, and nothing else. */
static int say_connect(struct http_client *client, const struct http_url *url)
{
    const char *authority = strstr(url->origin, "://") + 3;
    struct conn *conn = client->conn;
    int result;

    if ((result = conn_say_begin(conn, RFC("9110", "9.3.6"), "CONNECT")) < 0 ||
        (result = conn_say_line(conn, "CONNECT %s HTTP/1.1", authority)) < 0 ||
        (result = conn_say_line(conn, "Host: %s", authority)) < 0 ||
        (result = conn_say_line(conn, "User-Agent: wirelab")) < 0 ||
        (result = http_proxy_log_in(conn, client->proxy)) < 0 ||
        (result = conn_say_line(conn, "%s", "")) < 0)
        return result;
    return conn_say_end(conn);
}

/* What a proxy says instead of opening a tunnel is no answer of the origin's,
 * and must not be taken for one. */
static int refused(struct http_client *client, const struct http_url *url)
{
    struct error *error = client->setup.error;
    struct span reason = client->head.reason;

    error_set_peer(error, reason.data, reason.length);
    if (client->head.status == 407)
        return error_set(error, ERROR_AUTH,
                         "the proxy wants a log-in (-U), or another one "
                         "(RFC 9110 §15.5.8)");
    return error_set(error, ERROR_REFUSED,
                     "the proxy opens no tunnel to %s: it answers %d",
                     url->authority, client->head.status);
}

/* Any 2xx opens the tunnel, and its header is followed by the server's bytes
 * at once: RFC 9110 §9.3.6. */
static int open_tunnel(struct http_client *client, const struct http_url *url)
{
    const struct http_request request = {.method = "CONNECT", .url = url};
    struct span piece;
    int result;

    if ((result = say_connect(client, url)) < 0 ||
        (result = http_client_hear_head(client, &request)) < 0)
        return result;
    do
        result = http_client_hear_piece(client, &piece);
    while (result == 0 && piece.length > 0 &&
           client->body.content < HTTP_SKIP_MAX);
    if (result < 0)
        return result;
    if (client->head.status >= 300)
        return refused(client, url);
    conn_note(client->conn, RFC("9110", "9.3.6"), "tunnel",
              "from here on the proxy only carries bytes: to %s and back",
              url->authority);
    /* What was exchanged so far was with the proxy, not with the server. */
    client->exchanges = 0;
    return 0;
}

int http_proxy_connect(struct http_client *client, const struct http_url *url)
{
    const struct http_url *proxy = &client->proxy->url;
    int result = conn_open(&client->conn, &client->setup, RFC("9110", "3.7"),
                           proxy->host, proxy->port);

    if (result == 0)
        conn_note(client->conn, RFC("9110", "3.7"), "proxy",
                  "%s is asked by way of a proxy", url->authority);
    return result < 0 || !url->tls ? result : open_tunnel(client, url);
}

/* SPDX-License-Identifier: MIT */
/* http-client -x: what a proxy hears, and what it must not. */
#include <stdio.h>
#include <string.h>

#include "tests/harness.h"

/* Plays `script` as the proxy, asks for `url` by way of it, and checks exit
 * code and standard output. */
static void ask(const char *script, const char *url, const char *log_in,
                int status, const char *out)
{
    char proxy[64];
    struct test_run run;
    uint16_t port;
    pid_t peer = test_peer(script, &port);

    snprintf(proxy, sizeof(proxy), "127.0.0.1:%u", port);
    const char *argv[] = {"http-client",
                          "-x",
                          proxy,
                          "--max-time",
                          "5",
                          url,
                          "--insecure-auth",
                          log_in ? "-U" : NULL,
                          log_in,
                          NULL};
    test_run(&run, 20, argv);
    CU_ASSERT_EQUAL(run.status, status);
    CU_ASSERT_STRING_EQUAL(run.out, out);
    test_run_free(&run);
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
}

/* RFC 9110 §3.7: the proxy is who is connected to; the name in the URL is its
 * to look up, and none that we could. RFC 9112 §3.2.2: it is told the whole
 * URL, and Host all the same. */
static void http_proxy_is_told_the_whole_url(void)
{
    ask("C: GET http://www.test/a?b=c HTTP/1.1\n"
        "C: Host: www.test\n"
        "C: User-Agent: wirelab\n"
        "C: Accept: */*\n"
        "C:\n"
        "S: HTTP/1.1 200 OK\n"
        "S: Content-Length: 3\n"
        "S:\n"
        "S= hi\\n\n",
        "http://www.test/a?b=c#d", NULL, 0, "hi\n");
}

/* RFC 9110 §11.7.2. A 407 is an answer like any other, as it is to curl. */
static void http_proxy_gets_its_log_in(void)
{
    ask("C: GET http://www.test:8080/ HTTP/1.1\n"
        "C: Host: www.test:8080\n"
        "C: User-Agent: wirelab\n"
        "C: Accept: */*\n"
        "C: Proxy-Authorization: Basic dTpw\n"
        "C:\n"
        "S: HTTP/1.1 407 Proxy Authentication Required\n"
        "S: Proxy-Authenticate: Basic realm=\"x\"\n"
        "S: Content-Length: 2\n"
        "S:\n"
        "S= no\n",
        "http://www.test:8080/", "u:p", 0, "no");
}

#define CONNECT                          \
    "C: CONNECT www.test:443 HTTP/1.1\n" \
    "C: Host: www.test:443\n"            \
    "C: User-Agent: wirelab\n"

/* RFC 9110 §9.3.6: what the proxy says is no answer of the origin's. */
static void http_proxy_that_opens_no_tunnel_is_not_the_origin(void)
{
    ask(CONNECT "C:\n"
                "S: HTTP/1.1 407 Proxy Authentication Required\n"
                "S: Content-Length: 8\n"
                "S:\n"
                "S= a forged\n",
        "https://www.test/", NULL, 6, "");
    ask(CONNECT "C: Proxy-Authorization: Basic dTpw\n"
                "C:\n"
                "S: HTTP/1.1 502 Bad Gateway\n"
                "S:\n"
                "S= a forged page\n"
                "E:\n",
        "https://www.test/", "u:p", 1, "");
    ask(CONNECT "C:\nS: HTTP/1.1 302 Found\nS: Location: http://evil.test/\n"
                "S: Content-Length: 0\nS:\n",
        "https://www.test/", NULL, 1, "");
}

/* Bytes that come before the handshake are nobody's that we trust. */
static void http_proxy_can_not_speak_before_the_handshake(void)
{
    ask(CONNECT "C:\n"
                "S= HTTP/1.1 200 OK\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\n\\r\\n\n",
        "https://www.test/", NULL, 4, "");
}

/* The way to a proxy is clear text, and -H would go to the origin too. */
static void http_proxy_log_in_is_refused_where_it_could_leak(void)
{
    static const char *const commands[][8] = {
        {"http-client", "-x", "127.0.0.1:9", "-U", "u:p", "http://www.test/",
         NULL},
        {"http-client", "-x", "u:p@127.0.0.1:9", "http://www.test/", NULL},
        {"http-client", "-x", "https://127.0.0.1:9", "http://www.test/", NULL},
        {"http-client", "-x", "127.0.0.1:9", "-H",
         "proxy-authorization: Basic dTpw", "http://www.test/", NULL}};
    static const int status[] = {4, 4, 2, 2};

    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
        struct test_run run;

        test_run(&run, 20, commands[i]);
        CU_ASSERT_EQUAL(run.status, status[i]);
        CU_ASSERT_PTR_NULL(strstr(run.err, "u:p"));
        test_run_free(&run);
    }
}

const struct test tests_http_proxy[] = {
    {"http_proxy_is_told_the_whole_url", http_proxy_is_told_the_whole_url},
    {"http_proxy_gets_its_log_in", http_proxy_gets_its_log_in},
    {"http_proxy_that_opens_no_tunnel_is_not_the_origin",
     http_proxy_that_opens_no_tunnel_is_not_the_origin},
    {"http_proxy_can_not_speak_before_the_handshake",
     http_proxy_can_not_speak_before_the_handshake},
    {"http_proxy_log_in_is_refused_where_it_could_leak",
     http_proxy_log_in_is_refused_where_it_could_leak},
    {NULL, NULL}};

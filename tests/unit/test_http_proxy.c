/* SPDX-License-Identifier: MIT */
/* What -x and -U make of a proxy. */
#include "http/http_proxy.h"

#include <string.h>

#include "tests/harness.h"

static struct http_proxy proxy;
static struct error error;

static int make(const char *url, const char *user, bool insecure)
{
    struct http_options options = {.proxy = url,
                                   .proxy_user = user,
                                   .client = {.insecure_auth = insecure}};

    error = (struct error){0};
    proxy = (struct http_proxy){0};
    return http_proxy_make(&proxy, &options, &error);
}

/* As curl has it: 1080 when no port is named, though 80 be the scheme's. */
static void proxy_port_is_1080_unless_said(void)
{
    static const struct {
        const char *url, *host;
        uint16_t port;
    } cases[] = {
        {"proxy.test", "proxy.test", 1080},
        {"http://proxy.test", "proxy.test", 1080},
        {"http://proxy.test/", "proxy.test", 1080},
        {"proxy.test:80", "proxy.test", 80},
        {"http://proxy.test:80/", "proxy.test", 80},
        {"192.0.2.81:3128", "192.0.2.81", 3128},
        {"[::1]", "::1", 1080},
        {"[::1]:8080", "::1", 8080},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        CU_ASSERT_EQUAL(make(cases[i].url, NULL, false), 0);
        CU_ASSERT_STRING_EQUAL(proxy.url.host, cases[i].host);
        CU_ASSERT_EQUAL(proxy.url.port, cases[i].port);
        CU_ASSERT_STRING_EQUAL(proxy.credentials, "");
        http_proxy_free(&proxy);
    }
}

static void proxy_takes_a_log_in_from_either_place(void)
{
    CU_ASSERT_EQUAL(make("u:p@proxy.test", NULL, true), 0);
    CU_ASSERT_STRING_EQUAL(proxy.credentials, "dTpw");
    http_proxy_free(&proxy);
    CU_ASSERT_EQUAL(make("proxy.test", "u:p", true), 0);
    CU_ASSERT_STRING_EQUAL(proxy.credentials, "dTpw");
    http_proxy_free(&proxy);
    CU_ASSERT_STRING_EQUAL(proxy.credentials, "");
    CU_ASSERT_EQUAL(make("proxy.test", "u:p", false), -ERROR_INSECURE);
    http_proxy_free(&proxy);
}

static void proxy_is_reached_in_clear_text_only(void)
{
    CU_ASSERT_EQUAL(make("https://proxy.test", NULL, false), -ERROR_USAGE);
    http_proxy_free(&proxy);
    CU_ASSERT(make("socks5://proxy.test", NULL, false) < 0);
    http_proxy_free(&proxy);
    CU_ASSERT_EQUAL(make("http://proxy.test/path", NULL, false), -ERROR_USAGE);
    http_proxy_free(&proxy);
}

const struct test tests_http_proxy[] = {
    {"proxy_port_is_1080_unless_said", proxy_port_is_1080_unless_said},
    {"proxy_takes_a_log_in_from_either_place",
     proxy_takes_a_log_in_from_either_place},
    {"proxy_is_reached_in_clear_text_only",
     proxy_is_reached_in_clear_text_only},
    {NULL, NULL}};

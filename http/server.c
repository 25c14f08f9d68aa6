/* SPDX-License-Identifier: MIT */
/* http-server: serves folders, one a name, and what the labs need beside. */
#include <stdio.h>

#include "common/options.h"
#include "common/service.h"
#include "http/http_gateway.h"
#include "http/http_memory.h"
#include "http/http_server.h"

static struct http_site site;
static struct http_gateway gateway;
static struct service service = {.proto = "http",
                                 .standard_port = 80,
                                 .standard_tls_port = 443,
                                 .serve = http_server_serve,
                                 .site = &site};
static struct server_options server;
static struct option_list hosts;
static const char *root;

static const struct option_spec table[] = {
    {0, "root", "DIR", OPTION_TEXT, &root, "serve this folder"},
    {0, "host", "NAME=DIR", OPTION_LIST, &hosts,
     "serve DIR to those who ask for NAME"},
    {0, "writable", NULL, OPTION_FLAG, &site.writable, "allow PUT and DELETE"},
    {0, "lab", NULL, OPTION_FLAG, &site.lab,
     "answer the paths that the labs use"},
    {0, "idle-timeout", "SECONDS", OPTION_SECONDS, &site.idle_ms,
     "close after so long without a request"},
    {0, "gateway", "URL", OPTION_TEXT, &gateway.url,
     "serve nothing: pass requests on to this server"},
    {0, "gateway-max", "N", OPTION_COUNT, &gateway.max,
     "at most N at once, 503 for more"},
    {0, "gateway-timeout", "SECONDS", OPTION_SECONDS, &gateway.timeout_ms,
     "504 when it takes longer to answer"},
    {0, "gateway-name", "NAME", OPTION_TEXT, &gateway.name,
     "who we are in Via (this host's name)"},
    SERVER_OPTIONS(&server, &service),
    OPTIONS_END};

/* What to serve: folders, or what another server has. */
static int set_up(struct error *error)
{
    if (service.accounts_file &&
        accounts_read(&site.accounts, service.accounts_file, error) < 0)
        return -(int)error->class;
    site.memory = http_memory_open(error);
    if (!site.memory)
        return -(int)error->class;
    if (!gateway.url)
        return http_site_fill(&site, root, &hosts, error);
    if (root || hosts.count > 0)
        return error_set(error, ERROR_USAGE,
                         "a gateway serves nothing of its own: --gateway "
                         "goes without --root and --host");
    site.gateway = &gateway;
    return http_gateway_set_up(&gateway, error);
}

static void tidy_up(void)
{
    http_site_free(&site);
    http_memory_close(site.memory);
    accounts_free(&site.accounts);
    http_gateway_free(&gateway);
}

int main(int argc, char **argv)
{
    static const struct server_program program = {.name = "http-server",
                                                  .synopsis =
                                                      "--root DIR [options]",
                                                  .table = table,
                                                  .options = &server,
                                                  .service = &service,
                                                  .set_up = set_up,
                                                  .tidy_up = tidy_up};

    return server_main(&program, argc, argv);
}

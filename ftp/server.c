/* SPDX-License-Identifier: MIT */
/* ftp-server: serves a folder, to those who have an account or to everybody. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "common/options.h"
#include "common/service.h"
#include "ftp/ftp_server.h"

static struct ftp_site site;
static struct service service = {.proto = "ftp",
                                 .standard_port = FTP_PORT,
                                 .standard_tls_port = FTP_TLS_PORT,
                                 .serve = ftp_server_serve,
                                 .site = &site};
static struct ftp_site site = {.root.fd = -1, .tls = &service.tls};
static struct server_options server;
static const char *root, *passive, *advertise;

static const struct option_spec table[] = {
    {0, "root", "DIR", OPTION_TEXT, &root, "serve this folder"},
    {0, "anonymous", NULL, OPTION_FLAG, &site.anonymous,
     "who logs in as anonymous may read"},
    {0, "read-only", NULL, OPTION_FLAG, &site.read_only, "nobody may write"},
    {0, "keep-partial", NULL, OPTION_FLAG, &site.keep_partial,
     "keep what has come of an upload that broke off"},
    {0, "passive-ports", "A-B", OPTION_TEXT, &passive,
     "wait for data connections at these ports"},
    {0, "advertise", "ADDR", OPTION_TEXT, &advertise,
     "the IPv4 address that a 227 tells"},
    {0, "require-tls", NULL, OPTION_FLAG, &site.require_tls,
     "no password and no file in clear"},
    {0, "require-reuse", NULL, OPTION_FLAG, &site.require_reuse,
     "data connections must resume a TLS session"},
    {0, "idle-timeout", "SECONDS", OPTION_SECONDS, &site.idle_ms,
     "hang up after so long without a command"},
    {0, "data-timeout", "SECONDS", OPTION_SECONDS, &site.data_ms,
     "end a transfer after so long without a byte"},
    SERVER_OPTIONS(&server, &service),
    OPTIONS_END};

static int read_passive(struct error *error)
{
    const char *hyphen = passive != NULL ? strchr(passive, '-') : NULL;
    uint64_t from = 0, to = 0;

    if (passive == NULL)
        return 0;
    if (hyphen == NULL ||
        !text_to_u64((struct span){passive, (size_t)(hyphen - passive)},
                     UINT16_MAX, &from) ||
        !text_to_u64(span_of(hyphen + 1), UINT16_MAX, &to) || from == 0 ||
        from > to)
        return error_set(error, ERROR_USAGE,
                         "--passive-ports %s: it is FROM-TO, both from 1 to "
                         "65535",
                         passive);
    site.passive_from = (uint16_t)from;
    site.passive_to = (uint16_t)to;
    return 0;
}

static int set_up(struct error *error)
{
    if (root == NULL)
        return error_set(error, ERROR_USAGE, "what to serve? --root DIR");
    if (service.accounts_file == NULL && !site.anonymous)
        return error_set(error, ERROR_USAGE,
                         "nobody could log in: --accounts FILE, --anonymous");
    if (advertise != NULL &&
        inet_pton(AF_INET, advertise, &site.advertise) != 1)
        return error_set(error, ERROR_USAGE,
                         "--advertise %s: that is no IPv4 address", advertise);
    if (site.require_tls && service.cert_count == 0)
        return error_set(error, ERROR_USAGE,
                         "--require-tls needs --tls-cert and --tls-key");
    if (read_passive(error) < 0)
        return -(int)error->class;
    if (service.accounts_file != NULL &&
        accounts_read(&site.accounts, service.accounts_file, error) < 0)
        return -(int)error->class;
    return ftp_root_open(&site.root, root, error);
}

static void tidy_up(void)
{
    ftp_root_close(&site.root);
    accounts_free(&site.accounts);
}

int main(int argc, char **argv)
{
    static const struct server_program program = {.name = "ftp-server",
                                                  .synopsis =
                                                      "--root DIR [options]",
                                                  .table = table,
                                                  .options = &server,
                                                  .service = &service,
                                                  .set_up = set_up,
                                                  .tidy_up = tidy_up};

    return server_main(&program, argc, argv);
}

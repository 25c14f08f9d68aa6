/* SPDX-License-Identifier: MIT */
/* ftp-client: lists, fetches and stores files, and shows what was said. */
#include <stdio.h>

#include "common/error.h"
#include "common/options.h"
#include "ftp/ftp_client.h"

static struct ftp_options options;

static const struct option_spec table[] = {
    {0, "active", NULL, OPTION_FLAG, &options.active,
     "the server connects to us (EPRT, PORT)"},
    {0, "ascii", NULL, OPTION_FLAG, &options.ascii,
     "as text: line ends are converted (TYPE A)"},
    {'B', "use-ascii", NULL, OPTION_FLAG, &options.ascii, "the same"},
    {0, "tls", NULL, OPTION_FLAG, &options.tls, "AUTH TLS or nothing"},
    {0, "ssl-reqd", NULL, OPTION_FLAG, &options.tls, "the same"},
    {0, "disable-epsv", NULL, OPTION_FLAG, &options.disable_epsv,
     "PASV, not EPSV"},
    {0, "disable-eprt", NULL, OPTION_FLAG, &options.disable_eprt,
     "PORT, not EPRT"},
    {'T', "upload-file", "FILE", OPTION_TEXT, &options.upload,
     "without a command: put this file (-: standard input)"},
    {'C', "continue-at", "OFFSET", OPTION_TEXT, &options.resume,
     "go on at OFFSET (-: where the receiving side ends)"},
    {'o', "output", "FILE", OPTION_TEXT, &options.output,
     "write to FILE (DIR/: into that folder)"},
    {'s', "silent", NULL, OPTION_FLAG, &options.silent, "show no progress"},
    CLIENT_OPTIONS(&options.client),
    OPTIONS_END};

static const char synopsis[] =
    "[options] ftp[s]://[USER@]HOST[:PORT]/PATH "
    "[ls | nlst | mlsd | get [NAME...] | cat [NAME...] | mget PATTERN | "
    "put FILE... | append FILE | rm | mkdir | rmdir | mv FROM TO | size | "
    "mdtm]";

int main(int argc, char **argv)
{
    struct error error = {0};
    struct ftp_work *work = NULL;
    int result = options_parse(table, &argc, argv, &error);

    if (result == 0 && options.client.help) {
        options_help(stdout, "ftp-client", synopsis, table);
        return 0;
    }
    if (result == 0)
        result =
            ftp_work_start(&work, &options, argc > 1 ? argv[1] : NULL, &error);
    if (result < 0)
        error_print("ftp-client", &error);
    else
        result = ftp_work_do(work, argc > 2 ? argv[2] : NULL, argv + 3,
                             argc > 2 ? (size_t)argc - 3 : 0);
    bool told = result < 0;
    result = ftp_work_end(work, result);
    options_secret_free(&options.client.user);
    if (result < 0 && !told)
        error_print("ftp-client", &error);
    return -result;
}

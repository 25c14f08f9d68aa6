/* SPDX-License-Identifier: MIT */
/* reference-client: what our clients do, done by libcurl, the same trace. */
#include <curl/curl.h>
#include <stdio.h>

#include "common/options.h"
#include "labs/reference/reference.h"

static struct reference_options options;

static const struct option_spec table[] = {
    {'X', "request", "METHOD", OPTION_TEXT, &options.method,
     "use this method or command"},
    {'d', "data", "DATA", OPTION_TEXT, &options.data, "POST this"},
    {'T', "upload-file", "FILE", OPTION_TEXT, &options.upload,
     "send this file (-: standard input)"},
    {'H', "header", "NAME: VALUE", OPTION_LIST, &options.fields,
     "send this field"},
    {'I', "head", NULL, OPTION_FLAG, &options.head, "ask for the header only"},
    {'o', "output", "FILE", OPTION_TEXT, &options.output, "write to FILE"},
    {'r', "range", "RANGE", OPTION_TEXT, &options.range, "these parts only"},
    {'L', "location", NULL, OPTION_FLAG, &options.follow, "follow redirects"},
    {'0', "http1.0", NULL, OPTION_FLAG, &options.http_1_0, "speak HTTP/1.0"},
    {0, "compressed", NULL, OPTION_FLAG, &options.compressed,
     "allow content codings, and unpack them"},
    {0, "mail-from", "ADDRESS", OPTION_TEXT, &options.mail_from,
     "the sender of the mail"},
    {0, "mail-rcpt", "ADDRESS", OPTION_LIST, &options.recipients,
     "a recipient; may be repeated"},
    {0, "ssl", NULL, OPTION_FLAG, &options.tls,
     "STARTTLS or AUTH TLS where it is offered"},
    {0, "ssl-reqd", NULL, OPTION_FLAG, &options.tls_required,
     "STARTTLS, AUTH TLS or nothing"},
    {0, "active", NULL, OPTION_FLAG, &options.active,
     "let the FTP server connect to us"},
    {'f', "fail", NULL, OPTION_FLAG, &options.client.fail,
     "write nothing of a 4xx or 5xx, exit 1"},
    {'s', "silent", NULL, OPTION_FLAG, &options.silent,
     "accepted, for nothing is shown anyway"},
    CLIENT_OPTIONS(&options.client),
    OPTIONS_END};

int main(int argc, char **argv)
{
    struct error error = {0};
    struct client_stand stand = {.trace = NULL};
    int result = options_parse(table, &argc, argv, &error);

    if (result == 0 && options.client.help) {
        options_help(stdout, "reference-client", "[options] URL...", table);
        return 0;
    }
    if (result == 0 && argc < 2)
        result = error_set(&error, ERROR_USAGE, "no URL (see --help)");
    if (result == 0 && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        result = error_set(&error, ERROR_LOCAL, "libcurl can't begin");
    if (result == 0)
        result = client_stand_up(&stand, &options.client, &error);
    for (int i = 1; i < argc && result == 0; i++)
        result = reference_fetch(&options, &stand, argv[i], &error);
    result = client_stand_down(&stand, result, &error);
    options_secret_free(&options.client.user);
    return result < 0 ? error_print("reference-client", &error) : 0;
}

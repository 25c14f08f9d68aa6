/* SPDX-License-Identifier: MIT */
/* smtp-client: hands messages to a mail server, and shows each word of it. */
#include <stdio.h>

#include "common/error.h"
#include "common/options.h"
#include "smtp/smtp_submit.h"

static struct smtp_options options;

static const struct option_spec table[] = {
    {0, "mail-from", "ADDRESS", OPTION_TEXT, &options.mail_from,
     "who sends it ('' : nobody, as reports do)"},
    {0, "mail-rcpt", "ADDRESS", OPTION_LIST, &options.recipients,
     "who is to get it; may be repeated"},
    {'T', "upload-file", "FILE", OPTION_LIST, &options.messages,
     "the message (-: standard input); may be repeated"},
    {'H', "header", "NAME: VALUE", OPTION_LIST, &options.fields,
     "without -T: a field of the message we make"},
    {'d', "data", "TEXT", OPTION_TEXT, &options.text,
     "without -T: its text (@FILE: from a file)"},
    {0, "attach", "FILE", OPTION_TEXT, &options.attach,
     "without -T: a file that goes along"},
    {0, "via-mx", NULL, OPTION_FLAG, &options.via_mx,
     "the URL names a domain: deliver to its MX hosts (no URL: to those of "
     "each recipient's)"},
    {0, "quit-after", "STAGE", OPTION_TEXT, &options.quit_after,
     "stop after connect, ehlo, tls, auth, mail, rcpt or data"},
    {0, "ssl-reqd", NULL, OPTION_FLAG, &options.ssl_reqd,
     "STARTTLS or nothing"},
    {0, "no-starttls", NULL, OPTION_FLAG, &options.no_starttls,
     "stay in clear text, even if TLS is offered"},
    {0, "auth", "MECHANISM", OPTION_TEXT, &options.mechanism,
     "log in this way: SCRAM-SHA-256, CRAM-MD5, PLAIN, LOGIN"},
    {0, "no-pipelining", NULL, OPTION_FLAG, &options.no_pipelining,
     "one command at a time, even if more may go"},
    {0, "ehlo", "NAME", OPTION_TEXT, &options.name, "say that we are NAME"},
    {0, "notify", "WHEN", OPTION_TEXT, &options.notify,
     "ask for reports: never, or success,failure,delay"},
    {0, "ret", "WHAT", OPTION_TEXT, &options.ret,
     "a report of failure returns: full, or hdrs"},
    {0, "envid", "TEXT", OPTION_TEXT, &options.envid,
     "reports name this as theirs"},
    {'s', "silent", NULL, OPTION_FLAG, &options.silent, "show no progress"},
    CLIENT_OPTIONS(&options.client),
    OPTIONS_END};

static const char synopsis[] =
    "[options] smtp[s]://[USER@]HOST[:PORT] --mail-from A --mail-rcpt B... "
    "[-T MESSAGE]... [MESSAGE...]";

/* Every message: those of -T, those named behind the URL, or the one we make.
 * The first failure decides the exit code, but the others are tried. */
static int send_all(struct smtp_submit *submit, char **more, size_t count,
                    struct error *error)
{
    size_t listed = options.messages.count;
    size_t total = listed + count > 0 ? listed + count : 1;
    size_t i = 0;
    int first = 0;

    for (; i < total && !smtp_submit_is_over(submit); i++) {
        const char *path = i < listed           ? options.messages.values[i]
                           : i - listed < count ? more[i - listed]
                                                : NULL;
        int result = smtp_submit_message(submit, path);

        if (result == 0)
            continue;
        error_print("smtp-client", error);
        error_clear(error);
        first = first ? first : result;
    }
    if (first != 0 && i < total)
        fprintf(stderr, "smtp-client: %zu of %zu messages were not tried\n",
                total - i, total);
    return first;
}

int main(int argc, char **argv)
{
    struct error error = {0};
    struct smtp_submit *submit = NULL;
    int result = options_parse(table, &argc, argv, &error);
    char **more = argc > 1 ? argv + 2 : argv + 1;
    size_t count = argc > 2 ? (size_t)argc - 2 : 0;

    if (result == 0 && options.client.help) {
        options_help(stdout, "smtp-client", synopsis, table);
        return 0;
    }
    if (result == 0)
        result = smtp_submit_start(&submit, &options, argv[1], &error);
    if (result < 0)
        error_print("smtp-client", &error);
    else
        result = send_all(submit, more, count, &error);
    error_clear(&error);
    if (smtp_submit_end(submit, result) < 0 && result == 0)
        return error_print("smtp-client", &error);
    return -result;
}

/* SPDX-License-Identifier: MIT */
/*
 * smtp_options: what the command line of smtp-client says. Everything that can
 * be wrong about it is found here, before the first connection.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "smtp/smtp_submit_private.h"

/* "<bob@west.test>" or "bob@west.test", in memory that the caller frees. */
static int read_address(char **address, const char *text, bool may_be_null,
                        struct error *error)
{
    bool bracketed = text[0] == '<';
    char whole[SMTP_MAILBOX_MAX + 8];
    struct smtp_path path;
    struct smtp_verdict verdict;
    struct span rest;
    int length =
        snprintf(whole, sizeof(whole), bracketed ? "%s" : "<%s>", text);

    *address = NULL;
    rest = span_of(whole);
    if (length < 0 || (size_t)length >= sizeof(whole) ||
        !smtp_path_read(&rest, &path, &verdict) || rest.length > 0 ||
        (path.mailbox[0] == '\0' && !may_be_null))
        return error_set(error, ERROR_USAGE,
                         "'%.80s' is no address: local-part@domain (RFC 5321 "
                         "§4.1.2)",
                         text);
    *address = strdup(path.mailbox);
    return *address ? 0 : error_set(error, ERROR_LOCAL, "out of memory");
}

static int read_addresses(struct smtp_submit *submit)
{
    const struct smtp_options *options = submit->options;
    char *address;
    int result = 0;

    if (submit->stage >= SMTP_STAGE_MAIL && !options->mail_from)
        return error_set(submit->error, ERROR_USAGE,
                         "no --mail-from (see --help)");
    if (submit->stage >= SMTP_STAGE_RCPT && options->recipients.count == 0)
        return error_set(submit->error, ERROR_USAGE,
                         "no --mail-rcpt (see --help)");
    if (options->mail_from)
        result = read_address(&submit->sender, options->mail_from, true,
                              submit->error);
    for (size_t i = 0; i < options->recipients.count && result == 0; i++) {
        result = read_address(&address, options->recipients.values[i], false,
                              submit->error);
        if (result == 0)
            submit->addresses.values[submit->addresses.count++] = address;
    }
    return result;
}

static int read_stage(struct smtp_submit *submit)
{
    static const char *const words[] = {
        [SMTP_STAGE_CONNECT] = "connect", [SMTP_STAGE_EHLO] = "ehlo",
        [SMTP_STAGE_TLS] = "tls",         [SMTP_STAGE_AUTH] = "auth",
        [SMTP_STAGE_MAIL] = "mail",       [SMTP_STAGE_RCPT] = "rcpt",
        [SMTP_STAGE_DATA] = "data",
    };
    const char *word = submit->options->quit_after;

    submit->stage = SMTP_STAGE_WHOLE;
    for (int i = 0; word && i < SMTP_STAGE_WHOLE; i++)
        if (strcasecmp(word, words[i]) == 0)
            submit->stage = (enum smtp_stage)i;
    if (word && submit->stage == SMTP_STAGE_WHOLE)
        return error_set(submit->error, ERROR_USAGE,
                         "--quit-after %s: one of connect, ehlo, tls, auth, "
                         "mail, rcpt, data",
                         word);
    return 0;
}

/* NEVER stands alone (RFC 3461 §4.1); words of others would be refused by the
 * server, but after the fact. */
static int check_dsn(struct smtp_submit *submit)
{
    const struct smtp_options *options = submit->options;
    const char *notify = options->notify;

    if (options->ret && strcasecmp(options->ret, "full") != 0 &&
        strcasecmp(options->ret, "hdrs") != 0)
        return error_set(submit->error, ERROR_USAGE,
                         "--ret %s: full or hdrs (RFC 3461 §4.3)",
                         options->ret);
    if (options->envid &&
        (strlen(options->envid) > SMTP_ENVID_MAX ||
         !smtp_xtext_write(submit->envid, sizeof(submit->envid),
                           span_of(options->envid))))
        return error_set(submit->error, ERROR_USAGE,
                         "--envid: at most %d characters (RFC 3461 §4.4)",
                         SMTP_ENVID_MAX);
    if (!notify || strcasecmp(notify, "never") == 0)
        return 0;
    while (*notify != '\0') {
        size_t length = strcspn(notify, ",");
        struct span word = {notify, length};

        if (!span_equal_nocase(word, SPAN("success")) &&
            !span_equal_nocase(word, SPAN("failure")) &&
            !span_equal_nocase(word, SPAN("delay")))
            return error_set(submit->error, ERROR_USAGE,
                             "--notify %s: never, or some of success, "
                             "failure, delay (RFC 3461 §4.1)",
                             options->notify);
        notify += length + (notify[length] == ',');
    }
    return 0;
}

static int check_together(struct smtp_submit *submit)
{
    const struct smtp_options *options = submit->options;

    if (options->ssl_reqd && options->no_starttls)
        return error_set(submit->error, ERROR_USAGE,
                         "--ssl-reqd and --no-starttls exclude each other");
    if (!submit->has_url && !options->via_mx)
        return error_set(submit->error, ERROR_USAGE,
                         "no URL (or --via-mx; see --help)");
    if (options->via_mx && (options->quit_after || submit->logs_in))
        return error_set(submit->error, ERROR_USAGE,
                         "--via-mx hands a message to the servers of others: "
                         "there is no log-in, and no --quit-after");
    if (options->messages.count > 0 &&
        (options->fields.count > 0 || options->text || options->attach))
        return error_set(submit->error, ERROR_USAGE,
                         "-H, -d and --attach make a message, and -T is one");
    return 0;
}

static int read_url(struct smtp_submit *submit, const char *text)
{
    static const struct url_scheme schemes[] = {
        {"smtp", 25, false}, {"smtps", 465, true}, {NULL, 0, false}};

    submit->has_url = text != NULL;
    return text ? url_read(&submit->url, text, schemes, submit->error) : 0;
}

int smtp_options_read(struct smtp_submit *submit, const char *url)
{
    int result;

    if ((result = read_url(submit, url)) < 0 ||
        (result = read_stage(submit)) < 0 ||
        (result = read_addresses(submit)) < 0 ||
        (result = check_dsn(submit)) < 0 ||
        (result = login_find(&submit->login, &submit->options->client,
                             submit->url.user, submit->url.password,
                             submit->error)) < 0)
        return result;
    submit->logs_in = result == 1;
    return check_together(submit);
}

/* SPDX-License-Identifier: MIT */
/*
 * smtp_submit: one run of smtp-client. The contract is in smtp_submit.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "common/progress.h"
#include "smtp/smtp_message.h"
#include "smtp/smtp_submit_private.h"

/* ---- as far as the log-in ----------------------------------------------- */

static void fill_client(struct smtp_submit *submit)
{
    const struct smtp_options *options = submit->options;
    struct smtp_client *client = &submit->client;

    client_setup(&client->setup, &submit->stand, &options->client,
                 submit->error);
    client->setup.proto = "smtp";
    client->setup.standard_port = 25;
    client->tls = submit->stand.tls;
    client->name = options->name;
    client->no_pipelining = options->no_pipelining;
    client->security = SMTP_TLS_OFFERED;
    if (options->no_starttls)
        client->security = SMTP_TLS_NEVER;
    if (options->ssl_reqd)
        client->security = SMTP_TLS_REQUIRED;
    if (submit->has_url && submit->url.scheme->tls)
        client->security = SMTP_TLS_IMPLICIT;
}

/* Each step, until the stage that is asked for. */
static int greet(struct smtp_submit *submit)
{
    struct smtp_client *client = &submit->client;
    const char *host = submit->url.host;
    int result = smtp_client_open(client, host, submit->url.port);

    if (result == 0 && submit->stage > SMTP_STAGE_CONNECT)
        result = smtp_client_hello(client);
    if (result == 0 && submit->stage > SMTP_STAGE_EHLO)
        result = smtp_client_start_tls(client, host);
    if (result == 0 && submit->stage > SMTP_STAGE_TLS && submit->logs_in)
        result = smtp_client_log_in(client, &submit->login,
                                    submit->options->mechanism,
                                    submit->options->client.insecure_auth);
    submit->over = result < 0 || submit->stage <= SMTP_STAGE_AUTH;
    return result;
}

int smtp_submit_start(struct smtp_submit **submit_out,
                      const struct smtp_options *options, const char *url,
                      struct error *error)
{
    struct smtp_submit *submit = calloc(1, sizeof(*submit));
    int result;

    *submit_out = submit;
    if (!submit)
        return error_set(error, ERROR_LOCAL, "out of memory");
    submit->options = options;
    submit->error = error;
    if ((result = smtp_options_read(submit, url)) < 0 ||
        (result = client_stand_up(&submit->stand, &options->client, error)) < 0)
        return result;
    fill_client(submit);
    return options->via_mx ? 0 : greet(submit);
}

/* ---- one message -------------------------------------------------------- */

static void fill_envelope(struct smtp_submit *submit)
{
    const struct smtp_options *options = submit->options;

    for (size_t i = 0; i < submit->addresses.count; i++)
        submit->recipients[i] = (struct smtp_recipient){
            .address = submit->addresses.values[i], .notify = options->notify};
    submit->envelope = (struct smtp_envelope){
        .sender = submit->sender,
        .recipients = submit->recipients,
        .count = submit->addresses.count,
        .ret = options->ret,
        .envid = submit->envid[0] ? submit->envid : NULL};
}

/* Stops between two commands. Inside the data no QUIT can be said: the
 * connection ends, and the server throws away what it has (RFC 5321
 * §4.1.1.4). */
static int send_some(struct smtp_submit *submit, struct smtp_content *content)
{
    struct smtp_client *client = &submit->client;
    struct smtp_envelope *envelope = &submit->envelope;
    size_t accepted = 0;
    int result = smtp_client_mail(client, envelope, content);

    submit->over = true;
    for (size_t i = 0;
         result >= 0 && submit->stage > SMTP_STAGE_MAIL && i < envelope->count;
         i++) {
        result = smtp_client_recipient(client, &envelope->recipients[i]);
        accepted += result == 0;
    }
    if (result < 0 || submit->stage < SMTP_STAGE_DATA || accepted == 0)
        return result < 0 ? result : 0;
    result = smtp_client_command(client, RFC("5321", "4.1.1.4"), "DATA");
    if (result == 0 && client->reply.code != 354)
        return smtp_client_refused(client, ERROR_REFUSED, "to take a message");
    smtp_client_close(client);
    return result;
}

/* Those whose domain is that of the first who waits; the others are put by. */
static const char *choose_domain(struct smtp_submit *submit,
                                 struct smtp_recipient *group, size_t *count,
                                 size_t places[OPTION_LIST_MAX])
{
    struct smtp_envelope *envelope = &submit->envelope;
    const char *domain = NULL;

    *count = 0;
    for (size_t i = 0; i < envelope->count; i++) {
        const struct smtp_recipient *recipient = &envelope->recipients[i];
        const char *at = strrchr(recipient->address, '@');

        if (recipient->outcome != SMTP_PENDING || !at)
            continue;
        domain = domain ? domain : at + 1;
        if (strcasecmp(domain, at + 1) != 0)
            continue;
        places[*count] = i;
        group[(*count)++] = *recipient;
    }
    return domain;
}

/* Each to his own domain, a group after the other. The groups are static
 * because a thousand recipients with their answers are too many for a stack. */
static int send_to_each(struct smtp_submit *submit,
                        struct smtp_content *content)
{
    static struct smtp_recipient group[OPTION_LIST_MAX];
    static size_t places[OPTION_LIST_MAX];
    const struct smtp_route route = {.port = 25};
    struct smtp_envelope part = submit->envelope;
    const char *domain;
    int result = 0;

    part.recipients = group;
    while (result == 0 && (domain = choose_domain(submit, group, &part.count,
                                                  places)) != NULL) {
        result = smtp_deliver(&submit->client, &route, domain, &part, content);
        for (size_t i = 0; i < part.count; i++)
            submit->recipients[places[i]] = group[i];
    }
    /* Whoever waits still, <postmaster>, belongs to no domain. */
    if (result == 0)
        smtp_envelope_settle(&submit->envelope, SMTP_FAILED,
                             (struct smtp_enhanced){5, 1, 3},
                             "the address names no domain");
    return result;
}

/* All recipients to the URL's domain; without a URL each to his own. */
static int send_by_mx(struct smtp_submit *submit, struct smtp_content *content)
{
    const struct smtp_route route = {.port = submit->url.port};

    if (!submit->has_url)
        return send_to_each(submit, content);
    return smtp_deliver(&submit->client, &route, submit->url.host,
                        &submit->envelope, content);
}

/* Who was refused, by whom, and in which words. */
static void tell(const struct smtp_recipient *recipient)
{
    const struct smtp_answer *answer = &recipient->answer;
    char enhanced[SMTP_ENHANCED_TEXT], shown[4 * SMTP_MAILBOX_MAX];

    text_escape(shown, sizeof(shown), span_of(recipient->address));
    smtp_enhanced_text(answer->enhanced, enhanced);
    if (answer->code == 0)
        fprintf(stderr, "smtp-client: %s %s: %s %s\n", shown,
                smtp_outcome_name(recipient->outcome), enhanced, answer->text);
    else
        fprintf(stderr, "smtp-client: %s %s: %s said %d %s%s%s\n", shown,
                smtp_outcome_name(recipient->outcome), answer->host,
                answer->code, enhanced, *enhanced ? " " : "", answer->text);
}

/* That no server was found, or none answered, is nobody's no. */
static bool is_unreached(const struct smtp_recipient *recipient)
{
    const struct smtp_answer *answer = &recipient->answer;
    bool unknown =
        answer->enhanced.subject == 1 && answer->enhanced.detail == 2;

    return answer->code == 0 &&
           (recipient->outcome == SMTP_DEFERRED || unknown);
}

/* One sentence more, for those who read the exit code only. */
static int tell_refused(const struct smtp_submit *submit)
{
    size_t refused = 0, unreached = 0;

    for (size_t i = 0; i < submit->envelope.count; i++) {
        const struct smtp_recipient *recipient = &submit->recipients[i];

        if (recipient->outcome != SMTP_FAILED &&
            recipient->outcome != SMTP_DEFERRED)
            continue;
        tell(recipient);
        if (is_unreached(recipient))
            unreached++;
        else
            refused++;
    }
    if (refused > 0)
        return error_set(submit->error, ERROR_REFUSED,
                         "%zu of %zu recipients refused", refused,
                         submit->envelope.count);
    if (unreached > 0)
        return error_set(submit->error, ERROR_CONNECT,
                         "no server was reached for %zu of %zu recipients",
                         unreached, submit->envelope.count);
    return 0;
}

static int open_message(struct smtp_submit *submit,
                        struct smtp_message *message, const char *path)
{
    const struct smtp_options *options = submit->options;
    const struct smtp_letter letter = {
        .sender = submit->sender ? submit->sender : "",
        .recipients = &submit->addresses,
        .fields = &options->fields,
        .text = options->text,
        .attach = options->attach,
        .host = options->name ? options->name : "localhost",
        .now = time(NULL)};
    int result = path ? smtp_message_open(message, path, submit->error)
                      : smtp_message_make(message, &letter, submit->error);

    return result < 0 ? result
                      : smtp_content_scan(&message->content, submit->error);
}

static int hand_over(struct smtp_submit *submit, struct smtp_content *content)
{
    struct progress *progress = &submit->progress;
    int result;

    if (submit->stage != SMTP_STAGE_WHOLE)
        return send_some(submit, content);
    progress_start(progress, !submit->options->silent, content->length);
    content->progress = progress;
    result =
        submit->options->via_mx
            ? send_by_mx(submit, content)
            : smtp_client_send(&submit->client, &submit->envelope, content);
    progress_end(progress);
    return result;
}

int smtp_submit_message(struct smtp_submit *submit, const char *path)
{
    struct smtp_message message;
    int result = open_message(submit, &message, path), refused;

    if (result == 0) {
        fill_envelope(submit);
        result = hand_over(submit, &message.content);
        refused = tell_refused(submit);
        result = result < 0 ? result : refused;
        if (!submit->options->via_mx &&
            (!smtp_client_is_open(&submit->client) ||
             (result < 0 && result != -ERROR_REFUSED)))
            submit->over = true;
    }
    smtp_message_close(&message);
    return result;
}

bool smtp_submit_is_over(const struct smtp_submit *submit)
{
    return submit->over;
}

int smtp_submit_end(struct smtp_submit *submit, int result)
{
    struct error *error;

    if (!submit)
        return result;
    error = submit->error;
    /* After anything but a refusal the connection may only be closed. */
    if (submit->client.conn &&
        (result == 0 || result == -ERROR_REFUSED || result == -ERROR_AUTH))
        smtp_client_quit(&submit->client);
    else if (submit->client.conn)
        smtp_client_close(&submit->client);
    result = client_stand_down(&submit->stand, result, error);
    login_wipe(&submit->login);
    url_free(&submit->url);
    for (size_t i = 0; i < submit->addresses.count; i++)
        free((void *)(uintptr_t)submit->addresses.values[i]);
    free(submit->sender);
    free(submit);
    return result;
}

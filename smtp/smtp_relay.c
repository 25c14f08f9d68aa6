/* SPDX-License-Identifier: MIT */
/*
 * smtp_relay: one attempt to deliver one entry of the queue, to each of its
 * recipients, here or by SMTP to the next server (RFC 5321 §3.6, §4.5.4.1).
 *
 * The one exception to the rule that halves know nothing of each other: the
 * server relays with the client's functions, which know MX, STARTTLS, the
 * extensions and what a reply means. Here is what becomes of the outcomes.
 *
 * The order makes it safe. First the attempt; then reports are queued; then the
 * envelope is written anew without those it is done with. A crash in between
 * repeats the attempt, or the report. It never loses either: at least once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/names.h"
#include "common/trace.h"
#include "smtp/smtp_bounce.h"
#include "smtp/smtp_client.h"
#include "smtp/smtp_server.h"

#define NOTIFY_TEXT 32

struct attempt {
    struct smtp_site *site;
    struct trace *trace;
    const char *id;
    struct error *error;
    struct smtp_transaction transaction; /* its recipients by domain */
    int message_fd;
    struct smtp_recipient *recipients; /* outcomes, in the same order; owned */
    enum smtp_action *actions;         /* what is told of each; owned */
    char (*notify)[NOTIFY_TEXT];       /* NOTIFY as text; owned */
    struct names *names;
    struct tls_context *tls;
};

static const char *domain_of(const char *mailbox)
{
    const char *at = strrchr(mailbox, '@');

    return at ? at + 1 : "";
}

static int by_domain(const void *a, const void *b)
{
    const struct smtp_forward *one = a, *other = b;

    return strcasecmp(domain_of(one->mailbox), domain_of(other->mailbox));
}

/* ---- setting up --------------------------------------------------------- */

static int open_names(struct attempt *a)
{
    const struct smtp_site *site = a->site;
    int result = names_new(&a->names, site->dns_server, a->trace, a->error);

    for (size_t i = 0; result == 0 && i < site->resolve.count; i++)
        result = names_pin(a->names, site->resolve.values[i], a->error);
    return result;
}

/* Between servers TLS is taken where it is offered. Whom to believe nobody has
 * told us, unless there is --cacert; against listeners it helps as it is. */
static int open_tls(struct attempt *a)
{
    struct tls_settings settings = {.ca_file = a->site->ca_file,
                                    .insecure = a->site->ca_file == NULL};

    return tls_client_new(&a->tls, &settings, a->error);
}

/* The recipients are sorted by domain, so that those of one domain get one
 * transaction. */
static int prepare(struct attempt *a)
{
    struct smtp_transaction *t = &a->transaction;

    qsort(t->recipients, t->count, sizeof(*t->recipients), by_domain);
    a->recipients = calloc(t->count + 1, sizeof(*a->recipients));
    a->actions = calloc(t->count + 1, sizeof(*a->actions));
    a->notify = calloc(t->count + 1, sizeof(*a->notify));
    if (!a->recipients || !a->actions || !a->notify)
        return error_set(a->error, ERROR_LOCAL, "out of memory for recipients");
    for (size_t i = 0; i < t->count; i++) {
        smtp_notify_write(a->notify[i], sizeof(a->notify[i]),
                          t->recipients[i].notify);
        a->recipients[i] = (struct smtp_recipient){
            .address = t->recipients[i].mailbox,
            .notify = a->notify[i][0] ? a->notify[i] : NULL,
            .orcpt = t->recipients[i].original};
    }
    a->message_fd = smtp_queue_message(&a->site->queue, a->id, a->error);
    return a->message_fd < 0 ? -(int)a->error->class : 0;
}

static void tidy_up(struct attempt *a)
{
    if (a->message_fd >= 0)
        close(a->message_fd);
    free(a->recipients);
    free(a->actions);
    free(a->notify);
    names_free(a->names);
    tls_free(a->tls);
    smtp_transaction_clear(&a->transaction);
}

/* ---- here --------------------------------------------------------------- */

static void find_outcome(struct smtp_recipient *recipient,
                         enum smtp_outcome outcome, int subject, int detail,
                         const char *text)
{
    recipient->outcome = outcome;
    recipient->answer =
        (struct smtp_answer){.enhanced = {outcome == SMTP_DELIVERED  ? 2
                                          : outcome == SMTP_DEFERRED ? 4
                                                                     : 5,
                                          subject, detail}};
    snprintf(recipient->answer.text, sizeof(recipient->answer.text), "%s",
             text);
}

/* The account is looked for again: accounts may have changed since the message
 * was queued. */
static void deliver_here(struct attempt *a, struct smtp_recipient *recipient)
{
    struct smtp_path path;
    struct smtp_verdict verdict;
    char text[SMTP_MAILBOX_MAX + 4];
    const char *account;
    struct span span;

    snprintf(text, sizeof(text), "<%s>", recipient->address);
    span = span_of(text);
    account = smtp_path_read(&span, &path, &verdict)
                  ? smtp_site_account(a->site, &path)
                  : NULL;
    if (!account) {
        find_outcome(recipient, SMTP_FAILED, 1, 1, "no such mailbox here");
    } else if (smtp_deliver_local(a->site, account,
                                  a->transaction.mail.reverse_path.mailbox,
                                  a->message_fd, a->error) < 0) {
        find_outcome(recipient, SMTP_DEFERRED, 2, 0, a->error->text);
        error_clear(a->error);
    } else {
        find_outcome(recipient, SMTP_DELIVERED, 1, 5, "delivered");
        trace_note(a->trace, RFC("5321", "4.4"), "delivered",
                   "%s: into the mailbox of %s, synced to disk", a->id,
                   account);
    }
}

/* ---- elsewhere ---------------------------------------------------------- */

/* "west.test=127.0.0.1:2526" or "*=...": who takes mail for a domain, if MX is
 * not to be asked. `host` gets room for the name. */
static void find_route(const struct smtp_site *site, const char *domain,
                       struct smtp_route *route, char *host, size_t size)
{
    *route =
        (struct smtp_route){.port = (uint16_t)site->port, .self = site->name};
    for (size_t i = 0; i < site->routes.count; i++) {
        const char *text = site->routes.values[i];
        const char *equals = strchr(text, '='), *colon;

        if (!equals || !((equals - text == 1 && text[0] == '*') ||
                         (strlen(domain) == (size_t)(equals - text) &&
                          strncasecmp(text, domain, strlen(domain)) == 0)))
            continue;
        snprintf(host, size, "%s", equals + 1);
        colon = strrchr(host, ':');
        if (colon && strchr(host, ':') == colon) {
            route->port = (uint16_t)strtol(colon + 1, NULL, 10);
            host[colon - host] = '\0';
        }
        route->next_hop = host;
        return;
    }
}

/* The recipients [from, to) have one domain. */
static int deliver_there(struct attempt *a, size_t from, size_t to)
{
    const struct smtp_mail *mail = &a->transaction.mail;
    struct smtp_client client = {
        .setup = {.error = a->error,
                  .trace = a->trace,
                  .names = a->names,
                  .proto = "smtp",
                  .standard_port = 25,
                  .connect_timeout_ms = SMTP_RELAY_CONNECT_MS},
        .tls = a->tls,
        .name = a->site->name};
    struct smtp_envelope envelope = {
        .sender = mail->reverse_path.mailbox,
        .recipients = a->recipients + from,
        .count = to - from,
        .ret = mail->ret == SMTP_RETURN_FULL      ? "FULL"
               : mail->ret == SMTP_RETURN_HEADERS ? "HDRS"
                                                  : NULL,
        .envid = mail->envelope_id[0] ? mail->envelope_id : NULL,
        .smtputf8 = mail->smtputf8};
    struct smtp_content content = {.fd = a->message_fd};
    struct smtp_route route;
    char host[SMTP_DOMAIN_MAX + 8];
    struct stat status;
    int result;

    if (fstat(a->message_fd, &status) < 0)
        return error_set(a->error, ERROR_LOCAL, "the message is gone");
    content.length = (uint64_t)status.st_size;
    find_route(a->site, domain_of(a->recipients[from].address), &route, host,
               sizeof(host));
    if ((result = smtp_content_scan(&content, a->error)) < 0)
        return result;
    result =
        smtp_deliver(&client, &route, domain_of(a->recipients[from].address),
                     &envelope, &content);
    for (size_t i = from; i < to; i++)
        if (a->recipients[i].outcome == SMTP_DELIVERED &&
            !a->recipients[i].answer.dsn)
            a->actions[i] = SMTP_ACTION_RELAYED;
    return result;
}

/* Domain after domain; a mailbox of ours is a matter of the disk, all else of
 * the network. */
static int try_all(struct attempt *a)
{
    size_t from = 0, to;

    for (; from < a->transaction.count; from = to) {
        const char *domain = domain_of(a->recipients[from].address);
        bool here = domain[0] == '\0' || smtp_site_has_domain(a->site, domain);
        int result;

        for (to = from;
             to < a->transaction.count &&
             strcasecmp(domain_of(a->recipients[to].address), domain) == 0;
             to++)
            if (here) {
                deliver_here(a, &a->recipients[to]);
                a->actions[to] = SMTP_ACTION_DELIVERED;
            }
        if (!here && (result = deliver_there(a, from, to)) < 0)
            return result;
    }
    return 0;
}

/* ---- what comes of it --------------------------------------------------- */

/* What the sender is told of a recipient. */
static enum smtp_action action_on(const struct attempt *a, size_t i,
                                  bool told_of_delay_now)
{
    const struct smtp_recipient *recipient = &a->recipients[i];
    enum smtp_action action = SMTP_ACTION_NONE;

    /* RELAYED or DELIVERED; or NONE, where the next server will tell. */
    if (recipient->outcome == SMTP_DELIVERED)
        action = a->actions[i];
    else if (recipient->outcome == SMTP_FAILED)
        action = SMTP_ACTION_FAILED;
    else if (told_of_delay_now)
        action = SMTP_ACTION_DELAYED;
    return smtp_action_is_told(action, a->transaction.recipients[i].notify)
               ? action
               : SMTP_ACTION_NONE;
}

/* NOTE(smtp-give-up): what could not be delivered for so long never will be;
 * who sent it must know (RFC 5321 §4.5.4.1). */
static void give_up_in_time(struct attempt *a, int64_t now_s)
{
    if (now_s - a->transaction.arrived_s < a->site->give_up_ms / 1000)
        return;
    for (size_t i = 0; i < a->transaction.count; i++) {
        struct smtp_recipient *recipient = &a->recipients[i];

        if (recipient->outcome != SMTP_DEFERRED &&
            recipient->outcome != SMTP_PENDING)
            continue;
        recipient->outcome = SMTP_FAILED;
        trace_note(a->trace, RFC("5321", "4.5.4.1"), "given up",
                   "%s: %s: %u attempts in %lld s", a->id, recipient->address,
                   a->transaction.attempts + 1,
                   (long long)(now_s - a->transaction.arrived_s));
    }
}

static int report(struct attempt *a, int64_t now_s)
{
    bool late = !a->transaction.told_of_delay &&
                now_s - a->transaction.arrived_s >= SMTP_DELAY_TOLD_S;
    int result;

    for (size_t i = 0; i < a->transaction.count; i++)
        a->actions[i] = action_on(a, i, late);
    a->transaction.told_of_delay = a->transaction.told_of_delay || late;
    result = smtp_bounce_send(a->site, a->trace, &a->transaction, a->recipients,
                              a->actions, a->message_fd, a->error);
    return result < 0 ? result : 0;
}

/* NOTE(smtp-retry): each interval is twice the one before, up to a limit. */
static int64_t interval_s(const struct attempt *a)
{
    int64_t interval = a->site->retry_ms / 1000;

    for (unsigned i = 1; i < a->transaction.attempts; i++)
        if (interval < SMTP_RETRY_MOST_S)
            interval *= 2;
    return interval < SMTP_RETRY_MOST_S ? interval : SMTP_RETRY_MOST_S;
}

/* Who has an outcome for good leaves the envelope; the last one takes the entry
 * along. */
static int settle(struct attempt *a, int64_t now_s)
{
    struct smtp_transaction *t = &a->transaction;
    const struct smtp_recipient *waits = NULL;

    for (size_t i = t->count; i > 0; i--) {
        enum smtp_outcome outcome = a->recipients[i - 1].outcome;

        if (outcome == SMTP_DELIVERED || outcome == SMTP_FAILED)
            smtp_transaction_drop(t, i - 1);
        else
            waits = &a->recipients[i - 1];
    }
    if (!waits) {
        smtp_queue_remove(&a->site->queue, a->id);
        return 0;
    }
    t->attempts++;
    t->next_s = now_s + interval_s(a);
    trace_note(a->trace, RFC("5321", "4.5.4.1"), "retry",
               "%s: attempt %u has not reached %s (%s); the next in %lld s",
               a->id, t->attempts, waits->address, waits->answer.text,
               (long long)(t->next_s - now_s));
    return smtp_queue_write(&a->site->queue, a->id, t, a->error);
}

int smtp_relay_attempt(struct smtp_site *site, struct trace *trace,
                       const char *id, struct error *error)
{
    struct attempt a = {.site = site,
                        .trace = trace,
                        .id = id,
                        .error = error,
                        .message_fd = -1};
    int64_t now_s = smtp_now_s(site);
    int result;

    if ((result = smtp_queue_read(&site->queue, id, &a.transaction, error)) < 0)
        return result;
    if ((result = prepare(&a)) == 0 && (result = open_names(&a)) == 0 &&
        (result = open_tls(&a)) == 0 && (result = try_all(&a)) == 0) {
        give_up_in_time(&a, now_s);
        if ((result = report(&a, now_s)) == 0)
            result = settle(&a, now_s);
    }
    tidy_up(&a);
    return result;
}

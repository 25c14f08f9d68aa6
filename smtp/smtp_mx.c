/* SPDX-License-Identifier: MIT */
/*
 * smtp_mx: to the host that takes a domain's mail. RFC 5321 §5.1: its MX hosts
 * in order of preference; without any, the domain itself; and none at all where
 * the MX is null (RFC 7505).
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/names.h"
#include "common/trace.h"
#include "smtp/smtp_client.h"

/* A delivery on its way. */
struct delivery {
    struct smtp_client *client;
    const struct smtp_route *route;
    struct smtp_envelope *envelope;
    struct smtp_content *content;
    struct names_mx hosts;
    struct smtp_answer last; /* why the last host took nothing */
};

#define NOTE(delivery, rfc, name, ...) \
    trace_note((delivery)->client->setup.trace, rfc, name, __VA_ARGS__)

/* ---- which hosts -------------------------------------------------------- */

static void only(struct names_mx *hosts, struct span host)
{
    memset(hosts, 0, sizeof(*hosts));
    hosts->count = 1;
    snprintf(hosts->list[0].host, sizeof(hosts->list[0].host), "%.*s",
             (int)host.length, host.data);
}

/* "[192.0.2.25]", "[IPv6:2001:db8::25]": no name is asked for (RFC 5321
 * §4.1.3). False: it is none. */
static bool read_literal(struct span domain, struct names_mx *hosts)
{
    static const char tag[] = "IPv6:";
    size_t tag_length = sizeof(tag) - 1;

    if (domain.length < 3 || domain.data[0] != '[' ||
        domain.data[domain.length - 1] != ']')
        return false;
    domain.data++;
    domain.length -= 2;
    if (domain.length > tag_length &&
        strncasecmp(domain.data, tag, tag_length) == 0) {
        domain.data += tag_length;
        domain.length -= tag_length;
    }
    only(hosts, domain);
    return true;
}

/* A relay that finds itself in the list is no way to the destination, nor is
 * any host behind it: the mail would come back (RFC 5321 §5.1). */
static void leave_out_self(struct delivery *delivery)
{
    struct names_mx *hosts = &delivery->hosts;
    const char *self = delivery->route->self;
    size_t kept = 0;

    for (size_t i = 0; self && i < hosts->count; i++) {
        if (strcasecmp(hosts->list[i].host, self) != 0)
            continue;
        while (kept < hosts->count &&
               hosts->list[kept].preference < hosts->list[i].preference)
            kept++;
        hosts->count = kept;
        NOTE(delivery, RFC("5321", "5.1"), "MX",
             "%s is ourselves: it and all that come no earlier are left out",
             self);
        return;
    }
}

/* No hosts, and why: an answer of ours for everybody. */
static void settle(struct delivery *delivery, enum smtp_outcome outcome,
                   struct smtp_enhanced enhanced, const char *why)
{
    smtp_envelope_settle(delivery->envelope, outcome, enhanced, why);
    delivery->hosts.count = 0;
}

/* Which hosts, or why there are none: a null MX and a name that does not exist
 * are for good, a name server that is silent is not. */
static void find_hosts(struct delivery *delivery, const char *domain)
{
    struct conn_setup *setup = &delivery->client->setup;
    struct names_mx *hosts = &delivery->hosts;
    int result;

    if (delivery->route->next_hop) {
        only(hosts, span_of(delivery->route->next_hop));
        return;
    }
    if (read_literal(span_of(domain), hosts))
        return;
    result = names_mx(setup->names, domain,
                      setup->deadline ? setup->deadline : DEADLINE_NEVER, hosts,
                      setup->error);
    if (result == -ERROR_REFUSED)
        settle(delivery, SMTP_FAILED, (struct smtp_enhanced){5, 1, 10},
               setup->error->text);
    else if (result == -ERROR_USAGE || (result < 0 && hosts->unknown))
        settle(delivery, SMTP_FAILED, (struct smtp_enhanced){5, 1, 2},
               setup->error->text);
    else if (result < 0)
        settle(delivery, SMTP_DEFERRED, (struct smtp_enhanced){4, 4, 3},
               setup->error->text);
    error_clear(setup->error);
    if (result < 0 || hosts->count == 0)
        return;
    leave_out_self(delivery);
    if (hosts->count == 0)
        settle(delivery, SMTP_FAILED, (struct smtp_enhanced){5, 4, 6},
               "the mail would come back to us: we are its best exchanger, "
               "and don't take it");
}

/* ---- one host after the other ------------------------------------------- */

/* What this host has deferred with 4yz, the next may take; the answer is kept,
 * in case that it does not. */
static void try_again(struct smtp_envelope *envelope, const char *host)
{
    for (size_t i = 0; i < envelope->count; i++) {
        struct smtp_recipient *recipient = &envelope->recipients[i];

        if (recipient->outcome == SMTP_DEFERRED &&
            recipient->answer.code != 0 &&
            strcmp(recipient->answer.host, host) == 0)
            recipient->outcome = SMTP_PENDING;
    }
}

/* The reply of a server that would not talk to us at all, or our own words. */
static void remember(struct delivery *delivery, const char *host, int result)
{
    struct smtp_client *client = delivery->client;
    struct smtp_answer *last = &delivery->last;
    const struct error *error = client->setup.error;

    memset(last, 0, sizeof(*last));
    snprintf(last->host, sizeof(last->host), "%s", host);
    if (result == -ERROR_REFUSED) {
        last->code = client->reply.code;
        last->enhanced = client->reply.enhanced;
        smtp_reply_text(&client->reply, last->text, sizeof(last->text));
    } else {
        last->host[0] = '\0';
        last->enhanced = (struct smtp_enhanced){4, 4, 1};
        if (result == -ERROR_PROTOCOL)
            last->enhanced = (struct smtp_enhanced){4, 5, 0};
        if (result == -ERROR_INSECURE)
            last->enhanced = (struct smtp_enhanced){4, 7, 5};
        snprintf(last->text, sizeof(last->text), "%s", error->text);
    }
    NOTE(delivery, RFC("5321", "5.1"), "next host", "%s takes nothing: %s",
         host, error->text);
}

/* 0, or -ERROR_LOCAL: then no other host would do any better. */
static int try_host(struct delivery *delivery, const char *host)
{
    struct smtp_client *client = delivery->client;
    bool greeted;
    int result;

    result = smtp_client_greet(client, host, delivery->route->port);
    greeted = result == 0;
    if (greeted)
        result =
            smtp_client_send(client, delivery->envelope, delivery->content);
    /* What a host says to each recipient stands there; what it says to us, or
     * does not, counts for those who got no word. */
    if (result < 0 && smtp_envelope_count(delivery->envelope, SMTP_PENDING) > 0)
        remember(delivery, host, result);
    if (result == 0 || result == -ERROR_REFUSED)
        smtp_client_quit(client);
    else
        smtp_client_close(client);
    if (result == -ERROR_LOCAL && greeted)
        return result;
    error_clear(client->setup.error);
    return 0;
}

/* Nobody is left to be tried. Who has an answer keeps it; for the others the
 * last host's counts, and 5yz is never (RFC 5321 §4.2.1). */
static void settle_rest(struct delivery *delivery)
{
    struct smtp_envelope *envelope = delivery->envelope;

    for (size_t i = 0; i < envelope->count; i++) {
        struct smtp_recipient *recipient = &envelope->recipients[i];

        if (recipient->outcome != SMTP_PENDING)
            continue;
        if (recipient->answer.code == 0 || recipient->answer.code / 100 == 2)
            recipient->answer = delivery->last;
        recipient->outcome =
            recipient->answer.code / 100 == 5 ? SMTP_FAILED : SMTP_DEFERRED;
    }
}

int smtp_deliver(struct smtp_client *client, const struct smtp_route *route,
                 const char *domain, struct smtp_envelope *envelope,
                 struct smtp_content *content)
{
    struct delivery delivery = {.client = client,
                                .route = route,
                                .envelope = envelope,
                                .content = content};
    int result =
        content->scanned ? 0 : smtp_content_scan(content, client->setup.error);

    if (result < 0)
        return result;
    find_hosts(&delivery, domain);
    for (size_t i = 0; i < delivery.hosts.count && result == 0; i++) {
        const char *host = delivery.hosts.list[i].host;

        if (i > 0)
            try_again(envelope, delivery.hosts.list[i - 1].host);
        if (smtp_envelope_count(envelope, SMTP_PENDING) == 0)
            break;
        NOTE(&delivery, RFC("5321", "5.1"), "host",
             "mail for %s: trying %s, %zu of %zu", domain, host, i + 1,
             delivery.hosts.count);
        result = try_host(&delivery, host);
    }
    if (result == 0)
        settle_rest(&delivery);
    return result;
}

/* SPDX-License-Identifier: MIT */
/*
 * mailbox_domain: from a domain to a server that answers finally.
 *
 * RFC 5321 §5.1: the domain's exchangers in order of preference, every address
 * of each, until one says yes or never. "Not now" is asked of the next one too:
 * he may be less busy.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "common/names.h"
#include "common/trace.h"
#include "labs/mailbox-exists/mailbox_ask.h"

/* Connections to one server that may break before the next one is tried. */
#define VISITS_MAX 64

/* All that is known while a domain is asked. */
struct inquiry {
    const struct mailbox_stand *stand;
    struct mailbox_question *questions;
    size_t count;
    struct mailbox_visit *visit;
    /* Why servers were of no use: evidence for those who get no answer. */
    struct mailbox_evidence failed[MAILBOX_EVIDENCE_MAX - 2];
    size_t failures;
    enum mailbox_finding finding; /* the weightiest: see note_failure */
};

#define NOTE(inquiry, rfc, name, ...) \
    trace_note((inquiry)->stand->client->trace, rfc, name, __VA_ARGS__)

/* ---- addresses ---------------------------------------------------------- */

const char *mailbox_host_text(const struct sockaddr_storage *address,
                              char text[80])
{
    const void *bytes =
        address->ss_family == AF_INET6
            ? (const void *)&((const struct sockaddr_in6 *)address)->sin6_addr
            : (const void *)&((const struct sockaddr_in *)address)->sin_addr;

    return inet_ntop(address->ss_family, bytes, text, 80) ? text : "";
}

/* Loopback, and the addresses of documentation (RFC 5737 §3), where nobody
 * lives but a pocket internet: there is nobody whom many questions annoy. */
static bool is_pocket(const struct sockaddr_storage *address)
{
    uint32_t ip;

    if (address->ss_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(
            &((const struct sockaddr_in6 *)address)->sin6_addr);
    ip = ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr);
    return ip >> 24 == 127 || ip >> 8 == 0xC00002;
}

bool mailbox_address_read(struct smtp_path *path, struct span text,
                          char why[SMTP_VERDICT_MAX])
{
    char brackets[2 * SMTP_MAILBOX_MAX];
    struct smtp_verdict verdict = {.code = 0};
    struct span rest = {brackets, 0};

    snprintf(why, SMTP_VERDICT_MAX, "an address is longer than any may be");
    if (text.length > SMTP_MAILBOX_MAX)
        return false;
    rest.length = (size_t)snprintf(brackets, sizeof(brackets), "<%.*s>",
                                   (int)text.length, text.data);
    if (!smtp_path_read(&rest, path, &verdict)) {
        snprintf(why, SMTP_VERDICT_MAX, "%s", verdict.text);
        return false;
    }
    snprintf(why, SMTP_VERDICT_MAX, "an address is LOCAL@DOMAIN, whole");
    return path->domain[0] != '\0' && rest.length == 0;
}

static void words_write(struct mailbox_evidence *evidence, const char *words)
{
    snprintf(evidence->words, sizeof(evidence->words), "%.*s",
             MAILBOX_WORDS - 1, words);
}

/* ---- one server --------------------------------------------------------- */

/* What a failure says of the domain, from the least to the most. */
static void note_failure(struct inquiry *inquiry, enum mailbox_finding finding)
{
    static const int weight[FINDINGS] = {[FINDING_NOBODY] = 1,
                                         [FINDING_BROKEN] = 2,
                                         [FINDING_REFUSED] = 3,
                                         [FINDING_LATER] = 4};

    if (weight[finding] > weight[inquiry->finding])
        inquiry->finding = finding;
}

static struct mailbox_evidence *failure_of(struct inquiry *inquiry,
                                           enum mailbox_step step)
{
    size_t most = sizeof(inquiry->failed) / sizeof(inquiry->failed[0]);
    struct mailbox_evidence *evidence;

    if (inquiry->failures < most)
        inquiry->failures++;
    evidence = &inquiry->failed[inquiry->failures - 1];
    memset(evidence, 0, sizeof(*evidence));
    evidence->step = step;
    return evidence;
}

static void say_failure(struct inquiry *inquiry, enum mailbox_step step,
                        int result)
{
    struct mailbox_visit *visit = inquiry->visit;
    struct mailbox_evidence *evidence = failure_of(inquiry, step);
    bool said = result == -ERROR_REFUSED && visit->client.reply.code > 0;

    mailbox_evidence_reply(evidence, visit);
    if (said) {
        note_failure(inquiry, evidence->code / 100 == 4 ? FINDING_LATER
                                                        : FINDING_REFUSED);
    } else {
        evidence->code = 0;
        evidence->conn = 0;
        evidence->enhanced = (struct smtp_enhanced){0, 0, 0};
        words_write(evidence, visit->error.text);
        note_failure(inquiry, result == -ERROR_PROTOCOL ? FINDING_BROKEN
                                                        : FINDING_NOBODY);
    }
    NOTE(inquiry, RFC("5321", "5.1"), "next server", "%s gives no answer: %s",
         visit->host, said ? evidence->words : visit->error.text);
}

static size_t answered(const struct inquiry *inquiry)
{
    size_t count = 0;

    for (size_t i = 0; i < inquiry->count; i++)
        count += inquiry->questions[i].answered;
    return count;
}

/* A name that the server can't be told is an answer too. */
static void leave_out_utf8(struct inquiry *inquiry)
{
    for (size_t i = 0; i < inquiry->count; i++) {
        struct mailbox_question *q = &inquiry->questions[i];

        if (!q->path->beyond_ascii || q->answered)
            continue;
        mailbox_evidence_reply(mailbox_evidence_add(q->result, MAILBOX_HELLO),
                               inquiry->visit);
        mailbox_find(q->result, FINDING_UTF8);
        q->answered = true;
    }
}

/* Asks one server, anew as long as that leads further: some hang up after so
 * many recipients. */
static void visit_server(struct inquiry *inquiry)
{
    struct mailbox_visit *visit = inquiry->visit;
    enum mailbox_step step = MAILBOX_CONNECT;
    size_t before;
    int result;

    visit->pause_ms = inquiry->stand->rate > 0 && !is_pocket(&visit->server)
                          ? (int64_t)(1000 / inquiry->stand->rate)
                          : 0;
    for (int visits = 0; visits < VISITS_MAX; visits++) {
        before = answered(inquiry);
        error_clear(&visit->error);
        result = mailbox_visit_begin(visit, &step);
        if (result == 0 && !visit->client.capabilities.smtputf8)
            leave_out_utf8(inquiry);
        if (result == 0) {
            step = MAILBOX_RCPT;
            result = mailbox_ask(visit, inquiry->questions, inquiry->count);
        }
        if (result < 0 && answered(inquiry) == before)
            say_failure(inquiry, step, result);
        if (result == 0 || result == -ERROR_REFUSED)
            mailbox_visit_end(visit);
        else
            smtp_client_close(&visit->client);
        if (result == 0 || answered(inquiry) == before)
            break;
    }
}

/* ---- all servers -------------------------------------------------------- */

static void visit_host(struct inquiry *inquiry, const char *host)
{
    const struct mailbox_options *options = inquiry->stand->options;
    struct mailbox_visit *visit = inquiry->visit;
    struct names_addresses addresses;
    int result = names_look_up(
        inquiry->stand->client->names, host,
        (uint16_t)(options->port > 0 ? options->port : 25),
        visit->client.setup.family, inquiry->stand->client->deadline,
        &addresses, &visit->error);

    visit->host = host;
    if (result < 0) {
        struct mailbox_evidence *evidence =
            failure_of(inquiry, MAILBOX_CONNECT);

        snprintf(evidence->host, sizeof(evidence->host), "%s", host);
        words_write(evidence, visit->error.text);
        NOTE(inquiry, RFC("5321", "5.1"), "next server", "%s has no address",
             host);
        return;
    }
    for (size_t i = 0; i < addresses.count; i++) {
        if (answered(inquiry) == inquiry->count)
            return;
        visit->server = addresses.list[i];
        /* Another server, other answers: no control is known of it yet. */
        visit->shape_count = 0;
        note_failure(inquiry, FINDING_NOBODY);
        visit_server(inquiry);
    }
}

static void find_for_all(struct inquiry *inquiry, enum mailbox_finding finding,
                         enum mailbox_step step, const char *words)
{
    for (size_t i = 0; i < inquiry->count; i++) {
        struct mailbox_evidence *evidence =
            mailbox_evidence_add(inquiry->questions[i].result, step);

        words_write(evidence, words);
        mailbox_find(inquiry->questions[i].result, finding);
    }
}

/* Who has a reply is judged by it; the others by what became of the servers. */
static void conclude(struct inquiry *inquiry)
{
    for (size_t i = 0; i < inquiry->count; i++) {
        struct mailbox_result *result = inquiry->questions[i].result;
        const struct mailbox_evidence *mail =
            mailbox_evidence_of(result, MAILBOX_MAIL);

        /* Its verdict was found on the way. */
        if (result->rule)
            continue;
        if (mailbox_evidence_of(result, MAILBOX_RCPT)) {
            mailbox_judge(result);
        } else if (mail) {
            mailbox_find(result, mail->code / 100 == 4 ? FINDING_LATER
                                                       : FINDING_REFUSED);
        } else {
            for (size_t k = 0; k < inquiry->failures; k++)
                *mailbox_evidence_add(result, MAILBOX_CONNECT) =
                    inquiry->failed[k];
            mailbox_find(result, inquiry->finding);
        }
    }
}

static bool only(struct names_mx *mx, struct span host)
{
    snprintf(mx->list[0].host, sizeof(mx->list[0].host), "%.*s",
             (int)host.length, host.data);
    mx->count = 1;
    return true;
}

/* The address in "[192.0.2.30]" or "[IPv6:2001:db8::30]". */
static struct span literal_of(const char *domain)
{
    static const char tag[] = "IPv6:";
    const char *at = domain + 1;

    if (strncasecmp(at, tag, sizeof(tag) - 1) == 0)
        at += sizeof(tag) - 1;
    return (struct span){at, strcspn(at, "]")};
}

/* False: nobody takes mail for the domain, and everybody has a verdict. */
static bool find_hosts(struct inquiry *inquiry, const char *domain,
                       struct names_mx *mx)
{
    const char *server = inquiry->stand->options->server;
    struct error *error = &inquiry->visit->error;
    int result;

    memset(mx, 0, sizeof(*mx));
    if (server)
        return only(mx, span_of(server));
    if (domain[0] == '[')
        return only(mx, literal_of(domain));
    result = names_mx(inquiry->stand->client->names, domain,
                      inquiry->stand->client->deadline, mx, error);
    if (result == 0)
        return true;
    find_for_all(inquiry,
                 result == -ERROR_REFUSED                ? FINDING_NULL_MX
                 : result == -ERROR_USAGE || mx->unknown ? FINDING_NO_DOMAIN
                                                         : FINDING_DNS_LATER,
                 MAILBOX_MX, error->text);
    return false;
}

static struct mailbox_visit *visit_new(const struct mailbox_stand *stand,
                                       const char *domain)
{
    const struct client_options *options = &stand->options->client;
    struct mailbox_visit *visit = calloc(1, sizeof(*visit));

    if (!visit)
        return NULL;
    visit->stand = stand;
    visit->domain = domain;
    visit->host = domain;
    visit->client.tls = stand->client->tls;
    visit->client.name = stand->options->hello;
    client_setup(&visit->client.setup, stand->client, options, &visit->error);
    visit->client.setup.proto = "smtp";
    visit->client.setup.standard_port = 25;
    if (getrandom(&visit->random, sizeof(visit->random), GRND_NONBLOCK) < 0)
        visit->random = (uint64_t)(uintptr_t)visit;
    return visit;
}

void mailbox_domain(const struct mailbox_stand *stand,
                    const struct smtp_path *addresses, size_t count,
                    struct mailbox_result *results)
{
    struct mailbox_question questions[MAILBOX_TOGETHER];
    struct inquiry inquiry = {.stand = stand,
                              .questions = questions,
                              .count = count,
                              .finding = FINDING_NO_ADDRESS};
    struct names_mx mx;

    memset(results, 0, count * sizeof(*results));
    for (size_t i = 0; i < count; i++)
        questions[i] = (struct mailbox_question){.path = &addresses[i],
                                                 .result = &results[i]};
    inquiry.visit = visit_new(stand, addresses[0].domain);
    if (!inquiry.visit) {
        conclude(&inquiry);
        return;
    }
    if (find_hosts(&inquiry, addresses[0].domain, &mx)) {
        for (size_t i = 0; i < mx.count; i++)
            if (answered(&inquiry) < count)
                visit_host(&inquiry, mx.list[i].host);
        conclude(&inquiry);
    }
    free(inquiry.visit);
}

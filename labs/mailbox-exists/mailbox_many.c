/* SPDX-License-Identifier: MIT */
/*
 * mailbox_many: many addresses, a process a domain, results in input order.
 *
 * Addresses are taken in batches, so that a list without end needs no memory
 * without end. Within a batch those of one domain go to one process
 * (mailbox_worker.c); whoever waits for a slow domain is a result that stands
 * behind it, and no other check.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "labs/mailbox-exists/mailbox_batch.h"

/* Addresses that are held at once: with a result of a kilobyte each they stay
 * far below 64 MiB. */
#define BATCH 20000
/* Domains that are asked at the same time, if not said otherwise. */
#define DOMAINS_DEFAULT 64

/* ---- what comes back ---------------------------------------------------- */

static void print_ready(struct mailbox_batch *batch)
{
    while (batch->to && batch->next_to_print < batch->count &&
           batch->results[batch->next_to_print]) {
        char **result = &batch->results[batch->next_to_print++];

        mailbox_tell_marks(batch->to, *result, batch->stand->options->json,
                           NULL);
        free(*result);
        *result = NULL;
    }
    if (batch->to)
        fflush(batch->to);
    if (batch->tells)
        fprintf(stderr, "\r%zu of %zu addresses", batch->done, batch->count);
}

static int wait_for_some(struct mailbox_batch *batch)
{
    struct pollfd wait[DOMAINS_MAX];
    struct mailbox_worker *of[DOMAINS_MAX];
    nfds_t count = 0;
    int result = 0;

    for (size_t i = 0; i < DOMAINS_MAX; i++)
        if (batch->workers[i].pid > 0) {
            of[count] = &batch->workers[i];
            wait[count++] =
                (struct pollfd){.fd = batch->workers[i].fd, .events = POLLIN};
        }
    if (poll(wait, count, -1) < 0)
        return errno == EINTR ? 0
                              : error_set_errno(batch->error, ERROR_LOCAL,
                                                errno, "waiting for results");
    for (nfds_t i = 0; i < count && result == 0; i++)
        if (wait[i].revents)
            result = mailbox_worker_read(batch, of[i]);
    print_ready(batch);
    return result;
}

/* ---- a batch ------------------------------------------------------------ */

/* Says so where the reason is a length, which is not easily seen. */
static void say_length(const char *address, char *words, size_t size)
{
    const char *at = strrchr(address, '@');
    size_t local = at ? (size_t)(at - address) : 0;
    size_t domain = at ? strlen(at + 1) : 0;

    if (local > SMTP_LOCAL_PART_MAX)
        snprintf(words, size,
                 "the local part has %zu octets; %d are the most (RFC 5321 "
                 "§4.5.3.1.1)",
                 local, SMTP_LOCAL_PART_MAX);
    else if (domain > SMTP_DOMAIN_MAX)
        snprintf(words, size,
                 "the domain has %zu octets; %d are the most (RFC 5321 "
                 "§4.5.3.1.2)",
                 domain, SMTP_DOMAIN_MAX);
}

/* What is no address has its verdict at once. */
static int judge_syntax(struct mailbox_batch *batch, size_t index, bool *valid)
{
    struct mailbox_result result = {.count = 0};
    struct mailbox_evidence *evidence;
    struct smtp_path path;
    char why[SMTP_VERDICT_MAX];

    *valid = mailbox_address_read(&path, span_of(batch->addresses[index]), why);
    if (*valid)
        return 0;
    evidence = mailbox_evidence_add(&result, MAILBOX_SYNTAX);
    snprintf(evidence->words, sizeof(evidence->words), "%.*s",
             MAILBOX_WORDS - 1, why);
    say_length(batch->addresses[index], evidence->words,
               sizeof(evidence->words));
    mailbox_find(&result, FINDING_SYNTAX);
    batch->done++;
    return mailbox_tell(&batch->results[index], batch->addresses[index],
                        &result, batch->stand->options->json, batch->error);
}

/* qsort_r(3): by domain, and those of one domain as they came. */
static int by_domain(const void *a, const void *b, void *context)
{
    const struct mailbox_batch *batch = context;
    size_t i = *(const size_t *)a, k = *(const size_t *)b;
    int order = strcasecmp(mailbox_domain_of(batch->addresses[i]),
                           mailbox_domain_of(batch->addresses[k]));

    return order ? order : (i > k) - (i < k);
}

struct group {
    size_t first, count, earliest;
};

static int by_appearance(const void *a, const void *b)
{
    const struct group *left = a, *right = b;

    return (left->earliest > right->earliest) -
           (left->earliest < right->earliest);
}

/* One group a domain, in the order in which the domains came. */
static size_t make_groups(const struct mailbox_batch *batch, size_t ordered,
                          struct group *groups)
{
    size_t count = 0;

    for (size_t i = 0; i < ordered; i++) {
        const char *domain =
            mailbox_domain_of(batch->addresses[batch->order[i]]);

        if (count == 0 ||
            strcasecmp(
                domain,
                mailbox_domain_of(
                    batch->addresses[batch->order[groups[count - 1].first]])) !=
                0)
            groups[count++] = (struct group){i, 0, batch->order[i]};
        groups[count - 1].count++;
    }
    qsort(groups, count, sizeof(*groups), by_appearance);
    return count;
}

static int run_groups(struct mailbox_batch *batch, const struct group *groups,
                      size_t count)
{
    size_t next = 0;
    int result = 0;

    print_ready(batch);
    while ((next < count || mailbox_workers_count(batch) > 0) && result == 0) {
        if (next < count && mailbox_workers_count(batch) < batch->most) {
            result = mailbox_worker_start(batch, groups[next].first,
                                          groups[next].count);
            next++;
        } else {
            result = wait_for_some(batch);
        }
    }
    mailbox_workers_stop(batch);
    return result;
}

static int batch_run(struct mailbox_batch *batch)
{
    struct group *groups = malloc(batch->count * sizeof(*groups));
    size_t ordered = 0;
    int result = groups ? 0 : mailbox_no_memory(batch->error);
    bool valid;

    for (size_t i = 0; i < batch->count && result == 0; i++) {
        result = judge_syntax(batch, i, &valid);
        if (valid)
            batch->order[ordered++] = i;
    }
    if (result == 0) {
        qsort_r(batch->order, ordered, sizeof(*batch->order), by_domain, batch);
        result = run_groups(batch, groups, make_groups(batch, ordered, groups));
    }
    if (batch->tells)
        fprintf(stderr, "\r\033[K");
    free(groups);
    return result;
}

/* ---- all of them -------------------------------------------------------- */

static int batch_fill(struct mailbox_batch *batch,
                      struct mailbox_source *source)
{
    const char *address;

    batch->count = batch->next_to_print = batch->done = 0;
    while (batch->count < BATCH && (address = source->next(source)) != NULL) {
        batch->addresses[batch->count] = strdup(address);
        if (!batch->addresses[batch->count++])
            return mailbox_no_memory(batch->error);
    }
    return 0;
}

static void batch_empty(struct mailbox_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        free(batch->addresses[i]);
        free(batch->results[i]);
        batch->addresses[i] = batch->results[i] = NULL;
    }
    batch->count = 0;
}

void mailbox_kept_print(const struct mailbox_kept *kept, FILE *to, bool json,
                        const struct trace_file *trace)
{
    for (size_t i = 0; i < kept->count; i++)
        mailbox_tell_marks(to, kept->texts[i], json, trace);
}

void mailbox_kept_free(struct mailbox_kept *kept)
{
    for (size_t i = 0; i < kept->count; i++)
        free(kept->texts[i]);
    free(kept->texts);
    *kept = (struct mailbox_kept){NULL, 0};
}

static int keep_results(struct mailbox_batch *batch, struct mailbox_kept *kept)
{
    char **more =
        realloc(kept->texts, (kept->count + batch->count) * sizeof(*more));

    if (!more)
        return mailbox_no_memory(batch->error);
    kept->texts = more;
    for (size_t i = 0; i < batch->count; i++) {
        kept->texts[kept->count++] = batch->results[i];
        batch->results[i] = NULL;
    }
    return 0;
}

int mailbox_many(const struct mailbox_stand *stand,
                 struct mailbox_source *source, FILE *to,
                 struct mailbox_kept *kept, struct error *error)
{
    struct mailbox_batch *batch = calloc(1, sizeof(*batch));
    long most =
        stand->options->domains > 0 ? stand->options->domains : DOMAINS_DEFAULT;
    int result = 0;

    if (!batch)
        return mailbox_no_memory(error);
    batch->stand = stand;
    batch->error = error;
    batch->to = kept ? NULL : to;
    batch->most = (size_t)(most < DOMAINS_MAX ? most : DOMAINS_MAX);
    batch->tells = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
    batch->addresses = calloc(BATCH, sizeof(char *));
    batch->results = calloc(BATCH, sizeof(char *));
    batch->order = calloc(BATCH, sizeof(size_t));
    if (!batch->addresses || !batch->results || !batch->order)
        result = mailbox_no_memory(error);
    while (result == 0 && (result = batch_fill(batch, source)) == 0 &&
           batch->count > 0) {
        result = batch_run(batch);
        if (result == 0 && kept)
            result = keep_results(batch, kept);
        batch_empty(batch);
    }
    free(batch->addresses);
    free(batch->results);
    free(batch->order);
    free(batch);
    return result;
}

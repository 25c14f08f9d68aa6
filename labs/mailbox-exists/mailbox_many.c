/* SPDX-License-Identifier: MIT */
/*
 * mailbox_many: many addresses, a process a domain, results in input order.
 *
 * Addresses are taken in batches, so that a list without end needs no memory
 * without end. Within a batch those of one domain go to one process, which
 * sends each result, told as text already, through a pipe; whoever waits for a
 * slow domain is a result that stands behind it, and no other check.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/trace.h"
#include "labs/mailbox-exists/mailbox.h"

/* Addresses that are held at once: with a result of a kilobyte each they stay
 * far below 64 MiB. */
#define BATCH 20000
/* Domains that are asked at the same time, a process each, if not said
 * otherwise; and the most that may be said. */
#define DOMAINS_DEFAULT 64
#define DOMAINS_MAX 256

/* What goes through a pipe before each result. */
struct parcel {
    uint32_t index, length;
};

struct worker {
    pid_t pid; /* 0: none */
    int fd;
    size_t first, count; /* its addresses in batch->order */
    struct parcel parcel;
    size_t have; /* bytes of the parcel's head, then of its text */
    char *text;
};

struct batch {
    const struct mailbox_stand *stand;
    char **addresses, **results; /* owned */
    size_t *order;               /* indices, those of a domain together */
    size_t count, next_to_print, done;
    struct worker workers[DOMAINS_MAX];
    size_t most; /* workers at once */
    FILE *to;    /* results go there; NULL: they are kept for later */
    bool tells;  /* progress is shown on standard error */
    struct error *error;
};

static const char *domain_of(const char *address)
{
    const char *at = strrchr(address, '@');

    return at ? at + 1 : "";
}

static int no_memory(struct error *error)
{
    return error_set(error, ERROR_LOCAL, "no memory for so many addresses");
}

/* ---- a process for a domain --------------------------------------------- */

static bool write_all(int fd, const void *data, size_t length)
{
    for (size_t done = 0; done < length;) {
        ssize_t n = write(fd, (const char *)data + done, length - done);

        if (n < 0 && errno != EINTR)
            return false;
        done += n > 0 ? (size_t)n : 0;
    }
    return true;
}

static bool send_result(const struct batch *batch, int fd, size_t index,
                        const struct mailbox_result *result)
{
    struct parcel parcel = {.index = (uint32_t)index};
    char *text = NULL;
    bool sent;

    if (mailbox_tell(&text, batch->addresses[index], result,
                     batch->stand->options->json, batch->error) < 0)
        return false;
    parcel.length = (uint32_t)strlen(text);
    sent = write_all(fd, &parcel, sizeof(parcel)) &&
           write_all(fd, text, parcel.length);
    free(text);
    return sent;
}

static bool work(const struct batch *batch, const struct worker *worker, int fd)
{
    struct smtp_path *paths = calloc(MAILBOX_TOGETHER, sizeof(*paths));
    struct mailbox_result *results = calloc(MAILBOX_TOGETHER, sizeof(*results));
    char why[SMTP_VERDICT_MAX];
    bool sent = paths && results;

    for (size_t from = 0; from < worker->count && sent;
         from += MAILBOX_TOGETHER) {
        const size_t *order = batch->order + worker->first + from;
        size_t count = worker->count - from < MAILBOX_TOGETHER
                           ? worker->count - from
                           : MAILBOX_TOGETHER;

        for (size_t i = 0; i < count; i++)
            mailbox_address_read(&paths[i], span_of(batch->addresses[order[i]]),
                                 why);
        mailbox_domain(batch->stand, paths, count, results);
        for (size_t i = 0; i < count && sent; i++)
            sent = send_result(batch, fd, order[i], &results[i]);
    }
    free(paths);
    free(results);
    return sent;
}

static int start_worker(struct batch *batch, size_t first, size_t count)
{
    struct worker *worker = batch->workers;
    int ends[2];

    while (worker->pid > 0)
        worker++;
    *worker = (struct worker){.first = first, .count = count};
    if (pipe(ends) < 0)
        return error_set_errno(batch->error, ERROR_LOCAL, errno,
                               "no pipe for another domain");
    worker->pid = fork();
    if (worker->pid == 0) {
        close(ends[0]);
        _exit(work(batch, worker, ends[1]) ? 0 : ERROR_LOCAL);
    }
    close(ends[1]);
    worker->fd = ends[0];
    if (worker->pid > 0)
        return 0;
    close(ends[0]);
    worker->pid = 0;
    return error_set_errno(batch->error, ERROR_LOCAL, errno,
                           "no process for another domain");
}

/* ---- what comes back ---------------------------------------------------- */

static void print_ready(struct batch *batch)
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

static int worker_ended(struct batch *batch, struct worker *worker)
{
    int status = 0;

    close(worker->fd);
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
        ;
    worker->pid = 0;
    free(worker->text);
    worker->text = NULL;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 0;
    return error_set(batch->error, ERROR_LOCAL,
                     "the process that asked %s ended early",
                     domain_of(batch->addresses[batch->order[worker->first]]));
}

/* Reads what has come, once. */
static int worker_read(struct batch *batch, struct worker *worker)
{
    struct parcel *parcel = &worker->parcel;
    bool head = worker->have < sizeof(*parcel);
    size_t at = head ? worker->have : worker->have - sizeof(*parcel);
    char *to = head ? (char *)parcel : worker->text;
    ssize_t n = read(worker->fd, to + at,
                     (head ? sizeof(*parcel) : parcel->length) - at);

    if (n <= 0)
        return n < 0 && errno == EINTR ? 0 : worker_ended(batch, worker);
    worker->have += (size_t)n;
    if (worker->have == sizeof(*parcel)) {
        worker->text = malloc((size_t)parcel->length + 1);
        if (!worker->text || parcel->index >= batch->count)
            return no_memory(batch->error);
    }
    if (worker->have < sizeof(*parcel) + parcel->length)
        return 0;
    worker->text[parcel->length] = '\0';
    batch->results[parcel->index] = worker->text;
    worker->text = NULL;
    worker->have = 0;
    batch->done++;
    return 0;
}

static int wait_for_some(struct batch *batch)
{
    struct pollfd wait[DOMAINS_MAX];
    struct worker *of[DOMAINS_MAX];
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
            result = worker_read(batch, of[i]);
    print_ready(batch);
    return result;
}

static size_t working(const struct batch *batch)
{
    size_t count = 0;

    for (size_t i = 0; i < DOMAINS_MAX; i++)
        count += batch->workers[i].pid > 0;
    return count;
}

/* Whatever went wrong, nobody is left behind. */
static void stop_workers(struct batch *batch)
{
    struct error ignored;

    for (size_t i = 0; i < DOMAINS_MAX; i++) {
        struct worker *worker = &batch->workers[i];

        if (worker->pid <= 0)
            continue;
        kill(worker->pid, SIGTERM);
        batch->error = &ignored;
        worker_ended(batch, worker);
    }
}

/* ---- a batch ------------------------------------------------------------ */

/* What is no address has its verdict at once. */
static int judge_syntax(struct batch *batch, size_t index, bool *valid)
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
    mailbox_find(&result, FINDING_SYNTAX);
    batch->done++;
    return mailbox_tell(&batch->results[index], batch->addresses[index],
                        &result, batch->stand->options->json, batch->error);
}

/* qsort_r(3): by domain, and those of one domain as they came. */
static int by_domain(const void *a, const void *b, void *context)
{
    const struct batch *batch = context;
    size_t i = *(const size_t *)a, k = *(const size_t *)b;
    int order = strcasecmp(domain_of(batch->addresses[i]),
                           domain_of(batch->addresses[k]));

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
static size_t make_groups(const struct batch *batch, size_t ordered,
                          struct group *groups)
{
    size_t count = 0;

    for (size_t i = 0; i < ordered; i++) {
        const char *domain = domain_of(batch->addresses[batch->order[i]]);

        if (count == 0 ||
            strcasecmp(
                domain,
                domain_of(
                    batch->addresses[batch->order[groups[count - 1].first]])) !=
                0)
            groups[count++] = (struct group){i, 0, batch->order[i]};
        groups[count - 1].count++;
    }
    qsort(groups, count, sizeof(*groups), by_appearance);
    return count;
}

static int run_groups(struct batch *batch, const struct group *groups,
                      size_t count)
{
    size_t next = 0;
    int result = 0;

    print_ready(batch);
    while ((next < count || working(batch) > 0) && result == 0) {
        if (next < count && working(batch) < batch->most) {
            result =
                start_worker(batch, groups[next].first, groups[next].count);
            next++;
        } else {
            result = wait_for_some(batch);
        }
    }
    stop_workers(batch);
    return result;
}

static int batch_run(struct batch *batch)
{
    struct group *groups = malloc(batch->count * sizeof(*groups));
    size_t ordered = 0;
    int result = groups ? 0 : no_memory(batch->error);
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

static int batch_fill(struct batch *batch, struct mailbox_source *source)
{
    const char *address;

    batch->count = batch->next_to_print = batch->done = 0;
    while (batch->count < BATCH && (address = source->next(source)) != NULL) {
        batch->addresses[batch->count] = strdup(address);
        if (!batch->addresses[batch->count++])
            return no_memory(batch->error);
    }
    return 0;
}

static void batch_empty(struct batch *batch)
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

static int keep_results(struct batch *batch, struct mailbox_kept *kept)
{
    char **more =
        realloc(kept->texts, (kept->count + batch->count) * sizeof(*more));

    if (!more)
        return no_memory(batch->error);
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
    struct batch *batch = calloc(1, sizeof(*batch));
    long most =
        stand->options->domains > 0 ? stand->options->domains : DOMAINS_DEFAULT;
    int result = 0;

    if (!batch)
        return no_memory(error);
    batch->stand = stand;
    batch->error = error;
    batch->to = kept ? NULL : to;
    batch->most = (size_t)(most < DOMAINS_MAX ? most : DOMAINS_MAX);
    batch->tells = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
    batch->addresses = calloc(BATCH, sizeof(char *));
    batch->results = calloc(BATCH, sizeof(char *));
    batch->order = calloc(BATCH, sizeof(size_t));
    if (!batch->addresses || !batch->results || !batch->order)
        result = no_memory(error);
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

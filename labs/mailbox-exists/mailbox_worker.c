/* SPDX-License-Identifier: MIT */
/*
 * mailbox_worker: a process that asks one domain, and what comes back from it.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "labs/mailbox-exists/mailbox_batch.h"

int mailbox_no_memory(struct error *error)
{
    return error_set(error, ERROR_LOCAL, "no memory for so many addresses");
}

const char *mailbox_domain_of(const char *address)
{
    const char *at = strrchr(address, '@');

    return at ? at + 1 : "";
}

/* ---- in the process ----------------------------------------------------- */

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

static bool send_result(const struct mailbox_batch *batch, int fd, size_t index,
                        const struct mailbox_result *result)
{
    struct mailbox_parcel parcel = {.index = (uint32_t)index};
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

static bool work(const struct mailbox_batch *batch,
                 const struct mailbox_worker *worker, int fd)
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

int mailbox_worker_start(struct mailbox_batch *batch, size_t first,
                         size_t count)
{
    struct mailbox_worker *worker = batch->workers;
    int ends[2];

    while (worker->pid > 0)
        worker++;
    *worker = (struct mailbox_worker){.first = first, .count = count};
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

static int worker_ended(struct mailbox_batch *batch,
                        struct mailbox_worker *worker)
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
    return error_set(
        batch->error, ERROR_LOCAL, "the process that asked %s ended early",
        mailbox_domain_of(batch->addresses[batch->order[worker->first]]));
}

int mailbox_worker_read(struct mailbox_batch *batch,
                        struct mailbox_worker *worker)
{
    struct mailbox_parcel *parcel = &worker->parcel;
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
            return mailbox_no_memory(batch->error);
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

size_t mailbox_workers_count(const struct mailbox_batch *batch)
{
    size_t count = 0;

    for (size_t i = 0; i < DOMAINS_MAX; i++)
        count += batch->workers[i].pid > 0;
    return count;
}

void mailbox_workers_stop(struct mailbox_batch *batch)
{
    static struct error ignored;
    struct error *error = batch->error;

    batch->error = &ignored;
    for (size_t i = 0; i < DOMAINS_MAX; i++) {
        struct mailbox_worker *worker = &batch->workers[i];

        if (worker->pid <= 0)
            continue;
        kill(worker->pid, SIGTERM);
        worker_ended(batch, worker);
    }
    batch->error = error;
}

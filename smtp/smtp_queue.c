/* SPDX-License-Identifier: MIT */
/*
 * smtp_queue: the folder, its lock, and what is in it.
 */
#include "smtp/smtp_queue.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/deadline.h"
#include "smtp/smtp_queue_private.h"

int smtp_queue_path(const struct smtp_queue *queue, char path[PATH_MAX],
                    const char *id, const char *suffix, struct error *error)
{
    int length = snprintf(path, PATH_MAX, "%s/%s%s", queue->folder, id, suffix);

    if (length > 0 && length < PATH_MAX)
        return 0;
    return error_set(error, ERROR_LOCAL, "%s: the path is too long",
                     queue->folder);
}

int smtp_queue_failed(const char *path, struct error *error)
{
    return error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
}

/* ---- opening ------------------------------------------------------------ */

/* A server that was killed leaves children, which end at once, but after it:
 * until they have, their lock is what keeps us from sweeping their spools. */
static int wait_for_lock(struct smtp_queue *queue, struct error *error)
{
    deadline_ns deadline = deadline_in_ms(SMTP_QUEUE_LOCK_MS);

    while (flock(queue->lock_fd, LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return smtp_queue_failed(queue->folder, error);
        if (deadline_passed(deadline))
            return error_set(error, ERROR_LOCAL,
                             "%s: another server uses this queue",
                             queue->folder);
        poll(NULL, 0, 5);
    }
    return 0;
}

/* "ID" of "ID.message" when it has that end; false if not. */
static bool has_suffix(const char *name, const char *suffix,
                       char id[SMTP_QUEUE_ID_MAX])
{
    size_t length = strlen(name), end = strlen(suffix);

    if (length <= end || length - end >= SMTP_QUEUE_ID_MAX ||
        strcmp(name + length - end, suffix) != 0)
        return false;
    memcpy(id, name, length - end);
    id[length - end] = '\0';
    return true;
}

/* Nobody was promised what has no envelope. */
static void sweep_one(struct smtp_queue *queue, const char *name)
{
    char id[SMTP_QUEUE_ID_MAX], path[PATH_MAX];

    if (has_suffix(name, SMTP_QUEUE_NEW, id)) {
        unlinkat(queue->folder_fd, name, 0);
        return;
    }
    if (!has_suffix(name, SMTP_QUEUE_MESSAGE, id) ||
        smtp_queue_path(queue, path, id, SMTP_QUEUE_ENVELOPE, NULL) < 0)
        return;
    if (access(path, F_OK) < 0 && errno == ENOENT)
        unlinkat(queue->folder_fd, name, 0);
}

static int each_name(struct smtp_queue *queue,
                     void (*each)(struct smtp_queue *queue, const char *name),
                     struct error *error)
{
    DIR *folder = opendir(queue->folder);
    struct dirent *entry;

    if (!folder)
        return smtp_queue_failed(queue->folder, error);
    while ((entry = readdir(folder)) != NULL)
        each(queue, entry->d_name);
    closedir(folder);
    return 0;
}

int smtp_queue_open(struct smtp_queue *queue, const char *folder,
                    struct error *error)
{
    char path[PATH_MAX];

    *queue = (struct smtp_queue){.folder_fd = -1, .lock_fd = -1, .wake_fd = -1};
    snprintf(queue->folder, sizeof(queue->folder), "%s", folder);
    if (mkdir(folder, 0700) < 0 && errno != EEXIST)
        return smtp_queue_failed(folder, error);
    if (smtp_queue_path(queue, path, "lock", "", error) < 0)
        return -(int)error->class;
    queue->folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    queue->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    queue->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (queue->folder_fd < 0 || queue->lock_fd < 0 || queue->wake_fd < 0)
        smtp_queue_failed(path, error);
    else if (wait_for_lock(queue, error) == 0 &&
             each_name(queue, sweep_one, error) == 0)
        return 0;
    smtp_queue_close(queue);
    return -(int)error->class;
}

void smtp_queue_close(struct smtp_queue *queue)
{
    int *const fds[] = {&queue->folder_fd, &queue->lock_fd, &queue->wake_fd};

    for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++) {
        if (*fds[i] >= 0 && queue->folder[0] != '\0')
            close(*fds[i]);
        *fds[i] = -1;
    }
}

void smtp_queue_wake(struct smtp_queue *queue)
{
    /* Who was told so often that he can't count any more is awake. */
    if (eventfd_write(queue->wake_fd, 1) < 0)
        return;
}

/* ---- what is in it ------------------------------------------------------ */

int smtp_queue_list(struct smtp_queue *queue,
                    void (*each)(void *context, const char *id), void *context,
                    struct error *error)
{
    DIR *folder = opendir(queue->folder);
    char id[SMTP_QUEUE_ID_MAX];
    struct dirent *entry;

    if (!folder)
        return smtp_queue_failed(queue->folder, error);
    while ((entry = readdir(folder)) != NULL)
        if (has_suffix(entry->d_name, SMTP_QUEUE_ENVELOPE, id))
            each(context, id);
    closedir(folder);
    return 0;
}

/* All of a file; the caller frees. */
static char *read_file(int fd, size_t *length)
{
    struct stat status;
    char *text;
    ssize_t got = 1;

    *length = 0;
    if (fstat(fd, &status) < 0 || status.st_size > SMTP_ENVELOPE_MAX)
        return NULL;
    text = malloc((size_t)status.st_size + 1);
    while (text && *length < (size_t)status.st_size && got > 0) {
        got = read(fd, text + *length, (size_t)status.st_size - *length);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0)
            *length += (size_t)got;
    }
    return text;
}

int smtp_queue_read(struct smtp_queue *queue, const char *id,
                    struct smtp_transaction *transaction, struct error *error)
{
    char path[PATH_MAX], *text;
    size_t length;
    int fd, result;

    if (smtp_queue_path(queue, path, id, SMTP_QUEUE_ENVELOPE, error) < 0)
        return -(int)error->class;
    if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
        return smtp_queue_failed(path, error);
    text = read_file(fd, &length);
    close(fd);
    if (!text)
        return error_set(error, ERROR_LOCAL, "%s: it can't be read", path);
    result =
        smtp_transaction_read(transaction, (struct span){text, length}, error);
    free(text);
    return result;
}

int smtp_queue_message(struct smtp_queue *queue, const char *id,
                       struct error *error)
{
    char path[PATH_MAX];
    int fd;

    if (smtp_queue_path(queue, path, id, SMTP_QUEUE_MESSAGE, error) < 0)
        return -(int)error->class;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd >= 0 ? fd : smtp_queue_failed(path, error);
}

/* The envelope first: a message without one is swept, an envelope without its
 * message could not be delivered. */
void smtp_queue_remove(struct smtp_queue *queue, const char *id)
{
    char path[PATH_MAX];

    if (smtp_queue_path(queue, path, id, SMTP_QUEUE_ENVELOPE, NULL) == 0)
        unlink(path);
    if (smtp_queue_path(queue, path, id, SMTP_QUEUE_MESSAGE, NULL) == 0)
        unlink(path);
}

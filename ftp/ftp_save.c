/* SPDX-License-Identifier: MIT */
/*
 * ftp_save: a file on its way down or up, whole or from where it broke off.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/output.h"
#include "ftp/ftp_client.h"

/* ---- where to begin ----------------------------------------------------- */

/* -C: a number, or "-" for `there`, what the receiving side has already. */
static int resume_offset(struct ftp_work *work, uint64_t there,
                         uint64_t *offset)
{
    const char *resume = work->options->resume;

    *offset = 0;
    if (resume == NULL)
        return 0;
    if (ftp_work_is_text(work))
        return error_set(work->error, ERROR_USAGE,
                         "-C counts bytes, and --ascii (or ;type=a) changes "
                         "their number: one of them only");
    if (strcmp(resume, "-") == 0)
        *offset = there;
    else if (!text_to_u64(span_of(resume), INT64_MAX, offset))
        return error_set(work->error, ERROR_USAGE,
                         "-C: '%s' is neither a number of bytes nor -", resume);
    return 0;
}

/* ---- down --------------------------------------------------------------- */

struct saving {
    struct ftp_work *work;
    struct output *output;
    struct progress progress;
    uint64_t done;
};

static int save_piece(void *context, struct span piece)
{
    struct saving *s = context;

    s->done += piece.length;
    progress_step(&s->progress, s->done);
    return output_write(s->output, piece.data, piece.length, s->work->error);
}

static bool to_stdout(const char *local)
{
    return local == NULL || strcmp(local, "-") == 0;
}

/* Opens the target with what it has of the file already. */
static int open_target(struct saving *s, const char *local, uint64_t *offset)
{
    struct stat there = {.st_size = 0};
    bool known =
        !to_stdout(local) && stat(local, &there) == 0 && S_ISREG(there.st_mode);
    uint64_t length = known ? (uint64_t)there.st_size : 0;
    int result = resume_offset(s->work, length, offset);

    if (result == 0 && *offset > 0 && !to_stdout(local) && *offset != length)
        result = error_set(s->work->error, ERROR_USAGE,
                           "%s has %llu bytes: it can go on there only (-C -)",
                           local, (unsigned long long)length);
    if (result == 0)
        result = output_open(&s->output, local,
                             *offset > 0 ? OUTPUT_RESUME : OUTPUT_FRESH,
                             s->work->error);
    return result;
}

/* What the server calls its file is no reason to follow a link of ours: a
 * name that it chose must not lead out of the folder by way of one. */
static int refuse_link(struct ftp_work *work, const char *local)
{
    struct stat there;

    if (lstat(local, &there) == 0 && !S_ISREG(there.st_mode))
        return error_set(work->error, ERROR_LOCAL,
                         "%s: there is something else than a file of that "
                         "name already",
                         local);
    return 0;
}

/* A transfer that broke off leaves nothing, unless -C asks for parts: then what
 * has come stays under the name, for -C - to go on behind it. */
static int keep_part(struct saving *s, uint64_t offset, int result)
{
    const char *resume = s->work->options->resume;
    struct error unused = {0};

    if (resume != NULL && (offset > 0 || strcmp(resume, "-") == 0) &&
        output_length(s->output) > offset && result != -ERROR_LOCAL)
        output_commit(s->output, &unused);
    else
        output_abandon(s->output);
    return result;
}

int ftp_get(struct ftp_work *work, const char *remote, const char *local,
            bool server_chose)
{
    struct saving s = {.work = work};
    struct ftp_transfer transfer = {.verb = "RETR",
                                    .argument = remote,
                                    .rfc = RFC("959", "4.1.3"),
                                    .ascii = ftp_work_is_text(work),
                                    .take = save_piece,
                                    .context = &s};
    int result = server_chose ? refuse_link(work, local) : 0;

    if (result == 0)
        result = open_target(&s, local, &transfer.offset);
    if (result < 0)
        return result;
    progress_start(&s.progress, !work->options->silent && !to_stdout(local), 0);
    result = ftp_transfer_run(&work->client, &transfer);
    progress_end(&s.progress);
    if (result == 0)
        return output_commit(s.output, work->error);
    return keep_part(&s, transfer.offset, result);
}

/* ---- up ----------------------------------------------------------------- */

struct reading {
    struct ftp_work *work;
    const char *name;
    int fd;
    struct progress progress;
    uint64_t done;
};

static int read_piece(void *context, char *data, size_t size, size_t *length)
{
    struct reading *r = context;
    ssize_t got;

    do
        got = read(r->fd, data, size);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return error_set_errno(r->work->error, ERROR_LOCAL, errno, "%s",
                               r->name);
    *length = (size_t)got;
    r->done += *length;
    progress_step(&r->progress, r->done);
    return 0;
}

/* SIZE counts in the type that is set, so the type comes first (RFC 3659
 * §4). */
int ftp_size(struct ftp_work *work, const char *remote, uint64_t *size)
{
    struct ftp_client *client = &work->client;
    int result = ftp_transfer_type(client, false);

    *size = 0;
    if (result == 0)
        result = ftp_client_ask(client, RFC("3659", "4.1"), "SIZE", remote, 2);
    if (result == 0 &&
        !text_to_u64(ftp_reply_words(&client->reply), INT64_MAX, size))
        result = ftp_client_refused(client, ERROR_PROTOCOL,
                                    "SIZE answers with a number (RFC 3659 "
                                    "§4.1)");
    return result;
}

/* What the server has of the file already, if -C - asks for it: 0 when there is
 * no such file. */
static int size_there(struct ftp_work *work, const char *remote, uint64_t *size)
{
    struct ftp_client *client = &work->client;
    const char *resume = work->options->resume;
    int result;

    *size = 0;
    if (resume == NULL || strcmp(resume, "-") != 0)
        return 0;
    result = ftp_size(work, remote, size);
    if (result != -ERROR_REFUSED || client->reply.code != 550 ||
        client->conn == NULL)
        return result;
    error_clear(work->error);
    return 0;
}

static int skip_to(struct reading *r, uint64_t offset)
{
    if (offset == 0 || lseek(r->fd, (off_t)offset, SEEK_SET) >= 0)
        return 0;
    return error_set_errno(r->work->error, ERROR_LOCAL, errno,
                           "%s: can't begin at byte %llu", r->name,
                           (unsigned long long)offset);
}

int ftp_put(struct ftp_work *work, const char *local, const char *remote,
            bool append)
{
    struct reading r = {.work = work, .name = local};
    struct ftp_transfer transfer = {.verb = append ? "APPE" : "STOR",
                                    .argument = remote,
                                    .rfc = RFC("959", "4.1.3"),
                                    .ascii = ftp_work_is_text(work),
                                    .give = read_piece,
                                    .context = &r};
    bool standard_input = strcmp(local, "-") == 0;
    struct stat file = {.st_size = 0};
    uint64_t there;
    int result;

    r.fd = standard_input ? STDIN_FILENO : open(local, O_RDONLY | O_CLOEXEC);
    if (r.fd < 0 || fstat(r.fd, &file) < 0 || S_ISDIR(file.st_mode)) {
        result = error_set_errno(work->error, ERROR_LOCAL,
                                 S_ISDIR(file.st_mode) ? EISDIR : errno, "%s",
                                 local);
        goto out;
    }
    if ((result = size_there(work, remote, &there)) == 0 &&
        (result = resume_offset(work, there, &transfer.offset)) == 0)
        result = skip_to(&r, transfer.offset);
    if (result < 0)
        goto out;
    r.done = transfer.offset;
    progress_start(&r.progress, !work->options->silent, (uint64_t)file.st_size);
    result = ftp_transfer_run(&work->client, &transfer);
    progress_end(&r.progress);
out:
    if (r.fd >= 0 && !standard_input)
        close(r.fd);
    return result;
}

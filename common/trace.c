/* SPDX-License-Identifier: MIT */
/*
 * trace: recording. The contract is in trace.h; how an event becomes bytes in
 * trace_encode.c, and how FILE.part becomes FILE in trace_merge.c.
 */
#include "common/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/limits.h"
#include "common/trace_private.h"

/* What the processes that share a trace must agree on, in a mapping that a
 * fork(2) does not copy. */
struct trace_shared {
    _Atomic uint32_t conns;    /* numbers given so far */
    _Atomic int write_failure; /* errno of the first one; 0: none */
};

struct trace {
    int fd;      /* of the record, opened for appending; -1: live only */
    char *file;  /* where the finished trace goes */
    char *part;  /* where the record is kept until then */
    pid_t owner; /* the process that opened it, and will finish it */
    FILE *live;  /* borrowed; NULL: nowhere */
    char *host;
    bool show_secrets;
    struct trace_shared *shared;
    struct pcapng_block block; /* kept, so that an event allocates nothing */
};

/* ---- writing ------------------------------------------------------------ */

/* One block, one write(2): the kernel appends it in one piece, whoever else
 * writes. A file takes less only when something is wrong (the disk is full);
 * we try the rest, to learn what. 0, or errno. */
static int block_append(const struct trace *trace)
{
    size_t done = 0;
    if (trace->block.failed)
        return ENOMEM;
    while (done < trace->block.length) {
        ssize_t written = write(trace->fd, trace->block.data + done,
                                trace->block.length - done);
        if (written > 0)
            done += (size_t)written;
        else if (written == 0 || errno != EINTR)
            return written == 0 ? ENOSPC : errno;
    }
    return 0;
}

/* After a failure nobody writes any more, because a torn block is harmless
 * only at the end. */
static void block_write(struct trace *trace)
{
    int failure;
    if (trace->fd < 0 || atomic_load(&trace->shared->write_failure) != 0)
        return;
    failure = block_append(trace);
    if (failure != 0)
        atomic_store(&trace->shared->write_failure, failure);
}

static void head_write(struct trace *trace)
{
    trace_encode_section(&trace->block);
    block_write(trace);
    for (int i = 0; i < TRACE_INTERFACES; i++) {
        trace_encode_interface(&trace->block, (enum trace_interface)i);
        block_write(trace);
    }
}

/* ---- opening ------------------------------------------------------------ */

static int part_name(struct trace *trace, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static int part_name(struct trace *trace, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&trace->part, format, arguments);
    va_end(arguments);
    /* After a failure vasprintf(3) leaves it undefined. */
    if (length < 0)
        trace->part = NULL;
    return length;
}

/* The record is kept beside the target; for a target that is no file (a pipe,
 * /dev/null) there is no beside, and it is kept in memory. */
static int part_open(struct trace *trace)
{
    struct stat status;
    if (stat(trace->file, &status) == 0 && !S_ISREG(status.st_mode)) {
        trace->fd = memfd_create("trace", MFD_CLOEXEC);
        if (trace->fd < 0 || fcntl(trace->fd, F_SETFL, O_APPEND) < 0)
            return -1;
        return part_name(trace, "/proc/self/fd/%d", trace->fd);
    }
    if (part_name(trace, "%s.part", trace->file) < 0)
        return -1;
    /* It holds keys and what was said: nobody else's business. */
    trace->fd =
        open(trace->part, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (trace->fd < 0)
        return -1;
    /* Two programs that record under one name would end each other's. What a
     * killed one left is locked by nobody, and swept. */
    if (flock(trace->fd, LOCK_EX | LOCK_NB) < 0)
        return -1;
    return ftruncate(trace->fd, 0);
}

const char *trace_host_name(void)
{
    static char name[256];
    const char *told = getenv("WIRELAB_HOST");

    if (told != NULL && told[0] != '\0')
        return told;
    if (gethostname(name, sizeof name - 1) < 0 || name[0] == '\0')
        return "localhost";
    return name;
}

const char *trace_own_file(void)
{
    static char path[PATH_MAX];
    const char *folder = getenv("WIRELAB_RECORD");

    if (folder == NULL || folder[0] == '\0')
        return NULL;
    snprintf(path, sizeof path, "%s/%s-%ld.pcapng", folder,
             program_invocation_short_name, (long)getpid());
    return path;
}

static struct trace *trace_new(const struct trace_setup *setup)
{
    struct trace *trace = calloc(1, sizeof *trace);
    if (trace == NULL)
        return NULL;
    *trace = (struct trace){
        .fd = -1,
        .owner = getpid(),
        .live = setup->live,
        .show_secrets = setup->show_secrets,
        .shared = MAP_FAILED,
        .host = strdup(setup->host != NULL ? setup->host : trace_host_name())};
    trace->shared = mmap(NULL, sizeof *trace->shared, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (setup->file != NULL)
        trace->file = strdup(setup->file);
    if (trace->host == NULL || trace->shared == MAP_FAILED ||
        (setup->file != NULL && trace->file == NULL)) {
        trace_free(trace);
        return NULL;
    }
    return trace;
}

int trace_open(struct trace **trace, const struct trace_setup *setup,
               struct error *error)
{
    struct trace *opened;
    *trace = NULL;
    if (setup->file == NULL && setup->live == NULL)
        return 0;
    opened = trace_new(setup);
    if (opened == NULL)
        return error_set_errno(error, ERROR_LOCAL, errno, "no trace");
    if (setup->file != NULL && part_open(opened) < 0) {
        const char *path = opened->part != NULL ? opened->part : setup->file;
        if (errno == EWOULDBLOCK)
            error_set(error, ERROR_LOCAL,
                      "%s: another program is recording there", path);
        else
            error_set_errno(error, ERROR_LOCAL, errno, "%s: can't be written",
                            path);
        trace_free(opened);
        return -ERROR_LOCAL;
    }
    head_write(opened);
    *trace = opened;
    return 0;
}

/* ---- closing ------------------------------------------------------------ */

void trace_free(struct trace *trace)
{
    if (trace == NULL)
        return;
    if (trace->fd >= 0)
        close(trace->fd);
    if (trace->shared != MAP_FAILED)
        munmap(trace->shared, sizeof *trace->shared);
    pcapng_block_free(&trace->block);
    free(trace->file);
    free(trace->part);
    free(trace->host);
    free(trace);
}

static int trace_finish(struct trace *trace, struct error *error)
{
    const char *input = trace->part;
    int failure = atomic_load(&trace->shared->write_failure);
    int status = trace_merge(&input, 1, trace->file, error);
    /* If it could not be finished, the record stays: it is all there is. */
    if (status < 0)
        return status;
    unlink(trace->part);
    if (failure != 0)
        return error_set_errno(error, ERROR_LOCAL, failure,
                               "%s: the trace is not complete", trace->file);
    return 0;
}

int trace_close(struct trace *trace, struct error *error)
{
    int status = 0;
    if (trace != NULL && trace->fd >= 0 && trace->owner == getpid())
        status = trace_finish(trace, error);
    trace_free(trace);
    return status;
}

/* ---- recording ---------------------------------------------------------- */

bool trace_shows_secrets(const struct trace *trace)
{
    return trace != NULL && trace->show_secrets;
}

bool trace_keeps(const struct trace *trace)
{
    return trace != NULL && trace->fd >= 0;
}

uint32_t trace_next_conn(struct trace *trace)
{
    return trace == NULL ? 0 : atomic_fetch_add(&trace->shared->conns, 1) + 1;
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void trace_record(struct trace *trace, const struct trace_event *event)
{
    struct trace_event whole;
    if (trace == NULL)
        return;
    whole = *event;
    if (whole.time_ns == 0)
        whole.time_ns = now_ns();
    if (whole.host == NULL)
        whole.host = trace->host;
    if (whole.length < whole.data.length)
        whole.length = whole.data.length;
    if (whole.data.length > TRACE_BODY_MAX)
        whole.data.length = TRACE_BODY_MAX;
    if (trace->live != NULL)
        trace_live(trace->live, &whole, !trace->show_secrets);
    if (trace->fd >= 0) {
        trace_encode_event(&trace->block, &whole, !trace->show_secrets);
        block_write(trace);
    }
}

void trace_keylog(struct trace *trace, const char *line)
{
    char text[TRACE_KEYLOG_LINE_MAX];
    int length;
    if (!trace_keeps(trace))
        return;
    length = snprintf(text, sizeof text, "%s\n", line);
    /* No key is so long; half of one would open nothing. */
    if (length < 0 || (size_t)length >= sizeof text)
        return;
    pcapng_secrets_begin(&trace->block, (struct span){text, (size_t)length});
    pcapng_block_end(&trace->block);
    block_write(trace);
}

void trace_name(struct trace *trace, const struct sockaddr_storage *address,
                const char *name)
{
    if (!trace_keeps(trace))
        return;
    pcapng_names_begin(&trace->block);
    pcapng_name(&trace->block, address, name);
    pcapng_block_end(&trace->block);
    block_write(trace);
}

void trace_note_at(struct trace *trace, struct where where, struct rfc rfc,
                   const char *name, const char *format, ...)
{
    char text[TRACE_COMMENT_MAX];
    va_list arguments;
    if (trace == NULL)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    trace_record(trace, &(struct trace_event){.dir = TRACE_DIR_NOTE,
                                              .layer = TRACE_LAYER_APP,
                                              .name = name,
                                              .note = text,
                                              .src = where,
                                              .rfc = rfc,
                                              .exact = true});
}

/* ---- names -------------------------------------------------------------- */

const char *trace_layer_name(enum trace_layer layer)
{
    static const char *const names[] = {
        [TRACE_LAYER_APP] = "app",
        [TRACE_LAYER_SOCKET] = "socket",
        [TRACE_LAYER_TCP] = "tcp",
        [TRACE_LAYER_TLS] = "tls",
    };
    _Static_assert(sizeof names / sizeof *names == TRACE_LAYERS, "all named");
    return names[layer];
}

const char *trace_dir_name(enum trace_dir dir)
{
    static const char *const names[] = {
        [TRACE_DIR_OUT] = "out",
        [TRACE_DIR_IN] = "in",
        [TRACE_DIR_NOTE] = "note",
    };
    _Static_assert(sizeof names / sizeof *names == TRACE_DIRS, "all named");
    return names[dir];
}

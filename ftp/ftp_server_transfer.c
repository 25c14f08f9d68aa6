/* SPDX-License-Identifier: MIT */
/*
 * ftp_server_transfer: files out and in. RFC 959 §4.1.3, in stream mode: the
 * end of the connection is the end of the file (§3.4.1), so that who sends
 * closes, and nobody needs a length.
 */
#include "ftp/ftp_server.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A file under way, and the memory that its pieces pass through. */
struct passage {
    struct ftp_session *s;
    struct conn *data;
    struct ftp_ascii ascii;
    char *piece;     /* FTP_PIECE bytes. Owned, */
    char *converted; /* as are twice as many, for type A */
    uint64_t skip;   /* bytes on the wire that are not sent: REST in type A */
    int reason;      /* the errno of a file that failed, or 0 */
};

static bool passage_open(struct passage *p, struct ftp_session *s)
{
    *p = (struct passage){.s = s};
    p->piece = malloc(FTP_PIECE);
    p->converted = malloc(2 * FTP_PIECE);
    if (p->piece != NULL && p->converted != NULL)
        return true;
    free(p->piece);
    free(p->converted);
    conn_say(s->control, RFC("959", "5.4"), "451 Out of memory.");
    return false;
}

static void passage_close(struct passage *p)
{
    free(p->piece);
    free(p->converted);
}

/* ---- out ---------------------------------------------------------------- */

static int send_piece(struct passage *p, size_t length)
{
    struct span out = {p->piece, length};

    if (p->s->ascii) {
        out.length = ftp_ascii_to_wire(&p->ascii, out, p->converted);
        out.data = p->converted;
        size_t skipped = p->skip < out.length ? (size_t)p->skip : out.length;
        out.data += skipped;
        out.length -= skipped;
        p->skip -= skipped;
    }
    p->s->passed += out.length;
    return conn_say_bytes(p->data, out.data, out.length);
}

/* Until the end of the file, or until the client wants no more. */
static int send_file(struct passage *p, int fd)
{
    int result = conn_say_begin(p->data, RFC("959", "3.4.1"), "RETR data");
    ssize_t got = 1;

    while (result == 0 && got > 0) {
        got = read(fd, p->piece, FTP_PIECE);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got < 0)
            p->reason = errno;
        else if (got > 0)
            result = send_piece(p, (size_t)got);
        if (result == 0 && ftp_server_aborted(p->s))
            return -ERROR_REFUSED;
    }
    /* A file that can't be read to its end must not look like a whole one: the
     * message stays open, and TLS is not ended as it should be. */
    return result == 0 && p->reason == 0 ? conn_say_end(p->data) : result;
}

/* What REST has asked for. False: there is less than that. */
static bool seek(struct ftp_session *s, struct passage *p, int fd,
                 uint64_t size)
{
    if (s->ascii)
        p->skip = s->restart;
    else if (s->restart > size || lseek(fd, (off_t)s->restart, SEEK_SET) < 0)
        return false;
    return true;
}

static int retrieve(struct ftp_session *s, int fd, uint64_t size)
{
    struct passage p;
    char opening[128];
    int result;

    if (!passage_open(&p, s))
        return 0;
    if (!seek(s, &p, fd, size)) {
        passage_close(&p);
        return conn_say(s->control, RFC("3659", "5.2"),
                        "554 The file is shorter than that.");
    }
    if (s->ascii)
        snprintf(opening, sizeof(opening), "Here it comes, in type A.");
    else
        snprintf(opening, sizeof(opening),
                 "Here it comes, in type I (%" PRIu64 " bytes).",
                 size - s->restart);
    s->doing = "RETR";
    result = ftp_server_data_open(s, &p.data, FTP_OUT, opening);
    if (p.data != NULL) {
        int sent = send_file(&p, fd);
        result =
            ftp_server_data_close(s, p.data, sent, p.reason, "That was all.");
    }
    s->doing = NULL;
    passage_close(&p);
    return result;
}

int ftp_act_retr(struct ftp_session *s)
{
    char path[FTP_PATH_MAX];
    struct stat status;
    int result, fd;

    if (!ftp_server_path(s, path))
        return 0;
    fd = ftp_root_get(&s->site->root, path, O_RDONLY);
    if (fd < 0)
        return ftp_server_refuse_file(s, errno);
    if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))
        result = conn_say(s->control, RFC("959", "4.2.2"),
                          "550 That is not a plain file.");
    else
        result = retrieve(s, fd, (uint64_t)status.st_size);
    close(fd);
    s->restart = 0;
    return result;
}

/* ---- in ----------------------------------------------------------------- */

static void keep(struct passage *p, struct ftp_upload *upload,
                 struct span piece)
{
    size_t length = piece.length;

    p->s->passed += length;
    if (p->s->ascii && length > 0) {
        length = ftp_ascii_from_wire(&p->ascii, piece, p->converted);
        piece.data = p->converted;
    }
    p->reason = ftp_upload_write(upload, piece.data, length);
}

/* The client closes at the end of its file. Under TLS it must say so too, or
 * anybody could have cut the file short (RFC 4217 §12.6 ends with it). */
static int end_of_file(struct passage *p, struct ftp_upload *upload,
                       const char *name)
{
    char last[2];
    size_t length = ftp_ascii_end(&p->ascii, last);

    conn_heard(p->data, RFC("959", "3.4.1"), name);
    if (conn_end_was_cut(p->data))
        return error_set(&p->s->broken, ERROR_PROTOCOL,
                         "it ended without the close_notify of TLS");
    if (p->s->ascii)
        p->reason = ftp_upload_write(upload, last, length);
    return 0;
}

static int receive_file(struct passage *p, struct ftp_upload *upload,
                        const char *name)
{
    int result = 0;

    while (result == 0 && p->reason == 0) {
        struct span piece = conn_view(p->data);

        if (piece.length > FTP_PIECE)
            piece.length = FTP_PIECE;
        keep(p, upload, piece);
        conn_take(p->data, piece.length);
        if (conn_at_end(p->data))
            return p->reason != 0 ? 0 : end_of_file(p, upload, name);
        if (p->reason == 0 && ftp_server_aborted(p->s))
            return -ERROR_REFUSED;
        if (p->reason == 0 && conn_view(p->data).length == 0)
            result = conn_fill(p->data);
    }
    return result;
}

/* What has come is kept under its name if it is whole, or if the site wants
 * broken uploads kept, so that the client can go on where it was. */
static int receive(struct ftp_session *s, struct passage *p,
                   struct ftp_upload *upload, const char *name)
{
    int received = receive_file(p, upload, name);
    bool whole = received == 0 && p->reason == 0;
    int reason = 0;

    if (whole || s->site->keep_partial)
        reason = ftp_upload_commit(upload);
    else
        ftp_upload_abandon(upload);
    if (whole)
        p->reason = reason;
    return ftp_server_data_close(s, p->data, received, p->reason,
                                 "It is all here.");
}

/* `kept` bytes of what stands under the path come before what will come. */
static int store(struct ftp_session *s, const char *path, uint64_t kept,
                 const char *opening)
{
    struct ftp_upload upload;
    struct passage p;
    char name[FTP_VERB_MAX + 8];
    int result, reason = ftp_upload_open(&upload, &s->site->root, path, kept);

    if (reason == EINVAL)
        return conn_say(s->control, RFC("3659", "5.2"),
                        "554 The file is shorter than that.");
    if (reason != 0)
        return ftp_server_refuse_file(s, reason);
    if (!passage_open(&p, s)) {
        ftp_upload_abandon(&upload);
        return 0;
    }
    snprintf(name, sizeof(name), "%s data", s->command.verb);
    s->doing = "STOR";
    result = ftp_server_data_open(s, &p.data, FTP_IN, opening);
    if (p.data != NULL)
        result = receive(s, &p, &upload, name);
    else
        ftp_upload_abandon(&upload);
    s->doing = NULL;
    passage_close(&p);
    return result;
}

/* In type A the marker counts bytes of the wire, and where in the file that is
 * only the whole file could tell: such an upload begins anew. */
int ftp_act_stor(struct ftp_session *s)
{
    char path[FTP_PATH_MAX];
    uint64_t kept = s->restart;

    s->restart = 0;
    if (!ftp_server_path(s, path))
        return 0;
    if (kept > 0 && s->ascii)
        return conn_say(s->control, RFC("3659", "5.2"),
                        "554 REST before STOR takes type I.");
    return store(s, path, kept, kept > 0 ? "Go on from there." : "Send it.");
}

int ftp_act_appe(struct ftp_session *s)
{
    char path[FTP_PATH_MAX];

    s->restart = 0;
    if (!ftp_server_path(s, path))
        return 0;
    return store(s, path, UINT64_MAX, "Send what is to be added.");
}

/* Takes the first name that is free, by making the file, so that nobody else
 * can take it meanwhile. 0 or an errno. */
static int reserve(struct ftp_session *s, char name[64],
                   char path[FTP_PATH_MAX])
{
    const char *last;

    for (unsigned i = 1; i < 10000; i++) {
        snprintf(name, 64, "upload.%u", i);
        if (!ftp_path_join(path, s->directory, span_of(name)))
            return ENAMETOOLONG;
        int folder = ftp_root_parent(&s->site->root, path, &last);
        int fd = folder < 0
                     ? -1
                     : openat(folder, last,
                              O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        int reason = errno;
        if (folder >= 0)
            close(folder);
        if (fd >= 0)
            return close(fd) == 0 ? 0 : errno;
        if (reason != EEXIST)
            return reason;
    }
    return EEXIST;
}

/* Nothing came, or all was in vain: the name is free again. */
static void release(struct ftp_session *s, const char *path)
{
    const char *name;
    struct stat status;
    int folder = ftp_root_parent(&s->site->root, path, &name);

    if (folder < 0)
        return;
    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        status.st_size == 0)
        unlinkat(folder, name, 0);
    close(folder);
}

/* RFC 1123 §4.1.2.9: the name is told in the 150, in this form. */
int ftp_act_stou(struct ftp_session *s)
{
    char name[64], path[FTP_PATH_MAX], opening[128];
    int result, reason;

    s->restart = 0;
    if (s->way == FTP_DATA_NONE)
        return conn_say(s->control, RFC("959", "5.4"),
                        "425 Say PASV, EPSV, PORT or EPRT first.");
    if ((reason = reserve(s, name, path)) != 0)
        return ftp_server_refuse_file(s, reason);
    snprintf(opening, sizeof(opening), "FILE: %s", name);
    result = store(s, path, 0, opening);
    release(s, path);
    return result;
}

/* The transfer, if there was one, has had its 426 already. */
int ftp_act_abor(struct ftp_session *s)
{
    ftp_server_data_forget(s);
    s->restart = 0;
    conn_say(s->control, RFC("959", "4.1.3"), "226 %s",
             s->aborted ? "ABOR is done." : "Nothing is under way.");
    s->aborted = false;
    return 0;
}

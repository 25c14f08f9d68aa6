/* SPDX-License-Identifier: MIT */
/*
 * ftp_files: names. Where the client stands, what it makes, removes and
 * renames, and what one file is: RFC 959 §4.1.1 and §4.1.3, RFC 3659 §3 and §4.
 */
#include "ftp/ftp_server.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- where the client stands -------------------------------------------- */

static int enter(struct ftp_session *s, const char *path)
{
    int fd = ftp_root_get(&s->site->root, path, O_RDONLY | O_DIRECTORY);

    if (fd < 0)
        return ftp_server_refuse_file(s, errno);
    close(fd);
    strcpy(s->directory, path);
    return conn_say(s->control, RFC("959", "5.4"), "250 You are there.");
}

int ftp_act_cwd(struct ftp_session *s)
{
    char path[FTP_PATH_MAX];

    return ftp_server_path(s, path) ? enter(s, path) : 0;
}

int ftp_act_cdup(struct ftp_session *s)
{
    char path[FTP_PATH_MAX];

    ftp_path_join(path, s->directory, SPAN(".."));
    return enter(s, path);
}

/* RFC 959 §II: the name is in quotes, and a quote in it is doubled. */
static int say_directory(struct ftp_session *s, struct rfc rfc,
                         const char *path, const char *words)
{
    char quoted[2 * FTP_PATH_MAX];
    size_t length = 0;

    for (const char *at = path; *at != '\0'; at++) {
        if (*at == '"')
            quoted[length++] = '"';
        quoted[length++] = *at;
    }
    quoted[length] = '\0';
    return conn_say(s->control, rfc, "257 \"%s\" %s", quoted, words);
}

int ftp_act_pwd(struct ftp_session *s)
{
    return say_directory(s, RFC("959", "II"), s->directory,
                         "is where you are.");
}

/* ---- making, removing, renaming ----------------------------------------- */

/* What is done to a name in its folder; 0 or -1 with errno. */
static int make_directory(int folder, const char *name)
{
    return mkdirat(folder, name, 0777);
}

static int remove_directory(int folder, const char *name)
{
    return unlinkat(folder, name, AT_REMOVEDIR);
}

static int remove_file(int folder, const char *name)
{
    return unlinkat(folder, name, 0);
}

/* Does it below the root. 0, or an errno. */
static int change(struct ftp_session *s, const char *path,
                  int (*act)(int folder, const char *name))
{
    const char *name;
    int reason = 0, folder = ftp_root_parent(&s->site->root, path, &name);

    if (folder < 0)
        return errno;
    if (act(folder, name) < 0)
        reason = errno;
    close(folder);
    return reason;
}

int ftp_act_mkd(struct ftp_session *s)
{
    char path[FTP_PATH_MAX];
    int reason;

    if (!ftp_server_path(s, path))
        return 0;
    if ((reason = change(s, path, make_directory)) != 0)
        return ftp_server_refuse_file(s, reason);
    return say_directory(s, RFC("959", "II"), path, "is made.");
}

int ftp_act_rmd(struct ftp_session *s)
{
    char path[FTP_PATH_MAX];
    int reason;

    if (!ftp_server_path(s, path))
        return 0;
    if ((reason = change(s, path, remove_directory)) != 0)
        return ftp_server_refuse_file(s, reason);
    return conn_say(s->control, RFC("959", "5.4"), "250 It is gone.");
}

int ftp_act_dele(struct ftp_session *s)
{
    char path[FTP_PATH_MAX];
    int reason;

    if (!ftp_server_path(s, path))
        return 0;
    if ((reason = change(s, path, remove_file)) != 0)
        return ftp_server_refuse_file(s, reason);
    return conn_say(s->control, RFC("959", "5.4"), "250 It is gone.");
}

int ftp_act_rnfr(struct ftp_session *s)
{
    struct stat status;

    if (!ftp_server_path(s, s->renamed))
        return 0;
    if (!ftp_root_stat(&s->site->root, s->renamed, &status))
        return ftp_server_refuse_file(s, errno);
    ftp_server_enter(s, FTP_SERVER_RENAMING);
    return conn_say(s->control, RFC("959", "5.4"), "350 And to what?");
}

/* 0, or an errno. */
static int rename_to(struct ftp_session *s, const char *path)
{
    const char *old_name, *name;
    int old_folder = ftp_root_parent(&s->site->root, s->renamed, &old_name);
    int folder = ftp_root_parent(&s->site->root, path, &name);
    int reason = 0;

    if (old_folder < 0 || folder < 0 ||
        renameat(old_folder, old_name, folder, name) < 0)
        reason = errno;
    if (old_folder >= 0)
        close(old_folder);
    if (folder >= 0)
        close(folder);
    return reason;
}

int ftp_act_rnto(struct ftp_session *s)
{
    char path[FTP_PATH_MAX];
    int reason;

    ftp_server_enter(s, FTP_SERVER_IN);
    if (!ftp_server_path(s, path))
        return 0;
    if ((reason = rename_to(s, path)) != 0)
        return ftp_server_refuse_file(s, reason);
    return conn_say(s->control, RFC("959", "5.4"), "250 That is its name now.");
}

/* ---- what a file is ----------------------------------------------------- */

/* Bytes that type A would put on the wire: each line end counts as two. False:
 * out of memory, or the file can't be read. */
static bool count_ascii(int fd, uint64_t *size)
{
    char *piece = malloc(FTP_PIECE), *converted = malloc(2 * FTP_PIECE);
    struct ftp_ascii ascii = {0};
    ssize_t got = piece != NULL && converted != NULL ? 1 : -1;

    *size = 0;
    while (got > 0) {
        got = read(fd, piece, FTP_PIECE);
        if (got > 0)
            *size += ftp_ascii_to_wire(
                &ascii, (struct span){piece, (size_t)got}, converted);
    }
    free(piece);
    free(converted);
    return got == 0;
}

/* RFC 3659 §4: the number of bytes that a transfer would have now, so it
 * depends on the type. */
int ftp_act_size(struct ftp_session *s)
{
    char path[FTP_PATH_MAX];
    struct stat status;
    uint64_t size;
    bool known;

    if (!ftp_server_path(s, path))
        return 0;
    int fd = ftp_root_get(&s->site->root, path, O_RDONLY);
    if (fd < 0)
        return ftp_server_refuse_file(s, errno);
    known = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    size = known ? (uint64_t)status.st_size : 0;
    if (known && s->ascii)
        known = size <= FTP_ASCII_SIZE_MAX && count_ascii(fd, &size);
    close(fd);
    if (!known)
        return conn_say(s->control, RFC("3659", "4.2"), "550 %s.",
                        s->ascii ? "Not to be told in type A"
                                 : "That is not a plain file");
    return conn_say(s->control, RFC("3659", "4.1"), "213 %" PRIu64, size);
}

int ftp_act_mdtm(struct ftp_session *s)
{
    char path[FTP_PATH_MAX], when[FTP_TIME_MAX];
    struct stat status;

    if (!ftp_server_path(s, path))
        return 0;
    if (!ftp_root_stat(&s->site->root, path, &status))
        return ftp_server_refuse_file(s, errno);
    ftp_time_write(when, status.st_mtime);
    return conn_say(s->control, RFC("3659", "3.1"), "213 %s", when);
}

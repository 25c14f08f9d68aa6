/* SPDX-License-Identifier: MIT */
/*
 * ftp_listing: what is in a folder. LIST for people, NLST for those who want
 * the names, MLSD and MLST for programs.
 *
 * A folder is read a batch of names at a time, each batch sorted: however many
 * there are, the memory is that of one batch.
 */
#include "ftp/ftp_server.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum style { STYLE_LIST, STYLE_NAMES, STYLE_FACTS };

/* A listing under way. */
struct listing {
    struct ftp_session *s;
    struct conn *to; /* the data connection; or the control one, for STAT */
    enum style style;
    char path[FTP_PATH_MAX];    /* of the folder */
    char pattern[NAME_MAX + 1]; /* that names must match; "": all do */
    char prefix[FTP_PATH_MAX];  /* that NLST puts before each name */
    bool hidden;                /* names with a dot at their front too */
    DIR *folder;                /* owned; NULL: it is one file */
    char **names;               /* a batch. Owned, as are the names. */
    size_t count;
    time_t now;
    unsigned left_out; /* names that can't be told in a line */
};

/* ---- one line ----------------------------------------------------------- */

/* A link is shown as what it leads to, if that is below the root; else it is a
 * link, and no more is said of it. */
static bool look(const struct listing *l, const char *name, struct stat *status)
{
    char path[FTP_PATH_MAX];
    struct stat target;

    if (fstatat(dirfd(l->folder), name, status, AT_SYMLINK_NOFOLLOW) < 0)
        return false;
    if (S_ISLNK(status->st_mode) &&
        ftp_path_join(path, l->path, span_of(name)) &&
        ftp_root_stat(&l->s->site->root, path, &target))
        *status = target;
    return true;
}

static int say_item(struct listing *l, const struct ftp_item *item)
{
    char line[FTP_LIST_LINE_MAX];
    size_t length = 0;

    if (l->style == STYLE_LIST)
        length = ftp_format_list(line, item, l->now);
    else if (l->style == STYLE_NAMES)
        length = ftp_format_name(line, l->prefix, item->name);
    else
        length = ftp_format_facts(line, item, l->s->facts);
    l->left_out += length == 0;
    l->s->passed += length;
    return conn_say_bytes(l->to, line, length);
}

/* A name that went away since it was read is left out. */
static int say_name(struct listing *l, const char *name, const char *type)
{
    const struct ftp_site *site = l->s->site;
    struct stat status = {0};
    struct ftp_item item = {name, &status, type,
                            !site->read_only && !l->s->anonymous};

    if (l->style != STYLE_NAMES && !look(l, name, &status))
        return 0;
    return say_item(l, &item);
}

/* ---- a folder ----------------------------------------------------------- */

/* The temporary name of ftp_upload.c: what has it is nobody's business yet. */
static bool is_part(const char *name)
{
    size_t length = strlen(name);

    return name[0] == '.' && length > 6 &&
           strcmp(name + length - 5, ".part") == 0;
}

static bool wanted(const struct listing *l, const char *name)
{
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || is_part(name))
        return false;
    if (name[0] == '.' && !l->hidden && l->style != STYLE_FACTS)
        return false;
    return l->pattern[0] == '\0' ||
           fnmatch(l->pattern, name, FNM_PERIOD | FNM_NOESCAPE) == 0;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The next names, at most FTP_SORTED_MAX of them, in order. 0 or an errno. */
static int read_batch(struct listing *l)
{
    struct dirent *entry;

    l->count = 0;
    errno = 0;
    while (l->count < FTP_SORTED_MAX && (entry = readdir(l->folder)) != NULL) {
        if (!wanted(l, entry->d_name))
            continue;
        l->names[l->count] = strdup(entry->d_name);
        if (l->names[l->count] == NULL)
            return ENOMEM;
        l->count++;
    }
    if (errno != 0)
        return errno;
    qsort(l->names, l->count, sizeof(*l->names), compare);
    return 0;
}

static int say_batch(struct listing *l)
{
    int result = 0;

    for (size_t i = 0; i < l->count; i++) {
        if (result == 0)
            result = say_name(l, l->names[i], NULL);
        free(l->names[i]);
    }
    l->count = 0;
    return result == 0 && l->s->doing != NULL && ftp_server_aborted(l->s)
               ? -ERROR_REFUSED
               : result;
}

/* All of it. *reason is an errno of the file system. */
static int say_folder(struct listing *l, int *reason)
{
    int result = 0;

    l->names = calloc(FTP_SORTED_MAX, sizeof(*l->names));
    if (l->names == NULL)
        *reason = ENOMEM;
    if (l->style == STYLE_FACTS) {
        result = say_name(l, ".", "cdir");
        if (result == 0 && l->path[1] != '\0')
            result = say_name(l, "..", "pdir");
    }
    do {
        if (result == 0 && *reason == 0)
            *reason = read_batch(l);
        bool more = l->count == FTP_SORTED_MAX;
        if (*reason == 0 && result == 0)
            result = say_batch(l);
        if (!more)
            break;
    } while (result == 0 && *reason == 0);
    while (l->count > 0)
        free(l->names[--l->count]);
    free(l->names);
    return result;
}

/* ---- what is asked for -------------------------------------------------- */

/* Clients say "LIST -la": words with a hyphen are options of ls, of which "a"
 * is known. What follows is the path. */
static struct span without_options(struct span argument, bool *hidden)
{
    while (argument.length > 0 && argument.data[0] == '-') {
        while (argument.length > 0 && argument.data[0] != ' ') {
            *hidden = *hidden || argument.data[0] == 'a';
            argument.data++;
            argument.length--;
        }
        argument = span_trim(argument);
    }
    return argument;
}

/* The time that a match takes grows with the power of its asterisks: who sends
 * a hundred of them wants to see the server busy. */
static bool has_pattern(const char *name)
{
    unsigned stars = 0;

    for (const char *at = name; *at != '\0'; at++)
        stars += *at == '*';
    return stars <= FTP_STARS_MAX && strpbrk(name, "*?[") != NULL;
}

/* "/a/b" becomes "/a", and "/a" becomes "/". */
static void cut_last_part(char *path)
{
    char *slash = strrchr(path, '/');

    if (slash == path)
        slash++;
    *slash = '\0';
}

/* The last part of a path that does not exist may be a pattern. */
static int open_pattern(struct listing *l)
{
    const char *name = strrchr(l->path, '/') + 1;

    if (!has_pattern(name) || strlen(name) > NAME_MAX)
        return -1;
    strcpy(l->pattern, name);
    cut_last_part(l->path);
    return ftp_root_get(&l->s->site->root, l->path, O_RDONLY | O_DIRECTORY);
}

/* A file is listed as the one of its folder that has this name. */
static int open_folder_of_file(struct listing *l)
{
    const char *name;
    int fd = ftp_root_parent(&l->s->site->root, l->path, &name);

    if (fd < 0)
        return -1;
    strcpy(l->pattern, name);
    l->hidden = true;
    cut_last_part(l->path);
    return fd;
}

/* RFC 1123 §4.1.2.7: a name of NLST must do for RETR, so what is listed below
 * another folder has its path before it, as the client spelt it. */
static void spell_prefix(struct listing *l, struct span spelt)
{
    size_t length = spelt.length;

    if (l->pattern[0] != '\0')
        while (length > 0 && spelt.data[length - 1] != '/')
            length--;
    if (length == 0 || length + 2 > sizeof(l->prefix))
        return;
    memcpy(l->prefix, spelt.data, length);
    if (l->prefix[length - 1] != '/')
        l->prefix[length++] = '/';
    l->prefix[length] = '\0';
}

/* Opens the folder, or the folder of the file. 0 or an errno. */
static int open_listing(struct listing *l, struct span argument)
{
    int fd;

    if (l->style != STYLE_FACTS)
        argument = without_options(argument, &l->hidden);
    if (!ftp_path_join(l->path, l->s->directory, argument))
        return ENAMETOOLONG;
    fd = ftp_root_get(&l->s->site->root, l->path, O_RDONLY | O_DIRECTORY);
    if (fd < 0 && errno == ENOENT)
        fd = open_pattern(l);
    if (fd < 0 && errno == ENOTDIR && l->style != STYLE_FACTS)
        fd = open_folder_of_file(l);
    if (fd < 0)
        return errno == 0 ? ENOENT : errno;
    spell_prefix(l, argument);
    l->folder = fdopendir(fd);
    if (l->folder != NULL)
        return 0;
    close(fd);
    return ENOMEM;
}

static struct listing *listing_new(struct ftp_session *s, enum style style)
{
    struct listing *l = calloc(1, sizeof(*l));

    if (l == NULL) {
        conn_say(s->control, RFC("959", "5.4"), "451 Out of memory.");
        return NULL;
    }
    l->s = s;
    l->style = style;
    l->now = time(NULL);
    return l;
}

static void listing_free(struct listing *l)
{
    if (l->folder != NULL)
        closedir(l->folder);
    free(l);
}

/* ---- over the data connection ------------------------------------------- */

static int send_listing(struct ftp_session *s, struct listing *l,
                        struct rfc rfc)
{
    char name[FTP_VERB_MAX + 8];
    int reason = 0, result, sent;

    snprintf(name, sizeof(name), "%s data", s->command.verb);
    s->doing = "A listing";
    result =
        ftp_server_data_open(s, &l->to, FTP_OUT, "Here comes the listing.");
    if (l->to == NULL) {
        s->doing = NULL;
        return result;
    }
    sent = conn_say_begin(l->to, rfc, name);
    if (sent == 0)
        sent = say_folder(l, &reason);
    if (sent == 0 && reason == 0)
        sent = conn_say_end(l->to);
    if (l->left_out > 0)
        conn_note(s->control, RFC("3659", "7.3.1"), "left out",
                  "%u names with control characters in them", l->left_out);
    return ftp_server_data_close(s, l->to, sent, reason, "That was all.");
}

static int list(struct ftp_session *s, enum style style, struct rfc rfc)
{
    struct listing *l = listing_new(s, style);
    int reason, result;

    if (l == NULL)
        return 0;
    reason = open_listing(l, s->command.argument);
    if (reason == ENOTDIR)
        result = conn_say(s->control, RFC("3659", "7.2.1"),
                          "501 MLSD lists a directory: that is none.");
    else if (reason != 0)
        result = ftp_server_refuse_file(s, reason);
    else
        result = send_listing(s, l, rfc);
    listing_free(l);
    s->restart = 0;
    return result;
}

int ftp_act_list(struct ftp_session *s)
{
    return list(s, STYLE_LIST, RFC("1123", "4.1.2.7"));
}

int ftp_act_nlst(struct ftp_session *s)
{
    return list(s, STYLE_NAMES, RFC("1123", "4.1.2.7"));
}

int ftp_act_mlsd(struct ftp_session *s)
{
    return list(s, STYLE_FACTS, RFC("3659", "7.2"));
}

/* ---- over the control connection ---------------------------------------- */

/* RFC 3659 §7.2: the one line of a reply that begins with a space. */
int ftp_act_mlst(struct ftp_session *s)
{
    char path[FTP_PATH_MAX], line[FTP_LIST_LINE_MAX];
    struct stat status;
    struct ftp_item item = {path, &status, NULL,
                            !s->site->read_only && !s->anonymous};
    size_t length;

    if (!ftp_server_path(s, path))
        return 0;
    if (!ftp_root_stat(&s->site->root, path, &status))
        return ftp_server_refuse_file(s, errno);
    length = ftp_format_facts(line, &item, s->facts);
    if (length == 0)
        return ftp_server_refuse_file(s, EINVAL);
    conn_say_begin(s->control, RFC("3659", "7.2"), "250");
    conn_say_line(s->control, "250-Its facts:");
    conn_say_bytes(s->control, " ", 1);
    conn_say_bytes(s->control, line, length);
    conn_say_line(s->control, "250 That is all.");
    return conn_say_end(s->control);
}

/* The lines of a LIST, between the first and the last of the reply. */
int ftp_listing_status(struct ftp_session *s)
{
    struct listing *l = listing_new(s, STYLE_LIST);
    int reason;

    if (l == NULL)
        return 0;
    reason = open_listing(l, s->command.argument);
    if (reason != 0) {
        listing_free(l);
        return ftp_server_refuse_file(s, reason);
    }
    l->to = s->control;
    conn_say_begin(s->control, RFC("959", "4.1.3"), "213");
    conn_say_line(s->control, "213-What is there:");
    say_folder(l, &reason);
    conn_say_line(s->control, "213 %s.",
                  reason == 0 ? "That is all" : strerror(reason));
    listing_free(l);
    return conn_say_end(s->control);
}

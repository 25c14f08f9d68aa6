/* SPDX-License-Identifier: MIT */
/*
 * ftp_verbs: the commands of ftp-client, as a table: what each says to the
 * server stands in a function of a few lines.
 */
#include <stdio.h>
#include <string.h>

#include "common/output.h"
#include "ftp/ftp_client.h"

/* ---- commands, one operand each ------------------------------------------ */

/* The file that is meant: the operand, else what the URL says. */
static int path_of(struct ftp_work *work, const char *name,
                   char path[FTP_PATH_MAX])
{
    if (name != NULL)
        return ftp_work_join(work, name, path);
    strcpy(path, work->path);
    return 0;
}

static int do_get(struct ftp_work *work, const char *name)
{
    char path[FTP_PATH_MAX], local[FTP_LOCAL_MAX];
    int result = path_of(work, name, path);

    if (result == 0)
        result = ftp_work_local_name(work, ftp_base_of(path), local);
    return result < 0 ? result : ftp_get(work, path, local, false);
}

static int do_cat(struct ftp_work *work, const char *name)
{
    char path[FTP_PATH_MAX];
    int result = path_of(work, name, path);

    return result < 0 ? result
                      : ftp_get(work, path, work->options->output, false);
}

static int send_file(struct ftp_work *work, const char *local, bool append)
{
    char path[FTP_PATH_MAX];
    int result = 0;

    if (ftp_work_is_folder(work))
        result = ftp_work_join(work, ftp_base_of(local), path);
    else
        strcpy(path, work->path);
    if (result == 0 && strcmp(local, "-") == 0 && ftp_work_is_folder(work))
        result = error_set(work->error, ERROR_USAGE,
                           "standard input has no name: the URL says one");
    return result < 0 ? result : ftp_put(work, local, path, append);
}

static int do_put(struct ftp_work *work, const char *local)
{
    return send_file(work, local, false);
}

static int do_append(struct ftp_work *work, const char *local)
{
    return send_file(work, local, true);
}

/* What one file may fail by while the others can still be fetched. */
static bool goes_on(const struct ftp_work *work, int result)
{
    return work->client.conn != NULL &&
           (result == 0 || result == -ERROR_REFUSED || result == -ERROR_LOCAL ||
            result == -ERROR_USAGE);
}

/* Every name is tried, as if it had been written on the command line. */
static int get_all(struct ftp_work *work, const struct ftp_names *names)
{
    char local[FTP_LOCAL_MAX];
    int first = 0;
    size_t failed = 0;

    for (size_t i = 0; i < names->count; i++) {
        int result = ftp_work_local_name(work, names->list[i], local);

        if (result == 0)
            result = ftp_get(work, names->list[i], local, true);
        if (!goes_on(work, result))
            return result;
        if (result < 0) {
            error_print("ftp-client", work->error);
            error_clear(work->error);
            first = first != 0 ? first : result;
            failed++;
        }
    }
    if (failed == 0)
        return 0;
    return error_set(work->error, (enum error_class) - first,
                     "%zu of %zu files were not fetched", failed, names->count);
}

/* The pattern is matched here, in the working directory: NLST with a pattern
 * means something else at each server (RFC 3659 §2.2.2). */
static int do_mget(struct ftp_work *work, const char *pattern)
{
    struct ftp_names names = {.list = NULL};
    int result = 0;

    if (work->path[0] != '\0')
        result = ftp_client_ask(&work->client, RFC("959", "4.1.1"), "CWD",
                                work->path, 2);
    work->path[0] = '\0';
    if (result == 0)
        result = ftp_list_match(&work->client, pattern, &names);
    if (result == 0 && names.count == 0)
        result = error_set(work->error, ERROR_REFUSED,
                           "no file there matches %s", pattern);
    if (result == 0)
        result = get_all(work, &names);
    if (result == 0 && names.unsafe > 0)
        result =
            error_set(work->error, ERROR_PROTOCOL,
                      "%zu of the server's names were refused", names.unsafe);
    ftp_names_free(&names);
    return result;
}

/* ---- answers: to standard output, or into -o ----------------------------- */

struct answer {
    struct ftp_work *work;
    struct output *output;
};

static int answer_open(struct answer *answer, struct ftp_work *work)
{
    answer->work = work;
    return output_open(&answer->output, work->options->output, OUTPUT_FRESH,
                       work->error);
}

static int answer_close(struct answer *answer, int result)
{
    if (result == 0)
        return output_commit(answer->output, answer->work->error);
    output_abandon(answer->output);
    return result;
}

static int answer_line(struct ftp_work *work, const char *line)
{
    struct answer answer;
    int result = answer_open(&answer, work);

    if (result < 0)
        return result;
    return answer_close(
        &answer, output_write(answer.output, line, strlen(line), work->error));
}

/* The half of fopencookie(3) that is needed; 0 is its word for failure. */
static ssize_t answer_write(void *cookie, const char *data, size_t size)
{
    struct answer *answer = cookie;

    return output_write(answer->output, data, size, answer->work->error) == 0
               ? (ssize_t)size
               : 0;
}

static int list(struct ftp_work *work, enum ftp_list_style style,
                const char *name)
{
    static const cookie_io_functions_t functions = {.write = answer_write};
    char path[FTP_PATH_MAX];
    struct answer answer;
    FILE *to;
    int result = ftp_work_join(work, name != NULL ? name : "", path);
    size_t length = strlen(path);

    /* "dir/" is dir, for servers that know no name with a slash behind it. */
    if (length > 1 && path[length - 1] == '/')
        path[length - 1] = '\0';
    if (result < 0 || (result = answer_open(&answer, work)) < 0)
        return result;
    to = fopencookie(&answer, "w", functions);
    result = to != NULL ? ftp_list_print(&work->client, style, path, to)
                        : error_set(work->error, ERROR_LOCAL, "out of memory");
    if (to != NULL)
        /* Nothing is lost in it: ftp_list_print has flushed. */
        fclose(to);
    return answer_close(&answer, result);
}

static int do_ls(struct ftp_work *work, const char *name)
{
    return list(work, FTP_LIST_UNIX, name);
}

static int do_nlst(struct ftp_work *work, const char *name)
{
    return list(work, FTP_LIST_NAMES, name);
}

static int do_mlsd(struct ftp_work *work, const char *name)
{
    return list(work, FTP_LIST_FACTS, name);
}

/* A command that changes something and needs no data connection. */
static int simple(struct ftp_work *work, const char *verb, const char *name)
{
    char path[FTP_PATH_MAX];
    int result = path_of(work, name, path);

    return result < 0 ? result
                      : ftp_client_ask(&work->client, RFC("959", "4.1.3"), verb,
                                       path, 2);
}

static int do_rm(struct ftp_work *work, const char *name)
{
    return simple(work, "DELE", name);
}

static int do_mkdir(struct ftp_work *work, const char *name)
{
    return simple(work, "MKD", name);
}

static int do_rmdir(struct ftp_work *work, const char *name)
{
    return simple(work, "RMD", name);
}

static int do_size(struct ftp_work *work, const char *name)
{
    char path[FTP_PATH_MAX], text[32];
    uint64_t size;
    int result = path_of(work, name, path);

    if (result == 0)
        result = ftp_size(work, path, &size);
    if (result < 0)
        return result;
    snprintf(text, sizeof(text), "%llu\n", (unsigned long long)size);
    return answer_line(work, text);
}

static int do_mdtm(struct ftp_work *work, const char *name)
{
    char path[FTP_PATH_MAX], text[32];
    struct ftp_client *client = &work->client;
    struct tm day;
    time_t when;
    int result = path_of(work, name, path);

    if (result == 0)
        result = ftp_client_ask(client, RFC("3659", "3.1"), "MDTM", path, 2);
    if (result < 0)
        return result;
    if (!ftp_time_read(ftp_reply_words(&client->reply), &when) ||
        gmtime_r(&when, &day) == NULL)
        return ftp_client_refused(client, ERROR_PROTOCOL,
                                  "MDTM answers with a time (RFC 3659 §3.1)");
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ\n", &day);
    return answer_line(work, text);
}

/* ---- the table ---------------------------------------------------------- */

static const struct {
    const char *name;
    int (*act)(struct ftp_work *work, const char *operand);
    bool operand; /* it needs one; else the URL's path will do */
} commands[] = {{"ls", do_ls, false},       {"nlst", do_nlst, false},
                {"mlsd", do_mlsd, false},   {"get", do_get, false},
                {"cat", do_cat, false},     {"mget", do_mget, true},
                {"put", do_put, true},      {"append", do_append, true},
                {"rm", do_rm, false},       {"mkdir", do_mkdir, false},
                {"rmdir", do_rmdir, false}, {"size", do_size, false},
                {"mdtm", do_mdtm, false}};
enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static int unknown(struct ftp_work *work, const char *command)
{
    const char *names[COMMANDS + 1];

    for (size_t i = 0; i < COMMANDS; i++)
        names[i] = commands[i].name;
    names[COMMANDS] = "mv";
    const char *near = options_nearest(command, names, COMMANDS + 1);
    return error_set(work->error, ERROR_USAGE, "unknown command '%s'%s%s%s",
                     command, near != NULL ? "; did you mean " : "",
                     near != NULL ? near : "", near != NULL ? "?" : "");
}

/* The two halves belong together: RNTO comes right after RNFR (RFC 959
 * §5.4). */
static int do_mv(struct ftp_work *work, char **operands, size_t count)
{
    char from[FTP_PATH_MAX], to[FTP_PATH_MAX];
    int result;

    if (count != 2)
        return error_set(work->error, ERROR_USAGE, "mv takes two names");
    if ((result = ftp_work_join(work, operands[0], from)) < 0 ||
        (result = ftp_work_join(work, operands[1], to)) < 0 ||
        (result = ftp_client_ask(&work->client, RFC("959", "4.1.3"), "RNFR",
                                 from, 3)) < 0)
        return result;
    return ftp_client_ask(&work->client, RFC("959", "4.1.3"), "RNTO", to, 2);
}

/* Prints the error of one operand. The class of the first one is kept; the
 * others are tried while the conversation stands. */
static int tell(struct ftp_work *work, int result, int first)
{
    if (result == 0)
        return first;
    error_print("ftp-client", work->error);
    error_clear(work->error);
    return first != 0 ? first : result;
}

static int do_each(struct ftp_work *work, size_t at, char **operands,
                   size_t count)
{
    int first = 0;

    if (count == 0 && commands[at].operand)
        return tell(work,
                    error_set(work->error, ERROR_USAGE,
                              "%s needs an operand (see --help)",
                              commands[at].name),
                    0);
    if (count == 0)
        return tell(work, commands[at].act(work, NULL), 0);
    if (count > 1 && commands[at].act == do_put && !ftp_work_is_folder(work))
        return tell(work,
                    error_set(work->error, ERROR_USAGE,
                              "several files go into a folder: the URL ends "
                              "in /"),
                    0);
    for (size_t i = 0; i < count; i++) {
        int result = commands[at].act(work, operands[i]);

        first = tell(work, result, first);
        if (!goes_on(work, result))
            break;
    }
    return first;
}

int ftp_work_do(struct ftp_work *work, const char *command, char **operands,
                size_t count)
{
    if (command == NULL && work->options->upload != NULL)
        return tell(work, do_put(work, work->options->upload), 0);
    if (command == NULL)
        command = work->type == 'd'          ? "nlst"
                  : ftp_work_is_folder(work) ? "ls"
                                             : "cat";
    if (strcmp(command, "mv") == 0)
        return tell(work, do_mv(work, operands, count), 0);
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(command, commands[i].name) == 0)
            return do_each(work, i, operands, count);
    return tell(work, unknown(work, command), 0);
}

/* SPDX-License-Identifier: MIT */
/*
 * lab_shell: the commands, and the paths that they are given. Each is the
 * smallest thing that a person would still know by its name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/lab_shell_private.h"

/* ---- paths -------------------------------------------------------------- */

/* Adds one part of a path; ".." takes one away. False: above the home. */
static bool path_step(char path[LAB_SHELL_PATH_MAX], const char *part,
                      size_t length)
{
    size_t used = strlen(path);

    if (length == 0 || (length == 1 && part[0] == '.'))
        return true;
    if (length == 2 && memcmp(part, "..", 2) == 0) {
        char *slash = strrchr(path, '/');
        if (used == 0)
            return false;
        *(slash ? slash : path) = '\0';
        return true;
    }
    if (used + 1 + length + 1 > LAB_SHELL_PATH_MAX)
        return false;
    snprintf(path + used, LAB_SHELL_PATH_MAX - used, "%s%.*s", used ? "/" : "",
             (int)length, part);
    return true;
}

bool lab_shell_resolve(const struct lab_shell *shell, const char *path,
                       char resolved[LAB_SHELL_PATH_MAX])
{
    char home[LAB_SHELL_NAME_MAX + 8];
    size_t length =
        (size_t)snprintf(home, sizeof(home), "/home/%s", shell->user);

    snprintf(resolved, LAB_SHELL_PATH_MAX, "%s", shell->folder);
    if (path[0] == '~' || path[0] == '/') {
        resolved[0] = '\0';
        if (path[0] == '/' && strncmp(path, home, length) != 0)
            return false;
        path += path[0] == '~' ? 1 : length;
        if (path[0] != '/' && path[0] != '\0')
            return false;
    }
    while (*path != '\0') {
        size_t part = strcspn(path, "/");
        if (!path_step(resolved, path, part))
            return false;
        path += part;
        path += *path == '/';
    }
    return true;
}

const struct lab_shell_file *lab_shell_find(const struct lab_shell *shell,
                                            const char *path)
{
    static const struct lab_shell_file home = {"", NULL, 0};
    char resolved[LAB_SHELL_PATH_MAX];

    if (!lab_shell_resolve(shell, path, resolved))
        return NULL;
    if (resolved[0] == '\0')
        return &home;
    for (const struct lab_shell_file *f = lab_shell_home; f->path; f++)
        if (strcmp(f->path, resolved) == 0)
            return f;
    return NULL;
}

bool lab_shell_lies_in(const struct lab_shell_file *file, const char *path)
{
    size_t length = strlen(path);
    const char *name = file->path;

    if (length > 0) {
        if (strncmp(name, path, length) != 0 || name[length] != '/')
            return false;
        name += length + 1;
    }
    return *name != '\0' && !strchr(name, '/');
}

/* The file of that name to be read; complains if there is none. */
static const struct lab_shell_file *
readable(struct lab_shell *shell, const char *command, const char *path)
{
    const struct lab_shell_file *file = lab_shell_find(shell, path);

    if (!file)
        lab_shell_complain(shell, "%s: %.200s: no such file\n", command, path);
    else if (!file->content)
        lab_shell_complain(shell, "%s: %.200s: is a folder\n", command, path);
    return file && file->content ? file : NULL;
}

/* ---- files -------------------------------------------------------------- */

static int run_cat(struct lab_shell *shell, const struct lab_shell_words *words)
{
    int status = 0;

    if (words->count == 1)
        shell->state = LAB_SHELL_READING;
    for (size_t i = 1; i < words->count; i++) {
        const struct lab_shell_file *file =
            readable(shell, "cat", words->words[i]);
        if (file)
            shell->files[shell->file_count++] = file;
        else
            status = 1;
    }
    return status;
}

static int run_cd(struct lab_shell *shell, const struct lab_shell_words *words)
{
    const char *path = words->count > 1 ? words->words[1] : "~";
    const struct lab_shell_file *file = lab_shell_find(shell, path);

    if (!file || file->content) {
        lab_shell_complain(shell, "cd: %.200s: no such folder\n", path);
        return 1;
    }
    snprintf(shell->folder, sizeof(shell->folder), "%s", file->path);
    return 0;
}

static void list_one(struct lab_shell *shell, const struct lab_shell_file *file,
                     const char *name, bool length)
{
    char date[32] = "";
    time_t modified = (time_t)file->modified;
    struct tm tm;

    if (!length) {
        lab_shell_put(shell, "%s\n", name);
        return;
    }
    if (gmtime_r(&modified, &tm))
        strftime(date, sizeof(date), "%Y-%m-%d %H:%M", &tm);
    lab_shell_put(shell, "%s %s %5zu %s %s\n",
                  file->content ? "-rw-r--r--" : "drwxr-xr-x", shell->user,
                  file->content ? strlen(file->content) : 0, date, name);
}

/* A folder's files, or the one file; names that begin with '.' with -a only. */
static int list(struct lab_shell *shell, const char *path, bool all,
                bool length)
{
    const struct lab_shell_file *what = lab_shell_find(shell, path);

    if (!what) {
        lab_shell_complain(shell, "ls: %.200s: no such file\n", path);
        return 1;
    }
    if (what->content) {
        list_one(shell, what, path, length);
        return 0;
    }
    for (const struct lab_shell_file *f = lab_shell_home; f->path; f++) {
        const char *slash = strrchr(f->path, '/');
        const char *name = slash ? slash + 1 : f->path;
        if (lab_shell_lies_in(f, what->path) && (all || name[0] != '.'))
            list_one(shell, f, name, length);
    }
    return 0;
}

static int run_ls(struct lab_shell *shell, const struct lab_shell_words *words)
{
    bool all = false, length = false;
    const char *path = ".";

    for (size_t i = 1; i < words->count; i++) {
        const char *word = words->words[i];
        if (word[0] != '-') {
            path = word;
            continue;
        }
        all = all || strchr(word, 'a');
        length = length || strchr(word, 'l');
    }
    return list(shell, path, all, length);
}

static int run_pwd(struct lab_shell *shell, const struct lab_shell_words *words)
{
    (void)words;
    lab_shell_put(shell, "/home/%s%s%s\n", shell->user,
                  shell->folder[0] ? "/" : "", shell->folder);
    return 0;
}

/* Lines, words and bytes, as the command of that name counts them. */
static int run_wc(struct lab_shell *shell, const struct lab_shell_words *words)
{
    const struct lab_shell_file *file =
        readable(shell, "wc", words->count > 1 ? words->words[1] : "");
    size_t lines = 0, count = 0;
    bool inside = false;

    if (!file)
        return 1;
    for (const char *p = file->content; *p; p++) {
        bool blank = *p == ' ' || *p == '\n' || *p == '\t';
        lines += *p == '\n';
        count += !blank && !inside;
        inside = !blank;
    }
    lab_shell_put(shell, "%zu %zu %zu %s\n", lines, count,
                  strlen(file->content), words->words[1]);
    return 0;
}

/* ---- the rest ----------------------------------------------------------- */

static int run_echo(struct lab_shell *shell,
                    const struct lab_shell_words *words)
{
    for (size_t i = 1; i < words->count; i++)
        lab_shell_put(shell, "%s%s", i > 1 ? " " : "", words->words[i]);
    lab_shell_put(shell, "\n");
    return 0;
}

static int run_exit(struct lab_shell *shell,
                    const struct lab_shell_words *words)
{
    shell->state = LAB_SHELL_ENDED;
    shell->rest[0] = '\0';
    return words->count > 1 ? (int)(strtoul(words->words[1], NULL, 10) & 255)
                            : shell->status;
}

static int run_false(struct lab_shell *shell,
                     const struct lab_shell_words *words)
{
    (void)shell;
    (void)words;
    return 1;
}

static int run_help(struct lab_shell *shell,
                    const struct lab_shell_words *words)
{
    (void)words;
    for (const struct lab_shell_command *c = lab_shell_commands; c->name; c++)
        lab_shell_put(shell, "%-16s %s\n", c->usage, c->help);
    return 0;
}

static int run_hostname(struct lab_shell *shell,
                        const struct lab_shell_words *words)
{
    (void)words;
    lab_shell_put(shell, "%s\n", shell->host);
    return 0;
}

static int run_seq(struct lab_shell *shell, const struct lab_shell_words *words)
{
    shell->next = 1;
    shell->last = words->count > 1 ? strtoull(words->words[1], NULL, 10) : 10;
    if (shell->last == UINT64_MAX)
        shell->last--;
    return 0;
}

static int run_true(struct lab_shell *shell,
                    const struct lab_shell_words *words)
{
    (void)shell;
    (void)words;
    return 0;
}

static int run_whoami(struct lab_shell *shell,
                      const struct lab_shell_words *words)
{
    (void)words;
    lab_shell_put(shell, "%s\n", shell->user);
    return 0;
}

const struct lab_shell_command lab_shell_commands[] = {
    {"cat", "cat [FILE...]", "write files, or what you type", run_cat},
    {"cd", "cd [FOLDER]", "go to another folder", run_cd},
    {"echo", "echo [WORD...]", "write words", run_echo},
    {"exit", "exit [STATUS]", "end the session", run_exit},
    {"false", "false", "fail", run_false},
    {"help", "help", "write this list", run_help},
    {"hostname", "hostname", "write the name of this host", run_hostname},
    {"logout", "logout", "end the session", run_exit},
    {"ls", "ls [-al] [PATH]", "list a folder", run_ls},
    {"pwd", "pwd", "write where you are", run_pwd},
    {"seq", "seq [LAST]", "write the numbers from 1", run_seq},
    {"true", "true", "succeed", run_true},
    {"wc", "wc FILE", "count lines, words and bytes", run_wc},
    {"whoami", "whoami", "write who you are", run_whoami},
    {NULL, NULL, NULL, NULL}};

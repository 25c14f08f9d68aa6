/* SPDX-License-Identifier: MIT */
/*
 * maildir_folders: accounts and their folders, made and taken away.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/limits.h"
#include "common/maildir.h"

/* ---- accounts ----------------------------------------------------------- */

/* A name goes into a path: it must stay one part of it. */
static bool is_folder_name(const char *name)
{
    return name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL;
}

static const struct account *find(const struct accounts *accounts,
                                  struct span name)
{
    for (size_t i = 0; i < accounts->count; i++)
        if (span_equal(span_of(accounts->list[i].name), name))
            return is_folder_name(accounts->list[i].name) ? &accounts->list[i]
                                                          : NULL;
    return NULL;
}

const struct account *maildir_account(const struct accounts *accounts,
                                      struct span login)
{
    const struct account *account = find(accounts, login);
    const char *at =
        login.length ? memrchr(login.data, '@', login.length) : NULL;

    if (account == NULL && at != NULL)
        account = find(accounts,
                       (struct span){login.data, (size_t)(at - login.data)});
    return account;
}

const char *maildir_password(void *accounts, struct span login)
{
    const struct account *account = maildir_account(accounts, login);

    return account ? account->password : NULL;
}

int maildir_check_dir(const char *dir, struct error *error)
{
    struct stat facts;

    if (stat(dir, &facts) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "--maildir %s", dir);
    if (!S_ISDIR(facts.st_mode))
        return error_set_errno(error, ERROR_LOCAL, ENOTDIR, "--maildir %s",
                               dir);
    return 0;
}

bool maildir_path(char path[PATH_MAX], const char *dir,
                  const struct account *account)
{
    int length = snprintf(path, PATH_MAX, "%s/%s", dir, account->name);

    return length > 0 && length < PATH_MAX;
}

/* ---- making ------------------------------------------------------------- */

static int make(int at, const char *path, struct error *error)
{
    if (mkdirat(at, path, 0700) == 0 || errno == EEXIST)
        return 0;
    return error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
}

/* Maildir++ marks its folders by this file; the account's own has none. */
static int mark(int fd, const char *path, struct error *error)
{
    const char *name = strrchr(path, '/');
    int file;

    name = name ? name + 1 : path;
    if (name[0] != '.' || name[1] == '\0' || name[1] == '.' || name[1] == '/')
        return 0;
    file = openat(fd, "maildirfolder", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "maildirfolder");
    close(file);
    return 0;
}

int maildir_make(const char *path, struct error *error)
{
    int result = make(AT_FDCWD, path, error), fd;

    if (result < 0)
        return result;
    fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    /* cur/ last: a folder is one when it has that. */
    if ((result = mark(fd, path, error)) == 0 &&
        (result = make(fd, "tmp", error)) == 0 &&
        (result = make(fd, "new", error)) == 0)
        result = make(fd, "cur", error);
    close(fd);
    return result;
}

/* ---- taking away -------------------------------------------------------- */

/* Removes what is in the folder: `depth` more levels of folders, too. */
static int empty(int at, const char *path, int depth)
{
    int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *file;
    int result = folder ? 0 : -1;

    if (folder == NULL && fd >= 0)
        close(fd);
    while (result == 0 && (file = readdir(folder)) != NULL) {
        if (strcmp(file->d_name, ".") == 0 || strcmp(file->d_name, "..") == 0)
            continue;
        if (unlinkat(fd, file->d_name, 0) == 0 || errno == ENOENT)
            continue;
        result = depth > 0 ? empty(fd, file->d_name, depth - 1) : -1;
    }
    if (folder)
        closedir(folder);
    return result == 0 ? unlinkat(at, path, AT_REMOVEDIR) : result;
}

int maildir_unmake(const char *path, struct error *error)
{
    const char *name = strrchr(path, '/');
    int length = name ? (int)(name - path) + 1 : 0;
    char away[PATH_MAX];

    /* A name that no mailbox has: it begins with two dots. */
    if (snprintf(away, sizeof(away), "%.*s..gone.%ld.%lld", length, path,
                 (long)getpid(), (long long)time(NULL)) >= (int)sizeof(away))
        return error_set(error, ERROR_LOCAL, "the path is too long");
    if (rename(path, away) < 0)
        return error_set_errno(error,
                               errno == ENOENT ? ERROR_REFUSED : ERROR_LOCAL,
                               errno, "the mailbox can't be deleted");
    if (empty(AT_FDCWD, away, 1) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", away);
    return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * ssh_sftp_files: the files of one folder, and nothing outside of it.
 *
 * A path that a client sends is looked up by the kernel as if the folder were
 * the root of the file system (openat2(2), RESOLVE_IN_ROOT): "..", absolute
 * paths and symbolic links all end inside. Functions return 0 or -errno.
 */
#ifndef SSH_SSH_SFTP_FILES_H
#define SSH_SSH_SFTP_FILES_H

#include <stddef.h>
#include <sys/stat.h>

#include "common/error.h"

struct ssh_site;

/* A descriptor; -errno. `flags` as of open(2). */
int ssh_files_open(int root, const char *path, int flags, mode_t mode);
int ssh_files_stat(int root, const char *path, bool follow,
                   struct stat *status);
int ssh_files_mkdir(int root, const char *path, mode_t mode);
int ssh_files_remove(int root, const char *path, bool folder);
/* `replace` false: what has that name already stays, -EEXIST. */
int ssh_files_rename(int root, const char *from, const char *to, bool replace);
/* Where a path leads, as the client sees it: without ".", ".." and double
 * slashes, from "/". Pure; symbolic links are left as they are. */
void ssh_files_normal(char *normal, size_t size, const char *path);

/* The folder to serve: site->home, or one made for this run with the files of
 * the lab's home in it, which ssh_files_close_home removes. */
int ssh_files_open_home(struct ssh_site *site, struct error *error);
void ssh_files_close_home(struct ssh_site *site);

#endif

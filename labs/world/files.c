/* SPDX-License-Identifier: MIT */
/*
 * files: what the programs of a world find below /etc, and the folder where
 * the world keeps its own.
 *
 * A file of ours is bound over the machine's, in a mount namespace that nobody
 * else sees. A file can be bound over a file only; where the machine has none,
 * or a link that leads nowhere, all of ours are laid over /etc at once
 * (overlayfs, from Linux 5.11 on without root).
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "labs/world/inside.h"

#define TRUST_STORE "/etc/ssl/certs/ca-certificates.crt"

int files_write(const char *path, const void *data, size_t length,
                struct error *error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    const char *from = data;
    while (fd >= 0 && length > 0) {
        ssize_t n = write(fd, from, length);
        if (n < 0 && errno != EINTR)
            break;
        if (n > 0) {
            from += n;
            length -= (size_t)n;
        }
    }
    if (fd >= 0 && length == 0 && close(fd) == 0)
        return 0;
    int saved = errno;
    if (fd >= 0 && length > 0)
        close(fd);
    return error_set_errno(error, ERROR_LOCAL, saved, "writing %s failed",
                           path);
}

static int remove_one(const char *path, const struct stat *status, int type,
                      struct FTW *where)
{
    (void)status, (void)type, (void)where;
    remove(path);
    return 0;
}

void files_remove(const char *folder)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* ---- the world's folder ------------------------------------------------- */

/* True if `path`, or the folder that it is to be in, lies below `folder`. */
static bool lies_below(const char *path, const char *folder)
{
    char real[PATH_MAX], copy[PATH_MAX];
    if (!path || !*path)
        return false;
    snprintf(copy, sizeof(copy), "%s", path);
    char *slash = strrchr(copy, '/');
    if (!realpath(copy, real)) {
        if (slash)
            *slash = '\0';
        if (!realpath(slash ? (*copy ? copy : "/") : ".", real))
            return false;
    }
    size_t length = strlen(folder);
    return strncmp(real, folder, length) == 0 &&
           (real[length] == '/' || real[length] == '\0');
}

/* A folder that every machine has and that this run has no use for. */
static const char *unused_folder(const struct world_setup *setup)
{
    static const char *const folders[] = {"/srv", "/mnt", "/media", "/opt",
                                          "/dev/shm"};
    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
        struct stat status;
        const char *folder = folders[i];
        if (stat(folder, &status) == 0 && S_ISDIR(status.st_mode) &&
            !lies_below(".", folder) && !lies_below(setup->bin, folder) &&
            !lies_below(setup->trace_file, folder) &&
            !lies_below(getenv("HOME"), folder) &&
            !lies_below(getenv("TMPDIR"), folder))
            return folder;
    }
    return NULL;
}

static int mount_folder(struct world *world, struct error *error)
{
    const char *folder = unused_folder(world->setup);
    if (!folder)
        return error_set(error, ERROR_LOCAL,
                         "making a world: none of /srv, /mnt, /media, /opt, "
                         "/dev/shm is free to hold its files");
    snprintf(world->files, sizeof(world->files), "%s", folder);
    if (mount("wirelab", folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") <
        0)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "making a world: mounting its files on %s is "
                               "refused",
                               folder);
    return 0;
}

/* ---- what stands below /etc --------------------------------------------- */

/* "FILES/etc" and `path` without its "/etc". */
static void ours(const struct world *world, const char *path, char *copy,
                 size_t size)
{
    snprintf(copy, size, "%s/etc%s", world->files, path + strlen("/etc"));
}

static int write_etc(struct world *world, const char *path, const char *text,
                     struct error *error)
{
    char copy[WORLD_PATH_MAX];
    ours(world, path, copy, sizeof(copy));
    return files_write(copy, text, strlen(text), error);
}

/* The machine's file with one line in another's place: the line that begins
 * with `key`, or a new one at the end. The caller frees. */
static char *with_line(const char *path, const char *key, const char *line)
{
    char *text = NULL, *one = NULL;
    size_t length = 0, room = 0;
    FILE *to = open_memstream(&text, &length), *from = fopen(path, "re");
    bool done = false;
    while (to && from && getline(&one, &room, from) >= 0) {
        bool hit = strncmp(one, key, strlen(key)) == 0;
        fputs(hit ? line : one, to);
        done = done || hit;
    }
    if (to && !done)
        fputs(line, to);
    if (from)
        fclose(from);
    if (to)
        fclose(to);
    free(one);
    return text;
}

/* Names come from our hosts file and our name server, and from nobody else:
 * "resolve" or "mdns" would ask a service of the machine outside. */
static int write_nsswitch(struct world *world, struct error *error)
{
    char *text = with_line("/etc/nsswitch.conf",
                           "hosts:", "hosts:          files dns\n");
    int result = text ? write_etc(world, "/etc/nsswitch.conf", text, error) : 0;
    free(text);
    return result;
}

/* Root goes by a uid that the machine's passwd does not know (and containers
 * have such users, too): here it is called student, and tools that ask for a
 * name or a home get one. */
static int write_passwd(struct world *world, struct error *error)
{
    const char *home = getenv("HOME"), *shell = getenv("SHELL");
    char line[512], group[64];
    snprintf(line, sizeof(line), "student:x:%u:%u:student:%s:%s\n", geteuid(),
             getegid(), home ? home : "/", shell ? shell : "/bin/sh");
    snprintf(group, sizeof(group), "student:x:%u:\n", getegid());
    char *users = with_line("/etc/passwd", "student:", line);
    char *groups = with_line("/etc/group", "student:", group);
    int result = 0;
    if (users)
        result = write_etc(world, "/etc/passwd", users, error);
    if (groups && result == 0)
        result = write_etc(world, "/etc/group", groups, error);
    free(users);
    free(groups);
    return result;
}

static int write_all(struct world *world, struct error *error)
{
    static const char *const folders[] = {"", "/ssl", "/ssl/certs"};
    char path[WORLD_PATH_MAX], resolver[128];
    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
        snprintf(path, sizeof(path), "%s/etc%s", world->files, folders[i]);
        if (mkdir(path, 0755) < 0)
            return error_set_errno(error, ERROR_LOCAL, errno,
                                   "making the folder %s failed", path);
    }
    snprintf(resolver, sizeof(resolver),
             "nameserver %s\nsearch lab.test\noptions timeout:2\n",
             world_address(world, "names"));
    int result = write_etc(world, "/etc/hosts", "127.0.0.1 localhost\n", error);
    if (result == 0)
        result = write_etc(world, "/etc/resolv.conf", resolver, error);
    if (result == 0)
        result = write_etc(world, "/etc/hostname", "student\n", error);
    /* The authority fills it in; a bound file may be written. */
    if (result == 0)
        result = write_etc(world, TRUST_STORE, "", error);
    if (result == 0)
        result = write_nsswitch(world, error);
    if (result == 0 && !getpwuid(geteuid()))
        result = write_passwd(world, error);
    return result;
}

/* Lays all of ours over /etc: what we have hides what the machine has. */
static int overlay_etc(struct world *world, struct error *error)
{
    char options[2 * WORLD_PATH_MAX];
    snprintf(options, sizeof(options), "lowerdir=%s/etc:/etc", world->files);
    if (mount("wirelab", "/etc", "overlay", MS_NOSUID | MS_NODEV, options) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "making a world: laying its files over /etc is "
                               "refused");
    return 0;
}

static int bind_all(struct world *world, struct error *error)
{
    static const char *const targets[] = {
        "/etc/hosts",         "/etc/hostname", "/etc/resolv.conf", TRUST_STORE,
        "/etc/nsswitch.conf", "/etc/passwd",   "/etc/group"};
    char copy[WORLD_PATH_MAX];
    for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
        ours(world, targets[i], copy, sizeof(copy));
        /* mount(2) follows links of `targets[i]`, which is what is wanted. */
        if (access(copy, F_OK) < 0 ||
            mount(copy, targets[i], NULL, MS_BIND, NULL) == 0)
            continue;
        if (errno == ENOENT || errno == ENOTDIR)
            return overlay_etc(world, error);
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "making a world: binding a file over %s is "
                               "refused",
                               targets[i]);
    }
    return 0;
}

int files_mount_private(struct world *world, struct error *error)
{
    /* Nothing that is mounted from here on shows outside. */
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "making a world: private mounts are refused");
    /* ps(1) shows the world's processes only. Refused where a container hides
     * parts of /proc; then the old one serves. */
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    int result = mount_folder(world, error);
    if (result == 0)
        result = write_all(world, error);
    if (result == 0)
        result = bind_all(world, error);
    snprintf(world->ca_file, sizeof(world->ca_file), "%s/ca.pem", world->files);
    /* A cache of names outside would answer before we are asked. */
    if (result == 0 && access("/run/nscd", F_OK) == 0)
        mount("wirelab", "/run/nscd", "tmpfs", MS_NOSUID | MS_NODEV, NULL);
    return result;
}

int files_make_loopback(struct world *world, struct error *error)
{
    (void)error;
    snprintf(world->ca_file, sizeof(world->ca_file), "%s/ca.pem", world->files);
    return 0;
}

void files_name_host(const struct world *world, const struct world_place *place)
{
    char path[WORLD_PATH_MAX];
    const char *name = place->host->name;
    /* The world's own file names the student already. */
    if (place->net_fd < 0 || strcmp(name, "student") == 0 ||
        unshare(CLONE_NEWNS) < 0)
        return;
    snprintf(path, sizeof(path), "%s/etc/hostname.%s", world->files, name);
    FILE *to = fopen(path, "we");
    if (!to)
        return;
    fprintf(to, "%s\n", name);
    fclose(to);
    mount(path, "/etc/hostname", NULL, MS_BIND, NULL);
}

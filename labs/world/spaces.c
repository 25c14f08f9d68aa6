/* SPDX-License-Identifier: MIT */
/*
 * spaces: what a process does to come into a world of its own.
 *
 * Everything stands on one call, unshare(2) with CLONE_NEWUSER: in a user
 * namespace of our own we may do what root may, with what belongs to that
 * namespace, and with nothing else. That is why no step here needs root, and
 * why root takes the same steps: they work even for a root whom a container
 * has left few rights.
 *
 * Then three things make a student feel at home. His uid is mapped to itself,
 * so that files are his and ssh finds his home. Capabilities are raised into
 * the ambient set, so that ping, tcpdump and a server on port 80 work for him.
 * And the world's first process is told to die with its parent: the kernel
 * takes everything else with it, however the parent ended.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "labs/world/inside.h"

/* The first uid a person may have (Debian's adduser says so). */
#define FIRST_UID 1000

int world_die_with_parent(void)
{
    return prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* Everything we may do here, our children may after exec, too: inheritable
 * first, for a capability is raised into the ambient set only from there. */
static int keep_capabilities(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2];
    if (syscall(SYS_capget, &header, sets) < 0)
        return -1;
    for (int i = 0; i < 2; i++)
        sets[i].inheritable = sets[i].permitted;
    if (syscall(SYS_capset, &header, sets) < 0)
        return -1;
    for (unsigned long cap = 0; cap < 64; cap++) {
        if (!(sets[cap / 32].permitted & (1u << cap % 32)))
            continue;
        /* EINVAL: a capability that this kernel does not know. */
        if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0 &&
            errno != EINVAL)
            return -1;
    }
    return 0;
}

/* Files below /proc take a map in one write or not at all. */
static int write_once(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t n = write(fd, text, strlen(text));
    int saved = errno;
    close(fd);
    errno = saved;
    return n < 0 ? -1 : 0;
}

unsigned spaces_free_uid(void)
{
    unsigned uid = FIRST_UID;
    while (getpwuid(uid) && uid < FIRST_UID + 1000)
        uid++;
    return uid;
}

/* Root's map: root goes by a name of no one's, all others keep theirs, so that
 * root's right to other people's files holds inside as well. Where a container
 * has taken CAP_SETUID away, only our own line is allowed. */
static int map_root(unsigned inner)
{
    char whole[128], own[32];
    snprintf(whole, sizeof(whole), "%u 0 1\n1 1 %u\n%u %u %u\n", inner,
             inner - 1, inner + 1, inner + 1, 4294967294u - inner);
    if (write_once("/proc/self/uid_map", whole) == 0)
        return write_once("/proc/self/gid_map", whole);
    snprintf(own, sizeof(own), "%u 0 1\n", inner);
    if (write_once("/proc/self/setgroups", "deny") < 0 && errno != ENOENT)
        return -1;
    if (write_once("/proc/self/uid_map", own) < 0)
        return -1;
    return write_once("/proc/self/gid_map", own);
}

/* An ordinary user's map: himself, and nobody else. setgroups(2) must be given
 * up first, or a group that was to keep somebody out could be dropped. */
static int map_self(unsigned uid, unsigned gid)
{
    char line[64];
    if (write_once("/proc/self/setgroups", "deny") < 0 && errno != ENOENT)
        return -1;
    snprintf(line, sizeof(line), "%u %u 1\n", uid, uid);
    if (write_once("/proc/self/uid_map", line) < 0)
        return -1;
    snprintf(line, sizeof(line), "%u %u 1\n", gid, gid);
    return write_once("/proc/self/gid_map", line);
}

int spaces_enter(enum world_step *step, struct error *error)
{
    unsigned uid = geteuid(), gid = getegid();
    unsigned inner = uid == 0 ? spaces_free_uid() : uid;
    *step = WORLD_STEP_NAMESPACE;
    if (unshare(CLONE_NEWUSER) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "making a world: a user namespace is refused");
    if (unshare(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "making a world: process, mount, network and "
                               "host name namespaces are refused");
    *step = WORLD_STEP_USER;
    if ((uid == 0 ? map_root(inner) : map_self(uid, gid)) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "making a world: mapping user %u is refused",
                               uid);
    if (keep_capabilities() < 0)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "making a world: capabilities can't be kept");
    return 0;
}

int spaces_move(const struct world_place *place, struct error *error)
{
    if (place->net_fd < 0)
        return 0;
    if (setns(place->net_fd, CLONE_NEWNET) < 0 ||
        setns(place->uts_fd, CLONE_NEWUTS) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "moving to the host %s failed",
                               place->host->name);
    return 0;
}

void spaces_no_ipv6(void)
{
    write_once("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
    write_once("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
}

int spaces_make_host(struct world_place *place, struct error *error)
{
    const char *name = place->host->name;
    if (unshare(CLONE_NEWNET | CLONE_NEWUTS) < 0 ||
        sethostname(name, strlen(name)) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "making the host %s: a network namespace is "
                               "refused",
                               name);
    spaces_no_ipv6();
    /* The windows of TCP that a Linux has whose owner has not tuned it: labs
     * see the same on every machine, and the wire's ring holds one of them. */
    write_once("/proc/sys/net/ipv4/tcp_rmem", "4096 131072 6291456");
    write_once("/proc/sys/net/ipv4/tcp_wmem", "4096 16384 4194304");
    /* The wire loses nothing but what a rule drops. Without these a host on a
     * busy machine takes a late answer for a lost one, and says things twice
     * that a student would have to explain. Older kernels lack the second. */
    write_once("/proc/sys/net/ipv4/tcp_early_retrans", "0");
    write_once("/proc/sys/net/ipv4/tcp_rto_min_us", "1000000");
    place->net_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    place->uts_fd = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
    if (place->net_fd < 0 || place->uts_fd < 0)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "making the host %s: /proc/self/ns can't be "
                               "opened",
                               name);
    return 0;
}

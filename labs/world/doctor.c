/* SPDX-License-Identifier: MIT */
/*
 * doctor: which ways into the pocket internet this machine gives, and what
 * stands in the way of the others.
 *
 * Nothing is guessed from version numbers: each way is walked to its end in a
 * child process. Only when a step is refused do we look for who refused it,
 * for the kernel says no more than "Operation not permitted" about five
 * different reasons.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "labs/world/doctor.h"
#include "labs/world/inside.h"

/* The uid that owns nothing: an ordinary user, for root to try as. */
#define NOBODY 65534

/* ---- trying ------------------------------------------------------------- */

static int be_content(struct world *world, void *context, struct error *error)
{
    (void)world, (void)context, (void)error;
    return 0;
}

static void probe(enum world_way way, struct world_outcome *outcome)
{
    const struct world_setup setup = {.way = way, .hosts = {"student"}};
    world_attempt(&setup, way, be_content, NULL, outcome);
}

void world_probe(enum world_way way, struct world_outcome *outcome)
{
    if (way != WORLD_ROOTLESS || geteuid() != 0) {
        probe(way, outcome);
        return;
    }
    /* Root wants to know whether others may: ask as one of them. */
    struct world_outcome *shared =
        mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        probe(way, outcome);
        return;
    }
    shared->result = error_set(&shared->error, ERROR_LOCAL,
                               "an ordinary user could not be tried");
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        /* Where that can't be (root of a namespace that knows one user only),
         * we ask as who we are. A process that has changed its user may not
         * write its own maps unless it may be dumped, too. */
        if (setgid(NOBODY) == 0 && setuid(NOBODY) == 0)
            prctl(PR_SET_DUMPABLE, 1);
        probe(way, shared);
        _exit(0);
    }
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    *outcome = *shared;
    munmap(shared, sizeof(*shared));
}

/* ---- what the machine says about itself --------------------------------- */

/* The number in a file below /proc; -1 if there is none. */
static long number_in(const char *path)
{
    long number = -1;
    FILE *from = fopen(path, "re");
    if (from && fscanf(from, "%ld", &number) != 1)
        number = -1;
    if (from)
        fclose(from);
    return number;
}

/* The field after `key` in a file of lines "key: value"; -1: there is none. */
static long field_in(const char *path, const char *key)
{
    char line[256];
    long number = -1;
    FILE *from = fopen(path, "re");
    while (from && fgets(line, sizeof(line), from)) {
        if (strncmp(line, key, strlen(key)) == 0)
            number = strtol(line + strlen(key), NULL, 10);
    }
    if (from)
        fclose(from);
    return number;
}

/* In a chroot, no mount of ours has "/" for its place; and the first process of
 * the machine, if we may look, has another root than we. */
static bool in_chroot(void)
{
    char *line = NULL;
    size_t room = 0;
    bool found = false, any = false;
    struct stat ours, first;
    FILE *from = fopen("/proc/self/mountinfo", "re");
    while (from && getline(&line, &room, from) >= 0) {
        char place[8];
        any = true;
        /* "36 35 98:0 /root /place options ..." */
        if (sscanf(line, "%*s %*s %*s %*s %7s", place) == 1)
            found = found || strcmp(place, "/") == 0;
    }
    free(line);
    if (from)
        fclose(from);
    if (any && !found)
        return true;
    return stat("/proc/1/root/.", &first) == 0 && stat("/", &ours) == 0 &&
           (first.st_ino != ours.st_ino || first.st_dev != ours.st_dev);
}

struct doctor_machine doctor_look(void)
{
    static const char *const limits[] = {"user", "pid", "mnt", "net", "uts"};
    struct doctor_machine machine = {.zero_limit = NULL};
    char path[64];
    for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
        snprintf(path, sizeof(path), "/proc/sys/user/max_%s_namespaces",
                 limits[i]);
        if (number_in(path) == 0 && !machine.zero_limit)
            machine.zero_limit = limits[i];
    }
    machine.chroot = in_chroot();
    machine.no_proc = access("/proc/self/status", R_OK) < 0;
    machine.clone_forbidden =
        number_in("/proc/sys/kernel/unprivileged_userns_clone") == 0;
    machine.apparmor =
        number_in("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") ==
        1;
    machine.seccomp = field_in("/proc/self/status", "Seccomp:") == 2;
    return machine;
}

/* ---- the diagnosis ------------------------------------------------------ */

static void set(struct doctor_cause *cause, const char *why,
                const char *command)
{
    snprintf(cause->why, sizeof(cause->why), "%s", why);
    snprintf(cause->command, sizeof(cause->command), "%s", command);
}

static void limit_reached(const struct doctor_machine *machine,
                          struct doctor_cause *cause)
{
    if (!machine->zero_limit) {
        set(cause,
            "every namespace that a limit below /proc/sys/user allows is in "
            "use, or namespaces are nested too deep",
            "sudo sysctl -w user.max_user_namespaces=65536");
        return;
    }
    snprintf(cause->why, sizeof(cause->why),
             "the limit user.max_%s_namespaces is 0", machine->zero_limit);
    snprintf(cause->command, sizeof(cause->command),
             "sudo sysctl -w user.max_%s_namespaces=65536",
             machine->zero_limit);
}

/* The ones that a sysctl or a surrounding can be blamed for. The order matters:
 * a chroot refuses whatever the rest says. */
static void not_permitted(const struct doctor_machine *machine,
                          struct doctor_cause *cause)
{
    if (machine->no_proc)
        set(cause, "there is no /proc here", "sudo mount -t proc proc /proc");
    else if (machine->chroot)
        set(cause,
            "we are in a chroot, and the kernel gives no user namespace to "
            "who can't see the real root",
            "exit   (run lab outside of the chroot)");
    else if (machine->clone_forbidden)
        set(cause, "the sysctl kernel.unprivileged_userns_clone is 0",
            "sudo sysctl -w kernel.unprivileged_userns_clone=1");
    else if (machine->apparmor)
        set(cause,
            "AppArmor restricts user namespaces (the sysctl "
            "kernel.apparmor_restrict_unprivileged_userns is 1)",
            "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0");
    else if (machine->seccomp)
        set(cause, "a seccomp filter forbids it, as those of containers do",
            "docker run --security-opt seccomp=unconfined "
            "--security-opt apparmor=unconfined ...");
    else
        set(cause, "a security module of the kernel forbids it",
            "sudo dmesg | tail   (the module says there what it refused)");
}

void doctor_explain(const struct world_outcome *outcome,
                    const struct doctor_machine *machine,
                    struct doctor_cause *cause)
{
    int why = outcome->error.sys_errno;
    if (why == ENOSPC || why == EUSERS)
        limit_reached(machine, cause);
    else if (why == EPERM || why == EACCES)
        not_permitted(machine, cause);
    else if (outcome->step == WORLD_STEP_NAMESPACE)
        set(cause, "this kernel was built without namespaces",
            "sudo apt install linux-image-amd64   (Debian's has them)");
    else if (outcome->step == WORLD_STEP_CABLE)
        set(cause, "the kernel's module veth is not there",
            "sudo modprobe veth");
    else if (outcome->step == WORLD_STEP_WIRE)
        set(cause, "the kernel's module af_packet is not there",
            "sudo modprobe af_packet");
    else
        set(cause, "that step has no known cause",
            "strace -f lab doctor   (shows the call that fails)");
}

/* ---- the report --------------------------------------------------------- */

static bool report(FILE *to, const char *name, enum world_way way)
{
    struct world_outcome outcome;
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    world_probe(way, &outcome);
    clock_gettime(CLOCK_MONOTONIC, &b);
    double ms = (double)(b.tv_sec - a.tv_sec) * 1e3 +
                (double)(b.tv_nsec - a.tv_nsec) / 1e6;
    if (outcome.result == 0) {
        fprintf(to, "  %-10s works: made and gone again in %.0f ms\n", name,
                ms);
        return true;
    }
    struct doctor_machine machine = doctor_look();
    struct doctor_cause cause;
    doctor_explain(&outcome, &machine, &cause);
    /* "sudo" is for those who are not root already. */
    const char *command = cause.command;
    if (geteuid() == 0 && strncmp(command, "sudo ", 5) == 0)
        command += 5;
    fprintf(to,
            "  %-10s refused: %s\n"
            "  %-10s because %s\n"
            "  %-10s to allow it: %s\n",
            name, outcome.error.text, "", cause.why, "", command);
    return false;
}

/* What `lab shell` is at its best with. */
static void report_tools(FILE *to)
{
    static const char *const tools[] = {"curl", "dig",     "ping",
                                        "ssh",  "tcpdump", "tshark"};
    static const char *const folders[] = {"/usr/bin", "/bin", "/usr/sbin",
                                          "/sbin", "/usr/local/bin"};
    char path[64];
    fprintf(to, "\nTools for lab shell:");
    for (size_t i = 0; i < sizeof(tools) / sizeof(*tools); i++) {
        bool found = false;
        for (size_t j = 0; j < sizeof(folders) / sizeof(*folders); j++) {
            snprintf(path, sizeof(path), "%s/%s", folders[j], tools[i]);
            found = found || access(path, X_OK) == 0;
        }
        fprintf(to, " %s%s", tools[i], found ? "" : " (missing)");
    }
    fprintf(to, "\n");
}

enum world_way world_doctor(FILE *to)
{
    struct utsname kernel;
    uname(&kernel);
    bool root = geteuid() == 0;
    fprintf(to, "Ways into the pocket internet (%s %s, %s):\n", kernel.sysname,
            kernel.release, root ? "as root" : "as an ordinary user");
    bool rootless = report(to, "rootless", WORLD_ROOTLESS), as_root = false;
    if (root)
        as_root = report(to, "root", WORLD_ROOT);
    else
        fprintf(to, "  %-10s not tried: we are not root\n", "root");
    report(to, "loopback", WORLD_LOOPBACK);
    enum world_way way = WORLD_LOOPBACK;
    if (root ? as_root : rootless)
        way = root ? WORLD_ROOT : WORLD_ROOTLESS;
    fprintf(to, "\nLabs will take: %s\n",
            way == WORLD_ROOT       ? "root"
            : way == WORLD_ROOTLESS ? "rootless"
                                    : "loopback. Frames, delay and the "
                                      "firewall can't be shown there, all "
                                      "else can");
    report_tools(to);
    return way;
}

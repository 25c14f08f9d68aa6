/* SPDX-License-Identifier: MIT */
/*
 * lab_shell: the pocket internet with nothing planned on it. Whatever the
 * machine has works there: curl, dig, tshark, ssh. With --trace, all that
 * passes is recorded, and what is said by those programs of the house that are
 * run there.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "labs/lab_run.h"
#include "labs/world/inside.h"

struct shell {
    struct lab_run run;
    int *status; /* shared with the process that made the world */
};

static void greet(struct lab_run *run)
{
    const struct world *world = run->world;
    const struct lab_parameters *p = lab_parameters(run);
    const struct world_host *host;

    fprintf(stderr, "You are on the student's host; `exit` ends the world.\n");
    for (host = world_hosts; host->name; host++)
        if (world_address(world, host->name))
            fprintf(stderr, "  %-13s %-18s %s\n",
                    world_address(world, host->name),
                    host->names[0] ? host->names[0] : host->name, host->serves);
    fprintf(stderr,
            "Your account on shell is %s, with the password %s; it is that of "
            "alice@east.test and bob@west.test, too.\n",
            p->user, p->password);
    if (world_way(world) == WORLD_LOOPBACK)
        fprintf(stderr,
                "On loopback: names are known to --dns %s only, and "
                "ports are 20000 higher.\n",
                world_dns(world));
}

static int web_start(struct lab_run *run, struct error *error)
{
    static const char *const names[] = {"www.example.test", "blog.example.test",
                                        NULL};
    const char *certificate, *key;
    char listen[80];

    if (world_issue(run->world, names, &certificate, &key, error) < 0)
        return -(int)error->class;
    snprintf(listen, sizeof(listen), "%s:%u", world_address(run->world, "web"),
             (unsigned)world_port(run->world, 443));
    return lab_start_web(run,
                         (const char *const[]){"--lab", "--listen-tls", listen,
                                               "--tls-cert", certificate,
                                               "--tls-key", key, NULL},
                         error);
}

/* The servers of the labs, as their labs start them. */
static int others_start(struct lab_run *run, struct error *error)
{
    static const struct lab *const labs[] = {
        &lab_smtp_relay, &lab_mailbox_exists, &lab_ftp_connections,
        &lab_telnet_ssh};
    int result = 0;

    for (size_t i = 0; i < sizeof(labs) / sizeof(labs[0]) && result == 0; i++)
        result = labs[i]->prepare(run, error);
    return result;
}

static int shell_inside(struct world *world, void *context, struct error *error)
{
    struct shell *shell = context;
    const char *program = isatty(STDIN_FILENO) ? getenv("SHELL") : NULL;
    const char *argv[] = {program && program[0] == '/' ? program : "/bin/sh",
                          NULL};

    shell->run.world = world;
    if (web_start(&shell->run, error) < 0 ||
        lab_start_gateway(&shell->run, 80, NULL, NULL, error) < 0 ||
        others_start(&shell->run, error) < 0)
        return -(int)error->class;
    if (isatty(STDIN_FILENO))
        greet(&shell->run);
    if (world_own_records(world))
        setenv("WIRELAB_RECORD", world_own_records(world), 1);
    return world_terminal(world, "student", argv, shell->status, error);
}

/* The programs of the house are found there by their names, too. */
static void add_to_path(const char *bin)
{
    char path[2 * PATH_MAX];
    const char *before = getenv("PATH");

    snprintf(path, sizeof(path), "%s:%s", bin,
             before ? before : "/usr/local/bin:/usr/bin:/bin");
    setenv("PATH", path, 1);
}

int lab_shell(const struct lab_setup *setup, struct error *error)
{
    struct shell shell = {.run = {.setup = setup}};
    /* The hosts that something serves on; a name that leads to a host where
     * nobody listens would only puzzle. */
    struct world_setup world = {.way = setup->way,
                                .hosts = {"student", "names", "web", "proxy",
                                          "east", "west", "zoo", "files",
                                          "shell", NULL},
                                .round_trip_us = -1,
                                .trace_file = setup->trace};
    char bin[PATH_MAX];
    int result;

    if (lab_bin(bin, sizeof(bin), error) < 0)
        return -(int)error->class;
    world.bin = bin;
    add_to_path(bin);
    shell.status = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shell.status == MAP_FAILED)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "no memory for the shell's status");
    fflush(stdout);
    result = world_run(&world, shell_inside, &shell, error);
    if (result == 0)
        result = *shell.status;
    munmap(shell.status, sizeof(int));
    return result;
}

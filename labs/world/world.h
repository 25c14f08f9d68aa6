/* SPDX-License-Identifier: MIT */
/*
 * world: the pocket internet. Several hosts with their own addresses and the
 * real ports, a name server, an authority that every host trusts, and a wire
 * that delays, drops and records, on one machine, offline, without root.
 *
 * world_run makes it, calls `inside` in it, and unmakes it. The world lives in
 * namespaces of its own and ends with the process that made it, however that
 * ends: its first process is told to die with its parent, and everything else
 * dies with the first process.
 *
 *     static int inside(struct world *w, void *context, struct error *error)
 *     {
 *         world_start(w, "web", server_argv, error);
 *         world_command(w, "student", client_argv, &result, error);
 *         return 0;
 *     }
 *     world_run(&setup, inside, NULL, &error);
 *
 * Three ways in, one interface (world_way). What a way can't show, a lab asks
 * for with world_has before it promises it.
 *
 * Functions that can fail return 0 or a negative class, which is ERROR_LOCAL
 * where nothing else is said, and fill `error` (NULL: nobody wants to know).
 * Texts that are returned are borrowed, and there as long as the world is. An
 * argv ends with NULL and is borrowed for the call.
 */
#ifndef LABS_WORLD_WORLD_H
#define LABS_WORLD_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "common/error.h"

struct world;
struct trace;

enum world_way {
    WORLD_ANY,      /* setup: the best that this machine gives */
    WORLD_ROOTLESS, /* namespaces owned by a user namespace of ours */
    WORLD_ROOT,     /* the same namespaces, made with root's own right */
    WORLD_LOOPBACK, /* 127.77.0.x, ports + 20000, no frames; a second world
                       at the same time has 127.77.1.x, and so on */
    WORLD_WAYS
};

enum world_feature {
    WORLD_FRAMES,     /* frames are captured */
    WORLD_DELAY,      /* round trips take the time they are told to */
    WORLD_FIREWALL,   /* rules can drop */
    WORLD_REAL_PORTS, /* 80 is 80 */
    WORLD_FILES,      /* /etc/hosts, resolv.conf and trust store are ours */
};

struct world_host {
    const char *name;     /* "web": what a trace calls it */
    const char *names[8]; /* "www.example.test", ...; NULL ends */
    const char *address;  /* "192.0.2.80" */
    const char *serves;   /* for `lab shell`'s greeting */
    unsigned more;        /* addresses that follow on the first one */
};

/* The table of hosts, ended by a row whose name is NULL. */
extern const struct world_host world_hosts[];

struct world_setup {
    enum world_way way;
    /* Which of world_hosts, beside student and names; NULL ends; none: all. */
    const char *hosts[24];
    int64_t round_trip_us;  /* of the wire; < 0: the default of 20 ms */
    const char *trace_file; /* finished trace of the whole run; or NULL */
    const char *bin;        /* folder of the programs, absolute */
    bool firewall;          /* in front of student: see wire.h */
};

/* Returns what `inside` returned, or the error of making the world. `inside`
 * runs in a process of its own; what it changes in memory is not seen after. */
int world_run(const struct world_setup *setup,
              int (*inside)(struct world *world, void *context,
                            struct error *error),
              void *context, struct error *error);

/* ---- inside the world --------------------------------------------------- */

enum world_way world_way(const struct world *world);
bool world_has(const struct world *world, enum world_feature feature);
/* Why not, without a full stop; "" when it has. */
const char *world_has_not(const struct world *world,
                          enum world_feature feature);

/* The port that stands for the real `port` (the same, or + 20000). */
uint16_t world_port(const struct world *world, uint16_t port);
/* Puts the firewall in front of student up, or takes it down (wire.h). From the
 * next frame on. ERROR_LOCAL: this way has none (WORLD_FIREWALL). */
int world_firewall(struct world *world, bool up, struct error *error);
/* The address of a host by its name in world_hosts, "192.0.2.80" or
 * "127.77.0.80". NULL: no such host. */
const char *world_address(const struct world *world, const char *host);
/* "ADDR:PORT" of the name server, for --dns. */
const char *world_dns(const struct world *world);
/* "http://www.example.test" or "http://www.example.test:20080" and `path`,
 * into a static ring: good until eight calls later. `port` is the real one,
 * and left out when it is the scheme's own. */
const char *world_url(const struct world *world, const char *scheme,
                      const char *name, uint16_t port, const char *path);
/* A folder of the world's own, for keys, sites and mail; gone with it. */
const char *world_files(const struct world *world);
/* Path of the authority's certificate, as PEM: for --cacert. */
const char *world_ca_file(const struct world *world);
/* The authority issues a server certificate for `names` (host names and
 * addresses, at least one; NULL ends), with a new key: two paths below
 * world_files, PEM both. ERROR_USAGE: no name, or over WORLD_ISSUED_MAX. */
int world_issue(struct world *world, const char *const *names,
                const char **cert_file, const char **key_file,
                struct error *error);

/* A program of the house or of the machine that runs on a host. */
struct world_result {
    int status;      /* exit code, or 128 + signal */
    char *out, *err; /* what it wrote, NUL-terminated; world_result_free */
    size_t out_length, err_length;
    int64_t elapsed_ns;
    struct rusage usage;
};

/* Starts a server on a host and waits until it has said "ready" once for each
 * of its listeners (so many as argv has --listen and --listen-tls). argv[0]
 * without a slash is looked for in setup.bin, then in PATH. --trace with a file
 * in the world is added for programs of the house, and merged at the end. It
 * ends with the world, or by world_stop. Returns its process id, or a negative
 * class: ERROR_USAGE for an unknown host, ERROR_LOCAL when the program can't be
 * run or does not get ready in WORLD_READY_MS (error.peer: its last words). */
pid_t world_start(struct world *world, const char *host,
                  const char *const *argv, struct error *error);
/* Asks it to end (SIGTERM), waits, and ends it after WORLD_STOP_MS. */
int world_stop(struct world *world, pid_t pid, struct error *error);

/* Runs a program on a host to its end; NULL result discards. The same rules
 * for argv[0] and --trace. --dns and --cacert are NOT added: the lab says them
 * where the way in needs them (lab_client adds --dns). A program that could not
 * be run is an error, and so is one that a signal has killed, which fills
 * `result` all the same; a status other than 0 is none. The caller frees what
 * is filled. */
int world_command(struct world *world, const char *host,
                  const char *const *argv, struct world_result *result,
                  struct error *error);
/* Zeroes it too: twice is as good as once. */
void world_result_free(struct world_result *result);

/* Runs a program with our own standard streams, in front of the terminal if
 * standard input is one; world_run takes the terminal back. The same rules for
 * argv[0] and --trace. *status is filled as in world_result. */
int world_terminal(struct world *world, const char *host,
                   const char *const *argv, int *status, struct error *error);

/* Starts a program before a terminal of its own: `terminal`, the far end of a
 * pty whose near end the caller holds, becomes its standard streams. The same
 * rules for argv[0] and --trace; returns what world_start does. */
pid_t world_sit(struct world *world, const char *host, const char *const *argv,
                int terminal, struct error *error);
/* Waits until that program has ended, at most so long, then ends it; its exit
 * code, or 128 + signal. */
int world_rise(pid_t pid, int64_t timeout_ms);

/* Flushes what the wire has recorded so far and reads it: the run's trace up
 * to now, merged into `path`, for labs that count frames while they run. */
int world_trace_so_far(struct world *world, const char *path,
                       struct error *error);

/* A folder for $WIRELAB_RECORD: what programs record in it on their own is
 * merged at the end as well. NULL: this world records nothing, or the folder
 * can't be made. */
const char *world_own_records(struct world *world);

/* The world's own trace: decisions of the lab go in here. May be NULL. */
struct trace *world_trace(struct world *world);

/* ---- lab doctor --------------------------------------------------------- */

/* Tries each way to its end in a child process and says on `to` what this
 * machine gives, why it refuses the rest (the limit: sysctl, AppArmor,
 * seccomp, chroot), and the one command that would allow it. Returns the way
 * that world_run would take. */
enum world_way world_doctor(FILE *to);

#endif

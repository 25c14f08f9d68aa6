/* SPDX-License-Identifier: MIT */
/*
 * inside: what the files of labs/world share about a world, and nobody else
 * needs to see. The order in which they are used is the order here: ways.c
 * makes the namespaces, files.c the private files, links.c the cables, wire.c
 * the switch, dns.c the name server, authority.c the certificates; programs.c
 * runs what a lab wants to run.
 */
#ifndef LABS_WORLD_INSIDE_H
#define LABS_WORLD_INSIDE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "common/error.h"
#include "common/limits.h"
#include "labs/world/world.h"

struct authority;

/* How far the making of a world has come: what `lab doctor` explains. */
enum world_step {
    WORLD_STEP_NONE,      /* all went well */
    WORLD_STEP_NAMESPACE, /* the user namespace, and those it owns */
    WORLD_STEP_USER,      /* who we are in it */
    WORLD_STEP_MOUNT,     /* private mounts */
    WORLD_STEP_HOST,      /* a network namespace for a host */
    WORLD_STEP_CABLE,     /* a veth pair */
    WORLD_STEP_WIRE,      /* packet sockets */
    WORLD_STEP_SERVICES,  /* the authority and the name server */
    WORLD_STEP_INSIDE,    /* made; what failed is the lab's own */
    WORLD_STEPS
};

/* A host that takes part in this run. */
struct world_place {
    const struct world_host *host;
    char address[INET_TEXT_MAX];
    int net_fd, uts_fd; /* its namespaces; -1 on loopback */
};

/* A program that was started and may still run. */
struct world_program {
    pid_t pid;                /* 0: over */
    int output_fd;            /* its standard output */
    char log[WORLD_PATH_MAX]; /* where its standard error goes */
};

struct world {
    const struct world_setup *setup;
    enum world_way way;
    enum world_step step;
    char network[INET_TEXT_MAX]; /* "192.0.2." or "127.77.0." */
    struct world_place places[WORLD_HOSTS_MAX];
    size_t place_count;
    struct world_program programs[WORLD_PROGRAMS_MAX];
    size_t program_count;
    char files[WORLD_PATH_MAX / 2];
    char dns[INET_TEXT_MAX + 8];
    char ca_file[WORLD_PATH_MAX];
    char issued[WORLD_ISSUED_MAX][2][WORLD_PATH_MAX];
    size_t issued_count;
    struct authority *authority;
    struct trace *trace;
    /* The records of programs, for the merge; without ".part". */
    char records[WORLD_RECORDS_MAX][WORLD_PATH_MAX];
    size_t record_count;
    char own_records[WORLD_PATH_MAX]; /* a folder of more; "": there is none */
    pid_t wire, names;
    int names_ready;  /* the name server says so here, once */
    int wire_control; /* one end of a socket pair; -1: no wire */
    int capture_fd;   /* where the wire records; -1: nowhere */
};

/* Why a world could not be made; travels through a pipe. */
struct world_outcome {
    enum world_step step;
    int result; /* 0 or -class */
    struct error error;
};

/* ways.c: one attempt at one way. The outcome is filled in any case. */
void world_attempt(const struct world_setup *setup, enum world_way way,
                   int (*inside)(struct world *, void *, struct error *),
                   void *context, struct world_outcome *outcome);
/* The whole life of a world, in its own first process: makes it, runs
 * `inside`, merges the records, ends what it started. */
int world_live(struct world *world,
               int (*inside)(struct world *, void *, struct error *),
               void *context, struct error *error);
/* Ends with the process that made us, or now if that is gone already. */
int world_die_with_parent(void);

/* spaces.c: what a process does to come into a new world, and to a host. */
int spaces_enter(enum world_step *step, struct error *error);
/* A uid that passwd does not know: root's name inside a world. */
unsigned spaces_free_uid(void);
/* The calling process moves to a host, for good or until it moves again. */
int spaces_move(const struct world_place *place, struct error *error);
/* No IPv6 in the network namespace of the caller: it would fill the capture
 * with neighbours looking for each other. Best effort: where /proc/sys is
 * read-only (containers), they stay, and are only noise. */
void spaces_no_ipv6(void);
/* A network and a UTS namespace of a host, with its name set. The caller is
 * left in them. */
int spaces_make_host(struct world_place *place, struct error *error);

/* files.c */
int files_mount_private(struct world *world, struct error *error);
int files_make_loopback(struct world *world, struct error *error);
/* /etc/hostname of the host that the process is on. Best effort. */
void files_name_host(const struct world *world,
                     const struct world_place *place);
int files_write(const char *path, const void *data, size_t length,
                struct error *error);
void files_remove(const char *folder);

/* network.c: all hosts, their cables, and the wire between them. */
int network_make(struct world *world, struct error *error);
void network_end(struct world *world);
/* The wire writes what it holds back; says what it lost. */
int network_flush(struct world *world, struct error *error);

/* programs.c */
const struct world_place *world_place(const struct world *world,
                                      const char *host);
void programs_end(struct world *world);

/* records.c: where programs and the wire record, and the merge of it all. */
/* Where the wire is to record; before the wire is started. */
int records_open_capture(struct world *world, struct error *error);
int records_open(struct world *world, struct error *error);
/* A new file for a program's --trace, or NULL when nothing is recorded. */
const char *records_next(struct world *world);
int records_merge(struct world *world, const char *path, struct error *error);

/* doctor.c asks for one way and learns how far it came. */
void world_probe(enum world_way way, struct world_outcome *outcome);

#endif

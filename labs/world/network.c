/* SPDX-License-Identifier: MIT */
/*
 * network: all hosts, a cable from each to the switch, and the wire.
 *
 * The wire is started first: it needs the numbers of the cables only, which
 * are ours to choose, and so the kernel makes its ring on one processor while
 * we make the hosts on another.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/trace.h"
#include "labs/world/inside.h"
#include "labs/world/links.h"
#include "labs/world/wire.h"

/* The cable of place i has this index in the switch's namespace. */
static int cable_index(size_t i)
{
    return (int)i + 2;
}

/* A locally administered address that shows the IPv4 address: a capture can be
 * read without a table. */
static void mac_of(const struct world_place *place, uint8_t mac[6])
{
    mac[0] = 0x02;
    mac[1] = 0x00;
    inet_pton(AF_INET, place->address, mac + 2);
}

static struct wire_setup wire_setup(const struct world *world)
{
    int64_t round_trip_us = world->setup->round_trip_us;
    struct wire_setup setup = {.port_count = world->place_count,
                               .record_fd = world->capture_fd,
                               .guarded = -1};
    if (round_trip_us < 0)
        round_trip_us = WORLD_ROUND_TRIP_US;
    setup.one_way_ns = round_trip_us * 1000 / 2;
    for (size_t i = 0; i < world->place_count; i++) {
        const char *name = world->places[i].host->name;
        setup.ports[i].index = cable_index(i);
        setup.ports[i].name = name;
        mac_of(&world->places[i], setup.ports[i].mac);
        if (strcmp(name, "student") == 0)
            setup.guardable = (int)i;
    }
    if (world->setup->firewall)
        setup.guarded = setup.guardable;
    return setup;
}

/* ---- the wire's process ------------------------------------------------- */

static _Noreturn void be_the_wire(const struct wire_setup *setup, int control)
{
    struct wire *wire = NULL;
    struct error error = {0};
    world_die_with_parent();
    wire_open(&wire, setup, &error);
    /* The first word: ready, or why not. */
    ssize_t n = send(control, &error, sizeof(error), MSG_NOSIGNAL);
    if (wire && n == (ssize_t)sizeof(error))
        wire_run(wire, control);
    _exit(0);
}

static int start_wire(struct world *world, struct error *error)
{
    struct wire_setup setup = wire_setup(world);
    int control[2];
    world->step = WORLD_STEP_WIRE;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) < 0)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "making the wire: no socket pair");
    world->wire = fork();
    if (world->wire == 0) {
        close(control[0]);
        be_the_wire(&setup, control[1]);
    }
    close(control[1]);
    world->wire_control = control[0];
    if (world->wire < 0)
        return error_set_errno(error, ERROR_LOCAL, errno,
                               "making the wire: fork failed");
    return 0;
}

static int await_wire(struct world *world, struct error *error)
{
    struct error said;
    world->step = WORLD_STEP_WIRE;
    ssize_t n = recv(world->wire_control, &said, sizeof(said), 0);
    if (n != (ssize_t)sizeof(said))
        return error_set(error, ERROR_LOCAL, "the wire ended at once");
    if (said.class == ERROR_NONE)
        return 0;
    if (error && error->class == ERROR_NONE)
        *error = said;
    return -(int)said.class;
}

/* ---- hosts -------------------------------------------------------------- */

/* The host's address and those that follow on it. */
static int give_addresses(int links, const struct world_place *place,
                          struct error *error)
{
    const char *last = strrchr(place->address, '.') + 1;
    int result = links_address(links, place->address, error);
    for (unsigned i = 1; i <= place->host->more && result == 0; i++) {
        char address[24];
        snprintf(address, sizeof(address), "%.*s%lu",
                 (int)(last - place->address), place->address,
                 strtoul(last, NULL, 10) + i);
        result = links_address(links, address, error);
    }
    return result;
}

static int make_host(struct world *world, int links, size_t i,
                     struct error *error)
{
    struct world_place *place = &world->places[i];
    struct cable cable = {.index = cable_index(i), .name = place->host->name};
    world->step = WORLD_STEP_HOST;
    int result = spaces_make_host(place, error);
    if (result < 0)
        return result;
    world->step = WORLD_STEP_CABLE;
    mac_of(place, cable.mac);
    cable.host_net_fd = place->net_fd;
    int there = links_open(error);
    if (there < 0)
        return there;
    result = links_cable(links, &cable, error);
    if (result == 0)
        result = give_addresses(there, place, error);
    if (result == 0)
        result = links_no_offload(there, error);
    close(there);
    return result;
}

int network_make(struct world *world, struct error *error)
{
    int result = records_open_capture(world, error);
    int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    int name = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
    int links = result == 0 ? links_open(error) : result;
    spaces_no_ipv6();
    if (links >= 0)
        result = start_wire(world, error);
    else
        result = links;
    for (size_t i = 0; result == 0 && i < world->place_count; i++)
        result = make_host(world, links, i, error);
    /* Back to the switch: on a host, one of our own sockets could be taken
     * for that host's. */
    if (result == 0 &&
        (setns(home, CLONE_NEWNET) < 0 || setns(name, CLONE_NEWUTS) < 0))
        result = error_set_errno(error, ERROR_LOCAL, errno,
                                 "making a world: setns failed");
    if (result == 0)
        result = await_wire(world, error);
    if (links >= 0)
        close(links);
    if (home >= 0)
        close(home);
    if (name >= 0)
        close(name);
    return result;
}

/* Tells the wire what to do, and hears what it has lost so far. */
static int tell_wire(struct world *world, char order, struct error *error)
{
    struct wire_report report;
    if (world->wire_control < 0)
        return 0;
    if (send(world->wire_control, &order, 1, MSG_NOSIGNAL) != 1 ||
        recv(world->wire_control, &report, sizeof(report), 0) !=
            (ssize_t)sizeof(report))
        return error_set(error, ERROR_LOCAL, "the wire has stopped");
    if (report.record_errno)
        return error_set_errno(error, ERROR_LOCAL, report.record_errno,
                               "recording the wire failed");
    /* A capture with holes must not pass for a whole one. */
    if (report.lost > 0)
        trace_note(world->trace, RFC("9293", "3.8"), "lost",
                   "the wire had no room for %llu frames: they were neither "
                   "carried nor recorded",
                   (unsigned long long)report.lost);
    return 0;
}

int network_flush(struct world *world, struct error *error)
{
    return tell_wire(world, 'f', error);
}

int world_firewall(struct world *world, bool up, struct error *error)
{
    if (!world_has(world, WORLD_FIREWALL))
        return error_set(error, ERROR_LOCAL, "%s",
                         world_has_not(world, WORLD_FIREWALL));
    return tell_wire(world, up ? 'u' : 'd', error);
}

void network_end(struct world *world)
{
    if (world->wire_control >= 0)
        close(world->wire_control);
    world->wire_control = -1;
    if (world->wire > 0)
        waitpid(world->wire, NULL, 0);
    for (size_t i = 0; i < world->place_count; i++) {
        if (world->places[i].net_fd >= 0)
            close(world->places[i].net_fd);
        if (world->places[i].uts_fd >= 0)
            close(world->places[i].uts_fd);
    }
}

/* SPDX-License-Identifier: MIT */
/* world: the table of hosts, the life of a world from its making to its end,
 * and what a lab may ask about it. */
#include "labs/world/world.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/trace.h"
#include "labs/world/authority.h"
#include "labs/world/dns.h"
#include "labs/world/inside.h"

/* Addresses of RFC 5737 §3 and names of RFC 2606 §2: nothing here can be
 * mistaken for anybody's. */
const struct world_host world_hosts[] = {
    {"student", {"student.lab.test"}, "192.0.2.10", "you are here", 0},
    {"names", {"ns.lab.test"}, "192.0.2.53", "DNS for every zone here", 0},
    {"web",
     {"www.example.test", "blog.example.test"},
     "192.0.2.80",
     "HTTP and HTTPS, two sites at one address",
     0},
    {"proxy", {"proxy.example.test"}, "192.0.2.81", "a gateway before web", 0},
    {"east", {"mx.east.test"}, "192.0.2.25", "mail of alice@east.test", 0},
    {"west", {"mx.west.test"}, "192.0.2.26", "mail of bob@west.test", 0},
    {"zoo", {"zoo.test"}, "192.0.2.30", "mail servers of every character", 10},
    {"files", {"ftp.example.test"}, "192.0.2.21", "FTP and FTPS", 0},
    {"shell", {"shell.example.test"}, "192.0.2.22", "Telnet and SSH", 0},
    {NULL, {NULL}, NULL, NULL, 0},
};

/* ---- from beginning to end ---------------------------------------------- */

static bool takes_part(const struct world_setup *setup, const char *name)
{
    if (!setup->hosts[0] || strcmp(name, "names") == 0 ||
        strcmp(name, "student") == 0)
        return true;
    for (size_t i = 0; i < WORLD_HOSTS_MAX && setup->hosts[i]; i++) {
        if (strcmp(setup->hosts[i], name) == 0)
            return true;
    }
    return false;
}

/* On loopback 192.0.2.80 is 127.77.0.80, or 127.77.1.80 if another world runs
 * there already: its name server has the port that ours would have. */
static void choose_network(struct world *world)
{
    struct sockaddr_in names = {.sin_family = AF_INET,
                                .sin_port = htons(world_port(world, 53))};
    snprintf(world->network, sizeof(world->network), "192.0.2.");
    for (uint32_t n = 0; world->way == WORLD_LOOPBACK && n < 256; n++) {
        names.sin_addr.s_addr = htonl(127u << 24 | 77u << 16 | n << 8 | 53u);
        int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        int taken = bind(fd, (struct sockaddr *)&names, sizeof(names));
        close(fd);
        snprintf(world->network, sizeof(world->network), "127.77.%u.", n);
        if (taken == 0)
            return;
    }
}

static int choose_places(struct world *world, struct error *error)
{
    const char *const *asked = world->setup->hosts;
    choose_network(world);
    for (size_t i = 0; world_hosts[i].name; i++) {
        const struct world_host *host = &world_hosts[i];
        if (!takes_part(world->setup, host->name))
            continue;
        struct world_place *place = &world->places[world->place_count++];
        *place = (struct world_place){.host = host, .net_fd = -1, .uts_fd = -1};
        snprintf(place->address, sizeof(place->address), "%s%s", world->network,
                 strrchr(host->address, '.') + 1);
    }
    for (size_t i = 0; i < WORLD_HOSTS_MAX && asked[i]; i++) {
        if (!world_place(world, asked[i]))
            return error_set(error, ERROR_USAGE, "no host is called %s",
                             asked[i]);
    }
    snprintf(world->dns, sizeof(world->dns), "%s:%u",
             world_address(world, "names"), world_port(world, 53));
    return 0;
}

/* Everything that a lab may rely on; world->step says how far it came. */
static int make(struct world *world, struct error *error)
{
    int result = choose_places(world, error);
    if (result == 0)
        result = world->way == WORLD_LOOPBACK
                     ? files_make_loopback(world, error)
                     : files_mount_private(world, error);
    if (result == 0 && world->way != WORLD_LOOPBACK)
        result = network_make(world, error);
    if (result < 0)
        return result;
    world->step = WORLD_STEP_SERVICES;
    result = dns_start(world, error);
    if (result == 0)
        result = authority_make(world, error);
    if (result == 0)
        result = records_open(world, error);
    return result == 0 ? dns_wait(world, error) : result;
}

/* Servers first, so that their records are whole; the wire before the merge,
 * so that it has written its last frame. */
static int end(struct world *world, struct error *error)
{
    programs_end(world);
    int result = 0;
    if (world->setup->trace_file)
        result = records_merge(world, world->setup->trace_file, error);
    network_end(world);
    authority_free(world->authority);
    return result;
}

int world_live(struct world *world,
               int (*inside)(struct world *, void *, struct error *),
               void *context, struct error *error)
{
    world->wire_control = world->capture_fd = -1;
    world->step = WORLD_STEP_MOUNT;
    int result = make(world, error);
    if (result < 0)
        return result;
    world->step = WORLD_STEP_INSIDE;
    result = inside(world, context, error);
    /* What the lab met first is what counts; a merge that fails after it
     * must not hide it. */
    struct error late = {0};
    int ended = end(world, result == 0 ? error : &late);
    return result == 0 ? ended : result;
}

int world_run(const struct world_setup *setup,
              int (*inside)(struct world *world, void *context,
                            struct error *error),
              void *context, struct error *error)
{
    struct world_outcome outcome;
    enum world_way way = setup->way;
    if (way == WORLD_ANY)
        way = geteuid() == 0 ? WORLD_ROOT : WORLD_ROOTLESS;
    world_attempt(setup, way, inside, context, &outcome);
    /* Refused before the lab began: then it may as well begin elsewhere. */
    if (outcome.result < 0 && outcome.step < WORLD_STEP_INSIDE &&
        setup->way == WORLD_ANY)
        world_attempt(setup, WORLD_LOOPBACK, inside, context, &outcome);
    if (outcome.result != 0 && error && error->class == ERROR_NONE)
        *error = outcome.error;
    return outcome.result;
}

/* ---- what a lab may ask ------------------------------------------------- */

enum world_way world_way(const struct world *world)
{
    return world->way;
}

bool world_has(const struct world *world, enum world_feature feature)
{
    /* What one way of namespaces has, both have; and loopback has nothing. */
    (void)feature;
    return world->way != WORLD_LOOPBACK;
}

const char *world_has_not(const struct world *world, enum world_feature feature)
{
    static const char *const missing[] = {
        [WORLD_FRAMES] = "on loopback nobody may capture frames; the bytes "
                         "are recorded at the sockets instead",
        [WORLD_DELAY] = "on loopback a round trip takes no time",
        [WORLD_FIREWALL] = "on loopback there is no place for a firewall",
        [WORLD_REAL_PORTS] = "on loopback ports below 1024 are refused; each "
                             "stands at 20000 more",
        [WORLD_FILES] = "on loopback the machine's own /etc and trust store "
                        "are used",
    };
    return world_has(world, feature) ? "" : missing[feature];
}

uint16_t world_port(const struct world *world, uint16_t port)
{
    return (uint16_t)(world->way == WORLD_LOOPBACK ? port + 20000 : port);
}

const struct world_place *world_place(const struct world *world,
                                      const char *host)
{
    for (size_t i = 0; i < world->place_count; i++) {
        if (strcmp(world->places[i].host->name, host) == 0)
            return &world->places[i];
    }
    return NULL;
}

const char *world_address(const struct world *world, const char *host)
{
    const struct world_place *place = world_place(world, host);
    return place ? place->address : NULL;
}

const char *world_dns(const struct world *world)
{
    return world->dns;
}

static uint16_t standard_port(const char *scheme)
{
    static const struct {
        const char *scheme;
        uint16_t port;
    } known[] = {{"http", 80},  {"https", 443}, {"ftp", 21},   {"ftps", 990},
                 {"smtp", 25},  {"smtps", 465}, {"pop3", 110}, {"pop3s", 995},
                 {"imap", 143}, {"imaps", 993}, {"ssh", 22},   {"telnet", 23}};
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if (strcmp(known[i].scheme, scheme) == 0)
            return known[i].port;
    }
    return 0;
}

const char *world_url(const struct world *world, const char *scheme,
                      const char *name, uint16_t port, const char *path)
{
    static char ring[8][512];
    static size_t next;
    char *url = ring[next++ % 8];
    uint16_t here = world_port(world, port);
    if (here == standard_port(scheme))
        snprintf(url, sizeof(ring[0]), "%s://%s%s", scheme, name, path);
    else
        snprintf(url, sizeof(ring[0]), "%s://%s:%u%s", scheme, name, here,
                 path);
    return url;
}

const char *world_files(const struct world *world)
{
    return world->files;
}

const char *world_ca_file(const struct world *world)
{
    return world->ca_file;
}

struct trace *world_trace(struct world *world)
{
    return world->trace;
}

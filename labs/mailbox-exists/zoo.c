/* SPDX-License-Identifier: MIT */
/* zoo: ten servers, each at an address of its own. */
#include "labs/mailbox-exists/zoo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "labs/lab.h"

/* Each at the zoo's address plus its place here, as the zone has it. */
static const char *const animals[] = {
    "honest",       "full",   "disabled",  "greylist", "accept-all",
    "bounce-later", "policy", "turn-away", "sulk",     "tarpit"};
#define ANIMALS (sizeof(animals) / sizeof(animals[0]))
#define HONEST 0

/* Domains of the honest one beside its own. */
static const char *const honest_domains[] = {
    "vrfy.zoo.test",     "first-down.zoo.test", "implicit.zoo.test",
    "cname-mx.zoo.test", "*.crowd.zoo.test",
};
#define HONEST_DOMAINS (sizeof(honest_domains) / sizeof(honest_domains[0]))

struct cage {
    char domain[64], name[80], maildir[600], listen[64], relay_port[16];
    const char *argv[40];
    size_t argc;
};

static void add(struct cage *cage, const char *option, const char *value)
{
    cage->argv[cage->argc++] = option;
    if (value)
        cage->argv[cage->argc++] = value;
}

/* What is particular to the animal at a place: its names, its folder, and the
 * address, which is the zoo's plus the place. */
static void label(struct cage *cage, const struct world *world, size_t place,
                  const char *files)
{
    const char *first = world_address(world, "zoo");
    int network = (int)(strrchr(first, '.') + 1 - first);

    snprintf(cage->domain, sizeof(cage->domain), "%s.zoo.test", animals[place]);
    snprintf(cage->name, sizeof(cage->name), "mx.%s", cage->domain);
    /* The honest one has other domains too, and goes by no single name. */
    if (place == HONEST)
        snprintf(cage->name, sizeof(cage->name), "mx.zoo.test");
    snprintf(cage->maildir, sizeof(cage->maildir), "%s/%s", files,
             animals[place]);
    snprintf(cage->listen, sizeof(cage->listen), "%.*s%lu:%u", network, first,
             strtoul(first + network, NULL, 10) + place,
             (unsigned)world_port(world, 25));
    snprintf(cage->relay_port, sizeof(cage->relay_port), "%u",
             (unsigned)world_port(world, 25));
}

/* The command line of its server, so far as it stands in the cage. */
static void furnish(struct cage *cage, const struct world *world, size_t place,
                    const char *files)
{
    memset(cage, 0, sizeof(*cage));
    label(cage, world, place, files);
    add(cage, "smtp-server", NULL);
    add(cage, "--manners", animals[place]);
    add(cage, "--name", cage->name);
    add(cage, "--domain", cage->domain);
    for (size_t i = 0; place == HONEST && i < HONEST_DOMAINS; i++)
        add(cage, "--domain", honest_domains[i]);
    add(cage, "--maildir", cage->maildir);
    add(cage, "--listen", cage->listen);
    add(cage, "--relay-port", cage->relay_port);
    add(cage, "--dns", world_dns(world));
}

int zoo_clock(struct world *world, unsigned seconds, struct error *error)
{
    char path[600], text[16];

    snprintf(path, sizeof(path), "%s/zoo/clock", world_files(world));
    snprintf(text, sizeof(text), "%u\n", seconds);
    return lab_file_write(path, text, strlen(text), error);
}

int zoo_start(struct world *world, const char *more, struct error *error)
{
    char files[512], accounts[600], clock[600], *text;
    struct cage cage;
    int result;

    snprintf(files, sizeof(files), "%s/zoo", world_files(world));
    snprintf(accounts, sizeof(accounts), "%s/accounts", files);
    snprintf(clock, sizeof(clock), "%s/clock", files);
    if (mkdir(files, 0755) < 0 && errno != EEXIST)
        return error_set_errno(error, ERROR_LOCAL, errno, "no room for a zoo");
    if (asprintf(&text, "%s:wild\npostmaster:wild\n%s", ZOO_KEEPER, more) < 0)
        return error_set(error, ERROR_LOCAL, "no memory for accounts");
    result = lab_file_write(accounts, text, strlen(text), error);
    free(text);
    if (result == 0)
        result = zoo_clock(world, 0, error);
    for (size_t i = 0; i < ANIMALS && result == 0; i++) {
        furnish(&cage, world, i, files);
        add(&cage, "--accounts", accounts);
        add(&cage, "--clock", clock);
        if (mkdir(cage.maildir, 0755) < 0 && errno != EEXIST)
            result = error_set_errno(error, ERROR_LOCAL, errno,
                                     "%s can't be made", cage.maildir);
        if (result == 0 && world_start(world, "zoo", cage.argv, error) < 0)
            result = -(int)error->class;
    }
    return result;
}

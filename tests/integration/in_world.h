/* SPDX-License-Identifier: MIT */
/*
 * in_world: what the tests that run inside a world share.
 */
#ifndef TESTS_INTEGRATION_IN_WORLD_H
#define TESTS_INTEGRATION_IN_WORLD_H

#include "labs/world/world.h"

/* Inside a world: fails it, with the place and what did not hold. */
#define EXPECT(holds)                                                  \
    do {                                                               \
        if (!(holds))                                                  \
            return error_set(error, ERROR_PROTOCOL, "%s:%d: %s (%s)",  \
                             __FILE__, __LINE__, #holds, error->text); \
    } while (0)

/* The best way into namespaces that this machine gives; WORLD_LOOPBACK, and a
 * line that says why, when it gives none. */
enum world_way best_way(void);

#endif

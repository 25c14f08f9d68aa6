/* SPDX-License-Identifier: MIT */
/*
 * doctor: from a step that was refused to the reason and the remedy. The
 * report itself is world_doctor in world.h; here is what the tests hold.
 */
#ifndef LABS_WORLD_DOCTOR_H
#define LABS_WORLD_DOCTOR_H

#include <stdbool.h>

#include "labs/world/inside.h"

/* What a machine shows of the reasons it may have. */
struct doctor_machine {
    const char *zero_limit; /* "user": user.max_user_namespaces is 0; or NULL */
    bool chroot, no_proc;
    bool clone_forbidden; /* kernel.unprivileged_userns_clone is 0 */
    bool apparmor;        /* kernel.apparmor_restrict_unprivileged_userns */
    bool seccomp;         /* a filter is on this process */
};

struct doctor_cause {
    char why[256];     /* goes after "because" */
    char command[256]; /* the one that would allow it */
};

struct doctor_machine doctor_look(void);
/* `outcome` is that of a failed attempt; *cause is filled. */
void doctor_explain(const struct world_outcome *outcome,
                    const struct doctor_machine *machine,
                    struct doctor_cause *cause);

#endif

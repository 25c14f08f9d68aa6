/* SPDX-License-Identifier: MIT */
/* doctor: each refusal gets the reason that holds and the remedy for it. */
#include <errno.h>
#include <string.h>

#include "labs/world/doctor.h"
#include "tests/harness.h"

static void expect(enum world_step step, int why, struct doctor_machine machine,
                   const char *reason, const char *command)
{
    struct world_outcome outcome = {.step = step, .result = -ERROR_LOCAL};
    struct doctor_cause cause;
    outcome.error.sys_errno = why;
    doctor_explain(&outcome, &machine, &cause);
    CU_ASSERT_PTR_NOT_NULL(strstr(cause.why, reason));
    CU_ASSERT_PTR_NOT_NULL(strstr(cause.command, command));
}

static void doctor_names_the_limit_that_is_zero(void)
{
    expect(WORLD_STEP_NAMESPACE, ENOSPC,
           (struct doctor_machine){.zero_limit = "user"},
           "user.max_user_namespaces is 0",
           "sysctl -w user.max_user_namespaces=");
    expect(WORLD_STEP_HOST, ENOSPC,
           (struct doctor_machine){.zero_limit = "net"},
           "user.max_net_namespaces is 0", "user.max_net_namespaces=");
    expect(WORLD_STEP_HOST, ENOSPC, (struct doctor_machine){.seccomp = true},
           "in use", "user.max_user_namespaces=");
}

static void doctor_tells_the_forbidders_apart(void)
{
    expect(WORLD_STEP_NAMESPACE, EPERM,
           (struct doctor_machine){.chroot = true, .seccomp = true}, "chroot",
           "outside");
    expect(WORLD_STEP_NAMESPACE, EPERM,
           (struct doctor_machine){.clone_forbidden = true},
           "unprivileged_userns_clone", "unprivileged_userns_clone=1");
    expect(WORLD_STEP_USER, EACCES, (struct doctor_machine){.apparmor = true},
           "AppArmor", "apparmor_restrict_unprivileged_userns=0");
    expect(WORLD_STEP_NAMESPACE, EPERM,
           (struct doctor_machine){.seccomp = true}, "seccomp",
           "seccomp=unconfined");
    expect(WORLD_STEP_MOUNT, EPERM, (struct doctor_machine){.seccomp = false},
           "security module", "dmesg");
}

static void doctor_knows_what_a_kernel_lacks(void)
{
    const struct doctor_machine plain = {.seccomp = false};
    expect(WORLD_STEP_NAMESPACE, EINVAL, plain, "without namespaces",
           "linux-image");
    expect(WORLD_STEP_CABLE, EOPNOTSUPP, plain, "veth", "modprobe veth");
    expect(WORLD_STEP_WIRE, EAFNOSUPPORT, plain, "af_packet",
           "modprobe af_packet");
}

static void doctor_finds_no_fault_with_this_machine(void)
{
    /* The tests run where nothing is hidden: neither is it found to be. */
    struct doctor_machine machine = doctor_look();
    CU_ASSERT_FALSE(machine.no_proc);
    CU_ASSERT_FALSE(machine.chroot);
}

const struct test tests_world_doctor[] = {
    {"doctor_names_the_limit_that_is_zero",
     doctor_names_the_limit_that_is_zero},
    {"doctor_tells_the_forbidders_apart", doctor_tells_the_forbidders_apart},
    {"doctor_knows_what_a_kernel_lacks", doctor_knows_what_a_kernel_lacks},
    {"doctor_finds_no_fault_with_this_machine",
     doctor_finds_no_fault_with_this_machine},
    {NULL, NULL}};

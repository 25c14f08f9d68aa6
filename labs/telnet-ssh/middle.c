/* SPDX-License-Identifier: MIT */
/*
 * middle: a man in the middle. He has taken over the address of the host and
 * answers in its place; what he can't take over is its private key.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/telnet-ssh/telnet_ssh.h"

static struct {
    pid_t server;
    char record[256]; /* what his own program writes down */
} impostor;

const char *ssh_target(struct lab_run *run)
{
    static char target[128];
    unsigned port = world_port(lab_world(run), 22);

    if (port == 22)
        snprintf(target, sizeof(target), "%s@" SHELL_NAME,
                 lab_parameters(run)->user);
    else
        snprintf(target, sizeof(target), "%s@" SHELL_NAME ":%u",
                 lab_parameters(run)->user, port);
    return target;
}

/* Commands of both kinds log in with the same password, from a file. */
static int ask_him(struct lab_run *run, const char *known_hosts,
                   const char *option, struct world_result *result,
                   struct error *error)
{
    const char *argv[10] = {"ssh-client", "--known-hosts", known_hosts,
                            "--password-file", lab_path(run, "shell-password")};
    size_t count = 5;

    if (option)
        argv[count++] = option;
    argv[count++] = ssh_target(run);
    argv[count] = "cat " LETTER;
    return lab_client(run, argv, result, error);
}

int step_middle(struct lab_run *run, struct error *error)
{
    const char *more[] = {"--trace", impostor.record, "--show-secrets", NULL};
    struct world_result result;

    snprintf(impostor.record, sizeof(impostor.record), "%s",
             lab_path(run, "impostor.pcapng"));
    if (stop_ssh(run, error) < 0 ||
        (impostor.server = start_ssh(run, more, error)) < 0 ||
        ask_him(run, lab_path(run, "known_hosts"), NULL, &result, error) < 0)
        return -(int)error->class;
    lab_output(run, result.err, result.err_length);
    if (lab_check(run, result.status == 4 && result.out_length == 0, error,
                  "the client refused the other key with exit 4 (it exited "
                  "%d: %.200s)",
                  result.status, result.err) == 0)
        lab_say(run, "Exit 4, and no password was sent. The client had "
                     "written the host's key down in the second session, and "
                     "this is another one. It can't know whether the host has "
                     "a new key or a man stands in the middle; so it asks "
                     "nobody and goes no further (RFC 4251 §9.3.4).");
    world_result_free(&result);
    return -(int)error->class;
}

/* True when the password stands in what the impostor's program wrote down: he
 * is an end of the conversation, so SSH hides nothing from him. */
static bool record_has(struct lab_run *run, struct error *error)
{
    struct trace_file record;
    bool found = false;

    if (trace_read(&record, impostor.record, error) < 0)
        return false;
    for (size_t i = 0; i < record.event_count; i++)
        if (record.events[i].layer == TRACE_LAYER_APP &&
            record.events[i].data.length > 0 &&
            memmem(record.events[i].data.data, record.events[i].data.length,
                   lab_parameters(run)->password,
                   strlen(lab_parameters(run)->password)))
            found = true;
    trace_file_free(&record);
    return found;
}

/* NOTE(telnet-ssh-yes): he who takes the old key out of his list and says yes
 * to the new one. */
int step_yes(struct lab_run *run, struct error *error)
{
    struct world_result result;

    if (ask_him(run, lab_path(run, "forgotten"), "--accept-new", &result,
                error) < 0)
        return -(int)error->class;
    lab_output(run, result.out, result.out_length);
    lab_check(run, result.status == 0 && strstr(result.out, LETTER_SAYS), error,
              "who says yes is served (it exited %d: %.200s)", result.status,
              result.err);
    world_result_free(&result);
    if (error->class != ERROR_NONE ||
        world_stop(lab_world(run), impostor.server, error) < 0)
        return -(int)error->class;
    bool found = record_has(run, error);
    if (lab_check(run, found, error,
                  "the impostor has the password in his own record") == 0)
        lab_say(run,
                "All went well, or so it seems: the letter is there. But the "
                "one who served it was the man in the middle, and his "
                "program's own record now holds the password %s. Nothing on "
                "the wire was broken: the line to him was sealed as well as "
                "ever. SSH protects you from everybody but the one you have "
                "agreed to talk to.",
                lab_parameters(run)->password);
    return -(int)error->class;
}

/* SPDX-License-Identifier: MIT */
/* sessions: the same log-in and the same commands, over Telnet and over SSH. */
#include <stdio.h>
#include <string.h>

#include "labs/lab_flow.h"
#include "labs/telnet-ssh/telnet_ssh.h"

struct sessions sessions;

/* What is typed behind the log-in: the same both ways. */
/* clang-format off */
#define COMMANDS {"~$ ", "whoami\r"}, {"~$ ", "cat " LETTER "\r"}, \
    {"~$ ", "exit\r"}, {NULL, NULL}
/* clang-format on */

/* Keys of the lines behind the log-in. */
static size_t keys_behind(const struct lab_line *lines)
{
    size_t keys = 0;

    for (; lines->await; lines++)
        if (strcmp(lines->await, "~$ ") == 0)
            keys += strlen(lines->keys);
    return keys;
}

static int check_session(struct lab_run *run, const struct lab_typed *typed,
                         struct error *error)
{
    lab_output(run, typed->screen, typed->screen_length);
    if (lab_check(run, typed->status == 0, error,
                  "the session ended well (it exited %d: %.200s)",
                  typed->status, typed->screen) < 0)
        return -(int)error->class;
    return lab_check(run, strstr(typed->screen, LETTER_SAYS) != NULL, error,
                     "the letter was shown");
}

/* NOTE(telnet-ssh-typed): a person types; each key is a packet there, and its
 * echo one back. */
int step_telnet(struct lab_run *run, struct error *error)
{
    const struct lab_parameters *p = lab_parameters(run);
    char user[80], password[80], port[8];
    const char *argv[] = {"telnet-client", SHELL_NAME, port, NULL};
    const struct lab_line lines[] = {
        {"login: ", user}, {"Password: ", password}, COMMANDS};
    static struct lab_typed typed;

    snprintf(user, sizeof(user), "%s\r", p->user);
    snprintf(password, sizeof(password), "%s\r", p->password);
    snprintf(port, sizeof(port), "%u",
             (unsigned)world_port(lab_world(run), 23));
    sessions.telnet_ns = lab_now();
    if (lab_type(run, argv, lines, &typed, error) < 0 ||
        check_session(run, &typed, error) < 0)
        return -(int)error->class;
    sessions.telnet_keys = keys_behind(lines);
    lab_ladder(run, sessions.telnet_ns, error);
    sessions.ssh_ns = lab_now();
    lab_say(run,
            "%zu keys were pressed in %.1f s. The server has offered to echo "
            "(WILL ECHO, RFC 857 §2), so each key went out alone and came back "
            "alone: look at the ladder. Only while the password was typed "
            "nothing came back. That is all the hiding there is.",
            typed.keys,
            lab_milliseconds(typed.key_ns[0], typed.key_ns[typed.keys - 1]) /
                1e3);
    return -(int)error->class;
}

int step_ssh(struct lab_run *run, struct error *error)
{
    const struct lab_parameters *p = lab_parameters(run);
    char password[80];
    const char *argv[] = {"ssh-client", "--known-hosts",
                          lab_path(run, "known_hosts"), ssh_target(run), NULL};
    const struct lab_line lines[] = {
        {"(yes/no) ", "yes\r"}, {"Password for ", password}, COMMANDS};
    static struct lab_typed typed;

    snprintf(password, sizeof(password), "%s\r", p->password);
    if (lab_type(run, argv, lines, &typed, error) < 0 ||
        check_session(run, &typed, error) < 0)
        return -(int)error->class;
    sessions.ssh_keys = keys_behind(lines);
    lab_ladder(run, sessions.ssh_ns, error);
    sessions.end_ns = lab_now();
    lab_say(run,
            "The same %zu keys behind the log-in, the same answers. Before it, "
            "the client showed the fingerprint of the host's key and asked: it "
            "had never seen it. You said yes; whether it is the right one, "
            "only its keeper can tell you.",
            sessions.ssh_keys);
    return -(int)error->class;
}

/* SPDX-License-Identifier: MIT */
/*
 * telnet-ssh: the same log-in and the same commands over Telnet and over SSH,
 * and what somebody who only looks on learns of either; then somebody who does
 * more than look on.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "labs/telnet-ssh/telnet_ssh.h"

static pid_t ssh_server;

/* "192.0.2.22:22" for --listen, in a static ring of two. */
static const char *listen_at(struct lab_run *run, uint16_t port)
{
    static char ring[2][80];
    static unsigned next;
    char *text = ring[next++ % 2];

    snprintf(text, sizeof(ring[0]), "%s:%u",
             world_address(lab_world(run), SHELL_HOST),
             (unsigned)world_port(lab_world(run), port));
    return text;
}

/* The folder that SFTP serves is one of the world's own: however the lab ends,
 * it is gone. */
static const char *home_make(struct lab_run *run, struct error *error)
{
    static const char text[] = "What SFTP shows is a folder of its own.\n";
    const char *home = lab_path(run, "shell-home");

    if (mkdir(home, 0755) < 0 && errno != EEXIST) {
        error_set_errno(error, ERROR_LOCAL, errno, "%s can't be made", home);
        return NULL;
    }
    return lab_file_write(lab_path(run, "shell-home/notes.txt"), text,
                          sizeof(text) - 1, error) < 0
               ? NULL
               : home;
}

pid_t start_ssh(struct lab_run *run, const char *const *more,
                struct error *error)
{
    const char *home = home_make(run, error);
    const char *argv[16] = {
        "ssh-server", "--accounts",       lab_path(run, "shell-accounts"),
        "--listen",   listen_at(run, 22), "--home",
        home};
    size_t count = 7;

    if (!home)
        return -(int)error->class;
    while (more && *more && count < 15)
        argv[count++] = *more++;
    return world_start(lab_world(run), SHELL_HOST, argv, error);
}

int stop_ssh(struct lab_run *run, struct error *error)
{
    return world_stop(lab_world(run), ssh_server, error);
}

static int prepare(struct lab_run *run, struct error *error)
{
    const struct lab_parameters *p = lab_parameters(run);
    const char *telnet[] = {
        "telnet-server",    "--accounts", lab_path(run, "shell-accounts"),
        "--name",           SHELL_NAME,   "--listen",
        listen_at(run, 23), NULL};
    char line[200];
    int length = snprintf(line, sizeof(line), "%s:%s\n", p->user, p->password);

    if (lab_file_write(lab_path(run, "shell-accounts"), line, (size_t)length,
                       error) < 0)
        return -(int)error->class;
    length = snprintf(line, sizeof(line), "%s\n", p->password);
    if (lab_file_write(lab_path(run, "shell-password"), line, (size_t)length,
                       error) < 0 ||
        world_start(lab_world(run), SHELL_HOST, telnet, error) < 0)
        return -(int)error->class;
    ssh_server = start_ssh(run, NULL, error);
    return ssh_server < 0 ? (int)ssh_server : 0;
}

static const struct lab_step steps[] = {
    {"A session over Telnet", "Telnet logs in to another machine.",
     step_telnet},
    {"What the wire gave away",
     "Everything, name and password included, is in clear.",
     step_telnet_notebook},
    {"The same session over SSH", "SSH is reliable, runs on TCP, and encrypts.",
     step_ssh},
    {"What the wire gives away now", NULL, step_ssh_notebook},
    {"The password, counted", NULL, step_passwords},
    {"A man in the middle", NULL, step_middle},
    {"Somebody says yes", NULL, step_yes},
    {NULL, NULL, NULL}};

const struct lab lab_telnet_ssh = {
    .name = "telnet-ssh",
    .title = "Telnet against SSH: what the wire gives away",
    .about =
        "A person logs in to another machine, reads a letter and leaves; first "
        "over Telnet, then over SSH, key by key. Somebody on the wire keeps a "
        "notebook of both. Then he takes the place of the other machine.",
    .hosts = {"student", "names", SHELL_HOST, NULL},
    .steps = steps,
    .to_see =
        "Over Telnet the eavesdropper had the name, the password key by key, "
        "each command and each answer. Over SSH he had the versions, the "
        "algorithms, and how much was said when: enough to count your keys, "
        "not to read one. Against a man in the middle only the host's key "
        "helps, and only if you do not wave it through.",
    .prepare = prepare};

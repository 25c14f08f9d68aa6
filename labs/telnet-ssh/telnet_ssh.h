/* SPDX-License-Identifier: MIT */
/*
 * telnet_ssh: what the files of this lab share.
 */
#ifndef LABS_TELNET_SSH_TELNET_SSH_H
#define LABS_TELNET_SSH_TELNET_SSH_H

#include "labs/lab.h"
#include "labs/lab_typist.h"

#define SHELL_HOST "shell"
#define SHELL_NAME "shell.example.test"
#define LETTER "letters/bob.txt"
#define LETTER_SAYS "the party is on Saturday"

/* When each session began and the second had ended, and the keys that were
 * pressed behind the log-in. */
struct sessions {
    int64_t telnet_ns, ssh_ns, end_ns;
    size_t telnet_keys, ssh_keys;
};
extern struct sessions sessions;

/* Starts ssh-server on the host "shell", port 22; `more` arguments, NULL ends.
 * Returns its process id. */
pid_t start_ssh(struct lab_run *run, const char *const *more,
                struct error *error);
/* Ends the one that the lab began with. */
int stop_ssh(struct lab_run *run, struct error *error);
/* "ada@shell.example.test[:20022]" in a static buffer. */
const char *ssh_target(struct lab_run *run);

/* ---- who looks for a secret (exposure.c) -------------------------------- */

/* How often a secret stands in what passed, in either direction: in the bytes
 * of each stream, put together again whatever packets they came in, and in
 * each packet alone; as it is, in base64 and in hexadecimal. -class: out of
 * memory. */
int exposure_count(const struct trace_file *part, const char *secret,
                   size_t *count, struct error *error);
/* A copy of the part with the secret written into the last bytes of its longest
 * packet to the server: what a protocol that leaks would look like. Freed with
 * exposure_free. ERROR_LOCAL: memory, or no packet is long enough. */
int exposure_plant(struct trace_file *copy, const struct trace_file *part,
                   const char *secret, struct error *error);
void exposure_free(struct trace_file *copy);

/* ---- the steps ---------------------------------------------------------- */

int step_telnet(struct lab_run *run, struct error *error); /* sessions.c */
int step_telnet_notebook(struct lab_run *run, struct error *error);
int step_ssh(struct lab_run *run, struct error *error); /* sessions.c */
int step_ssh_notebook(struct lab_run *run, struct error *error);
int step_passwords(struct lab_run *run, struct error *error);
int step_middle(struct lab_run *run, struct error *error); /* middle.c */
int step_yes(struct lab_run *run, struct error *error);

#endif

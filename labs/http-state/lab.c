/* SPDX-License-Identifier: MIT */
/*
 * http-state: HTTP remembers nothing from one request to the next; what looks
 * like memory is brought along by the client each time: a cookie, or a log-in.
 * So it can be stolen on the way, and the lab steals it.
 */
#include <stdio.h>
#include <string.h>

#include "labs/http-state/http_state.h"

int state_client(struct lab_run *run, const char *const *argv, char *text,
                 size_t size, struct error *error)
{
    struct world_result result;

    if (lab_client(run, argv, &result, error) < 0)
        return -(int)error->class;
    lab_output(run, result.out, result.out_length);
    if (text)
        snprintf(text, size, "%s", result.out);
    lab_check(run, result.status == 0, error,
              "the client was answered (it exited %d: %.200s)", result.status,
              result.err);
    world_result_free(&result);
    return -(int)error->class;
}

/* The web host, http and https, with the paths /session and /private, which the
 * student has an account for. */
static int prepare(struct lab_run *run, struct error *error)
{
    static const char *const names[] = {WEB, NULL};
    const struct lab_parameters *p = lab_parameters(run);
    struct world *world = lab_world(run);
    const char *cert, *key;
    char listen[80], accounts[600], line[80];
    int length = snprintf(line, sizeof(line), "%s:%s\n", p->user, p->password);

    snprintf(listen, sizeof(listen), "%s:%u", world_address(world, "web"),
             (unsigned)world_port(world, 443));
    snprintf(accounts, sizeof(accounts), "%s", lab_path(run, "accounts"));
    if (lab_file_write(accounts, line, (size_t)length, error) < 0 ||
        world_issue(world, names, &cert, &key, error) < 0)
        return -(int)error->class;
    const char *more[] = {"--lab", "--accounts", accounts, "--listen-tls",
                          listen,  "--tls-cert", cert,     "--tls-key",
                          key,     NULL};
    return lab_start_web(run, more, error);
}

static const struct lab_step steps[] = {
    {"Two requests, two strangers", "HTTP is stateless.", state_forgets},
    {"The same with a cookie", "Sessions remember the user.", state_remembers},
    {"Who has the cookie is the user", NULL, state_stolen},
    {"A cookie that stays off http", NULL, state_secure},
    {"Two ways to say a password", NULL, state_logins},
    {"The same words once more", NULL, state_replays},
    {NULL, NULL, NULL}};

const struct lab lab_http_state = {
    .name = "http-state",
    .title = "What HTTP does not remember",
    .about =
        "The same request twice, without and with a cookie: what the server "
        "stored, what the client sent, and why. Then the two log-ins that HTTP "
        "itself has, Basic and Digest, with somebody on the wire who writes "
        "down what he reads and tries it himself.",
    .hosts = {"student", "names", "web", NULL},
    .steps = steps,
    .to_see =
        "Each request stands alone; the server knows you again only by what "
        "you bring along. A cookie is a name for a place in the server's "
        "memory, and whoever says the name is taken for you. Basic shows the "
        "password, Digest a hash of it that is good once; neither hides the "
        "page. Against somebody on the wire only TLS helps.",
    .prepare = prepare};

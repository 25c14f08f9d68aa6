/* SPDX-License-Identifier: MIT */
/* lab_typist: keys, one after the other, and what the screen shows. */
#include "labs/lab_typist.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "common/deadline.h"
#include "common/limits.h"
#include "labs/lab_run.h"

/* Milliseconds for an answer to come, and for the program to end. */
enum { PATIENCE_MS = 20000, END_MS = 10000 };
/* Milliseconds between two keys: a fast typist. More than a round trip, so
 * that no key waits for another (Nagle). */
enum { KEY_MS = 30, KEY_MORE_MS = 40 };

struct typist {
    int near, far;  /* ends of the pty */
    uint64_t state; /* of the rhythm */
    size_t looked;  /* of the screen */
    struct lab_typed *typed;
    struct error *error;
};

/* Reads what the screen shows until the deadline. False: nothing came. */
static bool look(struct typist *typist, deadline_ns deadline)
{
    struct lab_typed *typed = typist->typed;
    struct pollfd wait = {.fd = typist->near, .events = POLLIN};
    char beyond[512];
    size_t room = sizeof(typed->screen) - 1 - typed->screen_length;
    ssize_t n;

    if (poll(&wait, 1, deadline_poll_ms(deadline)) <= 0)
        return false;
    n = read(typist->near,
             room > 0 ? typed->screen + typed->screen_length : beyond,
             room > 0 ? room : sizeof(beyond));
    if (n <= 0)
        return false;
    if (room > 0)
        typed->screen_length += (size_t)n;
    typed->screen[typed->screen_length] = '\0';
    return true;
}

static int await(struct typist *typist, const char *text)
{
    const struct lab_typed *typed = typist->typed;
    deadline_ns deadline = deadline_in_ms(PATIENCE_MS);
    const char *at;

    while (!(at = strstr(typed->screen + typist->looked, text)))
        if (!look(typist, deadline))
            return error_set(typist->error, ERROR_TIMEOUT,
                             "the screen did not show \"%s\" but: %.300s", text,
                             typed->screen + typist->looked);
    typist->looked = (size_t)(at - typed->screen) + strlen(text);
    return 0;
}

/* A pause that no two keys have alike, yet each run of one seed has. */
static void pause_a_while(struct typist *typist)
{
    typist->state = typist->state * UINT64_C(6364136223846793005) + 1;
    deadline_ns deadline =
        deadline_in_ms(KEY_MS + (int64_t)((typist->state >> 33) % KEY_MORE_MS));

    while (look(typist, deadline))
        ;
}

static int press(struct typist *typist, const char *keys)
{
    struct lab_typed *typed = typist->typed;

    for (; *keys; keys++) {
        if (typed->keys == LAB_TYPIST_KEYS_MAX)
            return error_set(typist->error, ERROR_USAGE, "too many keys");
        typed->key_ns[typed->keys++] = lab_now();
        if (write(typist->near, keys, 1) != 1)
            return error_set_errno(typist->error, ERROR_LOCAL, errno,
                                   "the terminal takes no key");
        pause_a_while(typist);
    }
    return 0;
}

static int open_terminal(struct typist *typist)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    char name[64];

    typist->near = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (typist->near < 0 || grantpt(typist->near) < 0 ||
        unlockpt(typist->near) < 0 ||
        ptsname_r(typist->near, name, sizeof(name)) != 0 ||
        (typist->far = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0)
        return error_set_errno(typist->error, ERROR_LOCAL, errno,
                               "no terminal to be had");
    ioctl(typist->far, TIOCSWINSZ, &size);
    return 0;
}

static int type_lines(struct typist *typist, const struct lab_line *lines)
{
    int result = 0;

    for (; lines->await && result == 0; lines++) {
        result = await(typist, lines->await);
        if (result == 0)
            result = press(typist, lines->keys);
    }
    return result;
}

/* What the program writes while it ends is read, or it would wait for us. */
static void await_end(struct typist *typist, pid_t pid)
{
    close(typist->far);
    typist->far = -1;
    while (look(typist, deadline_in_ms(END_MS)))
        ;
    typist->typed->status = world_rise(pid, END_MS);
}

int lab_type(struct lab_run *run, const char *const *argv,
             const struct lab_line *lines, struct lab_typed *typed,
             struct error *error)
{
    struct typist typist = {.near = -1,
                            .far = -1,
                            .typed = typed,
                            .error = error,
                            .state = lab_parameters(run)->seed};
    int result;

    memset(typed, 0, sizeof(*typed));
    result = open_terminal(&typist);
    if (result == 0) {
        pid_t pid = lab_sit(run, argv, typist.far, error);
        result = pid < 0 ? (int)pid : type_lines(&typist, lines);
        if (pid > 0)
            await_end(&typist, pid);
    }
    if (typist.far >= 0)
        close(typist.far);
    if (typist.near >= 0)
        close(typist.near);
    return result;
}

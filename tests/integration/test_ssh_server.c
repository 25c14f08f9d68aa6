/* SPDX-License-Identifier: MIT */
/*
 * ssh-server, asked by a client that does what it likes: libssh, so that
 * requests which ours never makes can be made.
 */
#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "tests/integration/ssh_play.h"

static ssh_session session;
static pid_t server;

/* libssh 0.11 has another name for it, and takes the old one for a warning. */
static int exit_status(ssh_channel channel)
{
#if LIBSSH_VERSION_INT >= SSH_VERSION_INT(0, 11, 0)
    uint32_t status = 0;

    if (ssh_channel_get_exit_state(channel, &status, NULL, NULL) != SSH_OK)
        return -1;
    return (int)status;
#else
    return ssh_channel_get_exit_status(channel);
#endif
}

/* Connected, whoever the server is, and not logged in. */
static void start(void)
{
    unsigned port;
    uint16_t ready;
    int no = 0;

    server = ssh_server_start(&ready, NULL);
    port = ready;
    session = ssh_new();
    CU_ASSERT_PTR_NOT_NULL_FATAL(session);
    ssh_options_set(session, SSH_OPTIONS_HOST, "127.0.0.1");
    ssh_options_set(session, SSH_OPTIONS_PORT, &port);
    ssh_options_set(session, SSH_OPTIONS_USER, "ada");
    ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &no);
    CU_ASSERT_EQUAL_FATAL(ssh_connect(session), SSH_OK);
}

static void log_in(void)
{
    start();
    CU_ASSERT_EQUAL_FATAL(ssh_userauth_password(session, NULL, "lovelace"),
                          SSH_AUTH_SUCCESS);
}

static void stop(void)
{
    ssh_disconnect(session);
    ssh_free(session);
    test_stop(server);
}

static ssh_channel open_session(void)
{
    ssh_channel channel = ssh_channel_new(session);

    CU_ASSERT_EQUAL_FATAL(ssh_channel_open_session(channel), SSH_OK);
    return channel;
}

/* Reads until the channel has this text, or ends. */
static bool shows(ssh_channel channel, const char *text)
{
    char heard[1024] = "";
    size_t length = 0;
    int got = 1;

    while (got > 0 && strstr(heard, text) == NULL &&
           length < sizeof(heard) - 1) {
        got = ssh_channel_read_timeout(channel, heard + length,
                                       (uint32_t)(sizeof(heard) - 1 - length),
                                       0, 20000);
        length += got > 0 ? (size_t)got : 0;
        heard[length] = '\0';
    }
    return strstr(heard, text) != NULL;
}

/* RFC 4252 §5.2: "none" lets nobody in, and is answered by what would. RFC 4252
 * §5.1: so is a wrong password. */
static void ssh_server_tells_its_methods(void)
{
    int both = SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_PUBLICKEY;

    start();
    CU_ASSERT_EQUAL(ssh_userauth_none(session, NULL), SSH_AUTH_DENIED);
    CU_ASSERT_EQUAL(ssh_userauth_list(session, NULL), both);
    CU_ASSERT_EQUAL(ssh_userauth_password(session, NULL, "wrong"),
                    SSH_AUTH_DENIED);
    CU_ASSERT_EQUAL(ssh_userauth_list(session, NULL), both);
    CU_ASSERT_EQUAL(ssh_userauth_password(session, NULL, "lovelace"),
                    SSH_AUTH_SUCCESS);
    stop();
}

/* RFC 4254 §5.1 and §6.1: a session, for who has logged in; no other type of
 * channel (RFC 4254 §7.2: none that would lead on to another host). */
static void ssh_server_opens_sessions_only(void)
{
    ssh_channel channel;

    log_in();
    channel = ssh_channel_new(session);
    CU_ASSERT_EQUAL(
        ssh_channel_open_forward(channel, "127.0.0.1", 9, "127.0.0.1", 9),
        SSH_ERROR);
    ssh_channel_free(channel);
    channel = open_session();
    ssh_channel_free(channel);
    stop();
}

/* RFC 4254 §6.5: a channel runs one program, and refuses a second one (RFC 4254
 * §5.4: by CHANNEL_FAILURE). RFC 4254 §6.10, §5.3: a status, then the end. */
static void ssh_server_runs_one_program_a_channel(void)
{
    ssh_channel channel;

    log_in();
    channel = open_session();
    CU_ASSERT_EQUAL(ssh_channel_request_subsystem(channel, "none"), SSH_ERROR);
    CU_ASSERT_EQUAL(ssh_channel_request_exec(channel, "cat"), SSH_OK);
    CU_ASSERT_EQUAL(ssh_channel_request_exec(channel, "whoami"), SSH_ERROR);
    CU_ASSERT_EQUAL(ssh_channel_request_shell(channel), SSH_ERROR);
    CU_ASSERT_EQUAL(ssh_channel_request_sftp(channel), SSH_ERROR);
    CU_ASSERT_EQUAL(ssh_channel_write(channel, "still cat\n", 10), 10);
    CU_ASSERT(shows(channel, "still cat\n"));
    ssh_channel_send_eof(channel);
    CU_ASSERT_FALSE(shows(channel, "more"));
    CU_ASSERT(ssh_channel_is_eof(channel));
    CU_ASSERT_EQUAL(exit_status(channel), 0);
    ssh_channel_free(channel);
    stop();
}

/* RFC 4254 §6.2: a terminal's lines end in CR LF, and what is typed is echoed.
 * RFC 4254 §6.4: no variable reaches a program, for here is none. */
static void ssh_server_gives_a_terminal(void)
{
    ssh_channel channel;

    log_in();
    channel = open_session();
    CU_ASSERT_EQUAL(ssh_channel_request_env(channel, "LD_PRELOAD", "x.so"),
                    SSH_ERROR);
    CU_ASSERT_EQUAL(ssh_channel_request_pty_size(channel, "vt100", 80, 24),
                    SSH_OK);
    CU_ASSERT_EQUAL(ssh_channel_request_shell(channel), SSH_OK);
    CU_ASSERT(shows(channel, "ada@shell:~$ "));
    CU_ASSERT_EQUAL(ssh_channel_write(channel, "whoami\r", 7), 7);
    CU_ASSERT(shows(channel, "whoami\r\nada\r\n"));
    /* A character of two bytes is taken back by one key. */
    CU_ASSERT_EQUAL(ssh_channel_write(channel, "echo \xc3\xa4\x7f!\r", 10), 10);
    CU_ASSERT(shows(channel, "\b \b!\r\n!\r\n"));
    ssh_channel_free(channel);
    stop();
}

/* RFC 4254 §6.9: a signal ends what runs, as Ctrl-C does. */
static void ssh_server_takes_a_signal(void)
{
    ssh_channel channel;

    log_in();
    channel = open_session();
    CU_ASSERT_EQUAL(ssh_channel_request_exec(channel, "cat"), SSH_OK);
    CU_ASSERT_EQUAL(ssh_channel_request_send_signal(channel, "INT"), SSH_OK);
    CU_ASSERT_FALSE(shows(channel, "anything"));
    CU_ASSERT_EQUAL(exit_status(channel), 130);
    ssh_channel_free(channel);
    stop();
}

/* libssh tells its log of a DISCONNECT; what it calls its error then may be the
 * end of the socket, which came with it. */
static bool told_why;

static void hear_log(int priority, const char *function, const char *text,
                     void *unused)
{
    (void)priority;
    (void)function;
    (void)unused;
    told_why = told_why || strstr(text, "too many attempts to log in");
}

static bool is_over(void)
{
    return (ssh_get_status(session) & (SSH_CLOSED | SSH_CLOSED_ERROR)) != 0;
}

/* One guess, and its answer; without waiting inside of libssh, which goes on
 * waiting for it when the server has hung up. */
static int guess(void)
{
    struct pollfd wait = {.fd = ssh_get_fd(session), .events = POLLIN};
    int result;

    while ((result = ssh_userauth_password(session, NULL, "guess")) ==
               SSH_AUTH_AGAIN &&
           !is_over())
        if (poll(&wait, 1, 20000) <= 0)
            break;
    return result;
}

/* RFC 4252 §4: after too many attempts the server hangs up; RFC 4253 §11.1: by
 * a DISCONNECT that says why. */
static void ssh_server_lets_nobody_guess_for_ever(void)
{
    unsigned refused = 0;

    start();
    told_why = false;
    ssh_set_log_callback(hear_log);
    ssh_set_log_level(SSH_LOG_WARN);
    ssh_set_blocking(session, 0);
    while (refused < 20 && guess() == SSH_AUTH_DENIED)
        refused++;
    CU_ASSERT_EQUAL(refused, 10);
    ssh_set_log_level(SSH_LOG_NOLOG);
    CU_ASSERT(is_over());
    CU_ASSERT(told_why);
    stop();
}

const struct test tests_ssh_server[] = {
    {"ssh_server_tells_its_methods", ssh_server_tells_its_methods},
    {"ssh_server_opens_sessions_only", ssh_server_opens_sessions_only},
    {"ssh_server_runs_one_program_a_channel",
     ssh_server_runs_one_program_a_channel},
    {"ssh_server_gives_a_terminal", ssh_server_gives_a_terminal},
    {"ssh_server_takes_a_signal", ssh_server_takes_a_signal},
    {"ssh_server_lets_nobody_guess_for_ever",
     ssh_server_lets_nobody_guess_for_ever},
    {NULL, NULL}};

/* SPDX-License-Identifier: MIT */
#include "tests/integration/ssh_other.h"

#include <arpa/inet.h>
#include <libssh/libssh.h>
#include <libssh/server.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { QUESTIONS_MAX = 32 };

/* ---- one connection, in the child --------------------------------------- */

static int questions;

static void ask(ssh_message message)
{
    static const char *prompts[QUESTIONS_MAX];
    static char echo[QUESTIONS_MAX];

    for (int i = 0; i < QUESTIONS_MAX; i++) {
        prompts[i] = i == 0 ? "Password: " : "And how are you? ";
        echo[i] = 0;
    }
    ssh_message_auth_interactive_request(
        message, "", "", 1 + (unsigned)questions, prompts, echo);
}

/* True: the right answer to the first question. */
static bool is_right(ssh_session session)
{
    const char *answer = ssh_userauth_kbdint_getnanswers(session) > 0
                             ? ssh_userauth_kbdint_getanswer(session, 0)
                             : NULL;

    return answer != NULL && strcmp(answer, "lovelace") == 0;
}

/* True: somebody has logged in. */
static bool answer_auth(ssh_session session, ssh_message message)
{
    if (ssh_message_subtype(message) != SSH_AUTH_METHOD_INTERACTIVE) {
        ssh_message_auth_set_methods(message, SSH_AUTH_METHOD_INTERACTIVE);
        ssh_message_reply_default(message);
    } else if (!ssh_message_auth_kbdint_is_response(message)) {
        ask(message);
    } else if (is_right(session)) {
        ssh_message_auth_reply_success(message, 0);
        return true;
    } else {
        ssh_message_reply_default(message);
    }
    return false;
}

static void lead_on(ssh_message message)
{
    char text[300];
    ssh_channel channel =
        ssh_message_channel_request_open_reply_accept(message);
    int length =
        snprintf(text, sizeof(text), "there: %s %d\n",
                 ssh_message_channel_request_open_destination(message),
                 ssh_message_channel_request_open_destination_port(message));

    ssh_channel_write(channel, text, (uint32_t)length);
    ssh_channel_send_eof(channel);
    ssh_channel_close(channel);
}

static bool serve(ssh_session session)
{
    ssh_message message;
    bool in = false;

    if (ssh_handle_key_exchange(session) != SSH_OK)
        return false;
    while ((message = ssh_message_get(session)) != NULL) {
        if (ssh_message_type(message) == SSH_REQUEST_AUTH)
            in = answer_auth(session, message) || in;
        else if (ssh_message_type(message) == SSH_REQUEST_CHANNEL_OPEN &&
                 ssh_message_subtype(message) == SSH_CHANNEL_DIRECT_TCPIP)
            lead_on(message);
        else if (ssh_message_type(message) == SSH_REQUEST_CHANNEL_OPEN)
            ssh_message_channel_request_open_reply_accept(message);
        else
            ssh_message_reply_default(message);
        ssh_message_free(message);
    }
    return in;
}

/* ---- the server --------------------------------------------------------- */

static bool serve_at(int listener)
{
    ssh_bind bind = ssh_bind_new();
    ssh_session session = ssh_new();
    ssh_key key = NULL;
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

    if (fd < 0 || ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &key) != SSH_OK ||
        ssh_bind_options_set(bind, SSH_BIND_OPTIONS_IMPORT_KEY, key) < 0 ||
        ssh_bind_accept_fd(bind, session, fd) != SSH_OK)
        return false;
    ssh_set_auth_methods(session, SSH_AUTH_METHOD_INTERACTIVE);
    bool in = serve(session);
    ssh_free(session);
    ssh_bind_free(bind);
    return in;
}

pid_t ssh_other_start(uint16_t *port, int more_questions)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof(at);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    pid_t pid;

    CU_ASSERT_EQUAL_FATAL(bind(listener, (struct sockaddr *)&at, length), 0);
    CU_ASSERT_EQUAL_FATAL(listen(listener, 1), 0);
    getsockname(listener, (struct sockaddr *)&at, &length);
    *port = ntohs(at.sin_port);
    questions = more_questions;
    fflush(NULL);
    pid = fork();
    CU_ASSERT_FATAL(pid >= 0);
    if (pid == 0)
        _exit(serve_at(listener) ? 0 : 1);
    close(listener);
    return pid;
}

int ssh_other_end(pid_t pid)
{
    int status = -1;

    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

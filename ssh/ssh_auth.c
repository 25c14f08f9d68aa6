/* SPDX-License-Identifier: MIT */
/*
 * ssh_auth: logging in.
 *
 * RFC 4252 §4: the server says which methods can go on, the client picks. First
 * it asks with "none" (§5.2), which is refused and so tells them. Then keys,
 * since nothing secret leaves the machine with them (§7): those of the agent,
 * then files; then questions (RFC 4256), then a password (§8). The two last are
 * safe only because the host's key was checked before.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ssh/ssh_client.h"

/* ---- what is told ------------------------------------------------------- */

/* True when the user asked for a password on the command line: then keys that
 * lie about are not tried. */
static bool password_given(const struct ssh_client *client)
{
    const struct client_options *options = &client->options->client;

    return options->password_file || getenv("WIRELAB_PASSWORD") ||
           (options->user && strchr(options->user, ':'));
}

static bool wanted(const struct ssh_client *client, const char *methods,
                   const char *method)
{
    const char *only = client->options->method;
    struct span list = span_of(methods);
    bool offered = false;

    for (size_t i = 0; ssh_list_name(list, i).data; i++)
        offered =
            offered || span_equal(ssh_list_name(list, i), span_of(method));
    return offered &&
           (!only || strcmp(only, method) == 0 ||
            (strcmp(only, "agent") == 0 && strcmp(method, "publickey") == 0));
}

/* 1: logged in. 0: refused, others may be tried. Negative: the end. */
static int outcome(struct ssh_client *client, int result)
{
    if (result == 0) {
        ssh_client_hears(client, RFC("4252", "5.1"), "USERAUTH_SUCCESS",
                         "logged in as %s", client->login.user);
        return 1;
    }
    if (client->error->class != ERROR_NONE)
        return -(int)client->error->class;
    if (result == LIBSSH2_ERROR_SOCKET_DISCONNECT ||
        result == LIBSSH2_ERROR_SOCKET_RECV ||
        result == LIBSSH2_ERROR_SOCKET_SEND)
        return ssh_client_fail(client, ERROR_AUTH,
                               "the server hung up while we logged in");
    ssh_client_hears(client, RFC("4252", "5.1"), "USERAUTH_FAILURE", "refused");
    return 0;
}

/* ---- publickey ---------------------------------------------------------- */

static int try_file(struct ssh_client *client, const char *file)
{
    char passphrase[LOGIN_PASSWORD_MAX] = "", question[SSH_TEXT_MAX];
    int result;

    ssh_client_asks(client, RFC("4252", "7"), "USERAUTH_REQUEST",
                    "%s publickey %s", client->login.user, file);
    result = ssh_auth_key(client, file, NULL);
    if (result == LIBSSH2_ERROR_FILE) {
        /* It can't be read; or only with a passphrase. */
        snprintf(question, sizeof(question), "Passphrase for %s: ", file);
        if (access(file, R_OK) == 0 &&
            login_ask(question, false, passphrase, sizeof(passphrase)) == 1)
            result = ssh_auth_key(client, file, passphrase);
        explicit_bzero(passphrase, sizeof(passphrase));
    }
    if (result == LIBSSH2_ERROR_FILE) {
        /* Nothing was sent. */
        client->asked.pending = false;
        conn_note(client->conn, RFC("4252", "7"), "key",
                  "%s holds no private key that can be used", file);
        if (client->options->identities.count > 0)
            return error_set(client->error, ERROR_LOCAL,
                             "%s: no private key, or its passphrase is wrong",
                             file);
        return 0;
    }
    return outcome(client, result);
}

/* -i, else the names that OpenSSH looks for. */
static int try_files(struct ssh_client *client)
{
    static const char *const names[] = {"id_ed25519", "id_ecdsa", "id_rsa"};
    const struct option_list *given = &client->options->identities;
    const char *home = getenv("HOME");
    char path[SSH_TEXT_MAX];
    int result = 0;

    for (size_t i = 0; i < given->count && i < SSH_KEYS_MAX && result == 0; i++)
        result = try_file(client, given->values[i]);
    if (given->count > 0 || !home || password_given(client))
        return result;
    for (size_t i = 0; i < 3 && result == 0; i++) {
        snprintf(path, sizeof(path), "%s/.ssh/%s", home, names[i]);
        if (access(path, R_OK) == 0)
            result = try_file(client, path);
    }
    return result;
}

static int try_agent_keys(struct ssh_client *client, LIBSSH2_AGENT *agent)
{
    struct libssh2_agent_publickey *key = NULL;
    int result = 0, told = 0;

    for (size_t i = 0; i < SSH_KEYS_MAX && told == 0; i++) {
        if (libssh2_agent_get_identity(agent, &key, key) != 0)
            break;
        ssh_client_asks(client, RFC("4252", "7"), "USERAUTH_REQUEST",
                        "%s publickey %s (the agent signs)", client->login.user,
                        key->comment ? key->comment : "");
        SSH_DO(client, result,
               libssh2_agent_userauth(agent, client->login.user, key));
        told = outcome(client, result);
    }
    return told;
}

/* No agent is no failure: there are other ways. */
static int try_agent(struct ssh_client *client)
{
    LIBSSH2_AGENT *agent;
    int result = 0;

    if (!getenv("SSH_AUTH_SOCK"))
        return 0;
    agent = libssh2_agent_init(client->session);
    if (!agent)
        return error_set(client->error, ERROR_LOCAL, "out of memory");
    if (libssh2_agent_connect(agent) == 0) {
        if (libssh2_agent_list_identities(agent) == 0)
            result = try_agent_keys(client, agent);
        libssh2_agent_disconnect(agent);
    }
    libssh2_agent_free(agent);
    return result;
}

static int try_keys(struct ssh_client *client)
{
    const char *only = client->options->method;
    bool agent_only = only && strcmp(only, "agent") == 0;
    int result = 0;

    if (agent_only ||
        (client->options->identities.count == 0 && !password_given(client)))
        result = try_agent(client);
    return result == 0 && !agent_only ? try_files(client) : result;
}

/* ---- keyboard-interactive and password ---------------------------------- */

/* 1: there is one. 0: there is none, and nobody who could be asked. */
static int need_password(struct ssh_client *client)
{
    struct login login;
    int result;

    if (client->login.password[0])
        return 1;
    result = login_find(&login, &client->options->client, client->login.user,
                        NULL, client->error);
    if (result > 0)
        memcpy(client->login.password, login.password, sizeof(login.password));
    login_wipe(&login);
    if (result != -ERROR_USAGE)
        return result;
    conn_note(client->conn, RFC("4252", "8"), "password", "%s",
              client->error->text);
    error_clear(client->error);
    return 0;
}

/* A question with echo off is the one for the password, which is known; any
 * other is put to the person at the terminal (RFC 4256 §3.3). */
static void answer(struct ssh_client *client, const char *question,
                   size_t length, bool seen,
                   LIBSSH2_USERAUTH_KBDINT_RESPONSE *response)
{
    char words[1024], line[LOGIN_PASSWORD_MAX] = "";

    if (!seen) {
        snprintf(line, sizeof(line), "%s", client->login.password);
    } else {
        text_escape(words, sizeof(words), (struct span){question, length});
        login_ask(words, true, line, sizeof(line));
    }
    response->text = strdup(line);
    response->length = response->text ? (unsigned)strlen(line) : 0;
    explicit_bzero(line, sizeof(line));
}

static LIBSSH2_USERAUTH_KBDINT_RESPONSE_FUNC(answer_all)
{
    struct ssh_client *client = *abstract;

    (void)name;
    (void)name_len;
    (void)instruction;
    (void)instruction_len;
    if (num_prompts > SSH_PROMPTS_MAX) {
        error_set(client->error, ERROR_PROTOCOL,
                  "the server asks %d questions at once (RFC 4256 §3.2)",
                  num_prompts);
        return;
    }
    ssh_client_hears(client, RFC("4256", "3.2"), "USERAUTH_INFO_REQUEST",
                     "%d questions", num_prompts);
    for (int i = 0; i < num_prompts; i++)
        answer(client, (const char *)prompts[i].text, prompts[i].length,
               prompts[i].echo != 0, &responses[i]);
    if (num_prompts > 0) {
        ssh_client_asks(client, RFC("4256", "3.4"), "USERAUTH_INFO_RESPONSE",
                        "%s", client->login.password);
        ssh_client_hides(client, strlen(client->login.password));
    }
}

/* The question is mostly for the password: without one there is no use in
 * being asked. */
static int try_questions(struct ssh_client *client)
{
    int result = need_password(client);

    if (result <= 0)
        return result;
    ssh_client_asks(client, RFC("4256", "3.1"), "USERAUTH_REQUEST",
                    "%s keyboard-interactive", client->login.user);
    SSH_DO(client, result,
           libssh2_userauth_keyboard_interactive_ex(
               client->session, client->login.user,
               (unsigned)strlen(client->login.user), answer_all));
    return outcome(client, result);
}

static int try_password(struct ssh_client *client)
{
    const struct login *login = &client->login;
    int result = need_password(client);

    if (result <= 0)
        return result;
    ssh_client_asks(client, RFC("4252", "8"), "USERAUTH_REQUEST",
                    "%s password %s", login->user, login->password);
    ssh_client_hides(client, strlen(login->password));
    SSH_DO(client, result,
           libssh2_userauth_password_ex(
               client->session, login->user, (unsigned)strlen(login->user),
               login->password, (unsigned)strlen(login->password), NULL));
    return outcome(client, result);
}

/* ---- in order ----------------------------------------------------------- */

static int log_in(struct ssh_client *client, const char *methods)
{
    int result = 0;

    if (wanted(client, methods, "publickey"))
        result = try_keys(client);
    if (result == 0 && wanted(client, methods, "keyboard-interactive"))
        result = try_questions(client);
    if (result == 0 && wanted(client, methods, "password"))
        result = try_password(client);
    if (result != 0)
        return result < 0 ? result : 0;
    return error_set(client->error, ERROR_AUTH,
                     "%s may not log in: the server takes %s, and nothing of "
                     "that which we have (RFC 4252 §5.1)",
                     client->login.user, methods);
}

int ssh_auth(struct ssh_client *client)
{
    char *methods = NULL, words[256];

    ssh_client_asks(client, RFC("4252", "5.2"), "USERAUTH_REQUEST", "%s none",
                    client->login.user);
    SSH_MAKE(client, methods,
             libssh2_userauth_list(client->session, client->login.user,
                                   (unsigned)strlen(client->login.user)));
    if (!methods && libssh2_userauth_authenticated(client->session))
        return outcome(client, 0) < 0 ? -(int)client->error->class : 0;
    if (!methods)
        return ssh_client_fail(client, ERROR_AUTH,
                               "the server does not say how to log in");
    text_escape(words, sizeof(words), span_of(methods));
    ssh_client_hears(client, RFC("4252", "5.1"), "USERAUTH_FAILURE",
                     "can go on: %s", words);
    return log_in(client, words);
}

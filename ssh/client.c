/* SPDX-License-Identifier: MIT */
/* ssh-client: a command, a shell, files or a tunnel on another machine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "common/options.h"
#include "ssh/ssh_client.h"

static struct ssh_options options;
static struct client_stand stand;

static const struct option_spec table[] = {
    {'i', "identity", "FILE", OPTION_LIST, &options.identities,
     "log in with this private key"},
    {0, "auth", "METHOD", OPTION_TEXT, &options.method,
     "publickey, agent, password or keyboard-interactive, and no other"},
    {0, "known-hosts", "FILE", OPTION_TEXT, &options.known_hosts,
     "hosts that we know (~/.ssh/known_hosts)"},
    {0, "accept-new", NULL, OPTION_FLAG, &options.accept_new,
     "add a host that is not known yet; a changed key is refused"},
    {0, "get", "REMOTE LOCAL", OPTION_PAIR, options.get,
     "fetch a file over SFTP"},
    {0, "put", "LOCAL REMOTE", OPTION_PAIR, options.put,
     "store a file over SFTP"},
    {'C', "continue-at", "-", OPTION_TEXT, &options.resume,
     "go on where an earlier --get or --put has stopped"},
    {'L', "forward", "PORT:HOST:HOSTPORT", OPTION_LIST, &options.forwards,
     "connections to PORT here go to HOST from there"},
    {'t', "terminal", NULL, OPTION_FLAG, &options.terminal,
     "a pseudo-terminal for a command, too"},
    {'s', "silent", NULL, OPTION_FLAG, &options.silent, "show no progress"},
    CLIENT_OPTIONS(&options.client),
    OPTIONS_END};

struct target {
    char user[LOGIN_USER_MAX], host[SSH_HOST_MAX];
    uint16_t port;
};

/* "host", "host:port", "[::1]:port"; a lone IPv6 address has many colons and no
 * port. */
static int read_host(struct target *target, const char *text,
                     struct error *error)
{
    const char *end = text + strlen(text), *colon = strrchr(text, ':');
    uint64_t port = 22;

    if (text[0] == '[' && strchr(text, ']')) {
        end = strchr(++text, ']');
        colon = end[1] == ':' ? end + 1 : NULL;
    } else if (colon && strchr(text, ':') == colon) {
        end = colon;
    } else {
        colon = NULL;
    }
    if (end == text || (size_t)(end - text) >= sizeof(target->host) ||
        (colon &&
         (!text_to_u64(span_of(colon + 1), UINT16_MAX, &port) || port == 0)))
        return error_set(error, ERROR_USAGE,
                         "whom to connect to: user@host[:port]");
    snprintf(target->host, sizeof(target->host), "%.*s", (int)(end - text),
             text);
    target->port = (uint16_t)port;
    return 0;
}

/* "user@host"; the name of -u comes before it, $USER after it. */
static int read_target(struct target *target, const char *text,
                       struct error *error)
{
    const char *at, *user = options.client.user;
    size_t length = user ? strcspn(user, ":") : 0;

    if (strncmp(text, "ssh://", 6) == 0)
        text += 6;
    at = strrchr(text, '@');
    if (!user && at) {
        user = text;
        length = (size_t)(at - text);
    } else if (!user) {
        user = getenv("USER") ? getenv("USER") : "";
        length = strlen(user);
    }
    if (length == 0 || length >= sizeof(target->user))
        return error_set(error, ERROR_USAGE, "who logs in: user@host");
    snprintf(target->user, sizeof(target->user), "%.*s", (int)length, user);
    return read_host(target, at ? at + 1 : text, error);
}

/* The words of the command, with a blank between, as ssh(1) joins them. */
static int join_words(char *command, char **words, struct error *error)
{
    size_t at = 0;

    for (; *words; words++)
        at += (size_t)snprintf(command + at,
                               at < SSH_TEXT_MAX ? SSH_TEXT_MAX - at : 0,
                               "%s%s", at > 0 ? " " : "", *words);
    if (at >= SSH_TEXT_MAX)
        return error_set(error, ERROR_USAGE, "the command is too long");
    return 0;
}

/* As curl has it, --key is the private key; with SSH it has no certificate. */
static int check_keys(struct error *error)
{
    struct option_list *list = &options.identities;

    if (list->count + (options.client.key_file != NULL) > SSH_KEYS_MAX)
        return error_set(error, ERROR_USAGE, "more than %d private keys",
                         SSH_KEYS_MAX);
    if (options.client.key_file)
        list->values[list->count++] = options.client.key_file;
    options.client.key_file = options.client.cert_file = NULL;
    return 0;
}

static int check_method(struct error *error)
{
    static const char *const methods[] = {"publickey", "agent", "password",
                                          "keyboard-interactive"};

    if (!options.method)
        return 0;
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
        if (strcmp(options.method, methods[i]) == 0)
            return 0;
    return error_set(error, ERROR_USAGE,
                     "--auth takes publickey, agent, password or "
                     "keyboard-interactive, not %s",
                     options.method);
}

static int check_options(int operands, struct error *error)
{
    bool files = options.get[0] || options.put[0];
    int result = check_keys(error);

    if (result < 0 || (result = check_method(error)) < 0)
        return result;
    if (options.resume && strcmp(options.resume, "-") != 0)
        return error_set(error, ERROR_USAGE,
                         "-C takes \"-\": where the file ends");
    if (options.get[0] && options.put[0])
        return error_set(error, ERROR_USAGE, "--get or --put, not both");
    if (operands < 1)
        return error_set(error, ERROR_USAGE, "no user@host (see --help)");
    return files && operands > 1
               ? error_set(error, ERROR_USAGE, "a file or a command, not both")
               : 0;
}

static int act(struct ssh_client *client, char **words, struct ssh_exit *end)
{
    char command[SSH_TEXT_MAX] = "";
    int result = join_words(command, words, client->error);

    if (result < 0)
        return result;
    if (command[0] && !options.terminal)
        return ssh_exec(client, command, end);
    if (!command[0] && options.forwards.count > 0)
        return ssh_forwards_run(client);
    return ssh_shell(client, command[0] ? command : NULL, end);
}

static int run(char **operands, struct ssh_exit *end, struct error *error)
{
    struct conn_setup setup = {.proto = "ssh", .standard_port = 22};
    struct ssh_client *client = NULL;
    struct target target;
    int result = read_target(&target, operands[0], error);

    if (result == 0)
        result = client_stand_up(&stand, &options.client, error);
    client_setup(&setup, &stand, &options.client, error);
    if (result == 0)
        result = ssh_client_open(&client, &setup, &options, target.host,
                                 target.port, target.user);
    if (result == 0 && options.get[0])
        result = ssh_sftp_get(client, options.get[0], options.get[1]);
    else if (result == 0 && options.put[0])
        result = ssh_sftp_put(client, options.put[0], options.put[1]);
    else if (result == 0)
        result = act(client, operands + 1, end);
    ssh_client_close(client);
    return client_stand_down(&stand, result, error);
}

int main(int argc, char **argv)
{
    struct error error = {0};
    struct ssh_exit end = {0, ""};
    int result = options_parse_command(table, &argc, argv, &error);

    if (result == 0 && options.client.help) {
        options_help(stdout, "ssh-client",
                     "[options] user@host[:port] [command]", table);
        return 0;
    }
    if (result == 0)
        result = check_options(argc - 1, &error);
    if (result == 0)
        result = run(argv + 1, &end, &error);
    options_secret_free(&options.client.user);
    if (result < 0)
        return error_print("ssh-client", &error);
    if (end.signal[0]) {
        fprintf(stderr, "remote command ended by signal %s\n", end.signal);
        return 255;
    }
    if (end.status != 0)
        fprintf(stderr, "remote command exited %d\n", end.status);
    return end.status;
}

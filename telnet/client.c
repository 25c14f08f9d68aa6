/* SPDX-License-Identifier: MIT */
/* telnet-client: a terminal somewhere else, and what is said for it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/options.h"
#include "telnet/telnet_client.h"
#include "telnet/telnet_terminal.h"

static struct client_options options;
static struct telnet_client client = {
    .setup = {.proto = "telnet", .standard_port = 23}, .output = STDOUT_FILENO};
static const char *login_name, *terminal;

static const struct option_spec table[] = {
    {0, "login", "USER", OPTION_TEXT, &login_name,
     "await the prompts, and log in as USER"},
    {0, "binary", NULL, OPTION_FLAG, &client.binary,
     "ask for eight bits, both ways"},
    {0, "crnul", NULL, OPTION_FLAG, &client.cr_nul,
     "the Enter key sends CR NUL instead of CR LF"},
    {0, "term", "NAME", OPTION_TEXT, &terminal,
     "the terminal's type ($TERM if not said)"},
    {0, "naive", NULL, OPTION_FLAG, &client.naive,
     "answer each option as if it were news"},
    CLIENT_OPTIONS(&options),
    OPTIONS_END};

/* "23", "telnet". */
static int read_port(const char *text, uint16_t *port, struct error *error)
{
    uint64_t number;

    *port = 23;
    if (!text || strcmp(text, "telnet") == 0)
        return 0;
    if (!text_to_u64(span_of(text), 65535, &number) || number == 0)
        return error_set(error, ERROR_USAGE, "%s is no port", text);
    *port = (uint16_t)number;
    return 0;
}

/* RFC 1091 §5: a name in capitals; anything else is left unsaid. */
static int set_terminal(struct error *error)
{
    const char *name = terminal ? terminal : getenv("TERM");
    char *kept = client.talk.terminal;

    if (name && strlen(name) >= sizeof(client.talk.terminal))
        return error_set(error, ERROR_USAGE,
                         "a terminal's name has %d bytes at most",
                         TELNET_TERMINAL_MAX - 1);
    for (size_t i = 0; name && name[i] != '\0'; i++)
        kept[i] =
            (char)(name[i] >= 'a' && name[i] <= 'z' ? name[i] - 32 : name[i]);
    telnet_terminal_size(STDIN_FILENO, &client.talk.columns, &client.talk.rows);
    return 0;
}

/* Before anybody is asked for the password that would go out in clear. */
static int find_login(struct login *login, struct error *error)
{
    if ((login_name || options.user) && !options.insecure_auth)
        return error_set(error, ERROR_INSECURE,
                         "Telnet sends the password in clear: say "
                         "--insecure-auth if that is what you want");
    return login_find(login, &options, login_name, NULL, error);
}

static int converse(char **operands, struct error *error)
{
    struct login login;
    uint16_t port = 23;
    bool person = isatty(STDIN_FILENO);
    int found, result = read_port(operands[1], &port, error);

    client.newline = !person;
    if (result < 0 || (result = set_terminal(error)) < 0 ||
        (result = found = find_login(&login, error)) < 0)
        return result;
    result = telnet_client_open(&client, operands[0], port);
    if (result == 0 && found == 1)
        result = telnet_login(&client, &login);
    login_wipe(&login);
    if (result == 0)
        result = person ? telnet_session(&client, STDIN_FILENO)
                        : telnet_lines(&client, STDIN_FILENO);
    telnet_client_close(&client);
    return result;
}

int main(int argc, char **argv)
{
    struct error error = {0};
    struct client_stand stand = {0};
    int result = options_parse(table, &argc, argv, &error);

    if (result == 0 && options.help) {
        options_help(stdout, "telnet-client", "[options] host [port]", table);
        return 0;
    }
    if (result == 0 && (argc < 2 || argc > 3))
        result = error_set(&error, ERROR_USAGE,
                           "a host is needed, and a port may follow it "
                           "(see --help)");
    if (result == 0)
        result = client_stand_up(&stand, &options, &error);
    client_setup(&client.setup, &stand, &options, &error);
    if (result == 0)
        result = converse(argv + 1, &error);
    result = client_stand_down(&stand, result, &error);
    options_secret_free(&options.user);
    return result < 0 ? error_print("telnet-client", &error) : 0;
}

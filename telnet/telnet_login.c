/* SPDX-License-Identifier: MIT */
/*
 * telnet_login: a log-in by questions and answers.
 *
 * Telnet has no log-in. A program at the other end writes "login: ", and what
 * is typed after it is a name because both of them think so. Answers that come
 * before the question are thrown away by many hosts, so each is awaited.
 */
#include <stdio.h>
#include <string.h>

#include "telnet/telnet_client.h"

static struct span tail_of(const struct telnet_client *client)
{
    return span_trim((struct span){client->tail, client->tail_length});
}

/* "login:", "Username:", "debian login:". */
static bool asks_name(const struct telnet_client *client)
{
    struct span tail = tail_of(client);

    return tail.length > 0 && tail.data[tail.length - 1] == ':' &&
           (telnet_has_word(tail, "login") || telnet_has_word(tail, "user") ||
            telnet_has_word(tail, "name"));
}

/* A shell that waits: "$", "#", ">" or "%" and a blank. */
static bool is_prompt(const struct telnet_client *client)
{
    return client->tail_length > 1 &&
           client->tail[client->tail_length - 1] == ' ' &&
           strchr("$#>%", client->tail[client->tail_length - 2]);
}

static int no_question(struct telnet_client *client, const char *what,
                       const char *why)
{
    struct span tail = tail_of(client);

    error_set_peer(client->setup.error, tail.data, tail.length);
    return error_set(client->setup.error, ERROR_PROTOCOL,
                     "the server asked for no %s: %s", what, why);
}

static int await(struct telnet_client *client,
                 bool (*asks)(const struct telnet_client *client),
                 const char *what)
{
    uint64_t from = client->shown;

    while (!asks(client)) {
        int result = telnet_client_hear(client, -1);
        if (result < 0)
            return result;
        if (result == 2)
            return no_question(client, what, "it has closed the connection");
        if (client->shown - from > TELNET_BANNER_MAX)
            return no_question(client, what, "it talks without end");
    }
    conn_note(client->conn, RFC("854", "0"), "prompt",
              "the last line looks like the question for the %s", what);
    return 0;
}

/* ---- the answer --------------------------------------------------------- */

static int refuse(struct telnet_client *client, const struct login *login)
{
    struct span tail = tail_of(client);

    if (!client->refused)
        error_set_peer(client->setup.error, tail.data, tail.length);
    return error_set(client->setup.error, ERROR_AUTH,
                     "the server does not let %s in with this password",
                     login->user);
}

/* No rule says what yes and no look like. No: the server says so, asks once
 * more, or closes. Yes: a prompt; or anything else, and then quiet. */
static int await_verdict(struct telnet_client *client,
                         const struct login *login)
{
    uint64_t from = client->shown;
    int result = 0;

    client->lines = 0;
    client->refused = false;
    while (result == 0 && !is_prompt(client) &&
           client->shown - from <= TELNET_BANNER_MAX) {
        bool spoken = client->lines > 0 || tail_of(client).length > 0;
        result = telnet_client_hear(client, spoken ? TELNET_QUIET_MS : -1);
        if (client->refused || asks_name(client) ||
            telnet_client_asks_secret(client))
            return refuse(client, login);
    }
    if (result < 0)
        return result;
    if (result == 2)
        return refuse(client, login);
    conn_note(client->conn, RFC("854", "0"), "prompt",
              "no second question and no refusal: %s is in", login->user);
    return 0;
}

static int answer(struct telnet_client *client, const char *text)
{
    char line[LOGIN_PASSWORD_MAX + 1];
    int length = snprintf(line, sizeof(line), "%s\n", text);
    int result =
        telnet_client_type(client, (struct span){line, (size_t)length});

    explicit_bzero(line, sizeof(line));
    return result;
}

int telnet_login(struct telnet_client *client, const struct login *login)
{
    int result;

    if ((result = await(client, asks_name, "name")) < 0 ||
        (result = answer(client, login->user)) < 0 ||
        (result = await(client, telnet_client_asks_secret, "password")) < 0 ||
        (result = answer(client, login->password)) < 0)
        return result;
    return await_verdict(client, login);
}

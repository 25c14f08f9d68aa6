/* SPDX-License-Identifier: MIT */
/*
 * ssh_client: one client's conversation and nothing else.
 *
 *     connect          version, KEXINIT, key exchange, NEWKEYS (RFC 4253 §4.2,
 *                      §7, §8), seen and told by ssh_wire
 *     check the host   RFC 4251 §4.1; ssh_trust.c
 *     log in           RFC 4252; ssh_auth.c
 *     ... a channel each for what is to be done (RFC 4254 §5) ...
 *     close            DISCONNECT (RFC 4253 §11.1)
 */
#include "ssh/ssh_client.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- opening ------------------------------------------------------------ */

/* Version, KEXINIT, the exchange and NEWKEYS are one call of libssh2; what they
 * were ssh_wire has read on their way. */
static int exchange_keys(struct ssh_client *client)
{
    int result = ssh_library_open(client);

    if (result < 0)
        return result;
    SSH_DO(client, result,
           libssh2_session_handshake(client->session, conn_fd(client->conn)));
    return result == 0 ? 0
                       : ssh_client_fail(client, ERROR_PROTOCOL,
                                         "no key could be agreed upon");
}

static int converse(struct ssh_client *client, const struct conn_setup *setup)
{
    int result = conn_open(&client->conn, setup, RFC("4253", "4.1"),
                           client->host, client->port);

    if (result < 0)
        return result;
    ssh_wire_open(&client->wire, client->conn, SSH_CLIENT, client->error);
    if ((result = exchange_keys(client)) < 0 ||
        (result = ssh_trust_check(client)) < 0)
        return result;
    return ssh_auth(client);
}

int ssh_client_open(struct ssh_client **client, const struct conn_setup *setup,
                    const struct ssh_options *options, const char *host,
                    uint16_t port, const char *user)
{
    struct ssh_client *c = calloc(1, sizeof(*c));
    int result;

    *client = NULL;
    if (!c)
        return error_set(setup->error, ERROR_LOCAL, "out of memory");
    c->error = setup->error;
    c->options = options;
    c->host = host;
    c->port = port;
    snprintf(c->login.user, sizeof(c->login.user), "%s", user);
    result = converse(c, setup);
    if (result < 0) {
        ssh_client_close(c);
        return result;
    }
    *client = c;
    return 0;
}

/* ---- a call of libssh2 --------------------------------------------------- */

/* What was asked has left by now, or waits for the same that we wait for. */
int ssh_client_wait(struct ssh_client *client)
{
    ssh_client_tells(client);
    return conn_fill(client->conn);
}

/* ---- closing ------------------------------------------------------------ */

/* The parting words are a courtesy: nobody waits for long to say them. */
void ssh_client_close(struct ssh_client *client)
{
    char rest[4096];
    int result = 0;

    if (!client)
        return;
    if (client->session && ssh_wire_sealed(&client->wire)) {
        conn_set_idle_timeout(client->conn, SSH_CLOSE_MS);
        ssh_client_asks(client, RFC("4253", "11.1"), "DISCONNECT", "goodbye");
        SSH_DO(client, result,
               libssh2_session_disconnect(client->session, "goodbye"));
        ssh_client_tells(client);
        while (conn_sealed_take(client->conn, rest, sizeof(rest)) > 0)
            ;
    }
    ssh_library_close(client);
    conn_close(client->conn, RFC("9293", "3.6"));
    login_wipe(&client->login);
    free(client);
}

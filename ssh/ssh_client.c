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

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* ---- libssh2's side of the conn ------------------------------------------ */

static LIBSSH2_SEND_FUNC(send_bytes)
{
    struct ssh_client *client = *abstract;

    if (socket != conn_fd(client->conn)) /* the agent's */
        return send(socket, buffer, length, flags | MSG_NOSIGNAL);
    if (ssh_wire_send(&client->wire, buffer, length) < 0)
        return -ECONNRESET;
    return (ssize_t)length;
}

/* Gives what is there, and never waits: libssh2 reads until it is told that
 * there is nothing, and would else wait in the middle of its work. */
static LIBSSH2_RECV_FUNC(receive_bytes)
{
    struct ssh_client *client = *abstract;
    ssize_t got;

    if (socket != conn_fd(client->conn))
        return recv(socket, buffer, length, flags);
    got = ssh_wire_take(&client->wire, buffer, length);
    if (got == 0 && !conn_at_end(client->conn)) {
        int waited = conn_fill_within(client->conn, 0);

        if (waited < 0)
            return -ECONNRESET;
        if (waited == 0)
            got = ssh_wire_take(&client->wire, buffer, length);
    }
    if (got < 0)
        return -ECONNRESET;
    return got > 0 || conn_at_end(client->conn) ? got : -EAGAIN;
}

static LIBSSH2_DISCONNECT_FUNC(hear_disconnect)
{
    struct ssh_client *client = *abstract;

    (void)session;
    (void)language;
    (void)language_len;
    error_set_peer(client->error, message,
                   message_len > 0 ? (size_t)message_len : 0);
    ssh_client_hears(client, RFC("4253", "11.1"), "DISCONNECT", "%d %.*s",
                     reason, message_len, message);
}

int ssh_client_wait(struct ssh_client *client)
{
    ssh_client_tells(client);
    return conn_fill(client->conn);
}

/* libssh2 1.11.1 has a call whose pointer is one to a function. */
static void set_callback(LIBSSH2_SESSION *session, int which,
                         void (*function)(void))
{
#if LIBSSH2_VERSION_NUM >= 0x010b01
    libssh2_session_callback_set2(session, which, function);
#else
    void *pointer;

    memcpy(&pointer, &function, sizeof(pointer));
    libssh2_session_callback_set(session, which, pointer);
#endif
}

/* ---- algorithms --------------------------------------------------------- */

/* What libssh2 lacks it strikes out. Left out here are SHA-1, MD5 and ciphers
 * that are no longer trusted (RFC 4253 names some of them as required). */
static const struct {
    int method;
    const char *names;
} preferences[] = {
    {LIBSSH2_METHOD_KEX,
     "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,"
     "ecdh-sha2-nistp384,ecdh-sha2-nistp521,"
     "diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,"
     "diffie-hellman-group18-sha512,diffie-hellman-group14-sha256"},
    {LIBSSH2_METHOD_CRYPT_CS,
     "aes128-gcm@openssh.com,aes256-gcm@openssh.com,"
     "chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr"},
    {LIBSSH2_METHOD_CRYPT_SC,
     "aes128-gcm@openssh.com,aes256-gcm@openssh.com,"
     "chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr"},
    {LIBSSH2_METHOD_MAC_CS,
     "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,"
     "hmac-sha2-256,hmac-sha2-512"},
    {LIBSSH2_METHOD_MAC_SC,
     "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,"
     "hmac-sha2-256,hmac-sha2-512"},
};

static bool is_among(const char *name, const char **names, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* libssh2 1.10 takes what it does not know out of a list by copying a string
 * onto itself; so it is given only what it knows. */
void ssh_client_prefer(struct ssh_client *client, int method, const char *names)
{
    char known[2048] = "", words[2048];
    const char **supported = NULL;
    int count =
        libssh2_session_supported_algs(client->session, method, &supported);

    if (count <= 0)
        return;
    snprintf(words, sizeof(words), "%s", names);
    for (char *word = strtok(words, ","); word; word = strtok(NULL, ",")) {
        size_t at = strlen(known);
        if (is_among(word, supported, count))
            snprintf(known + at, sizeof(known) - at, "%s%s", at ? "," : "",
                     word);
    }
    libssh2_free(client->session, supported);
    libssh2_session_method_pref(client->session, method, known);
}

static int make_session(struct ssh_client *client)
{
    LIBSSH2_SESSION *session;

    if (libssh2_init(0) == 0)
        client->session =
            libssh2_session_init_ex(ssh_auth_allocate, NULL, NULL, client);
    session = client->session;
    if (!session)
        return error_set(client->error, ERROR_LOCAL, "out of memory");
    libssh2_session_set_blocking(session, 0);
    set_callback(session, LIBSSH2_CALLBACK_SEND, (void (*)(void))send_bytes);
    set_callback(session, LIBSSH2_CALLBACK_RECV, (void (*)(void))receive_bytes);
    set_callback(session, LIBSSH2_CALLBACK_DISCONNECT,
                 (void (*)(void))hear_disconnect);
    for (size_t i = 0; i < sizeof(preferences) / sizeof(preferences[0]); i++)
        ssh_client_prefer(client, preferences[i].method, preferences[i].names);
    ssh_trust_prefer(client);
    return 0;
}

/* ---- opening and closing ------------------------------------------------ */

static int exchange_keys(struct ssh_client *client)
{
    int result = make_session(client);

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
    /* It closes channels that are open still, and may wait for each. */
    for (int i = 0; client->session && i < SSH_RELAYS_MAX; i++)
        if (libssh2_session_free(client->session) != LIBSSH2_ERROR_EAGAIN)
            client->session = NULL;
        else
            ssh_client_wait(client);
    libssh2_exit();
    conn_close(client->conn, RFC("9293", "3.6"));
    login_wipe(&client->login);
    free(client);
}

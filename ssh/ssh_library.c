/* SPDX-License-Identifier: MIT */
/*
 * ssh_library: libssh2, made to speak over our conn, with the algorithms that
 * we like.
 *
 * It gets functions instead of a socket: one that sends, one that gives what
 * has come, one that hears the peer's goodbye. So every byte passes ssh_wire,
 * which reads what is in clear, and every deadline of a conn holds.
 */
#include "ssh/ssh_client.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* ---- what libssh2 calls -------------------------------------------------- */

static LIBSSH2_SEND_FUNC(send_bytes)
{
    struct ssh_client *client = *abstract;

    /* libssh2 talks to the agent through us as well. */
    if (socket != conn_fd(client->conn))
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
void ssh_library_prefer(struct ssh_client *client, int method,
                        const char *names)
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

/* ---- a session ---------------------------------------------------------- */

int ssh_library_open(struct ssh_client *client)
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
        ssh_library_prefer(client, preferences[i].method, preferences[i].names);
    ssh_trust_prefer(client);
    return 0;
}

void ssh_library_close(struct ssh_client *client)
{
    /* It closes channels that are open still, and may wait for each. */
    for (int i = 0; client->session && i < SSH_RELAYS_MAX; i++)
        if (libssh2_session_free(client->session) != LIBSSH2_ERROR_EAGAIN)
            client->session = NULL;
        else
            ssh_client_wait(client);
    libssh2_exit();
}

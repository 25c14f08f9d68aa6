/* SPDX-License-Identifier: MIT */
/*
 * ssh_server_auth: who may come in.
 *
 * RFC 4252 §8, a password: compared with the account's. §7, a public key: first
 * the client asks whether it would do, then it signs, which libssh checks. A
 * name that does not exist is refused as a wrong password is, and as late.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ssh/ssh_server.h"

static int let_in(struct ssh_connection *c, const char *user)
{
    snprintf(c->user, sizeof(c->user), "%s", user);
    conn_note(c->conn, RFC("4252", "5.1"), "log-in", "%s is in", user);
    ssh_server_says(c, RFC("4252", "5.1"), "USERAUTH_SUCCESS", "%s", user);
    return SSH_AUTH_SUCCESS;
}

static int refuse(struct ssh_connection *c)
{
    c->failures++;
    ssh_server_says(c, RFC("4252", "5.1"), "USERAUTH_FAILURE",
                    "can go on: publickey,password");
    return SSH_AUTH_DENIED;
}

static int auth_none(ssh_session session, const char *user, void *connection)
{
    struct ssh_connection *c = connection;

    (void)session;
    ssh_server_hears(c, RFC("4252", "5.2"), "USERAUTH_REQUEST", "%s none",
                     user);
    refuse(c);
    /* It asks what there is, and tries nothing. */
    c->failures--;
    return SSH_AUTH_DENIED;
}

/* Of the password only its length is told. */
static int auth_password(ssh_session session, const char *user,
                         const char *password, void *connection)
{
    struct ssh_connection *c = connection;
    const char *right = accounts_password(&c->site->accounts, span_of(user));
    bool same = accounts_same(span_of(password), right ? right : "");
    char text[SSH_TEXT_MAX];
    int at =
        snprintf(text, sizeof(text) / 2, "USERAUTH_REQUEST %s password ", user);
    size_t from =
        (size_t)at < sizeof(text) / 2 ? (size_t)at : sizeof(text) / 2 - 1;

    (void)session;
    snprintf(text + from, sizeof(text) - from, "%s", password);
    conn_sealed_tell(c->conn, RFC("4252", "8"), TRACE_DIR_IN,
                     "USERAUTH_REQUEST", span_of(text),
                     ((struct trace_range){from, strlen(text)}));
    explicit_bzero(text, sizeof(text));
    return right && same ? let_in(c, user) : refuse(c);
}

/* ---- public keys -------------------------------------------------------- */

/* A line of authorized_keys: "type base64 comment". Options before the type are
 * not understood, and a line with them opens nothing. */
static bool line_fits(char *line, ssh_key key)
{
    char *rest = NULL, *type = strtok_r(line, " \t\r\n", &rest);
    char *base64 = strtok_r(NULL, " \t\r\n", &rest);
    ssh_key known = NULL;
    bool fits;

    if (!type || !base64 || type[0] == '#')
        return false;
    fits = ssh_pki_import_pubkey_base64(base64, ssh_key_type_from_name(type),
                                        &known) == SSH_OK &&
           ssh_key_cmp(known, key, SSH_KEY_CMP_PUBLIC) == 0;
    ssh_key_free(known);
    return fits;
}

static bool file_has(const char *path, ssh_key key)
{
    char line[SSH_KEY_MAX * 2];
    FILE *file = fopen(path, "re");
    bool found = false;

    while (file && !found && fgets(line, sizeof(line), file))
        found = line_fits(line, key);
    if (file)
        fclose(file);
    return found;
}

/* "NAME=FILE" of --authorized-keys. */
static bool may_enter(const struct ssh_connection *c, const char *user,
                      ssh_key key)
{
    const struct option_list *list = &c->site->keys;
    size_t length = strlen(user);

    for (size_t i = 0; i < list->count; i++)
        if (strncmp(list->values[i], user, length) == 0 &&
            list->values[i][length] == '=' &&
            file_has(list->values[i] + length + 1, key))
            return true;
    return false;
}

static int auth_key(ssh_session session, const char *user,
                    struct ssh_key_struct *key, char state, void *connection)
{
    struct ssh_connection *c = connection;
    bool fits = may_enter(c, user, key);

    (void)session;
    ssh_server_hears(
        c, RFC("4252", "7"), "USERAUTH_REQUEST", "%s publickey %s, %s", user,
        ssh_key_type_to_char(ssh_key_type(key)),
        state == SSH_PUBLICKEY_STATE_VALID ? "signed" : "would it do?");
    if (fits && state == SSH_PUBLICKEY_STATE_VALID)
        return let_in(c, user);
    if (!fits || state != SSH_PUBLICKEY_STATE_NONE)
        return refuse(c);
    ssh_server_says(c, RFC("4252", "7"), "USERAUTH_PK_OK",
                    "it would; now sign");
    return SSH_AUTH_SUCCESS;
}

void ssh_server_admit(struct ssh_connection *c)
{
    c->callbacks = (struct ssh_server_callbacks_struct){
        .userdata = c,
        .auth_none_function = auth_none,
        .auth_password_function = auth_password,
        .auth_pubkey_function = auth_key,
        .channel_open_request_session_function = ssh_server_open,
    };
    ssh_callbacks_init(&c->callbacks);
    ssh_set_server_callbacks(c->session, &c->callbacks);
    ssh_set_auth_methods(c->session,
                         SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_PUBLICKEY);
}

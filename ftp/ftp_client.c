/* SPDX-License-Identifier: MIT */
/*
 * ftp_client: the control connection, from its greeting to QUIT.
 *
 * Read it from top to bottom: connect, hear the greeting, secure, log in; then
 * what all of that is made of, a command and its reply; close. The data
 * connection stands in ftp_data.c.
 */
#include "ftp/ftp_client.h"

#include <stdio.h>
#include <string.h>

/* ---- connect ------------------------------------------------------------ */

/* RFC 959 §5.4: 120 says that the server will be ready, 220 that it is. */
static int hear_greeting(struct ftp_client *client)
{
    int code = ftp_client_hear(client);

    for (int i = 0; ftp_reply_class(&client->reply) == 1 && code > 0 &&
                    i < FTP_PRELIMINARY_MAX;
         i++)
        code = ftp_client_hear(client);
    if (code < 0)
        return code;
    if (code != 220)
        return ftp_client_refused(client,
                                  code >= 400 ? ERROR_REFUSED : ERROR_PROTOCOL,
                                  "no greeting");
    return 0;
}

/* NOTE(ftp-auth-tls): what was said before TLS may have been anybody's, so USER
 * comes after it. A server that has no TLS gets no password in clear instead:
 * whoever stands in between could have said that no. */
static int secure(struct ftp_client *client)
{
    int result = 0;

    if (client->security == FTP_TLS_EXPLICIT) {
        result = ftp_client_ask(client, RFC("4217", "4.1"), "AUTH", "TLS", 2);
        if (result == -ERROR_REFUSED) {
            error_clear(client->setup.error);
            return ftp_client_refused(client, ERROR_INSECURE,
                                      "TLS is asked for, and not to be had");
        }
        if (result == 0)
            result = conn_start_tls(client->conn, client->tls,
                                    RFC("4217", "4.1"), client->host);
    }
    return result;
}

/* PBSZ and PROT tell that data connections speak TLS as well: without them they
 * are clear, even below ftps. TLS has no use for the size of a buffer; its
 * command must come first all the same (RFC 4217 §9). */
static int protect_data(struct ftp_client *client)
{
    int result = ftp_client_ask(client, RFC("4217", "9"), "PBSZ", "0", 2);

    if (result == 0)
        result = ftp_client_ask(client, RFC("4217", "9"), "PROT", "P", 2);
    if (result == -ERROR_REFUSED) {
        error_clear(client->setup.error);
        return ftp_client_refused(client, ERROR_INSECURE,
                                  "data connections would be in clear");
    }
    client->protect = result == 0;
    return result;
}

int ftp_client_open(struct ftp_client *client, const char *host, uint16_t port)
{
    int result =
        conn_open(&client->conn, &client->setup, RFC("959", "5.2"), host, port);

    if (result < 0)
        return result;
    snprintf(client->host, sizeof(client->host), "%s", host);
    if (client->security == FTP_TLS_IMPLICIT)
        result = conn_start_tls(client->conn, client->tls, RFC("4217", "1"),
                                client->host);
    if (result == 0)
        result = hear_greeting(client);
    if (result == 0)
        result = secure(client);
    return result;
}

/* ---- log in ------------------------------------------------------------- */

/* PASS, its argument masked in the trace. */
static int say_password(struct ftp_client *client, const char *password)
{
    struct conn *conn = client->conn;
    int result;

    if ((result = conn_say_begin(conn, RFC("959", "4.1.1"), "PASS")) < 0 ||
        (result = conn_say_bytes(conn, "PASS ", 5)) < 0 ||
        (result = conn_say_secret(conn, password)) < 0 ||
        (result = conn_say_line(conn, "%s", "")) < 0)
        return result;
    return conn_say_end(conn);
}

/* RFC 959 §6: 230 after USER needs no password, 331 asks for it, and 332 for an
 * account, which we have none of. RFC 2228 §5: 232 and 234 are yes as well. */
int ftp_client_log_in(struct ftp_client *client, const char *user,
                      const char *password)
{
    int code = ftp_client_say(client, RFC("959", "4.1.1"), "USER", user);

    if (code == 0)
        code = ftp_client_hear(client);
    if (code == 331) {
        code = say_password(client, password);
        if (code == 0)
            code = ftp_client_hear(client);
    }
    if (code < 0)
        return code;
    if (ftp_reply_class(&client->reply) != 2)
        return ftp_client_refused(client, ERROR_AUTH, "the log-in is refused");
    return client->security == FTP_CLEAR ? 0 : protect_data(client);
}

/* ---- a command and its reply -------------------------------------------- */

int ftp_client_say_at(struct ftp_client *client, struct where where,
                      struct rfc rfc, const char *verb, const char *argument)
{
    bool with = argument != NULL && argument[0] != '\0';

    if (client->conn == NULL)
        return error_set(client->setup.error, ERROR_CONNECT,
                         "the connection is closed");
    return conn_say_at(client->conn, where, rfc, "%s%s%s", verb,
                       with ? " " : "", with ? argument : "");
}

/* How many bytes a reply has nobody knows before its last line is there: so it
 * is fed what has come, until it says that it is whole. */
static int read_reply(struct ftp_client *client)
{
    struct conn *conn = client->conn;
    size_t used;
    int result;

    ftp_reply_start(&client->reply);
    for (;;) {
        enum parse outcome = ftp_reply_read(&client->reply, conn_view(conn),
                                            &used, client->setup.error);
        conn_take(conn, used);
        if (outcome != PARSE_MORE)
            return outcome == PARSE_DONE ? 0 : -ERROR_PROTOCOL;
        if (conn_at_end(conn))
            return error_set(
                client->setup.error,
                client->reply.length > 0 ? ERROR_PROTOCOL : ERROR_CONNECT,
                "the server closed the control connection %s",
                client->reply.length > 0 ? "in its reply" : "without a reply");
        if ((result = conn_fill(conn)) < 0)
            return result;
    }
}

int ftp_client_hear_at(struct ftp_client *client, struct where where)
{
    char name[12];
    int result;

    if (client->conn == NULL)
        return error_set(client->setup.error, ERROR_CONNECT,
                         "the connection is closed");
    result = read_reply(client);
    snprintf(name, sizeof(name), "%d", client->reply.code);
    if (conn_heard_length(client->conn) > 0)
        conn_heard_at(client->conn, where, RFC("959", "4.2"),
                      result < 0 ? "broken" : name);
    /* NOTE(ftp-421): "service not available" may come at any time, and the
     * connection ends with it (RFC 959 §5.4). */
    if (result == 0 && client->reply.code == 421) {
        result = ftp_client_refused(client, ERROR_REFUSED,
                                    "the server ends the session");
        conn_close(client->conn, RFC("959", "5.4"));
        client->conn = NULL;
    }
    return result < 0 ? result : client->reply.code;
}

int ftp_client_ask_at(struct ftp_client *client, struct where where,
                      struct rfc rfc, const char *verb, const char *argument,
                      int wanted)
{
    int result = ftp_client_say_at(client, where, rfc, verb, argument);

    if (result == 0)
        result = ftp_client_hear_at(client, where);
    if (result < 0)
        return result;
    if (ftp_reply_class(&client->reply) == wanted)
        return 0;
    if (ftp_reply_class(&client->reply) >= 4)
        return ftp_client_refused(client, ERROR_REFUSED, verb);
    return ftp_client_refused(client, ERROR_PROTOCOL,
                              "a reply of another kind than RFC 959 §5.4 has");
}

int ftp_client_refused(struct ftp_client *client, enum error_class class,
                       const char *what)
{
    struct span words = ftp_reply_words(&client->reply);
    int result = error_set(client->setup.error, class, "%s: the server says %d",
                           what, client->reply.code);

    error_set_peer(client->setup.error, words.data, words.length);
    return result;
}

/* ---- close -------------------------------------------------------------- */

/* Once all is done, a missing answer to QUIT changes nothing. */
void ftp_client_close(struct ftp_client *client)
{
    struct error *error = client->setup.error;
    struct error kept;

    if (client->conn == NULL)
        return;
    kept = *error;
    if (error->class == 0) {
        conn_set_idle_timeout(client->conn, FTP_QUIT_MS);
        if (ftp_client_say(client, RFC("959", "4.1.1"), "QUIT", NULL) == 0)
            ftp_client_hear(client);
    }
    *error = kept;
    conn_close(client->conn, RFC("959", "5.2"));
    client->conn = NULL;
}

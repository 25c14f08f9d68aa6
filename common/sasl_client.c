/* SPDX-License-Identifier: MIT */
/*
 * sasl_client: the client's half of each mechanism, a function each, from the
 * one that tells the password to the one that proves it without telling.
 */
#include <string.h>

#include "common/sasl_private.h"

static int not_in_mechanism(const struct sasl_client *client,
                            struct error *error)
{
    return error_set(error, ERROR_PROTOCOL,
                     "the server asks for something that %s does not have "
                     "(RFC 4422 §3.4)",
                     sasl_mechanism_name(client->mechanism));
}

static int too_long(struct error *error)
{
    return error_set(error, ERROR_USAGE, "the log-in is too long");
}

/* RFC 4616 §2: as whom (nobody else), who, and the password, NULs between. */
static int step_plain(struct sasl_client *client, struct span challenge,
                      struct sasl_message *response, struct error *error)
{
    if (client->step > 0 || challenge.length > 0)
        return not_in_mechanism(client, error);
    response->secret = true;
    if (!sasl_message_write(response, "%c%s%c%s", '\0', client->user, '\0',
                            client->password))
        return too_long(error);
    return 0;
}

/* Two questions. What they say differs from server to server, and means
 * nothing: the first is answered by the name, the second by the password. */
static int step_login(struct sasl_client *client, struct sasl_message *response,
                      struct error *error)
{
    if (client->step > 1)
        return not_in_mechanism(client, error);
    response->secret = client->step == 1;
    if (!sasl_message_write(response, "%s",
                            client->step == 0 ? client->user
                                              : client->password))
        return too_long(error);
    return 0;
}

/* RFC 2195 §2: the name, and a hash of the challenge that only who knows the
 * password can make. */
static int step_cram(struct sasl_client *client, struct span challenge,
                     struct sasl_message *response, struct error *error)
{
    char digits[SASL_DIGITS];

    if (client->step > 0 || challenge.length == 0)
        return not_in_mechanism(client, error);
    if (!sasl_cram_digest(digits, challenge, span_of(client->password)))
        return error_set(error, ERROR_LOCAL, "MD5 is not to be had here");
    response->secret = true;
    if (!sasl_message_write(response, "%s %s", client->user, digits))
        return too_long(error);
    return 0;
}

int sasl_client_start(struct sasl_client *client, enum sasl_mechanism mechanism,
                      const char *user, const char *password,
                      struct error *error)
{
    memset(client, 0, sizeof(*client));
    if (strlen(user) >= sizeof(client->user) ||
        strlen(password) >= sizeof(client->password))
        return too_long(error);
    if (strpbrk(user, "\r\n") || strpbrk(password, "\r\n"))
        return error_set(error, ERROR_USAGE, "the log-in holds a line end");
    client->mechanism = mechanism;
    strcpy(client->user, user);
    strcpy(client->password, password);
    return 0;
}

bool sasl_client_begins(const struct sasl_client *client)
{
    return client->mechanism == SASL_PLAIN ||
           client->mechanism == SASL_SCRAM_SHA_256;
}

int sasl_client_step(struct sasl_client *client, struct span challenge,
                     struct sasl_message *response, struct error *error)
{
    int result = -ERROR_USAGE;

    memset(response, 0, sizeof(*response));
    switch (client->mechanism) {
    case SASL_PLAIN:
        result = step_plain(client, challenge, response, error);
        break;
    case SASL_LOGIN:
        result = step_login(client, response, error);
        break;
    case SASL_CRAM_MD5:
        result = step_cram(client, challenge, response, error);
        break;
    case SASL_SCRAM_SHA_256:
        result = sasl_scram_client(client, challenge, response, error);
        break;
    case SASL_NONE:
    case SASL_MECHANISMS:
        return error_set(error, ERROR_USAGE, "no mechanism was chosen");
    }
    client->step++;
    return result;
}

int sasl_client_answer(struct sasl_client *client, struct span text,
                       struct sasl_message *response, struct error *error)
{
    struct sasl_message challenge;

    if (sasl_decode(&challenge, text))
        return sasl_client_step(
            client, (struct span){challenge.bytes, challenge.length}, response,
            error);
    error_set_peer(error, text.data, text.length);
    return error_set(error, ERROR_PROTOCOL,
                     "the server's challenge is no base64 (RFC 2045 §6.8)");
}

/* Whoever says "accepted" too early may not know the password at all. */
int sasl_client_end(struct sasl_client *client, struct error *error)
{
    bool early =
        client->mechanism == SASL_SCRAM_SHA_256 ? !client->proved : false;

    sasl_client_wipe(client);
    if (early)
        return error_set(error, ERROR_INSECURE,
                         "the server accepts the log-in, but has not shown "
                         "that it knows the password: it is not who it should "
                         "be (RFC 5802 §9)");
    return 0;
}

void sasl_client_wipe(struct sasl_client *client)
{
    explicit_bzero(client, sizeof(*client));
}

/* SPDX-License-Identifier: MIT */
/*
 * imap_begin: the way to the mailbox that is safe. TLS if it can be had, and no
 * word about who we are before it stands.
 */
#include <string.h>

#include "imap/imap_client.h"

/* ---- what the server can do --------------------------------------------- */

/* "* CAPABILITY IMAP4rev1 ..." */
static int take_capabilities(void *context, struct imap_client *client,
                             const struct imap_response *response)
{
    struct imap_capabilities *capabilities = context;
    struct imap_token token;
    int result = 0;

    if (response->kind != IMAP_HEARD_DATA ||
        strcmp(response->word, "CAPABILITY") != 0)
        return 0;
    memset(capabilities, 0, sizeof(*capabilities));
    while (result == 0 && client->inside) {
        result = imap_hear_token(client, &token);
        if (result == 0 && token.kind == IMAP_TOKEN_ATOM)
            imap_capabilities_read(capabilities, token.text);
    }
    return result;
}

int imap_client_ask_capabilities(struct imap_client *client)
{
    const struct imap_listener listener = {take_capabilities,
                                           &client->capabilities};

    if (client->capabilities.known)
        return 0;
    return imap_client_ask(client, &listener, RFC("3501", "6.1.1"),
                           "CAPABILITY");
}

/* ---- TLS ---------------------------------------------------------------- */

/* Who strips STARTTLS from the capabilities wants us to go on in clear. */
static int no_tls(struct imap_client *client, const char *why)
{
    return error_set(client->setup.error, ERROR_INSECURE,
                     "%s: either it can't, or somebody on the way keeps it "
                     "from it; use imaps, or --insecure-auth if all may read "
                     "along (RFC 2595 §2.2)",
                     why);
}

/* NOTE(imap-preauth): PREAUTH leaves no state in which STARTTLS may be said, so
 * who forges it in a greeting has us talk in clear (RFC 3501 §6.2.1). */
static int secure(struct imap_client *client,
                  const struct imap_options *options, const char *host,
                  bool will_log_in)
{
    bool needed =
        options->ssl_reqd || (will_log_in && !options->client.insecure_auth);
    int result;

    if (client->secure || (options->no_starttls && !options->ssl_reqd))
        return 0;
    if (client->state == IMAP_STATE_AUTHENTICATED)
        return needed ? no_tls(client, "the server greets with PREAUTH, after "
                                       "which there is no STARTTLS")
                      : 0;
    if (!client->capabilities.starttls && !options->ssl_reqd)
        return needed ? no_tls(client, "the server offers no STARTTLS") : 0;
    result = imap_client_start_tls(client, host);
    if (result == -ERROR_REFUSED) {
        error_clear(client->setup.error);
        return needed ? no_tls(client, "the server refuses STARTTLS") : 0;
    }
    return result < 0 ? result : imap_client_ask_capabilities(client);
}

/* ---- all of it ---------------------------------------------------------- */

int imap_begin(struct imap_client *client, const struct imap_options *options,
               const struct url *url, const struct login *login)
{
    int result = imap_client_open(client, url);

    /* A forged PREAUTH is refused before another word is said. */
    if (result == 0 && client->state == IMAP_STATE_AUTHENTICATED)
        result = secure(client, options, url->host, login != NULL);
    if (result == 0)
        result = imap_client_ask_capabilities(client);
    if (result == 0 && client->state != IMAP_STATE_AUTHENTICATED)
        result = secure(client, options, url->host, login != NULL);
    if (result < 0 || !login || client->state == IMAP_STATE_AUTHENTICATED)
        return result;
    result = imap_client_log_in(client, login, options->auth,
                                options->client.insecure_auth);
    return result < 0 ? result : imap_client_ask_capabilities(client);
}

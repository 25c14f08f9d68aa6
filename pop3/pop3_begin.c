/* SPDX-License-Identifier: MIT */
/*
 * pop3_begin: the way to the maildrop that is safe. TLS if it can be had, and
 * no word about who we are before it stands.
 */
#include "pop3/pop3_client.h"

#include <string.h>

int pop3_client_ask_capabilities(struct pop3_client *client)
{
    struct pop3_capabilities *capabilities = &client->capabilities;
    struct span line;
    int result;

    memset(capabilities, 0, sizeof(*capabilities));
    capabilities->asked = true;
    if ((result = pop3_client_say(client, RFC("2449", "5"), "CAPA")) < 0 ||
        (result = pop3_client_hear(client, RFC("2449", "5"), true)) < 0 ||
        client->reply.status != POP3_OK)
        return result;
    while ((result = pop3_client_hear_line(client, POP3_CAPABILITIES_MAX,
                                           &line)) == 1)
        pop3_capability_read(capabilities, line);
    return result;
}

/* Who strips STLS from the answer to CAPA wants us to go on in clear. We do
 * only where nothing is lost by it: when no password will be said, or all may
 * read it. */
static int no_tls(struct pop3_client *client,
                  const struct pop3_options *options, const char *why)
{
    return error_set(client->setup.error, ERROR_INSECURE,
                     "%s: either it can't, or somebody on the way keeps it "
                     "from it; pop3s, or --insecure-auth if all may read "
                     "along%s (RFC 2595 §2.2)",
                     why,
                     options->ssl_reqd ? " and --ssl-reqd does not stand" : "");
}

static int secure(struct pop3_client *client,
                  const struct pop3_options *options, const char *host,
                  bool will_log_in)
{
    bool needed =
        options->ssl_reqd || (will_log_in && !options->client.insecure_auth);
    int result;

    if (client->secure || (options->no_starttls && !options->ssl_reqd))
        return 0;
    if (!client->capabilities.stls && !options->ssl_reqd)
        return needed ? no_tls(client, options, "the server offers no STLS")
                      : 0;
    result = pop3_client_start_tls(client, host);
    if (result == -ERROR_REFUSED) {
        error_clear(client->setup.error);
        return needed ? no_tls(client, options, "the server refuses STLS") : 0;
    }
    return result < 0 ? result : pop3_client_ask_capabilities(client);
}

int pop3_begin(struct pop3_client *client, const struct pop3_options *options,
               const struct url *url, const struct login *login)
{
    int result = pop3_client_open(client, url);

    if (result == 0)
        result = pop3_client_ask_capabilities(client);
    if (result == 0)
        result = secure(client, options, url->host, login != NULL);
    if (result == 0 && login)
        result = pop3_client_log_in(client, login, options->auth,
                                    options->client.insecure_auth);
    return result;
}

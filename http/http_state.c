/* SPDX-License-Identifier: MIT */
/* http_state: cookies and credentials, put on a request and taken off answers.
 */
#include "http/http_state.h"

#include <string.h>

int http_state_start(struct http_state *state,
                     const struct http_options *options, struct error *error)
{
    const struct option_list *cookies = &options->cookies;
    time_t now = time(NULL);
    int result = 0;

    state->remembers = cookies->count > 0 || options->cookie_jar;
    /* As in curl: with a '=' in it it is a cookie, without the name of a file;
     * "" names none, and is for those who want cookies kept for this run. */
    for (size_t i = 0; i < cookies->count && result == 0; i++) {
        if (strchr(cookies->values[i], '='))
            state->given.values[state->given.count++] = cookies->values[i];
        else if (cookies->values[i][0])
            result = http_jar_read(&state->jar, cookies->values[i], now, error);
    }
    state->ready = result == 0;
    return result;
}

int http_state_dress(struct http_state *state, struct conn *conn,
                     struct http_request *request, bool stranger,
                     struct error *error)
{
    int result = 0;

    request->cookies = request->credentials = NULL;
    /* RFC 9110 §9.3.8: TRACE would echo them. */
    if (state->remembers && strcmp(request->method, "TRACE") != 0) {
        http_jar_say(&state->jar, conn, request->url,
                     stranger ? NULL : &state->given, state->cookies,
                     sizeof(state->cookies));
        request->cookies = state->cookies[0] ? state->cookies : NULL;
    }
    if (!stranger) {
        result =
            http_login_say(&state->login, conn, request, state->credentials,
                           sizeof(state->credentials), error);
        request->credentials =
            state->credentials[0] ? state->credentials : NULL;
        /* What will be refused should not carry a body along. */
        request->expecting = state->login.present && !request->credentials;
    }
    return result;
}

int http_state_hear(struct http_state *state, struct conn *conn,
                    const struct http_url *url, const struct http_head *head,
                    struct error *error)
{
    return state->remembers ? http_jar_hear(&state->jar, conn, url, head, error)
                            : 0;
}

int http_state_end(struct http_state *state, const struct http_options *options,
                   int result, struct error *error)
{
    struct error own = {0};

    /* Of a file that could not be read we don't know what it has. */
    if (options->cookie_jar && state->ready &&
        http_jar_write(&state->jar, options->cookie_jar, time(NULL), &own) <
            0 &&
        result == 0)
        result = error_set(error, own.class, "%s", own.text);
    http_jar_free(&state->jar);
    explicit_bzero(&state->login, sizeof(state->login));
    explicit_bzero(state->cookies, sizeof(state->cookies));
    explicit_bzero(state->credentials, sizeof(state->credentials));
    return result;
}

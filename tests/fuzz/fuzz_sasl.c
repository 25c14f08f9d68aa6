/* SPDX-License-Identifier: MIT */
/*
 * Challenges and responses of any bytes, to both halves of every mechanism: the
 * first byte chooses one, lines are the messages. Whoever has not the password
 * must not get in, and no server that has not the password be believed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/sasl.h"

static const char *password_of(void *directory, struct span user)
{
    (void)directory;
    return span_equal(user, SPAN("bob")) ? "a password that nobody guesses"
                                         : NULL;
}

static bool next_line(struct span *rest, struct span *line)
{
    const char *lf =
        rest->length > 0 ? memchr(rest->data, '\n', rest->length) : NULL;
    size_t taken;

    if (rest->length == 0)
        return false;
    *line = (struct span){rest->data,
                          lf ? (size_t)(lf - rest->data) : rest->length};
    taken = line->length + (lf != NULL);
    rest->data += taken;
    rest->length -= taken;
    return true;
}

static void be_server(enum sasl_mechanism mechanism, struct span rest)
{
    struct sasl_server server;
    struct sasl_message challenge;
    struct span line;
    enum sasl_verdict verdict = SASL_CHALLENGE;

    sasl_server_start(&server, mechanism, password_of, NULL, "mx.test");
    for (int turn = 0;
         turn < 5 && verdict == SASL_CHALLENGE && next_line(&rest, &line);
         turn++)
        verdict = sasl_server_step(&server, line, &challenge, NULL);
    if (verdict == SASL_ACCEPTED)
        abort();
    sasl_server_wipe(&server);
}

static void be_client(enum sasl_mechanism mechanism, struct span rest)
{
    struct sasl_client client;
    struct sasl_message response;
    struct error error = {0};
    struct span line = SPAN("");
    int result = sasl_client_start(&client, mechanism, "bob", "x", &error);

    client.nonce = "ours";
    if (result == 0 && sasl_client_begins(&client))
        result = sasl_client_step(&client, line, &response, &error);
    for (int turn = 0; turn < 5 && result == 0 && next_line(&rest, &line);
         turn++)
        result = sasl_client_step(&client, line, &response, &error);
    if (mechanism == SASL_SCRAM_SHA_256 &&
        sasl_client_end(&client, &error) == 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sasl_message message;
    struct span rest;

    if (size == 0)
        return 0;
    rest = (struct span){(const char *)data + 1, size - 1};
    sasl_decode(&message, rest);
    sasl_set_read(rest);
    /* A million rounds are a second's work: too slow to fuzz. */
    if (memmem(rest.data, rest.length, "i=", 2) == NULL ||
        memmem(rest.data, rest.length, "i=4096", 6) != NULL)
        be_client(data[0] % SASL_MECHANISMS, rest);
    be_server(data[0] % SASL_MECHANISMS, rest);
    return 0;
}

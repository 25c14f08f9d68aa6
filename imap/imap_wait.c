/* SPDX-License-Identifier: MIT */
/*
 * imap_wait: IDLE, RFC 2177. The client falls silent, and the server tells what
 * happens to the mailbox when it happens; a line "DONE" ends it.
 */
#include "imap/imap_client.h"

/* The server agrees with "+"; news may come before it, for some servers tell
 * first what they know already. */
static int agree(struct imap_client *client, struct imap_tell *tell)
{
    int result = imap_client_say_at(client, HERE, RFC("2177", "3"), "IDLE");

    while (result == 0 && (result = imap_hear(client)) == 0) {
        if (client->heard.kind == IMAP_HEARD_CONTINUE)
            return 0;
        if (client->heard.kind == IMAP_HEARD_TAGGED)
            return imap_client_refused(client, ERROR_REFUSED);
        result = imap_tell_heard(tell, client, &client->heard);
    }
    return result;
}

static int64_t left_ms(deadline_ns until)
{
    int left = deadline_poll_ms(until);

    return left < 0 || left > IMAP_IDLE_MS ? IMAP_IDLE_MS : left;
}

/* One IDLE: 0 when it is over, 1 when it is to be said anew. */
static int listen_to(struct imap_client *client, struct imap_tell *tell,
                     uint64_t most, deadline_ns until)
{
    deadline_ns renew = deadline_in_ms(IMAP_IDLE_MS);
    int result = 0;

    while (result == 0 && (most == 0 || tell->told < most)) {
        if (conn_view(client->conn).length == 0)
            result = conn_fill_within(client->conn,
                                      left_ms(deadline_earlier(until, renew)));
        if (result == 0 && (result = imap_hear(client)) == 0) {
            if (client->heard.kind == IMAP_HEARD_TAGGED)
                return error_set(client->setup.error, ERROR_PROTOCOL,
                                 "the server ends IDLE by itself (RFC 2177 "
                                 "§3)");
            result = imap_tell_heard(tell, client, &client->heard);
        }
    }
    return result == 1 ? !deadline_passed(until) : result;
}

int imap_wait(struct imap_client *client, struct imap_tell *tell, uint64_t most,
              int64_t time_ms)
{
    deadline_ns until = deadline_in_ms(time_ms > 0 ? time_ms : -1);
    const struct imap_listener listener = {imap_tell_heard, tell};
    int result;

    if (!client->capabilities.idle)
        return error_set(client->setup.error, ERROR_REFUSED,
                         "the server has no IDLE (RFC 2177)");
    conn_set_idle_timeout(client->conn, 2 * IMAP_IDLE_MS);
    do {
        if ((result = agree(client, tell)) < 0 ||
            (result = listen_to(client, tell, most, until)) < 0)
            return result;
        int ended = conn_say(client->conn, RFC("2177", "3"), "DONE");
        if (ended < 0 || (ended = imap_client_finish(client, &listener)) < 0)
            return ended;
    } while (result == 1);
    return 0;
}

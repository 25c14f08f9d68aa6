/* SPDX-License-Identifier: MIT */
/*
 * What an IMAP server may send to our client: the input is all that comes on a
 * connection, from the greeting on; the client fetches a message from it. It
 * must end, whatever comes, with an error class that it has.
 */
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "imap/imap_client.h"

static struct imap_client client;
static struct save save;

static int converse(struct error *error)
{
    struct imap_tell tell = {.save = &save};
    const struct imap_listener teller = {imap_tell_heard, &tell};
    struct imap_get get = {.save = &save};
    int result = imap_hear(&client);

    if (result == 0)
        result = imap_client_ask_capabilities(&client);
    if (result == 0)
        result = imap_client_ask(&client, &teller, RFC("3501", "6.3.2"),
                                 "EXAMINE INBOX");
    client.exists = 1000;
    if (result == 0)
        result = imap_get(&client, false, "1:*", "BODY.PEEK[]", &get);
    return result < 0 ? (int)error->class : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = {0};
    const struct conn_setup setup = {.error = &error, .proto = "imap"};
    int ends[2];

    client = (struct imap_client){.setup = setup};
    if (size > 64 * 1024 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
        return 0;
    if (write(ends[1], data, size) != (ssize_t)size)
        abort();
    shutdown(ends[1], SHUT_WR);
    save_plan(&save, "/dev/null", &error);
    if (conn_adopt(&client.conn, &setup, RFC("9293", "3.5"), ends[0]) < 0)
        abort();
    int class = converse(&error);
    if (class < 0 || class >= ERROR_CLASSES)
        abort();
    save_abandon(&save);
    conn_close(client.conn, RFC("9293", "3.6"));
    close(ends[1]);
    return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * The clear-text part of SSH, of any bytes: the first byte says who speaks, the
 * rest is what he says. Fed whole and byte by byte; the two must agree.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ssh/ssh.h"

static struct ssh_handshake handshake;

/* Messages until the input ends or breaks; *used is how far that came. */
static enum parse read_all(struct span input, enum ssh_end from, bool slowly,
                           size_t *used)
{
    enum parse outcome = PARSE_MORE;
    size_t seen = slowly ? 0 : input.length;

    memset(&handshake, 0, sizeof(handshake));
    *used = 0;
    while (handshake.ends[from].state != SSH_STREAM_SEALED) {
        struct span bytes = {input.data + *used, seen - *used};
        struct ssh_message message;
        struct ssh_reply reply;
        size_t taken;

        outcome =
            ssh_handshake_read(&handshake, from, bytes, &taken, &message, NULL);
        if (outcome == PARSE_BROKEN ||
            (outcome == PARSE_MORE && seen == input.length))
            break;
        if (outcome == PARSE_MORE) {
            if (taken != 0)
                abort();
            seen++;
            continue;
        }
        if (taken == 0 || taken > bytes.length || !message.name)
            abort();
        *used += taken;
        ssh_reply_read(&reply, &message);
    }
    return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ssh_choice chosen[SSH_LISTS];
    size_t whole_used, used;
    enum parse whole;

    if (size == 0)
        return 0;
    enum ssh_end from = data[0] & 1 ? SSH_SERVER : SSH_CLIENT;
    struct span input = {(const char *)data + 1, size - 1};
    whole = read_all(input, from, false, &whole_used);
    if (read_all(input, from, true, &used) != whole || used != whole_used)
        abort();
    if (handshake.ends[from].kexinit_length > 0)
        ssh_choose_all(chosen, &handshake.ends[from].kexinit,
                       &handshake.ends[from].kexinit);
    return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * A server's reply of any bytes, and what is read from its words: the addresses
 * of 227 and 229, times. Fed whole and byte by byte; the two must agree.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ftp/ftp.h"

static struct ftp_reply whole, pieces;

static enum parse read_by(struct ftp_reply *reply, struct span input,
                          size_t step, size_t *used)
{
    struct error error = {0};
    enum parse outcome = PARSE_MORE;

    *used = 0;
    ftp_reply_start(reply);
    while (outcome == PARSE_MORE && *used < input.length) {
        size_t left = input.length - *used, taken;
        struct span piece = {input.data + *used, left < step ? left : step};

        outcome = ftp_reply_read(reply, piece, &taken, &error);
        *used += taken;
    }
    return outcome;
}

/* What a client makes of the words. */
static void read_words(struct span words)
{
    struct sockaddr_storage address;
    struct error error = {0};
    char text[FTP_ADDRESS_MAX];
    uint16_t port;
    time_t when;

    if (ftp_pasv_read(&address, words, &error) == 0) {
        struct sockaddr_storage again;

        ftp_port_write(text, &address);
        if (ftp_port_read(&again, span_of(text), &error) < 0 ||
            memcmp(&again, &address, sizeof(again)) != 0)
            abort();
    }
    if (ftp_epsv_read(&port, words, &error) == 0 && port == 0)
        abort();
    ftp_time_read(words, &when);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span input = {(const char *)data, size}, line;
    size_t used, used_again, at = 0, lines = 0;
    enum parse outcome = read_by(&whole, input, size + 1, &used);

    if (read_by(&pieces, input, 1, &used_again) != outcome ||
        (outcome == PARSE_DONE &&
         (used != used_again || whole.code != pieces.code)))
        abort();
    if (outcome != PARSE_DONE)
        return 0;
    while (ftp_reply_line(&whole, &at, &line))
        lines++;
    if (lines == 0 || (lines > 1) != whole.multiple)
        abort();
    read_words(ftp_reply_words(&whole));
    return 0;
}

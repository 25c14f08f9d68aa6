/* SPDX-License-Identifier: MIT */
/*
 * ftp_ascii: line ends of type A. Each system has its own in files; on the wire
 * all have CR LF (RFC 959 §3.1.1.1), and each side converts. So a text arrives
 * as a text of the other system, and anything else arrives broken.
 */
#include <string.h>

#include "ftp/ftp.h"

/* From one line end to the next, so that what is between them is copied in one
 * piece. */
static size_t until(struct span in, size_t at, char end)
{
    const char *found = memchr(in.data + at, end, in.length - at);

    return found != NULL ? (size_t)(found - in.data) : in.length;
}

/* A LF that has its CR in the file already is a line end as it is: who wrote
 * the file on another system does not want two. */
size_t ftp_ascii_to_wire(struct ftp_ascii *ascii, struct span in, char *out)
{
    size_t length = 0, at = 0;

    while (at < in.length) {
        size_t end = until(in, at, '\n');

        memcpy(out + length, in.data + at, end - at);
        length += end - at;
        if (end > at)
            ascii->cr = in.data[end - 1] == '\r';
        if (end < in.length) {
            if (!ascii->cr)
                out[length++] = '\r';
            out[length++] = '\n';
            ascii->cr = false;
            end++;
        }
        at = end;
    }
    return length;
}

/* NOTE(ftp-split): the CR at the end of a piece says nothing yet: it is held
 * back until its next byte has come. */
size_t ftp_ascii_from_wire(struct ftp_ascii *ascii, struct span in, char *out)
{
    size_t length = 0, at = 0;

    while (at < in.length) {
        size_t end;

        if (ascii->cr && in.data[at] != '\n')
            out[length++] = '\r';
        ascii->cr = false;
        end = until(in, at, '\r');
        memcpy(out + length, in.data + at, end - at);
        length += end - at;
        if (end < in.length) {
            ascii->cr = true;
            end++;
        }
        at = end;
    }
    return length;
}

size_t ftp_ascii_end(struct ftp_ascii *ascii, char *out)
{
    bool held = ascii->cr;

    ascii->cr = false;
    if (held)
        out[0] = '\r';
    return held;
}

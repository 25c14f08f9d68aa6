/* SPDX-License-Identifier: MIT */
/*
 * ftp_ascii: line ends of type A. RFC 959 §3.1.1.1: CR LF on the wire, whatever
 * a system has in its files; ours have LF.
 */
#include "ftp/ftp.h"

size_t ftp_ascii_to_wire(struct ftp_ascii *ascii, struct span in, char *out)
{
    size_t length = 0;

    for (size_t i = 0; i < in.length; i++) {
        if (in.data[i] == '\n' && !ascii->cr)
            out[length++] = '\r';
        ascii->cr = in.data[i] == '\r';
        out[length++] = in.data[i];
    }
    return length;
}

/* A CR waits for the byte behind it, which may be in the next piece. */
size_t ftp_ascii_from_wire(struct ftp_ascii *ascii, struct span in, char *out)
{
    size_t length = 0;

    for (size_t i = 0; i < in.length; i++) {
        if (ascii->cr && in.data[i] != '\n')
            out[length++] = '\r';
        ascii->cr = in.data[i] == '\r';
        if (!ascii->cr)
            out[length++] = in.data[i];
    }
    return length;
}

size_t ftp_ascii_end(struct ftp_ascii *ascii, char *out)
{
    if (!ascii->cr)
        return 0;
    ascii->cr = false;
    out[0] = '\r';
    return 1;
}

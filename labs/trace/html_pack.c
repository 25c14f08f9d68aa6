/* SPDX-License-Identifier: MIT */
/*
 * html_pack: a stretch of a page, made small. A row of a ladder is like the row
 * before it, so a hundred of them shrink to a twentieth of their size; base64
 * is what lets them stand in a page, where only text can.
 */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "labs/trace/html.h"

enum {
    LEVEL = 4,             /* beyond it the time doubles, for a tenth */
    BYTES_OUT = 3 * 16384, /* base64 takes three bytes at a time */
};

struct html_pack {
    z_stream stream;
    unsigned char out[BYTES_OUT];
    unsigned char text[BYTES_OUT / 3 * 4 + 1];
};

static void fail(struct html *html)
{
    if (html->result == 0)
        html->result = error_set(html->error, ERROR_LOCAL,
                                 "out of memory for packing a page");
}

/* Writes what is packed so far, but only whole groups of three before the
 * end. */
static void pack_write(struct html *html, bool end)
{
    struct html_pack *pack = html->pack;
    size_t length = sizeof(pack->out) - pack->stream.avail_out;
    size_t taken = end ? length : length - length % 3;
    int count = EVP_EncodeBlock(pack->text, pack->out, (int)taken);

    if (html->result == 0 && count > 0)
        html->result = output_write(html->to, (const char *)pack->text,
                                    (size_t)count, html->error);
    memmove(pack->out, pack->out + taken, length - taken);
    pack->stream.next_out = pack->out + (length - taken);
    pack->stream.avail_out = (unsigned)(sizeof(pack->out) - (length - taken));
}

static void pack_deflate(struct html *html, int flush)
{
    z_stream *stream = &html->pack->stream;
    int result = Z_OK;

    stream->next_in = (unsigned char *)html->buffer;
    stream->avail_in = (unsigned)html->length;
    html->length = 0;
    while (stream->avail_in > 0 || (flush == Z_FINISH && result == Z_OK)) {
        result = deflate(stream, flush);
        if (result == Z_STREAM_ERROR) {
            fail(html);
            return;
        }
        pack_write(html, result == Z_STREAM_END);
    }
}

void html_pack_begin(struct html *html)
{
    html_flush(html);
    if (html->pack == NULL) {
        html->pack = calloc(1, sizeof(*html->pack));
        if (html->pack == NULL ||
            deflateInit(&html->pack->stream, LEVEL) != Z_OK) {
            free(html->pack);
            html->pack = NULL;
            fail(html);
            return;
        }
    }
    deflateReset(&html->pack->stream);
    html->pack->stream.next_out = html->pack->out;
    html->pack->stream.avail_out = sizeof(html->pack->out);
    html->packing = true;
}

void html_pack_take(struct html *html)
{
    pack_deflate(html, Z_NO_FLUSH);
}

void html_pack_end(struct html *html)
{
    if (!html->packing)
        return;
    if (html->result == 0)
        pack_deflate(html, Z_FINISH);
    html->length = 0;
    html->packing = false;
}

void html_pack_free(struct html *html)
{
    if (html->pack == NULL)
        return;
    deflateEnd(&html->pack->stream);
    free(html->pack);
    html->pack = NULL;
    html->packing = false;
}

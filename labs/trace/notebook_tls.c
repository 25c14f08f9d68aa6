/* SPDX-License-Identifier: MIT */
/*
 * notebook: TLS. What remains to be seen when the rest is encrypted: the
 * server's name, what was offered and chosen, the certificate up to TLS 1.2,
 * and of every record its length and its time.
 *
 * The handshake messages are read as RFC 8446 §4 lays them out; ServerHello and
 * Certificate of TLS 1.2 have the same shape where we read.
 */
#include <stdlib.h>
#include <string.h>

#include "common/limits.h"
#include "labs/trace/notebook.h"
#include "labs/trace/notebook_tls.h"

enum content { CONTENT_CHANGE = 20, CONTENT_HANDSHAKE = 22, CONTENT_DATA = 23 };
enum { RECORD_HEADER = 5, TIMES_SHOWN = 12 };

struct record {
    uint64_t offset; /* of its header in the stream */
    unsigned content;
    struct span body;
};

/* One record of RFC 8446 §5.1; false at the end of what was seen. */
static bool record_next(const struct flow_side *side, size_t *at,
                        struct record *record)
{
    const unsigned char *s = (const unsigned char *)side->bytes + *at;

    if (side->length < *at + RECORD_HEADER || s[1] != 3)
        return false;
    size_t length = (size_t)(s[3] << 8 | s[4]);
    record->offset = *at;
    record->content = s[0];
    if (side->length - *at - RECORD_HEADER < length)
        return false;
    record->body = (struct span){(const char *)s + RECORD_HEADER, length};
    *at += RECORD_HEADER + length;
    return true;
}

static bool tls_knows(const struct flow *flow)
{
    const struct flow_side *client = &flow->sides[FLOW_CLIENT];

    return client->length > RECORD_HEADER &&
           client->bytes[0] == CONTENT_HANDSHAKE && client->bytes[1] == 3 &&
           client->bytes[RECORD_HEADER] == 1; /* ClientHello */
}

/* ---- the handshake ------------------------------------------------------ */

/* Handshake messages may be split over records, or share one: joins what is
 * in clear. From ChangeCipherSpec on, or once the first record of application
 * data has passed, nothing is. The caller frees. */
static struct span handshake_of(const struct flow_side *side)
{
    char *joined = malloc(side->length > 0 ? side->length : 1);
    struct span all = {joined, 0};
    struct record record;
    size_t at = 0;

    while (joined != NULL && record_next(side, &at, &record) &&
           record.content == CONTENT_HANDSHAKE) {
        memcpy(joined + all.length, record.body.data, record.body.length);
        all.length += record.body.length;
    }
    return all;
}

static void read_side(const struct flow_side *side, struct tls_seen *seen)
{
    struct span all = handshake_of(side), left = all;

    while (left.length >= 4) {
        const unsigned char *s = (const unsigned char *)left.data;
        size_t length = (size_t)s[1] << 16 | (size_t)s[2] << 8 | s[3];
        if (left.length - 4 < length)
            break;
        tls_seen_message(seen, s[0], (struct span){left.data + 4, length});
        left.data += 4 + length;
        left.length -= 4 + length;
    }
    free((char *)(uintptr_t)all.data);
}

static void write_seen(FILE *to, const struct tls_seen *seen)
{
    notebook_line(to, "server name", "%s",
                  seen->server_name[0] ? seen->server_name
                                       : "not said (no SNI)");
    notebook_line(to, "offered", "%s", seen->offered);
    if (seen->protocols[0])
        notebook_line(to, "", "protocols inside: %s", seen->protocols);
    if (seen->chosen[0])
        notebook_line(to, "chosen", "%s", seen->chosen);
    if (seen->resumes)
        notebook_line(to, "resumption",
                      "a ticket or key of an earlier connection was offered");
    if (seen->certificate[0])
        notebook_line(to, "certificate", "%s", seen->certificate);
    else if (seen->version == 0x0304)
        notebook_line(to, "certificate",
                      "not to be read: TLS 1.3 sends it encrypted");
    else
        notebook_line(to, "certificate", "none seen");
}

/* ---- sizes and times ---------------------------------------------------- */

struct passing {
    int64_t time_ns;
    size_t length;
    enum flow_end from;
};

/* When the byte at `offset` first came by. */
static int64_t time_of(const struct flow_side *side, uint64_t offset)
{
    for (size_t i = 0; i < side->piece_count; i++)
        if (offset >= side->pieces[i].offset &&
            offset - side->pieces[i].offset < side->pieces[i].length)
            return side->pieces[i].time_ns;
    return 0;
}

static int by_time(const void *a, const void *b)
{
    const struct passing *x = a, *y = b;

    return (x->time_ns > y->time_ns) - (x->time_ns < y->time_ns);
}

/* The first records of application data of a side, with their times; returns
 * how many there were in all, and their bytes in *bytes. */
static size_t encrypted(const struct flow_side *side, enum flow_end from,
                        struct passing first[TIMES_SHOWN], size_t *kept,
                        uint64_t *bytes)
{
    struct record record;
    size_t at = 0, count = 0;

    *kept = 0;
    *bytes = 0;
    while (record_next(side, &at, &record)) {
        if (record.content != CONTENT_DATA)
            continue;
        if (*kept < TIMES_SHOWN)
            first[(*kept)++] = (struct passing){time_of(side, record.offset),
                                                record.body.length, from};
        *bytes += record.body.length;
        count++;
    }
    return count;
}

static void write_records(FILE *to, const struct flow *flow, int64_t start_ns)
{
    struct passing all[2 * TIMES_SHOWN];
    size_t kept, used = 0, count[FLOW_ENDS];
    uint64_t bytes[FLOW_ENDS];

    for (int end = 0; end < FLOW_ENDS; end++) {
        count[end] = encrypted(&flow->sides[end], (enum flow_end)end,
                               all + used, &kept, &bytes[end]);
        used += kept;
    }
    qsort(all, used, sizeof(all[0]), by_time);
    for (int end = 0; end < FLOW_ENDS; end++)
        notebook_line(to, end == FLOW_CLIENT ? "encrypted" : "",
                      "%zu record%s with %llu bytes from the %s", count[end],
                      count[end] == 1 ? "" : "s",
                      (unsigned long long)bytes[end],
                      end == FLOW_CLIENT ? "client" : "server");
    for (size_t i = 0; i < used && i < TIMES_SHOWN; i++)
        notebook_line(to, i == 0 ? "sizes, times" : "", "%10.6f s  %s %zu",
                      (double)(all[i].time_ns - start_ns) / 1e9,
                      all[i].from == FLOW_CLIENT ? "client →" : "server ←",
                      all[i].length);
    if (count[FLOW_CLIENT] + count[FLOW_SERVER] > TIMES_SHOWN)
        notebook_line(to, "", "and more");
}

static int tls_write(FILE *to, const struct flow *flow, int64_t start_ns,
                     struct error *error)
{
    struct tls_seen *seen = calloc(1, sizeof(*seen));

    if (seen == NULL)
        return error_set(error, ERROR_LOCAL, "out of memory for a handshake");
    read_side(&flow->sides[FLOW_CLIENT], seen);
    read_side(&flow->sides[FLOW_SERVER], seen);
    write_seen(to, seen);
    write_records(to, flow, start_ns);
    notebook_line(to, "not learned",
                  "what was asked for and what was answered: no method, path, "
                  "field, cookie, password or page");
    free(seen);
    return 0;
}

const struct notebook_reader notebook_tls = {"TLS, encrypted", tls_knows,
                                             tls_write};

/* SPDX-License-Identifier: MIT */
/*
 * codings: two kinds that are easily confused. A content coding is part of what
 * is sent and reaches the other end; a transfer coding belongs to the hop.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "labs/http-versions/http_versions.h"

#define PROXY "proxy.example.test"

/* ---- content codings ---------------------------------------------------- */

enum packing { PLAIN, GZIP, BROTLI, GZIP_1_0, GZIP_BY_GATEWAY, PACKINGS };

static int packings_ask(struct lab_run *run, struct reply *reply,
                        struct error *error)
{
    const char *url = site_url(run, WWW, "/index.html");

    if (ASK(run, false, &reply[PLAIN], error, "-o", "/dev/null", url) < 0 ||
        ASK(run, true, &reply[GZIP], error, "-o", "/dev/null", "-H",
            "Accept-Encoding: gzip", url) < 0 ||
        ASK(run, false, &reply[BROTLI], error, "-o", "/dev/null",
            "--compressed", url) < 0 ||
        ASK(run, false, &reply[GZIP_1_0], error, "--http1.0", "-o", "/dev/null",
            "-H", "Accept-Encoding: gzip", url) < 0 ||
        ASK(run, false, &reply[GZIP_BY_GATEWAY], error, "-o", "/dev/null", "-H",
            "Accept-Encoding: gzip", site_url(run, PROXY, "/index.html")) < 0)
        return -(int)error->class;
    return 0;
}

static void packings_tell(struct lab_run *run, const struct reply *reply)
{
    static const char *const asked[] = {
        "HTTP/1.1|-", "HTTP/1.1|gzip", "HTTP/1.1|gzip, deflate, br",
        "HTTP/1.0|gzip", "HTTP/1.1, by the gateway|gzip"};
    int packing;

    lab_table_begin(run);
    lab_table_row(
        run, "version|Accept-Encoding|Content-Encoding|bytes of body|ETag");
    for (packing = PLAIN; packing < PACKINGS; packing++)
        lab_table_row(run, "%s|%s|%" PRIu64 "|%s", asked[packing],
                      reply_field(&reply[packing], "Content-Encoding"),
                      reply[packing].content,
                      reply_field(&reply[packing], "ETag"));
    lab_table_end(run);
}

static bool is_coded(const struct reply *reply, const char *coding,
                     const struct reply *plain)
{
    return reply->status == 200 && reply->content < plain->content &&
           strcmp(reply_field(reply, "Content-Encoding"), coding) == 0;
}

int http_versions_content_codings(struct lab_run *run, struct error *error)
{
    struct reply reply[PACKINGS];

    if (packings_ask(run, reply, error) < 0)
        return -(int)error->class;
    packings_tell(run, reply);
    if (lab_check(run,
                  is_coded(&reply[GZIP], "gzip", &reply[PLAIN]) &&
                      is_coded(&reply[BROTLI], "br", &reply[PLAIN]) &&
                      is_coded(&reply[GZIP_1_0], "gzip", &reply[PLAIN]) &&
                      reply[GZIP_BY_GATEWAY].content == reply[GZIP].content,
                  error,
                  "who asked for a coding got it, in fewer bytes, through a "
                  "gateway too") < 0)
        return -(int)error->class;
    lab_say(run,
            "The same page in %" PRIu64 ", %" PRIu64 " and %" PRIu64
            " bytes. Packed it is another representation: the origin gave it "
            "an ETag of its own, a cache would keep it apart (Vary: %s), and "
            "only the reader at the other end unpacks it: the gateway between "
            "passed on the same %" PRIu64 " bytes (RFC 9110 §8.4).",
            reply[PLAIN].content, reply[GZIP].content, reply[BROTLI].content,
            reply_field(&reply[GZIP], "Vary"), reply[GZIP_BY_GATEWAY].content);
    lab_correct(run, RFC("1945", "D.2.3"), "Accept-Encoding came with 1.1.",
                "The document of HTTP/1.0 has it already, and the HTTP/1.0 "
                "request above was answered with %s. What 1.1 added are "
                "qvalues, and transfer codings apart from it: the next step.",
                reply_field(&reply[GZIP_1_0], "Content-Encoding"));
    return 0;
}

/* ---- transfer codings --------------------------------------------------- */

/* An answer on one hop: who sent it, in which version, in how many chunks. */
struct hop {
    char sender[32];
    char coding[64]; /* Transfer-Encoding */
    uint64_t chunks, content, length;
};

static void hop_read(struct hop *hop, const struct trace_event *answer)
{
    size_t head = head_length(answer);
    struct reply reply = {0};

    snprintf(reply.head, sizeof(reply.head), "%.*s", (int)head,
             answer->data.data);
    snprintf(hop->sender, sizeof(hop->sender), "%s", answer->host);
    snprintf(hop->coding, sizeof(hop->coding), "%s",
             reply_field(&reply, "Transfer-Encoding"));
    hop->length = answer->length - head;
    hop->content = content_length(answer, &hop->chunks);
}

#define HOPS_MAX 2

/* The answers since `from_ns`, the nearest to the origin first. */
static int hops_read(struct lab_run *run, int64_t from_ns, struct hop *hops,
                     size_t wanted, struct error *error)
{
    struct trace_file trace;
    size_t count = 0, i;

    if (lab_trace(run, &trace, error) < 0)
        return -(int)error->class;
    for (i = 0; i < trace.event_count && count < wanted; i++)
        if (trace.events[i].time_ns >= from_ns && is_final(&trace.events[i]))
            hop_read(&hops[count++], &trace.events[i]);
    trace_file_free(&trace);
    return lab_check(run, count == wanted, error,
                     "the answer was seen on %zu hops (%zu)", wanted, count);
}

static int hop_ask(struct lab_run *run, bool ladder, const char *version,
                   const char *url, struct hop *hops, size_t wanted,
                   struct error *error)
{
    struct reply reply;

    if (ASK(run, ladder, &reply, error, version, "-o", "/dev/null", url) < 0)
        return -(int)error->class;
    return hops_read(run, reply.from_ns, hops, wanted, error);
}

static void hop_row(struct lab_run *run, const char *to, const struct hop *hop)
{
    lab_table_row(run, "%s to %s|%s|%" PRIu64 "|%" PRIu64 "|%" PRIu64,
                  hop->sender, to, hop->coding, hop->chunks, hop->length,
                  hop->content);
}

int http_versions_transfer_codings(struct lab_run *run, struct error *error)
{
    struct hop hops[HOPS_MAX] = {0}, old = {0};
    const char *far = site_url(run, PROXY, "/chunked");

    if (hop_ask(run, true, "-4", far, hops, 2, error) < 0 ||
        hop_ask(run, false, "--http1.0", site_url(run, WWW, "/chunked"), &old,
                1, error) < 0)
        return -(int)error->class;
    lab_table_begin(run);
    lab_table_row(run, "hop|Transfer-Encoding|chunks|bytes with chunk lines|"
                       "bytes of content");
    hop_row(run, "proxy", &hops[0]);
    hop_row(run, "student", &hops[1]);
    hop_row(run, "student, by HTTP/1.0", &old);
    lab_table_end(run);
    if (lab_check(run,
                  hops[0].chunks > 0 && hops[1].chunks > 0 &&
                      hops[0].length != hops[1].length &&
                      hops[0].content == hops[1].content,
                  error, "the same content came over both hops in chunks") < 0)
        return -(int)error->class;
    lab_say(run,
            "The content is the same on both hops, %" PRIu64 " bytes; the "
            "wrapping is not: %" PRIu64 " bytes came to the gateway, %" PRIu64
            " left it. It took the origin's %" PRIu64 " chunks apart, an "
            "extension and all, and made %" PRIu64 " chunks of its own. They "
            "tell where a body ends on this connection, and mean nothing "
            "beyond it (RFC 9112 §7.1). To HTTP/1.0, which knows no chunks, "
            "the body ends with the connection.",
            hops[0].content, hops[0].length, hops[1].length, hops[0].chunks,
            hops[1].chunks);
    return 0;
}

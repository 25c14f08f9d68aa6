/* SPDX-License-Identifier: MIT */
/*
 * http-page: how a page comes over HTTP. One conversation, looked at four
 * times: the name, the handshake, the five steps, the close; then a page of
 * several objects over one connection.
 *
 * Each step reads the run's own trace and prints what it finds there; what the
 * course claims is checked, and a lab whose claim does not hold fails.
 */
#include <stdio.h>
#include <string.h>

#include "labs/http-page/http_page.h"

/* ---- what the steps look at --------------------------------------------- */

int exchange_read(struct lab_run *run, struct exchange *exchange,
                  struct error *error)
{
    struct trace_file *trace = &exchange->trace;

    memset(exchange, 0, sizeof(*exchange));
    if (lab_trace(run, trace, error) < 0)
        return -(int)error->class;
    exchange->request =
        lab_event_find(trace, 0, TRACE_LAYER_APP, "GET", "student");
    if (exchange->request)
        exchange->answer = lab_answer_to(trace, exchange->request);
    if (lab_check(run, exchange->answer != NULL, error,
                  "the trace has a GET and its answer") < 0) {
        trace_file_free(trace);
        return -(int)error->class;
    }
    lab_flow_measure(trace, exchange->request, 0, &exchange->flow);
    return 0;
}

/* ---- step 1: the name --------------------------------------------------- */

/* The look-up is the first thing on the wire. The client asks for an IPv6
 * address (AAAA) and for an IPv4 one (A) at once; the A record is the one that
 * this name has. */
static int look_up_tell(struct lab_run *run, const struct exchange *exchange,
                        struct error *error)
{
    const struct trace_file *trace = &exchange->trace;
    const struct trace_event *query =
        lab_event_find(trace, 0, TRACE_LAYER_APP, "A", "student");
    const struct trace_event *answer =
        query ? lab_answer_to(trace, query) : NULL;

    if (lab_check(run, answer && answer->id < exchange->request->id, error,
                  "the name was looked up before anything was asked for") < 0)
        return -(int)error->class;
    lab_say(run,
            "Before HTTP could begin, " WEB " had to become an address. The "
            "student asked the name server (event %llu, frames %s) and had the "
            "answer %.1f ms later (event %llu, frames %s). It went over UDP: "
            "no handshake, one datagram each way (RFC 1035 §4.2.1). The other "
            "question, AAAA, was for an IPv6 address, which this name has not.",
            (unsigned long long)query->id, lab_frames_text(query),
            lab_milliseconds(query->time_ns, answer->time_ns),
            (unsigned long long)answer->id, lab_frames_text(answer));
    return 0;
}

static int step_name(struct lab_run *run, struct error *error)
{
    const char *argv[] = {
        "http-client", world_url(lab_world(run), "http", WEB, 80, "/"), NULL};
    struct world_result result;
    struct exchange exchange;

    if (lab_client(run, argv, &result, error) < 0)
        return -(int)error->class;
    lab_output(run, result.out, result.out_length);
    if (lab_check(run, result.status == 0, error,
                  "the client fetched the page (it exited %d: %.200s)",
                  result.status, result.err) < 0) {
        world_result_free(&result);
        return -(int)error->class;
    }
    world_result_free(&result);
    if (exchange_read(run, &exchange, error) < 0)
        return -(int)error->class;
    look_up_tell(run, &exchange, error);
    trace_file_free(&exchange.trace);
    return -(int)error->class;
}

/* ---- step 2: the handshake ---------------------------------------------- */

static int handshake_tell(struct lab_run *run, const struct exchange *exchange,
                          struct error *error)
{
    const struct lab_flow *flow = &exchange->flow;

    if (lab_check(run,
                  flow->syn > 0 && flow->syn < flow->syn_ack &&
                      flow->syn_ack < flow->ack && flow->ack < flow->first_data,
                  error,
                  "SYN (%u), SYN-ACK (%u) and ACK (%u) came before the first "
                  "byte of the request (%u)",
                  flow->syn, flow->syn_ack, flow->ack, flow->first_data) < 0)
        return -(int)error->class;
    lab_table_begin(run);
    lab_table_row(run, "frame|from|segment|what it says");
    lab_table_row(run, "%u|client|SYN|I want to talk; my numbers begin here",
                  flow->syn);
    lab_table_row(run, "%u|server|SYN-ACK|I heard you; mine begin here",
                  flow->syn_ack);
    lab_table_row(run, "%u|client|ACK|I heard you too", flow->ack);
    lab_table_row(run, "%u|client|data|the first byte of the request",
                  flow->first_data);
    lab_table_end(run);
    lab_say(run,
            "The handshake took %.1f ms, one round trip, and carried no byte "
            "of HTTP. HTTP does not make the connection, it uses it: RFC 9112 "
            "§9 leaves the making to TCP, RFC 9293 §3.5.",
            lab_milliseconds(flow->syn_ns, flow->ack_ns));
    return 0;
}

static int step_handshake(struct lab_run *run, struct error *error)
{
    const struct trace_event *connected;
    struct exchange exchange;

    if (exchange_read(run, &exchange, error) < 0)
        return -(int)error->class;
    connected = lab_event_find(&exchange.trace, 0, TRACE_LAYER_TCP, "connect",
                               "student");
    if (lab_check(run, connected && connected->id < exchange.request->id, error,
                  "the connection stood before the request was sent") == 0) {
        if (world_has(lab_world(run), WORLD_FRAMES)) {
            handshake_tell(run, &exchange, error);
        } else {
            lab_not_here(run, "the frames of the handshake", WORLD_FRAMES);
            lab_say(run,
                    "What can be seen is the order: connected (event %llu), "
                    "then the request (event %llu).",
                    (unsigned long long)connected->id,
                    (unsigned long long)exchange.request->id);
        }
    }
    trace_file_free(&exchange.trace);
    return -(int)error->class;
}

/* ---- step 3: the five steps --------------------------------------------- */

static void row_tell(struct lab_run *run, const char *what,
                     const struct trace_event *event, const char *frames,
                     const struct where *where)
{
    lab_table_row(run, "%s|%s|%s|%s:%d|RFC %s §%s|%llu", what, event->host,
                  frames, where->file, where->line, event->rfc.number,
                  event->rfc.section, (unsigned long long)event->id);
}

static const char *frame_text(uint32_t a, uint32_t b)
{
    static char ring[8][32];
    static size_t next;
    char *text = ring[next++ % 8];

    if (a == 0 && b == 0)
        return "-";
    if (b == 0)
        snprintf(text, sizeof(ring[0]), "%u", a);
    else
        snprintf(text, sizeof(ring[0]), "%u %u", a, b);
    return text;
}

/* NOTE(five-steps): the five steps of the notes, each as the event that one of
 * the two programs recorded. */
static int five_steps_tell(struct lab_run *run, const struct exchange *exchange,
                           struct error *error)
{
    const struct trace_file *trace = &exchange->trace;
    const struct trace_event *request = exchange->request;
    const struct lab_flow *flow = &exchange->flow;
    const struct trace_event *listening =
        lab_event_find(trace, 0, TRACE_LAYER_APP, "listen", "web");
    const struct trace_event *connected =
        lab_event_find(trace, 0, TRACE_LAYER_TCP, "connect", "student");
    const struct trace_event *accepted =
        lab_event_find(trace, 0, TRACE_LAYER_TCP, "accept", "web");
    const struct trace_event *closed =
        lab_event_find(trace, 0, TRACE_LAYER_TCP, "close", "student");
    const struct trace_event *closed_too =
        lab_event_find(trace, 0, TRACE_LAYER_TCP, "close", "web");

    if (lab_check(run,
                  listening && connected && accepted && closed && closed_too &&
                      request->src_heard.file,
                  error,
                  "each of the five steps was recorded by the program that "
                  "took it") < 0)
        return -(int)error->class;
    lab_table_begin(run);
    lab_table_row(run, "step|host|frames|source|why|event");
    row_tell(run, "1. the server waits", listening, "-", &listening->src);
    row_tell(run, "2. the client connects", connected,
             frame_text(flow->syn, flow->ack), &connected->src);
    row_tell(run, "3. the server accepts", accepted,
             frame_text(flow->syn_ack, 0), &accepted->src);
    row_tell(run, "4. the client asks", request, lab_frames_text(request),
             &request->src);
    lab_table_row(run, "   the server hears it|web|%s|%s:%d||%llu",
                  lab_frames_text(request), request->src_heard.file,
                  request->src_heard.line, (unsigned long long)request->id);
    row_tell(run, "   the server answers", exchange->answer,
             lab_frames_text(exchange->answer), &exchange->answer->src);
    row_tell(run, "5. the client closes", closed,
             frame_text(flow->fin_client, 0), &closed->src);
    row_tell(run, "   the server closes", closed_too,
             frame_text(flow->fin_server, 0), &closed_too->src);
    lab_table_end(run);
    return 0;
}

static int step_five(struct lab_run *run, struct error *error)
{
    struct exchange exchange;

    if (exchange_read(run, &exchange, error) < 0)
        return -(int)error->class;
    if (five_steps_tell(run, &exchange, error) == 0) {
        lab_say(run,
                "Open the files at these lines: the conversation is "
                "written there in the same order. Step 3 needs no decision of "
                "the server's: its kernel has answered the SYN before accept "
                "returns.");
        if (!world_has(lab_world(run), WORLD_FRAMES))
            lab_not_here(run, "the frame numbers", WORLD_FRAMES);
    }
    trace_file_free(&exchange.trace);
    return -(int)error->class;
}

/* ---- step 4: the close -------------------------------------------------- */

static int close_tell(struct lab_run *run, const struct lab_flow *flow,
                      struct error *error)
{
    bool client_first = flow->fin_client < flow->fin_server;

    if (lab_check(run, flow->fin_client && flow->fin_server, error,
                  "both ends sent a FIN (client %u, server %u)",
                  flow->fin_client, flow->fin_server) < 0)
        return -(int)error->class;
    lab_say(run,
            "The client's FIN is frame %u, the server's frame %u: a connection "
            "has two directions, and each end closes its own (RFC 9293 §3.6). "
            "The %s closed first, so it is the %s's kernel that remembers the "
            "connection for a while (TIME-WAIT), lest a late segment be taken "
            "for one of the next connection.",
            flow->fin_client, flow->fin_server,
            client_first ? "client" : "server",
            client_first ? "client" : "server");
    lab_say(run,
            "All in all: %llu frames, %llu bytes on the wire, of which %llu "
            "were HTTP.",
            (unsigned long long)flow->frames,
            (unsigned long long)(flow->wire_up + flow->wire_down),
            (unsigned long long)(flow->stream_up + flow->stream_down));
    return 0;
}

static int step_close(struct lab_run *run, struct error *error)
{
    struct exchange exchange;

    if (exchange_read(run, &exchange, error) < 0)
        return -(int)error->class;
    if (world_has(lab_world(run), WORLD_FRAMES))
        close_tell(run, &exchange.flow, error);
    else
        lab_not_here(run, "the FIN of each end", WORLD_FRAMES);
    lab_correct(run, RFC("9112", "9.3"),
                "after the messages the connection closes.",
                "In HTTP/1.1 it stays open for the next request unless one "
                "side says \"Connection: close\"; here it closed because the "
                "client had nothing more to ask. The next step shows it.");
    trace_file_free(&exchange.trace);
    return -(int)error->class;
}

/* ---- the lab ------------------------------------------------------------ */

static const struct lab_step steps[] = {
    {"From a name to an address", NULL, step_name},
    {"The handshake comes first",
     "HTTP runs on TCP, so a three-way handshake comes first.", step_handshake},
    {"The five steps",
     "The server waits on port 80, the client connects, the server accepts, "
     "messages are exchanged, the connection closes.",
     step_five},
    {"Who closes, and how", NULL, step_close},
    {"A page is several objects", "A browser loads a page over HTTP.",
     http_page_objects},
    {"The same by libcurl", NULL, http_page_reference},
    {NULL, NULL, NULL}};

const struct lab lab_http_page = {
    .name = "http-page",
    .title = "A page over HTTP",
    .about =
        "A client fetches a page from a server, as a browser would. You see "
        "the name looked up, the connection made, the request and the answer, "
        "and the close, each tied to the packets that carried it and to the "
        "line of C that made it so.",
    .hosts = {"student", "names", "web", NULL},
    .steps = steps,
    .to_see =
        "HTTP is text over a TCP connection that somebody else makes and "
        "closes. Before its first byte there was a look-up and there were "
        "three segments; after its last there is a FIN from each end. In "
        "Wireshark, open trace.pcapng, choose a frame, and read its comments: "
        "the event, the line of source, the section of the RFC."};

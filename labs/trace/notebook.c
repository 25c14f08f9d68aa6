/* SPDX-License-Identifier: MIT */
/*
 * notebook: what an eavesdropper learned. He sits on the wire, reads all that
 * passes, alters nothing and has no key: so this file and its readers see
 * `struct flow` only, never an event of a program.
 *
 * Each conversation goes to the first reader who knows its bytes. By content
 * and not by port: an eavesdropper can't be kept out by moving a server.
 */
#include "labs/trace/notebook.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/limits.h"
#include "labs/trace/canvas.h"
#include "labs/trace/views.h"

enum { LABEL_COLUMN = 4, TEXT_COLUMN = 20, COLUMNS = 96, TEXT_MAX = 4096 };

static void line_write(FILE *to, const char *label, const char *text)
{
    struct canvas canvas; /* large, and cleared for each line */

    canvas.colour = false;
    canvas.rail_count = 0;
    do {
        canvas_clear(&canvas, COLUMNS);
        canvas_text(&canvas, LABEL_COLUMN, TEXT_COLUMN - LABEL_COLUMN - 1,
                    STYLE_PLAIN, label);
        canvas_words(&canvas, TEXT_COLUMN, COLUMNS - TEXT_COLUMN, STYLE_PLAIN,
                     &text);
        canvas_write(&canvas, to);
        label = "";
    } while (*text != '\0');
}

void notebook_line(FILE *to, const char *label, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    line_write(to, label, text);
}

void notebook_quote(FILE *to, const char *label, struct span bytes)
{
    char text[TEXT_MAX];

    text_escape(text, sizeof(text), bytes);
    line_write(to, label, text);
}

struct span notebook_beginning(struct span bytes, bool whole)
{
    size_t back = 1, wanted;

    if (bytes.length == 0 || (whole && bytes.length <= NOTEBOOK_QUOTE_MAX))
        return bytes;
    if (bytes.length > NOTEBOOK_QUOTE_MAX)
        bytes.length = NOTEBOOK_QUOTE_MAX;
    /* The first byte of a character tells how many it has. */
    while (back < 4 && back < bytes.length &&
           (bytes.data[bytes.length - back] & 0xC0) == 0x80)
        back++;
    unsigned char first = (unsigned char)bytes.data[bytes.length - back];
    wanted = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
    if (wanted > back)
        bytes.length -= back;
    return bytes;
}

/* ---- what no reader knows ----------------------------------------------- */

static bool any_knows(const struct flow *flow)
{
    (void)flow;
    return true;
}

static int any_write(FILE *to, const struct flow *flow, int64_t start_ns,
                     struct error *error)
{
    static const char *const labels[] = {"client began", "server began"};

    (void)start_ns;
    (void)error;
    for (int end = 0; end < FLOW_ENDS; end++) {
        const struct flow_side *side = &flow->sides[end];
        if (side->length > 0)
            notebook_quote(to, labels[end],
                           notebook_beginning(flow_stream(side),
                                              side->length == side->total));
    }
    return 0;
}

static const struct notebook_reader notebook_any = {
    "not known to this notebook", any_knows, any_write};

static const struct notebook_reader *const readers[] = {
    &notebook_tls,    &notebook_ssh,  &notebook_http, &notebook_smtp,
    &notebook_pop3,   &notebook_imap, &notebook_dns,  &notebook_ftp,
    &notebook_telnet, &notebook_any};

/* ---- conversations ------------------------------------------------------ */

static void write_extent(FILE *to, const struct flow *flow)
{
    const struct flow_side *client = &flow->sides[FLOW_CLIENT];
    const struct flow_side *server = &flow->sides[FLOW_SERVER];
    unsigned long long sent = client->total, answered = server->total;
    unsigned long long again = client->resent + server->resent;

    notebook_line(to, "bytes", "%llu from the client, %llu from the server",
                  sent, answered);
    if (again > 0)
        notebook_line(to, "", "%llu of them were sent again", again);
    for (int end = 0; end < FLOW_ENDS; end++)
        if (flow->sides[end].length < flow->sides[end].total)
            notebook_line(to, "", "of the %s's, the first %zu were read",
                          end == FLOW_CLIENT ? "client" : "server",
                          flow->sides[end].length);
}

/* `known` is what the companion has read. */
static int write_flow(FILE *to, const void *known, const struct flow *flow,
                      size_t number, int64_t start_ns, struct error *error)
{
    bool data = notebook_ftp_data.knows(known, flow);
    char client[FLOW_ADDRESS_MAX], server[FLOW_ADDRESS_MAX];
    const struct notebook_reader *const *reader = readers;

    while (!(*reader)->knows(flow))
        reader++;
    flow_address(&flow->sides[FLOW_CLIENT].address, client);
    flow_address(&flow->sides[FLOW_SERVER].address, server);
    fprintf(to, "\n%3zu %s %s → %s: %s\n", number,
            flow->kind == FLOW_TCP ? "TCP" : "UDP", client, server,
            data ? notebook_ftp_data.title : (*reader)->title);
    notebook_line(to, "time", "%.6f s to %.6f s",
                  (double)(flow->first_ns - start_ns) / 1e9,
                  (double)(flow->last_ns - start_ns) / 1e9);
    write_extent(to, flow);
    return data ? notebook_ftp_data.write(to, known, flow, error)
                : (*reader)->write(to, flow, start_ns, error);
}

static int write_flows(FILE *to, const struct flows *flows, int64_t start_ns,
                       struct error *error)
{
    void *known = notebook_ftp_data.begin(flows);
    size_t number = 0;
    int result = 0;

    if (known == NULL)
        return error_set(error, ERROR_LOCAL, "out of memory for the notebook");
    for (size_t i = 0; i < flows->count && result == 0; i++) {
        const struct flow *flow = &flows->list[i];
        if (flow->sides[FLOW_CLIENT].total + flow->sides[FLOW_SERVER].total > 0)
            result = write_flow(to, known, flow, ++number, start_ns, error);
    }
    if (number == 0)
        fputs("\n    Nothing passed that carried a byte.\n", to);
    notebook_ftp_data.end(known);
    return result;
}

int notebook_write(FILE *to, const struct trace_file *trace,
                   struct error *error)
{
    struct flows flows;
    int result = flows_read(&flows, trace, error);

    if (result == 0) {
        fprintf(to,
                "The eavesdropper's notebook: what the %s alone gave away.\n"
                "No key was used, and no program was asked.\n",
                trace->frame_count > 0 ? "frames on the wire"
                                       : "bytes handed to TCP");
        result = write_flows(to, &flows, trace->start_ns, error);
    }
    flows_free(&flows);
    if (result == 0 && ferror(to))
        return error_set(error, ERROR_LOCAL, "the notebook can't be written");
    return result;
}

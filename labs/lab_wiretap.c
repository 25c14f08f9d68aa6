/* SPDX-License-Identifier: MIT */
/* lab_wiretap: the frames of a part of a run, read by who has nothing else. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/lab_wiretap.h"
#include "labs/trace/views.h"

struct trace_file lab_wiretap_part(const struct trace_file *trace,
                                   int64_t from_ns, int64_t to_ns)
{
    struct trace_file part = *trace;
    size_t first, last;

    for (first = 0;
         first < trace->event_count && trace->events[first].time_ns < from_ns;)
        first++;
    for (last = first;
         last < trace->event_count && trace->events[last].time_ns < to_ns;)
        last++;
    part.events = trace->events + first;
    part.event_count = last - first;
    for (first = 0;
         first < trace->frame_count && trace->frames[first].time_ns < from_ns;)
        first++;
    for (last = first;
         last < trace->frame_count && trace->frames[last].time_ns < to_ns;)
        last++;
    part.frames = trace->frames + first;
    part.frame_count = last - first;
    part.start_ns = from_ns;
    return part;
}

static struct span find(struct span bytes, const char *what)
{
    const char *at = bytes.length > 0
                         ? memmem(bytes.data, bytes.length, what, strlen(what))
                         : NULL;

    if (!at)
        return (struct span){NULL, 0};
    return (struct span){at, bytes.length - (size_t)(at - bytes.data)};
}

/* What of the last frame or send that holds `what` begins with it. */
static struct span find_last(const struct trace_file *part, const char *what)
{
    struct span found = {NULL, 0}, here;
    size_t i;

    for (i = 0; i < part->frame_count; i++)
        if ((here = find(part->frames[i].bytes, what)).data)
            found = here;
    /* Where there is a wire, `socket` events are left out of the trace. */
    for (i = 0; i < part->event_count; i++)
        if (part->events[i].layer == TRACE_LAYER_SOCKET &&
            (here = find(part->events[i].data, what)).data)
            found = here;
    return found;
}

bool lab_wiretap_reads(const struct trace_file *part, const char *what)
{
    return find_last(part, what).data != NULL;
}

bool lab_wiretap_copy(const struct trace_file *part, const char *mark,
                      char *text, size_t size)
{
    struct span line = find_last(part, mark), end;

    if (!line.data || !(end = find(line, "\r\n")).data)
        return false;
    line.data += strlen(mark);
    line.length = (size_t)(end.data - line.data);
    if (line.length >= size)
        return false;
    memcpy(text, line.data, line.length);
    text[line.length] = '\0';
    return true;
}

int lab_wiretap_compare(struct lab_run *run, const struct trace_file *clear,
                        const struct trace_file *sealed, const char *head,
                        const struct lab_secret *secrets, size_t count,
                        struct error *error)
{
    int result = 0;

    lab_table_begin(run);
    lab_table_row(run, "%s", head);
    for (size_t i = 0; i < count && result == 0; i++) {
        const struct lab_secret *secret = &secrets[i];
        bool in_clear = lab_wiretap_reads(clear, secret->bytes);
        bool under_tls = lab_wiretap_reads(sealed, secret->bytes);

        lab_table_row(run, "%s|%s|%s", secret->what, in_clear ? "yes" : "no",
                      under_tls ? "yes" : "no");
        result = lab_check(run, in_clear && under_tls == secret->stays, error,
                           "%s: readable in clear, %s under TLS", secret->what,
                           secret->stays ? "too" : "not");
    }
    lab_table_end(run);
    return result;
}

char *lab_wiretap_notebook(const struct trace_file *part, struct error *error)
{
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);

    if (!memory) {
        error_set(error, ERROR_LOCAL, "no memory for the notebook");
        return NULL;
    }
    notebook_write(memory, part, error);
    fclose(memory);
    if (error->class == ERROR_NONE)
        return text;
    free(text);
    return NULL;
}

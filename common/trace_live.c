/* SPDX-License-Identifier: MIT */
/*
 * trace_live: what -v shows while a conversation runs.
 *
 *     C: GET / HTTP/1.1          the client speaks, whichever end we are
 *     S: HTTP/1.1 200 OK         the server speaks
 *     S: (1256 bytes of body)    what follows a blank line is summed up
 *     * framing: Content-Length  a decision, or a step of TCP or TLS
 *
 * Whatever a peer sent is escaped: it can neither move the cursor nor forge a
 * line, as each line of a message has its own prefix.
 */
#include <inttypes.h>
#include <string.h>

#include "common/limits.h"
#include "common/trace_private.h"

static bool client_speaks(const struct trace_event *event)
{
    return (event->dir == TRACE_DIR_OUT) != event->local_is_server;
}

static void line_show(FILE *to, const char *prefix, struct span line)
{
    char escaped[TRACE_LIVE_LINE_MAX];
    text_escape(escaped, sizeof escaped, line);
    fprintf(to, "%s%s\n", prefix, escaped);
}

/* A step of TCP or TLS, or a note: one line, with what is known of it. */
static void step_show(FILE *to, const struct trace_event *event)
{
    char name[TRACE_LIVE_LINE_MAX], note[TRACE_LIVE_LINE_MAX];
    const char *speaker = "";
    text_escape(name, sizeof name, span_of(event->name ? event->name : ""));
    text_escape(note, sizeof note, span_of(event->note ? event->note : ""));
    if (event->layer == TRACE_LAYER_TLS && event->dir != TRACE_DIR_NOTE)
        speaker = client_speaks(event) ? "TLS, client: " : "TLS, server: ";
    fprintf(to, "* %s%s", speaker, name);
    if (event->layer == TRACE_LAYER_TCP && event->peer != NULL)
        fprintf(to, " %s", event->peer);
    if (event->length > 0)
        fprintf(to, " (%" PRIu64 " bytes)", event->length);
    fprintf(to, "%s%s\n", note[0] != '\0' ? ": " : "", note);
}

/* Where the head of a message ends: behind its first blank line, or nowhere. */
static size_t head_length(struct span data)
{
    const char *blank =
        data.length == 0 ? NULL : memmem(data.data, data.length, "\r\n\r\n", 4);
    return blank == NULL ? data.length : (size_t)(blank - data.data) + 4;
}

/* The lines of `head`, at most TRACE_LIVE_LINES; returns the bytes shown. */
static size_t lines_show(FILE *to, const char *prefix, struct span head)
{
    size_t at = 0;
    for (int i = 0; i < TRACE_LIVE_LINES && at < head.length; i++) {
        struct span line = {head.data + at, head.length - at};
        const char *end = memchr(line.data, '\n', line.length);
        if (end != NULL)
            line.length = (size_t)(end - line.data);
        at += line.length + (end != NULL ? 1 : 0);
        if (line.length > 0 && line.data[line.length - 1] == '\r')
            line.length--;
        line_show(to, prefix, line);
    }
    return at;
}

/* A message that is no text (DNS): one line, in the words of whoever made the
 * event. */
static void binary_show(FILE *to, const char *prefix,
                        const struct trace_event *event)
{
    const char *words = event->note != NULL ? event->note : event->name;
    char escaped[TRACE_LIVE_LINE_MAX];

    text_escape(escaped, sizeof escaped, span_of(words != NULL ? words : ""));
    fprintf(to, "%s%s (%" PRIu64 " bytes)\n", prefix, escaped, event->length);
}

static void message_show(FILE *to, const struct trace_event *event,
                         struct span data)
{
    const char *prefix = client_speaks(event) ? "C: " : "S: ";
    struct span head = {data.data, head_length(data)};
    bool has_body = head.length < event->length && head.length < data.length;
    size_t shown;

    /* A NUL tells a binary message, and so does a first byte that no text has
     * (Telnet's IAC); any other oddity is escaped. */
    if (head.length == 0 || (unsigned char)head.data[0] == 255 ||
        memchr(head.data, '\0', head.length) != NULL) {
        binary_show(to, prefix, event);
        return;
    }
    shown = lines_show(to, prefix, head);
    if (shown < event->length)
        fprintf(to, "%s(%" PRIu64 " bytes%s)\n", prefix, event->length - shown,
                has_body ? " of body" : " more");
}

/* The same asterisks as in the file, in a copy. */
static void secrets_hide(char *copy, const struct trace_event *event)
{
    for (size_t i = 0; i < event->secret_count; i++)
        for (uint64_t at = event->secrets[i].from;
             at < event->secrets[i].to && at < event->data.length; at++)
            copy[at] = '*';
}

void trace_live(FILE *to, const struct trace_event *event, bool mask)
{
    char copy[TRACE_BODY_MAX];
    struct span data = event->data;

    /* The same bytes once more: the message has been shown. */
    if (event->layer == TRACE_LAYER_SOCKET)
        return;
    if (event->dir == TRACE_DIR_NOTE || event->layer != TRACE_LAYER_APP) {
        step_show(to, event);
        return;
    }
    if (mask && event->secret_count > 0) {
        memcpy(copy, data.data, data.length);
        secrets_hide(copy, event);
        data.data = copy;
    }
    message_show(to, event, data);
}

/* SPDX-License-Identifier: MIT */
/*
 * session: a conversation as a book quotes it, with what each message means.
 *
 *     C: RETR 1                           RFC 1939 §5, pop3_fetch.c ask
 *          Fetches a whole message; POP3 can't fetch less, but for TOP.
 *     S: +OK 171 octets             RFC 1939 §5, pop3_drop.c say_message
 *     S: From: Alice <alice@east.test>
 *
 * What was explained once is not explained again. Notes are those of the
 * client, after a "*". Content is counted and not quoted.
 */
#include <stdlib.h>
#include <string.h>

#include "labs/trace/canvas.h"
#include "labs/trace/lanes.h"
#include "labs/trace/views.h"
#include "labs/trace/words.h"

enum {
    COLUMNS_DEFAULT = 72,
    COLUMNS_LEAST = 40,
    INDENT = 5,      /* of an explanation */
    APART = 2,       /* between a line and what stands at its right */
    LINES_MAX = 12,  /* of one message */
    SHORT_MAX = 400, /* bytes of one that is quoted with its content */
    TOLD_MAX = 256,  /* explanations that are remembered */
    TEXT_MAX = 6 * EVENT_TEXT_MAX,
};

struct session {
    FILE *to;
    int columns;
    const struct term *terms[TOLD_MAX]; /* explained already */
    size_t term_count;
    struct told {
        struct rfc rfc;
        const char *function;
    } told[TOLD_MAX]; /* cited already */
    size_t told_count;
    struct canvas canvas;
};

/* ---- lines -------------------------------------------------------------- */

/* One line, cut where the columns end, and `aside` at its right if there is
 * room, else below it. Texts are escaped already. */
static void write_line(struct session *session, const char *mark,
                       const char *text, const char *aside)
{
    struct canvas *canvas = &session->canvas;
    int columns = session->columns, at, width = text_columns(aside);

    canvas_clear(canvas, columns);
    at = canvas_text(canvas, 0, columns, STYLE_PLAIN, mark);
    at += canvas_text(canvas, at, columns - at, STYLE_PLAIN, text);
    bool fits = at + APART + width <= columns;
    if (!fits && width > 0) {
        canvas_write(canvas, session->to);
        canvas_clear(canvas, columns);
    }
    canvas_text(canvas, width < columns ? columns - width : 0, columns,
                STYLE_PLAIN, aside);
    canvas_write(canvas, session->to);
}

/* Words over several lines, the first behind `mark`. */
static void write_words(struct session *session, const char *mark,
                        const char *text)
{
    do {
        canvas_clear(&session->canvas, session->columns);
        canvas_text(&session->canvas, 0, INDENT, STYLE_PLAIN, mark);
        canvas_words(&session->canvas, *mark ? 2 : INDENT,
                     session->columns - INDENT, STYLE_PLAIN, &text);
        canvas_write(&session->canvas, session->to);
        mark = "";
    } while (*text != '\0');
}

/* ---- what a message means ----------------------------------------------- */

/* True the first time; it is remembered. */
static bool tells_first(struct session *session, const struct term *term)
{
    for (size_t i = 0; i < session->term_count; i++)
        if (session->terms[i] == term)
            return false;
    if (session->term_count < TOLD_MAX)
        session->terms[session->term_count++] = term;
    return true;
}

static bool same_text(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* The same for a section and the function that goes by it. */
static bool cites_first(struct session *session,
                        const struct trace_event *event)
{
    const char *function = event->src.function;

    for (size_t i = 0; i < session->told_count; i++)
        if (same_text(session->told[i].rfc.number, event->rfc.number) &&
            same_text(session->told[i].rfc.section, event->rfc.section) &&
            same_text(session->told[i].function, function))
            return false;
    if (session->told_count < TOLD_MAX)
        session->told[session->told_count++] =
            (struct told){event->rfc, function};
    return true;
}

/* "RFC 1939 §5, pop3_fetch.c ask"; "" when that was told before. */
static void citation_of(struct session *session,
                        const struct trace_event *event, char *text,
                        size_t size)
{
    char rfc[EVENT_TEXT_MAX], where[EVENT_TEXT_MAX];
    struct words words = words_in(text, size);
    const char *slash;

    if (!cites_first(session, event))
        return;
    event_citation(event, rfc);
    event_where(&event->src, where);
    words_add(&words, rfc);
    words_add(&words, rfc[0] && where[0] ? ", " : "");
    slash = strchr(where, '/'); /* a file's name says its folder */
    words_add(&words, slash != NULL ? slash + 1 : where);
}

/* The entry of the vocabulary, or those for each word of "WILL ECHO". */
static void write_meaning(struct session *session,
                          const struct trace_event *event)
{
    const struct term *term = event_term(event);
    const char *word = term == NULL && event->name != NULL ? event->name : "";

    if (term != NULL && tells_first(session, term))
        write_words(session, "", term->sentence);
    while (*word != '\0') {
        size_t length = strcspn(word, " ");
        term = event_term_of_word(event, (struct span){word, length});
        if (term != NULL && tells_first(session, term))
            write_words(session, "", term->sentence);
        word += length + strspn(word + length, " ");
    }
}

/* ---- an event ----------------------------------------------------------- */

static bool from_client(const struct trace_event *event)
{
    return (event->dir == TRACE_DIR_OUT) != event->local_is_server;
}

/* What the client decided, and its connection's begin and end. */
static void write_note(struct session *session, const struct trace_event *event)
{
    char name[EVENT_TEXT_MAX], note[TEXT_MAX], rfc[EVENT_TEXT_MAX];
    char text[TEXT_MAX + 2 * EVENT_TEXT_MAX];

    event_label(event, name);
    event_citation(event, rfc);
    text_escape(note, sizeof(note),
                span_of(event->note != NULL ? event->note : ""));
    struct words words = words_in(text, sizeof(text));
    words_add(&words, name);
    words_add(&words, note[0] ? ": " : "");
    words_add(&words, note);
    if (text_columns(text) + APART + 2 + text_columns(rfc) <=
        session->columns) {
        write_line(session, "* ", text, rfc);
        return;
    }
    if (strstr(note, rfc) == NULL) {
        words_add(&words, ", ");
        words_add(&words, rfc);
    }
    write_words(session, "*", text);
}

/* A short message whole; of others what stands before the empty line. */
static struct span head_of(const struct trace_event *event)
{
    const char *end =
        event->length > SHORT_MAX
            ? memmem(event->data.data, event->data.length, "\r\n\r\n", 4)
            : NULL;

    return end != NULL ? (struct span){event->data.data,
                                       (size_t)(end - event->data.data) + 2}
                       : event->data;
}

static void write_lines(struct session *session,
                        const struct trace_event *event, const char *mark,
                        const char *aside)
{
    struct span head = head_of(event), line;
    char text[TEXT_MAX], number[32];
    size_t lines = 0;

    while (lines < LINES_MAX && span_take_line(&head, &line)) {
        text_escape(text, sizeof(text), line);
        write_line(session, mark, text, lines++ == 0 ? aside : "");
    }
    size_t quoted = head_of(event).length - head.length;
    if (event->length > quoted + 2) { /* an empty line is no content */
        text_number(event->length - quoted - (head.length == 0 ? 2 : 0),
                    number);
        snprintf(text, sizeof(text), "(%s bytes more)", number);
        write_line(session, mark, text, "");
    }
}

static void write_event(struct session *session,
                        const struct trace_event *event)
{
    const char *mark = from_client(event) ? "C: " : "S: ";
    enum event_kind kind = event_kind(event);
    char label[EVENT_TEXT_MAX], aside[2 * EVENT_TEXT_MAX];

    if (kind == EVENT_NOTE || kind == EVENT_TCP) {
        if (!event->local_is_server)
            write_note(session, event);
        return;
    }
    citation_of(session, event, aside, sizeof(aside));
    if ((kind == EVENT_CLEAR || kind == EVENT_ENCRYPTED) &&
        event->data.length > 0 && text_is_readable(event->data)) {
        write_lines(session, event, mark, aside);
    } else {
        event_label(event, label);
        write_line(session, mark, label, aside);
    }
    write_meaning(session, event);
}

int session_write(FILE *to, const struct trace_file *trace, int columns,
                  struct error *error)
{
    struct session *session = calloc(1, sizeof(*session));

    if (session == NULL)
        return error_set(error, ERROR_LOCAL, "out of memory for the session");
    session->to = to;
    session->columns = columns_within(columns, COLUMNS_DEFAULT, COLUMNS_LEAST,
                                      CANVAS_COLUMNS_MAX);
    for (size_t i = 0; i < trace->event_count; i++) {
        if (i > 0 && trace->events[i].id > trace->events[i - 1].id + 1)
            write_line(session, "", "...", "");
        write_event(session, &trace->events[i]);
    }
    free(session);
    if (ferror(to))
        return error_set(error, ERROR_LOCAL, "the session can't be written");
    return 0;
}

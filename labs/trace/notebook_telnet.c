/* SPDX-License-Identifier: MIT */
/*
 * notebook: Telnet. Everything is there to be read: who logs in, the password
 * key by key and how fast each was pressed, every command and its answer.
 *
 * The eavesdropper does what both ends do: he parses the two streams, keeps the
 * line that is being typed, and looks at the question before it. Where a
 * password was asked for, the server sends no echo; the keys pass all the same.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/limits.h"
#include "labs/trace/notebook.h"
#include "labs/trace/words.h"
#include "telnet/telnet.h"

enum {
    KEYS_MAX = 256,        /* of a typed line; the rest is not written down */
    QUESTION_MAX = 256,    /* bytes of the line that asks for it */
    ANSWER_MAX = 8 * 1024, /* bytes of an answer that are kept */
    ANSWER_LINES_MAX = 24, /* and lines of it that are written down */
    OPTIONS_TEXT_MAX = 1024
};

struct telnet_end {
    struct telnet_parser parser;
    struct telnet_options options; /* so that BINARY is known */
    uint64_t read;                 /* of its stream */
    size_t piece;                  /* the next one, in time */
    char offers[OPTIONS_TEXT_MAX]; /* "WILL ECHO, DO NAWS" */
    size_t offers_length;
};

/* The conversation as it is put together. */
struct session {
    FILE *to;
    int64_t start_ns;
    struct telnet_end ends[FLOW_ENDS];
    char keys[KEYS_MAX];
    int64_t key_ns[KEYS_MAX];
    size_t key_count;
    bool cr;                 /* the last key was a CR */
    char answer[ANSWER_MAX]; /* what the server showed since the last Enter */
    size_t answer_length;
    uint64_t answer_total;
    char question[QUESTION_MAX]; /* how the last line that was shown begins */
    size_t question_length;
    size_t lines; /* that were typed */
};

/* A Telnet peer that has any option to offer begins with it. */
static bool begins_with_option(const struct flow_side *side)
{
    const unsigned char *bytes = (const unsigned char *)side->bytes;

    return side->length >= 3 && bytes[0] == TELNET_IAC &&
           bytes[1] >= TELNET_SB && bytes[1] <= TELNET_DONT;
}

static bool telnet_knows(const struct flow *flow)
{
    return flow->kind == FLOW_TCP &&
           (begins_with_option(&flow->sides[FLOW_SERVER]) ||
            begins_with_option(&flow->sides[FLOW_CLIENT]));
}

/* ---- answers ------------------------------------------------------------ */

/* What the server showed is: the end of the echoed line, the answer, and the
 * last line, which is the next prompt and the echo of what is typed now. */
static struct span answer_of(const struct session *session)
{
    struct span text = {session->answer, session->answer_length};
    const char *first =
        text.length ? memchr(text.data, '\n', text.length) : NULL;

    while (text.length > 0 && text.data[text.length - 1] != '\n')
        text.length--;
    if (!first || session->lines == 0)
        return session->lines == 0 ? text : (struct span){NULL, 0};
    text.length -= (size_t)(first + 1 - text.data);
    text.data = first + 1;
    return text;
}

static void write_answer(struct session *session)
{
    struct span text = answer_of(session), line;
    const char *label = session->lines == 0 ? "greeted" : "answered";
    size_t lines = 0;

    while (lines++ < ANSWER_LINES_MAX && span_take_line(&text, &line)) {
        if (line.length > 0 || lines > 1)
            notebook_quote(session->to, label, line);
        label = line.length > 0 ? "" : label;
    }
    if (text.length > 0 || session->answer_total > session->answer_length)
        notebook_line(session->to, "", "and more: %llu bytes in all",
                      (unsigned long long)session->answer_total);
    session->answer_length = 0;
    session->answer_total = 0;
    session->question_length = 0; /* it has been answered */
}

/* Appends what there is room for; returns the new length. */
static size_t append(char *to, size_t length, size_t size, struct span data)
{
    size_t kept = data.length < size - length ? data.length : size - length;

    if (kept > 0)
        memcpy(to + length, data.data, kept);
    return length + kept;
}

static void keep_answer(struct session *session, struct span data)
{
    const char *lf = memrchr(data.data, '\n', data.length);

    session->answer_length =
        append(session->answer, session->answer_length, ANSWER_MAX, data);
    session->answer_total += data.length;
    if (lf != NULL) {
        data.length -= (size_t)(lf + 1 - data.data);
        data.data = lf + 1;
        session->question_length = 0;
    }
    session->question_length =
        append(session->question, session->question_length, QUESTION_MAX, data);
}

/* ---- typed lines -------------------------------------------------------- */

static bool has_word(struct span text, const char *word)
{
    size_t length = strlen(word);

    for (size_t i = 0; i + length <= text.length; i++)
        if (strncasecmp(text.data + i, word, length) == 0)
            return true;
    return false;
}

/* What the line was typed for, from the question before it. */
static const char *label_of(const struct session *session)
{
    struct span line = {session->question, session->question_length};

    if (has_word(line, "password") || has_word(line, "passcode"))
        return "PASSWORD";
    return has_word(line, "login:") || has_word(line, "user") ? "NAME"
                                                              : "typed";
}

/* The line as the far end took it, with what was erased left out. */
static struct span edited(const struct session *session, char *text)
{
    size_t length = 0;

    for (size_t i = 0; i < session->key_count; i++) {
        char key = session->keys[i];
        if (key != 8 && key != 127)
            text[length++] = key;
        else if (length > 0)
            length--;
    }
    return (struct span){text, length};
}

/* NOTE(notebook-keys): each key that came in a packet of its own, and the
 * milliseconds since the one before. Long waits make the text longer than any
 * typed line: what would not fit is left out by whole keys. */
static void write_keys(struct session *session)
{
    enum { KEY_MAX = 32 }; /* " (blank)+1234567890123", the NUL included */
    char text[KEYS_MAX * 12];
    struct words words = words_in(text, sizeof(text));

    if (session->key_count < 2 ||
        session->key_ns[0] == session->key_ns[session->key_count - 1])
        return;
    for (size_t i = 0; i < session->key_count; i++) {
        char key[8], wait[24] = "";
        if (words.size - words.length < KEY_MAX) {
            words_add(&words, " ...");
            break;
        }
        text_escape(key, sizeof(key), (struct span){&session->keys[i], 1});
        if (i > 0)
            snprintf(wait, sizeof(wait), "+%.0f",
                     (double)(session->key_ns[i] - session->key_ns[i - 1]) /
                         1e6);
        words_add(&words, i > 0 ? " " : "");
        words_add(&words, key[0] == ' ' ? "(blank)" : key);
        words_add(&words, wait);
    }
    notebook_line(session->to, "key by key, ms", "%s", text);
}

static void write_typed(struct session *session, int64_t now_ns)
{
    const char *label = label_of(session);
    char text[KEYS_MAX];
    int64_t first = session->key_count > 0 ? session->key_ns[0] : now_ns;

    write_answer(session);
    if (session->lines == NOTEBOOK_MESSAGES_MAX)
        notebook_line(session->to, "the rest", "is not written down");
    if (session->lines < NOTEBOOK_MESSAGES_MAX) {
        notebook_line(session->to, "",
                      "at %.3f s:", (double)(first - session->start_ns) / 1e9);
        notebook_quote(session->to, label, edited(session, text));
        write_keys(session);
    }
    session->lines++;
    session->key_count = 0;
}

static void keep_keys(struct session *session, struct span data, int64_t now_ns)
{
    for (size_t i = 0; i < data.length; i++) {
        char key = data.data[i];
        bool second = session->cr && key == '\n';
        session->cr = key == '\r';
        if (second)
            continue;
        if (key == '\r' || key == '\n')
            write_typed(session, now_ns);
        else if (session->key_count < KEYS_MAX) {
            session->keys[session->key_count] = key;
            session->key_ns[session->key_count++] = now_ns;
        }
    }
}

/* ---- both streams ------------------------------------------------------- */

static void keep_offer(struct telnet_end *end, const struct telnet_event *event)
{
    size_t room = sizeof(end->offers) - end->offers_length;
    int wanted;

    telnet_option_hear(&end->options, event->command, event->option);
    end->parser.binary =
        telnet_option_on(&end->options, TELNET_HIM, TELNET_BINARY);
    wanted = snprintf(end->offers + end->offers_length, room, "%s%s %s",
                      end->offers_length > 0 ? ", " : "",
                      telnet_command_name(event->command),
                      telnet_option_name(event->option));
    if (wanted > 0)
        end->offers_length += (size_t)wanted < room ? (size_t)wanted : room - 1;
}

static void write_sub(FILE *to, const struct telnet_event *event)
{
    const unsigned char *byte = (const unsigned char *)event->bytes.data;

    if (event->option == TELNET_NAWS && event->bytes.length == 4)
        notebook_line(to, "window", "%d columns, %d lines",
                      byte[0] << 8 | byte[1], byte[2] << 8 | byte[3]);
    if (event->option == TELNET_TTYPE && event->bytes.length > 1 &&
        byte[0] == TELNET_TTYPE_IS)
        notebook_quote(
            to, "terminal",
            (struct span){event->bytes.data + 1, event->bytes.length - 1});
}

static void hear(struct session *session, enum flow_end from,
                 const struct telnet_event *event, int64_t now_ns)
{
    if (event->kind == TELNET_NEGOTIATION)
        keep_offer(&session->ends[from], event);
    else if (event->kind == TELNET_SUBNEGOTIATION)
        write_sub(session->to, event);
    else if (event->kind == TELNET_COMMAND)
        notebook_line(session->to, "command", "%s",
                      telnet_command_name(event->command));
    else if (from == FLOW_CLIENT)
        keep_keys(session, event->bytes, now_ns);
    else
        keep_answer(session, event->bytes);
}

/* A segment, as far as it has something new. */
static void hear_piece(struct session *session, enum flow_end from,
                       const struct flow_side *side,
                       const struct flow_piece *piece)
{
    struct telnet_end *end = &session->ends[from];
    uint64_t until = piece->offset + piece->length;

    if (until > side->length)
        until = side->length;
    while (end->read < until) {
        struct span input = {side->bytes + end->read,
                             (size_t)(until - end->read)};
        struct telnet_event event;
        size_t used;
        enum parse outcome =
            telnet_parse(&end->parser, input, &used, &event, NULL);
        end->read += used;
        if (outcome == PARSE_DONE)
            hear(session, from, &event, piece->time_ns);
        if (outcome == PARSE_BROKEN)
            telnet_parser_start(&end->parser); /* he reads on as he can */
    }
}

/* The pieces of both sides as they came by. */
static void hear_all(struct session *session, const struct flow *flow)
{
    for (;;) {
        const struct flow_piece *next[FLOW_ENDS];
        for (int i = 0; i < FLOW_ENDS; i++) {
            const struct flow_side *side = &flow->sides[i];
            size_t at = session->ends[i].piece;
            next[i] = at < side->piece_count ? &side->pieces[at] : NULL;
        }
        if (!next[FLOW_CLIENT] && !next[FLOW_SERVER])
            return;
        enum flow_end from =
            !next[FLOW_SERVER] ||
                    (next[FLOW_CLIENT] &&
                     next[FLOW_CLIENT]->time_ns <= next[FLOW_SERVER]->time_ns)
                ? FLOW_CLIENT
                : FLOW_SERVER;
        hear_piece(session, from, &flow->sides[from], next[from]);
        session->ends[from].piece++;
    }
}

static int telnet_write(FILE *to, const struct flow *flow, int64_t start_ns,
                        struct error *error)
{
    static const char *const labels[] = {"client offers", "server offers"};
    struct session *session = calloc(1, sizeof(*session));

    if (session == NULL)
        return error_set(error, ERROR_LOCAL, "out of memory for a session");
    session->to = to;
    session->start_ns = start_ns;
    for (int i = 0; i < FLOW_ENDS; i++)
        memset(session->ends[i].options.agree, true,
               sizeof(session->ends[i].options.agree));
    hear_all(session, flow);
    write_answer(session);
    for (int i = FLOW_ENDS; i-- > 0;)
        if (session->ends[i].offers_length > 0)
            notebook_line(to, labels[i], "%s", session->ends[i].offers);
    free(session);
    return 0;
}

const struct notebook_reader notebook_telnet = {"Telnet, in clear",
                                                telnet_knows, telnet_write};

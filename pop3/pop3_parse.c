/* SPDX-License-Identifier: MIT */
/*
 * pop3_parse: bytes to values. A reply's first line, a line of a list, what
 * CAPA told, a command; and the one thing with a catch: lines until ".".
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "pop3/pop3.h"

const char *pop3_state_name(enum pop3_state state)
{
    static const char *const names[] = {
        [POP3_STATE_CLOSED] = "CLOSED",
        [POP3_STATE_AUTHORIZATION] = "AUTHORIZATION",
        [POP3_STATE_TRANSACTION] = "TRANSACTION",
        [POP3_STATE_UPDATE] = "UPDATE"};
    _Static_assert(sizeof(names) / sizeof(*names) == POP3_STATES,
                   "a name a state");

    return names[state];
}

/* ---- a reply's first line ----------------------------------------------- */

static struct span after(struct span text, size_t length)
{
    return (struct span){text.data + length, text.length - length};
}

/* "[IN-USE] Do you have another session?": what stands in brackets is for
 * programs, and only a -ERR has it (RFC 2449 §8). */
static struct span read_code(struct span text)
{
    const char *end;

    if (!span_begins(text, "["))
        return (struct span){NULL, 0};
    end = memchr(text.data, ']', text.length);
    if (!end)
        return (struct span){NULL, 0};
    return (struct span){text.data + 1, (size_t)(end - text.data) - 1};
}

int pop3_reply_read(struct pop3_reply *reply, struct span line,
                    struct error *error)
{
    static const char *const words[] = {
        [POP3_OK] = "+OK", [POP3_ERR] = "-ERR", [POP3_CONTINUE] = "+"};

    memset(reply, 0, sizeof(*reply));
    for (int status = POP3_OK; status <= POP3_CONTINUE; status++) {
        struct span rest;

        if (!span_begins(line, words[status]))
            continue;
        rest = after(line, strlen(words[status]));
        /* The server MUST send the status in upper case, and a blank parts it
         * from what follows: "+OKAY" is none. */
        if (rest.length > 0 && rest.data[0] != ' ')
            continue;
        reply->status = (enum pop3_status)status;
        reply->text = rest.length > 0 ? after(rest, 1) : rest;
        if (status == POP3_ERR)
            reply->code = read_code(reply->text);
        return 0;
    }
    error_set_peer(error, line.data, line.length);
    return error_set(error, ERROR_PROTOCOL,
                     "the server answered with neither +OK nor -ERR "
                     "(RFC 1939 §3)");
}

struct span pop3_timestamp_read(struct span greeting)
{
    const char *from =
        memchr(greeting.data ? greeting.data : "", '<', greeting.length);
    const char *to;

    if (!from)
        return (struct span){NULL, 0};
    to = memchr(from, '>', greeting.length - (size_t)(from - greeting.data));
    if (!to || !memchr(from, '@', (size_t)(to - from)))
        return (struct span){NULL, 0};
    return (struct span){from, (size_t)(to - from) + 1};
}

/* ---- numbers and lists -------------------------------------------------- */

bool pop3_number_read(struct span text, uint32_t *number)
{
    uint64_t value;

    if (!text_to_u64(text, UINT32_MAX, &value) || value == 0)
        return false;
    *number = (uint32_t)value;
    return true;
}

bool pop3_word_next(struct span *rest, struct span *word)
{
    const char *end;

    while (rest->length > 0 && rest->data[0] == ' ')
        *rest = after(*rest, 1);
    if (rest->length == 0)
        return false;
    end = memchr(rest->data, ' ', rest->length);
    *word = (struct span){rest->data,
                          end ? (size_t)(end - rest->data) : rest->length};
    *rest = after(*rest, word->length);
    return true;
}

bool pop3_listing_read(struct span line, uint32_t *number, struct span *rest)
{
    struct span word;

    if (!pop3_word_next(&line, &word) || !pop3_number_read(word, number))
        return false;
    return pop3_word_next(&line, rest);
}

/* ---- CAPA --------------------------------------------------------------- */

void pop3_capability_read(struct pop3_capabilities *capabilities,
                          struct span line)
{
    const struct {
        const char *name;
        bool *there;
    } table[] = {{"TOP", &capabilities->top},
                 {"USER", &capabilities->user},
                 {"UIDL", &capabilities->uidl},
                 {"STLS", &capabilities->stls},
                 {"PIPELINING", &capabilities->pipelining},
                 {"RESP-CODES", &capabilities->resp_codes}};
    struct span word;

    if (!pop3_word_next(&line, &word))
        return;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
        if (span_equal_nocase(word, span_of(table[i].name)))
            *table[i].there = true;
    line = span_trim(line);
    if (span_equal_nocase(word, SPAN("SASL")) &&
        line.length < sizeof(capabilities->mechanisms))
        snprintf(capabilities->mechanisms, sizeof(capabilities->mechanisms),
                 "%.*s", (int)line.length, line.data);
}

/* ---- lines until "." ---------------------------------------------------- */

/* NOTE(pop3-stuffing): a message ends with a line of one dot. So that a line of
 * the message can't be taken for that, the server puts a dot in front of every
 * line that begins with one, and the client takes it off again. All that has to
 * be found is CR LF dot; between two of them every byte is content, whatever it
 * is. A bare LF begins no line here: who thought that it did could be made to
 * see an end where there is none. */
static size_t text_length(struct pop3_lines *lines, struct span input)
{
    const char *found = memmem(input.data, input.length, "\r\n.", 3);
    size_t length = input.length;

    if (found) {
        length = (size_t)(found - input.data) + 2;
        lines->state = POP3_LINES_START;
    } else if (input.data[length - 1] == '\r') {
        lines->state = POP3_LINES_CR;
    } else if (length > 1 && memcmp(input.data + length - 2, "\r\n", 2) == 0) {
        lines->state = POP3_LINES_START;
    } else {
        lines->state = POP3_LINES_TEXT;
    }
    return length;
}

/* Behind a CR an LF ends the line; anything else is text, another CR too. */
static size_t after_cr(struct pop3_lines *lines, struct span input)
{
    if (input.data[0] != '\n')
        return text_length(lines, input);
    lines->state = POP3_LINES_START;
    return 1;
}

/* One step: how much of the input was read; *piece is what of it is content. */
static size_t step(struct pop3_lines *lines, struct span input,
                   struct span *piece)
{
    size_t length = 1;

    switch (lines->state) {
    case POP3_LINES_START:
        if (input.data[0] == '.') {
            lines->state = POP3_LINES_DOT;
            return 1;
        }
        length = text_length(lines, input);
        break;
    case POP3_LINES_DOT:
        if (input.data[0] == '\r') {
            lines->state = POP3_LINES_DOT_CR;
            return 1;
        }
        length = text_length(lines, input);
        break;
    case POP3_LINES_DOT_CR:
        if (input.data[0] == '\n') {
            lines->state = POP3_LINES_WHOLE;
            return 1;
        }
        /* A stuffed line that begins with CR: the CR was content. */
        *piece = SPAN("\r");
        lines->state = POP3_LINES_CR;
        return 0;
    case POP3_LINES_CR:
        length = after_cr(lines, input);
        break;
    case POP3_LINES_TEXT:
        length = text_length(lines, input);
        break;
    case POP3_LINES_WHOLE:
        return 0;
    }
    *piece = (struct span){input.data, length};
    return length;
}

enum parse pop3_lines_read(struct pop3_lines *lines, struct span input,
                           size_t *used, struct span *piece)
{
    *used = 0;
    *piece = (struct span){NULL, 0};
    while (*used < input.length && piece->length == 0 &&
           lines->state != POP3_LINES_WHOLE)
        *used += step(lines, after(input, *used), piece);
    lines->total += piece->length;
    return lines->state == POP3_LINES_WHOLE ? PARSE_DONE : PARSE_MORE;
}

/* ---- and the other way -------------------------------------------------- */

/* What the first `length` bytes end in. */
static enum pop3_stuffing_state tail_of(struct span input, size_t length)
{
    if (input.data[length - 1] == '\r')
        return POP3_STUFF_CR;
    if (length > 1 && memcmp(input.data + length - 2, "\r\n", 2) == 0)
        return POP3_STUFF_START;
    return POP3_STUFF_TEXT;
}

bool pop3_stuff_next(struct pop3_stuffing *stuffing, struct span *input,
                     struct span *run, bool *dot)
{
    const char *found;
    size_t length = input->length;

    if (length == 0)
        return false;
    *dot = stuffing->state == POP3_STUFF_START && input->data[0] == '.';
    if (stuffing->state == POP3_STUFF_CR && input->data[0] == '\n') {
        length = 1;
        stuffing->state = POP3_STUFF_START;
    } else {
        found = memmem(input->data, length, "\r\n.", 3);
        if (found)
            length = (size_t)(found - input->data) + 2;
        stuffing->state = tail_of(*input, length);
    }
    *run = (struct span){input->data, length};
    *input = after(*input, length);
    return true;
}

size_t pop3_top_read(struct pop3_top *top, struct span input)
{
    size_t used = 0;

    while (used < input.length) {
        if (top->body && top->lines == 0 && top->line_length == 0)
            return used;
        const char *lf = memchr(input.data + used, '\n', input.length - used);
        size_t end = lf ? (size_t)(lf - input.data) + 1 : input.length;

        top->line_length += end - used;
        used = end;
        if (!lf)
            break;
        if (top->body && top->lines > 0)
            top->lines--;
        else if (top->line_length <= 2)
            top->body = true;
        top->line_length = 0;
    }
    return used;
}

/* ---- a command ---------------------------------------------------------- */

bool pop3_command_read(struct pop3_command *command, struct span line)
{
    size_t length = 0;

    memset(command, 0, sizeof(*command));
    while (length < line.length && length <= POP3_VERB_MAX &&
           isalpha((unsigned char)line.data[length]))
        length++;
    if (length == 0 || length > POP3_VERB_MAX ||
        (length < line.length && line.data[length] != ' '))
        return false;
    for (size_t i = 0; i < length; i++)
        command->verb[i] = (char)toupper((unsigned char)line.data[i]);
    if (length < line.length)
        command->rest = after(line, length + 1);
    return true;
}

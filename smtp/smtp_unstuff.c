/* SPDX-License-Identifier: MIT */
/*
 * smtp_unstuff: where the mail data end, and which dots are the message's own.
 *
 * Every byte is decided upon when it comes: nothing is taken back, so any split
 * of the input gives the same message.
 */
#include "smtp/smtp_unstuff.h"

#include <string.h>

static const char *const names[] = {[SMTP_UNSTUFF_LINE_START] = "line start",
                                    [SMTP_UNSTUFF_TEXT] = "text",
                                    [SMTP_UNSTUFF_CR] = "CR",
                                    [SMTP_UNSTUFF_DOT] = "dot",
                                    [SMTP_UNSTUFF_DOT_CR] = "dot, CR",
                                    [SMTP_UNSTUFF_END] = "end"};
_Static_assert(sizeof(names) / sizeof(*names) == SMTP_UNSTUFF_STATES,
               "each state has a name");

const char *smtp_unstuff_state_name(enum smtp_unstuff_state state)
{
    return names[state];
}

/* How many bytes from here on are text: up to the next CR. */
static size_t run_of_text(struct span input, const char **why)
{
    const char *cr = memchr(input.data, '\r', input.length);
    size_t length = cr ? (size_t)(cr - input.data) : input.length;

    if (length > 0 && memchr(input.data, '\n', length)) {
        *why = "a bare LF: in mail, lines end in CR LF (RFC 5321 2.3.8)";
        return 0;
    }
    return length;
}

/* One step: how many bytes it used, 0 when it is broken; *keeps tells whether
 * they are the message's. NOTE(smtp-unstuff): a dot that begins a line is never
 * the message's own. Alone in its line it is the end; else the client has put
 * it there so that the line is not taken for the end. */
static size_t step(struct smtp_unstuff *data, struct span input, bool *keeps,
                   const char **why)
{
    char c = input.data[0];
    size_t length;

    *keeps = true;
    switch (data->state) {
    case SMTP_UNSTUFF_CR:
    case SMTP_UNSTUFF_DOT_CR:
        if (c != '\n') {
            *why = "a bare CR: in mail, lines end in CR LF (RFC 5321 2.3.8)";
            return 0;
        }
        *keeps = data->state == SMTP_UNSTUFF_CR;
        data->state = *keeps ? SMTP_UNSTUFF_LINE_START : SMTP_UNSTUFF_END;
        return 1;
    case SMTP_UNSTUFF_LINE_START:
        if (c == '.') {
            *keeps = false;
            data->state = SMTP_UNSTUFF_DOT;
            return 1;
        }
        break;
    case SMTP_UNSTUFF_DOT:
        if (c == '\r') {
            *keeps = false;
            data->state = SMTP_UNSTUFF_DOT_CR;
            return 1;
        }
        break;
    default:
        break;
    }
    data->state = c == '\r' ? SMTP_UNSTUFF_CR : SMTP_UNSTUFF_TEXT;
    if (c == '\r')
        return 1;
    length = run_of_text(input, why);
    return length;
}

enum parse smtp_unstuff_read(struct smtp_unstuff *data, struct span input,
                             size_t *used, struct span *piece, const char **why)
{
    *used = 0;
    *piece = (struct span){input.data, 0};
    while (*used < input.length && data->state != SMTP_UNSTUFF_END) {
        struct span left = {input.data + *used, input.length - *used};
        bool keeps;
        size_t length = step(data, left, &keeps, why);

        if (length == 0)
            return PARSE_BROKEN;
        *used += length;
        data->content += keeps ? length : 0;
        if (keeps)
            piece->length += length;
        else if (piece->length == 0)
            piece->data = input.data + *used;
        else if (data->state != SMTP_UNSTUFF_END)
            /* What comes next does not adjoin the piece. */
            break;
    }
    return data->state == SMTP_UNSTUFF_END ? PARSE_DONE : PARSE_MORE;
}

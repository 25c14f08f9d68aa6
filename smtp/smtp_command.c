/* SPDX-License-Identifier: MIT */
/*
 * smtp_command: a line, and what in it is the verb.
 */
#include "smtp/smtp_command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What a client sent comes back in our reply: no byte of it may end the line or
 * move a cursor. */
bool smtp_refuse(struct smtp_verdict *verdict, int code, const char *enhanced,
                 const char *format, ...)
{
    char text[SMTP_VERDICT_MAX];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (length < 0)
        length = 0;
    if ((size_t)length >= sizeof(text))
        length = (int)sizeof(text) - 1;
    verdict->code = code;
    snprintf(verdict->enhanced, sizeof(verdict->enhanced), "%s", enhanced);
    text_escape(verdict->text, sizeof(verdict->text),
                (struct span){text, (size_t)length});
    /* RFC 6531 §3.7.4: UTF-8 is only for those who have asked for it. */
    for (char *c = verdict->text; *c; c++)
        if ((unsigned char)*c >= 0x80)
            *c = '?';
    return false;
}

/* ---- a line ------------------------------------------------------------- */

/* A line that is too long is stepped over, in pieces, to its end: the client
 * may go on after the refusal (RFC 5321 §4.5.3.1.9). */
static enum parse skip(struct smtp_line *line, struct span input, size_t *used,
                       const char **why)
{
    *used = input.length;
    line->skipped += input.length;
    line->too_long = true;
    if (line->skipped <= SMTP_LINE_SKIP_MAX)
        return PARSE_MORE;
    *why = "a line without an end";
    return PARSE_BROKEN;
}

/* NOTE(smtp-bare-lf): a line ends in CR LF and in nothing else. A server that
 * takes LF alone for an end, behind one that does not, can be told a command
 * that the first one took for text (RFC 5321 §2.3.8). */
enum parse smtp_line_read(struct smtp_line *line, struct span input,
                          size_t *used, const char **why)
{
    const char *end =
        input.length > 0 ? memchr(input.data, '\n', input.length) : NULL;
    size_t length = end ? (size_t)(end - input.data) : input.length;
    bool ends_in_cr = length > 0 && input.data[length - 1] == '\r';

    *used = 0;
    if (length > 0 && memchr(input.data, '\0', length)) {
        *why = "a NUL in a command line";
        return PARSE_BROKEN;
    }
    if (length > 0) {
        const char *cr = memchr(input.data, '\r', length - 1);

        if (cr) {
            *why = "a CR that no LF follows";
            return PARSE_BROKEN;
        }
    }
    if (!end) {
        /* A CR at the end waits for its LF, so that no pair is torn. */
        if (length <= SMTP_COMMAND_MAX + 1 && line->skipped == 0)
            return PARSE_MORE;
        input.length -= ends_in_cr ? 1 : 0;
        return skip(line, input, used, why);
    }
    if (!ends_in_cr) {
        *why = "a line that ends in LF alone, not in CR LF";
        return PARSE_BROKEN;
    }
    *used = length + 1;
    line->text = (struct span){input.data, length - 1};
    line->too_long = line->skipped > 0 || line->text.length > SMTP_COMMAND_MAX;
    return PARSE_DONE;
}

/* ---- a command ---------------------------------------------------------- */

bool smtp_command_split(struct span line, struct smtp_command *command)
{
    const char *space;

    while (line.length > 0 && (line.data[line.length - 1] == ' ' ||
                               line.data[line.length - 1] == '\t'))
        line.length--;
    space = line.length > 0 ? memchr(line.data, ' ', line.length) : NULL;
    command->verb = line;
    command->argument = (struct span){line.data + line.length, 0};
    if (space) {
        command->verb.length = (size_t)(space - line.data);
        command->argument.data = space + 1;
        command->argument.length = line.length - command->verb.length - 1;
    }
    return command->verb.length > 0;
}

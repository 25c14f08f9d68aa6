/* SPDX-License-Identifier: MIT */
/*
 * ftp_command: one line of the control connection becomes a verb and its
 * argument. RFC 959 §5.3.
 *
 * The control connection is a Telnet connection (RFC 959 §3), so that commands
 * of Telnet may stand in it. A client that wants to be heard while the server
 * is busy sends two of them before ABOR: Interrupt Process and Data Mark. Both
 * are stepped over, for this server listens all the time.
 */
#include "ftp/ftp.h"

#include <ctype.h>
#include <string.h>

/* RFC 854, of the commands that may come: IAC is the escape, WILL to DONT take
 * an option behind them, NOP and all between are alone. */
enum telnet { TELNET_SE = 240, TELNET_WILL = 251, TELNET_IAC = 255 };

/* The line without the Telnet commands at its front. */
static struct span without_telnet(struct span line)
{
    while (line.length >= 2 && (unsigned char)line.data[0] == TELNET_IAC) {
        unsigned char code = (unsigned char)line.data[1];
        size_t length = code >= TELNET_WILL && code < TELNET_IAC ? 3 : 2;

        /* IAC IAC is a byte 255 of text; below SE nothing is a command. */
        if (code < TELNET_SE || code == TELNET_IAC || length > line.length)
            break;
        line.data += length;
        line.length -= length;
    }
    /* 4.3BSD made of the urgent byte an IAC, the Data Mark came behind it; the
     * other way about its mark may arrive alone. */
    while (line.length > 0 && ((unsigned char)line.data[0] == TELNET_IAC ||
                               (unsigned char)line.data[0] == 242)) {
        line.data++;
        line.length--;
    }
    return line;
}

static size_t verb_length(struct span line)
{
    size_t length = 0;

    while (length < line.length && isalpha((unsigned char)line.data[length]))
        length++;
    return length;
}

int ftp_command_read(struct ftp_command *command, struct span line,
                     struct error *error)
{
    size_t length;

    *command = (struct ftp_command){.argument = {NULL, 0}};
    line = without_telnet(line);
    length = verb_length(line);
    if (length == 0 || length >= sizeof(command->verb) ||
        (length < line.length && line.data[length] != ' '))
        return error_set(error, ERROR_PROTOCOL,
                         "a command is a word of at most %d letters, then a "
                         "space or the end of the line (RFC 959 §5.3)",
                         FTP_VERB_MAX - 1);
    if (line.length > 0 && memchr(line.data, '\0', line.length) != NULL)
        return error_set(error, ERROR_PROTOCOL,
                         "a NUL in a command: no name of ours holds one");
    for (size_t i = 0; i < length; i++)
        command->verb[i] = (char)toupper((unsigned char)line.data[i]);
    if (length < line.length)
        command->argument =
            (struct span){line.data + length + 1, line.length - length - 1};
    return 0;
}

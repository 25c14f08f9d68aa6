/* SPDX-License-Identifier: MIT */
/*
 * ftp_command: one line of the control connection, as a server reads it.
 */
#include <ctype.h>
#include <string.h>

#include "ftp/ftp.h"

/* Telnet's "interpret as command", and the commands that have an option behind
 * them (RFC 854): the control connection follows the Telnet protocol. */
enum { TELNET_IAC = 255, TELNET_WILL = 251, TELNET_DONT = 254 };

/* Steps over Telnet commands: a client that follows RFC 959 §4.1.3 puts
 * "interrupt process" and "synch" before its ABOR. */
static struct span skip_telnet(struct span line)
{
    while (line.length >= 2 && (unsigned char)line.data[0] == TELNET_IAC) {
        unsigned char command = (unsigned char)line.data[1];
        bool option = command >= TELNET_WILL && command <= TELNET_DONT;
        size_t length = option ? 3 : 2;

        if (length > line.length)
            length = line.length;
        line.data += length;
        line.length -= length;
    }
    /* The data mark of the synch may have come alone, as urgent data. */
    if (line.length > 0 && (unsigned char)line.data[0] == 242)
        line = (struct span){line.data + 1, line.length - 1};
    return line;
}

int ftp_command_read(struct ftp_command *command, struct span line,
                     struct error *error)
{
    size_t length = 0;

    memset(command, 0, sizeof(*command));
    if (line.length > 0 && memchr(line.data, '\0', line.length) != NULL)
        return error_set(error, ERROR_PROTOCOL, "the command holds a NUL");
    line = skip_telnet(line);
    while (length < line.length && line.data[length] != ' ')
        length++;
    if (length == 0 || length >= sizeof(command->verb))
        return error_set(error, ERROR_PROTOCOL,
                         "no command: a verb of three or four letters comes "
                         "first (RFC 959 §5.3)");
    for (size_t i = 0; i < length; i++) {
        unsigned char letter = (unsigned char)line.data[i];

        if (!isalpha(letter))
            return error_set(error, ERROR_PROTOCOL,
                             "a command is made of letters (RFC 959 §5.3)");
        command->verb[i] = (char)toupper(letter);
    }
    if (length < line.length)
        command->argument =
            (struct span){line.data + length + 1, line.length - length - 1};
    return 0;
}

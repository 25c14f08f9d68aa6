/* SPDX-License-Identifier: MIT */
/*
 * telnet_encode: events to bytes, and the names of commands and options.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "telnet/telnet.h"

/* ---- names -------------------------------------------------------------- */

struct named {
    const char *name;
    struct rfc rfc;
};

static const struct named commands[256] = {
    [TELNET_SE] = {"SE", {"855", "0"}},
    [TELNET_NOP] = {"NOP", {"854", "0"}},
    [TELNET_DM] = {"DM", {"1123", "3.2.4"}},
    [TELNET_BRK] = {"BRK", {"854", "0"}},
    [TELNET_IP] = {"IP", {"1123", "3.2.3"}},
    [TELNET_AO] = {"AO", {"1123", "3.2.3"}},
    [TELNET_AYT] = {"AYT", {"1123", "3.2.3"}},
    [TELNET_EC] = {"EC", {"1123", "3.2.3"}},
    [TELNET_EL] = {"EL", {"1123", "3.2.3"}},
    [TELNET_GA] = {"GA", {"1123", "3.2.2"}},
    [TELNET_SB] = {"SB", {"855", "0"}},
    [TELNET_WILL] = {"WILL", {"854", "0"}},
    [TELNET_WONT] = {"WONT", {"854", "0"}},
    [TELNET_DO] = {"DO", {"854", "0"}},
    [TELNET_DONT] = {"DONT", {"854", "0"}},
    [TELNET_IAC] = {"IAC", {"854", "0"}}};

/* What defines those that we always refuse does not matter for the refusal,
 * RFC 1123 §3.2.1 does. */
static const struct named options[TELNET_OPTIONS] = {
    [TELNET_BINARY] = {"BINARY", {"856", "2"}},
    [TELNET_ECHO] = {"ECHO", {"857", "2"}},
    [TELNET_SGA] = {"SGA", {"858", "2"}},
    [TELNET_STATUS] = {"STATUS", {"1123", "3.2.1"}},
    [TELNET_TIMING_MARK] = {"TIMING-MARK", {"1123", "3.2.1"}},
    [TELNET_TTYPE] = {"TTYPE", {"1091", "2"}},
    [TELNET_NAWS] = {"NAWS", {"1073", "2"}},
    [TELNET_TSPEED] = {"TSPEED", {"1123", "3.2.1"}},
    [TELNET_LFLOW] = {"LFLOW", {"1123", "3.2.1"}},
    [TELNET_LINEMODE] = {"LINEMODE", {"1184", "1"}},
    [TELNET_XDISPLOC] = {"XDISPLOC", {"1123", "3.2.1"}},
    [TELNET_AUTHENTICATION] = {"AUTHENTICATION", {"1123", "3.2.1"}},
    [TELNET_ENCRYPT] = {"ENCRYPT", {"1123", "3.2.1"}},
    [TELNET_NEW_ENVIRON] = {"NEW-ENVIRON", {"1123", "3.2.1"}}};

static const char *name_of(const struct named *named, const char *kind,
                           unsigned number)
{
    static char ring[8][16];
    static unsigned next;
    char *text = ring[next++ % 8];

    if (named->name)
        return named->name;
    snprintf(text, sizeof(ring[0]), "%s %u", kind, number);
    return text;
}

const char *telnet_command_name(unsigned char command)
{
    return name_of(&commands[command], "command", command);
}

const char *telnet_option_name(unsigned char option)
{
    return name_of(&options[option], "option", option);
}

struct rfc telnet_option_rfc(unsigned char option)
{
    return options[option].name ? options[option].rfc : RFC("1123", "3.2.1");
}

struct rfc telnet_command_rfc(unsigned char command)
{
    return commands[command].name ? commands[command].rfc
                                  : RFC("1123", "3.2.3");
}

bool telnet_command_find(const char *name, unsigned char *command)
{
    for (unsigned i = 0; i < 256; i++)
        if (commands[i].name && strcasecmp(commands[i].name, name) == 0) {
            *command = (unsigned char)i;
            return true;
        }
    return false;
}

/* ---- bytes -------------------------------------------------------------- */

size_t telnet_command_write(char out[2], unsigned char command)
{
    out[0] = (char)TELNET_IAC;
    out[1] = (char)command;
    return 2;
}

size_t telnet_negotiation_write(char out[3], unsigned char verb,
                                unsigned char option)
{
    out[0] = (char)TELNET_IAC;
    out[1] = (char)verb;
    out[2] = (char)option;
    return 3;
}

size_t telnet_subnegotiation_write(char *out, size_t size, unsigned char option,
                                   struct span bytes)
{
    size_t length = 3;

    if (size < 5)
        return SIZE_MAX;
    telnet_negotiation_write(out, TELNET_SB, option);
    for (size_t i = 0; i < bytes.length; i++) {
        bool twice = (unsigned char)bytes.data[i] == TELNET_IAC;
        if (size - length < 4)
            return SIZE_MAX;
        out[length++] = bytes.data[i];
        if (twice)
            out[length++] = bytes.data[i];
    }
    return length + telnet_command_write(out + length, TELNET_SE);
}

/* One byte becomes two, or stays one. An LF is the end of a line, which is CR
 * LF on the network virtual terminal; a CR without one is CR NUL. A CR that is
 * the last byte of the data is taken for one without. */
size_t telnet_data_write(char *out, size_t size, struct span data, bool binary,
                         size_t *used)
{
    size_t length = 0;

    for (*used = 0; *used < data.length && size - length >= 2; ++*used) {
        char byte = data.data[*used];
        if ((unsigned char)byte == TELNET_IAC) {
            out[length++] = byte;
            out[length++] = byte;
        } else if (binary || (byte != '\r' && byte != '\n')) {
            out[length++] = byte;
        } else {
            bool crlf = byte == '\r' && *used + 1 < data.length &&
                        data.data[*used + 1] == '\n';
            *used += crlf;
            out[length++] = '\r';
            out[length++] = byte == '\n' || crlf ? '\n' : '\0';
        }
    }
    return length;
}

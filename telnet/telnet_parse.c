/* SPDX-License-Identifier: MIT */
/*
 * telnet_parse: bytes to events, one byte of memory at a time.
 *
 * Telnet has no messages, only a stream in which one byte, IAC, is special. So
 * the parser is a machine of seven places; each byte moves it, and a place is
 * all that it must remember between two reads, wherever the stream was cut.
 */
#include <string.h>

#include "telnet/telnet.h"

void telnet_parser_start(struct telnet_parser *parser)
{
    memset(parser, 0, sizeof(*parser));
}

/* Data up to what is not data: an IAC, or the NUL that belongs to a CR. The
 * bytes are handed out where they lie. */
static size_t data_length(struct telnet_parser *parser, struct span input)
{
    const char *iac = memchr(input.data, TELNET_IAC, input.length);
    size_t length = iac ? (size_t)(iac - input.data) : input.length;

    if (parser->binary) {
        parser->place = TELNET_AT_DATA;
        return length;
    }
    for (size_t at = 0; at < length;) {
        const char *cr = memchr(input.data + at, '\r', length - at);
        if (!cr)
            break;
        at = (size_t)(cr - input.data) + 1;
        if (at < length && input.data[at] == '\0')
            length = at;
    }
    parser->place =
        input.data[length - 1] == '\r' ? TELNET_AT_CR : TELNET_AT_DATA;
    return length;
}

/* 1 if the NUL of a CR NUL is there already: it is used up, and shown to
 * nobody. */
static size_t belongs_to_cr(struct telnet_parser *parser, struct span input,
                            size_t length)
{
    if (parser->place != TELNET_AT_CR || length == input.length ||
        input.data[length] != '\0')
        return 0;
    parser->place = TELNET_AT_DATA;
    return 1;
}

static enum parse have_data(struct telnet_event *event, const char *data,
                            size_t length)
{
    *event =
        (struct telnet_event){.kind = TELNET_DATA, .bytes = {data, length}};
    return PARSE_DONE;
}

/* ---- one byte after an IAC ---------------------------------------------- */

static enum parse after_iac(struct telnet_parser *parser, const char *at,
                            struct telnet_event *event)
{
    unsigned char byte = (unsigned char)*at;

    parser->place = TELNET_AT_DATA;
    if (byte == TELNET_IAC)
        return have_data(event, at, 1);
    if (byte >= TELNET_WILL) {
        parser->verb = byte;
        parser->place = TELNET_AT_OPTION;
        return PARSE_MORE;
    }
    if (byte == TELNET_SB) {
        parser->place = TELNET_AT_SB;
        return PARSE_MORE;
    }
    *event = (struct telnet_event){.kind = TELNET_COMMAND, .command = byte};
    return PARSE_DONE;
}

static enum parse negotiation(struct telnet_parser *parser, unsigned char byte,
                              struct telnet_event *event)
{
    parser->place = TELNET_AT_DATA;
    *event = (struct telnet_event){
        .kind = TELNET_NEGOTIATION, .command = parser->verb, .option = byte};
    return PARSE_DONE;
}

/* ---- inside a subnegotiation -------------------------------------------- */

static enum parse add_sub(struct telnet_parser *parser, char byte,
                          struct error *error)
{
    parser->place = TELNET_AT_SUB;
    if (parser->sub_length == sizeof(parser->sub)) {
        error_set(error, ERROR_PROTOCOL,
                  "a subnegotiation of more than %d bytes, about %s "
                  "(RFC 855 §0)",
                  TELNET_SUBNEGOTIATION_MAX,
                  telnet_option_name(parser->option));
        return PARSE_BROKEN;
    }
    parser->sub[parser->sub_length++] = byte;
    return PARSE_MORE;
}

/* Deliberately strict: what some peers mean by another command here nobody
 * knows, and a guess would show their parameters as text. */
static enum parse after_sub_iac(struct telnet_parser *parser, char byte,
                                struct telnet_event *event, struct error *error)
{
    if ((unsigned char)byte == TELNET_IAC)
        return add_sub(parser, byte, error);
    if ((unsigned char)byte != TELNET_SE) {
        error_set(error, ERROR_PROTOCOL,
                  "%s inside a subnegotiation about %s, which ends in SE "
                  "(RFC 855 §0)",
                  telnet_command_name((unsigned char)byte),
                  telnet_option_name(parser->option));
        return PARSE_BROKEN;
    }
    parser->place = TELNET_AT_DATA;
    *event = (struct telnet_event){.kind = TELNET_SUBNEGOTIATION,
                                   .command = TELNET_SB,
                                   .option = parser->option,
                                   .bytes = {parser->sub, parser->sub_length}};
    return PARSE_DONE;
}

/* ---- all places --------------------------------------------------------- */

/* One byte that is no data. */
static enum parse read_byte(struct telnet_parser *parser, const char *at,
                            struct telnet_event *event, struct error *error)
{
    unsigned char byte = (unsigned char)*at;

    switch (parser->place) {
    case TELNET_AT_DATA:
    case TELNET_AT_CR:
        parser->place = byte == TELNET_IAC ? TELNET_AT_IAC : TELNET_AT_DATA;
        return PARSE_MORE;
    case TELNET_AT_IAC:
        return after_iac(parser, at, event);
    case TELNET_AT_OPTION:
        return negotiation(parser, byte, event);
    case TELNET_AT_SB:
        parser->option = byte;
        parser->sub_length = 0;
        parser->place = TELNET_AT_SUB;
        return PARSE_MORE;
    case TELNET_AT_SUB:
        if (byte != TELNET_IAC)
            return add_sub(parser, *at, error);
        parser->place = TELNET_AT_SUB_IAC;
        return PARSE_MORE;
    case TELNET_AT_SUB_IAC:
        return after_sub_iac(parser, *at, event, error);
    }
    return PARSE_BROKEN;
}

/* True when the byte is what the other end wants to be read by a person. */
static bool is_data(const struct telnet_parser *parser, char byte)
{
    if ((unsigned char)byte == TELNET_IAC)
        return false;
    if (parser->place == TELNET_AT_CR)
        return parser->binary || byte != '\0';
    return parser->place == TELNET_AT_DATA;
}

enum parse telnet_parse(struct telnet_parser *parser, struct span input,
                        size_t *used, struct telnet_event *event,
                        struct error *error)
{
    enum parse outcome = PARSE_MORE;

    for (*used = 0; *used < input.length && outcome == PARSE_MORE;) {
        struct span rest = {input.data + *used, input.length - *used};
        if (is_data(parser, *rest.data)) {
            size_t length = data_length(parser, rest);
            *used += length + belongs_to_cr(parser, rest, length);
            return have_data(event, rest.data, length);
        }
        outcome = read_byte(parser, rest.data, event, error);
        *used += 1;
    }
    return outcome;
}

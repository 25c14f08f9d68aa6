/* SPDX-License-Identifier: MIT */
/*
 * telnet: a terminal at the other end of a TCP connection, both halves.
 *
 * RFC 854 (commands, the network virtual terminal), RFC 855 and RFC 1143 (the
 * negotiation of options, by the Q method), RFC 856 (BINARY), RFC 857 (ECHO),
 * RFC 858 (SUPPRESS-GO-AHEAD), RFC 1073 (NAWS), RFC 1091 (TERMINAL-TYPE), RFC
 * 1123 §3. Every other option, LINEMODE (RFC 1184) among them, is refused.
 *
 *     telnet_parser_start(&parser);
 *     while (telnet_parse(&parser, input, &used, &event, &error) == PARSE_DONE)
 *         switch (event.kind) {
 *         case TELNET_DATA: ... event.bytes ...
 *         case TELNET_NEGOTIATION:
 *             step = telnet_option_hear(&options, event.command,
 *                                      event.option);
 *             if (step.say) length = telnet_negotiation_write(...);
 *         }
 *
 * Neither the parser nor the options do any I/O: bytes in, events out. Both
 * halves hold a conversation with them in telnet_talk.h.
 *
 * DEPARTURES. The urgent mark of TCP is not looked at: the Synch of RFC 854 is
 * read in its place in the stream, and none is sent; a production server would
 * throw away what stands before it. No GO AHEAD is sent: who wants to be told
 * when to type is found in museums (RFC 1123 §3.2.2).
 */
#ifndef TELNET_TELNET_H
#define TELNET_TELNET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/rfc.h"
#include "common/terms.h"
#include "common/text.h"
#include "telnet/telnet_limits.h"

/* Commands, options and ideas; a NULL name ends. */
extern const struct term telnet_terms[];

/* The commands of RFC 854, each after an IAC. */
enum telnet_command {
    TELNET_SE = 240,  /* the end of a subnegotiation */
    TELNET_NOP = 241, /* nothing */
    TELNET_DM = 242,  /* data mark: where a Synch ends */
    TELNET_BRK = 243, /* the break key */
    TELNET_IP = 244,  /* interrupt process */
    TELNET_AO = 245,  /* abort output */
    TELNET_AYT = 246, /* are you there? */
    TELNET_EC = 247,  /* erase character */
    TELNET_EL = 248,  /* erase line */
    TELNET_GA = 249,  /* go ahead */
    TELNET_SB = 250,  /* a subnegotiation begins */
    TELNET_WILL = 251,
    TELNET_WONT = 252,
    TELNET_DO = 253,
    TELNET_DONT = 254,
    TELNET_IAC = 255 /* interpret as command; twice: the byte 255 */
};

/* The options that have a name here; all others have a number only. */
enum telnet_option {
    TELNET_BINARY = 0,
    TELNET_ECHO = 1,
    TELNET_SGA = 3,
    TELNET_STATUS = 5,
    TELNET_TIMING_MARK = 6,
    TELNET_TTYPE = 24,
    TELNET_NAWS = 31,
    TELNET_TSPEED = 32,
    TELNET_LFLOW = 33,
    TELNET_LINEMODE = 34,
    TELNET_XDISPLOC = 35,
    TELNET_AUTHENTICATION = 37,
    TELNET_ENCRYPT = 38,
    TELNET_NEW_ENVIRON = 39,
    TELNET_OPTIONS = 256
};

enum { TELNET_TTYPE_IS = 0, TELNET_TTYPE_SEND = 1 }; /* RFC 1091 §2 */

/* "IP", "WILL", "command 12"; "ECHO", "option 99". Static, a ring of eight. */
const char *telnet_command_name(unsigned char command);
const char *telnet_option_name(unsigned char option);
/* Where an option, or a command, is defined. */
struct rfc telnet_option_rfc(unsigned char option);
struct rfc telnet_command_rfc(unsigned char command);
/* False: no command of that name, letter case aside. */
bool telnet_command_find(const char *name, unsigned char *command);

/* ---- bytes to events (telnet_parse.c) ----------------------------------- */

enum telnet_event_kind {
    TELNET_DATA,          /* what was typed or is to be shown */
    TELNET_COMMAND,       /* IAC and one of NOP to GA, or an unknown byte */
    TELNET_NEGOTIATION,   /* WILL, WONT, DO or DONT, and an option */
    TELNET_SUBNEGOTIATION /* an option, and what was said of it */
};

struct telnet_event {
    enum telnet_event_kind kind;
    unsigned char command; /* the verb of a negotiation, too */
    unsigned char option;
    struct span bytes; /* of data: borrowed from the input; of a
                          subnegotiation: from the parser */
};

/* Where the next byte stands. */
enum telnet_place {
    TELNET_AT_DATA,
    TELNET_AT_CR,     /* after a CR: a NUL belongs to it, RFC 854 */
    TELNET_AT_IAC,    /* after an IAC */
    TELNET_AT_OPTION, /* after IAC and a verb */
    TELNET_AT_SB,     /* after IAC SB: the option comes */
    TELNET_AT_SUB,    /* in the subnegotiation */
    TELNET_AT_SUB_IAC /* after an IAC in there */
};

struct telnet_parser {
    enum telnet_place place;
    bool binary; /* the peer's WILL BINARY holds: CR NUL is two bytes. Set by
                    whoever keeps the options, between two events. */
    unsigned char verb, option;
    char sub[TELNET_SUBNEGOTIATION_MAX];
    size_t sub_length;
};

void telnet_parser_start(struct telnet_parser *parser);
/* Reads on in `input` up to the end of one event; *used is how much that took.
 * PARSE_DONE: *event is filled; feed what is left. PARSE_MORE: all is used and
 * there is no event yet. PARSE_BROKEN: *error is ERROR_PROTOCOL with the rule:
 * a subnegotiation that is too long or has a command in it.
 *
 * However the stream is cut, the events are the same, when data that follows on
 * data is taken for one event. Data: IAC IAC has become one byte 255, CR NUL a
 * CR; CR LF stays two bytes. */
enum parse telnet_parse(struct telnet_parser *parser, struct span input,
                        size_t *used, struct telnet_event *event,
                        struct error *error);

/* ---- events to bytes (telnet_encode.c) ---------------------------------- */

/* Each returns how many bytes it wrote. */
size_t telnet_command_write(char out[2], unsigned char command);
size_t telnet_negotiation_write(char out[3], unsigned char verb,
                                unsigned char option);
/* IAC SB option ... IAC SE, each 255 doubled. SIZE_MAX: it does not fit. */
size_t telnet_subnegotiation_write(char *out, size_t size, unsigned char option,
                                   struct span bytes);
/* As much of `data` as fits: each 255 doubled; unless `binary`, an LF becomes
 * CR LF, and a CR that no LF follows CR NUL (RFC 854). `out` has room for 2 at
 * least. *used is what was taken of data. */
size_t telnet_data_write(char *out, size_t size, struct span data, bool binary,
                         size_t *used);

/* ---- the options, by the Q method (telnet_options.c) -------------------- */

/* The states of RFC 1143 §7: those of WANTNO and WANTYES with what its queue
 * has, EMPTY or OPPOSITE. */
enum telnet_q {
    TELNET_NO,
    TELNET_YES,
    TELNET_WANTNO_EMPTY,
    TELNET_WANTNO_OPPOSITE,
    TELNET_WANTYES_EMPTY,
    TELNET_WANTYES_OPPOSITE,
    TELNET_Q_STATES
};

/* What happens to one option at one side. For `him` YES is WILL and NO is
 * WONT, and we answer DO and DONT; for `us` YES is DO and NO is DONT, and we
 * answer WILL and WONT. */
enum telnet_q_cause {
    TELNET_HEARD_YES,
    TELNET_HEARD_NO,
    TELNET_ASKED_YES, /* somebody here wants it */
    TELNET_ASKED_NO,
    TELNET_Q_CAUSES
};

enum telnet_q_answer { TELNET_SAY_NOTHING, TELNET_SAY_YES, TELNET_SAY_NO };

struct telnet_q_step {
    enum telnet_q next;
    enum telnet_q_answer answer;
    const char *why; /* what the table says beside; NULL: nothing. Static */
};

/* One cell of the table in RFC 1143 §7. `agree` counts in the state NO. */
struct telnet_q_step telnet_q_step(enum telnet_q state,
                                   enum telnet_q_cause cause, bool agree);
const char *telnet_q_name(enum telnet_q state); /* "WANTNO/OPPOSITE" */

enum telnet_side { TELNET_US, TELNET_HIM, TELNET_SIDES };

/* All options of one connection, seen from one end. Zero: all are off, and
 * nothing is agreed to. */
struct telnet_options {
    unsigned char state[TELNET_SIDES][TELNET_OPTIONS]; /* enum telnet_q */
    bool agree[TELNET_SIDES][TELNET_OPTIONS];          /* if the peer asks */
    bool naive; /* answers each request as if it were news: the loop that RFC
                   1143 §1 warns of. For the lab that shows it. */
};

/* What one cause changed. */
struct telnet_change {
    enum telnet_side side;
    unsigned char option;
    enum telnet_q before, after;
    bool answers;
    unsigned char verb; /* what must be said, if it answers */
    const char *why;
};

/* The peer said `verb` of `option`. */
struct telnet_change telnet_option_hear(struct telnet_options *options,
                                        unsigned char verb,
                                        unsigned char option);
/* We want the option on or off, at our side or at his. */
struct telnet_change telnet_option_ask(struct telnet_options *options,
                                       enum telnet_side side,
                                       unsigned char option, bool on);
bool telnet_option_on(const struct telnet_options *options,
                      enum telnet_side side, unsigned char option);
/* True when no answer is awaited any more. */
bool telnet_options_rest(const struct telnet_options *options);
/* "his ECHO: WANTYES/EMPTY -> YES; now his ECHO YES, our SGA YES". */
void telnet_change_describe(const struct telnet_options *options,
                            const struct telnet_change *change, char *text,
                            size_t size);

#endif

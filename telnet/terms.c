/* SPDX-License-Identifier: MIT */
/*
 * terms: what Telnet says, word by word: the commands after an IAC, the options
 * with a name, and the ideas.
 */
#include "telnet/telnet.h"

/* clang-format off */
const struct term telnet_terms[] = {
    /* ---- commands ------------------------------------------------------- */
    {.name = "IAC", .kind = TERM_METHOD, .title = "Interpret As Command",
     .sentence = "The byte 255: what follows it is a command; twice it is a "
     "byte of data.",
     .rfc = {"854", "0"}},
    {.name = "SE", .kind = TERM_METHOD, .title = "Subnegotiation End",
     .sentence = "Ends what SB began.", .rfc = {"855", "0"}},
    {.name = "NOP", .kind = TERM_METHOD, .title = "No Operation",
     .sentence = "Nothing; some send it to see whether the connection lives.",
     .rfc = {"854", "0"}},
    {.name = "DM", .kind = TERM_METHOD, .title = "Data Mark",
     .sentence = "The end of a Synch: what stands before it in the stream was "
     "to be thrown away, but for commands.",
     .rfc = {"1123", "3.2.4"}},
    {.name = "BRK", .kind = TERM_METHOD, .title = "Break",
     .sentence = "The break key of a terminal, which was no character.",
     .rfc = {"854", "0"},
     .next = "The server does with it what it does with an interrupt."},
    {.name = "IP", .kind = TERM_METHOD, .title = "Interrupt Process",
     .sentence = "Stops what is running: the Ctrl-C of a terminal that sends "
     "whole lines.",
     .rfc = {"1123", "3.2.3"}},
    {.name = "AO", .kind = TERM_METHOD, .title = "Abort Output",
     .sentence = "Lets what is running go on, but shows no more of it.",
     .rfc = {"1123", "3.2.3"}},
    {.name = "AYT", .kind = TERM_METHOD, .title = "Are You There",
     .sentence = "Asks for something that can be seen, to know that the other "
     "end still hears.",
     .rfc = {"1123", "3.2.3"},
     .next = "The server writes a line such as [Yes]."},
    {.name = "EC", .kind = TERM_METHOD, .title = "Erase Character",
     .sentence = "Takes the last character back.", .rfc = {"1123", "3.2.3"}},
    {.name = "EL", .kind = TERM_METHOD, .title = "Erase Line",
     .sentence = "Takes the whole line back.", .rfc = {"1123", "3.2.3"}},
    {.name = "GA", .kind = TERM_METHOD, .title = "Go Ahead",
     .sentence = "Your turn to type, on terminals that could do only one at a "
     "time; suppressed by everybody today.",
     .rfc = {"1123", "3.2.2"}},
    {.name = "SB", .kind = TERM_METHOD, .title = "Subnegotiation Begin",
     .sentence = "Something about an option that both sides have agreed on, up "
     "to IAC SE.",
     .rfc = {"855", "0"}},
    {.name = "WILL", .kind = TERM_METHOD,
     .sentence = "I want to do this, or: yes, I shall, as you asked.",
     .rfc = {"854", "0"},
     .next = "Answer DO or DONT, unless it was an answer."},
    {.name = "WONT", .kind = TERM_METHOD,
     .sentence = "I do not do this, or no longer.",
     .rfc = {"854", "0"},
     .next = "Answer DONT if it was on: it can't be refused."},
    {.name = "DO", .kind = TERM_METHOD,
     .sentence = "Please do this, or: yes, you may, as you offered.",
     .rfc = {"854", "0"},
     .next = "Answer WILL or WONT, unless it was an answer."},
    {.name = "DONT", .kind = TERM_METHOD,
     .sentence = "Do not do this, or no longer.",
     .rfc = {"854", "0"},
     .next = "Answer WONT if it was on: it can't be refused."},

    /* ---- options -------------------------------------------------------- */
    {.name = "BINARY", .kind = TERM_FIELD, .title = "option 0",
     .sentence = "Eight bits, and CR is a byte like any other; IAC stays "
     "special.",
     .rfc = {"856", "2"}},
    {.name = "ECHO", .kind = TERM_FIELD, .title = "option 1",
     .sentence = "Who WILLs it sends back what is typed; a server that asks "
     "for a password goes on doing so and shows nothing.",
     .rfc = {"857", "2"},
     .correction = "That a password is not echoed hides it from the person "
     "behind you, not from the wire: it went out in clear."},
    {.name = "SGA", .kind = TERM_FIELD, .title = "option 3, SUPPRESS-GO-AHEAD",
     .sentence = "Both may send at any time; with ECHO it is what people call "
     "character mode.",
     .rfc = {"858", "2"}},
    {.name = "STATUS", .kind = TERM_FIELD, .title = "option 5",
     .sentence = "Lets one ask what the other believes to be agreed on; we "
     "refuse it.",
     .rfc = {"1123", "3.2.1"}},
    {.name = "TIMING-MARK", .kind = TERM_FIELD, .title = "option 6",
     .sentence = "Its answer shows that all before it was dealt with; we "
     "refuse it, and that is an answer too.",
     .rfc = {"1123", "3.2.1"}},
    {.name = "TTYPE", .kind = TERM_FIELD, .title = "option 24, TERMINAL-TYPE",
     .sentence = "The server asks what terminal it writes to; the client names "
     "one, such as XTERM.",
     .rfc = {"1091", "2"}},
    {.name = "NAWS", .kind = TERM_FIELD,
     .title = "option 31, Negotiate About Window Size",
     .sentence = "The client tells its columns and lines, and again each time "
     "that they change.",
     .rfc = {"1073", "2"}},
    {.name = "LINEMODE", .kind = TERM_FIELD, .title = "option 34",
     .sentence = "The client edits lines by rules that the server sets; we "
     "refuse it with WONT, and go on character by character.",
     .rfc = {"1184", "1"}},
    {.name = "NEW-ENVIRON", .kind = TERM_FIELD, .title = "option 39",
     .sentence = "The client's variables, USER among them; we refuse it.",
     .rfc = {"1572", "1"}},

    /* ---- ideas ---------------------------------------------------------- */
    {.name = "NVT", .kind = TERM_CONCEPT, .title = "Network Virtual Terminal",
     .sentence = "The imaginary printer and keyboard that both ends translate "
     "to: 7-bit ASCII, lines that end in CR LF, a lone CR written CR NUL.",
     .rfc = {"1123", "3.2.5"}},
    {.name = "Q-method", .kind = TERM_CONCEPT,
     .sentence = "Six states a side of an option, by which a request is told "
     "from an acknowledgment, so that no two ends can loop.",
     .rfc = {"1143", "7"}},
    {.name = "NO", .kind = TERM_CONCEPT, .title = "state of the Q method",
     .sentence = "The option is off.", .rfc = {"1143", "7"}},
    {.name = "YES", .kind = TERM_CONCEPT, .title = "state of the Q method",
     .sentence = "The option is on.", .rfc = {"1143", "7"}},
    {.name = "WANTNO", .kind = TERM_CONCEPT, .title = "state of the Q method",
     .sentence = "We have asked for it to go off and wait for the answer; "
     "OPPOSITE: and have changed our mind since.",
     .rfc = {"1143", "7"}},
    {.name = "WANTYES", .kind = TERM_CONCEPT, .title = "state of the Q method",
     .sentence = "We have asked for it and wait for the answer; OPPOSITE: and "
     "have changed our mind since.",
     .rfc = {"1143", "7"}},
    {.name = "option-loop", .kind = TERM_CONCEPT,
     .sentence = "Two ends that take each other's acknowledgments for requests "
     "and answer them for ever.",
     .rfc = {"1143", "1"}},
    {.name = "Synch", .kind = TERM_CONCEPT,
     .sentence = "An urgent mark of TCP and a DM: stop writing, look for "
     "commands up to there.",
     .rfc = {"1123", "3.2.4"}},
    {.name = "end-of-line", .kind = TERM_CONCEPT,
     .sentence = "CR LF; a server takes CR NUL for it too, since some "
     "terminals send that for the key.",
     .rfc = {"1123", "3.3.1"}},
    {.name = "character-mode", .kind = TERM_CONCEPT,
     .sentence = "Every key is sent at once and comes back from the server: "
     "one packet there and one back for each.",
     .rfc = {"857", "4"}},
    {.name = "clear-text", .kind = TERM_CONCEPT,
     .sentence = "Telnet hides nothing: name, password and all that is typed "
     "pass as they are. ssh does the same work sealed.",
     .rfc = {"854", "0"},
     .correction = "Nothing in Telnet's log-in is a part of Telnet: the "
     "questions are text, and so are the answers."},
    {.name = NULL}};
/* clang-format on */

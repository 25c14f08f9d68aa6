/* SPDX-License-Identifier: MIT */
/*
 * terms: what POP3 says, word by word: commands, the two replies and the codes
 * in them, capabilities, and the ideas with a name.
 */
#include "common/terms.h"

#include "pop3/pop3.h"

/* clang-format off */
static const struct term commands[] = {
    {.name = "USER", .kind = TERM_METHOD,
     .sentence = "Names the maildrop; PASS must follow.",
     .rfc = {"1939", "7"}},
    {.name = "PASS", .kind = TERM_METHOD,
     .sentence = "Says the password as it is; whoever listens has it.",
     .rfc = {"1939", "7"},
     .next = "Say it under TLS only."},
    {.name = "APOP", .kind = TERM_METHOD,
     .sentence =
     "Names the maildrop and proves the password by the MD5 of the greeting's "
     "timestamp and the password.",
     .rfc = {"1939", "7"},
     .correction =
     "It hides the password from a listener, but not from one who tries: MD5 "
     "is quick to try, and TLS hides both."},
    {.name = "AUTH", .kind = TERM_METHOD,
     .sentence = "Logs in by a mechanism of SASL, challenge and response.",
     .rfc = {"5034", "4"}},
    {.name = "STLS", .kind = TERM_METHOD,
     .sentence =
     "Asks to go on under TLS; after it everything is asked for again, the "
     "capabilities too.",
     .rfc = {"2595", "4"}},
    {.name = "CAPA", .kind = TERM_METHOD,
     .sentence = "Asks what the server can do beyond the commands of 1996.",
     .rfc = {"2449", "5"}},
    {.name = "STAT", .kind = TERM_METHOD,
     .sentence =
     "Asks how many messages there are, and how many octets they have "
     "together; those marked as deleted do not count.",
     .rfc = {"1939", "5"}},
    {.name = "LIST", .kind = TERM_METHOD,
     .sentence = "Asks for the size of a message, or for a line of each.",
     .rfc = {"1939", "5"}},
    {.name = "RETR", .kind = TERM_METHOD,
     .sentence = "Fetches a whole message; POP3 can't fetch less, but for TOP.",
     .rfc = {"1939", "5"}},
    {.name = "DELE", .kind = TERM_METHOD,
     .sentence =
     "Marks a message; it is removed when the session ends by QUIT.",
     .rfc = {"1939", "5"}},
    {.name = "RSET", .kind = TERM_METHOD,
     .sentence = "Takes all marks back.",
     .rfc = {"1939", "5"}},
    {.name = "NOOP", .kind = TERM_METHOD,
     .sentence = "Does nothing, and is answered.",
     .rfc = {"1939", "5"}},
    {.name = "QUIT", .kind = TERM_METHOD,
     .sentence =
     "Ends the session: after a log-in the server enters the UPDATE state and "
     "removes what was marked.",
     .rfc = {"1939", "6"},
     .next = "Read its answer: only then it is known what became of them."},
    {.name = "TOP", .kind = TERM_METHOD,
     .sentence =
     "Fetches the header of a message and so many lines of its body.",
     .rfc = {"1939", "7"}},
    {.name = "UIDL", .kind = TERM_METHOD,
     .sentence =
     "Asks for a message's unique id, which stays the same from session to "
     "session, as its number does not.",
     .rfc = {"1939", "7"}},
    {.name = NULL}};

static const struct term replies[] = {
    {.name = "+OK", .kind = TERM_STATUS, .title = "done",
     .sentence =
     "The command succeeded; what follows is for people, or as the command "
     "says, and lines may follow up to one with a single dot.",
     .rfc = {"1939", "3"}},
    {.name = "-ERR", .kind = TERM_STATUS, .title = "not done",
     .sentence =
     "The command failed; the words are for people, a code in brackets before "
     "them is for programs.",
     .rfc = {"1939", "3"}},
    {.name = "+", .kind = TERM_STATUS, .title = "go on",
     .sentence =
     "A challenge of AUTH, in base64: the client's next line answers it.",
     .rfc = {"5034", "4"}},
    {.name = "IN-USE", .kind = TERM_SUBSTATUS,
     .sentence =
     "The password was right, but another session has the maildrop.",
     .rfc = {"2449", "8.1.2"},
     .next = "Try again later; do not ask for the password again."},
    {.name = "LOGIN-DELAY", .kind = TERM_SUBSTATUS,
     .sentence = "The last log-in was too short a time ago.",
     .rfc = {"2449", "8.1.1"},
     .next = "Wait as long as the capability of that name says."},
    {.name = NULL}};

static const struct term capabilities[] = {
    {.name = "SASL", .kind = TERM_FIELD,
     .sentence = "AUTH is understood, with the mechanisms that follow.",
     .rfc = {"5034", "3"}},
    {.name = "RESP-CODES", .kind = TERM_FIELD,
     .sentence = "A word in brackets after -ERR is a code, not prose.",
     .rfc = {"2449", "6.4"}},
    {.name = "PIPELINING", .kind = TERM_FIELD,
     .sentence =
     "The server reads commands that are sent before the one before is "
     "answered, and answers them in order.",
     .rfc = {"2449", "6.6"}},
    {.name = "EXPIRE", .kind = TERM_FIELD,
     .sentence = "After so many days the server may remove a message itself.",
     .rfc = {"2449", "6.7"}},
    {.name = "IMPLEMENTATION", .kind = TERM_FIELD,
     .sentence = "The server's name and version, as it likes to tell them.",
     .rfc = {"2449", "6.9"}},
    {.name = NULL}};

static const struct term concepts[] = {
    {.name = "maildrop", .kind = TERM_CONCEPT,
     .sentence =
     "The mail of one user that waits to be fetched; a session locks it.",
     .rfc = {"1939", "3"}},
    {.name = "AUTHORIZATION", .kind = TERM_CONCEPT,
     .sentence = "The state in which the client says who it is.",
     .rfc = {"1939", "4"}},
    {.name = "TRANSACTION", .kind = TERM_CONCEPT,
     .sentence =
     "The state in which messages are listed, fetched and marked; new mail is "
     "not seen before the next session.",
     .rfc = {"1939", "5"}},
    {.name = "UPDATE", .kind = TERM_CONCEPT,
     .sentence =
     "The state after QUIT, in which marked messages are removed; a session "
     "that breaks off never enters it.",
     .rfc = {"1939", "6"}},
    {.name = "byte-stuffing", .kind = TERM_CONCEPT,
     .sentence =
     "A line of a message that begins with a dot is sent with one more, since "
     "a line of one dot is the end.",
     .rfc = {"1939", "3"},
     .correction =
     "Not only lines of a single dot: every line with one first."},
    {.name = "timestamp", .kind = TERM_CONCEPT,
     .sentence =
     "What stands between < and > in a greeting, different each time: the "
     "challenge of APOP.",
     .rfc = {"1939", "7"}},
    {.name = "pop3s", .kind = TERM_CONCEPT,
     .sentence = "POP3 in a connection that begins with TLS, on port 995.",
     .rfc = {"8314", "3.1"}},
    {.name = NULL}};
/* clang-format on */

const struct term pop3_terms[] = {{.joins = commands},
                                  {.joins = replies},
                                  {.joins = capabilities},
                                  {.joins = concepts},
                                  {.name = NULL}};

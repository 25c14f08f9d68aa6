/* SPDX-License-Identifier: MIT */
/*
 * terms: the commands, in the order of the states that allow them.
 */
#include "imap/terms.h"

/* clang-format off */
const struct term imap_terms_commands[] = {
    {.name = "CAPABILITY", .kind = TERM_METHOD,
     .sentence =
     "Asks what the server can do, now: the answer may change with TLS and "
     "with the log-in.",
     .rfc = {"3501", "6.1.1"}},
    {.name = "NOOP", .kind = TERM_METHOD,
     .sentence =
     "Does nothing; a good moment for the server to tell what is new.",
     .rfc = {"3501", "6.1.2"}},
    {.name = "LOGOUT", .kind = TERM_METHOD,
     .sentence =
     "Ends the conversation: the server says BYE, answers OK, and closes.",
     .rfc = {"3501", "6.1.3"}},
    {.name = "STARTTLS", .kind = TERM_METHOD,
     .sentence =
     "Asks to go on in TLS; what was learned before it counts for nothing "
     "after it.",
     .rfc = {"3501", "6.2.1"},
     .next =
     "Ask for CAPABILITY again."},
    {.name = "AUTHENTICATE", .kind = TERM_METHOD,
     .sentence =
     "Logs in with a SASL mechanism, by challenges and responses in BASE64.",
     .rfc = {"3501", "6.2.2"}},
    {.name = "LOGIN", .kind = TERM_METHOD,
     .sentence =
     "Logs in with a name and a password that anybody on the way can read, "
     "unless TLS is spoken.",
     .rfc = {"3501", "6.2.3"},
     .next =
     "Never send it where LOGINDISABLED is announced."},
    {.name = "ENABLE", .kind = TERM_METHOD,
     .sentence =
     "Tells the server which extensions the client understands, so that it "
     "may use them unasked.",
     .rfc = {"5161", "3.1"}},
    {.name = "SELECT", .kind = TERM_METHOD,
     .sentence =
     "Opens a mailbox for reading and writing; its new messages are "
     "\\Recent in this session alone.",
     .rfc = {"3501", "6.3.1"}},
    {.name = "EXAMINE", .kind = TERM_METHOD,
     .sentence =
     "Opens a mailbox for reading only: nothing in it changes, not even "
     "\\Recent.",
     .rfc = {"3501", "6.3.2"}},
    {.name = "CREATE", .kind = TERM_METHOD,
     .sentence =
     "Makes a mailbox.",
     .rfc = {"3501", "6.3.3"}},
    {.name = "DELETE", .kind = TERM_METHOD,
     .sentence =
     "Takes a mailbox away, with all its messages.",
     .rfc = {"3501", "6.3.4"}},
    {.name = "RENAME", .kind = TERM_METHOD,
     .sentence =
     "Gives a mailbox another name; INBOX itself stays, and its messages "
     "move.",
     .rfc = {"3501", "6.3.5"}},
    {.name = "SUBSCRIBE", .kind = TERM_METHOD,
     .sentence =
     "Puts a name on the list of those that the user wants to see.",
     .rfc = {"3501", "6.3.6"}},
    {.name = "UNSUBSCRIBE", .kind = TERM_METHOD,
     .sentence =
     "Takes it off that list.",
     .rfc = {"3501", "6.3.7"}},
    {.name = "LIST", .kind = TERM_METHOD,
     .sentence =
     "Asks for the names of mailboxes; * stands for anything, % for one "
     "level of the hierarchy.",
     .rfc = {"3501", "6.3.8"}},
    {.name = "LSUB", .kind = TERM_METHOD,
     .sentence =
     "Asks for the subscribed names among them.",
     .rfc = {"3501", "6.3.9"}},
    {.name = "STATUS", .kind = TERM_METHOD,
     .sentence =
     "Asks for the numbers of a mailbox that is not open.",
     .rfc = {"3501", "6.3.10"},
     .next =
     "Do not ask about the mailbox that is open: its changes come by "
     "themselves."},
    {.name = "APPEND", .kind = TERM_METHOD,
     .sentence =
     "Puts a message, sent as a literal, into a mailbox.",
     .rfc = {"3501", "6.3.11"}},
    {.name = "CHECK", .kind = TERM_METHOD,
     .sentence =
     "Asks for housekeeping; to a server that keeps nothing back it is NOOP.",
     .rfc = {"3501", "6.4.1"}},
    {.name = "CLOSE", .kind = TERM_METHOD,
     .sentence =
     "Removes what is marked \\Deleted without saying so, and leaves the "
     "mailbox.",
     .rfc = {"3501", "6.4.2"}},
    {.name = "EXPUNGE", .kind = TERM_METHOD,
     .sentence =
     "Removes for good what is marked \\Deleted, and says which numbers "
     "went.",
     .rfc = {"3501", "6.4.3"}},
    {.name = "SEARCH", .kind = TERM_METHOD,
     .sentence =
     "Asks which messages meet some conditions; the server does the work.",
     .rfc = {"3501", "6.4.4"}},
    {.name = "FETCH", .kind = TERM_METHOD,
     .sentence =
     "Asks for parts of messages: flags, envelope, structure, one section, "
     "some octets of it.",
     .rfc = {"3501", "6.4.5"}},
    {.name = "STORE", .kind = TERM_METHOD,
     .sentence =
     "Sets, adds or removes flags.",
     .rfc = {"3501", "6.4.6"}},
    {.name = "COPY", .kind = TERM_METHOD,
     .sentence =
     "Puts copies of messages at the end of another mailbox.",
     .rfc = {"3501", "6.4.7"}},
    {.name = "MOVE", .kind = TERM_METHOD,
     .sentence =
     "Copies messages to another mailbox and removes them here, in one step.",
     .rfc = {"6851", "3.1"}},
    {.name = "UID", .kind = TERM_METHOD,
     .sentence =
     "Before FETCH, STORE, COPY, MOVE, SEARCH or EXPUNGE: the numbers meant "
     "are UIDs, which stay, not sequence numbers, which shift.",
     .rfc = {"3501", "6.4.8"}},
    {.name = "IDLE", .kind = TERM_METHOD,
     .sentence =
     "Waits: until the client says DONE, the server tells what happens when "
     "it happens.",
     .rfc = {"2177", "3"}},
    {.name = "DONE", .kind = TERM_METHOD,
     .sentence =
     "Ends IDLE; it is a line of its own and has no tag.",
     .rfc = {"2177", "3"}},
    {.name = NULL}};
/* clang-format on */

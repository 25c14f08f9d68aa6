/* SPDX-License-Identifier: MIT */
/*
 * terms: the messages of SSH, and of SFTP inside of it.
 */
#include "ssh/terms.h"

#include <stddef.h>

/* clang-format off */
const struct term ssh_terms_messages[] = {
    {.name = "version", .kind = TERM_METHOD,
     .title = "SSH-2.0-…",
     .sentence =
     "The first line of each side, `SSH-2.0-` and a name: which version it "
     "speaks and which program it is, in clear for everybody.",
     .rfc = {"4253", "4.2"}},
    {.name = "line", .kind = TERM_METHOD,
     .sentence =
     "A line that a server may send before its version; a client shows it or "
     "passes over it.",
     .rfc = {"4253", "4.2"}},
    {.name = "DISCONNECT", .kind = TERM_METHOD,
     .sentence =
     "Ends the connection at once, with a number and a sentence that say why.",
     .rfc = {"4253", "11.1"}},
    {.name = "IGNORE", .kind = TERM_METHOD,
     .sentence =
     "Means nothing; it only makes it harder to learn something from the "
     "sizes of messages.",
     .rfc = {"4253", "11.2"}},
    {.name = "UNIMPLEMENTED", .kind = TERM_METHOD,
     .sentence =
     "Answers a message whose number is not known.",
     .rfc = {"4253", "11.4"}},
    {.name = "DEBUG", .kind = TERM_METHOD,
     .sentence =
     "A remark for whoever looks for an error.",
     .rfc = {"4253", "11.3"}},
    {.name = "SERVICE_REQUEST", .kind = TERM_METHOD,
     .sentence =
     "Asks for the next layer: ssh-userauth first, ssh-connection after it.",
     .rfc = {"4253", "10"}},
    {.name = "KEXINIT", .kind = TERM_METHOD,
     .sentence =
     "Lists the algorithms that a side is willing to use, ten lists, the best "
     "of each first; it goes in clear.",
     .rfc = {"4253", "7.1"},
     .next =
     "The client's first name that the server has too wins."},
    {.name = "NEWKEYS", .kind = TERM_METHOD,
     .sentence =
     "The last message in clear: from here on everything that this side sends "
     "is encrypted and authenticated.",
     .rfc = {"4253", "7.3"}},
    {.name = "KEXDH_INIT", .kind = TERM_METHOD,
     .sentence =
     "The client's half of a Diffie-Hellman exchange.",
     .rfc = {"4253", "8"}},
    {.name = "KEXDH_REPLY", .kind = TERM_METHOD,
     .sentence =
     "The server's half, its host key, and its signature over all that was "
     "said so far.",
     .rfc = {"4253", "8"}},
    {.name = "KEX_ECDH_INIT", .kind = TERM_METHOD,
     .sentence =
     "The client's half of a Diffie-Hellman exchange over an elliptic curve.",
     .rfc = {"5656", "4"}},
    {.name = "KEX_ECDH_REPLY", .kind = TERM_METHOD,
     .sentence =
     "The server's half, its host key, and its signature over all that was "
     "said so far.",
     .rfc = {"5656", "4"},
     .next =
     "Check that the host key is the one that is on file: only that keeps out "
     "who stands in the middle."},
    {.name = "KEX_DH_GEX_REQUEST", .kind = TERM_METHOD,
     .sentence =
     "Asks the server for a group of so many bits.",
     .rfc = {"4419", "3"}},
    {.name = "KEX_DH_GEX_GROUP", .kind = TERM_METHOD,
     .sentence =
     "The group that the server chose: a prime and a generator.",
     .rfc = {"4419", "3"}},
    {.name = "KEX_DH_GEX_INIT", .kind = TERM_METHOD,
     .sentence =
     "The client's half of the exchange in that group.",
     .rfc = {"4419", "3"}},
    {.name = "KEX_DH_GEX_REPLY", .kind = TERM_METHOD,
     .sentence =
     "The server's half, its host key and its signature.",
     .rfc = {"4419", "3"}},
    {.name = "USERAUTH_REQUEST", .kind = TERM_METHOD,
     .sentence =
     "Asks to be let in: a name, a service, a method and what the method "
     "needs.",
     .rfc = {"4252", "5"}},
    {.name = "USERAUTH_FAILURE", .kind = TERM_STATUS,
     .sentence =
     "Not yet, or not so: it lists the methods that can go on.",
     .rfc = {"4252", "5.1"}},
    {.name = "USERAUTH_SUCCESS", .kind = TERM_STATUS,
     .sentence =
     "The user is in.",
     .rfc = {"4252", "5.1"}},
    {.name = "USERAUTH_BANNER", .kind = TERM_METHOD,
     .sentence =
     "A text that is shown before the log-in.",
     .rfc = {"4252", "5.4"}},
    {.name = "USERAUTH_INFO_REQUEST", .kind = TERM_METHOD,
     .sentence =
     "Questions for the person at the keyboard, each with or without echo.",
     .rfc = {"4256", "3.2"}},
    {.name = "USERAUTH_INFO_RESPONSE", .kind = TERM_METHOD,
     .sentence =
     "The answers, as many as there were questions.",
     .rfc = {"4256", "3.4"}},
    {.name = "CHANNEL_OPEN", .kind = TERM_METHOD,
     .sentence =
     "Opens a channel of a type: session, direct-tcpip and others; many share "
     "one connection.",
     .rfc = {"4254", "5.1"}},
    {.name = "CHANNEL_OPEN_CONFIRMATION", .kind = TERM_STATUS,
     .sentence =
     "The channel is open; so much may be sent before more is allowed.",
     .rfc = {"4254", "5.1"}},
    {.name = "CHANNEL_OPEN_FAILURE", .kind = TERM_STATUS,
     .sentence =
     "The channel is not opened, with a number and a sentence that say why.",
     .rfc = {"4254", "5.1"}},
    {.name = "CHANNEL_REQUEST", .kind = TERM_METHOD,
     .sentence =
     "Asks for something on a channel: a terminal, a shell, a command; or "
     "tells an exit status.",
     .rfc = {"4254", "5.4"}},
    {.name = "CHANNEL_SUCCESS", .kind = TERM_STATUS,
     .sentence =
     "What was asked on the channel is done.",
     .rfc = {"4254", "5.4"}},
    {.name = "CHANNEL_FAILURE", .kind = TERM_STATUS,
     .sentence =
     "What was asked on the channel is refused.",
     .rfc = {"4254", "5.4"}},
    {.name = "CHANNEL_DATA", .kind = TERM_METHOD,
     .sentence =
     "Bytes of a channel: what was typed, what a command wrote.",
     .rfc = {"4254", "5.2"}},
    {.name = "CHANNEL_EXTENDED_DATA", .kind = TERM_METHOD,
     .sentence =
     "Bytes of another kind on the same channel: what a command wrote to "
     "standard error.",
     .rfc = {"4254", "5.2"}},
    {.name = "CHANNEL_WINDOW_ADJUST", .kind = TERM_METHOD,
     .sentence =
     "Allows the peer to send so many bytes more on a channel.",
     .rfc = {"4254", "5.2"}},
    {.name = "CHANNEL_EOF", .kind = TERM_METHOD,
     .sentence =
     "No more data from this side; the other may go on.",
     .rfc = {"4254", "5.3"}},
    {.name = "CHANNEL_CLOSE", .kind = TERM_METHOD,
     .sentence =
     "The channel is over, as soon as both have said so.",
     .rfc = {"4254", "5.3"}},
    {.name = "SFTP INIT", .kind = TERM_METHOD,
     .sentence =
     "The client says which version of SFTP it speaks.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP VERSION", .kind = TERM_METHOD,
     .sentence =
     "The server says which version will be spoken: 3, mostly.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP OPEN", .kind = TERM_METHOD,
     .sentence =
     "Asks for a file, to read or to write.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP HANDLE", .kind = TERM_METHOD,
     .sentence =
     "What a file or folder is called from here on.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP READ", .kind = TERM_METHOD,
     .sentence =
     "Asks for bytes from a place in a file; many may be under way.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP DATA", .kind = TERM_METHOD,
     .sentence =
     "Bytes that were read.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP WRITE", .kind = TERM_METHOD,
     .sentence =
     "Bytes to be written to a place in a file.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP STATUS", .kind = TERM_METHOD,
     .sentence =
     "How a request has ended.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP STAT", .kind = TERM_METHOD,
     .sentence =
     "Asks for size, times and permissions.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP ATTRS", .kind = TERM_METHOD,
     .sentence =
     "Size, times and permissions.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP FSETSTAT", .kind = TERM_METHOD,
     .sentence =
     "Sets times or permissions of an open file.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP RENAME", .kind = TERM_METHOD,
     .sentence =
     "Gives a file another name.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP CLOSE", .kind = TERM_METHOD,
     .sentence =
     "Done with a file or folder.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP OPENDIR", .kind = TERM_METHOD,
     .sentence =
     "Asks to read a folder.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP READDIR", .kind = TERM_METHOD,
     .sentence =
     "Asks for the next names in a folder.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP NAME", .kind = TERM_METHOD,
     .sentence =
     "Names, with their attributes.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP REALPATH", .kind = TERM_METHOD,
     .sentence =
     "Asks where a path really leads.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP REMOVE", .kind = TERM_METHOD,
     .sentence =
     "Removes a file.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP MKDIR", .kind = TERM_METHOD,
     .sentence =
     "Makes a folder.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP RMDIR", .kind = TERM_METHOD,
     .sentence =
     "Removes a folder.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP SETSTAT", .kind = TERM_METHOD,
     .sentence =
     "Sets times, size or permissions by name.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP LSTAT", .kind = TERM_METHOD,
     .sentence =
     "The same as STAT, but of a link itself.",
     .rfc = {"4254", "6.5"}},
    {.name = "SFTP FSTAT", .kind = TERM_METHOD,
     .sentence =
     "The same as STAT, of an open file.",
     .rfc = {"4254", "6.5"}},
    {.name = NULL}};
/* clang-format on */

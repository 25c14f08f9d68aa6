/* SPDX-License-Identifier: MIT */
/*
 * terms: the registered status codes 4xx: the request is at fault.
 */
#include "http/terms.h"

#include <stddef.h>

/* clang-format off */
const struct term http_terms_client_error[] = {
    {.name = "400", .kind = TERM_STATUS, .title = "Bad Request",
     .sentence =
     "The server won't process what it takes for a malformed request.",
     .rfc = {"9110", "15.5.1"},
     .next = "Mend the request; the same one will fail again."},
    {.name = "401", .kind = TERM_STATUS, .title = "Unauthorized",
     .sentence =
     "The request lacks valid credentials; WWW-Authenticate says which kind.",
     .rfc = {"9110", "15.5.2"},
     .next = "Ask again with credentials, over TLS."},
    {.name = "402", .kind = TERM_STATUS, .title = "Payment Required",
     .sentence = "Reserved for future use.",
     .rfc = {"9110", "15.5.3"},
     .next =
     "Ask the user: what is wanted stands in the content, if anywhere.",
     .correction =
     "The notes' table leaves it out; it is reserved, though some services "
     "answer it when an account is in debt."},
    {.name = "403", .kind = TERM_STATUS, .title = "Forbidden",
     .sentence =
     "The server understood, and refuses; credentials of the same user won't "
     "help.",
     .rfc = {"9110", "15.5.4"},
     .next = "Don't repeat it with the same credentials."},
    {.name = "404", .kind = TERM_STATUS, .title = "Not Found",
     .sentence =
     "The server has nothing under this URL, or won't say that it has.",
     .rfc = {"9110", "15.5.5"}, .cacheable = TERM_CACHE_YES,
     .next = "Check the URL; whether it is so for good is not known."},
    {.name = "405", .kind = TERM_STATUS, .title = "Method Not Allowed",
     .sentence =
     "The method is known, but not for this resource; Allow lists those that "
     "are.",
     .rfc = {"9110", "15.5.6"}, .cacheable = TERM_CACHE_YES,
     .next = "Choose a method from Allow."},
    {.name = "406", .kind = TERM_STATUS, .title = "Not Acceptable",
     .sentence = "No representation fits the Accept fields of the request.",
     .rfc = {"9110", "15.5.7"},
     .next = "Ask with wider Accept fields."},
    {.name = "407", .kind = TERM_STATUS,
     .title = "Proxy Authentication Required",
     .sentence =
     "The proxy wants credentials; Proxy-Authenticate says which kind.",
     .rfc = {"9110", "15.5.8"},
     .next = "Ask again with credentials for the proxy."},
    {.name = "408", .kind = TERM_STATUS, .title = "Request Timeout",
     .sentence =
     "No whole request came within the time that the server is ready to wait.",
     .rfc = {"9110", "15.5.9"},
     .next = "Repeat it on a new connection."},
    {.name = "409", .kind = TERM_STATUS, .title = "Conflict",
     .sentence = "The request clashes with the present state of the resource.",
     .rfc = {"9110", "15.5.10"},
     .next = "Fetch the state, resolve the conflict, ask again."},
    {.name = "410", .kind = TERM_STATUS, .title = "Gone",
     .sentence =
     "The resource is gone, likely for good, and no new address is known.",
     .rfc = {"9110", "15.5.11"}, .cacheable = TERM_CACHE_YES,
     .next = "Remove links to it.",
     .correction =
     "The notes call it moved permanently. That is 301: a 410 says gone, "
     "likely for good, and no forwarding address is known."},
    {.name = "411", .kind = TERM_STATUS, .title = "Length Required",
     .sentence = "The server won't take a body without Content-Length.",
     .rfc = {"9110", "15.5.12"},
     .next = "Repeat it with Content-Length."},
    {.name = "412", .kind = TERM_STATUS, .title = "Precondition Failed",
     .sentence =
     "A condition of the request (If-Match and its like) does not hold.",
     .rfc = {"9110", "15.5.13"},
     .next = "Fetch the current state and decide anew."},
    {.name = "413", .kind = TERM_STATUS, .title = "Content Too Large",
     .sentence = "The body is larger than the server is willing to take.",
     .rfc = {"9110", "15.5.14"},
     .next = "Stop sending; try later only if Retry-After is there."},
    {.name = "414", .kind = TERM_STATUS, .title = "URI Too Long",
     .sentence =
     "The request target is longer than the server is willing to read.",
     .rfc = {"9110", "15.5.15"}, .cacheable = TERM_CACHE_YES,
     .next = "Send long data in a body, by POST."},
    {.name = "415", .kind = TERM_STATUS, .title = "Unsupported Media Type",
     .sentence =
     "The content's type or coding is not one that this resource takes.",
     .rfc = {"9110", "15.5.16"},
     .next = "Send it in a type named in Accept."},
    {.name = "416", .kind = TERM_STATUS, .title = "Range Not Satisfiable",
     .sentence =
     "None of the ranges asked for overlaps the resource; Content-Range "
     "tells its length.",
     .rfc = {"9110", "15.5.17"},
     .next = "Compare your length with it: the copy may be whole already."},
    {.name = "417", .kind = TERM_STATUS, .title = "Expectation Failed",
     .sentence = "The server can't meet the Expect field.",
     .rfc = {"9110", "15.5.18"},
     .next = "Repeat it without Expect."},
    {.name = "418", .kind = TERM_STATUS, .title = "(Unused)",
     .sentence =
     "Reserved because a joke of 1998 (a teapot) is deployed too widely.",
     .rfc = {"9110", "15.5.19"},
     .next = "Treat it as 400.",
     .correction =
     "Not assigned to teapots: the joke of RFC 2324 is about another "
     "protocol; HTTP only reserves the number so that nobody uses it."},
    {.name = "421", .kind = TERM_STATUS, .title = "Misdirected Request",
     .sentence =
     "This server does not answer for the scheme and authority of the "
     "request.",
     .rfc = {"9110", "15.5.20"},
     .next = "Repeat it on a connection of its own.",
     .correction =
     "The notes say too many connections from this address, as mail and FTP "
     "servers do with their 421 (service not available). HTTP's 421 has "
     "nothing to do with a number of connections."},
    {.name = "422", .kind = TERM_STATUS, .title = "Unprocessable Content",
     .sentence =
     "The content is well formed, but its instructions can't be followed.",
     .rfc = {"9110", "15.5.21"},
     .next = "Mend the content."},
    {.name = "423", .kind = TERM_STATUS, .title = "Locked",
     .sentence = "WebDAV: somebody holds a lock on the resource.",
     .rfc = {"4918", "11.3"},
     .next = "Wait until it is unlocked, or send the lock's token."},
    {.name = "424", .kind = TERM_STATUS, .title = "Failed Dependency",
     .sentence =
     "WebDAV: not done, because an action that it depends on failed.",
     .rfc = {"4918", "11.4"},
     .next = "Look for the failure that caused it and mend that."},
    {.name = "425", .kind = TERM_STATUS, .title = "Too Early",
     .sentence =
     "The request came in TLS early data, which an attacker could replay.",
     .rfc = {"8470", "5.2"},
     .next = "Repeat it when the handshake is done.",
     .correction =
     "The notes give it to a draft of WebDAV, which never became a standard. "
     "It is Too Early."},
    {.name = "426", .kind = TERM_STATUS, .title = "Upgrade Required",
     .sentence = "The server wants another protocol first; Upgrade names it.",
     .rfc = {"9110", "15.5.22"},
     .next = "Repeat it with that protocol.",
     .correction =
     "The notes narrow it down. It asks for any other protocol, the one "
     "named in Upgrade."},
    {.name = "428", .kind = TERM_STATUS, .title = "Precondition Required",
     .sentence =
     "The server changes nothing without a condition such as If-Match.",
     .rfc = {"6585", "3"}, .cacheable = TERM_CACHE_NEVER,
     .next = "Fetch the current state, then ask with its ETag in If-Match."},
    {.name = "429", .kind = TERM_STATUS, .title = "Too Many Requests",
     .sentence = "This client has asked more often than the server allows.",
     .rfc = {"6585", "4"}, .cacheable = TERM_CACHE_NEVER,
     .next = "Wait for Retry-After, then ask less often."},
    {.name = "431", .kind = TERM_STATUS,
     .title = "Request Header Fields Too Large",
     .sentence =
     "A header field, or all of them together, is too large for the server.",
     .rfc = {"6585", "5"}, .cacheable = TERM_CACHE_NEVER,
     .next = "Send fewer or shorter fields."},
    {.name = "451", .kind = TERM_STATUS,
     .title = "Unavailable For Legal Reasons",
     .sentence =
     "Somebody has the legal power to forbid this content; a page may say "
     "who.",
     .rfc = {"7725", "3"}, .cacheable = TERM_CACHE_YES,
     .next = "Don't repeat it; the link with rel=blocked-by says who blocks.",
     .correction =
     "The notes don't have it as a standard; it is one, and its number is "
     "that of a novel in which books are burnt."},
    {.name = NULL}};
/* clang-format on */

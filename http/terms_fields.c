/* SPDX-License-Identifier: MIT */
/*
 * terms: the header fields that our programs send or read.
 */
#include "http/terms.h"

#include <stddef.h>

/* clang-format off */
const struct term http_terms_fields[] = {
    {.name = "A-IM", .kind = TERM_FIELD,
     .sentence =
     "The instance manipulations that the client can undo, such as a "
     "difference to a copy that it has.",
     .rfc = {"3229", "10.5.3"}},
    {.name = "Accept", .kind = TERM_FIELD,
     .sentence = "The media types that the client would like, by weight.",
     .rfc = {"9110", "12.5.1"}},
    {.name = "Accept-Encoding", .kind = TERM_FIELD,
     .sentence =
     "The content codings that the client can undo: gzip, br, deflate, with "
     "weights.",
     .rfc = {"9110", "12.5.3"},
     .correction =
     "The notes say that it came with 1.1. RFC 1945 §D.2.3 has it; what 1.1 "
     "added are weights, and transfer codings as something apart."},
    {.name = "Accept-Ranges", .kind = TERM_FIELD,
     .sentence =
     "Says that the server honours Range for this resource (`bytes`), or not "
     "(`none`).",
     .rfc = {"9110", "14.3"}},
    {.name = "Age", .kind = TERM_FIELD,
     .sentence =
     "How many seconds old a cache's copy is, as its keeper reckons.",
     .rfc = {"9111", "5.1"}},
    {.name = "Allow", .kind = TERM_FIELD,
     .sentence =
     "The methods that the resource supports; a 405 must carry it.",
     .rfc = {"9110", "10.2.1"}},
    {.name = "Authentication-Info", .kind = TERM_FIELD,
     .sentence =
     "The server's proof, after a Digest log-in, that it knows the password "
     "too.",
     .rfc = {"7616", "3.5"}},
    {.name = "Authorization", .kind = TERM_FIELD,
     .sentence =
     "The client's credentials; our trace shows asterisks for them.",
     .rfc = {"9110", "11.6.2"}},
    {.name = "Cache-Control", .kind = TERM_FIELD,
     .sentence =
     "What caches may do with this message: for how long it stays fresh "
     "(max-age), whether they must ask before using it (no-cache), whether "
     "they may keep it at all (no-store).",
     .rfc = {"9111", "5.2"}},
    {.name = "Connection", .kind = TERM_FIELD,
     .sentence =
     "Options for this connection alone: `close` ends it after this message.",
     .rfc = {"9110", "7.6.1"}},
    {.name = "Content-Encoding", .kind = TERM_FIELD,
     .sentence =
     "The codings applied to the content, end to end: undo them to get what "
     "the media type says.",
     .rfc = {"9110", "8.4"}},
    {.name = "Content-Length", .kind = TERM_FIELD,
     .sentence =
     "How many bytes the content has: where the next message begins.",
     .rfc = {"9110", "8.6"}},
    {.name = "Content-Location", .kind = TERM_FIELD,
     .sentence =
     "The URL of the very representation that came, where the resource has "
     "several.",
     .rfc = {"9110", "8.7"}},
    {.name = "Content-Range", .kind = TERM_FIELD,
     .sentence =
     "Which part of the whole this content is, and how long the whole is.",
     .rfc = {"9110", "14.4"}},
    {.name = "Content-Type", .kind = TERM_FIELD,
     .sentence =
     "The media type of the content, so that the receiver can make sense of "
     "it.",
     .rfc = {"9110", "8.3"}},
    {.name = "Cookie", .kind = TERM_FIELD,
     .sentence =
     "What servers asked the client to remember, sent back to them.",
     .rfc = {"6265", "4.2"}},
    {.name = "Date", .kind = TERM_FIELD,
     .sentence = "When the message was made, in GMT.",
     .rfc = {"9110", "6.6.1"}},
    {.name = "ETag", .kind = TERM_FIELD,
     .sentence =
     "A name for this very version of the content; it changes when the "
     "content does.",
     .rfc = {"9110", "8.8.3"}},
    {.name = "Expect", .kind = TERM_FIELD,
     .sentence =
     "`100-continue`: the client waits for a word before it sends the body.",
     .rfc = {"9110", "10.1.1"},
     .correction =
     "The notes have it trigger a 100 in HTTP/1.0. A server must ignore "
     "Expect in a 1.0 request."},
    {.name = "Expires", .kind = TERM_FIELD,
     .sentence =
     "When the content stops being fresh; Cache-Control: max-age overrules "
     "it.",
     .rfc = {"9111", "5.3"}},
    {.name = "Host", .kind = TERM_FIELD,
     .sentence =
     "The name and port that the client wants: one address may carry many "
     "sites, so HTTP/1.1 requires it.",
     .rfc = {"9110", "7.2"},
     .correction =
     "The notes show it in an HTTP/1.0 request with the method `Get`. Host "
     "belongs to 1.1 (a 1.0 request may carry it), and methods are "
     "case-sensitive: GET."},
    {.name = "If-Match", .kind = TERM_FIELD,
     .sentence =
     "Do it only if the ETag is one of these; else 412: nobody's change is "
     "lost.",
     .rfc = {"9110", "13.1.1"}},
    {.name = "If-Modified-Since", .kind = TERM_FIELD,
     .sentence =
     "Send the content only if it has changed since that time; else 304.",
     .rfc = {"9110", "13.1.3"}},
    {.name = "If-None-Match", .kind = TERM_FIELD,
     .sentence =
     "Send the content only if its ETag is none of these; else 304.",
     .rfc = {"9110", "13.1.2"}},
    {.name = "If-Range", .kind = TERM_FIELD,
     .sentence =
     "Honour Range only if the version is still this one; else send all.",
     .rfc = {"9110", "13.1.5"}},
    {.name = "If-Unmodified-Since", .kind = TERM_FIELD,
     .sentence =
     "Do it only if nothing has changed since that time; else 412.",
     .rfc = {"9110", "13.1.4"}},
    {.name = "IM", .kind = TERM_FIELD,
     .sentence =
     "What was done to the current state to make this content; a 226 must "
     "carry it.",
     .rfc = {"3229", "10.5.2"}},
    {.name = "Keep-Alive", .kind = TERM_FIELD,
     .sentence =
     "How long, and for how many requests, the server means to keep the "
     "connection: an old extension of HTTP/1.0 practice.",
     .rfc = {"9112", "C.2.2"}},
    {.name = "Last-Modified", .kind = TERM_FIELD,
     .sentence = "When the server believes that the content last changed.",
     .rfc = {"9110", "8.8.2"}},
    {.name = "Link", .kind = TERM_FIELD,
     .sentence =
     "Other resources and how they relate to this one, such as a style sheet "
     "to preload or who blocks it.",
     .rfc = {"8288", "3"}},
    {.name = "Location", .kind = TERM_FIELD,
     .sentence =
     "The URL to go to: of the new resource (201), or the next one to ask "
     "(3xx).",
     .rfc = {"9110", "10.2.2"}},
    {.name = "Max-Forwards", .kind = TERM_FIELD,
     .sentence = "How many hops a TRACE or OPTIONS may still make.",
     .rfc = {"9110", "7.6.2"}},
    {.name = "Pragma", .kind = TERM_FIELD,
     .sentence =
     "`no-cache`, as HTTP/1.0 said it; Cache-Control has replaced it.",
     .rfc = {"9111", "5.4"}},
    {.name = "Proxy-Authenticate", .kind = TERM_FIELD,
     .sentence = "The kind of credentials that the proxy wants.",
     .rfc = {"9110", "11.7.1"}},
    {.name = "Proxy-Authorization", .kind = TERM_FIELD,
     .sentence =
     "The client's credentials for the proxy; our trace shows asterisks for "
     "them.",
     .rfc = {"9110", "11.7.2"}},
    {.name = "Proxy-Connection", .kind = TERM_FIELD,
     .sentence =
     "A mistake of old clients: Connection under a name that proxies pass on. "
     "Nobody should send it.",
     .rfc = {"9112", "C.2.2"}},
    {.name = "Range", .kind = TERM_FIELD,
     .sentence =
     "Asks for a part of the content: `bytes=0-499` are its first 500 bytes.",
     .rfc = {"9110", "14.2"}},
    {.name = "Referer", .kind = TERM_FIELD,
     .sentence =
     "The page that the link was on; it may tell more than the user likes.",
     .rfc = {"9110", "10.1.3"}},
    {.name = "Retry-After", .kind = TERM_FIELD,
     .sentence =
     "How long to wait before the next attempt, in seconds or as a date.",
     .rfc = {"9110", "10.2.3"}},
    {.name = "Server", .kind = TERM_FIELD,
     .sentence = "The software that answers.",
     .rfc = {"9110", "10.2.4"}},
    {.name = "Set-Cookie", .kind = TERM_FIELD,
     .sentence = "Asks the client to remember a value and to send it back.",
     .rfc = {"6265", "4.1"}},
    {.name = "TE", .kind = TERM_FIELD,
     .sentence =
     "The transfer codings that the client can read beside chunked, and "
     "whether it wants trailers.",
     .rfc = {"9110", "10.1.4"}},
    {.name = "Trailer", .kind = TERM_FIELD,
     .sentence = "Names the fields that will follow the last chunk.",
     .rfc = {"9110", "6.6.2"}},
    {.name = "Transfer-Encoding", .kind = TERM_FIELD,
     .sentence =
     "How the body was wrapped for this one hop; `chunked` gives it an end "
     "without a length known beforehand.",
     .rfc = {"9112", "6.1"}},
    {.name = "Upgrade", .kind = TERM_FIELD,
     .sentence = "Another protocol that the sender would like to change to.",
     .rfc = {"9110", "7.8"}},
    {.name = "User-Agent", .kind = TERM_FIELD,
     .sentence = "The software that asks.",
     .rfc = {"9110", "10.1.5"}},
    {.name = "Vary", .kind = TERM_FIELD,
     .sentence =
     "The request fields that had a say in which representation was sent.",
     .rfc = {"9110", "12.5.5"}},
    {.name = "Via", .kind = TERM_FIELD,
     .sentence = "The proxies and gateways that the message has passed.",
     .rfc = {"9110", "7.6.3"}},
    {.name = "Warning", .kind = TERM_FIELD,
     .sentence = "Obsolete: what might be wrong with a cached answer.",
     .rfc = {"9111", "5.5"}},
    {.name = "WWW-Authenticate", .kind = TERM_FIELD,
     .sentence =
     "The kind of credentials that the server wants, and for which realm.",
     .rfc = {"9110", "11.6.1"}},
    {.name = NULL}};
/* clang-format on */

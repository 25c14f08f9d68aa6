/* SPDX-License-Identifier: MIT */
/*
 * terms: the ideas that have a name.
 */
#include "http/terms.h"

#include <stddef.h>

/* clang-format off */
const struct term http_terms_concepts[] = {
    {.name = "Basic", .kind = TERM_CONCEPT, .title = "Basic authentication",
     .sentence =
     "Name and password in base64, which hides nothing: only TLS does.",
     .rfc = {"7617", "2"}},
    {.name = "br", .kind = TERM_CONCEPT, .title = "the content coding br",
     .sentence =
     "Brotli: a content coding that makes text shorter than gzip does, by a "
     "dictionary of words that both ends know.",
     .rfc = {"9110", "8.4.1"}},
    {.name = "chunked", .kind = TERM_CONCEPT,
     .title = "chunked transfer coding",
     .sentence =
     "The body in pieces, each with its size in hex before it; a piece of "
     "size 0 ends it.",
     .rfc = {"9112", "7.1"}},
    {.name = "close-delimited", .kind = TERM_CONCEPT,
     .sentence =
     "A body that ends where the connection does: nobody can tell it from "
     "one that was cut off.",
     .rfc = {"9112", "6.3"}},
    {.name = "content-coding", .kind = TERM_CONCEPT, .title = "content codings",
     .sentence =
     "A compression of the content, end to end: it belongs to the resource "
     "and is undone by whoever uses it.",
     .rfc = {"9110", "8.4.1"}},
    {.name = "cookie", .kind = TERM_CONCEPT, .title = "cookies",
     .sentence =
     "A name and a value that the server gives the client to keep, and gets "
     "back with each later request that domain, path and Secure allow.",
     .rfc = {"6265", "5.4"}},
    {.name = "deflate", .kind = TERM_CONCEPT,
     .title = "the content coding deflate",
     .sentence =
     "The same compression as gzip in zlib's wrapping; some servers send it "
     "bare, and clients must bear both.",
     .rfc = {"9110", "8.4.1.2"}},
    {.name = "Digest", .kind = TERM_CONCEPT, .title = "Digest authentication",
     .sentence =
     "Proof of a password by a hash over it and a nonce of the server's: the "
     "password itself is not sent.",
     .rfc = {"7616", "3"}},
    {.name = "framing", .kind = TERM_CONCEPT, .title = "message body length",
     .sentence =
     "Eight rules, in order, that say where the body of a message ends.",
     .rfc = {"9112", "6.3"}},
    {.name = "fresh", .kind = TERM_CONCEPT, .title = "freshness",
     .sentence =
     "A cached answer may be used without asking while its age is below its "
     "freshness lifetime.",
     .rfc = {"9111", "4.2"}},
    {.name = "gateway", .kind = TERM_CONCEPT,
     .sentence =
     "A server that passes requests on to servers behind it; to the client "
     "it is the origin.",
     .rfc = {"9110", "3.7"}},
    {.name = "gzip", .kind = TERM_CONCEPT, .title = "the content coding gzip",
     .sentence =
     "A content coding that makes text three to ten times shorter; every "
     "client and server knows it.",
     .rfc = {"9110", "8.4.1.3"}},
    {.name = "heuristic", .kind = TERM_CONCEPT, .title = "heuristic freshness",
     .sentence =
     "A lifetime that a cache guesses where nobody said one: a tenth of the "
     "time since the content last changed.",
     .rfc = {"9111", "4.2.2"}},
    {.name = "https", .kind = TERM_CONCEPT,
     .sentence = "HTTP over TLS, at port 443 unless the URL says otherwise.",
     .rfc = {"9110", "4.2.2"}},
    {.name = "idempotent", .kind = TERM_CONCEPT,
     .sentence =
     "Done twice has the effect of done once: such a request may be repeated "
     "when the answer was lost.",
     .rfc = {"9110", "9.2.2"}},
    {.name = "keep-alive", .kind = TERM_CONCEPT, .title = "persistence",
     .sentence =
     "The connection stays open after an answer, for the next request; "
     "HTTP/1.1 does so unless told to close.",
     .rfc = {"9112", "9.3"}},
    {.name = "max-age", .kind = TERM_CONCEPT, .title = "Cache-Control: max-age",
     .sentence =
     "How many seconds an answer stays fresh; in a request, how old an "
     "answer the client will take.",
     .rfc = {"9111", "5.2.2.1"}},
    {.name = "multipart/byteranges", .kind = TERM_CONCEPT,
     .sentence =
     "A body of several parts of one content, each between boundaries and "
     "with its own Content-Range.",
     .rfc = {"9110", "14.6"}},
    {.name = "must-revalidate", .kind = TERM_CONCEPT,
     .title = "Cache-Control: must-revalidate",
     .sentence =
     "Once the answer is stale, a cache must ask before it uses it, whatever "
     "the client would put up with.",
     .rfc = {"9111", "5.2.2.2"}},
    {.name = "no-cache", .kind = TERM_CONCEPT,
     .title = "Cache-Control: no-cache",
     .sentence =
     "The answer may be kept, but must not be used again without asking.",
     .rfc = {"9111", "5.2.2.4"}},
    {.name = "no-store", .kind = TERM_CONCEPT,
     .title = "Cache-Control: no-store",
     .sentence =
     "No cache may keep any of this message.",
     .rfc = {"9111", "5.2.2.5"}},
    {.name = "nonce", .kind = TERM_CONCEPT,
     .sentence =
     "A number used once: the server's part of what Digest hashes, so that "
     "what was copied can't be sent again.",
     .rfc = {"7616", "5.4"}},
    {.name = "obs-fold", .kind = TERM_CONCEPT, .title = "obsolete line folding",
     .sentence =
     "A field that goes on in a line beginning with a blank; no longer "
     "allowed, because parsers disagree about it.",
     .rfc = {"9112", "5.2"}},
    {.name = "origin", .kind = TERM_CONCEPT,
     .sentence = "Scheme, host and port together: where credentials may go.",
     .rfc = {"9110", "4.3.1"}},
    {.name = "pipelining", .kind = TERM_CONCEPT,
     .sentence =
     "Sending requests before the answers to those before have come; the "
     "answers come in the same order.",
     .rfc = {"9112", "9.3.2"}},
    {.name = "proxy", .kind = TERM_CONCEPT,
     .sentence = "A forwarder that the client has chosen, and knows of.",
     .rfc = {"9110", "3.7"}},
    {.name = "request-line", .kind = TERM_CONCEPT,
     .sentence =
     "The first line of a request: method, target and version, one space "
     "between each.",
     .rfc = {"9112", "3"}},
    {.name = "s-maxage", .kind = TERM_CONCEPT,
     .title = "Cache-Control: s-maxage",
     .sentence =
     "A lifetime for shared caches, which goes before max-age there; a "
     "private cache ignores it.",
     .rfc = {"9111", "5.2.2.10"}},
    {.name = "session", .kind = TERM_CONCEPT,
     .sentence =
     "What a server remembers of a user between requests, under a random name "
     "that a cookie carries.",
     .rfc = {"6265", "8.4"}},
    {.name = "stateless", .kind = TERM_CONCEPT,
     .sentence =
     "Each request is understood by itself; HTTP ties none to the one before.",
     .rfc = {"9110", "3.3"}},
    {.name = "status-code", .kind = TERM_CONCEPT, .title = "status codes",
     .sentence =
     "Three digits; the first is the class: 1 goes on, 2 done, 3 elsewhere, "
     "4 the client's fault, 5 the server's. Who does not know a code treats "
     "it as the x00 of its class.",
     .rfc = {"9110", "15"},
     .correction =
     "The notes say that 24 of the new codes are errors. RFC 1945 has 16 "
     "codes, RFC 2616 has 40: 24 are new in all, and 16 of them are errors."},
    {.name = "status-line", .kind = TERM_CONCEPT,
     .sentence =
     "The first line of an answer: version, status code, reason phrase.",
     .rfc = {"9112", "4"}},
    {.name = "strong", .kind = TERM_CONCEPT,
     .title = "strong and weak validators",
     .sentence =
     "A strong ETag changes with every byte, so parts may be put together by "
     "it; a weak one (W/) only tells that two contents are as good as the "
     "same.",
     .rfc = {"9110", "8.8.1"}},
    {.name = "substatus", .kind = TERM_CONCEPT, .title = "substatus codes",
     .sentence =
     "A number behind the status, such as 404.1 or 500.11: one vendor's "
     "server writes it into its own log.",
     .rfc = {"9112", "4"},
     .correction =
     "The notes list them as if a client could receive them. A status line "
     "has room for three digits: no substatus was ever sent on the wire."},
    {.name = "validation", .kind = TERM_CONCEPT, .title = "validation",
     .sentence =
     "Asking whether a cached copy is still the current one: If-None-Match "
     "or If-Modified-Since, answered with 304 or with the new content.",
     .rfc = {"9111", "4.3"}},
    {.name = NULL}};
/* clang-format on */

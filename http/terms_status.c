/* SPDX-License-Identifier: MIT */
/*
 * terms: the registered status codes that are no errors: 1xx, 2xx and 3xx.
 */
#include "http/terms.h"

#include <stddef.h>

/* clang-format off */
const struct term http_terms_status[] = {
    {.name = "100", .kind = TERM_STATUS, .title = "Continue",
     .sentence = "The header is acceptable so far; the server wants the body.",
     .rfc = {"9110", "15.2.1"},
     .next = "Send the body, then wait for the final answer."},
    {.name = "101", .kind = TERM_STATUS, .title = "Switching Protocols",
     .sentence =
     "The server changes to the protocol named in Upgrade, on this "
     "connection.",
     .rfc = {"9110", "15.2.2"},
     .next = "Speak the new protocol from the next byte on."},
    {.name = "102", .kind = TERM_STATUS, .title = "Processing",
     .sentence =
     "The server has taken the request on and is still at work; WebDAV's way "
     "to keep a client from giving up.",
     .rfc = {"2518", "10.1"},
     .next = "Go on waiting for the final answer.",
     .correction =
     "RFC 4918, which replaced its document, has dropped it; the registry "
     "keeps the number."},
    {.name = "103", .kind = TERM_STATUS, .title = "Early Hints",
     .sentence =
     "Fields that the final answer will likely have, sent ahead of it.",
     .rfc = {"8297", "2"},
     .next =
     "Fetch what Link names if it helps, and go on waiting for the final "
     "answer.",
     .correction = "The notes' table leaves it out."},

    {.name = "200", .kind = TERM_STATUS, .title = "OK",
     .sentence =
     "The request succeeded; what the content is depends on the method.",
     .rfc = {"9110", "15.3.1"}, .cacheable = TERM_CACHE_YES,
     .next = "Use the content."},
    {.name = "201", .kind = TERM_STATUS, .title = "Created",
     .sentence =
     "A new resource exists; Location names it, if not the request's URL.",
     .rfc = {"9110", "15.3.2"},
     .next = "Take Location as the new resource's URL."},
    {.name = "202", .kind = TERM_STATUS, .title = "Accepted",
     .sentence =
     "The request was taken on, but is not done yet, and may never be.",
     .rfc = {"9110", "15.3.3"},
     .next = "Ask later, where the content says so."},
    {.name = "203", .kind = TERM_STATUS,
     .title = "Non-Authoritative Information",
     .sentence =
     "A proxy on the way has changed the content of the origin's 200.",
     .rfc = {"9110", "15.3.4"}, .cacheable = TERM_CACHE_YES,
     .next = "Use the content, but don't take it for what the origin sent."},
    {.name = "204", .kind = TERM_STATUS, .title = "No Content",
     .sentence =
     "Done, and there is no content to send: the answer ends at its header.",
     .rfc = {"9110", "15.3.5"}, .cacheable = TERM_CACHE_YES,
     .next = "Read no body; keep showing what is shown."},
    {.name = "205", .kind = TERM_STATUS, .title = "Reset Content",
     .sentence = "Done; the form that sent the request should be emptied.",
     .rfc = {"9110", "15.3.6"},
     .next = "Reset the view that the request came from."},
    {.name = "206", .kind = TERM_STATUS, .title = "Partial Content",
     .sentence =
     "The content is the part that Range asked for; Content-Range says which.",
     .rfc = {"9110", "15.3.7"}, .cacheable = TERM_CACHE_YES,
     .next =
     "Check Content-Range against what was asked for before using a byte."},
    {.name = "207", .kind = TERM_STATUS, .title = "Multi-Status",
     .sentence =
     "WebDAV: the content is an XML list with a status for each of several "
     "resources.",
     .rfc = {"4918", "11.1"},
     .next = "Read each status in the list: some may be failures."},
    {.name = "208", .kind = TERM_STATUS, .title = "Already Reported",
     .sentence =
     "WebDAV, inside a 207 only: this collection's members were listed "
     "before, under another name of it.",
     .rfc = {"5842", "7.1"},
     .next = "Look for them earlier in the same list."},
    {.name = "226", .kind = TERM_STATUS, .title = "IM Used",
     .sentence =
     "The content is what the instance manipulations of A-IM made of the "
     "current state: a difference to the copy that the client has.",
     .rfc = {"3229", "10.4.1"},
     .next = "Apply the difference to the copy."},

    {.name = "300", .kind = TERM_STATUS, .title = "Multiple Choices",
     .sentence =
     "The resource has several representations; the client may choose.",
     .rfc = {"9110", "15.4.1"}, .cacheable = TERM_CACHE_YES,
     .next = "Take Location, if it is there, or ask the user."},
    {.name = "301", .kind = TERM_STATUS, .title = "Moved Permanently",
     .sentence = "The resource has a new URL for good; Location names it.",
     .rfc = {"9110", "15.4.2"}, .cacheable = TERM_CACHE_YES,
     .next = "Ask there, and remember it; by custom a POST becomes a GET."},
    {.name = "302", .kind = TERM_STATUS, .title = "Found",
     .sentence =
     "The resource is elsewhere for the moment; Location says where.",
     .rfc = {"9110", "15.4.3"},
     .next = "Ask there this time; by custom a POST becomes a GET.",
     .correction =
     "The notes give 302 and 307 one meaning. The difference is the method "
     "of the second request: 301 and 302 turn a POST into a GET by custom, "
     "303 makes it a GET by rule, 307 and 308 keep it."},
    {.name = "303", .kind = TERM_STATUS, .title = "See Other",
     .sentence = "The answer to this request is found at Location, by GET.",
     .rfc = {"9110", "15.4.4"},
     .next = "GET that URL (HEAD, if this was a HEAD), without the body.",
     .correction =
     "The notes set it apart from 302 and 307 without the reason: 303 is the "
     "one that always makes the second request a GET."},
    {.name = "304", .kind = TERM_STATUS, .title = "Not Modified",
     .sentence =
     "The client's copy is still good: the answer ends at its header.",
     .rfc = {"9110", "15.4.5"},
     .next = "Use the copy; take over the header fields that came."},
    {.name = "305", .kind = TERM_STATUS, .title = "Use Proxy",
     .sentence =
     "Deprecated: once meant that the resource is behind the proxy named.",
     .rfc = {"9110", "15.4.6"},
     .next = "Don't obey: anybody could name a proxy of his own.",
     .correction =
     "The notes show it as live. It is deprecated: a client that obeyed "
     "would send its requests to whatever proxy a server names."},
    {.name = "306", .kind = TERM_STATUS, .title = "(Unused)",
     .sentence = "Was once defined, is no longer used, and stays reserved.",
     .rfc = {"9110", "15.4.7"},
     .next = "Treat it as 300: nothing else is known about it.",
     .correction =
     "The notes' table leaves it out; the number is reserved and must not be "
     "used for anything else."},
    {.name = "307", .kind = TERM_STATUS, .title = "Temporary Redirect",
     .sentence =
     "The resource is elsewhere for the moment, and the method must stay.",
     .rfc = {"9110", "15.4.8"},
     .next = "Repeat the request there, method and body unchanged.",
     .correction =
     "The notes give it the meaning of 302. It exists because clients turned "
     "POST into GET after a 302; after a 307 they must not."},
    {.name = "308", .kind = TERM_STATUS, .title = "Permanent Redirect",
     .sentence =
     "The resource has a new URL for good, and the method must stay.",
     .rfc = {"9110", "15.4.9"}, .cacheable = TERM_CACHE_YES,
     .next =
     "Repeat the request there, method and body unchanged; remember it."},
    {.name = NULL}};
/* clang-format on */

/* SPDX-License-Identifier: MIT */
/*
 * terms: the registered status codes 5xx: the server, or one behind it, is at
 * fault. Those that an administrator meets have causes and cures.
 */
#include "http/terms.h"

#include <stddef.h>

/* clang-format off */
const struct term http_terms_server_error[] = {
    {.name = "500", .kind = TERM_STATUS, .title = "Internal Server Error",
     .sentence = "Something unexpected at the server kept it from answering.",
     .rfc = {"9110", "15.6.1"},
     .next = "Report it; the fault is not in the request.",
     .causes =
     "A bad rewrite rule; the wrong version of an interpreter; a database "
     "that can't be reached; a function that the configuration has disabled; "
     "a path that the program may not open; a bug in the program.",
     .cures =
     "Read the server's error log at the time of the request: the client is "
     "told nothing on purpose. Undo the last change of configuration or "
     "program.",
     .correction = "The notes' list is right."},
    {.name = "501", .kind = TERM_STATUS, .title = "Not Implemented",
     .sentence = "The server does not know this method, for any resource.",
     .rfc = {"9110", "15.6.2"}, .cacheable = TERM_CACHE_YES,
     .next = "Use a method that it knows."},
    {.name = "502", .kind = TERM_STATUS, .title = "Bad Gateway",
     .sentence =
     "A gateway got an invalid answer, or none, from the server behind it.",
     .rfc = {"9110", "15.6.3"},
     .next = "Try later; the cause is between gateway and server.",
     .causes =
     "The backend is down or refuses the connection; it answers something "
     "that is not HTTP; its header is larger than the gateway's buffer for "
     "it.",
     .cures =
     "Start the backend; send the gateway to the right port; ask the backend "
     "directly from the gateway's host; enlarge the gateway's header buffer.",
     .correction =
     "The notes also blame the client's DNS cache, the browser's proxy and "
     "hijacked DNS: they lie between client and gateway, and a 502 is about "
     "what lies behind the gateway. Their timeout belongs to 504."},
    {.name = "503", .kind = TERM_STATUS, .title = "Service Unavailable",
     .sentence =
     "Overloaded or in maintenance for a while; Retry-After may say how long.",
     .rfc = {"9110", "15.6.4"},
     .next = "Wait for Retry-After, then repeat.",
     .causes =
     "More requests than the server can work on; every worker busy; "
     "maintenance, announced with Retry-After.",
     .cures =
     "Add workers or machines, shed load early, serve from a cache; the "
     "client waits for Retry-After.",
     .correction = "The notes' list is right."},
    {.name = "504", .kind = TERM_STATUS, .title = "Gateway Timeout",
     .sentence = "The server behind the gateway did not answer in time.",
     .rfc = {"9110", "15.6.5"},
     .next = "Try later.",
     .causes =
     "The backend works longer than the gateway is ready to wait for its "
     "answer, or its packets are lost on the way.",
     .cures =
     "Find out what the backend waits for (most often its database); make it "
     "faster, or the gateway's read timeout longer.",
     .correction =
     "The notes also name a small response buffer: that one belongs to 502."},
    {.name = "505", .kind = TERM_STATUS, .title = "HTTP Version Not Supported",
     .sentence =
     "The server refuses the major version of HTTP that the request used.",
     .rfc = {"9110", "15.6.6"},
     .next = "Repeat it with HTTP/1.1.",
     .causes =
     "The request names a major version that the server does not speak: "
     "HTTP/2.0 or HTTP/3.0 in a request line, where those versions have none.",
     .cures =
     "Say HTTP/1.1. HTTP/2 is agreed on in the TLS handshake, never in a "
     "request line.",
     .correction =
     "The notes name an extra space in the request line. That is a malformed "
     "line: our server and most others answer 400."},
    {.name = "506", .kind = TERM_STATUS, .title = "Variant Also Negotiates",
     .sentence =
     "The variant that the server chose is itself negotiable: its "
     "configuration leads in a circle.",
     .rfc = {"2295", "8.1"},
     .next = "Report it; the fault is in the server's configuration."},
    {.name = "507", .kind = TERM_STATUS, .title = "Insufficient Storage",
     .sentence =
     "WebDAV: the server has no room to store what the request needs stored.",
     .rfc = {"4918", "11.5"},
     .next = "Don't repeat it by machine: somebody must make room first."},
    {.name = "508", .kind = TERM_STATUS, .title = "Loop Detected",
     .sentence =
     "WebDAV: the collection contains itself, and was asked for with "
     "infinite depth.",
     .rfc = {"5842", "7.2"},
     .next = "Ask with a depth of 1."},
    {.name = "510", .kind = TERM_STATUS, .title = "Not Extended",
     .sentence =
     "The request lacks an extension that the server's policy wants.",
     .rfc = {"2774", "7"},
     .next = "Treat it as 500.",
     .correction =
     "Historic: the framework for extensions that it belongs to was an "
     "experiment."},
    {.name = "511", .kind = TERM_STATUS,
     .title = "Network Authentication Required",
     .sentence =
     "The network in between wants a log-in first; the server was not "
     "reached.",
     .rfc = {"6585", "6"}, .cacheable = TERM_CACHE_NEVER,
     .next = "Open the page of the network's portal, then repeat."},
    {.name = NULL}};
/* clang-format on */

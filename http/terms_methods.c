/* SPDX-License-Identifier: MIT */
/*
 * terms: the methods.
 */
#include "http/terms.h"

#include <stddef.h>

/* clang-format off */
const struct term http_terms_methods[] = {
    {.name = "GET", .kind = TERM_METHOD,
     .sentence =
     "Asks for a representation of the resource; it changes nothing.",
     .rfc = {"9110", "9.3.1"}},
    {.name = "HEAD", .kind = TERM_METHOD,
     .sentence = "The same as GET, but the answer stops after its header.",
     .rfc = {"9110", "9.3.2"},
     .next = "Read no body, whatever Content-Length says."},
    {.name = "POST", .kind = TERM_METHOD,
     .sentence =
     "Hands the enclosed content to the resource, which does with it what it "
     "was made for.",
     .rfc = {"9110", "9.3.3"},
     .next = "Never repeat it unasked: twice sent may be twice done."},
    {.name = "PUT", .kind = TERM_METHOD,
     .sentence =
     "Replaces the resource's state by the enclosed content, or creates it.",
     .rfc = {"9110", "9.3.4"}},
    {.name = "DELETE", .kind = TERM_METHOD,
     .sentence = "Removes the association of this URL with what it names.",
     .rfc = {"9110", "9.3.5"}},
    {.name = "CONNECT", .kind = TERM_METHOD,
     .sentence = "Asks a proxy for a tunnel to the host and port named.",
     .rfc = {"9110", "9.3.6"}},
    {.name = "OPTIONS", .kind = TERM_METHOD,
     .sentence =
     "Asks what the resource allows; with the target `*`, what the server "
     "allows.",
     .rfc = {"9110", "9.3.7"},
     .next = "Read the Allow field."},
    {.name = "TRACE", .kind = TERM_METHOD,
     .sentence = "Asks the server to send back the request as it arrived.",
     .rfc = {"9110", "9.3.8"},
     .next = "Compare it with what was sent; send no credentials with it."},
    {.name = NULL}};
/* clang-format on */

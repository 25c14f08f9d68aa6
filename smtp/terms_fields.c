/* SPDX-License-Identifier: MIT */
/*
 * terms: header fields of a message that SMTP servers and clients write or
 * read.
 */
#include "smtp/terms.h"

#include <stddef.h>

/* clang-format off */
const struct term smtp_terms_fields[] = {
    {.name = "Bcc", .kind = TERM_FIELD,
     .sentence =
     "Recipients whom the others are not to see; it is gone before the "
     "message is sent.",
     .rfc = {"5322", "3.6.3"}},
    {.name = "Cc", .kind = TERM_FIELD,
     .sentence =
     "Recipients for whom the message is copied.",
     .rfc = {"5322", "3.6.3"}},
    {.name = "Content-Transfer-Encoding", .kind = TERM_FIELD,
     .sentence =
     "How the octets of the body are written: 7bit, 8bit, base64, quoted- "
     "printable.",
     .rfc = {"2045", "6"}},
    {.name = "Content-Type", .kind = TERM_FIELD,
     .sentence =
     "What the body is: text/plain, multipart/mixed, and so on.",
     .rfc = {"2045", "5"}},
    {.name = "Date", .kind = TERM_FIELD,
     .sentence =
     "When the author had finished the message.",
     .rfc = {"5322", "3.6.1"}},
    {.name = "From", .kind = TERM_FIELD,
     .sentence =
     "Who wrote it, says the message; nothing of SMTP checks that.",
     .rfc = {"5322", "3.6.2"},
     .correction =
     "It is not the envelope's sender: bounces go to that of MAIL FROM."},
    {.name = "Message-ID", .kind = TERM_FIELD,
     .sentence =
     "A name of this message that no other has.",
     .rfc = {"5322", "3.6.4"}},
    {.name = "MIME-Version", .kind = TERM_FIELD,
     .sentence =
     "The message is built as MIME says.",
     .rfc = {"2045", "4"}},
    {.name = "Received", .kind = TERM_FIELD,
     .sentence =
     "Where a server took the message from, when, and how; each puts its own "
     "on top, so they are read from below.",
     .rfc = {"5321", "4.4"},
     .correction =
     "Those below the first of a server you trust may be anybody's "
     "invention."},
    {.name = "Return-Path", .kind = TERM_FIELD,
     .sentence =
     "The envelope's sender, written by the server that makes the final "
     "delivery.",
     .rfc = {"5321", "4.4"}},
    {.name = "Sender", .kind = TERM_FIELD,
     .sentence =
     "Who sent it, when that is not who wrote it.",
     .rfc = {"5322", "3.6.2"}},
    {.name = "Subject", .kind = TERM_FIELD,
     .sentence =
     "What it is about.",
     .rfc = {"5322", "3.6.5"}},
    {.name = "To", .kind = TERM_FIELD,
     .sentence =
     "For whom it is, says the message; who gets it, the envelope says.",
     .rfc = {"5322", "3.6.3"},
     .correction =
     "RCPT TO decides who gets it; To is only what the reader sees."},
    {.name = NULL}};
/* clang-format on */

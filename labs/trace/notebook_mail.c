/* SPDX-License-Identifier: MIT */
/*
 * notebook: what SMTP, POP3 and IMAP in clear give away alike: log-ins in
 * base64, and the mail.
 */
#include <string.h>

#include "common/limits.h"
#include "common/sasl.h"
#include "labs/trace/notebook.h"

/* PLAIN has name and password in one word with NULs between (RFC 4616 §2). */
static void write_plain(FILE *to, const struct sasl_message *word)
{
    const char *end = word->bytes + word->length;
    const char *name = memchr(word->bytes, '\0', word->length);
    const char *password =
        name ? memchr(name + 1, '\0', (size_t)(end - name - 1)) : NULL;

    if (!password)
        return;
    notebook_quote(to, "USER",
                   (struct span){name + 1, (size_t)(password - name - 1)});
    notebook_quote(to, "PASSWORD",
                   (struct span){password + 1, (size_t)(end - password - 1)});
}

bool notebook_log_in(FILE *to, struct span mechanism, struct span text,
                     unsigned number)
{
    struct sasl_message word;

    if (!sasl_decode(&word, text))
        return false;
    if (span_equal_nocase(mechanism, SPAN("PLAIN")))
        write_plain(to, &word);
    else
        notebook_quote(to,
                       !span_equal_nocase(mechanism, SPAN("LOGIN")) ? "log-in"
                       : number == 0                                ? "USER"
                                     : "PASSWORD",
                       (struct span){word.bytes, word.length});
    return true;
}

static bool worth_a_line(struct span line)
{
    static const char *const fields[] = {
        "From:", "To:", "Cc:", "Subject:", "Date:", "Message-ID:"};

    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
        if (span_begins_nocase(line, fields[i]))
            return true;
    return false;
}

/* The name of an attachment, wherever MIME says it. */
static void write_attachment(FILE *to, struct span line)
{
    static const char mark[] = "filename=";
    const char *at =
        line.length > 0 ? memmem(line.data, line.length, mark, sizeof(mark) - 1)
                        : NULL;

    if (!at)
        return;
    at += sizeof(mark) - 1;
    notebook_quote(to, "ATTACHMENT",
                   (struct span){at, line.length - (size_t)(at - line.data)});
}

void notebook_mail(FILE *to, struct span octets, bool whole)
{
    struct span rest = octets, text = {NULL, 0}, line;
    bool body = false;

    while (span_next_line(&rest, &line)) {
        if (!body && worth_a_line(line))
            notebook_quote(to, "header", line);
        write_attachment(to, line);
        if (line.length == 0 && !body)
            text = rest;
        body = body || line.length == 0;
    }
    notebook_line(to, "MESSAGE", "%zu bytes%s", octets.length,
                  whole ? "" : ", not to its end");
    while (text.length > 0 && strchr("\r\n", text.data[text.length - 1]))
        text.length--;
    if (text.length > 0)
        notebook_quote(to, "it begins", notebook_beginning(text, whole));
}

bool notebook_mail_to_dot(FILE *to, struct span *from)
{
    static const char mark[] = "\r\n.\r\n";
    struct span octets = *from;
    const char *end = NULL;

    if (span_begins(octets, mark + 2))
        end = octets.data;
    else if (octets.length > 0 &&
             (end = memmem(octets.data, octets.length, mark, 5)) != NULL)
        end += 2;
    if (end)
        octets.length = (size_t)(end - octets.data);
    from->data += octets.length + (end ? 3 : 0);
    from->length -= octets.length + (end ? 3 : 0);
    notebook_mail(to, octets, end != NULL);
    return end != NULL;
}

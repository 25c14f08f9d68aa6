/* SPDX-License-Identifier: MIT */
/*
 * imap_answer: what a server says: the tagged end of a command, and the strings
 * and flags in its data.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "imap/imap_server.h"

/* ---- the tagged end ----------------------------------------------------- */

/* A command that could not be read may have no tag: "*" then. */
int imap_end_at(struct imap_session *s, struct where where, struct rfc rfc,
                const char *status, const char *format, ...)
{
    const struct imap_command *c = &s->command;
    struct span tag = SPAN("*");
    /* There must be room for a COPYUID. */
    char text[8 * 1024];
    va_list arguments;

    if (c->count > 0 && c->words[0].kind == IMAP_TOKEN_ATOM &&
        c->words[0].text.length <= IMAP_TAG_MAX)
        tag = c->words[0].text;
    s->strikes += strcmp(status, "BAD") == 0;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (conn_say_begin_at(s->conn, where, rfc, status) < 0 ||
        conn_say_bytes(s->conn, tag.data, tag.length) < 0)
        return -(int)s->error->class;
    conn_say_line(s->conn, " %s %s", status, text);
    return conn_say_end(s->conn);
}

/* What failed on our side names files, which are no client's business. */
int imap_no_trouble_at(struct imap_session *s, struct where where)
{
    char text[2 * ERROR_TEXT_MAX];

    if (s->trouble.class == ERROR_LOCAL) {
        conn_note(s->conn, RFC("3501", "7.1.2"), "trouble", "%s",
                  s->trouble.text);
        snprintf(text, sizeof(text), "Something has failed on this side");
    } else {
        text_escape(text, sizeof(text), span_of(s->trouble.text));
    }
    return imap_end_at(s, where, RFC("3501", "7.1.2"), "NO", "%s",
                       text[0] ? text : "That can't be done");
}

int imap_say_bye(struct imap_session *s, const char *text)
{
    return conn_say(s->conn, RFC("3501", "7.1.5"), "* BYE %s", text);
}

void imap_capabilities(const struct imap_session *s, char *text, size_t size)
{
    bool tls = conn_facts(s->conn).tls;
    bool may = tls || s->site->insecure_auth;
    bool in = s->state != IMAP_STATE_NOT_AUTHENTICATED;

    /* RFC 3501 §6.1.1, §6.2.3; what is of no use any more is left out. */
    snprintf(text, size,
             " IMAP4rev1 LITERAL- SASL-IR ENABLE IDLE UIDPLUS MOVE%s%s%s",
             !tls && s->site->service && s->site->service->tls && !in
                 ? " STARTTLS"
                 : "",
             !may && !in ? " LOGINDISABLED" : "",
             may && !in ? " AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5 "
                          "AUTH=SCRAM-SHA-256"
                        : "");
}

/* ---- pieces of data ----------------------------------------------------- */

int imap_say_text(struct conn *conn, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof(text))
        length = (int)strlen(text);
    return conn_say_bytes(conn, text, (size_t)length);
}

/* RFC 3501 §9: no string holds a NUL, not even a literal. */
static int say_literal(struct conn *conn, struct span text)
{
    size_t start = 0;
    int result = imap_say_text(conn, "{%zu}\r\n", text.length);

    for (size_t i = 0; result == 0 && i <= text.length; i++) {
        if (i < text.length && text.data[i] != '\0')
            continue;
        result = conn_say_bytes(conn, text.data + start, i - start);
        if (result == 0 && i < text.length)
            result = conn_say_bytes(conn, "?", 1);
        start = i + 1;
    }
    return result;
}

static int say_quoted(struct conn *conn, struct span text)
{
    size_t start = 0;
    int result = conn_say_bytes(conn, "\"", 1);

    for (size_t i = 0; result == 0 && i <= text.length; i++) {
        if (i < text.length && text.data[i] != '"' && text.data[i] != '\\')
            continue;
        result = conn_say_bytes(conn, text.data + start, i - start);
        if (result == 0 && i < text.length)
            result = conn_say_bytes(conn, "\\", 1);
        start = i;
    }
    return result < 0 ? result : conn_say_bytes(conn, "\"", 1);
}

int imap_say_nstring(struct conn *conn, struct span text)
{
    if (text.data == NULL)
        return conn_say_bytes(conn, "NIL", 3);
    return imap_string_form(text) == IMAP_STRING_LITERAL
               ? say_literal(conn, text)
               : say_quoted(conn, text);
}

int imap_say_astring(struct conn *conn, struct span text)
{
    if (text.data != NULL && imap_string_form(text) == IMAP_STRING_ATOM)
        return conn_say_bytes(conn, text.data, text.length);
    return imap_say_nstring(conn, text);
}

int imap_say_flags(struct imap_session *s, uint32_t flags, const char *more)
{
    static const struct {
        uint32_t flag;
        const char *name;
    } names[] = {
        {MAILDIR_REPLIED, "\\Answered"}, {MAILDIR_FLAGGED, "\\Flagged"},
        {MAILDIR_TRASHED, "\\Deleted"},  {MAILDIR_SEEN, "\\Seen"},
        {MAILDIR_DRAFT, "\\Draft"},      {MAILDIR_PASSED, "$Forwarded"}};
    const char *space = "";

    imap_say_text(s->conn, "(");
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (flags & names[i].flag) {
            imap_say_text(s->conn, "%s%s", space, names[i].name);
            space = " ";
        }
    for (int i = 0; i < MAILDIR_KEYWORDS_MAX; i++) {
        const char *name = flags & MAILDIR_KEYWORD(i) && s->box
                               ? maildir_keyword(s->box, i)
                               : NULL;

        if (name) {
            imap_say_text(s->conn, "%s%s", space, name);
            space = " ";
        }
    }
    if (more)
        imap_say_text(s->conn, "%s%s", space, more);
    return imap_say_text(s->conn, ")");
}

/* SPDX-License-Identifier: MIT */
/*
 * imap_envelope: ENVELOPE, BODY and BODYSTRUCTURE, said from what
 * imap_structure has found (RFC 3501 §7.4.2).
 */
#include <ctype.h>
#include <string.h>

#include "imap/imap_fetch.h"

/* ---- ENVELOPE ----------------------------------------------------------- */

/* A list in a list; NIL where there is no address, for "()" is no address list
 * (RFC 3501 §9). */
static int say_addresses(struct conn *conn, struct span value)
{
    struct imap_addresses list = {.rest = value};
    struct imap_address address;
    bool any = false;

    while (value.data != NULL && imap_address_next(&list, &address)) {
        imap_say_text(conn, any ? "(" : "((");
        any = true;
        imap_say_nstring(conn, address.name);
        imap_say_text(conn, " ");
        imap_say_nstring(conn, address.route);
        imap_say_text(conn, " ");
        imap_say_nstring(conn, address.mailbox);
        imap_say_text(conn, " ");
        imap_say_nstring(conn, address.host);
        imap_say_text(conn, ")");
    }
    return imap_say_text(conn, any ? ")" : "NIL");
}

/* RFC 3501 §7.4.2: Sender and Reply-To that are missing or empty are From. */
static struct span or_from(const struct imap_part *part, enum imap_field field)
{
    return part->fields[field].length > 0 ? part->fields[field]
                                          : part->fields[IMAP_FIELD_FROM];
}

int imap_envelope_say(struct conn *conn, const struct imap_part *part)
{
    const struct span *fields = part->fields;

    imap_say_text(conn, "(");
    imap_say_nstring(conn, fields[IMAP_FIELD_DATE]);
    imap_say_text(conn, " ");
    imap_say_nstring(conn, fields[IMAP_FIELD_SUBJECT]);
    imap_say_text(conn, " ");
    say_addresses(conn, fields[IMAP_FIELD_FROM]);
    imap_say_text(conn, " ");
    say_addresses(conn, or_from(part, IMAP_FIELD_SENDER));
    imap_say_text(conn, " ");
    say_addresses(conn, or_from(part, IMAP_FIELD_REPLY_TO));
    for (int field = IMAP_FIELD_TO; field <= IMAP_FIELD_BCC; field++) {
        imap_say_text(conn, " ");
        say_addresses(conn, fields[field]);
    }
    imap_say_text(conn, " ");
    imap_say_nstring(conn, fields[IMAP_FIELD_IN_REPLY_TO]);
    imap_say_text(conn, " ");
    imap_say_nstring(conn, fields[IMAP_FIELD_MESSAGE_ID]);
    return imap_say_text(conn, ")");
}

/* ---- BODYSTRUCTURE ------------------------------------------------------ */

/* ("CHARSET" "utf-8" "FORMAT" "flowed"), or NIL. */
static int say_parameters(struct conn *conn, struct span list)
{
    char value[IMAP_ADDRESS_MAX];
    struct span name;
    bool any = false;

    while (list.data != NULL &&
           imap_parameter_next(&list, &name, value, sizeof(value))) {
        imap_say_text(conn, any ? " " : "(");
        any = true;
        imap_say_nstring(conn, name);
        imap_say_text(conn, " ");
        imap_say_nstring(conn, span_of(value));
    }
    return imap_say_text(conn, any ? ")" : "NIL");
}

/* A value with parameters: ("attachment" ("FILENAME" "x")), or NIL. */
static int say_disposition(struct conn *conn, struct span value)
{
    struct span type = value;

    if (value.data != NULL)
        type = imap_mime_token(&value);
    if (type.length == 0)
        return imap_say_text(conn, "NIL");
    imap_say_text(conn, "(");
    imap_say_nstring(conn, type);
    imap_say_text(conn, " ");
    say_parameters(conn, value);
    return imap_say_text(conn, ")");
}

/* One language, or a list of them. */
static int say_languages(struct conn *conn, struct span value)
{
    const char *open = "(";

    if (value.length == 0)
        return imap_say_text(conn, "NIL");
    while (value.length > 0) {
        struct span language = imap_mime_token(&value);

        if (language.length > 0) {
            imap_say_text(conn, "%s", open);
            imap_say_nstring(conn, language);
            open = " ";
        }
        if (value.length > 0) {
            value.data++;
            value.length--;
        }
    }
    return imap_say_text(conn, *open == '(' ? "NIL" : ")");
}

/* What the three kinds of parts have in common at their end. */
static int say_extensions(struct conn *conn, const struct imap_part *part)
{
    const struct span *fields = part->fields;

    imap_say_text(conn, " ");
    say_disposition(conn, fields[IMAP_FIELD_CONTENT_DISPOSITION]);
    imap_say_text(conn, " ");
    say_languages(conn, fields[IMAP_FIELD_CONTENT_LANGUAGE]);
    imap_say_text(conn, " ");
    return imap_say_nstring(conn, fields[IMAP_FIELD_CONTENT_LOCATION]);
}

static int say_multipart(struct conn *conn, const struct imap_part *part,
                         bool extended)
{
    /* A multipart in which no part has begun is written with one that is
     * empty: the grammar has no other way. */
    if (part->child == NULL)
        imap_say_text(conn, "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 0 0)");
    for (const struct imap_part *child = part->child; child != NULL;
         child = child->next)
        imap_bodystructure_say(conn, child, extended);
    imap_say_text(conn, " ");
    imap_say_nstring(conn, part->subtype);
    if (!extended)
        return 0;
    imap_say_text(conn, " ");
    say_parameters(conn, part->fields[IMAP_FIELD_CONTENT_TYPE]);
    return say_extensions(conn, part);
}

static int say_encoding(struct conn *conn, struct span value)
{
    struct span encoding = {NULL, 0};

    if (value.data != NULL)
        encoding = imap_mime_token(&value);
    return imap_say_nstring(conn,
                            encoding.length > 0 ? encoding : SPAN("7bit"));
}

/* In the order of RFC 3501 §7.4.2; a text has its lines at the end, a message
 * its envelope, its structure and its lines. */
static int say_leaf(struct conn *conn, const struct imap_part *part,
                    bool extended)
{
    const struct span *fields = part->fields;

    imap_say_nstring(conn, part->type);
    imap_say_text(conn, " ");
    imap_say_nstring(conn, part->subtype);
    imap_say_text(conn, " ");
    if (fields[IMAP_FIELD_CONTENT_TYPE].data == NULL)
        imap_say_text(conn, "(\"charset\" \"us-ascii\")");
    else
        say_parameters(conn, fields[IMAP_FIELD_CONTENT_TYPE]);
    imap_say_text(conn, " ");
    imap_say_nstring(conn, fields[IMAP_FIELD_CONTENT_ID]);
    imap_say_text(conn, " ");
    imap_say_nstring(conn, fields[IMAP_FIELD_CONTENT_DESCRIPTION]);
    imap_say_text(conn, " ");
    say_encoding(conn, fields[IMAP_FIELD_CONTENT_TRANSFER_ENCODING]);
    imap_say_text(conn, " %llu", (unsigned long long)(part->end - part->body));
    if (part->kind == IMAP_PART_MESSAGE) {
        imap_say_text(conn, " ");
        imap_envelope_say(conn, part->child);
        imap_say_text(conn, " ");
        imap_bodystructure_say(conn, part->child, extended);
    }
    if (part->kind == IMAP_PART_MESSAGE ||
        span_equal_nocase(part->type, SPAN("text")))
        imap_say_text(conn, " %llu", (unsigned long long)part->lines);
    if (!extended)
        return 0;
    imap_say_text(conn, " ");
    imap_say_nstring(conn, fields[IMAP_FIELD_CONTENT_MD5]);
    return say_extensions(conn, part);
}

/* Calls itself no deeper than IMAP_PARTS_DEPTH: so deep the tree is. */
int imap_bodystructure_say(struct conn *conn, const struct imap_part *part,
                           bool extended)
{
    imap_say_text(conn, "(");
    if (part->kind == IMAP_PART_MULTIPART)
        say_multipart(conn, part, extended);
    else
        say_leaf(conn, part, extended);
    return imap_say_text(conn, ")");
}

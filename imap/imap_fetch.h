/* SPDX-License-Identifier: MIT */
/*
 * imap_fetch: what a FETCH asks for, and how it is answered. RFC 3501 §6.4.5,
 * §7.4.2.
 *
 * imap_fetch_items.c reads the items; imap_fetch.c goes through the messages;
 * imap_section.c gives octets, imap_envelope.c what imap_structure has found.
 */
#ifndef IMAP_IMAP_FETCH_H
#define IMAP_IMAP_FETCH_H

#include "imap/imap_server.h"
#include "imap/imap_structure.h"

enum imap_section_text {
    IMAP_SECTION_ALL,        /* of a part: its body */
    IMAP_SECTION_HEADER,     /* with the empty line after it */
    IMAP_SECTION_FIELDS,     /* those named, and the empty line */
    IMAP_SECTION_FIELDS_NOT, /* all but those named */
    IMAP_SECTION_TEXT,
    IMAP_SECTION_MIME
};

struct imap_section {
    uint32_t path[IMAP_PATH_MAX];
    size_t depth; /* of it; 0: the whole message */
    enum imap_section_text text;
    const struct imap_word *fields; /* borrowed from the command */
    size_t field_count;
};

enum imap_item_kind {
    IMAP_ITEM_FLAGS,
    IMAP_ITEM_UID,
    IMAP_ITEM_INTERNALDATE,
    IMAP_ITEM_SIZE,
    IMAP_ITEM_ENVELOPE,
    IMAP_ITEM_BODY, /* the structure, without extensions */
    IMAP_ITEM_BODYSTRUCTURE,
    IMAP_ITEM_SECTION
};

struct imap_item {
    enum imap_item_kind kind;
    const char *label; /* RFC822 and its kin; NULL: BODY[...] */
    bool peek;         /* \Seen is not set */
    bool partial;
    uint32_t offset, length; /* if partial */
    struct imap_section section;
};

struct imap_fetch {
    struct imap_item items[IMAP_ITEMS_MAX];
    size_t count;
    bool header;  /* the message's header must be read */
    bool tree;    /* and all the rest */
    bool content; /* octets of the message are asked for */
    bool seen;    /* \Seen is to be set */
    bool flags;   /* FLAGS are among the items */
};

/* Reads them from the command. False: it is none; the act answers BAD. */
bool imap_fetch_items(struct imap_session *s, struct imap_fetch *fetch);

/* A message while it is being answered about. */
struct imap_letter {
    struct imap_session *s;
    struct maildir_reader reader; /* open */
    uint64_t size;
    const struct imap_structure *structure; /* as far as it was needed */
};

/* Octets [from, to) of the message, inside of a message to the client. What
 * can't be read any more ends the session: the length was told already. */
int imap_letter_say(struct imap_letter *letter, uint64_t from, uint64_t to);

/* "BODY[1.TEXT]<0> {5}" CR LF and the octets, or NIL: there is no such part. */
int imap_section_say(struct imap_letter *letter, const struct imap_item *item);
/* Two pieces of a message that imap_structure has taken apart. */
int imap_envelope_say(struct conn *conn, const struct imap_part *part);
int imap_bodystructure_say(struct conn *conn, const struct imap_part *part,
                           bool extended);

#endif

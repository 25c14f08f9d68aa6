/* SPDX-License-Identifier: MIT */
/*
 * imap_structure: what a message is made of.
 *
 * RFC 5322 header fields and RFC 2045, RFC 2046 parts, found in one pass over
 * the octets, in any split, without I/O: a tree of parts, each with the places
 * where its header, its body and its end are, and the few header fields that
 * ENVELOPE and BODYSTRUCTURE are made of. The body itself is never kept.
 *
 *     struct imap_structure *m = imap_structure_new();
 *     while ((length = maildir_read(&reader, at, block, sizeof(block))) > 0)
 *         imap_structure_feed(m, (struct span){block, length});
 *     imap_structure_end(m);
 *     part = imap_structure_find(m, path, depth);
 *
 * Mail is written by anybody: nothing in it is an error, only content.
 */
#ifndef IMAP_IMAP_STRUCTURE_H
#define IMAP_IMAP_STRUCTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/text.h"
#include "imap/imap_limits.h"

/* The header fields that are kept. */
enum imap_field {
    IMAP_FIELD_CONTENT_TYPE,
    IMAP_FIELD_CONTENT_ID,
    IMAP_FIELD_CONTENT_DESCRIPTION,
    IMAP_FIELD_CONTENT_TRANSFER_ENCODING,
    IMAP_FIELD_CONTENT_DISPOSITION,
    IMAP_FIELD_CONTENT_LANGUAGE,
    IMAP_FIELD_CONTENT_LOCATION,
    IMAP_FIELD_CONTENT_MD5,
    IMAP_FIELD_DATE,
    IMAP_FIELD_SUBJECT,
    IMAP_FIELD_FROM,
    IMAP_FIELD_SENDER,
    IMAP_FIELD_REPLY_TO,
    IMAP_FIELD_TO,
    IMAP_FIELD_CC,
    IMAP_FIELD_BCC,
    IMAP_FIELD_IN_REPLY_TO,
    IMAP_FIELD_MESSAGE_ID,
    IMAP_FIELDS
};

enum imap_part_kind {
    IMAP_PART_LEAF,
    IMAP_PART_MULTIPART, /* its children are its parts */
    IMAP_PART_MESSAGE    /* message/rfc822: its one child is that message */
};

struct imap_part {
    struct imap_part *parent, *child, *next;
    enum imap_part_kind kind;
    uint64_t start;                   /* of its header: octets of the message */
    uint64_t body;                    /* of what follows the empty line */
    uint64_t end;                     /* the octet after its last */
    uint64_t lines;                   /* line ends from body to end */
    struct span type, subtype;        /* never empty */
    struct span fields[IMAP_FIELDS];  /* unfolded; data NULL: there is none */
    char boundary[IMAP_BOUNDARY_MAX]; /* of a multipart; "": none any more */
    bool digest;                      /* multipart/digest */
};

struct imap_structure;

struct imap_structure *imap_structure_new(void);    /* NULL: out of memory */
void imap_structure_free(struct imap_structure *m); /* NULL is allowed */
/* Forgets the message, for another one. */
void imap_structure_reset(struct imap_structure *m);
/* The next octets. False: the header of the whole message has not ended yet;
 * who wants no more than that need not go on once it is true. */
bool imap_structure_feed(struct imap_structure *m, struct span octets);
/* There are no more. */
void imap_structure_end(struct imap_structure *m);

/* The whole message, as a part. Borrowed until reset. */
const struct imap_part *imap_structure_root(const struct imap_structure *m);
/* Part "1.2.3"; NULL: there is none. RFC 3501 §6.4.5. */
const struct imap_part *imap_structure_find(const struct imap_structure *m,
                                            const uint32_t *path, size_t depth);

/* Takes the next "; name=value" off a parameter list, comments left out and
 * quotes undone; false at its end. `value` is cut to its size (RFC 2045
 * §5.1). */
bool imap_parameter_next(struct span *list, struct span *name, char *value,
                         size_t size);
/* A token of RFC 2045 §5.1 at the beginning of *text, taken off. */
struct span imap_mime_token(struct span *text);

/* ---- addresses (imap_address.c) ----------------------------------------- */

#define IMAP_ADDRESS_MAX 1024

/* One of an address list: data NULL is NIL. A group begins with one of which
 * only the mailbox is set, its name, and ends with one of which nothing is
 * (RFC 3501 §7.4.2). */
struct imap_address {
    struct span name, route, mailbox, host;
    char bytes[4][IMAP_ADDRESS_MAX]; /* what the spans borrow */
};

/* Takes the next one off a list (RFC 5322 §3.4, its obsolete forms too); false
 * at the end. Zeroed `address` and the field's value at the start. */
struct imap_addresses {
    struct span rest;
    bool in_group;
};
bool imap_address_next(struct imap_addresses *list,
                       struct imap_address *address);

#endif

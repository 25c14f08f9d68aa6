/* SPDX-License-Identifier: MIT */
/*
 * imap_search: the conditions of a SEARCH, and whether a message meets them.
 * RFC 3501 §6.4.4.
 *
 * imap_search.c reads the conditions and tells the matches; imap_search_match.c
 * looks at messages.
 */
#ifndef IMAP_IMAP_SEARCH_H
#define IMAP_IMAP_SEARCH_H

#include "imap/imap_server.h"

enum imap_key_kind {
    IMAP_KEY_ALL,
    IMAP_KEY_FLAGS,   /* has all of `flags`, none of `not_flags` */
    IMAP_KEY_KEYWORD, /* has keyword `text`, or (`negated`) has not */
    IMAP_KEY_RECENT,
    IMAP_KEY_OLD,
    IMAP_KEY_NEW,
    IMAP_KEY_SET, /* its number, or (`uid`) its UID */
    IMAP_KEY_LARGER,
    IMAP_KEY_SMALLER,
    IMAP_KEY_BEFORE, /* INTERNALDATE, as days */
    IMAP_KEY_ON,
    IMAP_KEY_SINCE,
    IMAP_KEY_SENT_BEFORE, /* the Date field, as days */
    IMAP_KEY_SENT_ON,
    IMAP_KEY_SENT_SINCE,
    IMAP_KEY_HEADER, /* `field` holds `text` */
    IMAP_KEY_BODY,
    IMAP_KEY_TEXT,
    IMAP_KEY_NOT, /* not `a` */
    IMAP_KEY_OR,  /* `a` or `b` */
    IMAP_KEY_AND  /* `a`, and the rest, `b` */
};

struct imap_key {
    enum imap_key_kind kind;
    uint32_t flags, not_flags;
    bool negated, uid;
    uint64_t number;         /* octets */
    time_t day;              /* its first second */
    struct span field, text; /* borrowed from the command */
    struct imap_set set;     /* owned by the search */
    const struct imap_key *a, *b;
};

struct imap_search {
    struct imap_key keys[IMAP_KEYS_MAX];
    size_t count;
};

/* A match: 1; none: 0; negative: the message can't be read. */
int imap_search_matches(struct imap_session *s, const struct imap_key *key,
                        size_t number);

#endif

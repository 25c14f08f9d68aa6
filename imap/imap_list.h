/* SPDX-License-Identifier: MIT */
/*
 * imap_list: the names of mailboxes, those on disk and those subscribed to, and
 * the patterns that pick some of them. RFC 3501 §6.3.8, §6.3.9.
 */
#ifndef IMAP_IMAP_LIST_H
#define IMAP_IMAP_LIST_H

#include "imap/imap_server.h"

struct imap_named {
    char name[IMAP_NAME_MAX + 1];
    bool real; /* false: only a part of longer names */
};

struct imap_names {
    struct imap_named *list; /* owned; in order */
    size_t count, capacity;
};

/* All mailboxes of the account but INBOX. Negative: s->trouble says why. */
int imap_names_on_disk(struct imap_session *s, struct imap_names *names);
/* The list that SUBSCRIBE keeps: a mailbox may be in it and be gone, for only
 * UNSUBSCRIBE takes a name off (RFC 3501 §6.3.6). */
int imap_names_subscribed(struct imap_session *s, struct imap_names *names);
void imap_names_free(struct imap_names *names);

/* Puts a name on the list of subscriptions, or takes it off. */
int imap_subscribe(struct imap_session *s, struct span name, bool wanted);

/* Does the pattern match? '*' stands for anything, '%' for anything without a
 * separator; INBOX may be in any letter case. */
bool imap_pattern_matches(struct span pattern, const char *name);

#endif

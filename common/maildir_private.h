/* SPDX-License-Identifier: MIT */
/*
 * maildir_private: what the files of maildir share, and nobody else sees.
 */
#ifndef COMMON_MAILDIR_PRIVATE_H
#define COMMON_MAILDIR_PRIVATE_H

#include "common/maildir.h"

/* Many short texts, each with its NUL, in pieces of memory that never move. */
struct maildir_names {
    struct maildir_piece *first; /* the one being filled; owned */
};

/* Keeps a copy, borrowed until maildir_names_free. NULL: out of memory, and
 * *error says so. */
const char *maildir_names_add(struct maildir_names *names, struct span name,
                              struct error *error);
void maildir_names_free(struct maildir_names *names);

/* The part of a file's name that stays when flags change. */
struct span maildir_base(const char *name);
uint32_t maildir_flags_read(const char *name);
/* Writes "BASE:2,FLAGS"; false when it is no file's name any more. */
bool maildir_flags_write(char name[NAME_MAX + 1], struct span base,
                         uint32_t flags);

/* ---- the list of UIDs (maildir_uids.c) ---------------------------------- */

struct maildir_uid {
    uint32_t uid;
    bool shown;       /* the box has had a message of this UID */
    bool recent;      /* this box took it from new/ */
    uint32_t found;   /* by the scan of this number */
    bool in_new;      /* where it was found */
    const char *base; /* its name up to the ':', in `bases` */
    const char *name; /* the whole, when found */
    uint64_t octets;  /* on the wire, and one more; 0: nobody has counted */
};

struct maildir_uids {
    struct maildir_uid *list; /* ascending UIDs; owned */
    size_t count, capacity;
    struct maildir_names bases;
    uint32_t *table; /* hash of a base to its index + 1; owned */
    size_t table_size;
    uint32_t uidvalidity, uidnext;
    ino_t inode;   /* of the file that was read, */
    uint64_t read; /* so far */
};

/* Reads what the file has gained since the last time. The lock is held. A file
 * that is missing or can't be understood is begun anew, with a UIDVALIDITY
 * that the account never had. `folder` is a descriptor. */
int maildir_uids_load(struct maildir_uids *uids, int folder,
                      struct error *error);
/* The newest entry of that base; NULL: there is none. */
struct maildir_uid *maildir_uids_find(struct maildir_uids *uids,
                                      struct span base);
/* Gives `base` the next UID, in the file too. The lock is held. */
int maildir_uids_give(int folder, struct span base, uint32_t *uid,
                      struct error *error);
/* Makes what was given last beyond a crash. */
int maildir_uids_sync(int folder, struct error *error);
/* Writes the file anew when most of its lines are about messages long gone:
 * what scan number `found` did not find. */
int maildir_uids_compact(struct maildir_uids *uids, int folder, uint32_t found,
                         struct error *error);
void maildir_uids_free(struct maildir_uids *uids);

/* The lock over the list: a descriptor, to be closed to give it back. */
int maildir_uids_lock(int folder, struct error *error);

/* ---- the box (maildir.c) ------------------------------------------------ */

/* What tells cheaply that nothing has changed. */
struct maildir_stamp {
    struct timespec new, cur;
    bool sure; /* the clock had ticked since the last change */
};

struct maildir_private {
    int folder, new, cur; /* descriptors of the folders */
    int session;          /* of POP3's lock; -1: not held */
    int watch;            /* inotify; -1: none */
    unsigned how;
    uint32_t scan; /* number of the last one */
    struct maildir_stamp stamp;
    struct maildir_uids uids;
    struct maildir_names names; /* whole, as the messages have them */
    struct maildir_names found; /* as the scan under way has them */
    char *keywords[MAILDIR_KEYWORDS_MAX];
    struct timespec keywords_read; /* the file's time when it was */
};

/* Looks where the files are now and what they are called, nothing more: the
 * list keeps its messages. */
int maildir_look_again(struct maildir *box);
/* The descriptor of the folder that the message lies in. */
int maildir_folder_of(const struct maildir *box,
                      const struct maildir_message *message);
struct maildir_uid *maildir_entry(const struct maildir *box,
                                  const struct maildir_message *message);

/* A name that no other file has (maildir_deliver.c): seconds, microseconds,
 * process, how many so far, host, sizes. Sorts in the order of arrival. */
void maildir_unique_name(char name[NAME_MAX + 1], const char *sizes);
/* ",S=1,W=2" of a name; false when it does not say. */
bool maildir_sizes_read(const char *name, uint64_t *file, uint64_t *wire);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * maildir: the one store of mail, on disk, as every mail tool knows it.
 *
 * A Maildir is a folder with tmp/, new/ and cur/ in it, a message a file. What
 * is delivered is written in tmp/, synced, and renamed into new/: it is there
 * whole or not at all. A reader moves it to cur/, where its name ends in its
 * flags (":2,FS"). Maildir++ puts the folder A.B beside them as `.A.B`. SMTP
 * delivers into it, POP3 and IMAP read it, and so may Dovecot or mutt, all at
 * the same time.
 *
 *     struct maildir_delivery *delivery;                  // SMTP, APPEND
 *     maildir_deliver_begin(&delivery, "mail/bob", &error);
 *     maildir_deliver_write(delivery, octets, length);    // as on the wire
 *     maildir_deliver_end(delivery, NULL, NULL);          // now it is there
 *
 *     struct maildir *box;                                // POP3, IMAP
 *     maildir_open(&box, "mail/bob", 0, &error);
 *     maildir_lock_session(box);                          // POP3
 *     for (size_t i = 0; i < box->count; i++)
 *         maildir_size(box, &box->messages[i], &octets);
 *     maildir_read_open(&reader, box, &box->messages[0]); // read, read_close
 *     maildir_remove(box, &box->messages[0]);             // POP3's UPDATE
 *     maildir_close(box);
 *
 * LINE ENDS. A file holds the octets that the wire carried, CR LF and all, for
 * SMTP, POP3 and IMAP must give back what was taken, to the octet, and a rule
 * that rewrites line ends cannot be undone where a message has odd ones.
 * Dovecot, mutt and mbsync read such files. Our names say so as Dovecot's do:
 * ",S=4711,W=4711", octets in the file and on the wire. Stock delivery agents
 * write LF alone; so where no name tells, the first line does: if it ends in LF
 * alone, each bare LF of the file goes out as CR LF. Sizes are the wire's.
 *
 * UIDS. wirelab-uids beside cur/ keeps UIDVALIDITY, the next UID and a line
 * for each message: other tools pass it by. A UID is given once, in the order
 * of arrival, by whoever sees a new message first, while he holds
 * wirelab-uids.lock (flock). Keywords are the letters a to z after the flags,
 * and dovecot-keywords says which letter is which, as Dovecot has it.
 *
 * Lengths are octets. Functions return 0 or the negative of an error class:
 * ERROR_LOCAL unless something else is said, with the detail in the `struct
 * error` of maildir_open or maildir_deliver_begin.
 *
 * DEPARTURES. Deliberately no index of sizes and envelopes: a message is its
 * file. A production server would cache them.
 */
#ifndef COMMON_MAILDIR_H
#define COMMON_MAILDIR_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "common/accounts.h"
#include "common/error.h"
#include "common/text.h"

/* Flags, as bits; in a file's name they are the letters given here. */
enum maildir_flag {
    MAILDIR_DRAFT = 1 << 0,   /* D */
    MAILDIR_FLAGGED = 1 << 1, /* F */
    MAILDIR_PASSED = 1 << 2,  /* P: forwarded or bounced on */
    MAILDIR_REPLIED = 1 << 3, /* R: answered */
    MAILDIR_SEEN = 1 << 4,    /* S */
    MAILDIR_TRASHED = 1 << 5  /* T: IMAP's \Deleted */
};
/* The bit of keyword `letter`, 0 ('a') to 25 ('z'). */
#define MAILDIR_KEYWORD(letter) ((uint32_t)1 << (6 + (letter)))
#define MAILDIR_KEYWORDS_MAX 26

struct maildir_message {
    uint32_t uid;
    uint32_t flags;   /* maildir_flag and MAILDIR_KEYWORD */
    bool recent;      /* nobody took it from new/ before this maildir */
    bool in_new;      /* its file still lies there */
    const char *name; /* of its file; borrowed from the maildir */
};

struct maildir_private;

/* One folder, opened. The messages stand in ascending order of UIDs, until the
 * next maildir_refresh or maildir_close; a name may change with each call that
 * reads or changes a message. */
struct maildir {
    struct maildir_message *messages;
    size_t count;
    uint32_t uidvalidity;
    uint32_t uidnext; /* above every UID given so far */
    struct error *error;
    struct maildir_private *private;
};

/* ---- accounts and folders ----------------------------------------------- */

/* The account that `login` names: itself, or the part before its last '@'.
 * Borrowed; NULL: there is none, or its name can't be a folder's. Its Maildir
 * is DIR/NAME, with DIR from --maildir. */
const struct account *maildir_account(const struct accounts *accounts,
                                      struct span login);
/* That account's password, borrowed, for sasl_server_start: `accounts` is a
 * struct accounts; NULL: there is none. */
const char *maildir_password(void *accounts, struct span login);
/* DIR must be there: to make it is nobody's errand but the user's, who may have
 * misspelt it. ERROR_LOCAL. */
int maildir_check_dir(const char *dir, struct error *error);
/* Writes "DIR/NAME"; false when it is too long. */
bool maildir_path(char path[PATH_MAX], const char *dir,
                  const struct account *account);

/* Makes the folder with tmp, new and cur where they are missing, for its owner
 * alone (0700). `path` may lack its last part only. */
int maildir_make(const char *path, struct error *error);
/* Takes a folder away with all that is in it. It leaves the account at once,
 * by one rename; what is removed after that nobody sees. */
int maildir_unmake(const char *path, struct error *error);

/* ---- delivering --------------------------------------------------------- */

struct maildir_delivery;

/* What IMAP's APPEND wants of a message beside its octets. */
struct maildir_wish {
    uint32_t flags;
    time_t date; /* INTERNALDATE; 0: now */
};

/* A new file in `path`/tmp, after maildir_make. `error` is borrowed until the
 * delivery ends. *delivery is owned by the caller, who ends it. */
int maildir_deliver_begin(struct maildir_delivery **delivery, const char *path,
                          struct error *error);
int maildir_deliver_write(struct maildir_delivery *delivery, const void *data,
                          size_t length);
/* Syncs the file, renames it to where readers look and syncs that folder: when
 * this returns 0 no crash can lose the message. `wish` may be NULL. With `uid`
 * (NULL: nobody asks) the UID is given at once. Frees the delivery; when it
 * fails nothing is left behind. */
int maildir_deliver_end(struct maildir_delivery *delivery,
                        const struct maildir_wish *wish, uint32_t *uid);
/* The UIDVALIDITY of a folder that has one; 0: it has not. */
uint32_t maildir_uidvalidity(const char *path, struct error *error);
/* Takes back what was written, and frees the delivery; NULL is allowed. */
void maildir_deliver_drop(struct maildir_delivery *delivery);

/* ---- opening and looking ------------------------------------------------ */

enum {
    MAILDIR_TAKES_NEW = 1, /* moves what lies in new/ to cur/: IMAP's SELECT */
};

/* Opens the folder and reads it. ERROR_REFUSED: there is none. `error` is
 * borrowed until maildir_close. On success *box is owned by the caller. */
int maildir_open(struct maildir **box, const char *path, unsigned how,
                 struct error *error);
void maildir_close(struct maildir *box); /* NULL is allowed */
/* Reads the folder again if anything in it may have changed: 1; 0: nothing. */
int maildir_refresh(struct maildir *box);
/* A descriptor for poll(2) that is readable after a change, and is to be
 * emptied with maildir_watched; -1: the system has none left, so look every
 * now and then. Owned by the box. */
int maildir_watch(struct maildir *box);
void maildir_watched(struct maildir *box);

/* POP3's exclusive lock (RFC 1939 §4), until maildir_close or the end of the
 * process. ERROR_REFUSED: another session has it. IMAP does not ask for it. */
int maildir_lock_session(struct maildir *box);

/* The message of that UID; NULL: it is gone. */
const struct maildir_message *maildir_find(const struct maildir *box,
                                           uint32_t uid);

/* ---- one message -------------------------------------------------------- */

/* Its octets on the wire. ERROR_REFUSED: the file is gone. */
int maildir_size(struct maildir *box, const struct maildir_message *message,
                 uint64_t *octets);
/* When it was delivered: IMAP's INTERNALDATE. */
int maildir_date(struct maildir *box, const struct maildir_message *message,
                 time_t *date);

/* A message being read. All of it is private but what is said. */
struct maildir_reader {
    int fd;
    bool bare_lf;         /* the file's lines end in LF alone */
    bool counted;         /* size is known */
    uint64_t size;        /* after maildir_read_size */
    uint64_t file_size;   /* octets in the file */
    uint64_t at, file_at; /* where the next read goes on, wire and file */
    bool owes_lf;         /* a CR went out, its LF did not */
    bool after_cr;        /* the file's last octet read was a CR */
    struct error *error;
};

/* ERROR_REFUSED: the file is gone. Ended by maildir_read_close; zeroed memory
 * may be closed too. The reader outlives refreshes of the box. */
int maildir_read_open(struct maildir_reader *reader, struct maildir *box,
                      const struct maildir_message *message);
/* Octets on the wire, exactly; reads the file if that is what it takes. */
int maildir_read_size(struct maildir_reader *reader, uint64_t *octets);
/* Up to `size` octets of the wire from `offset` on: how many, 0 at the end.
 * Reading on where the last call stopped is fast, going back may not be. */
ssize_t maildir_read(struct maildir_reader *reader, uint64_t offset, void *data,
                     size_t size);
void maildir_read_close(struct maildir_reader *reader);

/* ---- changing ----------------------------------------------------------- */

/* Renames the file so that its name says its flags without `remove` and with
 * `add`: whoever changes it at the same moment, both changes last.
 * ERROR_REFUSED: it is gone. The message has its new flags and name then. */
int maildir_change_flags(struct maildir *box, struct maildir_message *message,
                         uint32_t add, uint32_t remove);
/* Removes the file; that it was gone already is no failure. The list stays as
 * it is until the next refresh. */
int maildir_remove(struct maildir *box, const struct maildir_message *message);
/* Makes the folder's removals and renames last beyond a crash. */
int maildir_sync(struct maildir *box);

/* Copies a message into the folder `to`, as one more link to the same file (a
 * message never changes), or moves it; its flags and date go with it. *uid is
 * the one it has there. ERROR_REFUSED: it is gone. */
int maildir_copy(struct maildir *box, const struct maildir_message *message,
                 struct maildir *to, uint32_t *uid);
int maildir_move(struct maildir *box, const struct maildir_message *message,
                 struct maildir *to, uint32_t *uid);

/* ---- keywords ----------------------------------------------------------- */

/* The name of keyword `letter`, 0 to 25; NULL: that letter has none. Borrowed
 * until the next maildir_refresh or maildir_keyword_letter. */
const char *maildir_keyword(struct maildir *box, int letter);
/* The letter of the keyword `name`, letter case aside, which is made if there
 * is none and `make`; -1: there is none, or all letters are taken. */
int maildir_keyword_letter(struct maildir *box, struct span name, bool make);

#endif

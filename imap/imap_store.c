/* SPDX-License-Identifier: MIT */
/*
 * imap_store: flags, read from a command and set (RFC 3501 §6.4.6).
 */
#include <string.h>

#include "imap/imap_server.h"

/* ---- reading flags ------------------------------------------------------ */

/* RFC 3501 §2.3.2. \Recent can be changed by nobody. */
static const struct {
    const char *name;
    uint32_t flag;
} system_flags[] = {
    {"\\Answered", MAILDIR_REPLIED}, {"\\Flagged", MAILDIR_FLAGGED},
    {"\\Deleted", MAILDIR_TRASHED},  {"\\Seen", MAILDIR_SEEN},
    {"\\Draft", MAILDIR_DRAFT},      {"\\Recent", 0},
    {"$Forwarded", MAILDIR_PASSED}};

/* A keyword for which no letter is left is passed over: PERMANENTFLAGS has
 * said that there is no room. */
static bool read_flag(struct maildir *box, struct span name, uint32_t *flags)
{
    int letter;

    for (size_t i = 0; i < sizeof(system_flags) / sizeof(*system_flags); i++)
        if (span_equal_nocase(name, span_of(system_flags[i].name))) {
            *flags |= system_flags[i].flag;
            return true;
        }
    if (strcspn(name.data, "\\%*[]{") < name.length)
        return false;
    letter = maildir_keyword_letter(box, name, true);
    if (letter >= 0)
        *flags |= MAILDIR_KEYWORD(letter);
    return true;
}

bool imap_take_flags(struct imap_session *s, struct maildir *box, bool bare,
                     uint32_t *flags)
{
    struct imap_command *c = &s->command;
    bool list = imap_take_kind(c, IMAP_TOKEN_OPEN);
    struct span name;

    *flags = 0;
    if (!list && !bare)
        return false;
    while (imap_take_atom(c, &name))
        if (!read_flag(box, name, flags))
            return false;
    return !list || imap_take_kind(c, IMAP_TOKEN_CLOSE);
}

/* ---- STORE -------------------------------------------------------------- */

struct store {
    uint32_t add, remove;
    bool silent;
};

/* FLAGS takes away all that it does not set, so it removes everything first. */
static bool take_item(struct imap_session *s, struct store *store)
{
    static const struct {
        const char *name;
        char sign;
        bool silent;
    } items[] = {{"FLAGS", ' ', false},  {"FLAGS.SILENT", ' ', true},
                 {"+FLAGS", '+', false}, {"+FLAGS.SILENT", '+', true},
                 {"-FLAGS", '-', false}, {"-FLAGS.SILENT", '-', true}};
    uint32_t flags;
    size_t i = 0;

    while (i < sizeof(items) / sizeof(*items) &&
           !imap_take_word(&s->command, items[i].name))
        i++;
    if (i == sizeof(items) / sizeof(*items) ||
        !imap_take_flags(s, s->box, true, &flags))
        return false;
    store->silent = items[i].silent;
    store->add = items[i].sign == '-' ? 0 : flags;
    store->remove = items[i].sign == '+'   ? 0
                    : items[i].sign == '-' ? flags
                                           : UINT32_MAX;
    return true;
}

/* RFC 3501 §6.4.6: the new value is told unless the client asked for silence;
 * also then, if somebody else has changed it to something else. */
static int store_one(struct imap_session *s, const struct store *store,
                     size_t number)
{
    const struct imap_seen *seen = &s->view.list[number - 1];
    struct maildir_message *message = imap_view_message(s, number);
    uint32_t expected;

    if (message == NULL)
        return -ERROR_REFUSED;
    expected = (seen->flags & ~store->remove) | store->add;
    if (maildir_change_flags(s->box, message, store->add, store->remove) < 0)
        return -ERROR_REFUSED;
    imap_view_told(s, number, message->flags);
    if (store->silent && message->flags == expected)
        return 0;
    return imap_view_tell_flags(s, number);
}

/* A message that another session has removed stops nobody; who stores by
 * number is told that there were some. */
static int store_all(struct imap_session *s, const struct store *store,
                     const struct imap_set *set)
{
    size_t gone = 0;

    for (size_t i = 1; i <= s->view.count; i++) {
        if (!imap_view_has(s, set, s->command.uid, i))
            continue;
        if (store_one(s, store, i) < 0) {
            if (s->error->class != 0)
                return -(int)s->error->class;
            gone++;
        }
    }
    if (gone > 0 && !s->command.uid)
        return imap_no(s, "%zu of them are gone or can't be changed", gone);
    return imap_ok(s, "Stored");
}

int imap_act_store(struct imap_session *s)
{
    struct imap_set set;
    struct store store = {0};
    int result;

    if (!imap_take_set(s, s->command.uid, &set) || !take_item(s, &store) ||
        !imap_command_ended(&s->command))
        result = imap_bad_arguments(s);
    else if (s->read_only)
        result = imap_no(s, "The mailbox is open for reading only");
    else
        result = store_all(s, &store, &set);
    imap_set_free(&set);
    return result;
}

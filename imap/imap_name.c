/* SPDX-License-Identifier: MIT */
/*
 * imap_name: from the name of a mailbox to its place on disk.
 *
 * Maildir++: INBOX is the account's own folder; the mailbox A.B is `.A.B` in
 * it, its name in modified UTF-7 as on the wire, as Dovecot has it. A name
 * comes from a client and becomes a path, so it is judged strictly first.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "imap/imap_server.h"

static bool refuse(struct imap_session *s, const char *why)
{
    error_set(&s->trouble, ERROR_USAGE, "%s", why);
    return false;
}

/* No part is empty (".." would be one), none climbs, and the whole is one
 * folder's name. */
static bool is_sound(struct imap_session *s, struct span name)
{
    char utf8[3 * IMAP_NAME_MAX + 1];

    if (name.length == 0 || name.length > IMAP_NAME_MAX)
        return refuse(s, "A mailbox name has 1 to 200 octets");
    if (memchr(name.data, '/', name.length) ||
        memchr(name.data, '\0', name.length))
        return refuse(s, "A mailbox name can't hold \"/\"");
    if (name.data[0] == '.' || name.data[name.length - 1] == '.' ||
        memmem(name.data, name.length, "..", 2))
        return refuse(s, "A part of the name is empty");
    if (memchr(name.data, '%', name.length) ||
        memchr(name.data, '*', name.length))
        return refuse(s, "A mailbox name can't hold \"%\" or \"*\"");
    if (!imap_utf7_to_utf8(utf8, sizeof(utf8), name))
        return refuse(s, "The name is not modified UTF-7 (RFC 3501)");
    return true;
}

bool imap_path(struct imap_session *s, struct span name, char path[PATH_MAX])
{
    int length;

    if (imap_is_inbox(name)) {
        snprintf(path, PATH_MAX, "%s", s->root);
        return true;
    }
    if (!is_sound(s, name))
        return false;
    length = snprintf(path, PATH_MAX, "%s/.%.*s", s->root, (int)name.length,
                      name.data);
    return length < PATH_MAX ? true : refuse(s, "The name is too long");
}

bool imap_exists(const char *path)
{
    char cur[PATH_MAX + 8];

    snprintf(cur, sizeof(cur), "%s/cur", path);
    return access(cur, F_OK) == 0;
}

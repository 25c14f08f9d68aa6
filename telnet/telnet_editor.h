/* SPDX-License-Identifier: MIT */
/*
 * telnet_editor: keys to lines, at the server. What a terminal driver does for
 * a program, it does for a peer who is far away: erase, kill, interrupt, and
 * the echo of each key. No I/O: a key in, what is to be shown out.
 */
#ifndef TELNET_TELNET_EDITOR_H
#define TELNET_TELNET_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

#include "telnet/telnet_limits.h"

/* Ctrl-C, the one key that must not wait its turn: the server looks for it. */
#define TELNET_KEY_INTERRUPT 3

enum telnet_edit {
    TELNET_EDIT_MORE,      /* the line goes on */
    TELNET_EDIT_LINE,      /* it is whole: line, length */
    TELNET_EDIT_INTERRUPT, /* Ctrl-C */
    TELNET_EDIT_END        /* Ctrl-D on an empty line */
};

struct telnet_editor {
    char line[TELNET_LINE_MAX]; /* NUL-terminated */
    size_t length;
    bool cr;     /* the last key was a CR: an LF belongs to it */
    bool hidden; /* a password is typed: only the line's end is shown */
    char shown[3 * TELNET_LINE_MAX]; /* what is to be sent back for the key */
    size_t shown_length;
};

/* Begins a new line. */
void telnet_editor_start(struct telnet_editor *editor, bool hidden);
/* One key. A line that is full takes no more, and rings the bell. */
enum telnet_edit telnet_editor_key(struct telnet_editor *editor, char key);
/* EC and EL, which have no key of their own. */
void telnet_editor_erase(struct telnet_editor *editor);
void telnet_editor_kill(struct telnet_editor *editor);

#endif

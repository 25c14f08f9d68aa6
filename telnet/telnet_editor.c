/* SPDX-License-Identifier: MIT */
/* telnet_editor: keys to lines. The contract is in telnet_editor.h. */
#include "telnet/telnet_editor.h"

#include <string.h>

enum { CTRL_D = 4, BELL = 7, BACKSPACE = 8, CTRL_U = 21, DELETE = 127 };

void telnet_editor_start(struct telnet_editor *editor, bool hidden)
{
    editor->line[0] = '\0';
    editor->length = 0;
    editor->hidden = hidden;
}

static void show(struct telnet_editor *editor, const char *text, size_t length)
{
    if (length > sizeof(editor->shown) - editor->shown_length)
        /* Never: there are three bytes for each of the line. */
        return;
    memcpy(editor->shown + editor->shown_length, text, length);
    editor->shown_length += length;
}

/* Takes one character back: of one that has several bytes (UTF-8) all. */
static void take_back(struct telnet_editor *editor)
{
    if (editor->length == 0)
        return;
    do
        editor->length--;
    while (editor->length > 0 && (editor->line[editor->length] & 0xc0) == 0x80);
    editor->line[editor->length] = '\0';
    if (!editor->hidden)
        show(editor, "\b \b", 3);
}

void telnet_editor_erase(struct telnet_editor *editor)
{
    editor->shown_length = 0;
    take_back(editor);
}

void telnet_editor_kill(struct telnet_editor *editor)
{
    editor->shown_length = 0;
    while (editor->length > 0)
        take_back(editor);
}

static void add(struct telnet_editor *editor, char key)
{
    if (editor->length == sizeof(editor->line) - 1) {
        show(editor, &(char){BELL}, 1);
        return;
    }
    editor->line[editor->length++] = key;
    editor->line[editor->length] = '\0';
    if (!editor->hidden)
        show(editor, &key, 1);
}

/* CR LF, CR NUL (which the parser has made a CR) and LF all end a line: RFC
 * 1123 §3.3.1 wants the first two to mean the same. */
enum telnet_edit telnet_editor_key(struct telnet_editor *editor, char key)
{
    bool second = editor->cr && key == '\n';

    editor->shown_length = 0;
    editor->cr = key == '\r';
    if (second)
        return TELNET_EDIT_MORE;
    switch (key) {
    case '\r':
    case '\n':
        show(editor, "\n", 1);
        return TELNET_EDIT_LINE;
    case TELNET_KEY_INTERRUPT:
        show(editor, "^C\n", 3);
        return TELNET_EDIT_INTERRUPT;
    case CTRL_D:
        return editor->length == 0 ? TELNET_EDIT_END : TELNET_EDIT_MORE;
    case BACKSPACE:
    case DELETE:
        take_back(editor);
        return TELNET_EDIT_MORE;
    case CTRL_U:
        telnet_editor_kill(editor);
        return TELNET_EDIT_MORE;
    default:
        if ((unsigned char)key >= ' ')
            add(editor, key);
        return TELNET_EDIT_MORE;
    }
}

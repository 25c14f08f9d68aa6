/* SPDX-License-Identifier: MIT */
/* Keys to lines: what is kept, and what is shown for it. */
#include <string.h>

#include "telnet/telnet_editor.h"
#include "tests/harness.h"

static struct telnet_editor editor;
static char shown[256];

/* Types keys; the outcome of the last one. */
static enum telnet_edit type(const char *keys, size_t length)
{
    enum telnet_edit edit = TELNET_EDIT_MORE;
    size_t used = 0;

    for (size_t i = 0; i < length; i++) {
        edit = telnet_editor_key(&editor, keys[i]);
        CU_ASSERT_FATAL(used + editor.shown_length < sizeof(shown));
        memcpy(shown + used, editor.shown, editor.shown_length);
        used += editor.shown_length;
    }
    shown[used] = '\0';
    return edit;
}

static void start(bool hidden)
{
    memset(&editor, 0, sizeof(editor));
    telnet_editor_start(&editor, hidden);
}

#define TYPE(keys) type(keys, sizeof(keys) - 1)

/* RFC 1123 §3.3.1: CR LF and CR NUL (read as CR) mean the same; so does LF. */
static void telnet_editor_ends_a_line(void)
{
    start(false);
    CU_ASSERT_EQUAL(TYPE("ab\r"), TELNET_EDIT_LINE);
    CU_ASSERT_STRING_EQUAL(editor.line, "ab");
    CU_ASSERT_STRING_EQUAL(shown, "ab\n");
    telnet_editor_start(&editor, false);
    CU_ASSERT_EQUAL(TYPE("\n"), TELNET_EDIT_MORE);
    CU_ASSERT_EQUAL(TYPE("\n"), TELNET_EDIT_LINE);
    CU_ASSERT_STRING_EQUAL(editor.line, "");
    CU_ASSERT_EQUAL(TYPE("\r"), TELNET_EDIT_LINE);
}

static void telnet_editor_takes_back(void)
{
    start(false);
    TYPE("ab\x7f\x08\x08"
         "c");
    CU_ASSERT_STRING_EQUAL(editor.line, "c");
    CU_ASSERT_STRING_EQUAL(shown, "ab\b \b\b \bc");
    TYPE("x\xc3\xa4\x7f");
    CU_ASSERT_STRING_EQUAL(editor.line, "cx");
    TYPE("\x15");
    CU_ASSERT_STRING_EQUAL(editor.line, "");
    CU_ASSERT_STRING_EQUAL(shown, "\b \b\b \b");
    TYPE("ab");
    telnet_editor_erase(&editor);
    CU_ASSERT_STRING_EQUAL(editor.line, "a");
    telnet_editor_kill(&editor);
    CU_ASSERT_STRING_EQUAL(editor.line, "");
}

static void telnet_editor_hides_a_password(void)
{
    start(true);
    CU_ASSERT_EQUAL(TYPE("se\x7f"
                         "cret\r"),
                    TELNET_EDIT_LINE);
    CU_ASSERT_STRING_EQUAL(editor.line, "scret");
    CU_ASSERT_STRING_EQUAL(shown, "\n");
}

static void telnet_editor_knows_control_keys(void)
{
    start(false);
    CU_ASSERT_EQUAL(TYPE("ab\x03"), TELNET_EDIT_INTERRUPT);
    start(false);
    CU_ASSERT_EQUAL(TYPE("a\x04"), TELNET_EDIT_MORE);
    start(false);
    CU_ASSERT_EQUAL(TYPE("\x04"), TELNET_EDIT_END);
    start(false);
    TYPE("a\x1b\x01\0b");
    CU_ASSERT_STRING_EQUAL(editor.line, "ab");
}

static void telnet_editor_is_bounded(void)
{
    start(false);
    for (int i = 0; i < TELNET_LINE_MAX - 1; i++)
        CU_ASSERT_EQUAL(telnet_editor_key(&editor, 'x'), TELNET_EDIT_MORE);
    TYPE("y");
    CU_ASSERT_STRING_EQUAL(shown, "\a");
    CU_ASSERT_EQUAL(editor.length, TELNET_LINE_MAX - 1);
    TYPE("");
    telnet_editor_kill(&editor);
    CU_ASSERT_EQUAL(editor.shown_length, 3 * (TELNET_LINE_MAX - 1));
}

const struct test tests_telnet_editor[] = {
    {"telnet_editor_ends_a_line", telnet_editor_ends_a_line},
    {"telnet_editor_takes_back", telnet_editor_takes_back},
    {"telnet_editor_hides_a_password", telnet_editor_hides_a_password},
    {"telnet_editor_knows_control_keys", telnet_editor_knows_control_keys},
    {"telnet_editor_is_bounded", telnet_editor_is_bounded},
    {NULL, NULL}};

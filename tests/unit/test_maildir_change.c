/* SPDX-License-Identifier: MIT */
/* Flags, copies, moves, keywords, the list of UIDs, folders. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/limits.h"
#include "tests/harness.h"
#include "tests/unit/letters.h"

/* Two change the same message at once, and both changes last. */
static void maildir_keeps_both_changes(void)
{
    struct maildir *other;

    letters_make();
    letters_put("new/1.a", "x");
    letters_open(0);
    CU_ASSERT_EQUAL(maildir_open(&other, letters.path, 0, &letters.error), 0);
    CU_ASSERT_EQUAL(maildir_change_flags(letters.box, &letters.box->messages[0],
                                         MAILDIR_SEEN, 0),
                    0);
    CU_ASSERT_EQUAL(
        maildir_change_flags(other, &other->messages[0], MAILDIR_FLAGGED, 0),
        0);
    CU_ASSERT_EQUAL(other->messages[0].flags, MAILDIR_SEEN | MAILDIR_FLAGGED);
    CU_ASSERT_EQUAL(access(letters_path("cur/1.a:2,FS"), F_OK), 0);
    CU_ASSERT_EQUAL(maildir_change_flags(letters.box, &letters.box->messages[0],
                                         0, UINT32_MAX),
                    0);
    CU_ASSERT_EQUAL(access(letters_path("cur/1.a:2,"), F_OK), 0);
    maildir_close(other);
    letters_end();
}

static void maildir_copies_and_moves(void)
{
    struct maildir *to;
    const char *path;
    uint32_t uid;

    letters_make();
    path = letters_path(".Work");
    CU_ASSERT_EQUAL(maildir_make(path, &letters.error), 0);
    CU_ASSERT_EQUAL(access(letters_path(".Work/maildirfolder"), F_OK), 0);
    letters_put("cur/1.a,S=3,W=3:2,S", "1\r\n");
    letters_put("cur/2.b:2,", "2\r\n");
    letters_open(0);
    CU_ASSERT_EQUAL(maildir_keyword_letter(letters.box, SPAN("x"), true), 0);
    CU_ASSERT_EQUAL(maildir_keyword_letter(letters.box, SPAN("work"), true), 1);
    CU_ASSERT_EQUAL(maildir_change_flags(letters.box, &letters.box->messages[0],
                                         MAILDIR_KEYWORD(1), 0),
                    0);
    CU_ASSERT_EQUAL(maildir_open(&to, path, 0, &letters.error), 0);
    CU_ASSERT_EQUAL(
        maildir_copy(letters.box, &letters.box->messages[0], to, &uid), 0);
    CU_ASSERT_EQUAL(uid, 1);
    CU_ASSERT_EQUAL(
        maildir_move(letters.box, &letters.box->messages[1], to, &uid), 0);
    CU_ASSERT_EQUAL(uid, 2);
    CU_ASSERT_EQUAL(maildir_refresh(to), 1);
    CU_ASSERT_EQUAL(to->count, 2);
    /* The keyword has another letter there. */
    CU_ASSERT_EQUAL(to->messages[0].flags, MAILDIR_SEEN | MAILDIR_KEYWORD(0));
    CU_ASSERT_STRING_EQUAL(maildir_keyword(to, 0), "work");
    CU_ASSERT(maildir_refresh(letters.box) >= 0);
    CU_ASSERT_EQUAL(letters.box->count, 1);
    maildir_close(to);
    letters_end();
}

static void maildir_has_letters_for_26_keywords(void)
{
    char name[16];

    letters_make();
    letters_open(0);
    for (int i = 0; i < 26; i++) {
        snprintf(name, sizeof(name), "word%d", i);
        CU_ASSERT_EQUAL(
            maildir_keyword_letter(letters.box, span_of(name), true), i);
    }
    CU_ASSERT_EQUAL(maildir_keyword_letter(letters.box, SPAN("more"), true),
                    -1);
    CU_ASSERT_EQUAL(maildir_keyword_letter(letters.box, SPAN("WORD7"), false),
                    7);
    letters_open(0);
    CU_ASSERT_STRING_EQUAL(maildir_keyword(letters.box, 25), "word25");
    letters_end();
}

static void add_line(const char *text)
{
    FILE *file = fopen(letters_path("wirelab-uids"), "a");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs(text, file);
    fclose(file);
}

/* A crash in the middle of a line costs that line and nothing else. */
static void maildir_uids_survive_a_torn_line(void)
{
    letters_make();
    letters_put("cur/1.a:2,", "1");
    letters_open(0);
    add_line("7 2.to");
    letters_put("cur/3.c:2,", "3");
    letters_open(0);
    CU_ASSERT_EQUAL(letters.box->count, 2);
    CU_ASSERT_EQUAL(letters.box->messages[0].uid, 1);
    letters_expect(1, "3");
    letters_open(0);
    CU_ASSERT_EQUAL(letters.box->count, 2);
    letters_end();
}

/* RFC 3501 §2.3.1.1: a list that can't be trusted makes all UIDs new, and
 * UIDVALIDITY says so. */
static void maildir_uids_that_make_no_sense_are_begun_anew(void)
{
    static const char *const spoilt[] = {"5 x.y\n3 z.w\n", "9 a\n9 b\n"};

    letters_make();
    letters_put("cur/1.a:2,", "1");
    letters_open(0);
    for (size_t i = 0; i < 2; i++) {
        uint32_t uidvalidity = letters.box->uidvalidity;

        add_line(spoilt[i]);
        letters_open(0);
        CU_ASSERT(letters.box->uidvalidity > uidvalidity);
        CU_ASSERT_EQUAL(letters.box->count, 1);
        CU_ASSERT_EQUAL(letters.box->messages[0].uid, 1);
    }
    test_write_file(letters_path("wirelab-uids"), "rubbish", 7);
    letters_open(0);
    CU_ASSERT_EQUAL(letters.box->count, 1);
    letters_end();
}

/* Lines of messages long gone are dropped some time, and their UIDs are not
 * given again. */
static void maildir_uids_are_compacted(void)
{
    char name[64];
    uint32_t next;
    size_t length;
    char *list;

    letters_make();
    for (int i = 0; i < 2 * MAILDIR_DEAD_MIN; i++) {
        snprintf(name, sizeof(name), "cur/%d.x:2,", 1000 + i);
        letters_put(name, "x");
    }
    letters_open(0);
    CU_ASSERT_EQUAL(letters.box->count, 2 * MAILDIR_DEAD_MIN);
    next = letters.box->uidnext;
    for (size_t i = 1; i < letters.box->count; i++)
        CU_ASSERT_EQUAL(maildir_remove(letters.box, &letters.box->messages[i]),
                        0);
    letters_open(0);
    list = test_read_file(letters_path("wirelab-uids"), &length);
    CU_ASSERT(length < 100);
    free(list);
    CU_ASSERT(maildir_refresh(letters.box) >= 0);
    CU_ASSERT_EQUAL(letters.box->count, 1);
    letters_put("cur/9.z:2,", "z");
    letters_open(0);
    CU_ASSERT_EQUAL(letters.box->messages[1].uid, next);
    letters_end();
}

static void maildir_folders_come_and_go(void)
{
    const char *path;
    uint32_t uidvalidity;

    letters_make();
    path = letters_path(".Old");
    CU_ASSERT_EQUAL(maildir_make(path, &letters.error), 0);
    struct maildir *box;
    CU_ASSERT_EQUAL(maildir_open(&box, path, 0, &letters.error), 0);
    uidvalidity = box->uidvalidity;
    maildir_close(box);
    CU_ASSERT_EQUAL(maildir_unmake(path, &letters.error), 0);
    CU_ASSERT_EQUAL(access(path, F_OK), -1);
    /* Made again within the second, it is another one. */
    CU_ASSERT_EQUAL(maildir_make(path, &letters.error), 0);
    CU_ASSERT_EQUAL(maildir_open(&box, path, 0, &letters.error), 0);
    CU_ASSERT(box->uidvalidity > uidvalidity);
    maildir_close(box);
    letters_end();
}

static void maildir_accounts_are_found_by_their_log_in(void)
{
    struct account list[] = {{.name = "ada"},
                             {.name = "bob@x.test"},
                             {.name = "../etc"},
                             {.name = ".hidden"}};
    struct accounts accounts = {list, 4};

    CU_ASSERT_PTR_EQUAL(maildir_account(&accounts, SPAN("ada")), &list[0]);
    CU_ASSERT_PTR_EQUAL(maildir_account(&accounts, SPAN("ada@x.test")),
                        &list[0]);
    CU_ASSERT_PTR_EQUAL(maildir_account(&accounts, SPAN("bob@x.test")),
                        &list[1]);
    CU_ASSERT_PTR_NULL(maildir_account(&accounts, SPAN("bob")));
    CU_ASSERT_PTR_NULL(maildir_account(&accounts, SPAN("../etc")));
    CU_ASSERT_PTR_NULL(maildir_account(&accounts, SPAN(".hidden")));
    CU_ASSERT_PTR_NULL(maildir_account(&accounts, SPAN("")));
}

const struct test tests_maildir_change[] = {
    {"maildir_keeps_both_changes", maildir_keeps_both_changes},
    {"maildir_copies_and_moves", maildir_copies_and_moves},
    {"maildir_has_letters_for_26_keywords",
     maildir_has_letters_for_26_keywords},
    {"maildir_uids_survive_a_torn_line", maildir_uids_survive_a_torn_line},
    {"maildir_uids_that_make_no_sense_are_begun_anew",
     maildir_uids_that_make_no_sense_are_begun_anew},
    {"maildir_uids_are_compacted", maildir_uids_are_compacted},
    {"maildir_folders_come_and_go", maildir_folders_come_and_go},
    {"maildir_accounts_are_found_by_their_log_in",
     maildir_accounts_are_found_by_their_log_in},
    {NULL, NULL}};

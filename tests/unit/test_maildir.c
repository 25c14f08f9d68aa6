/* SPDX-License-Identifier: MIT */
/* One store: what is delivered is there whole, keeps its UID, and is seen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/harness.h"
#include "tests/unit/letters.h"

static void maildir_delivers_whole_or_not_at_all(void)
{
    struct maildir_delivery *delivery;

    letters_make();
    CU_ASSERT_EQUAL(
        maildir_deliver_begin(&delivery, letters.path, &letters.error), 0);
    CU_ASSERT_EQUAL(maildir_deliver_write(delivery, "half", 4), 0);
    letters_open(0);
    CU_ASSERT_EQUAL(letters.box->count, 0);
    maildir_deliver_drop(delivery);
    CU_ASSERT_EQUAL(letters_files("tmp"), 0);
    letters_deliver("whole\r\n");
    CU_ASSERT_EQUAL(maildir_refresh(letters.box), 1);
    CU_ASSERT_EQUAL(letters.box->count, 1);
    letters_expect(0, "whole\r\n");
    CU_ASSERT_EQUAL(letters_files("new"), 1);
    CU_ASSERT_EQUAL(letters_files("tmp"), 0);
    letters_end();
}

static void maildir_gives_uids_in_the_order_of_arrival(void)
{
    letters_make();
    letters_put("new/1000.b.host", "second\r\n");
    letters_put("new/999.z.host", "first\r\n");
    letters_put("cur/1001.a.host:2,S", "third\r\n");
    letters_open(0);
    CU_ASSERT_EQUAL(letters.box->count, 3);
    letters_expect(0, "first\r\n");
    letters_expect(1, "second\r\n");
    letters_expect(2, "third\r\n");
    CU_ASSERT_EQUAL(letters.box->messages[0].uid, 1);
    CU_ASSERT_EQUAL(letters.box->messages[2].uid, 3);
    CU_ASSERT_EQUAL(letters.box->messages[2].flags, MAILDIR_SEEN);
    CU_ASSERT(letters.box->messages[0].recent);
    CU_ASSERT(!letters.box->messages[2].recent);
    CU_ASSERT_EQUAL(letters.box->uidnext, 4);
    letters_end();
}

/* RFC 3501 §2.3.1.1: whoever opens the mailbox sees the same UIDs, and none
 * is given twice. */
static void maildir_keeps_uids_from_one_opening_to_the_next(void)
{
    uint32_t uidvalidity;

    letters_make();
    letters_deliver("one");
    letters_deliver("two");
    letters_open(MAILDIR_TAKES_NEW);
    uidvalidity = letters.box->uidvalidity;
    CU_ASSERT_EQUAL(maildir_remove(letters.box, &letters.box->messages[1]), 0);
    letters_deliver("three");
    letters_open(0);
    CU_ASSERT_EQUAL(letters.box->uidvalidity, uidvalidity);
    CU_ASSERT_EQUAL(letters.box->count, 2);
    CU_ASSERT_EQUAL(letters.box->messages[0].uid, 1);
    CU_ASSERT_EQUAL(letters.box->messages[1].uid, 3);
    letters_expect(1, "three");
    letters_end();
}

static void maildir_takes_new_messages_once(void)
{
    struct maildir *other;

    letters_make();
    letters_deliver("one");
    letters_open(MAILDIR_TAKES_NEW);
    CU_ASSERT(letters.box->messages[0].recent);
    CU_ASSERT_EQUAL(letters_files("new"), 0);
    CU_ASSERT_EQUAL(letters_files("cur"), 1);
    CU_ASSERT_EQUAL(
        maildir_open(&other, letters.path, MAILDIR_TAKES_NEW, &letters.error),
        0);
    CU_ASSERT(!other->messages[0].recent);
    maildir_close(other);
    letters_end();
}

static void maildir_sees_what_others_do(void)
{
    struct maildir *other;

    letters_make();
    letters_deliver("one");
    letters_deliver("two");
    letters_open(MAILDIR_TAKES_NEW);
    CU_ASSERT_EQUAL(
        maildir_open(&other, letters.path, MAILDIR_TAKES_NEW, &letters.error),
        0);
    CU_ASSERT_EQUAL(
        maildir_change_flags(other, &other->messages[0], MAILDIR_SEEN, 0), 0);
    CU_ASSERT_EQUAL(maildir_remove(other, &other->messages[1]), 0);
    CU_ASSERT_EQUAL(maildir_refresh(letters.box), 1);
    CU_ASSERT_EQUAL(letters.box->count, 1);
    CU_ASSERT_EQUAL(letters.box->messages[0].flags, MAILDIR_SEEN);
    maildir_close(other);
    letters_end();
}

static void maildir_watch_wakes(void)
{
    letters_make();
    letters_open(0);
    int fd = maildir_watch(letters.box);
    CU_ASSERT(fd >= 0);
    letters_deliver("news");
    CU_ASSERT(letters_readable(fd));
    maildir_watched(letters.box);
    CU_ASSERT(!letters_readable(fd));
    letters_end();
}

/* A reader that saw it go has told its peer so: it can't come back as what it
 * was. */
static void maildir_gives_who_comes_back_a_new_uid(void)
{
    letters_make();
    letters_put("cur/1.a:2,", "one");
    letters_put("cur/2.b:2,", "two");
    letters_open(0);
    CU_ASSERT_EQUAL(rename(letters_path("cur/1.a:2,"), letters_path("tmp/a")),
                    0);
    CU_ASSERT(maildir_refresh(letters.box) >= 0);
    CU_ASSERT_EQUAL(letters.box->count, 1);
    CU_ASSERT_EQUAL(rename(letters_path("tmp/a"), letters_path("cur/1.a:2,")),
                    0);
    CU_ASSERT(maildir_refresh(letters.box) >= 0);
    CU_ASSERT_EQUAL(letters.box->count, 2);
    CU_ASSERT_EQUAL(letters.box->messages[1].uid, 3);
    letters_expect(1, "one");
    letters_open(0);
    CU_ASSERT_EQUAL(letters.box->messages[1].uid, 3);
    letters_end();
}

static void maildir_lets_one_session_in(void)
{
    struct maildir *other;
    struct error error = {0};

    letters_make();
    letters_open(0);
    CU_ASSERT_EQUAL(maildir_lock_session(letters.box), 0);
    CU_ASSERT_EQUAL(maildir_open(&other, letters.path, 0, &error), 0);
    CU_ASSERT_EQUAL(maildir_lock_session(other), -ERROR_REFUSED);
    maildir_close(letters.box);
    letters.box = NULL;
    CU_ASSERT_EQUAL(maildir_lock_session(other), 0);
    maildir_close(other);
    letters_end();
}

static void maildir_says_when_there_is_none(void)
{
    struct maildir *box;
    struct error error = {0};

    CU_ASSERT_EQUAL(maildir_open(&box, test_path("none"), 0, &error),
                    -ERROR_REFUSED);
    CU_ASSERT_PTR_NULL(box);
}

/* A folder of --maildir that is misspelt is an error, and is not made. */
static void maildir_wants_the_folder_of_all_to_be_there(void)
{
    struct error error = {0};

    CU_ASSERT_EQUAL(maildir_check_dir(test_folder(), &error), 0);
    CU_ASSERT_EQUAL(maildir_check_dir(test_path("none"), &error), -ERROR_LOCAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "none: No such file"));
    error_clear(&error);
    test_write_file(test_path("file"), "", 0);
    CU_ASSERT_EQUAL(maildir_check_dir(test_path("file"), &error), -ERROR_LOCAL);
}

static void maildir_finds_the_password_of_a_login(void)
{
    struct account ada = {(char[]){"ada"}, (char[]){"secret"}};
    struct accounts accounts = {&ada, 1};

    CU_ASSERT_STRING_EQUAL(maildir_password(&accounts, SPAN("ada@x")),
                           "secret");
    CU_ASSERT_PTR_NULL(maildir_password(&accounts, SPAN("bob")));
}

static void maildir_reads_and_writes_flags_in_names(void)
{
    char name[NAME_MAX + 1];

    CU_ASSERT_EQUAL(maildir_flags_read("a:2,FSb"),
                    MAILDIR_FLAGGED | MAILDIR_SEEN | MAILDIR_KEYWORD(1));
    CU_ASSERT_EQUAL(maildir_flags_read("a"), 0);
    CU_ASSERT_EQUAL(maildir_flags_read("a:1,S"), 0);
    CU_ASSERT(maildir_flags_write(
        name, SPAN("a"), MAILDIR_TRASHED | MAILDIR_DRAFT | MAILDIR_KEYWORD(0)));
    CU_ASSERT_STRING_EQUAL(name, "a:2,DTa");
}

static void maildir_survives_a_lack_of_memory(void)
{
    letters_make();
    letters_deliver("one");
    for (long number = 1; number < 100; number++) {
        struct error error = {0};
        struct maildir *box = NULL;

        test_fail_allocation(number);
        int result = maildir_open(&box, letters.path, 0, &error);
        test_fail_allocation(0);
        CU_ASSERT(result == 0 || result == -ERROR_LOCAL);
        if (result == 0)
            CU_ASSERT_EQUAL(box->count, 1);
        maildir_close(box);
    }
    letters_end();
}

const struct test tests_maildir[] = {
    {"maildir_delivers_whole_or_not_at_all",
     maildir_delivers_whole_or_not_at_all},
    {"maildir_gives_uids_in_the_order_of_arrival",
     maildir_gives_uids_in_the_order_of_arrival},
    {"maildir_keeps_uids_from_one_opening_to_the_next",
     maildir_keeps_uids_from_one_opening_to_the_next},
    {"maildir_takes_new_messages_once", maildir_takes_new_messages_once},
    {"maildir_sees_what_others_do", maildir_sees_what_others_do},
    {"maildir_watch_wakes", maildir_watch_wakes},
    {"maildir_gives_who_comes_back_a_new_uid",
     maildir_gives_who_comes_back_a_new_uid},
    {"maildir_lets_one_session_in", maildir_lets_one_session_in},
    {"maildir_says_when_there_is_none", maildir_says_when_there_is_none},
    {"maildir_wants_the_folder_of_all_to_be_there",
     maildir_wants_the_folder_of_all_to_be_there},
    {"maildir_finds_the_password_of_a_login",
     maildir_finds_the_password_of_a_login},
    {"maildir_reads_and_writes_flags_in_names",
     maildir_reads_and_writes_flags_in_names},
    {"maildir_survives_a_lack_of_memory", maildir_survives_a_lack_of_memory},
    {NULL, NULL}};

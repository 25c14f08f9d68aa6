/* SPDX-License-Identifier: MIT */
/*
 * imap-server, as transcripts: the small commands of RFC 3501 §6, a test each,
 * and the three ways in which any command can end.
 */
#include <stdio.h>
#include <string.h>

#include "tests/integration/imap_talk.h"

static struct imap_wire a;

static void begin(void)
{
    imap_start(NULL);
    imap_letter("cur/1.a:2,", "Subject: one\r\n\r\n1\r\n");
    imap_letter("cur/2.b:2,", "Subject: two\r\n\r\n2\r\n");
    imap_enter(&a);
}

static void end(void)
{
    imap_close(&a);
    imap_stop();
}

/* RFC 3501 §7.1.1: OK, it is done. RFC 3501 §7.1.2: NO, it can't be done. RFC
 * 3501 §7.1.3: BAD, it is no command; without a tag where it has none. */
static void imap_commands_end_in_ok_no_or_bad(void)
{
    begin();
    imap_play(&a, "C: 1 NOOP\nS: 1 OK*\n"
                  "C: 2 SELECT none\nS: 2 NO*\n"
                  "C: 3 BREW\nS: 3 BAD*\n"
                  "C: 4 FETCH\nS: 4 BAD*\n"
                  "C: \nS: * BAD*\n");
    end();
}

/* RFC 3501 §6.1.3: BYE comes before the OK, and the end after it. RFC 3501
 * §7.1.5. */
static void imap_logout_says_bye_first(void)
{
    char line[64];

    begin();
    imap_play(&a, "C: 1 LOGOUT\nS: * BYE*\nS: 1 OK*\n");
    CU_ASSERT(!imap_line(&a, line, sizeof(line)));
    end();
}

/* RFC 5161 §3.1: in no state before the log-in, and not without a name. RFC
 * 5161 §3.2: ENABLED lists what is on now, of ours nothing. */
static void imap_enable_enables_what_there_is(void)
{
    begin();
    imap_play(&a, "C: 1 ENABLE X-NONE CONDSTORE\nS: * ENABLED\nS: 1 OK*\n"
                  "C: 2 ENABLE\nS: 2 BAD*\n");
    imap_close(&a);
    imap_open(&a);
    imap_play(&a, "C: 3 ENABLE X\nS: 3 BAD*\n");
    end();
}

/* RFC 3501 §6.4.1: in the selected state only. */
static void imap_check_needs_a_mailbox(void)
{
    begin();
    imap_play(&a, "C: 1 CHECK\nS: 1 OK*\nC: 2 CHECK x\nS: 2 BAD*\n"
                  "C: 3 CLOSE\nS: 3 OK*\nC: 4 CHECK\nS: 4 BAD*\n");
    end();
}

/* RFC 3501 §6.4.2: removes what is marked, and tells of none of it. */
static void imap_close_removes_in_silence(void)
{
    begin();
    imap_play(&a, "C: 1 STORE 1 +FLAGS.SILENT (\\Deleted)\nS: 1 OK*\n"
                  "C: 2 CLOSE\nS: 2 OK*\n"
                  "C: 3 FETCH 1 UID\nS: 3 BAD*\n"
                  "C: 4 SELECT INBOX\nS~ * 1 EXISTS\nS~ 4 OK*\n"
                  "C: 5 FETCH 1 UID\nS: * 1 FETCH (UID 2)\nS: 5 OK*\n");
    end();
}

/* RFC 3501 §6.4.6: FLAGS sets, +FLAGS adds, -FLAGS takes away, and the new
 * value is told unless silence was asked for. */
static void imap_store_sets_adds_and_takes(void)
{
    begin();
    imap_play(&a, "C: 1 STORE 1 FLAGS (\\Seen \\Draft)\n"
                  "S: * 1 FETCH (FLAGS (\\Seen \\Draft))\nS: 1 OK*\n"
                  "C: 2 STORE 1 +FLAGS (\\Flagged)\n"
                  "S: * 1 FETCH (FLAGS (\\Flagged \\Seen \\Draft))\nS: 2 OK*\n"
                  "C: 3 STORE 1 -FLAGS (\\Draft \\Seen)\n"
                  "S: * 1 FETCH (FLAGS (\\Flagged))\nS: 3 OK*\n"
                  "C: 4 STORE 1 FLAGS.SILENT (\\Answered)\nS: 4 OK*\n"
                  "C: 5 UID STORE 1 -FLAGS ()\n"
                  "S: * 1 FETCH (UID 1 FLAGS (\\Answered))\nS: 5 OK*\n"
                  "C: 6 STORE 1 FLAGS (\\Unheard)\nS: 6 BAD*\n"
                  "C: 7 STORE 3 FLAGS ()\nS: 7 BAD*\n");
    end();
}

/* RFC 3501 §6.3.5: INBOX can't go away, so its messages do. */
static void imap_rename_of_inbox_leaves_it_empty(void)
{
    begin();
    imap_play(&a,
              "C: 1 RENAME INBOX Old\nS~ 1 OK*\n"
              "C: 2 STATUS INBOX (MESSAGES)\nS~ * STATUS INBOX (MESSAGES 0)\n"
              "S: 2 OK*\n"
              "C: 3 STATUS Old (MESSAGES)\nS: * STATUS Old (MESSAGES 2)\n"
              "S: 3 OK*\n"
              "C: 4 RENAME Old Older\nS: 4 OK*\n"
              "C: 5 RENAME Older INBOX\nS: 5 NO*\n");
    end();
}

const struct test tests_imap_commands[] = {
    {"imap_commands_end_in_ok_no_or_bad", imap_commands_end_in_ok_no_or_bad},
    {"imap_logout_says_bye_first", imap_logout_says_bye_first},
    {"imap_enable_enables_what_there_is", imap_enable_enables_what_there_is},
    {"imap_check_needs_a_mailbox", imap_check_needs_a_mailbox},
    {"imap_close_removes_in_silence", imap_close_removes_in_silence},
    {"imap_store_sets_adds_and_takes", imap_store_sets_adds_and_takes},
    {"imap_rename_of_inbox_leaves_it_empty",
     imap_rename_of_inbox_leaves_it_empty},
    {NULL, NULL}};

/* SPDX-License-Identifier: MIT */
/* imap-server, as transcripts: states, literals, reading and changing mail. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/integration/imap_talk.h"

static struct imap_wire a;

static const char *const two_parts =
    "From: Ada <ada@x.test>\r\nTo: b@y.test\r\nSubject: two parts\r\n"
    "Content-Type: multipart/mixed; boundary=\"=_x\"\r\n\r\n"
    "before\r\n--=_x\r\n\r\none\r\ntwo\r\n"
    "--=_x\r\nContent-Type: message/rfc822\r\n\r\n"
    "Subject: inner\r\n\r\ninside\r\n--=_x--\r\nafter\r\n";

/* RFC 3501 §6.2.3, §11.2: no password in clear text unless told otherwise; and
 * CAPABILITY says so (RFC 3501 §6.1.1, RFC 3501 §7.2.1). */
static void imap_server_wants_tls_before_a_password(void)
{
    imap_start("--verbose");
    imap_open(&a);
    imap_play(&a, "C: 1 CAPABILITY\n"
                  "S: * CAPABILITY IMAP4rev1 LITERAL- SASL-IR ENABLE IDLE "
                  "UIDPLUS MOVE LOGINDISABLED\n"
                  "S: 1 OK*\n"
                  "C: 2 LOGIN ada lovelace\n"
                  "S: 2 NO*\n"
                  "C: 3 AUTHENTICATE PLAIN AGFkYQBsb3ZlbGFjZQ==\n"
                  "S: 3 NO*\n"
                  "C: 4 STARTTLS\n"
                  "S: 4 BAD*\n");
    imap_close(&a);
    imap_stop();
}

/* RFC 3501 §6.2.2: AUTHENTICATE, given up with "*". RFC 3501 §7.5: "+" asks for
 * what a literal or an exchange goes on with. */
static void imap_server_logs_in(void)
{
    imap_start(NULL);
    imap_open(&a);
    imap_play(&a, "C: 1 LOGIN ada wrong\n"
                  "S: 1 NO*\n"
                  "C: 2 LOGIN nobody lovelace\n"
                  "S: 2 NO*\n"
                  "C: 3 SELECT INBOX\n"
                  "S: 3 BAD*\n"
                  "C: 4 AUTHENTICATE PLAIN\n"
                  "S: + \n"
                  "C: *\n"
                  "S: 4 BAD*\n"
                  /* RFC 4959 §3: the response comes with the command. */
                  "C: 5 AUTHENTICATE PLAIN AGFkYQBsb3ZlbGFjZQ==\n"
                  "S: 5 OK*\n"
                  "C: 6 LOGIN ada lovelace\n"
                  "S: 6 BAD*\n"
                  "C: 7 LOGOUT\n"
                  "S: * BYE*\n"
                  "S: 7 OK*\n");
    imap_close(&a);
    /* In literals, too: both ways of sending them. RFC 7888 §3. */
    imap_open(&a);
    imap_play(&a, "C= 1 LOGIN {3}\\r\\n\n"
                  "S: + *\n"
                  "C= ada {8+}\\r\\nlovelace\\r\\n\n"
                  "S: 1 OK*\n");
    imap_close(&a);
    imap_open(&a);
    imap_play(&a, "C: 1 LOGIN ada a\nS: 1 NO*\nC: 2 LOGIN ada b\nS: 2 NO*\n"
                  "C: 3 LOGIN ada c\nS: 3 NO*\nS: * BYE*\n");
    imap_close(&a);
    imap_stop();
}

/* RFC 3501 §6.3.10, RFC 3501 §7.2.4: STATUS tells numbers and changes none: the
 * message is recent still when SELECT opens the mailbox. RFC 3501 §6.3.1: what
 * SELECT must tell, FLAGS (RFC 3501 §7.2.6) and RECENT (RFC 3501 §7.3.2) among
 * it, the rest as codes of OK (RFC 3501 §7.1); and where it fails nothing is
 * selected any more. */
static void imap_server_tells_of_a_mailbox(void)
{
    imap_start(NULL);
    imap_letter("new/1.a", "Subject: one\r\n\r\nbody\r\n");
    imap_letter("cur/2.b:2,S", "Subject: two\n\nbody\n");
    imap_open(&a);
    imap_play(&a,
              "C: 1 LOGIN ada lovelace\n"
              "S: 1 OK*\n"
              "C: 2 STATUS INBOX (MESSAGES UNSEEN RECENT UIDNEXT)\n"
              "S: * STATUS INBOX (MESSAGES 2 UNSEEN 1 RECENT 1 UIDNEXT 3)\n"
              "S: 2 OK*\n"
              "C: 3 SELECT inbox\n"
              "S: * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft "
              "$Forwarded)\n"
              "S: * OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted "
              "\\Seen \\Draft $Forwarded \\*)] these, and new keywords\n"
              "S: * 2 EXISTS\n"
              "S: * 1 RECENT\n"
              "S: * OK [UNSEEN 1]*\n"
              "S: * OK [UIDVALIDITY *\n"
              "S: * OK [UIDNEXT 3]*\n"
              "S: 3 OK [READ-WRITE]*\n"
              /* Line ends of LF alone are CR LF on the wire, and counted. */
              "C: 4 FETCH 1:2 (FLAGS RFC822.SIZE BODY.PEEK[])\n"
              "S: * 1 FETCH (FLAGS (\\Recent) RFC822.SIZE 22 BODY[] {22}\n"
              "S= Subject: one\\r\\n\\r\\nbody\\r\\n\n"
              "S: )\n"
              "S: * 2 FETCH (FLAGS (\\Seen) RFC822.SIZE 22 BODY[] {22}\n"
              "S= Subject: two\\r\\n\\r\\nbody\\r\\n\n"
              "S: )\n"
              "S: 4 OK*\n"
              "C: 5 SELECT none\n"
              "S: 5 NO*\n"
              "C: 6 FETCH 1 FLAGS\n"
              "S: 6 BAD*\n");
    imap_close(&a);
    imap_stop();
}

/* RFC 3501 §6.4.5. */
static void imap_server_gives_sections(void)
{
    imap_start(NULL);
    imap_letter("cur/1.a:2,", two_parts);
    imap_enter(&a);
    imap_play(&a, "C: 1 FETCH 1 BODY.PEEK[1]\n"
                  "S: * 1 FETCH (BODY[1] {8}\n"
                  "S= one\\r\\ntwo)\\r\\n\n"
                  "S: 1 OK*\n"
                  "C: 2 FETCH 1 BODY.PEEK[2.HEADER]\n"
                  "S: * 1 FETCH (BODY[2.HEADER] {18}\n"
                  "S= Subject: inner\\r\\n\\r\\n)\\r\\n\n"
                  "S: 2 OK*\n"
                  "C: 3 FETCH 1 (BODY.PEEK[HEADER.FIELDS (to SUBJECT)]<0.7>)\n"
                  "S: * 1 FETCH (BODY[HEADER.FIELDS (to SUBJECT)]<0> {7}\n"
                  "S= To: b@y)\\r\\n\n"
                  "S: 3 OK*\n"
                  "C: 4 FETCH 1 (BODY.PEEK[2.TEXT] BODY.PEEK[3] "
                  "BODY.PEEK[2.MIME])\n"
                  "S: * 1 FETCH (BODY[2.TEXT] {6}\n"
                  "S= inside BODY[3] NIL BODY[2.MIME] {32}\\r\\n\n"
                  "S= Content-Type: message/rfc822\\r\\n\\r\\n)\\r\\n\n"
                  "S: 4 OK*\n"
                  "C: 5 FETCH 1 BODYSTRUCTURE\n"
                  "S: * 1 FETCH (BODYSTRUCTURE ((\"text\" \"plain\" "
                  "(\"charset\" \"us-ascii\") NIL NIL \"7bit\" 8 1 NIL NIL NIL "
                  "NIL)(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 24 (NIL "
                  "\"inner\" NIL NIL NIL NIL NIL NIL NIL NIL) (\"text\" "
                  "\"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 6 0 "
                  "NIL NIL NIL NIL) 2 NIL NIL NIL NIL) \"mixed\" (\"boundary\" "
                  "\"=_x\") NIL NIL NIL))\n"
                  "S: 5 OK*\n"
                  "C: 6 FETCH 1 ENVELOPE\n"
                  "S: * 1 FETCH (ENVELOPE (NIL \"two parts\" ((\"Ada\" NIL "
                  "\"ada\" \"x.test\")) ((\"Ada\" NIL \"ada\" \"x.test\")) "
                  "((\"Ada\" NIL \"ada\" \"x.test\")) ((NIL NIL \"b\" "
                  "\"y.test\")) NIL NIL NIL NIL))\n"
                  "S: 6 OK*\n"
                  /* Reading sets \Seen, and the answer says so. */
                  "C: 7 FETCH 1 BODY[1]<4.2>\n"
                  "S: * 1 FETCH (BODY[1]<4> {2}\n"
                  "S= \\nt FLAGS (\\\\Seen))\\r\\n\n"
                  "S: 7 OK*\n");
    imap_close(&a);
    imap_stop();
}

/* RFC 3501 §6.3.2: nothing changes, whatever is asked. */
static void imap_server_examines_without_a_trace(void)
{
    struct stat facts;

    imap_start(NULL);
    imap_letter("new/1.a", "Subject: one\r\n\r\nbody\r\n");
    imap_letter("cur/2.b:2,T", "Subject: two\r\n\r\nbody\r\n");
    imap_open(&a);
    imap_play(&a, "C: 1 LOGIN ada lovelace\n"
                  "S: 1 OK*\n"
                  "C: 2 EXAMINE INBOX\n"
                  "S~ * OK [PERMANENTFLAGS ()]*\n"
                  "S~ 2 OK [READ-ONLY]*\n"
                  "C: 3 FETCH 1 (FLAGS BODY[])\n"
                  "S: * 1 FETCH (FLAGS (\\Recent) BODY[] {22}\n"
                  "S~ 3 OK*\n"
                  "C: 4 STORE 1 +FLAGS (\\Seen)\n"
                  "S: 4 NO*\n"
                  "C: 5 EXPUNGE\n"
                  "S: 5 NO*\n"
                  "C: 6 MOVE 1 INBOX\n"
                  "S: 6 NO*\n"
                  "C: 7 CLOSE\n"
                  "S: 7 OK*\n"
                  "C: 8 SELECT INBOX\n"
                  "S~ * 1 RECENT\n"
                  "S~ 8 OK*\n");
    CU_ASSERT_EQUAL(stat(imap_file("cur/2.b:2,T"), &facts), 0);
    imap_close(&a);
    imap_stop();
}

/* RFC 3501 §6.3.11: flags, date and octets as they came; TRYCREATE where there
 * is no such mailbox, before a client that waits has sent anything. */
static void imap_server_keeps_what_is_appended(void)
{
    imap_start(NULL);
    imap_enter(&a);
    imap_play(&a, "C= 1 APPEND INBOX (\\\\Seen work) \" 7-Feb-1994 21:52:25 "
                  "-0800\" {11}\\r\\n\n"
                  "S: + *\n"
                  "C= A: b\\r\\n\\r\\n\\xff.\\n\\r\\n\n"
                  "S: * 1 EXISTS\n"
                  "S: * 0 RECENT\n"
                  "S: 1 OK [APPENDUID*\n"
                  "C: 2 FETCH 1 (FLAGS INTERNALDATE BODY.PEEK[])\n"
                  "S: * 1 FETCH (FLAGS (\\Seen work) INTERNALDATE \" "
                  "8-Feb-1994 05:52:25 +0000\" BODY[] {11}\n"
                  "S= A: b\\r\\n\\r\\n\\xff.\\n)\\r\\n\n"
                  "S: 2 OK*\n"
                  "C: 3 APPEND none {10}\n"
                  "S: 3 NO [TRYCREATE]*\n"
                  "C: 4 APPEND INBOX {10737418240}\n"
                  "S: 4 NO*\n"
                  "C= 5 APPEND none {5+}\\r\\n5 NOO\\r\\n6 NOOP\\r\\n\n"
                  "S: 5 NO [TRYCREATE]*\n"
                  "S: 6 OK*\n"
                  "C: 7 APPEND INBOX (\\Seen) junk\n"
                  "S: 7 BAD*\n"
                  "C: 8 NOOP\n"
                  "S: 8 OK*\n");
    imap_close(&a);
    imap_stop();
}

/* RFC 3501 §6.4.7: COPY; RFC 6851 §3.1, RFC 6851 §3.3: MOVE; RFC 3501 §6.4.3:
 * EXPUNGE; RFC 4315 §2.1: of UIDs only those named; RFC 4315 §3: which UIDs
 * they got. */
static void imap_server_copies_moves_and_removes(void)
{
    imap_start(NULL);
    imap_letter("cur/1.a:2,S", "1\r\n");
    imap_letter("cur/2.b:2,", "2\r\n");
    imap_letter("cur/3.c:2,", "3\r\n");
    imap_enter(&a);
    imap_play(&a, "C: 1 COPY 1 Work\n"
                  "S: 1 NO [TRYCREATE]*\n"
                  "C: 2 CREATE Work.Sub\n"
                  "S: 2 OK*\n"
                  "C: 3 COPY 1,3 Work.Sub\n"
                  "S: 3 OK [COPYUID *\n"
                  "C: 4 UID MOVE 2 Work.Sub\n"
                  "S: * OK [COPYUID *\n"
                  "S: * 2 EXPUNGE\n"
                  "S: 4 OK*\n"
                  "C: 5 STORE 1:2 +FLAGS.SILENT (\\Deleted)\n"
                  "S: 5 OK*\n"
                  "C: 6 UID EXPUNGE 3\n"
                  "S: * 2 EXPUNGE\n"
                  "S: 6 OK*\n"
                  "C: 7 EXPUNGE\n"
                  "S: * 1 EXPUNGE\n"
                  "S: 7 OK*\n"
                  "C: 8 SELECT Work.Sub\n"
                  "S~ * 3 EXISTS\n"
                  "S~ 8 OK*\n"
                  "C: 9 FETCH 1:* (FLAGS BODY.PEEK[])\n"
                  "S: * 1 FETCH (FLAGS (\\Seen) BODY[] {3}\n"
                  "S= 1\\r\\n)\\r\\n\n"
                  "S: * 2 FETCH (FLAGS () BODY[] {3}\n"
                  "S= 3\\r\\n)\\r\\n\n"
                  "S: * 3 FETCH (FLAGS () BODY[] {3}\n"
                  "S= 2\\r\\n)\\r\\n\n"
                  "S: 9 OK*\n");
    imap_close(&a);
    imap_stop();
}

/* RFC 3501 §6.3.3 to §6.3.9, told by LIST (RFC 3501 §7.2.2) and LSUB (RFC 3501
 * §7.2.3): RENAME (RFC 3501 §6.3.5) does not work on a name that is only a
 * level; what was subscribed to (RFC 3501 §6.3.6) stays so when it is deleted
 * (RFC 3501 §6.3.4), until UNSUBSCRIBE (RFC 3501 §6.3.7). */
static void imap_server_keeps_a_tree_of_names(void)
{
    imap_start(NULL);
    imap_enter(&a);
    imap_play(&a, "C: 1 CREATE A.B.C\n"
                  "S: 1 OK*\n"
                  "C: 2 LIST \"\" %\n"
                  "S: * LIST (\\Noselect) \".\" A\n"
                  "S: * LIST () \".\" INBOX\n"
                  "S: 2 OK*\n"
                  "C: 3 LIST \"\" *\n"
                  "S: * LIST () \".\" A.B.C\n"
                  "S: * LIST () \".\" INBOX\n"
                  "S: 3 OK*\n"
                  "C: 4 LIST A. %\n"
                  "S: * LIST (\\Noselect) \".\" A.B\n"
                  "S: 4 OK*\n"
                  "C: 5 LIST \"\" \"\"\n"
                  "S: * LIST (\\Noselect) \".\" \"\"\n"
                  "S: 5 OK*\n"
                  "C: 6 RENAME A.B D\n"
                  "S: 6 NO*\n"
                  "C: 7 RENAME A.B.C \"x &AOk-\"\n"
                  "S: 7 OK*\n"
                  "C: 8 SUBSCRIBE \"x &AOk-\"\n"
                  "S: 8 OK*\n"
                  "C: 9 LSUB \"\" *\n"
                  "S: * LSUB () \".\" \"x &AOk-\"\n"
                  "S: 9 OK*\n"
                  "C: 10 DELETE \"x &AOk-\"\n"
                  "S: 10 OK*\n"
                  "C: 10a LIST \"\" *\n"
                  "S: * LIST () \".\" INBOX\n"
                  "S: 10a OK*\n"
                  "C: 10b LSUB \"\" *\n"
                  "S: * LSUB () \".\" \"x &AOk-\"\n"
                  "S: 10b OK*\n"
                  "C: 11 DELETE INBOX\n"
                  "S: 11 NO*\n"
                  "C: 12 CREATE ../../evil\n"
                  "S: 12 NO*\n"
                  "C: 13 CREATE a..b\n"
                  "S: 13 NO*\n"
                  "C: 14 CREATE \"&\"\n"
                  "S: 14 NO*\n"
                  "C: 15 UNSUBSCRIBE \"x &AOk-\"\n"
                  "S: 15 OK*\n"
                  "C: 16 LSUB \"\" *\n"
                  "S: 16 OK*\n");
    imap_close(&a);
    imap_stop();
}

/* RFC 3501 §6.4.4, and the answer of RFC 3501 §7.2.5: numbers, or none. */
static void imap_server_searches(void)
{
    static const char *const asked[][2] = {
        {"ALL", " 1 2"},
        {"UNSEEN", " 2"},
        {"NOT SEEN", " 2"},
        {"OR SEEN SUBJECT \"two parts\"", " 1 2"},
        {"(SEEN UNSEEN) ALL", ""},
        {"SUBJECT ONE", " 1"},
        {"BODY inside", " 2"},
        {"BODY Subject", " 2"},
        {"TEXT subject", " 1 2"},
        {"HEADER Content-Type \"\"", " 2"},
        {"LARGER 100", " 2"},
        {"UID 2:* SMALLER 5000", " 2"},
        {"2,1 FROM ada", " 2"},
        {"SENTSINCE 1-Feb-1994 SENTBEFORE 3-Feb-1994", " 1"},
        {"SINCE 1-Jan-2000", " 1 2"},
        {"CHARSET UTF-8 KEYWORD none", ""}};
    char script[512];

    imap_start(NULL);
    imap_letter("cur/1.a:2,S",
                "Subject: one\r\nDate: 2 Feb 1994 10:00:00 +0100\r\n\r\nb\r\n");
    imap_letter("cur/2.b:2,", two_parts);
    imap_enter(&a);
    for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
        snprintf(script, sizeof(script),
                 "C: 1 SEARCH %s\nS: * SEARCH%s\nS: 1 OK*\n", asked[i][0],
                 asked[i][1]);
        imap_play(&a, script);
    }
    imap_play(&a, "C: 2 SEARCH CHARSET KOI8-R ALL\n"
                  "S: 2 NO [BADCHARSET*\n"
                  "C: 3 SEARCH OR SEEN\n"
                  "S: 3 BAD*\n"
                  "C: 4 SEARCH (SEEN\n"
                  "S: 4 BAD*\n"
                  "C: 5 SEARCH 3\n"
                  "S: 5 BAD*\n");
    imap_close(&a);
    imap_stop();
}

/* RFC 3501 §5.4. */
static void imap_server_logs_the_silent_out(void)
{
    char line[64];

    imap_start("--idle-timeout=0.2");
    imap_open(&a);
    imap_play(&a, "C: 1 NOOP\nS: 1 OK*\nS: * BYE*\n");
    CU_ASSERT(!imap_line(&a, line, sizeof(line)));
    imap_close(&a);
    imap_stop();
}

/* Whatever way a password is said in, the record's messages don't show it. */
static void imap_server_masks_passwords(void)
{
    char file[256];
    struct test_run run;

    snprintf(file, sizeof(file), "%s", test_path("trace"));
    imap_start_traced(file);
    imap_open(&a);
    imap_play(&a, "C: 1 LOGIN \"ada\" \"lovelac\" x\nS: 1 BAD*\n"
                  "C: 2 LOGIN ada \"lovelac\nS: 2 BAD*\n"
                  "C: 3 LOGIN {3}\nS: + *\n"
                  "C= ada {7}\\r\\n\nS: + *\nC: lovelac\nS: 3 NO*\n"
                  "C: 4 LOGIN ada {7+}\nC: lovelac\nS: 4 NO*\n"
                  "C: 5 AUTHENTICATE PLAIN AGFkYQBsb3ZlbGFjZQ==\nS: 5 OK*\n");
    imap_close(&a);
    imap_stop();
    const char *show[] = {"trace", "show", file, "--json", NULL};
    test_run(&run, 20, show);
    CU_ASSERT_EQUAL(run.status, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "LOGIN"));
    for (char *line = strtok(run.out, "\n"); line; line = strtok(NULL, "\n"))
        if (strstr(line, "\"app\"")) {
            CU_ASSERT_PTR_NULL(strstr(line, "lovelac"));
            CU_ASSERT_PTR_NULL(strstr(line, "AGFkYQ"));
        }
    test_run_free(&run);
}

const struct test tests_imap_server[] = {
    {"imap_server_logs_the_silent_out", imap_server_logs_the_silent_out},
    {"imap_server_masks_passwords", imap_server_masks_passwords},
    {"imap_server_wants_tls_before_a_password",
     imap_server_wants_tls_before_a_password},
    {"imap_server_logs_in", imap_server_logs_in},
    {"imap_server_tells_of_a_mailbox", imap_server_tells_of_a_mailbox},
    {"imap_server_gives_sections", imap_server_gives_sections},
    {"imap_server_examines_without_a_trace",
     imap_server_examines_without_a_trace},
    {"imap_server_keeps_what_is_appended", imap_server_keeps_what_is_appended},
    {"imap_server_copies_moves_and_removes",
     imap_server_copies_moves_and_removes},
    {"imap_server_keeps_a_tree_of_names", imap_server_keeps_a_tree_of_names},
    {"imap_server_searches", imap_server_searches},
    {NULL, NULL}};

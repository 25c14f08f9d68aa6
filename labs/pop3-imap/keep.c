/* SPDX-License-Identifier: MIT */
/*
 * keep: what two devices know of each other: flags, new mail, what was deleted;
 * and what a broken connection does not delete.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/deadline.h"
#include "labs/pop3-imap/pop3_imap.h"

#define PATIENCE_MS 20000

static size_t lines(const char *text)
{
    size_t count = 0;

    for (; *text; text++)
        count += *text == '\n';
    return count;
}

/* ---- flags -------------------------------------------------------------- */

int pop3_imap_flags(struct lab_run *run, struct error *error)
{
    struct visit stored, seen, uidl;
    char names[2048];

    if (VISIT(run, true, LAPTOP, &stored, error, "imap-client", "store", "2",
              "+FLAGS", "(\\Seen \\Flagged)") < 0 ||
        VISIT(run, false, PHONE, &seen, error, "imap-client", "fetch", "1:*",
              "FLAGS") < 0)
        return -(int)error->class;
    lab_output(run, seen.out, strlen(seen.out));
    if (VISIT(run, false, PHONE, &uidl, error, "pop3-client", "uidl") < 0)
        return -(int)error->class;
    lab_output(run, uidl.out, strlen(uidl.out));
    mail_on_disk(run, names, sizeof(names));
    if (lab_check(run, strstr(seen.out, "\\Flagged") != NULL, error,
                  "the phone saw the flag that the laptop had set") < 0 ||
        lab_check(run, strstr(names, ":2,FS") != NULL, error,
                  "the flags stand in a file's name") < 0)
        return -(int)error->class;
    lab_say(run,
            "What the laptop marked as read and important, the phone sees: in "
            "IMAP the state of a message is kept at the server. Here it stands "
            "in the names of the files (F and S behind the comma), where every "
            "program that knows Maildirs finds it:");
    lab_output(run, names, strlen(names));
    lab_say(run,
            "POP3 has no word for any of that. All it offers is a name for "
            "each message that stays the same (UIDL), so that each device can "
            "keep a list of its own of what it has seen.");
    return 0;
}

/* ---- new mail ----------------------------------------------------------- */

/* Waits for IDLE's "+": from there on the server will tell. */
static int await_idle(struct lab_run *run, int64_t from_ns, struct error *error)
{
    deadline_ns until = deadline_in_ms(PATIENCE_MS);
    struct trace_file trace;

    while (!deadline_passed(until)) {
        const struct trace_event *idle, *answer;

        if (lab_trace(run, &trace, error) < 0)
            return -(int)error->class;
        idle =
            lab_event_find(&trace, from_ns, TRACE_LAYER_APP, "IDLE", "student");
        answer = idle ? lab_answer_to(&trace, idle) : NULL;
        trace_file_free(&trace);
        if (answer)
            return 0;
        poll(NULL, 0, 20);
    }
    return error_set(error, ERROR_TIMEOUT, "nobody began to wait (IDLE)");
}

/* Waits for the file that the waiting client leaves when it has heard. */
static int await_news(const char *path, char *text, size_t size,
                      struct error *error)
{
    deadline_ns until = deadline_in_ms(PATIENCE_MS);

    while (!deadline_passed(until)) {
        FILE *file = fopen(path, "re");

        if (file) {
            size_t length = fread(text, 1, size - 1, file);

            text[length] = '\0';
            fclose(file);
            return 0;
        }
        poll(NULL, 0, 5);
    }
    return error_set(error, ERROR_TIMEOUT, "no news came");
}

/* What the server told on another connection than that of `append`. */
static const struct trace_event *find_exists(const struct trace_file *trace,
                                             const struct trace_event *append)
{
    for (size_t i = 0; i < trace->event_count; i++) {
        const struct trace_event *event = &trace->events[i];

        if (event->time_ns >= append->time_ns &&
            lab_is_message(event, "imap") && strcmp(event->host, "east") == 0 &&
            !lab_same_connection(event, append) && event->data.length > 0 &&
            memmem(event->data.data, event->data.length, " EXISTS", 7))
            return event;
    }
    return NULL;
}

/* From the message's way into the mailbox to the phone's hearing of it. */
static int news_tell(struct lab_run *run, int64_t from_ns, struct error *error)
{
    const struct trace_event *append, *exists, *done;
    struct trace_file trace;

    if (lab_trace_settled(run, from_ns, &trace, error) < 0)
        return -(int)error->class;
    append =
        lab_event_find(&trace, from_ns, TRACE_LAYER_APP, "APPEND", "student");
    done = append ? lab_answer_to(&trace, append) : NULL;
    exists = append ? find_exists(&trace, append) : NULL;
    if (lab_check(run, exists && done, error,
                  "the server told of it without being asked") == 0)
        lab_say(run,
                "The server said EXISTS (event %llu) %.1f ms after the laptop "
                "had begun to put the message there (event %llu). Nobody had "
                "asked: the phone had said IDLE, and waited (RFC 2177 §3). "
                "With POP3 it would have to connect, log in and ask, again "
                "and again; and a session that stands already never sees new "
                "mail at all, because its list was made when it began (RFC "
                "1939 §5).",
                (unsigned long long)exists->id,
                lab_milliseconds(append->time_ns, exists->time_ns),
                (unsigned long long)append->id);
    trace_file_free(&trace);
    return -(int)error->class;
}

/* NOTE(mailbox-news): the phone waits while the laptop puts a message into the
 * mailbox. */
int pop3_imap_news(struct lab_run *run, struct error *error)
{
    static const char text[] = "From: bob@west.test\r\nTo: alice@east.test\r\n"
                               "Subject: news\r\n\r\nThis just in.\r\n";
    char file[600], news[600], heard[1024];
    const char *words[] = {"imap-client", "--dns", world_dns(lab_world(run)),
                           "-o",          news,    "--idle-time",
                           "15",          "idle",  "1",
                           NULL};
    int64_t from_ns = lab_now();
    struct visit append;

    snprintf(news, sizeof(news), "%s", lab_path(run, "news.txt"));
    snprintf(file, sizeof(file), "%s", lab_path(run, "message.eml"));
    lab_say(run, "The phone opens the mailbox by IMAP, says IDLE and waits.");
    if (lab_file_write(file, text, sizeof(text) - 1, error) < 0 ||
        world_start(lab_world(run), "student", visit_argv(run, words), error) <
            0 ||
        await_idle(run, from_ns, error) < 0 ||
        VISIT(run, false, LAPTOP, &append, error, "imap-client", "append",
              file) < 0 ||
        await_news(news, heard, sizeof(heard), error) < 0)
        return -(int)error->class;
    lab_say(run, "On the phone:");
    lab_output(run, heard, strlen(heard));
    if (lab_check(run, strstr(heard, "EXISTS") != NULL, error,
                  "the phone heard of the new message") < 0)
        return -(int)error->class;
    return news_tell(run, from_ns, error);
}

/* ---- a connection that breaks -------------------------------------------- */

int pop3_imap_dropped(struct lab_run *run, struct error *error)
{
    struct visit dropped, quit;
    char names[2048];
    size_t before = mail_on_disk(run, names, sizeof(names)), between, after;

    if (VISIT(run, true, LAPTOP, &dropped, error, "pop3-client", "--no-quit",
              "dele", "1") < 0)
        return -(int)error->class;
    between = mail_on_disk(run, names, sizeof(names));
    if (VISIT(run, true, LAPTOP, &quit, error, "pop3-client", "dele", "1") < 0)
        return -(int)error->class;
    after = mail_on_disk(run, names, sizeof(names));
    lab_table_begin(run);
    lab_table_row(run, "when|messages in the mailbox");
    lab_table_row(run, "before|%zu", before);
    lab_table_row(run, "DELE was answered +OK, then the connection broke|%zu",
                  between);
    lab_table_row(run, "DELE and QUIT were answered +OK|%zu", after);
    lab_table_end(run);
    if (lab_check(run, between == before && after == before - 1, error,
                  "only QUIT deleted (%zu, %zu, %zu)", before, between,
                  after) < 0)
        return -(int)error->class;
    lab_say(run,
            "The first DELE was answered with +OK, and nothing was deleted: it "
            "only marks. What is marked is removed in the UPDATE state, and "
            "only QUIT leads there (RFC 1939 §6). A broken line costs a second "
            "visit, never a message.");
    return 0;
}

/* ---- what is left ------------------------------------------------------- */

int pop3_imap_left(struct lab_run *run, struct error *error)
{
    struct visit taken, list, status;
    char names[2048], folder[600];
    size_t left;

    snprintf(folder, sizeof(folder), "%s/", lab_path(run, "laptop"));
    if (VISIT(run, false, LAPTOP, &taken, error, "pop3-client", "--delete",
              "-o", folder, "retr", "all") < 0 ||
        VISIT(run, false, PHONE, &list, error, "pop3-client", "list") < 0 ||
        VISIT(run, false, PHONE, &status, error, "imap-client", "status") < 0)
        return -(int)error->class;
    lab_output(run, status.out, strlen(status.out));
    left = mail_on_disk(run, names, sizeof(names));
    if (lab_check(run,
                  left == 0 && lines(list.out) == 0 &&
                      strstr(status.out, "MESSAGES 0") != NULL,
                  error, "nothing is left (%zu)", left) < 0)
        return -(int)error->class;
    lab_say(run,
            "A client that fetches and deletes, as POP3 was made for, leaves "
            "nothing for the next one: the laptop has the mail now, the phone "
            "sees an empty mailbox, by POP3 and by IMAP alike. That is not the "
            "protocol's doing but the client's: without --delete all of it "
            "would still be there. What IMAP has more is what a mailbox that "
            "stays at the server needs: flags, parts, searches, folders, and "
            "word of what the others do.");
    return 0;
}

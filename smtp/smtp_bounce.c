/* SPDX-License-Identifier: MIT */
/*
 * smtp_bounce: a report has three parts: words for a person, fields for a
 * program (RFC 3464 §2), and the message it is about, or its header.
 *
 * Its reverse-path is null, and its recipient wants no reports on it.
 */
#include "smtp/smtp_bounce.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/trace.h"

/* One report being written. */
struct report {
    struct smtp_site *site;
    const struct smtp_transaction *about;
    const struct smtp_recipient *recipients;
    const enum smtp_action *actions;
    int message_fd;
    int64_t now_s;
    enum smtp_action action; /* the weightiest of all */
    struct smtp_spool *spool;
    struct error *error;
    int result; /* of the writes so far; after a failure they do nothing */
};

static const struct {
    const char *name, *subject, *words;
} actions[] = {
    [SMTP_ACTION_NONE] = {"", "", ""},
    [SMTP_ACTION_FAILED] = {"failed", "Undelivered mail",
                            "could not be delivered to:"},
    [SMTP_ACTION_DELAYED] = {"delayed", "Mail delayed",
                             "could not be delivered yet, and will be tried "
                             "again, to:"},
    [SMTP_ACTION_RELAYED] = {"relayed", "Mail relayed",
                             "was passed on to a server that sends no reports, "
                             "for:"},
    [SMTP_ACTION_DELIVERED] = {"delivered", "Mail delivered",
                               "was delivered to:"},
};
_Static_assert(sizeof(actions) / sizeof(*actions) == SMTP_ACTIONS,
               "each action has its words");

const char *smtp_action_name(enum smtp_action action)
{
    return actions[action].name;
}

/* Who says nothing is told of failures and may be told of delays. */
bool smtp_action_is_told(enum smtp_action action, unsigned notify)
{
    if (action == SMTP_ACTION_FAILED)
        return notify == 0 || notify & SMTP_NOTIFY_FAILURE;
    if (action == SMTP_ACTION_DELAYED)
        return notify == 0 || notify & SMTP_NOTIFY_DELAY;
    return action != SMTP_ACTION_NONE && notify & SMTP_NOTIFY_SUCCESS;
}

/* ---- writing ------------------------------------------------------------ */

static void put_bytes(struct report *r, const void *data, size_t length)
{
    if (r->result == 0)
        r->result = smtp_spool_write(r->spool, data, length, r->error);
}

static void put(struct report *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void put(struct report *r, const char *format, ...)
{
    char line[2048];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(line, sizeof(line) - 2, format, arguments);
    va_end(arguments);
    if (length < 0)
        length = 0;
    if ((size_t)length > sizeof(line) - 3)
        length = (int)sizeof(line) - 3;
    memcpy(line + length, "\r\n", 2);
    put_bytes(r, line, (size_t)length + 2);
}

static void put_date(struct report *r, const char *name, int64_t when_s)
{
    char date[SMTP_DATE_MAX];

    smtp_date_write(date, when_s);
    put(r, "%s: %s", name, date);
}

/* "550 5.1.1 no such mailbox" or what we found ourselves. */
static void answer_text(const struct smtp_answer *answer, char *text,
                        size_t size)
{
    char enhanced[SMTP_ENHANCED_TEXT];

    smtp_enhanced_text(answer->enhanced, enhanced);
    if (answer->code > 0)
        snprintf(text, size, "%d %s%s%s", answer->code, enhanced,
                 enhanced[0] ? " " : "", answer->text);
    else
        snprintf(text, size, "%s", answer->text);
}

/* ---- the three parts ---------------------------------------------------- */

static void write_header(struct report *r, const char *boundary)
{
    put_date(r, "Date", r->now_s);
    put(r, "From: Mail Delivery System <MAILER-DAEMON@%s>", r->site->name);
    put(r, "To: <%s>", r->about->mail.reverse_path.mailbox);
    put(r, "Subject: %s", actions[r->action].subject);
    put(r, "Message-ID: <%s@%s>", r->spool->id, r->site->name);
    put(r, "Auto-Submitted: auto-replied");
    put(r, "MIME-Version: 1.0");
    put(r, "Content-Type: multipart/report; report-type=delivery-status;");
    put(r, " boundary=\"%s\"", boundary);
    put(r, "%s", "");
}

/* For a person: those of one action together, each with what was said about
 * him. */
static void write_words_on(struct report *r, enum smtp_action action)
{
    char text[SMTP_ANSWER_MAX + 32];
    bool begun = false;

    for (size_t i = 0; i < r->about->count; i++) {
        const struct smtp_answer *answer = &r->recipients[i].answer;

        if (r->actions[i] != action)
            continue;
        if (!begun)
            put(r, "\r\nYour message %s\r\n", actions[action].words);
        begun = true;
        put(r, "    <%s>", r->recipients[i].address);
        answer_text(answer, text, sizeof(text));
        if (text[0])
            put(r, "    %s%s%s", answer->host, answer->host[0] ? " said: " : "",
                text);
    }
}

static void write_words(struct report *r, const char *boundary)
{
    put(r, "--%s", boundary);
    put(r, "Content-Type: text/plain; charset=utf-8");
    put(r, "\r\nThis is the mail server %s.", r->site->name);
    for (int action = SMTP_ACTION_NONE + 1; action < SMTP_ACTIONS; action++)
        write_words_on(r, (enum smtp_action)action);
    put(r, "%s", "");
}

/* "rfc822;bob+40west.test", as ORCPT had it, with its xtext undone. */
static void write_original(struct report *r, const char *original)
{
    const char *semicolon = original ? strchr(original, ';') : NULL;
    char plain[SMTP_ORCPT_MAX + 1];

    if (semicolon &&
        smtp_xtext_read(plain, sizeof(plain), span_of(semicolon + 1)) &&
        text_is_readable(span_of(plain)) && !strpbrk(plain, "\r\n"))
        put(r, "Original-Recipient: %.*s;%s", (int)(semicolon - original),
            original, plain);
}

/* The fields of one recipient (RFC 3464 §2.3). An address beyond ASCII has a
 * type of its own, so that nobody takes it for one that any server knows. */
static void write_recipient(struct report *r, size_t i)
{
    const struct smtp_answer *answer = &r->recipients[i].answer;
    const char *address = r->recipients[i].address;
    char text[SMTP_ANSWER_MAX + 32], status[SMTP_ENHANCED_TEXT];
    bool ascii = true;

    for (const char *c = address; *c; c++)
        ascii = ascii && (unsigned char)*c < 0x80;
    smtp_enhanced_text(answer->enhanced, status);
    put(r, "%s", "");
    write_original(r, r->about->recipients[i].original);
    put(r, "Final-Recipient: %s; %s", ascii ? "rfc822" : "utf-8", address);
    put(r, "Action: %s", actions[r->actions[i]].name);
    if (status[0])
        put(r, "Status: %s", status);
    else
        put(r, "Status: %d.0.0",
            r->actions[i] == SMTP_ACTION_FAILED    ? 5
            : r->actions[i] == SMTP_ACTION_DELAYED ? 4
                                                   : 2);
    if (answer->host[0])
        put(r, "Remote-MTA: dns; %s", answer->host);
    answer_text(answer, text, sizeof(text));
    if (answer->code > 0)
        put(r, "Diagnostic-Code: smtp; %s", text);
    put_date(r, "Last-Attempt-Date", r->now_s);
    if (r->actions[i] == SMTP_ACTION_DELAYED)
        put_date(r, "Will-Retry-Until",
                 r->about->arrived_s + r->site->give_up_ms / 1000);
}

static void write_fields(struct report *r, const char *boundary)
{
    char plain[SMTP_ENVID_MAX + 1];

    put(r, "--%s", boundary);
    put(r, "Content-Type: message/delivery-status");
    put(r, "%s", "");
    if (r->about->mail.envelope_id[0] &&
        smtp_xtext_read(plain, sizeof(plain),
                        span_of(r->about->mail.envelope_id)) &&
        text_is_readable(span_of(plain)) && !strpbrk(plain, "\r\n"))
        put(r, "Original-Envelope-Id: %s", plain);
    put(r, "Reporting-MTA: dns; %s", r->site->name);
    put_date(r, "Arrival-Date", r->about->arrived_s);
    for (size_t i = 0; i < r->about->count; i++)
        if (r->actions[i] != SMTP_ACTION_NONE)
            write_recipient(r, i);
    put(r, "%s", "");
}

/* All of the message, or its header. False: it can't be read. */
static bool copy_message(struct report *r, bool whole)
{
    struct smtp_header header = {.over = false};
    char bytes[SMTP_PIECE];
    off_t at = 0;
    ssize_t got = 1;

    while (r->result == 0 && got > 0 && (whole || !header.over) &&
           (whole || at < SMTP_BOUNCE_HEADER_MAX)) {
        uint64_t before = header.length;

        got = pread(r->message_fd, bytes, sizeof(bytes), at);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0) {
            at += got;
            smtp_header_read(&header, (struct span){bytes, (size_t)got});
            put_bytes(r, bytes,
                      whole ? (size_t)got : (size_t)(header.length - before));
        }
    }
    return got >= 0;
}

/* RET says how much of it is wanted back, if it failed; else, and of a long
 * one, the header is enough (RFC 3461 §4.3). */
static void write_message(struct report *r, const char *boundary)
{
    const struct smtp_mail *mail = &r->about->mail;
    bool whole = r->action == SMTP_ACTION_FAILED &&
                 (mail->ret == SMTP_RETURN_FULL ||
                  (mail->ret == SMTP_RETURN_UNSAID &&
                   mail->size <= SMTP_BOUNCE_HEADER_MAX));

    put(r, "--%s", boundary);
    put(r, "Content-Type: %s",
        whole ? "message/rfc822" : "text/rfc822-headers");
    if (mail->body == SMTP_BODY_8BITMIME)
        put(r, "Content-Transfer-Encoding: 8bit");
    put(r, "%s", "");
    if (!copy_message(r, whole) && r->result == 0)
        r->result = error_set_errno(r->error, ERROR_LOCAL, errno,
                                    "the message can't be read back");
    put(r, "%s", "");
    put(r, "--%s--", boundary);
}

/* ---- sending ------------------------------------------------------------ */

/* A report of a report would be a loop: its reverse-path is null, and NOTIFY
 * is NEVER. */
static int enqueue(struct report *r)
{
    struct smtp_transaction report = {
        .mail = {.body = r->about->mail.body, .size = r->spool->length},
        .arrived_s = r->now_s};
    struct smtp_rcpt to = {.notify = SMTP_NOTIFY_NEVER};
    int result;

    report.mail.smtputf8 = r->about->mail.smtputf8;
    to.forward_path = r->about->mail.reverse_path;
    result = smtp_transaction_add(&report, &to, NULL, r->error);
    if (result == 0)
        result = smtp_spool_keep(r->spool, &report, r->error);
    smtp_transaction_clear(&report);
    return result;
}

/* Every part writes; what fails first is kept, and nothing is queued then. */
static int write_report(struct report *r)
{
    char boundary[SMTP_QUEUE_ID_MAX + 8];

    if ((r->spool = calloc(1, sizeof(*r->spool))) == NULL)
        return error_set(r->error, ERROR_LOCAL, "out of memory for a report");
    r->result = smtp_spool_begin(r->spool, &r->site->queue, r->error);
    snprintf(boundary, sizeof(boundary), "=_%s", r->spool->id);
    write_header(r, boundary);
    write_words(r, boundary);
    write_fields(r, boundary);
    write_message(r, boundary);
    if (r->result == 0)
        r->result = enqueue(r);
    smtp_spool_drop(r->spool);
    free(r->spool);
    return r->result;
}

int smtp_bounce_send(struct smtp_site *site, struct trace *trace,
                     const struct smtp_transaction *about,
                     const struct smtp_recipient *recipients,
                     const enum smtp_action *told_actions, int message_fd,
                     struct error *error)
{
    struct report r = {.site = site,
                       .about = about,
                       .recipients = recipients,
                       .actions = told_actions,
                       .message_fd = message_fd,
                       .now_s = smtp_now_s(site),
                       .error = error};

    for (size_t i = about->count; i > 0; i--)
        if (told_actions[i - 1] != SMTP_ACTION_NONE &&
            (r.action == SMTP_ACTION_NONE || told_actions[i - 1] < r.action))
            r.action = told_actions[i - 1];
    if (r.action == SMTP_ACTION_NONE)
        return 0;
    if (about->mail.reverse_path.mailbox[0] == '\0') {
        trace_note(trace, RFC("5321", "4.5.5"), "no report",
                   "%s, but the reverse-path is null: nobody is told",
                   actions[r.action].name);
        return 0;
    }
    if (write_report(&r) < 0)
        return -(int)error->class;
    trace_note(trace, RFC("3464", "2"), "report",
               "\"%s\" is queued for %s, with a null reverse-path",
               actions[r.action].name, about->mail.reverse_path.mailbox);
    return 1;
}

/* SPDX-License-Identifier: MIT */
/*
 * mailbox_ask: the questions, the control, and the doubts.
 *
 * NOTE(mailbox-control): a yes is worth something only where a no can be had.
 * So a mailbox that can't exist is asked for as well, of the same shape.
 *
 * NOTE(mailbox-doubt): some servers, once they have refused somebody, refuse
 * everybody on that connection. A no that comes after another no is believed
 * only if postmaster, asked last, is still taken (RFC 5321 §4.5.1); else it is
 * asked for again, alone and first, on a connection of its own.
 */
#include "labs/mailbox-exists/mailbox_ask.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "common/address.h"
#include "common/names.h"
#include "common/trace.h"

/* Addresses whose commands go out together: about as many as a real server
 * takes on one connection before it finds that odd. */
#define GROUP 20
/* Milliseconds that we wait for a reply: less than the five minutes of RFC 5321
 * §4.5.3.2, for a person waits too. */
#define PATIENCE_MS 30000

static int64_t patience_ms(const struct mailbox_visit *visit)
{
    return visit->stand->options->patience_ms > 0
               ? visit->stand->options->patience_ms
               : PATIENCE_MS;
}

/* From now on the server has so long, whatever comes next. */
static void grant(struct mailbox_visit *visit)
{
    visit->client.setup.deadline = deadline_earlier(
        visit->stand->client->deadline, deadline_in_ms(patience_ms(visit)));
}

/* ---- beginning and ending ----------------------------------------------- */

/* The connection and both greetings, in clear. */
static int begin(struct mailbox_visit *visit, enum mailbox_step *step)
{
    struct smtp_client *client = &visit->client;
    char text[80];
    int result;

    memset(&client->reply, 0, sizeof(client->reply));
    visit->refused = false;
    grant(visit);
    result = smtp_client_open(client, mailbox_host_text(&visit->server, text),
                              address_port(&visit->server));
    /* A 421 closes what it answers. */
    *step =
        client->conn || client->reply.code ? MAILBOX_GREETING : MAILBOX_CONNECT;
    if (result < 0)
        return result;
    *step = MAILBOX_HELLO;
    grant(visit);
    return smtp_client_hello(client);
}

/* TLS is spoken where it is offered and works; nothing secret is said, so that
 * without it nothing is lost. */
int mailbox_visit_begin(struct mailbox_visit *visit, enum mailbox_step *step)
{
    int result = begin(visit, step);

    if (result < 0)
        return result;
    visit->client.security = SMTP_TLS_OFFERED;
    grant(visit);
    if (smtp_client_start_tls(&visit->client, visit->host) == 0)
        return 0;
    trace_note(visit->client.setup.trace, RFC("3207", "4.1"), "in clear",
               "%s offers TLS, but it does not work there: %s", visit->host,
               visit->error.text);
    error_clear(&visit->error);
    smtp_client_close(&visit->client);
    return begin(visit, step);
}

void mailbox_visit_end(struct mailbox_visit *visit)
{
    grant(visit);
    smtp_client_quit(&visit->client);
}

void mailbox_evidence_reply(struct mailbox_evidence *evidence,
                            const struct mailbox_visit *visit)
{
    const struct smtp_reply *reply = &visit->client.reply;
    struct span line = smtp_reply_line(reply, 0);
    size_t used = 0;

    evidence->code = reply->code;
    evidence->enhanced = reply->enhanced;
    if (line.data && smtp_enhanced_read(line, &evidence->enhanced, &used)) {
        line.data += used;
        line.length -= used;
    }
    text_escape(evidence->words, sizeof(evidence->words), span_trim(line));
    snprintf(evidence->host, sizeof(evidence->host), "%s", visit->host);
    address_show(&visit->server, evidence->address, sizeof(evidence->address));
    evidence->conn = 0;
    if (!visit->client.conn)
        return;
    evidence->conn = conn_facts(visit->client.conn).number;
    evidence->place = conn_facts(visit->client.conn).taken;
}

/* ---- one mailbox, one transaction --------------------------------------- */

struct transaction {
    char mailbox[SMTP_MAILBOX_MAX];
    bool utf8;
    struct mailbox_evidence mail, rcpt; /* code 0: no reply */
};

enum word { MAIL, RCPT, RSET, WORDS };

static int say(struct mailbox_visit *visit, enum word word,
               const struct transaction *t)
{
    struct conn *conn = visit->client.conn;

    visit->client.awaited++;
    switch (word) {
    case MAIL:
        /* NOTE(mailbox-null-sender): nobody is to get a bounce of this. */
        return conn_say(conn, RFC("5321", "4.5.5"), "MAIL FROM:<>%s",
                        t->utf8 ? " SMTPUTF8" : "");
    case RCPT:
        return conn_say(conn, RFC("5321", "4.1.1.3"), "RCPT TO:<%s>",
                        t->mailbox);
    default:
        return conn_say(conn, RFC("5321", "4.1.1.5"), "RSET");
    }
}

static int hear(struct mailbox_visit *visit, enum word word,
                struct transaction *t)
{
    struct mailbox_evidence *evidence = word == MAIL ? &t->mail : &t->rcpt;
    int result;

    grant(visit);
    result = smtp_client_hear(&visit->client, RFC("5321", "4.2"),
                              patience_ms(visit));
    /* What is said of the recipient of no mail is said of nothing; a 421 that
     * closes the connection is an answer all the same. */
    if ((result == 0 || visit->client.reply.code == 421) && word != RSET &&
        (word == MAIL || t->mail.code / 100 == 2))
        mailbox_evidence_reply(evidence, visit);
    return result;
}

/* All of it in one flight, or a word at a time. */
static int run(struct mailbox_visit *visit, struct transaction *list,
               size_t count)
{
    bool flight = visit->client.capabilities.pipelining &&
                  !visit->stand->options->no_pipelining;
    size_t words = count * WORDS;
    int result = 0;

    if (!visit->client.conn)
        return -ERROR_CONNECT;
    conn_hold(visit->client.conn, flight);
    for (size_t i = 0; i < words && result == 0; i++) {
        result = say(visit, (enum word)(i % WORDS), &list[i / WORDS]);
        if (result == 0 && !flight)
            result = hear(visit, (enum word)(i % WORDS), &list[i / WORDS]);
    }
    for (size_t i = 0; flight && i < words && result == 0; i++)
        result = hear(visit, (enum word)(i % WORDS), &list[i / WORDS]);
    return result;
}

static void transaction_of(struct transaction *t, const struct smtp_path *path)
{
    memset(t, 0, sizeof(*t));
    snprintf(t->mailbox, sizeof(t->mailbox), "%s", path->mailbox);
    t->utf8 = path->beyond_ascii;
}

/* ---- what is asked beside ----------------------------------------------- */

/* The local part as it stands on the wire, its quotes included. */
static struct span local_of(const struct smtp_path *path)
{
    const char *at = strrchr(path->mailbox, '@');

    return (struct span){path->mailbox, at ? (size_t)(at - path->mailbox) : 0};
}

static struct mailbox_shape *shape_of(struct mailbox_visit *visit,
                                      const struct smtp_path *path)
{
    char shape[SMTP_LOCAL_PART_MAX + 1];

    mailbox_shape(shape, sizeof(shape), local_of(path));
    for (size_t i = 0; i < visit->shape_count; i++)
        if (strcmp(visit->shapes[i].shape, shape) == 0)
            return &visit->shapes[i];
    /* So many shapes: the oldest is asked for again when it comes again. */
    struct mailbox_shape *made =
        &visit->shapes[visit->shape_count < SHAPES_MAX
                           ? visit->shape_count++
                           : (size_t)(visit->random % SHAPES_MAX)];
    memset(made, 0, sizeof(*made));
    memcpy(made->shape, shape, sizeof(shape));
    return made;
}

static int ask_control(struct mailbox_visit *visit,
                       const struct smtp_path *path)
{
    struct mailbox_shape *shape = shape_of(visit, path);
    char local[SMTP_LOCAL_PART_MAX + 1];
    struct transaction t = {.utf8 = path->beyond_ascii};
    int result;

    if (shape->reply.code)
        return 0;
    visit->random += UINT64_C(0x9E3779B97F4A7C15);
    mailbox_control(local, sizeof(local), local_of(path), visit->random);
    snprintf(t.mailbox, sizeof(t.mailbox), "%s@%s", local, path->domain);
    result = run(visit, &t, 1);
    shape->reply = t.rcpt.code ? t.rcpt : t.mail;
    visit->refused |= t.rcpt.code / 100 == 5;
    return result;
}

static int ask_postmaster(struct mailbox_visit *visit)
{
    struct transaction t = {.utf8 = false};
    int result;

    snprintf(t.mailbox, sizeof(t.mailbox), "postmaster@%s", visit->domain);
    result = run(visit, &t, 1);
    visit->postmaster = t.rcpt;
    return result;
}

static int ask_vrfy(struct mailbox_visit *visit, struct mailbox_question *q)
{
    char line[SMTP_MAILBOX_MAX + 8];
    int result;

    if (!visit->stand->options->vrfy || !visit->client.conn)
        return 0;
    snprintf(line, sizeof(line), "VRFY %s", q->path->mailbox);
    grant(visit);
    result = smtp_client_command(&visit->client, RFC("5321", "4.1.1.6"), line);
    if (result == 0)
        mailbox_evidence_reply(mailbox_evidence_add(q->result, MAILBOX_VRFY),
                               visit);
    return result;
}

/* ---- a group of addresses ----------------------------------------------- */

/* What a server said before counts no more than what it says now. */
static void keep(struct mailbox_result *result, enum mailbox_step step,
                 const struct mailbox_evidence *reply)
{
    struct mailbox_evidence *evidence =
        (struct mailbox_evidence *)mailbox_evidence_of(result, step);

    if (reply->code == 0)
        return;
    if (!evidence)
        evidence = mailbox_evidence_add(result, step);
    *evidence = *reply;
    evidence->step = step;
}

static enum mailbox_reading reading_of(const struct mailbox_question *q)
{
    const struct mailbox_evidence *reply =
        mailbox_evidence_of(q->result, MAILBOX_RCPT);

    return reply ? mailbox_read(reply->code, reply->enhanced, NULL)
                 : READING_NONE;
}

static bool wants_control(const struct mailbox_question *q)
{
    enum mailbox_reading reading = reading_of(q);

    return reading == READING_ACCEPTED || reading == READING_FULL ||
           reading == READING_DISABLED || reading == READING_PRESENT;
}

static bool wants_postmaster(const struct mailbox_question *q)
{
    const struct mailbox_evidence *reply =
        mailbox_evidence_of(q->result, MAILBOX_RCPT);

    return q->doubtful || (reading_of(q) == READING_ABSENT &&
                           !mailbox_is_enhanced(reply->code, reply->enhanced));
}

static void take(struct mailbox_visit *visit, struct mailbox_question *q,
                 const struct transaction *t)
{
    if (t->mail.code / 100 != 2)
        keep(q->result, MAILBOX_MAIL, &t->mail);
    keep(q->result, MAILBOX_RCPT, &t->rcpt);
    q->doubtful = t->rcpt.code / 100 == 5 && visit->refused;
    visit->refused |= t->rcpt.code / 100 == 5;
}

/* Once more, on a connection where nobody was refused yet. */
static int ask_alone(struct mailbox_visit *visit, struct mailbox_question *q)
{
    enum mailbox_step step;
    struct transaction t;
    int result;

    transaction_of(&t, q->path);
    mailbox_visit_end(visit);
    result = mailbox_visit_begin(visit, &step);
    if (result == 0)
        result = run(visit, &t, 1);
    if (t.rcpt.code)
        take(visit, q, &t);
    q->doubtful = false;
    return result;
}

/* Control and postmaster, where an answer needs them. */
static int ask_beside(struct mailbox_visit *visit, struct mailbox_question **q,
                      size_t count)
{
    bool doubt = false;
    int result = 0;

    for (size_t i = 0; i < count && result == 0; i++)
        if (wants_control(q[i]))
            result = ask_control(visit, q[i]->path);
    for (size_t i = 0; i < count; i++)
        doubt |= wants_postmaster(q[i]);
    if (doubt && result == 0)
        result = ask_postmaster(visit);
    return result;
}

static int settle(struct mailbox_visit *visit, struct mailbox_question *q)
{
    bool trusted = visit->postmaster.code / 100 == 2;
    int result = 0;

    if (q->doubtful && !trusted)
        result = ask_alone(visit, q);
    if (result == 0 && wants_control(q))
        result = ask_control(visit, q->path);
    if (wants_control(q))
        keep(q->result, MAILBOX_CONTROL, &shape_of(visit, q->path)->reply);
    if (wants_postmaster(q))
        keep(q->result, MAILBOX_POSTMASTER, &visit->postmaster);
    q->doubtful = false;
    q->answered = result == 0 && reading_of(q) != READING_NONE &&
                  reading_of(q) != READING_LATER;
    return result < 0 ? result : ask_vrfy(visit, q);
}

static int ask_group(struct mailbox_visit *visit, struct mailbox_question **q,
                     size_t count)
{
    struct transaction list[GROUP];
    int result = 0;

    for (size_t i = 0; i < count; i++) {
        transaction_of(&list[i], q[i]->path);
        if (visit->stand->options->control_first && result == 0)
            result = ask_control(visit, q[i]->path);
    }
    if (result == 0)
        result = run(visit, list, count);
    for (size_t i = 0; i < count; i++)
        take(visit, q[i], &list[i]);
    if (result == 0)
        result = ask_beside(visit, q, count);
    for (size_t i = 0; i < count && result == 0; i++)
        result = settle(visit, q[i]);
    return result;
}

int mailbox_ask(struct mailbox_visit *visit, struct mailbox_question *questions,
                size_t count)
{
    struct mailbox_question *group[GROUP];
    size_t most = visit->pause_ms > 0 ? 1 : GROUP, members = 0;
    bool first = true;
    int result = 0;

    for (size_t i = 0; i < count && result == 0; i++) {
        if (!questions[i].answered)
            group[members++] = &questions[i];
        if (members == 0 || (members < most && i + 1 < count))
            continue;
        if (visit->pause_ms > 0 && !first)
            poll(NULL, 0, (int)visit->pause_ms);
        result = ask_group(visit, group, members);
        members = 0;
        first = false;
    }
    return result;
}

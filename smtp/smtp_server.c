/* SPDX-License-Identifier: MIT */
/*
 * smtp_server: hears a command, looks whether it makes sense now, hands it to
 * its act, until one of the two wants to close.
 *
 * Replies are held back while there is more to read, and leave before we wait:
 * commands that came in one flight are answered in one (RFC 2920 §3.2).
 */
#include "smtp/smtp_server.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/address.h"
#include "common/names.h"

/* ---- greeting ----------------------------------------------------------- */

static int greet(struct smtp_session *s)
{
    const struct smtp_manners *manners = s->site->manners;
    struct smtp_verdict verdict;

    smtp_refuse(&verdict, 220, "", "%s ESMTP wirelab", s->site->name);
    if (manners && manners->greet)
        manners->greet(manners->context, s, &verdict);
    s->close = verdict.code != 220;
    return smtp_say_verdict(s, RFC("5321", "3.1"), &verdict);
}

/* What the client calls itself. False: it must try again. */
static bool keep_name(struct smtp_session *s)
{
    struct span name = s->argument;
    const char *end =
        name.length > 0 ? memchr(name.data, ' ', name.length) : NULL;

    if (end)
        name.length = (size_t)(end - name.data);
    if (name.length >= sizeof(s->client) || !smtp_domain_is_valid(name, false))
        return false;
    memcpy(s->client, name.data, name.length);
    s->client[name.length] = '\0';
    return true;
}

static int refuse_name(struct smtp_session *s)
{
    s->errors++;
    return smtp_say(s, RFC("5321", "4.1.1.1"), 501, "5.5.4",
                    "say who you are: a domain name, or an address in []");
}

static int act_helo(struct smtp_session *s)
{
    if (!keep_name(s))
        return refuse_name(s);
    smtp_session_enter(s, SMTP_STATE_GREETED);
    s->extended = false;
    return smtp_say(s, RFC("5321", "4.1.1.1"), 250, "", "%s", s->site->name);
}

/* One line an extension (RFC 5321 §4.1.1.1); the last has a space after its
 * code. A line that can't be said any more makes the last call fail. */
static int act_ehlo(struct smtp_session *s)
{
    bool tls = s->site->service && s->site->service->tls && !s->tls;
    const char *auth = smtp_auth_offer(s);

    if (!keep_name(s))
        return refuse_name(s);
    smtp_session_enter(s, SMTP_STATE_GREETED);
    s->extended = true;
    conn_say_begin(s->conn, RFC("5321", "4.1.1.1"), "250");
    conn_say_line(s->conn, "250-%s greets %s", s->site->name, s->client);
    conn_say_line(s->conn, "250-SIZE %ld", s->site->size_max);
    conn_say_line(s->conn, "250-8BITMIME");
    conn_say_line(s->conn, "250-SMTPUTF8");
    conn_say_line(s->conn, "250-PIPELINING");
    conn_say_line(s->conn, "250-DSN");
    if (tls)
        conn_say_line(s->conn, "250-STARTTLS");
    if (auth[0])
        conn_say_line(s->conn, "250-AUTH %s", auth);
    conn_say_line(s->conn, "250 ENHANCEDSTATUSCODES");
    return conn_say_end(s->conn);
}

/* ---- transactions ------------------------------------------------------- */

static int refuse(struct smtp_session *s, struct rfc rfc,
                  const struct smtp_verdict *verdict)
{
    if (verdict->code >= 500)
        s->errors++;
    return smtp_say_verdict(s, rfc, verdict);
}

/* What is refused here costs nobody a message's transfer: SIZE is for that
 * (RFC 1870 §6.1). */
static int act_mail(struct smtp_session *s)
{
    struct smtp_mail mail;
    struct smtp_verdict verdict;

    if (s->submission && s->user[0] == '\0')
        return smtp_say(s, RFC("6409", "4.3"), 530, "5.7.0",
                        "log in first: this port is for our users");
    if (!smtp_mail_read(s->argument, &mail, &verdict))
        return refuse(s, RFC("5321", "4.1.1.11"), &verdict);
    if (mail.size > (uint64_t)s->site->size_max)
        return smtp_say(s, RFC("1870", "6.1"), 552, "5.3.4",
                        "a message may have %ld octets here",
                        s->site->size_max);
    s->transaction.mail = mail;
    s->transaction.arrived_s = smtp_now_s(s->site);
    smtp_session_enter(s, SMTP_STATE_MAIL);
    return smtp_say(s, RFC("5321", "3.3"), 250, "2.1.0", "sender <%s>: ok",
                    mail.smtputf8 ? "..." : mail.reverse_path.mailbox);
}

/* One recipient's refusal is not the end of the transaction: the next may be
 * taken. */
static int act_rcpt(struct smtp_session *s)
{
    struct smtp_rcpt rcpt;
    struct smtp_verdict verdict;
    const char *account = NULL;

    if (!smtp_rcpt_read(s->argument, &rcpt, &verdict))
        return refuse(s, RFC("5321", "4.1.1.11"), &verdict);
    if (s->transaction.count == SMTP_RECIPIENTS_MAX)
        return smtp_say(s, RFC("5321", "4.5.3.1.10"), 452, "4.5.3",
                        "%d recipients are enough for one message",
                        SMTP_RECIPIENTS_MAX);
    smtp_judge_recipient(s, &rcpt, &account, &verdict);
    if (verdict.code != 250) {
        s->refused++;
        return smtp_say_verdict(s, RFC("5321", "3.3"), &verdict);
    }
    if (smtp_transaction_add(&s->transaction, &rcpt, account, s->error) < 0) {
        error_clear(s->error);
        return smtp_say(s, RFC("5321", "4.2.2"), 452, "4.3.1",
                        "no memory for another recipient");
    }
    smtp_session_enter(s, SMTP_STATE_RCPT);
    return smtp_say_verdict(s, RFC("5321", "3.3"), &verdict);
}

static int act_rset(struct smtp_session *s)
{
    if (s->state > SMTP_STATE_GREETED)
        smtp_session_enter(s, SMTP_STATE_GREETED);
    return smtp_say(s, RFC("5321", "4.1.1.5"), 250, "2.0.0", "forgotten");
}

/* ---- the rest ----------------------------------------------------------- */

/* RFC 5321 §7.3: who may ask for names may collect them. */
static int act_vrfy(struct smtp_session *s)
{
    if (s->argument.length == 0)
        return smtp_say(s, RFC("5321", "4.1.1.6"), 501, "5.5.4", "whom?");
    return smtp_say(s, RFC("5321", "3.5.3"), 252, "2.5.0",
                    "not told here; mail to it will be tried");
}

static int act_expn(struct smtp_session *s)
{
    return smtp_say(s, RFC("5321", "4.2.4"), 502, "5.5.1",
                    "there are no lists here");
}

static int act_help(struct smtp_session *s)
{
    return smtp_say(s, RFC("5321", "4.1.1.8"), 214, "2.0.0",
                    "EHLO HELO MAIL RCPT DATA RSET NOOP QUIT VRFY STARTTLS "
                    "AUTH: RFC 5321 says how");
}

static int act_noop(struct smtp_session *s)
{
    return smtp_say(s, RFC("5321", "4.1.1.9"), 250, "2.0.0", "ok");
}

static int act_quit(struct smtp_session *s)
{
    s->close = true;
    return smtp_say(s, RFC("5321", "4.1.1.10"), 221, "2.0.0", "%s: goodbye",
                    s->site->name);
}

/* ---- the verbs ---------------------------------------------------------- */

#define IN(state) (1u << SMTP_STATE_##state)
#define ANY (IN(CONNECTED) | IN(GREETED) | IN(MAIL) | IN(RCPT))

/* In which states a command makes sense: RFC 5321 §4.1.4. */
static const struct verb {
    const char *name;
    unsigned states;
    struct rfc rfc;
    int (*act)(struct smtp_session *s);
} verbs[] = {
    {"EHLO", ANY, {"5321", "4.1.1.1"}, act_ehlo},
    {"HELO", ANY, {"5321", "4.1.1.1"}, act_helo},
    {"MAIL", IN(GREETED), {"5321", "4.1.1.2"}, act_mail},
    {"RCPT", IN(MAIL) | IN(RCPT), {"5321", "4.1.1.3"}, act_rcpt},
    {"DATA", IN(RCPT), {"5321", "4.1.1.4"}, smtp_act_data},
    {"RSET", ANY, {"5321", "4.1.1.5"}, act_rset},
    {"VRFY", ANY, {"5321", "4.1.1.6"}, act_vrfy},
    {"EXPN", ANY, {"5321", "4.1.1.7"}, act_expn},
    {"HELP", ANY, {"5321", "4.1.1.8"}, act_help},
    {"NOOP", ANY, {"5321", "4.1.1.9"}, act_noop},
    {"QUIT", ANY, {"5321", "4.1.1.10"}, act_quit},
    {"STARTTLS", IN(GREETED), {"3207", "4"}, smtp_act_starttls},
    {"AUTH", IN(GREETED), {"4954", "4"}, smtp_act_auth},
};

static const struct verb *find_verb(struct span name)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
        if (span_equal_nocase(name, span_of(verbs[i].name)))
            return &verbs[i];
    return NULL;
}

/* What should have come before the verb. */
static const char *missing(const struct smtp_session *s,
                           const struct verb *verb)
{
    if (s->state == SMTP_STATE_CONNECTED)
        return "EHLO first";
    if (verb->states == IN(GREETED))
        return s->state == SMTP_STATE_GREETED ? "not now"
                                              : "not within a transaction";
    if (s->state == SMTP_STATE_GREETED)
        return "MAIL first";
    return s->refused > 0 ? "no recipient was accepted" : "RCPT first";
}

/* The rest of an AUTH command is a password, maybe in base64: a line that
 * begins like one is masked before anything is done with it. */
static void hear(struct smtp_session *s, const struct verb *verb,
                 struct span line)
{
    struct span mechanism = s->argument;

    if (verb && strcmp(verb->name, "AUTH") == 0) {
        while (mechanism.length > 0 &&
               (isalnum((unsigned char)mechanism.data[0]) ||
                mechanism.data[0] == '-' || mechanism.data[0] == '_')) {
            mechanism.data++;
            mechanism.length--;
        }
        conn_mask(s->conn, line.length - mechanism.length, mechanism.length);
    }
    conn_heard(s->conn, verb ? verb->rfc : RFC("5321", "4.1.1"),
               verb ? verb->name : "command");
}

static int act(struct smtp_session *s, struct span line)
{
    struct smtp_command command;
    const struct verb *verb = NULL;

    s->argument = (struct span){line.data, 0};
    if (smtp_command_split(line, &command)) {
        verb = find_verb(command.verb);
        s->argument = command.argument;
    }
    hear(s, verb, line);
    if (!verb) {
        s->errors++;
        return smtp_say(s, RFC("5321", "4.2.4"), 500, "5.5.2",
                        "no command of ours");
    }
    if (!(verb->states & 1u << s->state)) {
        s->errors++;
        return smtp_say(s, RFC("5321", "4.1.4"), 503, "5.5.1", "%s: %s",
                        verb->name, missing(s, verb));
    }
    return verb->act(s);
}

/* ---- one command after the other ---------------------------------------- */

/* 421 is what a server says that closes without being asked: RFC 5321 §3.8. */
static int time_out(struct smtp_session *s)
{
    return smtp_say(s, RFC("5321", "4.5.3.2.7"), 421, "4.4.2",
                    "nothing was said for too long: goodbye");
}

/* 1: a line, taken but not heard yet. 0: the client has closed, or has said no
 * whole line in time, however slowly it came. */
static int read_line(struct smtp_session *s, struct smtp_line *line)
{
    deadline_ns deadline = deadline_in_ms(s->site->idle_ms);

    *line = (struct smtp_line){.skipped = 0};
    for (;;) {
        const char *why = "";
        size_t used;
        enum parse outcome =
            smtp_line_read(line, conn_view(s->conn), &used, &why);
        int result;

        if (outcome == PARSE_BROKEN)
            return smtp_session_hang_up(s, why);
        conn_take(s->conn, used);
        if (outcome == PARSE_DONE)
            return 1;
        if (conn_at_end(s->conn))
            return 0;
        result = conn_fill_within(s->conn, deadline_poll_ms(deadline));
        if (result != 0)
            return result < 0 ? result : time_out(s);
    }
}

/* 1: and there may be another; 0: the conversation is over. */
static int serve_one(struct smtp_session *s)
{
    struct smtp_line line;
    int result = read_line(s, &line);

    if (result <= 0)
        return result;
    if (line.too_long) {
        s->errors++;
        conn_mask(s->conn, 0, conn_heard_length(s->conn));
        conn_heard(s->conn, RFC("5321", "4.5.3.1.4"), "command");
        result =
            smtp_say(s, RFC("5321", "4.5.3.1.9"), 500, "5.5.6",
                     "a command line may have %d octets", SMTP_COMMAND_MAX);
    } else {
        result = act(s, line.text);
    }
    if (result == 0 && !s->close && s->errors >= SMTP_ERRORS_MAX)
        result = smtp_say(s, RFC("5321", "3.8"), 421, "4.7.0",
                          "too many errors: goodbye");
    return result < 0 ? result : !s->close;
}

static void begin(struct smtp_session *s)
{
    struct conn_facts facts = conn_facts(s->conn);
    char here[80], *colon;

    snprintf(s->address, sizeof(s->address), "%s", facts.peer);
    if ((colon = strrchr(s->address, ':')) != NULL)
        *colon = '\0';
    address_show(&facts.local, here, sizeof(here));
    colon = strrchr(here, ':');
    s->submission = colon && strtol(colon + 1, NULL, 10) == s->site->submission;
    s->tls = facts.tls;
    conn_set_idle_timeout(s->conn, s->site->idle_ms);
    conn_hold(s->conn, true);
}

int smtp_server_serve(struct conn *conn, void *site, struct error *error)
{
    struct smtp_session *s = calloc(1, sizeof(*s));
    int result;

    if (!s)
        return error_set(error, ERROR_LOCAL, "out of memory for a session");
    s->conn = conn;
    s->error = error;
    s->site = site;
    begin(s);
    result = greet(s);
    if (result == 0)
        result = !s->close;
    while (result == 1)
        result = serve_one(s);
    if (conn_heard_length(conn) > 0)
        conn_heard(conn, RFC("5321", "3.8"), "incomplete");
    if (result == 0 && s->unasked)
        conn_linger(s->conn, RFC("9293", "3.6"));
    smtp_spool_drop(&s->spool);
    smtp_transaction_clear(&s->transaction);
    free(s);
    return result;
}

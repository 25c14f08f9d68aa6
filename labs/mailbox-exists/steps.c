/* SPDX-License-Identifier: MIT */
/* steps: what each step of the lab asks, and what is to be seen in it. */
#include <stdio.h>

#include "labs/lab_flow.h"
#include "labs/mailbox-exists/mailbox_exists.h"
#include "labs/mailbox-exists/zoo.h"

int zoo_honest(struct lab_run *run, struct error *error)
{
    struct trace_file trace;
    const struct trace_event *mx, *connect, *rcpt;

    lab_say(run, "The keeper lives at honest.zoo.test, and nobody else does.");
    if (zoo_ask(run, true, WORDS("keeper@honest.zoo.test"),
                WORDS("keeper@honest.zoo.test: exists", "control-refused: "),
                error) < 0 ||
        zoo_ask(run, false, WORDS("nobody@honest.zoo.test"),
                WORDS("nobody@honest.zoo.test: absent", "says-absent: "),
                error) < 0 ||
        lab_trace(run, &trace, error) < 0)
        return -(int)error->class;
    mx = lab_event_find(&trace, 0, TRACE_LAYER_APP, "MX", "student");
    connect = lab_event_find(&trace, 0, TRACE_LAYER_TCP, "connect", "student");
    rcpt = lab_event_find(&trace, 0, TRACE_LAYER_APP, "RCPT", "student");
    if (lab_check(run, mx && connect && rcpt, error,
                  "the four steps are in the trace") == 0)
        lab_say(run,
                "(1) The domain's mail server was looked up (MX, event %llu). "
                "(2) The connection to it (event %llu). (3) MAIL with an empty "
                "sender and RCPT with the mailbox (event %llu): sending has "
                "begun, and DATA never comes. (4) The reply. The fifth step is "
                "not in the notes: the same question for a mailbox that can't "
                "exist, of the same shape. Only because that one was refused "
                "the yes means something.",
                (unsigned long long)mx->id, (unsigned long long)connect->id,
                (unsigned long long)rcpt->id);
    trace_file_free(&trace);
    return error->class == ERROR_NONE ? 0 : -(int)error->class;
}

int zoo_present(struct lab_run *run, struct error *error)
{
    if (zoo_ask(run, false,
                WORDS("keeper@full.zoo.test", "keeper@disabled.zoo.test"),
                WORDS("keeper@full.zoo.test: exists (full)",
                      "keeper@disabled.zoo.test: exists (disabled)"),
                error) < 0)
        return -(int)error->class;
    lab_say(run,
            "Both replies refuse, one for now (452) and one for good (550). "
            "The enhanced code tells what they refuse: X.2.2 is a full "
            "mailbox, X.2.1 a disabled one. Who reads only 550 takes a mailbox "
            "that is there for one that is not.");
    return 0;
}

int zoo_yes(struct lab_run *run, struct error *error)
{
    if (zoo_ask(
            run, false,
            WORDS("nobody@accept-all.zoo.test", "nobody@bounce-later.zoo.test"),
            WORDS("nobody@accept-all.zoo.test: accepts-all",
                  "nobody@bounce-later.zoo.test: accepts-all"),
            error) < 0)
        return -(int)error->class;
    lab_correct(run, (struct rfc){"5321", "3.3"},
                "judge by the reply: 250 means that the mailbox exists.",
                "250 means that the server takes responsibility for a message "
                "to it. One of these two keeps all mail, the other looks later "
                "and sends a bounce; at RCPT they can't be told apart, and "
                "neither says anything of the mailbox.");
    return 0;
}

int zoo_no(struct lab_run *run, struct error *error)
{
    if (zoo_ask(run, false,
                WORDS("keeper@policy.zoo.test", "keeper@turn-away.zoo.test"),
                WORDS("keeper@policy.zoo.test: refused",
                      "keeper@turn-away.zoo.test: refused"),
                error) < 0)
        return -(int)error->class;
    lab_say(
        run,
        "The keeper has a mailbox at both. 550 5.7.1 is a matter of policy, "
        "and 554 for a greeting turns everybody away: both speak of us. The "
        "verdict is that we are not told, and not that nobody lives there.");
    return 0;
}

int zoo_later(struct lab_run *run, struct error *error)
{
    if (zoo_ask(run, false,
                WORDS("--patience", "2", "keeper@greylist.zoo.test",
                      "keeper@tarpit.zoo.test"),
                WORDS("keeper@greylist.zoo.test: try-later",
                      "keeper@tarpit.zoo.test: unreachable"),
                error) < 0 ||
        zoo_clock(lab_world(run), 360, error) < 0)
        return -(int)error->class;
    lab_say(run,
            "Greylisting sends strangers away once: a server that sends mail "
            "comes back, a program that sends junk seldom does. The tarpit "
            "makes everybody wait, and we had said --patience 2. Now six "
            "minutes go by on the clock of the servers.");
    if (zoo_ask(
            run, false, WORDS("keeper@greylist.zoo.test"),
            WORDS("keeper@greylist.zoo.test: try-later", "control-unclear: "),
            error) < 0)
        return -(int)error->class;
    lab_say(
        run,
        "The keeper is accepted this time. But the mailbox that can't exist "
        "is a stranger still, and \"not now\" is no \"no\": whether this "
        "server says yes to everything, we do not know yet.");
    return 0;
}

int zoo_names(struct lab_run *run, struct error *error)
{
    if (zoo_ask(run, false,
                WORDS("keeper@first-down.zoo.test", "keeper@implicit.zoo.test",
                      "keeper@cname-mx.zoo.test", "keeper@null-mx.zoo.test",
                      "keeper@nowhere.zoo.test", "keeper@servfail.zoo.test",
                      "keeper@mx-loop.zoo.test"),
                WORDS("keeper@first-down.zoo.test: exists",
                      "keeper@implicit.zoo.test: exists",
                      "keeper@cname-mx.zoo.test: exists",
                      "keeper@null-mx.zoo.test: absent",
                      "keeper@nowhere.zoo.test: absent",
                      "keeper@servfail.zoo.test: try-later",
                      "keeper@mx-loop.zoo.test: unreachable"),
                error) < 0)
        return -(int)error->class;
    lab_say(run,
            "The first mail server of a domain may be down: then the next one "
            "is asked. A domain without MX takes mail itself. An MX that names "
            "an alias is forbidden, and works. A null MX says that the domain "
            "takes no mail, and a name that does not exist has no mailboxes: "
            "those two are answers. A name server that fails is none.");
    return 0;
}

int zoo_sulk(struct lab_run *run, struct error *error)
{
    if (zoo_ask(run, false,
                WORDS("nobody@sulk.zoo.test", "keeper@sulk.zoo.test"),
                WORDS("nobody@sulk.zoo.test: absent",
                      "keeper@sulk.zoo.test: exists"),
                error) < 0)
        return -(int)error->class;
    lab_say(run,
            "This server, once it has refused somebody, refuses everybody on "
            "that connection, with the words and the code for a mailbox that "
            "is not there. A no that follows on a no was not believed: first "
            "postmaster was asked for, whom every server has to take, and when "
            "he was refused too, the keeper was asked for again, first and "
            "alone, on a connection of his own.");
    return 0;
}

int zoo_etiquette(struct lab_run *run, struct error *error)
{
    if (zoo_ask(run, false, WORDS("--vrfy", "keeper@vrfy.zoo.test"),
                WORDS("keeper@vrfy.zoo.test: exists", "VRFY", "252"),
                error) < 0)
        return -(int)error->class;
    lab_say(
        run,
        "SMTP has a command for the question, VRFY, and nearly every server "
        "answers it with 252: not told here. Who may ask for names may "
        "collect them (RFC 5321 §7.3), and those who collect them send "
        "junk. A server that sees many unknown recipients slows down, "
        "refuses, or lists the address that asks.");
    lab_say(run,
            "So: ask for addresses that you have a reason to ask for; one "
            "connection a domain, one address a second (mailbox-check does so "
            "by itself outside of the pocket internet); say who you are; take "
            "a no for a no; and if mail is to be sent anyway, send it and read "
            "the bounce.");
    return 0;
}

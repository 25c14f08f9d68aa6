/* SPDX-License-Identifier: MIT */
/*
 * mailbox_ask: what is said to one server, in groups of commands that go out
 * together where the server allows it (RFC 2920).
 *
 * Each recipient has a transaction of its own, MAIL, RCPT, RSET: a null sender
 * has one recipient at most, and what a server says of the second must not hang
 * on the first.
 */
#ifndef LABS_MAILBOX_EXISTS_MAILBOX_ASK_H
#define LABS_MAILBOX_EXISTS_MAILBOX_ASK_H

#include "labs/mailbox-exists/mailbox.h"
#include "smtp/smtp_client.h"

/* Shapes of names whose control has been asked for, in one visit. */
#define SHAPES_MAX 32

/* A control's answer, which counts for all names of that shape. */
struct mailbox_shape {
    char shape[SMTP_LOCAL_PART_MAX + 1];
    struct mailbox_evidence reply;
};

/* One server, as long as it is asked. */
struct mailbox_visit {
    const struct mailbox_stand *stand;
    struct error error;
    struct smtp_client client; /* its setup.error is the one above */
    const char *domain, *host; /* borrowed */
    struct sockaddr_storage server;
    int64_t pause_ms; /* between two addresses; 0: none */
    bool refused;     /* somebody was refused on this connection */
    struct mailbox_shape shapes[SHAPES_MAX];
    size_t shape_count;
    struct mailbox_evidence postmaster; /* code 0: not asked */
    uint64_t random;
};

/* What is asked of one address, and what is known. */
struct mailbox_question {
    const struct smtp_path *path;
    struct mailbox_result *result;
    bool answered; /* a reply that no other server can better */
    bool doubtful; /* refused after somebody else was, on one connection */
};

/* Connects to visit->server, greets, and changes to TLS if that is offered. On
 * failure *step tells what failed; a reply that refused us is in client.reply,
 * everything else in visit->error. */
int mailbox_visit_begin(struct mailbox_visit *visit, enum mailbox_step *step);
void mailbox_visit_end(struct mailbox_visit *visit);

/* Asks for every one that is not answered. Stops when the connection breaks:
 * returns then the error's -class; what was answered stays. */
int mailbox_ask(struct mailbox_visit *visit, struct mailbox_question *questions,
                size_t count);

/* Writes what client.reply says, and where it stands in the trace. */
void mailbox_evidence_reply(struct mailbox_evidence *evidence,
                            const struct mailbox_visit *visit);

/* "192.0.2.30", into `text`, which it returns. */
const char *mailbox_host_text(const struct sockaddr_storage *address,
                              char text[80]);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * smtp_manners: how servers behave that are not honest, or not at once, or not
 * to everybody. One server, one of these; for the lab mailbox-exists.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "smtp/smtp_server.h"

/* Seconds that greylisting makes a stranger wait, and how many of them are
 * remembered: more than a lab has. */
#define GREYLIST_WAIT_S 300
#define GREYLIST_MAX 4096
/* Milliseconds before each reply of a tarpit. */
#define TARPIT_MS 20000

/* ---- the state of what is here ------------------------------------------ */

static void full(void *context, const struct smtp_session *s,
                 const struct smtp_rcpt *rcpt, const char **account,
                 struct smtp_verdict *verdict)
{
    (void)context, (void)s, (void)rcpt, (void)account;
    if (verdict->code == 250)
        smtp_refuse(verdict, 452, "4.2.2", "the mailbox is full");
}

static void disabled(void *context, const struct smtp_session *s,
                     const struct smtp_rcpt *rcpt, const char **account,
                     struct smtp_verdict *verdict)
{
    (void)context, (void)s, (void)rcpt, (void)account;
    if (verdict->code == 250)
        smtp_refuse(verdict, 550, "5.2.1", "the mailbox is disabled");
}

/* ---- yes to everything -------------------------------------------------- */

/* What nobody has goes to postmaster. */
static void accept_all(void *context, const struct smtp_session *s,
                       const struct smtp_rcpt *rcpt, const char **account,
                       struct smtp_verdict *verdict)
{
    (void)context, (void)s, (void)rcpt;
    if (verdict->code == 550 && strcmp(verdict->enhanced, "5.1.1") == 0) {
        *account = "postmaster";
        smtp_refuse(verdict, 250, "2.1.5", "recipient ok");
    }
}

/* What nobody has is taken, and found out about when the queue is run. */
static void bounce_later(void *context, const struct smtp_session *s,
                         const struct smtp_rcpt *rcpt, const char **account,
                         struct smtp_verdict *verdict)
{
    (void)context, (void)s, (void)rcpt, (void)account;
    if (verdict->code == 550 && strcmp(verdict->enhanced, "5.1.1") == 0)
        smtp_refuse(verdict, 250, "2.1.5", "recipient ok");
}

/* ---- no to us ----------------------------------------------------------- */

static void policy(void *context, const struct smtp_session *s,
                   const struct smtp_rcpt *rcpt, const char **account,
                   struct smtp_verdict *verdict)
{
    (void)context, (void)s, (void)rcpt, (void)account;
    smtp_refuse(verdict, 550, "5.7.1", "not from where you are");
}

static void turn_away(void *context, const struct smtp_session *s,
                      struct smtp_verdict *verdict)
{
    (void)context, (void)s;
    smtp_refuse(verdict, 554, "", "no service for you");
}

/* Once somebody was refused, everybody is. A process holds one connection, so
 * what is static is of this connection. */
static void sulk(void *context, const struct smtp_session *s,
                 const struct smtp_rcpt *rcpt, const char **account,
                 struct smtp_verdict *verdict)
{
    static bool offended;

    (void)context, (void)s, (void)rcpt;
    if (offended)
        smtp_refuse(verdict, 550, "5.1.1", "no such mailbox here");
    offended |= verdict->code / 100 == 5;
    if (verdict->code / 100 == 5)
        *account = NULL;
}

/* ---- not now ------------------------------------------------------------ */

/* Who has asked for whom, and when first: seen by all processes. */
struct greylist {
    struct stranger {
        uint64_t who; /* 0: free */
        int64_t first_s;
    } strangers[GREYLIST_MAX];
};

/* FNV-1a: client, sender and recipient in one number. */
static uint64_t stranger_number(const struct smtp_session *s,
                                const struct smtp_rcpt *rcpt)
{
    const char *const parts[] = {s->address,
                                 s->transaction.mail.reverse_path.mailbox,
                                 rcpt->forward_path.mailbox};
    uint64_t number = UINT64_C(0xCBF29CE484222325);

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        for (const char *c = parts[i];; c++) {
            number = (number ^ (unsigned char)*c) * UINT64_C(0x100000001B3);
            if (*c == '\0')
                break;
        }
    return number | 1;
}

/* A stranger is who has not been seen with this sender and this recipient
 * before; who comes back after the wait is none. Programs that send to
 * millions do not come back. */
static void greylist(void *context, const struct smtp_session *s,
                     const struct smtp_rcpt *rcpt, const char **account,
                     struct smtp_verdict *verdict)
{
    struct greylist *list = context;
    uint64_t who = stranger_number(s, rcpt);
    int64_t now_s = smtp_now_s(s->site);

    (void)account;
    for (size_t i = 0; i < GREYLIST_MAX; i++) {
        struct stranger *stranger = &list->strangers[(who + i) % GREYLIST_MAX];

        if (stranger->who == 0)
            *stranger = (struct stranger){who, now_s};
        if (stranger->who != who)
            continue;
        if (now_s - stranger->first_s < GREYLIST_WAIT_S)
            smtp_refuse(verdict, 450, "4.7.1",
                        "we don't know you: come back in %d minutes",
                        GREYLIST_WAIT_S / 60);
        return;
    }
}

/* ---- by name ------------------------------------------------------------ */

static struct {
    const char *name;
    struct smtp_manners manners;
} animals[] = {
    {"honest", {.judge = NULL}},
    {"full", {.judge = full}},
    {"disabled", {.judge = disabled}},
    {"greylist", {.judge = greylist}},
    {"accept-all", {.judge = accept_all}},
    {"bounce-later", {.judge = bounce_later}},
    {"policy", {.judge = policy}},
    {"turn-away", {.greet = turn_away}},
    {"sulk", {.judge = sulk}},
    {"tarpit", {.delay_ms = TARPIT_MS}},
};

int smtp_manners_find(const struct smtp_manners **manners, const char *name,
                      struct error *error)
{
    const char *names[sizeof(animals) / sizeof(animals[0])], *nearest;
    size_t count = sizeof(animals) / sizeof(animals[0]);

    for (size_t i = 0; i < count; i++) {
        names[i] = animals[i].name;
        if (strcmp(name, names[i]) != 0)
            continue;
        *manners = &animals[i].manners;
        if (animals[i].manners.judge != greylist)
            return 0;
        animals[i].manners.context =
            mmap(NULL, sizeof(struct greylist), PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (animals[i].manners.context != MAP_FAILED)
            return 0;
        return error_set(error, ERROR_LOCAL, "no memory for a greylist");
    }
    nearest = options_nearest(name, names, count);
    return error_set(error, ERROR_USAGE, "--manners knows no %s%s%s", name,
                     nearest ? "; did you mean " : "", nearest ? nearest : "");
}

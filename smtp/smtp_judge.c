/* SPDX-License-Identifier: MIT */
/*
 * smtp_judge: for whom this server takes mail, and from whom.
 *
 * NOTE(smtp-relay): mail for a domain of ours is taken from everybody; mail for
 * everybody else only from those who have logged in, or come from an address
 * that was named with --relay-from. A server that passes on what anybody sends
 * to anybody is an open relay, and is used by whoever has reasons to hide.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/maildir.h"
#include "smtp/smtp_server.h"

static const char postmaster[] = "postmaster";

/* "*.example.test" stands for all below example.test. */
static bool covers(const char *pattern, const char *domain)
{
    size_t tail = strlen(pattern), length = strlen(domain);

    if (strncmp(pattern, "*.", 2) != 0 || length < tail)
        return strcasecmp(pattern, domain) == 0;
    return strcasecmp(pattern + 1, domain + length - (tail - 1)) == 0;
}

bool smtp_site_has_domain(const struct smtp_site *site, const char *domain)
{
    for (size_t i = 0; i < site->domains.count; i++)
        if (covers(site->domains.values[i], domain))
            return true;
    return strcasecmp(site->name, domain) == 0;
}

/* The account of that name, letter case aside (RFC 5321 §2.4 lets us: a local
 * part is ours to interpret). */
static const char *find(const struct smtp_site *site, const char *name)
{
    for (size_t i = 0; i < site->accounts.count; i++) {
        const char *account = site->accounts.list[i].name;

        if (strcasecmp(account, name) == 0 &&
            maildir_account(&site->accounts, span_of(account)))
            return account;
    }
    return NULL;
}

const char *smtp_site_account(const struct smtp_site *site,
                              const struct smtp_path *path)
{
    char whole[SMTP_LOCAL_PART_MAX + SMTP_DOMAIN_MAX + 2];
    const char *account;

    snprintf(whole, sizeof(whole), "%s@%s", path->local, path->domain);
    if ((account = find(site, whole)) != NULL ||
        (account = find(site, path->local)) != NULL)
        return account;
    return strcasecmp(path->local, postmaster) == 0 ? postmaster : NULL;
}

/* An IPv6 address of a session stands in brackets; an option's may. */
static bool same_address(const char *option, const char *address)
{
    size_t length = strlen(option);

    return strcmp(option, address) == 0 ||
           (address[0] == '[' && strncmp(address + 1, option, length) == 0 &&
            strcmp(address + 1 + length, "]") == 0);
}

bool smtp_may_relay(const struct smtp_session *s)
{
    if (!s->site->relay)
        return false;
    if (s->user[0] != '\0')
        return true;
    for (size_t i = 0; i < s->site->relay_from.count; i++)
        if (same_address(s->site->relay_from.values[i], s->address))
            return true;
    return false;
}

static void judge(const struct smtp_session *s, const struct smtp_rcpt *rcpt,
                  const char **account, struct smtp_verdict *verdict)
{
    const struct smtp_path *path = &rcpt->forward_path;

    if (path->beyond_ascii && !s->transaction.mail.smtputf8) {
        smtp_refuse(verdict, 553, "5.6.7",
                    "such an address needs SMTPUTF8 at MAIL (RFC 6531 3.4)");
        return;
    }
    if (path->domain[0] == '\0' ||
        smtp_site_has_domain(s->site, path->domain)) {
        *account = smtp_site_account(s->site, path);
        if (*account)
            smtp_refuse(verdict, 250, "2.1.5", "recipient ok");
        else
            smtp_refuse(verdict, 550, "5.1.1", "%s: no such mailbox here",
                        path->beyond_ascii ? "that" : path->mailbox);
        return;
    }
    if (smtp_may_relay(s))
        smtp_refuse(verdict, 250, "2.1.5", "recipient ok, will be relayed");
    else
        smtp_refuse(verdict, 550, "5.7.1",
                    s->site->relay ? "no relaying for strangers: log in first"
                                   : "no relaying here: that is not a domain "
                                     "of ours");
}

void smtp_judge_recipient(const struct smtp_session *s,
                          const struct smtp_rcpt *rcpt, const char **account,
                          struct smtp_verdict *verdict)
{
    const struct smtp_manners *manners = s->site->manners;

    *account = NULL;
    judge(s, rcpt, account, verdict);
    if (manners && manners->judge)
        manners->judge(manners->context, s, rcpt, account, verdict);
}

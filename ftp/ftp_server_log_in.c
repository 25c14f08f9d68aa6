/* SPDX-License-Identifier: MIT */
/*
 * ftp_server_log_in: who is it? USER and PASS, RFC 959 §4.1.1.
 *
 * Both travel as text. On a connection without TLS everybody on the way reads
 * them, and so may be told to refuse it: --require-tls.
 */
#include "ftp/ftp_server.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

static bool is_anonymous(const struct ftp_session *s)
{
    return s->site->anonymous && (strcasecmp(s->user, "anonymous") == 0 ||
                                  strcasecmp(s->user, "ftp") == 0);
}

/* Every name is asked for its password, also one that has no account: who
 * tries names learns nothing (RFC 2577 §7). */
int ftp_act_user(struct ftp_session *s)
{
    struct span name = s->command.argument;

    s->anonymous = false;
    ftp_server_enter(s, FTP_SERVER_NEW);
    if (s->site->require_tls && !conn_facts(s->control).tls)
        return conn_say(s->control, RFC("4217", "4.2"),
                        "530 Not in clear: say AUTH TLS first.");
    if (name.length >= sizeof(s->user))
        return conn_say(s->control, RFC("959", "5.4"),
                        "530 Nobody has so long a name.");
    memcpy(s->user, name.data, name.length);
    s->user[name.length] = '\0';
    ftp_server_enter(s, FTP_SERVER_NAMED);
    if (is_anonymous(s))
        return conn_say(s->control, RFC("959", "5.4"),
                        "331 Any password will do.");
    return conn_say(s->control, RFC("959", "5.4"), "331 And the password?");
}

/* A pause makes trying slow, a limit makes it short: RFC 2577 §5. */
static int refuse(struct ftp_session *s)
{
    poll(NULL, 0, FTP_REFUSAL_DELAY_MS);
    ftp_server_enter(s, FTP_SERVER_NEW);
    if (++s->refusals < FTP_REFUSALS_MAX)
        return conn_say(s->control, RFC("2577", "5"),
                        "530 Name or password is wrong.");
    s->over = true;
    return conn_say(s->control, RFC("2577", "5"),
                    "421 That was one try too many: goodbye.");
}

int ftp_act_pass(struct ftp_session *s)
{
    const char *password =
        accounts_password(&s->site->accounts, span_of(s->user));
    struct span given = s->command.argument;
    bool right;

    if (s->state != FTP_SERVER_NAMED)
        return conn_say(s->control, RFC("959", "5.4"),
                        "503 PASS comes right after USER.");
    s->anonymous = password == NULL && is_anonymous(s);
    right = accounts_same(given, password != NULL ? password : "");
    /* An account with an empty password is one that nobody has finished. */
    if (!s->anonymous && (password == NULL || given.length == 0 || !right))
        return refuse(s);
    strcpy(s->directory, "/");
    ftp_server_enter(s, FTP_SERVER_IN);
    return conn_say(s->control, RFC("959", "5.4"), "230 Welcome, %s.",
                    s->anonymous ? "guest" : s->user);
}

int ftp_act_quit(struct ftp_session *s)
{
    s->over = true;
    return conn_say(s->control, RFC("959", "5.4"), "221 Goodbye.");
}

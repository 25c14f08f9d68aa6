/* SPDX-License-Identifier: MIT */
/*
 * ftp_server_tls: AUTH TLS, and what the data connections are to be: RFC 4217,
 * whose commands are those of RFC 2228.
 *
 * The control connection is protected by AUTH, or from its first byte on
 * (implicit TLS, port 990). The data connections are a question of their own:
 * PROT C leaves them in clear, PROT P protects each. In both the server of FTP
 * is the server of TLS, whoever has made the connection (RFC 4217 §7).
 */
#include "ftp/ftp_server.h"

int ftp_act_auth(struct ftp_session *s)
{
    struct span mechanism = s->command.argument;
    int result;

    if (*s->site->tls == NULL)
        return conn_say(s->control, RFC("4217", "4"),
                        "502 This server has no certificate.");
    if (conn_facts(s->control).tls)
        return conn_say(s->control, RFC("4217", "4"), "503 This is TLS.");
    if (!span_equal_nocase(mechanism, SPAN("TLS")) &&
        !span_equal_nocase(mechanism, SPAN("TLS-C")))
        return conn_say(s->control, RFC("4217", "8"), "504 TLS is known here.");
    result = conn_say(s->control, RFC("4217", "4"), "234 Go on with TLS.");
    if (result < 0)
        return result;
    /* What was said before, anybody may have said: it is forgotten. */
    ftp_server_enter(s, FTP_SERVER_NEW);
    ftp_server_data_forget(s);
    s->restart = 0;
    s->anonymous = false;
    return conn_start_tls(s->control, *s->site->tls, RFC("4217", "4"), NULL);
}

/* TLS has no use for the size of a buffer: it is 0, but it must be said (RFC
 * 4217 §9). */
int ftp_act_pbsz(struct ftp_session *s)
{
    if (!conn_facts(s->control).tls)
        return conn_say(s->control, RFC("2228", "3"), "503 AUTH comes first.");
    s->sized = true;
    return conn_say(s->control, RFC("4217", "9"), "200 PBSZ=0");
}

int ftp_act_prot(struct ftp_session *s)
{
    struct span level = s->command.argument;

    if (!s->sized)
        return conn_say(s->control, RFC("2228", "3"), "503 PBSZ comes first.");
    if (span_equal_nocase(level, SPAN("P"))) {
        s->protect = true;
        return conn_say(s->control, RFC("4217", "9"),
                        "200 The data connections will be TLS.");
    }
    if (!span_equal_nocase(level, SPAN("C")))
        return conn_say(s->control, RFC("4217", "9"), "536 It is P, or C.");
    if (s->site->require_tls)
        return conn_say(s->control, RFC("4217", "10.2"),
                        "534 No file goes in clear here.");
    s->protect = false;
    return conn_say(s->control, RFC("4217", "9"),
                    "200 The data connections will be in clear.");
}

/* SPDX-License-Identifier: MIT */
/*
 * smtp_received: the trace that each server leaves in a message: from whom, by
 * whom, how, when (RFC 5321 §4.4). Read from the last one up, they are the
 * message's way.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "smtp/smtp_server.h"

int64_t smtp_now_s(const struct smtp_site *site)
{
    long long ahead = 0;
    FILE *file;

    if (site->clock_file && (file = fopen(site->clock_file, "re")) != NULL) {
        if (fscanf(file, "%lld", &ahead) != 1)
            ahead = 0;
        fclose(file);
    }
    return (int64_t)time(NULL) + ahead;
}

/* By hand: strftime would use the words of a locale. */
void smtp_date_write(char text[SMTP_DATE_MAX], int64_t when_s)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t when = (time_t)when_s;
    struct tm tm = {0};

    gmtime_r(&when, &tm);
    snprintf(text, SMTP_DATE_MAX, "%.3s, %02d %.3s %d %02d:%02d:%02d +0000",
             days + 3 * tm.tm_wday, tm.tm_mday, months + 3 * tm.tm_mon,
             tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* The WITH protocol types of RFC 6531 §4.3 and their like: E extended, S over
 * TLS, A logged in. */
static void write_protocol(char *text, size_t size,
                           const struct smtp_session *s)
{
    snprintf(text, size, "%s%s%s",
             !s->extended                   ? "SMTP"
             : s->transaction.mail.smtputf8 ? "UTF8SMTP"
                                            : "ESMTP",
             s->tls ? "S" : "", s->user[0] ? "A" : "");
}

/* "[192.0.2.10]" or "[IPv6:2001:db8::1]": RFC 5321 §4.1.3. */
static void write_literal(char *text, size_t size, const char *address)
{
    size_t length = strlen(address);

    if (address[0] == '[' && length > 2)
        snprintf(text, size, "[IPv6:%.*s]", (int)(length - 2), address + 1);
    else
        snprintf(text, size, "[%s]", address);
}

/* FOR only when there is one: several would tell each of the others (RFC 5321
 * §7.2). The client's name is what it says; its address is what we know. */
void smtp_received_write(char text[SMTP_RECEIVED_MAX],
                         const struct smtp_session *s)
{
    char protocol[16], literal[96], date[SMTP_DATE_MAX];
    char recipient[SMTP_MAILBOX_MAX + 16] = "";

    write_protocol(protocol, sizeof(protocol), s);
    write_literal(literal, sizeof(literal), s->address);
    smtp_date_write(date, smtp_now_s(s->site));
    if (s->transaction.count == 1)
        snprintf(recipient, sizeof(recipient), "\r\n for <%s>",
                 s->transaction.recipients[0].mailbox);
    snprintf(text, SMTP_RECEIVED_MAX,
             "Received: from %s (%s)\r\n by %s with %s id %s%s;\r\n %s\r\n",
             s->client, literal, s->site->name, protocol, s->spool.id,
             recipient, date);
}

/* SPDX-License-Identifier: MIT */
/*
 * ftp_server_settings: how the next file is to travel (TYPE, MODE, STRU, REST),
 * and what the server tells of itself (FEAT, OPTS, HELP, STAT, SYST).
 */
#include "ftp/ftp_server.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- how a file travels ------------------------------------------------- */

/* RFC 959 §5.3.2. "L 8" is I under another name: RFC 1123 §4.1.2.1. Of the
 * formats of A only "non print" is known, and need not be said. */
int ftp_act_type(struct ftp_session *s)
{
    struct span type = s->command.argument;

    if (span_equal_nocase(type, SPAN("A")) ||
        span_equal_nocase(type, SPAN("A N"))) {
        s->ascii = true;
        return conn_say(s->control, RFC("959", "3.1.1.1"),
                        "200 Type A: lines will end in CR LF.");
    }
    if (!span_equal_nocase(type, SPAN("I")) &&
        !span_equal_nocase(type, SPAN("L 8")))
        return conn_say(s->control, RFC("959", "4.2.2"),
                        "504 The types are A and I.");
    s->ascii = false;
    return conn_say(s->control, RFC("959", "3.1.1.3"),
                    "200 Type I: bytes will stay as they are.");
}

int ftp_act_mode(struct ftp_session *s)
{
    if (!span_equal_nocase(s->command.argument, SPAN("S")))
        return conn_say(s->control, RFC("959", "4.2.2"),
                        "504 The only mode is S.");
    return conn_say(s->control, RFC("959", "3.4.1"), "200 Mode S.");
}

int ftp_act_stru(struct ftp_session *s)
{
    if (!span_equal_nocase(s->command.argument, SPAN("F")))
        return conn_say(s->control, RFC("959", "4.2.2"),
                        "504 The only structure is F.");
    return conn_say(s->control, RFC("959", "3.1.2.1"), "200 Structure F.");
}

/* NOTE(ftp-rest): in stream mode the marker is a count of bytes as they go over
 * the wire, so in type A those of the line ends count too. */
int ftp_act_rest(struct ftp_session *s)
{
    uint64_t at;

    if (!text_to_u64(s->command.argument, INT64_MAX, &at))
        return conn_say(s->control, RFC("3659", "5.3"),
                        "501 REST takes a number of bytes.");
    s->restart = at;
    return conn_say(s->control, RFC("3659", "5.3"),
                    "350 The next transfer begins at byte %" PRIu64 ".", at);
}

/* Files need no room to be set aside (RFC 959 §4.1.3). */
int ftp_act_allo(struct ftp_session *s)
{
    return conn_say(s->control, RFC("959", "4.1.3"), "202 That needs no ALLO.");
}

/* ---- extensions --------------------------------------------------------- */

/* "MLST type*;size*;...": an asterisk behind each fact that is chosen. */
static int say_facts(struct ftp_session *s, const char *before, bool marked)
{
    char facts[256] = "";
    size_t length = 0;

    for (unsigned i = 0; ftp_fact_names[i] != NULL; i++) {
        bool chosen = (s->facts & 1u << i) != 0;

        if (chosen || marked)
            length += (size_t)snprintf(facts + length, sizeof(facts) - length,
                                       "%s%s;", ftp_fact_names[i],
                                       chosen && marked ? "*" : "");
    }
    return conn_say_line(s->control, "%s%s", before, facts);
}

int ftp_act_feat(struct ftp_session *s)
{
    struct conn *control = s->control;

    conn_say_begin(control, RFC("2389", "3.2"), "211");
    conn_say_line(control, "211-What is here beyond RFC 959:");
    if (*s->site->tls != NULL) {
        conn_say_line(control, " AUTH TLS");
        conn_say_line(control, " PBSZ");
        conn_say_line(control, " PROT");
    }
    conn_say_line(control, " EPRT");
    conn_say_line(control, " EPSV");
    conn_say_line(control, " MDTM");
    say_facts(s, " MLST ", true);
    conn_say_line(control, " REST STREAM");
    conn_say_line(control, " SIZE");
    conn_say_line(control, " TVFS");
    conn_say_line(control, " UTF8");
    conn_say_line(control, "211 That is all.");
    return conn_say_end(control);
}

/* The bit of a fact by its name; 0: we have none of that name, and RFC 3659
 * §7.9 asks us to pass it over. */
static unsigned fact_named(struct span name)
{
    for (unsigned i = 0; ftp_fact_names[i] != NULL; i++)
        if (span_equal_nocase(name, span_of(ftp_fact_names[i])))
            return 1u << i;
    return 0;
}

static int choose_facts(struct ftp_session *s, struct span list)
{
    s->facts = 0;
    while (list.length > 0) {
        const char *end = memchr(list.data, ';', list.length);
        size_t length = end != NULL ? (size_t)(end - list.data) : list.length;

        s->facts |= fact_named((struct span){list.data, length});
        length += end != NULL;
        list.data += length;
        list.length -= length;
    }
    conn_say_begin(s->control, RFC("3659", "7.9.1"), "200");
    say_facts(s, "200 MLST OPTS ", false);
    return conn_say_end(s->control);
}

int ftp_act_opts(struct ftp_session *s)
{
    struct span words = s->command.argument;

    if (span_equal_nocase(words, SPAN("UTF8 ON")) ||
        span_equal_nocase(words, SPAN("UTF8")))
        return conn_say(s->control, RFC("2389", "4"),
                        "200 Names are UTF-8, always.");
    if (span_equal_nocase(words, SPAN("MLST")))
        return choose_facts(s, (struct span){NULL, 0});
    if (words.length > 5 &&
        span_equal_nocase((struct span){words.data, 5}, SPAN("MLST ")))
        return choose_facts(s, (struct span){words.data + 5, words.length - 5});
    return conn_say(s->control, RFC("2389", "4"),
                    "501 There is no such option.");
}

/* ---- what the server tells of itself ------------------------------------ */

/* Eight verbs a line, as help has been given since 1985. */
int ftp_act_help(struct ftp_session *s)
{
    struct conn *control = s->control;
    const char *verb;
    char line[80] = "";
    size_t at = 0, length = 0;

    conn_say_begin(control, RFC("959", "4.1.3"), "214");
    conn_say_line(control, "214-The commands of this server:");
    while ((verb = ftp_server_verb(&at)) != NULL) {
        length += (size_t)snprintf(line + length, sizeof(line) - length,
                                   " %-6s", verb);
        if (at % 8 == 0) {
            conn_say_line(control, "%s", line);
            length = 0;
        }
    }
    if (length > 0)
        conn_say_line(control, "%s", line);
    conn_say_line(control, "214 RFC 959 says what they mean.");
    return conn_say_end(control);
}

/* What clients make of it: names have slashes, a byte has eight bits. */
int ftp_act_syst(struct ftp_session *s)
{
    return conn_say(s->control, RFC("959", "4.1.3"), "215 UNIX Type: L8");
}

int ftp_act_site(struct ftp_session *s)
{
    if (s->command.argument.length == 0 ||
        span_equal_nocase(s->command.argument, SPAN("HELP")))
        return conn_say(s->control, RFC("1123", "4.1.2.8"),
                        "214 This server has no SITE commands but HELP.");
    return conn_say(s->control, RFC("1123", "4.1.2.8"),
                    "504 This server has no such SITE command.");
}

int ftp_act_noop(struct ftp_session *s)
{
    return conn_say(s->control, RFC("959", "4.1.3"), "200 Still here.");
}

/* RFC 959 §4.1.3: in the middle of a transfer it tells how far that is, with a
 * path it is a LIST over the control connection, and else it tells the rest. */
int ftp_act_stat(struct ftp_session *s)
{
    struct conn *control = s->control;
    struct conn_facts facts = conn_facts(control);

    if (s->doing != NULL)
        return conn_say(control, RFC("959", "4.1.3"),
                        "213 %s: %" PRIu64 " bytes so far.", s->doing,
                        s->passed);
    if (s->command.argument.length > 0 && s->state == FTP_SERVER_IN)
        return ftp_listing_status(s);
    if (s->command.argument.length > 0)
        return conn_say(control, RFC("959", "5.4"), "530 Log in first.");
    conn_say_begin(control, RFC("959", "4.1.3"), "211");
    conn_say_line(control, "211-wirelab, and you are %s.", facts.peer);
    conn_say_line(control, " %s",
                  s->state < FTP_SERVER_IN ? "Not logged in."
                  : s->anonymous           ? "Logged in as a guest."
                                           : "Logged in.");
    conn_say_line(control, " Type %s, structure F, mode S.",
                  s->ascii ? "A" : "I");
    conn_say_line(control, " The control connection is %s, data %s.",
                  facts.tls ? facts.tls_version : "in clear",
                  s->protect ? "is protected" : "goes in clear");
    conn_say_line(control, "211 No transfer is under way.");
    return conn_say_end(control);
}

/* SPDX-License-Identifier: MIT */
/*
 * ftp_server: reads a command, looks it up, and hands it to its act, until one
 * of the two sides has had enough. The contract is in ftp_server.h.
 *
 * One process serves one client, and one command at a time. While a transfer
 * is under way the control connection is watched all the same: see
 * ftp_server_aborted.
 */
#include "ftp/ftp_server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- states ------------------------------------------------------------- */

static const char *const state_names[] = {
    [FTP_SERVER_NEW] = "nobody",
    [FTP_SERVER_NAMED] = "named",
    [FTP_SERVER_IN] = "logged in",
    [FTP_SERVER_RENAMING] = "renaming",
};
_Static_assert(sizeof(state_names) / sizeof(*state_names) == FTP_SERVER_STATES,
               "a name for each state");

void ftp_server_enter(struct ftp_session *s, enum ftp_server_state state)
{
    if (state != s->state)
        conn_note(s->control, RFC("959", "6"), "state", "%s, and now %s",
                  state_names[s->state], state_names[state]);
    s->state = state;
}

/* ---- the verbs ---------------------------------------------------------- */

enum {
    NEW = 1 << FTP_SERVER_NEW,
    NAMED = 1 << FTP_SERVER_NAMED,
    IN = 1 << FTP_SERVER_IN,
    RENAMING = 1 << FTP_SERVER_RENAMING,
    ANY = NEW | NAMED | IN /* RENAMING ends before any verb but RNTO acts */
};

/* What a verb asks of its argument. */
enum need { ANYTHING, ARGUMENT, NOTHING };

/* NOTE(ftp-verbs): the whole of the server, a line a command: when it may come,
 * what it needs, which section defines it, and the function that acts. RFC 1123
 * §4.1.3.1 has the X forms. */
static const struct verb {
    const char *name;
    unsigned states;
    enum need need;
    bool writes; /* not for who may only read */
    struct rfc rfc;
    int (*act)(struct ftp_session *s);
} verbs[] = {
    {"USER", ANY, ARGUMENT, false, {"959", "4.1.1"}, ftp_act_user},
    {"PASS", ANY, ANYTHING, false, {"959", "4.1.1"}, ftp_act_pass},
    {"QUIT", ANY, ANYTHING, false, {"959", "4.1.1"}, ftp_act_quit},
    {"CWD", IN, ARGUMENT, false, {"959", "4.1.1"}, ftp_act_cwd},
    {"XCWD", IN, ARGUMENT, false, {"1123", "4.1.3.1"}, ftp_act_cwd},
    {"CDUP", IN, NOTHING, false, {"959", "4.1.1"}, ftp_act_cdup},
    {"XCUP", IN, NOTHING, false, {"1123", "4.1.3.1"}, ftp_act_cdup},
    {"AUTH", ANY, ARGUMENT, false, {"2228", "3"}, ftp_act_auth},
    {"PBSZ", ANY, ARGUMENT, false, {"2228", "3"}, ftp_act_pbsz},
    {"PROT", ANY, ARGUMENT, false, {"2228", "3"}, ftp_act_prot},
    {"PORT", IN, ARGUMENT, false, {"959", "4.1.2"}, ftp_act_port},
    {"PASV", IN, NOTHING, false, {"959", "4.1.2"}, ftp_act_pasv},
    {"EPRT", IN, ARGUMENT, false, {"2428", "2"}, ftp_act_eprt},
    {"EPSV", IN, ANYTHING, false, {"2428", "3"}, ftp_act_epsv},
    {"TYPE", IN, ARGUMENT, false, {"959", "4.1.2"}, ftp_act_type},
    {"MODE", IN, ARGUMENT, false, {"959", "4.1.2"}, ftp_act_mode},
    {"STRU", IN, ARGUMENT, false, {"959", "4.1.2"}, ftp_act_stru},
    {"RETR", IN, ARGUMENT, false, {"959", "4.1.3"}, ftp_act_retr},
    {"STOR", IN, ARGUMENT, true, {"959", "4.1.3"}, ftp_act_stor},
    {"STOU", IN, ANYTHING, true, {"959", "4.1.3"}, ftp_act_stou},
    {"APPE", IN, ARGUMENT, true, {"959", "4.1.3"}, ftp_act_appe},
    {"REST", IN, ARGUMENT, false, {"3659", "5"}, ftp_act_rest},
    {"ABOR", ANY, NOTHING, false, {"959", "4.1.3"}, ftp_act_abor},
    {"ALLO", IN, ARGUMENT, false, {"959", "4.1.3"}, ftp_act_allo},
    {"LIST", IN, ANYTHING, false, {"959", "4.1.3"}, ftp_act_list},
    {"NLST", IN, ANYTHING, false, {"959", "4.1.3"}, ftp_act_nlst},
    {"MLSD", IN, ANYTHING, false, {"3659", "7"}, ftp_act_mlsd},
    {"MLST", IN, ANYTHING, false, {"3659", "7"}, ftp_act_mlst},
    {"RNFR", IN, ARGUMENT, true, {"959", "4.1.3"}, ftp_act_rnfr},
    {"RNTO", RENAMING, ARGUMENT, true, {"959", "4.1.3"}, ftp_act_rnto},
    {"DELE", IN, ARGUMENT, true, {"959", "4.1.3"}, ftp_act_dele},
    {"RMD", IN, ARGUMENT, true, {"959", "4.1.3"}, ftp_act_rmd},
    {"XRMD", IN, ARGUMENT, true, {"1123", "4.1.3.1"}, ftp_act_rmd},
    {"MKD", IN, ARGUMENT, true, {"959", "4.1.3"}, ftp_act_mkd},
    {"XMKD", IN, ARGUMENT, true, {"1123", "4.1.3.1"}, ftp_act_mkd},
    {"PWD", IN, NOTHING, false, {"959", "4.1.3"}, ftp_act_pwd},
    {"XPWD", IN, NOTHING, false, {"1123", "4.1.3.1"}, ftp_act_pwd},
    {"SIZE", IN, ARGUMENT, false, {"3659", "4"}, ftp_act_size},
    {"MDTM", IN, ARGUMENT, false, {"3659", "3"}, ftp_act_mdtm},
    {"FEAT", ANY, NOTHING, false, {"2389", "3"}, ftp_act_feat},
    {"OPTS", ANY, ARGUMENT, false, {"2389", "4"}, ftp_act_opts},
    {"SYST", ANY, NOTHING, false, {"959", "4.1.3"}, ftp_act_syst},
    {"STAT", ANY, ANYTHING, false, {"959", "4.1.3"}, ftp_act_stat},
    {"HELP", ANY, ANYTHING, false, {"959", "4.1.3"}, ftp_act_help},
    {"SITE", IN, ANYTHING, false, {"959", "4.1.3"}, ftp_act_site},
    {"NOOP", ANY, ANYTHING, false, {"959", "4.1.3"}, ftp_act_noop},
};

/* Commands of the RFCs that this server knows, and does not do. */
static const char *const not_done[] = {"ACCT", "SMNT", "REIN", "CCC", "CONF",
                                       "ENC",  "MIC",  "ADAT", NULL};

const char *ftp_server_verb(size_t *at)
{
    return *at < sizeof(verbs) / sizeof(*verbs) ? verbs[(*at)++].name : NULL;
}

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

/* ---- what all acts need ------------------------------------------------- */

bool ftp_server_path(struct ftp_session *s, char path[FTP_PATH_MAX])
{
    if (ftp_path_join(path, s->directory, s->command.argument))
        return true;
    conn_say(s->control, RFC("959", "4.2.2"), "553 That name is too long.");
    return false;
}

int ftp_server_refuse_file(struct ftp_session *s, int reason)
{
    /* What the kernel calls crossing a link out of the root is, for a client,
     * a place that does not exist. */
    if (reason == EXDEV || reason == ELOOP || reason == ENOTDIR)
        reason = ENOENT;
    if (reason == ENOSPC || reason == EDQUOT)
        return conn_say(s->control, RFC("959", "4.2.2"),
                        "452 There is no room for it.");
    return conn_say(s->control, RFC("959", "4.2.2"), "550 %s.",
                    strerror(reason));
}

/* ---- judging a command -------------------------------------------------- */

static int refuse_state(struct ftp_session *s, const struct verb *verb)
{
    if ((verb->states & RENAMING) != 0 && s->state == FTP_SERVER_IN)
        return conn_say(s->control, RFC("959", "5.4"),
                        "503 RNTO comes right after RNFR.");
    return conn_say(s->control, RFC("959", "5.4"), "530 Log in first.");
}

static int judge(struct ftp_session *s, const struct verb *verb)
{
    bool argument = s->command.argument.length > 0;

    if ((verb->states & 1u << s->state) == 0)
        return refuse_state(s, verb);
    if (verb->need == ARGUMENT && !argument)
        return conn_say(s->control, RFC("959", "5.3.2"),
                        "501 %s needs an argument.", verb->name);
    if (verb->need == NOTHING && argument)
        return conn_say(s->control, RFC("959", "5.3.2"),
                        "501 %s takes no argument.", verb->name);
    if (verb->writes && (s->site->read_only || s->anonymous))
        return conn_say(s->control, RFC("2577", "4"),
                        "550 You may read here, and change nothing.");
    return verb->act(s);
}

static int refuse_verb(struct ftp_session *s)
{
    for (size_t i = 0; not_done[i] != NULL; i++)
        if (strcmp(not_done[i], s->command.verb) == 0)
            return conn_say(s->control, RFC("959", "4.2.2"),
                            "502 %s is not done here.", not_done[i]);
    return conn_say(s->control, RFC("959", "4.2.2"),
                    "500 That is no command of FTP.");
}

/* RNTO must follow RNFR immediately (RFC 959 §4.1.3): whatever else comes, the
 * renaming is forgotten. */
static int serve_command(struct ftp_session *s)
{
    const struct verb *verb = find_verb(s->command.verb);
    struct span argument = s->command.argument;

    if (strcmp(s->command.verb, "PASS") == 0 && argument.length > 0)
        conn_mask(s->control, (size_t)(argument.data - s->line),
                  argument.length);
    conn_heard(s->control, verb != NULL ? verb->rfc : RFC("959", "5.3"),
               s->command.verb);
    if (s->state == FTP_SERVER_RENAMING &&
        (verb == NULL || verb->states != RENAMING))
        ftp_server_enter(s, FTP_SERVER_IN);
    return verb != NULL ? judge(s, verb) : refuse_verb(s);
}

/* ---- hearing a command -------------------------------------------------- */

/* What is no line of FTP ends the conversation: behind it nobody knows where
 * the next one begins. */
static int refuse_line(struct ftp_session *s, const char *why)
{
    s->over = true;
    conn_take(s->control, conn_view(s->control).length);
    conn_heard(s->control, RFC("959", "5.3"), "no line");
    return conn_say(s->control, RFC("959", "4.2.2"), "500 %s", why);
}

static int refuse_command(struct ftp_session *s, struct error *why)
{
    conn_heard(s->control, RFC("959", "5.3"), "no command");
    return conn_say(s->control, RFC("959", "4.2.2"), "500 %s.", why->text);
}

/* Takes the first `length` bytes, CR LF and all, as a command. */
static int take_line(struct ftp_session *s, size_t length)
{
    struct span view = conn_view(s->control);
    struct error why = {0};

    if (length < 2 || view.data[length - 2] != '\r')
        return refuse_line(s, "A line ends in CR LF.");
    memcpy(s->line, view.data, length);
    conn_take(s->control, length);
    if (ftp_command_read(&s->command, (struct span){s->line, length - 2},
                         &why) < 0)
        return refuse_command(s, &why);
    return serve_command(s);
}

/* Somebody who sends nothing, or a byte now and then, does not hold a process
 * for ever: the time is that of the whole line. */
static int wait_for_more(struct ftp_session *s, deadline_ns until)
{
    int64_t left = deadline_poll_ms(until);
    int result = conn_fill_within(s->control, left);

    if (result <= 0)
        return result;
    s->over = true;
    return conn_say(s->control, RFC("1123", "4.1.3.2"),
                    "421 You have said nothing for too long: goodbye.");
}

/* One command, heard and served; or the client is gone. */
static int serve_line(struct ftp_session *s)
{
    deadline_ns until = deadline_in_ms(
        s->site->idle_ms > 0 ? s->site->idle_ms : FTP_SERVER_IDLE_MS);
    const char *lf = NULL;
    struct span view;
    int result = 0;

    while (result == 0 && !s->over) {
        view = conn_view(s->control);
        lf = view.length > 0 ? memchr(view.data, '\n', view.length) : NULL;
        if (lf != NULL && lf - view.data <= FTP_LINE_MAX)
            return take_line(s, (size_t)(lf - view.data) + 1);
        if (lf != NULL || view.length > FTP_LINE_MAX)
            return refuse_line(s, "A line is shorter than that.");
        s->over = conn_at_end(s->control);
        if (!s->over)
            result = wait_for_more(s, until);
    }
    return result;
}

/* ---- the conversation --------------------------------------------------- */

/* The byte that a client marks as urgent, to be heard at once, stays in its
 * place among the others (RFC 959 §4.1.3, RFC 9293 §3.8.5), where it is counted
 * like them. */
static void keep_urgent_in_line(struct conn *control)
{
    int one = 1;

    setsockopt(conn_fd(control), SOL_SOCKET, SO_OOBINLINE, &one, sizeof(one));
}

static int converse(struct ftp_session *s)
{
    int result;

    conn_set_idle_timeout(
        s->control,
        2 * (s->site->idle_ms > 0 ? s->site->idle_ms : FTP_SERVER_IDLE_MS));
    result = conn_say(s->control, RFC("959", "5.4"), "220 wirelab is ready.");
    while (result == 0 && !s->over)
        result = serve_line(s);
    ftp_server_data_forget(s);
    return result;
}

int ftp_server_serve(struct conn *conn, void *site, struct error *error)
{
    struct ftp_session *s = calloc(1, sizeof(*s));
    int result;

    if (s == NULL)
        return error_set(error, ERROR_LOCAL, "out of memory");
    s->control = conn;
    s->error = error;
    s->site = site;
    s->listener = -1;
    s->ascii = true;
    s->facts = FTP_FACTS_ALL;
    strcpy(s->directory, "/");
    keep_urgent_in_line(conn);
    result = converse(s);
    free(s);
    return result;
}

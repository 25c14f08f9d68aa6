/* SPDX-License-Identifier: MIT */
/*
 * post: two mail hosts, east and west, each with a server for SMTP, one for
 * POP3 and one for IMAP over the same mailboxes; and the programs that Alice
 * and Bob use.
 */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/deadline.h"
#include "labs/smtp-relay/smtp_relay_lab.h"

#define PATIENCE_MS 20000

/* The folders, names and process ids of one host. */
static struct site {
    const char *host, *domain, *mx;
    const char *cert, *key; /* of the world's authority */
    pid_t smtp;
} sites[] = {
    {"east", "east.test", "mx.east.test", NULL, NULL, 0},
    {"west", "west.test", "mx.west.test", NULL, NULL, 0},
};

static const char *at(struct lab_run *run, const struct site *site, int port,
                      char text[64])
{
    snprintf(text, 64, "%s:%u", world_address(lab_world(run), site->host),
             (unsigned)world_port(lab_world(run), (uint16_t)port));
    return text;
}

/* ---- servers ------------------------------------------------------------ */

static int smtp_start(struct lab_run *run, struct site *site,
                      struct error *error)
{
    struct world *world = lab_world(run);
    char listen[64], submission[64], relay_port[16], submission_port[16];
    char mail[600], accounts[600], clock[600], ca[600];
    const char *argv[] = {"smtp-server",
                          "--domain",
                          site->domain,
                          "--name",
                          site->mx,
                          "--maildir",
                          mail,
                          "--accounts",
                          accounts,
                          "--listen",
                          at(run, site, 25, listen),
                          "--listen",
                          at(run, site, 587, submission),
                          "--submission-port",
                          submission_port,
                          "--relay",
                          "--relay-port",
                          relay_port,
                          "--dns",
                          world_dns(world),
                          "--cacert",
                          ca,
                          "--tls-cert",
                          site->cert,
                          "--tls-key",
                          site->key,
                          "--insecure-auth",
                          "--clock",
                          clock,
                          NULL};

    snprintf(mail, sizeof(mail), "%s", lab_path(run, "%s", site->host));
    snprintf(accounts, sizeof(accounts), "%s",
             lab_path(run, "accounts-%s", site->host));
    snprintf(clock, sizeof(clock), "%s", lab_path(run, "clock"));
    snprintf(ca, sizeof(ca), "%s", world_ca_file(world));
    snprintf(relay_port, sizeof(relay_port), "%u",
             (unsigned)world_port(world, 25));
    snprintf(submission_port, sizeof(submission_port), "%u",
             (unsigned)world_port(world, 587));
    site->smtp = world_start(world, site->host, argv, error);
    return site->smtp < 0 ? -(int)error->class : 0;
}

/* A server over the same mailboxes: in clear or STARTTLS at one port, with TLS
 * from the first byte at the other. */
static int box_start(struct lab_run *run, const struct site *site,
                     const char *program, int port, int tls_port,
                     struct error *error)
{
    char listen[64], listen_tls[64], mail[600], accounts[600];
    const char *argv[] = {program,
                          "--maildir",
                          mail,
                          "--accounts",
                          accounts,
                          "--listen",
                          at(run, site, port, listen),
                          "--listen-tls",
                          at(run, site, tls_port, listen_tls),
                          "--tls-cert",
                          site->cert,
                          "--tls-key",
                          site->key,
                          NULL};

    snprintf(mail, sizeof(mail), "%s", lab_path(run, "%s", site->host));
    snprintf(accounts, sizeof(accounts), "%s",
             lab_path(run, "accounts-%s", site->host));
    return world_start(lab_world(run), site->host, argv, error) < 0
               ? -(int)error->class
               : 0;
}

static int site_open(struct lab_run *run, struct site *site, const char *user,
                     struct error *error)
{
    const char *const names[] = {site->mx, NULL};
    char line[128];
    int length = snprintf(line, sizeof(line), "%s:%s\n", user,
                          lab_parameters(run)->password);

    if (mkdir(lab_path(run, "%s", site->host), 0700) < 0 && errno != EEXIST)
        return error_set_errno(error, ERROR_LOCAL, errno, "%s's mail",
                               site->host);
    if (lab_file_write(lab_path(run, "accounts-%s", site->host), line,
                       (size_t)length, error) < 0 ||
        world_issue(lab_world(run), names, &site->cert, &site->key, error) <
            0 ||
        smtp_start(run, site, error) < 0 ||
        box_start(run, site, "pop3-server", 110, 995, error) < 0)
        return -(int)error->class;
    return box_start(run, site, "imap-server", 143, 993, error);
}

int post_open(struct lab_run *run, struct error *error)
{
    if (post_set_clock(run, 0, error) < 0 ||
        site_open(run, &sites[0], "alice", error) < 0 ||
        site_open(run, &sites[1], "bob", error) < 0)
        return -(int)error->class;
    return 0;
}

int post_west_down(struct lab_run *run, struct error *error)
{
    return world_stop(lab_world(run), sites[1].smtp, error);
}

int post_west_up(struct lab_run *run, struct error *error)
{
    return smtp_start(run, &sites[1], error);
}

int post_set_clock(struct lab_run *run, long seconds, struct error *error)
{
    char text[32];
    int length = snprintf(text, sizeof(text), "%ld\n", seconds);

    return lab_file_write(lab_path(run, "clock"), text, (size_t)length, error);
}

/* ---- clients ------------------------------------------------------------ */

int post_send(struct lab_run *run, const char *to, const char *subject,
              bool tls, int *status, struct error *error)
{
    const struct lab_parameters *p = lab_parameters(run);
    char user[80], field[128], url[128];
    struct world_result result;
    const char *argv[24] = {"smtp-client", "-u", user};
    size_t count = 3;

    snprintf(user, sizeof(user), "alice:%s", p->password);
    snprintf(field, sizeof(field), "Subject: %s", subject);
    snprintf(url, sizeof(url), "%s",
             world_url(lab_world(run), "smtp", "mx.east.test", 587, ""));
    if (tls) {
        argv[count++] = "--cacert";
        argv[count++] = world_ca_file(lab_world(run));
    } else {
        argv[count++] = "--no-starttls";
        argv[count++] = "--insecure-auth";
    }
    argv[count++] = "--auth";
    argv[count++] = "PLAIN";
    argv[count++] = "--mail-from";
    argv[count++] = ALICE;
    argv[count++] = "--mail-rcpt";
    argv[count++] = to;
    argv[count++] = "-H";
    argv[count++] = field;
    argv[count++] = "-d";
    argv[count++] = p->message;
    argv[count++] = url;
    argv[count] = NULL;
    if (lab_command(run, argv, &result, error) < 0)
        return -(int)error->class;
    lab_output(run, result.out, result.out_length);
    *status = result.status;
    if (result.status != 0)
        lab_output(run, result.err, result.err_length);
    world_result_free(&result);
    return 0;
}

int post_fetch(struct lab_run *run, const char *host, const char *account,
               bool ladder, char **text, struct error *error)
{
    char user[80], name[64], url[128];
    struct world_result result;
    const char *argv[] = {"pop3-client", "-u",   user,  "--cacert", NULL,
                          url,           "retr", "all", NULL};
    int code;

    snprintf(user, sizeof(user), "%s:%s", account,
             lab_parameters(run)->password);
    snprintf(name, sizeof(name), "mx.%s.test", host);
    snprintf(url, sizeof(url), "%s",
             world_url(lab_world(run), "pop3s", name, 995, ""));
    argv[4] = world_ca_file(lab_world(run));
    code = ladder ? lab_client(run, argv, &result, error)
                  : lab_command(run, argv, &result, error);
    if (code < 0)
        return code;
    lab_output(run, result.out, result.out_length);
    *text = strdup(result.out);
    lab_check(run, result.status == 0 && *text, error,
              "the mail was fetched (it exited %d: %.200s)", result.status,
              result.err);
    world_result_free(&result);
    if (error->class == ERROR_NONE)
        return 0;
    free(*text);
    *text = NULL;
    return -(int)error->class;
}

/* ---- waiting ------------------------------------------------------------ */

static size_t files_count(const char *path)
{
    size_t count = 0;
    struct dirent *entry;
    DIR *folder = opendir(path);

    while (folder && (entry = readdir(folder)) != NULL)
        count += entry->d_name[0] != '.';
    if (folder)
        closedir(folder);
    return count;
}

/* A mailbox, and how much was in it when it was last waited for. */
static struct {
    const char *host, *account;
    size_t had;
} boxes[] = {{"east", "alice", 0}, {"west", "bob", 0}};

int post_await(struct lab_run *run, const char *host, const char *account,
               size_t more, struct error *error)
{
    deadline_ns until = deadline_in_ms(PATIENCE_MS);
    size_t i = strcmp(boxes[0].host, host) == 0 ? 0 : 1, count;

    for (;;) {
        count = files_count(lab_path(run, "%s/%s/new", host, account)) +
                files_count(lab_path(run, "%s/%s/cur", host, account));
        if (count >= boxes[i].had + more)
            break;
        if (deadline_passed(until))
            return error_set(error, ERROR_TIMEOUT,
                             "%s did not get %zu more messages", account, more);
        poll(NULL, 0, 5);
    }
    boxes[i].had = count;
    return 0;
}

int post_await_note(struct lab_run *run, int64_t from_ns, const char *name,
                    unsigned nth, struct trace_file *trace,
                    const struct trace_event **event, struct error *error)
{
    deadline_ns until = deadline_in_ms(PATIENCE_MS);

    while (!deadline_passed(until)) {
        unsigned seen = 0;

        if (lab_trace(run, trace, error) < 0)
            return -(int)error->class;
        for (size_t i = 0; i < trace->event_count; i++) {
            *event = &trace->events[i];
            if ((*event)->time_ns >= from_ns &&
                strcmp((*event)->name, name) == 0 && ++seen == nth)
                return 0;
        }
        trace_file_free(trace);
        poll(NULL, 0, 20);
    }
    return error_set(error, ERROR_TIMEOUT, "no server noted \"%s\"", name);
}

/* SPDX-License-Identifier: MIT */
/*
 * visit: Alice's mailbox on the host east, with a server for POP3 and one for
 * IMAP over the same folder; and what a visit to it costs.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "labs/pop3-imap/pop3_imap.h"

/* ---- the mailbox -------------------------------------------------------- */

/* As SMTP would have left it in new/: octets of the wire, CR LF and all. */
static int message_make(struct lab_run *run, unsigned number,
                        const char *subject, const char *text, size_t padding,
                        struct error *error)
{
    static char message[128 * 1024];
    const struct lab_parameters *p = lab_parameters(run);
    int length =
        snprintf(message, sizeof(message),
                 "From: bob@west.test\r\nTo: alice@east.test\r\n"
                 "Date: Sun, 22 Nov 2026 0%u:00:00 +0000\r\n"
                 "Message-ID: <%u.%llu@west.test>\r\n"
                 "Subject: %s\r\n\r\n%s\r\n",
                 number, number, (unsigned long long)p->seed, subject, text);
    size_t used = (size_t)length;

    for (size_t column = 0; padding-- > 0 && used + 4 < sizeof(message);
         column++) {
        message[used] = (char)('A' + (used * 7 + column) % 26);
        used++;
        if (column % 76 == 75) {
            message[used++] = '\r';
            message[used++] = '\n';
        }
    }
    if (message[used - 1] != '\n') {
        message[used++] = '\r';
        message[used++] = '\n';
    }
    return lab_file_write(
        lab_path(run, "mail/alice/new/170000000%u.M%u.west", number, number),
        message, used, error);
}

static int mailbox_make(struct lab_run *run, struct error *error)
{
    static const char *const folders[] = {"mail", "mail/alice",
                                          "mail/alice/new", "mail/alice/cur",
                                          "mail/alice/tmp"};
    const struct lab_parameters *p = lab_parameters(run);

    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
        if (mkdir(lab_path(run, "%s", folders[i]), 0700) < 0 && errno != EEXIST)
            return error_set_errno(error, ERROR_LOCAL, errno,
                                   "Alice's mailbox");
    if (message_make(run, 1, "hello", p->message, 0, error) < 0 ||
        message_make(run, 2, "a list",
                     "...\r\n.one\r\n.two\r\nLines may begin with a dot.", 0,
                     error) < 0 ||
        message_make(run, LONG, "a picture", "Here is the picture.\r\n",
                     p->image_bytes % 30000 + 30000, error) < 0)
        return -(int)error->class;
    return message_make(run, 4, "goodbye", "See you.", 0, error);
}

size_t mail_on_disk(struct lab_run *run, char *names, size_t size)
{
    static const char *const folders[] = {"new", "cur"};
    size_t count = 0, used = 0;
    struct dirent *entry;

    names[0] = '\0';
    for (size_t i = 0; i < 2; i++) {
        DIR *folder = opendir(lab_path(run, "mail/alice/%s", folders[i]));

        while (folder && (entry = readdir(folder)) != NULL) {
            if (entry->d_name[0] == '.')
                continue;
            count++;
            used += (size_t)snprintf(names + used, size - used, "%s/%s\n",
                                     folders[i], entry->d_name);
            used = used < size ? used : size - 1;
        }
        if (folder)
            closedir(folder);
    }
    return count;
}

/* ---- its two servers ---------------------------------------------------- */

/* In clear text, so that the frames can be read: with --insecure-auth both ends
 * say that they know. */
static int server_start(struct lab_run *run, const char *program, uint16_t port,
                        struct error *error)
{
    struct world *world = lab_world(run);
    char listen[64], mail[600], accounts[600];
    const char *argv[] = {program,      "--maildir",       mail,
                          "--accounts", accounts,          "--listen",
                          listen,       "--insecure-auth", NULL};

    snprintf(listen, sizeof(listen), "%s:%u", world_address(world, "east"),
             (unsigned)world_port(world, port));
    snprintf(mail, sizeof(mail), "%s", lab_path(run, "mail"));
    snprintf(accounts, sizeof(accounts), "%s", lab_path(run, "accounts"));
    return world_start(world, "east", argv, error) < 0 ? -(int)error->class : 0;
}

int pop3_imap_prepare(struct lab_run *run, struct error *error)
{
    char line[128];
    int length = snprintf(line, sizeof(line), "alice:%s\n",
                          lab_parameters(run)->password);

    if (lab_file_write(lab_path(run, "accounts"), line, (size_t)length, error) <
            0 ||
        mailbox_make(run, error) < 0 ||
        server_start(run, "pop3-server", 110, error) < 0)
        return -(int)error->class;
    return server_start(run, "imap-server", 143, error);
}

/* ---- a visit ------------------------------------------------------------ */

const char *const *visit_argv(struct lab_run *run, const char *const *words)
{
    static const char *argv[24];
    static char user[80], url[128];
    bool imap = strcmp(words[0], "imap-client") == 0;
    size_t count = 0;

    snprintf(user, sizeof(user), "alice:%s", lab_parameters(run)->password);
    snprintf(url, sizeof(url), "%s",
             world_url(lab_world(run), imap ? "imap" : "pop3", MX,
                       imap ? 143 : 110, ""));
    argv[count++] = words[0];
    argv[count++] = "--insecure-auth";
    argv[count++] = "-u";
    argv[count++] = user;
    argv[count++] = url;
    for (words++; *words && count < 23; words++)
        argv[count++] = *words;
    argv[count] = NULL;
    return argv;
}

/* Adds what passed on the connection of `opened`. */
static void measure(const struct trace_file *trace,
                    const struct trace_event *opened, struct visit *visit)
{
    bool client_spoke = false, asked = false;

    for (size_t i = 0; i < trace->event_count; i++) {
        const struct trace_event *event = &trace->events[i];

        if (!lab_is_message(event, opened->proto) ||
            !lab_same_connection(event, opened))
            continue;
        if (strcmp(event->host, opened->host) == 0) {
            visit->up += event->length;
            visit->commands++;
            client_spoke = true;
            asked = strcmp(event->name, "RETR") == 0 ||
                    strcmp(event->name, "TOP") == 0 ||
                    strcmp(event->name, "FETCH") == 0;
        } else {
            visit->down += event->length;
            visit->answer += asked ? event->length : 0;
            visit->round_trips += client_spoke;
            client_spoke = false;
        }
    }
}

static const struct trace_event *find_opened(const struct trace_file *trace,
                                             int64_t from_ns, const char *proto)
{
    for (size_t i = 0; i < trace->event_count; i++) {
        const struct trace_event *event = &trace->events[i];

        if (event->time_ns >= from_ns && event->layer == TRACE_LAYER_TCP &&
            strcmp(event->name, "connect") == 0 &&
            strcmp(event->proto, proto) == 0)
            return event;
    }
    return NULL;
}

static int read_trace(struct lab_run *run, const char *proto,
                      struct visit *visit, struct error *error)
{
    const struct trace_event *opened;
    struct trace_file trace;

    if (lab_trace_settled(run, visit->from_ns, &trace, error) < 0)
        return -(int)error->class;
    opened = find_opened(&trace, visit->from_ns, proto);
    if (opened)
        measure(&trace, opened, visit);
    lab_check(run, opened != NULL, error, "the trace has the visit");
    trace_file_free(&trace);
    return -(int)error->class;
}

int visit(struct lab_run *run, bool ladder, enum device device,
          const char *const *words, struct visit *visit, struct error *error)
{
    const char *const *argv = visit_argv(run, words);
    struct world_result result;

    memset(visit, 0, sizeof(*visit));
    lab_say(run, "On the %s:", device == LAPTOP ? "laptop" : "phone");
    visit->from_ns = lab_now();
    if ((ladder ? lab_client(run, argv, &result, error)
                : lab_command(run, argv, &result, error)) < 0)
        return -(int)error->class;
    visit->status = result.status;
    visit->out_length = result.out_length;
    snprintf(visit->out, sizeof(visit->out), "%s", result.out);
    lab_check(run, result.status == 0, error,
              "%s did it (it exited %d: %.200s)", words[0], result.status,
              result.err);
    world_result_free(&result);
    if (error->class != ERROR_NONE)
        return -(int)error->class;
    return read_trace(run, words[0][0] == 'i' ? "imap" : "pop3", visit, error);
}

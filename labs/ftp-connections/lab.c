/* SPDX-License-Identifier: MIT */
/*
 * ftp-connections: one protocol, two connections; who opens the second, what a
 * firewall makes of it, and what goes over each.
 */
#include "labs/ftp-connections/ftp_connections.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/address.h"
#include "common/text.h"

#define ROOT "ftp"
#define WORDS_MAX 64

/* ---- asking ------------------------------------------------------------- */

const char *ftp_url(struct lab_run *run, const char *path)
{
    char full[512];

    snprintf(full, sizeof(full), "/%s", path);
    return world_url(lab_world(run), "ftp", FTP_HOST, 21, full);
}

/* NOTE(ftp-lab-password): the option --insecure-auth allows a password in
 * clear; without it ftp-client refuses before it has said one. */
int visit_make(struct lab_run *run, bool ladder, const char *const *words,
               struct visit *visit, struct error *error)
{
    const struct lab_parameters *p = lab_parameters(run);
    const char *argv[WORDS_MAX + 1] = {"ftp-client", "--insecure-auth", "-u"};
    struct world_result result;
    char user[80];
    size_t count = 3;

    snprintf(user, sizeof(user), "%s:%s", p->user, p->password);
    for (argv[count++] = user; *words && count < WORDS_MAX; words++)
        argv[count++] = *words;
    argv[count] = NULL;
    memset(visit, 0, sizeof(*visit));
    visit->from_ns = lab_now();
    if ((ladder ? lab_client : lab_command)(run, argv, &result, error) < 0)
        return -(int)error->class;
    visit->elapsed_ms = (double)result.elapsed_ns / 1e6;
    visit->exit_status = result.status;
    snprintf(visit->said, sizeof(visit->said), "%.230s",
             result.err ? result.err : "");
    if (result.out_length > 0)
        lab_output(run, result.out, result.out_length);
    world_result_free(&result);
    return lab_trace_settled(run, visit->from_ns, &visit->trace, error);
}

/* ---- looking ------------------------------------------------------------ */

const struct trace_event *visit_find(const struct visit *visit,
                                     enum trace_layer layer, const char *stream,
                                     const char *name)
{
    for (size_t i = 0; i < visit->trace.event_count; i++) {
        const struct trace_event *event = &visit->trace.events[i];

        if (event->time_ns >= visit->from_ns && event->layer == layer &&
            event->dir != TRACE_DIR_NOTE && event->proto != NULL &&
            strcmp(event->proto, "ftp") == 0 &&
            (stream == NULL ||
             (event->stream != NULL && strcmp(event->stream, stream) == 0)) &&
            (name == NULL ||
             (event->name != NULL && strcmp(event->name, name) == 0)))
            return event;
    }
    return NULL;
}

const char *address_text(const struct sockaddr_storage *address)
{
    static char ring[8][ADDRESS_TEXT_MAX];
    static size_t next;
    char *text = ring[next++ % 8];

    address_show(address, text, sizeof(ring[0]));
    return text;
}

const char *line_of(const struct trace_event *event)
{
    static char ring[8][240];
    static size_t next;
    char *text = ring[next++ % 8];
    struct span line = event->data;
    const char *cr =
        line.length > 0 ? memchr(line.data, '\r', line.length) : NULL;

    if (cr != NULL)
        line.length = (size_t)(cr - line.data);
    text_escape(text, sizeof(ring[0]), line);
    return text;
}

uint32_t syn_of(const struct trace_file *trace, const struct trace_event *event,
                int64_t from_ns)
{
    struct lab_segment segment;

    for (size_t i = 0; i < trace->frame_count; i++) {
        const struct trace_frame *frame = &trace->frames[i];

        if (frame->time_ns >= from_ns &&
            lab_segment_read(frame->bytes, &segment) &&
            (segment.flags & (LAB_TCP_SYN | LAB_TCP_ACK)) == LAB_TCP_SYN &&
            segment.source_port == address_port(event->local) &&
            segment.target_port == address_port(event->remote))
            return frame->number;
    }
    return 0;
}

/* ---- what the server serves --------------------------------------------- */

static int folder_make(const char *path, struct error *error)
{
    if (mkdir(path, 0755) == 0 || errno == EEXIST)
        return 0;
    return error_set_errno(error, ERROR_LOCAL, errno,
                           "the folder %s can't be made", path);
}

/* Lines of text, each ended as Unix ends them. */
static int notes_write(struct lab_run *run, struct error *error)
{
    const struct lab_parameters *p = lab_parameters(run);
    char text[2048];
    int length = snprintf(text, sizeof(text), "%s\n\n%s\n%s\n", p->page_title,
                          p->page_text, p->message);

    return lab_file_write(lab_path(run, ROOT "/" NOTES), text, (size_t)length,
                          error);
}

/* Bytes of every value, and now and then two that look like the end of a line
 * in type A. */
static int picture_write(struct lab_run *run, struct error *error)
{
    size_t length = lab_parameters(run)->image_bytes;
    char *bytes = malloc(length);
    int result;

    if (bytes == NULL)
        return error_set(error, ERROR_LOCAL, "no memory for the picture");
    for (size_t i = 0; i < length; i++)
        bytes[i] = (char)(i * i / 7 + i);
    for (size_t i = 100; i + 1 < length; i += 997)
        memcpy(bytes + i, "\r\n", 2);
    result =
        lab_file_write(lab_path(run, ROOT "/" PICTURE), bytes, length, error);
    free(bytes);
    return result;
}

static int many_write(struct lab_run *run, struct error *error)
{
    char text[80];
    int result = folder_make(lab_path(run, ROOT "/many"), error);

    for (int i = 1; i <= MANY && result == 0; i++) {
        int length = snprintf(text, sizeof(text), "This is file %d.\n", i);
        result = lab_file_write(lab_path(run, ROOT "/many/%d.txt", i), text,
                                (size_t)length, error);
    }
    return result;
}

static int files_write(struct lab_run *run, struct error *error)
{
    const struct lab_parameters *p = lab_parameters(run);
    char account[80];
    int length =
        snprintf(account, sizeof(account), "%s:%s\n", p->user, p->password);

    if (folder_make(lab_path(run, ROOT), error) < 0 ||
        folder_make(lab_path(run, "got"), error) < 0 ||
        notes_write(run, error) < 0 || picture_write(run, error) < 0 ||
        many_write(run, error) < 0)
        return -(int)error->class;
    return lab_file_write(lab_path(run, "accounts"), account, (size_t)length,
                          error);
}

/* Both of FTP's ports: 21, and 990 for TLS from the first byte. A data
 * connection that can't be made is given up after two seconds, so that the
 * firewall's step does not take a minute. */
static int prepare(struct lab_run *run, struct error *error)
{
    static const char *const names[] = {FTP_HOST, NULL};
    struct world *world = lab_world(run);
    const char *cert, *key, *address = world_address(world, "files");
    char plain[80], tls[80];

    if (files_write(run, error) < 0 ||
        world_issue(world, names, &cert, &key, error) < 0)
        return -(int)error->class;
    snprintf(plain, sizeof(plain), "%s:%u", address,
             (unsigned)world_port(world, 21));
    snprintf(tls, sizeof(tls), "%s:%u", address,
             (unsigned)world_port(world, 990));
    const char *argv[] = {"ftp-server",
                          "--root",
                          lab_path(run, ROOT),
                          "--accounts",
                          lab_path(run, "accounts"),
                          "--listen",
                          plain,
                          "--listen-tls",
                          tls,
                          "--tls-cert",
                          cert,
                          "--tls-key",
                          key,
                          "--data-timeout",
                          "2",
                          "--anonymous",
                          NULL};
    return world_start(world, "files", argv, error) < 0 ? -(int)error->class
                                                        : 0;
}

/* ---- the lab ------------------------------------------------------------ */

static const struct lab_step steps[] = {
    {"Two connections", "FTP uses two connections: control and data.",
     ftp_connections_passive},
    {"The other way round",
     "In active mode the server opens the data connection.",
     ftp_connections_active},
    {"A firewall", "Passive mode is for clients behind a firewall.",
     ftp_connections_firewall},
    {"A file in two types",
     "FTP hides the differences between operating systems.",
     ftp_connections_types},
    {"A folder in two spellings",
     "FTP hides the differences between file systems.",
     ftp_connections_listings},
    {"Who else reads it", NULL, ftp_connections_secrets},
    {"Many small files", "Separate connections make FTP more efficient.",
     ftp_connections_many},
    {"The same by libcurl", NULL, ftp_connections_reference},
    {NULL, NULL, NULL}};

const struct lab lab_ftp_connections = {
    .name = "ftp-connections",
    .title = "FTP: two connections",
    .about =
        "A file is fetched over FTP, and for each file a second connection is "
        "made: by the client or by the server. You see both, see a firewall "
        "let one of them through and drop the other, see what the types do to "
        "a file, and what somebody on the wire reads of it all.",
    .hosts = {"student", "names", "files", "web", NULL},
    .steps = steps,
    .to_see =
        "The control connection carries commands and replies, the data "
        "connection one file or one listing, and its end is the end of the "
        "file. In passive mode the client opens both; in active mode the "
        "server opens the second one, and whatever guards the client will "
        "drop it. Type A rewrites line ends and is for text only. LIST is "
        "for eyes, MLSD for programs. All of it goes in clear unless TLS is "
        "asked for, twice: once for the commands, once for the data.",
    .prepare = prepare};

/* SPDX-License-Identifier: MIT */
/*
 * expect: a large upload, and a client that asks before it sends it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/http-versions/http_versions.h"

#define UPLOAD_BYTES 300000

enum upload {
    TAKEN,       /* sent at once, and taken */
    TAKEN_ASKED, /* asked before */
    REFUSED,     /* sent at once, and refused */
    REFUSED_ASKED,
    SILENT, /* asked of a server that says nothing */
    OLD,    /* asked in HTTP/1.0 */
    UPLOADS
};

static const struct {
    const char *what, *path, *version;
    bool asks;
    int status;
} uploads[UPLOADS] = {
    [TAKEN] = {"taken", "/up/a", "-4", false, 201},
    [TAKEN_ASKED] = {"taken", "/up/b", "-4", true, 201},
    [REFUSED] = {"refused", "/no/folder", "-4", false, 409},
    [REFUSED_ASKED] = {"refused", "/no/folder", "-4", true, 409},
    [SILENT] = {"taken, by a silent server", "/silent", "-4", true, 201},
    [OLD] = {"taken, HTTP/1.0", "/up/c", "--http1.0", true, 201},
};

static int upload_make(struct lab_run *run, char path[512], struct error *error)
{
    char *data = malloc(UPLOAD_BYTES);
    int result;

    if (!data)
        return error_set(error, ERROR_LOCAL, "no memory for the upload");
    memset(data, 'u', UPLOAD_BYTES);
    snprintf(path, 512, "%s", lab_path(run, "upload.bin"));
    result = lab_file_write(path, data, UPLOAD_BYTES, error);
    free(data);
    return result;
}

static int upload_send(struct lab_run *run, enum upload upload,
                       const char *file, struct reply *reply,
                       struct error *error)
{
    const char *url = site_url(run, WWW, uploads[upload].path);
    const char *version = uploads[upload].version;
    bool ladder = upload == REFUSED_ASKED;
    int result = uploads[upload].asks
                     ? ASK(run, ladder, reply, error, version, "-H",
                           "Expect: 100-continue", "-T", file, url)
                     : ASK(run, ladder, reply, error, version, "-T", file, url);

    if (result < 0)
        return result;
    return lab_check(run, reply->status == uploads[upload].status, error,
                     "the upload (%s) was answered with %d (%d)",
                     uploads[upload].what, uploads[upload].status,
                     reply->status);
}

static void uploads_tell(struct lab_run *run, const struct reply *reply)
{
    int upload;

    lab_table_begin(run);
    lab_table_row(run, "the upload is|Expect|100 came|status|bytes sent|time");
    for (upload = 0; upload < UPLOADS; upload++)
        lab_table_row(
            run, "%s|%s|%s|%d|%" PRIu64 "|%.0f ms", uploads[upload].what,
            uploads[upload].asks ? "100-continue" : "-",
            reply[upload].interim ? "yes" : "no", reply[upload].status,
            reply[upload].request_bytes, reply[upload].elapsed_ms);
    lab_table_end(run);
}

static int uploads_check(struct lab_run *run, const struct reply *reply,
                         struct error *error)
{
    if (lab_check(run,
                  reply[TAKEN].interim == 0 && reply[TAKEN_ASKED].interim == 1,
                  error, "100 Continue came to who had asked") < 0 ||
        lab_check(run,
                  reply[REFUSED_ASKED].interim == 0 &&
                      reply[REFUSED_ASKED].request_bytes < 1000 &&
                      reply[REFUSED].request_bytes > 1000,
                  error, "who asked sent no body in vain (%" PRIu64 " bytes)",
                  reply[REFUSED_ASKED].request_bytes) < 0 ||
        lab_check(run,
                  reply[SILENT].interim == 0 &&
                      reply[SILENT].request_bytes > UPLOAD_BYTES &&
                      reply[SILENT].elapsed_ms > 900,
                  error, "the silent server got the body after a while") < 0)
        return -(int)error->class;
    return lab_check(run, reply[OLD].interim == 0, error,
                     "Expect in HTTP/1.0 was ignored");
}

int http_versions_expect(struct lab_run *run, struct error *error)
{
    struct reply reply[UPLOADS];
    char file[512];
    int upload;

    if (upload_make(run, file, error) < 0)
        return -(int)error->class;
    for (upload = 0; upload < UPLOADS; upload++)
        if (upload_send(run, (enum upload)upload, file, &reply[upload], error) <
            0)
            return -(int)error->class;
    uploads_tell(run, reply);
    if (uploads_check(run, reply, error) < 0)
        return -(int)error->class;
    lab_say(run,
            "The refused upload cost %" PRIu64 " bytes when it was sent at "
            "once, and %" PRIu64 " when the client asked: the header was "
            "enough for the server to say no. What asking costs is a round "
            "trip when the answer is yes, and a wait when there is none: after "
            "a second our client sends the body all the same, since an old "
            "server may not know the question (RFC 9110 §10.1.1).",
            reply[REFUSED].request_bytes, reply[REFUSED_ASKED].request_bytes);
    lab_correct(run, RFC("9110", "10.1.1"),
                "an Expect field triggers 100 in 1.0 too.",
                "A server must ignore Expect in an HTTP/1.0 request: the last "
                "upload carried it, and %u interim answers came.",
                reply[OLD].interim);
    return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * http_store: PUT and DELETE, where --writable allows them. RFC 9110 §9.3.4 and
 * §9.3.5. A file stands under its name only when all of it has come.
 */
#include "http/http_server.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The full name of what x->path names, whose folder must exist below the root;
 * *exists tells whether it does. False: no such place, or no file's place. */
static bool find_place(struct http_exchange *x, char full[PATH_MAX],
                       bool *exists)
{
    char *slash = strrchr(x->path, '/'), name[NAME_MAX + 1];
    struct stat status;
    size_t length;

    if (slash[1] == '\0' || strlen(slash + 1) > NAME_MAX)
        return false;
    strcpy(name, slash + 1);
    slash[1] = '\0';
    bool found = http_files_find(x, full);
    strcpy(slash + 1, name);
    length = strlen(full);
    if (!found || length + 1 + strlen(name) >= PATH_MAX)
        return false;
    snprintf(full + length, PATH_MAX - length, "/%s", name);
    /* A link or a device under that name is not ours to write through. */
    *exists = lstat(full, &status) == 0;
    return !*exists || S_ISREG(status.st_mode);
}

/* "Only if nobody was faster" (If-Match), "only if there is none" (If-None-
 * Match: *): RFC 9110 §13.1.1 and §13.1.2. */
static int judge(struct http_exchange *x, const char *full, bool exists)
{
    struct http_file file, coded;
    int status;

    if (!exists || !http_file_open(&file, full))
        return http_file_judge(x, NULL);
    coded = file;
    status = http_file_judge(x, &file);
    /* If-Match may name the ETag under which the file was fetched coded: the
     * same version all the same. */
    for (enum http_coding i = HTTP_CODING_GZIP;
         i < HTTP_CODING_NONE && status == 412 &&
         http_head_count(&x->request, "If-Match") > 0;
         i++) {
        file = coded;
        http_file_set_coding(&file, i);
        status = http_file_judge(x, &file);
    }
    close(file.fd);
    return status;
}

/* 201 for a new resource, 204 for one that was replaced: RFC 9110 §9.3.4. */
int http_store_put(struct http_exchange *x)
{
    char full[PATH_MAX];
    struct error error = {0};
    struct output *output;
    bool exists;
    int result;

    /* RFC 9110 §9.3.4: a part can't be put by who knows no partial PUT. */
    bool partial = http_head_count(&x->request, "Content-Range") > 0;
    if (partial || !find_place(x, full, &exists)) {
        result = http_exchange_skip_body(x);
        return result < 0 ? result : http_answer_status(x, partial ? 400 : 409);
    }
    if (judge(x, full, exists) != 0) {
        result = http_exchange_skip_body(x);
        return result < 0 ? result : http_answer_status(x, 412);
    }
    if (output_open(&output, full, OUTPUT_FRESH, &error) < 0) {
        result = http_exchange_skip_body(x);
        return result < 0 ? result : http_answer_status(x, 403);
    }
    if ((result = http_exchange_hear_body(x, output)) < 0) {
        output_abandon(output);
        return result;
    }
    if (output_commit(output, &error) < 0)
        return http_answer_status(x, 500);
    return http_answer_status(x, exists ? 204 : 201);
}

int http_store_delete(struct http_exchange *x)
{
    char full[PATH_MAX];
    bool exists;

    if (!find_place(x, full, &exists) || !exists)
        return http_answer_status(x, 404);
    if (judge(x, full, exists) != 0)
        return http_answer_status(x, 412);
    return http_answer_status(x, unlink(full) == 0 ? 204 : 403);
}

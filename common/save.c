/* SPDX-License-Identifier: MIT */
/* save: where fetched messages go. The contract is in save.h. */
#include "common/save.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/output.h"

static bool is_folder(const char *target)
{
    struct stat there;

    return target[strlen(target) - 1] == '/' ||
           (stat(target, &there) == 0 && S_ISDIR(there.st_mode));
}

int save_plan(struct save *save, const char *target, struct error *error)
{
    save->held = 0;
    save->output = NULL;
    save->folder = target && target[0] != '\0' && is_folder(target);
    save->target = target;
    if (target && target[0] == '\0')
        return error_set(error, ERROR_USAGE, "-o needs a name");
    if (save->folder && mkdir(target, 0777) < 0 && errno != EEXIST)
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", target);
    return 0;
}

int save_begin(struct save *save, const char *name, struct error *error)
{
    char path[PATH_MAX];

    if (save->output)
        return 0;
    if (!save->folder)
        return output_open(&save->output, save->target, OUTPUT_FRESH, error);
    size_t length = strlen(save->target);
    int wanted = snprintf(path, sizeof(path), "%s%s%s", save->target,
                          save->target[length - 1] == '/' ? "" : "/", name);
    if (wanted < 0 || (size_t)wanted >= sizeof(path))
        return error_set(error, ERROR_LOCAL, "%s: the name is too long",
                         save->target);
    return output_open(&save->output, path, OUTPUT_FRESH, error);
}

int save_flush(struct save *save, struct error *error)
{
    size_t length = save->held;

    save->held = 0;
    return length > 0 ? output_write(save->output, save->buffer, length, error)
                      : 0;
}

/* A message comes in many pieces, one a stuffed dot or a segment of TCP: small
 * ones are gathered, so that an ordinary message is one write(2). */
int save_write(struct save *save, const void *data, size_t length,
               struct error *error)
{
    if (length > sizeof(save->buffer) - save->held &&
        save_flush(save, error) < 0)
        return -ERROR_LOCAL;
    if (length > sizeof(save->buffer))
        return output_write(save->output, data, length, error);
    if (length > 0)
        memcpy(save->buffer + save->held, data, length);
    save->held += length;
    return 0;
}

static int commit(struct save *save, struct error *error)
{
    struct output *output = save->output;

    if (!output)
        return 0;
    if (save_flush(save, error) < 0)
        return -ERROR_LOCAL;
    save->output = NULL;
    return output_commit(output, error);
}

int save_end(struct save *save, struct error *error)
{
    return save->folder ? commit(save, error) : 0;
}

int save_finish(struct save *save, struct error *error)
{
    return commit(save, error);
}

void save_abandon(struct save *save)
{
    output_abandon(save->output);
    save->output = NULL;
    save->held = 0;
}

/* SPDX-License-Identifier: MIT */
/* http_site: which folder is served under which name. */
#include "http/http_server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int use_folder(char root[PATH_MAX], const char *path,
                      struct error *error)
{
    struct stat status;

    if (!realpath(path, root))
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    if (stat(root, &status) < 0 || !S_ISDIR(status.st_mode))
        return error_set(error, ERROR_LOCAL, "%s is no folder", path);
    return 0;
}

int http_site_fill(struct http_site *site, const char *root,
                   const struct option_list *hosts, struct error *error)
{
    int result = root ? use_folder(site->root, root, error) : 0;

    for (size_t i = 0; i < hosts->count && result == 0; i++) {
        const char *equals = strchr(hosts->values[i], '=');
        char *name;

        if (!equals || equals == hosts->values[i])
            return error_set(error, ERROR_USAGE, "--host takes NAME=DIR");
        if (site->host_count == HTTP_SITES_MAX)
            return error_set(error, ERROR_USAGE, "at most %d hosts",
                             HTTP_SITES_MAX);
        result =
            use_folder(site->hosts[site->host_count].root, equals + 1, error);
        name = strndup(hosts->values[i], (size_t)(equals - hosts->values[i]));
        if (!name)
            return error_set(error, ERROR_LOCAL, "out of memory");
        site->hosts[site->host_count++].name = name;
    }
    if (result == 0 && !root && hosts->count == 0)
        result = error_set(error, ERROR_USAGE,
                           "nothing to serve: --root DIR, or --host NAME=DIR");
    return result;
}

void http_site_free(struct http_site *site)
{
    for (size_t i = 0; i < site->host_count; i++)
        free(site->hosts[i].name);
    site->host_count = 0;
}

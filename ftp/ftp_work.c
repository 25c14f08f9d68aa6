/* SPDX-License-Identifier: MIT */
/*
 * ftp_work: from a command line to a session: the URL, who logs in, and which
 * path is meant, here and there. The commands stand in ftp_verbs.c.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/login.h"
#include "ftp/ftp_client.h"

/* ---- starting ----------------------------------------------------------- */

/* RFC 1635: who has no name is "anonymous", and tells an address. Nobody's. */
static int log_in(struct ftp_work *work)
{
    const struct client_options *options = &work->options->client;
    struct login login;
    int result = login_find(&login, options, work->url.user, work->url.password,
                            work->error);

    if (result < 0)
        return result;
    if (result == 0 || strcasecmp(login.user, "anonymous") == 0) {
        result = ftp_client_log_in(&work->client, "anonymous", "anonymous@");
    } else if (work->client.security == FTP_CLEAR && !options->insecure_auth) {
        result = error_set(work->error, ERROR_INSECURE,
                           "credentials are not sent in clear text: use --tls "
                           "or ftps, or --insecure-auth if all may read them "
                           "(RFC 2577 §5)");
    } else {
        result = ftp_client_log_in(&work->client, login.user, login.password);
    }
    login_wipe(&login);
    return result;
}

/* RFC 1738, and curl: how the file is to travel stands behind its path. */
char ftp_work_take_type(char *path)
{
    static const char mark[] = ";type=";
    size_t length = strlen(path), behind = strlen(mark) + 1;
    char *at = length >= behind ? path + length - behind : NULL;
    char type;

    if (at == NULL || strncasecmp(at, mark, strlen(mark)) != 0)
        return 0;
    type = (char)tolower((unsigned char)path[length - 1]);
    if (strchr("aid", type) == NULL)
        return 0;
    *at = '\0';
    return type;
}

bool ftp_work_is_text(const struct ftp_work *work)
{
    return work->type != 0 ? work->type == 'a' : work->options->ascii;
}

/* "/dir/file" of a URL is dir/file below where the log-in leads; "/%2Fdir" is
 * "/dir" (RFC 1738, and curl). */
static int read_path(struct ftp_work *work)
{
    char *path;
    int result = 0;

    work->type = ftp_work_take_type(work->url.path);
    path = url_decode(work->url.path + 1);
    if (path == NULL || strlen(path) >= sizeof(work->path) ||
        strpbrk(path, "\r\n") != NULL)
        result = error_set(work->error, ERROR_USAGE,
                           "the URL's path is none that FTP can carry");
    else
        strcpy(work->path, path);
    free(path);
    return result;
}

static int open_session(struct ftp_work *work)
{
    struct ftp_client *client = &work->client;
    int result = ftp_client_open(client, work->url.host, work->url.port);

    return result == 0 ? log_in(work) : result;
}

int ftp_work_start(struct ftp_work **started, const struct ftp_options *options,
                   const char *url, struct error *error)
{
    static const struct url_scheme schemes[] = {{"ftp", FTP_PORT, false},
                                                {"ftps", FTP_TLS_PORT, true},
                                                {NULL, 0, false}};
    struct ftp_work *work = calloc(1, sizeof(*work));
    struct ftp_client *client;
    int result;

    *started = work;
    if (work == NULL)
        return error_set(error, ERROR_LOCAL, "out of memory");
    work->options = options;
    work->error = error;
    if (url == NULL)
        return error_set(error, ERROR_USAGE, "no URL (see --help)");
    if ((result = url_read(&work->url, url, schemes, error)) < 0 ||
        (result = read_path(work)) < 0 ||
        (result = client_stand_up(&work->stand, &options->client, error)) < 0)
        return result;
    client = &work->client;
    client_setup(&client->setup, &work->stand, &options->client, error);
    client->setup.proto = "ftp";
    client->setup.standard_port = FTP_PORT;
    client->tls = work->stand.tls;
    tls_reoffer(client->tls);
    client->active = options->active;
    client->no_epsv = options->disable_epsv;
    client->no_eprt = options->disable_eprt;
    client->security = work->url.scheme->tls ? FTP_TLS_IMPLICIT
                       : options->tls        ? FTP_TLS_EXPLICIT
                                             : FTP_CLEAR;
    return open_session(work);
}

int ftp_work_end(struct ftp_work *work, int result)
{
    if (work == NULL)
        return result;
    ftp_client_close(&work->client);
    url_free(&work->url);
    result = client_stand_down(&work->stand, result, work->error);
    free(work);
    return result;
}

/* ---- paths -------------------------------------------------------------- */

bool ftp_work_is_folder(const struct ftp_work *work)
{
    size_t length = strlen(work->path);

    return length == 0 || work->path[length - 1] == '/';
}

/* `name` in the folder of the URL; a name that begins with '/' stands alone. */
int ftp_work_join(const struct ftp_work *work, const char *name,
                  char path[FTP_PATH_MAX])
{
    bool slash = name[0] != '\0' && !ftp_work_is_folder(work);
    int length = name[0] == '/' ? snprintf(path, FTP_PATH_MAX, "%s", name)
                                : snprintf(path, FTP_PATH_MAX, "%s%s%s",
                                           work->path, slash ? "/" : "", name);

    if (length < 0 || length >= FTP_PATH_MAX)
        return error_set(work->error, ERROR_USAGE, "the path is too long");
    return 0;
}

const char *ftp_base_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

/* Where a file is written: -o FILE, -o DIR/, or its own name here. */
int ftp_work_local_name(const struct ftp_work *work, const char *base,
                        char local[FTP_LOCAL_MAX])
{
    const char *output = work->options->output;
    size_t length = output != NULL ? strlen(output) : 0;
    struct stat there;
    bool folder =
        length > 0 && (output[length - 1] == '/' ||
                       (stat(output, &there) == 0 && S_ISDIR(there.st_mode)));
    int written;

    if (output != NULL && !folder) {
        written = snprintf(local, FTP_LOCAL_MAX, "%s", output);
    } else {
        if (!ftp_name_is_safe(span_of(base)))
            return error_set(work->error, ERROR_USAGE,
                             "the path ends in no name for a file here: -o "
                             "says one");
        if (folder && output[length - 1] == '/')
            mkdir(output, 0777);
        written =
            snprintf(local, FTP_LOCAL_MAX, "%s%s%s", folder ? output : "",
                     folder && output[length - 1] != '/' ? "/" : "", base);
    }
    if (written < 0 || written >= FTP_LOCAL_MAX)
        return error_set(work->error, ERROR_USAGE, "the path is too long");
    return 0;
}

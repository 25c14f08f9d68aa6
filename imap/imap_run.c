/* SPDX-License-Identifier: MIT */
/*
 * imap_run: what the command line asks for: one verb, its arguments, and the
 * one conversation that it takes.
 */
#include <stdlib.h>
#include <strings.h>

#include "imap/imap_errand.h"

/* ---- the run ------------------------------------------------------------ */

/* A refusal leaves a conversation that can be ended as it should be; after any
 * other failure it is only closed. */
static int converse(struct imap_errand *run, const struct imap_verb *verb,
                    const struct url *url, const struct login *login)
{
    struct imap_client *client = &run->client;
    int result = imap_begin(client, run->options, url, login);

    if (result == 0)
        result = verb->act(run);
    if (result == 0)
        result = save_finish(&run->save, run->error);
    save_abandon(&run->save);
    if (client->conn && !client->hung_up &&
        (result == 0 || result == -ERROR_REFUSED || result == -ERROR_AUTH))
        imap_client_log_out(client);
    imap_client_close(client);
    return result;
}

/* The URL's path is the mailbox, percent signs undone; without one it is
 * INBOX. */
static int run_at(struct imap_errand *run, const struct imap_verb *verb,
                  const char *text)
{
    static const struct url_scheme schemes[] = {
        {"imap", 143, false}, {"imaps", 993, true}, {NULL, 0, false}};
    struct login login = {0};
    char *mailbox = NULL;
    struct url url;
    int result = url_read(&url, text, schemes, run->error);

    if (result == 0) {
        mailbox = url_decode(url.path + (url.path[0] == '/'));
        run->mailbox = mailbox && mailbox[0] ? mailbox : "INBOX";
        result = login_find(&login, &run->options->client, url.user,
                            url.password, run->error);
        if (result == 0)
            result = error_set(run->error, ERROR_USAGE,
                               "whose mail? imap://USER@HOST, or -u");
    }
    if (result > 0)
        result = save_plan(&run->save, run->options->output, run->error);
    if (result == 0)
        result = converse(run, verb, &url, &login);
    login_wipe(&login);
    free(mailbox);
    url_free(&url);
    return result;
}

static struct imap_errand *new_run(const struct imap_options *options,
                                   char *const *words, size_t count,
                                   struct error *error)
{
    struct imap_errand *run = calloc(1, sizeof(*run));

    if (!run) {
        error_set(error, ERROR_LOCAL, "out of memory");
        return NULL;
    }
    run->options = options;
    run->words = words;
    run->count = count;
    run->error = error;
    run->tell.save = &run->save;
    run->teller = (struct imap_listener){imap_tell_heard, &run->tell};
    return run;
}

int imap_run(const struct imap_options *options, const char *text,
             char *const *words, size_t count, struct error *error)
{
    bool uid = count > 1 && strcasecmp(words[0], "uid") == 0;
    const char *name = count > 0 ? words[uid] : "list";
    size_t skipped = count > 0 ? (size_t)uid + 1 : 0;
    const struct imap_verb *verb = imap_verb_find(name, count - skipped, error);
    struct imap_errand *run =
        verb ? new_run(options, words + skipped, count - skipped, error) : NULL;
    struct client_stand stand = {0};
    int result;

    if (!run)
        return -(int)error->class;
    run->uid = uid;
    result = client_stand_up(&stand, &options->client, error);
    run->client.setup =
        (struct conn_setup){.proto = "imap", .standard_port = 143};
    client_setup(&run->client.setup, &stand, &options->client, error);
    run->client.tls = stand.tls;
    if (result == 0)
        result = run_at(run, verb, text);
    free(run);
    return client_stand_down(&stand, result, error);
}

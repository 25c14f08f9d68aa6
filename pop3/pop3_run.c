/* SPDX-License-Identifier: MIT */
/*
 * pop3_run: what the command line asks for: one verb, its arguments, and the
 * one conversation that it takes.
 */
#include <stdlib.h>
#include <string.h>

#include "pop3/pop3_client.h"

struct run {
    const struct pop3_options *options;
    struct pop3_client client;
    char *const *words; /* after the verb */
    size_t count;
    struct save save;
    struct error *error;
};

/* ---- arguments ---------------------------------------------------------- */

static int number_of(const char *word, uint32_t *number, struct error *error)
{
    if (pop3_number_read(span_of(word), number))
        return 0;
    return error_set(error, ERROR_USAGE,
                     "%s: messages are numbered from 1 (RFC 1939 §5)", word);
}

/* "3", "3-7", "3-" or "all". */
static int range_of(const char *word, struct pop3_wanted *wanted,
                    struct error *error)
{
    const char *dash = strchr(word, '-');
    struct span first = {word, dash ? (size_t)(dash - word) : strlen(word)};

    wanted->first = 1;
    wanted->last = UINT32_MAX;
    if (strcmp(word, "all") == 0)
        return 0;
    if (!pop3_number_read(first, &wanted->first) ||
        (dash && dash[1] &&
         !pop3_number_read(span_of(dash + 1), &wanted->last)))
        return number_of(word, &wanted->first, error);
    if (!dash)
        wanted->last = wanted->first;
    return 0;
}

/* ---- verbs -------------------------------------------------------------- */

static int tell(struct run *run, int result)
{
    return result < 0 ? result : save_finish(&run->save, run->error);
}

static int act_capa(struct run *run)
{
    int result = save_begin(&run->save, "capa.txt", run->error);

    return result < 0
               ? result
               : tell(run, pop3_tell_capabilities(&run->client, &run->save));
}

static int act_stat(struct run *run)
{
    int result = save_begin(&run->save, "stat.txt", run->error);

    return result < 0 ? result
                      : tell(run, pop3_tell_totals(&run->client, &run->save));
}

static int list(struct run *run, const char *verb, const char *name)
{
    uint32_t number = 0;
    int result = 0;

    if (run->count > 0)
        result = number_of(run->words[0], &number, run->error);
    if (result == 0)
        result = save_begin(&run->save, name, run->error);
    if (result == 0)
        result = pop3_tell_list(&run->client, verb, number, &run->save);
    return tell(run, result);
}

static int act_list(struct run *run)
{
    return list(run, "LIST", "list.txt");
}

static int act_uidl(struct run *run)
{
    return list(run, "UIDL", "uidl.txt");
}

static int act_retr(struct run *run)
{
    struct pop3_wanted wanted = {.top = -1,
                                 .delete_fetched = run->options->delete_fetched,
                                 .progress = !run->options->silent};
    int result = range_of(run->words[0], &wanted, run->error);

    return result < 0 ? result : pop3_fetch(&run->client, &wanted, &run->save);
}

static int act_top(struct run *run)
{
    struct pop3_wanted wanted = {.progress = !run->options->silent};
    uint64_t lines;
    int result = number_of(run->words[0], &wanted.first, run->error);

    wanted.last = wanted.first;
    if (result < 0)
        return result;
    if (!text_to_u64(span_of(run->words[1]), INT32_MAX, &lines))
        return error_set(run->error, ERROR_USAGE,
                         "%s: top takes a message and a number of lines",
                         run->words[1]);
    wanted.top = (long)lines;
    return pop3_fetch(&run->client, &wanted, &run->save);
}

static int act_dele(struct run *run)
{
    uint32_t *numbers = calloc(run->count, sizeof(*numbers));
    int result =
        numbers ? 0 : error_set(run->error, ERROR_LOCAL, "out of memory");

    for (size_t i = 0; i < run->count && result == 0; i++)
        result = number_of(run->words[i], &numbers[i], run->error);
    if (result == 0)
        result = pop3_delete(&run->client, numbers, run->count);
    free(numbers);
    return result;
}

static const struct verb {
    struct option_verb verb;
    bool logs_in;
    int (*act)(struct run *run);
} verbs[] = {
    {{"list", 0, 1}, true, act_list}, {{"uidl", 0, 1}, true, act_uidl},
    {{"stat", 0, 0}, true, act_stat}, {{"retr", 1, 1}, true, act_retr},
    {{"top", 2, 2}, true, act_top},   {{"dele", 1, SIZE_MAX}, true, act_dele},
    {{"capa", 0, 0}, false, act_capa}};

/* ---- the run ------------------------------------------------------------ */

/* After a failure: can the conversation be ended as it should be? Not while an
 * answer is outstanding, and not while messages are marked: QUIT would remove
 * them (RFC 1939 §6). */
static bool may_quit(const struct pop3_client *client, int result)
{
    if (client->outstanding > 0 || (result < 0 && client->deleting))
        return false;
    return result == 0 || result == -ERROR_REFUSED || result == -ERROR_AUTH ||
           result == -ERROR_USAGE;
}

/* With the URL read and everything in place: there and back again. */
static int converse(struct run *run, const struct verb *verb,
                    const struct url *url, const struct login *login)
{
    struct pop3_client *client = &run->client;
    int quit, result = pop3_begin(client, run->options, url, login);

    if (result == 0)
        result = verb->act(run);
    save_abandon(&run->save);
    if (run->options->no_quit || !may_quit(client, result)) {
        pop3_client_close(client);
        return result;
    }
    quit = pop3_client_quit(client);
    return result < 0 ? result : quit;
}

static int find_login(struct run *run, const struct url *url,
                      struct login *login)
{
    int result = login_find(login, &run->options->client, url->user,
                            url->password, run->error);

    if (result == 0)
        return error_set(run->error, ERROR_USAGE,
                         "whose maildrop? pop3://USER@HOST, or -u");
    return result < 0 ? result : 0;
}

static int run_at(struct run *run, const struct verb *verb, const char *text)
{
    static const struct url_scheme schemes[] = {
        {"pop3", 110, false}, {"pop3s", 995, true}, {NULL, 0, false}};
    struct login login = {0};
    struct url url;
    int result = url_read(&url, text, schemes, run->error);

    if (result == 0 && verb->logs_in)
        result = find_login(run, &url, &login);
    if (result == 0)
        result = save_plan(&run->save, run->options->output, run->error);
    if (result == 0)
        result = converse(run, verb, &url, verb->logs_in ? &login : NULL);
    login_wipe(&login);
    url_free(&url);
    return result;
}

int pop3_run(const struct pop3_options *options, const char *text,
             char *const *words, size_t count, struct error *error)
{
    const struct verb *verb = options_verb(
        verbs, sizeof(verbs) / sizeof(*verbs), sizeof(*verbs),
        count > 0 ? words[0] : "list", count > 0 ? count - 1 : 0, error);
    struct run *run = calloc(1, sizeof(*run));
    struct client_stand stand = {0};
    int result;

    if (!verb || !run) {
        /* What is wrong with the verb was said first, and stays. */
        free(run);
        error_set(error, ERROR_LOCAL, "out of memory");
        return -(int)error->class;
    }
    run->options = options;
    run->words = words + 1;
    run->count = count > 0 ? count - 1 : 0;
    run->error = error;
    result = client_stand_up(&stand, &options->client, error);
    run->client.setup =
        (struct conn_setup){.proto = "pop3", .standard_port = 110};
    client_setup(&run->client.setup, &stand, &options->client, error);
    run->client.tls = stand.tls;
    if (result == 0)
        result = run_at(run, verb, text);
    free(run);
    return client_stand_down(&stand, result, error);
}

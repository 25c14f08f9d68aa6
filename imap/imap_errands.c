/* SPDX-License-Identifier: MIT */
/*
 * imap_errands: what each verb of the command line does in a session that
 * stands. The table at the end is the list of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "imap/imap_errand.h"

/* ---- parts of an act ---------------------------------------------------- */

/* SELECT, or EXAMINE, which changes nothing: not a flag, not what is recent. */
static int open_mailbox(struct imap_errand *run, bool read_only,
                        const struct imap_listener *listener)
{
    struct imap_client *client = &run->client;
    int result = read_only
                     ? imap_say_begin(client, RFC("3501", "6.3.2"), "EXAMINE")
                     : imap_say_begin(client, RFC("3501", "6.3.1"), "SELECT");

    if (result == 0)
        result = imap_say_mailbox(client, run->mailbox);
    if (result == 0)
        result = imap_say_end(client);
    if (result == 0)
        result = imap_client_finish(client, listener);
    if (result == 0)
        imap_client_enter(client, IMAP_STATE_SELECTED,
                          read_only ? "EXAMINE: to look only" : "SELECT");
    return result;
}

/* Prints `word` only (NULL: everything) from here on, under this name if -o is
 * a folder. */
static int tell_of(struct imap_errand *run, const char *word, const char *name)
{
    run->tell.word = word;
    return save_begin(&run->save, name, run->error);
}

/* The words from `from` on, with a blank between them; the caller frees. */
static char *join(struct imap_errand *run, size_t from)
{
    size_t length = 1;
    char *text;

    for (size_t i = from; i < run->count; i++)
        length += strlen(run->words[i]) + 1;
    if (!(text = calloc(1, length))) {
        error_set(run->error, ERROR_LOCAL, "out of memory");
        return NULL;
    }
    for (size_t i = from; i < run->count; i++) {
        if (i > from)
            strcat(text, " ");
        strcat(text, run->words[i]);
    }
    return text;
}

static const char *verb_of(const struct imap_errand *run, const char *plain,
                           const char *uid)
{
    return run->uid ? uid : plain;
}

/* The code of the answer, COPYUID and the like: the one thing that it tells. */
static int tell_code(struct imap_errand *run, int result)
{
    return result < 0 ? result : imap_tell_code(&run->tell, &run->client);
}

/* ---- mailboxes ---------------------------------------------------------- */

static int act_list(struct imap_errand *run)
{
    struct imap_client *client = &run->client;
    int result = tell_of(run, "LIST", "list.txt");

    if (result < 0 ||
        (result = imap_say_begin(client, RFC("3501", "6.3.8"), "LIST")) < 0 ||
        (result = imap_say_words(client, "\"\"")) < 0 ||
        (result = imap_say_mailbox(client,
                                   run->count > 0 ? run->words[0] : "*")) < 0 ||
        (result = imap_say_end(client)) < 0)
        return result;
    return imap_client_finish(client, &run->teller);
}

static int act_select(struct imap_errand *run)
{
    int result = tell_of(run, NULL, "select.txt");

    return result < 0 ? result : open_mailbox(run, false, &run->teller);
}

static int act_status(struct imap_errand *run)
{
    struct imap_client *client = &run->client;
    char *items = join(run, 0);
    int result = items ? tell_of(run, "STATUS", "status.txt") : -ERROR_LOCAL;

    if (result == 0)
        result = imap_say_begin(client, RFC("3501", "6.3.10"), "STATUS");
    if (result == 0)
        result = imap_say_mailbox(client, run->mailbox);
    if (result == 0)
        result =
            imap_say_words(client, run->count == 0 ? "(MESSAGES RECENT UIDNEXT "
                                                     "UIDVALIDITY UNSEEN)"
                                                   : items);
    if (result == 0)
        result = imap_say_end(client);
    free(items);
    return result < 0 ? result : imap_client_finish(client, &run->teller);
}

static int act_append(struct imap_errand *run)
{
    int result = tell_of(run, "", "append.txt");

    if (result < 0)
        return result;
    result = imap_put(&run->client, run->mailbox, run->words[0],
                      run->count > 1 ? run->words[1] : NULL, &run->teller);
    return tell_code(run, result);
}

/* ---- messages ----------------------------------------------------------- */

/* A section that is fetched without PEEK sets \Seen, which is a change. */
static bool changes(const char *items)
{
    return strcasestr(items, "BODY[") != NULL ||
           (strcasestr(items, "RFC822") != NULL &&
            strcasestr(items, "RFC822.SIZE") == NULL &&
            strcasestr(items, "RFC822.HEADER") == NULL);
}

static int fetch(struct imap_errand *run, const char *items)
{
    struct imap_get get = {.save = &run->save,
                           .progress = !run->options->silent};
    int result = open_mailbox(run, !changes(items), NULL);

    if (result < 0)
        return result;
    /* Nothing is what there is to be had: no error, and no question. */
    if (run->client.exists == 0 && strchr(run->words[0], '*'))
        return 0;
    if (imap_get_is_for(items))
        return imap_get(&run->client, run->uid, run->words[0], items, &get);
    if ((result = tell_of(run, "FETCH", "fetch.txt")) < 0)
        return result;
    return imap_client_ask(&run->client, &run->teller, RFC("3501", "6.4.5"),
                           "%s %s %s", verb_of(run, "FETCH", "UID FETCH"),
                           run->words[0], items);
}

/* "FLAGS UID" is two items, and IMAP has them in parentheses. */
static char *items_of(struct imap_errand *run)
{
    bool bare = run->count > 2 && run->words[1][0] != '(' &&
                strchr(run->words[1], '[') == NULL;
    char *items = run->count > 1 ? join(run, 1) : strdup("BODY.PEEK[]");
    char *both = NULL;

    if (!items || !bare)
        return items;
    if (asprintf(&both, "(%s)", items) < 0)
        both = NULL;
    free(items);
    return both;
}

static int act_fetch(struct imap_errand *run)
{
    char *items = items_of(run);
    int result = items ? fetch(run, items)
                       : error_set(run->error, ERROR_LOCAL, "out of memory");

    free(items);
    return result;
}

/* A key as a user's shell leaves it: one that has a blank was quoted, and one
 * of more than ASCII is a literal; the rest is IMAP's grammar already. A single
 * word may be the whole search. */
static int say_key(struct imap_errand *run, const char *word)
{
    bool wide = imap_string_form(span_of(word)) == IMAP_STRING_LITERAL;
    bool whole = run->count == 1 || word[0] == '(' || word[0] == '"';

    if (wide || (strchr(word, ' ') && !whole))
        return imap_say_string(&run->client, word, false);
    return imap_say_words(&run->client, word);
}

static bool any_wide(const struct imap_errand *run)
{
    for (size_t i = 0; i < run->count; i++)
        if (imap_string_form(span_of(run->words[i])) == IMAP_STRING_LITERAL)
            return true;
    return false;
}

static int act_search(struct imap_errand *run)
{
    struct imap_client *client = &run->client;
    int result = open_mailbox(run, true, NULL);

    if (result == 0)
        result = tell_of(run, "SEARCH", "search.txt");
    if (result == 0)
        result = imap_say_begin(client, RFC("3501", "6.4.4"),
                                verb_of(run, "SEARCH", "UID SEARCH"));
    if (result == 0 && any_wide(run))
        result = imap_say_words(client, "CHARSET UTF-8");
    for (size_t i = 0; i < run->count && result == 0; i++)
        result = say_key(run, run->words[i]);
    if (result == 0)
        result = imap_say_end(client);
    return result < 0 ? result : imap_client_finish(client, &run->teller);
}

static int act_store(struct imap_errand *run)
{
    char *words = join(run, 0);
    int result = words ? open_mailbox(run, false, NULL) : -ERROR_LOCAL;

    if (result == 0)
        result = tell_of(run, "FETCH", "store.txt");
    if (result == 0)
        result =
            imap_client_ask(&run->client, &run->teller, RFC("3501", "6.4.6"),
                            "%s %s", verb_of(run, "STORE", "UID STORE"), words);
    free(words);
    return result;
}

/* COPY or MOVE: a set, and the name of a mailbox. */
static int carry(struct imap_errand *run, struct rfc rfc, const char *verb)
{
    struct imap_client *client = &run->client;
    int result = imap_say_begin(client, rfc, verb);

    if (result == 0)
        result = imap_say_words(client, run->words[0]);
    if (result == 0)
        result = imap_say_mailbox(client, run->words[1]);
    if (result == 0)
        result = imap_say_end(client);
    if (result == 0)
        result = imap_client_finish(client, &run->teller);
    return tell_code(run, result);
}

static int act_copy(struct imap_errand *run)
{
    int result = open_mailbox(run, true, NULL);

    if (result == 0)
        result = tell_of(run, "", "copy.txt");
    return result < 0 ? result
                      : carry(run, RFC("3501", "6.4.7"),
                              verb_of(run, "COPY", "UID COPY"));
}

static int act_move(struct imap_errand *run)
{
    int result = open_mailbox(run, false, NULL);

    if (result == 0 && !run->client.capabilities.move)
        result = error_set(run->error, ERROR_REFUSED,
                           "the server has no MOVE (RFC 6851): copy, store "
                           "+FLAGS (\\Deleted), expunge");
    if (result == 0)
        result = tell_of(run, "OK", "move.txt");
    return result < 0 ? result
                      : carry(run, RFC("6851", "3.1"),
                              verb_of(run, "MOVE", "UID MOVE"));
}

static int act_expunge(struct imap_errand *run)
{
    int result = open_mailbox(run, false, NULL);

    if (result == 0)
        result = tell_of(run, "EXPUNGE", "expunge.txt");
    if (result < 0)
        return result;
    if (run->count > 0)
        return imap_client_ask(&run->client, &run->teller, RFC("4315", "2.1"),
                               "UID EXPUNGE %s", run->words[0]);
    return imap_client_ask(&run->client, &run->teller, RFC("3501", "6.4.3"),
                           "EXPUNGE");
}

static int act_idle(struct imap_errand *run)
{
    uint64_t most = 0;
    int result;

    if (run->count > 0 &&
        !text_to_u64(span_of(run->words[0]), UINT32_MAX, &most))
        return error_set(run->error, ERROR_USAGE,
                         "%s: idle takes a number of pieces of news",
                         run->words[0]);
    if ((result = open_mailbox(run, true, NULL)) < 0 ||
        (result = tell_of(run, NULL, "idle.txt")) < 0)
        return result;
    run->tell.flush = true;
    return imap_wait(&run->client, &run->tell, most,
                     run->options->idle_time_ms);
}

/* The command as it is, in the mailbox of the URL if it names one. */
static int act_raw(struct imap_errand *run)
{
    char *words = join(run, 0);
    int result = words ? 0 : -ERROR_LOCAL;

    if (result == 0 && run->mailbox[0] && strcmp(run->mailbox, "INBOX") != 0)
        result = open_mailbox(run, false, NULL);
    if (result == 0)
        result = tell_of(run, NULL, "raw.txt");
    if (result == 0)
        result = imap_client_ask(&run->client, &run->teller, RFC("3501", "6"),
                                 "%s", words);
    if (result == 0)
        result = imap_tell_status(&run->tell, &run->client);
    free(words);
    return result;
}

static const struct imap_verb verbs[] = {{{"list", 0, 1}, act_list},
                                         {{"select", 0, 0}, act_select},
                                         {{"status", 0, SIZE_MAX}, act_status},
                                         {{"append", 1, 2}, act_append},
                                         {{"fetch", 1, SIZE_MAX}, act_fetch},
                                         {{"search", 1, SIZE_MAX}, act_search},
                                         {{"store", 3, SIZE_MAX}, act_store},
                                         {{"copy", 2, 2}, act_copy},
                                         {{"move", 2, 2}, act_move},
                                         {{"expunge", 0, 1}, act_expunge},
                                         {{"idle", 0, 1}, act_idle},
                                         {{"raw", 1, SIZE_MAX}, act_raw}};

const struct imap_verb *imap_verb_find(const char *word, size_t arguments,
                                       struct error *error)
{
    return options_verb(verbs, sizeof(verbs) / sizeof(*verbs), sizeof(*verbs),
                        word, arguments, error);
}

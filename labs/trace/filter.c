/* SPDX-License-Identifier: MIT */
/*
 * filter: words that an event must answer to. The contract is in filter.h.
 */
#include "labs/trace/filter.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/options.h"

/* ---- what an event says of itself --------------------------------------- */

#define VALUE_MAX 16 /* a number, or the name of a direction or a layer */

static const char *host(const struct trace_event *event, char text[VALUE_MAX])
{
    (void)text;
    return event->host;
}
static const char *peer(const struct trace_event *event, char text[VALUE_MAX])
{
    (void)text;
    return event->peer;
}
static const char *proto(const struct trace_event *event, char text[VALUE_MAX])
{
    (void)text;
    return event->proto;
}
static const char *stream(const struct trace_event *event, char text[VALUE_MAX])
{
    (void)text;
    return event->stream;
}
static const char *name(const struct trace_event *event, char text[VALUE_MAX])
{
    (void)text;
    return event->name;
}
static const char *dir(const struct trace_event *event, char text[VALUE_MAX])
{
    (void)text;
    return trace_dir_name(event->dir);
}
static const char *layer(const struct trace_event *event, char text[VALUE_MAX])
{
    (void)text;
    return trace_layer_name(event->layer);
}
static const char *conn(const struct trace_event *event, char text[VALUE_MAX])
{
    snprintf(text, VALUE_MAX, "%" PRIu32, event->conn);
    return text;
}

static const struct {
    const char *name;
    /* NULL: the event has none. It may be written into `text`. */
    const char *(*value)(const struct trace_event *event, char text[VALUE_MAX]);
    const char *values; /* all that there are, each followed by a blank */
} keys[] = {
    {"host", host, NULL},
    {"conn", conn, NULL},
    {"peer", peer, NULL},
    {"proto", proto, NULL},
    {"stream", stream, NULL},
    {"dir", dir, "out in note "},
    {"layer", layer, "app socket tcp tls "},
    {"name", name, NULL},
};
enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

/* ---- words -------------------------------------------------------------- */

/* One of several values with commas between them; false: none was left. */
static bool take_value(struct span *values, struct span *one)
{
    if (values->data == NULL)
        return false;
    const char *comma =
        values->length > 0 ? memchr(values->data, ',', values->length) : NULL;
    one->data = values->data;
    one->length =
        comma != NULL ? (size_t)(comma - values->data) : values->length;
    values->data = comma != NULL ? comma + 1 : NULL;
    values->length -= one->length + (comma != NULL);
    return true;
}

/* Whether it is one of several words, each of which a blank follows. */
static bool is_word_of(const char *words, struct span value)
{
    while (*words != '\0') {
        size_t length = strcspn(words, " ");
        if (span_equal_nocase(value, (struct span){words, length}))
            return true;
        words += length + 1;
    }
    return false;
}

/* A value that no event can have is a slip of the pen: better said than an
 * empty answer. */
static int check_value(size_t key, struct span value, struct error *error)
{
    uint64_t number;
    bool possible =
        keys[key].value == conn
            ? text_to_u64(value, UINT32_MAX, &number)
            : keys[key].values == NULL || is_word_of(keys[key].values, value);

    if (possible)
        return 0;
    return error_set(error, ERROR_USAGE, "filter: no event has %s=%.*s%s%s",
                     keys[key].name, (int)value.length, value.data,
                     keys[key].values != NULL ? "; there are " : "",
                     keys[key].values != NULL ? keys[key].values : "");
}

static int check_values(size_t key, struct span values, struct error *error)
{
    struct span one;

    while (take_value(&values, &one))
        if (check_value(key, one, error) < 0)
            return -ERROR_USAGE;
    return 0;
}

static int key_unknown(const char *word, struct error *error)
{
    const char *names[KEYS];

    for (size_t i = 0; i < KEYS; i++)
        names[i] = keys[i].name;
    const char *near = options_nearest(word, names, KEYS);
    if (near != NULL)
        return error_set(error, ERROR_USAGE,
                         "filter: unknown key '%s'; did you mean %s?", word,
                         near);
    return error_set(error, ERROR_USAGE,
                     "filter: unknown key '%s'; there are host, conn, peer, "
                     "proto, stream, dir, layer and name",
                     word);
}

static int add(struct filter *filter, const char *key, bool unwanted,
               struct span value, struct error *error)
{
    size_t found = 0;

    while (found < KEYS && strcmp(keys[found].name, key) != 0)
        found++;
    if (found == KEYS)
        return key_unknown(key, error);
    if (check_values(found, value, error) < 0)
        return -ERROR_USAGE;
    if (filter->count == FILTER_WORDS_MAX)
        return error_set(error, ERROR_USAGE, "filter: more than %d words",
                         FILTER_WORDS_MAX);
    filter->words[filter->count++] =
        (struct filter_word){found, unwanted, value};
    return 0;
}

int filter_add_word(struct filter *filter, const char *key, const char *value,
                    struct error *error)
{
    return add(filter, key, false, span_of(value), error);
}

int filter_add(struct filter *filter, const char *expression,
               struct error *error)
{
    for (const char *word = expression + strspn(expression, " "); *word != '\0';
         word += strspn(word, " ")) {
        char key[32];
        size_t length = strcspn(word, " ");
        const char *equals = memchr(word, '=', length);
        if (equals == NULL)
            return error_set(error, ERROR_USAGE,
                             "filter: '%.*s' is no KEY=VALUE", (int)length,
                             word);
        bool unwanted = equals > word && equals[-1] == '!';
        snprintf(key, sizeof(key), "%.*s", (int)(equals - word) - unwanted,
                 word);
        struct span value = {equals + 1, (size_t)(word + length - equals) - 1};
        if (add(filter, key, unwanted, value, error) < 0)
            return -ERROR_USAGE;
        word += length;
    }
    return 0;
}

/* ---- events ------------------------------------------------------------- */

static bool is_one_of(struct span values, struct span value)
{
    struct span one;

    while (take_value(&values, &one))
        if (span_equal_nocase(one, value))
            return true;
    return false;
}

bool filter_fits(const struct filter *filter, const struct trace_event *event)
{
    for (size_t i = 0; i < filter->count; i++) {
        char text[VALUE_MAX];
        const struct filter_word *word = &filter->words[i];
        const char *value = keys[word->key].value(event, text);
        bool has = value != NULL && is_one_of(word->value, span_of(value));
        if (has == word->unwanted)
            return false;
    }
    return true;
}

void filter_apply(const struct filter *filter, struct trace_file *trace)
{
    size_t kept = 0;

    if (filter->count == 0)
        return;
    for (size_t i = 0; i < trace->event_count; i++)
        if (filter_fits(filter, &trace->events[i]))
            trace->events[kept++] = trace->events[i];
    trace->event_count = kept;
}

/* SPDX-License-Identifier: MIT */
/*
 * trace_fields: the last comment of an event, "fields: host=student conn=1
 * ...", which holds for programs what its other comments tell people. A trace
 * may come from anywhere, so nothing is believed.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "common/trace_private.h"

/* ---- small parts -------------------------------------------------------- */

/* The part of *text before `mark`, which is taken off with it. */
bool trace_cut(struct span *text, char mark, struct span *part)
{
    const char *at =
        text->length == 0 ? NULL : memchr(text->data, mark, text->length);
    if (at == NULL)
        return false;
    *part = (struct span){text->data, (size_t)(at - text->data)};
    text->length -= part->length + 1;
    text->data = at + 1;
    return true;
}

uint64_t trace_number(struct span digits, uint64_t max)
{
    uint64_t value;
    return text_to_u64(digits, max, &value) ? value : 0;
}

bool trace_text_read(struct trace_store *store, struct span text,
                     const char **target)
{
    struct trace_word *word = trace_store_word(store, TRACE_WORD_TEXT, text);
    *target = word == NULL ? NULL : word->copy;
    return word != NULL;
}

static struct trace_range range_of(struct span value)
{
    struct span from;
    struct trace_range range = {0, 0};
    if (!trace_cut(&value, '+', &from))
        return range;
    range.from = trace_number(from, INT64_MAX);
    range.to = range.from + trace_number(value, INT64_MAX);
    return range;
}

/* "192.0.2.10:80" or "[2001:db8::1]:80". False: it is none. */
static bool address_of(struct span value, struct sockaddr_storage *address)
{
    struct sockaddr_in *ipv4 = (struct sockaddr_in *)address;
    struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)address;
    char host[INET6_ADDRSTRLEN];
    const char *colon = memrchr(value.data, ':', value.length);
    bool brackets = value.length > 0 && value.data[0] == '[';
    size_t length, skipped = brackets ? 1 : 0;
    uint16_t port;

    if (colon == NULL || (size_t)(colon - value.data) < 2 * skipped)
        return false;
    length = (size_t)(colon - value.data) - 2 * skipped;
    if (length >= sizeof host)
        return false;
    memcpy(host, value.data + skipped, length);
    host[length] = '\0';
    port = htons((uint16_t)trace_number(
        (struct span){colon + 1,
                      (size_t)(value.data + value.length - colon - 1)},
        UINT16_MAX));
    if (brackets && inet_pton(AF_INET6, host, &ipv6->sin6_addr) == 1) {
        ipv6->sin6_family = AF_INET6;
        ipv6->sin6_port = port;
    } else if (!brackets && inet_pton(AF_INET, host, &ipv4->sin_addr) == 1) {
        ipv4->sin_family = AF_INET;
        ipv4->sin_port = port;
    }
    return address->ss_family != 0;
}

/* ---- what each key of it means ------------------------------------------ */

/* A key's value, on its way into the event. False: no memory. */
struct field {
    struct trace_store *store;
    struct trace_event *event;
    struct span value;
};

static bool is(struct span word, const char *text)
{
    size_t length = strlen(text);
    return word.length == length && memcmp(word.data, text, length) == 0;
}

static bool address_read(const struct field *field,
                         const struct sockaddr_storage **address)
{
    struct trace_word *word =
        trace_store_word(field->store, TRACE_WORD_ADDRESS, field->value);
    if (word == NULL)
        return false;
    if (!word->read) {
        struct sockaddr_storage *found =
            trace_store_take(field->store, sizeof *found);
        if (found == NULL)
            return false;
        word->address = address_of(field->value, found) ? found : NULL;
        word->read = true;
    }
    *address = word->address;
    return true;
}

static bool read_host(const struct field *field)
{
    return trace_text_read(field->store, field->value, &field->event->host);
}

static bool read_peer(const struct field *field)
{
    return trace_text_read(field->store, field->value, &field->event->peer);
}

static bool read_proto(const struct field *field)
{
    return trace_text_read(field->store, field->value, &field->event->proto);
}

static bool read_stream(const struct field *field)
{
    return trace_text_read(field->store, field->value, &field->event->stream);
}

static bool read_conn(const struct field *field)
{
    field->event->conn = (uint32_t)trace_number(field->value, UINT32_MAX);
    return true;
}

static bool read_dir(const struct field *field)
{
    for (int i = 0; i < TRACE_DIRS; i++)
        if (is(field->value, trace_dir_name((enum trace_dir)i)))
            field->event->dir = (enum trace_dir)i;
    return true;
}

static bool read_layer(const struct field *field)
{
    for (int i = 0; i < TRACE_LAYERS; i++)
        if (is(field->value, trace_layer_name((enum trace_layer)i)))
            field->event->layer = (enum trace_layer)i;
    return true;
}

static bool read_standard(const struct field *field)
{
    field->event->standard_port =
        (uint16_t)trace_number(field->value, UINT16_MAX);
    return true;
}

static bool read_server(const struct field *field)
{
    field->event->local_is_server = is(field->value, "local");
    return true;
}

static bool read_clear(const struct field *field)
{
    field->event->clear = range_of(field->value);
    return true;
}

static bool read_raw(const struct field *field)
{
    field->event->raw = range_of(field->value);
    return true;
}

static bool read_exact(const struct field *field)
{
    field->event->exact = is(field->value, "1");
    return true;
}

/* One more; there are few in a message, and in most there are none. */
static bool read_secrets(const struct field *field)
{
    struct trace_event *event = field->event;
    struct trace_range *secrets;
    if (event->secret_count == TRACE_SECRETS_MAX)
        return true;
    secrets = trace_store_take(field->store,
                               (event->secret_count + 1) * sizeof *secrets);
    if (secrets == NULL)
        return false;
    for (size_t i = 0; i < event->secret_count; i++)
        secrets[i] = event->secrets[i];
    secrets[event->secret_count++] = range_of(field->value);
    event->secrets = secrets;
    return true;
}

static bool read_length(const struct field *field)
{
    field->event->length = trace_number(field->value, INT64_MAX);
    return true;
}

static bool read_local(const struct field *field)
{
    return address_read(field, &field->event->local);
}

static bool read_remote(const struct field *field)
{
    return address_read(field, &field->event->remote);
}

/* In the order in which trace_encode.c writes them: so the next key is most
 * often the next row. */
#define KEY(name) #name, sizeof #name - 1, read_##name
static const struct key {
    const char *name;
    size_t length;
    bool (*read)(const struct field *field);
} keys[] = {{KEY(host)},    {KEY(conn)},   {KEY(peer)},  {KEY(proto)},
            {KEY(stream)},  {KEY(dir)},    {KEY(layer)}, {KEY(standard)},
            {KEY(server)},  {KEY(clear)},  {KEY(raw)},   {KEY(exact)},
            {KEY(secrets)}, {KEY(length)}, {KEY(local)}, {KEY(remote)}};
enum { KEYS = sizeof keys / sizeof keys[0] };

/* The row of the key that `text` begins with, looked for from `from` on and
 * around; KEYS: unknown. */
static size_t key_row(struct span text, size_t from)
{
    for (size_t i = 0; i < KEYS; i++) {
        size_t row = from + i < KEYS ? from + i : from + i - KEYS;
        const struct key *key = &keys[row];
        if (text.length > key->length && text.data[key->length] == '=' &&
            memcmp(text.data, key->name, key->length) == 0)
            return row;
    }
    return KEYS;
}

/* "key=value key=value ...": a key that we don't know is stepped over. */
static bool fields_parse(struct trace_store *store, struct span text,
                         struct trace_event *event)
{
    struct field field = {store, event, {NULL, 0}};
    size_t next = 0;
    while (text.length > 0) {
        size_t row = key_row(text, next), at = 0, end;
        if (row < KEYS)
            at = keys[row].length + 1;
        /* Values are short: a call would take longer than the look. */
        for (end = at; end < text.length && text.data[end] != ' ';)
            end++;
        field.value = (struct span){text.data + at, end - at};
        if (row < KEYS && !keys[row].read(&field))
            return false;
        next = row + 1 < KEYS ? row + 1 : 0;
        if (end < text.length)
            end++; /* the blank */
        text = (struct span){text.data + end, text.length - end};
    }
    return true;
}

/* ---- what many events have in common ------------------------------------ */

/* The messages that go one way of a connection agree in all that stands before
 * their place in the stream. Takes that off *text. */
static struct span head_take(struct span *text)
{
    static const char place[] = "clear=";
    const char *end = text->data + text->length, *next = text->data, *blank;
    struct span head = {text->data, 0};

    while ((blank = memchr(next, ' ', (size_t)(end - next))) != NULL) {
        next = blank + 1;
        if ((size_t)(end - next) >= sizeof place &&
            memcmp(next, place, sizeof place - 1) == 0) {
            head.length = (size_t)(next - text->data);
            *text = (struct span){next, (size_t)(end - next)};
            break;
        }
    }
    return head;
}

/* Whatever a key can set. */
static void fields_copy(struct trace_event *to, const struct trace_event *from)
{
    to->host = from->host;
    to->conn = from->conn;
    to->peer = from->peer;
    to->proto = from->proto;
    to->stream = from->stream;
    to->dir = from->dir;
    to->layer = from->layer;
    to->standard_port = from->standard_port;
    to->local_is_server = from->local_is_server;
    to->clear = from->clear;
    to->raw = from->raw;
    to->exact = from->exact;
    to->secrets = from->secrets;
    to->secret_count = from->secret_count;
    to->length = from->length;
    to->local = from->local;
    to->remote = from->remote;
}

/* A head that is known need not be parsed again. */
static bool head_read(struct trace_store *store, struct span head,
                      struct trace_event *event)
{
    struct trace_word *word = trace_store_word(store, TRACE_WORD_FIELDS, head);
    struct trace_event *fields;
    if (word == NULL)
        return false;
    if (!word->read) {
        fields = trace_store_take(store, sizeof *fields);
        /* Parsing makes words too, and may take this one's place. */
        if (fields == NULL || !fields_parse(store, head, fields))
            return false;
        word = trace_store_word(store, TRACE_WORD_FIELDS, head);
        if (word == NULL)
            return false;
        word->fields = fields;
        word->read = true;
    }
    fields_copy(event, word->fields);
    return true;
}

bool trace_fields_read(struct trace_store *store, struct span text,
                       struct trace_event *event)
{
    struct span head = head_take(&text);
    return (head.length == 0 || head_read(store, head, event)) &&
           fields_parse(store, text, event);
}

/* SPDX-License-Identifier: MIT */
/*
 * imap_address: an address list, taken apart as ENVELOPE wants it (RFC 5322
 * §3.4; RFC 3501 §7.4.2).
 *
 * What stands before a comma may turn out to be a name (when "<" comes), a
 * group's name (when ":" comes) or the address itself, so it is gathered in two
 * ways at once: as a phrase, with a space between words, and as an address,
 * without.
 */
#include <string.h>

#include "imap/imap_structure.h"

enum { PHRASE, ROUTE, MAILBOX, HOST };

/* Text being gathered into one of an address's places. */
struct gatherer {
    struct imap_address *address;
    size_t length[4];
    bool has[4];
};

static void put(struct gatherer *g, int place, char c)
{
    g->has[place] = true;
    if (g->length[place] < IMAP_ADDRESS_MAX)
        g->address->bytes[place][g->length[place]++] = c;
}

static struct span gathered(const struct gatherer *g, int place)
{
    return g->has[place]
               ? (struct span){g->address->bytes[place], g->length[place]}
               : (struct span){NULL, 0};
}

static char take(struct span *rest)
{
    char c = rest->data[0];

    rest->data++;
    rest->length--;
    return c;
}

/* A quoted string, its first quote taken already. */
static void take_quoted(struct gatherer *g, struct span *rest, int place,
                        int other)
{
    while (rest->length > 0) {
        char c = take(rest);

        if (c == '"')
            return;
        if (c == '\\' && rest->length > 0)
            c = take(rest);
        put(g, place, c);
        if (other != place)
            put(g, other, c);
    }
}

/* A comment, its "(" taken already; kept if `place` is one: people used to put
 * their name there. */
static void take_comment(struct gatherer *g, struct span *rest, int place)
{
    size_t depth = 1;

    while (rest->length > 0) {
        char c = take(rest);

        depth += c == '(';
        depth -= c == ')';
        if (depth == 0)
            return;
        if (c == '\\' && rest->length > 0)
            c = take(rest);
        if (place >= 0)
            put(g, place, c);
    }
}

/* "@a,@b:local@host>", its "<" taken already. */
static void take_angle(struct gatherer *g, struct span *rest)
{
    int place = MAILBOX;

    if (rest->length > 0 && rest->data[0] == '@' &&
        memchr(rest->data, ':', rest->length) != NULL)
        place = ROUTE;
    while (rest->length > 0) {
        char c = take(rest);

        if (c == '>')
            return;
        if (c == ':' && place == ROUTE)
            place = MAILBOX;
        else if (c == '@' && place == MAILBOX)
            place = HOST;
        else if (c == '"')
            take_quoted(g, rest, place, place);
        else if (c == '(')
            take_comment(g, rest, -1);
        else if (c != ' ' && c != '\t')
            put(g, place, c);
    }
}

/* A phrase, and the same as an address; up to what decides which it is. */
static char take_phrase(struct gatherer *g, struct span *rest, bool *comment)
{
    int place = MAILBOX;
    bool blank = false;

    while (rest->length > 0) {
        char c = take(rest);

        if (c == '<' || c == ',' || c == ':' || c == ';')
            return c;
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            blank = true;
            continue;
        }
        if (c == '(') {
            /* Kept in a place of its own until we know where it belongs. */
            *comment = true;
            take_comment(g, rest, ROUTE);
            continue;
        }
        if (blank && g->has[PHRASE])
            put(g, PHRASE, ' ');
        blank = false;
        if (c == '"') {
            take_quoted(g, rest, PHRASE, place);
            continue;
        }
        put(g, PHRASE, c);
        if (c == '@' && place == MAILBOX)
            place = HOST;
        else
            put(g, place, c);
    }
    return '\0';
}

static void skip_to_separator(struct imap_addresses *list)
{
    while (list->rest.length > 0 && list->rest.data[0] != ',' &&
           list->rest.data[0] != ';')
        take(&list->rest);
    if (list->rest.length > 0 && list->rest.data[0] == ',')
        take(&list->rest);
}

static void forget(struct gatherer *g, int place)
{
    g->has[place] = false;
    g->length[place] = 0;
}

/* The address that was gathered, by what came after it. */
static bool finish(struct imap_addresses *list, struct gatherer *g, char stop,
                   bool comment)
{
    struct imap_address *a = g->address;

    if (stop == ':') {
        /* The name of a group. */
        list->in_group = true;
        a->mailbox = gathered(g, PHRASE);
        if (a->mailbox.data == NULL)
            a->mailbox = SPAN("");
        return true;
    }
    if (stop == '<') {
        for (int place = ROUTE; place <= HOST; place++)
            forget(g, place);
        take_angle(g, &list->rest);
        skip_to_separator(list);
        a->name = gathered(g, PHRASE);
        a->route = gathered(g, ROUTE);
    } else {
        if (!g->has[MAILBOX] && !g->has[HOST])
            return false;
        a->name = comment ? gathered(g, ROUTE) : (struct span){NULL, 0};
    }
    a->mailbox = gathered(g, MAILBOX);
    a->host = gathered(g, HOST);
    /* NIL would say that this is a group. */
    if (a->mailbox.data == NULL)
        a->mailbox = SPAN("");
    if (a->host.data == NULL)
        a->host = SPAN("");
    return true;
}

bool imap_address_next(struct imap_addresses *list,
                       struct imap_address *address)
{
    while (list->rest.length > 0) {
        struct gatherer g = {.address = address};
        bool comment = false;
        char stop;

        address->name = address->route = address->mailbox = address->host =
            (struct span){NULL, 0};
        if (list->in_group && list->rest.data[0] == ';') {
            take(&list->rest);
            list->in_group = false;
            return true;
        }
        stop = take_phrase(&g, &list->rest, &comment);
        if (stop == ';') {
            /* It ends a group, after the address before it. */
            list->rest.data--;
            list->rest.length++;
            if (!list->in_group)
                take(&list->rest);
        }
        if (finish(list, &g, stop, comment))
            return true;
    }
    /* A group whose ";" is missing ends all the same. */
    if (list->in_group) {
        list->in_group = false;
        address->name = address->route = address->mailbox = address->host =
            (struct span){NULL, 0};
        return true;
    }
    return false;
}

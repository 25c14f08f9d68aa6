/* SPDX-License-Identifier: MIT */
/*
 * notebook: FTP in clear. The control connection gives away who logs in, with
 * which password, and what for; and it announces, for everybody to read, where
 * the next data connection will be. So the eavesdropper has the files too, each
 * with its name: the second reader of this file finds those connections.
 *
 * The parsers are those of our client and server.
 */
#include <netinet/in.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "common/address.h"
#include "common/conn.h"
#include "common/limits.h"
#include "ftp/ftp.h"
#include "labs/trace/notebook.h"

enum { VALUE_MAX = 1024 };

/* ---- a control connection, step by step --------------------------------- */

/* A command and what was said to it. */
struct step {
    struct ftp_command command;
    struct ftp_reply reply; /* the last one; code 0: none was seen */
};

/* Both directions, being read. */
struct reading {
    struct span commands, replies;
    bool hidden; /* TLS has begun: nothing after it can be read */
};

static bool read_reply(struct reading *reading, struct ftp_reply *reply)
{
    size_t used = 0;
    enum parse outcome;

    ftp_reply_start(reply);
    outcome = ftp_reply_read(reply, reading->replies, &used, NULL);
    reading->replies.data += used;
    reading->replies.length -= used;
    if (outcome != PARSE_DONE)
        reply->code = 0;
    return outcome == PARSE_DONE;
}

/* The next line of the client and its replies up to the final one. */
static bool read_step(struct reading *reading, struct step *step)
{
    struct span line;

    if (reading->hidden || !span_next_line(&reading->commands, &line) ||
        ftp_command_read(&step->command, line, NULL) < 0)
        return false;
    while (read_reply(reading, &step->reply))
        if (step->reply.code >= 200)
            break;
    reading->hidden =
        strcmp(step->command.verb, "AUTH") == 0 && step->reply.code == 234;
    return true;
}

/* Begins behind the greeting. */
static struct reading read_start(const struct flow *flow,
                                 struct ftp_reply *greeting)
{
    struct reading reading = {
        .commands = flow_stream(&flow->sides[FLOW_CLIENT]),
        .replies = flow_stream(&flow->sides[FLOW_SERVER]),
    };

    while (read_reply(&reading, greeting))
        if (greeting->code >= 200)
            break;
    return reading;
}

/* SMTP greets with a 220 as well; the first word of its clients is another. */
static bool ftp_knows(const struct flow *flow)
{
    static const char *const first[] = {"USER", "AUTH", "FEAT", "OPTS",
                                        "HOST", "SYST", "QUIT", NULL};
    struct span said = flow_stream(&flow->sides[FLOW_CLIENT]);
    struct span answered = flow_stream(&flow->sides[FLOW_SERVER]);

    if (flow->kind != FLOW_TCP || answered.length < 4 || said.length < 4 ||
        (memcmp(answered.data, "220 ", 4) != 0 &&
         memcmp(answered.data, "220-", 4) != 0))
        return false;
    for (size_t i = 0; first[i] != NULL; i++)
        if (strncasecmp(said.data, first[i], 4) == 0)
            return true;
    return false;
}

/* ---- what is written down of it ----------------------------------------- */

static void write_step(FILE *to, const struct step *step)
{
    char argument[VALUE_MAX], words[VALUE_MAX];
    const char *verb = step->command.verb;

    text_escape(argument, sizeof(argument), step->command.argument);
    text_escape(words, sizeof(words), ftp_reply_words(&step->reply));
    if (strcmp(verb, "USER") == 0)
        notebook_line(to, "USER", "%s", argument);
    else if (strcmp(verb, "PASS") == 0)
        notebook_line(to, "PASSWORD", "%s", argument);
    else
        notebook_line(to, "asked for", "%s%s%s", verb,
                      argument[0] != '\0' ? " " : "", argument);
    if (step->reply.code != 0)
        notebook_line(to, "answered", "%d %s", step->reply.code, words);
}

static int ftp_write(FILE *to, const struct flow *flow, int64_t start_ns,
                     struct error *error)
{
    struct step *step = calloc(1, sizeof(*step));
    struct reading reading;
    size_t steps = 0;

    (void)start_ns;
    if (step == NULL)
        return error_set(error, ERROR_LOCAL, "out of memory for a reply");
    reading = read_start(flow, &step->reply);
    while (steps < NOTEBOOK_MESSAGES_MAX && read_step(&reading, step)) {
        write_step(to, step);
        steps++;
    }
    if (reading.hidden)
        notebook_line(to, "not learned",
                      "who logged in, with which password, and what for: from "
                      "here on all is TLS");
    if (reading.commands.length + reading.replies.length > 0)
        notebook_line(to, "the rest", "%zu and %zu bytes were not read",
                      reading.commands.length, reading.replies.length);
    free(step);
    return 0;
}

const struct notebook_reader notebook_ftp = {"FTP, in clear", ftp_knows,
                                             ftp_write};

/* ---- data connections --------------------------------------------------- */

/* Where a data connection will be, as a step of the control connection says;
 * ss_family 0 when it says nothing of it. */
static void announced(const struct flow *control, const struct step *step,
                      struct sockaddr_storage *where)
{
    const char *verb = step->command.verb;
    struct span words = ftp_reply_words(&step->reply);
    uint16_t port;

    if (strcmp(verb, "PORT") == 0 && step->reply.code == 200)
        ftp_port_read(where, step->command.argument, NULL);
    else if (strcmp(verb, "EPRT") == 0 && step->reply.code == 200)
        ftp_eprt_read(where, step->command.argument, NULL);
    else if (strcmp(verb, "PASV") == 0 && step->reply.code == 227)
        ftp_pasv_read(where, words, NULL);
    else if (strcmp(verb, "EPSV") == 0 && step->reply.code == 229 &&
             ftp_epsv_read(&port, words, NULL) == 0) {
        *where = control->sides[FLOW_SERVER].address;
        ((struct sockaddr_in *)(void *)where)->sin_port = htons(port);
    }
}

static bool is_transfer(const char *verb)
{
    static const char *const verbs[] = {"RETR", "STOR", "APPE", "STOU",
                                        "LIST", "NLST", "MLSD", NULL};

    for (size_t i = 0; verbs[i] != NULL; i++)
        if (strcmp(verb, verbs[i]) == 0)
            return true;
    return false;
}

/* ---- transfers ---------------------------------------------------------- */

/* A command that had a data connection, and where one end of it waited. */
struct transfer {
    struct sockaddr_storage where;
    const struct flow *control;
    struct ftp_command command; /* its argument lies in the flow */
    size_t number;              /* in the order in which they were read */
};

/* All of them, by port: an onlooker of ten thousand conversations can't read
 * every control connection again for each. */
struct transfers {
    struct transfer *list;
    size_t count, capacity;
};

static bool transfer_add(struct transfers *all, const struct transfer *one)
{
    if (all->count == all->capacity) {
        size_t capacity = 2 * all->capacity + 16;
        struct transfer *list = realloc(all->list, capacity * sizeof(*list));
        if (list == NULL)
            return false;
        all->list = list;
        all->capacity = capacity;
    }
    all->list[all->count] = *one;
    all->list[all->count].number = all->count;
    all->count++;
    return true;
}

/* Those of one control connection. `step` is room for its steps. */
static bool transfers_of(struct transfers *all, const struct flow *control,
                         struct step *step)
{
    struct sockaddr_storage where = {0};
    struct reading reading = read_start(control, &step->reply);

    while (read_step(&reading, step)) {
        announced(control, step, &where);
        if (!is_transfer(step->command.verb) || where.ss_family == 0)
            continue;
        struct transfer one = {
            .where = where, .control = control, .command = step->command};
        if (!transfer_add(all, &one))
            return false;
        where.ss_family = 0;
    }
    return true;
}

static int by_port(const void *a, const void *b)
{
    const struct transfer *one = a, *other = b;
    unsigned port = address_port(&one->where);
    unsigned other_port = address_port(&other->where);

    if (port != other_port)
        return port < other_port ? -1 : 1;
    return one->number < other->number ? -1 : 1;
}

static void data_end(void *known)
{
    struct transfers *all = known;

    if (all != NULL)
        free(all->list);
    free(all);
}

static void *data_begin(const struct flows *flows)
{
    struct transfers *all = calloc(1, sizeof(*all));
    struct step *step = calloc(1, sizeof(*step));
    bool done = all != NULL && step != NULL;

    for (size_t i = 0; i < flows->count && done; i++)
        if (ftp_knows(&flows->list[i]))
            done = transfers_of(all, &flows->list[i], step);
    free(step);
    if (!done) {
        data_end(all);
        return NULL;
    }
    if (all->count > 0)
        qsort(all->list, all->count, sizeof(*all->list), by_port);
    return all;
}

/* The first in the list whose port is not below that one. */
static size_t first_at(const struct transfers *all, unsigned port)
{
    size_t low = 0, high = all->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (address_port(&all->list[middle].where) < port)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The first transfer whose data may have gone over `flow`: it was announced
 * before, and one end of it waited there. Which end that is depends on the
 * mode, and on whom a trace without frames calls the client. */
static const struct transfer *transfer_find(const struct transfers *all,
                                            const struct flow *flow)
{
    const struct transfer *found = NULL;

    for (int end = 0; end < FLOW_ENDS; end++) {
        const struct sockaddr_storage *address = &flow->sides[end].address;
        unsigned port = address_port(address);
        for (size_t i = first_at(all, port);
             i < all->count && address_port(&all->list[i].where) == port; i++) {
            const struct transfer *one = &all->list[i];
            if (one->control != flow &&
                one->control->first_ns <= flow->first_ns &&
                address_same_host(&one->where, address)) {
                if (found == NULL || one->number < found->number)
                    found = one;
                break;
            }
        }
    }
    return found;
}

/* ---- what is written down of their data --------------------------------- */

static bool data_knows(const void *known, const struct flow *flow)
{
    return flow->kind == FLOW_TCP && transfer_find(known, flow) != NULL;
}

static void write_digest(FILE *to, const struct flow_side *side)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    char text[2 * EVP_MAX_MD_SIZE + 1];
    unsigned length = 0;

    if (side->length < side->total ||
        EVP_Digest(side->bytes, side->length, digest, &length, EVP_sha256(),
                   NULL) != 1)
        return;
    text_hex_write(text, digest, length);
    notebook_line(to, "SHA-256", "%s", text);
}

/* Whoever sent has sent a file, a listing or nothing. */
static void write_content(FILE *to, const struct flow *flow)
{
    const struct flow_side *side = &flow->sides[FLOW_CLIENT];

    if (side->total == 0)
        side = &flow->sides[FLOW_SERVER];
    struct span quote =
        notebook_beginning(flow_stream(side), side->length == side->total);
    if (quote.length > 0 && (quote.data[0] == 0x16 || quote.data[0] == 0x15)) {
        notebook_line(to, "not learned", "what is in it: it is TLS");
        return;
    }
    write_digest(to, side);
    if (quote.length > 0 && text_is_readable(quote))
        notebook_quote(to, "it begins", quote);
}

static int data_write(FILE *to, const void *known, const struct flow *flow,
                      struct error *error)
{
    const struct transfer *one = transfer_find(known, flow);
    char argument[VALUE_MAX], server[FLOW_ADDRESS_MAX];

    (void)error;
    text_escape(argument, sizeof(argument), one->command.argument);
    flow_address(&one->control->sides[FLOW_SERVER].address, server);
    notebook_line(to, "belongs to", "%s%s%s, asked of %s", one->command.verb,
                  argument[0] != '\0' ? " " : "", argument, server);
    write_content(to, flow);
    return 0;
}

const struct notebook_companion notebook_ftp_data = {
    "FTP, data", data_begin, data_knows, data_write, data_end};

/* SPDX-License-Identifier: MIT */
/* mailbox-check: does this mailbox exist? A verdict with its evidence. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/names.h"
#include "common/options.h"
#include "common/trace.h"
#include "labs/mailbox-exists/mailbox.h"

static struct mailbox_options options;

static const struct option_spec table[] = {
    {0, "json", NULL, OPTION_FLAG, &options.json,
     "one object a line instead of text"},
    {0, "mx", "DOMAIN", OPTION_TEXT, &options.mx,
     "only show its mail exchangers, in the order they would be tried"},
    {0, "server", "HOST", OPTION_TEXT, &options.server,
     "ask this mail server, whatever MX says"},
    {0, "control-first", NULL, OPTION_FLAG, &options.control_first,
     "ask for the mailbox that can't exist before the address"},
    {0, "vrfy", NULL, OPTION_FLAG, &options.vrfy,
     "ask VRFY too; its answer is shown and decides nothing"},
    {0, "rate", "N", OPTION_TEXT, &options.rate,
     "addresses a second and domain; 0: no limit (1 outside of a lab)"},
    {0, "domains", "N", OPTION_COUNT, &options.domains,
     "domains that are asked at once (64)"},
    {0, "patience", "SECONDS", OPTION_SECONDS, &options.patience_ms,
     "longest wait for one reply (30)"},
    {0, "port", "N", OPTION_COUNT, &options.port, "of the mail servers (25)"},
    {0, "helo", "NAME", OPTION_TEXT, &options.hello, "what we call ourselves"},
    {0, "no-pipelining", NULL, OPTION_FLAG, &options.no_pipelining,
     "one command at a time, whatever is offered"},
    CLIENT_OPTIONS(&options.client),
    OPTIONS_END};

/* ---- where addresses come from ------------------------------------------ */

static const char *next_operand(struct mailbox_source *source)
{
    char ***operand = source->context;

    return **operand ? *(*operand)++ : NULL;
}

/* A line longer than any address may be is no address: of it the head is kept,
 * which is judged as such. */
#define LINE_KEPT 1024

static const char *next_line(struct mailbox_source *source)
{
    static char line[LINE_KEPT];
    size_t length;
    int c;

    (void)source;
    do {
        for (length = 0; (c = getchar()) != EOF && c != '\n';)
            if (length + 1 < sizeof(line))
                line[length++] = (char)c;
        while (length > 0 && strchr(" \t\r", line[length - 1]))
            length--;
        line[length] = '\0';
    } while (length == 0 && c != EOF);
    return length > 0 ? line + strspn(line, " \t") : NULL;
}

/* ---- what is done ------------------------------------------------------- */

static int show_exchangers(struct client_stand *stand, struct error *error)
{
    struct names_mx mx;
    int result =
        names_mx(stand->names, options.mx, stand->deadline, &mx, error);

    for (size_t i = 0; result == 0 && i < mx.count; i++)
        printf("%u %s\n", (unsigned)mx.list[i].preference, mx.list[i].host);
    return result;
}

static int check(struct client_stand *client, char **operands,
                 struct mailbox_kept *kept, struct error *error)
{
    struct mailbox_stand stand = {
        .options = &options, .client = client, .rate = 1};
    struct mailbox_source source = {
        .next = *operands ? next_operand : next_line, .context = &operands};
    char *end = NULL;

    if (options.rate) {
        stand.rate = strtod(options.rate, &end);
        if (end == options.rate || *end || !(stand.rate >= 0))
            return error_set(error, ERROR_USAGE,
                             "--rate %s is not a number of addresses a second",
                             options.rate);
    }
    return mailbox_many(&stand, &source, stdout,
                        trace_keeps(client->trace) ? kept : NULL, error);
}

/* The trace is finished: its events have numbers, and the results get them. */
static int print_kept(const struct mailbox_kept *kept, struct error *error)
{
    struct trace_file trace;

    if (kept->count == 0)
        return 0;
    if (trace_read(&trace, options.client.trace_file, error) < 0)
        return -(int)error->class;
    mailbox_kept_print(kept, stdout, options.json, &trace);
    trace_file_free(&trace);
    return 0;
}

int main(int argc, char **argv)
{
    struct error error = {0};
    struct client_stand stand = {.trace = NULL};
    struct mailbox_kept kept = {NULL, 0};
    int result = options_parse(table, &argc, argv, &error);

    if (result == 0 && options.client.help) {
        options_help(stdout, "mailbox-check",
                     "[options] ADDRESS... (or a line each on standard input)",
                     table);
        return 0;
    }
    if (result == 0 && argc < 2 && !options.mx && isatty(STDIN_FILENO))
        result = error_set(&error, ERROR_USAGE, "no address (see --help)");
    /* Servers of mail show certificates that nobody has signed; we tell them
     * no secret. Who names authorities wants them asked. */
    options.client.insecure |= options.client.ca_file == NULL;
    if (result == 0)
        result = client_stand_up(&stand, &options.client, &error);
    if (result == 0 && options.mx)
        result = show_exchangers(&stand, &error);
    else if (result == 0)
        result = check(&stand, argv + 1, &kept, &error);
    result = client_stand_down(&stand, result, &error);
    if (result == 0)
        result = print_kept(&kept, &error);
    mailbox_kept_free(&kept);
    if (result == 0 && (fflush(stdout) != 0 || ferror(stdout)))
        result = error_set(&error, ERROR_LOCAL, "the results can't be written");
    return result < 0 ? error_print("mailbox-check", &error) : 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * imap_put: APPEND, a message from a file into a mailbox. Its length must be
 * said before its first octet, so the file is read twice; what is no regular
 * file is first copied into one.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "imap/imap_client.h"

struct put {
    FILE *file;
    bool bare_lf;    /* its lines end in LF alone: each gets a CR */
    uint64_t octets; /* as they will be sent */
};

/* ---- the file ----------------------------------------------------------- */

/* Standard input, or a pipe: into a file without a name. */
static FILE *copy(FILE *from)
{
    char piece[IMAP_PUT_PIECE];
    FILE *to = tmpfile();
    size_t length;

    while (to && (length = fread(piece, 1, sizeof(piece), from)) > 0)
        fwrite(piece, 1, length, to);
    if (to && (ferror(from) || fflush(to) != 0)) {
        fclose(to);
        to = NULL;
    }
    return to;
}

static int open_file(struct put *put, const char *path, struct error *error)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");

    if (!file)
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    put->file = file;
    if (fseek(file, 0, SEEK_END) < 0 || ftell(file) < 0 || file == stdin) {
        rewind(file);
        put->file = copy(file);
        if (file != stdin)
            fclose(file);
        if (!put->file)
            return error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    }
    return 0;
}

/* A message travels with CR LF: a CR goes before each LF. How many octets
 * `ended` has then. */
static size_t end_lines(char ended[2 * IMAP_PUT_PIECE], const char *piece,
                        size_t length)
{
    size_t count = 0;

    for (size_t i = 0; i < length; i++) {
        if (piece[i] == '\n')
            ended[count++] = '\r';
        ended[count++] = piece[i];
    }
    return count;
}

/* One pass over the file; `say` NULL counts only. Where the first line ends in
 * LF alone it is a Unix text, and each LF of it means CR LF. Any other file is
 * sent as it is. */
static int pass(struct put *put, struct imap_client *say)
{
    char piece[IMAP_PUT_PIECE], ended[2 * IMAP_PUT_PIECE];
    size_t length;
    int result = 0;

    rewind(put->file);
    put->octets = 0;
    while (result == 0 &&
           (length = fread(piece, 1, sizeof(piece), put->file)) > 0) {
        const char *octets = piece;

        if (put->bare_lf) {
            length = end_lines(ended, piece, length);
            octets = ended;
        }
        put->octets += length;
        if (say)
            result = imap_say_octets(say, octets, length);
    }
    return result;
}

static bool first_line_is_bare(struct put *put)
{
    int c, before = EOF;

    rewind(put->file);
    while ((c = getc(put->file)) != EOF && c != '\n')
        before = c;
    return c == '\n' && before != '\r';
}

/* ---- the command -------------------------------------------------------- */

static int say(struct imap_client *client, const char *mailbox,
               const char *flags, struct put *put)
{
    uint64_t octets = put->octets;
    int result = imap_say_begin(client, RFC("3501", "6.3.11"), "APPEND");

    if (result == 0)
        result = imap_say_mailbox(client, mailbox);
    if (result == 0 && flags)
        result = imap_say_words(client, flags);
    if (result == 0)
        result = imap_say_literal(client, octets);
    if (result == 0)
        result = pass(put, client);
    if (result == 0 && put->octets != octets)
        return error_set(client->setup.error, ERROR_LOCAL,
                         "the file has changed while it was sent");
    return result < 0 ? result : imap_say_end(client);
}

int imap_put(struct imap_client *client, const char *mailbox, const char *path,
             const char *flags, const struct imap_listener *listener)
{
    struct error *error = client->setup.error;
    struct put put = {0};
    int result = open_file(&put, path, error);

    if (result < 0)
        return result;
    put.bare_lf = first_line_is_bare(&put);
    result = pass(&put, NULL);
    if (result == 0 && ferror(put.file))
        result = error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    if (result == 0)
        result = say(client, mailbox, flags, &put);
    if (result == 0)
        result = imap_client_finish(client, listener);
    if (put.file != stdin)
        fclose(put.file);
    return result;
}

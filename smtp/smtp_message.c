/* SPDX-License-Identifier: MIT */
/*
 * smtp_message: where the octets of a message come from. The contract is in
 * smtp_message.h.
 */
#include "smtp/smtp_message.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- a message that is there -------------------------------------------- */

/* A message is read twice, and a pipe can't be: what comes from one goes into a
 * file without a name first. */
static int spool(struct smtp_message *message, int from, const char *path,
                 struct error *error)
{
    char *piece = malloc(SMTP_PIECE);
    FILE *file = piece ? tmpfile() : NULL;
    ssize_t got = 0;

    while (file && (got = read(from, piece, SMTP_PIECE)) > 0)
        if (fwrite(piece, 1, (size_t)got, file) != (size_t)got)
            break;
    if (!file || got != 0 || fflush(file) != 0)
        error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    else
        message->fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
    if (file)
        fclose(file);
    free(piece);
    return message->fd < 0 ? -ERROR_LOCAL : 0;
}

/* What can be read at any place is taken as it is; what can't is spooled. */
static int take_file(struct smtp_message *message, int fd, const char *path,
                     struct error *error)
{
    struct stat facts;
    int result = 0;

    if (fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode))
        message->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    else if (S_ISDIR(facts.st_mode))
        result = error_set_errno(error, ERROR_LOCAL, EISDIR, "%s", path);
    else
        result = spool(message, fd, path, error);
    if (result == 0 && (message->fd < 0 || fstat(message->fd, &facts) < 0))
        result = error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    if (result == 0) {
        message->content.fd = message->fd;
        message->content.length = (uint64_t)facts.st_size;
    }
    return result;
}

int smtp_message_open(struct smtp_message *message, const char *path,
                      struct error *error)
{
    bool standard = strcmp(path, "-") == 0;
    int fd, result;

    memset(message, 0, sizeof(*message));
    message->fd = message->content.fd = -1;
    fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    result = take_file(message, fd, path, error);
    if (!standard)
        close(fd);
    return result;
}

void smtp_message_close(struct smtp_message *message)
{
    if (message->fd >= 0)
        close(message->fd);
    memset(message, 0, sizeof(*message));
    message->fd = message->content.fd = -1;
}

/* ---- a header ----------------------------------------------------------- */

/* The -H field of that name; NULL: there is none. */
static const char *given_field(const struct smtp_letter *letter,
                               const char *name)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < letter->fields->count; i++) {
        const char *field = letter->fields->values[i];

        if (strncasecmp(field, name, length) == 0 && field[length] == ':')
            return field;
    }
    return NULL;
}

/* One of our own fields, unless -H has it, or has it away. */
static void write_own(FILE *to, const struct smtp_letter *letter,
                      const char *name, const char *value)
{
    if (!given_field(letter, name))
        fprintf(to, "%s: %s\r\n", name, value);
}

static int write_given(FILE *to, const char *field, struct error *error)
{
    size_t name = strcspn(field, ":");
    const char *value = field + name + (field[name] == ':');
    char text[SMTP_FIELD_MAX];

    value += strspn(value, " \t");
    if (name == 0 || field[name] != ':' || strcspn(field, " \t") < name ||
        strpbrk(field, "\r\n"))
        return error_set(error, ERROR_USAGE,
                         "-H '%.40s': a field is 'Name: value', on one line",
                         field);
    if (*value == '\0')
        return 0;
    /* Structured fields have a grammar of their own; only plain text is coded
     * (RFC 2047 §5). */
    if (strncasecmp(field, "Subject:", 8) != 0)
        fprintf(to, "%s\r\n", field);
    else if (smtp_encoded_words(text, sizeof(text), value))
        fprintf(to, "%.*s: %s\r\n", (int)name, field, text);
    else
        return error_set(error, ERROR_USAGE, "the Subject is too long");
    return 0;
}

/* Random letters: for a Message-ID and a boundary that are nobody else's. */
static int write_unique(char text[33], struct error *error)
{
    unsigned char bytes[16];

    if (RAND_bytes(bytes, sizeof(bytes)) != 1)
        return error_set(error, ERROR_LOCAL, "no random numbers are to be had");
    for (size_t i = 0; i < sizeof(bytes); i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    return 0;
}

static void write_recipients(FILE *to, const struct smtp_letter *letter)
{
    if (given_field(letter, "To"))
        return;
    for (size_t i = 0; i < letter->recipients->count; i++)
        fprintf(to, "%s%s", i == 0 ? "To: " : ",\r\n    ",
                letter->recipients->values[i]);
    if (letter->recipients->count > 0)
        fputs("\r\n", to);
}

/* RFC 5322 §3.6: Date and From must be there, Message-ID should. */
static int write_header(FILE *to, const struct smtp_letter *letter,
                        const char *unique, struct error *error)
{
    const char *at = strrchr(letter->sender, '@');
    char date[SMTP_DATE_MAX], id[512];
    int result = 0;

    smtp_date_write(date, letter->now);
    snprintf(id, sizeof(id), "<%s@%s>", unique, at ? at + 1 : letter->host);
    write_own(to, letter, "Date", date);
    write_own(to, letter, "From",
              *letter->sender ? letter->sender : "MAILER-DAEMON");
    write_recipients(to, letter);
    write_own(to, letter, "Message-ID", id);
    for (size_t i = 0; i < letter->fields->count && result == 0; i++)
        result = write_given(to, letter->fields->values[i], error);
    return result;
}

/* ---- a body, and what goes along ---------------------------------------- */

/* -d TEXT, or -d @FILE. */
static int write_text(FILE *to, const char *text, struct error *error)
{
    FILE *file;
    char piece[4096];
    size_t got;

    if (!text || text[0] != '@') {
        fputs(text ? text : "", to);
        return 0;
    }
    if (!(file = fopen(text + 1, "re")))
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", text + 1);
    while ((got = fread(piece, 1, sizeof(piece), file)) > 0)
        fwrite(piece, 1, got, to);
    if (ferror(file))
        error_set_errno(error, ERROR_LOCAL, errno, "%s", text + 1);
    fclose(file);
    return error->class != ERROR_NONE ? -ERROR_LOCAL : 0;
}

/* RFC 2045 §6.8: lines of 76 letters, 57 bytes each. */
static int write_base64(FILE *to, const char *path, struct error *error)
{
    unsigned char bytes[57], line[80];
    FILE *file = fopen(path, "re");
    size_t got;

    if (!file)
        return error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    while ((got = fread(bytes, 1, sizeof(bytes), file)) > 0) {
        EVP_EncodeBlock(line, bytes, (int)got);
        fprintf(to, "%s\r\n", (char *)line);
    }
    if (ferror(file))
        error_set_errno(error, ERROR_LOCAL, errno, "%s", path);
    fclose(file);
    return error->class != ERROR_NONE ? -ERROR_LOCAL : 0;
}

/* The file's own name, in quotes: what would end them is left out. */
static void write_file_name(FILE *to, const char *path)
{
    const char *slash = strrchr(path, '/');

    fputc('"', to);
    for (const char *c = slash ? slash + 1 : path; *c != '\0'; c++)
        if ((unsigned char)*c >= ' ' && *c != '"' && *c != '\\' && *c != 127)
            fputc(*c, to);
    fputc('"', to);
}

/* With an attachment it is a multipart, whose boundary is as random as the
 * Message-ID; nothing else can be in the text by chance. */
static int write_body(FILE *to, const struct smtp_letter *letter,
                      const char *boundary, struct error *error)
{
    static const char plain[] = "Content-Type: text/plain; charset=utf-8\r\n"
                                "Content-Transfer-Encoding: 8bit\r\n\r\n";
    int result;

    write_own(to, letter, "MIME-Version", "1.0");
    if (!letter->attach) {
        fputs(given_field(letter, "Content-Type") ? "\r\n" : plain, to);
        return write_text(to, letter->text, error);
    }
    fprintf(to, "Content-Type: multipart/mixed; boundary=%s\r\n\r\n--%s\r\n%s",
            boundary, boundary, plain);
    if ((result = write_text(to, letter->text, error)) < 0)
        return result;
    fprintf(to,
            "\r\n--%s\r\nContent-Type: application/octet-stream\r\n"
            "Content-Transfer-Encoding: base64\r\n"
            "Content-Disposition: attachment; filename=",
            boundary);
    write_file_name(to, letter->attach);
    fputs("\r\n\r\n", to);
    if ((result = write_base64(to, letter->attach, error)) < 0)
        return result;
    fprintf(to, "--%s--\r\n", boundary);
    return 0;
}

int smtp_message_make(struct smtp_message *message,
                      const struct smtp_letter *letter, struct error *error)
{
    FILE *file = tmpfile();
    char unique[33];
    int result;

    memset(message, 0, sizeof(*message));
    message->fd = message->content.fd = -1;
    if (!file)
        return error_set_errno(error, ERROR_LOCAL, errno, "a temporary file");
    result = write_unique(unique, error);
    if (result == 0)
        result = write_header(file, letter, unique, error);
    if (result == 0)
        result = write_body(file, letter, unique, error);
    if (result == 0 && (fflush(file) != 0 || ferror(file)))
        result = error_set_errno(error, ERROR_LOCAL, errno, "a temporary file");
    if (result == 0)
        result = take_file(message, fileno(file), "a temporary file", error);
    fclose(file);
    return result;
}

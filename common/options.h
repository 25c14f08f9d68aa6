/* SPDX-License-Identifier: MIT */
/*
 * options: the command line that all programs share.
 *
 * A program lists its options in a table; what a user knows from curl holds.
 * Short options may be joined (-sv) and carry their value joined or apart;
 * long ones take "--name value" or "--name=value". "--" ends the options; a
 * lone "-" is an operand. An unknown option is an error that names the nearest
 * known one.
 *
 *     static struct client_options client;
 *     struct option_spec table[] = {
 *         {'X', "request", "METHOD", OPTION_TEXT, &method, "method to use"},
 *         CLIENT_OPTIONS(&client),
 *         OPTIONS_END};
 *     options_parse(table, &argc, argv, &error);   // operands stay in argv
 */
#ifndef COMMON_OPTIONS_H
#define COMMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "common/conn.h"
#include "common/error.h"
#include "common/tls.h"

enum option_kind {
    OPTION_FLAG,    /* bool *: set to true */
    OPTION_TEXT,    /* const char **: the last one given wins */
    OPTION_PAIR,    /* const char *[2]: two values, --get REMOTE LOCAL */
    OPTION_LIST,    /* struct option_list *: every one given, in order */
    OPTION_COUNT,   /* long *: a whole number, 0 or more */
    OPTION_SECONDS, /* int64_t *: seconds, with a fraction; kept in ms */
    OPTION_SECRET   /* const char **, NULL at first: copied, and wiped from
                     * argv; freed with options_secret_free */
};

#define OPTION_LIST_MAX 1024

struct option_list {
    const char *values[OPTION_LIST_MAX];
    size_t count;
};

struct option_spec {
    char letter;          /* 0: none */
    const char *name;     /* without the dashes */
    const char *argument; /* what stands for its value in the help; NULL */
    enum option_kind kind;
    void *target;
    const char *help; /* one line */
};

/* clang-format off */
#define OPTIONS_END {0, NULL, NULL, OPTION_FLAG, NULL, NULL}
/* clang-format on */

/* Reads argv by the table. On return argv[1] .. argv[*argc - 1] are the
 * operands, in order, and argv[*argc] is NULL. Values borrow from argv.
 * ERROR_USAGE: unknown option (the nearest is named), missing value, a number
 * that is none. */
int options_parse(const struct option_spec *table, int *argc, char **argv,
                  struct error *error);
/* The same for a program that runs a command: options end where the second
 * operand begins, since what follows belongs to that. */
int options_parse_command(const struct option_spec *table, int *argc,
                          char **argv, struct error *error);
/* Wipes and frees the value of an OPTION_SECRET; *secret is NULL after. */
void options_secret_free(const char **secret);
/* "Usage: PROGRAM synopsis", then a line an option. */
void options_help(FILE *to, const char *program, const char *synopsis,
                  const struct option_spec *table);
/* Of `count` words the one nearest to `word` in edit distance; NULL when none
 * is near enough to be meant. */
const char *options_nearest(const char *word, const char *const *words,
                            size_t count);

/* ---- verbs: "retr 3" ---------------------------------------------------- */

/* The first member of a row of a program's table of verbs. */
struct option_verb {
    const char *name;
    size_t least, most; /* arguments */
};
/* The row of the verb called `word`, among `count` of `size` bytes each; NULL,
 * with ERROR_USAGE: there is none (the nearest is named), or it does not take
 * so many arguments. */
const void *options_verb(const void *rows, size_t count, size_t size,
                         const char *word, size_t arguments,
                         struct error *error);

/* ---- what every client takes -------------------------------------------- */

struct client_options {
    bool verbose, help, insecure, insecure_auth, show_secrets;
    bool ipv4, ipv6, fail;
    const char *trace_file, *ca_file, *crl_file, *cert_file, *key_file;
    const char *dns_server, *user, *password_file;
    struct option_list resolve;
    int64_t connect_timeout_ms, max_time_ms; /* 0: not given */
};

/* Rows for the options of struct client_options. */
/* clang-format off */
#define CLIENT_OPTIONS(o)                                                      \
    {'v', "verbose", NULL, OPTION_FLAG, &(o)->verbose,                         \
     "show the conversation on standard error"},                               \
    {'h', "help", NULL, OPTION_FLAG, &(o)->help,                               \
     "show this help"},                                                        \
    {'4', "ipv4", NULL, OPTION_FLAG, &(o)->ipv4,                               \
     "IPv4 addresses only"},                                                   \
    {'6', "ipv6", NULL, OPTION_FLAG, &(o)->ipv6,                               \
     "IPv6 addresses only"},                                                   \
    {'k', "insecure", NULL, OPTION_FLAG, &(o)->insecure,                       \
     "go on when the certificate is not trusted"},                             \
    {'u', "user", "NAME[:PASSWORD]", OPTION_SECRET, &(o)->user,                \
     "log in as"},                                                             \
    {0, "password-file", "FILE", OPTION_TEXT, &(o)->password_file,             \
     "read the password from FILE"},                                           \
    {0, "insecure-auth", NULL, OPTION_FLAG, &(o)->insecure_auth,               \
     "allow credentials over clear text"},                                     \
    {0, "trace", "FILE", OPTION_TEXT, &(o)->trace_file,                        \
     "record the conversation as pcapng"},                                     \
    {0, "show-secrets", NULL, OPTION_FLAG, &(o)->show_secrets,                 \
     "do not mask passwords in the record"},                                   \
    {0, "cacert", "FILE", OPTION_TEXT, &(o)->ca_file,                          \
     "trust these authorities only (PEM)"},                                    \
    {0, "crlfile", "FILE", OPTION_TEXT, &(o)->crl_file,                        \
     "revoked certificates (PEM)"},                                            \
    {0, "cert", "FILE", OPTION_TEXT, &(o)->cert_file,                          \
     "our certificate (PEM)"},                                                 \
    {0, "key", "FILE", OPTION_TEXT, &(o)->key_file,                            \
     "its private key (PEM)"},                                                 \
    {0, "dns", "HOST[:PORT]", OPTION_TEXT, &(o)->dns_server,                   \
     "ask this name server"},                                                  \
    {0, "resolve", "HOST:PORT:ADDR", OPTION_LIST, &(o)->resolve,               \
     "use this address, ask nobody"},                                          \
    {0, "connect-timeout", "SECONDS", OPTION_SECONDS,                          \
     &(o)->connect_timeout_ms, "longest wait for a connection"},               \
    {0, "max-time", "SECONDS", OPTION_SECONDS, &(o)->max_time_ms,              \
     "longest time for the whole run"}
/* clang-format on */

/* What a client's conns stand on. client_stand_up opens it as the options ask;
 * client_stand_down frees it and finishes the trace, and is to be called when
 * client_stand_up failed too. */
struct client_stand {
    struct trace *trace;
    struct names *names;
    struct tls_context *tls;
    deadline_ns deadline;
};

int client_stand_up(struct client_stand *stand,
                    const struct client_options *options, struct error *error);
/* Returns `result`, or the error of closing the trace if result was 0. */
int client_stand_down(struct client_stand *stand, int result,
                      struct error *error);
/* Fills in what a conn_setup has from the options: error, trace, names, family,
 * deadline and connect_timeout_ms. The rest of it is left as it is. */
void client_setup(struct conn_setup *setup, const struct client_stand *stand,
                  const struct client_options *options, struct error *error);

/* ---- what every server takes -------------------------------------------- */

struct service;

/* What can't go straight into a struct service: see server_options_apply. */
struct server_options {
    bool help;
    struct option_list listen, listen_tls, certs, keys;
};

/* Rows for the options of struct server_options `o` and struct service `s`
 * (common/service.h). */
/* clang-format off */
#define SERVER_OPTIONS(o, s)                                                   \
    {0, "listen", "ADDR[:PORT]", OPTION_LIST, &(o)->listen,                    \
     "listen here (127.0.0.1 if not said); port 0 picks one"},                 \
    {0, "listen-tls", "ADDR[:PORT]", OPTION_LIST, &(o)->listen_tls,            \
     "the same, with TLS from the first byte"},                                \
    {0, "tls-cert", "FILE", OPTION_LIST, &(o)->certs,                          \
     "certificate and chain (PEM); may be repeated"},                          \
    {0, "tls-key", "FILE", OPTION_LIST, &(o)->keys,                            \
     "its private key (PEM), in the same order"},                              \
    {0, "accounts", "FILE", OPTION_TEXT, &(s)->accounts_file,                  \
     "who may log in: a line name:password each"},                             \
    {0, "max-connections", "N", OPTION_COUNT, &(s)->max_connections,           \
     "conversations at once; more wait"},                                      \
    {0, "trace", "FILE", OPTION_TEXT, &(s)->trace_file,                        \
     "record the conversations as pcapng"},                                    \
    {0, "show-secrets", NULL, OPTION_FLAG, &(s)->show_secrets,                 \
     "do not mask passwords in the record"},                                   \
    {'v', "verbose", NULL, OPTION_FLAG, &(s)->verbose,                         \
     "show the conversations on standard error"},                              \
    {'h', "help", NULL, OPTION_FLAG, &(o)->help,                               \
     "show this help"}
/* clang-format on */

/* Moves what the lists hold into the service. ERROR_USAGE: too many, or
 * certificates and keys that don't pair. */
int server_options_apply(const struct server_options *options,
                         struct service *service, struct error *error);

/* The main of a server, the same for all. Everything is borrowed. */
struct server_program {
    const char *name;     /* "pop3-server" */
    const char *synopsis; /* of the help: "--maildir DIR [options]" */
    const struct option_spec *table;
    const struct server_options *options;
    struct service *service;
    int (*set_up)(struct error *error); /* once the options are read */
    void (*tidy_up)(void);              /* in any case */
};
/* Reads the command line, helps or serves until a signal ends it, and says what
 * went wrong: the exit code. */
int server_main(const struct server_program *program, int argc, char **argv);

#endif

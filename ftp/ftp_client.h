/* SPDX-License-Identifier: MIT */
/*
 * ftp_client: one client's conversation, and what stands around it.
 *
 * ftp_client.c is the control connection and nothing else. Around it:
 * ftp_data.c makes the second connection, in either direction, ftp_transfer.c
 * moves a file over it and keeps the order of replies, ftp_list.c reads
 * listings, ftp_save.c decides where a file goes, ftp_work.c reads the
 * command line's URL, ftp_verbs.c does what it asks.
 *
 * Errors. A reply that says no is ERROR_REFUSED (ERROR_AUTH for a log-in), its
 * words are kept, and the connection is good for another command, unless the
 * code was 421. All other errors are those of conn.
 */
#ifndef FTP_FTP_CLIENT_H
#define FTP_FTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/conn.h"
#include "common/options.h"
#include "common/progress.h"
#include "common/url.h"
#include "ftp/ftp.h"

/* ---- one conversation (ftp_client.c) ------------------------------------ */

enum ftp_security {
    FTP_CLEAR,        /* in clear, whatever is offered */
    FTP_TLS_EXPLICIT, /* AUTH TLS, or nothing: RFC 4217 §4 */
    FTP_TLS_IMPLICIT  /* before the first byte (ftps) */
};

struct ftp_client {
    /* Set by the caller, borrowed. */
    struct conn_setup setup;
    struct tls_context *tls;
    enum ftp_security security;
    bool active;  /* the server connects to us: PORT, EPRT */
    bool no_epsv; /* PASV only; set by us, too, when EPSV is refused */
    bool no_eprt; /* PORT only; the same */
    /* Zero at first. */
    struct conn *conn;       /* NULL: none is open */
    char host[URL_HOST_MAX]; /* whom we connected to */
    bool protect;            /* PROT P: data connections speak TLS */
    char type;               /* 'A' or 'I', as said last; 0: none was */
    bool replied;            /* the transfer's final reply was heard */
    struct ftp_reply reply;  /* the last one heard */
};

/* Connects (with TLS first if it is implicit), hears the greeting, and secures
 * the connection as client->security asks. ERROR_INSECURE: TLS is asked for
 * and not to be had. */
int ftp_client_open(struct ftp_client *client, const char *host, uint16_t port);
/* USER and, if it is asked for, PASS. ERROR_AUTH: refused. */
int ftp_client_log_in(struct ftp_client *client, const char *user,
                      const char *password);
/* Says a command; `argument` NULL: it has none. */
#define ftp_client_say(client, rfc, verb, argument) \
    ftp_client_say_at((client), HERE, (rfc), (verb), (argument))
int ftp_client_say_at(struct ftp_client *client, struct where where,
                      struct rfc rfc, const char *verb, const char *argument);
/* Hears one whole reply, whatever it says; its code, or -class. */
#define ftp_client_hear(client) ftp_client_hear_at((client), HERE)
int ftp_client_hear_at(struct ftp_client *client, struct where where);
/* Both; ERROR_REFUSED when the reply is not of class `wanted` (2 or 3). */
#define ftp_client_ask(client, rfc, verb, argument, wanted) \
    ftp_client_ask_at((client), HERE, (rfc), (verb), (argument), (wanted))
int ftp_client_ask_at(struct ftp_client *client, struct where where,
                      struct rfc rfc, const char *verb, const char *argument,
                      int wanted);
/* Fills the error with the reply that was heard; returns -class. */
int ftp_client_refused(struct ftp_client *client, enum error_class class,
                       const char *what);
/* QUIT, if the conversation stands, and the connection is closed. */
void ftp_client_close(struct ftp_client *client);

/* ---- the second connection (ftp_data.c) --------------------------------- */

struct ftp_data {
    struct conn *conn; /* NULL: not open yet */
    int listener;      /* active mode, until the server has come; -1 */
};

/* Agrees with the server on a connection, and makes it if that is ours to do:
 * EPSV, PASV, EPRT or PORT. To be ended with ftp_data_close in any case. */
int ftp_data_prepare(struct ftp_client *client, struct ftp_data *data);
/* After the preliminary reply: accepts the server's connection (active mode),
 * starts TLS (PROT P). 1: the server has something to say on the control
 * connection instead of connecting. */
int ftp_data_open(struct ftp_client *client, struct ftp_data *data);
void ftp_data_close(struct ftp_data *data);

/* ---- moving (ftp_transfer.c) -------------------------------------------- */

struct ftp_transfer {
    const char *verb;     /* RETR, STOR, APPE, LIST, NLST, MLSD */
    const char *argument; /* NULL: none */
    struct rfc rfc;       /* of the verb */
    bool ascii;           /* TYPE A: line ends are converted */
    uint64_t offset;      /* REST; 0: from the beginning */
    uint64_t most;        /* bytes that may come; 0: any number */
    /* Download: takes each piece, ERROR_LOCAL ends the transfer. Upload: fills
     * `data` with at most `size` bytes; *length 0 is the end. */
    int (*take)(void *context, struct span piece);
    int (*give)(void *context, char *data, size_t size, size_t *length);
    void *context;
    uint64_t moved; /* out: bytes on the data connection */
};

/* TYPE A or TYPE I, unless it is the one that was said last. */
int ftp_transfer_type(struct ftp_client *client, bool ascii);
/* One transfer from TYPE to its final reply: RFC 959 §5.4, §6. When ours is
 * what fails, the transfer is aborted (ABOR), and the connection stays. */
int ftp_transfer_run(struct ftp_client *client, struct ftp_transfer *transfer);

/* ---- listings (ftp_list.c) ---------------------------------------------- */

enum ftp_list_style { FTP_LIST_UNIX, FTP_LIST_NAMES, FTP_LIST_FACTS };

/* Lists a directory ("" is where we are), one line of `columns` each. */
int ftp_list_print(struct ftp_client *client, enum ftp_list_style style,
                   const char *path, FILE *to);
/* The names in the working directory that match `pattern` (of a shell), each
 * one a file that may be written here: a name that would lead elsewhere is told
 * on standard error, and *unsafe counts it. The caller frees with
 * ftp_names_free. */
struct ftp_names {
    char **list;
    size_t count, bytes;
    size_t unsafe;
};
int ftp_list_match(struct ftp_client *client, const char *pattern,
                   struct ftp_names *names);
void ftp_names_free(struct ftp_names *names);
/* A name that stays in the folder it is put in: no '/', not "." or "..", no
 * control byte, not empty. */
bool ftp_name_is_safe(struct span name);

/* ---- what a command line asks (ftp_work.c) ------------------------------ */

struct ftp_options {
    bool active, ascii, tls, silent, disable_epsv, disable_eprt;
    const char *output, *resume, *upload;
    struct client_options client;
};

struct ftp_work {
    const struct ftp_options *options;
    struct client_stand stand;
    struct ftp_client client;
    struct url url;
    char path[FTP_PATH_MAX]; /* of the URL, decoded, without its first '/' */
    char type;               /* of its ";type=": 'a', 'i', 'd'; 0: none */
    struct error *error;
};

/* Connects and logs in. Free with ftp_work_end, after a failure too. */
int ftp_work_start(struct ftp_work **work, const struct ftp_options *options,
                   const char *url, struct error *error);
/* Cuts ";type=a", "i" or "d" off a URL's path, and returns the letter, in lower
 * case; 0: there is none. One that is part of a name is written ";type%3Da". */
char ftp_work_take_type(char *path);
/* Files go as text: the URL says so, or --ascii does and the URL is silent. */
bool ftp_work_is_text(const struct ftp_work *work);
/* The URL's path names a folder: it is empty, or ends in a slash. */
bool ftp_work_is_folder(const struct ftp_work *work);
/* `name` in the folder of the URL; one that begins with '/' stands alone. */
int ftp_work_join(const struct ftp_work *work, const char *name,
                  char path[FTP_PATH_MAX]);
/* Where a file is written: -o FILE, -o DIR/, or `base`, its own name, here. */
int ftp_work_local_name(const struct ftp_work *work, const char *base,
                        char local[FTP_LOCAL_MAX]);
const char *ftp_base_of(const char *path);

/* One command with its operands (ftp_verbs.c); NULL: what the URL asks for by
 * itself. The first error's class is returned, each is printed. */
int ftp_work_do(struct ftp_work *work, const char *command, char **operands,
                size_t count);
int ftp_work_end(struct ftp_work *work, int result);

/* How many bytes a file of the server's has (ftp_save.c). */
int ftp_size(struct ftp_work *work, const char *remote, uint64_t *size);
/* get, put and their like (ftp_save.c): `remote` is a path of the server's. */
int ftp_get(struct ftp_work *work, const char *remote, const char *local,
            bool server_chose);
int ftp_put(struct ftp_work *work, const char *local, const char *remote,
            bool append);

#endif

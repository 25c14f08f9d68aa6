/* SPDX-License-Identifier: MIT */
/*
 * ftp_server: the server's half of the conversation.
 *
 *     ftp_server.c           commands in, each handed to its act by a table
 *     ftp_server_log_in.c    USER, PASS, and what must come before
 *     ftp_server_tls.c       AUTH, PBSZ, PROT
 *     ftp_server_settings.c  TYPE, MODE, STRU, REST, OPTS, and what is told
 *     ftp_server_data.c      PASV, EPSV, PORT, EPRT; the connection they mean
 *     ftp_server_abort.c     what is said meanwhile: ABOR, STAT
 *     ftp_server_transfer.c  RETR, STOR, APPE, STOU, ABOR
 *     ftp_listing.c          LIST, NLST, MLSD, MLST, STAT of a path
 *     ftp_files.c            names: CWD, MKD, DELE, RNFR, SIZE and so on
 *     ftp_root.c             where they may lead: below the root, nowhere else
 *     ftp_upload.c           a file that has no name before it is whole
 *     ftp_format.c           a file as a line of LIST, or as facts
 *
 * An act answers by itself, so that each reply stands beside its reason and
 * the section that asks for it. It returns 0, or the negative class of what
 * broke the control connection.
 *
 * DEPARTURES. A transfer without PASV, EPSV, PORT or EPRT before it gets a 425:
 * nobody uses the default port of RFC 959 §3.2 any more. Session reuse, where
 * it is required, is reuse of any session that this server gave.
 */
#ifndef FTP_FTP_SERVER_H
#define FTP_FTP_SERVER_H

#include <limits.h>
#include <sys/stat.h>

#include "common/accounts.h"
#include "common/conn.h"
#include "ftp/ftp.h"

struct tls_context;

/* ---- below the root (ftp_root.c) ---------------------------------------- */

/* Paths here are the client's: "/" is the root, "/pub/a" is below it. They are
 * absolute, without "." and "..", and end in no slash but that of "/". */
struct ftp_root {
    int fd;     /* of the folder */
    bool walks; /* no openat2(2) here: part by part, and no link at all */
};

/* ERROR_LOCAL: it is no folder, or can't be opened. */
int ftp_root_open(struct ftp_root *root, const char *folder,
                  struct error *error);
void ftp_root_close(struct ftp_root *root);
/* Opens what the path names, if it lies below the root, whatever links stand
 * in the way. The descriptor, or -1 with errno. */
int ftp_root_get(const struct ftp_root *root, const char *path, int flags);
/* Opens the folder that holds it; *name is the last part, borrowed from path.
 * -1 with errno: EBUSY for the root itself. */
int ftp_root_parent(const struct ftp_root *root, const char *path,
                    const char **name);
/* What stands there, links followed. False with errno. */
bool ftp_root_stat(const struct ftp_root *root, const char *path,
                   struct stat *status);
/* `argument` seen from `directory`, as a path of the client's. False: it would
 * be longer than FTP_PATH_MAX. */
bool ftp_path_join(char path[FTP_PATH_MAX], const char *directory,
                   struct span argument);

/* ---- a file on its way in (ftp_upload.c) -------------------------------- */

struct ftp_upload {
    int folder, fd;          /* both owned */
    char name[NAME_MAX + 1]; /* that it will have */
    char part[NAME_MAX + 1]; /* that it has until then; "": none */
    mode_t mode;             /* of what stands there; 0: nothing does */
    uint64_t length;         /* bytes, those that were kept too */
};

/* Begins one with the first `keep` bytes of what stands under the name, or with
 * all of it when `keep` is UINT64_MAX. 0, or an errno: EISDIR, EINVAL when
 * there is less than `keep`, ENOSPC and so on. */
int ftp_upload_open(struct ftp_upload *upload, const struct ftp_root *root,
                    const char *path, uint64_t keep);
/* 0 or an errno. */
int ftp_upload_write(struct ftp_upload *upload, const void *data,
                     size_t length);
/* Gives it its name; 0 or an errno. In any case it is over after. */
int ftp_upload_commit(struct ftp_upload *upload);
void ftp_upload_abandon(struct ftp_upload *upload);

/* ---- a file in words (ftp_format.c) ------------------------------------- */

/* Facts of MLST, as bits; their order is that of ftp_fact_names. */
enum ftp_fact {
    FTP_FACT_TYPE = 1 << 0,
    FTP_FACT_SIZE = 1 << 1,
    FTP_FACT_MODIFY = 1 << 2,
    FTP_FACT_PERM = 1 << 3,
    FTP_FACT_UNIQUE = 1 << 4,
    FTP_FACT_UNIX_MODE = 1 << 5,
    FTP_FACTS_ALL = (1 << 6) - 1
};
extern const char *const ftp_fact_names[]; /* "type", ...; NULL ends */

/* A name and what stands under it. */
struct ftp_item {
    const char *name;
    const struct stat *status;
    const char *type; /* "cdir", "pdir"; NULL: as the status says */
    bool writable;    /* the session may change it */
};

/* Each fills `line` and returns its length, CR LF included; 0: the name holds
 * a CR, LF or another control byte, and can't be told in a line. */
size_t ftp_format_list(char line[FTP_LIST_LINE_MAX],
                       const struct ftp_item *item, time_t now);
size_t ftp_format_name(char line[FTP_LIST_LINE_MAX], const char *prefix,
                       const char *name);
size_t ftp_format_facts(char line[FTP_LIST_LINE_MAX],
                        const struct ftp_item *item, unsigned facts);

/* ---- the server --------------------------------------------------------- */

/* What one server serves. */
struct ftp_site {
    struct ftp_root root;
    struct accounts accounts;
    bool anonymous;    /* "anonymous" and "ftp" may read */
    bool read_only;    /* nobody may write */
    bool keep_partial; /* an upload that broke off leaves what has come */
    bool require_tls;  /* no log-in in clear */
    bool require_reuse;
    uint16_t passive_from, passive_to; /* ports; 0: the kernel picks */
    struct in_addr advertise;          /* in the 227; 0.0.0.0: our own */
    int64_t idle_ms, data_ms;          /* 0: the defaults */
    struct tls_context *const *tls;    /* of the service; *tls may be NULL */
};

/* NOTE(ftp-server-states): a command is allowed in some of them. */
enum ftp_server_state {
    FTP_SERVER_NEW,      /* nobody has logged in */
    FTP_SERVER_NAMED,    /* USER was said, PASS is waited for */
    FTP_SERVER_IN,       /* logged in */
    FTP_SERVER_RENAMING, /* RNFR was said, RNTO must be next */
    FTP_SERVER_STATES
};

enum ftp_data_way { FTP_DATA_NONE, FTP_DATA_PASSIVE, FTP_DATA_ACTIVE };

struct ftp_session {
    struct conn *control;
    struct error *error; /* of the control connection */
    const struct ftp_site *site;
    enum ftp_server_state state;
    bool over; /* the conversation has had its last reply */

    struct ftp_command command;   /* the one being served */
    char line[FTP_LINE_MAX + 2];  /* the bytes that it borrows */
    char user[FTP_USER_MAX];      /* as given in USER */
    bool anonymous;               /* logged in so */
    unsigned refusals;            /* of log-ins */
    char directory[FTP_PATH_MAX]; /* where the client stands */
    char renamed[FTP_PATH_MAX];   /* the argument of RNFR */

    bool ascii;       /* TYPE A: so it is at first (RFC 959 §5.1) */
    uint64_t restart; /* of REST; bytes as on the wire */
    unsigned facts;   /* that OPTS MLST has chosen */
    bool sized;       /* PBSZ was said */
    bool protect;     /* PROT P */

    enum ftp_data_way way;          /* of the next data connection */
    int listener;                   /* FTP_DATA_PASSIVE: owned; else -1 */
    struct sockaddr_storage target; /* FTP_DATA_ACTIVE: to be connected to */
    bool extended_only;             /* EPSV ALL was said (RFC 2428 §4) */

    const char *doing;   /* the transfer under way, or NULL */
    uint64_t passed;     /* bytes of it that have passed */
    bool aborted;        /* the client wants no more of it */
    struct error broken; /* of the data connection */
};

/* Holds one connection's conversation: the `serve` of struct service; `site`
 * is a struct ftp_site. */
int ftp_server_serve(struct conn *conn, void *site, struct error *error);

/* The one way to another state: it is traced. */
void ftp_server_enter(struct ftp_session *s, enum ftp_server_state state);
/* The verbs, for HELP: *at is 0 at first; NULL ends. */
const char *ftp_server_verb(size_t *at);
/* The argument as a path of the client's. False: answered with a 553. */
bool ftp_server_path(struct ftp_session *s, char path[FTP_PATH_MAX]);
/* The reply to what a file system would not do. */
int ftp_server_refuse_file(struct ftp_session *s, int reason);

/* ---- the data connection (ftp_server_data.c) ---------------------------- */

enum ftp_direction { FTP_OUT, FTP_IN };
/* Says 150 with these words, then opens what was prepared, TLS included. 0:
 * *data is the caller's, who ends it with ftp_server_data_close; or NULL when
 * there is none: answered with a 425 or a 5yz. */
int ftp_server_data_open(struct ftp_session *s, struct conn **data,
                         enum ftp_direction direction, const char *opening);
/* Forgets what was prepared. */
void ftp_server_data_forget(struct ftp_session *s);
/* Ends it: closes, and says 226 with these words, or why not. `result` is 0, or
 * what its conn returned; `reason` an errno of a file, or 0. */
int ftp_server_data_close(struct ftp_session *s, struct conn *data, int result,
                          int reason, const char *done);

/* ---- while a file goes (ftp_server_abort.c) ------------------------------ */

/* True when the client has said ABOR, or has gone: asked between two pieces,
 * and, as a conn_watch, whenever the data connection makes us wait. `session`
 * is a struct ftp_session. */
bool ftp_server_aborted(void *session);

/* ---- the acts, by file -------------------------------------------------- */

typedef int ftp_act(struct ftp_session *s);

ftp_act ftp_act_user, ftp_act_pass, ftp_act_quit;
ftp_act ftp_act_auth, ftp_act_pbsz, ftp_act_prot;
ftp_act ftp_act_type, ftp_act_mode, ftp_act_stru, ftp_act_rest, ftp_act_allo;
ftp_act ftp_act_feat, ftp_act_opts, ftp_act_help, ftp_act_stat, ftp_act_syst,
    ftp_act_site, ftp_act_noop;
ftp_act ftp_act_pasv, ftp_act_epsv, ftp_act_port, ftp_act_eprt;
ftp_act ftp_act_retr, ftp_act_stor, ftp_act_appe, ftp_act_stou, ftp_act_abor;
ftp_act ftp_act_list, ftp_act_nlst, ftp_act_mlsd, ftp_act_mlst;
ftp_act ftp_listing_status; /* STAT of a path */
ftp_act ftp_act_cwd, ftp_act_cdup, ftp_act_pwd, ftp_act_mkd, ftp_act_rmd,
    ftp_act_dele, ftp_act_rnfr, ftp_act_rnto, ftp_act_size, ftp_act_mdtm;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * ftp: the File Transfer Protocol, both halves.
 *
 * RFC 959: log-in, passive and active data connections, types A and I, file
 * structure, stream mode, and the reply sequences of §5.4 and §6. RFC 1123
 * §4.1, RFC 2389 (FEAT, OPTS), RFC 2428 (EPRT, EPSV), RFC 3659 (MDTM, SIZE,
 * REST STREAM, MLST, MLSD), RFC 4217 with RFC 2228 (AUTH TLS, PBSZ, PROT), RFC
 * 2577 (what a server must not be talked into), RFC 2640 (UTF-8).
 *
 *     struct ftp_client client = {...};              // see ftp_client.h
 *     ftp_client_open(&client, "ftp.example.test", 21);    // greeting too
 *     ftp_client_log_in(&client, "alice", password);
 *     ftp_transfer_get(&client, &job);               // TYPE, EPSV, RETR, 226
 *     ftp_client_close(&client);                     // QUIT
 *
 * The parsers do no I/O, and peers' bytes stay where they came: what a struct
 * here calls a span borrows from the bytes that were read.
 *
 * In the trace, the control connection has the stream "control". The data
 * connection is a conn of its own, with its own number and addresses, the
 * stream "data" and the clear-text port 20; what goes over it is one message,
 * called after the command it belongs to: "RETR data".
 *
 * DEPARTURES. Deliberately no block or compressed mode, no record or page
 * structure, no EBCDIC, no third-party transfers (RFC 2577 §3): nobody has
 * them on, or nobody should. No ACCT, SMNT, REIN.
 */
#ifndef FTP_FTP_H
#define FTP_FTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

#include "common/error.h"
#include "common/terms.h"
#include "common/text.h"
#include "ftp/ftp_limits.h"

#define FTP_PORT 21      /* control */
#define FTP_DATA_PORT 20 /* the server's own, in active mode: RFC 959 §5.2 */
#define FTP_TLS_PORT 990 /* control, TLS from the first byte */

/* Commands, replies and ideas; a NULL name ends (terms.c). */
extern const struct term ftp_terms[];

/* ---- commands (ftp_command.c) ------------------------------------------- */

/* One line of the control connection, as a server reads it. */
struct ftp_command {
    char
        verb[FTP_VERB_MAX]; /* in upper case: RFC 959 §5.3, any case may come */
    struct span argument;   /* all behind the first space; data NULL: none */
};

/* Reads a line without its CR LF. Telnet commands in front (IAC IP, IAC DM:
 * RFC 959 §4.1.3 puts them before ABOR) are stepped over. ERROR_PROTOCOL: no
 * verb, or one too long: a 500. A path may hold any byte but CR and LF; NUL is
 * refused as well, for no file system of ours could store it. */
int ftp_command_read(struct ftp_command *command, struct span line,
                     struct error *error);

/* ---- replies (ftp_parse.c) ---------------------------------------------- */

/* A reply of one line or of many (RFC 959 §4.2), read from a stream. */
struct ftp_reply {
    int code;                  /* 100 to 599, or 6yz: RFC 2228 §5 */
    char bytes[FTP_REPLY_MAX]; /* all of it, CR LF too */
    size_t length;
    size_t last;       /* where the last line begins */
    size_t line_start; /* where the line being read begins */
    bool multiple;     /* the first line had a hyphen */
};

void ftp_reply_start(struct ftp_reply *reply);
/* Reads on in `input`; *used is how much of it belongs to the reply. Feed only
 * what was not used before. PARSE_BROKEN: *error is ERROR_PROTOCOL with the
 * rule. */
enum parse ftp_reply_read(struct ftp_reply *reply, struct span input,
                          size_t *used, struct error *error);
/* The words of the last line, without code and CR LF. */
struct span ftp_reply_words(const struct ftp_reply *reply);
/* The lines one after the other, without CR LF: *at is 0 at first; false at the
 * end. The first and the last begin with the code, the others need not. */
bool ftp_reply_line(const struct ftp_reply *reply, size_t *at,
                    struct span *line);
/* 1 preliminary, 2 completion, 3 intermediate, 4 transient, 5 permanent. */
int ftp_reply_class(const struct ftp_reply *reply);

/* ---- where the data connection leads (ftp_address.c) -------------------- */

/* The words of a 227: six numbers wherever they stand, parentheses or not (RFC
 * 1123 §4.1.2.6). *address is an IPv4 one. ERROR_PROTOCOL: none, a number above
 * 255, or port 0. */
int ftp_pasv_read(struct sockaddr_storage *address, struct span words,
                  struct error *error);
/* The words of a 229: "(|||6446|)". Its delimiter is any printable character
 * (RFC 2428 §3). */
int ftp_epsv_read(uint16_t *port, struct span words, struct error *error);
/* The argument of PORT: "h1,h2,h3,h4,p1,p2", all of it. */
int ftp_port_read(struct sockaddr_storage *address, struct span argument,
                  struct error *error);
/* The argument of EPRT: "|1|132.235.1.2|6275|" or "|2|1080::8|5282|" (RFC 2428
 * §2). ERROR_REFUSED: a network protocol that is neither: a 522. */
int ftp_eprt_read(struct sockaddr_storage *address, struct span argument,
                  struct error *error);
/* The same, written: the argument of PORT or the inside of a 227; of EPRT; the
 * inside of a 229. */
void ftp_port_write(char text[FTP_ADDRESS_MAX],
                    const struct sockaddr_storage *address);
void ftp_eprt_write(char text[FTP_ADDRESS_MAX],
                    const struct sockaddr_storage *address);
void ftp_epsv_write(char text[FTP_ADDRESS_MAX], uint16_t port);

/* ---- names, sizes, times (ftp_entry.c, ftp_facts.c) --------------------- */

enum ftp_kind {
    FTP_KIND_UNKNOWN,
    FTP_KIND_FILE,
    FTP_KIND_DIRECTORY,
    FTP_KIND_LINK,
    FTP_KIND_OTHER,  /* a device, a socket, OS.something */
    FTP_KIND_THIS,   /* type=cdir: the directory that is listed */
    FTP_KIND_PARENT, /* type=pdir */
    FTP_KINDS
};

/* One line of a listing, whichever way it was spelt. */
struct ftp_entry {
    enum ftp_kind kind;
    struct span name;   /* never empty; what is in it is the server's affair */
    struct span target; /* of a link in a Unix listing; data NULL: not told */
    bool has_size, has_time;
    bool local_time; /* `modified` was read as UTC, but is the server's own
                        time: RFC 959 names no format, and no zone */
    bool day_only;   /* LIST told no time of day */
    uint64_t size;   /* bytes */
    time_t modified;
    struct span permissions;  /* "rw-r--r--", or the perm fact's "adfr" */
    struct span owner, group; /* of a Unix listing; data NULL: not told */
};

enum ftp_line {
    FTP_LINE_ENTRY,  /* *entry is filled */
    FTP_LINE_NONE,   /* no entry: "total 12", an empty line */
    FTP_LINE_STRANGE /* no style that we know */
};

/* A line of MLSD, or of MLST without the space in front (RFC 3659 §7.2). */
enum ftp_line ftp_entry_read_facts(struct ftp_entry *entry, struct span line);
/* A line of LIST: as Unix's ls -l has it, or as DOS's dir. `now` tells the year
 * of a date without one. */
enum ftp_line ftp_entry_read_list(struct ftp_entry *entry, struct span line,
                                  time_t now);
/* "file", "directory", "link" and so on; never NULL. */
const char *ftp_kind_name(enum ftp_kind kind);

/* "YYYYMMDDHHMMSS", in UTC (RFC 3659 §2.3); a fraction is read and left. */
bool ftp_time_read(struct span text, time_t *when);
void ftp_time_write(char text[FTP_TIME_MAX], time_t when);

/* ---- type A (ftp_ascii.c) ----------------------------------------------- */

/* Line ends on their way: CR LF on the wire (RFC 959 §3.1.1.1), LF in a file.
 * Zero at first; a CR and its LF may come in two pieces. */
struct ftp_ascii {
    bool cr; /* the last byte was a CR; incoming, it is held back */
};

/* For the wire: a LF that has no CR gets one. `out` has room for twice the
 * length of `in`; returns the bytes in it. */
size_t ftp_ascii_to_wire(struct ftp_ascii *ascii, struct span in, char *out);
/* From the wire: CR LF becomes LF, a CR without LF stays. `out` has room for
 * one byte more than `in`. */
size_t ftp_ascii_from_wire(struct ftp_ascii *ascii, struct span in, char *out);
/* The end: a CR that was held back, if there is one (0 or 1 bytes). */
size_t ftp_ascii_end(struct ftp_ascii *ascii, char *out);

#endif

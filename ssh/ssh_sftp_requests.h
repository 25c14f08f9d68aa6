/* SPDX-License-Identifier: MIT */
/*
 * ssh_sftp_requests: what the two halves of the SFTP server share: packets
 * (ssh_sftp_server.c) and what each request does (ssh_sftp_requests.c). The
 * names of types, codes and flags are the draft's.
 */
#ifndef SSH_SSH_SFTP_REQUESTS_H
#define SSH_SSH_SFTP_REQUESTS_H

#include <dirent.h>
#include <sys/stat.h>

#include "ssh/ssh_server.h"
#include "ssh/ssh_sftp_files.h"

#define SSH_SFTP_PATH_MAX 4096 /* bytes, NUL included */

/* Types of packets: the draft, section 3. */
enum {
    SSH_FXP_INIT = 1,
    SSH_FXP_VERSION = 2,
    SSH_FXP_OPEN = 3,
    SSH_FXP_CLOSE = 4,
    SSH_FXP_READ = 5,
    SSH_FXP_WRITE = 6,
    SSH_FXP_LSTAT = 7,
    SSH_FXP_FSTAT = 8,
    SSH_FXP_SETSTAT = 9,
    SSH_FXP_FSETSTAT = 10,
    SSH_FXP_OPENDIR = 11,
    SSH_FXP_READDIR = 12,
    SSH_FXP_REMOVE = 13,
    SSH_FXP_MKDIR = 14,
    SSH_FXP_RMDIR = 15,
    SSH_FXP_REALPATH = 16,
    SSH_FXP_STAT = 17,
    SSH_FXP_RENAME = 18,
    SSH_FXP_STATUS = 101,
    SSH_FXP_HANDLE = 102,
    SSH_FXP_DATA = 103,
    SSH_FXP_NAME = 104,
    SSH_FXP_ATTRS = 105,
    SSH_FXP_EXTENDED = 200
};

/* Codes of STATUS: section 7. */
enum {
    SSH_SFTP_OK,
    SSH_SFTP_EOF,
    SSH_SFTP_NO_SUCH_FILE,
    SSH_SFTP_PERMISSION_DENIED,
    SSH_SFTP_FAILURE,
    SSH_SFTP_BAD_MESSAGE,
    SSH_SFTP_UNSUPPORTED = 8
};

/* What attributes have: section 5. */
enum {
    SSH_SFTP_HAS_SIZE = 1,
    SSH_SFTP_HAS_OWNER = 2,
    SSH_SFTP_HAS_MODE = 4,
    SSH_SFTP_HAS_TIMES = 8
};

struct ssh_sftp_attributes {
    uint32_t flags, mode, atime, mtime; /* times in seconds since 1970 */
    uint64_t size;
};

/* An open file or folder; neither: a free place. Its number is its handle. */
struct ssh_sftp_handle {
    bool used;
    int fd;      /* of a file */
    DIR *folder; /* NULL: it is a file */
};

struct ssh_sftp {
    int root;     /* borrowed: the folder that is served */
    bool greeted; /* INIT was answered */
    uint32_t id;  /* of the request being answered */
    char in[SSH_SFTP_PACKET_MAX + 4];
    size_t in_length;
    char out[SSH_SFTP_ANSWER_MAX]; /* the answer; out_length 0: none */
    size_t out_length;
    char told[512]; /* what the request was about, for its event */
    struct ssh_sftp_handle handles[SSH_SFTP_HANDLES_MAX];
};

/* What an act returns when it has made its own answer; else 0 or -errno, which
 * becomes a STATUS. */
#define SSH_SFTP_ANSWERED 1

struct ssh_sftp_request {
    unsigned type;
    const char *name; /* "SFTP OPEN" */
    int (*act)(struct ssh_sftp *sftp, struct span packet);
};

const struct ssh_sftp_request *ssh_sftp_request_find(unsigned type);
void ssh_sftp_handle_close(struct ssh_sftp_handle *handle);

/* ---- what answers are made of (ssh_sftp_server.c) ------------------------ */

void ssh_sftp_answer(struct ssh_sftp *sftp, unsigned type);
void ssh_sftp_status(struct ssh_sftp *sftp, int result);
void ssh_sftp_put_byte(struct ssh_sftp *sftp, unsigned value);
void ssh_sftp_put_u32(struct ssh_sftp *sftp, uint64_t value);
void ssh_sftp_put_u64(struct ssh_sftp *sftp, uint64_t value);
void ssh_sftp_put_string(struct ssh_sftp *sftp, struct span bytes);
void ssh_sftp_put_attributes(struct ssh_sftp *sftp, const struct stat *status);

/* False: the packet is shorter than it says. */
bool ssh_sftp_take_u64(struct span *from, uint64_t *value);
bool ssh_sftp_take_path(struct span *from, char path[SSH_SFTP_PATH_MAX]);
bool ssh_sftp_take_attributes(struct span *from,
                              struct ssh_sftp_attributes *attributes);

#endif

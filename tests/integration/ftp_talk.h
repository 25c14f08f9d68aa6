/* SPDX-License-Identifier: MIT */
/*
 * ftp_talk: ftp-server over a small root, and a control connection to it, a
 * command at a time, so that commands which no client would send can be sent.
 */
#ifndef TESTS_INTEGRATION_FTP_TALK_H
#define TESTS_INTEGRATION_FTP_TALK_H

#include "tests/harness.h"

extern uint16_t ftp_port;         /* of the server that runs */
extern uint16_t ftp_tls_port;     /* of its --listen-tls, if it has one */
extern int ftp_control;           /* the control connection; -1: none */
extern char ftp_reply[1 << 17];   /* the last reply, all of its lines */
extern char ftp_data_text[65536]; /* what ftp_data_read has read */

/* The server with these options more (NULL ends; may be NULL): root/ has text
 * ("one\ntwo\n"), ten ("0123456789"), sub/inner; accounts ada:secret. */
void ftp_start(const char *const *more);
void ftp_stop(void);

/* Connects and hears the greeting; its code. */
int ftp_connect(void);
/* The same, and logs in as ada. */
void ftp_enter(void);
void ftp_leave(void);
/* Says the line and hears a reply: its code, or -1 when there is none. */
int ftp_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Says bytes as they are, and hears nothing. */
void ftp_send(const char *bytes, size_t length);
int ftp_hear(void);
/* The last reply has this text. */
bool ftp_told(const char *text);

/* EPSV, and a connection to where that says. */
int ftp_passive(void);
/* A listener of ours for active mode, whose port is *port. */
int ftp_listen(uint16_t *port);
/* All that comes until the end, in ftp_data_text; closes. */
const char *ftp_data_read(int fd);
/* EPSV, the command, its data in ftp_data_text; the final code. */
int ftp_fetch(const char *command);
/* EPSV, the command, these data; the final code. */
int ftp_put(const char *command, const char *data, size_t length);

/* The file below the root holds that. */
bool ftp_holds(const char *name, const char *want);

#endif

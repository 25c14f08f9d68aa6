/* SPDX-License-Identifier: MIT */
/*
 * telnet_server: the half with the machine behind it; here it is the made-up
 * one of common/lab_shell.h. It asks for name and password, then reads lines
 * and runs them, until `exit`.
 */
#ifndef TELNET_TELNET_SERVER_H
#define TELNET_TELNET_SERVER_H

#include <stdbool.h>

#include "common/accounts.h"
#include "common/conn.h"
#include "common/lab_shell.h"
#include "telnet/telnet_editor.h"
#include "telnet/telnet_talk.h"

/* What one server serves. */
struct telnet_site {
    struct accounts accounts; /* who may log in */
    const char *name;         /* of the host, in prompts */
    bool naive; /* answers options as if each were news: with a client that
                   does the same, a loop without end (RFC 1143 §1) */
};

enum telnet_state {
    TELNET_STATE_NAME,     /* "login: " was asked */
    TELNET_STATE_PASSWORD, /* "Password: " was asked, nothing is echoed */
    TELNET_STATE_SHELL,    /* lines are commands */
    TELNET_STATE_INPUT,    /* a command reads what is typed */
    TELNET_STATE_LEAVING,  /* the session is over */
    TELNET_STATES
};

struct telnet_visit {
    struct telnet_talk talk;
    const struct telnet_site *site;
    enum telnet_state state;
    char user[LAB_SHELL_NAME_MAX];
    unsigned attempts; /* log-ins that came to nothing */
    struct telnet_editor editor;
    struct lab_shell shell;
    char keys[2 * TELNET_DATA_MAX]; /* typed, and not looked at yet: a command
                                       is still writing */
    size_t key_first, key_end;      /* the keys that are left */
    bool running;                   /* a command is writing */
    char echo[TELNET_LINE_MAX];     /* to be sent back, gathered */
    size_t echo_length;
};

/* Holds one connection's conversation: the `serve` of struct service; `site`
 * is a struct telnet_site. */
int telnet_server_serve(struct conn *conn, void *site, struct error *error);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * name_server: a name server for tests, which tells the truth, forges, delays,
 * truncates, or says nothing, as each test asks for. Its zone, "test.", stands
 * in name_server.c.
 */
#ifndef TESTS_UNIT_NAME_SERVER_H
#define TESTS_UNIT_NAME_SERVER_H

#include <stddef.h>
#include <sys/types.h>

enum name_server_manner {
    HONEST,
    CHASING,   /* puts the whole chain of aliases into one answer */
    FORGES_ID, /* these five send a lie first, then the truth */
    FORGES_NAME,
    FORGES_TYPE,
    FORGES_CLASS,
    SENDS_QUERY,
    SENDS_NOISE,
    FOREIGN_OWNER, /* the record is of a name that nobody asked for */
    FOREIGN_CLASS, /* ... or of class CH */
    DROPS_FIRST,   /* the first datagram is lost */
    SILENT,
    NO_AAAA,    /* questions of type AAAA are not answered */
    TRUNCATES,  /* over UDP nothing but TC */
    TCP_CLOSES, /* truncates, and closes the connection */
    TCP_FORGES, /* truncates, and forges the id over TCP */
    FAILS       /* SERVFAIL */
};

/* Starts it on 127.0.0.1, UDP and TCP at one port of the kernel's choice;
 * `address` gets "127.0.0.1:PORT". Who starts it ends it with SIGKILL. */
pid_t name_server_start(enum name_server_manner manner, char *address,
                        size_t size);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * limits: every limit of the house, with its unit, the RFC's word on it, and
 * why ours is what it is. A file that needs a new one adds it here, under its
 * own heading; a protocol has its own in its folder (http/http_limits.h).
 */
#ifndef COMMON_LIMITS_H
#define COMMON_LIMITS_H

/* ---- conn --------------------------------------------------------------- */

/* Bytes of input that may wait untaken: no parser of the house needs more at
 * once. */
#define CONN_INPUT_MAX (256 * 1024)
/* Bytes asked of one recv(2). Larger pieces fall out of the processor's cache
 * before they are used, smaller ones cost more system calls; of 16 to 256 KiB
 * this was the fastest. */
#define CONN_RECEIVE_MAX (64 * 1024)
/* Bytes of output gathered before they are sent. */
#define CONN_OUTPUT_MAX (64 * 1024)
/* Milliseconds that all addresses of a name together may take to connect. */
#define CONN_CONNECT_TIMEOUT_MS 30000
/* Milliseconds of silence of the peer that we bear. RFC 5321 §4.5.3.2 asks for
 * 5 minutes; a student in front of a terminal gives up sooner, so protocols
 * that need more say so. */
#define CONN_IDLE_TIMEOUT_MS 60000
/* Milliseconds between two attempts to connect (RFC 8305 §5 recommends 250). */
#define CONN_ATTEMPT_DELAY_MS 250
/* Bytes of an event's name, the final NUL included: longer ones are cut. */
#define CONN_NAME_MAX 64
/* Bytes of one line that conn_say formats: an HTTP request line (RFC 9112 §3
 * asks for 8000 at least) and some to spare. */
#define CONN_LINE_MAX (16 * 1024)
/* Bytes of a note's text. */
#define CONN_NOTE_MAX 1024
/* Connections that may wait at a listener that waits for one: strangers among
 * them are sent away. */
#define CONN_LISTEN_QUEUE 4
/* Milliseconds for the parting words of a connection that is being closed. */
#define CONN_CLOSE_MS 1000
/* Milliseconds and bytes that are read on after a last word that a peer must
 * not lose to a reset. */
#define CONN_LINGER_MS 2000
#define CONN_LINGER_MAX (64 * 1024 * 1024)

/* Bytes of TLS records gathered before one send(2), and taken by one recv(2):
 * four of the largest (RFC 8446 §5.2), header and tag included. */
#define CONN_TLS_BUFFER (4 * CONN_TLS_RECORD_MAX)
/* Bytes of one TLS record: header, 2^14 of plain text, 256 of expansion. */
#define CONN_TLS_RECORD_MAX (5 + 16384 + 256)
/* Records whose plain bytes wait untaken and whose place in the stream is
 * remembered one by one; past that neighbours share a wider place. */
#define CONN_TLS_PLACES_MAX 256
/* Server names whose last session a client context remembers. */
#define TLS_SESSIONS_MAX 16

/* ---- names -------------------------------------------------------------- */

/* Milliseconds before a query over UDP is sent again, and how often. */
#define NAMES_RETRY_MS 1000
#define NAMES_TRIES 3
/* Bytes of a numeric address as text, NUL included: 46 and "%interface". */
#define NAMES_NUMBER_MAX 80
/* Questions asked at the same time: A and AAAA. */
#define NAMES_QUESTIONS_MAX 2
/* Bytes of a message over TCP with the length before it: two bytes of length
 * can say no more (RFC 1035 §4.2.2). */
#define NAMES_MESSAGE_MAX (2 + 65535)
/* Bytes of a datagram. RFC 1035 §4.2.1 allows 512; who sends more is heard. */
#define NAMES_DATAGRAM_MAX 4096
/* Where name servers listen (RFC 1035 §4.2). */
#define NAMES_DNS_PORT 53

/* ---- options ------------------------------------------------------------ */

/* Bytes of an option's name in an error message and in the help. */
#define OPTION_NAME_MAX 64
/* Rows of a table of options that are compared when one is misspelt. */
#define OPTION_ROWS_MAX 128
/* The largest number an option takes: as seconds it is 31 years, and its
 * milliseconds and nanoseconds still fit in 64 bits. */
#define OPTION_NUMBER_MAX 1000000000

/* ---- output ------------------------------------------------------------- */

/* Bytes of the target's name in the temporary one; a name may have 255. */
#define OUTPUT_NAME_MAX 200
/* Bytes copied at once where the kernel does not copy for us. */
#define OUTPUT_BLOCK (32 * 1024)

/* Bytes of a fetched message gathered before they are written. */
#define SAVE_BUFFER (64 * 1024)

/* ---- trace -------------------------------------------------------------- */

/* Bytes of one comment (a name, a note), its NUL included. pcapng could hold
 * 65535; what is longer than this is no comment any more. */
#define TRACE_COMMENT_MAX 8192
/* Bytes of a line of TLS key log: label, client random and secret of at most
 * 64 bytes, in hexadecimal, with room to spare. */
#define TRACE_KEYLOG_LINE_MAX 512
/* Ties of an event to a frame in one trace. An honest one has two or three a
 * frame; one made to tie all to all would eat the memory. */
#define TRACE_LINKS_MAX (16u << 20)
/* Lines of one message that -v shows before it sums up, and bytes of one. */
#define TRACE_LIVE_LINES 100
#define TRACE_LIVE_LINE_MAX 1024

/* ---- service ------------------------------------------------------------ */

/* Connections at once: a class of 300 with some to spare. */
#define SERVICE_CONNECTIONS_MAX 512
/* Milliseconds that conversations get to end after SIGTERM. */
#define SERVICE_STOP_MS 500
/* Milliseconds to wait when we are out of descriptors or memory. */
#define SERVICE_RETRY_MS 100

/* ---- accounts ----------------------------------------------------------- */

/* Bytes of a line "name:password". */
#define ACCOUNTS_LINE_MAX 1024

/* ---- the shell of the labs ---------------------------------------------- */

/* Bytes of one line that is typed, NUL included, and words of it. */
#define LAB_SHELL_LINE_MAX 1024
#define LAB_SHELL_WORDS_MAX 64
/* Bytes of output that one call hands out: a command with more goes on. */
#define LAB_SHELL_OUT_MAX 8192
#define LAB_SHELL_ERR_MAX 2048
/* Bytes of a user's or host's name, and of a path; NUL included. */
#define LAB_SHELL_NAME_MAX 64
#define LAB_SHELL_PATH_MAX 256

/* ---- sasl --------------------------------------------------------------- */

/* Rounds of SCRAM's hash. RFC 7677 §4 asks for 4096 at least: a client takes no
 * fewer, or a false server could have a hash that is quickly guessed from; and
 * no more than a second's work, or it could keep us busy. A server that stored
 * the keys would take more than the least; ours hashes at each log-in. */
#define SASL_ROUNDS_MIN 4096
#define SASL_ROUNDS_MAX 1000000
#define SASL_ROUNDS 4096

/* ---- maildir ------------------------------------------------------------ */

/* Lines about messages long gone, in the list of UIDs, that are let be: fewer
 * are not worth writing it anew. */
#define MAILDIR_DEAD_MIN 256
/* Octets of a message's file read at once where its lines must be counted. */
#define MAILDIR_BLOCK (32 * 1024)
/* Seconds after which a file in tmp/ is that of a delivery that died: the 36
 * hours of Maildir's own description. */
#define MAILDIR_TMP_SECONDS (36 * 3600)
/* Octets of names kept together: a hundred of them, or two hundred. */
#define MAILDIR_PIECE (16 * 1024)
/* Octets of a keyword's name, its NUL included. */
#define MAILDIR_KEYWORD_MAX 128

/* ---- views of a trace --------------------------------------------------- */

/* Bytes of each direction of a conversation that are put together again: what
 * `trace notebook` quotes stands at the beginning. */
#define FLOW_STREAM_MAX (1024 * 1024)
/* Messages of one conversation that the notebook describes, and bytes of a
 * body that it quotes. */
#define NOTEBOOK_MESSAGES_MAX 50
#define NOTEBOOK_QUOTE_MAX 240
/* Messages of each side that `trace compare` pairs at once: its table has so
 * many squared sums of 4 bytes. */
#define COMPARE_WINDOW 512
/* Lines of a plot, each with a stroke of its own, and points of a line. */
#define PLOT_LINES_MAX 4
#define PLOT_POINTS_MAX 64

/* ---- world -------------------------------------------------------------- */

/* Hosts in one world: the table has nine, a lab may want some of its own. */
#define WORLD_HOSTS_MAX 24
/* Programs that a lab starts and leaves running. */
#define WORLD_PROGRAMS_MAX 64
/* Records to be merged: one a command, and labs run some hundred. */
#define WORLD_RECORDS_MAX 1024
/* Certificates that one world issues. */
#define WORLD_ISSUED_MAX 64
/* Bytes of a path below the world's own folder. */
#define WORLD_PATH_MAX 256
/* Words of a command line that a lab runs. */
#define WORLD_ARGUMENTS_MAX 128
/* Bytes of output of a command that are kept. */
#define WORLD_OUTPUT_MAX (64u << 20)
/* Milliseconds until a server must have said that it is ready. */
#define WORLD_READY_MS 10000
/* Milliseconds that servers get to end when the world does. */
#define WORLD_STOP_MS 2000
/* Microseconds of a round trip when nobody says otherwise: felt by a person,
 * yet a lab of fifty round trips takes a second. */
#define WORLD_ROUND_TRIP_US 20000
/* Bytes of "255.255.255.255" and its NUL. */
#define INET_TEXT_MAX 16

/* ---- labs --------------------------------------------------------------- */

/* Blocks of a lab's story, and bytes of all their texts together: twenty times
 * what the longest lab needs. More is left out, and the run says so. */
#define LAB_STORY_BLOCKS_MAX 1024
#define LAB_STORY_TEXT_MAX (1024 * 1024)
/* Columns of a lab's text where the terminal's width is not known, and the
 * most that is used of a wide one: longer lines are hard to read. */
#define LAB_COLUMNS 100
/* Bytes of one sentence, row or command line of a lab. */
#define LAB_TEXT_MAX 8192

#endif

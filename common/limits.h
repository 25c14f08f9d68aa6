/* SPDX-License-Identifier: MIT */
/*
 * limits: every limit of the house, with its unit, the RFC's word on it, and
 * why ours is what it is. A file that needs a new one adds it here, under its
 * own heading.
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
/* Milliseconds for the parting words of a connection that is being closed. */
#define CONN_CLOSE_MS 1000

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

/* ---- http --------------------------------------------------------------- */

/* Bytes of a request or status line. RFC 9112 §3 recommends at least 8000. */
#define HTTP_LINE_MAX 8192
/* Bytes of a whole header section, and fields in it. */
#define HTTP_HEAD_MAX (64 * 1024)
#define HTTP_FIELDS_MAX 128
/* Bytes of one chunk's size line with its extensions (RFC 9112 §7.1.1 asks for
 * a limit of the recipient's own). */
#define HTTP_CHUNK_LINE_MAX 4096
/* Bytes of a host's name in a URL, with NUL: RFC 1035 §2.3.4 ends at 255. */
#define HTTP_HOST_MAX 256
/* Interim answers (1xx) before a final one; more than a few is a game. */
#define HTTP_INTERIM_MAX 32
/* Connections that a client keeps open at once, one an origin. */
#define HTTP_POOL_MAX 8
/* Requests that go in one flight: with a hundred bytes each they fit the first
 * window of an untuned connection, ten segments. */
#define HTTP_PIPELINE_MAX 128
/* Bytes of an upload read and sent at once. */
#define HTTP_UPLOAD_PIECE (64 * 1024)
/* Bytes of -d and --data-binary that are kept in memory. */
#define HTTP_DATA_MAX (32 * 1024 * 1024)
/* Bytes of a redirect's body that are read to keep the connection. */
#define HTTP_SKIP_MAX (256 * 1024)
/* Redirects followed with -L; curl's own default. */
#define HTTP_REDIRECTS_MAX 50
/* Sites that one server can tell apart by Host. */
#define HTTP_SITES_MAX 32
/* Bytes of a request's body that our server takes; more is 413. */
#define HTTP_REQUEST_BODY_MAX (1024LL * 1024 * 1024)
/* Bytes of a file read and sent at once. */
#define HTTP_FILE_PIECE (256 * 1024)
/* Milliseconds that the header of a request may take to come in: who sends it
 * byte by byte only wants to hold the connection. */
#define HTTP_SERVER_HEAD_MS 30000
/* Milliseconds and bytes that we read on after a refusal, so that the peer can
 * read it before its own bytes make the connection break (RFC 9112 §9.6). */
#define HTTP_LINGER_MS 1000
#define HTTP_LINGER_MAX (1024 * 1024)
/* Parts that one Range may ask for, and that one answer may have: more, or more
 * than two that overlap, is an attack rather than a wish (RFC 9110 §14.2). */
#define HTTP_RANGES_MAX 32
/* Bytes of what -r asks for: HTTP_RANGES_MAX of two numbers of 19 digits. */
#define HTTP_RANGE_TEXT_MAX 1344
/* Bytes of a boundary (RFC 2046 §5.1.1 allows 70), and of its whole line. */
#define HTTP_BOUNDARY_MAX 70
#define HTTP_BOUNDARY_LINE_MAX 128
/* Bytes of an ETag of ours with its quotes and NUL: two numbers of 16 digits,
 * and the name of a coding. */
#define HTTP_ETAG_MAX 48
/* Bytes of a cookie's name and value together, cookies of one domain, and
 * cookies in all: what RFC 6265 §6.1 asks for at least. */
#define HTTP_COOKIE_MAX 4096
#define HTTP_COOKIES_DOMAIN_MAX 50
#define HTTP_COOKIES_MAX 3000
/* Cookies in one request; a Cookie field of more would be too long. */
#define HTTP_COOKIES_SENT_MAX 256
/* Seconds that a cookie may live: what Max-Age says beyond is this. */
#define HTTP_COOKIE_AGE_MAX (100LL * 365 * 86400)
/* Bytes of a text that our server codes: a shorter one gains nothing, a longer
 * one would keep others waiting. */
#define HTTP_CODED_MIN 256
#define HTTP_CODED_MAX (4 * 1024 * 1024)
/* Brotli's effort, of 0 to 11: about gzip's time for a sixth less. */
#define HTTP_BROTLI_QUALITY 5
/* Codings upon each other that our client takes off. One is usual. */
#define HTTP_CODED_LAYERS_MAX 3
/* Bytes unpacked at once. */
#define HTTP_DECODE_PIECE (64 * 1024)
/* Bytes that any content may unpack to; more must not be more than so many
 * times what came. Text shrinks to a tenth, a bomb of gzip to a thousandth. */
#define HTTP_UNPACKED_FREE (64u * 1024 * 1024)
#define HTTP_UNPACKED_RATIO 100u
/* Bytes of a body before which a client asks (Expect: 100-continue), and
 * milliseconds that it waits for the word: what curl has for both. */
#define HTTP_EXPECT_BYTES (1024 * 1024)
#define HTTP_EXPECT_MS 1000
/* Sessions and nonces that our server remembers; the oldest goes first. */
#define HTTP_MEMORY_MAX 1024
/* Bytes of an answer that our client's cache keeps; of the request's fields
 * that Vary names; of a URL that an answer is stored under. */
#define HTTP_CACHE_ENTRY_MAX (64u * 1024 * 1024)
#define HTTP_CACHE_VARY_MAX 4096
#define HTTP_CACHE_KEY_MAX (HTTP_HOST_MAX + HTTP_LINE_MAX)
/* Milliseconds that a kept-alive connection may idle at our server. */
#define HTTP_SERVER_IDLE_MS 5000
/* Requests that a gateway has under way at once, unless it is told another
 * number; one more gets 503. */
#define HTTP_GATEWAY_MAX 64
/* Milliseconds that a backend gets to begin its answer, and to go on with it:
 * half of what our own clients wait, so that they hear a 504 from us. */
#define HTTP_GATEWAY_TIMEOUT_MS 30000
/* Bytes of a backend's header that a gateway takes: more gets 502. Other
 * gateways have a page or two here. */
#define HTTP_GATEWAY_HEAD_MAX (16 * 1024)
/* Seconds after which who got a 503 may try again (Retry-After). */
#define HTTP_GATEWAY_RETRY_SECONDS 1

/* ---- views of a trace --------------------------------------------------- */

/* Bytes of each direction of a conversation that are put together again: what
 * `trace notebook` quotes stands at the beginning. */
#define FLOW_STREAM_MAX (1024 * 1024)
/* Messages of one conversation that the notebook describes, and bytes of a
 * body that it quotes. */
#define NOTEBOOK_MESSAGES_MAX 50
#define NOTEBOOK_QUOTE_MAX 240
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

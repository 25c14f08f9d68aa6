/* SPDX-License-Identifier: MIT */
/*
 * http_limits: every limit of HTTP, client's and server's, with its unit, the
 * RFC's word on it, and why ours is what it is. What all protocols share stands
 * in common/limits.h.
 */
#ifndef HTTP_HTTP_LIMITS_H
#define HTTP_HTTP_LIMITS_H

/* Bytes of a request or status line. RFC 9112 §3 recommends at least 8000. */
#define HTTP_LINE_MAX 8192
/* Bytes of a whole header section, and fields in it. */
#define HTTP_HEAD_MAX (64 * 1024)
#define HTTP_FIELDS_MAX 128
/* Bytes of one chunk's size line with its extensions (RFC 9112 §7.1.1 asks for
 * a limit of the recipient's own). */
#define HTTP_CHUNK_LINE_MAX 4096
/* Bytes of a host's name in a URL, with NUL (NAMES_HOST_MAX of names.h). */
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

#endif

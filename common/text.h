/* SPDX-License-Identifier: MIT */
/*
 * text: bytes with a length, parser outcomes, and how a peer's bytes are shown.
 *
 * Bytes from a peer are never a C string: they may hold NUL, and they end
 * where their length says. A `struct span` borrows them. Before a person reads
 * them they go through text_escape, so that no peer can move the cursor of a
 * terminal or forge a line of a trace.
 */
#ifndef COMMON_TEXT_H
#define COMMON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed bytes: valid as long as the buffer they lie in is untouched. */
struct span {
    const char *data; /* may be NULL when length is 0 */
    size_t length;    /* bytes */
};

#define SPAN(literal) ((struct span){(literal), sizeof(literal) - 1})

struct span span_of(const char *text);
bool span_equal(struct span a, struct span b);
bool span_equal_nocase(struct span a, struct span b); /* ASCII only */
bool span_begins(struct span s, const char *prefix);
bool span_begins_nocase(struct span s, const char *prefix); /* ASCII only */
/* A line without its LF or CR LF, off the head of *s; false: there is no whole
 * one. */
bool span_next_line(struct span *s, struct span *line);
/* The same, but what no line end follows any more is a line too; false: *s is
 * empty. */
bool span_take_line(struct span *s, struct span *line);
/* Without leading and trailing SP and HTAB. */
struct span span_trim(struct span s);

/* Every parser of the house answers one of these, and does no I/O. */
enum parse {
    PARSE_DONE,  /* a whole element was read; the out parameters are filled */
    PARSE_MORE,  /* all right so far; call again with more bytes */
    PARSE_BROKEN /* no further byte can mend it; *error says which rule */
};

/* Reads decimal digits and nothing else; false if empty, if a byte is no
 * digit, or above `max`. */
bool text_to_u64(struct span digits, uint64_t max, uint64_t *value);

/* The value of a hexadecimal digit, either case; -1: it is none. */
int text_hex_digit(char digit);
/* Two digits a byte, in lower case, and a NUL: `text` has room for
 * 2 * length + 1. */
void text_hex_write(char *text, const void *bytes, size_t length);

/* Writes `source` into `target` (capacity `size`, NUL included): printable
 * ASCII and valid UTF-8 as they are; CR, LF, TAB, backslash, NUL and all other
 * control bytes as \r \n \t \\ \0 \xNN. What does not fit is cut and "..." put
 * at the end. Returns the length written, without the NUL. */
size_t text_escape(char *target, size_t size, struct span source);

/* True when all is valid UTF-8 without control bytes other than CR LF TAB:
 * what `trace show --json` gives as text; the rest goes as base64. */
bool text_is_readable(struct span s);

/* How many bytes from the first on are printable ASCII: a column each. */
size_t text_printable(struct span s);

/* How many bytes from the first on are printable ASCII and neither '"' nor
 * '\\': those that every notation of ours writes as they are. */
size_t text_plain(struct span s);

#endif

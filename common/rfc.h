/* SPDX-License-Identifier: MIT */
/*
 * rfc: a citation, as a value.
 *
 * A citation is an argument of the call that it explains, so it reaches the
 * trace, the ladder, the page, the capture and the tests from one place:
 *
 *     conn_say(c, RFC("5321", "4.1.1.1"), "EHLO %s", name);
 *
 * HERE is the place in the source that makes the call; the conn_ and trace_
 * macros add it themselves.
 */
#ifndef COMMON_RFC_H
#define COMMON_RFC_H

struct rfc {
    const char *number;  /* "9112" */
    const char *section; /* "6.3", "A.2"; "0" is the whole document */
};

struct where {
    const char *file;     /* relative to the top of the source */
    int line;             /* of the call itself, from 1 */
    const char *function; /* without parentheses */
};

#define RFC(number, section) ((struct rfc){(number), (section)})
#define HERE ((struct where){__FILE__, __LINE__, __func__})

/* The title of a section as the document prints it, or NULL when this source
 * tree does not cite it. The table is rfc-sections.tsv beside this file. */
const char *rfc_title(struct rfc rfc);

#endif

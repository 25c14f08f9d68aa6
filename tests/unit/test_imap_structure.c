/* SPDX-License-Identifier: MIT */
/* What a message is made of: whole, and octet by octet. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "imap/imap_structure.h"
#include "tests/harness.h"

/* Writes the tree as text: type/subtype, [body octets, lines], children. */
static size_t tell(const struct imap_part *part, const char *message, char *out,
                   size_t size)
{
    size_t made = (size_t)snprintf(
        out, size, "%.*s/%.*s'%.*s'%llu", (int)part->type.length,
        part->type.data, (int)part->subtype.length, part->subtype.data,
        part->kind == IMAP_PART_LEAF ? (int)(part->end - part->body) : 0,
        message + part->body, (unsigned long long)part->lines);

    if (part->child)
        made += (size_t)snprintf(out + made, size - made, "(");
    for (const struct imap_part *c = part->child; c; c = c->next)
        made += tell(c, message, out + made, size - made);
    if (part->child)
        made += (size_t)snprintf(out + made, size - made, ")");
    return made;
}

static void expect(const char *message, const char *want)
{
    struct imap_structure *m = imap_structure_new();
    size_t length = strlen(message);
    char out[1024];

    CU_ASSERT_PTR_NOT_NULL_FATAL(m);
    for (size_t step = 1; step <= length + 1; step += step < 4 ? 1 : length) {
        imap_structure_reset(m);
        for (size_t at = 0; at < length; at += step)
            imap_structure_feed(
                m, (struct span){message + at,
                                 length - at < step ? length - at : step});
        imap_structure_end(m);
        tell(imap_structure_root(m), message, out, sizeof(out));
        if (strcmp(out, want) != 0)
            printf("\n    step %zu: %s\n    want:   %s\n", step, out, want);
        CU_ASSERT_STRING_EQUAL(out, want);
    }
    imap_structure_free(m);
}

/* RFC 2046 §5.1.1: the line end before a boundary belongs to the boundary. */
static void imap_structure_finds_parts(void)
{
    expect("Subject: x\r\n\r\none\r\ntwo", "text/plain'one\r\ntwo'1");
    expect("Subject: x\r\n", "text/plain''0");
    expect("", "text/plain''0");
    expect("Content-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b\r\n"
           "\r\none\r\n--b\r\nContent-Type: text/html\r\n\r\ntwo\r\n\r\n--b--"
           "\r\npost\r\n",
           "multipart/mixed''11(text/plain'one'0text/html'two\r\n'1)");
    /* The inner one is not closed; the outer boundary ends it. */
    expect("Content-Type: multipart/a; boundary=o\n\n--o\n"
           "Content-Type: multipart/b; boundary=\"i\"\n\n--i\n\nx\n--o\n\ny\n"
           "--o--\n",
           "multipart/a''10(multipart/b''2(text/plain'x'0)text/plain'y'0)");
    expect("Content-Type: message/rfc822\r\n\r\nSubject: i\r\n\r\nin\r\n",
           "message/rfc822''3(text/plain'in\r\n'1)");
    /* In a digest a part is a message unless it says something else. */
    expect("Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\n"
           "Subject: i\r\n\r\nin\r\n--b--\r\n",
           "multipart/digest''6(message/rfc822''2(text/plain'in'0))");
}

static void imap_structure_takes_nonsense_as_content(void)
{
    expect("Content-Type: multipart/mixed\r\n\r\n--b\r\n",
           "text/plain'--b\r\n'1");
    expect("Content-Type: multipart/mixed; boundary=b\r\n\r\nnothing",
           "multipart/mixed''0");
    expect("Content-Type: ;;;\r\n\r\nx", "text/plain'x'0");
    expect("Content-Type: multipart/mixed; boundary=b\r\n\r\n--bb\r\n--b x\r\n",
           "multipart/mixed''2");
    expect("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nX: y\r\n"
           "--b\r\n\r\nz",
           "multipart/mixed''4(text/plain''0text/plain'z'0)");
}

static void imap_structure_keeps_fields_unfolded(void)
{
    struct imap_structure *m = imap_structure_new();
    const struct imap_part *root;

    imap_structure_feed(m, SPAN("Subject: one\r\n two\r\nsubject: no\r\n"
                                "To :a@b\r\nFrom:\r\n\r\nDate: x\r\n"));
    imap_structure_end(m);
    root = imap_structure_root(m);
    CU_ASSERT(span_equal(root->fields[IMAP_FIELD_SUBJECT], SPAN("one two")));
    CU_ASSERT(span_equal(root->fields[IMAP_FIELD_TO], SPAN("a@b")));
    CU_ASSERT_PTR_NOT_NULL(root->fields[IMAP_FIELD_FROM].data);
    CU_ASSERT_EQUAL(root->fields[IMAP_FIELD_FROM].length, 0);
    CU_ASSERT_PTR_NULL(root->fields[IMAP_FIELD_DATE].data);
    imap_structure_free(m);
}

static bool finds(const struct imap_structure *m, const char *digits,
                  const char *type)
{
    uint32_t path[8];
    size_t depth = strlen(digits);
    const struct imap_part *part;

    for (size_t i = 0; i < depth; i++)
        path[i] = (uint32_t)(digits[i] - '0');
    part = imap_structure_find(m, path, depth);
    return type ? part && span_equal(part->subtype, span_of(type)) : !part;
}

/* RFC 3501 §6.4.5. */
static void imap_structure_numbers_parts(void)
{
    struct imap_structure *m = imap_structure_new();

    imap_structure_feed(
        m, SPAN("Content-Type: multipart/mixed; boundary=b\r\n\r\n"
                "--b\r\nContent-Type: text/one\r\n\r\n1\r\n"
                "--b\r\nContent-Type: message/rfc822\r\n\r\n"
                "Content-Type: multipart/inner; boundary=c\r\n\r\n"
                "--c\r\nContent-Type: text/two\r\n\r\n2\r\n--c--\r\n"
                "--b\r\nContent-Type: message/rfc822\r\n\r\n"
                "Content-Type: text/three\r\n\r\n3\r\n--b--\r\n"));
    imap_structure_end(m);
    CU_ASSERT(finds(m, "", "mixed"));
    CU_ASSERT(finds(m, "1", "one"));
    CU_ASSERT(finds(m, "11", NULL));
    CU_ASSERT(finds(m, "2", "rfc822"));
    CU_ASSERT(finds(m, "21", "two"));
    CU_ASSERT(finds(m, "22", NULL));
    CU_ASSERT(finds(m, "31", "three"));
    CU_ASSERT(finds(m, "311", NULL));
    CU_ASSERT(finds(m, "4", NULL));
    imap_structure_free(m);
}

static void imap_structure_has_bounds(void)
{
    struct imap_structure *m = imap_structure_new();
    char line[64];
    size_t depth = 0;

    for (int i = 0; i < 3 * IMAP_PARTS_DEPTH; i++) {
        int length = snprintf(line, sizeof(line),
                              "Content-Type: multipart/m; boundary=b%d\n\n"
                              "--b%d\n",
                              i, i);
        imap_structure_feed(m, (struct span){line, (size_t)length});
    }
    imap_structure_end(m);
    for (const struct imap_part *part = imap_structure_root(m); part;
         part = part->child)
        depth++;
    CU_ASSERT_EQUAL(depth, IMAP_PARTS_DEPTH + 1);
    imap_structure_free(m);
}

const struct test tests_imap_structure[] = {
    {"imap_structure_finds_parts", imap_structure_finds_parts},
    {"imap_structure_takes_nonsense_as_content",
     imap_structure_takes_nonsense_as_content},
    {"imap_structure_keeps_fields_unfolded",
     imap_structure_keeps_fields_unfolded},
    {"imap_structure_numbers_parts", imap_structure_numbers_parts},
    {"imap_structure_has_bounds", imap_structure_has_bounds},
    {NULL, NULL}};

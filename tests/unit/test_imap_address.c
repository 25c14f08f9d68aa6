/* SPDX-License-Identifier: MIT */
/* Addresses as ENVELOPE has them; parameters of MIME fields. */
#include <stdio.h>
#include <string.h>

#include "imap/imap_structure.h"
#include "tests/harness.h"

static void put(char *out, struct span text)
{
    size_t length = strlen(out);

    snprintf(out + length, 512 - length, "%.*s|",
             text.data ? (int)text.length : 1, text.data ? text.data : "-");
}

/* name|route|mailbox|host| of each, "-" for NIL, then a space. */
static void expect(const char *value, const char *want)
{
    struct imap_addresses list = {.rest = span_of(value)};
    static struct imap_address address;
    char out[512] = "";

    while (imap_address_next(&list, &address)) {
        put(out, address.name);
        put(out, address.route);
        put(out, address.mailbox);
        put(out, address.host);
        strcat(out, " ");
    }
    if (strcmp(out, want) != 0)
        printf("\n    %s\n    gave %s\n    not  %s\n", value, out, want);
    CU_ASSERT_STRING_EQUAL(out, want);
}

/* RFC 5322 §3.4 and §4.4; RFC 3501 §7.4.2 for groups. */
static void imap_address_takes_lists_apart(void)
{
    expect("ada@x.test", "-|-|ada|x.test| ");
    expect("Ada L. <ada@x.test>, bob@y", "Ada L.|-|ada|x.test| -|-|bob|y| ");
    expect("\"L, Ada\" <ada@x>", "L, Ada|-|ada|x| ");
    expect("ada@x (Ada)", "Ada|-|ada|x| ");
    expect("(c) Ada (d) <ada@x> (e)", "Ada|-|ada|x| ");
    expect("<@a,@b:ada@x>", "-|@a,@b|ada|x| ");
    expect("team: a@x, B <b@y>;, c@z",
           "-|-|team|-| -|-|a|x| B|-|b|y| -|-|-|-| -|-|c|z| ");
    expect("undisclosed-recipients:;",
           "-|-|undisclosed-recipients|-| -|-|-|-| ");
    expect("\"a b\"@x", "-|-|a b|x| ");
    expect("<>", "-|-||| ");
    expect("ada", "-|-|ada|| ");
}

static void imap_address_survives_nonsense(void)
{
    expect("", "");
    expect(" , ,", "");
    expect("(((", "");
    expect("\"open", "-|-|open|| ");
    expect("a <b", "a|-|b|| ");
    expect(";;", "");
    expect("g: a@b", "-|-|g|-| -|-|a|b| -|-|-|-| ");
    expect("\\", "-|-|\\|| ");
}

static void imap_parameters_are_read_in_turn(void)
{
    struct span list = SPAN("text/plain; charset=utf-8 (c); NAME=\"a\\\"; b\" ;"
                            "x ; y=;z=1");
    struct span name;
    char value[8];

    CU_ASSERT(imap_parameter_next(&list, &name, value, sizeof(value)));
    CU_ASSERT(span_equal(name, SPAN("charset")));
    CU_ASSERT_STRING_EQUAL(value, "utf-8");
    CU_ASSERT(imap_parameter_next(&list, &name, value, sizeof(value)));
    CU_ASSERT(span_equal(name, SPAN("NAME")));
    CU_ASSERT_STRING_EQUAL(value, "a\"; b");
    CU_ASSERT(imap_parameter_next(&list, &name, value, sizeof(value)));
    CU_ASSERT(span_equal(name, SPAN("y")));
    CU_ASSERT_STRING_EQUAL(value, "");
    CU_ASSERT(imap_parameter_next(&list, &name, value, sizeof(value)));
    CU_ASSERT_STRING_EQUAL(value, "1");
    CU_ASSERT(!imap_parameter_next(&list, &name, value, sizeof(value)));
    list = SPAN(";a=123456789");
    CU_ASSERT(imap_parameter_next(&list, &name, value, sizeof(value)));
    CU_ASSERT_STRING_EQUAL(value, "1234567");
}

const struct test tests_imap_address[] = {
    {"imap_address_takes_lists_apart", imap_address_takes_lists_apart},
    {"imap_address_survives_nonsense", imap_address_survives_nonsense},
    {"imap_parameters_are_read_in_turn", imap_parameters_are_read_in_turn},
    {NULL, NULL}};

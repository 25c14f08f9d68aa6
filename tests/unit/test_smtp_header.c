/* SPDX-License-Identifier: MIT */
/* smtp_header: hops, and bytes that not every server takes. */
#include <string.h>

#include "smtp/smtp_unstuff.h"
#include "tests/harness.h"

static struct smtp_header read_message(const char *text, size_t step)
{
    struct smtp_header header = {.over = false};
    size_t length = strlen(text);

    for (size_t at = 0; at < length; at += step)
        smtp_header_read(
            &header,
            (struct span){text + at, length - at < step ? length - at : step});
    return header;
}

/* RFC 5321 §6.3: fields called Received, folded or not, of the header only. */
static void smtp_header_counts_hops(void)
{
    static const char text[] = "Received: from a\r\n by b\r\n"
                               "RECEIVED:x\r\nX-Received: y\r\n"
                               "Received-SPF: pass\r\nReceived: z\r\n"
                               "\r\nReceived: in the body\r\n";

    for (size_t step = 1; step < sizeof(text); step++) {
        struct smtp_header header = read_message(text, step);

        CU_ASSERT_EQUAL(header.hops, 3);
        CU_ASSERT(header.over);
        CU_ASSERT_EQUAL(header.length,
                        (size_t)(strstr(text, "\r\n\r\n") + 4 - text));
    }
    CU_ASSERT_EQUAL(read_message("\r\nReceived: x\r\n", 3).hops, 0);
    CU_ASSERT_FALSE(read_message("Received: x", 3).over);
}

static void smtp_header_finds_eight_bit_anywhere(void)
{
    static const char text[] = "Subject: x\r\n\r\nall is ASCII, or is "
                               "it? \xe9 it is not\r\n";

    for (size_t step = 1; step < sizeof(text); step++)
        CU_ASSERT(read_message(text, step).eight_bit);
    CU_ASSERT_FALSE(
        read_message("Subject: x\r\n\r\nplain text\r\n", 5).eight_bit);
}

const struct test tests_smtp_header[] = {
    {"smtp_header_counts_hops", smtp_header_counts_hops},
    {"smtp_header_finds_eight_bit_anywhere",
     smtp_header_finds_eight_bit_anywhere},
    {NULL, NULL}};

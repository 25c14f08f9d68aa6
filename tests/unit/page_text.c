/* SPDX-License-Identifier: MIT */
#include "tests/unit/page_text.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "labs/trace/views.h"
#include "tests/harness.h"

enum { UNPACKED_MAX = 4 * 1024 * 1024 };

char *page_text(const struct trace_file *traces, size_t count)
{
    static const char *const names[] = {"a", "b"};
    struct error error = {0};
    struct output *output;
    const char *path = test_path("several.html");

    CU_ASSERT_EQUAL_FATAL(output_open(&output, path, OUTPUT_FRESH, &error), 0);
    CU_ASSERT_EQUAL(page_write_several(output, traces, names, count, "A page",
                                       NULL, &error),
                    0);
    CU_ASSERT_EQUAL(output_commit(output, &error), 0);
    char *text = test_read_file(path, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    return text;
}

size_t text_count(const char *text, const char *word)
{
    size_t count = 0;

    while ((text = strstr(text, word)) != NULL) {
        count++;
        text++;
    }
    return count;
}

char *unpacked(const char *packed)
{
    size_t length = strcspn(packed, "<");
    unsigned char *bytes = malloc(length + 1);
    char *text = calloc(1, UNPACKED_MAX);
    uLongf size = UNPACKED_MAX - 1;

    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    int count =
        EVP_DecodeBlock(bytes, (const unsigned char *)packed, (int)length);
    CU_ASSERT_FATAL(count > 0);
    CU_ASSERT_EQUAL(
        uncompress((unsigned char *)text, &size, bytes, (uLong)count), Z_OK);
    free(bytes);
    return text;
}

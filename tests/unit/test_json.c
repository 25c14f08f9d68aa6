/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "labs/trace/views.h"
#include "tests/harness.h"
#include "tests/unit/sample_trace.h"

static struct trace_event events[SAMPLE_EVENTS];
static struct trace_file file;

/* The lines of `count` events from the first; the caller frees. */
static char *shown(size_t count)
{
    struct error error = {0};
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);

    file.event_count = count;
    CU_ASSERT_EQUAL(json_write(to, &file, &error), 0);
    fclose(to);
    return text;
}

static void json_is_the_contract_key_by_key(void)
{
    sample_trace(&file, events);
    events[0] = events[3];
    events[0].id = 7;
    events[0].time_ns = 1500042;
    events[0].secrets = &(const struct trace_range){10, 18};
    events[0].secret_count = 1;
    events[0].data = SPAN("GET / HTTP/1.1\r\n\r\n");
    events[0].length = 18;
    char *text = shown(1);
    CU_ASSERT_STRING_EQUAL(
        text,
        "{\"id\":7,\"t\":0.001500,\"host\":\"student\",\"conn\":2,"
        "\"peer\":\"192.0.2.80:80\",\"proto\":\"http\","
        "\"stream\":\"control\",\"dir\":\"out\",\"layer\":\"app\","
        "\"name\":\"GET\",\"text\":\"GET / HTTP/1.1\\r\\n\\r\\n\",\"len\":18,"
        "\"secret\":true,\"src\":{\"file\":\"http/http_client.c\","
        "\"line\":120,\"func\":\"http_request_send\"},"
        "\"src_heard\":{\"file\":\"http/http_server.c\",\"line\":88,"
        "\"func\":\"serve\"},\"rfc\":\"RFC 9112 §3\",\"note\":null,"
        "\"frames\":[12,13,14,17],\"exact\":true}\n");
    free(text);
}

/* RFC 8259 §7: quote, backslash and control characters must be escaped. */
static void json_escapes_what_a_string_may_not_hold(void)
{
    sample_trace(&file, events);
    events[0].note = "a\"b\\c\x01\x1f\t\xE2\x80\xAE\xC2\x85\xFF\xC3";
    char *text = shown(1);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"note\":\"a\\\"b\\\\c\\u0001\\u001f"
                                        "\\t\\u202e\\u0085\\ufffd\\ufffd\""));
    free(text);
}

static void json_gives_bytes_that_are_no_text_as_base64(void)
{
    static const char *const coded[] = {"\"/w==\"", "\"//8=\"", "\"////\""};
    static const char bytes[] = "\xFF\xFF\xFF";

    sample_trace(&file, events);
    for (size_t length = 1; length <= 3; length++) {
        events[0].data = (struct span){bytes, length};
        char *text = shown(1);
        CU_ASSERT_PTR_NOT_NULL(strstr(text, coded[length - 1]));
        CU_ASSERT_PTR_NULL(strstr(text, "\"text\""));
        free(text);
    }
}

/* Every byte in every string, and each line is one line. */
static void json_of_any_bytes_stays_one_line(void)
{
    char bytes[2] = {0, 0};

    sample_trace(&file, events);
    for (int c = 1; c < 256; c++) {
        bytes[0] = (char)c;
        events[0].name = events[0].note = bytes;
        events[0].data = (struct span){bytes, 1};
        char *text = shown(1);
        size_t length = strlen(text);
        CU_ASSERT(memchr(text, '\n', length) == text + length - 1);
        for (size_t i = 0; i + 1 < length; i++)
            CU_ASSERT((unsigned char)text[i] >= 0x20 && text[i] != 0x7F);
        free(text);
    }
}

static void json_counts_time_from_the_start_of_the_run(void)
{
    sample_trace(&file, events);
    file.start_ns = 400000;
    char *text = shown(1);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"t\":-0.000090,"));
    free(text);
}

const struct test tests_json[] = {
    {"json_is_the_contract_key_by_key", json_is_the_contract_key_by_key},
    {"json_escapes_what_a_string_may_not_hold",
     json_escapes_what_a_string_may_not_hold},
    {"json_gives_bytes_that_are_no_text_as_base64",
     json_gives_bytes_that_are_no_text_as_base64},
    {"json_of_any_bytes_stays_one_line", json_of_any_bytes_stays_one_line},
    {"json_counts_time_from_the_start_of_the_run",
     json_counts_time_from_the_start_of_the_run},
    {NULL, NULL},
};

/* SPDX-License-Identifier: MIT */
/* The files that a merge reads, and the one that it writes. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/sides.h"

static void merge_of_a_merged_trace_changes_nothing(void)
{
    struct side client, server;
    struct trace_file file;
    const char *merged, *again;
    char *first, *second;
    size_t first_length, second_length;

    sides_open(&client, &server);
    client.model.note = "a \"note\" with \\ and \xC3\xBC and \x01";
    side_record(&client, 1, APP, OUT, "GET", 0, "GET / HTTP/1.1");
    side_record(&server, 2, APP, IN, "GET", 0, "GET / HTTP/1.1");
    side_record(&server, 4, APP, OUT, "200", 0, "HTTP/1.1 200 OK");
    trace_keylog(client.trace, "CLIENT_RANDOM 00 11");
    trace_name(client.trace, client.model.remote, "www.example.test");
    sides_end(&file, &client, &server);
    trace_file_free(&file);
    merged = test_path("merged.pcapng");
    again = test_path("again.pcapng");
    CU_ASSERT_EQUAL(trace_merge(&merged, 1, again, NULL), 0);
    first = test_read_file(merged, &first_length);
    second = test_read_file(again, &second_length);
    CU_ASSERT_EQUAL_FATAL(first_length, second_length);
    CU_ASSERT_EQUAL(memcmp(first, second, first_length), 0);
    free(first);
    free(second);
}

/* Missing; empty; torn: what is whole counts. */
static void merge_bears_what_a_kill_leaves(void)
{
    struct side client;
    struct trace_file file;
    char *bytes;
    size_t length;

    side_open(&client, "client.pcapng", "student", false);
    side_record(&client, 1, APP, OUT, "one", 0, "one");
    side_record(&client, 2, APP, OUT, "two", 3, "two");
    side_close(&client);
    bytes = test_read_file(client.file, &length);
    test_write_file(test_path("torn.pcapng"), bytes, length - 5);
    test_write_file(test_path("empty.pcapng"), "", 0);
    free(bytes);
    sides_merge(&file, test_path("torn.pcapng"), test_path("nothing.pcapng"),
                test_path("empty.pcapng"));
    CU_ASSERT_EQUAL(file.event_count, 1);
    trace_file_free(&file);
}

static void merge_refuses_what_is_no_trace(void)
{
    const char *input = test_path("text");
    struct error error = {0};
    test_write_file(input, "this is no capture file", 23);
    CU_ASSERT_EQUAL(trace_merge(&input, 1, test_path("out.pcapng"), &error),
                    -ERROR_LOCAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "this is no pcapng file"));
    CU_ASSERT_PTR_NULL(test_read_file(test_path("out.pcapng"), NULL));
}

/* Between the rename and the removal a kill leaves both. */
static void merge_reads_a_record_and_its_trace_once(void)
{
    struct side client;
    struct trace_file file;
    char *bytes;
    size_t length;

    side_open(&client, "client.pcapng", "student", false);
    side_record(&client, 1, APP, OUT, "one", 0, "one");
    side_close(&client);
    bytes = test_read_file(client.file, &length);
    test_write_file(test_path("client.pcapng.part"), bytes, length);
    free(bytes);
    sides_merge(&file, client.file, test_path("client.pcapng.part"), NULL);
    CU_ASSERT_EQUAL(file.event_count, 1);
    trace_file_free(&file);
}

/* Both ends tell the same keys; Wireshark needs them before the packets. */
static void merge_puts_keys_and_names_ahead_and_once(void)
{
    struct side client, server;
    struct trace_file file;
    struct pcapng_reader reader = {0};
    struct pcapng_item item;
    int kinds[16] = {0};
    char *bytes;
    size_t length;

    sides_open(&client, &server);
    side_record(&client, 1, APP, OUT, "one", 0, "one");
    trace_keylog(client.trace, "CLIENT_RANDOM 00 11");
    trace_keylog(server.trace, "CLIENT_RANDOM 00 11");
    trace_keylog(server.trace, "CLIENT_RANDOM 22 33");
    trace_name(client.trace, client.model.remote, "www.example.test");
    trace_name(server.trace, client.model.remote, "www.example.test");
    sides_end(&file, &client, &server);
    trace_file_free(&file);

    bytes = test_read_file(test_path("merged.pcapng"), &length);
    reader.file = (struct span){bytes, length};
    while (pcapng_next(&reader, &item, NULL) == PARSE_DONE) {
        CU_ASSERT_EQUAL(kinds[PCAPNG_PACKET], 0); /* it is the last */
        if (item.type < 16)
            kinds[item.type]++;
        if (item.type == PCAPNG_SECRETS)
            CU_ASSERT(span_equal(item.bytes, SPAN("CLIENT_RANDOM 00 11\n"
                                                  "CLIENT_RANDOM 22 33\n")));
    }
    CU_ASSERT_EQUAL(kinds[PCAPNG_SECRETS], 1);
    CU_ASSERT_EQUAL(kinds[PCAPNG_NAMES], 1);
    CU_ASSERT_EQUAL(kinds[PCAPNG_PACKET], 1);
    pcapng_reader_free(&reader);
    free(bytes);
}

/* Each allocation in turn fails: an error, no crash, no half file. */
static void merge_survives_each_refused_allocation(void)
{
    struct side client, server;
    struct trace_file file;
    const char *inputs[2], *out = test_path("out.pcapng");
    int status = -1;

    sides_open(&client, &server);
    side_record(&client, 1, APP, OUT, "GET", 0, "GET");
    side_record_socket(&client, 1, OUT, 0, "GET");
    side_record(&server, 2, APP, IN, "GET", 0, "GET");
    trace_keylog(client.trace, "CLIENT_RANDOM 00 11");
    trace_name(client.trace, client.model.remote, "www.example.test");
    sides_end(&file, &client, &server);
    trace_file_free(&file);
    inputs[0] = client.file;
    inputs[1] = server.file;
    for (long i = 1; status < 0 && i < 200; i++) {
        struct error error = {0};
        test_fail_allocation(i);
        status = trace_merge(inputs, 2, out, &error);
        test_fail_allocation(0);
        CU_ASSERT_EQUAL(status == 0, error.text[0] == '\0');
        if (status < 0)
            CU_ASSERT_PTR_NULL(test_read_file(out, NULL));
    }
    CU_ASSERT_EQUAL(status, 0);
}

/* clang-format off */
#define TEST(name) {#name, name}
/* clang-format on */
const struct test tests_trace_merge[] = {
    TEST(merge_of_a_merged_trace_changes_nothing),
    TEST(merge_bears_what_a_kill_leaves),
    TEST(merge_refuses_what_is_no_trace),
    TEST(merge_reads_a_record_and_its_trace_once),
    TEST(merge_puts_keys_and_names_ahead_and_once),
    TEST(merge_survives_each_refused_allocation),
    {NULL, NULL}};

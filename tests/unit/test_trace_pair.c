/* SPDX-License-Identifier: MIT */
/* Messages that both ends of a connection recorded. */
#include <string.h>

#include "tests/unit/sides.h"

static void merge_makes_one_event_of_what_both_ends_recorded(void)
{
    struct side client, server;
    struct trace_file file;
    const struct trace_event *get, *ok;

    sides_open(&client, &server);
    side_record(&client, 1, TRACE_LAYER_TCP, OUT, "connect", 0, "");
    side_record(&server, 0, TRACE_LAYER_TCP, IN, "accept", 0, "");
    side_record(&client, 2, APP, OUT, "GET", 0, "GET / HTTP/1.1");
    side_record(&server, 3, APP, IN, "GET", 0, "GET / HTTP/1.1");
    side_record(&server, 4, APP, OUT, "200", 0, "HTTP/1.1 200 OK");
    side_record(&client, 5, APP, IN, "200", 0, "HTTP/1.1 200 OK");
    sides_end(&file, &client, &server);

    CU_ASSERT_EQUAL(file.event_count, 4);
    for (size_t i = 0; i < file.event_count; i++)
        CU_ASSERT_EQUAL(file.events[i].conn, 1);
    get = event_named(&file, "GET", 1);
    CU_ASSERT_EQUAL(get->dir, OUT);
    CU_ASSERT_STRING_EQUAL(get->host, "student");
    CU_ASSERT_STRING_EQUAL(get->src.file, "client.c");
    CU_ASSERT_STRING_EQUAL(get->src_heard.file, "server.c");
    CU_ASSERT_EQUAL(get->src_heard.line, 11);
    ok = event_named(&file, "200", 1);
    CU_ASSERT_EQUAL(ok->dir, OUT);
    CU_ASSERT_STRING_EQUAL(ok->host, "web");
    CU_ASSERT_STRING_EQUAL(ok->src_heard.file, "client.c");
    CU_ASSERT(ok->local_is_server);
    trace_file_free(&file);
}

/* The server hears head and body apart; the client heard two in one. */
static void merge_matches_messages_that_were_cut_differently(void)
{
    struct side client, server;
    struct trace_file file;

    sides_open(&client, &server);
    side_record(&client, 1, APP, OUT, "POST", 0, "headbody");
    side_record(&server, 2, APP, IN, "head", 0, "head");
    side_record(&server, 3, APP, IN, "body", 4, "body");
    side_record(&server, 4, APP, OUT, "100", 0, "continue");
    side_record(&server, 5, APP, OUT, "200", 8, "ok");
    side_record(&client, 6, APP, IN, "both", 0, "continueok");
    sides_end(&file, &client, &server);

    CU_ASSERT_EQUAL(file.event_count, 3);
    CU_ASSERT_EQUAL(event_named(&file, "POST", 1)->src_heard.line, 10);
    CU_ASSERT_EQUAL(event_named(&file, "100", 1)->src_heard.line, 11);
    CU_ASSERT_EQUAL(event_named(&file, "200", 1)->src_heard.line, 11);
    trace_file_free(&file);
}

static void merge_keeps_what_only_the_receiver_recorded(void)
{
    struct side client, server;
    struct trace_file file;

    sides_open(&client, &server);
    side_record(&client, 1, APP, OUT, "GET", 0, "GET");
    side_record(&server, 2, APP, IN, "GET", 0, "GET");
    side_record(&server, 3, APP, IN, "stray", 3, "bytes");
    sides_end(&file, &client, &server);
    CU_ASSERT_EQUAL(file.event_count, 2);
    CU_ASSERT_EQUAL(event_named(&file, "stray", 1)->dir, IN);
    CU_ASSERT_STRING_EQUAL(event_named(&file, "stray", 1)->host, "web");
    trace_file_free(&file);
}

/* Several handshake messages share a record, so their places are the same. */
static void merge_matches_tls_messages_by_their_order(void)
{
    struct side client, server;
    struct trace_file file;

    sides_open(&client, &server);
    side_record(&server, 1, TRACE_LAYER_TLS, OUT, "Certificate", 0, "cert");
    side_record(&server, 2, TRACE_LAYER_TLS, OUT, "Ticket", 9, "t1");
    side_record(&server, 3, TRACE_LAYER_TLS, OUT, "Ticket", 9, "t2");
    side_record(&client, 4, TRACE_LAYER_TLS, IN, "Certificate", 0, "cert");
    side_record(&client, 5, TRACE_LAYER_TLS, IN, "Ticket", 9, "t1");
    sides_end(&file, &client, &server);
    CU_ASSERT_EQUAL(file.event_count, 3);
    CU_ASSERT_EQUAL(event_named(&file, "Certificate", 1)->src_heard.line, 10);
    CU_ASSERT_EQUAL(event_named(&file, "Ticket", 1)->src_heard.line, 11);
    CU_ASSERT_PTR_NULL(event_named(&file, "Ticket", 2)->src_heard.file);
    trace_file_free(&file);
}

/* A server that closes before it reads hides what it has not read: the sender
 * knows that there is no secret in it. */
static void merge_shows_what_was_hidden_unread(void)
{
    struct side client, server;
    struct trace_file file;

    sides_open(&client, &server);
    side_record(&client, 1, APP, OUT, "QUIT", 0, "QUIT");
    server.model.secrets = &(const struct trace_range){0, 4};
    server.model.secret_count = 1;
    side_record(&server, 2, APP, IN, "unread", 0, "QUIT");
    sides_end(&file, &client, &server);
    CU_ASSERT_EQUAL(file.event_count, 1);
    CU_ASSERT(span_equal(event_named(&file, "QUIT", 1)->data, SPAN("QUIT")));
    CU_ASSERT_PTR_NULL(event_named(&file, "QUIT", 1)->src_heard.file);
    trace_file_free(&file);
}

static void merge_tells_no_secret_that_one_end_hid(void)
{
    struct side client, server;
    struct trace_file file;
    const struct trace_event *get;

    sides_open(&client, &server);
    side_record(&client, 1, APP, OUT, "GET", 0, "Cookie: sesame");
    server.model.secrets = &(const struct trace_range){8, 14};
    server.model.secret_count = 1;
    side_record(&server, 2, APP, IN, "GET", 0, "Cookie: sesame");
    sides_end(&file, &client, &server);
    get = event_named(&file, "GET", 1);
    CU_ASSERT(span_equal(get->data, SPAN("Cookie: ******")));
    CU_ASSERT_EQUAL(get->secret_count, 1);
    CU_ASSERT_EQUAL(get->secrets[0].from, 8);
    trace_file_free(&file);
}

/* Two connections with the same four numbers, both recorded by both ends. */
static void merge_pairs_the_ends_of_a_reused_port_in_order(void)
{
    struct side client, server;
    struct trace_file file;

    sides_open(&client, &server);
    side_record(&client, 1, APP, OUT, "one", 0, "one");
    side_record(&server, 2, APP, IN, "one", 0, "one");
    client.model.conn = 2;
    server.model.conn = 4;
    side_record(&client, 50001, APP, OUT, "two", 0, "two");
    side_record(&server, 50002, APP, IN, "two", 0, "two");
    sides_end(&file, &client, &server);
    CU_ASSERT_EQUAL(file.event_count, 2);
    CU_ASSERT_EQUAL(file.events[0].conn, 1);
    CU_ASSERT_EQUAL(file.events[1].conn, 2);
    CU_ASSERT_EQUAL(file.events[1].src_heard.line, 11);
    trace_file_free(&file);
}

/* The server's record of the first of them is lost: what it has belongs to the
 * second. */
static void merge_pairs_an_end_with_the_last_client_before_it(void)
{
    struct side client, server;
    struct trace_file file;

    sides_open(&client, &server);
    side_record(&client, 1, APP, OUT, "one", 0, "one");
    client.model.conn = 2;
    side_record(&client, 50001, APP, OUT, "two", 0, "two");
    side_record(&server, 50002, APP, IN, "two", 0, "two");
    sides_end(&file, &client, &server);
    CU_ASSERT_EQUAL(file.event_count, 2);
    CU_ASSERT_PTR_NULL(event_named(&file, "one", 1)->src_heard.file);
    CU_ASSERT_PTR_NOT_NULL(event_named(&file, "two", 1)->src_heard.file);
    trace_file_free(&file);
}

/* More was heard than said: the client's record ends too early. */
static void merge_keeps_a_message_that_is_said_in_part(void)
{
    struct side client, server;
    struct trace_file file;

    sides_open(&client, &server);
    side_record(&client, 1, APP, OUT, "said", 0, "POST");
    side_record(&server, 2, APP, IN, "heard", 0, "POST and more");
    sides_end(&file, &client, &server);
    CU_ASSERT_EQUAL(file.event_count, 2);
    CU_ASSERT_EQUAL(events_named(&file, "heard"), 1);
    trace_file_free(&file);
}

/* clang-format off */
#define TEST(name) {#name, name}
/* clang-format on */
const struct test tests_trace_pair[] = {
    TEST(merge_makes_one_event_of_what_both_ends_recorded),
    TEST(merge_matches_messages_that_were_cut_differently),
    TEST(merge_keeps_what_only_the_receiver_recorded),
    TEST(merge_matches_tls_messages_by_their_order),
    TEST(merge_shows_what_was_hidden_unread),
    TEST(merge_tells_no_secret_that_one_end_hid),
    TEST(merge_pairs_the_ends_of_a_reused_port_in_order),
    TEST(merge_pairs_an_end_with_the_last_client_before_it),
    TEST(merge_keeps_a_message_that_is_said_in_part),
    {NULL, NULL}};

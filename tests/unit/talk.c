/* SPDX-License-Identifier: MIT */
#include "tests/unit/talk.h"

#include <string.h>

#include "tests/harness.h"
#include "tests/unit/sample_trace.h"

/* ---- conversations made by hand ----------------------------------------- */

struct talk a, b;

struct trace_event *talk_add(struct talk *talk, enum trace_layer layer,
                             enum trace_dir dir, const char *name,
                             const char *data)
{
    struct trace_event *event = &talk->events[talk->file.event_count++];

    *event = (struct trace_event){.id = talk->file.event_count,
                                  .time_ns = (int64_t)talk->file.event_count,
                                  .host = "student",
                                  .conn = talk->conn,
                                  .proto = "http",
                                  .stream = "control",
                                  .dir = dir,
                                  .layer = layer,
                                  .name = name,
                                  .data = span_of(data),
                                  .length = strlen(data),
                                  .exact = true};
    event->clear.to = event->raw.to = event->length;
    event->local = sample_address("127.0.0.1", (uint16_t)(talk->port + 1));
    event->remote = sample_address("127.0.0.1", talk->port);
    return event;
}

void talk_connect(struct talk *talk)
{
    talk->conn++;
    talk_add(talk, TRACE_LAYER_TCP, TRACE_DIR_OUT, "connect", "");
}

void talk_ask(struct talk *talk, const char *message)
{
    talk_add(talk, TRACE_LAYER_APP, TRACE_DIR_OUT, "GET", message);
}

void talk_answer(struct talk *talk, const char *status, const char *message)
{
    talk_add(talk, TRACE_LAYER_APP, TRACE_DIR_IN, status, message);
}

void talk_begin(struct talk *talk, uint16_t port)
{
    memset(talk, 0, sizeof(*talk));
    talk->file.events = talk->events;
    talk->port = port;
    talk_connect(talk);
}

/* Two exchanges over one connection, the same on both sides. */
void talk_begin_both(void)
{
    struct talk *both[] = {&a, &b};

    for (int i = 0; i < 2; i++) {
        talk_begin(both[i], 4000);
        talk_ask(both[i], TALK_GET("/", ""));
        talk_answer(both[i], "200", TALK_OK("", "one"));
        talk_ask(both[i], TALK_GET("/two", ""));
        talk_answer(both[i], "200", TALK_OK("", "two"));
    }
}

/* ---- what is expected --------------------------------------------------- */

struct comparison made;

void talk_compare(void)
{
    struct error error = {0};

    CU_ASSERT_EQUAL_FATAL(comparison_make(&made, &a.file, &b.file, &error), 0);
}

/* Exactly these differences, told in these words. */
void talk_expect(size_t count, const char *first, const char *second)
{
    const char *const wanted[] = {first, second};

    talk_compare();
    CU_ASSERT_EQUAL(made.difference_count, count);
    for (size_t i = 0; i < count && i < made.difference_count; i++)
        CU_ASSERT_STRING_EQUAL(made.differences[i].what, wanted[i]);
    comparison_free(&made);
}

void talk_expect_used(enum compare_rule rule, uint64_t times)
{
    talk_compare();
    CU_ASSERT_EQUAL(made.difference_count, 0);
    for (int i = 0; i < RULES; i++)
        CU_ASSERT_EQUAL(made.used[i], i == (int)rule ? times : 0);
    comparison_free(&made);
}

void talk_exchange(const char *in_a, const char *in_b)
{
    talk_begin(&a, 4000);
    talk_begin(&b, 4000);
    talk_ask(&a, TALK_GET("/", ""));
    talk_ask(&b, TALK_GET("/", ""));
    talk_answer(&a, "200", in_a);
    talk_answer(&b, "200", in_b);
}

/* SPDX-License-Identifier: MIT */
/* smtp_receive: what DATA answers when the server can't, or won't. */
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/unit/smtp_desk.h"

static struct smtp_desk desk;

/* The replies to DATA and what follows it. */
static const char *receive(const char *data)
{
    desk.session->state = SMTP_STATE_RCPT;
    conn_pair_send(&desk.pair, data);
    smtp_act_data(desk.session);
    return conn_pair_received(&desk.pair);
}

/* RFC 5321 §4.1.1.4: DATA stands alone. */
static void smtp_receive_takes_no_argument(void)
{
    smtp_desk_open(&desk);
    desk.session->argument = SPAN("now");
    CU_ASSERT_NSTRING_EQUAL(receive(""), "501 ", 4);
    CU_ASSERT_EQUAL(desk.session->state, SMTP_STATE_RCPT);
    smtp_desk_close(&desk);
}

/* RFC 5321 §4.2.2: 452, and no byte of the message is asked for. */
static void smtp_receive_asks_for_nothing_without_room(void)
{
    smtp_desk_open(&desk);
    strcpy(desk.site.queue.folder, "/nowhere");
    CU_ASSERT_NSTRING_EQUAL(receive(""), "452 ", 4);
    smtp_desk_close(&desk);
}

/* RFC 5321 §4.2.5: the reply after the last dot decides, and the transaction is
 * over with it. What is refused is heard to its end all the same, so that the
 * next command is one. */
static void smtp_receive_hears_a_refused_message_out(void)
{
    smtp_desk_open(&desk);
    desk.site.size_max = 5;
    smtp_desk_rcpt(&desk, "TO:<bob@west.test>");
    const char *answer = receive("1234\r\n5678\r\n.\r\nNOOP\r\n");
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "354 "));
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "552 5.3.4 "));
    CU_ASSERT(span_equal(conn_view(desk.pair.conn), SPAN("NOOP\r\n")));
    CU_ASSERT_EQUAL(desk.session->state, SMTP_STATE_GREETED);
    CU_ASSERT_PTR_NULL(desk.session->spool.queue);
    smtp_desk_close(&desk);
}

static void keep_body(void *context, const char *id)
{
    struct smtp_transaction queued;

    CU_ASSERT_EQUAL_FATAL(smtp_queue_read(&desk.site.queue, id, &queued, NULL),
                          0);
    *(enum smtp_body *)context = queued.mail.body;
    smtp_transaction_clear(&queued);
}

/* RFC 6152 §3: whoever passes it on must know of the eighth bit. */
static void smtp_receive_notices_eight_bits(void)
{
    enum smtp_body body = SMTP_BODY_7BIT;

    smtp_desk_open(&desk);
    desk.site.relay = true;
    strcpy(desk.session->user, "bob");
    smtp_desk_rcpt(&desk, "TO:<x@east.test>");
    CU_ASSERT_PTR_NOT_NULL(
        strstr(receive("Subject: x\r\n\r\n\xe9\r\n.\r\n"), "250 2.6.0 queued"));
    smtp_queue_list(&desk.site.queue, keep_body, &body, NULL);
    CU_ASSERT_EQUAL(body, SMTP_BODY_8BITMIME);
    smtp_desk_close(&desk);
}

const struct test tests_smtp_receive[] = {
    {"smtp_receive_takes_no_argument", smtp_receive_takes_no_argument},
    {"smtp_receive_asks_for_nothing_without_room",
     smtp_receive_asks_for_nothing_without_room},
    {"smtp_receive_hears_a_refused_message_out",
     smtp_receive_hears_a_refused_message_out},
    {"smtp_receive_notices_eight_bits", smtp_receive_notices_eight_bits},
    {NULL, NULL}};

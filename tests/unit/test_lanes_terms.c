/* SPDX-License-Identifier: MIT */
/* The words of the layers that have no folder: TLS, TCP, DNS. */
#include <string.h>

#include "labs/trace/lanes.h"
#include "tests/harness.h"

/* Each event is explained by the entry of its name, from the section that
 * defines it. */
static void lanes_explain_what_lies_below(void)
{
    static const struct {
        enum trace_layer layer;
        const char *proto, *name;
        struct rfc rfc;
    } rows[] = {
        {TRACE_LAYER_TLS, "http", "HelloRetryRequest", {"8446", "4.1.4"}},
        {TRACE_LAYER_TLS, "http", "CertificateRequest", {"8446", "4.3.2"}},
        {TRACE_LAYER_TLS, "http", "ChangeCipherSpec", {"8446", "D.4"}},
        {TRACE_LAYER_TLS, "http", "unknown_ca", {"8446", "6.2"}},
        {TRACE_LAYER_TCP, "http", "connect", {"9293", "3.5"}},
        {TRACE_LAYER_TCP, "http", "close", {"9293", "3.6"}},
        {TRACE_LAYER_APP, "dns", "A", {"1035", "3.4.1"}},
        {TRACE_LAYER_APP, "dns", "MX", {"1035", "3.3.9"}},
        {TRACE_LAYER_APP, "dns", "NXDOMAIN", {"1035", "4.1.1"}},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct trace_event event = {.layer = rows[i].layer,
                                    .proto = rows[i].proto,
                                    .name = rows[i].name};
        const struct term *term = event_term(&event);

        CU_ASSERT_PTR_NOT_NULL_FATAL(term);
        CU_ASSERT_STRING_EQUAL(term->name, rows[i].name);
        CU_ASSERT_STRING_EQUAL(term->rfc.number, rows[i].rfc.number);
        CU_ASSERT_STRING_EQUAL(term->rfc.section, rows[i].rfc.section);
    }
}

const struct test tests_lanes_terms[] = {
    {"lanes_explain_what_lies_below", lanes_explain_what_lies_below},
    {NULL, NULL}};

/* SPDX-License-Identifier: MIT */
/* http_hops: what ends at this hop, and what goes on. The contract is in
 * http_hops.h. */
#include "http/http_hops.h"

/* True when an element of a Connection field is `name`. */
static bool is_connection_option(const struct http_head *head, struct span name)
{
    for (size_t i = 0; i < head->field_count; i++) {
        struct span list = head->fields[i].value, element;

        if (!span_equal_nocase(head->fields[i].name, SPAN("Connection")))
            continue;
        while (http_list_next(&list, &element))
            if (span_equal_nocase(element, name))
                return true;
    }
    return false;
}

bool http_hop_keeps(const struct http_head *head, struct span name)
{
    static const char *const known[] = {"Connection",
                                        "Proxy-Connection",
                                        "Keep-Alive",
                                        "TE",
                                        "Upgrade",
                                        "Content-Length",
                                        "Proxy-Authorization",
                                        "Transfer-Encoding"};

    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (span_equal_nocase(name, span_of(known[i])))
            return true;
    return is_connection_option(head, name);
}

/* Deliberately lenient: a number that can't be read limits nothing. It is
 * passed on as it came, for whoever can make sense of it. */
enum http_hops_left http_hops_left(const struct http_head *request,
                                   uint64_t *left)
{
    struct span value = http_head_field(request, "Max-Forwards");

    if (!span_equal(request->method, SPAN("TRACE")) &&
        !span_equal(request->method, SPAN("OPTIONS")))
        return HTTP_HOPS_ANY;
    if (!value.data || !text_to_u64(value, INT64_MAX, left))
        return HTTP_HOPS_ANY;
    if (*left == 0)
        return HTTP_HOPS_NONE;
    --*left;
    return HTTP_HOPS_SOME;
}

bool http_method_is_idempotent(struct span method)
{
    static const char *const methods[] = {"GET",    "HEAD",    "PUT",
                                          "DELETE", "OPTIONS", "TRACE"};

    for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
        if (span_equal(method, span_of(methods[i])))
            return true;
    return false;
}

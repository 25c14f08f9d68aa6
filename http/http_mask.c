/* SPDX-License-Identifier: MIT */
/*
 * http_mask: what of a header is secret. The trace shows asterisks for it; the
 * wire carries it as it is.
 */
#include "http/http.h"

#include "common/conn.h"

static bool is_credentials(struct span name)
{
    return span_equal_nocase(name, SPAN("Authorization")) ||
           span_equal_nocase(name, SPAN("Proxy-Authorization"));
}

static bool is_cookie(struct span name)
{
    return span_equal_nocase(name, SPAN("Cookie")) ||
           span_equal_nocase(name, SPAN("Set-Cookie"));
}

/* Of credentials the scheme stays readable ("Basic"), the rest does not: RFC
 * 9110 §11.4. Of a cookie nothing does: any of it may be the session. */
size_t http_field_open_length(struct span name, struct span value)
{
    size_t open = 0;

    if (is_cookie(name))
        return 0;
    if (!is_credentials(name))
        return value.length;
    while (open < value.length && value.data[open] != ' ')
        open++;
    while (open < value.length && value.data[open] == ' ')
        open++;
    return open < value.length ? open : 0;
}

/* The line that broke the head, or that had not ended yet, was made no field;
 * it may be one all the same ("Authorization : ..."), or go on with one. */
static bool rest_is_secret(const struct http_head *head, struct span rest)
{
    size_t name = 0;

    if (rest.length > 0 && (rest.data[0] == ' ' || rest.data[0] == '\t')) {
        if (head->field_count == 0)
            return false;
        struct span last = head->fields[head->field_count - 1].name;
        return is_credentials(last) || is_cookie(last);
    }
    while (name < rest.length && rest.data[name] != ':' &&
           rest.data[name] != ' ' && rest.data[name] != '\t')
        name++;
    rest.length = name;
    return is_credentials(rest) || is_cookie(rest);
}

void http_head_mask(const struct http_head *head, struct conn *conn)
{
    struct span rest = {head->bytes + head->line_start,
                        head->length - head->line_start};

    for (size_t i = 0; i < head->field_count; i++) {
        struct span value = head->fields[i].value;
        size_t open = http_field_open_length(head->fields[i].name, value);

        if (open < value.length)
            conn_mask(conn, (size_t)(value.data - head->bytes) + open,
                      value.length - open);
    }
    if (rest_is_secret(head, rest))
        conn_mask(conn, head->line_start, rest.length);
}

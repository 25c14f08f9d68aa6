/* SPDX-License-Identifier: MIT */
/*
 * compare_head: start line and fields of a recorded message. The
 * contract is in compare_http.h.
 */
#include <string.h>

#include "labs/trace/compare_http.h"

/* Two words, and all that follows them: a reason phrase has blanks. */
static void split_start(struct span line, struct span words[3])
{
    for (int i = 0; i < 3; i++) {
        const char *blank = line.length > 0 && i < 2
                                ? memchr(line.data, ' ', line.length)
                                : NULL;
        size_t length =
            blank != NULL ? (size_t)(blank - line.data) : line.length;
        words[i] = (struct span){line.data, length};
        length += blank != NULL;
        line.data += length;
        line.length -= length;
    }
}

void compare_start_read(struct span words[3], const struct trace_event *event)
{
    struct span rest = event->data, line = SPAN("");

    span_take_line(&rest, &line);
    split_start(line, words);
}

void compare_head_read(struct compare_head *head,
                       const struct trace_event *event)
{
    struct span line = SPAN("");

    head->rest = event->data;
    head->field_count = 0;
    head->missing = event->length > event->data.length
                        ? event->length - event->data.length
                        : 0;
    span_take_line(&head->rest, &line);
    split_start(line, head->words);
    while (span_take_line(&head->rest, &line) && line.length > 0) {
        const char *colon = memchr(line.data, ':', line.length);
        size_t length =
            colon != NULL ? (size_t)(colon - line.data) : line.length;
        if (head->field_count == COMPARE_FIELDS_MAX)
            continue;
        struct compare_field *field = &head->fields[head->field_count++];
        field->name = (struct span){line.data, length};
        length += colon != NULL;
        field->value =
            span_trim((struct span){line.data + length, line.length - length});
    }
}

struct span compare_boundary(struct span value)
{
    static const char word[] = "boundary=";
    const char *at = value.length > 0 ? memmem(value.data, value.length, word,
                                               sizeof(word) - 1)
                                      : NULL;
    size_t length = 0, left;

    if (at == NULL)
        return COMPARE_NO_VALUE;
    at += sizeof(word) - 1;
    left = (size_t)(value.data + value.length - at);
    const char *end = left > 0 && *at == '"' ? "\"" : "; \t\r\n";
    if (*end == '"') {
        at++;
        left--;
    }
    while (length < left && strchr(end, at[length]) == NULL)
        length++;
    return (struct span){at, length};
}

const struct compare_field *compare_head_field(const struct compare_head *head,
                                               struct span name, size_t nth)
{
    for (size_t i = 0; i < head->field_count; i++)
        if (span_equal_nocase(head->fields[i].name, name) && nth-- == 0)
            return &head->fields[i];
    return NULL;
}

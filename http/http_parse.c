/* SPDX-License-Identifier: MIT */
/*
 * http_parse: the head of a message, from bytes to values. RFC 9112 §2 to §5.
 *
 * The head is copied line by line into the struct, so that a stream may come
 * in any split, and the spans stay good while the body is read. No line is
 * looked at before it is whole: the outcome can't depend on the split.
 */
#include "http/http.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void http_head_start(struct http_head *head, enum http_kind kind)
{
    head->kind = kind;
    head->version_minor = 1;
    head->method = head->target = head->reason = (struct span){NULL, 0};
    head->status = 0;
    head->field_count = 0;
    head->refusal = 0;
    head->length = 0;
    head->line_start = 0;
    head->started = kind == HTTP_TRAILER;
}

/* Every way a head can be broken ends here: the rule, the line that broke it,
 * and what a server should answer to it. */
static enum parse broken(struct http_head *head, struct error *error,
                         int refusal, const char *rule)
{
    size_t length = head->length - head->line_start;

    head->refusal = refusal;
    error_set(error, ERROR_PROTOCOL, "%s", rule);
    error_set_peer(error, head->bytes + head->line_start,
                   length < 200 ? length : 200);
    return PARSE_BROKEN;
}

/* ---- characters --------------------------------------------------------- */

static bool is_token_byte(unsigned char byte)
{
    if (byte >= '0' && byte <= '9')
        return true;
    if ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z')
        return true;
    return byte != '\0' && strchr("!#$%&'*+-.^_`|~", byte) != NULL;
}

bool http_is_token(struct span text)
{
    for (size_t i = 0; i < text.length; i++)
        if (!is_token_byte((unsigned char)text.data[i]))
            return false;
    return text.length > 0;
}

/* RFC 9110 §5.5: CR, LF and NUL are dangerous in a value, the other controls
 * have no use there; bytes above 0x7f are opaque. */
static bool is_value(struct span text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
            return false;
    }
    return true;
}

/* A target is opaque to the parser, but it can't hold blanks or controls. */
static bool is_target(struct span text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (byte <= 0x20 || byte == 0x7f)
            return false;
    }
    return text.length > 0;
}

/* Takes what stands before the first `mark` off `text`; false if none is. */
static bool cut_at(struct span *text, char mark, struct span *before)
{
    const char *found =
        text->length ? memchr(text->data, mark, text->length) : NULL;

    if (!found)
        return false;
    *before = (struct span){text->data, (size_t)(found - text->data)};
    text->data = found + 1;
    text->length -= before->length + 1;
    return true;
}

/* ---- the start line ----------------------------------------------------- */

/* "HTTP/1.1" and no other spelling: RFC 9112 §2.3. Returns the major version,
 * -1 if it is none. */
static int read_version(struct span text, int *minor)
{
    const char *digits = text.data + 5;

    if (text.length != 8 || memcmp(text.data, "HTTP/", 5) != 0 ||
        digits[0] < '0' || digits[0] > '9' || digits[1] != '.' ||
        digits[2] < '0' || digits[2] > '9')
        return -1;
    *minor = digits[2] - '0';
    return digits[0] - '0';
}

/* RFC 9112 §3: method SP target SP version, one space each and no more. */
static enum parse read_request_line(struct http_head *head, struct span line,
                                    struct error *error)
{
    if (!cut_at(&line, ' ', &head->method) || !http_is_token(head->method))
        return broken(head, error, 400,
                      "the request line does not begin with a method and one "
                      "space (RFC 9112 §3)");
    if (!cut_at(&line, ' ', &head->target) || !is_target(head->target))
        return broken(head, error, 400,
                      "the request line has no target between single spaces "
                      "(RFC 9112 §3)");
    int major = read_version(line, &head->version_minor);
    if (major < 0)
        return broken(head, error, 400,
                      "the request line does not end in a version like "
                      "HTTP/1.1 (RFC 9112 §2.3)");
    if (major != 1)
        return broken(head, error, 505,
                      "the request is not in HTTP/1 (RFC 9110 §15.6.6)");
    return PARSE_MORE;
}

/* RFC 9112 §4: version SP code SP [reason]. The space after the code is due
 * even without a reason; servers that forget it are understood. */
static enum parse read_status_line(struct http_head *head, struct span line,
                                   struct error *error)
{
    struct span version, code;
    uint64_t status;

    if (!cut_at(&line, ' ', &version) ||
        read_version(version, &head->version_minor) != 1)
        return broken(head, error, 0,
                      "the answer does not begin with HTTP/1.1 or HTTP/1.0 "
                      "(RFC 9112 §4)");
    if (!cut_at(&line, ' ', &code)) {
        code = line;
        line.length = 0;
    }
    if (code.length != 3 || !text_to_u64(code, 999, &status) || status < 100)
        return broken(head, error, 0,
                      "the status code is not three digits from 100 on "
                      "(RFC 9112 §4)");
    head->status = (int)status;
    head->reason = line;
    return PARSE_MORE;
}

/* ---- fields ------------------------------------------------------------- */

/* RFC 9112 §5.2: a line that begins with a blank goes on with the field before
 * it. A server refuses it; a client puts blanks for the line end. */
static enum parse read_fold(struct http_head *head, struct span line,
                            struct error *error)
{
    if (head->kind != HTTP_RESPONSE || head->field_count == 0)
        return broken(head, error, 400,
                      "a header line begins with a blank (RFC 9112 §5.2)");
    memset(head->bytes + head->line_start - 2, ' ', 2);
    struct span *value = &head->fields[head->field_count - 1].value;
    value->length = (size_t)(line.data + line.length - value->data);
    *value = span_trim(*value);
    return PARSE_MORE;
}

static enum parse read_field(struct http_head *head, struct span line,
                             struct error *error)
{
    struct http_field field = {.value = line};

    if (!is_value(line))
        return broken(head, error, 400,
                      "a header line holds a control byte (RFC 9110 §5.5)");
    if (line.data[0] == ' ' || line.data[0] == '\t')
        return read_fold(head, line, error);
    if (!cut_at(&field.value, ':', &field.name))
        return broken(head, error, 400,
                      "a header line has no colon (RFC 9112 §5)");
    if (span_trim(field.name).length < field.name.length)
        return broken(head, error, 400,
                      "a blank stands between a field's name and its colon "
                      "(RFC 9112 §5.1)");
    if (!http_is_token(field.name))
        return broken(head, error, 400,
                      "a field's name is no token (RFC 9110 §5.1)");
    if (head->field_count == HTTP_FIELDS_MAX)
        return broken(head, error, 431, "the header has too many fields");
    field.value = span_trim(field.value);
    head->fields[head->field_count++] = field;
    return PARSE_MORE;
}

/* ---- lines -------------------------------------------------------------- */

/* One whole line, from line_start to the LF at the end of what was read. */
static enum parse read_line(struct http_head *head, struct error *error)
{
    struct span line = {head->bytes + head->line_start,
                        head->length - head->line_start - 1};

    if (line.length == 0 || line.data[line.length - 1] != '\r')
        return broken(head, error, 400,
                      "a line ends in LF without CR (RFC 9112 §2.2)");
    line.length--;
    if (memchr(line.data, '\r', line.length))
        return broken(head, error, 400,
                      "a CR stands inside a line (RFC 9112 §2.2)");
    if (line.length == 0 && head->started)
        return PARSE_DONE;
    /* An empty line before a request is the end of a body that its client
     * counted wrongly: RFC 9112 §2.2 asks servers to overlook it. */
    if (line.length == 0 && head->kind == HTTP_REQUEST)
        return PARSE_MORE;
    if (head->started)
        return read_field(head, line, error);
    head->started = true;
    if (head->kind == HTTP_REQUEST)
        return read_request_line(head, line, error);
    return read_status_line(head, line, error);
}

/* Keeps `length` more bytes, within the limits of http_limits.h. */
static bool keep(struct http_head *head, const char *data, size_t length,
                 struct error *error)
{
    size_t line = head->length - head->line_start + length;

    if (!head->started && line > HTTP_LINE_MAX + 2) {
        broken(head, error, 414, "the first line is longer than we read");
        return false;
    }
    if (head->length + length > HTTP_HEAD_MAX) {
        broken(head, error, 431,
               head->kind == HTTP_TRAILER
                   ? "the trailer section is longer than we read"
                   : "the header does not end within what we read");
        return false;
    }
    memcpy(head->bytes + head->length, data, length);
    head->length += length;
    return true;
}

enum parse http_head_read(struct http_head *head, struct span input,
                          size_t *used, struct error *error)
{
    *used = 0;
    while (*used < input.length) {
        const char *rest = input.data + *used;
        const char *lf = memchr(rest, '\n', input.length - *used);
        size_t length = lf ? (size_t)(lf - rest) + 1 : input.length - *used;

        if (!keep(head, rest, length, error))
            return PARSE_BROKEN;
        *used += length;
        if (!lf)
            return PARSE_MORE;
        enum parse outcome = read_line(head, error);
        if (outcome != PARSE_MORE)
            return outcome;
        head->line_start = head->length;
    }
    return PARSE_MORE;
}

/* ---- looking fields up -------------------------------------------------- */

struct span http_head_field(const struct http_head *head, const char *name)
{
    for (size_t i = 0; i < head->field_count; i++)
        if (span_equal_nocase(head->fields[i].name, span_of(name)))
            return head->fields[i].value;
    return (struct span){NULL, 0};
}

size_t http_head_count(const struct http_head *head, const char *name)
{
    size_t count = 0;

    for (size_t i = 0; i < head->field_count; i++)
        count += span_equal_nocase(head->fields[i].name, span_of(name));
    return count;
}

/* Deliberately blind to quoted strings, which no list that we read this way
 * may hold: Connection, Transfer-Encoding, If-None-Match's simple tags. */
bool http_list_next(struct span *list, struct span *element)
{
    while (list->length > 0) {
        if (!cut_at(list, ',', element)) {
            *element = *list;
            list->length = 0;
        }
        *element = span_trim(*element);
        if (element->length > 0)
            return true;
    }
    return false;
}

bool http_head_has(const struct http_head *head, const char *name,
                   const char *token)
{
    for (size_t i = 0; i < head->field_count; i++) {
        struct span list = head->fields[i].value, element;

        if (!span_equal_nocase(head->fields[i].name, span_of(name)))
            continue;
        while (http_list_next(&list, &element))
            if (span_equal_nocase(element, span_of(token)))
                return true;
    }
    return false;
}

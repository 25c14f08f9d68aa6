/* SPDX-License-Identifier: MIT */
/* http_conditions: RFC 9110 §13, read in the order of its §13.2.2. */
#include "http/http_conditions.h"

#include <string.h>

/* ---- entity tags -------------------------------------------------------- */

static bool is_weak(struct span tag)
{
    return tag.length >= 2 && memcmp(tag.data, "W/", 2) == 0;
}

static struct span opaque(struct span tag)
{
    return is_weak(tag) ? (struct span){tag.data + 2, tag.length - 2} : tag;
}

/* Strong: the same bytes, for a part or a change. Weak: as good as the same,
 * for a cache. */
bool http_etag_equal(struct span a, struct span b, bool strong)
{
    if (strong && (is_weak(a) || is_weak(b)))
        return false;
    return span_equal(opaque(a), opaque(b));
}

/* The length of the entity-tag that the text begins with; 0: with none. A
 * comma is allowed inside the quotes (RFC 9110 §8.8.3), so such a list can't
 * be cut at its commas. */
static size_t tag_length(struct span text)
{
    size_t prefix = is_weak(text) ? 2 : 0;
    const char *end;

    if (text.length < prefix + 2 || text.data[prefix] != '"')
        return 0;
    end = memchr(text.data + prefix + 1, '"', text.length - prefix - 1);
    return end ? (size_t)(end - text.data) + 1 : 0;
}

bool http_etag_next(struct span *list, struct span *tag)
{
    while (list->length > 0) {
        size_t length = tag_length(*list);

        *tag = (struct span){list->data, length};
        list->data += length ? length : 1;
        list->length -= length ? length : 1;
        if (length)
            return true;
    }
    return false;
}

/* ---- the fields --------------------------------------------------------- */

/* One of the tags in any of the fields of that name is ours, or "*" asks
 * whether there is anything at all. */
static bool any_tag_matches(const struct http_head *request, const char *name,
                            const struct http_validators *current, bool strong)
{
    for (size_t i = 0; i < request->field_count; i++) {
        struct span list = request->fields[i].value, tag;

        if (!span_equal_nocase(request->fields[i].name, span_of(name)))
            continue;
        if (span_equal(list, SPAN("*")))
            return current->exists;
        while (current->exists && current->etag && http_etag_next(&list, &tag))
            if (http_etag_equal(tag, span_of(current->etag), strong))
                return true;
    }
    return false;
}

/* A date that can't be read, or that stands there twice, is no condition: RFC
 * 9110 §13.1.3 and §13.1.4. Nor is one on what has no date. */
static bool read_date(const struct http_head *request, const char *name,
                      const struct http_validators *current, time_t *when)
{
    return current->exists && current->modified != -1 &&
           http_head_count(request, name) == 1 &&
           http_date_read_at(http_head_field(request, name), current->now,
                             when);
}

/* ---- the order of RFC 9110 §13.2.2 -------------------------------------- */

/* Steps 1 and 2: is it still what the client wants to change? */
static int judge_match(const struct http_head *request,
                       const struct http_validators *current, const char **why)
{
    time_t when;

    if (http_head_count(request, "If-Match") > 0) {
        bool held = any_tag_matches(request, "If-Match", current, true);
        *why = held ? "If-Match names our ETag: go on"
                    : "If-Match names no strong ETag of what is here now";
        return held ? 0 : 412;
    }
    if (!read_date(request, "If-Unmodified-Since", current, &when))
        return 0;
    *why = current->modified <= when
               ? "not modified since If-Unmodified-Since: go on"
               : "modified after If-Unmodified-Since";
    return current->modified <= when ? 0 : 412;
}

/* Steps 3 and 4: has the client got it already? */
static int judge_none_match(const struct http_head *request,
                            const struct http_validators *current, bool reads,
                            const char **why)
{
    time_t when;

    if (http_head_count(request, "If-None-Match") > 0) {
        if (!any_tag_matches(request, "If-None-Match", current, false)) {
            *why = "If-None-Match names no ETag of ours: go on "
                   "(If-Modified-Since does not count beside it)";
            return 0;
        }
        *why = "If-None-Match names what is here";
        return reads ? 304 : 412;
    }
    if (!reads || !read_date(request, "If-Modified-Since", current, &when))
        return 0;
    *why = current->modified <= when
               ? "not modified since If-Modified-Since"
               : "modified after If-Modified-Since: go on";
    return current->modified <= when ? 304 : 0;
}

/* NOTE(http-conditions): tags go before dates, because two changes can fall
 * into one second; and "may I change it?" before "do I need it?". */
int http_conditions_judge(const struct http_head *request,
                          const struct http_validators *current,
                          const char **why)
{
    bool reads = span_equal(request->method, SPAN("GET")) ||
                 span_equal(request->method, SPAN("HEAD"));
    int status;

    *why = NULL;
    status = judge_match(request, current, why);
    return status ? status : judge_none_match(request, current, reads, why);
}

/* Step 5. Only strong validators will do: a part must fit to the byte. A date
 * is one when it is a second old at least, for within that second the file may
 * have changed twice (RFC 9110 §8.8.2.2); and it must be the very one. */
bool http_if_range_holds(const struct http_head *request,
                         const struct http_validators *current)
{
    struct span value = http_head_field(request, "If-Range");
    time_t when;

    if (!value.data)
        return true;
    if (tag_length(value) == value.length)
        return current->etag &&
               http_etag_equal(value, span_of(current->etag), true);
    return read_date(request, "If-Range", current, &when) &&
           when == current->modified && current->now - when >= 1;
}

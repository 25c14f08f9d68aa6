/* SPDX-License-Identifier: MIT */
/*
 * imap_structure: the parts of a message, found in one pass.
 *
 * All that decides is decided at the end of a line: is it empty, does it go on
 * the header field before it, is it a boundary? Of a line only as much is kept
 * as that needs, so lines may be as long as they like.
 */
#include "imap/imap_structure.h"

#include <stdlib.h>
#include <string.h>

struct imap_structure {
    struct imap_part parts[IMAP_PARTS_MAX]; /* parts[0] is the message */
    size_t count;
    struct imap_part *open;     /* the innermost that has not ended */
    size_t depth;               /* of it */
    bool in_header;             /* of it */
    uint64_t at;                /* octets fed so far */
    uint64_t line_start;        /* of the line being read */
    uint64_t lines;             /* line ends before it */
    size_t last_end;            /* octets of the line end before it: 0 to 2 */
    char line[IMAP_FIELD_MAX];  /* its beginning, at most so much */
    size_t line_length;         /* kept of it */
    char field[IMAP_FIELD_MAX]; /* the header field being read, unfolded */
    size_t field_length;
    char kept[IMAP_HEADERS_MAX]; /* values of fields */
    size_t kept_length;
};

static const struct {
    const char *name;
    enum imap_field field;
} field_names[] = {
    {"Content-Type", IMAP_FIELD_CONTENT_TYPE},
    {"Content-ID", IMAP_FIELD_CONTENT_ID},
    {"Content-Description", IMAP_FIELD_CONTENT_DESCRIPTION},
    {"Content-Transfer-Encoding", IMAP_FIELD_CONTENT_TRANSFER_ENCODING},
    {"Content-Disposition", IMAP_FIELD_CONTENT_DISPOSITION},
    {"Content-Language", IMAP_FIELD_CONTENT_LANGUAGE},
    {"Content-Location", IMAP_FIELD_CONTENT_LOCATION},
    {"Content-MD5", IMAP_FIELD_CONTENT_MD5},
    {"Date", IMAP_FIELD_DATE},
    {"Subject", IMAP_FIELD_SUBJECT},
    {"From", IMAP_FIELD_FROM},
    {"Sender", IMAP_FIELD_SENDER},
    {"Reply-To", IMAP_FIELD_REPLY_TO},
    {"To", IMAP_FIELD_TO},
    {"Cc", IMAP_FIELD_CC},
    {"Bcc", IMAP_FIELD_BCC},
    {"In-Reply-To", IMAP_FIELD_IN_REPLY_TO},
    {"Message-ID", IMAP_FIELD_MESSAGE_ID}};
_Static_assert(sizeof(field_names) / sizeof(*field_names) == IMAP_FIELDS,
               "each field has a name");

/* ---- parts begin and end ------------------------------------------------ */

/* A part inside of `parent`; false when there are too many, or too deep. */
static bool begin_part(struct imap_structure *m, struct imap_part *parent,
                       uint64_t start)
{
    struct imap_part *part = &m->parts[m->count], **last;

    if (m->count == IMAP_PARTS_MAX ||
        (parent != NULL && m->depth == IMAP_PARTS_DEPTH))
        return false;
    *part = (struct imap_part){.parent = parent, .start = start, .body = start};
    part->type = SPAN("text");
    part->subtype = SPAN("plain");
    if (parent != NULL) {
        for (last = &parent->child; *last != NULL; last = &(*last)->next)
            ;
        *last = part;
        m->depth++;
    }
    m->count++;
    m->open = part;
    m->in_header = true;
    m->field_length = 0;
    return true;
}

static void take_field(struct imap_structure *m);
static void end_header(struct imap_structure *m, uint64_t body, uint64_t lines);

/* The innermost part ends before `end`, where `lines` lines have ended. While
 * it was open, `lines` held what was before its body. */
static void end_part(struct imap_structure *m, uint64_t end, uint64_t lines)
{
    struct imap_part *part;

    /* A header that has no empty line is all there is of its part; were it that
     * of a message/rfc822, there is an empty message in it. */
    while (m->in_header) {
        take_field(m);
        end_header(m, end > m->open->start ? end : m->open->start, lines);
    }
    part = m->open;
    part->end = end > part->body ? end : part->body;
    part->lines = lines > part->lines ? lines - part->lines : 0;
    part->boundary[0] = '\0';
    m->in_header = false;
    if (part->parent != NULL)
        m->depth--;
    m->open = part->parent;
}

/* ---- header fields ------------------------------------------------------ */

/* "Subject: text" has been read to its end. The first of a name counts. */
static void take_field(struct imap_structure *m)
{
    struct span field = {m->field, m->field_length}, name, value;
    const char *colon = memchr(field.data, ':', field.length);

    m->field_length = 0;
    if (colon == NULL)
        return;
    name = span_trim((struct span){field.data, (size_t)(colon - field.data)});
    value = span_trim((struct span){
        colon + 1, field.length - (size_t)(colon - field.data) - 1});
    for (size_t i = 0; i < IMAP_FIELDS; i++) {
        struct span *kept = &m->open->fields[field_names[i].field];

        if (!span_equal_nocase(name, span_of(field_names[i].name)))
            continue;
        if (kept->data != NULL ||
            value.length > IMAP_HEADERS_MAX - m->kept_length)
            return;
        if (value.length > 0)
            memcpy(m->kept + m->kept_length, value.data, value.length);
        *kept = (struct span){m->kept + m->kept_length, value.length};
        m->kept_length += value.length;
        return;
    }
}

/* A line of a header, without its end: a new field, or more of the last. */
static void take_header_line(struct imap_structure *m, struct span line)
{
    size_t room;

    if (line.data[0] != ' ' && line.data[0] != '\t')
        take_field(m);
    room = sizeof(m->field) - m->field_length;
    if (line.length > room)
        line.length = room;
    memcpy(m->field + m->field_length, line.data, line.length);
    m->field_length += line.length;
}

static void read_boundary(struct imap_part *part, struct span rest)
{
    char value[IMAP_BOUNDARY_MAX];
    struct span name;

    while (imap_parameter_next(&rest, &name, value, sizeof(value)))
        if (span_equal_nocase(name, SPAN("boundary"))) {
            memcpy(part->boundary, value, sizeof(value));
            return;
        }
}

/* What kind of part is it? RFC 2046 §5.1.5: in a digest a part that does not
 * say is a message. A multipart without a boundary has no parts. */
static void judge_type(struct imap_part *part)
{
    struct span rest = part->fields[IMAP_FIELD_CONTENT_TYPE], type, subtype;

    type = imap_mime_token(&rest);
    if (type.length > 0 && rest.length > 0 && rest.data[0] == '/') {
        rest.data++;
        rest.length--;
        subtype = imap_mime_token(&rest);
        if (subtype.length > 0) {
            part->type = type;
            part->subtype = subtype;
        }
    } else if (part->parent != NULL && part->parent->digest) {
        part->type = SPAN("message");
        part->subtype = SPAN("rfc822");
    }
    if (span_equal_nocase(part->type, SPAN("multipart"))) {
        read_boundary(part, rest);
        part->kind = part->boundary[0] ? IMAP_PART_MULTIPART : IMAP_PART_LEAF;
        part->digest = span_equal_nocase(part->subtype, SPAN("digest"));
    } else if (span_equal_nocase(part->type, SPAN("message")) &&
               span_equal_nocase(part->subtype, SPAN("rfc822"))) {
        part->kind = IMAP_PART_MESSAGE;
    }
    /* A multipart that we can't take apart is shown as what it is to us. */
    if (part->kind == IMAP_PART_LEAF &&
        span_equal_nocase(part->type, SPAN("multipart"))) {
        part->type = SPAN("text");
        part->subtype = SPAN("plain");
    }
}

static void end_header(struct imap_structure *m, uint64_t body, uint64_t lines)
{
    struct imap_part *part = m->open;

    part->body = body;
    part->lines = lines;
    m->in_header = false;
    judge_type(part);
    if (part->kind == IMAP_PART_MESSAGE && !begin_part(m, part, body))
        part->kind = IMAP_PART_LEAF;
}

/* ---- lines -------------------------------------------------------------- */

/* RFC 2046 §5.1.1: two hyphens, the boundary, two more at the last one, and
 * blanks that some gateway has added. 0: none, 1: a part begins, 2: the last
 * has ended. */
static int is_boundary(struct span line, const char *boundary)
{
    size_t length = strlen(boundary);
    bool last;

    if (length == 0 || line.length < length + 2 || line.data[0] != '-' ||
        line.data[1] != '-' || memcmp(line.data + 2, boundary, length) != 0)
        return 0;
    line.data += length + 2;
    line.length -= length + 2;
    last = line.length >= 2 && line.data[0] == '-' && line.data[1] == '-';
    if (last) {
        line.data += 2;
        line.length -= 2;
    }
    return span_trim(line).length == 0 ? (last ? 2 : 1) : 0;
}

/* NOTE(imap-boundary): from the innermost outwards, for an outer boundary ends
 * the inner parts too, whether their own last boundary came or not. */
static bool take_boundary(struct imap_structure *m, struct span line,
                          uint64_t next)
{
    struct imap_part *part = m->open;
    uint64_t before = m->line_start - m->last_end;
    uint64_t lines = m->lines - (m->last_end > 0);
    int found = 0;

    if (line.length < 3 || line.data[0] != '-' || line.data[1] != '-')
        return false;
    while (part != NULL && (found = is_boundary(line, part->boundary)) == 0)
        part = part->parent;
    if (part == NULL)
        return false;
    while (m->open != part)
        end_part(m, before, lines);
    if (found == 2)
        part->boundary[0] = '\0';
    else if (!begin_part(m, part, next))
        /* Too many parts, or too deep: the rest is not taken apart. */
        part->boundary[0] = '\0';
    return true;
}

/* A line has ended; the next begins at `next`. */
static void take_line(struct imap_structure *m, uint64_t next, bool ended)
{
    struct span line = {m->line, m->line_length};
    size_t end = ended ? 1 : 0;

    if (ended && line.length > 0 && line.data[line.length - 1] == '\r' &&
        m->line_start + line.length + 1 == next) {
        line.length--;
        end = 2;
    }
    if (!take_boundary(m, line, next) && m->in_header) {
        if (line.length == 0) {
            take_field(m);
            end_header(m, next, m->lines + 1);
        } else {
            take_header_line(m, line);
        }
    }
    m->lines += ended;
    m->last_end = end;
    m->line_start = next;
    m->line_length = 0;
}

static void keep_line(struct imap_structure *m, struct span octets)
{
    /* In a body a line is a boundary or nothing. */
    size_t most = m->in_header ? sizeof(m->line) : IMAP_BOUNDARY_MAX + 80;
    size_t room = m->line_length < most ? most - m->line_length : 0;
    size_t length = octets.length < room ? octets.length : room;

    memcpy(m->line + m->line_length, octets.data, length);
    m->line_length += length;
}

bool imap_structure_feed(struct imap_structure *m, struct span octets)
{
    while (octets.length > 0) {
        const char *lf = memchr(octets.data, '\n', octets.length);
        size_t length = lf ? (size_t)(lf - octets.data) : octets.length;

        keep_line(m, (struct span){octets.data, length});
        m->at += length + (lf != NULL);
        octets.data += length + (lf != NULL);
        octets.length -= length + (lf != NULL);
        if (lf != NULL)
            take_line(m, m->at, true);
    }
    return m->open != &m->parts[0] || !m->in_header;
}

void imap_structure_end(struct imap_structure *m)
{
    if (m->line_length > 0 || m->line_start < m->at)
        take_line(m, m->at, false);
    while (m->open != NULL)
        end_part(m, m->at, m->lines);
}

/* ---- the tree ----------------------------------------------------------- */

struct imap_structure *imap_structure_new(void)
{
    /* Zeroed, and so large that untouched pages of it cost nothing. */
    struct imap_structure *m = calloc(1, sizeof(*m));

    if (m != NULL)
        imap_structure_reset(m);
    return m;
}

void imap_structure_free(struct imap_structure *m)
{
    free(m);
}

void imap_structure_reset(struct imap_structure *m)
{
    m->count = m->depth = 0;
    m->at = m->line_start = m->lines = 0;
    m->last_end = m->line_length = m->kept_length = 0;
    begin_part(m, NULL, 0);
}

const struct imap_part *imap_structure_root(const struct imap_structure *m)
{
    return &m->parts[0];
}

/* One step down: into a multipart, or into the message in a part. A message
 * that is no multipart has one part, its body. */
static const struct imap_part *step(const struct imap_part *part, bool first,
                                    uint32_t number)
{
    const struct imap_part *child;

    if (!first && part->kind == IMAP_PART_MESSAGE)
        part = part->child;
    else if (!first && part->kind == IMAP_PART_LEAF)
        return NULL;
    if (part->kind != IMAP_PART_MULTIPART)
        return number == 1 ? part : NULL;
    for (child = part->child; child != NULL && number > 1; number--)
        child = child->next;
    return number == 1 ? child : NULL;
}

const struct imap_part *imap_structure_find(const struct imap_structure *m,
                                            const uint32_t *path, size_t depth)
{
    const struct imap_part *part = &m->parts[0];

    for (size_t i = 0; i < depth && part != NULL; i++)
        part = step(part, i == 0, path[i]);
    return part;
}

/* SPDX-License-Identifier: MIT */
/*
 * http_save: where an answer goes. To standard output or to a file, which
 * stands under its name only when the answer was whole; -i and -I put the
 * header there too; -f wants nothing of a 4xx or 5xx; -C goes on with what an
 * earlier run left.
 */
#include "http/http_save.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* ---- choosing the target ------------------------------------------------ */

static bool is_folder(const char *path)
{
    struct stat status;
    size_t length = strlen(path);

    return (length > 0 && path[length - 1] == '/') ||
           (stat(path, &status) == 0 && S_ISDIR(status.st_mode));
}

/* The last segment of the URL's path names a file in -o DIR/, cleaned of what
 * has a meaning to a shell or a terminal: the server chose it, not the user. */
static void name_by_target(char *name, size_t size, const char *target)
{
    size_t length = strcspn(target, "?"), start = length, at = 0;

    while (start > 0 && target[start - 1] != '/')
        start--;
    for (; start < length && at + 1 < size; start++) {
        char byte = target[start];
        bool plain = (byte >= '0' && byte <= '9') ||
                     ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') ||
                     (byte == '.' && at > 0) || byte == '-' || byte == '_';
        name[at++] = plain ? byte : '_';
    }
    name[at] = '\0';
    if (at == 0)
        snprintf(name, size, "index.html");
}

static int choose_path(struct http_save *save, const char *target, size_t index,
                       struct error *error)
{
    const struct option_list *outputs = &save->options->outputs;
    bool shared = outputs->count == 1 && is_folder(outputs->values[0]);
    const char *given = shared                   ? outputs->values[0]
                        : index < outputs->count ? outputs->values[index]
                                                 : "";
    char name[256] = "";
    int length;

    if (strcmp(given, "-") == 0)
        given = "";
    if (given[0] != '\0' && is_folder(given))
        name_by_target(name, sizeof(name), target);
    length =
        snprintf(save->path, sizeof(save->path), "%s%s%s", given,
                 name[0] && given[strlen(given) - 1] != '/' ? "/" : "", name);
    if (length < 0 || (size_t)length >= sizeof(save->path))
        return error_set(error, ERROR_USAGE, "%s: the path is too long", given);
    return 0;
}

/* -C - goes on where the file ends; -C N must say the same. */
static int plan_resume(struct http_save *save, struct error *error)
{
    const char *from = save->options->resume;
    bool automatic = strcmp(from, "-") == 0;
    struct stat status;

    if (!automatic &&
        !text_to_u64(span_of(from), INT64_MAX, &save->resume_from))
        return error_set(error, ERROR_USAGE,
                         "-C takes a number of bytes, or - to go on where the "
                         "file ends");
    /* To standard output goes what is asked for: there is no file to fit. */
    if (save->path[0] != '\0') {
        uint64_t there =
            stat(save->path, &status) == 0 && S_ISREG(status.st_mode)
                ? (uint64_t)status.st_size
                : 0;
        if (automatic)
            save->resume_from = there;
        else if (there != save->resume_from)
            return error_set(error, ERROR_USAGE,
                             "%s has %" PRIu64 " bytes, so a part from %s on "
                             "would not fit (-C - goes on where it ends)",
                             save->path, there, from);
        save->resuming = save->resume_from > 0;
    }
    if (save->resume_from > 0)
        snprintf(save->range, sizeof(save->range), "%" PRIu64 "-",
                 save->resume_from);
    return 0;
}

int http_save_plan(struct http_save *save, const struct http_options *options,
                   const char *url_target, size_t index, struct error *error)
{
    *save = (struct http_save){.options = options, .expected = UINT64_MAX};
    int result = choose_path(save, url_target, index, error);

    if (result < 0)
        return result;
    if (options->resume && options->range)
        return error_set(error, ERROR_USAGE, "-r and -C exclude each other");
    if (options->range && strlen(options->range) >= sizeof(save->range))
        return error_set(error, ERROR_USAGE,
                         "-r asks for more parts than one answer may have "
                         "(RFC 9110 §14.2)");
    if (options->range)
        snprintf(save->range, sizeof(save->range), "%s", options->range);
    return options->resume ? plan_resume(save, error) : 0;
}

/* ---- judging the answer ------------------------------------------------- */

static int refused(const struct http_head *head, struct error *error,
                   const char *what)
{
    error_set_peer(error, head->reason.data, head->reason.length);
    return error_set(error, ERROR_REFUSED, "the server answered %d %s%s",
                     head->status, http_reason(head->status), what);
}

/* A 206 must be the very part that was asked for, or the file would be patched
 * together from pieces that don't fit (RFC 9110 §14.4). */
static int judge_part(struct http_save *save, const struct http_head *head,
                      struct error *error)
{
    struct span value = http_head_field(head, "Content-Range");
    struct http_content_range range;
    uint64_t asked;
    /* Of several the server may give one, and not the first (RFC 9110
     * §15.3.7.2). */
    size_t digits =
        strchr(save->range, ',') ? 0 : strspn(save->range, "0123456789");

    error_set_peer(error, value.data, value.length);
    if (!http_content_range_read(value, &range) || !range.satisfied)
        return error_set(error, ERROR_PROTOCOL,
                         "206 without a Content-Range that can be read (RFC "
                         "9110 §14.4)");
    save->expected = range.last - range.first + 1;
    if (text_to_u64((struct span){save->range, digits}, INT64_MAX, &asked) &&
        range.first != asked)
        return error_set(error, ERROR_PROTOCOL,
                         "asked for the part from byte %" PRIu64
                         " on, got the one from %" PRIu64 " (RFC 9110 §14.4)",
                         asked, range.first);
    if (save->resuming && range.total != UINT64_MAX &&
        range.last + 1 != range.total)
        return error_set(error, ERROR_PROTOCOL,
                         "the part ends at byte %" PRIu64 " of %" PRIu64
                         ": the file would not be whole (RFC 9110 §14.4)",
                         range.last, range.total);
    error_set_peer(error, "", 0);
    return 0;
}

/* 416 to a resumption: if the whole is as long as our file, we have it. */
static bool is_complete(const struct http_save *save,
                        const struct http_head *head)
{
    struct http_content_range range;

    return head->status == 416 &&
           http_content_range_read(http_head_field(head, "Content-Range"),
                                   &range) &&
           !range.satisfied && range.total == save->resume_from;
}

static int judge_resumed(struct http_save *save, const struct http_head *head,
                         struct error *error)
{
    if (is_complete(save, head)) {
        save->complete = true;
        save->decision = "416, and the length is ours: all of it is here";
        return 0;
    }
    if (head->status == 206) {
        save->decision = "206, and Content-Range begins where our file ends";
        return judge_part(save, head, error);
    }
    if (head->status != 200)
        return refused(head, error, "; the file stays as it was");
    save->resuming = false;
    save->decision = "200: the server ignored Range, so we start again";
    return 0;
}

/* -r: one part, several in one body, or the whole of it. What is saved of
 * several is the body as it came, boundaries and all, as curl does. */
static int judge_ranges(struct http_save *save, const struct http_head *head,
                        struct error *error)
{
    if (head->status == 200)
        save->decision = "200: the server ignored Range, and sent all of it";
    if (head->status != 206)
        return 0;
    save->several = http_multipart_start(&save->parts,
                                         http_head_field(head, "Content-Type"));
    save->decision = save->several ? "206, and each part tells where it belongs"
                                   : "206, and Content-Range tells which part";
    return save->several ? 0 : judge_part(save, head, error);
}

/* What was not asked for is left as it came, as curl does. */
static int start_decoding(struct http_save *save, const struct http_head *head,
                          struct error *error)
{
    struct span codings = http_head_field(head, "Content-Encoding");

    if (!save->options->compressed || !codings.data || head->status == 206 ||
        save->complete)
        return 0;
    return http_decoder_open(&save->decoder, codings, error);
}

int http_save_begin(struct http_save *save, const struct http_head *head,
                    struct error *error)
{
    int result = 0;

    if (save->resuming)
        result = judge_resumed(save, head, error);
    else if (head->status >= 400 && save->options->client.fail)
        return refused(head, error, "");
    else if (save->range[0])
        result = judge_ranges(save, head, error);
    if (result == 0)
        result = start_decoding(save, head, error);
    return result < 0 || save->complete ? result
                                        : http_save_head(save, head, error);
}

/* ---- writing ------------------------------------------------------------ */

static int open_output(struct http_save *save, struct error *error)
{
    if (save->output)
        return 0;
    return output_open(&save->output, save->path[0] ? save->path : NULL,
                       save->resuming ? OUTPUT_RESUME : OUTPUT_FRESH, error);
}

int http_save_head(struct http_save *save, const struct http_head *head,
                   struct error *error)
{
    int result;

    if (!save->options->include && !save->options->head)
        return 0;
    result = open_output(save, error);
    return result < 0
               ? result
               : output_write(save->output, head->bytes, head->length, error);
}

static int write_piece(void *context, struct span piece, struct error *error)
{
    struct http_save *save = context;

    return output_write(save->output, piece.data, piece.length, error);
}

int http_save_piece(struct http_save *save, struct span piece,
                    struct error *error)
{
    int result = save->complete ? 0 : open_output(save, error);

    if (result < 0 || save->complete)
        return result;
    if (save->several &&
        http_multipart_read(&save->parts, piece, error) == PARSE_BROKEN)
        return -ERROR_PROTOCOL;
    return save->decoder ? http_decoder_feed(save->decoder, piece, write_piece,
                                             save, error)
                         : write_piece(save, piece, error);
}

int http_save_end(struct http_save *save, uint64_t content, struct error *error)
{
    struct output *output;
    int result;

    if (save->complete)
        return 0;
    if (save->expected != UINT64_MAX && content != save->expected)
        return error_set(error, ERROR_PROTOCOL,
                         "Content-Range promised %" PRIu64
                         " bytes, the body has %" PRIu64 " (RFC 9110 §14.4)",
                         save->expected, content);
    if (save->several && http_multipart_ended(&save->parts, error) < 0)
        return -ERROR_PROTOCOL;
    if (save->decoder && http_decoder_end(save->decoder, error) < 0)
        return -ERROR_PROTOCOL;
    if ((result = open_output(save, error)) < 0)
        return result;
    output = save->output;
    save->output = NULL;
    return output_commit(output, error);
}

void http_save_note(const struct http_save *save, struct conn *conn)
{
    uint64_t coded, decoded;

    if (save->decoder) {
        http_decoder_count(save->decoder, &coded, &decoded);
        conn_note(conn, RFC("9110", "8.4"), "coding",
                  "%" PRIu64 " bytes came, and unpack to %" PRIu64 ": %" PRIu64
                  " were spared",
                  coded, decoded, decoded > coded ? decoded - coded : 0);
    }
    if (save->decision)
        conn_note(conn, RFC("9110", "14.2"),
                  save->options->resume ? "resume" : "range", "%s",
                  save->decision);
    for (size_t i = 0; save->several && i < save->parts.count; i++) {
        const struct http_content_range *part = &save->parts.parts[i];
        char total[24] = "an unknown number";

        if (part->total != UINT64_MAX)
            snprintf(total, sizeof(total), "%" PRIu64, part->total);
        conn_note(conn, RFC("9110", "14.6"), "part",
                  "part %zu of %zu: bytes %" PRIu64 " to %" PRIu64 " of %s",
                  i + 1, save->parts.count, part->first, part->last, total);
    }
}

void http_save_abandon(struct http_save *save)
{
    http_decoder_free(save->decoder);
    save->decoder = NULL;
    output_abandon(save->output);
    save->output = NULL;
}

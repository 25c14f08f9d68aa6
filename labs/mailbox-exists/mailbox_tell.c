/* SPDX-License-Identifier: MIT */
/*
 * mailbox_tell: a result as text and as JSON.
 *
 * The number of an event is known when the trace is finished, and not before.
 * Until then a mark stands for it: \1, the connection's number, a colon, where
 * on it the reply ends, \2. No control byte of a peer gets here unescaped, so a
 * mark is never mistaken.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/trace.h"
#include "labs/mailbox-exists/mailbox.h"
#include "labs/trace/views.h"

#define MARK_BEGIN '\1'
#define MARK_END '\2'

static void mark(FILE *to, const struct mailbox_evidence *evidence)
{
    fprintf(to, "%c%" PRIu32 ":%" PRIu64 "%c", MARK_BEGIN, evidence->conn,
            evidence->place, MARK_END);
}

static const char *state_name(enum mailbox_reading state)
{
    return state == READING_FULL       ? "full"
           : state == READING_DISABLED ? "disabled"
           : state == READING_PRESENT  ? "troubled"
                                       : NULL;
}

/* ---- text --------------------------------------------------------------- */

static void text_evidence(FILE *to, const struct mailbox_evidence *evidence)
{
    char enhanced[SMTP_ENHANCED_TEXT];

    fprintf(to, "    %-15s ", mailbox_step_name(evidence->step));
    if (evidence->host[0])
        fprintf(to, "%s%s%s%s ", evidence->host,
                evidence->address[0] ? " [" : "", evidence->address,
                evidence->address[0] ? "]" : "");
    if (evidence->code) {
        smtp_enhanced_text(evidence->enhanced, enhanced);
        fprintf(to, "%d%s%s ", evidence->code, *enhanced ? " " : "", enhanced);
    }
    fprintf(to, "%s", evidence->words);
    mark(to, evidence);
    putc('\n', to);
}

static void text_tell(FILE *to, const char *address,
                      const struct mailbox_result *result)
{
    const char *state = state_name(result->state);
    char shown[1024];

    text_escape(shown, sizeof(shown), span_of(address));
    fprintf(to, "%s: %s%s%s%s\n", shown, mailbox_verdict_name(result->verdict),
            state ? " (" : "", state ? state : "", state ? ")" : "");
    for (size_t i = 0; i < result->count; i++)
        text_evidence(to, &result->evidence[i]);
    if (result->reading)
        fprintf(to, "    read by         %s: %s (RFC %s §%s)\n",
                result->reading->name, result->reading->says,
                result->reading->rfc.number, result->reading->rfc.section);
    fprintf(to, "    because         %s: %s (RFC %s §%s)\n", result->rule->name,
            result->rule->says, result->rule->rfc.number,
            result->rule->rfc.section);
    fprintf(to, "    overturned by   %s\n", result->rule->overturn);
}

/* ---- JSON --------------------------------------------------------------- */

static void json_member(FILE *to, const char *before, const char *text)
{
    fputs(before, to);
    if (text && *text)
        json_string(to, span_of(text));
    else
        fputs("null", to);
}

static void json_rule(FILE *to, const char *name,
                      const struct mailbox_rule *rule)
{
    fprintf(to, ",\"%s\":", name);
    if (!rule) {
        fputs("null", to);
        return;
    }
    json_member(to, "{\"name\":", rule->name);
    json_member(to, ",\"says\":", rule->says);
    fprintf(to, ",\"rfc\":\"RFC %s §%s\"}", rule->rfc.number,
            rule->rfc.section);
}

static void json_evidence(FILE *to, const struct mailbox_evidence *evidence)
{
    char enhanced[SMTP_ENHANCED_TEXT];

    json_member(to, "{\"step\":", mailbox_step_name(evidence->step));
    json_member(to, ",\"host\":", evidence->host);
    json_member(to, ",\"address\":", evidence->address);
    if (evidence->code)
        fprintf(to, ",\"code\":%d", evidence->code);
    else
        fputs(",\"code\":null", to);
    json_member(
        to, ",\"enhanced\":", smtp_enhanced_text(evidence->enhanced, enhanced));
    json_member(to, ",\"text\":", evidence->words);
    fputs(",\"event\":", to);
    mark(to, evidence);
    putc('}', to);
}

static void json_tell(FILE *to, const char *address,
                      const struct mailbox_result *result)
{
    json_member(to, "{\"address\":", address);
    json_member(to, ",\"verdict\":", mailbox_verdict_name(result->verdict));
    json_member(to, ",\"state\":", state_name(result->state));
    json_rule(to, "rule", result->rule);
    json_rule(to, "reading", result->reading);
    json_member(to, ",\"overturned_by\":", result->rule->overturn);
    fputs(",\"evidence\":[", to);
    for (size_t i = 0; i < result->count; i++) {
        if (i > 0)
            putc(',', to);
        json_evidence(to, &result->evidence[i]);
    }
    fputs("]}\n", to);
}

int mailbox_tell(char **text, const char *address,
                 const struct mailbox_result *result, bool json,
                 struct error *error)
{
    size_t length;
    FILE *to = open_memstream(text, &length);

    if (to)
        (json ? json_tell : text_tell)(to, address, result);
    if (!to || fclose(to) != 0)
        return error_set(error, ERROR_LOCAL, "no memory for a result");
    return 0;
}

/* ---- marks -------------------------------------------------------------- */

/* The event that a mark stands for; 0: none. */
static uint64_t event_of(const struct trace_file *trace, uint32_t conn,
                         uint64_t place)
{
    for (size_t i = 0; conn > 0 && i < trace->event_count; i++) {
        const struct trace_event *event = &trace->events[i];

        if (event->conn == conn && event->clear.to == place &&
            event->dir == TRACE_DIR_IN && event->layer == TRACE_LAYER_APP)
            return event->id;
    }
    return 0;
}

void mailbox_tell_marks(FILE *to, const char *text, bool json,
                        const struct trace_file *trace)
{
    const char *begin;

    while ((begin = strchr(text, MARK_BEGIN)) != NULL) {
        char *after;
        uint32_t conn = (uint32_t)strtoul(begin + 1, &after, 10);
        uint64_t place = strtoull(after + 1, &after, 10);
        uint64_t event = trace ? event_of(trace, conn, place) : 0;

        fwrite(text, 1, (size_t)(begin - text), to);
        if (json && event == 0)
            fputs("null", to);
        else if (json)
            fprintf(to, "%" PRIu64, event);
        else if (event > 0)
            fprintf(to, "  (event %" PRIu64 ")", event);
        text = after + 1;
    }
    fputs(text, to);
}

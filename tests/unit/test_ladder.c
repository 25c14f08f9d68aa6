/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "labs/trace/canvas.h"
#include "labs/trace/views.h"
#include "tests/harness.h"
#include "tests/unit/sample_trace.h"

static struct trace_event events[SAMPLE_EVENTS];
static struct trace_file file;

static char *shown(struct ladder_options options)
{
    struct error error = {0};
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);

    CU_ASSERT_EQUAL(ladder_write(to, &file, &options, &error), 0);
    fclose(to);
    return text;
}

static void ladder_has_a_lane_a_host_and_an_arrow_a_message(void)
{
    sample_trace(&file, events);
    char *text = shown((struct ladder_options){
        .columns = 72, .first_event = 3, .last_event = 5});
    /* clang-format off */
    CU_ASSERT_STRING_EQUAL(text,
"                        ╭─────────╮                              ╭─────╮\n"
"    #       ms          │ student │                              │ web │\n"
"                        ╰────┬────╯                              ╰──┬──╯\n"
"    3     20.9  tcp          ├┄┄ connect ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄▷│\n"
"    4     41.3  http         │ GET /page.html HTTP/1.1 · 3 fields   │\n"
"                             ├─────────────────────────────────────▶│\n"
"    5     62.1  http         │ HTTP/1.1 200 OK · 2 fields, 17 bytes │\n"
"                             │◀─────────────────────────────────────┤\n");
    /* clang-format on */
    free(text);
}

/* RFC 959 §2.3: commands go over one connection, data over another. */
static void ladder_has_a_lane_for_control_and_one_for_data(void)
{
    sample_trace(&file, events);
    for (size_t i = 0; i < SAMPLE_EVENTS; i++)
        if (strcmp(events[i].proto, "http") == 0)
            events[i].stream = events[i].id == 5 ? "data" : "control";
    char *text = shown((struct ladder_options){
        .columns = 100, .first_event = 4, .last_event = 5});
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "│ web control │"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "│ web data │"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "│ student │"));
    CU_ASSERT_PTR_NULL(strstr(text, "│ web │"));
    free(text);
}

/* A frame that no program has seen: an arrow that ends on its way. */
static void ladder_shows_what_was_dropped(void)
{
    /* Ethernet, IPv4, TCP: SYN from 192.0.2.80 to port 40123 of 192.0.2.10. */
    static const char syn[14 + 40] = {
        [12] = 8,  [14] = 0x45,       [23] = 6,          [26] = (char)192,
        [28] = 2,  [29] = 80,         [30] = (char)192,  [32] = 2,
        [33] = 10, [36] = (char)0x9c, [37] = (char)0xbb, [46] = 0x50,
        [47] = 2};
    struct trace_frame frame = {.number = 31,
                                .host = "web",
                                .bytes = {syn, sizeof(syn)},
                                .length = sizeof(syn),
                                .dropped = "firewall: no connections in"};

    sample_trace(&file, events);
    file.frames = &frame;
    file.frame_count = 1;
    frame.time_ns = events[3].time_ns + 1;
    char *text = shown((struct ladder_options){
        .columns = 120, .first_event = 3, .last_event = 5});
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "✗┄"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "frame 31, SYN to port 40123: dropped, "
                                        "firewall: no connections in"));
    free(text);
    frame.dropped = NULL;
    text = shown((struct ladder_options){.first_event = 3, .last_event = 5});
    CU_ASSERT_PTR_NULL(strstr(text, "✗"));
    free(text);
}

static void ladder_tells_the_kinds_apart_without_colour(void)
{
    static const char *const marks[] = {"╌╌▶", "┄┄▷", "══▷",
                                        "──▶", "━━▶", "◆ framing"};

    sample_trace(&file, events);
    char *text = shown((struct ladder_options){.columns = 100});
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        CU_ASSERT_PTR_NOT_NULL(strstr(text, marks[i]));
    CU_ASSERT_PTR_NULL(strchr(text, '\033'));
    free(text);
}

static void ladder_has_colour_only_when_asked(void)
{
    sample_trace(&file, events);
    char *text = shown((struct ladder_options){.colour = true});
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\033[35m"));
    free(text);
}

static void ladder_fits_its_columns(void)
{
    sample_trace(&file, events);
    for (int columns = 60; columns <= 140; columns++) {
        char *text = shown(
            (struct ladder_options){.columns = columns, .citations = true});
        for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
            CU_ASSERT(text_columns(line) <= columns);
        free(text);
    }
}

static void ladder_leads_to_section_source_and_frames(void)
{
    sample_trace(&file, events);
    char *text = shown((struct ladder_options){
        .columns = 140, .first_event = 4, .last_event = 4, .citations = true});
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, "RFC 9112 §3 · http/http_client.c:120 http_request_send"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "heard at"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "12–14 17"));
    free(text);
}

/* What a peer sends must not move the cursor, ring, or forge a line. */
static void ladder_shows_hostile_bytes_as_text(void)
{
    sample_trace(&file, events);
    events[4].data = SPAN("HTTP/1.1 200 \x1b[2J\a\xFF\xE2\x80\xAE\xC2\x9B\r\n");
    events[5].note = "one\ntwo\x1b[31m";
    events[6].name = "n\x1b]0;title\a";
    char *text = shown((struct ladder_options){.columns = 120});
    CU_ASSERT_PTR_NULL(strchr(text, '\033'));
    CU_ASSERT_PTR_NULL(strchr(text, '\a'));
    CU_ASSERT_PTR_NULL(strstr(text, "\xE2\x80\xAE"));
    CU_ASSERT_PTR_NULL(strstr(text, "\xC2\x9B"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\\x1B[2J\\x07"));
    free(text);
}

static void ladder_of_many_hosts_becomes_a_list(void)
{
    char hosts[SAMPLE_EVENTS][16];

    sample_trace(&file, events);
    for (int i = 0; i < SAMPLE_EVENTS; i++) {
        snprintf(hosts[i], sizeof(hosts[i]), "zoo-%d", i);
        events[i].host = hosts[i];
        events[i].local = NULL;
    }
    char *text = shown((struct ladder_options){.columns = 100});
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "zoo-3 ▶ 192.0.2.80  GET /page.html"));
    free(text);
}

static void ladder_parts_the_ends_of_a_loopback_connection(void)
{
    sample_trace(&file, events);
    file.events = events + 3;
    file.event_count = 1;
    events[3].host = "vm";
    events[3].remote = events[3].local;
    char *text = shown((struct ladder_options){.columns = 100});
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "│ vm client │"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "│ vm server │"));
    free(text);
}

static void ladder_of_nothing_is_nothing(void)
{
    file = (struct trace_file){0};
    char *text = shown((struct ladder_options){.citations = true});
    CU_ASSERT_STRING_EQUAL(text, "");
    free(text);
}

const struct test tests_ladder[] = {
    {"ladder_has_a_lane_a_host_and_an_arrow_a_message",
     ladder_has_a_lane_a_host_and_an_arrow_a_message},
    {"ladder_has_a_lane_for_control_and_one_for_data",
     ladder_has_a_lane_for_control_and_one_for_data},
    {"ladder_shows_what_was_dropped", ladder_shows_what_was_dropped},
    {"ladder_tells_the_kinds_apart_without_colour",
     ladder_tells_the_kinds_apart_without_colour},
    {"ladder_has_colour_only_when_asked", ladder_has_colour_only_when_asked},
    {"ladder_fits_its_columns", ladder_fits_its_columns},
    {"ladder_leads_to_section_source_and_frames",
     ladder_leads_to_section_source_and_frames},
    {"ladder_shows_hostile_bytes_as_text", ladder_shows_hostile_bytes_as_text},
    {"ladder_of_many_hosts_becomes_a_list",
     ladder_of_many_hosts_becomes_a_list},
    {"ladder_parts_the_ends_of_a_loopback_connection",
     ladder_parts_the_ends_of_a_loopback_connection},
    {"ladder_of_nothing_is_nothing", ladder_of_nothing_is_nothing},
    {NULL, NULL},
};

/* SPDX-License-Identifier: MIT */
/*
 * trace and explain as a student runs them, over a record made by the real
 * client and the real server.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

/* ---- a record to look at ------------------------------------------------ */

static const char hostile[] =
    "<script>alert(1)</script>\x1b[2J\xFF\xE2\x80\xAE end\n";

/* The client's record of fetching a page of hostile bytes; its path. */
static const char *record_as(const char *name, const char *field)
{
    const char *trace = test_path(name);
    char url[64];
    uint16_t port;
    struct test_run run;

    test_write_file(test_path("index.html"), hostile, sizeof(hostile) - 1);
    pid_t server =
        test_start((const char *const[]){"http-server", "--root", test_folder(),
                                         "--listen", "127.0.0.1:0", NULL},
                   &port, 1);
    snprintf(url, sizeof(url), "http://127.0.0.1:%u/index.html", port);
    test_run(&run, 10,
             (const char *const[]){"http-client", "--trace", trace, "-o",
                                   "/dev/null", "-H", field, url, NULL});
    CU_ASSERT_EQUAL(run.status, 0);
    test_run_free(&run);
    test_stop(server);
    return trace;
}

static const char *record(void)
{
    return record_as("client.pcapng", "Accept: */*");
}

/* Ethernet, IPv4, UDP and nothing: enough for a capture of one frame. */
static const char *capture(void)
{
    static const unsigned char file[] = {
        0x0A, 0x0D, 0x0D, 0x0A, 28,  0,   0,   0,   0x4D, 0x3C, 0x2B, 0x1A,
        1,    0,    0,    0,    255, 255, 255, 255, 255,  255,  255,  255,
        28,   0,    0,    0, /* section */
        1,    0,    0,    0,    20,  0,   0,   0,   1,    0,    0,    0,
        0,    0,    4,    0,    20,  0,   0,   0,   6,    0,    0,    0,
        48,   0,    0,    0,    0,   0,   0,   0,   0,    0,    0,    0,
        1,    0,    0,    0,    14,  0,   0,   0,   14,   0,    0,    0,
        1,    2,    3,    4,    5,   6,   7,   8,   9,    10,   11,   12,
        0x88, 0xB5, 0,    0,    48,  0,   0,   0};
    const char *path = test_path("wire.pcapng");

    test_write_file(path, file, sizeof(file));
    return path;
}

static void check(const char *const *argv, int status, const char *out,
                  const char *err)
{
    struct test_run run;

    test_run(&run, 10, argv);
    CU_ASSERT_EQUAL(run.status, status);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, out));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, err));
    test_run_free(&run);
}
#define CHECK(status, out, err, ...) \
    check((const char *const[]){__VA_ARGS__, NULL}, (status), (out), (err))

/* ---- trace -------------------------------------------------------------- */

static void trace_show_is_a_ladder(void)
{
    const char *trace = record();

    CHECK(0, "GET /index.html HTTP/1.1", "", "trace", "show", trace);
    CHECK(0, "http/http_client.c:", "", "trace", "show", trace);
    CHECK(0, "RFC 9112 §6.3", "", "trace", "show", trace);
    CHECK(0, "\033[", "", "trace", "show", "--colour", "always", trace);
}

static void trace_show_has_no_colour_in_a_pipe(void)
{
    struct test_run run;

    test_run(&run, 10, (const char *const[]){"trace", "show", record(), NULL});
    CU_ASSERT_PTR_NULL(strchr(run.out, '\033'));
    test_run_free(&run);
}

static void trace_show_keeps_to_what_was_asked(void)
{
    const char *trace = record();

    CHECK(0, "\"name\":\"GET\"", "", "trace", "show", trace, "--json",
          "--filter", "name=GET");
    CHECK(0, "none of", "", "trace", "show", trace, "--filter", "name=PUT");
    CHECK(0, "none of", "", "trace", "show", trace, "--stream", "data");
    CHECK(0, "GET /index.html", "", "trace", "show", trace, "--stream",
          "control", "--filter", "proto=http dir=out");
    CHECK(2, "", "did you mean name?", "trace", "show", trace, "--filter",
          "nane=GET");
}

static void trace_show_json_is_a_line_an_event(void)
{
    struct test_run run;

    test_run(&run, 10,
             (const char *const[]){"trace", "show", record(), "--json", NULL});
    CU_ASSERT_EQUAL(run.status, 0);
    CU_ASSERT(strncmp(run.out, "{\"id\":1,\"t\":", 12) == 0);
    for (char *line = strtok(run.out, "\n"); line; line = strtok(NULL, "\n"))
        CU_ASSERT(line[0] == '{' && line[strlen(line) - 1] == '}');
    test_run_free(&run);
}

/* Each run has a server of its own, at another port, and a file that was made
 * at another time. */
static void trace_compare_of_two_runs_finds_nothing(void)
{
    const char *first = record();
    const char *again = record_as("again.pcapng", "Accept: */*");

    CHECK(0, "\nNo difference\n", "", "trace", "compare", first, again);
    CHECK(0, "\nNo difference\n", "", "trace", "compare", first, first);
    CHECK(0, "\"result\",\"same\":true,\"differences\":0}", "", "trace",
          "compare", first, again, "--json");
}

/* What a view prints of a record, without chance. */
static char *reproducible(const char *view, const char *trace)
{
    struct test_run run;

    test_run(&run, 10,
             (const char *const[]){"trace", "show", "--reproducible", view,
                                   trace, NULL});
    CU_ASSERT_EQUAL(run.status, 0);
    char *text = strdup(run.out);
    test_run_free(&run);
    return text;
}

static void trace_show_reproducible_is_the_same_of_two_runs(void)
{
    static const char *const views[] = {"--json", "--session", "--brief"};
    const char *first = record();
    const char *again = record_as("again.pcapng", "Accept: */*");

    for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
        char *one = reproducible(views[i], first);
        char *other = reproducible(views[i], again);
        CU_ASSERT_STRING_EQUAL(one, other);
        CU_ASSERT(strlen(one) > 100);
        free(one);
        free(other);
    }
}

static void trace_show_keeps_to_the_events_named(void)
{
    const char *trace = record();

    CHECK(0, "{\"id\":2,", "", "trace", "show", trace, "--json", "--events",
          "2-3,5-5");
    CHECK(2, "", "is no list like", "trace", "show", trace, "--events", "2-");
    CHECK(2, "", "is no list like", "trace", "show", trace, "--events", "a");
}

/* Two conversations of one file. */
static void trace_compare_takes_a_part_of_each(void)
{
    const char *first = record();

    CHECK(0, "\nNo difference\n", "", "trace", "compare", "--reproducible",
          "--a", "layer=app dir=out,in", "--b", "dir!=note layer!=tcp", first,
          first);
    CHECK(2, "", "did you mean name?", "trace", "compare", "--b", "nane=x",
          first, first);
}

static void trace_compare_finds_one_changed_field(void)
{
    const char *first = record();
    const char *other = record_as("other.pcapng", "Accept: text/html");

    CHECK(1, "the requests' Accept fields differ\n", "", "trace", "compare",
          first, other);
    CHECK(1, "\n1 difference\n", "", "trace", "compare", other, first);
}

/* A page fetched over TLS; its path. */
static const char *record_tls(const char *name)
{
    const char *trace = test_path(name);
    struct test_certificate made;
    char url[64];
    uint16_t port;
    struct test_run run;

    test_certificate(&made);
    pid_t server = test_start(
        (const char *const[]){"http-server", "--root", test_folder(),
                              "--listen-tls", "127.0.0.1:0", "--tls-cert",
                              made.cert, "--tls-key", made.key, NULL},
        &port, 1);
    snprintf(url, sizeof(url), "https://127.0.0.1:%u/index.html", port);
    test_run(&run, 10,
             (const char *const[]){"http-client", "--trace", trace, "-o",
                                   "/dev/null", "-H", "Accept: */*", "--cacert",
                                   made.cert, url, NULL});
    CU_ASSERT_EQUAL(run.status, 0);
    test_run_free(&run);
    test_stop(server);
    return trace;
}

/* The messages are the same; what TLS added is one difference. */
static void trace_compare_explains_what_tls_added(void)
{
    const char *clear = record(), *tls = record_tls("tls.pcapng");

    CHECK(1, "only B is protected by TLS: a handshake of", "", "trace",
          "compare", clear, tls);
    CHECK(1, "\"result\",\"same\":false,\"differences\":1}", "", "trace",
          "compare", clear, tls, "--json");
    CHECK(1, "only A is protected by TLS", "", "trace", "compare", tls, clear);
    CHECK(0, "TLS random", "", "trace", "compare", tls,
          record_tls("again.pcapng"));
}

static void trace_compare_refuses_what_it_cannot_read(void)
{
    CHECK(2, "", "usage: trace compare A B", "trace", "compare", record());
    CHECK(8, "", "nothing.pcapng", "trace", "compare", record(),
          "/nothing.pcapng");
    CHECK(8, "", "A: no program recorded", "trace", "compare", capture(),
          record());
}

static void trace_notebook_reads_the_wire(void)
{
    CHECK(0, "asked for       GET /index.html", "", "trace", "notebook",
          record());
}

static void trace_page_is_whole_and_harmless(void)
{
    const char *page = test_path("x.html");

    CHECK(0, "", "", "trace", "page", record(), "-o", page);
    char *text = test_read_file(page, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "&lt;script&gt;alert(1)"));
    CU_ASSERT_PTR_NULL(strstr(text, "<script>alert"));
    CU_ASSERT_PTR_NULL(strchr(text, '\033'));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "</html>"));
    free(text);
}

static void trace_page_takes_two_traces(void)
{
    const char *trace = record(), *page = test_path("x.html");

    CHECK(0, "", "", "trace", "page", trace, trace, "-o", page);
    char *text = test_read_file(page, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "id=\"e1\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "id=\"f1\""));
    free(text);
}

static void trace_export_keeps_the_frames_alone(void)
{
    const char *wire = capture(), *out = test_path("out.pcapng"),
               *classic = test_path("out.pcap");

    CHECK(0, "", "", "trace", "export", "--wire-only", wire, out);
    CHECK(
        0, "1,2,3", "", "sh", "-c",
        "od -An -tu1 -v \"$0\" | tr -s ' \\n' ',' | grep -o '1,2,3' | head -1",
        out);
    CHECK(0, "", "", "trace", "export", "--wire-only", wire, classic);
    char *text = test_read_file(classic, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_EQUAL(memcmp(text, "\x4D\x3C\xB2\xA1", 4), 0);
    free(text);
}

static void trace_export_says_when_there_are_no_frames(void)
{
    const char *out = test_path("out.pcapng");
    char *text;

    CHECK(8, "", "no frames", "trace", "export", "--wire-only", record(), out);
    text = test_read_file(out, NULL);
    CU_ASSERT_PTR_NULL(text);
    free(text);
}

/* The same objects as on the screen, in a file. */
static void trace_export_writes_json_lines(void)
{
    const char *out = test_path("out.jsonl"), *file = record();
    const char *argv[] = {"trace", "show", "--json", file, NULL};
    struct test_run run;
    char *text;

    CHECK(0, "", "", "trace", "export", "--json", file, out);
    test_run(&run, 10, argv);
    text = test_read_file(out, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_STRING_EQUAL(text, run.out);
    free(text);
    test_run_free(&run);
    CHECK(2, "", "--wire-only", "trace", "export", "--json", "--wire-only",
          file, out);
}

static void trace_refuses_what_it_does_not_know(void)
{
    CHECK(2, "", "did you mean show?", "trace", "shwo", "x");
    CHECK(2, "", "which view?", "trace");
    CHECK(2, "", "usage: trace show", "trace", "show");
    CHECK(2, "", "did you mean --json?", "trace", "show", "--jsn", "x");
    CHECK(2, "", "always, never, auto", "trace", "show", "--colour", "maybe",
          capture());
    CHECK(2, "", "--wire-only", "trace", "export", capture(), "/dev/null");
    CHECK(8, "", "nothing.pcapng", "trace", "show", "/nothing.pcapng");
}

/* ---- explain ------------------------------------------------------------ */

static void explain_tells_meaning_and_section(void)
{
    CHECK(0, "404 Not Found", "", "explain", "http", "404");
    CHECK(0, "RFC 9110 §15.5.5", "", "explain", "http", "404");
    CHECK(0, "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.5", "",
          "explain", "http", "404");
    CHECK(0, "GET", "", "explain", "http", "get");
}

static void explain_lists_all(void)
{
    CHECK(0, "Content-Length", "", "explain", "http", "list");
    CHECK(0, "404", "", "explain", "http", "list");
    CHECK(0, "UIDPLUS", "", "explain", "imap", "list");
    CHECK(0, "Asks for the names of mailboxes", "", "explain", "imap", "LIST");
}

static void explain_names_the_nearest(void)
{
    CHECK(1, "", "the nearest is 404", "explain", "http", "4o4");
    CHECK(2, "", "did you mean http", "explain", "httpp", "404");
    CHECK(2, "", "usage", "explain", "http");
}

/* What can't be written was not said: exit 8, with the reason. */
static void programs_tell_of_an_output_that_is_full(void)
{
    CHECK(8, "", "standard output", "/bin/sh", "-c",
          "exec " TEST_BIN "/explain http 404 >/dev/full");
    CHECK(8, "", "standard output", "/bin/sh", "-c",
          "exec " TEST_BIN "/lab list >&-");
}

const struct test tests_trace_program[] = {
    {"trace_show_is_a_ladder", trace_show_is_a_ladder},
    {"trace_show_has_no_colour_in_a_pipe", trace_show_has_no_colour_in_a_pipe},
    {"trace_show_keeps_to_what_was_asked", trace_show_keeps_to_what_was_asked},
    {"trace_show_json_is_a_line_an_event", trace_show_json_is_a_line_an_event},
    {"trace_compare_of_two_runs_finds_nothing",
     trace_compare_of_two_runs_finds_nothing},
    {"trace_show_reproducible_is_the_same_of_two_runs",
     trace_show_reproducible_is_the_same_of_two_runs},
    {"trace_show_keeps_to_the_events_named",
     trace_show_keeps_to_the_events_named},
    {"trace_compare_takes_a_part_of_each", trace_compare_takes_a_part_of_each},
    {"trace_compare_finds_one_changed_field",
     trace_compare_finds_one_changed_field},
    {"trace_compare_explains_what_tls_added",
     trace_compare_explains_what_tls_added},
    {"trace_compare_refuses_what_it_cannot_read",
     trace_compare_refuses_what_it_cannot_read},
    {"trace_notebook_reads_the_wire", trace_notebook_reads_the_wire},
    {"trace_page_is_whole_and_harmless", trace_page_is_whole_and_harmless},
    {"trace_page_takes_two_traces", trace_page_takes_two_traces},
    {"trace_export_keeps_the_frames_alone",
     trace_export_keeps_the_frames_alone},
    {"trace_export_says_when_there_are_no_frames",
     trace_export_says_when_there_are_no_frames},
    {"trace_refuses_what_it_does_not_know",
     trace_refuses_what_it_does_not_know},
    {"explain_tells_meaning_and_section", explain_tells_meaning_and_section},
    {"explain_lists_all", explain_lists_all},
    {"trace_export_writes_json_lines", trace_export_writes_json_lines},
    {"explain_names_the_nearest", explain_names_the_nearest},
    {"programs_tell_of_an_output_that_is_full",
     programs_tell_of_an_output_that_is_full},
    {NULL, NULL},
};

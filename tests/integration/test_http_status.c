/* SPDX-License-Identifier: MIT */
/*
 * Every status code of the catalogue, answered by http-server: curl and
 * http-client get the same header and the same body, and both find the
 * connection kept or closed alike; explain has the entry.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/http.h"
#include "tests/integration/http_ask.h"

#define CODES_MAX 128
#define BATCH 50 /* codes asked for in one run of a program */
#define WORDS_MAX (3 * BATCH + 8)

/* ---- the codes ---------------------------------------------------------- */

static int codes[CODES_MAX];
static size_t code_count;

/* Each number of the catalogue once; two entries may share one. */
static void codes_collect(void)
{
    const struct term *term;

    code_count = 0;
    for (size_t i = 0; (term = term_at(http_terms, i)) != NULL; i++)
        if (term->kind == TERM_STATUS && code_count < CODES_MAX &&
            term_find(http_terms, term->name) == term)
            codes[code_count++] = atoi(term->name);
    CU_ASSERT(code_count > 85 && code_count < CODES_MAX);
}

/* Unasked, a 101 is refused; the other 1xx come before a 200. */
static int final_status(int code)
{
    if (code == 101)
        return 426;
    return code < 200 ? 200 : code;
}

/* ---- asking ------------------------------------------------------------- */

/* One run that asks for codes in turn, each answer with its header in a file of
 * its own: test_path("curl-404"). */
static void ask_for(struct test_run *run, const char *program,
                    const char *const *options, const int *batch, size_t size)
{
    static char words[WORDS_MAX][128];
    static const char *argv[WORDS_MAX];
    size_t count = 0, used = 0;

    argv[count++] = program;
    while (*options)
        argv[count++] = *options++;
    for (size_t i = 0; i < size; i++) {
        char name[64];

        snprintf(name, sizeof(name), "%s-%d", program, batch[i]);
        argv[count++] = "-o";
        snprintf(words[used], sizeof(words[0]), "%s", test_path(name));
        argv[count++] = words[used++];
        snprintf(words[used], sizeof(words[0]), "http://127.0.0.1:%u/status/%d",
                 http_ask_port, batch[i]);
        argv[count++] = words[used++];
    }
    argv[count] = NULL;
    test_run(run, 60, argv);
    CU_ASSERT_EQUAL(run->status, 0);
    if (run->status != 0)
        fprintf(stderr, "%s: %s\n", program, run->err);
}

/* The answer that a program kept; curl keeps the interim ones too, which this
 * leaves out. The time of day is blanked. The caller frees. */
static char *answer_read(const char *program, int code)
{
    char name[64], *whole, *final, *date;
    size_t length;

    snprintf(name, sizeof(name), "%s-%d", program, code);
    whole = test_read_file(test_path(name), &length);
    if (!whole)
        return NULL;
    final = whole;
    while (strncmp(final, "HTTP/1.1 1", 10) == 0 && strstr(final, "\r\n\r\n"))
        final = strstr(final, "\r\n\r\n") + 4;
    final = strdup(final);
    free(whole);
    date = strstr(final, "\r\nDate: ");
    if (date)
        memset(date + 8, '-', strcspn(date + 8, "\r"));
    return final;
}

/* ---- agreeing ----------------------------------------------------------- */

static void answers_agree(int code)
{
    char *curl = answer_read("curl", code);
    char *ours = answer_read("http-client", code);
    char start[32];

    snprintf(start, sizeof(start), "HTTP/1.1 %d ", final_status(code));
    CU_ASSERT(curl && ours);
    if (curl && ours) {
        CU_ASSERT_STRING_EQUAL(ours, curl);
        CU_ASSERT_EQUAL(strncmp(ours, start, strlen(start)), 0);
    }
    free(curl);
    free(ours);
}

/* True when http-client opened a connection between this request and the one
 * before it, by the lines of -v. */
static bool opened_before(const char *conversation, const int *batch,
                          size_t place)
{
    char mark[64];
    const char *request, *before = conversation;

    snprintf(mark, sizeof(mark), "C: GET /status/%d HTTP/1.1", batch[place]);
    request = strstr(conversation, mark);
    if (place > 0) {
        snprintf(mark, sizeof(mark), "C: GET /status/%d HTTP/1.1",
                 batch[place - 1]);
        before = strstr(conversation, mark);
    }
    CU_ASSERT_FATAL(request && before && before < request + (place == 0));
    return memmem(before, (size_t)(request - before), "* connect ", 10) != NULL;
}

/* curl's -w "%{num_connects}" is a line a transfer: 1 where it had to open. */
static void connections_agree(const struct test_run *curl,
                              const struct test_run *ours, const int *batch,
                              size_t size)
{
    const char *line = curl->out;

    for (size_t i = 0; i < size; i++) {
        bool opened = opened_before(ours->err, batch, i);
        bool expected = i == 0 || batch[i - 1] == 408;

        CU_ASSERT_EQUAL(*line == '1', opened);
        CU_ASSERT_EQUAL(opened, expected);
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
}

static void interim_answers_came(const struct test_run *ours)
{
    CU_ASSERT_PTR_NOT_NULL(strstr(ours->err, "S: HTTP/1.1 100 Continue"));
    CU_ASSERT_PTR_NOT_NULL(strstr(ours->err, "S: HTTP/1.1 102 Processing"));
    CU_ASSERT_PTR_NOT_NULL(strstr(ours->err, "S: HTTP/1.1 103 Early Hints"));
}

static void every_code_is_read_alike_by_curl_and_ours(void)
{
    static const char *const curl_words[] = {"-s", "-i", "-w",
                                             "%{num_connects}\\n", NULL};
    static const char *const our_words[] = {"-v", "-i", NULL};

    http_ask_start(NULL, NULL);
    codes_collect();
    for (size_t at = 0; at < code_count; at += BATCH) {
        size_t size = code_count - at < BATCH ? code_count - at : BATCH;
        struct test_run curl, ours;

        ask_for(&curl, "curl", curl_words, codes + at, size);
        ask_for(&ours, "http-client", our_words, codes + at, size);
        for (size_t i = 0; i < size; i++)
            answers_agree(codes[at + i]);
        connections_agree(&curl, &ours, codes + at, size);
        if (at == 0)
            interim_answers_came(&ours);
        test_run_free(&curl);
        test_run_free(&ours);
    }
    http_ask_stop();
}

/* ---- explaining --------------------------------------------------------- */

static void every_code_is_explained(void)
{
    char name[16];

    codes_collect();
    for (size_t i = 0; i < code_count; i++) {
        struct test_run run;

        snprintf(name, sizeof(name), "%d", codes[i]);
        test_run(&run, 10,
                 (const char *const[]){"explain", "http", name, NULL});
        CU_ASSERT_EQUAL(run.status, 0);
        CU_ASSERT_EQUAL(strncmp(run.out, name, 3), 0);
        CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "What to do: "));
        CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "https://www.rfc-editor.org/"));
        test_run_free(&run);
    }
}

static void explains(const char *name, const char *text)
{
    struct test_run run;

    test_run(&run, 10, (const char *const[]){"explain", "http", name, NULL});
    CU_ASSERT_EQUAL(run.status, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, text));
    test_run_free(&run);
}

static void explain_tells_who_else_uses_a_number(void)
{
    explains("420", "Method Failure");
    explains("420", "Enhance Your Calm");
    explains("451", "Unavailable For Legal Reasons");
    explains("451", "Microsoft Exchange ActiveSync");
    explains("404.1", "Never on the wire: what the client is sent is 404.");
    explains("Cache-Control", "RFC 9111 §5.2");
    explains("list", "  500.15  Direct requests");
}

/* ---- what each definition asks for -------------------------------------- */

#define GET(code) "GET /status/" #code " HTTP/1.1\r\nHost: a\r\n\r\n"
#define CHECK_FIELD(code, field)                      \
    do {                                              \
        CHECK_STATUS(GET(code), code);                \
        CU_ASSERT(http_ask_has("\r\n" field "\r\n")); \
    } while (0)

static void codes_have_the_fields_that_they_need(void)
{
    http_ask_start(NULL, NULL);
    CHECK_FIELD(201, "Location: /");
    CHECK_FIELD(302, "Location: /");
    CHECK_FIELD(401, "WWW-Authenticate: Basic realm=\"lab\"");
    CHECK_FIELD(405, "Allow: OPTIONS, TRACE");
    CHECK_FIELD(407, "Proxy-Authenticate: Basic realm=\"lab\"");
    CHECK_FIELD(408, "Connection: close");
    CHECK_FIELD(416, "Content-Range: bytes */30");
    CHECK_FIELD(426, "Upgrade: echo\r\nConnection: upgrade");
    CHECK_FIELD(429, "Retry-After: 1\r\nCache-Control: no-store");
    CHECK_FIELD(503, "Retry-After: 1");
    CHECK_FIELD(511, "Cache-Control: no-store");
    CHECK_STATUS(GET(305), 305);
    CU_ASSERT_FALSE(http_ask_has("\r\nLocation:"));
    http_ask_stop();
}

/* RFC 9110 §15.3.5, §15.3.6 and §15.4.5. */
static void codes_without_content_have_none(void)
{
    http_ask_start(NULL, NULL);
    CHECK_FIELD(205, "Content-Length: 0");
    CU_ASSERT_STRING_EQUAL(strstr(http_ask_answer, "\r\n\r\n"), "\r\n\r\n");
    CHECK_STATUS(GET(204) GET(304), 204);
    CU_ASSERT_FALSE(http_ask_has("\r\nContent-Length:"));
    CU_ASSERT(http_ask_has("\r\n\r\nHTTP/1.1 304 "));
    CHECK_STATUS("HEAD /status/404 HTTP/1.1\r\nHost: a\r\n\r\n", 404);
    CU_ASSERT_STRING_EQUAL(strstr(http_ask_answer, "\r\n\r\n"), "\r\n\r\n");
    http_ask_stop();
}

/* RFC 9110 §15.2: a client of HTTP/1.0 does not know interim answers. */
static void interim_answers_are_not_for_http_1_0(void)
{
    http_ask_start(NULL, NULL);
    CHECK_STATUS("GET /status/103 HTTP/1.0\r\n\r\n", 200);
    CU_ASSERT_FALSE(http_ask_has(" 103 "));
    CHECK_STATUS(GET(103), 103);
    CU_ASSERT(http_ask_has("\r\n\r\nHTTP/1.1 200 OK\r\n"));
    http_ask_stop();
}

/* RFC 9110 §7.8: only to a protocol that was offered, and in HTTP/1.1. */
static void protocols_are_switched_when_asked(void)
{
    static const char asked[] = "Host: a\r\nConnection: Upgrade\r\n";
    char request[256];

    http_ask_start(NULL, NULL);
    snprintf(request, sizeof(request),
             "GET /status/101 HTTP/1.1\r\n%sUpgrade: tea, echo\r\n\r\nabc",
             asked);
    http_ask_bytes(request, strlen(request));
    CU_ASSERT_EQUAL(http_ask_status(), 101);
    CU_ASSERT(http_ask_has("\r\n\r\nyou asked for /status/101\r\nabc"));
    snprintf(request, sizeof(request),
             "GET /status/101 HTTP/1.1\r\n%sUpgrade: tea\r\n\r\n", asked);
    http_ask_bytes(request, strlen(request));
    CU_ASSERT_EQUAL(http_ask_status(), 426);
    snprintf(request, sizeof(request),
             "GET /status/101 HTTP/1.0\r\n%sUpgrade: echo\r\n\r\n", asked);
    http_ask_bytes(request, strlen(request));
    CU_ASSERT_EQUAL(http_ask_status(), 426);
    CHECK_STATUS("GET /status/101 HTTP/1.1\r\nHost: a\r\nUpgrade: echo\r\n\r\n",
                 426);
    http_ask_stop();
}

/* ---- lines that no client would say ------------------------------------- */

static void ask_with_line(struct test_run *run, const char *line)
{
    char url[64];

    snprintf(url, sizeof(url), "http://127.0.0.1:%u/", http_ask_port);
    test_run(run, 10,
             (const char *const[]){"http-client", "-i", "--request-line", line,
                                   url, NULL});
}

/* RFC 9110 §15.6.6 and RFC 9112 §3: a version that we don't speak is one thing,
 * a line that is none another. */
static void a_request_line_can_be_wrong(void)
{
    struct test_run run;

    http_ask_start(NULL, NULL);
    ask_with_line(&run, "GET / HTTP/2.0");
    CU_ASSERT_EQUAL(strncmp(run.out, "HTTP/1.1 505 ", 13), 0);
    test_run_free(&run);
    ask_with_line(&run, "GET  / HTTP/1.1");
    CU_ASSERT_EQUAL(strncmp(run.out, "HTTP/1.1 400 ", 13), 0);
    test_run_free(&run);
    ask_with_line(&run, "GET / HTTP/1.1\r\nX: y");
    CU_ASSERT_EQUAL(run.status, 2);
    CU_ASSERT_STRING_EQUAL(run.out, "");
    test_run_free(&run);
    http_ask_stop();
}

const struct test tests_http_status[] = {
    {"every_code_is_read_alike_by_curl_and_ours",
     every_code_is_read_alike_by_curl_and_ours},
    {"every_code_is_explained", every_code_is_explained},
    {"explain_tells_who_else_uses_a_number",
     explain_tells_who_else_uses_a_number},
    {"codes_have_the_fields_that_they_need",
     codes_have_the_fields_that_they_need},
    {"codes_without_content_have_none", codes_without_content_have_none},
    {"interim_answers_are_not_for_http_1_0",
     interim_answers_are_not_for_http_1_0},
    {"protocols_are_switched_when_asked", protocols_are_switched_when_asked},
    {"a_request_line_can_be_wrong", a_request_line_can_be_wrong},
    {NULL, NULL}};

/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "labs/trace/page.h"
#include "labs/trace/views.h"
#include "tests/harness.h"
#include "tests/unit/sample_trace.h"

static struct trace_event events[SAMPLE_EVENTS];
static struct trace_file file;

static char *written(const struct story *story)
{
    struct error error = {0};
    struct output *output;
    const char *path = test_path("page.html");

    CU_ASSERT_EQUAL_FATAL(output_open(&output, path, OUTPUT_FRESH, &error), 0);
    CU_ASSERT_EQUAL(page_write(output, &file, story, "A <page>", NULL, &error),
                    0);
    CU_ASSERT_EQUAL(output_commit(output, &error), 0);
    char *page = test_read_file(path, NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(page);
    return page;
}

static size_t occurrences(const char *text, const char *word)
{
    size_t count = 0;

    while ((text = strstr(text, word)) != NULL) {
        count++;
        text++;
    }
    return count;
}

static void page_stands_alone_under_a_strict_policy(void)
{
    sample_trace(&file, events);
    char *page = written(NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "default-src 'none'"));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "style-src 'sha256-"));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "script-src 'sha256-"));
    CU_ASSERT_PTR_NULL(strstr(page, "unsafe-"));
    CU_ASSERT_PTR_NULL(strstr(page, "style=\""));
    CU_ASSERT_PTR_NULL(strstr(page, " src=\""));
    CU_ASSERT_EQUAL(occurrences(page, "<script"), 1);
    free(page);
}

static void page_leads_from_each_event_to_rule_and_source(void)
{
    sample_trace(&file, events);
    char *page = written(NULL);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(page, "https://www.rfc-editor.org/rfc/rfc9112#section-6.3"));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "</a> Message Body Length"));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "<code>http/http_parse.c:120</code> in "
                                        "<code>http_body_framing</code>"));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "12–14 17"));
    CU_ASSERT_EQUAL(occurrences(page, "<details class=\"event "),
                    SAMPLE_EVENTS);
    free(page);
}

static void page_explains_the_words_of_the_protocol(void)
{
    sample_trace(&file, events);
    char *page = written(NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "<b>GET</b>: Asks for"));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "<b>Content-Length</b>:"));
    CU_ASSERT_PTR_NOT_NULL(strstr(page, "<b>ClientHello</b>:"));
    free(page);
}

/* All that a peer or a lab says, in every place where a page shows it. */
static void page_shows_hostile_bytes_as_text(void)
{
    static const char bad[] = "</script></style></pre><script>alert(1)</script>"
                              "\"'&\x1b\xFF\xE2\x80\xAE";
    struct story_block blocks[] = {
        {STORY_STEP, bad, 1, 0},    {STORY_CLAIM, bad, 0, 0},
        {STORY_SAY, bad, 0, 0},     {STORY_COMMAND, bad, 0, 0},
        {STORY_OUTPUT, bad, 0, 0},  {STORY_CORRECT, bad, 0, 0},
        {STORY_TABLE, bad, 0, 0},   {STORY_SEE, bad, 0, 0},
        {STORY_LADDER, NULL, 1, 0},
    };
    struct story story = {bad, bad, blocks, 9, bad};

    sample_trace(&file, events);
    for (size_t i = 0; i < SAMPLE_EVENTS; i++) {
        events[i].name = events[i].note = events[i].host = bad;
        events[i].peer = events[i].proto = bad;
        events[i].src = events[i].src_heard = (struct where){bad, 1, bad};
        events[i].rfc = (struct rfc){bad, bad};
        events[i].data = (struct span){bad, sizeof(bad) - 1};
    }
    char *page = written(&story);
    CU_ASSERT_EQUAL(occurrences(page, "<script"), 1);
    CU_ASSERT_EQUAL(occurrences(page, "</script>"), 1);
    CU_ASSERT_EQUAL(occurrences(page, "</style>"), 1);
    CU_ASSERT_PTR_NULL(strchr(page, '\x1b'));
    CU_ASSERT_PTR_NULL(strchr(page, '\xFF'));
    CU_ASSERT_PTR_NULL(strstr(page, "\xE2\x80\xAE"));
    CU_ASSERT(text_is_readable(span_of(page)));
    free(page);
}

static void page_breaks_long_text_between_characters(void)
{
    char text[4096];

    sample_trace(&file, events);
    /* Characters of three bytes, so that no piece of 512 ends at one. */
    for (size_t i = 0; i < 1200; i++)
        memcpy(text + 3 * i, "€", 3);
    text[3600] = '\0';
    events[5].note = text;
    char *page = written(NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(page, text));
    free(page);
}

static void page_turns_citations_in_prose_into_links(void)
{
    struct story_block block = {
        STORY_SAY, "See RFC 9112 §6.3. And RFC 1035; not RFC x.", 0, 0};
    struct story story = {"t", "a", &block, 1, NULL};

    sample_trace(&file, events);
    char *page = written(&story);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(page, "See <a href=\"https://www.rfc-editor.org/rfc/"
                     "rfc9112#section-6.3\">RFC 9112 §6.3</a>. And <a href=\""
                     "https://www.rfc-editor.org/rfc/rfc1035\">RFC 1035</a>; "
                     "not RFC x."));
    free(page);
}

static void page_gives_an_event_one_id(void)
{
    struct story_block blocks[] = {{STORY_LADDER, NULL, 1, 4},
                                   {STORY_LADDER, NULL, 3, 6}};
    struct story story = {"t", "a", blocks, 2, NULL};

    sample_trace(&file, events);
    char *page = written(&story);
    for (int i = 1; i <= SAMPLE_EVENTS; i++) {
        char id[32];
        snprintf(id, sizeof(id), "id=\"e%d\"", i);
        CU_ASSERT_EQUAL(occurrences(page, id), 1);
    }
    free(page);
}

const struct test tests_page[] = {
    {"page_stands_alone_under_a_strict_policy",
     page_stands_alone_under_a_strict_policy},
    {"page_leads_from_each_event_to_rule_and_source",
     page_leads_from_each_event_to_rule_and_source},
    {"page_explains_the_words_of_the_protocol",
     page_explains_the_words_of_the_protocol},
    {"page_shows_hostile_bytes_as_text", page_shows_hostile_bytes_as_text},
    {"page_breaks_long_text_between_characters",
     page_breaks_long_text_between_characters},
    {"page_turns_citations_in_prose_into_links",
     page_turns_citations_in_prose_into_links},
    {"page_gives_an_event_one_id", page_gives_an_event_one_id},
    {NULL, NULL},
};

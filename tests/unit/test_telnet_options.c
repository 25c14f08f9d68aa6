/* SPDX-License-Identifier: MIT */
/*
 * The Q method: the table of RFC 1143 §7 written out once more, by hand from
 * the document, and two ends that negotiate at random until they rest.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "telnet/telnet.h"
#include "tests/harness.h"

/* ---- the table ---------------------------------------------------------- */

#define NO TELNET_NO
#define YES TELNET_YES
#define WANTNO TELNET_WANTNO_EMPTY
#define WANTNO_OPPOSITE TELNET_WANTNO_OPPOSITE
#define WANTYES TELNET_WANTYES_EMPTY
#define WANTYES_OPPOSITE TELNET_WANTYES_OPPOSITE
#define QUIET TELNET_SAY_NOTHING
#define SAY_YES TELNET_SAY_YES
#define SAY_NO TELNET_SAY_NO

struct cell {
    enum telnet_q state;
    enum telnet_q_cause cause;
    bool agree;
    enum telnet_q next;
    enum telnet_q_answer answer;
};

static const struct cell cells[] = {
    /* Upon receipt of WILL (or DO, with us and him exchanged). */
    {NO, TELNET_HEARD_YES, true, YES, SAY_YES},
    {NO, TELNET_HEARD_YES, false, NO, SAY_NO},
    {YES, TELNET_HEARD_YES, true, YES, QUIET},
    {WANTNO, TELNET_HEARD_YES, true, NO, QUIET},
    {WANTNO_OPPOSITE, TELNET_HEARD_YES, true, YES, QUIET},
    {WANTYES, TELNET_HEARD_YES, true, YES, QUIET},
    {WANTYES_OPPOSITE, TELNET_HEARD_YES, true, WANTNO, SAY_NO},
    /* Upon receipt of WONT. */
    {NO, TELNET_HEARD_NO, true, NO, QUIET},
    {YES, TELNET_HEARD_NO, true, NO, SAY_NO},
    {WANTNO, TELNET_HEARD_NO, true, NO, QUIET},
    {WANTNO_OPPOSITE, TELNET_HEARD_NO, true, WANTYES, SAY_YES},
    {WANTYES, TELNET_HEARD_NO, true, NO, QUIET},
    {WANTYES_OPPOSITE, TELNET_HEARD_NO, true, NO, QUIET},
    /* If we decide to ask him to enable. */
    {NO, TELNET_ASKED_YES, true, WANTYES, SAY_YES},
    {YES, TELNET_ASKED_YES, true, YES, QUIET},
    {WANTNO, TELNET_ASKED_YES, true, WANTNO_OPPOSITE, QUIET},
    {WANTNO_OPPOSITE, TELNET_ASKED_YES, true, WANTNO_OPPOSITE, QUIET},
    {WANTYES, TELNET_ASKED_YES, true, WANTYES, QUIET},
    {WANTYES_OPPOSITE, TELNET_ASKED_YES, true, WANTYES, QUIET},
    /* If we decide to ask him to disable. */
    {NO, TELNET_ASKED_NO, true, NO, QUIET},
    {YES, TELNET_ASKED_NO, true, WANTNO, SAY_NO},
    {WANTNO, TELNET_ASKED_NO, true, WANTNO, QUIET},
    {WANTNO_OPPOSITE, TELNET_ASKED_NO, true, WANTNO, QUIET},
    {WANTYES, TELNET_ASKED_NO, true, WANTYES_OPPOSITE, QUIET},
    {WANTYES_OPPOSITE, TELNET_ASKED_NO, true, WANTYES_OPPOSITE, QUIET}};
enum { CELLS = sizeof(cells) / sizeof(cells[0]) };

/* RFC 1143 §7. All but NO with a request is the same whether we agree. */
static void telnet_q_takes_every_transition(void)
{
    bool seen[TELNET_Q_STATES][TELNET_Q_CAUSES] = {{false}};

    for (size_t i = 0; i < CELLS; i++) {
        const struct cell *cell = &cells[i];
        for (int agree = 0; agree < 2; agree++) {
            struct telnet_q_step step;
            if (cell->state == NO && cell->cause == TELNET_HEARD_YES &&
                (agree == 1) != cell->agree)
                continue;
            step = telnet_q_step(cell->state, cell->cause, agree == 1);
            CU_ASSERT_EQUAL(step.next, cell->next);
            CU_ASSERT_EQUAL(step.answer, cell->answer);
            seen[cell->state][cell->cause] = true;
        }
    }
    for (int state = 0; state < TELNET_Q_STATES; state++)
        for (int cause = 0; cause < TELNET_Q_CAUSES; cause++)
            CU_ASSERT(seen[state][cause]);
}

/* The errors of the table say so, the rest says nothing. */
static void telnet_q_names_what_is_wrong(void)
{
    CU_ASSERT_PTR_NOT_NULL(telnet_q_step(WANTNO, TELNET_HEARD_YES, true).why);
    CU_ASSERT_PTR_NOT_NULL(
        telnet_q_step(WANTNO_OPPOSITE, TELNET_HEARD_YES, true).why);
    CU_ASSERT_PTR_NOT_NULL(telnet_q_step(YES, TELNET_ASKED_YES, true).why);
    CU_ASSERT_PTR_NULL(telnet_q_step(YES, TELNET_HEARD_NO, true).why);
    CU_ASSERT_STRING_EQUAL(telnet_q_name(WANTNO_OPPOSITE), "WANTNO/OPPOSITE");
    CU_ASSERT_STRING_EQUAL(telnet_q_name(YES), "YES");
}

/* Which words belong to which side. RFC 1123 §3.2.1: an option that nobody here
 * knows, 200, is refused like any other. */
static void telnet_option_answers_in_the_right_words(void)
{
    struct telnet_options options = {.naive = false};
    struct telnet_change change;

    options.agree[TELNET_HIM][TELNET_ECHO] = true;
    change = telnet_option_hear(&options, TELNET_WILL, TELNET_ECHO);
    CU_ASSERT(change.answers && change.verb == TELNET_DO);
    CU_ASSERT(telnet_option_on(&options, TELNET_HIM, TELNET_ECHO));
    CU_ASSERT(!telnet_option_on(&options, TELNET_US, TELNET_ECHO));
    change = telnet_option_hear(&options, TELNET_DO, TELNET_LINEMODE);
    CU_ASSERT(change.answers && change.verb == TELNET_WONT);
    change = telnet_option_hear(&options, TELNET_WILL, 200);
    CU_ASSERT(change.answers && change.verb == TELNET_DONT);
    change = telnet_option_hear(&options, TELNET_WONT, TELNET_ECHO);
    CU_ASSERT(change.answers && change.verb == TELNET_DONT);
    change = telnet_option_ask(&options, TELNET_US, TELNET_SGA, true);
    CU_ASSERT(change.answers && change.verb == TELNET_WILL);
    CU_ASSERT(!telnet_options_rest(&options));
    change = telnet_option_hear(&options, TELNET_DONT, TELNET_SGA);
    CU_ASSERT(!change.answers);
    CU_ASSERT(telnet_options_rest(&options));
}

static void telnet_change_shows_the_table(void)
{
    struct telnet_options options = {.naive = false};
    struct telnet_change change;
    char text[256];

    telnet_option_ask(&options, TELNET_US, TELNET_SGA, true);
    change = telnet_option_ask(&options, TELNET_HIM, TELNET_ECHO, true);
    telnet_change_describe(&options, &change, text, sizeof(text));
    CU_ASSERT_STRING_EQUAL(text,
                           "his ECHO: NO -> WANTYES/EMPTY, say DO; now our SGA "
                           "WANTYES/EMPTY, his ECHO WANTYES/EMPTY");
    for (size_t size = 1; size < 64; size++) {
        telnet_change_describe(&options, &change, text, size);
        CU_ASSERT(strlen(text) < size);
    }
}

/* ---- two ends ----------------------------------------------------------- */

enum { WORDS_MAX = 4096, PLAYED = 6 };

/* What one end has said and the other has not heard yet. */
struct pipe_of_words {
    unsigned char verbs[WORDS_MAX], about[WORDS_MAX];
    size_t first, end;
};

struct ends {
    struct telnet_options options[2];
    struct pipe_of_words to[2];
    size_t words;
};

static void say(struct ends *ends, int from, struct telnet_change change)
{
    struct pipe_of_words *pipe = &ends->to[1 - from];

    if (!change.answers)
        return;
    CU_ASSERT_FATAL(pipe->end < WORDS_MAX);
    pipe->verbs[pipe->end] = change.verb;
    pipe->about[pipe->end++] = change.option;
    ends->words++;
}

/* False: nothing is on its way to this end. */
static bool hear(struct ends *ends, int at)
{
    struct pipe_of_words *pipe = &ends->to[at];

    if (pipe->first == pipe->end)
        return false;
    say(ends, at,
        telnet_option_hear(&ends->options[at], pipe->verbs[pipe->first],
                           pipe->about[pipe->first]));
    pipe->first++;
    return true;
}

static void agree_at_random(struct ends *ends)
{
    for (int end = 0; end < 2; end++)
        for (int side = 0; side < TELNET_SIDES; side++)
            for (int option = 0; option < PLAYED; option++)
                ends->options[end].agree[side][option] = random() % 2;
}

/* Asks and hears in any order, then hears until nothing is on its way. A loop
 * would fill the pipe, which is an assertion that fails. */
static void negotiate(struct ends *ends)
{
    long asks = 1 + random() % 40;

    while (asks > 0) {
        int end = (int)(random() % 2);
        if (random() % 2) {
            hear(ends, (int)(random() % 2));
            continue;
        }
        say(ends, end,
            telnet_option_ask(
                &ends->options[end], (enum telnet_side)(random() % 2),
                (unsigned char)(random() % PLAYED), random() % 2));
        asks--;
    }
    while (hear(ends, 0) || hear(ends, 1))
        ;
}

static void check_agreement(const struct ends *ends)
{
    CU_ASSERT(telnet_options_rest(&ends->options[0]));
    CU_ASSERT(telnet_options_rest(&ends->options[1]));
    for (int option = 0; option < PLAYED; option++)
        for (int end = 0; end < 2; end++)
            CU_ASSERT_EQUAL(ends->options[end].state[TELNET_US][option],
                            ends->options[1 - end].state[TELNET_HIM][option]);
}

/* RFC 1143 §2: it ends, and both believe the same. */
static void telnet_options_always_come_to_rest(void)
{
    static struct ends ends;

    srandom(1143);
    for (int round = 0; round < 10000; round++) {
        memset(&ends, 0, sizeof(ends));
        agree_at_random(&ends);
        negotiate(&ends);
        check_agreement(&ends);
    }
}

/* RFC 1143 §1: without the states one word is enough for ever. */
static void telnet_options_without_states_loop(void)
{
    static struct ends ends;

    memset(&ends, 0, sizeof(ends));
    for (int end = 0; end < 2; end++) {
        ends.options[end].naive = true;
        memset(ends.options[end].agree, true, sizeof(ends.options[0].agree));
    }
    say(&ends, 0, telnet_option_ask(&ends.options[0], TELNET_US, 1, true));
    while (ends.words < 1000 && (hear(&ends, 1) || hear(&ends, 0)))
        ;
    CU_ASSERT_EQUAL(ends.words, 1000);

    /* One end that remembers is enough to end it. */
    memset(&ends, 0, sizeof(ends));
    ends.options[0].naive = true;
    memset(ends.options[0].agree, true, sizeof(ends.options[0].agree));
    memset(ends.options[1].agree, true, sizeof(ends.options[1].agree));
    say(&ends, 0, telnet_option_ask(&ends.options[0], TELNET_US, 1, true));
    while (ends.words < 1000 && (hear(&ends, 1) || hear(&ends, 0)))
        ;
    CU_ASSERT(ends.words <= 4);
}

const struct test tests_telnet_options[] = {
    {"telnet_q_takes_every_transition", telnet_q_takes_every_transition},
    {"telnet_q_names_what_is_wrong", telnet_q_names_what_is_wrong},
    {"telnet_option_answers_in_the_right_words",
     telnet_option_answers_in_the_right_words},
    {"telnet_change_shows_the_table", telnet_change_shows_the_table},
    {"telnet_options_always_come_to_rest", telnet_options_always_come_to_rest},
    {"telnet_options_without_states_loop", telnet_options_without_states_loop},
    {NULL, NULL}};

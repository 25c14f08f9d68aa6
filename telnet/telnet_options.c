/* SPDX-License-Identifier: MIT */
/*
 * telnet_options: the Q method of RFC 1143, by which two ends agree on options
 * and can't fall into a loop.
 *
 * The rule of RFC 854, to answer each request and no acknowledgment, is not
 * enough: nobody can tell one from the other by looking at it. So an end
 * remembers what it asked for (WANTNO, WANTYES), asks nothing new before the
 * answer has come, and keeps a change of mind in a queue of one (OPPOSITE).
 */
#include <stdio.h>
#include <string.h>

#include "telnet/telnet.h"

static const char *const names[] = {
    [TELNET_NO] = "NO",
    [TELNET_YES] = "YES",
    [TELNET_WANTNO_EMPTY] = "WANTNO/EMPTY",
    [TELNET_WANTNO_OPPOSITE] = "WANTNO/OPPOSITE",
    [TELNET_WANTYES_EMPTY] = "WANTYES/EMPTY",
    [TELNET_WANTYES_OPPOSITE] = "WANTYES/OPPOSITE"};
_Static_assert(sizeof(names) / sizeof(names[0]) == TELNET_Q_STATES,
               "a name for each state");

const char *telnet_q_name(enum telnet_q state)
{
    return names[state];
}

/* NOTE(telnet-q): the table of RFC 1143 §7, a row a state, a cell a cause. The
 * one cell that needs more than the state, a request that comes in the state
 * NO, is here as it is when we agree. */
static const struct telnet_q_step table[TELNET_Q_STATES][TELNET_Q_CAUSES] = {
    [TELNET_NO] = {[TELNET_HEARD_YES] = {TELNET_YES, TELNET_SAY_YES, NULL},
                   [TELNET_HEARD_NO] = {TELNET_NO, TELNET_SAY_NOTHING, NULL},
                   [TELNET_ASKED_YES] = {TELNET_WANTYES_EMPTY, TELNET_SAY_YES,
                                         NULL},
                   [TELNET_ASKED_NO] = {TELNET_NO, TELNET_SAY_NOTHING,
                                        "already disabled"}},
    [TELNET_YES] = {[TELNET_HEARD_YES] = {TELNET_YES, TELNET_SAY_NOTHING, NULL},
                    [TELNET_HEARD_NO] = {TELNET_NO, TELNET_SAY_NO, NULL},
                    [TELNET_ASKED_YES] = {TELNET_YES, TELNET_SAY_NOTHING,
                                          "already enabled"},
                    [TELNET_ASKED_NO] = {TELNET_WANTNO_EMPTY, TELNET_SAY_NO,
                                         NULL}},
    [TELNET_WANTNO_EMPTY] =
        {[TELNET_HEARD_YES] = {TELNET_NO, TELNET_SAY_NOTHING,
                               "a refusal was answered by consent"},
         [TELNET_HEARD_NO] = {TELNET_NO, TELNET_SAY_NOTHING, NULL},
         [TELNET_ASKED_YES] = {TELNET_WANTNO_OPPOSITE, TELNET_SAY_NOTHING,
                               NULL},
         [TELNET_ASKED_NO] = {TELNET_WANTNO_EMPTY, TELNET_SAY_NOTHING,
                              "already negotiating for disable"}},
    [TELNET_WANTNO_OPPOSITE] =
        {[TELNET_HEARD_YES] = {TELNET_YES, TELNET_SAY_NOTHING,
                               "a refusal was answered by consent"},
         [TELNET_HEARD_NO] = {TELNET_WANTYES_EMPTY, TELNET_SAY_YES, NULL},
         [TELNET_ASKED_YES] = {TELNET_WANTNO_OPPOSITE, TELNET_SAY_NOTHING,
                               "already queued an enable request"},
         [TELNET_ASKED_NO] = {TELNET_WANTNO_EMPTY, TELNET_SAY_NOTHING, NULL}},
    [TELNET_WANTYES_EMPTY] =
        {[TELNET_HEARD_YES] = {TELNET_YES, TELNET_SAY_NOTHING, NULL},
         [TELNET_HEARD_NO] = {TELNET_NO, TELNET_SAY_NOTHING, NULL},
         [TELNET_ASKED_YES] = {TELNET_WANTYES_EMPTY, TELNET_SAY_NOTHING,
                               "already negotiating for enable"},
         [TELNET_ASKED_NO] = {TELNET_WANTYES_OPPOSITE, TELNET_SAY_NOTHING,
                              NULL}},
    [TELNET_WANTYES_OPPOSITE] =
        {[TELNET_HEARD_YES] = {TELNET_WANTNO_EMPTY, TELNET_SAY_NO, NULL},
         [TELNET_HEARD_NO] = {TELNET_NO, TELNET_SAY_NOTHING, NULL},
         [TELNET_ASKED_YES] = {TELNET_WANTYES_EMPTY, TELNET_SAY_NOTHING, NULL},
         [TELNET_ASKED_NO] = {TELNET_WANTYES_OPPOSITE, TELNET_SAY_NOTHING,
                              "already queued a disable request"}},
};

struct telnet_q_step telnet_q_step(enum telnet_q state,
                                   enum telnet_q_cause cause, bool agree)
{
    if (state == TELNET_NO && cause == TELNET_HEARD_YES && !agree)
        return (struct telnet_q_step){TELNET_NO, TELNET_SAY_NO, "we decline"};
    return table[state][cause];
}

/* ---- one option of a connection ----------------------------------------- */

/* The only place that moves a state. */
static struct telnet_change move(struct telnet_options *options,
                                 enum telnet_side side, unsigned char option,
                                 enum telnet_q_cause cause)
{
    static const unsigned char verbs[TELNET_SIDES][3] = {
        [TELNET_US] = {0, TELNET_WILL, TELNET_WONT},
        [TELNET_HIM] = {0, TELNET_DO, TELNET_DONT}};
    enum telnet_q before = (enum telnet_q)options->state[side][option];
    struct telnet_q_step step =
        telnet_q_step(before, cause, options->agree[side][option]);

    /* NOTE(telnet-naive): without the state each word is news, and is
     * answered; so is the answer to the answer. */
    if (options->naive && cause <= TELNET_HEARD_NO)
        step = telnet_q_step(cause == TELNET_HEARD_YES ? TELNET_NO : TELNET_YES,
                             cause, options->agree[side][option]);
    options->state[side][option] = (unsigned char)step.next;
    return (struct telnet_change){.side = side,
                                  .option = option,
                                  .before = before,
                                  .after = step.next,
                                  .answers = step.answer != TELNET_SAY_NOTHING,
                                  .verb = verbs[side][step.answer],
                                  .why = step.why};
}

struct telnet_change telnet_option_hear(struct telnet_options *options,
                                        unsigned char verb,
                                        unsigned char option)
{
    enum telnet_side side =
        verb == TELNET_WILL || verb == TELNET_WONT ? TELNET_HIM : TELNET_US;
    enum telnet_q_cause cause = verb == TELNET_WILL || verb == TELNET_DO
                                    ? TELNET_HEARD_YES
                                    : TELNET_HEARD_NO;

    return move(options, side, option, cause);
}

struct telnet_change telnet_option_ask(struct telnet_options *options,
                                       enum telnet_side side,
                                       unsigned char option, bool on)
{
    return move(options, side, option, on ? TELNET_ASKED_YES : TELNET_ASKED_NO);
}

/* While we wait for the answer to our DONT, the peer may still do it. */
bool telnet_option_on(const struct telnet_options *options,
                      enum telnet_side side, unsigned char option)
{
    return options->state[side][option] == TELNET_YES;
}

bool telnet_options_rest(const struct telnet_options *options)
{
    for (int side = 0; side < TELNET_SIDES; side++)
        for (int option = 0; option < TELNET_OPTIONS; option++)
            if (options->state[side][option] > TELNET_YES)
                return false;
    return true;
}

/* ---- in words ----------------------------------------------------------- */

static const char *const owners[] = {[TELNET_US] = "our", [TELNET_HIM] = "his"};

static void add(char *text, size_t size, size_t *length, const char *lead,
                enum telnet_side side, int option, const char *state)
{
    int wanted;

    if (*length >= size)
        return;
    wanted = snprintf(text + *length, size - *length, "%s%s %s %s", lead,
                      owners[side], telnet_option_name((unsigned char)option),
                      state);
    *length += wanted > 0 ? (size_t)wanted : 0;
}

/* NOTE(telnet-table): the move, then all that is not at NO: the table. */
void telnet_change_describe(const struct telnet_options *options,
                            const struct telnet_change *change, char *text,
                            size_t size)
{
    const char *lead = "; now ";
    size_t length;
    int wanted =
        snprintf(text, size, "%s %s: %s -> %s%s%s%s%s", owners[change->side],
                 telnet_option_name(change->option), names[change->before],
                 names[change->after], change->answers ? ", say " : "",
                 change->answers ? telnet_command_name(change->verb) : "",
                 change->why ? ", " : "", change->why ? change->why : "");

    length = wanted > 0 ? (size_t)wanted : 0;
    for (int side = 0; side < TELNET_SIDES; side++)
        for (int option = 0; option < TELNET_OPTIONS; option++) {
            enum telnet_q state = (enum telnet_q)options->state[side][option];
            if (state == TELNET_NO)
                continue;
            add(text, size, &length, lead, (enum telnet_side)side, option,
                names[state]);
            lead = ", ";
        }
}

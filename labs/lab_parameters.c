/* SPDX-License-Identifier: MIT */
/*
 * lab_parameters: what may vary from student to student, from one seed.
 *
 * The same seed gives the same values on every machine, for ever: a student's
 * trace can be compared with the one that the teacher made from the same seed.
 * That is why the generator stands here and is not rand(3), whose numbers
 * differ from one C library to the next.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "labs/lab.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *const users[] = {
    "ada",   "barbara", "edsger",  "frances", "grace", "jon",
    "karen", "leslie",  "niklaus", "radia",   "vint",  "whitfield"};

static const char *const words[] = {"amber",  "birch",   "cedar",   "delta",
                                    "ember",  "fjord",   "garnet",  "harbor",
                                    "indigo", "juniper", "kestrel", "lagoon"};

static const char *const titles[] = {
    "The harbour library", "A garden in spring",  "Maps of the old town",
    "The night train",     "Letters from abroad", "The clock tower"};

static const char *const texts[] = {
    "The reading room is open from nine to six, and the tide is on time.",
    "The cherry trees are early this year; come before the rain does.",
    "Every street on this sheet has had at least three names.",
    "It leaves at five past eleven and is never where it should be.",
    "The post takes four days, so this was true on Monday.",
    "It has been two minutes late since it was repaired in March."};

static const char *const messages[] = {
    "The key is under the third flower pot.",
    "We meet at the bridge at half past seven.",
    "The answer to question four is the second one.",
    "Don't tell anybody about the surprise on Friday."};

/* SplitMix64 (Steele, Lea and Flood): each call moves `state` by an odd
 * constant and mixes it, so that neighbouring seeds give unrelated values. */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* A value from `low` to `high`, both included. The bias of the remainder is
 * below one in 2^50 for spans as small as ours. */
static size_t between(uint64_t *state, size_t low, size_t high)
{
    return low + (size_t)(next(state) % (uint64_t)(high - low + 1));
}

#define PICK(state, table) ((table)[next(state) % COUNT(table)])

/* Sizes: a page that fits in one or two segments, and a picture that needs
 * several but, with its header, stays within TCP's first window of ten, so that
 * the round trips counted are those of the protocol and not those of slow
 * start. One draw a statement: C does not say in which order the arguments of
 * a call are worked out, and two compilers would give two passwords. */
void lab_parameters_fill(struct lab_parameters *p, uint64_t seed)
{
    uint64_t state = seed;
    const char *first, *second;
    size_t number, theme;

    memset(p, 0, sizeof(*p));
    p->seed = seed;
    snprintf(p->user, sizeof(p->user), "%s", PICK(&state, users));
    first = PICK(&state, words);
    second = PICK(&state, words);
    number = between(&state, 100, 999);
    snprintf(p->password, sizeof(p->password), "%s-%s-%zu", first, second,
             number);
    theme = next(&state) % COUNT(titles);
    snprintf(p->page_title, sizeof(p->page_title), "%s", titles[theme]);
    snprintf(p->page_text, sizeof(p->page_text), "%s", texts[theme]);
    p->page_bytes = between(&state, 1200, 2200);
    p->image_bytes = between(&state, 6000, 10000);
    snprintf(p->message, sizeof(p->message), "%s", PICK(&state, messages));
    p->octet = (int)between(&state, 200, 250);
    p->objects = between(&state, 8, 12);
}

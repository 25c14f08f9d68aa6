/* SPDX-License-Identifier: MIT */
/*
 * mailbox_control: a name that nobody has, in the shape of the one asked for.
 *
 * A server may look at the shape of a name before it looks for the mailbox: it
 * refuses what is too long, or takes everything with a "+". So the control must
 * differ in nothing but in being random.
 */
#include <ctype.h>

#include "labs/mailbox-exists/mailbox.h"

/* Characters that make a name safe from being somebody's: 16 letters, each one
 * of 20, make 6 * 10^20 names; the mailboxes of the world are some 10^10. */
#define LENGTH_LEAST 16

/* One of the next of `count` letters, from what `random` still has. */
static char next_letter(uint64_t *random, const char *letters, unsigned count)
{
    /* A step of a linear congruential generator (Knuth's constants): enough to
     * spread one number over many letters; nothing secret hangs on it. */
    *random = *random * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return letters[(*random >> 33) % count];
}

void mailbox_control(char *text, size_t size, struct span local,
                     uint64_t random)
{
    static const char letters[] = "bcdfghjklmnpqrstvwxz", digits[] = "23456789";
    size_t to = 0, changed = 0, end = 0, i;

    /* Where the last run of letters or digits ends, it may grow. */
    for (i = 0; i < local.length; i++)
        if (isalnum((unsigned char)local.data[i]))
            end = i + 1;
    for (i = 0; i < local.length && to + 1 < size; i++) {
        unsigned char c = (unsigned char)local.data[i];
        bool digit = isdigit(c) != 0;

        if (!isalnum(c) && c < 0x80) {
            text[to++] = (char)c;
            continue;
        }
        text[to++] = digit ? next_letter(&random, digits, sizeof(digits) - 1)
                           : next_letter(&random, letters, sizeof(letters) - 1);
        changed++;
        for (; i + 1 == end && changed < LENGTH_LEAST && to + 1 < size;
             changed++)
            text[to++] = next_letter(&random, letters, sizeof(letters) - 1);
    }
    text[to] = '\0';
}

void mailbox_shape(char *text, size_t size, struct span local)
{
    size_t to = 0;

    for (size_t i = 0; i < local.length && to + 1 < size; i++) {
        unsigned char c = (unsigned char)local.data[i];
        char run = isdigit(c) ? '9' : isalpha(c) || c >= 0x80 ? 'a' : '\0';

        if (!run)
            text[to++] = (char)c;
        else if (to == 0 || text[to - 1] != run)
            text[to++] = run;
    }
    text[to] = '\0';
}

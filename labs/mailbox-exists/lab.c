/* SPDX-License-Identifier: MIT */
/*
 * mailbox-exists: four steps to find out whether a mailbox exists, on a server
 * that is honest; then why they fail on the others.
 */
#include <stdio.h>
#include <string.h>

#include "labs/mailbox-exists/mailbox_exists.h"
#include "labs/mailbox-exists/zoo.h"

/* ---- asking ------------------------------------------------------------- */

/* The program numbers events as they stand in its own record; those of the
 * lab's trace are others, and the ladder has them. */
static void without_numbers(char *text)
{
    char *mark;

    while ((mark = strstr(text, "  (event ")) != NULL) {
        char *end = strchr(mark, ')');

        memmove(mark, end + 1, strlen(end + 1) + 1);
    }
}

/* One domain after the other: side by side they would tell their story in
 * another order each time, line between line. */
int zoo_ask(struct lab_run *run, bool ladder, const char *const *words,
            const char *const *wanted, struct error *error)
{
    char port[16];
    const char *argv[16] = {"mailbox-check", "--domains", "1"};
    struct world_result result;
    size_t count = 3;
    int code = 0;

    if (world_port(lab_world(run), 25) != 25) {
        snprintf(port, sizeof(port), "%u",
                 (unsigned)world_port(lab_world(run), 25));
        argv[count++] = "--port";
        argv[count++] = port;
    }
    while (*words && count < 15)
        argv[count++] = *words++;
    if ((ladder ? lab_client : lab_command)(run, argv, &result, error) < 0)
        return -(int)error->class;
    without_numbers(result.out);
    lab_view(run, result.out);
    for (; *wanted && code == 0; wanted++)
        code = lab_check(run, strstr(result.out, *wanted) != NULL, error,
                         "mailbox-check says %s", *wanted);
    world_result_free(&result);
    return code;
}

/* ---- the lab ------------------------------------------------------------ */

static int prepare(struct lab_run *run, struct error *error)
{
    return zoo_start(lab_world(run), "", error);
}

static const struct lab_step steps[] = {
    {"Four steps, and a server that tells the truth",
     "Does a mailbox exist? Find the domain's mail server, connect, start "
     "sending to the mailbox, judge by the reply.",
     zoo_honest},
    {"A no that speaks of a mailbox that is there", NULL, zoo_present},
    {"A yes to everything", NULL, zoo_yes},
    {"A no to us", NULL, zoo_no},
    {"Not now", NULL, zoo_later},
    {"The first step can go wrong too", NULL, zoo_names},
    {"One who was asked too much", NULL, zoo_sulk},
    {"Why servers do not like to be asked", NULL, zoo_etiquette},
    {NULL, NULL, NULL}};

const struct lab lab_mailbox_exists = {
    .name = "mailbox-exists",
    .title = "Does this mailbox exist?",
    .about =
        "Four steps tell whether a mailbox exists, if the mail server tells "
        "the truth. A zoo of mail servers shows what else there is: some say "
        "yes to everything, some no to everybody, some not now, and some no "
        "in words that mean yes. Where the answer can't be known, the verdict "
        "says that, and what would be needed.",
    .hosts = {"student", "names", "zoo", NULL},
    .steps = steps,
    .to_see =
        "A reply to RCPT is a decision of the server, not a fact about the "
        "mailbox. A yes is worth something only where a mailbox that can't "
        "exist gets a no. A no is worth something only if it speaks of the "
        "mailbox (5.1.1) and not of us (5.7.1), of its state (5.2.1, 4.2.2) or "
        "of the time (4yz). The only proof is a message that is answered.",
    .prepare = prepare};

/* SPDX-License-Identifier: MIT */
/* Servers of every character: what each makes of an honest verdict. */
#include <stdlib.h>
#include <string.h>

#include "smtp/smtp_server.h"
#include "tests/harness.h"

/* What these manners make of the verdict `code` `enhanced`. */
static struct smtp_verdict judged(const char *manners, int code,
                                  const char *enhanced, const char **account)
{
    const struct smtp_manners *found = NULL;
    struct error error = {0};
    struct smtp_verdict verdict;
    struct smtp_rcpt *rcpt = calloc(1, sizeof(*rcpt));
    struct smtp_session *session = calloc(1, sizeof(*session));
    struct smtp_site site = {.clock_file = NULL};

    session->site = &site;
    snprintf(rcpt->forward_path.mailbox, sizeof(rcpt->forward_path.mailbox),
             "bob@zoo.test");
    smtp_refuse(&verdict, code, enhanced, "honestly");
    CU_ASSERT_EQUAL_FATAL(smtp_manners_find(&found, manners, &error), 0);
    if (found->judge)
        found->judge(found->context, session, rcpt, account, &verdict);
    free(session);
    free(rcpt);
    return verdict;
}

static void manners_change_what_an_honest_server_says(void)
{
    static const struct {
        const char *name;
        int code;
        const char *enhanced;
        int wanted;
        const char *wanted_enhanced;
    } rows[] = {
        {"honest", 250, "2.1.5", 250, "2.1.5"},
        {"honest", 550, "5.1.1", 550, "5.1.1"},
        {"full", 250, "2.1.5", 452, "4.2.2"},
        {"full", 550, "5.1.1", 550, "5.1.1"},
        {"disabled", 250, "2.1.5", 550, "5.2.1"},
        {"disabled", 550, "5.1.1", 550, "5.1.1"},
        {"accept-all", 550, "5.1.1", 250, "2.1.5"},
        {"accept-all", 550, "5.7.1", 550, "5.7.1"},
        {"bounce-later", 550, "5.1.1", 250, "2.1.5"},
        {"policy", 250, "2.1.5", 550, "5.7.1"},
        {"greylist", 250, "2.1.5", 450, "4.7.1"},
        /* One after the other: nobody was refused before the second. */
        {"sulk", 250, "2.1.5", 250, "2.1.5"},
        {"sulk", 550, "5.1.1", 550, "5.1.1"},
        {"sulk", 250, "2.1.5", 550, "5.1.1"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *account = NULL;
        struct smtp_verdict verdict =
            judged(rows[i].name, rows[i].code, rows[i].enhanced, &account);

        CU_ASSERT_EQUAL(verdict.code, rows[i].wanted);
        CU_ASSERT_STRING_EQUAL(verdict.enhanced, rows[i].wanted_enhanced);
    }
}

/* Who says yes to all must have somewhere to put it; who bounces has not. */
static void manners_know_whose_mailbox_it_will_be(void)
{
    const char *account = NULL;

    judged("accept-all", 550, "5.1.1", &account);
    CU_ASSERT_PTR_NOT_NULL_FATAL(account);
    CU_ASSERT_STRING_EQUAL(account, "postmaster");
    account = NULL;
    judged("bounce-later", 550, "5.1.1", &account);
    CU_ASSERT_PTR_NULL(account);
}

static void manners_unknown_name_the_nearest(void)
{
    const struct smtp_manners *manners = NULL;
    struct error error = {0};

    CU_ASSERT_EQUAL(smtp_manners_find(&manners, "tarpitt", &error),
                    -ERROR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "did you mean tarpit"));
}

const struct test tests_smtp_manners[] = {
    {"manners_change_what_an_honest_server_says",
     manners_change_what_an_honest_server_says},
    {"manners_know_whose_mailbox_it_will_be",
     manners_know_whose_mailbox_it_will_be},
    {"manners_unknown_name_the_nearest", manners_unknown_name_the_nearest},
    {NULL, NULL}};

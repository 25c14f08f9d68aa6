/* SPDX-License-Identifier: MIT */
/*
 * mailbox-check against the zoo: a row an animal, checked on verdict, rule and
 * the reply line that it rests on; then many addresses at once.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "labs/mailbox-exists/zoo.h"
#include "tests/harness.h"
#include "tests/integration/in_world.h"

static void in_zoo(int (*inside)(struct world *, void *, struct error *),
                   void *context)
{
    struct error error = {0};
    char bin[PATH_MAX];
    struct world_setup setup = {.hosts = {"zoo", NULL},
                                .round_trip_us = 0,
                                .way = best_way(),
                                .bin = bin};

    CU_ASSERT_PTR_NOT_NULL_FATAL(realpath(TEST_BIN, bin));
    if (world_run(&setup, inside, context, &error) != 0)
        fprintf(stderr, "%s %s\n", error.text, error.peer_said);
    CU_ASSERT_EQUAL(error.class, ERROR_NONE);
}

/* Runs mailbox-check on the student's host; `more` ends with NULL. */
static int check(struct world *world, const char *const *more,
                 struct world_result *result, struct error *error)
{
    char port[16];
    const char *argv[24] = {
        "mailbox-check", "--dns", world_dns(world), "--port", port,
        "--patience",    "2",     "--json"};
    size_t count = 8;

    snprintf(port, sizeof(port), "%u", (unsigned)world_port(world, 25));
    while (*more && count < 23)
        argv[count++] = *more++;
    argv[count] = NULL;
    return world_command(world, "student", argv, result, error);
}

#define CHECK(world, result, ...) \
    check(world, (const char *const[]){__VA_ARGS__, NULL}, result, error)

/* ---- a row an animal ---------------------------------------------------- */

static const struct row {
    const char *address, *verdict, *rule;
    const char *line; /* that must be cited; NULL: none is to be had */
} rows[] = {
    {"keeper@honest.zoo.test", "exists", "control-refused",
     "\"step\":\"control RCPT\",\"host\":\"mx.zoo.test\",\"address\":\"*\","
     "\"code\":550,\"enhanced\":\"5.1.1\""},
    {"nobody@honest.zoo.test", "absent", "says-absent",
     "\"step\":\"RCPT\",\"host\":\"mx.zoo.test\",\"address\":\"*\",\"code\":"
     "550,"
     "\"enhanced\":\"5.1.1\""},
    {"keeper@full.zoo.test", "exists", "says-present",
     "\"step\":\"RCPT\",\"host\":\"mx.full.zoo.test\",\"address\":\"*\","
     "\"code\":452,\"enhanced\":\"4.2.2\""},
    {"keeper@disabled.zoo.test", "exists", "says-present",
     "\"code\":550,\"enhanced\":\"5.2.1\""},
    {"keeper@greylist.zoo.test", "try-later", "deferred",
     "\"code\":450,\"enhanced\":\"4.7.1\""},
    {"keeper@accept-all.zoo.test", "accepts-all", "control-accepted",
     "\"step\":\"control RCPT\",\"host\":\"mx.accept-all.zoo.test\","
     "\"address\":\"*\",\"code\":250"},
    {"nobody@accept-all.zoo.test", "accepts-all", "control-accepted",
     "\"code\":250"},
    {"nobody@bounce-later.zoo.test", "accepts-all", "control-accepted",
     "\"code\":250"},
    {"keeper@policy.zoo.test", "refused", "policy",
     "\"code\":550,\"enhanced\":\"5.7.1\""},
    {"keeper@turn-away.zoo.test", "refused", "turned-away",
     "\"step\":\"greeting\",\"host\":\"mx.turn-away.zoo.test\",\"address\":"
     "\"*\",\"code\":554"},
    {"keeper@vrfy.zoo.test", "exists", "control-refused",
     "\"step\":\"VRFY\",\"host\":\"mx.zoo.test\",\"address\":\"*\",\"code\":"
     "252"},
    {"keeper@tarpit.zoo.test", "unreachable", "nobody-answers",
     "\"step\":\"greeting\",\"host\":\"mx.tarpit.zoo.test\",\"address\":\"*\","
     "\"code\":null"},
    {"keeper@first-down.zoo.test", "exists", "control-refused",
     "\"step\":\"RCPT\",\"host\":\"mx.zoo.test\""},
    {"keeper@null-mx.zoo.test", "absent", "null-mx", "\"step\":\"MX\""},
    {"keeper@implicit.zoo.test", "exists", "control-refused",
     "\"step\":\"RCPT\",\"host\":\"implicit.zoo.test\""},
    {"keeper@cname-mx.zoo.test", "exists", "control-refused",
     "\"step\":\"RCPT\",\"host\":\"alias.zoo.test\""},
    {"keeper@mx-loop.zoo.test", "unreachable", "no-address",
     "\"step\":\"connect\",\"host\":\"loop-1.zoo.test\""},
    {"keeper@sulk.zoo.test", "exists", "control-refused", "\"code\":250"},
    {"keeper@servfail.zoo.test", "try-later", "dns-failed", "\"step\":\"MX\""},
    {"keeper@nowhere.zoo.test", "absent", "no-domain", "\"step\":\"MX\""},
    {"no address", "absent", "syntax", "\"step\":\"syntax\""},
    {"a234567890123456789012345678901234567890123456789012345678901234x@b.test",
     "absent", "syntax", "local part has 65 octets; 64 are the most"},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* True when `text` has `pattern`, in which "*" stands for all up to the next
 * quote. */
static bool has_pattern(const char *text, const char *pattern)
{
    const char *star = strchr(pattern, '*');
    size_t head = star ? (size_t)(star - pattern) : strlen(pattern);

    for (; *text; text++) {
        const char *after = text + head;

        if (strncmp(text, pattern, head) != 0)
            continue;
        if (!star)
            return true;
        after += strcspn(after, "\"");
        if (strncmp(after, star + 1, strlen(star + 1)) == 0)
            return true;
    }
    return false;
}

static bool row_holds(const struct row *row, const char *line)
{
    char verdict[64], rule[64];

    snprintf(verdict, sizeof(verdict), "\"verdict\":\"%s\"", row->verdict);
    snprintf(rule, sizeof(rule), "\"rule\":{\"name\":\"%s\"", row->rule);
    if (strstr(line, row->address) && strstr(line, verdict) &&
        strstr(line, rule) && has_pattern(line, row->line))
        return true;
    fprintf(stderr, "%s: %s\n", row->address, line);
    return false;
}

static int ask_every_animal(struct world *world, void *context,
                            struct error *error)
{
    const char *more[ROWS + 2] = {"--vrfy"};
    struct world_result result;
    char *line;

    (void)context;
    EXPECT(zoo_start(world, "", error) == 0);
    for (size_t i = 0; i < ROWS; i++)
        more[i + 1] = rows[i].address;
    char port[16];
    const char *argv[ROWS + 16] = {
        "mailbox-check", "--dns", world_dns(world), "--port", port,
        "--patience",    "2",     "--json"};
    snprintf(port, sizeof(port), "%u", (unsigned)world_port(world, 25));
    memcpy(argv + 8, more, sizeof(more));
    EXPECT(world_command(world, "student", argv, &result, error) == 0);
    EXPECT(result.status == 0);
    line = strtok(result.out, "\n");
    for (size_t i = 0; i < ROWS; i++) {
        EXPECT(line != NULL);
        EXPECT(row_holds(&rows[i], line));
        line = strtok(NULL, "\n");
    }
    world_result_free(&result);
    return 0;
}

static void mailbox_check_judges_every_animal(void)
{
    in_zoo(ask_every_animal, NULL);
}

/* ---- what changes ------------------------------------------------------- */

static int wait_for_the_greylist(struct world *world, void *context,
                                 struct error *error)
{
    struct world_result result;

    (void)context;
    EXPECT(zoo_start(world, "", error) == 0);
    EXPECT(CHECK(world, &result, "keeper@greylist.zoo.test") == 0);
    EXPECT(strstr(result.out, "\"verdict\":\"try-later\"") != NULL);
    world_result_free(&result);
    EXPECT(zoo_clock(world, 299, error) == 0);
    EXPECT(CHECK(world, &result, "keeper@greylist.zoo.test") == 0);
    EXPECT(strstr(result.out, "\"verdict\":\"try-later\"") != NULL);
    world_result_free(&result);
    EXPECT(zoo_clock(world, 301, error) == 0);
    EXPECT(CHECK(world, &result, "keeper@greylist.zoo.test") == 0);
    /* The control is a stranger still: no clear answer. */
    EXPECT(strstr(result.out, "\"rule\":{\"name\":\"control-unclear\"") !=
           NULL);
    world_result_free(&result);
    return 0;
}

static void mailbox_check_comes_back_to_a_greylist(void)
{
    in_zoo(wait_for_the_greylist, NULL);
}

/* Several of one domain, where a no makes the server say no to all. */
static int ask_the_sulking_one(struct world *world, void *context,
                               struct error *error)
{
    struct world_result result;
    char *line;

    (void)context;
    EXPECT(zoo_start(world, "second:wild\n", error) == 0);
    for (int first = 0; first < 2; first++) {
        EXPECT(CHECK(world, &result, "nobody@sulk.zoo.test",
                     "keeper@sulk.zoo.test", "second@sulk.zoo.test",
                     first ? "--control-first" : "--vrfy") == 0);
        line = strtok(result.out, "\n");
        EXPECT(line && strstr(line, "\"verdict\":\"absent\""));
        for (int i = 0; i < 2; i++) {
            line = strtok(NULL, "\n");
            EXPECT(line && strstr(line, "\"verdict\":\"exists\""));
        }
        world_result_free(&result);
    }
    return 0;
}

static void mailbox_check_doubts_a_no_after_a_no(void)
{
    in_zoo(ask_the_sulking_one, NULL);
}

/* ---- events ------------------------------------------------------------- */

/* With a trace, each reply line is an event of it. */
static int cite_events(struct world *world, void *context, struct error *error)
{
    struct world_result result;
    char trace[PATH_MAX], wanted[64];
    const char *event;
    unsigned long number;

    (void)context;
    snprintf(trace, sizeof(trace), "%s/mailbox.pcapng", world_files(world));
    EXPECT(zoo_start(world, "", error) == 0);
    EXPECT(CHECK(world, &result, "--trace", trace, "keeper@honest.zoo.test") ==
           0);
    event = strstr(result.out, "\"event\":");
    EXPECT(event != NULL);
    number = strtoul(event + 8, NULL, 10);
    EXPECT(number > 0);
    world_result_free(&result);
    const char *argv[] = {"trace", "show", "--json", trace, NULL};
    EXPECT(world_command(world, "student", argv, &result, error) == 0);
    snprintf(wanted, sizeof(wanted), "{\"id\":%lu,", number);
    event = strstr(result.out, wanted);
    EXPECT(event != NULL);
    *strchr(event, '\n') = '\0';
    EXPECT(strstr(event, "250 2.1.5 recipient ok") != NULL);
    world_result_free(&result);
    return 0;
}

static void mailbox_check_cites_the_events_of_its_trace(void)
{
    in_zoo(cite_events, NULL);
}

/* ---- many --------------------------------------------------------------- */

#define DOMAINS 50
#define EACH 20

/* One of the domains hangs, and is asked for first. */
static int ask_a_crowd(struct world *world, void *context, struct error *error)
{
    struct world_result result;
    char path[PATH_MAX], command[2 * PATH_MAX + 256], *line;
    FILE *to;

    EXPECT(zoo_start(world, "", error) == 0);
    snprintf(path, sizeof(path), "%s/addresses", world_files(world));
    EXPECT((to = fopen(path, "w")) != NULL);
    fprintf(to, "keeper@tarpit.zoo.test\n");
    for (int i = 0; i < EACH; i++)
        for (int domain = 0; domain < DOMAINS; domain++)
            fprintf(to, "%s%d@d%d.crowd.zoo.test\n", i ? "nobody" : "keeper+",
                    i, domain);
    fclose(to);
    snprintf(command, sizeof(command),
             "%s/mailbox-check --dns %s --port %u --patience 2 --json < %s",
             (const char *)context, world_dns(world),
             (unsigned)world_port(world, 25), path);
    const char *argv[] = {"sh", "-c", command, NULL};
    EXPECT(world_command(world, "student", argv, &result, error) == 0);
    EXPECT(result.status == 0);
    line = strtok(result.out, "\n");
    EXPECT(line && strstr(line, "keeper@tarpit.zoo.test"));
    for (int i = 0; i < EACH; i++)
        for (int domain = 0; domain < DOMAINS; domain++) {
            snprintf(path, sizeof(path), "{\"address\":\"%s%d@d%d.",
                     i ? "nobody" : "keeper+", i, domain);
            line = strtok(NULL, "\n");
            EXPECT(line && strncmp(line, path, strlen(path)) == 0);
            EXPECT(strstr(line, "\"verdict\":\"absent\"") != NULL);
        }
    EXPECT(strtok(NULL, "\n") == NULL);
    world_result_free(&result);
    return 0;
}

static void mailbox_check_keeps_the_order_of_many(void)
{
    char bin[PATH_MAX];

    CU_ASSERT_PTR_NOT_NULL_FATAL(realpath(TEST_BIN, bin));
    in_zoo(ask_a_crowd, bin);
}

/* ---- the command line --------------------------------------------------- */

static int show_exchangers(struct world *world, void *context,
                           struct error *error)
{
    static const struct {
        const char *domain, *out;
        int status;
    } cases[] = {
        {"first-down.zoo.test", "10 down.zoo.test\n20 mx.zoo.test\n", 0},
        {"implicit.zoo.test", "0 implicit.zoo.test\n", 0},
        {"null-mx.zoo.test", "", 1},
        {"nowhere.zoo.test", "", 3}};
    struct world_result result;

    (void)context;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        EXPECT(CHECK(world, &result, "--mx", cases[i].domain) == 0);
        EXPECT(result.status == cases[i].status);
        EXPECT(strcmp(result.out, cases[i].out) == 0);
        world_result_free(&result);
    }
    return 0;
}

static void mailbox_check_shows_the_exchangers(void)
{
    in_zoo(show_exchangers, NULL);
}

/* RFC 6531 §3.2: who does not offer SMTPUTF8 can't be told such a name, and is
 * not: no MAIL, no RCPT. */
static void mailbox_check_does_not_ask_beyond_ascii_unasked(void)
{
    static const char script[] = "S: 220 mx.west.test\n"
                                 "C: EHLO *\n"
                                 "S: 250 mx.west.test\n"
                                 "C: QUIT\n"
                                 "S: 221 bye\n";
    struct test_run run;
    char number[16];
    uint16_t port;
    pid_t peer = test_peer(script, &port);

    snprintf(number, sizeof(number), "%u", (unsigned)port);
    test_run(&run, 30,
             (const char *const[]){"mailbox-check", "--port", number, "--json",
                                   "b\xc3\xb6"
                                   "b@[127.0.0.1]",
                                   NULL});
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "\"verdict\":\"absent\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "\"no-smtputf8\""));
    CU_ASSERT_EQUAL(test_peer_end(peer), 0);
    test_run_free(&run);
}

const struct test tests_mailbox_check[] = {
    {"mailbox_check_judges_every_animal", mailbox_check_judges_every_animal},
    {"mailbox_check_comes_back_to_a_greylist",
     mailbox_check_comes_back_to_a_greylist},
    {"mailbox_check_doubts_a_no_after_a_no",
     mailbox_check_doubts_a_no_after_a_no},
    {"mailbox_check_cites_the_events_of_its_trace",
     mailbox_check_cites_the_events_of_its_trace},
    {"mailbox_check_keeps_the_order_of_many",
     mailbox_check_keeps_the_order_of_many},
    {"mailbox_check_shows_the_exchangers", mailbox_check_shows_the_exchangers},
    {"mailbox_check_does_not_ask_beyond_ascii_unasked",
     mailbox_check_does_not_ask_beyond_ascii_unasked},
    {NULL, NULL}};

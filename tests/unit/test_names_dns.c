/* SPDX-License-Identifier: MIT */
/*
 * What our questions make of a name server that tells the truth, forges,
 * delays, truncates, or says nothing.
 */
#include "common/address.h"
#include "common/names.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "common/trace.h"
#include "tests/harness.h"
#include "tests/unit/name_server.h"

/* ---- asking it ---------------------------------------------------------- */

static struct error error;
static struct trace *recorded; /* NULL but in the test of the record */

/* What `host` becomes, as "ADDR ADDR"; or the error's sentence. */
static const char *found(enum name_server_manner manner, const char *host,
                         int family)
{
    static char text[NAMES_ADDRESSES_MAX * 80];
    char server[32];
    pid_t pid = name_server_start(manner, server, sizeof(server));
    struct names_addresses list;
    struct names *names = NULL;
    size_t length = 0;

    error_clear(&error);
    text[0] = '\0';
    CU_ASSERT_EQUAL(names_new(&names, server, recorded, &error), 0);
    if (names_look_up(names, host, 80, family, deadline_in_ms(2500), &list,
                      &error) < 0)
        list.count = 0;
    for (size_t i = 0; i < list.count; i++) {
        if (i > 0)
            text[length++] = ' ';
        address_show(&list.list[i], text + length, sizeof(text) - length);
        length = strlen(text) - strlen(":80");
        text[length] = '\0';
    }
    names_free(names);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return error.class == ERROR_NONE ? text : error.text;
}

/* "PREFERENCE HOST, PREFERENCE HOST", or the error's sentence. */
static const char *exchangers(const char *domain, bool *implicit)
{
    static char text[NAMES_MX_MAX * 300];
    char server[32];
    pid_t pid = name_server_start(HONEST, server, sizeof(server));
    struct names *names = NULL;
    struct names_mx mx;
    size_t length = 0;

    error_clear(&error);
    text[0] = '\0';
    CU_ASSERT_EQUAL(names_new(&names, server, NULL, &error), 0);
    if (names_mx(names, domain, deadline_in_ms(2500), &mx, &error) == 0)
        for (size_t i = 0; i < mx.count; i++)
            length += (size_t)snprintf(text + length, sizeof(text) - length,
                                       "%s%u %s", i > 0 ? ", " : "",
                                       mx.list[i].preference, mx.list[i].host);
    *implicit = mx.implicit;
    names_free(names);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return error.class == ERROR_NONE ? text : error.text;
}

#define WWW "[2001:db8::80] 192.0.2.80 192.0.2.81"

/* ---- addresses ---------------------------------------------------------- */

/* RFC 1034 §5.2.1: one name becomes all its addresses, here of both families.
 * RFC 8305 §4: IPv6 and IPv4 in turn. */
static void names_dns_asks_for_both_families(void)
{
    CU_ASSERT_STRING_EQUAL(found(HONEST, "www.test", AF_UNSPEC), WWW);
    CU_ASSERT_STRING_EQUAL(found(HONEST, "www.test", AF_INET),
                           "192.0.2.80 192.0.2.81");
    CU_ASSERT_STRING_EQUAL(found(HONEST, "www.test.", AF_INET6),
                           "[2001:db8::80]");
    CU_ASSERT_STRING_EQUAL(found(HONEST, "four.test", AF_UNSPEC), "192.0.2.4");
}

/* RFC 1123 §2.1: a name has letters of ASCII; others are spelt in them. */
static void names_dns_spells_a_name_beyond_ascii(void)
{
    CU_ASSERT_STRING_EQUAL(found(HONEST, "M\u00dcnchen.test", AF_INET),
                           "192.0.2.89");
    found(HONEST, "m\xfcnchen.test", AF_INET); /* Latin-1 */
    CU_ASSERT_EQUAL(error.class, ERROR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "xn--"));
}

/* RFC 1035 §7.3: what is not the answer is passed over. */
static void names_dns_waits_past_what_is_not_the_answer(void)
{
    for (int manner = FORGES_ID; manner <= SENDS_NOISE; manner++)
        CU_ASSERT_STRING_EQUAL(
            found((enum name_server_manner)manner, "www.test", AF_INET),
            "192.0.2.80 192.0.2.81");
}

static void names_dns_takes_no_record_of_another_owner_or_class(void)
{
    CU_ASSERT_STRING_EQUAL(found(FOREIGN_OWNER, "www.test", AF_INET),
                           "www.test has no IPv4 address");
    CU_ASSERT_STRING_EQUAL(found(FOREIGN_CLASS, "www.test", AF_INET),
                           "www.test has no IPv4 address");
}

/* RFC 1034 §3.6.2. */
static void names_dns_follows_aliases(void)
{
    CU_ASSERT_STRING_EQUAL(found(HONEST, "alias.test", AF_UNSPEC), WWW);
    CU_ASSERT_STRING_EQUAL(found(CHASING, "alias.test", AF_UNSPEC), WWW);
    CU_ASSERT_STRING_EQUAL(found(HONEST, "loop.test", AF_INET),
                           "loop.test: more than 16 aliases in a row");
    CU_ASSERT_PTR_NOT_NULL(strstr(found(HONEST, "dangling.test", AF_INET),
                                  "there is no such name as nowhere.test"));
}

static void names_dns_tells_no_such_name_from_no_address(void)
{
    CU_ASSERT_PTR_NOT_NULL(strstr(found(HONEST, "nowhere.test", AF_UNSPEC),
                                  "there is no such name as nowhere.test"));
    CU_ASSERT_EQUAL(error.class, ERROR_CONNECT);
    CU_ASSERT_STRING_EQUAL(found(HONEST, "text.test", AF_UNSPEC),
                           "text.test has no address");
    CU_ASSERT_EQUAL(error.class, ERROR_CONNECT);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(found(FAILS, "www.test", AF_UNSPEC), "answered SERVFAIL for"));
    CU_ASSERT_EQUAL(error.class, ERROR_CONNECT);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(found(HONEST, "a..test", AF_UNSPEC), "can't be a domain name"));
    CU_ASSERT_EQUAL(error.class, ERROR_USAGE);
}

static void names_dns_asks_again_when_a_datagram_is_lost(void)
{
    CU_ASSERT_STRING_EQUAL(found(DROPS_FIRST, "www.test", AF_INET),
                           "192.0.2.80 192.0.2.81");
}

static void names_dns_makes_do_with_one_family(void)
{
    CU_ASSERT_STRING_EQUAL(found(NO_AAAA, "www.test", AF_UNSPEC),
                           "192.0.2.80 192.0.2.81");
}

static void names_dns_gives_up_at_the_deadline(void)
{
    CU_ASSERT_PTR_NOT_NULL(strstr(found(SILENT, "www.test", AF_UNSPEC),
                                  "no answer from the name server 127.0.0.1:"));
    CU_ASSERT_EQUAL(error.class, ERROR_TIMEOUT);
}

/* RFC 1035 §4.2.2. */
static void names_dns_asks_over_tcp_when_truncated(void)
{
    CU_ASSERT_STRING_EQUAL(found(TRUNCATES, "www.test", AF_UNSPEC), WWW);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(found(TCP_CLOSES, "www.test", AF_INET), "Connection reset"));
    CU_ASSERT_EQUAL(error.class, ERROR_CONNECT);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(found(TCP_FORGES, "www.test", AF_INET), "its id is not"));
    CU_ASSERT_EQUAL(error.class, ERROR_PROTOCOL);
}

/* ---- exchangers --------------------------------------------------------- */

/* RFC 5321 §5.1: the lowest preference first, equal ones in any order. */
static void names_mx_come_in_order_of_preference(void)
{
    bool implicit;
    int a_first = 0, b_first = 0;

    CU_ASSERT_STRING_EQUAL(exchangers("mail.test", &implicit),
                           "10 first.test, 15 second.test, 20 last.test");
    CU_ASSERT(!implicit);
    CU_ASSERT_STRING_EQUAL(exchangers("mailalias.test", &implicit),
                           "10 first.test, 15 second.test, 20 last.test");
    for (int i = 0; i < 64 && (a_first == 0 || b_first == 0); i++) {
        const char *both = exchangers("pair.test", &implicit);

        a_first += strcmp(both, "5 a.test, 5 b.test") == 0;
        b_first += strcmp(both, "5 b.test, 5 a.test") == 0;
    }
    CU_ASSERT(a_first > 0 && b_first > 0);
}

static void names_mx_is_the_domain_itself_when_there_is_none(void)
{
    bool implicit;

    CU_ASSERT_STRING_EQUAL(exchangers("four.test", &implicit), "0 four.test");
    CU_ASSERT(implicit);
    CU_ASSERT_STRING_EQUAL(exchangers("fouralias.test", &implicit),
                           "0 four.test");
    CU_ASSERT_PTR_NOT_NULL(strstr(exchangers("nowhere.test", &implicit),
                                  "there is no such name as nowhere.test"));
    CU_ASSERT_EQUAL(error.class, ERROR_CONNECT);
}

/* RFC 7505 §3. */
static void names_mx_that_is_null_refuses_mail(void)
{
    bool implicit;

    CU_ASSERT_STRING_EQUAL(exchangers("null.test", &implicit),
                           "null.test takes no mail: it has a null MX record");
    CU_ASSERT_EQUAL(error.class, ERROR_REFUSED);
    CU_ASSERT_STRING_EQUAL(exchangers("both.test", &implicit), "7 real.test");
}

/* ---- the record --------------------------------------------------------- */

static void names_dns_records_each_message_with_its_citation(void)
{
    struct trace_setup setup = {.file = test_path("t.pcapng"),
                                .host = "student"};
    struct trace_file file = {0};
    int queries = 0, answers = 0, found_notes = 0;

    CU_ASSERT_EQUAL(trace_open(&recorded, &setup, &error), 0);
    CU_ASSERT_STRING_EQUAL(found(TRUNCATES, "www.test", AF_INET),
                           "192.0.2.80 192.0.2.81");
    CU_ASSERT_EQUAL(trace_close(recorded, &error), 0);
    recorded = NULL;
    CU_ASSERT_EQUAL_FATAL(trace_read(&file, test_path("t.pcapng"), &error), 0);
    for (size_t i = 0; i < file.event_count; i++) {
        const struct trace_event *event = &file.events[i];

        CU_ASSERT_PTR_NOT_NULL(event->rfc.number);
        if (strcmp(event->name, "look-up") == 0) {
            CU_ASSERT_PTR_NOT_NULL(strstr(event->note, "192.0.2.80"));
            CU_ASSERT_STRING_EQUAL(event->rfc.section, "5.2.1");
            found_notes++;
        }
        if (event->layer != TRACE_LAYER_APP || event->dir == TRACE_DIR_NOTE)
            continue;
        CU_ASSERT_STRING_EQUAL(event->proto, "dns");
        CU_ASSERT_STRING_EQUAL(event->src.file, "common/names_ask.c");
        CU_ASSERT_EQUAL(event->standard_port, 53);
        queries += strcmp(event->name, "A") == 0;
        answers += strcmp(event->name, "NOERROR") == 0;
    }
    CU_ASSERT_EQUAL(queries, 2); /* over UDP, over TCP */
    CU_ASSERT_EQUAL(answers, 2);
    CU_ASSERT_EQUAL(found_notes, 1);
    trace_file_free(&file);
}

const struct test tests_names_dns[] = {
    {"names_dns_asks_for_both_families", names_dns_asks_for_both_families},
    {"names_dns_spells_a_name_beyond_ascii",
     names_dns_spells_a_name_beyond_ascii},
    {"names_dns_waits_past_what_is_not_the_answer",
     names_dns_waits_past_what_is_not_the_answer},
    {"names_dns_takes_no_record_of_another_owner_or_class",
     names_dns_takes_no_record_of_another_owner_or_class},
    {"names_dns_follows_aliases", names_dns_follows_aliases},
    {"names_dns_tells_no_such_name_from_no_address",
     names_dns_tells_no_such_name_from_no_address},
    {"names_dns_asks_again_when_a_datagram_is_lost",
     names_dns_asks_again_when_a_datagram_is_lost},
    {"names_dns_makes_do_with_one_family", names_dns_makes_do_with_one_family},
    {"names_dns_gives_up_at_the_deadline", names_dns_gives_up_at_the_deadline},
    {"names_dns_asks_over_tcp_when_truncated",
     names_dns_asks_over_tcp_when_truncated},
    {"names_mx_come_in_order_of_preference",
     names_mx_come_in_order_of_preference},
    {"names_mx_is_the_domain_itself_when_there_is_none",
     names_mx_is_the_domain_itself_when_there_is_none},
    {"names_mx_that_is_null_refuses_mail", names_mx_that_is_null_refuses_mail},
    {"names_dns_records_each_message_with_its_citation",
     names_dns_records_each_message_with_its_citation},
    {NULL, NULL}};

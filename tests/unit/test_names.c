/* SPDX-License-Identifier: MIT */
/*
 * Who answers for a name when no name server is asked: --resolve, the name
 * itself, the system. DNS has test_names_dns.c.
 */
#include "common/address.h"
#include "common/names.h"

#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

static struct error error;

static struct names *with_pins(const char *first, const char *second)
{
    struct names *names = NULL;

    error_clear(&error);
    CU_ASSERT_EQUAL(names_new(&names, NULL, NULL, &error), 0);
    CU_ASSERT_EQUAL(names_pin(names, first, &error), 0);
    if (second != NULL)
        CU_ASSERT_EQUAL(names_pin(names, second, &error), 0);
    return names;
}

/* What `host` becomes, as "ADDR:PORT ADDR:PORT"; "" when it fails. */
static const char *found(struct names *names, const char *host, uint16_t port,
                         int family)
{
    static char text[NAMES_ADDRESSES_MAX * 80];
    struct names_addresses list;
    size_t length = 0;

    error_clear(&error);
    text[0] = '\0';
    if (names_look_up(names, host, port, family, deadline_in_ms(10000), &list,
                      &error) < 0)
        return text;
    for (size_t i = 0; i < list.count; i++) {
        if (i > 0)
            text[length++] = ' ';
        address_show(&list.list[i], text + length, sizeof(text) - length);
        length = strlen(text);
    }
    return text;
}

static void names_take_numbers_as_they_are(void)
{
    CU_ASSERT_STRING_EQUAL(found(NULL, "192.0.2.80", 80, AF_UNSPEC),
                           "192.0.2.80:80");
    CU_ASSERT_STRING_EQUAL(found(NULL, "2001:db8::1", 443, AF_UNSPEC),
                           "[2001:db8::1]:443");
    CU_ASSERT_STRING_EQUAL(found(NULL, "::1", 1, AF_INET6), "[::1]:1");
}

static void names_refuse_a_number_of_the_other_family(void)
{
    CU_ASSERT_STRING_EQUAL(found(NULL, "192.0.2.80", 80, AF_INET6), "");
    CU_ASSERT_EQUAL(error.class, ERROR_CONNECT);
    CU_ASSERT_STRING_EQUAL(error.text, "192.0.2.80 has no IPv6 address");
}

/* Every system knows localhost (RFC 6761 §6.3). */
static void names_ask_the_system(void)
{
    CU_ASSERT_STRING_EQUAL(found(NULL, "localhost", 80, AF_INET),
                           "127.0.0.1:80");
    test_short_io(1); /* the child's answer comes byte by byte */
    CU_ASSERT_STRING_EQUAL(found(NULL, "localhost", 80, AF_INET),
                           "127.0.0.1:80");
    test_short_io(0);
}

static void names_say_which_name_the_system_does_not_know(void)
{
    CU_ASSERT_STRING_EQUAL(found(NULL, "no..such", 80, AF_UNSPEC), "");
    CU_ASSERT_EQUAL(error.class, ERROR_CONNECT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "no..such"));
}

/* The harness sees to it that no child is left behind. */
static void names_stop_asking_the_system_at_the_deadline(void)
{
    struct names_addresses list;

    error_clear(&error);
    CU_ASSERT_EQUAL(names_look_up(NULL, "localhost", 80, AF_UNSPEC,
                                  deadline_in_ms(0), &list, &error),
                    -ERROR_TIMEOUT);
    CU_ASSERT_STRING_EQUAL(error.text, "localhost could not be looked up in "
                                       "time");
}

static void names_pinned_come_before_all_others(void)
{
    struct names *names =
        with_pins("www.example.test:80:192.0.2.7,[2001:db8::7]",
                  "localhost:80:192.0.2.9");

    CU_ASSERT_STRING_EQUAL(found(names, "WWW.example.test", 80, AF_UNSPEC),
                           "192.0.2.7:80 [2001:db8::7]:80");
    CU_ASSERT_STRING_EQUAL(found(names, "www.example.test", 80, AF_INET6),
                           "[2001:db8::7]:80");
    CU_ASSERT_STRING_EQUAL(found(names, "localhost", 80, AF_UNSPEC),
                           "192.0.2.9:80");
    CU_ASSERT_STRING_EQUAL(found(names, "localhost", 81, AF_INET),
                           "127.0.0.1:81"); /* another port: not pinned */
    names_free(names);
}

static void names_pinned_last_win_and_a_star_is_any(void)
{
    struct names *names =
        with_pins("a.test:80:192.0.2.1", "a.test:80:192.0.2.2");

    CU_ASSERT_STRING_EQUAL(found(names, "a.test", 80, AF_UNSPEC),
                           "192.0.2.2:80");
    CU_ASSERT_EQUAL(names_pin(names, "*:80:192.0.2.3", &error), 0);
    CU_ASSERT_STRING_EQUAL(found(names, "any.test", 80, AF_UNSPEC),
                           "192.0.2.3:80");
    names_free(names);
}

static void names_pinned_are_one_in_any_spelling(void)
{
    struct names *names = with_pins("m\u00fcnchen.test:80:192.0.2.1", NULL);

    CU_ASSERT_STRING_EQUAL(found(names, "xn--mnchen-3ya.test", 80, AF_UNSPEC),
                           "192.0.2.1:80");
    CU_ASSERT_STRING_EQUAL(found(names, "M\u00dcNCHEN.test", 80, AF_UNSPEC),
                           "192.0.2.1:80");
    names_free(names);
}

static void names_refuse_a_pin_that_cannot_be_read(void)
{
    static const char *const bad[] = {"",
                                      "a.test",
                                      "a.test:80",
                                      "a.test:80:",
                                      ":80:192.0.2.1",
                                      "a.test:x:192.0.2.1",
                                      "a.test:65536:192.0.2.1",
                                      "a.test:80:b.test",
                                      "a.test:80:192.0.2.1,"};
    struct names *names;

    CU_ASSERT_EQUAL(names_new(&names, NULL, NULL, &error), 0);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        error_clear(&error);
        CU_ASSERT_EQUAL(names_pin(names, bad[i], &error), -ERROR_USAGE);
    }
    names_free(names);
    names_free(NULL);
}

static void names_endpoint_reads_an_address_and_a_port(void)
{
    static const struct {
        const char *text, *shown; /* NULL: it can't be read */
    } cases[] = {{"192.0.2.53", "192.0.2.53:53"},
                 {"192.0.2.53:5353", "192.0.2.53:5353"},
                 {"192.0.2.53:0", "192.0.2.53:0"},
                 {"::1", "[::1]:53"},
                 {"[::1]", "[::1]:53"},
                 {"[::1]:5353", "[::1]:5353"},
                 {"2001:db8::5", "[2001:db8::5]:53"},
                 {"localhost:80", "127.0.0.1:80"},
                 {"", NULL},
                 {":80", NULL},
                 {"ns.test", NULL},
                 {"192.0.2.53:", NULL},
                 {"192.0.2.53:65536", NULL},
                 {"192.0.2.53:-1", NULL},
                 {"[::1", NULL},
                 {"[::1]:x", NULL}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sockaddr_storage address;
        char shown[80];
        bool good = names_endpoint(cases[i].text, 53, &address);

        CU_ASSERT_EQUAL(good, cases[i].shown != NULL);
        if (!good || cases[i].shown == NULL)
            continue;
        address_show(&address, shown, sizeof(shown));
        CU_ASSERT_STRING_EQUAL(shown, cases[i].shown);
    }
}

static void names_want_a_number_for_the_server_to_ask(void)
{
    struct names *names;

    error_clear(&error);
    CU_ASSERT_EQUAL(names_new(&names, "ns.test", NULL, &error), -ERROR_USAGE);
    CU_ASSERT_PTR_NULL(names);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "'ns.test'"));
}

static void names_say_when_memory_is_short(void)
{
    struct names *names = NULL;
    int result = -1;

    for (long number = 1; result < 0 && number < 20; number++) {
        error_clear(&error);
        test_fail_allocation(number);
        result = names_new(&names, "192.0.2.53", NULL, &error);
        if (result == 0)
            result = names_pin(names, "a.test:80:192.0.2.1,192.0.2.2", &error);
        test_fail_allocation(0);
        names_free(names);
        CU_ASSERT(result == 0 || error.class == ERROR_LOCAL);
        names = NULL;
    }
    CU_ASSERT_EQUAL(result, 0);
}

const struct test tests_names[] = {
    {"names_take_numbers_as_they_are", names_take_numbers_as_they_are},
    {"names_refuse_a_number_of_the_other_family",
     names_refuse_a_number_of_the_other_family},
    {"names_ask_the_system", names_ask_the_system},
    {"names_say_which_name_the_system_does_not_know",
     names_say_which_name_the_system_does_not_know},
    {"names_stop_asking_the_system_at_the_deadline",
     names_stop_asking_the_system_at_the_deadline},
    {"names_pinned_come_before_all_others",
     names_pinned_come_before_all_others},
    {"names_pinned_last_win_and_a_star_is_any",
     names_pinned_last_win_and_a_star_is_any},
    {"names_pinned_are_one_in_any_spelling",
     names_pinned_are_one_in_any_spelling},
    {"names_refuse_a_pin_that_cannot_be_read",
     names_refuse_a_pin_that_cannot_be_read},
    {"names_endpoint_reads_an_address_and_a_port",
     names_endpoint_reads_an_address_and_a_port},
    {"names_want_a_number_for_the_server_to_ask",
     names_want_a_number_for_the_server_to_ask},
    {"names_say_when_memory_is_short", names_say_when_memory_is_short},
    {NULL, NULL}};

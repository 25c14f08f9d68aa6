/* SPDX-License-Identifier: MIT */
/* address: of both families, of one mapped into the other, and of neither. */
#include <string.h>

#include "common/address.h"
#include "tests/harness.h"
#include "tests/wire.h"

static bool same(const char *a, const char *b)
{
    return address_same_host(test_address(a), test_address(b));
}

static void address_knows_a_host_by_any_port(void)
{
    const struct sockaddr_storage none = {0};

    CU_ASSERT(same("192.0.2.1:25", "192.0.2.1:26"));
    CU_ASSERT(same("192.0.2.1:25", "[::ffff:192.0.2.1]:25"));
    CU_ASSERT(same("[2001:db8::1]:25", "[2001:db8::1]:26"));
    CU_ASSERT_FALSE(same("192.0.2.1:25", "192.0.2.2:25"));
    CU_ASSERT_FALSE(same("[2001:db8::1]:25", "[2001:db8::2]:25"));
    CU_ASSERT_FALSE(same("0.0.0.1:25", "[::1]:25"));
    CU_ASSERT_FALSE(address_same_host(&none, &none));
    CU_ASSERT_FALSE(address_same_host(test_address("192.0.2.1:25"), NULL));
    CU_ASSERT_FALSE(address_same_host(NULL, NULL));
}

static void address_has_a_port_or_none(void)
{
    const struct sockaddr_storage none = {0};

    CU_ASSERT_EQUAL(address_port(test_address("192.0.2.1:25")), 25);
    CU_ASSERT_EQUAL(address_port(test_address("[::1]:65535")), 65535);
    CU_ASSERT_EQUAL(address_port(&none), 0);
    CU_ASSERT_EQUAL(address_port(NULL), 0);
}

static void address_is_written_as_in_a_url(void)
{
    static const char *const texts[] = {"192.0.2.1:25", "[2001:db8::1]:25"};
    char shown[ADDRESS_TEXT_MAX];

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        address_show(test_address(texts[i]), shown, sizeof(shown));
        CU_ASSERT_STRING_EQUAL(shown, texts[i]);
    }
    address_show(NULL, shown, sizeof(shown));
    CU_ASSERT_STRING_EQUAL(shown, "?:?");
}

const struct test tests_address[] = {
    {"address_knows_a_host_by_any_port", address_knows_a_host_by_any_port},
    {"address_has_a_port_or_none", address_has_a_port_or_none},
    {"address_is_written_as_in_a_url", address_is_written_as_in_a_url},
    {NULL, NULL}};

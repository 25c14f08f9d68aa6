/* SPDX-License-Identifier: MIT */
/* Challenges taken apart, and the hashes of RFC 7616. */
#include <stdlib.h>
#include <string.h>

#include "http/http_digest.h"
#include "tests/harness.h"

/* RFC 7616 §3.9.1. */
static const struct http_digest mufasa = {
    .algorithm = HTTP_DIGEST_SHA256,
    .user = "Mufasa",
    .realm = "http-auth@example.org",
    .password = "Circle of Life",
    .method = "GET",
    .uri = "/dir/index.html",
    .nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
    .cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    .count = 1,
    .qop = true};

static void http_digest_is_the_one_of_the_rfc(void)
{
    struct http_digest digest = mufasa;
    char hex[HTTP_DIGEST_HEX];

    CU_ASSERT(http_digest_response(hex, &digest));
    CU_ASSERT_STRING_EQUAL(hex, "753927fa0e85d155564e2e272a28d1802ca10daf449679"
                                "4697cf8db5856cb6c1");
    digest.algorithm = HTTP_DIGEST_MD5;
    CU_ASSERT(http_digest_response(hex, &digest));
    CU_ASSERT_STRING_EQUAL(hex, "8ca523f5e9506fed4657c9700eebdbec");
}

/* Each part of what is hashed counts, or a thief could change it. */
static void http_digest_depends_on_every_part(void)
{
    char hex[HTTP_DIGEST_HEX], other[HTTP_DIGEST_HEX];
    struct http_digest changed[8];

    for (size_t i = 0; i < 8; i++)
        changed[i] = mufasa;
    changed[0].user = "Scar";
    changed[1].realm = "";
    changed[2].password = "circle of life";
    changed[3].method = "PUT";
    changed[4].uri = "/";
    changed[5].nonce = "7";
    changed[6].cnonce = "f";
    changed[7].count = 2;
    CU_ASSERT(http_digest_response(hex, &mufasa));
    for (size_t i = 0; i < 8; i++) {
        CU_ASSERT(http_digest_response(other, &changed[i]));
        CU_ASSERT_STRING_NOT_EQUAL(hex, other);
    }
}

static void http_digest_writes_what_it_can_read(void)
{
    struct http_digest digest = mufasa;
    char text[1024], value[512];
    struct span field, scheme, params;

    digest.user = "a\"b\\c";
    CU_ASSERT(http_digest_write(text, sizeof(text), &digest, "op"));
    field = span_of(text);
    CU_ASSERT(http_challenge_next(&field, &scheme, &params));
    CU_ASSERT(span_equal(scheme, SPAN("Digest")));
    CU_ASSERT(http_auth_param(params, "username", value, sizeof(value)));
    CU_ASSERT_STRING_EQUAL(value, digest.user);
    CU_ASSERT(http_auth_param(params, "NC", value, sizeof(value)));
    CU_ASSERT_STRING_EQUAL(value, "00000001");
    CU_ASSERT(http_auth_param(params, "opaque", value, sizeof(value)));
    CU_ASSERT_STRING_EQUAL(value, "op");
    CU_ASSERT(!http_auth_param(params, "userhash", value, sizeof(value)));
    CU_ASSERT(!http_auth_param(params, "cnonce", value, 4));
    for (size_t size = 16; size <= strlen(text); size++) {
        char *small = malloc(size);
        CU_ASSERT(!http_digest_write(small, size, &digest, "op"));
        free(small);
    }
}

static const char several[] =
    "Negotiate, NTLM QWxhZGRpbg==, Basic realm=\"a, b=c\", charset = \"UTF-8\""
    ", ,Digest realm=\"x \\\"y\\\"\",qop=\"auth-int, auth\", algorithm=SHA-256"
    ",nonce=abc, stale=TRUE";

static void http_challenge_parts_schemes_from_parameters(void)
{
    static const char *const schemes[] = {"Negotiate", "NTLM", "Basic",
                                          "Digest"};
    struct span field = span_of(several), scheme, params;
    struct http_challenge challenge;
    char value[32];
    size_t count = 0;

    while (http_challenge_next(&field, &scheme, &params) && count < 4) {
        CU_ASSERT(span_equal(scheme, span_of(schemes[count])));
        if (count == 2) {
            CU_ASSERT(http_auth_param(params, "realm", value, sizeof(value)));
            CU_ASSERT_STRING_EQUAL(value, "a, b=c");
            CU_ASSERT(http_auth_param(params, "charset", value, sizeof(value)));
            CU_ASSERT(!http_auth_param(params, "qop", value, sizeof(value)));
        }
        count++;
    }
    CU_ASSERT_EQUAL(count, 4);
    CU_ASSERT(http_challenge_read(&challenge, params));
    CU_ASSERT_STRING_EQUAL(challenge.realm, "x \"y\"");
    CU_ASSERT_STRING_EQUAL(challenge.nonce, "abc");
    CU_ASSERT(challenge.stale && challenge.qop);
    CU_ASSERT_EQUAL(challenge.algorithm, HTTP_DIGEST_SHA256);
}

static bool can_answer(const char *params)
{
    struct http_challenge challenge;

    return http_challenge_read(&challenge, span_of(params));
}

static void http_challenge_is_left_alone_when_not_understood(void)
{
    CU_ASSERT(can_answer("realm=a, nonce=b"));
    CU_ASSERT(can_answer("realm=\"\", nonce=b, algorithm=md5, qop=auth"));
    CU_ASSERT(!can_answer("realm=a"));
    CU_ASSERT(!can_answer("nonce=b"));
    CU_ASSERT(!can_answer("realm=a, nonce=b, algorithm=SHA-512-256"));
    CU_ASSERT(!can_answer("realm=a, nonce=b, algorithm=MD5-sess"));
    CU_ASSERT(!can_answer("realm=a, nonce=b, qop=auth-int"));
    CU_ASSERT(!can_answer("realm=\"a, nonce=b"));
}

/* Cut anywhere, it is read no further than it goes. */
static void http_challenge_reads_every_prefix(void)
{
    for (size_t length = 0; length < sizeof(several); length++) {
        char *copy = malloc(length + 1);
        struct span field = {copy, length}, scheme, params;
        struct http_challenge challenge;
        size_t count = 0;

        memcpy(copy, several, length);
        while (count < 100 && http_challenge_next(&field, &scheme, &params)) {
            http_challenge_read(&challenge, params);
            count++;
        }
        CU_ASSERT(count <= 5);
        free(copy);
    }
}

const struct test tests_http_digest[] = {
    {"http_digest_is_the_one_of_the_rfc", http_digest_is_the_one_of_the_rfc},
    {"http_digest_depends_on_every_part", http_digest_depends_on_every_part},
    {"http_digest_writes_what_it_can_read",
     http_digest_writes_what_it_can_read},
    {"http_challenge_parts_schemes_from_parameters",
     http_challenge_parts_schemes_from_parameters},
    {"http_challenge_is_left_alone_when_not_understood",
     http_challenge_is_left_alone_when_not_understood},
    {"http_challenge_reads_every_prefix", http_challenge_reads_every_prefix},
    {NULL, NULL}};

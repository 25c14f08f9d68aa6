/* SPDX-License-Identifier: MIT */
/* Logging in: the examples of the RFCs, both halves against each other, and
 * what neither may take. */
#include "common/sasl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"

static struct sasl_client client;
static struct sasl_server server;
static struct sasl_message word;
static struct error error;

static const char *password_of(void *directory, struct span user)
{
    (void)directory;
    if (span_equal(user, SPAN("user")))
        return "pencil";
    if (span_equal(user, SPAN("tim")))
        return "tanstaaftanstaaf";
    return span_equal(user, SPAN("a,b=c d")) ? "x y" : NULL;
}

static struct span heard(void)
{
    return (struct span){word.bytes, word.length};
}

static void start(enum sasl_mechanism mechanism, const char *user,
                  const char *password)
{
    error_clear(&error);
    CU_ASSERT_EQUAL(
        sasl_client_start(&client, mechanism, user, password, &error), 0);
    sasl_server_start(&server, mechanism, password_of, NULL, "mx.test");
}

static int step(const char *challenge)
{
    error_clear(&error);
    return sasl_client_step(&client, span_of(challenge), &word, &error);
}

static bool said(const char *text)
{
    return span_equal(heard(), span_of(text));
}

/* ---- names and choice --------------------------------------------------- */

static void sasl_reads_what_is_offered(void)
{
    CU_ASSERT_EQUAL(sasl_set_read(SPAN("plain LOGIN  GSSAPI CRAM-MD5")),
                    SASL_BIT(SASL_PLAIN) | SASL_BIT(SASL_LOGIN) |
                        SASL_BIT(SASL_CRAM_MD5));
    CU_ASSERT_EQUAL(sasl_set_read(SPAN("")), 0);
    CU_ASSERT_EQUAL(sasl_set_read(SPAN("SCRAM-SHA-256-PLUS none")), 0);
    CU_ASSERT_EQUAL(sasl_mechanism_find(SPAN("scram-sha-256")),
                    SASL_SCRAM_SHA_256);
}

static int choose(const char *offered, const char *wanted, bool tls,
                  bool insecure)
{
    enum sasl_mechanism mechanism;
    int result;

    error_clear(&error);
    result = sasl_choose(&mechanism, sasl_set_read(span_of(offered)), wanted,
                         tls, insecure, &error);
    return result < 0 ? result : (int)mechanism;
}

static void sasl_chooses_the_strongest(void)
{
    CU_ASSERT_EQUAL(choose("PLAIN LOGIN SCRAM-SHA-256", NULL, true, false),
                    SASL_SCRAM_SHA_256);
    CU_ASSERT_EQUAL(choose("LOGIN PLAIN", NULL, true, false), SASL_PLAIN);
    CU_ASSERT_EQUAL(choose("LOGIN PLAIN", "login", true, false), SASL_LOGIN);
    CU_ASSERT_EQUAL(choose("GSSAPI", NULL, true, false), -ERROR_AUTH);
    CU_ASSERT_EQUAL(choose("PLAIN", "CRAM-MD5", true, false), -ERROR_AUTH);
    CU_ASSERT_EQUAL(choose("PLAIN", "MAGIC", true, false), -ERROR_USAGE);
}

/* NOTE of the house: not even a hash, for what is offered in clear may be what
 * somebody in between left. */
static void sasl_sends_nothing_in_clear(void)
{
    CU_ASSERT_EQUAL(choose("PLAIN", NULL, false, false), -ERROR_INSECURE);
    CU_ASSERT_EQUAL(choose("SCRAM-SHA-256", NULL, false, false),
                    -ERROR_INSECURE);
    CU_ASSERT_EQUAL(choose("PLAIN CRAM-MD5", NULL, false, true), SASL_CRAM_MD5);
}

/* ---- base64 ------------------------------------------------------------- */

static void sasl_messages_are_bounded(void)
{
    char *longer = malloc(SASL_LINE_MAX + 8);
    memset(longer, 'A', SASL_LINE_MAX + 7);
    CU_ASSERT_FALSE(
        sasl_decode(&word, (struct span){longer, SASL_LINE_MAX + 7}));
    free(longer);
}

/* ---- the examples of the RFCs ------------------------------------------- */

static void sasl_plain_is_that_of_rfc_4616(void)
{
    start(SASL_PLAIN, "tim", "tanstaaftanstaaf");
    CU_ASSERT(sasl_client_begins(&client));
    CU_ASSERT_EQUAL(step(""), 0);
    CU_ASSERT(span_equal(heard(), SPAN("\0tim\0tanstaaftanstaaf")));
    CU_ASSERT(word.secret);
    CU_ASSERT_EQUAL(step("more?"), -ERROR_PROTOCOL);
}

static void sasl_cram_is_that_of_rfc_2195(void)
{
    start(SASL_CRAM_MD5, "tim", "tanstaaftanstaaf");
    CU_ASSERT_FALSE(sasl_client_begins(&client));
    CU_ASSERT_EQUAL(step("<1896.697170952@postoffice.reston.mci.net>"), 0);
    CU_ASSERT(said("tim b913a602c7eda7a495b4e6e7334d3890"));
    CU_ASSERT_EQUAL(step("<again>"), -ERROR_PROTOCOL);
}

#define FIRST                                               \
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0," \
    "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
#define FINAL                                                      \
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0," \
    "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
#define SIGNATURE "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="

/* RFC 2045 §6.8: a challenge in base64, and one that is none. */
static void sasl_answers_a_challenge_as_it_came(void)
{
    start(SASL_CRAM_MD5, "tim", "tanstaaftanstaaf");
    CU_ASSERT_EQUAL(
        sasl_client_answer(&client, SPAN("PDFAbXg+"), &word, &error), 0);
    CU_ASSERT(word.length > 4 && memcmp(word.bytes, "tim ", 4) == 0);
    start(SASL_CRAM_MD5, "tim", "tanstaaftanstaaf");
    CU_ASSERT_EQUAL(sasl_client_answer(&client, SPAN("!!"), &word, &error),
                    -ERROR_PROTOCOL);
    CU_ASSERT_STRING_EQUAL(error.peer_said, "!!");
    error_clear(&error);
}

static void sasl_scram_is_that_of_rfc_7677(void)
{
    start(SASL_SCRAM_SHA_256, "user", "pencil");
    client.nonce = "rOprNGfwEbeRWgbNEkqO";
    CU_ASSERT(sasl_client_begins(&client));
    CU_ASSERT_EQUAL(step(""), 0);
    CU_ASSERT(said("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"));
    CU_ASSERT_FALSE(word.secret);
    CU_ASSERT_EQUAL(step(FIRST), 0);
    CU_ASSERT(said(FINAL));
    CU_ASSERT(word.secret);
    CU_ASSERT_EQUAL(step(SIGNATURE), 0);
    CU_ASSERT_EQUAL(word.length, 0);
    CU_ASSERT_EQUAL(sasl_client_end(&client, &error), 0);
    CU_ASSERT_STRING_EQUAL(client.password, "");
}

static void sasl_scram_server_is_that_of_rfc_7677(void)
{
    bool secret;

    start(SASL_SCRAM_SHA_256, "user", "pencil");
    server.nonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    server.salt = "W22ZaJ0SNY7soEsUEjb6gQ==";
    CU_ASSERT_EQUAL(sasl_server_step(&server,
                                     SPAN("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"),
                                     &word, &secret),
                    SASL_CHALLENGE);
    CU_ASSERT(said(FIRST));
    CU_ASSERT_FALSE(secret);
    CU_ASSERT_EQUAL(sasl_server_step(&server, SPAN(FINAL), &word, &secret),
                    SASL_CHALLENGE);
    CU_ASSERT(said(SIGNATURE));
    CU_ASSERT(secret);
    CU_ASSERT_EQUAL(sasl_server_step(&server, SPAN(""), &word, &secret),
                    SASL_ACCEPTED);
    CU_ASSERT_STRING_EQUAL(server.user, "user");
}

/* ---- what a false server tries ------------------------------------------ */

static int scram_first(const char *challenge)
{
    start(SASL_SCRAM_SHA_256, "user", "pencil");
    client.nonce = "OURS";
    CU_ASSERT_EQUAL(step(""), 0);
    return step(challenge);
}

static void sasl_scram_refuses_a_false_first(void)
{
    CU_ASSERT_EQUAL(scram_first("r=OURSx,s=AAAA,i=4096"), 0);
    CU_ASSERT_EQUAL(scram_first("r=OURS,s=AAAA,i=4096"), -ERROR_PROTOCOL);
    CU_ASSERT_EQUAL(scram_first("r=THEIRS,s=AAAA,i=4096"), -ERROR_PROTOCOL);
    CU_ASSERT_EQUAL(scram_first("r=OURSx,s=,i=4096"), -ERROR_PROTOCOL);
    CU_ASSERT_EQUAL(scram_first("r=OURSx,s=A,i=4096"), -ERROR_PROTOCOL);
    CU_ASSERT_EQUAL(scram_first("m=x,r=OURSx,s=AAAA,i=4096"), -ERROR_PROTOCOL);
    CU_ASSERT_EQUAL(scram_first("r=OURSx,s=AAAA"), -ERROR_PROTOCOL);
    CU_ASSERT_EQUAL(scram_first("r=OURSx,s=AAAA,i=4095"), -ERROR_INSECURE);
    CU_ASSERT_EQUAL(scram_first("r=OURSx,s=AAAA,i=1"), -ERROR_INSECURE);
    CU_ASSERT_EQUAL(scram_first("r=OURSx,s=AAAA,i=1000001"), -ERROR_PROTOCOL);
    CU_ASSERT_EQUAL(scram_first("r=OURSx,s=AAAA,i=-1"), -ERROR_PROTOCOL);
    CU_ASSERT_EQUAL(scram_first(""), -ERROR_PROTOCOL);
}

static void sasl_scram_refuses_a_server_that_proves_nothing(void)
{
    CU_ASSERT_EQUAL(scram_first("r=OURSx,s=AAAA,i=4096"), 0);
    CU_ASSERT_EQUAL(step(SIGNATURE), -ERROR_INSECURE);
    CU_ASSERT_EQUAL(sasl_client_end(&client, &error), -ERROR_INSECURE);
    CU_ASSERT_EQUAL(scram_first("r=OURSx,s=AAAA,i=4096"), 0);
    CU_ASSERT_EQUAL(step("e=invalid-proof"), -ERROR_AUTH);
    CU_ASSERT_STRING_EQUAL(error.peer_said, "invalid-proof");
    CU_ASSERT_EQUAL(scram_first("r=OURSx,s=AAAA,i=4096"), 0);
    error_clear(&error);
    CU_ASSERT_EQUAL(sasl_client_end(&client, &error), -ERROR_INSECURE);
}

/* ---- both halves -------------------------------------------------------- */

/* Plays a whole exchange; what the server says in the end. `ours` NULL: the
 * client's first word goes along with the command. */
static enum sasl_verdict talk(enum sasl_mechanism mechanism, const char *user,
                              const char *password, bool along)
{
    enum sasl_verdict verdict;
    struct sasl_message answer = {.length = 0};
    struct span response = {NULL, 0};

    start(mechanism, user, password);
    if (along && sasl_client_begins(&client)) {
        CU_ASSERT_EQUAL(step(""), 0);
        answer = word;
        response = (struct span){answer.bytes, answer.length};
    }
    for (int turn = 0; turn < 6; turn++) {
        verdict = sasl_server_step(&server, response, &word, NULL);
        if (verdict != SASL_CHALLENGE)
            return verdict;
        struct sasl_message challenge = word;
        error_clear(&error);
        if (sasl_client_step(&client,
                             (struct span){challenge.bytes, challenge.length},
                             &answer, &error) < 0)
            return SASL_BROKEN;
        response = (struct span){answer.bytes, answer.length};
    }
    return SASL_BROKEN;
}

static void sasl_halves_agree(void)
{
    for (enum sasl_mechanism m = SASL_LOGIN; m < SASL_MECHANISMS; m++)
        for (int along = 0; along < 2; along++) {
            CU_ASSERT_EQUAL(talk(m, "user", "pencil", along), SASL_ACCEPTED);
            CU_ASSERT_STRING_EQUAL(server.user, "user");
            CU_ASSERT_EQUAL(sasl_client_end(&client, &error), 0);
            CU_ASSERT_EQUAL(talk(m, "a,b=c d", "x y", along), SASL_ACCEPTED);
            CU_ASSERT_STRING_EQUAL(server.user, "a,b=c d");
        }
}

static void sasl_halves_refuse_alike(void)
{
    for (enum sasl_mechanism m = SASL_LOGIN; m < SASL_MECHANISMS; m++)
        for (int along = 0; along < 2; along++) {
            CU_ASSERT_EQUAL(talk(m, "user", "pencil2", along), SASL_REFUSED);
            CU_ASSERT_EQUAL(talk(m, "nobody", "pencil", along), SASL_REFUSED);
            /* Who knows what stands in for a missing password knows nothing. */
            CU_ASSERT_EQUAL(talk(m, "nobody", "nobody", along), SASL_REFUSED);
        }
    CU_ASSERT_EQUAL(talk(SASL_CRAM_MD5, "user", "", true), SASL_REFUSED);
    CU_ASSERT_EQUAL(talk(SASL_LOGIN, "user", "", true), SASL_REFUSED);
}

static enum sasl_verdict server_hears(enum sasl_mechanism mechanism,
                                      struct span response)
{
    start(mechanism, "user", "pencil");
    return sasl_server_step(&server, response, &word, NULL);
}

static void sasl_server_refuses_what_is_no_response(void)
{
    static const struct {
        enum sasl_mechanism mechanism;
        struct span response;
    } wrong[] = {
        {SASL_PLAIN, {"", 0}},
        {SASL_PLAIN, {"user\0pencil", 11}},
        {SASL_PLAIN, {"\0\0pencil", 8}},
        {SASL_PLAIN, {"\0user\0", 6}},
        {SASL_PLAIN, {"\0user\0pen\0cil", 13}},
        {SASL_LOGIN, {"", 0}},
        {SASL_CRAM_MD5, {"user 123", 8}},
        {SASL_SCRAM_SHA_256, {"", 0}},
        {SASL_SCRAM_SHA_256, {"n,,n=user", 9}},
        {SASL_SCRAM_SHA_256, {"n,,n=user,r=", 12}},
        {SASL_SCRAM_SHA_256, {"n,,n=,r=x", 9}},
        {SASL_SCRAM_SHA_256, {"n,,n=us=er,r=x", 14}},
        {SASL_SCRAM_SHA_256, {"p=tls-unique,,n=user,r=x", 24}},
        {SASL_SCRAM_SHA_256, {"n,x,n=user,r=x", 14}},
        {SASL_SCRAM_SHA_256, {"n,,m=ext,n=user,r=x", 19}},
    };

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        CU_ASSERT_EQUAL(server_hears(wrong[i].mechanism, wrong[i].response),
                        SASL_BROKEN);
    CU_ASSERT_EQUAL(server_hears(SASL_PLAIN, SPAN("root\0user\0pencil")),
                    SASL_REFUSED);
    CU_ASSERT_EQUAL(server_hears(SASL_PLAIN, SPAN("user\0user\0pencil")),
                    SASL_ACCEPTED);
}

static void sasl_scram_server_wants_its_own_words_back(void)
{
    static const char *const wrong[] = {"c=eSws,r=OURSTHEIRS,p=AAAA",
                                        "c=biws,r=OURS,p=AAAA",
                                        "c=biws,r=OURSTHEIRS",
                                        "c=biws,r=OURSTHEIRS,p=AAA",
                                        "c=biws,r=OURSTHEIRS,p=AAAA,x=1",
                                        "p=AAAA",
                                        ""};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        start(SASL_SCRAM_SHA_256, "user", "pencil");
        server.nonce = "THEIRS";
        CU_ASSERT_EQUAL(
            sasl_server_step(&server, SPAN("n,,n=user,r=OURS"), &word, NULL),
            SASL_CHALLENGE);
        CU_ASSERT_EQUAL(
            sasl_server_step(&server, span_of(wrong[i]), &word, NULL),
            SASL_BROKEN);
    }
}

/* Challenges differ, or an old answer would do again. */
static void sasl_challenges_are_fresh(void)
{
    struct sasl_message before;

    start(SASL_CRAM_MD5, "user", "pencil");
    sasl_server_step(&server, (struct span){NULL, 0}, &before, NULL);
    start(SASL_CRAM_MD5, "user", "pencil");
    sasl_server_step(&server, (struct span){NULL, 0}, &word, NULL);
    CU_ASSERT_FALSE(
        span_equal(heard(), (struct span){before.bytes, before.length}));
    CU_ASSERT_PTR_NOT_NULL(memmem(word.bytes, word.length, "@mx.test>", 9));
}

static void sasl_masks_what_is_secret(void)
{
    bool secret;

    start(SASL_LOGIN, "user", "pencil");
    sasl_server_step(&server, (struct span){NULL, 0}, &word, &secret);
    CU_ASSERT_FALSE(secret);
    sasl_server_step(&server, SPAN("user"), &word, &secret);
    CU_ASSERT_FALSE(secret);
    sasl_server_step(&server, SPAN("pencil"), &word, &secret);
    CU_ASSERT(secret);
    start(SASL_PLAIN, "user", "pencil");
    sasl_server_step(&server, SPAN("\0user\0pencil"), &word, &secret);
    CU_ASSERT(secret);
}

static void sasl_refuses_a_login_that_is_too_long(void)
{
    char longer[SASL_TEXT_MAX + 1];

    memset(longer, ',', SASL_TEXT_MAX);
    longer[SASL_TEXT_MAX] = '\0';
    error_clear(&error);
    CU_ASSERT_EQUAL(sasl_client_start(&client, SASL_PLAIN, longer, "x", &error),
                    -ERROR_USAGE);
    CU_ASSERT_EQUAL(
        sasl_client_start(&client, SASL_PLAIN, "a\r\nb", "x", &error),
        -ERROR_USAGE);
    longer[SASL_TEXT_MAX - 1] = '\0';
    start(SASL_SCRAM_SHA_256, longer, "x");
    CU_ASSERT_EQUAL(step(""), -ERROR_USAGE);
}

const struct test tests_sasl[] = {
    {"sasl_reads_what_is_offered", sasl_reads_what_is_offered},
    {"sasl_chooses_the_strongest", sasl_chooses_the_strongest},
    {"sasl_sends_nothing_in_clear", sasl_sends_nothing_in_clear},
    {"sasl_messages_are_bounded", sasl_messages_are_bounded},
    {"sasl_plain_is_that_of_rfc_4616", sasl_plain_is_that_of_rfc_4616},
    {"sasl_cram_is_that_of_rfc_2195", sasl_cram_is_that_of_rfc_2195},
    {"sasl_answers_a_challenge_as_it_came",
     sasl_answers_a_challenge_as_it_came},
    {"sasl_scram_is_that_of_rfc_7677", sasl_scram_is_that_of_rfc_7677},
    {"sasl_scram_server_is_that_of_rfc_7677",
     sasl_scram_server_is_that_of_rfc_7677},
    {"sasl_scram_refuses_a_false_first", sasl_scram_refuses_a_false_first},
    {"sasl_scram_refuses_a_server_that_proves_nothing",
     sasl_scram_refuses_a_server_that_proves_nothing},
    {"sasl_halves_agree", sasl_halves_agree},
    {"sasl_halves_refuse_alike", sasl_halves_refuse_alike},
    {"sasl_server_refuses_what_is_no_response",
     sasl_server_refuses_what_is_no_response},
    {"sasl_scram_server_wants_its_own_words_back",
     sasl_scram_server_wants_its_own_words_back},
    {"sasl_challenges_are_fresh", sasl_challenges_are_fresh},
    {"sasl_masks_what_is_secret", sasl_masks_what_is_secret},
    {"sasl_refuses_a_login_that_is_too_long",
     sasl_refuses_a_login_that_is_too_long},
    {NULL, NULL}};

/* SPDX-License-Identifier: MIT */
/*
 * compare_rules: what differs in any two runs of one conversation, by name; and
 * whether two texts differ in anything else. How a rule finds in a text what it
 * is about is told in compare_rub.c.
 */
#include <stdlib.h>
#include <string.h>

#include "labs/trace/compare.h"

const struct compare_rule_text compare_rules[RULES] = {
    [RULE_DATE] = {"date", "a point in time", {"9110", "5.6.7"}},
    [RULE_AGE] = {"age",
                  "seconds that an answer lay in a cache",
                  {"9111", "5.1"}},
    [RULE_TAG] = {"entity tag",
                  "the server's own mark of a version of a file",
                  {"9110", "8.8.3"}},
    [RULE_PORT] = {"port",
                   "the port at which a server listens, or a client's own",
                   {"9110", "7.2"}},
    [RULE_BOUNDARY] = {"boundary",
                       "the line between parts, drawn by lot",
                       {"2046", "5.1.1"}},
    [RULE_RANDOM] = {"random",
                     "a name or number drawn by lot",
                     {"6265", "4.1.1"}},
    [RULE_ORDER] = {"field order",
                    "fields of different names, in any order",
                    {"9110", "5.3"}},
    [RULE_CASE] = {"letter case",
                   "a field's name in capitals or not",
                   {"9110", "5.1"}},
    [RULE_CHUNKS] = {"chunks",
                     "where a body is cut into chunks",
                     {"9112", "7.1"}},
    [RULE_DNS_ID] = {"query id",
                     "the number of a question to the DNS",
                     {"1035", "4.1.1"}},
    [RULE_DNS_TTL] = {"lifetime",
                      "how long a record of the DNS is good",
                      {"1035", "3.2.1"}},
    [RULE_TLS_RANDOM] = {"TLS random",
                         "random numbers, key shares, signatures of them and "
                         "the certificate of the day",
                         {"8446", "4.1.2"}},
    [RULE_TLS_TICKET] = {"session ticket",
                         "how many tickets, and when, is the server's choice",
                         {"8446", "4.6.1"}},
    [RULE_TLS_CLOSE] = {"close notify",
                        "whose farewell was heard, and when",
                        {"8446", "6.1"}},
    [RULE_IMAP_TAG] = {"tag",
                       "the word by which a client calls its command",
                       {"3501", "2.2.1"}},
    [RULE_IMAP_NUMBER] = {"mailbox",
                          "UIDVALIDITY, and when a message came",
                          {"3501", "2.3.1.1"}},
    [RULE_LINE_END] = {"line end",
                       "CR LF, CR NUL or LF at the end of a typed line",
                       {"1123", "3.3.1"}},
    [RULE_PIECES] = {"pieces",
                     "where a stream of keys or text is cut",
                     {"9293", "3.9.1.2"}},
    [RULE_SSH_RANDOM] = {"SSH random",
                         "cookies, halves of the key exchange, signatures and "
                         "padding",
                         {"4253", "7.1"}},
    [RULE_SSH_KEY] = {"host key",
                      "of a host that makes it anew at each start, or of "
                      "another: the clients found the same of it",
                      {"4251", "4.1"}},
    [RULE_CROSSING] = {"crossing",
                       "what both sides say without waiting, in any "
                       "order: first messages, last ones, options",
                       {"4254", "5.3"}},
    [RULE_RESET] = {"reset",
                    "how a connection breaks whose other end was closed "
                    "before it had read all",
                    {"9293", "3.6.1"}},
    [RULE_VERSION] = {"version",
                      "the number of a program's version",
                      {"4253", "4.2"}},
    [RULE_TLS_GROUP] = {"group",
                        "the group of a key exchange that both libraries "
                        "like best",
                        {"8446", "4.2.7"}},
};

/* ---- comparing ---------------------------------------------------------- */

static bool same_under(struct comparison *c, struct span a, struct span b,
                       const struct compare_context *contexts, unsigned rules)
{
    size_t length_a, length_b;
    char *in_a =
        compare_rub(a, &contexts[COMPARE_A], rules, RUB_MARKED, &length_a);
    char *in_b =
        compare_rub(b, &contexts[COMPARE_B], rules, RUB_MARKED, &length_b);
    bool same = in_a != NULL && in_b != NULL && length_a == length_b &&
                memcmp(in_a, in_b, length_a) == 0;

    if (in_a == NULL || in_b == NULL)
        c->exhausted = true;
    free(in_a);
    free(in_b);
    return same;
}

bool compare_texts(struct comparison *c, struct span a, struct span b,
                   const struct compare_context contexts[COMPARE_SIDES],
                   unsigned rules)
{
    if (span_equal(a, b))
        return true;
    if (rules == 0 || !same_under(c, a, b, contexts, rules))
        return false;
    /* A rule was needed when without it they are no longer the same. */
    for (int rule = 0; rule < RULES; rule++)
        if ((rules & 1u << rule) != 0 &&
            !same_under(c, a, b, contexts, rules & ~(1u << rule)))
            c->used[rule]++;
    return true;
}

/* SPDX-License-Identifier: MIT */
/*
 * agreement: the handshake message by message, and which bytes were protected
 * by which keys.
 *
 * The programs have noted what they agreed on; this step does not believe them
 * but reads ServerHello and CertificateVerify itself (handshake.c), and fails
 * when the two differ.
 */
#include <stdio.h>
#include <string.h>

#include "labs/https-trust/handshake.h"
#include "labs/https-trust/https_trust.h"

/* ---- which keys --------------------------------------------------------- */

enum keys { KEYS_NONE, KEYS_HANDSHAKE, KEYS_APPLICATION, KEYS };

static const char *const keys_names[KEYS] = {
    [KEYS_NONE] = "nothing: in clear",
    [KEYS_HANDSHAKE] = "handshake keys",
    [KEYS_APPLICATION] = "application keys"};

/* NOTE(which-keys): RFC 8446 §2, Figure 1: the hellos are in clear, {} is
 * protected by the handshake keys, [] by the application keys. What is not
 * named here (tickets, alerts, HTTP) comes after Finished. */
static enum keys keys_of(const struct trace_event *event)
{
    static const struct {
        const char *name;
        enum keys keys;
    } messages[] = {{"ClientHello", KEYS_NONE},
                    {"ServerHello", KEYS_NONE},
                    {"HelloRetryRequest", KEYS_NONE},
                    {"ChangeCipherSpec", KEYS_NONE},
                    {"EncryptedExtensions", KEYS_HANDSHAKE},
                    {"Certificate", KEYS_HANDSHAKE},
                    {"CertificateVerify", KEYS_HANDSHAKE},
                    {"Finished", KEYS_HANDSHAKE}};
    size_t i;

    for (i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
        if (event->layer == TRACE_LAYER_TLS &&
            strcmp(event->name, messages[i].name) == 0)
            return messages[i].keys;
    return KEYS_APPLICATION;
}

static bool from_server(const struct trace_event *event)
{
    return (event->dir == TRACE_DIR_OUT) == event->local_is_server;
}

/* ---- the table ---------------------------------------------------------- */

struct agreement {
    struct handshake_facts facts;
    uint64_t bytes[KEYS]; /* of the TCP stream, record headers included */
    uint64_t reached[2];  /* positions counted: to the server, from it */
    bool broken;          /* a message could not be read */
};

/* Messages that share a record have the same range: only what lies beyond the
 * position already counted is new. */
static void bytes_count(struct agreement *agreement,
                        const struct trace_event *event)
{
    uint64_t *reached = &agreement->reached[from_server(event)];
    uint64_t from = event->raw.from > *reached ? event->raw.from : *reached;

    if (event->raw.to > from) {
        agreement->bytes[keys_of(event)] += event->raw.to - from;
        *reached = event->raw.to;
    }
}

static bool is_message(const struct trace_event *event,
                       const struct trace_event *hello)
{
    return (event->layer == TRACE_LAYER_TLS ||
            event->layer == TRACE_LAYER_APP) &&
           event->dir != TRACE_DIR_NOTE && event->id >= hello->id &&
           lab_same_connection(event, hello);
}

static void messages_tell(struct lab_run *run, const struct trace_file *trace,
                          const struct trace_event *hello,
                          struct agreement *agreement)
{
    size_t i;

    lab_table_begin(run);
    lab_table_row(run, "event|from|message|bytes|protected by|frames");
    for (i = 0; i < trace->event_count; i++) {
        const struct trace_event *event = &trace->events[i];

        if (!is_message(event, hello))
            continue;
        lab_table_row(run, "%llu|%s|%s|%llu|%s|%s",
                      (unsigned long long)event->id,
                      from_server(event) ? "server" : "client", event->name,
                      (unsigned long long)event->length,
                      keys_names[keys_of(event)], lab_frames_text(event));
        bytes_count(agreement, event);
        if (event->layer == TRACE_LAYER_TLS && event->length > 4 &&
            handshake_read(&agreement->facts, event->data) == PARSE_BROKEN)
            agreement->broken = true;
    }
    lab_table_end(run);
}

/* ---- what was agreed ---------------------------------------------------- */

static bool noted(const struct trace_file *trace, const char *name,
                  const char *value)
{
    const struct trace_event *note =
        lab_event_find(trace, 0, TRACE_LAYER_TLS, name, "student");

    return note && note->note && strcmp(note->note, value) == 0;
}

static int facts_tell(struct lab_run *run, const struct trace_file *trace,
                      const struct agreement *agreement, struct error *error)
{
    const struct handshake_facts *facts = &agreement->facts;
    const char *suite = handshake_suite(facts->cipher_suite);
    const char *group = handshake_group(facts->group);
    const char *scheme = handshake_scheme(facts->signature_scheme);
    uint64_t all = agreement->bytes[KEYS_NONE] +
                   agreement->bytes[KEYS_HANDSHAKE] +
                   agreement->bytes[KEYS_APPLICATION];

    if (lab_check(run,
                  !agreement->broken && facts->version == 0x0304 &&
                      noted(trace, "cipher suite", suite) &&
                      noted(trace, "signature scheme", scheme),
                  error,
                  "ServerHello and CertificateVerify say what the client noted "
                  "(version %04x, %s, %s, %s)",
                  facts->version, suite, group, scheme) < 0)
        return -(int)error->class;
    lab_say(
        run,
        "Asymmetric cryptography came in at the beginning only, and for two "
        "things. The key exchange (group %s) gave both ends the same secret: "
        "each sent a "
        "public value, in its hello. The signature (scheme %s, in "
        "CertificateVerify) proved that the public value came from who "
        "holds the certificate's key. All the rest is symmetric: %s, with "
        "keys of %d bits.",
        group, scheme, suite, handshake_suite_bits(facts->cipher_suite));
    lab_say(run,
            "Of %llu bytes, %llu went in clear, %llu under the handshake keys, "
            "%llu under the application keys.",
            (unsigned long long)all,
            (unsigned long long)agreement->bytes[KEYS_NONE],
            (unsigned long long)agreement->bytes[KEYS_HANDSHAKE],
            (unsigned long long)agreement->bytes[KEYS_APPLICATION]);
    return 0;
}

static void corrections(struct lab_run *run)
{
    lab_correct(
        run, RFC("8446", "1.2"),
        "the symmetric key is sent, encrypted with the public key of "
        "the certificate.",
        "That was RSA key transport, which TLS 1.3 has removed: whoever "
        "stole the server's key later could read all that was ever "
        "recorded. Here no key was sent at all; the certificate's key "
        "only signed.");
    lab_correct(run, RFC("8446", "B.4"),
                "the key is usually 40 or 128 bits long.",
                "40 bits was what export rules allowed in the 1990s. TLS 1.3 "
                "has suites of 128 and of 256 bits only, all of them AEAD.");
}

int https_trust_agreement(struct lab_run *run, struct error *error)
{
    struct agreement agreement = {0};
    const struct trace_event *hello;
    struct trace_file trace;

    if (lab_trace(run, &trace, error) < 0)
        return -(int)error->class;
    hello = https_trust_hello(&trace);
    if (lab_check(run, hello != NULL, error, "the trace has a ClientHello") ==
        0) {
        lab_say(run, "The https conversation of the last step again, with what "
                     "protected each message:");
        messages_tell(run, &trace, hello, &agreement);
        if (facts_tell(run, &trace, &agreement, error) == 0)
            corrections(run);
    }
    trace_file_free(&trace);
    return -(int)error->class;
}

/* SPDX-License-Identifier: MIT */
/*
 * listener: Alice hands her message in without TLS, and somebody reads along.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/sasl.h"
#include "labs/lab_wiretap.h"
#include "labs/smtp-relay/smtp_relay_lab.h"

/* RFC 4616 §2: nothing, the name, the password, with NULs between. */
static void credentials_encode(const struct lab_parameters *p, char text[256])
{
    char plain[128];
    int length =
        snprintf(plain, sizeof(plain), "%calice%c%s", 0, 0, p->password);

    sasl_encode(text, 256, (struct span){plain, (size_t)length});
}

static int both_compare(struct lab_run *run, const struct trace_file *clear,
                        const struct trace_file *sealed, struct error *error)
{
    const struct lab_parameters *p = lab_parameters(run);
    char credentials[256];
    const struct lab_secret secrets[] = {
        {"who writes", "MAIL FROM:<" ALICE, false},
        {"to whom", "RCPT TO:<" BOB, false},
        {"her password", credentials, false},
        {"the message", p->message, false}};
    char *text = lab_wiretap_notebook(clear, error);

    if (!text)
        return -(int)error->class;
    lab_view(run, text);
    free(text);
    credentials_encode(p, credentials);
    return lab_wiretap_compare(
        run, clear, sealed, "could he read ...|in clear|with STARTTLS", secrets,
        sizeof(secrets) / sizeof(secrets[0]), error);
}

/* NOTE(relay-listener): the same message twice; only what the frames carried
 * counts. */
int smtp_relay_listen(struct lab_run *run, struct error *error)
{
    int64_t clear_ns = lab_now(), sealed_ns;
    struct trace_file trace;
    int status, again;

    if (post_send(run, BOB, "an open letter", false, &status, error) < 0 ||
        post_await(run, "west", "bob", 1, error) < 0)
        return -(int)error->class;
    sealed_ns = lab_now();
    if (post_send(run, BOB, "a sealed letter", true, &again, error) < 0 ||
        lab_check(run, status == 0 && again == 0, error,
                  "east took both messages (%d, %d)", status, again) < 0 ||
        post_await(run, "west", "bob", 1, error) < 0 ||
        lab_trace_settled(run, clear_ns, &trace, error) < 0)
        return -(int)error->class;
    struct trace_file clear = lab_wiretap_part(&trace, clear_ns, sealed_ns);
    struct trace_file sealed = lab_wiretap_part(&trace, sealed_ns, INT64_MAX);
    both_compare(run, &clear, &sealed, error);
    trace_file_free(&trace);
    if (error->class != ERROR_NONE)
        return -(int)error->class;
    lab_say(run, "Base64 is a spelling, not a lock: the notebook has the "
                 "password in plain words. STARTTLS covers one hop; on each "
                 "server the message lies open, and the next hop has TLS only "
                 "if both its servers can.");
    return 0;
}

/* SPDX-License-Identifier: MIT */
/* eavesdropper: what each of the two sessions gave away to the wire. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/lab_flow.h"
#include "labs/lab_wiretap.h"
#include "labs/telnet-ssh/telnet_ssh.h"
#include "labs/trace/flows.h"

/* One session's part of the trace; the caller frees `trace`. */
static int part_read(struct lab_run *run, int64_t from_ns, int64_t to_ns,
                     struct trace_file *trace, struct trace_file *part,
                     struct error *error)
{
    if (lab_trace_settled(run, from_ns, trace, error) < 0)
        return -(int)error->class;
    *part = lab_wiretap_part(trace, from_ns, to_ns);
    return 0;
}

/* The notebook, shown and kept in `text`, which the caller frees. */
static char *notebook_show(struct lab_run *run, const struct trace_file *part,
                           struct error *error)
{
    char *text = lab_wiretap_notebook(part, error);

    if (text)
        lab_view(run, text);
    if (!world_has(lab_world(run), WORLD_FRAMES))
        lab_not_here(run, "the frames; he read the bytes handed to TCP",
                     WORLD_FRAMES);
    return text;
}

int step_telnet_notebook(struct lab_run *run, struct error *error)
{
    const struct lab_parameters *p = lab_parameters(run);
    struct trace_file trace, part;
    char *text;

    if (part_read(run, sessions.telnet_ns, sessions.ssh_ns, &trace, &part,
                  error) < 0)
        return -(int)error->class;
    if ((text = notebook_show(run, &part, error)) != NULL &&
        lab_check(run, strstr(text, p->user) != NULL, error,
                  "the eavesdropper has the name") == 0 &&
        lab_check(run, strstr(text, p->password) != NULL, error,
                  "the eavesdropper has the password") == 0 &&
        lab_check(run, strstr(text, "cat " LETTER) != NULL, error,
                  "the eavesdropper has the commands") == 0)
        lab_check(run, strstr(text, LETTER_SAYS) != NULL, error,
                  "the eavesdropper has the answers");
    free(text);
    trace_file_free(&trace);
    if (error->class == ERROR_NONE)
        lab_say(run,
                "He needed no key and no trick: he put the keys in a row. The "
                "numbers between the letters of the password are the "
                "milliseconds from one key to the next, so he knows how you "
                "type it, too.");
    return -(int)error->class;
}

/* ---- SSH ---------------------------------------------------------------- */

/* The longest run of packets to the server that have one length: the keys. Each
 * is a message of one byte (RFC 4254 §5.2), sealed; all such are equally long.
 */
static size_t keys_guess(const struct flow_side *side, uint64_t *length)
{
    size_t best = 0, run = 0;

    *length = 0;
    for (size_t i = 0; i < side->piece_count; i++) {
        run = i > 0 && side->pieces[i].length == side->pieces[i - 1].length
                  ? run + 1
                  : 1;
        if (run > best) {
            best = run;
            *length = side->pieces[i].length;
        }
    }
    return best;
}

/* The largest conversation is the session; the others are look-ups. */
static const struct flow *session_of(const struct flows *flows)
{
    const struct flow *found = NULL;

    for (size_t i = 0; i < flows->count; i++)
        if (flows->list[i].kind == FLOW_TCP &&
            (!found || flows->list[i].sides[FLOW_CLIENT].total >
                           found->sides[FLOW_CLIENT].total))
            found = &flows->list[i];
    return found;
}

static int sizes_tell(struct lab_run *run, const struct trace_file *part,
                      struct error *error)
{
    struct flows flows;
    const struct flow *flow;
    uint64_t length = 0;
    size_t guess = 0;

    if (flows_read(&flows, part, error) == 0 && (flow = session_of(&flows)))
        guess = keys_guess(&flow->sides[FLOW_CLIENT], &length);
    flows_free(&flows);
    if (error->class != ERROR_NONE)
        return -(int)error->class;
    lab_say(run,
            "He counts %zu packets of %llu bytes from the client, one right "
            "after the other: behind the log-in you pressed %zu keys. What he "
            "can't read, he can still count and time.",
            guess, (unsigned long long)length, sessions.ssh_keys);
    return lab_check(
        run, guess + 2 >= sessions.ssh_keys && guess <= sessions.ssh_keys + 6,
        error, "the count is about right (%zu of %zu)", guess,
        sessions.ssh_keys);
}

int step_ssh_notebook(struct lab_run *run, struct error *error)
{
    const struct lab_parameters *p = lab_parameters(run);
    struct trace_file trace, part;
    char *text;

    if (part_read(run, sessions.ssh_ns, sessions.end_ns, &trace, &part, error) <
        0)
        return -(int)error->class;
    if ((text = notebook_show(run, &part, error)) != NULL &&
        lab_check(run, strstr(text, "SSH-2.0-") != NULL, error,
                  "the eavesdropper has the versions") == 0 &&
        lab_check(run,
                  !strstr(text, p->password) && !strstr(text, LETTER) &&
                      !strstr(text, LETTER_SAYS),
                  error, "the eavesdropper has no word of the session") == 0)
        sizes_tell(run, &part, error);
    free(text);
    trace_file_free(&trace);
    if (error->class == ERROR_NONE)
        lab_correct(run, RFC("4253", "1"),
                    "SSH is reliable, runs on TCP, and encrypts.",
                    "Reliable is TCP, which Telnet has as well. What SSH adds "
                    "is that nobody on the way can read it, nobody can change "
                    "a byte unnoticed, and the host has proved who it is "
                    "before the password was sent.");
    return -(int)error->class;
}

/* ---- both --------------------------------------------------------------- */

static int count_shown(struct lab_run *run, const struct trace_file *trace,
                       size_t counts[2], struct error *error)
{
    const char *password = lab_parameters(run)->password;
    struct trace_file telnet =
        lab_wiretap_part(trace, sessions.telnet_ns, sessions.ssh_ns);
    struct trace_file ssh =
        lab_wiretap_part(trace, sessions.ssh_ns, sessions.end_ns);

    if (exposure_count(&telnet, password, &counts[0], error) < 0 ||
        exposure_count(&ssh, password, &counts[1], error) < 0)
        return -(int)error->class;
    lab_table_begin(run);
    lab_table_row(run, "times on the wire|Telnet|SSH");
    lab_table_row(run, "the password|%zu|%zu", counts[0], counts[1]);
    lab_table_end(run);
    return 0;
}

/* NOTE(telnet-ssh-planted): a search that finds nothing may be a bad search.
 * This one must find the password where we have put it. */
static int planted_tell(struct lab_run *run, const struct trace_file *trace,
                        struct error *error)
{
    const char *password = lab_parameters(run)->password;
    struct trace_file ssh =
        lab_wiretap_part(trace, sessions.ssh_ns, sessions.end_ns);
    struct trace_file copy;
    size_t count = 0;

    if (exposure_plant(&copy, &ssh, password, error) == 0)
        exposure_count(&copy, password, &count, error);
    exposure_free(&copy);
    if (error->class != ERROR_NONE)
        return -(int)error->class;
    lab_say(run,
            "Is the search any good? In a copy of the SSH capture the password "
            "was written over the end of one packet, and looked for again: "
            "found %s.",
            count == 1 ? "once" : "not once");
    return lab_check(run, count == 1, error,
                     "the search finds a planted password");
}

int step_passwords(struct lab_run *run, struct error *error)
{
    struct trace_file trace;
    size_t counts[2] = {0, 0};

    if (lab_trace(run, &trace, error) < 0)
        return -(int)error->class;
    if (count_shown(run, &trace, counts, error) == 0 &&
        lab_check(run, counts[0] >= 1, error,
                  "the Telnet password stood on the wire") == 0 &&
        lab_check(run, counts[1] == 0, error,
                  "the SSH password never stood on the wire (it did %zu "
                  "times)",
                  counts[1]) == 0)
        planted_tell(run, &trace, error);
    trace_file_free(&trace);
    return -(int)error->class;
}

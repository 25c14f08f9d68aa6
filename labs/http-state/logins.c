/* SPDX-License-Identifier: MIT */
/* logins: Basic against Digest, with somebody on the wire. */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/http-state/http_state.h"
#include "labs/lab_wiretap.h"

#define INSIDE "You have logged in."

/* When each log-in began and the last one had ended. */
static struct {
    int64_t basic_ns, digest_ns, end_ns;
} seen;

/* `option`: --insecure-auth lets Basic go out in clear; --digest needs no
 * leave, for the password stays at home. */
static int log_in(struct lab_run *run, const char *option, struct error *error)
{
    const struct lab_parameters *p = lab_parameters(run);
    char user[80], text[128];
    const char *argv[] = {"http-client",
                          option,
                          "--insecure-auth",
                          "-u",
                          user,
                          world_url(lab_world(run), "http", WEB, 80, PRIVATE),
                          NULL};

    snprintf(user, sizeof(user), "%s:%s", p->user, p->password);
    if (state_client(run, argv, text, sizeof(text), error) < 0)
        return -(int)error->class;
    return lab_check(run, strncmp(text, INSIDE, strlen(INSIDE)) == 0, error,
                     "the server let the student in");
}

/* ---- the notebook ------------------------------------------------------- */

static int row_tell(struct lab_run *run, const struct trace_file *basic,
                    const struct trace_file *digest, const char *what,
                    const char *in_basic, const char *in_digest, bool expected,
                    struct error *error)
{
    bool basic_reads = lab_wiretap_reads(basic, in_basic);
    bool digest_reads = lab_wiretap_reads(digest, in_digest);

    lab_table_row(run, "%s|%s|%s", what, basic_reads ? "yes" : "no",
                  digest_reads ? "yes" : "no");
    return lab_check(run, basic_reads && digest_reads == expected, error,
                     "%s: readable with Basic, %s with Digest", what,
                     expected ? "too" : "not");
}

static int table_tell(struct lab_run *run, const struct trace_file *basic,
                      const struct trace_file *digest, struct error *error)
{
    const struct lab_parameters *p = lab_parameters(run);
    char plain[80], encoded[128], name[64];
    int length = snprintf(plain, sizeof(plain), "%s:%s", p->user, p->password);

    EVP_EncodeBlock((unsigned char *)encoded, (const unsigned char *)plain,
                    length);
    snprintf(name, sizeof(name), "username=\"%s\"", p->user);
    lab_table_begin(run);
    lab_table_row(run, "could he read ...|Basic|Digest");
    if (row_tell(run, basic, digest, "the user's name", encoded, name, true,
                 error) == 0 &&
        row_tell(run, basic, digest, "the password", encoded, encoded, false,
                 error) == 0)
        row_tell(run, basic, digest, "the page that it opens", INSIDE, INSIDE,
                 true, error);
    lab_table_end(run);
    return -(int)error->class;
}

static void notebook_show(struct lab_run *run, const struct trace_file *part,
                          const char *title, struct error *error)
{
    char *text = lab_wiretap_notebook(part, error);

    lab_say(run, "%s", title);
    if (text)
        lab_view(run, text);
    free(text);
}

static unsigned requests_count(const struct trace_file *part)
{
    unsigned count = 0;

    for (size_t i = 0; i < part->event_count; i++)
        count += part->events[i].layer == TRACE_LAYER_APP &&
                 strcmp(part->events[i].name, "GET") == 0 &&
                 lab_is_message(&part->events[i], "http") &&
                 strcmp(part->events[i].host, "student") == 0;
    return count;
}

/* NOTE(state-logins): the same account, the same page, two schemes. */
int state_logins(struct lab_run *run, struct error *error)
{
    struct trace_file trace, basic, digest;

    seen.basic_ns = lab_now();
    if (log_in(run, "--insecure-auth", error) < 0)
        return -(int)error->class;
    seen.digest_ns = lab_now();
    if (log_in(run, "--digest", error) < 0)
        return -(int)error->class;
    seen.end_ns = lab_now();
    if (lab_trace(run, &trace, error) < 0)
        return -(int)error->class;
    basic = lab_wiretap_part(&trace, seen.basic_ns, seen.digest_ns);
    digest = lab_wiretap_part(&trace, seen.digest_ns, seen.end_ns);
    notebook_show(run, &basic, "The eavesdropper's notebook, Basic:", error);
    notebook_show(run, &digest, "His notebook, Digest:", error);
    if (error->class == ERROR_NONE &&
        table_tell(run, &basic, &digest, error) == 0) {
        unsigned one = requests_count(&basic), two = requests_count(&digest);

        lab_say(run,
                "Basic took %u request, Digest %u: the first one only fetched "
                "the nonce. Base64 is a spelling, not a cipher (RFC 7617 §4). "
                "Digest sends a hash over nonce, password, method and target "
                "(RFC 7616 §3.4.1); he can't turn it back, but he can try "
                "every word of a dictionary against it at home (RFC 7616 "
                "§5.7).",
                one, two);
        if (!world_has(lab_world(run), WORLD_FRAMES))
            lab_not_here(run, "the frames; he read the bytes handed to TCP",
                         WORLD_FRAMES);
        lab_check(run, one == 1 && two == 2, error,
                  "Basic took one request and Digest two");
    }
    trace_file_free(&trace);
    return -(int)error->class;
}

/* ---- once more ---------------------------------------------------------- */

/* Sends the very field that stood on the wire; the status that it got. */
static int replay(struct lab_run *run, const char *name, int64_t from_ns,
                  int64_t to_ns, const char *wanted, struct error *error)
{
    char value[1024], field[1100];
    const char *argv[] = {
        "http-client", "--insecure-auth",
        "-i",          "-H",
        field,         world_url(lab_world(run), "http", WEB, 80, PRIVATE),
        NULL};
    struct trace_file trace, part;
    struct world_result result;

    if (lab_trace(run, &trace, error) < 0)
        return -(int)error->class;
    part = lab_wiretap_part(&trace, from_ns, to_ns);
    lab_check(run,
              lab_wiretap_copy(&part, "Authorization: ", value, sizeof(value)),
              error, "the credentials of %s stood on the wire", name);
    trace_file_free(&trace);
    if (error->class != ERROR_NONE)
        return -(int)error->class;
    snprintf(field, sizeof(field), "Authorization: %s", value);
    if (lab_client(run, argv, &result, error) < 0)
        return -(int)error->class;
    lab_output(run, result.out, result.out_length);
    lab_check(run, strstr(result.out, wanted) != NULL, error,
              "the copied credentials of %s got %s", name, wanted);
    world_result_free(&result);
    return -(int)error->class;
}

int state_replays(struct lab_run *run, struct error *error)
{
    lab_say(run, "He understands nothing of what he has copied, and sends it "
                 "once more, byte by byte. First what went out with Basic:");
    if (replay(run, "Basic", seen.basic_ns, seen.digest_ns, " 200 ", error) < 0)
        return -(int)error->class;
    lab_say(run, "And what went out with Digest:");
    if (replay(run, "Digest", seen.digest_ns, seen.end_ns, "stale=true",
               error) < 0)
        return -(int)error->class;
    lab_say(run,
            "Basic let him in: its words are good for ever. Of Digest the "
            "server had counted that use of the nonce already (nc), so the "
            "right hash came too late: 401, stale, and a new nonce (RFC 7616 "
            "§5.5). What he could do in either case is change the answer on "
            "its way to the student; Digest does not sign it. Only TLS does.");
    return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * secrets: what somebody on the wire has when a file was fetched, in clear and
 * under TLS.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/ftp-connections/ftp_connections.h"
#include "labs/lab_wiretap.h"

static int notebook_show(struct lab_run *run, const struct trace_file *part,
                         const char *title, struct error *error)
{
    char *text = lab_wiretap_notebook(part, error);

    if (text == NULL)
        return -(int)error->class;
    lab_say(run, "%s", title);
    lab_view(run, text);
    free(text);
    return 0;
}

static int compare(struct lab_run *run, const struct trace_file *clear,
                   const struct trace_file *sealed, struct error *error)
{
    const struct lab_parameters *p = lab_parameters(run);
    const struct lab_secret secrets[] = {
        {"that it is FTP", "220 ", true},
        {"the name of the user", p->user, false},
        {"the password", p->password, false},
        {"what was asked for", "RETR " NOTES, false},
        {"where the data connection will be", "229 ", false},
        {"the file", p->page_text, false}};

    return lab_wiretap_compare(run, clear, sealed,
                               "could he read ...|in clear|under TLS", secrets,
                               sizeof(secrets) / sizeof(secrets[0]), error);
}

/* Fetches the notes; `tls` is the option that asks for TLS, or NULL. */
static int fetch(struct lab_run *run, const char *copy, const char *tls,
                 struct error *error)
{
    char ca[512], path[512];
    struct visit visit;

    snprintf(ca, sizeof(ca), "%s", world_ca_file(lab_world(run)));
    snprintf(path, sizeof(path), "%s", lab_path(run, "got/%s", copy));
    const char *words[] = {"-o", path, ftp_url(run, NOTES), tls, "--cacert",
                           ca,   NULL};
    if (visit_make(run, tls != NULL, words, &visit, error) < 0)
        return -(int)error->class;
    lab_check(run, visit.exit_status == 0, error,
              "the file was fetched (the client exited %d: %s)",
              visit.exit_status, visit.said);
    trace_file_free(&visit.trace);
    return -(int)error->class;
}

static int tell(struct lab_run *run, int64_t clear_ns, int64_t sealed_ns,
                struct error *error)
{
    struct trace_file trace, clear, sealed;

    if (lab_trace_settled(run, clear_ns, &trace, error) < 0)
        return -(int)error->class;
    clear = lab_wiretap_part(&trace, clear_ns, sealed_ns);
    sealed = lab_wiretap_part(&trace, sealed_ns, INT64_MAX);
    if (notebook_show(run, &clear, "His notebook, after the first:", error) ==
            0 &&
        notebook_show(run, &sealed, "And after the second:", error) == 0)
        compare(run, &clear, &sealed, error);
    trace_file_free(&trace);
    return -(int)error->class;
}

int ftp_connections_secrets(struct lab_run *run, struct error *error)
{
    int64_t clear_ns = lab_now(), sealed_ns;

    lab_say(run,
            "Somebody sits on the wire and copies all that passes. First the "
            "file as before, with a password that ftp-client sends in clear "
            "only because --insecure-auth says so; then the same with --tls.");
    if (fetch(run, "clear", NULL, error) < 0)
        return -(int)error->class;
    sealed_ns = lab_now();
    if (fetch(run, "sealed", "--tls", error) < 0 ||
        tell(run, clear_ns, sealed_ns, error) < 0)
        return -(int)error->class;
    lab_say(run,
            "AUTH TLS protects the control connection, PBSZ and PROT P the "
            "data connection, which makes a handshake of its own (RFC 4217 "
            "§4, §9). With PROT C, which is where it begins, the password "
            "would be safe and the file would not.");
    if (!world_has(lab_world(run), WORLD_FRAMES))
        lab_not_here(run, "the frames; he read the bytes handed to TCP",
                     WORLD_FRAMES);
    return 0;
}

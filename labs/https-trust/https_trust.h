/* SPDX-License-Identifier: MIT */
/*
 * https_trust: what the files of this lab share: its steps, in the order in
 * which they run, and a few things that all of them look for.
 */
#ifndef LABS_HTTPS_TRUST_HTTPS_TRUST_H
#define LABS_HTTPS_TRUST_HTTPS_TRUST_H

#include "labs/lab.h"
#include "labs/lab_flow.h"

#define WEB "www.example.test"
#define TRUST "trust" /* the folder of keys and certificates */

int https_trust_eavesdropper(struct lab_run *run, struct error *error);
int https_trust_agreement(struct lab_run *run, struct error *error);
int https_trust_five_steps(struct lab_run *run, struct error *error);
int https_trust_signature(struct lab_run *run, struct error *error);
int https_trust_refusals(struct lab_run *run, struct error *error);
int https_trust_cost(struct lab_run *run, struct error *error);

/* Two notebooks (what notebook_write wrote) as one table. */
void https_trust_side_by_side(struct lab_run *run, const char *left,
                              const char *right);

/* "https://HOST/index.html" as this world needs it. */
const char *https_trust_url(struct lab_run *run, const char *scheme,
                            const char *host);

/* The first ClientHello of the run, or NULL: the handshake that most steps
 * look at. */
const struct trace_event *https_trust_hello(const struct trace_file *trace);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * reference: the work of our clients, done by libcurl, and recorded as theirs.
 *
 * What a client of a hundred thousand lines says otherwise, and why, is seen
 * when the two records are laid side by side: trace compare.
 */
#ifndef LABS_REFERENCE_REFERENCE_H
#define LABS_REFERENCE_REFERENCE_H

#include <stdbool.h>

#include "common/error.h"
#include "common/options.h"

struct reference_options {
    struct client_options client;
    bool head, follow, compressed, http_1_0, tls, tls_required, active, silent;
    const char *method, *upload, *range, *data, *mail_from, *output;
    struct option_list fields, recipients;
};

/* Fetches, or sends, one URL. Errors: libcurl's, as our classes; ERROR_USAGE:
 * no scheme of ours. */
int reference_fetch(const struct reference_options *options,
                    const struct client_stand *stand, const char *url,
                    struct error *error);

#endif

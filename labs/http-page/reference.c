/* SPDX-License-Identifier: MIT */
/* reference: the same page, asked for by libcurl. */
#include "labs/http-page/http_page.h"

int http_page_reference(struct lab_run *run, struct error *error)
{
    const char *url = world_url(lab_world(run), "http", WEB, 80, "/style.css");

    lab_say(run,
            "Our client is a few hundred lines that are meant to be read. "
            "libcurl has more than a hundred thousand and is in nearly every "
            "device. Both fetch the same object; what do they say otherwise?");
    if (lab_compare(run, (const char *const[]){"http-client", url, NULL},
                    (const char *const[]){"reference-client", url, NULL},
                    error) < 0)
        return -(int)error->class;
    lab_say(run,
            "A page is asked for with very little: a method, a target, a "
            "version, and Host. All the rest is courtesy. What makes libcurl "
            "large is not in this conversation: other protocols, other "
            "versions of this one, and everything that can go wrong.");
    return 0;
}

/* SPDX-License-Identifier: MIT */
/* names_dns: questions to a name server. */
#include "common/names_private.h"

int names_dns_addresses(struct names *names, const char *host, uint16_t port,
                        int family, deadline_ns deadline,
                        struct names_addresses *addresses, struct error *error)
{
    (void)names, (void)port, (void)family, (void)deadline, (void)addresses;
    return error_set(error, ERROR_LOCAL, "%s: --dns is not built in yet", host);
}

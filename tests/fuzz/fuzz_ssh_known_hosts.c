/* SPDX-License-Identifier: MIT */
/*
 * A file of known hosts of any bytes. A key that was found is on the line that
 * is named, and what we write is found again behind whatever stands there.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ssh/ssh.h"

static const struct span key = {"\0\0\0\x0bssh-ed25519\0\0\0\x04hkey", 23};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span file = {(const char *)data, size};
    struct ssh_known known = ssh_known_find(file, "a.test", 22, key);
    char types[256], line[256], *both;

    ssh_known_types(file, "a.test", 22, types, sizeof(types));
    if ((known.line == 0) != (known.verdict == SSH_HOST_UNKNOWN) ||
        known.line > size + 1)
        abort();
    if (ssh_known_line(line, sizeof(line), "a.test", 22, key) < 0)
        abort();
    both = malloc(size + 1 + strlen(line));
    if (!both)
        return 0;
    if (size > 0)
        memcpy(both, data, size);
    both[size] = '\n';
    memcpy(both + size + 1, line, strlen(line));
    file = (struct span){both, size + 1 + strlen(line)};
    known = ssh_known_find(file, "a.test", 22, key);
    if (known.verdict != SSH_HOST_KNOWN && known.verdict != SSH_HOST_REVOKED)
        abort();
    free(both);
    return 0;
}

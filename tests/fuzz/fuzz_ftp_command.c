/* SPDX-License-Identifier: MIT */
/*
 * A line of any bytes, as our server reads it: the command, then its argument
 * as a path, as an address, and as facts. A path that is taken never climbs; an
 * address that is taken is written so that it is read as the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ftp/ftp_server.h"

static void check_path(struct span argument)
{
    static const char *const folders[] = {"/", "/a", "/a/b"};
    char path[FTP_PATH_MAX];

    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
        if (!ftp_path_join(path, folders[i], argument))
            continue;
        size_t length = strlen(path);
        if (path[0] != '/' || strstr(path, "//") != NULL ||
            strstr(path, "/./") != NULL || strstr(path, "/../") != NULL)
            abort();
        if (length > 1 &&
            (path[length - 1] == '/' || strcmp(path + length - 2, "/.") == 0 ||
             (length > 2 && strcmp(path + length - 3, "/..") == 0)))
            abort();
    }
}

static void check_address(struct span argument)
{
    struct sockaddr_storage address, again;
    char text[FTP_ADDRESS_MAX];

    if (ftp_port_read(&address, argument, NULL) == 0) {
        ftp_port_write(text, &address);
        if (ftp_port_read(&again, span_of(text), NULL) < 0 ||
            memcmp(&address, &again, sizeof(address)) != 0)
            abort();
    }
    if (ftp_eprt_read(&address, argument, NULL) == 0) {
        ftp_eprt_write(text, &address);
        if (ftp_eprt_read(&again, span_of(text), NULL) < 0 ||
            memcmp(&address, &again, sizeof(address)) != 0)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span line = {(const char *)data, size};
    struct ftp_command command;
    struct error error = {0};

    if (ftp_command_read(&command, line, &error) < 0) {
        if (error.class == ERROR_NONE)
            abort();
        return 0;
    }
    for (const char *at = command.verb; *at != '\0'; at++)
        if (*at < 'A' || *at > 'Z')
            abort();
    check_path(command.argument);
    check_address(command.argument);
    return 0;
}

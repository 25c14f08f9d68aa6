/* SPDX-License-Identifier: MIT */
/*
 * fuzz_pcapng: any bytes, read block by block, and then the whole way that a
 * trace goes which is shown.
 */
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/pcapng.h"
#include "common/trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void blocks_read(const uint8_t *data, size_t size)
{
    struct pcapng_reader reader = {.file = {(const char *)data, size}};
    struct pcapng_item item;
    while (pcapng_next(&reader, &item, NULL) == PARSE_DONE) {
        struct sockaddr_storage address;
        struct span value;
        size_t position = 0;
        uint16_t code;
        while (
            pcapng_next_option(&reader, item.options, &position, &code, &value))
            ;
        position = 0;
        while (
            pcapng_next_name(&reader, item.bytes, &position, &address, &value))
            ;
    }
    pcapng_reader_free(&reader);
}

static void trace_from(const uint8_t *data, size_t size)
{
    static int fd = -1;
    struct trace_file file;
    char path[64];
    if (fd < 0)
        fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (ftruncate(fd, 0) < 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
        return;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (trace_read(&file, path, NULL) == 0)
        trace_file_free(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    blocks_read(data, size);
    trace_from(data, size);
    return 0;
}

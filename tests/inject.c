/* SPDX-License-Identifier: MIT */
/*
 * inject: faults on demand. The test programs are linked with --wrap for each
 * function here, so that every call from code of the house (not from the
 * libraries') comes through this file: an allocation may be refused, and a
 * read or a write may be cut short, as the kernel is free to do at any time.
 */
#include "tests/harness.h"
#include "tests/runner.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static long allocations; /* made since test_fail_allocation */
static long refused;     /* the number of the one to refuse; 0: none */
static size_t io_most;   /* bytes a call may move; 0: as many as it likes */

/* The linker gives these names; no header can. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t length);
int __real_vasprintf(char **text, const char *format, va_list values);
ssize_t __real_recv(int fd, void *data, size_t length, int flags);
ssize_t __real_send(int fd, const void *data, size_t length, int flags);
ssize_t __real_read(int fd, void *data, size_t length);
ssize_t __real_write(int fd, const void *data, size_t length);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t length);
int __wrap_vasprintf(char **text, const char *format, va_list values);
int __wrap_asprintf(char **text, const char *format, ...);
/* What _FORTIFY_SOURCE makes of the two. */
int __wrap___vasprintf_chk(char **text, int flag, const char *format,
                           va_list values);
int __wrap___asprintf_chk(char **text, int flag, const char *format, ...);
ssize_t __wrap_recv(int fd, void *data, size_t length, int flags);
ssize_t __wrap_send(int fd, const void *data, size_t length, int flags);
ssize_t __wrap_read(int fd, void *data, size_t length);
ssize_t __wrap_write(int fd, const void *data, size_t length);

void test_fail_allocation(long number)
{
    allocations = 0;
    refused = number;
}

long test_allocations(void)
{
    return allocations;
}

void test_short_io(size_t most)
{
    io_most = most;
}

void test_inject_nothing(void)
{
    test_fail_allocation(0);
    test_short_io(0);
}

static bool is_refused(void)
{
    allocations++;
    if (refused == 0 || allocations != refused)
        return false;
    errno = ENOMEM;
    return true;
}

static size_t cut(size_t length)
{
    return io_most != 0 && length > io_most ? io_most : length;
}

void *__wrap_malloc(size_t size)
{
    return is_refused() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return is_refused() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return is_refused() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text)
{
    return is_refused() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t length)
{
    return is_refused() ? NULL : __real_strndup(text, length);
}

int __wrap_vasprintf(char **text, const char *format, va_list values)
{
    return is_refused() ? -1 : __real_vasprintf(text, format, values);
}

int __wrap_asprintf(char **text, const char *format, ...)
{
    va_list values;
    int length;

    va_start(values, format);
    length = __wrap_vasprintf(text, format, values);
    va_end(values);
    return length;
}

int __wrap___vasprintf_chk(char **text, int flag, const char *format,
                           va_list values)
{
    (void)flag;
    return __wrap_vasprintf(text, format, values);
}

int __wrap___asprintf_chk(char **text, int flag, const char *format, ...)
{
    va_list values;
    int length;

    (void)flag;
    va_start(values, format);
    length = __wrap_vasprintf(text, format, values);
    va_end(values);
    return length;
}

ssize_t __wrap_recv(int fd, void *data, size_t length, int flags)
{
    return __real_recv(fd, data, cut(length), flags);
}

ssize_t __wrap_send(int fd, const void *data, size_t length, int flags)
{
    return __real_send(fd, data, cut(length), flags);
}

ssize_t __wrap_read(int fd, void *data, size_t length)
{
    return __real_read(fd, data, cut(length));
}

ssize_t __wrap_write(int fd, const void *data, size_t length)
{
    return __real_write(fd, data, cut(length));
}

/* SPDX-License-Identifier: MIT */
/* error: what went wrong, kept and printed. The contract is in error.h. */
#include "common/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"

static const char *const class_names[] = {
    [ERROR_NONE] = "NONE",         [ERROR_REFUSED] = "REFUSED",
    [ERROR_USAGE] = "USAGE",       [ERROR_CONNECT] = "CONNECT",
    [ERROR_INSECURE] = "INSECURE", [ERROR_TIMEOUT] = "TIMEOUT",
    [ERROR_AUTH] = "AUTH",         [ERROR_PROTOCOL] = "PROTOCOL",
    [ERROR_LOCAL] = "LOCAL",
};
_Static_assert(sizeof(class_names) / sizeof(class_names[0]) == ERROR_CLASSES,
               "each error class has a name");

const char *error_class_name(enum error_class class)
{
    if ((unsigned)class >= ERROR_CLASSES)
        return "UNKNOWN";
    return class_names[class];
}

/* The first cause is kept: what fails after it is mostly its consequence. */
static bool error_is_free(const struct error *error)
{
    return error && error->class == ERROR_NONE;
}

static void error_fill(struct error *error, enum error_class class,
                       int sys_errno, const char *format, va_list arguments)
{
    vsnprintf(error->text, sizeof(error->text), format, arguments);
    error->class = class;
    error->sys_errno = sys_errno;
}

int error_set(struct error *error, enum error_class class, const char *format,
              ...)
{
    va_list arguments;

    va_start(arguments, format);
    if (error_is_free(error))
        error_fill(error, class, 0, format, arguments);
    va_end(arguments);
    return -(int)class;
}

int error_set_errno(struct error *error, enum error_class class, int sys_errno,
                    const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    if (error_is_free(error)) {
        error_fill(error, class, sys_errno, format, arguments);
        size_t used = strlen(error->text);
        snprintf(error->text + used, sizeof(error->text) - used, ": %s",
                 strerror(sys_errno));
    }
    va_end(arguments);
    return -(int)class;
}

void error_set_peer(struct error *error, const char *words, size_t length)
{
    if (error)
        text_escape(error->peer_said, sizeof(error->peer_said),
                    (struct span){words, length});
}

void error_clear(struct error *error)
{
    if (error)
        memset(error, 0, sizeof(*error));
}

int error_print(const char *program, const struct error *error)
{
    fprintf(stderr, "%s: %s\n", program, error->text);
    if (error->peer_said[0])
        fprintf(stderr, "%s: the peer said: %s\n", program, error->peer_said);
    return (int)error->class;
}

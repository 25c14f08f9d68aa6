/* SPDX-License-Identifier: MIT */
#include "tests/integration/mail_faults.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void write_message(const char *folder, const char *name,
                          const char *flags, const char *text)
{
    char path[128];

    snprintf(path, sizeof(path), "mail/ada/%s/%s%s", folder, name, flags);
    test_write_file(test_path(path), text, strlen(text));
}

pid_t mail_start(const char *server, const char *folder, const char *flags,
                 const char *one, const char *two, const char *option,
                 uint16_t *port)
{
    static const char *const folders[] = {"mail", "mail/ada", "mail/ada/new",
                                          "mail/ada/cur", "mail/ada/tmp"};

    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
        mkdir(test_path(folders[i]), 0755);
    test_write_file(test_path("accounts"), "ada:pass word\n", 14);
    write_message(folder, "1000.a", flags, one);
    write_message(folder, "1001.b", flags, two);
    const char *argv[] = {server,
                          "--maildir",
                          test_path("mail"),
                          "--accounts",
                          test_path("accounts"),
                          "--listen",
                          "127.0.0.1:0",
                          option,
                          NULL};
    return test_start(argv, port, 1);
}

static void check_file(const char *file, const char *wanted)
{
    char *text = test_read_file(file, NULL);

    CU_ASSERT_STRING_EQUAL(text ? text : "(none)", wanted);
    free(text);
}

void mail_bears_short_io(mail_fetch *fetch, const char *wanted)
{
    const char *file = test_path("got");
    struct error error = {0};

    test_short_io(1);
    CU_ASSERT_EQUAL(fetch(file, &error), 0);
    test_short_io(0);
    check_file(file, wanted);
}

void mail_bears_failed_allocations(mail_fetch *fetch, const char *wanted)
{
    const char *file = test_path("got");
    bool through = false;

    for (long number = 1; !through; number++) {
        struct error error = {0};

        unlink(file);
        test_fail_allocation(number);
        int result = fetch(file, &error);
        through = test_allocations() < number;
        test_fail_allocation(0);
        CU_ASSERT(result == 0 || error.text[0] != '\0');
        CU_ASSERT_EQUAL(access(file, F_OK) == 0, result == 0);
        if (result == 0)
            check_file(file, wanted);
    }
}

/* SPDX-License-Identifier: MIT */
/* letters: a Maildir in the test's folder, and letters put into it. */
#include "tests/unit/letters.h"

#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/harness.h"

struct letters letters;

void letters_make(void)
{
    letters = (struct letters){.path = test_path("mail")};
    CU_ASSERT_EQUAL(maildir_make(letters.path, &letters.error), 0);
}

void letters_end(void)
{
    maildir_close(letters.box);
    letters.box = NULL;
    CU_ASSERT_STRING_EQUAL(letters.error.text, "");
}

void letters_open(unsigned how)
{
    maildir_close(letters.box);
    CU_ASSERT_EQUAL_FATAL(
        maildir_open(&letters.box, letters.path, how, &letters.error), 0);
}

const char *letters_path(const char *name)
{
    static char ring[4][256];
    static unsigned turn;
    char *path = ring[turn++ % 4];

    snprintf(path, sizeof(ring[0]), "%s/%s", letters.path, name);
    return path;
}

void letters_put(const char *name, const char *octets)
{
    test_write_file(letters_path(name), octets, strlen(octets));
}

void letters_deliver(const char *octets)
{
    struct maildir_delivery *delivery;

    CU_ASSERT_EQUAL_FATAL(
        maildir_deliver_begin(&delivery, letters.path, &letters.error), 0);
    CU_ASSERT_EQUAL(maildir_deliver_write(delivery, octets, strlen(octets)), 0);
    CU_ASSERT_EQUAL(maildir_deliver_end(delivery, NULL, NULL), 0);
}

int letters_files(const char *folder)
{
    DIR *open = opendir(letters_path(folder));
    const struct dirent *file;
    int count = 0;

    while (open != NULL && (file = readdir(open)) != NULL)
        count += file->d_name[0] != '.';
    if (open != NULL)
        closedir(open);
    return count;
}

void letters_expect(size_t index, const char *octets)
{
    struct maildir_reader reader;
    const struct maildir_message *message;
    char data[4096];
    uint64_t size = 0;

    CU_ASSERT_FATAL(index < letters.box->count);
    message = &letters.box->messages[index];
    CU_ASSERT_EQUAL(maildir_size(letters.box, message, &size), 0);
    CU_ASSERT_EQUAL(size, strlen(octets));
    CU_ASSERT_EQUAL_FATAL(maildir_read_open(&reader, letters.box, message), 0);
    ssize_t got = maildir_read(&reader, 0, data, sizeof(data));
    CU_ASSERT_EQUAL(got, (ssize_t)strlen(octets));
    CU_ASSERT(got >= 0 && memcmp(data, octets, (size_t)got) == 0);
    maildir_read_close(&reader);
}

bool letters_readable(int fd)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};

    return poll(&wait, 1, 0) == 1;
}

/* SPDX-License-Identifier: MIT */
/*
 * harness: the running test's folder and its files. Programs and servers have
 * their own file (process.c), and so have the scripted peer (peer.c), the
 * faults that are injected (inject.c) and the runner (runner.c).
 */
#include "tests/harness.h"

#include "tests/runner.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char folder[4096]; /* "" until the running test asks for one */

void test_give_up(const char *what)
{
    fprintf(stderr, "harness: %s: %s\n", what, strerror(errno));
    exit(99);
}

const char *test_folder(void)
{
    const char *parent = getenv("TMPDIR");

    if (folder[0] != '\0')
        return folder;
    snprintf(folder, sizeof folder, "%s/wirelab-test-XXXXXX",
             parent != NULL && parent[0] == '/' ? parent : "/tmp");
    if (mkdtemp(folder) == NULL)
        test_give_up(folder);
    return folder;
}

static int remove_one(const char *path, const struct stat *status, int kind,
                      struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    remove(path);
    return 0;
}

void test_folder_remove(void)
{
    if (folder[0] == '\0')
        return;
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    folder[0] = '\0';
}

const char *test_path(const char *name)
{
    static char ring[8][4096 + 256];
    static unsigned next;
    char *path = ring[next++ % 8];

    snprintf(path, sizeof ring[0], "%s/%s", test_folder(), name);
    return path;
}

void test_write_file(const char *path, const void *data, size_t length)
{
    FILE *file = fopen(path, "w");

    if (file == NULL || fwrite(data, 1, length, file) != length)
        test_give_up(path);
    if (fclose(file) != 0)
        test_give_up(path);
}

char *test_read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t size = 0, used = 0, got = 1;

    if (file == NULL)
        return NULL;
    while (got > 0) {
        if (used + 1 >= size) {
            size = size == 0 ? 65536 : 2 * size;
            text = realloc(text, size);
            if (text == NULL)
                test_give_up(path);
        }
        got = fread(text + used, 1, size - used - 1, file);
        used += got;
    }
    fclose(file);
    text[used] = '\0';
    if (length != NULL)
        *length = used;
    return text;
}

/* SPDX-License-Identifier: MIT */
/*
 * maildir_keywords: which letter of a file's name is which keyword. Dovecot's
 * file and format, so that both programs read the letters alike:
 *
 *     0 $Forwarded
 *     1 work
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/limits.h"
#include "common/maildir_private.h"

#define KEYWORDS_FILE "dovecot-keywords"

static void take_line(struct maildir_private *p, const char *line)
{
    char name[MAILDIR_KEYWORD_MAX];
    unsigned letter;

    if (sscanf(line, "%2u %127[^ \n]", &letter, name) != 2 ||
        letter >= MAILDIR_KEYWORDS_MAX)
        return;
    free(p->keywords[letter]);
    p->keywords[letter] = strdup(name);
}

/* Reads the file if it has changed since it was read. */
static void read_keywords(struct maildir_private *p)
{
    int fd = openat(p->folder, KEYWORDS_FILE, O_RDONLY | O_CLOEXEC);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
    char line[MAILDIR_KEYWORD_MAX + 8];
    struct stat facts;

    if (file == NULL) {
        if (fd >= 0)
            close(fd);
        return;
    }
    if (fstat(fd, &facts) == 0 &&
        (facts.st_mtim.tv_sec != p->keywords_read.tv_sec ||
         facts.st_mtim.tv_nsec != p->keywords_read.tv_nsec)) {
        while (fgets(line, sizeof(line), file))
            take_line(p, line);
        p->keywords_read = facts.st_mtim;
    }
    fclose(file);
}

const char *maildir_keyword(struct maildir *box, int letter)
{
    read_keywords(box->private);
    return box->private->keywords[letter];
}

static int find(const struct maildir_private *p, struct span name)
{
    for (int i = 0; i < MAILDIR_KEYWORDS_MAX; i++)
        if (p->keywords[i] != NULL &&
            span_equal_nocase(span_of(p->keywords[i]), name))
            return i;
    return -1;
}

static int write_keywords(struct maildir *box)
{
    struct maildir_private *p = box->private;
    int fd = openat(p->folder, KEYWORDS_FILE ".tmp",
                    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    int result = -1;

    if (file == NULL && fd >= 0)
        close(fd);
    if (file != NULL) {
        for (int i = 0; i < MAILDIR_KEYWORDS_MAX; i++)
            if (p->keywords[i] != NULL)
                fprintf(file, "%d %s\n", i, p->keywords[i]);
        result = fclose(file);
    }
    if (result == 0)
        result =
            renameat(p->folder, KEYWORDS_FILE ".tmp", p->folder, KEYWORDS_FILE);
    return result == 0
               ? 0
               : error_set_errno(box->error, ERROR_LOCAL, errno, KEYWORDS_FILE);
}

/* Under the lock: two sessions may both want the next letter. */
static int make_keyword(struct maildir *box, struct span name)
{
    struct maildir_private *p = box->private;
    int letter = 0, lock = maildir_uids_lock(p->folder, box->error);

    if (lock < 0)
        return -1;
    read_keywords(p);
    letter = find(p, name);
    if (letter < 0) {
        for (letter = 0; letter < MAILDIR_KEYWORDS_MAX; letter++)
            if (p->keywords[letter] == NULL)
                break;
        if (letter < MAILDIR_KEYWORDS_MAX)
            p->keywords[letter] = strndup(name.data, name.length);
        if (letter == MAILDIR_KEYWORDS_MAX || write_keywords(box) < 0)
            letter = -1;
    }
    close(lock);
    return letter;
}

int maildir_keyword_letter(struct maildir *box, struct span name, bool make)
{
    int letter;

    read_keywords(box->private);
    letter = find(box->private, name);
    if (letter >= 0 || !make || name.length == 0 ||
        name.length >= MAILDIR_KEYWORD_MAX)
        return letter;
    return make_keyword(box, name);
}

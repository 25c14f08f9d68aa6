/* SPDX-License-Identifier: MIT */
/* progress: how far long work has come, on a terminal and nowhere else. */
#include "common/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define FIRST_MS 1000 /* shorter work needs no word */
#define STEP_MS 200   /* a person reads no faster */

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_start(struct progress *progress, bool wanted, uint64_t total)
{
    *progress = (struct progress){.wanted = wanted && isatty(STDERR_FILENO),
                                  .total = total};
    if (progress->wanted) {
        progress->start_ms = now_ms();
        progress->next_ms = progress->start_ms + FIRST_MS;
    }
}

/* A number of bytes in three or four digits and a unit. */
static void amount(char *text, size_t size, double bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;

    while (bytes >= 1000 && unit + 1 < sizeof(units) / sizeof(*units)) {
        bytes /= 1024;
        unit++;
    }
    snprintf(text, size, unit ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
}

void progress_describe(char *text, size_t size, uint64_t done, uint64_t total,
                       int64_t elapsed_ms)
{
    char so_far[16], all[16], rate[16];

    amount(so_far, sizeof(so_far), (double)done);
    amount(all, sizeof(all), (double)total);
    amount(rate, sizeof(rate),
           (double)done * 1000 / (double)(elapsed_ms > 0 ? elapsed_ms : 1));
    snprintf(text, size, "%s%s%s, %s/s", so_far, total ? " of " : "",
             total ? all : "", rate);
}

void progress_step(struct progress *progress, uint64_t done)
{
    char text[80];
    int64_t now;

    if (!progress->wanted || (now = now_ms()) < progress->next_ms)
        return;
    progress_describe(text, sizeof(text), done, progress->total,
                      now - progress->start_ms);
    /* To the line's start, the text, and what an older, longer one left. */
    fprintf(stderr, "\r%s\x1b[K", text);
    progress->shown = true;
    progress->next_ms = now + STEP_MS;
}

void progress_end(struct progress *progress)
{
    if (progress->shown)
        fputs("\r\x1b[K", stderr);
    progress->shown = false;
}

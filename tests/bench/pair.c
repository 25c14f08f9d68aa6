/* SPDX-License-Identifier: MIT */
/*
 * pair: how long do two commands take, one beside the other?
 *
 *     pair [-n RUNS] [-r RATIO] [-m KIB] LABEL OURS THEIRS
 *
 * The two shell commands run in turn (ours, theirs, theirs, ours, ...), so
 * that what the machine does besides hits both alike; each once beforehand,
 * unmeasured, to warm the caches. Wall time is taken from start to wait4, peak
 * memory from wait4. Printed are the medians, the ratio of the medians, and
 * the interval that 95 of 100 bootstrap samples of the pairs fall into.
 *
 * Exits 1 if the whole interval lies above RATIO (a noisy machine spreads the
 * medians, and proves nothing by it) or the peak of ours above KIB, 2 if a
 * command failed.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUNS_MAX 1000
#define SAMPLES 10000

struct series {
    const char *command;
    double seconds[RUNS_MAX];
    long peak_kib; /* the largest of all runs */
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Runs the command once; its time, and its peak memory into the series. */
static double measure(struct series *s)
{
    struct rusage usage;
    double start = now();
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        execl("/bin/sh", "sh", "-c", s->command, (char *)NULL);
        _exit(127);
    }
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || status != 0) {
        fprintf(stderr, "pair: failed: %s\n", s->command);
        exit(2);
    }
    if (usage.ru_maxrss > s->peak_kib)
        s->peak_kib = usage.ru_maxrss;
    return now() - start;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(const double *values, size_t count)
{
    double sorted[RUNS_MAX];

    memcpy(sorted, values, count * sizeof *values);
    qsort(sorted, count, sizeof *sorted, compare);
    return count % 2 == 1 ? sorted[count / 2]
                          : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

/* xorshift64: good enough to draw with, the same draws in every run. */
static size_t draw(size_t below)
{
    static uint64_t state = 0x9e3779b97f4a7c15;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)(state % below);
}

/* The ratio of medians of `count` pairs drawn with replacement, many times
 * over: the 2.5th and the 97.5th of a hundred. */
static void bootstrap(const struct series *ours, const struct series *theirs,
                      size_t count, double *low, double *high)
{
    static double ratios[SAMPLES];
    double a[RUNS_MAX], b[RUNS_MAX];

    for (size_t sample = 0; sample < SAMPLES; sample++) {
        for (size_t i = 0; i < count; i++) {
            size_t pick = draw(count);

            a[i] = ours->seconds[pick];
            b[i] = theirs->seconds[pick];
        }
        ratios[sample] = median(a, count) / median(b, count);
    }
    qsort(ratios, SAMPLES, sizeof *ratios, compare);
    *low = ratios[SAMPLES * 25 / 1000];
    *high = ratios[SAMPLES * 975 / 1000];
}

static void run_all(struct series *ours, struct series *theirs, size_t count)
{
    measure(ours);
    measure(theirs);
    ours->peak_kib = theirs->peak_kib = 0;
    for (size_t i = 0; i < count; i++) {
        struct series *first = i % 2 == 0 ? ours : theirs;
        struct series *second = i % 2 == 0 ? theirs : ours;

        first->seconds[i] = measure(first);
        second->seconds[i] = measure(second);
    }
}

int main(int argc, char **argv)
{
    static struct series ours, theirs;
    double ratio_max = INFINITY, ratio, low, high;
    long kib_max = 0;
    size_t count = 15;
    int option;

    while ((option = getopt(argc, argv, "n:r:m:")) != -1) {
        if (option == 'n')
            count = strtoul(optarg, NULL, 10);
        else if (option == 'r')
            ratio_max = strtod(optarg, NULL);
        else if (option == 'm')
            kib_max = strtol(optarg, NULL, 10);
        else
            return 2;
    }
    if (argc - optind != 3 || count == 0 || count > RUNS_MAX) {
        fprintf(stderr, "usage: pair [-n N] [-r R] [-m KIB] LABEL A B\n");
        return 2;
    }
    ours.command = argv[optind + 1];
    theirs.command = argv[optind + 2];
    run_all(&ours, &theirs, count);
    ratio = median(ours.seconds, count) / median(theirs.seconds, count);
    bootstrap(&ours, &theirs, count, &low, &high);
    printf("%-28s n=%zu  %.4f s : %.4f s  ratio %.3f [%.3f, %.3f]  "
           "peak %.1f : %.1f MiB\n",
           argv[optind], count, median(ours.seconds, count),
           median(theirs.seconds, count), ratio, low, high,
           (double)ours.peak_kib / 1024, (double)theirs.peak_kib / 1024);
    return low > ratio_max || (kib_max > 0 && ours.peak_kib > kib_max);
}

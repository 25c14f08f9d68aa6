/* SPDX-License-Identifier: MIT */
/*
 * world: the pocket internet itself, with everything that loopback has not.
 * Where this machine refuses namespaces, the tests say so and hold nothing;
 * that labs run there all the same, test_world of the unit tests shows.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/trace.h"
#include "labs/world/inside.h"
#include "tests/harness.h"

#define EXPECT(holds)                                                  \
    do {                                                               \
        if (!(holds))                                                  \
            return error_set(error, ERROR_PROTOCOL, "%s:%d: %s (%s)",  \
                             __FILE__, __LINE__, #holds, error->text); \
    } while (0)

static enum world_way best_way(void)
{
    struct world_outcome outcome;
    enum world_way way = geteuid() == 0 ? WORLD_ROOT : WORLD_ROOTLESS;
    world_probe(way, &outcome);
    if (outcome.result != 0)
        printf("  (not here: %s)\n", outcome.error.text);
    return outcome.result == 0 ? way : WORLD_LOOPBACK;
}

static void in_world(struct world_setup setup,
                     int (*inside)(struct world *, void *, struct error *),
                     void *context)
{
    struct error error = {0};
    setup.way = best_way();
    if (setup.way == WORLD_LOOPBACK)
        return;
    if (world_run(&setup, inside, context, &error) != 0)
        fprintf(stderr, "%s\n", error.text);
    CU_ASSERT_EQUAL(error.class, ERROR_NONE);
}

/* The output of a shell command on a host, cut at its last line end; in a
 * static buffer. */
static const char *on(struct world *world, const char *host,
                      const char *command)
{
    static char text[4096];
    struct world_result result = {.out = NULL};
    struct error error = {0};
    const char *argv[] = {"sh", "-c", command, NULL};
    if (world_command(world, host, argv, &result, &error) < 0)
        snprintf(text, sizeof(text), "%s", error.text);
    else
        snprintf(text, sizeof(text), "%s%s", result.out, result.err);
    size_t length = strlen(text);
    if (length > 0 && text[length - 1] == '\n')
        text[length - 1] = '\0';
    world_result_free(&result);
    return text;
}

/* A TCP socket that stands on a host: it was made there, and stays there,
 * wherever its process goes. */
static int socket_on(struct world *world, const char *host)
{
    struct error error = {0};
    if (spaces_move(world_place(world, host), &error) < 0)
        return -1;
    return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static struct sockaddr_in at(struct world *world, const char *host)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(80)};
    inet_pton(AF_INET, world_address(world, host), &address.sin_addr);
    return address;
}

/* 0, or the errno of the attempt; ETIMEDOUT after 300 ms. */
static int connect_within(int fd, const struct sockaddr_in *to)
{
    struct timeval patience = {0, 300000};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    if (connect(fd, (const struct sockaddr *)to, sizeof(*to)) == 0)
        return 0;
    return errno == EINPROGRESS ? ETIMEDOUT : errno;
}

/* ---- a host is a machine of its own ------------------------------------- */

static int look_at_hosts(struct world *world, void *context,
                         struct error *error)
{
    (void)context;
    EXPECT(strcmp(on(world, "web", "hostname"), "web") == 0);
    EXPECT(strcmp(on(world, "web", "cat /etc/hostname"), "web") == 0);
    EXPECT(strcmp(on(world, "student", "cat /etc/hostname"), "student") == 0);
    EXPECT(strstr(on(world, "student", "cat /etc/resolv.conf"), "192.0.2.53"));
    EXPECT(strcmp(on(world, "student",
                     "cat /sys/class/net/none 2>/dev/null;"
                     "ls /proc | grep -cx 1"),
                  "1") == 0);
    /* The first process that a student sees is the world's. */
    EXPECT(strcmp(on(world, "student", "readlink /proc/self"), "") != 0);
    EXPECT(atoi(on(world, "student", "readlink /proc/self")) < 1000);
    EXPECT(strcmp(on(world, "student", "id -u"), "0") != 0);
    EXPECT(strstr(on(world, "student", "id -un"), "cannot") == NULL);
    EXPECT(strcmp(world_url(world, "https", "www.example.test", 443, "/"),
                  "https://www.example.test/") == 0);
    return 0;
}

static void world_has_hosts_with_names_and_files_of_their_own(void)
{
    in_world((struct world_setup){.hosts = {"web"}}, look_at_hosts, NULL);
}

static int trust(struct world *world, void *context, struct error *error)
{
    char command[512];
    (void)context;
    snprintf(command, sizeof(command),
             "test ! -e /etc/ssl/certs/ca-certificates.crt || "
             "cmp /etc/ssl/certs/ca-certificates.crt %s && echo same",
             world_ca_file(world));
    EXPECT(strcmp(on(world, "student", command), "same") == 0);
    return 0;
}

static void world_has_one_authority_in_its_trust_store(void)
{
    in_world((struct world_setup){.hosts = {"web"}}, trust, NULL);
}

/* ---- the wire ----------------------------------------------------------- */

/* Our own name client, whose run tells the round trip: one UDP query. */
static int measure(struct world *world, void *context, struct error *error)
{
    struct trace_file file;
    const char *path = test_path("far.pcapng");
    (void)context;
    EXPECT(strcmp(on(world, "student",
                     "getent ahostsv4 www.example.test | head -1 |"
                     " cut -d' ' -f1"),
                  "192.0.2.80") == 0);
    EXPECT(world_trace_so_far(world, path, error) == 0);
    EXPECT(trace_read(&file, path, error) == 0);
    int64_t asked = 0, answered = 0;
    for (size_t i = 0; i < file.frame_count; i++) {
        const struct trace_frame *frame = &file.frames[i];
        const char *bytes = frame->bytes.data;
        /* UDP from port 53, or to it. */
        if (frame->bytes.length < 42 || bytes[23] != 17)
            continue;
        if (bytes[37] == 53 && !asked)
            asked = frame->time_ns;
        if (bytes[35] == 53 && !answered)
            answered = frame->time_ns;
    }
    size_t frames = file.frame_count;
    trace_file_free(&file);
    EXPECT(frames >= 4); /* ARP and DNS, there and back */
    /* One way: the query is seen before its delay, the answer before its. */
    EXPECT(answered - asked >= 10000000);
    EXPECT(answered - asked < 100000000);
    return 0;
}

static void wire_delays_by_half_the_round_trip_and_records(void)
{
    in_world((struct world_setup){.hosts = {"web"},
                                  .round_trip_us = -1,
                                  .trace_file = test_path("all.pcapng")},
             measure, NULL);
}

#define BULK (40u << 20)

static int transfer(struct world *world, void *context, struct error *error)
{
    static char bytes[1 << 20];
    struct sockaddr_in web = at(world, "web");
    int listener = socket_on(world, "web"),
        client = socket_on(world, "student");
    size_t got = 0;
    ssize_t n;
    (void)context;
    EXPECT(bind(listener, (struct sockaddr *)&web, sizeof(web)) == 0);
    EXPECT(listen(listener, 1) == 0);
    EXPECT(connect_within(client, &web) == 0);
    int server = accept(listener, NULL, NULL);
    pid_t sender = fork();
    if (sender == 0) {
        close(server);
        for (size_t sent = 0; sent < BULK; sent += sizeof(bytes))
            send(client, bytes, sizeof(bytes), MSG_WAITALL);
        _exit(0);
    }
    close(client);
    while ((n = recv(server, bytes, sizeof(bytes), 0)) > 0)
        got += (size_t)n;
    close(server);
    close(listener);
    waitpid(sender, NULL, 0);
    EXPECT(got == BULK);
    return 0;
}

static uint32_t get32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
           (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Every byte of 40 MiB is in the record: what a sender sends follows on what it
 * sent before, or repeats some of it; a hole would be a frame that was not
 * recorded. */
static void wire_records_a_bulk_transfer_frame_by_frame(void)
{
    const char *path = test_path("bulk.pcapng");
    struct trace_file file;
    struct error error = {0};
    in_world((struct world_setup){.hosts = {"web"}, .trace_file = path},
             transfer, NULL);
    if (access(path, F_OK) < 0)
        return;
    CU_ASSERT_EQUAL_FATAL(trace_read(&file, path, &error), 0);
    uint32_t first = 0, next = 0, holes = 0, longest = 0;
    for (size_t i = 0; i < file.frame_count; i++) {
        const uint8_t *b = (const uint8_t *)file.frames[i].bytes.data;
        uint32_t length = file.frames[i].length;
        longest = length > longest ? length : longest;
        if (length < 54 || b[23] != 6 || b[29] != 10) /* not the student's */
            continue;
        uint32_t sequence = get32(b + 38);
        uint32_t payload =
            ((uint32_t)b[16] << 8 | b[17]) - 20 - 4u * (b[46] >> 4);
        payload += b[47] & 0x01; /* FIN counts as one (RFC 9293 §3.4) */
        if (b[47] & 0x02)        /* and so does SYN */
            first = next = sequence + 1;
        holes += (int32_t)(sequence - next) > 0;
        if ((int32_t)(sequence + payload - next) > 0)
            next = sequence + payload;
    }
    CU_ASSERT_EQUAL(longest, 1514); /* real segments, no offload */
    CU_ASSERT_EQUAL(holes, 0);
    CU_ASSERT_EQUAL(next - first, BULK + 1);
    trace_file_free(&file);
}

static int knock(struct world *world, void *context, struct error *error)
{
    struct sockaddr_in student = at(world, "student"), web = at(world, "web");
    int in = socket_on(world, "web"), out = socket_on(world, "student");
    (void)context;
    EXPECT(connect_within(in, &student) == ETIMEDOUT);
    /* Out, the other way, a refusal comes back. */
    EXPECT(connect_within(out, &web) == ECONNREFUSED);
    close(in);
    close(out);
    return 0;
}

static void firewall_drops_and_the_record_says_so(void)
{
    const char *path = test_path("firewall.pcapng");
    struct trace_file file;
    struct error error = {0};
    size_t dropped = 0;
    in_world((struct world_setup){.hosts = {"web"},
                                  .firewall = true,
                                  .trace_file = path},
             knock, NULL);
    if (access(path, F_OK) < 0)
        return;
    CU_ASSERT_EQUAL_FATAL(trace_read(&file, path, &error), 0);
    for (size_t i = 0; i < file.frame_count; i++) {
        if (file.frames[i].dropped) {
            dropped++;
            CU_ASSERT_STRING_EQUAL(file.frames[i].dropped,
                                   "firewall: no connections in");
            CU_ASSERT_STRING_EQUAL(file.frames[i].host, "web");
        }
    }
    CU_ASSERT_TRUE(dropped >= 1);
    trace_file_free(&file);
}

/* ---- gone without a trace ----------------------------------------------- */

/* Everything in the world inherits this pipe: who reads its end knows that all
 * are gone. */
static int linger(struct world *world, void *context, struct error *error)
{
    int alive = *(int *)context;
    fcntl(alive, F_SETFD, 0);
    EXPECT(world_start(world, "web",
                       (const char *const[]){"sh", "-c",
                                             "sleep 1000 & sleep 1000", NULL},
                       error) > 0);
    EXPECT(write(alive, "x", 1) == 1);
    world_command(world, "student",
                  (const char *const[]){"sleep", "1000", NULL}, NULL, error);
    return 0;
}

/* Ends the process that called world_run by `signal_number`; true if all that
 * the world held is gone within the time. */
static bool world_ends_with(enum world_way way, int signal_number)
{
    struct world_setup setup = {.way = way, .hosts = {"web"}};
    struct error error = {0};
    int ends[2];
    char x;
    if (pipe(ends) < 0)
        return false;
    pid_t caller = fork();
    if (caller == 0) {
        close(ends[0]);
        world_run(&setup, linger, &ends[1], &error);
        _exit(1);
    }
    close(ends[1]);
    bool lived = read(ends[0], &x, 1) == 1;
    kill(caller, signal_number);
    waitpid(caller, NULL, 0);
    struct pollfd wait = {.fd = ends[0], .events = POLLIN};
    bool gone = poll(&wait, 1, 5000) == 1 && read(ends[0], &x, 1) == 0;
    close(ends[0]);
    return lived && gone;
}

static void world_ends_with_the_process_that_made_it(void)
{
    static const int signals[] = {SIGKILL, SIGTERM, SIGINT};
    enum world_way way = best_way();
    for (size_t i = 0; i < 3; i++) {
        CU_ASSERT_TRUE(world_ends_with(way, signals[i]));
        CU_ASSERT_TRUE(world_ends_with(WORLD_LOOPBACK, signals[i]));
    }
}

/* ---- a shell in it -------------------------------------------------------- */

/* Runs `commands` in lab shell; its standard output must be `expected`, and
 * its exit status `status`. */
static void in_shell(const char *options, const char *commands,
                     const char *expected, int status)
{
    struct test_run run;
    const char *argv[] = {"sh",
                          "-c",
                          "printf '%s' \"$2\" | \"$0\" $1 shell",
                          TEST_BIN "/lab",
                          options,
                          commands,
                          NULL};
    test_run(&run, 60, argv);
    CU_ASSERT_STRING_EQUAL(run.out, expected);
    CU_ASSERT_EQUAL(run.status, status);
    if (run.status != status)
        fprintf(stderr, "%s", run.err);
    test_run_free(&run);
}

static void shell_runs_commands_and_hands_on_their_status(void)
{
    in_shell("--way loopback", "echo one; exit 5", "one\n", 5);
    if (best_way() == WORLD_LOOPBACK)
        return;
    in_shell("", "hostname; cat /etc/hostname; exit 7", "student\nstudent\n",
             7);
    in_shell("", "kill -9 $$", "", 137);
    /* Our own programs are at hand, and names, ports and trust are real. */
    in_shell("",
             "http-client -f -o /dev/null https://www.example.test/ && "
             "echo trusted",
             "trusted\n", 0);
    in_shell("", "grep -c '^CapEff:.*[1-9a-f]' /proc/self/status", "1\n", 0);
}

/* ---- where it is refused ------------------------------------------------ */

static int report_way(struct world *world, void *context, struct error *error)
{
    char way = (char)('0' + (int)world_way(world));
    EXPECT(write(*(int *)context, &way, 1) == 1);
    return 0;
}

/* The way that a world takes in a child that has done `deprive` to itself, and
 * what doctor says there; WORLD_ANY if it could not be tried. */
static enum world_way way_after(bool (*deprive)(void), char *report,
                                size_t size)
{
    int ends[2], said[2];
    char way = '0';
    if (pipe(ends) < 0 || pipe(said) < 0)
        return WORLD_ANY;
    pid_t child = fork();
    if (child == 0) {
        struct world_setup setup = {.hosts = {"web"}};
        struct error error = {0};
        if (deprive()) {
            world_run(&setup, report_way, &ends[1], &error);
            FILE *to = fdopen(said[1], "w");
            world_doctor(to);
            fclose(to);
        }
        _exit(0);
    }
    close(ends[1]);
    close(said[1]);
    if (read(ends[0], &way, 1) != 1)
        way = '0';
    size_t length = 0;
    ssize_t n;
    while (length < size - 1 &&
           (n = read(said[0], report + length, size - 1 - length)) > 0)
        length += (size_t)n;
    report[length] = '\0';
    waitpid(child, NULL, 0);
    close(ends[0]);
    close(said[0]);
    return (enum world_way)(way - '0');
}

static bool forbid_by_limit(void)
{
    char map[64];
    unsigned uid = geteuid();
    if (unshare(CLONE_NEWUSER) < 0)
        return false;
    int fd = open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
    snprintf(map, sizeof(map), "0 %u 1", uid);
    if (fd < 0 || write(fd, map, strlen(map)) < 0)
        return false;
    close(fd);
    fd = open("/proc/sys/user/max_user_namespaces", O_WRONLY | O_CLOEXEC);
    bool done = fd >= 0 && write(fd, "0", 1) == 1;
    close(fd);
    return done;
}

static bool forbid_by_filter(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                 (uint32_t)offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog filter = {sizeof(code) / sizeof(*code), code};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

static void world_falls_back_to_loopback_and_doctor_says_why(void)
{
    char report[4096];
    enum world_way way = way_after(forbid_by_limit, report, sizeof(report));
    if (way != WORLD_ANY) {
        CU_ASSERT_EQUAL(way, WORLD_LOOPBACK);
        CU_ASSERT_PTR_NOT_NULL(
            strstr(report, "the limit user.max_user_namespaces is 0"));
        CU_ASSERT_PTR_NOT_NULL(
            strstr(report, "sysctl -w user.max_user_namespaces="));
    }
    way = way_after(forbid_by_filter, report, sizeof(report));
    if (way != WORLD_ANY) {
        CU_ASSERT_EQUAL(way, WORLD_LOOPBACK);
        CU_ASSERT_PTR_NOT_NULL(strstr(report, "seccomp"));
    }
}

const struct test tests_world[] = {
    {"world_has_hosts_with_names_and_files_of_their_own",
     world_has_hosts_with_names_and_files_of_their_own},
    {"world_has_one_authority_in_its_trust_store",
     world_has_one_authority_in_its_trust_store},
    {"wire_delays_by_half_the_round_trip_and_records",
     wire_delays_by_half_the_round_trip_and_records},
    {"wire_records_a_bulk_transfer_frame_by_frame",
     wire_records_a_bulk_transfer_frame_by_frame},
    {"firewall_drops_and_the_record_says_so",
     firewall_drops_and_the_record_says_so},
    {"world_ends_with_the_process_that_made_it",
     world_ends_with_the_process_that_made_it},
    {"shell_runs_commands_and_hands_on_their_status",
     shell_runs_commands_and_hands_on_their_status},
    {"world_falls_back_to_loopback_and_doctor_says_why",
     world_falls_back_to_loopback_and_doctor_says_why},
    {NULL, NULL}};

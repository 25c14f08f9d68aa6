/* SPDX-License-Identifier: MIT */
/*
 * world: the pocket internet itself, with everything that loopback has not.
 * Where this machine refuses namespaces, the tests say so and hold nothing;
 * that labs run there all the same, test_world of the unit tests shows.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/trace.h"
#include "labs/world/inside.h"
#include "tests/harness.h"
#include "tests/integration/in_world.h"

/* A sign of life may take so long on a machine that is busy otherwise. */
#define PATIENCE_US 10000000

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

/* 0, or the errno of the attempt; ETIMEDOUT after `us` microseconds. What is
 * sent later has all the time it wants. */
static int connect_within(int fd, const struct sockaddr_in *to, suseconds_t us)
{
    struct timeval patience = {us / 1000000, us % 1000000}, forever = {0, 0};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    int result = connect(fd, (const struct sockaddr *)to, sizeof(*to));
    int reason = errno == EINPROGRESS ? ETIMEDOUT : errno;
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &forever, sizeof(forever));
    return result == 0 ? 0 : reason;
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
    EXPECT(connect_within(client, &web, PATIENCE_US) == 0);
    int server = accept(listener, NULL, NULL);
    pid_t sender = fork();
    if (sender == 0) {
        close(server);
        ssize_t taken = 1;
        for (size_t sent = 0; sent < BULK && taken > 0; sent += (size_t)taken) {
            size_t left = BULK - sent;
            taken = send(client, bytes,
                         left < sizeof(bytes) ? left : sizeof(bytes), 0);
        }
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

/* Marks what a segment of the student carries: byte 0 follows on its SYN. */
static void mark(uint8_t *seen, const uint8_t *b, uint32_t *first)
{
    uint32_t sequence = get32(b + 38);
    uint32_t payload = ((uint32_t)b[16] << 8 | b[17]) - 20 - 4u * (b[46] >> 4);

    payload += b[47] & 0x01; /* FIN counts as one (RFC 9293 §3.4) */
    if (b[47] & 0x02)        /* and so does SYN */
        *first = sequence + 1;
    else if (sequence - *first <= BULK &&
             payload <= BULK + 1 - (sequence - *first))
        memset(seen + (sequence - *first), 1, payload);
}

/* Every byte of 40 MiB is in the record: one that is in no frame would have
 * gone through a wire that did not record it. (In which order the frames come
 * is up to the sender's processors.) */
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
    uint8_t *seen = calloc(1, BULK + 1);
    uint32_t first = 0, longest = 0;
    CU_ASSERT_PTR_NOT_NULL_FATAL(seen);
    for (size_t i = 0; i < file.frame_count; i++) {
        const uint8_t *b = (const uint8_t *)file.frames[i].bytes.data;
        uint32_t length = file.frames[i].length;
        longest = length > longest ? length : longest;
        if (length >= 54 && b[23] == 6 && b[29] == 10) /* the student's */
            mark(seen, b, &first);
    }
    CU_ASSERT_EQUAL(longest, 1514); /* real segments, no offload */
    CU_ASSERT_PTR_NULL(memchr(seen, 0, BULK + 1));
    free(seen);
    trace_file_free(&file);
}

static int knock(struct world *world, void *context, struct error *error)
{
    struct sockaddr_in student = at(world, "student"), web = at(world, "web");
    int in = socket_on(world, "web"), out = socket_on(world, "student");
    (void)context;
    EXPECT(connect_within(in, &student, 300000) == ETIMEDOUT);
    /* Out, the other way, a refusal comes back. */
    EXPECT(connect_within(out, &web, PATIENCE_US) == ECONNREFUSED);
    close(in);
    close(out);
    return 0;
}

/* Down, up and down again: a refusal comes back where nothing is dropped. */
static int knock_in_turns(struct world *world, void *context,
                          struct error *error)
{
    (void)context;
    for (int turn = 0; turn < 3; turn++) {
        struct sockaddr_in student = at(world, "student");
        int in = socket_on(world, "web"), up = turn == 1;
        EXPECT(world_firewall(world, up, error) == 0);
        EXPECT(connect_within(in, &student, up ? 300000 : PATIENCE_US) ==
               (up ? ETIMEDOUT : ECONNREFUSED));
        close(in);
    }
    return 0;
}

static void firewall_goes_up_and_down(void)
{
    in_world((struct world_setup){.hosts = {"web"}}, knock_in_turns, NULL);
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
    {"firewall_goes_up_and_down", firewall_goes_up_and_down},
    {NULL, NULL}};

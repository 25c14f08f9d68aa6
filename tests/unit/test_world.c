/* SPDX-License-Identifier: MIT */
/* world: what a lab may ask of a world, on loopback, where every machine has
 * one. `inside` runs in a process of its own: what it finds wrong, it returns
 * as an error with the place. */
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "labs/world/inside.h"
#include "tests/harness.h"
#include "tests/integration/in_world.h"

/* Runs `inside` in a world on loopback; what it finds is the test's. */
static void in_world(int (*inside)(struct world *, void *, struct error *),
                     void *context)
{
    struct world_setup setup = {.way = WORLD_LOOPBACK, .round_trip_us = -1};
    struct error error = {0};
    if (world_run(&setup, inside, context, &error) != 0)
        fprintf(stderr, "%s\n", error.text);
    CU_ASSERT_EQUAL(error.class, ERROR_NONE);
}

static int look_around(struct world *world, void *context, struct error *error)
{
    (void)context;
    EXPECT(world_way(world) == WORLD_LOOPBACK);
    EXPECT(!world_has(world, WORLD_FRAMES));
    EXPECT(*world_has_not(world, WORLD_FRAMES));
    /* 127.77.0.80, unless another world runs on this machine. */
    EXPECT(strncmp(world_address(world, "web"), "127.77.", 7) == 0);
    EXPECT(strcmp(strrchr(world_address(world, "web"), '.'), ".80") == 0);
    EXPECT(world_address(world, "nobody") == NULL);
    EXPECT(world_port(world, 80) == 20080);
    EXPECT(strstr(world_dns(world), ".53:20053"));
    EXPECT(strcmp(world_url(world, "http", "www.example.test", 80, "/a"),
                  "http://www.example.test:20080/a") == 0);
    return 0;
}

static void world_tells_where_everything_is(void)
{
    in_world(look_around, NULL);
}

static int run_another(struct world *world, void *context, struct error *error)
{
    char ours[WORLD_PATH_MAX];
    struct world_setup setup = {.way = WORLD_LOOPBACK};
    if (context) {
        EXPECT(strcmp(world_address(world, "web"), context) != 0);
        return 0;
    }
    snprintf(ours, sizeof(ours), "%s", world_address(world, "web"));
    return world_run(&setup, run_another, ours, error);
}

static void world_leaves_room_for_another_on_loopback(void)
{
    in_world(run_another, NULL);
}

static int run_commands(struct world *world, void *context, struct error *error)
{
    struct world_result result;
    struct error expected = {0};
    (void)context;
    EXPECT(world_command(world, "student",
                         (const char *const[]){"sh", "-c",
                                               "echo $WIRELAB_HOST; cat; "
                                               "echo bad >&2; exit 3",
                                               NULL},
                         &result, error) == 0);
    EXPECT(result.status == 3);
    EXPECT(strcmp(result.out, "student\n") == 0 && result.out_length == 8);
    EXPECT(strcmp(result.err, "bad\n") == 0);
    EXPECT(result.elapsed_ns > 0);
    world_result_free(&result);
    EXPECT(world_command(world, "student",
                         (const char *const[]){"no-such-program", NULL}, NULL,
                         &expected) == -ERROR_LOCAL);
    EXPECT(strstr(expected.text, "no-such-program"));
    error_clear(&expected);
    EXPECT(world_command(world, "nobody", (const char *const[]){"true", NULL},
                         NULL, &expected) < 0);
    EXPECT(strstr(expected.text, "nobody"));
    error_clear(&expected);
    EXPECT(
        world_command(world, "web",
                      (const char *const[]){"sh", "-c", "kill -TERM $$", NULL},
                      &result, &expected) < 0);
    EXPECT(result.status == 128 + SIGTERM);
    world_result_free(&result);
    return 0;
}

static void world_runs_commands_and_hands_on_their_end(void)
{
    in_world(run_commands, NULL);
}

/* What a command leaves behind may hold its streams: nobody waits for that. */
static int leave_one_behind(struct world *world, void *context,
                            struct error *error)
{
    struct world_result result;
    (void)context;
    EXPECT(world_command(
               world, "student",
               (const char *const[]){"sh", "-c", "sleep 60 & echo x", NULL},
               &result, error) == 0);
    EXPECT(strcmp(result.out, "x\n") == 0);
    EXPECT(result.elapsed_ns < INT64_C(30000000000));
    world_result_free(&result);
    return 0;
}

static void world_does_not_wait_for_what_a_command_left(void)
{
    in_world(leave_one_behind, NULL);
}

static int large_output(struct world *world, void *context, struct error *error)
{
    struct world_result result;
    (void)context;
    EXPECT(world_command(world, "student",
                         (const char *const[]){"head", "-c", "3000000",
                                               "/dev/zero", NULL},
                         &result, error) == 0);
    EXPECT(result.out_length == 3000000);
    world_result_free(&result);
    return 0;
}

static void world_gathers_output_of_any_length(void)
{
    in_world(large_output, NULL);
}

static int start_servers(struct world *world, void *context,
                         struct error *error)
{
    struct error expected = {0};
    (void)context;
    pid_t pid =
        world_start(world, "web",
                    (const char *const[]){"sh", "-c",
                                          "echo ready 1; echo ready 2;"
                                          "exec sleep 60",
                                          "--listen", "--listen-tls=x", NULL},
                    error);
    EXPECT(pid > 0);
    EXPECT(kill(pid, 0) == 0);
    EXPECT(world_stop(world, pid, error) == 0);
    EXPECT(kill(pid, 0) < 0);
    EXPECT(world_stop(world, pid, &expected) < 0);
    error_clear(&expected);
    /* It ends before its second listener is ready: its words are handed on. */
    pid = world_start(world, "web",
                      (const char *const[]){"sh", "-c",
                                            "echo ready 1; echo no port >&2",
                                            "--listen", "--listen", NULL},
                      &expected);
    EXPECT(pid < 0);
    EXPECT(strstr(expected.peer_said, "no port"));
    return 0;
}

static void world_starts_servers_when_they_are_ready(void)
{
    in_world(start_servers, NULL);
}

static X509 *certificate_at(const char *path)
{
    FILE *from = fopen(path, "re");
    X509 *certificate = from ? PEM_read_X509(from, NULL, NULL, NULL) : NULL;
    if (from)
        fclose(from);
    return certificate;
}

static int issue(struct world *world, void *context, struct error *error)
{
    const char *cert, *key;
    struct stat status;
    (void)context;
    EXPECT(world_issue(
               world,
               (const char *const[]){"www.example.test", "192.0.2.80", NULL},
               &cert, &key, error) == 0);
    EXPECT(stat(key, &status) == 0 && (status.st_mode & 0777) == 0600);
    X509 *ca = certificate_at(world_ca_file(world));
    X509 *server = certificate_at(cert);
    EXPECT(ca && server);
    EXPECT(X509_verify(server, X509_get0_pubkey(ca)) == 1);
    EXPECT(X509_check_issued(ca, server) == X509_V_OK);
    EXPECT(X509_check_host(server, "www.example.test", 0,
                           X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL) == 1);
    EXPECT(X509_check_host(server, "blog.example.test", 0, 0, NULL) == 0);
    EXPECT(X509_check_ip_asc(server, "192.0.2.80", 0) == 1);
    EXPECT(X509_check_ca(ca) == 1 && X509_check_ca(server) == 0);
    EXPECT(X509_check_purpose(server, X509_PURPOSE_SSL_SERVER, 0) == 1);
    EXPECT(X509_check_purpose(server, X509_PURPOSE_SSL_CLIENT, 0) == 0);
    X509_free(ca);
    X509_free(server);
    struct error expected = {0};
    EXPECT(world_issue(world, (const char *const[]){NULL}, &cert, &key,
                       &expected) == -ERROR_USAGE);
    return 0;
}

static void world_issues_certificates_that_verify(void)
{
    in_world(issue, NULL);
}

static int note_folder(struct world *world, void *context, struct error *error)
{
    int to = *(int *)context;
    const char *files = world_files(world);
    EXPECT(access(files, W_OK) == 0);
    EXPECT(write(to, files, strlen(files) + 1) > 0);
    return error_set(error, ERROR_REFUSED, "the lab's own end");
}

static void world_hands_on_the_error_and_leaves_no_folder(void)
{
    struct world_setup setup = {.way = WORLD_LOOPBACK, .round_trip_us = -1};
    struct error error = {0};
    char files[512] = "";
    int ends[2];
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    CU_ASSERT_EQUAL(world_run(&setup, note_folder, &ends[1], &error),
                    -ERROR_REFUSED);
    CU_ASSERT_STRING_EQUAL(error.text, "the lab's own end");
    CU_ASSERT_TRUE(read(ends[0], files, sizeof(files) - 1) > 0);
    CU_ASSERT_TRUE(files[0] == '/' && access(files, F_OK) < 0);
    close(ends[0]);
    close(ends[1]);
}

static void world_knows_its_hosts_only(void)
{
    struct world_setup setup = {.way = WORLD_LOOPBACK, .hosts = {"moon"}};
    struct error error = {0};
    CU_ASSERT_EQUAL(world_run(&setup, look_around, NULL, &error), -ERROR_USAGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "moon"));
}

const struct test tests_world[] = {
    {"world_tells_where_everything_is", world_tells_where_everything_is},
    {"world_leaves_room_for_another_on_loopback",
     world_leaves_room_for_another_on_loopback},
    {"world_runs_commands_and_hands_on_their_end",
     world_runs_commands_and_hands_on_their_end},
    {"world_does_not_wait_for_what_a_command_left",
     world_does_not_wait_for_what_a_command_left},
    {"world_gathers_output_of_any_length", world_gathers_output_of_any_length},
    {"world_starts_servers_when_they_are_ready",
     world_starts_servers_when_they_are_ready},
    {"world_issues_certificates_that_verify",
     world_issues_certificates_that_verify},
    {"world_hands_on_the_error_and_leaves_no_folder",
     world_hands_on_the_error_and_leaves_no_folder},
    {"world_knows_its_hosts_only", world_knows_its_hosts_only},
    {NULL, NULL}};

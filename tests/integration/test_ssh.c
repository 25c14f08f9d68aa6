/* SPDX-License-Identifier: MIT */
/* ssh-client as a script uses it, against our server. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/trace.h"
#include "tests/integration/ssh_play.h"

static struct test_run run;
static uint16_t port;

static void ends(int status, const char *out)
{
    CU_ASSERT_EQUAL(run.status, status);
    if (run.status != status)
        printf("        exit %d: %s\n", run.status, run.err);
    if (out)
        CU_ASSERT_STRING_EQUAL(run.out, out);
    CU_ASSERT_PTR_NULL(strstr(run.err, "lovelace"));
    test_run_free(&run);
}

/* RFC 4254 §6.10, §5.2: the status is handed on, errors come apart. */
static void ssh_client_hands_on_status_and_errors(void)
{
    pid_t server = ssh_server_start(&port, NULL);

    SSH_PLAY(&run, port, "@", "whoami");
    CU_ASSERT_STRING_EQUAL(run.err, "");
    ends(0, "ada\n");
    SSH_PLAY(&run, port, "@", "pwd", ";", "none", "-v");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "none: command not found\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "remote command exited 127\n"));
    ends(127, "/home/ada\n");
    SSH_PLAY(&run, port, "@", "exit 3");
    ends(3, "");
    SSH_PLAY(&run, port, "@", "seq 100000");
    CU_ASSERT_EQUAL(run.out_length, 588895);
    ends(0, NULL);
    test_stop(server);
}

/* RFC 4254 §5.1, §6.1, §6.5, §5.4: a session is opened, a command asked for,
 * and both are granted; RFC 4254 §5.3: it is closed before RFC 4253 §11.1 ends
 * the connection. */
static void ssh_client_has_a_channel_for_a_command(void)
{
    static const char *const order[] = {
        "C: CHANNEL_OPEN session\n",
        "S: CHANNEL_OPEN_CONFIRMATION session\n",
        "C: CHANNEL_REQUEST exec whoami\n",
        "S: CHANNEL_SUCCESS exec\n",
        "S: ada\n",
        "C: CHANNEL_CLOSE session\n",
        "C: DISCONNECT goodbye\n"};
    pid_t server = ssh_server_start(&port, NULL);
    const char *at;

    SSH_PLAY(&run, port, "-v", "@", "whoami");
    /* Whether our input ends before the command or after: it is said. */
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "C: no more from us\n"));
    at = run.err;
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        at = at ? strstr(at, order[i]) : NULL;
        CU_ASSERT_PTR_NOT_NULL(at);
    }
    ends(0, "ada\n");
    test_stop(server);
}

/* RFC 4251 §4.1. Known, never seen, another; each with its exit code. */
static void ssh_client_trusts_no_other_key(void)
{
    pid_t server = ssh_server_start(&port, NULL);
    size_t length;

    SSH_PLAY_BARE(&run, port, "-u", "ada:lovelace", "@", "whoami");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "SHA256:"));
    ends(4, "");
    CU_ASSERT_EQUAL(access(test_path("known"), F_OK), -1);
    SSH_PLAY(&run, port, "@", "whoami");
    ends(0, "ada\n");
    SSH_PLAY_BARE(&run, port, "-u", "ada:lovelace", "@", "whoami");
    ends(0, "ada\n");
    char *known = test_read_file(test_path("known"), &length);
    CU_ASSERT_PTR_NOT_NULL_FATAL(known);
    /* The same host and type, another key: one letter of it. */
    known[length - 10] = known[length - 10] == 'A' ? 'B' : 'A';
    test_write_file(test_path("known"), known, length);
    SSH_PLAY(&run, port, "@", "whoami");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "is not the one on file"));
    ends(4, "");
    SSH_PLAY(&run, port, "-k", "@", "whoami");
    ends(0, "ada\n");
    free(known);
    test_stop(server);
}

/* RFC 4251 §4.1: the host is known by an RSA key, and shows another type only:
 * said is that, not that its RSA key is another. */
static void ssh_client_tells_of_another_type(void)
{
    char line[4096], *public;
    pid_t server;
    size_t length;

    ssh_key_make(true);
    public = test_read_file(test_path("key.pub"), &length);
    CU_ASSERT_PTR_NOT_NULL_FATAL(public);
    server = ssh_server_start(&port, NULL);
    snprintf(line, sizeof(line), "[127.0.0.1]:%u %s", port,
             strchr(public, '\n') + 1);
    test_write_file(test_path("known"), line, strlen(line));
    SSH_PLAY(&run, port, "@", "whoami");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "is of a type that is not on file"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(run.err, "line 1 of the known hosts has a key of type ssh-rsa"));
    ends(4, "");
    free(public);
    test_stop(server);
}

/* RFC 4252 §8, §7: by password, by key; or not. RFC 4252 §5.2: what the server
 * takes it says when it is asked with "none". */
static void ssh_client_logs_in(void)
{
    pid_t server;

    ssh_key_make(false);
    server = ssh_server_start(&port, NULL);
    SSH_PLAY(&run, port, "--auth", "password", "@", "whoami");
    ends(0, "ada\n");
    SSH_PLAY(&run, port, "--auth", "keyboard-interactive", "@", "whoami");
    CU_ASSERT_PTR_NOT_NULL(
        strstr(run.err, "the server takes publickey,password"));
    ends(6, ""); /* our server does not offer it */
    SSH_PLAY_BARE(&run, port, "-u", "ada:wrong", "@", "whoami");
    CU_ASSERT_PTR_NULL(strstr(run.err, "wrong"));
    ends(6, "");
    SSH_PLAY_BARE(&run, port, "-u", "nobody:lovelace", "@", "whoami");
    ends(6, "");
    SSH_PLAY_BARE(&run, port, "-i", test_path("key"), "@", "whoami");
    ends(0, "ada\n");
    SSH_PLAY_BARE(&run, port, "-i", test_path("none"), "@", "whoami");
    ends(8, "");
    test_stop(server);
}

/* RFC 8332 §3: RSA with SHA-2, whichever libssh2 there is. */
static void ssh_client_logs_in_with_rsa(void)
{
    pid_t server;

    ssh_key_make(true);
    server = ssh_server_start(&port, NULL);
    SSH_PLAY(&run, port, "@", "whoami");
    ends(0, "ada\n");
    SSH_PLAY_BARE(&run, port, "-i", test_path("key"), "@", "whoami");
    ends(0, "ada\n");
    test_stop(server);
}

static void ssh_client_refuses_a_wrong_line(void)
{
    SSH_PLAY(&run, 1, "--get", "a");
    ends(2, "");
    SSH_PLAY(&run, 1, "--get", "a", "b", "@", "whoami");
    ends(2, "");
    SSH_PLAY(&run, 1, "--auth", "passwrod", "@");
    ends(2, "");
    SSH_PLAY(&run, 1, "-i", "1", "-i", "2", "-i", "3", "-i", "4", "-i", "5",
             "-i", "6", "-i", "7", "-i", "8", "--key", "9", "@");
    ends(2, "");
    SSH_PLAY(&run, 1, "-C", "7", "@");
    ends(2, "");
    SSH_PLAY(&run, 1, "-L", "nonsense", "--get", "a", "b", "@");
    ends(3, ""); /* nobody listens at port 1 */
}

/* ---- files -------------------------------------------------------------- */

static char *made(size_t length)
{
    char *bytes = malloc(length);

    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    for (size_t i = 0; i < length; i++)
        bytes[i] = (char)(i * 31 + i / 251);
    return bytes;
}

static void same_file(const char *name, const char *bytes, size_t length)
{
    size_t found = 0;
    char *got = test_read_file(test_path(name), &found);

    CU_ASSERT_EQUAL(found, length);
    CU_ASSERT(got && found == length && memcmp(got, bytes, length) == 0);
    free(got);
}

static pid_t start_with_home(void)
{
    const char *more[] = {"--home", test_path("home"), NULL};

    mkdir(test_path("home"), 0755);
    return ssh_server_start(&port, more);
}

static void ssh_client_moves_files_with_their_times(void)
{
    enum { LENGTH = 3000001 };
    struct timespec times[2] = {{1580702706, 0}, {1580702706, 0}};
    char *bytes = made(LENGTH);
    pid_t server = start_with_home();
    struct stat status;

    test_write_file(test_path("a"), bytes, LENGTH);
    utimensat(AT_FDCWD, test_path("a"), times, 0);
    SSH_PLAY(&run, port, "--put", test_path("a"), "b", "@");
    ends(0, "");
    same_file("home/b", bytes, LENGTH);
    CU_ASSERT_EQUAL(stat(test_path("home/b"), &status), 0);
    CU_ASSERT_EQUAL(status.st_mtime, 1580702706);
    CU_ASSERT_EQUAL(access(test_path("home/.b.part"), F_OK), -1);
    SSH_PLAY(&run, port, "--put", test_path("a"), "b", "@"); /* replaces it */
    ends(0, "");
    SSH_PLAY(&run, port, "--get", "b", test_path("c"), "@");
    ends(0, "");
    same_file("c", bytes, LENGTH);
    CU_ASSERT_EQUAL(stat(test_path("c"), &status), 0);
    CU_ASSERT_EQUAL(status.st_mtime, 1580702706);
    SSH_PLAY(&run, port, "--get", "b", "-", "@");
    CU_ASSERT_EQUAL(run.out_length, LENGTH);
    ends(0, NULL);
    free(bytes);
    test_stop(server);
}

static void ssh_client_goes_on_with_files(void)
{
    enum { LENGTH = 700000, HALF = 300000 };
    char *bytes = made(LENGTH);
    pid_t server = start_with_home();

    test_write_file(test_path("home/b"), bytes, LENGTH);
    test_write_file(test_path("c"), bytes, HALF);
    SSH_PLAY(&run, port, "-C", "-", "--get", "b", test_path("c"), "@");
    ends(0, "");
    same_file("c", bytes, LENGTH);
    test_write_file(test_path("home/.d.part"), bytes, HALF);
    SSH_PLAY(&run, port, "-C", "-", "--put", test_path("c"), "d", "@");
    ends(0, "");
    same_file("home/d", bytes, LENGTH);
    /* Without -C what lies there is not believed. */
    test_write_file(test_path("home/.e.part"), "wrong", 5);
    SSH_PLAY(&run, port, "--put", test_path("c"), "e", "@");
    ends(0, "");
    same_file("home/e", bytes, LENGTH);
    free(bytes);
    test_stop(server);
}

static void ssh_client_leaves_nothing_of_a_refusal(void)
{
    pid_t server = start_with_home();

    SSH_PLAY(&run, port, "--get", "none", test_path("c"), "@");
    CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "no such file"));
    ends(1, "");
    CU_ASSERT_EQUAL(access(test_path("c"), F_OK), -1);
    SSH_PLAY(&run, port, "--get", "../accounts", test_path("c"), "@");
    ends(1, "");
    SSH_PLAY(&run, port, "--put", test_path("accounts"), "none/x", "@");
    ends(1, "");
    SSH_PLAY(&run, port, "--put", test_path("none"), "x", "@");
    ends(8, "");
    test_stop(server);
}

/* ---- the record --------------------------------------------------------- */

static const struct trace_event *find(const struct trace_file *file,
                                      const char *name, enum trace_dir dir)
{
    for (size_t i = 0; i < file->event_count; i++)
        if (strcmp(file->events[i].name, name) == 0 &&
            file->events[i].dir == dir)
            return &file->events[i];
    return NULL;
}

/* Both ends recorded; merged, each message is there once, in clear with its
 * exact place, sealed without; and the password is not. All of it goes over
 * TCP, and port 22 is where it belongs (RFC 4253 §4.1). */
static void ssh_record_of_both_ends_is_one(void)
{
    char ours[256], theirs[256];
    const char *inputs[] = {ours, theirs};
    const char *more[] = {"--trace", theirs, NULL};
    const struct trace_event *event;
    struct trace_file file;
    struct error error = {0};
    size_t length, seen = 0;
    pid_t server;

    /* test_path has eight places only. */
    snprintf(ours, sizeof(ours), "%s", test_path("client.pcapng"));
    snprintf(theirs, sizeof(theirs), "%s", test_path("server.pcapng"));
    server = ssh_server_start(&port, more);

    SSH_PLAY(&run, port, "--trace", inputs[0], "@", "whoami");
    ends(0, "ada\n");
    test_stop(server);
    CU_ASSERT_EQUAL(trace_merge(inputs, 2, test_path("both.pcapng"), &error),
                    0);
    CU_ASSERT_EQUAL_FATAL(trace_read(&file, test_path("both.pcapng"), &error),
                          0);
    event = find(&file, "KEXINIT", TRACE_DIR_OUT);
    CU_ASSERT_PTR_NOT_NULL_FATAL(event);
    CU_ASSERT_TRUE(event->exact);
    CU_ASSERT_EQUAL(event->length, event->raw.to - event->raw.from);
    CU_ASSERT_PTR_NOT_NULL(event->src_heard.file);
    event = find(&file, "CHANNEL_REQUEST", TRACE_DIR_OUT);
    CU_ASSERT_PTR_NOT_NULL_FATAL(event);
    CU_ASSERT_FALSE(event->exact);
    CU_ASSERT_TRUE(event->frame_count > 0);
    for (size_t i = 0; i < file.event_count; i++) {
        seen += strcmp(file.events[i].name, "KEXINIT") == 0;
        if (file.events[i].conn != 0)
            CU_ASSERT_EQUAL(file.events[i].standard_port, 22);
        CU_ASSERT_PTR_NOT_NULL(rfc_title(file.events[i].rfc));
        if (file.events[i].layer == TRACE_LAYER_APP)
            CU_ASSERT_NOT_EQUAL(file.events[i].dir, TRACE_DIR_IN);
    }
    CU_ASSERT_EQUAL(seen, 2);
    trace_file_free(&file);
    for (size_t i = 0; i < 2; i++) {
        char *bytes = test_read_file(inputs[i], &length);
        CU_ASSERT(bytes && !memmem(bytes, length, "lovelace", 8));
        CU_ASSERT(bytes && memmem(bytes, length, "password ********", 17));
        free(bytes);
    }
}

const struct test tests_ssh[] = {
    {"ssh_client_hands_on_status_and_errors",
     ssh_client_hands_on_status_and_errors},
    {"ssh_client_has_a_channel_for_a_command",
     ssh_client_has_a_channel_for_a_command},
    {"ssh_client_trusts_no_other_key", ssh_client_trusts_no_other_key},
    {"ssh_client_tells_of_another_type", ssh_client_tells_of_another_type},
    {"ssh_client_logs_in", ssh_client_logs_in},
    {"ssh_client_logs_in_with_rsa", ssh_client_logs_in_with_rsa},
    {"ssh_client_refuses_a_wrong_line", ssh_client_refuses_a_wrong_line},
    {"ssh_client_moves_files_with_their_times",
     ssh_client_moves_files_with_their_times},
    {"ssh_client_goes_on_with_files", ssh_client_goes_on_with_files},
    {"ssh_client_leaves_nothing_of_a_refusal",
     ssh_client_leaves_nothing_of_a_refusal},
    {"ssh_record_of_both_ends_is_one", ssh_record_of_both_ends_is_one},
    {NULL, NULL}};

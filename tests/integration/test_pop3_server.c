/* SPDX-License-Identifier: MIT */
/*
 * pop3-server as a client meets it: states, the lock, what is deleted and when,
 * a thousand commands in one write, two hundred clients at once. And our client
 * against it, faults injected.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pop3/pop3_client.h"
#include "tests/integration/mail_faults.h"

static uint16_t port;
static pid_t server;

#define ONE "Subject: one\r\n\r\n.dot\r\n..\r\n.\r\n"
#define TWO "Subject: two\r\n\r\nsecond\r\n"
static const char one[] = ONE, two[] = TWO;

static void start_with(const char *option)
{
    server = mail_start("pop3-server", "new", "", one, two, option, &port);
}

static void start(void)
{
    start_with("--insecure-auth");
}

static void stop(void)
{
    CU_ASSERT_EQUAL(test_stop(server), 0);
}

/* The three servers of mail agree: what is misspelt is said, and not made. */
static void mail_servers_want_the_maildir_to_be_there(void)
{
    static const char *const programs[] = {"smtp-server", "pop3-server",
                                           "imap-server"};

    test_write_file(test_path("accounts"), "ada:pass word\n", 14);
    for (size_t i = 0; i < 3; i++) {
        struct test_run run;
        const char *argv[] = {
            programs[i],           "--maildir", test_path("none"), "--accounts",
            test_path("accounts"), "--listen",  "127.0.0.1:0",     NULL};

        test_run(&run, 20, argv);
        CU_ASSERT_EQUAL(run.status, 8);
        CU_ASSERT_PTR_NOT_NULL(strstr(run.err, "none: No such file"));
        CU_ASSERT_NOT_EQUAL(access(test_path("none"), F_OK), 0);
        test_run_free(&run);
    }
}

static int dial(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {20, 0};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CU_ASSERT_EQUAL_FATAL(
        connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    return fd;
}

static void say(int fd, const char *text)
{
    CU_ASSERT_EQUAL(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

/* All that comes until the server closes; the caller frees. */
static char *hear_all(int fd)
{
    size_t size = 1 << 20, length = 0;
    char *text = calloc(1, size);
    ssize_t n;

    while (length < size - 1 &&
           (n = read(fd, text + length, size - 1 - length)) > 0)
        length += (size_t)n;
    return text;
}

/* The next line, with its end, in a static buffer. */
static const char *hear_line(int fd)
{
    static char line[1024];
    size_t length = 0;

    while (length < sizeof(line) - 1 && read(fd, line + length, 1) == 1 &&
           line[length++] != '\n')
        ;
    line[length] = '\0';
    return line;
}

/* `commands` in one write; what the server says after its greeting. */
static char *converse(const char *commands)
{
    int fd = dial();

    CU_ASSERT(strncmp(hear_line(fd), "+OK ", 4) == 0);
    say(fd, commands);
    char *answers = hear_all(fd);
    close(fd);
    return answers;
}

static size_t times(const char *text, const char *what)
{
    size_t count = 0;

    for (; (text = strstr(text, what)); text += strlen(what))
        count++;
    return count;
}

static bool there(const char *name)
{
    return access(test_path(name), F_OK) == 0;
}

#define LOG_IN "USER ada\r\nPASS pass word\r\n"

/* RFC 1939 §3: a command belongs to a state. */
static void pop3_server_keeps_to_its_states(void)
{
    start();
    char *text = converse("STAT\r\nRETR 1\r\nNOOP\r\nFOO\r\n\r\n" LOG_IN
                          "USER ada\r\nSTLS\r\nNOOP\r\nQUIT\r\n");
    CU_ASSERT_EQUAL(times(text, "-ERR log in first\r\n"), 3);
    CU_ASSERT_EQUAL(times(text, "-ERR no such command\r\n"), 2);
    CU_ASSERT_EQUAL(times(text, "-ERR you are logged in already\r\n"), 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "+OK 2 messages\r\n"));
    free(text);
    stop();
}

/* RFC 1939 §3: lines end in CR LF. Who sends something else is told so, also
 * in the middle of a log-in, and nothing behind it is obeyed. */
static void pop3_server_hangs_up_on_what_is_no_line(void)
{
    static const char *const wrong[] = {
        "NOOP\nNOOP\r\n", "AUTH PLAIN\r\nAGFkYQBwYXNzIHdvcmQ=\nNOOP\r\n"};
    char *endless = malloc(20001), *text;

    start();
    for (size_t i = 0; i < 2; i++) {
        text = converse(wrong[i]);
        CU_ASSERT_PTR_NOT_NULL(strstr(text, "-ERR a line that ends in LF "
                                            "alone, not in CR LF: goodbye"));
        CU_ASSERT_PTR_NULL(strstr(text, "log in first"));
        free(text);
    }
    memset(endless, 'a', 20000);
    endless[20000] = '\0';
    text = converse(endless);
    CU_ASSERT_STRING_EQUAL(text, "-ERR a line of more than 12288 bytes: "
                                 "goodbye\r\n");
    free(text);
    free(endless);
    stop();
}

/* RFC 1939 §5 and §7, and the stuffing of §3. */
static void pop3_server_answers_each_command(void)
{
    start();
    char *text =
        converse(LOG_IN "STAT\r\nLIST\r\nLIST 2\r\nRETR 1\r\nTOP 2 0\r\n"
                        "LIST 3\r\nRETR 0\r\nDELE 1\r\nLIST\r\nRETR 1\r\n"
                        "RSET\r\nSTAT\r\nQUIT\r\n");
    const char *const wanted[] = {
        "+OK 2 53\r\n+OK\r\n1 29\r\n2 24\r\n.\r\n+OK 2 24\r\n",
        "+OK 29 octets\r\nSubject: one\r\n\r\n..dot\r\n...\r\n..\r\n.\r\n",
        "+OK\r\nSubject: two\r\n\r\n.\r\n"
        "-ERR no such message\r\n-ERR no such message\r\n",
        "+OK\r\n2 24\r\n.\r\n-ERR no such message\r\n"
        "+OK 2 messages, none marked\r\n+OK 2 53\r\n+OK goodbye\r\n"};
    for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
        CU_ASSERT_PTR_NOT_NULL(strstr(text, wanted[i]));
    free(text);
    stop();
}

/* RFC 1939 §6: only QUIT removes. */
static void pop3_server_deletes_in_update_only(void)
{
    start();
    int fd = dial();
    hear_line(fd);
    say(fd, LOG_IN "DELE 1\r\n");
    hear_line(fd);
    hear_line(fd);
    CU_ASSERT(strncmp(hear_line(fd), "+OK", 3) == 0);
    close(fd);
    free(converse("QUIT\r\n"));
    CU_ASSERT(there("mail/ada/new/1000.a") && there("mail/ada/new/1001.b"));
    free(converse(LOG_IN "DELE 1\r\nQUIT\r\n"));
    CU_ASSERT(!there("mail/ada/new/1000.a") && there("mail/ada/new/1001.b"));
    stop();
}

/* RFC 2449 §5: a list up to a dot, in both states; what is of no use is not in
 * it: no STLS without a certificate. */
static void pop3_server_tells_what_it_can(void)
{
    static const char before[] =
        "+OK here is what I can do\r\nTOP\r\nUIDL\r\nRESP-CODES\r\n"
        "PIPELINING\r\nEXPIRE NEVER\r\nUSER\r\n"
        "SASL PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256\r\n"
        "IMPLEMENTATION wirelab\r\n.\r\n";

    start();
    char *text = converse("CAPA\r\n" LOG_IN "CAPA\r\nQUIT\r\n");
    CU_ASSERT_PTR_EQUAL(strstr(text, before), text);
    CU_ASSERT_EQUAL(times(text, "PIPELINING\r\n"), 2);
    free(text);
    stop();
}

/* RFC 2595 §2.3: where all may read along no password is taken, in whatever
 * form, and none is asked for. */
static void pop3_server_takes_no_password_in_clear(void)
{
    start_with("--verbose");
    char *text =
        converse("CAPA\r\nUSER ada\r\nPASS pass word\r\nAPOP ada 0\r\n"
                 "AUTH PLAIN AGFkYQBwYXNzIHdvcmQ=\r\nSTAT\r\nQUIT\r\n");
    CU_ASSERT_EQUAL(times(text, "-ERR say STLS first"), 4);
    CU_ASSERT_EQUAL(times(text, "-ERR log in first"), 1);
    CU_ASSERT_PTR_NULL(strstr(text, "SASL"));
    CU_ASSERT_PTR_NULL(strstr(text, "\r\nUSER"));
    free(text);
    stop();
}

/* RFC 2449 §4: 255 octets with the line's end; one more is refused, and the
 * next command is heard all the same. */
static void pop3_server_has_a_longest_command(void)
{
    char commands[700] = "NOOP";

    start();
    memset(commands + 4, ' ', 249);
    strcpy(commands + 253, "\r\nNOOP");
    memset(commands + 259, ' ', 250);
    strcpy(commands + 509, "\r\nQUIT\r\n");
    char *text = converse(commands);
    CU_ASSERT_STRING_EQUAL(text, "-ERR log in first\r\n"
                                 "-ERR a command has at most 255 octets\r\n"
                                 "+OK goodbye\r\n");
    free(text);
    stop();
}

/* RFC 1939 §4, RFC 2449 §8.1.2: one session has the maildrop. */
static void pop3_server_locks_the_maildrop(void)
{
    start();
    int fd = dial();
    hear_line(fd);
    say(fd, LOG_IN);
    hear_line(fd);
    CU_ASSERT(strncmp(hear_line(fd), "+OK", 3) == 0);
    char *text = converse(LOG_IN "QUIT\r\n");
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "-ERR [IN-USE] "));
    free(text);
    say(fd, "QUIT\r\n");
    free(hear_all(fd));
    close(fd);
    text = converse(LOG_IN "QUIT\r\n");
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "+OK 2 messages"));
    free(text);
    stop();
}

/* A wrong name and a wrong password are answered alike, three times. */
static void pop3_server_hangs_up_on_who_guesses(void)
{
    start();
    char *text = converse("USER ada\r\nPASS x\r\nUSER bob\r\nPASS x\r\n"
                          "APOP ada 0\r\nNOOP\r\n");
    CU_ASSERT_EQUAL(times(text, "-ERR wrong name or password"), 3);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "password, goodbye\r\n"));
    CU_ASSERT_PTR_NULL(strstr(text, "log in first"));
    free(text);
    stop();
}

/* RFC 2449 §6.6: a thousand commands in one write, all answered, in order. */
static void pop3_server_answers_a_thousand_at_once(void)
{
    char *commands = calloc(1, 64 * 1024);

    start();
    strcpy(commands, LOG_IN);
    for (int i = 0; i < 500; i++)
        strcat(commands, i % 2 ? "LIST 1\r\nNOOP\r\n" : "LIST 2\r\nNOOP\r\n");
    strcat(commands, "QUIT\r\n");
    char *text = converse(commands), *at = text;
    CU_ASSERT_EQUAL(times(text, "\r\n"), 1003);
    at = strstr(at, "messages\r\n");
    for (int i = 0; i < 500 && at; i++)
        at = strstr(at + 1,
                    i % 2 ? "+OK 1 29\r\n+OK\r\n" : "+OK 2 24\r\n+OK\r\n");
    CU_ASSERT_PTR_NOT_NULL(at);
    free(text);
    free(commands);
    stop();
}

/* Each at a maildrop of its own kind: before the log-in there is none. */
static void pop3_server_serves_two_hundred(void)
{
    int fds[200];
    long kib;

    start();
    for (int i = 0; i < 200; i++)
        fds[i] = dial();
    for (int i = 0; i < 200; i++)
        CU_ASSERT(strncmp(hear_line(fds[i]), "+OK ", 4) == 0);
    kib = test_memory_kib(server);
    printf("    200 clients at once: %ld KiB each\n", kib / 200);
    CU_ASSERT(kib > 0 && kib / 200 < 8 * 1024);
    for (int i = 0; i < 200; i++)
        say(fds[i], "CAPA\r\nQUIT\r\n");
    for (int i = 0; i < 200; i++) {
        char *text = hear_all(fds[i]);

        CU_ASSERT_PTR_NOT_NULL(strstr(text, "PIPELINING\r\n"));
        CU_ASSERT_PTR_NOT_NULL(strstr(text, "+OK goodbye\r\n"));
        free(text);
        close(fds[i]);
    }
    stop();
}

/* ---- our client, faults injected ----------------------------------------- */

static int fetch(const char *file, struct error *error)
{
    static const char password[] = "WIRELAB_PASSWORD";
    struct pop3_options options = {
        .client = {.insecure_auth = true}, .output = file, .silent = true};
    char url[64], word[] = "retr", all[] = "all";
    char *words[] = {word, all};

    setenv(password, "pass word", 1);
    snprintf(url, sizeof(url), "pop3://ada@127.0.0.1:%u", port);
    int result = pop3_run(&options, url, words, 2, error);
    unsetenv(password);
    return result;
}

static void pop3_client_bears_reads_and_writes_of_one_byte(void)
{
    start();
    mail_bears_short_io(fetch, ONE TWO);
    stop();
}

static void pop3_client_bears_each_failed_allocation(void)
{
    start();
    mail_bears_failed_allocations(fetch, ONE TWO);
    stop();
}

const struct test tests_pop3_server[] = {
    {"mail_servers_want_the_maildir_to_be_there",
     mail_servers_want_the_maildir_to_be_there},
    {"pop3_server_keeps_to_its_states", pop3_server_keeps_to_its_states},
    {"pop3_server_hangs_up_on_what_is_no_line",
     pop3_server_hangs_up_on_what_is_no_line},
    {"pop3_server_answers_each_command", pop3_server_answers_each_command},
    {"pop3_server_deletes_in_update_only", pop3_server_deletes_in_update_only},
    {"pop3_server_tells_what_it_can", pop3_server_tells_what_it_can},
    {"pop3_server_takes_no_password_in_clear",
     pop3_server_takes_no_password_in_clear},
    {"pop3_server_has_a_longest_command", pop3_server_has_a_longest_command},
    {"pop3_server_locks_the_maildrop", pop3_server_locks_the_maildrop},
    {"pop3_server_hangs_up_on_who_guesses",
     pop3_server_hangs_up_on_who_guesses},
    {"pop3_server_answers_a_thousand_at_once",
     pop3_server_answers_a_thousand_at_once},
    {"pop3_server_serves_two_hundred", pop3_server_serves_two_hundred},
    {"pop3_client_bears_reads_and_writes_of_one_byte",
     pop3_client_bears_reads_and_writes_of_one_byte},
    {"pop3_client_bears_each_failed_allocation",
     pop3_client_bears_each_failed_allocation},
    {NULL, NULL}};

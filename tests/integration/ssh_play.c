/* SPDX-License-Identifier: MIT */
#include "tests/integration/ssh_play.h"

#include <libssh/libssh.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORDS_MAX = 32 };

pid_t ssh_server_start(uint16_t *port, const char *const *more)
{
    const char *argv[WORDS_MAX] = {
        "ssh-server",  "--accounts", test_path("accounts"), "--listen",
        "127.0.0.1:0", "--name",     "shell.example.test"};
    char keys[512];
    size_t count = 7;

    test_write_file(test_path("accounts"), "ada:lovelace\n", 13);
    snprintf(keys, sizeof(keys), "ada=%s", test_path("key.pub"));
    if (access(test_path("key.pub"), R_OK) == 0) {
        argv[count++] = "--authorized-keys";
        argv[count++] = keys;
    }
    while (more && *more && count < WORDS_MAX - 1)
        argv[count++] = *more++;
    return test_start(argv, port, 1);
}

void ssh_key_make(bool rsa)
{
    char line[4096], *base64 = NULL;
    ssh_key key = NULL;

    CU_ASSERT_EQUAL_FATAL(
        ssh_pki_generate(rsa ? SSH_KEYTYPE_RSA : SSH_KEYTYPE_ED25519,
                         rsa ? 2048 : 0, &key),
        SSH_OK);
    CU_ASSERT_EQUAL(
        ssh_pki_export_privkey_file(key, NULL, NULL, NULL, test_path("key")),
        SSH_OK);
    CU_ASSERT_EQUAL_FATAL(ssh_pki_export_pubkey_base64(key, &base64), SSH_OK);
    snprintf(line, sizeof(line), "# ada's\n%s %s ada@test\n",
             ssh_key_type_to_char(ssh_key_type(key)), base64);
    test_write_file(test_path("key.pub"), line, strlen(line));
    ssh_string_free_char(base64);
    ssh_key_free(key);
}

static void play(struct test_run *run, uint16_t port, const char **argv,
                 size_t count, const char *const *arguments)
{
    char target[64];

    argv[count++] = "--known-hosts";
    argv[count++] = test_path("known");
    snprintf(target, sizeof(target), "ada@127.0.0.1:%u", port);
    for (; *arguments && count < WORDS_MAX - 1; arguments++)
        argv[count++] = strcmp(*arguments, "@") == 0 ? target : *arguments;
    argv[count] = NULL;
    test_run(run, 30, argv);
}

void ssh_play(struct test_run *run, uint16_t port, const char *const *arguments)
{
    const char *argv[WORDS_MAX] = {"ssh-client", "--password-file",
                                   test_path("password"), "--accept-new"};

    test_write_file(test_path("password"), "lovelace\n", 9);
    play(run, port, argv, 4, arguments);
}

void ssh_play_bare(struct test_run *run, uint16_t port,
                   const char *const *arguments)
{
    const char *argv[WORDS_MAX] = {"ssh-client"};

    play(run, port, argv, 1, arguments);
}

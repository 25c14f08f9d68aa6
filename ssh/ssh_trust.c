/* SPDX-License-Identifier: MIT */
/*
 * ssh_trust: is the host's key the one that we know?
 *
 * RFC 4251 §4.1: a key that was seen before must be the same again, else
 * somebody may stand in the middle; one that was never seen can only be shown
 * to a person. Where nobody can be asked, the answer is no.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ssh/ssh_client.h"

#define MACHINE_FILE "/etc/ssh/ssh_known_hosts"

/* ---- files -------------------------------------------------------------- */

/* Where new hosts are added. False: there is no home. */
static bool user_file(const struct ssh_client *client, char *path, size_t size)
{
    const char *home = getenv("HOME");

    if (client->options->known_hosts)
        snprintf(path, size, "%s", client->options->known_hosts);
    else if (home && home[0])
        snprintf(path, size, "%s/.ssh/known_hosts", home);
    return client->options->known_hosts || (home && home[0]);
}

/* The whole file, owned by the caller; empty when there is none. What is there
 * and can't be read is an error: a key in it may be the one that changed. */
static int read_file(struct ssh_client *client, const char *path, char **text,
                     size_t *length)
{
    FILE *file = fopen(path, "re");
    size_t got;

    *text = NULL;
    *length = 0;
    if (!file && errno == ENOENT)
        return 0;
    if (!file)
        return error_set_errno(client->error, ERROR_LOCAL, errno, "%s", path);
    *text = malloc(SSH_KNOWN_HOSTS_MAX);
    got = *text ? fread(*text, 1, SSH_KNOWN_HOSTS_MAX, file) : 0;
    if (!*text || got == SSH_KNOWN_HOSTS_MAX)
        error_set(client->error, ERROR_LOCAL, "%s is too large", path);
    else if (ferror(file))
        error_set_errno(client->error, ERROR_LOCAL, errno, "%s", path);
    fclose(file);
    *length = got;
    return -(int)client->error->class;
}

/* Both files, one behind the other, so that there is one text to look into;
 * *own is how much of it is the user's. */
static int read_files(struct ssh_client *client, char **text, size_t *length,
                      size_t *own)
{
    char path[SSH_TEXT_MAX], *more = NULL;
    size_t more_length = 0;
    int result = 0;

    *text = NULL;
    *length = 0;
    if (user_file(client, path, sizeof(path)))
        result = read_file(client, path, text, length);
    *own = *length;
    if (result < 0 || client->options->known_hosts)
        return result;
    result = read_file(client, MACHINE_FILE, &more, &more_length);
    if (result == 0 && more_length > 0) {
        char *both = realloc(*text, *length + more_length + 1);

        if (both) {
            both[*length] = '\n';
            memcpy(both + *length + 1, more, more_length);
            *text = both;
            *length += more_length + 1;
        } else {
            result = error_set(client->error, ERROR_LOCAL, "out of memory");
        }
    }
    free(more);
    return result;
}

/* A key that can't be kept is used all the same, and will be asked about again:
 * only the file is at fault. */
static void add_host(struct ssh_client *client, struct span key, bool needs_lf)
{
    char path[SSH_TEXT_MAX], line[SSH_KEY_MAX * 2];
    char *slash;
    int fd;

    line[0] = '\n';
    if (!user_file(client, path, sizeof(path)) ||
        ssh_known_line(line + 1, sizeof(line) - 1, client->host, client->port,
                       key) < 0)
        return;
    slash = strrchr(path, '/');
    if (slash && slash != path) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    const char *text = needs_lf ? line : line + 1;
    fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        fprintf(stderr, "ssh-client: %s: %s; the host's key is not kept\n",
                path, strerror(errno));
    if (fd >= 0)
        close(fd);
}

/* ---- which types of keys ------------------------------------------------- */

/* RSA keys sign in two ways that are trusted (RFC 8332 §3); the file names the
 * key's type. What is in the list already is not added again. */
static void add_type(char *list, size_t size, const char *type)
{
    size_t at = strlen(list);

    if (strcmp(type, "ssh-rsa") == 0)
        type = "rsa-sha2-512,rsa-sha2-256";
    if (!strstr(list, type))
        snprintf(list + at, size - at, "%s%s", at > 0 ? "," : "", type);
}

/* The server's first key of the client's order is used (RFC 4253 §7.1): a host
 * that we know by its RSA key must not seem unknown because it has an Ed25519
 * key too. */
void ssh_trust_prefer(struct ssh_client *client)
{
    char others[] = "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,"
                    "ecdsa-sha2-nistp521,ssh-rsa";
    char types[1024], list[2048] = "", *text = NULL;
    size_t length = 0, own;

    if (read_files(client, &text, &length, &own) < 0)
        /* It is told when it matters: ssh_trust_check. */
        error_clear(client->error);
    ssh_known_types((struct span){text, length}, client->host, client->port,
                    types, sizeof(types));
    free(text);
    for (char *word = strtok(types, ","); word; word = strtok(NULL, ","))
        add_type(list, sizeof(list), word);
    for (char *word = strtok(others, ","); word; word = strtok(NULL, ","))
        add_type(list, sizeof(list), word);
    ssh_library_prefer(client, LIBSSH2_METHOD_HOSTKEY, list);
}

/* ---- deciding ----------------------------------------------------------- */

static struct span type_of(struct span key)
{
    struct span type = {NULL, 0};

    ssh_take_string(&key, &type);
    return type;
}

/* A host of which only keys of other types are on file has lost those, for we
 * asked for them first (ssh_trust_prefer); or it is another host. */
static const char *why_not(const struct ssh_known *known, struct span key)
{
    if (known->verdict == SSH_HOST_REVOKED)
        return "is marked as revoked";
    if (!span_equal(known->type, type_of(key)))
        return "is of a type that is not on file, and no key that is was "
               "offered: somebody may stand in the middle, or the host has "
               "new keys";
    return "is not the one on file: somebody may stand in the middle, or the "
           "host has a new key";
}

static int refuse(struct ssh_client *client, const struct ssh_known *known,
                  struct span key, const char *fingerprint)
{
    const char *why = why_not(known, key);
    char ours[64], theirs[64];

    text_escape(ours, sizeof(ours), known->type);
    text_escape(theirs, sizeof(theirs), type_of(key));
    conn_note(client->conn, RFC("4251", "4.1"), "host key",
              "refused: %s; line %zu of the known hosts has a key of type %s",
              why, known->line, ours);
    return error_set(client->error, ERROR_INSECURE,
                     "the key of %s, %s %s, %s (line %zu of the known hosts "
                     "has a key of type %s, RFC 4251 §4.1)",
                     client->host, theirs, fingerprint, why, known->line, ours);
}

/* True when a person said yes. */
static bool person_agrees(const struct ssh_client *client, const char *type,
                          const char *fingerprint)
{
    char question[1024], answer[64];

    snprintf(question, sizeof(question),
             "%s port %u is not known yet. Its %s key has the fingerprint\n"
             "    %s\n"
             "Is this the one that its keeper told you? (yes/no) ",
             client->host, client->port, type, fingerprint);
    return login_ask(question, true, answer, sizeof(answer)) == 1 &&
           strcmp(answer, "yes") == 0;
}

static int meet(struct ssh_client *client, struct span key,
                const char *fingerprint, bool needs_lf)
{
    char words[64];

    text_escape(words, sizeof(words), type_of(key));
    if (!client->options->accept_new &&
        !person_agrees(client, words, fingerprint)) {
        conn_note(client->conn, RFC("4251", "4.1"), "host key",
                  "refused: never seen before, and nobody said yes");
        return error_set(client->error, ERROR_INSECURE,
                         "the key of %s is not known, and nobody said yes to "
                         "it: %s %s (--accept-new takes it, RFC 4251 §4.1)",
                         client->host, words, fingerprint);
    }
    conn_note(client->conn, RFC("4251", "4.1"), "host key",
              "%s: never seen before, taken because %s", fingerprint,
              client->options->accept_new ? "--accept-new says so"
                                          : "somebody said yes");
    add_host(client, key, needs_lf);
    return 0;
}

static int decide(struct ssh_client *client, struct span key,
                  const struct ssh_known *known, bool needs_lf)
{
    char fingerprint[SSH_FINGERPRINT_MAX];

    ssh_fingerprint(fingerprint, key);
    if (known->verdict == SSH_HOST_KNOWN) {
        conn_note(client->conn, RFC("4251", "4.1"), "host key",
                  "%s: the same as on file, line %zu", fingerprint,
                  known->line);
        return 0;
    }
    if (client->options->client.insecure) {
        conn_note(client->conn, RFC("4251", "4.1"), "host key",
                  "%s: %s; gone on because -k says so", fingerprint,
                  known->verdict == SSH_HOST_UNKNOWN ? "never seen before"
                                                     : "not to be trusted");
        return 0;
    }
    if (known->verdict != SSH_HOST_UNKNOWN)
        return refuse(client, known, key, fingerprint);
    return meet(client, key, fingerprint, needs_lf);
}

int ssh_trust_check(struct ssh_client *client)
{
    size_t length = 0, key_length = 0, own;
    char *text = NULL;
    int type, result = read_files(client, &text, &length, &own);
    struct span key = {
        libssh2_session_hostkey(client->session, &key_length, &type), 0};

    key.length = key.data ? key_length : 0;
    if (result == 0 && key.length == 0)
        result = error_set(client->error, ERROR_PROTOCOL,
                           "the server showed no host key (RFC 4253 §8)");
    if (result == 0) {
        struct ssh_known known = ssh_known_find(
            (struct span){text, length}, client->host, client->port, key);
        result = decide(client, key, &known, own > 0 && text[own - 1] != '\n');
    }
    free(text);
    return result;
}

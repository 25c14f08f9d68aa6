/* SPDX-License-Identifier: MIT */
/*
 * ssh_site: what all connections of a server share: its host keys, and the
 * folder that SFTP serves.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ssh/ssh_server.h"
#include "ssh/ssh_sftp_files.h"

/* RFC 4251 §4.1: each host has a key. One made at the start lasts as long as
 * the server: enough for a lab, and a reason for clients to ask anew. */
static int make_key(struct ssh_site *site, struct error *error)
{
    ssh_key key = NULL;

    if (ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &key) != SSH_OK)
        return error_set(error, ERROR_LOCAL, "no host key could be made");
    /* The bind owns it from here on. */
    if (ssh_bind_options_set(site->bind, SSH_BIND_OPTIONS_IMPORT_KEY, key) <
        0) {
        ssh_key_free(key);
        return error_set(error, ERROR_LOCAL, "libssh: %s",
                         ssh_get_error(site->bind));
    }
    return 0;
}

static int read_key(struct ssh_site *site, const char *path,
                    struct error *error)
{
    ssh_key key = NULL;
    int result = ssh_pki_import_privkey_file(path, NULL, NULL, NULL, &key);

    if (result == SSH_OK &&
        ssh_bind_options_set(site->bind, SSH_BIND_OPTIONS_IMPORT_KEY, key) == 0)
        return 0;
    ssh_key_free(key);
    return error_set(error, ERROR_LOCAL, "%s holds no private key", path);
}

/* "NAME=FILE", and the file is there. */
static int check_keys(const struct ssh_site *site, struct error *error)
{
    for (size_t i = 0; i < site->keys.count; i++) {
        const char *equals = strchr(site->keys.values[i], '=');
        FILE *file = equals ? fopen(equals + 1, "re") : NULL;

        if (!equals)
            return error_set(error, ERROR_USAGE,
                             "--authorized-keys takes NAME=FILE");
        if (!file)
            return error_set(error, ERROR_LOCAL, "%s can't be read",
                             equals + 1);
        fclose(file);
    }
    return 0;
}

/* Said by us, because the list that libssh 0.10 has by itself ends in a comma,
 * which RFC 4251 §5 does not allow. */
static void set_ciphers(ssh_bind bind)
{
    static const char list[] =
        "chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,"
        "aes128-gcm@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr";

    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_CIPHERS_C_S, list);
    ssh_bind_options_set(bind, SSH_BIND_OPTIONS_CIPHERS_S_C, list);
}

int ssh_site_fill(struct ssh_site *site, struct error *error)
{
    bool no = false;
    int result = 0;

    site->home_fd = -1;
    site->bind = ssh_bind_new();
    if (!site->bind)
        return error_set(error, ERROR_LOCAL, "out of memory");
    ssh_bind_options_set(site->bind, SSH_BIND_OPTIONS_PROCESS_CONFIG, &no);
    set_ciphers(site->bind);
    for (size_t i = 0; i < site->host_keys.count && result == 0; i++)
        result = read_key(site, site->host_keys.values[i], error);
    if (result == 0 && site->host_keys.count == 0)
        result = make_key(site, error);
    if (result == 0)
        result = check_keys(site, error);
    return result < 0 ? result : ssh_files_open_home(site, error);
}

void ssh_site_free(struct ssh_site *site)
{
    if (site->bind)
        ssh_bind_free(site->bind);
    site->bind = NULL;
    ssh_files_close_home(site);
    accounts_free(&site->accounts);
}

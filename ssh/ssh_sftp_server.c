/* SPDX-License-Identifier: MIT */
/*
 * ssh_sftp_server: SFTP on a channel, version 3.
 *
 * draft-ietf-secsh-filexfer-02 (an expired draft; RFC 4254 §6.5 names the
 * subsystem). A packet is
 *
 *     uint32 length, byte type, uint32 id, what the type needs
 *
 * and the answer has the same id. One packet is read, acted upon by the row of
 * its type, and answered, before the next one is looked at: so what a client
 * sends ahead waits in its window, and our memory is bounded.
 *
 * DEPARTURES. Deliberately not libssh's own SFTP server: its version 0.10 waits
 * inside of calls, and that of 0.11 is another. No links are made or read.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ssh/ssh_sftp_requests.h"

/* ---- answers ------------------------------------------------------------ */

void ssh_sftp_put_byte(struct ssh_sftp *sftp, unsigned value)
{
    if (sftp->out_length < sizeof(sftp->out))
        sftp->out[sftp->out_length++] = (char)value;
}

void ssh_sftp_put_u32(struct ssh_sftp *sftp, uint64_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        ssh_sftp_put_byte(sftp, (unsigned)(value >> shift) & 255);
}

void ssh_sftp_put_u64(struct ssh_sftp *sftp, uint64_t value)
{
    ssh_sftp_put_u32(sftp, value >> 32);
    ssh_sftp_put_u32(sftp, value & UINT32_MAX);
}

void ssh_sftp_put_string(struct ssh_sftp *sftp, struct span bytes)
{
    size_t room = sizeof(sftp->out) - sftp->out_length;

    if (bytes.length + 4 > room)
        return;
    ssh_sftp_put_u32(sftp, bytes.length);
    if (bytes.length > 0)
        memcpy(sftp->out + sftp->out_length, bytes.data, bytes.length);
    sftp->out_length += bytes.length;
}

void ssh_sftp_answer(struct ssh_sftp *sftp, unsigned type)
{
    sftp->out_length = 0;
    /* Room for the length, which is known last. */
    ssh_sftp_put_u32(sftp, 0);
    ssh_sftp_put_byte(sftp, type);
    ssh_sftp_put_u32(sftp, sftp->id);
}

/* The draft's codes, section 7, for the errors of the system. */
static unsigned status_of(int result)
{
    switch (-result) {
    case 0:
        return SSH_SFTP_OK;
    case ENOENT:
    case ENOTDIR:
        return SSH_SFTP_NO_SUCH_FILE;
    case EACCES:
    case EPERM:
    case EROFS:
        return SSH_SFTP_PERMISSION_DENIED;
    case EBADMSG:
        return SSH_SFTP_BAD_MESSAGE;
    case ENOSYS:
        return SSH_SFTP_UNSUPPORTED;
    case ENODATA:
        return SSH_SFTP_EOF;
    default:
        return SSH_SFTP_FAILURE;
    }
}

void ssh_sftp_status(struct ssh_sftp *sftp, int result)
{
    unsigned code = status_of(result);
    const char *words = code == SSH_SFTP_OK    ? "Success"
                        : code == SSH_SFTP_EOF ? "End of file"
                                               : strerror(-result);

    ssh_sftp_answer(sftp, SSH_FXP_STATUS);
    ssh_sftp_put_u32(sftp, code);
    ssh_sftp_put_string(sftp, span_of(words));
    ssh_sftp_put_string(sftp, SPAN("en"));
}

/* Size, owner, permissions, times: what OpenSSH sends. */
void ssh_sftp_put_attributes(struct ssh_sftp *sftp, const struct stat *status)
{
    ssh_sftp_put_u32(sftp, SSH_SFTP_HAS_SIZE | SSH_SFTP_HAS_OWNER |
                               SSH_SFTP_HAS_MODE | SSH_SFTP_HAS_TIMES);
    ssh_sftp_put_u64(sftp, (uint64_t)status->st_size);
    ssh_sftp_put_u32(sftp, status->st_uid);
    ssh_sftp_put_u32(sftp, status->st_gid);
    ssh_sftp_put_u32(sftp, status->st_mode);
    ssh_sftp_put_u32(sftp, (uint64_t)status->st_atime);
    ssh_sftp_put_u32(sftp, (uint64_t)status->st_mtime);
}

/* ---- reading ------------------------------------------------------------ */

bool ssh_sftp_take_u64(struct span *from, uint64_t *value)
{
    uint32_t high, low;

    if (from->length < 8 || !ssh_take_u32(from, &high) ||
        !ssh_take_u32(from, &low))
        return false;
    *value = (uint64_t)high << 32 | low;
    return true;
}

/* A path is no C string on the wire; one with NUL inside is none at all. */
bool ssh_sftp_take_path(struct span *from, char path[SSH_SFTP_PATH_MAX])
{
    struct span bytes;

    if (!ssh_take_string(from, &bytes) || bytes.length >= SSH_SFTP_PATH_MAX ||
        (bytes.length > 0 && memchr(bytes.data, '\0', bytes.length)))
        return false;
    memcpy(path, bytes.length > 0 ? bytes.data : "", bytes.length);
    path[bytes.length] = '\0';
    if (bytes.length == 0)
        /* An empty path is the home. */
        strcpy(path, ".");
    return true;
}

bool ssh_sftp_take_attributes(struct span *from, struct ssh_sftp_attributes *a)
{
    uint32_t skipped;

    memset(a, 0, sizeof(*a));
    if (!ssh_take_u32(from, &a->flags))
        return false;
    if (a->flags & SSH_SFTP_HAS_SIZE && !ssh_sftp_take_u64(from, &a->size))
        return false;
    if (a->flags & SSH_SFTP_HAS_OWNER &&
        (!ssh_take_u32(from, &skipped) || !ssh_take_u32(from, &skipped)))
        return false;
    if (a->flags & SSH_SFTP_HAS_MODE && !ssh_take_u32(from, &a->mode))
        return false;
    return !(a->flags & SSH_SFTP_HAS_TIMES) ||
           (ssh_take_u32(from, &a->atime) && ssh_take_u32(from, &a->mtime));
}

/* ---- packets ------------------------------------------------------------ */

/* The first packet of all says a version, and has no id. */
static void greet(struct ssh_sftp *sftp)
{
    sftp->out_length = 0;
    ssh_sftp_put_u32(sftp, 0);
    ssh_sftp_put_byte(sftp, SSH_FXP_VERSION);
    ssh_sftp_put_u32(sftp, 3);
    ssh_sftp_put_string(sftp, SPAN("posix-rename@openssh.com"));
    ssh_sftp_put_string(sftp, SPAN("1"));
    sftp->greeted = true;
}

static void act(struct ssh_served *s, struct span packet)
{
    struct ssh_sftp *sftp = s->sftp;
    const struct ssh_sftp_request *request;
    unsigned type = 0;

    ssh_take_byte(&packet, &type);
    if (type == SSH_FXP_INIT) {
        ssh_server_hears(s->connection, RFC("4254", "6.5"), "SFTP INIT",
                         "version 3");
        greet(sftp);
        return;
    }
    sftp->id = 0;
    ssh_take_u32(&packet, &sftp->id);
    request = ssh_sftp_request_find(type);
    if (!sftp->greeted || !request) {
        ssh_sftp_status(sftp, -ENOSYS);
        return;
    }
    sftp->told[0] = '\0';
    int result = request->act(sftp, packet);
    ssh_server_hears(s->connection, RFC("4254", "6.5"), request->name, "%s",
                     sftp->told);
    if (result != SSH_SFTP_ANSWERED)
        ssh_sftp_status(sftp, result);
}

/* The answer goes into the channel's buffer, its length before it. */
static bool send_answer(struct ssh_served *s)
{
    struct ssh_sftp *sftp = s->sftp;
    size_t length = sftp->out_length;

    if (length == 0)
        return false;
    for (size_t i = 0; i < 4; i++)
        sftp->out[i] = (char)((length - 4) >> (24 - 8 * i));
    if (!ssh_served_put(s, sftp->out, length))
        return false;
    sftp->out_length = 0;
    return true;
}

/* A packet that is longer than any we read ends the conversation. */
static bool packet_length(struct ssh_sftp *sftp, size_t *length)
{
    struct span head = {sftp->in, sftp->in_length};
    uint32_t value = 0;

    ssh_take_u32(&head, &value);
    *length = value;
    return value > 0 && value <= SSH_SFTP_PACKET_MAX;
}

static bool read_some(struct ssh_served *s, size_t wanted)
{
    struct ssh_sftp *sftp = s->sftp;
    int n =
        ssh_channel_read_nonblocking(s->channel, sftp->in + sftp->in_length,
                                     (uint32_t)(wanted - sftp->in_length), 0);

    if (n > 0) {
        sftp->in_length += (size_t)n;
        return true;
    }
    if (s->out_start == s->out_end && ssh_channel_is_eof(s->channel)) {
        ssh_served_exit(s, 0);
        return true;
    }
    return false;
}

bool ssh_sftp_turn(struct ssh_served *s)
{
    struct ssh_sftp *sftp = s->sftp;
    size_t length;

    if (sftp->out_length > 0)
        return send_answer(s);
    if (sftp->in_length < 4)
        return read_some(s, 4);
    if (!packet_length(sftp, &length)) {
        ssh_served_exit(s, 1);
        return true;
    }
    if (sftp->in_length < length + 4)
        return read_some(s, length + 4);
    act(s, (struct span){sftp->in + 4, length});
    sftp->in_length = 0;
    return true;
}

/* ---- beginning and end --------------------------------------------------- */

int ssh_sftp_start(struct ssh_served *s)
{
    s->sftp = calloc(1, sizeof(*s->sftp));
    if (!s->sftp)
        return -ERROR_LOCAL;
    s->sftp->root = s->connection->site->home_fd;
    return 0;
}

void ssh_sftp_end(struct ssh_sftp *sftp)
{
    if (sftp)
        for (size_t i = 0; i < SSH_SFTP_HANDLES_MAX; i++)
            ssh_sftp_handle_close(&sftp->handles[i]);
    free(sftp);
}

/* SPDX-License-Identifier: MIT */
/*
 * ssh_known_hosts: which key a host had when we met it before.
 *
 * The file that OpenSSH writes, as sshd(8) describes it. A line is
 *
 *     [@marker] names type base64 [comment]
 *
 * where names is a list of patterns ("a.test,192.0.2.*,!b.test", "[a]:2222"),
 * or "|1|salt|digest": HMAC-SHA-1 of the name, so that a stolen file does not
 * tell where its owner logs in. RFC 4251 §4.1 asks for such a file, and leaves
 * its form to us.
 *
 * DEPARTURES. @cert-authority lines are passed over: certificates of hosts are
 * none of the RFCs. A host that has keys of other types only counts as changed,
 * where OpenSSH would ask: we offer the types on file first, so a server that
 * answers with another one has lost its key, or is another.
 */
#include <ctype.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#include "ssh/ssh.h"

/* ---- names -------------------------------------------------------------- */

void ssh_known_name(char name[SSH_HOST_MAX], const char *host, uint16_t port)
{
    if (port == 22)
        snprintf(name, SSH_HOST_MAX, "%s", host);
    else
        snprintf(name, SSH_HOST_MAX, "[%s]:%u", host, port);
    for (char *c = name; *c; c++)
        *c = (char)tolower((unsigned char)*c);
}

/* "*" stands for any number of characters, "?" for one. Goes back to the last
 * star only: each pair of places is seen once, whatever the pattern. */
static bool pattern_matches(struct span pattern, const char *name)
{
    size_t p = 0, star = SIZE_MAX;
    const char *again = name;

    while (*name) {
        char byte = p < pattern.length ? pattern.data[p] : '\0';

        if (byte == '*') {
            star = p++;
            again = name;
        } else if (p < pattern.length &&
                   (byte == '?' || tolower((unsigned char)byte) == *name)) {
            p++;
            name++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            name = ++again;
        } else {
            return false;
        }
    }
    while (p < pattern.length && pattern.data[p] == '*')
        p++;
    return p == pattern.length;
}

/* One pattern with ! in front that fits rules the whole line out. */
static bool patterns_match(struct span list, const char *name)
{
    bool found = false;

    for (size_t place = 0; place < SSH_NAMES_MAX; place++) {
        struct span pattern = ssh_list_name(list, place);

        if (!pattern.data)
            break;
        bool no = pattern.length > 0 && pattern.data[0] == '!';
        if (no) {
            pattern.data++;
            pattern.length--;
        }
        if (!pattern_matches(pattern, name))
            continue;
        if (no)
            return false;
        found = true;
    }
    return found;
}

/* Bytes of base64 into at most `size` bytes; 0: it is none, or too long. */
static size_t base64_read(struct span text, unsigned char *bytes, size_t size)
{
    unsigned char whole[SSH_KEY_MAX + 3];
    size_t padding = 0;
    int length;

    if (text.length == 0 || text.length % 4 != 0 ||
        text.length / 4 * 3 > sizeof(whole))
        return 0;
    while (padding < 2 && text.data[text.length - 1 - padding] == '=')
        padding++;
    length = EVP_DecodeBlock(whole, (const unsigned char *)text.data,
                             (int)text.length);
    if (length < (int)padding || (size_t)length - padding > size)
        return 0;
    memcpy(bytes, whole, (size_t)length - padding);
    return (size_t)length - padding;
}

/* "|1|salt|digest" */
static bool hash_matches(struct span hashed, const char *name)
{
    unsigned char salt[64], digest[EVP_MAX_MD_SIZE], ours[EVP_MAX_MD_SIZE];
    struct span rest = {hashed.data + 3, hashed.length - 3};
    const char *bar = memchr(rest.data, '|', rest.length);
    unsigned length = 0;

    if (!bar)
        return false;
    struct span first = {rest.data, (size_t)(bar - rest.data)};
    struct span second = {bar + 1, rest.length - first.length - 1};
    size_t salt_length = base64_read(first, salt, sizeof(salt));
    size_t digest_length = base64_read(second, digest, sizeof(digest));
    if (salt_length == 0 ||
        !HMAC(EVP_sha1(), salt, (int)salt_length, (const unsigned char *)name,
              strlen(name), ours, &length))
        return false;
    return length == digest_length && memcmp(ours, digest, length) == 0;
}

/* ---- lines -------------------------------------------------------------- */

struct known_line {
    struct span marker; /* "@revoked"; data NULL: none */
    struct span names, type, base64;
};

static struct span next_word(struct span *line)
{
    struct span word;
    size_t at = 0;

    while (at < line->length &&
           (line->data[at] == ' ' || line->data[at] == '\t'))
        at++;
    word = (struct span){line->data + at, 0};
    while (at < line->length && line->data[at] != ' ' &&
           line->data[at] != '\t' && line->data[at] != '\r')
        at++;
    word.length = (size_t)(line->data + at - word.data);
    line->data += at;
    line->length -= at;
    return word;
}

/* Takes a line off the file. False: there is none left. */
static bool next_line(struct span *file, struct span *line)
{
    const char *lf =
        file->length == 0 ? NULL : memchr(file->data, '\n', file->length);

    if (file->length == 0)
        return false;
    *line = (struct span){file->data,
                          lf ? (size_t)(lf - file->data) : file->length};
    file->data += line->length + (lf ? 1 : 0);
    file->length -= line->length + (lf ? 1 : 0);
    return true;
}

/* False: a comment, an empty line, or one that makes no sense. */
static bool line_read(struct span text, struct known_line *line)
{
    struct span word = next_word(&text);

    memset(line, 0, sizeof(*line));
    if (word.length == 0 || word.data[0] == '#')
        return false;
    if (word.data[0] == '@') {
        line->marker = word;
        word = next_word(&text);
    }
    line->names = word;
    line->type = next_word(&text);
    line->base64 = next_word(&text);
    return line->base64.length > 0 &&
           (!line->marker.data || span_equal(line->marker, SPAN("@revoked")));
}

static bool line_names(const struct known_line *line, const char *name)
{
    struct span names = line->names;

    if (names.length > 3 && memcmp(names.data, "|1|", 3) == 0)
        return hash_matches(names, name);
    return names.length > 0 && patterns_match(names, name);
}

static bool line_has_key(const struct known_line *line, struct span key)
{
    unsigned char bytes[SSH_KEY_MAX];
    size_t length = base64_read(line->base64, bytes, sizeof(bytes));

    return length > 0 &&
           span_equal(key, (struct span){(const char *)bytes, length});
}

/* ---- looking up --------------------------------------------------------- */

/* What is to be told of a key that differs: the line that has another key of
 * its type, rather than one with a key of another type. */
static bool says_more(const struct known_line *line,
                      const struct ssh_known *known, struct span type)
{
    return known->verdict == SSH_HOST_UNKNOWN ||
           (span_equal(line->type, type) && !span_equal(known->type, type));
}

/* A key that is revoked stays so, even if another line knows it; a key that is
 * known stays so, even if the host has others. */
struct ssh_known ssh_known_find(struct span file, const char *host,
                                uint16_t port, struct span key)
{
    struct ssh_known known = {.verdict = SSH_HOST_UNKNOWN};
    char name[SSH_HOST_MAX];
    struct known_line line;
    struct span text, blob = key, type;

    ssh_take_string(&blob, &type);
    ssh_known_name(name, host, port);
    for (size_t number = 1; next_line(&file, &text); number++) {
        if (!line_read(text, &line) || !line_names(&line, name))
            continue;
        bool same = line_has_key(&line, key);
        if (line.marker.data && same)
            return (struct ssh_known){SSH_HOST_REVOKED, number, line.type};
        if (line.marker.data || known.verdict == SSH_HOST_KNOWN)
            continue;
        if (same || says_more(&line, &known, type))
            known = (struct ssh_known){same ? SSH_HOST_KNOWN : SSH_HOST_CHANGED,
                                       number, line.type};
    }
    return known;
}

void ssh_known_types(struct span file, const char *host, uint16_t port,
                     char *types, size_t size)
{
    char name[SSH_HOST_MAX];
    struct known_line line;
    struct span text;
    size_t at = 0;

    types[0] = '\0';
    ssh_known_name(name, host, port);
    while (next_line(&file, &text)) {
        if (!line_read(text, &line) || line.marker.data ||
            !line_names(&line, name) || at + line.type.length + 2 > size)
            continue;
        if (at > 0)
            types[at++] = ',';
        memcpy(types + at, line.type.data, line.type.length);
        at += line.type.length;
        types[at] = '\0';
    }
}

/* ---- writing ------------------------------------------------------------ */

int ssh_known_line(char *line, size_t size, const char *host, uint16_t port,
                   struct span key)
{
    unsigned char base64[SSH_KEY_MAX / 3 * 4 + 8];
    char name[SSH_HOST_MAX];
    struct span blob = key, type;
    int length;

    if (key.length > SSH_KEY_MAX || !ssh_take_string(&blob, &type))
        return -ERROR_LOCAL;
    for (size_t i = 0; i < type.length; i++)
        /* A type with a blank or a line end in it would forge a line. */
        if (!isgraph((unsigned char)type.data[i]))
            return -ERROR_LOCAL;
    ssh_known_name(name, host, port);
    EVP_EncodeBlock(base64, (const unsigned char *)key.data, (int)key.length);
    length = snprintf(line, size, "%s %.*s %s\n", name, (int)type.length,
                      type.data, base64);
    return length < 0 || (size_t)length >= size ? -ERROR_LOCAL : 0;
}

void ssh_fingerprint(char text[SSH_FINGERPRINT_MAX], struct span key)
{
    unsigned char digest[EVP_MAX_MD_SIZE], base64[SSH_FINGERPRINT_MAX];
    unsigned length = 0;
    size_t end;

    if (!EVP_Digest(key.data, key.length, digest, &length, EVP_sha256(), NULL))
        length = 0;
    EVP_EncodeBlock(base64, digest, (int)length);
    end = strlen((const char *)base64);
    while (end > 0 && base64[end - 1] == '=')
        end--;
    snprintf(text, SSH_FINGERPRINT_MAX, "SHA256:%.*s", (int)end, base64);
}

/* SPDX-License-Identifier: MIT */
/*
 * sasl_scram: SCRAM-SHA-256, both halves. RFC 5802, RFC 7677.
 *
 *     C: n,,n=user,r=CLIENT              client-first
 *     S: r=CLIENT+SERVER,s=SALT,i=4096   server-first
 *     C: c=biws,r=CLIENT+SERVER,p=PROOF  client-final
 *     S: v=SIGNATURE                     server-final
 *
 * The password never travels. Both ends hash it 4096 times with the salt, and
 * sign what was said with it: the client proves that it knows the password,
 * then the server proves that it knows the same.
 */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/limits.h"
#include "common/sasl_private.h"

/* ---- arithmetic (RFC 5802 §3) ------------------------------------------- */

struct keys {
    unsigned char proof[SASL_HASH];     /* ClientProof */
    unsigned char signature[SASL_HASH]; /* ServerSignature */
};

static bool hmac(unsigned char out[SASL_HASH], const unsigned char *key,
                 struct span text)
{
    return HMAC(EVP_sha256(), key, SASL_HASH, (const unsigned char *)text.data,
                text.length, out, NULL) != NULL;
}

/* The names of the steps are those of the RFC. */
static bool make_keys(struct keys *keys, struct span password, struct span salt,
                      int rounds, struct span auth_message)
{
    unsigned char salted_password[SASL_HASH], client_key[SASL_HASH],
        stored_key[SASL_HASH], client_signature[SASL_HASH],
        server_key[SASL_HASH];
    bool made = PKCS5_PBKDF2_HMAC(password.data, (int)password.length,
                                  (const unsigned char *)salt.data,
                                  (int)salt.length, rounds, EVP_sha256(),
                                  SASL_HASH, salted_password) == 1 &&
                hmac(client_key, salted_password, SPAN("Client Key")) &&
                EVP_Digest(client_key, SASL_HASH, stored_key, NULL,
                           EVP_sha256(), NULL) == 1 &&
                hmac(client_signature, stored_key, auth_message) &&
                hmac(server_key, salted_password, SPAN("Server Key")) &&
                hmac(keys->signature, server_key, auth_message);

    for (size_t i = 0; made && i < SASL_HASH; i++)
        keys->proof[i] = client_key[i] ^ client_signature[i];
    explicit_bzero(salted_password, sizeof(salted_password));
    explicit_bzero(client_key, sizeof(client_key));
    return made;
}

/* `salt` and the messages as they were said; `without_proof` is what stands
 * before the proof in the last one. */
static bool agree(struct keys *keys, const struct sasl_scram *scram,
                  struct span password, struct span salt, int rounds,
                  const char *without_proof)
{
    char auth_message[3 * SASL_MESSAGE_MAX];
    struct sasl_message raw;
    int length =
        snprintf(auth_message, sizeof(auth_message), "%s,%s,%s",
                 scram->first_bare, scram->server_first, without_proof);

    return length > 0 && (size_t)length < sizeof(auth_message) &&
           sasl_decode(&raw, salt) && raw.length > 0 &&
           make_keys(keys, password, (struct span){raw.bytes, raw.length},
                     rounds, (struct span){auth_message, (size_t)length});
}

/* ---- attributes (RFC 5802 §5.1, §7) ------------------------------------- */

/* Takes "x=value" and the comma behind it off `rest`; false if something else
 * stands there. */
static bool take(struct span *rest, char name, struct span *value)
{
    const char *comma;
    size_t length;

    if (rest->length < 2 || rest->data[0] != name || rest->data[1] != '=')
        return false;
    comma = memchr(rest->data, ',', rest->length);
    length = comma ? (size_t)(comma - rest->data) : rest->length;
    *value = (struct span){rest->data + 2, length - 2};
    length += comma != NULL;
    rest->data += length;
    rest->length -= length;
    return true;
}

/* Printable ASCII but for the comma, which would end it. */
static bool is_nonce(struct span nonce)
{
    for (size_t i = 0; i < nonce.length; i++)
        if (nonce.data[i] < 0x21 || nonce.data[i] > 0x7e ||
            nonce.data[i] == ',')
            return false;
    return nonce.length > 0 && nonce.length < SASL_NONCE_MAX;
}

/* A name may hold what ends an attribute: "," is written "=2C", "=" "=3D". */
static bool escape_name(char *text, size_t size, const char *name)
{
    size_t length = 0;

    for (; *name != '\0' && length + 4 <= size; name++)
        if (*name == ',' || *name == '=')
            length += (size_t)snprintf(text + length, size - length, "=%02X",
                                       (unsigned char)*name);
        else
            text[length++] = *name;
    if (length < size)
        text[length] = '\0';
    return *name == '\0' && length < size;
}

static bool unescape_name(char *name, size_t size, struct span text)
{
    size_t length = 0;

    for (size_t i = 0; i < text.length; i++) {
        char byte = text.data[i];

        if (byte == '=') {
            struct span rest = {text.data + i, text.length - i};
            bool comma = rest.length >= 3 && memcmp(rest.data, "=2C", 3) == 0;

            if (!comma && (rest.length < 3 || memcmp(rest.data, "=3D", 3)))
                return false;
            byte = comma ? ',' : '=';
            i += 2;
        }
        if (byte == '\0' || length + 1 >= size)
            return false;
        name[length++] = byte;
    }
    name[length] = '\0';
    return length > 0;
}

static bool keep(char *target, size_t size, struct span text)
{
    if (text.length >= size ||
        (text.length > 0 && memchr(text.data, '\0', text.length)))
        return false;
    if (text.length > 0)
        memcpy(target, text.data, text.length);
    target[text.length] = '\0';
    return true;
}

/* ---- the client --------------------------------------------------------- */

static int broken(struct error *error, struct span challenge, const char *why)
{
    error_set(error, ERROR_PROTOCOL, "the server's SCRAM message %s", why);
    error_set_peer(error, challenge.data, challenge.length);
    return -ERROR_PROTOCOL;
}

static int say_first(struct sasl_client *client, struct sasl_message *response,
                     struct error *error)
{
    struct sasl_scram *scram = &client->scram;
    char name[SASL_MESSAGE_MAX];
    char nonce[SASL_RANDOM_TEXT];
    int length;

    if (!client->nonce && !sasl_random(nonce, SASL_RANDOM))
        return error_set(error, ERROR_LOCAL, "no random numbers are to be had");
    snprintf(scram->nonce, sizeof(scram->nonce), "%s",
             client->nonce ? client->nonce : nonce);
    if (!escape_name(name, sizeof(name), client->user))
        return error_set(error, ERROR_USAGE, "the name to log in is too long");
    length = snprintf(scram->first_bare, sizeof(scram->first_bare), "n=%s,r=%s",
                      name, scram->nonce);
    if (length < 0 || (size_t)length >= sizeof(scram->first_bare) ||
        !sasl_message_write(response, "n,,%s", scram->first_bare))
        return error_set(error, ERROR_USAGE, "the name to log in is too long");
    return 0;
}

/* Is the server's first message what it may be? A nonce that is not ours with
 * more behind it belongs to another conversation: RFC 5802 §5.1. */
static int read_server_first(struct sasl_client *client, struct span challenge,
                             struct span *salt, uint64_t *rounds,
                             struct error *error)
{
    struct sasl_scram *scram = &client->scram;
    struct span rest = challenge, nonce, count;
    size_t ours = strlen(scram->nonce);

    if (!take(&rest, 'r', &nonce) || !take(&rest, 's', salt) ||
        !take(&rest, 'i', &count))
        return broken(error, challenge, "has not r=, s= and i= (RFC 5802 §7)");
    if (!is_nonce(nonce) || nonce.length <= ours ||
        memcmp(nonce.data, scram->nonce, ours) != 0)
        return broken(error, challenge,
                      "does not begin with our nonce (RFC 5802 §5.1)");
    if (!text_to_u64(count, SASL_ROUNDS_MAX, rounds))
        return broken(error, challenge,
                      "wants more rounds of hashing than we do");
    if (*rounds < SASL_ROUNDS_MIN)
        return error_set(error, ERROR_INSECURE,
                         "the server wants %llu rounds of hashing: with fewer "
                         "than %d the password could be guessed (RFC 7677 §4)",
                         (unsigned long long)*rounds, SASL_ROUNDS_MIN);
    if (!keep(scram->server_first, sizeof(scram->server_first), challenge) ||
        !keep(scram->nonce, sizeof(scram->nonce), nonce))
        return broken(error, challenge, "is too long");
    return 0;
}

static int say_final(struct sasl_client *client, struct span challenge,
                     struct sasl_message *response, struct error *error)
{
    struct sasl_scram *scram = &client->scram;
    char without_proof[SASL_NONCE_MAX + 16], proof[SASL_HASH * 2];
    struct keys keys;
    struct span salt;
    uint64_t rounds = 0;
    int result = read_server_first(client, challenge, &salt, &rounds, error);

    if (result < 0)
        return result;
    /* "biws" is base64 of "n,,": no channel binding. */
    snprintf(without_proof, sizeof(without_proof), "c=biws,r=%s", scram->nonce);
    if (!agree(&keys, scram, span_of(client->password), salt, (int)rounds,
               without_proof))
        return broken(error, challenge, "has a salt that is none");
    memcpy(scram->server_signature, keys.signature, SASL_HASH);
    response->secret = true;
    if (!sasl_encode(proof, sizeof(proof),
                     (struct span){(char *)keys.proof, SASL_HASH}) ||
        !sasl_message_write(response, "%s,p=%s", without_proof, proof))
        return error_set(error, ERROR_USAGE, "the log-in is too long");
    return 0;
}

/* The answer to the server's proof is empty: there is nothing left to say. */
static int hear_final(struct sasl_client *client, struct span challenge,
                      struct error *error)
{
    struct sasl_message signature;
    struct span rest = challenge, value;

    if (take(&rest, 'e', &value)) {
        error_set(error, ERROR_AUTH, "the server refuses the log-in");
        error_set_peer(error, value.data, value.length);
        return -ERROR_AUTH;
    }
    if (!take(&rest, 'v', &value) || !sasl_decode(&signature, value))
        return broken(error, challenge, "has no v= (RFC 5802 §7)");
    if (!sasl_same(
            (struct span){signature.bytes, signature.length},
            (struct span){(char *)client->scram.server_signature, SASL_HASH}))
        return error_set(error, ERROR_INSECURE,
                         "the server does not know the password that it asks "
                         "for: it is not who it should be (RFC 5802 §9)");
    client->proved = true;
    return 0;
}

int sasl_scram_client(struct sasl_client *client, struct span challenge,
                      struct sasl_message *response, struct error *error)
{
    if (client->step == 0)
        return challenge.length == 0
                   ? say_first(client, response, error)
                   : broken(error, challenge, "comes before ours");
    if (client->step == 1)
        return say_final(client, challenge, response, error);
    if (client->step == 2)
        return hear_final(client, challenge, error);
    return broken(error, challenge, "comes after the last one");
}

/* ---- the server --------------------------------------------------------- */

/* "n,," or "y,,", with "a=name" between the commas. "p=" would bind to the TLS
 * channel, which we did not offer. */
static bool read_header(struct sasl_server *server, struct span *rest,
                        struct span *as_whom)
{
    const char *start = rest->data, *comma;
    size_t length;

    *as_whom = (struct span){NULL, 0};
    if (rest->length < 3 || (start[0] != 'n' && start[0] != 'y') ||
        start[1] != ',')
        return false;
    comma = memchr(start + 2, ',', rest->length - 2);
    if (!comma)
        return false;
    length = (size_t)(comma - start);
    if (length > 2 && (length < 4 || memcmp(start + 2, "a=", 2) != 0))
        return false;
    if (length > 2)
        *as_whom = (struct span){start + 4, length - 4};
    length++;
    rest->data += length;
    rest->length -= length;
    return keep(server->scram.header, sizeof(server->scram.header),
                (struct span){start, length});
}

static enum sasl_verdict hear_first(struct sasl_server *server,
                                    struct span response,
                                    struct sasl_message *challenge)
{
    struct sasl_scram *scram = &server->scram;
    char nonce[SASL_RANDOM_TEXT], salt[SASL_RANDOM_TEXT];
    struct span as_whom, name, theirs, bare;
    const char *password;

    bare = response;
    if (!read_header(server, &bare, &as_whom) ||
        !keep(scram->first_bare, sizeof(scram->first_bare), bare) ||
        !take(&bare, 'n', &name) || !take(&bare, 'r', &theirs) ||
        !is_nonce(theirs) ||
        !unescape_name(server->user, sizeof(server->user), name))
        return SASL_BROKEN;
    password = server->password_of(server->directory, span_of(server->user));
    /* As somebody else nobody may act: refused, but not before the proof. */
    if (password && (as_whom.length == 0 || span_equal(as_whom, name)))
        server->password = span_of(password);
    if (!sasl_random(nonce, SASL_RANDOM) || !sasl_random(salt, SASL_SALT))
        return SASL_BROKEN;
    if ((size_t)snprintf(scram->nonce, sizeof(scram->nonce), "%.*s%s",
                         (int)theirs.length, theirs.data,
                         server->nonce ? server->nonce : nonce) >=
            sizeof(scram->nonce) ||
        !sasl_message_write(challenge, "r=%s,s=%s,i=%d", scram->nonce,
                            server->salt ? server->salt : salt, SASL_ROUNDS))
        return SASL_BROKEN;
    keep(scram->server_first, sizeof(scram->server_first),
         (struct span){challenge->bytes, challenge->length});
    return SASL_CHALLENGE;
}

/* The client's last message, taken apart: "c=", the header of its first one
 * once more; "r=", the nonce of both; "p=", the proof, of all that stands
 * before it. False: it is none of this conversation. */
static bool read_client_final(const struct sasl_scram *scram,
                              struct span response, char *without_proof,
                              size_t size, struct sasl_message *proof)
{
    struct span rest = response, binding, nonce, value;
    struct sasl_message header;

    if (!take(&rest, 'c', &binding) || !sasl_decode(&header, binding) ||
        !span_equal((struct span){header.bytes, header.length},
                    span_of(scram->header)) ||
        !take(&rest, 'r', &nonce) || !span_equal(nonce, span_of(scram->nonce)))
        return false;
    snprintf(without_proof, size, "%.*s", (int)(rest.data - response.data - 1),
             response.data);
    return take(&rest, 'p', &value) && rest.length == 0 &&
           sasl_decode(proof, value);
}

/* Who has no account is measured against a password that nobody has, so that
 * it takes as long. */
static enum sasl_verdict hear_proof(struct sasl_server *server,
                                    struct span response,
                                    struct sasl_message *challenge)
{
    struct sasl_scram *scram = &server->scram;
    char without_proof[SASL_MESSAGE_MAX + 1], signature[SASL_HASH * 2];
    struct span first = span_of(scram->server_first), nonce, salt;
    struct span password =
        server->password.data ? server->password : SPAN("nobody");
    struct sasl_message given;
    struct keys keys;

    if (!read_client_final(scram, response, without_proof,
                           sizeof(without_proof), &given) ||
        !take(&first, 'r', &nonce) || !take(&first, 's', &salt) ||
        !agree(&keys, scram, password, salt, SASL_ROUNDS, without_proof))
        return SASL_BROKEN;
    if (!sasl_same((struct span){given.bytes, given.length},
                   (struct span){(char *)keys.proof, SASL_HASH}) ||
        !server->password.data)
        return SASL_REFUSED;
    server->proved = true;
    sasl_encode(signature, sizeof(signature),
                (struct span){(char *)keys.signature, SASL_HASH});
    return sasl_message_write(challenge, "v=%s", signature) ? SASL_CHALLENGE
                                                            : SASL_BROKEN;
}

/* The step is told by what is known: a client may begin with an empty word. */
enum sasl_verdict sasl_scram_server(struct sasl_server *server,
                                    struct span response,
                                    struct sasl_message *challenge)
{
    bool begun = server->scram.first_bare[0] != '\0';

    if (!begun && !response.data && server->step == 0)
        return sasl_message_write(challenge, "%s", "") ? SASL_CHALLENGE
                                                       : SASL_BROKEN;
    if (!begun)
        return hear_first(server, response, challenge);
    if (!server->proved)
        return hear_proof(server, response, challenge);
    return response.length == 0 ? SASL_ACCEPTED : SASL_BROKEN;
}

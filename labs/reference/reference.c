/* SPDX-License-Identifier: MIT */
/* reference: from our options to libcurl's, and from its errors to ours. */
#include "labs/reference/reference.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/address.h"
#include "common/login.h"
#include "common/names.h"
#include "common/output.h"
#include "common/url.h"
#include "labs/reference/tap.h"

static const struct url_scheme schemes[] = {
    {"http", 80, false},  {"https", 443, true},  {"smtp", 25, false},
    {"smtps", 465, true}, {"pop3", 110, false},  {"pop3s", 995, true},
    {"imap", 143, false}, {"imaps", 993, true},  {"ftp", 21, false},
    {"ftps", 990, true},  {"telnet", 23, false}, {"sftp", 22, false},
    {NULL, 0, false}};

/* What a scheme is called in the trace, and its port in clear: "https" begins
 * with "http". Files by SSH are SSH to who looks at the wire. */
static const struct protocol {
    const char *scheme, *proto;
    uint16_t port;
} protocols[] = {{"http", "http", 80},  {"smtp", "smtp", 25},
                 {"pop3", "pop3", 110}, {"imap", "imap", 143},
                 {"ftp", "ftp", 21},    {"telnet", "telnet", 23},
                 {"sftp", "ssh", 22}};

struct fetch {
    const struct reference_options *options;
    const struct client_stand *stand;
    struct error *error;
    CURL *curl;
    struct url url;
    struct output *output; /* NULL: standard output */
    FILE *upload;
    struct curl_slist *fields, *recipients, *resolve;
    char words[CURL_ERROR_SIZE];
};

/* ---- callbacks ---------------------------------------------------------- */

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
    struct fetch *fetch = context;
    size_t length = size * count;

    if (fetch->output)
        return output_write(fetch->output, data, length, fetch->error) == 0
                   ? length
                   : 0;
    return fwrite(data, 1, length, stdout);
}

static curl_socket_t on_open(void *context, curlsocktype purpose,
                             struct curl_sockaddr *address)
{
    int fd = socket(address->family, address->socktype | SOCK_CLOEXEC,
                    address->protocol);

    (void)context, (void)purpose;
    if (fd >= 0 && address->socktype == SOCK_STREAM)
        tap_opened(fd);
    return fd < 0 ? CURL_SOCKET_BAD : fd;
}

/* FTP's active mode: the connection that the server has opened. */
static int on_socket(void *context, curl_socket_t fd, curlsocktype purpose)
{
    (void)context;
    if (purpose == CURLSOCKTYPE_ACCEPT)
        tap_opened(fd);
    return CURL_SOCKOPT_OK;
}

static int on_close(void *context, curl_socket_t fd)
{
    (void)context;
    tap_closed(fd);
    return close(fd);
}

static CURLcode on_context(CURL *curl, void *context, void *user)
{
    (void)curl, (void)user;
    tap_context(context);
    return CURLE_OK;
}

/* ---- setting up --------------------------------------------------------- */

/* Names are looked up by us, so that --dns and --resolve hold, and what was
 * asked is in the record. */
static int resolve(struct fetch *fetch)
{
    struct names_addresses found;
    char text[64 + URL_HOST_MAX + NAMES_ADDRESSES_MAX * 48], address[80];
    const struct client_options *options = &fetch->options->client;
    int family = options->ipv4 == options->ipv6 ? AF_UNSPEC
                 : options->ipv4                ? AF_INET
                                                : AF_INET6;
    size_t length;

    if (names_look_up(fetch->stand->names, fetch->url.host, fetch->url.port,
                      family, fetch->stand->deadline, &found, fetch->error) < 0)
        return -(int)fetch->error->class;
    length = (size_t)snprintf(text, sizeof(text), "%s:%u:", fetch->url.host,
                              (unsigned)fetch->url.port);
    for (size_t i = 0; i < found.count; i++) {
        char *colon;

        address_show(&found.list[i], address, sizeof(address));
        if ((colon = strrchr(address, ':')) != NULL)
            *colon = '\0';
        length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s",
                                   i > 0 ? "," : "", address);
    }
    fetch->resolve = curl_slist_append(NULL, text);
    curl_easy_setopt(fetch->curl, CURLOPT_RESOLVE, fetch->resolve);
    return 0;
}

static int set_login(struct fetch *fetch)
{
    struct login login;
    int found = login_find(&login, &fetch->options->client, fetch->url.user,
                           fetch->url.password, fetch->error);

    if (found <= 0)
        return found;
    curl_easy_setopt(fetch->curl, CURLOPT_USERNAME, login.user);
    curl_easy_setopt(fetch->curl, CURLOPT_PASSWORD, login.password);
    login_wipe(&login);
    return 0;
}

static void set_tls(struct fetch *fetch)
{
    const struct client_options *options = &fetch->options->client;
    CURL *curl = fetch->curl;

    curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, on_context);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, options->insecure ? 0L : 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, options->insecure ? 0L : 2L);
    if (options->ca_file)
        curl_easy_setopt(curl, CURLOPT_CAINFO, options->ca_file);
    if (fetch->options->tls)
        curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_TRY);
    if (fetch->options->tls_required)
        curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
    /* Its default, AUTH SSL, is of a draft: RFC 4217 §4 has AUTH TLS. */
    curl_easy_setopt(curl, CURLOPT_FTPSSLAUTH, (long)CURLFTPAUTH_TLS);
}

static struct curl_slist *list_of(const struct option_list *options)
{
    struct curl_slist *list = NULL;

    for (size_t i = 0; i < options->count; i++)
        list = curl_slist_append(list, options->values[i]);
    return list;
}

static int set_upload(struct fetch *fetch)
{
    const char *path = fetch->options->upload;

    if (!path)
        return 0;
    fetch->upload = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!fetch->upload)
        return error_set_errno(fetch->error, ERROR_LOCAL, errno,
                               "%s can't be read", path);
    curl_easy_setopt(fetch->curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(fetch->curl, CURLOPT_READDATA, fetch->upload);
    if (fetch->upload != stdin && fseek(fetch->upload, 0, SEEK_END) == 0) {
        curl_easy_setopt(fetch->curl, CURLOPT_INFILESIZE_LARGE,
                         (curl_off_t)ftell(fetch->upload));
        rewind(fetch->upload);
    }
    return 0;
}

/* What our clients do by themselves, libcurl is told: HTTP/1.1 rather than 2,
 * which no client of ours speaks. */
static void set_work(struct fetch *fetch)
{
    const struct reference_options *o = fetch->options;
    CURL *curl = fetch->curl;

    curl_easy_setopt(
        curl, CURLOPT_HTTP_VERSION,
        (long)(o->http_1_0 ? CURL_HTTP_VERSION_1_0 : CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(curl, CURLOPT_NOBODY, o->head ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_HEADER, o->head ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, o->follow ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, o->client.fail ? 1L : 0L);
    if (o->compressed)
        curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
    if (o->method)
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, o->method);
    if (o->range)
        curl_easy_setopt(curl, CURLOPT_RANGE, o->range);
    if (o->data)
        curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, o->data);
    if (o->mail_from)
        curl_easy_setopt(curl, CURLOPT_MAIL_FROM, o->mail_from);
    if (o->active)
        curl_easy_setopt(curl, CURLOPT_FTPPORT, "-");
    fetch->fields = list_of(&o->fields);
    fetch->recipients = list_of(&o->recipients);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fetch->fields);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, fetch->recipients);
}

static void set_rest(struct fetch *fetch, const char *url)
{
    const struct client_options *o = &fetch->options->client;
    CURL *curl = fetch->curl;

    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, fetch->words);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, fetch);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(curl, CURLOPT_SOCKOPTFUNCTION, on_socket);
    curl_easy_setopt(curl, CURLOPT_CLOSESOCKETFUNCTION, on_close);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)o->connect_timeout_ms);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)o->max_time_ms);
    /* The host key of sftp: as ssh-client, not asked is not trusted. */
    curl_easy_setopt(curl, CURLOPT_SSH_AUTH_TYPES, (long)CURLSSH_AUTH_ANY);
}

/* ---- what became of it -------------------------------------------------- */

static enum error_class class_of(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
        return ERROR_CONNECT;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED:
        return ERROR_INSECURE;
    case CURLE_OPERATION_TIMEDOUT:
        return ERROR_TIMEOUT;
    case CURLE_LOGIN_DENIED:
        return ERROR_AUTH;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return ERROR_USAGE;
    case CURLE_WRITE_ERROR:
    case CURLE_READ_ERROR:
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
        return ERROR_LOCAL;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_SSL_CONNECT_ERROR:
        return ERROR_PROTOCOL;
    default:
        return ERROR_REFUSED;
    }
}

/* Each of `schemes` begins with one of them. */
static const struct protocol *protocol_of(const char *scheme)
{
    const struct protocol *protocol = protocols;

    while (strncmp(scheme, protocol->scheme, strlen(protocol->scheme)) != 0)
        protocol++;
    return protocol;
}

static int perform(struct fetch *fetch)
{
    const struct protocol *protocol = protocol_of(fetch->url.scheme->name);
    struct tap_setup tap = {.trace = fetch->stand->trace,
                            .proto = protocol->proto,
                            .standard_port = protocol->port};
    CURLcode code;

    code = TAP(&tap, curl_easy_perform(fetch->curl));
    if (code == CURLE_OK || fetch->error->class != ERROR_NONE)
        return -(int)fetch->error->class;
    return error_set(fetch->error, class_of(code), "libcurl: %s",
                     fetch->words[0] ? fetch->words : curl_easy_strerror(code));
}

static void tidy_up(struct fetch *fetch)
{
    /* Closes the connection, which the tap hears of (tap_closed): before what
     * the tap has borrowed is freed. */
    curl_easy_cleanup(fetch->curl);
    curl_slist_free_all(fetch->fields);
    curl_slist_free_all(fetch->recipients);
    curl_slist_free_all(fetch->resolve);
    if (fetch->upload && fetch->upload != stdin)
        fclose(fetch->upload);
    output_abandon(fetch->output);
    url_free(&fetch->url);
}

int reference_fetch(const struct reference_options *options,
                    const struct client_stand *stand, const char *url,
                    struct error *error)
{
    struct fetch fetch = {.options = options, .stand = stand, .error = error};
    int result = url_read(&fetch.url, url, schemes, error);

    if (result < 0)
        return result;
    fetch.curl = curl_easy_init();
    if (!fetch.curl)
        result = error_set(error, ERROR_LOCAL, "libcurl can't begin");
    if (result == 0 && options->output)
        result =
            output_open(&fetch.output, options->output, OUTPUT_FRESH, error);
    if (result == 0)
        result = set_upload(&fetch);
    if (result == 0) {
        set_rest(&fetch, url);
        set_work(&fetch);
        set_tls(&fetch);
        result = set_login(&fetch);
    }
    if (result == 0)
        result = resolve(&fetch);
    if (result == 0)
        result = perform(&fetch);
    if (result == 0 && fetch.output) {
        result = output_commit(fetch.output, error);
        fetch.output = NULL;
    }
    tidy_up(&fetch);
    return result;
}

/* SPDX-License-Identifier: MIT */
/* smtp-server: takes mail for its domains, passes mail on for its users. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/maildir.h"
#include "common/options.h"
#include "common/service.h"
#include "smtp/smtp_server.h"

static struct smtp_site site;
static struct service service = {.proto = "smtp",
                                 .standard_port = 25,
                                 .standard_tls_port = 465,
                                 .serve = smtp_server_serve,
                                 .companion = smtp_runner_run,
                                 .site = &site};
static struct server_options server;
static const char *queue, *manners;

static const struct option_spec table[] = {
    {0, "domain", "NAME", OPTION_LIST, &site.domains,
     "mailboxes of this domain (or *.DOMAIN) are here; may be repeated"},
    {0, "maildir", "DIR", OPTION_TEXT, &site.maildir,
     "the mailbox of account NAME is the Maildir DIR/NAME"},
    {0, "name", "HOST", OPTION_TEXT, &site.name,
     "what this server calls itself (the first --domain)"},
    {0, "queue", "DIR", OPTION_TEXT, &queue,
     "messages to be passed on (.queue in the --maildir)"},
    {0, "relay", NULL, OPTION_FLAG, &site.relay,
     "pass on mail of those who have logged in"},
    {0, "relay-from", "ADDR", OPTION_LIST, &site.relay_from,
     "and of this address without a log-in"},
    {0, "route", "DOMAIN=HOST[:PORT]", OPTION_LIST, &site.routes,
     "mail for DOMAIN (or *) goes to HOST, whatever MX says"},
    {0, "relay-port", "PORT", OPTION_COUNT, &site.port,
     "where other servers listen (25)"},
    {0, "submission-port", "PORT", OPTION_COUNT, &site.submission,
     "where only those are heard who have logged in (587)"},
    {0, "insecure-auth", NULL, OPTION_FLAG, &site.insecure_auth,
     "offer log-in with the password in clear text"},
    {0, "max-size", "BYTES", OPTION_COUNT, &site.size_max,
     "of a message (134217728)"},
    {0, "idle-timeout", "SECONDS", OPTION_SECONDS, &site.idle_ms,
     "421 after so long without a command (300)"},
    {0, "retry", "SECONDS", OPTION_SECONDS, &site.retry_ms,
     "to the second attempt, then twice as long each time (1800)"},
    {0, "give-up", "SECONDS", OPTION_SECONDS, &site.give_up_ms,
     "report it as undeliverable after so long (432000)"},
    {0, "manners", "NAME", OPTION_TEXT, &manners,
     "how it treats strangers: honest, full, disabled, greylist, accept-all, "
     "bounce-later, policy, turn-away, sulk, tarpit"},
    {0, "clock", "FILE", OPTION_TEXT, &site.clock_file,
     "our clock is ahead by the seconds that stand in FILE"},
    {0, "dns", "HOST[:PORT]", OPTION_TEXT, &site.dns_server,
     "ask this name server"},
    {0, "resolve", "HOST:PORT:ADDR", OPTION_LIST, &site.resolve,
     "use this address, ask nobody"},
    {0, "cacert", "FILE", OPTION_TEXT, &site.ca_file,
     "what the servers we pass mail to must be certified by (PEM)"},
    SERVER_OPTIONS(&server, &service),
    OPTIONS_END};

/* What was not said. */
static void fill_in(void)
{
    static char host[SMTP_DOMAIN_MAX + 1];

    if (!site.name && site.domains.count > 0)
        site.name = site.domains.values[0];
    if (!site.name) {
        if (gethostname(host, sizeof(host) - 1) < 0 || host[0] == '\0')
            snprintf(host, sizeof(host), "localhost");
        site.name = host;
    }
    if (site.port == 0)
        site.port = 25;
    if (site.submission == 0)
        site.submission = 587;
    if (site.size_max == 0)
        site.size_max = SMTP_MESSAGE_MAX;
    if (site.idle_ms == 0)
        site.idle_ms = SMTP_SERVER_IDLE_MS;
    if (site.retry_ms == 0)
        site.retry_ms = SMTP_RETRY_FIRST_S * 1000;
    if (site.give_up_ms == 0)
        site.give_up_ms = SMTP_GIVE_UP_S * 1000LL;
    site.service = &service;
}

static int set_up(struct error *error)
{
    char folder[PATH_MAX];

    if (!site.maildir)
        return error_set(error, ERROR_USAGE, "where is mail to go? --maildir");
    if (site.port > 65535 || site.submission > 65535)
        return error_set(error, ERROR_USAGE, "a port ends at 65535");
    fill_in();
    if (manners && smtp_manners_find(&site.manners, manners, error) < 0)
        return -(int)error->class;
    if (!smtp_domain_is_valid(span_of(site.name), true))
        return error_set(error, ERROR_USAGE, "%s is no name of a host",
                         site.name);
    if (maildir_check_dir(site.maildir, error) < 0)
        return -(int)error->class;
    if (service.accounts_file &&
        accounts_read(&site.accounts, service.accounts_file, error) < 0)
        return -(int)error->class;
    snprintf(folder, sizeof(folder), "%s/.queue", site.maildir);
    return smtp_queue_open(&site.queue, queue ? queue : folder, error);
}

static void tidy_up(void)
{
    smtp_queue_close(&site.queue);
    accounts_free(&site.accounts);
}

int main(int argc, char **argv)
{
    static const struct server_program program = {
        .name = "smtp-server",
        .synopsis = "--domain D... --maildir DIR [--relay] [options]",
        .table = table,
        .options = &server,
        .service = &service,
        .set_up = set_up,
        .tidy_up = tidy_up};

    return server_main(&program, argc, argv);
}

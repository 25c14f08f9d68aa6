/* SPDX-License-Identifier: MIT */
/*
 * smtp_session: what every act of a conversation needs: the one setter of its
 * state, how it says a reply, and how it hangs up on who sends no lines.
 */
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>

#include "smtp/smtp_server.h"

/* ---- states ------------------------------------------------------------- */

static const char *const state_names[] = {
    [SMTP_STATE_CONNECTED] = "connected",
    [SMTP_STATE_GREETED] = "greeted",
    [SMTP_STATE_MAIL] = "MAIL",
    [SMTP_STATE_RCPT] = "RCPT",
};
_Static_assert(sizeof(state_names) / sizeof(*state_names) == SMTP_STATES,
               "each state has a name");

const char *smtp_state_name(enum smtp_state state)
{
    return state_names[state];
}

void smtp_session_enter(struct smtp_session *s, enum smtp_state state)
{
    if (state <= SMTP_STATE_GREETED) {
        smtp_transaction_clear(&s->transaction);
        s->refused = 0;
    }
    if (state == s->state)
        return;
    conn_note(s->conn, RFC("5321", "4.1.4"), "state", "%s, now %s",
              state_names[s->state], state_names[state]);
    s->state = state;
}

/* ---- saying ------------------------------------------------------------- */

int smtp_say_at(struct smtp_session *s, struct where where, struct rfc rfc,
                int code, const char *enhanced, const char *format, ...)
{
    const struct smtp_manners *manners = s->site->manners;
    char text[SMTP_VERDICT_MAX];
    bool longer = s->extended && enhanced[0] != '\0';
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (code == 421)
        s->close = s->unasked = true;
    if (manners && manners->delay_ms > 0)
        poll(NULL, 0, (int)manners->delay_ms);
    return conn_say_at(s->conn, where, rfc, "%d %s%s%s", code,
                       longer ? enhanced : "", longer ? " " : "", text);
}

/* ---- hanging up --------------------------------------------------------- */

/* After a line of which nobody knows where it ends, the next one can't be told
 * from its rest. All that has come is masked: a password may be in it. */
int smtp_session_hang_up(struct smtp_session *s, const char *why)
{
    conn_take(s->conn, conn_view(s->conn).length);
    conn_mask(s->conn, 0, conn_heard_length(s->conn));
    conn_heard(s->conn, RFC("5321", "2.3.8"), "command");
    s->close = true;
    smtp_say(s, RFC("5321", "2.3.8"), 500, "5.5.2", "%s: goodbye", why);
    conn_linger(s->conn, RFC("9293", "3.6"));
    return error_set(s->error, ERROR_PROTOCOL, "%s", why);
}

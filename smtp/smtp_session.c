/* SPDX-License-Identifier: MIT */
/*
 * smtp_session: what every act of a conversation needs: the one setter of its
 * state, how it says a reply, and how it ends when bytes are left unread.
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

/* A close with bytes unread makes TCP tell the peer "reset", and our last reply
 * may be lost with what it had not read yet. */
void smtp_session_linger(struct smtp_session *s)
{
    size_t read = 0;

    conn_set_deadline(s->conn, deadline_in_ms(SMTP_LINGER_MS));
    if (conn_flush(s->conn) < 0 ||
        conn_end_sending(s->conn, RFC("9293", "3.6")) < 0)
        return;
    while (read < SMTP_LINGER_MAX && !conn_at_end(s->conn)) {
        size_t length = conn_view(s->conn).length;

        conn_take(s->conn, length);
        read += length;
        if (conn_fill(s->conn) < 0)
            return;
    }
}
